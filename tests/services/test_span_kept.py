"""The kept document of a span: the same to the letter as one made anew, and gone when anything it says may differ."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from observe.domain.model import Visit
from observe.services import classroom, flags, missed, purge, span_kept, summary, trends, visits
from observe.services.afterwards import Afterwards
from observe.services.home import Home
from observe.services.record import Recorder
from observe.services.span_kept import document
from observe.services.trends import Asked
from observe.store import local
from observe.store.journal import Act

from ..ui.school import CLASS, ids, school, section_id
from ..ui.term import MINUTE, term

ROOM = "Gr 4 Rm 12"
NOW = 1_795_546_800_000
"""24 November 2026, 12:00 in Arizona."""
SPAN = Asked(first=date(2026, 10, 1), last=date(2026, 12, 24))


class Counted:
    """How often trends were made from the numbers."""

    times = 0


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Counted:
    counted, real = Counted(), trends.trends

    def count(home: Home, asked: Asked) -> object:
        counted.times += 1
        return real(home, asked)

    monkeypatch.setattr(span_kept, "trends", count)
    monkeypatch.setattr(span_kept, "FEW", 3)
    return counted


@pytest.fixture
def at(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    opened = school(home, {ROOM: CLASS})
    monkeypatch.setattr(opened.clock, "now", lambda: NOW)
    term(opened, section_id(opened, ROOM), weeks=5, looked_at=2)
    yield opened
    opened.close()


def kept_spans(home: Home) -> int:
    found: int = home.conn.execute("SELECT count(*) FROM figure WHERE visit GLOB 'span:*'").fetchone()[0]
    return found


def same(home: Home, asked: Asked = SPAN) -> bytes:
    """What is said now, kept or not, is what would be said without keeping."""
    said = document(home, asked)
    assert json.loads(said) == json.loads(json.dumps(trends.trends(home, asked)))
    return said


def test_it_is_made_once_and_each_question_has_its_own(at: Home, made: Counted) -> None:
    first = same(at)
    assert same(at) == first
    assert made.times == 1
    assert same(at, Asked(section=section_id(at, ROOM))) != first
    assert same(at, Asked(student=ids(at, ROOM)["Amara Okeke"])) != first
    assert made.times == 3
    assert kept_spans(at) == 3


def _last(home: Home) -> Visit:
    return visits.visits_between(home, 0, None)[-1]


CHANGES: dict[str, Callable[[Home], object]] = {
    "a flag": lambda home: flags.put(home, _last(home).id, "substitute"),
    "a line": lambda home: Afterwards(home, _last(home).id).reflect("glow", "another one"),
    "a tap": lambda home: Recorder(home, _last(home).id).observe("engagement", "off", at=NOW - 30 * MINUTE),
    "a private note": lambda home: Recorder(home, _last(home).id).observe(
        "engagement", "off", at=NOW - 30 * MINUTE, note="for me", private=True
    ),
    "words for this device alone": lambda home: home.local_write(
        lambda: local.keep_private_note(home.conn, _last(home).id, "o-1", "hers")
    ),
    "an identification": lambda home: home.write(_identify),
    "her name": lambda home: home.set_setting("observer", "Robin Hale"),
    "the zone": lambda home: home.set_setting("zone", "America/New_York"),
}


def _identify(act: Act) -> None:
    act.put("student", "s-new", {"name": "Vera Blum", "identified": True}, new=True)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_is_written_makes_it_anew(at: Home, made: Counted, change: Callable[[Home], object]) -> None:
    same(at)
    change(at)
    same(at)
    assert made.times == 2
    assert kept_spans(at) == 1  # that of the other state went


def test_a_planned_visit_becomes_a_missed_one_by_time_alone(
    at: Home, made: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plan(act: Act) -> None:
        facts = {"section": section_id(at, ROOM), "planned_at": "2026-11-24T20:00:00.000Z", "planned_minutes": 40}
        act.put("visit", "planned", facts, new=True)

    at.write(plan)
    assert json.loads(same(at))["delivered"]["missed"] == 0
    monkeypatch.setattr(at.clock, "now", lambda: NOW + 100 * MINUTE - 1)
    same(at)
    assert made.times == 1
    monkeypatch.setattr(at.clock, "now", lambda: NOW + 100 * MINUTE)
    assert json.loads(same(at))["delivered"]["missed"] == 1
    missed.miss(at, "planned", "assembly")
    same(at)


def test_an_open_visit_and_a_few_are_never_kept(at: Home, made: Counted) -> None:
    open_ = visits.start_visit(at, section_id(at, ROOM), at=NOW - MINUTE).id
    same(at)
    assert kept_spans(at) == 0
    visits.end_visit(at, open_)
    same(at, Asked(first=date(2026, 11, 24), last=date(2026, 11, 24)))
    assert kept_spans(at) == 0


def test_a_purge_erases_what_was_kept(at: Home, made: Counted) -> None:
    who = ids(at, ROOM)["Amara Okeke"]
    Afterwards(at, _last(at).id).note("Amara hummed", student=who, at=NOW - 30 * MINUTE)
    same(at)
    assert kept_spans(at) == 1
    purge.purge(at, "student", who)
    assert kept_spans(at) == 0
    assert b"hummed" not in same(at)


def test_the_numbers_of_visits_are_kept_beside_it(at: Home, made: Counted) -> None:
    same(at)
    found = visits.visits_between(at, 0, None)
    assert all(summary._kept(at, visit) is not None for visit in found)


LATER: dict[str, Callable[[Home], object]] = {
    "another seat": lambda home: classroom.take_seat(home, section_id(home, ROOM), _unseen(home)[1], 1),
    "seats of two unseen": lambda home: _swap(home, *_unseen(home)[:2]),
    "another name": lambda home: classroom.rename(home, _unseen(home)[1], "Aa Aa"),
    "a child that left": lambda home: classroom.set_active(
        home, section_id(home, ROOM), _unseen(home)[0], active=False
    ),
    "a child more": lambda home: classroom.type_in(home, ROOM, "Vera Blum"),
}


def _unseen(home: Home) -> list[str]:
    found: list[str] = summary.summary(home, _last(home).id)["coverage"]["unseen"]
    assert len(found) > 1
    return found


def _swap(home: Home, one: str, other: str) -> None:
    seat = {s.id: s.seat for s in visits.students(home, section_id(home, ROOM))}
    classroom.take_seat(home, section_id(home, ROOM), one, seat[other])


@pytest.mark.parametrize("change", LATER.values(), ids=LATER)
def test_numbers_that_are_kept_are_those_made_anew_whatever_becomes_of_the_class(
    at: Home, change: Callable[[Home], object]
) -> None:
    def said() -> str:
        return json.dumps([summary.span(at, visits.visits_between(at, 0, None)), trends.trends(at, SPAN)])

    said()  # kept
    change(at)
    kept = said()
    at.local_write(lambda: at.conn.execute("DELETE FROM figure"))
    assert json.loads(kept) == json.loads(said())
