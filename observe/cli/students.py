"""`observe seen`, `observe access` and `observe talent`: the students of a class over visits, for the team alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from observe.cli.common import home_of, json_option, output_option, page_as, print_json, print_text, read_span
from observe.services import find

_FORMATS = ("text", "md", "html", "csv")


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        output_option,
        click.option("--format", "form", type=click.Choice(_FORMATS), default="text", show_default=True),
        json_option,
        click.option("--to", "last", metavar="DATE", help="Up to this day, which is included. Default: today."),
        click.option("--from", "first", metavar="DATE", help="From this day on. Default: the first of that month."),
        click.option("--section", help="Only this class (an id or a unique name)."),
    ):
        command = option(command)
    return command


@click.command("seen")
@_options
@click.pass_context
def seen_command(ctx: click.Context, /, **asked: Any) -> None:
    """Whom to see next: the students of each class by how little they were observed."""
    from observe.services import seen

    _show(ctx, "seen", seen.seen, **asked)


@click.command("access")
@_options
@click.pass_context
def access_command(ctx: click.Context, /, **asked: Any) -> None:
    """Who was offered what: minutes with you, top-tier tasks, offers, upper questions, compacting; for each student."""
    from observe.services import access

    _show(ctx, "access", access.report, **asked)


@click.command("talent")
@_options
@click.pass_context
def talent_command(ctx: click.Context, /, **asked: Any) -> None:
    """Sparks over visits, whom the rule raises for a look and why, and the chances there were to show any."""
    from observe.services import talent

    _show(ctx, "talent", talent.report, **asked)


def _show(
    ctx: click.Context,
    what: str,
    report: Callable[..., dict[str, Any]],
    *,
    section: str | None,
    first: str | None,
    last: str | None,
    as_json: bool,
    form: str,
    output: Path | None,
) -> None:
    from observe.services import spans

    with home_of(ctx) as home:
        begin, end = read_span(home, first, last)
        span = spans.between(home, begin, end)
        where = find.section(home, section).id if section is not None else None
        if as_json:
            print_json(report(home, span, where), output)
            return
        if form == "csv":
            from observe.exchange import students_csv

            text: str = getattr(students_csv, what)(report(home, span, where))
        else:
            from observe.services.students import Pages

            text = page_as(getattr(Pages(home, span, where), what)(), form)
        print_text(text, output)
