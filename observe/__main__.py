"""`python -m observe`, and the `observe` command."""

from observe.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
