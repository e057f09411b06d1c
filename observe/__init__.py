"""observe: logs what a gifted specialist sees in a push-in classroom visit."""

__version__ = "0.1.0"
