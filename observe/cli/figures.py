"""`observe summary` and `observe day`."""

from pathlib import Path

import click

from observe.cli.common import home_of, json_option, output_option, page_as, print_json, print_text, read_date
from observe.domain.errors import Usage
from observe.services import find, summary

_FORMATS = ("text", "md", "html", "csv")


@click.command("summary")
@click.argument("visit", default="last")
@json_option
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", show_default=True)
@click.option("--share", is_flag=True, help="For the teacher: without students, ids, small groups and notes.")
@click.option("--notes", is_flag=True, help="With --share: with the notes that are not private.")
@output_option
@click.pass_context
def summary_command(
    ctx: click.Context, visit: str, as_json: bool, form: str, share: bool, notes: bool, output: Path | None
) -> None:
    """The summary of VISIT (default: your latest)."""
    if notes and not share:
        raise Usage("--notes: only with --share", "a summary of one's own has its notes anyway")
    with home_of(ctx) as home:
        figures = summary.summary(home, find.visit(home, visit).id)
        if share:
            from observe.services.nameless import shared

            figures = shared(home, figures, notes=notes)
        if as_json:
            print_json(figures, output)
            return
        if form == "csv":
            from observe.exchange import figures_csv

            text = figures_csv.write(figures)
        else:
            from observe.services.wrapup import wrap_up

            text = page_as(wrap_up(home, figures["visit"]["id"], share=share, notes=notes), form)
        print_text(text, output)


@click.command("day")
@click.argument("date", default="today")
@click.option("--everyone", is_flag=True, help="Of all observers whose visits are here, not of yours alone.")
@json_option
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", show_default=True)
@output_option
@click.pass_context
def day_command(ctx: click.Context, date: str, everyone: bool, as_json: bool, form: str, output: Path | None) -> None:
    """The figures of your visits of a day (a date, `today` or `yesterday`; default: today)."""
    with home_of(ctx) as home:
        when = read_date(home, date, "DATE")
        assert when is not None  # the argument has a default
        figures = summary.day(home, when, everyone)
        if as_json:
            print_json(figures, output)
            return
        if form == "csv":
            from observe.exchange import figures_csv

            text = figures_csv.write_day(figures)
        else:
            from observe.services.dayreview import day_page

            text = page_as(day_page(home, when, everyone=everyone), form)
        print_text(text, output)
