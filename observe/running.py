"""The app on a home from its opening to its end: held by one app at a time, mended where it is damaged."""

from pathlib import Path
from typing import TYPE_CHECKING

from observe.app import ObserveApp
from observe.services.home import open_home
from observe.services.sharing.beside import at_quit
from observe.store.connection import Corrupt

if TYPE_CHECKING:
    from observe.platform import Platform
    from observe.platform.lock import AppLock
    from observe.services.home import Home


def run(home_path: Path, platform: "Platform") -> int:
    """Open the home and show the app until she leaves. Returns the exit status.

    Raises Refused (and what it covers) for a home that cannot be opened or is held by another app, and whatever
    nobody foresaw that ended the app.
    """
    told: list[str] = []
    while True:
        try:
            home = open_home(home_path, platform)
        except Corrupt as error:
            told = _mend(home_path, platform, str(error.what))
            home = open_home(home_path, platform)
        try:
            with _hold(home_path, platform) as lock:
                app = ObserveApp(home, lock, told)
                app.run()
                mend = app.mend or _is_damage(home, app.failure)
                if app.failure is not None and not mend:
                    raise app.failure
                if not mend:
                    at_quit(home)
        finally:
            home.close()
        if app.to_demo:
            return _run_demo(platform)
        if not mend:
            return app.return_value or 0
        told = _mend(home_path, platform, "the log is damaged")


def _run_demo(platform: "Platform") -> int:
    """The app on the made-up school, as `observe demo` opens it."""
    import sys

    from observe.services import demo

    print("observe: opening the made-up school; it takes some seconds the first time", file=sys.stderr, flush=True)
    path = platform.default_home().with_name(demo.FOLDER)
    demo.ready(path, platform)
    status = run(path, platform)
    print("Your own home was not touched: `observe` opens it, `observe demo` the made-up school.", file=sys.stderr)
    return status


def _is_damage(home: "Home", failure: Exception | None) -> bool:
    if failure is None:
        return False
    from observe.services.safety import damage

    return damage(home, failure) is not None


def _mend(home_path: Path, platform: "Platform", what: str) -> list[str]:
    """Rebuild a damaged log; what came back, in words. Raises Refused when it cannot be done now."""
    import sys

    from observe.services.recovery import recover

    def say(line: str) -> None:
        print(f"observe: {line}", file=sys.stderr, flush=True)

    say(f"{what}; it is set aside and rebuilt, which takes seconds to a minute")
    return recover(home_path, platform, say).words()


def _hold(home_path: Path, platform: "Platform") -> "AppLock":
    """The home for this app; where another one has it, she may take over."""
    from observe.platform.lock import AppHeld

    try:
        return platform.lock_app(home_path)
    except AppHeld as held:
        import sys

        if not sys.stdin.isatty():
            raise
        print(f"observe: {held.what}, {held.why}.", file=sys.stderr)
        print("Take over? The other one leaves, nothing is lost. [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise
        return platform.take_over(home_path)
