"""`observe` without a command: the app."""

from pathlib import Path

from observe.platform import Platform


def run_app(path: Path, platform: Platform) -> int:
    """Open the app on a home; its exit status."""
    from observe.app import run

    return run(path, platform)
