"""What commands share: the home, output, times, and where a trace goes."""

import contextlib
import json
import sys
import traceback
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from observe.cli.paths import Named
from observe.domain import codec
from observe.domain.errors import Refused, Usage
from observe.platform import Platform
from observe.services.home import Home, open_home
from observe.store.connection import in_words

if TYPE_CHECKING:
    from observe.domain.cards import Page

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
output_option = click.option("-o", "--output", type=Named(dir_okay=False), help="Write to this file.")


def platform_of(ctx: click.Context) -> Platform:
    """This machine, made once a command."""
    platform: Platform = ctx.find_root().meta.setdefault("observe.platform", Platform())
    return platform


def home_path(ctx: click.Context) -> Path:
    """The home that the command line, the environment, or the system names."""
    chosen: Path | None = ctx.find_root().obj
    return chosen if chosen is not None else platform_of(ctx).default_home()


@contextlib.contextmanager
def home_of(ctx: click.Context) -> Iterator[Home]:
    """The home, opened for this command; what it warns of goes to stderr."""
    path = home_path(ctx)
    with in_words(path / "observe.db"):
        home = open_home(path, platform_of(ctx))
    try:
        with _damage_said(home), in_words(path / "observe.db"):
            yield home
    finally:
        for warning in home.warnings:
            say(warning)
        home.close()


@contextlib.contextmanager
def _damage_said(home: Home) -> Iterator[None]:
    """Around a command: what nobody foresaw is the damage's doing where the database is damaged. Raises Corrupt."""
    try:
        yield
    except (Refused, OSError, click.ClickException, click.exceptions.Abort, click.exceptions.Exit):
        raise
    except Exception as error:
        from observe.services.safety import damage

        found = damage(home, error)
        if found is not None:
            raise found from error
        raise


def say(line: str) -> None:
    """One line on stderr. What it quotes may be anybody's: nothing in it steers the terminal."""
    if sys.stderr is not None:  # closed by whoever started us
        sys.stderr.write(f"observe: {one_line(line)}\n")


def one_line(text: str) -> str:
    """Text of a message without what is no letter or sign: line ends, escapes, marks that turn the writing round."""
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))


def print_json(value: Any, output: Path | None = None) -> None:
    """One document, UTF-8 whatever the terminal's encoding is, to stdout or a file."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"
    if output is None:
        write_bytes(text.encode())
    else:
        write_file(output, text)


def write_file(path: Path, text: str) -> None:
    """Write a report where she said, whole or not at all. Raises Refused."""
    from observe.services.transfer import write_out

    write_out([text.encode()], path)


def write_bytes(data: bytes) -> None:
    """To stdout, as they are, and flushed. Raises Refused when that cannot be written to."""
    if sys.stdout is None:
        return  # closed by whoever started us
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        sys.stdout.write(data.decode())
        return
    try:
        sys.stdout.flush()
        stream.write(data)
        stream.flush()
    except BrokenPipeError:
        raise  # whoever read has left, which click ends quietly
    except OSError as error:
        sys.stdout = None  # or the interpreter would try again at its end, and complain
        raise Refused(
            "the answer could not be written", error.strerror or str(error), "what was done before is safe"
        ) from error


def print_text(text: str, output: Path | None = None) -> None:
    """Text as UTF-8 to stdout, where it ends a line, or to a file as it is."""
    if output is None:
        write_bytes(text.encode() + (b"" if text.endswith("\n") else b"\n"))
    else:
        write_file(output, text)


def progress(what: str) -> None:
    """What takes a while, for somebody who waits at a terminal."""
    if sys.stderr is not None and sys.stderr.isatty():
        say(f"{what} ...")


def page_as(page: "Page", form: str, footer: str = "") -> str:
    """A page as `text`, `md` for Markdown, or one `html` file with a line at its foot."""
    if form == "html":
        from observe.exchange.page import html

        return html(page, footer)
    from observe.domain.cards import page_markdown, page_text

    return page_markdown(page) if form == "md" else page_text(page)


def time_option(name: str, help: str) -> Callable[[Any], Any]:
    """An option that takes an ISO 8601 time; `read_time` makes milliseconds of it."""
    return click.option(name, metavar="TIME", help=help)


def read_time(home: Home, text: str | None, option: str) -> int | None:
    """Milliseconds of a time option, without an offset in the home's zone. Raises Usage."""
    if text is None:
        return None
    try:
        return codec.parse(text, home.zone)
    except ValueError as error:
        raise Usage(f"{option}: {error}", "times are ISO 8601, such as 2026-11-24T10:15") from error


def read_span(home: Home, first: str | None, last: str | None) -> tuple[date | None, date | None]:
    """The days of --from and --to. Raises Usage, also where the first is after the last."""
    begin, end = read_date(home, first, "--from"), read_date(home, last, "--to")
    if begin is not None and end is not None and begin > end:
        raise Usage("--from: after --to", f"from {begin} to {end} there is no day")
    return begin, end


def read_date(home: Home, text: str | None, option: str) -> date | None:
    """A date option; `today` and `yesterday` too. Raises Usage."""
    if text is None:
        return None
    from datetime import timedelta

    today = codec.local(home.clock.now(), home.zone).date()
    if text in ("today", "yesterday"):
        return today - timedelta(days=text == "yesterday")
    try:
        return codec.parse_date(text)
    except ValueError as error:
        raise Usage(f"{option}: {error}", "dates are written 2026-11-24") from error


def keep_trace(args: list[str]) -> str:
    """Write the trace of the current exception into the home (never the arguments: they may hold names)."""
    try:
        with cli_context(args) as ctx:
            path = home_path(ctx) / "trace.log"
            platform_of(ctx).private_file(path)
            # Frames and the kind of error only: an error's text may quote what a file or a line held.
            kind, _, tb = sys.exc_info()
            lines = traceback.format_tb(tb)
            with path.open("a", encoding="utf-8") as file:
                file.write("".join(lines) + f"{kind.__name__ if kind else 'error'}\n\n")
        return f"the trace is in {path}"
    except Exception:
        return "and the trace could not be kept"


@contextlib.contextmanager
def cli_context(args: list[str]) -> Iterator[click.Context]:
    """The root context of a command line, to find its home again."""
    from observe.cli import cli

    with cli.make_context("observe", list(args), resilient_parsing=True) as ctx:
        ctx.obj = ctx.params.get("home")
        yield ctx
