"""A plan as JSON: written for other programs, and read to fill one in. Fields: docs/formats.md."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from observe.domain.codec import iso, iso_or_none, local, parse
from observe.domain.errors import Refused
from observe.domain.figures import Json
from observe.domain.plan_actual import planned_json
from observe.domain.programme import Compacting
from observe.services import compacting, find, plan, plan_start
from observe.services.home import Home
from observe.services.plan_fields import FIELDS
from observe.services.summary import summary

_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
MANY = 400


def as_json(home: Home, visit_id: str) -> Json:
    """The plan, the minutes in it, who is in no group, agreements that stand, and what became of each line."""
    made = plan.Plan(home, visit_id)
    lines, figures = made.lines(), summary(home, visit_id)
    visit = figures["visit"]
    placed = {who for one in lines if one.part == "group" for who in one.students}
    return {
        "visit": {
            name: visit[name]
            for name in (
                "id",
                "section",
                "section_id",
                "teacher",
                "status",
                "planned_at",
                "planned_minutes",
                "started_at",
            )
        },
        "lines": [{"id": one.id, "part": one.part, **planned_json(one)} for one in lines],
        "minutes": sum(one.minutes or 0 for one in lines if one.part == "segment"),
        "unplaced": [student.id for student in made.students() if student.id not in placed],
        "compacting": [agreement_json(one) for one in compacting.of_visit(home, made.visit)],
        "actual": figures["plan"],
    }


def agreement_json(one: Compacting) -> Json:
    """A compacting agreement; `ended_at` null while it stands, `minutes` a week."""
    return {
        "id": one.id,
        "section": one.section,
        "student": one.student,
        "at": iso(one.at),
        "shown": one.shown or None,
        "evidence": one.evidence or None,
        "evidence_at": iso_or_none(one.evidence_at),
        "minutes": one.minutes,
        "instead": one.instead or None,
        "ended_at": iso_or_none(one.ended_at),
    }


def fill(home: Home, visit_id: str, raw: object) -> int:
    """Fill the plan from what `as_json` wrote, or from lines without ids; returns how many were not so already.

    A line whose id is there is changed, the others are added; all or none. Raises Refused, naming line and field.
    """
    made = plan.Plan(home, visit_id)
    return made.fill(list(_rows(home, made, raw)))


def _rows(home: Home, made: plan.Plan, raw: object) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    if not isinstance(raw, dict) or not isinstance(raw.get("lines"), list):
        raise Refused("lines: missing", 'a plan is an object with a list, as {"lines": [...]}', "see docs/formats.md")
    if len(raw["lines"]) > MANY:
        raise Refused(f"lines: {len(raw['lines'])} are too many", f"allowed: {MANY}")
    people = made.students()
    for number, row in enumerate(raw["lines"], 1):
        try:
            yield _row(home, people, row)
        except Refused as error:
            raise Refused(f"line {number}: {error.what}", error.why, error.todo) from error


def _row(home: Home, people: Any, row: object) -> tuple[str, str, Mapping[str, Any]]:
    if not isinstance(row, dict):
        raise Refused("not an object", 'a line is written {"part": "question", "code": "analyze", "text": "..."}')
    id, part = row.get("id") or "", row.get("part")
    if not isinstance(part, str) or part not in FIELDS:
        raise Refused(f"part: {str(part)[:40]!r} is not known", f"allowed: {', '.join(FIELDS)}")
    if id and not (isinstance(id, str) and _ID.fullmatch(id)):
        raise Refused("id: not one that a line can have", "letters, digits, - and _; leave it out for a new line")
    given = {name: value for name, value in row.items() if name not in ("id", "part", "place")}
    if isinstance(given.get("students"), list):
        given["students"] = [find.anyone(home, people, name, "students") for name in given["students"]]
    at = given.get("evidence_at")
    if at is not None:
        given["evidence_at"] = _moment(home, at)
    return id, part, given


def _moment(home: Home, at: object) -> int:
    if not isinstance(at, str):
        raise Refused("evidence_at: not a time", "it is written 2026-11-20 or 2026-11-20T10:15Z")
    try:
        try:
            moment = parse(at, home.zone)
        except ValueError:
            return plan_start.day(home, at)
        if local(moment, home.zone).date() > local(home.clock.now(), home.zone).date():
            raise plan_start.to_come(at)
        return moment
    except Refused as error:
        raise Refused(f"evidence_at: {error.what}", error.why) from error
