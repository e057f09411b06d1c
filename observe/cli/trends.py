"""`observe trends`, and `observe flag`: what a visit was, when it was not like others and is left out of them."""

from pathlib import Path

import click

from observe.cli.common import (
    home_of,
    json_option,
    output_option,
    page_as,
    print_json,
    print_text,
    read_span,
    write_bytes,
    write_file,
)
from observe.domain.errors import Usage
from observe.services import find, visits

LONGEST = 30 * 365
"""Days of a span. What begins and ends further apart was mistyped, and would be a long list of gaps."""


@click.command("flag")
@click.argument("visit")
@click.argument("words", nargs=-1)
@click.option("--clear", is_flag=True, help="It was a visit as usual.")
@json_option
@click.pass_context
def flag_command(ctx: click.Context, visit: str, words: tuple[str, ...], clear: bool, as_json: bool) -> None:
    """Say that VISIT was not like others: substitute, assessment, other lesson, or your own words.

    Trends leave it out then. Without words: what was said of it.
    """
    from observe.services import flags

    if words and clear:
        raise Usage("WORDS and --clear: one of them", f"usual words: {', '.join(flags.CHOICES)}")
    with home_of(ctx) as home:
        found = find.visit(home, visit)
        if clear:
            found = flags.clear(home, found.id)
        elif words:
            found = flags.put(home, found.id, " ".join(words))
    if as_json:
        print_json({"id": found.id, "flag": found.flag or None})
    else:
        print_text(found.id if words or clear else found.flag or "as usual")


@click.command("trends")
@click.option("--section", help="Only this section (an id or a unique name).")
@click.option("--student", help="One student (an id, or a full name that only one has).")
@click.option("--from", "first", metavar="DATE", help="From this day on. Default: 28 days.")
@click.option("--to", "last", metavar="DATE", help="Up to this day, which is included. Default: the last visit.")
@click.option("--everyone", is_flag=True, help="Of all observers whose visits are here, not of yours alone.")
@click.option("--flagged", is_flag=True, help="With the visits that were not like others.")
@json_option
@click.option("--format", "form", type=click.Choice(("text", "md", "html", "csv")), default="text", show_default=True)
@output_option
@click.pass_context
def trends_command(
    ctx: click.Context,
    section: str | None,
    student: str | None,
    first: str | None,
    last: str | None,
    everyone: bool,
    flagged: bool,
    as_json: bool,
    form: str,
    output: Path | None,
) -> None:
    """Is it changing: the figures of a span by week, of all your classes, of one, or of one student."""
    from observe.services import trends

    with home_of(ctx) as home:
        begin, end = read_span(home, first, last)
        if begin is not None and end is not None and (end - begin).days > LONGEST:
            raise Usage("--from: too long before --to", f"weeks of {LONGEST // 365} years at most")
        where = find.section(home, section).id if section is not None else None
        who = None
        if student is not None:
            among = "this section" if where is not None else "any section"
            who = find.student(visits.students(home, where), student, "--student", among)
        asked = trends.Asked(where, who, begin, end, everyone, flagged)
        if as_json:
            from observe.services.span_kept import document

            found = document(home, asked)
            if output:
                write_file(output, found.decode())
            else:
                write_bytes(found)
            return
        if form == "csv":
            from observe.exchange import trends_csv

            text = trends_csv.write(trends.trends(home, asked))
        else:
            from observe.services.trendpage import trend_page

            text = page_as(trend_page(home, asked), form)
        print_text(text, output)
