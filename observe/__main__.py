"""`python -m observe`, and the `observe` command."""

import sys


def main() -> None:
    """The app, or a command. Exit status 0 done, 1 refused or failed, 2 wrong usage."""
    from observe.launch import asked_for, run_app

    args = sys.argv[1:]
    home = asked_for(args)
    if home is None:
        from observe.cli import run

        sys.exit(run(args))
    try:
        from observe.platform import Platform

        status = run_app(home, Platform())
    except Exception as error:
        from observe.cli import ended

        status = ended(error, args)
    sys.exit(status)


if __name__ == "__main__":
    main()
