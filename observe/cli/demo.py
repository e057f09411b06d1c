"""`observe demo`: the app on a made-up school, in a home of its own."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from observe.cli.common import platform_of, print_text
from observe.cli.paths import Named
from observe.domain import codec
from observe.domain.errors import Usage
from observe.launch import needs_terminal
from observe.platform import Platform
from observe.services import demo


@click.command("demo")
@click.option(
    "--make",
    "folder",
    metavar="DIR",
    type=Named(),
    help="Only write that home, into a new or empty folder; then `observe --home DIR`.",
)
@click.option("--reset", is_flag=True, help="Make the demo home anew; what was logged in it is gone.")
@click.option("--seed", type=int, help=f"Another school week for each number. Default: {demo.SEED}.")
@click.option("--at", "time", metavar="TIME", help="What now is: the visits lie on the school days up to it.")
@click.option("--visits", "count", type=click.IntRange(0, 2000), help=f"How many. Default: a week's {demo.WEEK}.")
@click.pass_context
def demo_command(
    ctx: click.Context, folder: Path | None, reset: bool, seed: int | None, time: str | None, count: int | None
) -> int | None:
    """Open the app on a made-up school. Your own home is not touched; what you log here stays here."""
    platform = platform_of(ctx)
    at = _moment(time, platform.zone())
    how = {name: value for name, value in (("seed", seed), ("at", at), ("count", count)) if value is not None}
    if folder is not None:
        if reset:
            raise Usage("--reset: not with --make", "--make writes into a new or empty folder only")
        with _progress() as progress:
            made = demo.make(folder, platform, progress=progress, **how)
        print_text(f"{folder}: {made.visits} visits, {made.observations} observations, {made.students} students")
        return None
    needs_terminal()
    path = platform.default_home().with_name(demo.FOLDER)
    if reset and (path / "observe.db").exists():
        platform.lock_app(path).release()  # an app that is open there would go on in a deleted log
    with _progress() as progress:
        demo.ready(path, platform, reset=reset, progress=progress, **how)
    from observe.running import run

    return run(path, platform if at is None else Then(at))


class Then(Platform):
    """This machine at another time: its clock starts at `at` (ms)."""

    __slots__ = ("_ahead",)

    def __init__(self, at: int) -> None:
        super().__init__()
        self._ahead = at - super().wall_ms()

    def wall_ms(self) -> int:
        return super().wall_ms() + self._ahead


def _moment(text: str | None, zone: str) -> int | None:
    try:
        return None if text is None else codec.parse(text, zone)
    except ValueError as error:
        raise Usage(f"--at: {error}", "times are ISO 8601, such as 2026-11-24T10:15") from error


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A line that counts the visits, for people only; whatever ends it, what follows starts on a line of its own."""
    shown = False

    def show(done: int, of: int) -> None:
        nonlocal shown
        if sys.stderr.isatty():
            shown = True
            sys.stderr.write(f"\rmaking the demo school: visit {done} of {of}")
            sys.stderr.flush()

    try:
        yield show
    finally:
        if shown:
            sys.stderr.write("\n")
