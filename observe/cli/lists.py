"""`observe sections`, `observe students`, `observe visits`."""

from typing import Any

import click

from observe.cli.common import home_of, json_option, print_json, print_text, read_span
from observe.domain.codec import day_bounds, iso_or_none, local, ms_of
from observe.domain.figures import active_time
from observe.domain.names import by_name
from observe.domain.numbers import seconds
from observe.services import find, visits
from observe.services.home import Home


@click.command("sections")
@json_option
@click.pass_context
def sections_command(ctx: click.Context, as_json: bool) -> None:
    """The classes you visit."""
    with home_of(ctx) as home:
        counts: dict[str, int] = {}
        for student in visits.students(home):
            counts[student.section] = counts.get(student.section, 0) + student.active
        rows: list[dict[str, Any]] = [
            {
                "id": s.id,
                "name": s.name,
                "teacher": s.teacher or None,
                "room": s.room or None,
                "period": s.period or None,
                "grade": s.grade or None,
                "students": counts.get(s.id, 0),
            }
            for s in visits.sections(home)
        ]
    _show(rows, as_json, ("id", "name", "teacher", "students"))


@click.command("students")
@click.option("--section", help="Only those of this section (an id or a unique name).")
@json_option
@click.pass_context
def students_command(ctx: click.Context, section: str | None, as_json: bool) -> None:
    """The students, one row a membership."""
    with home_of(ctx) as home:
        names = {s.id: s.name for s in visits.sections(home)}
        where = find.section(home, section).id if section is not None else None
        rows = [
            {
                "id": s.id,
                "name": s.name,
                "section": names.get(s.section, s.section),
                "section_id": s.section,
                "identified": s.identified,
                "area": s.area or None,
                "active": s.active,
                "grade": s.grade or None,
                "group": s.group or None,
                "seat": s.seat or None,
                "letter": s.letter or None,
            }
            for s in visits.students(home, where)
        ]
    rows.sort(key=lambda row: (by_name(str(row["section"])), str(row["section_id"])))  # and in seat order within
    _show(rows, as_json, ("id", "name", "section", "identified", "active"))


@click.command("visits")
@click.option("--from", "first", metavar="DATE", help="From this day on.")
@click.option("--to", "last", metavar="DATE", help="Up to this day, which is included.")
@json_option
@click.pass_context
def visits_command(ctx: click.Context, first: str | None, last: str | None, as_json: bool) -> None:
    """The visits of all observers, in order of time."""
    with home_of(ctx) as home:
        now = home.clock.now()
        start, after = span_of(home, first, last)
        counts, pauses = visits.observation_counts(home), visits.pauses(home)
        rows: list[dict[str, Any]] = []
        for visit in visits.visits_between(home, start, after):
            active = active_time(visit, pauses.get(visit.id, ()), now)
            rows.append(
                {
                    "id": visit.id,
                    "section": visit.section_name or None,
                    "section_id": visit.section,
                    "observer": visit.observer or None,
                    "title": visit.title or None,
                    "status": visit.status(now),
                    "planned_at": iso_or_none(visit.planned_at),
                    "started_at": iso_or_none(visit.started_at),
                    "ended_at": iso_or_none(visit.ended_at),
                    "seconds": seconds(active.length),
                    "observations": counts.get(visit.id, 0),
                }
            )
        if not as_json:
            for row in rows:
                at = row["started_at"] or row["planned_at"]
                row["when"] = local(ms_of(at), home.zone).strftime("%Y-%m-%d %H:%M") if at else ""
    whose = ("observer",) if any(row["observer"] for row in rows) else ()
    _show(rows, as_json, ("id", "when", "section", *whose, "status", "observations"))


def span_of(home: Home, first: str | None, last: str | None) -> tuple[int, int | None]:
    """The milliseconds that `--from` and `--to` bound, the last day included. Raises Usage."""
    begin, end = read_span(home, first, last)
    start = day_bounds(begin, home.zone)[0] if begin else 0
    return start, day_bounds(end, home.zone)[1] if end else None


def _show(rows: list[dict[str, Any]], as_json: bool, columns: tuple[str, ...]) -> None:
    if as_json:
        print_json(rows)
        return
    cells = [[_cell(row[c]) for c in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    lines = [columns, *cells] if rows else []
    print_text("\n".join("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines))


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None else str(value)
