"""`observe page` and `observe sent`: pages for people outside the team, and which went to whom."""

from pathlib import Path

import click

from observe.cli.common import home_of, json_option, output_option, page_as, print_json, print_text, read_date, say
from observe.domain.errors import Usage
from observe.services import find, sent


@click.command("page")
@click.argument("kind", type=click.Choice(sent.KINDS))
@click.argument("about", required=False)
@click.option("--section", help="The class of the student of a family page, where a name is not clear without.")
@click.option("--from", "first", metavar="DATE", help="The first day (default: of this month).")
@click.option("--until", "last", metavar="DATE", help="The last day (default: today).")
@click.option("--to", "to", help="Whom it goes to: kept in the log.")
@json_option
@click.option("--format", "form", type=click.Choice(("text", "md", "html")), default="text", show_default=True)
@output_option
@click.pass_context
def page_command(
    ctx: click.Context,
    kind: str,
    about: str | None,
    section: str | None,
    first: str | None,
    last: str | None,
    to: str | None,
    as_json: bool,
    form: str,
    output: Path | None,
) -> None:
    """A page of KIND to give away: talk VISIT, family STUDENT, principal, coverage.

    It is looked at first: nothing goes anywhere by this command; --to keeps in the log whom you give it to.
    """
    from observe.services import sharedpages, spans
    from observe.store import rosters

    if kind in ("principal", "coverage") and about:
        raise Usage(f"{kind} is about no visit and no student", f"{about[:40]!r} is too much")
    if to is not None and (output is None or not to.strip()):
        raise Usage("--to: only with -o, and a name", "what goes to somebody is a file")
    if kind == "family" and not about:
        raise Usage("STUDENT is missing", "a family page is about one child", "see `observe students`")
    if to is not None:
        sent.whom(to)  # before a file is there that is not to go to anybody
    with home_of(ctx) as home:
        begin, end = read_date(home, first, "--from"), read_date(home, last, "--until")
        if begin is not None and end is not None and begin > end:
            raise Usage("--from: after --until", f"from {begin} to {end} there is no day")
        span = spans.between(home, begin, end)
        if kind == "talk":
            about = find.visit(home, about or "last").id
        elif kind == "family":
            where = find.section(home, section).id if section is not None else None
            about = find.student(rosters.students(home.conn, where), about or "", "STUDENT", _among(section))
        made = sharedpages.shared(home, kind, about or "", span)
        if as_json:
            print_json(made.json(home), output)
        else:
            text = page_as(made.page(home), form, sharedpages.FOOTERS[kind])
            print_text(text, output)
        if output is not None and (caution := made.caution(home)):
            say(caution)  # a file is made to be given away
        if to is not None:
            made.went(home, to)


def _among(section: str | None) -> str:
    return "this section" if section is not None else "any section"


@click.command("sent")
@json_option
@click.pass_context
def sent_command(ctx: click.Context, as_json: bool) -> None:
    """Which page went to whom, and when."""
    from observe.domain.codec import iso, local

    with home_of(ctx) as home:
        found = sent.every(home)
        if as_json:
            names = ("id", "what", "to", "visit", "section", "student", "first", "last")
            print_json([{**{name: getattr(one, name) for name in names}, "at": iso(one.at)} for one in found])
        else:
            rows = [
                (f"{local(one.at, home.zone):%Y-%m-%d %H:%M}", one.what, one.to, f"{one.first} to {one.last}")
                for one in found
            ]
            lines = ["  ".join(row if one.first else row[:3]) for row, one in zip(rows, found, strict=True)]
            print_text("\n".join(lines) or "nothing went out yet")
