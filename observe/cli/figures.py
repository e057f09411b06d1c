"""`observe summary` and `observe day`."""

import click

from observe.cli.common import home_of, json_option, print_json, read_date
from observe.services import find, summary


@click.command("summary")
@click.argument("visit", default="last")
@json_option
@click.pass_context
def summary_command(ctx: click.Context, visit: str, as_json: bool) -> None:
    """The summary of VISIT (default: the latest)."""
    with home_of(ctx) as home:
        figures = summary.summary(home, find.visit(home, visit).id)
        if as_json:
            print_json(figures)


@click.command("day")
@click.argument("date", default="today")
@json_option
@click.pass_context
def day_command(ctx: click.Context, date: str, as_json: bool) -> None:
    """The figures of a day (default: today)."""
    with home_of(ctx) as home:
        when = read_date(home, date, "DATE")
        assert when is not None  # the argument has a default
        figures = summary.day(home, when)
        if as_json:
            print_json(figures)
