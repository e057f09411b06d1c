"""Planned against held: known weeks by hand, any weeks against a slow reader, and the pages that say it."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observe.domain.cards import Table, page_text
from observe.domain.codec import iso, parse
from observe.exchange.delivery_csv import write
from observe.services import delivery, meetings, missed, patterns, visits
from observe.services import summary as figures
from observe.services.delivery import delivered
from observe.services.deliverypage import delivery_page
from observe.services.home import Home
from observe.services.record import Recorder
from observe.services.week import week

from .phoenix import PHOENIX, Fixed, school

NOV = date(2024, 11, 4), date(2024, 11, 24)
MINUTE = 60_000


@pytest.fixture
def at(home: Path, clock: Fixed) -> Iterator[Home]:
    """Three weeks: Tuesdays in Room 12, a meeting on Fridays; it is Monday of the third."""
    opened = school(home, clock)
    patterns.add(opened, "Room 12", 1, "09:30", 45, first=NOV[0])
    patterns.add(opened, "Room 12", 4, "14:00", 30, what="meeting", first=NOV[0])
    yield opened
    opened.close()


def planned(home: Home, when: str) -> str:
    [found] = [v.id for v in visits.visits_between(home, 0, None) if v.planned_at == parse(when, PHOENIX)]
    return found


def meeting(home: Home, when: str) -> str:
    [found] = [m.id for m in meetings.between(home, None, None) if m.at == parse(when, PHOENIX)]
    return found


def hold(home: Home, when: str, minutes: int, section: str = "Room 12", visit: str | None = None) -> str:
    begun = parse(when, PHOENIX)
    id = visits.start_visit(home, section, at=begun, visit=visit).id
    visits.end_visit(home, id, at=begun + minutes * MINUTE)
    return id


def test_known_weeks(at: Home) -> None:
    id = hold(at, "2024-11-05T09:35", 38, visit=planned(at, "2024-11-05T09:30"))
    at.write(lambda act: act.put("plan", f"{id}/l1", {"visit": id, "part": "objective", "text": "x"}))
    missed.miss(at, planned(at, "2024-11-12T09:30"), "Assembly")
    hold(at, "2024-11-14T13:00", 30, "Room 14")
    meetings.held(at, meeting(at, "2024-11-08T14:00"), 20)
    found = delivered(at, *NOV)
    assert [(row["section"], row["period"]) for row in found["rows"]] == [("Room 12", None), ("Room 14", None)]
    assert found["rows"][0]["visits"] == {
        **{"planned": 3, "held": 1, "missed": 1, "reasons": {"Assembly": 1}, "to_come": 1, "extra": 0},
        **{"planned_minutes": 135.0, "held_minutes": 38.0, "extra_minutes": 0.0, "with_plan": 1, "without_plan": 0},
    }
    assert found["rows"][0]["meetings"] == {
        **{"planned": 3, "held": 1, "missed": 1, "reasons": {"not said": 1}, "to_come": 1, "extra": 0},
        **{"planned_minutes": 90.0, "held_minutes": 20.0, "extra_minutes": 0.0},
    }
    assert (found["totals"]["visits"]["extra"], found["totals"]["visits"]["without_plan"]) == (1, 1)
    weeks = delivered(at, *NOV, by="week", section="twelve")["rows"]
    assert [(row["period"], row["visits"]["held"]) for row in weeks] == [
        ("2024-11-04", 1),
        ("2024-11-11", 0),
        ("2024-11-18", 0),
    ]
    assert [row["period"] for row in delivered(at, *NOV, by="month")["rows"]] == ["2024-11", "2024-11"]


def test_pauses_are_no_minutes_and_a_live_visit_is_neither_held_nor_missed(at: Home, clock: Fixed) -> None:
    id = visits.start_visit(at, "Room 12", at=clock.ms - 30 * MINUTE).id
    assert delivered(at, *NOV)["totals"]["visits"]["extra"] == 0
    recorder = Recorder(at, id)
    recorder.pause(True, at=clock.ms - 20 * MINUTE)
    recorder.pause(False, at=clock.ms - 15 * MINUTE)
    visits.end_visit(at, id)
    block = delivered(at, *NOV)["totals"]["visits"]
    assert (block["extra"], block["extra_minutes"]) == (1, 25.0)


def test_it_says_what_the_day_says(at: Home) -> None:
    hold(at, "2024-11-05T09:35", 38, visit=planned(at, "2024-11-05T09:30"))
    hold(at, "2024-11-05T11:00", 17, "Room 14")
    for day in (date(2024, 11, 5), date(2024, 11, 12), date(2024, 11, 19)):
        of_day, block = figures.day(at, day)["delivered"], delivered(at, day, day)["totals"]["visits"]
        names = {"delivered": "held", "delivered_minutes": "held_minutes"}
        assert of_day == {name: block[names.get(name, name)] for name in of_day}


def test_the_same_reason_is_one_however_it_is_written(at: Home) -> None:
    for when, why in (("2024-11-05", "Fire drill"), ("2024-11-12", "fire drill"), ("2024-11-19", "testing")):
        missed.miss(at, planned(at, f"{when}T09:30"), why)
    assert delivered(at, *NOV)["totals"]["visits"]["reasons"] == {"Fire drill": 2, "testing": 1}


def test_pages_and_rows(at: Home) -> None:
    hold(at, "2024-11-05T09:35", 38, visit=planned(at, "2024-11-05T09:30"))
    text = page_text(delivery_page(at, *NOV, by="week"))
    assert "Planned and held - 4 Nov 2024 to 24 Nov 2024 - 1 of 3 planned visits held, 1 missed" in text
    for part in (
        "missed: not said 1",
        "week of 11 Nov 2024",
        "Co-planning meetings",
        "0 of 1 visit held had",
        "38 of 135",
    ):
        assert part in text
    rows = write(delivered(at, *NOV)).splitlines()
    assert rows[0] == "section,section_id,period,of,figure,value"
    assert "Room 12,twelve,,visits,missed: not said,1" in rows
    assert "total,,,meetings,planned,3" in rows
    empty = page_text(delivery_page(at, date(2023, 1, 1), date(2023, 1, 31)))
    assert "no visits" in empty
    assert "Nothing was planned" in empty


def test_a_month_has_the_minutes_that_all_of_it_has(at: Home) -> None:
    for section, minutes in (("Room 12", 10), ("Room 14", 20)):
        begun = parse(f"2024-11-06T{minutes}:00", PHOENIX)
        id = visits.start_visit(at, section, at=begun).id
        visits.end_visit(at, id, at=begun + minutes * MINUTE + 15_600)  # 30.52 in all, and 10.3 and 20.3
    for by in ("week", "month"):
        tables = [card.items[0] for card in delivery_page(at, date(2024, 11, 6), date(2024, 11, 6), by=by).cards[:2]]
        assert all(isinstance(table, Table) for table in tables)
        (*_, all_), (of_period, *_) = (table.rows for table in tables if isinstance(table, Table))
        assert of_period[1:] == all_[1:]
        assert all_[-1] == "30"


def test_minutes_that_nobody_had_planned_are_none_of_those_held_of_planned(at: Home) -> None:
    hold(at, "2024-11-05T09:35", 38, visit=planned(at, "2024-11-05T09:30"))
    hold(at, "2024-11-07T13:00", 17)
    hold(at, "2024-11-14T13:00", 30, "Room 14")
    page = delivery_page(at, *NOV, by="month")
    text = page_text(page)
    assert "Room 12: 38 of 135, 17 more" in text
    assert "Room 14: 30, not planned" in text
    for name in ("Visits", "By month"):
        [table] = [item for card in page.cards if card.title == name for item in card.items if isinstance(item, Table)]
        assert table.head[-3:] == ("min planned", "min held", "min extra")
        assert [row[-3:] for row in table.rows if row[0].endswith("Room 12")] == [("135", "38", "17")]


def test_nothing_when_nothing_was(home: Path, clock: Fixed) -> None:
    empty = school(home, clock)
    assert delivered(empty, *NOV)["rows"] == []
    assert delivery.span(empty, None, None) == (date(2024, 10, 22), date(2024, 11, 18))
    empty.close()


def test_a_week_in_order(at: Home) -> None:
    hold(at, "2024-11-08T10:00", 30, "Room 14")
    found = week(at, date(2024, 11, 4))
    assert [(day.day, [(s.kind, s.status, s.planned) for s in slots]) for day, slots in found.days if slots] == [
        (5, [("visit", "missed", True)]),
        (8, [("visit", "held", False), ("meeting", "missed", True)]),
    ]


# -- against a slow reader of the journal ----------------------------------------------------------------------

things = st.lists(
    st.tuples(
        st.sampled_from(("visit", "meeting")),
        st.sampled_from(("twelve", "fourteen")),
        st.integers(0, 40),  # the day
        st.integers(1, 59),  # minutes planned
        st.sampled_from(("plan", "hold", "extra", "miss", "live")),
        st.integers(1, 50),  # minutes held
        st.sampled_from(("assembly", "Assembly", "a b")),
    ),
    max_size=9,
)


@settings(max_examples=15)
@given(
    found=things, by=st.sampled_from(("", "week", "month")), window=st.tuples(st.integers(0, 40), st.integers(0, 40))
)
def test_any_weeks_are_what_a_slow_reader_counts(
    tmp_path_factory: pytest.TempPathFactory, found: list[tuple[Any, ...]], by: str, window: tuple[int, int]
) -> None:
    clock = Fixed()
    clock.ms = parse("2024-12-20T08:00", PHOENIX)
    home = school(tmp_path_factory.mktemp("any") / "home", clock)
    start = date(2024, 11, 20)
    first, last = (start + timedelta(days=n) for n in (min(window), max(window)))
    for n, (kind, section, day, minutes, what, spent, why) in enumerate(found):
        when = parse(f"{start + timedelta(days=day)}T{8 + n:02d}:00", PHOENIX)
        key, ahead = f"k{n}", when > clock.ms
        end = {"at": iso(when + spent * MINUTE)} if kind == "visit" else {"at": iso(when), "minutes": spent}

        def change(act: Any, kind=kind, key=key, section=section, when=when, minutes=minutes, what=what, end=end,
                   why=why, ahead=ahead) -> None:  # fmt: skip
            plan = None if what == "extra" and not ahead else minutes
            if kind == "visit":
                facts = {"planned_at": iso(when), "planned_minutes": plan} if plan else {}
                act.put("visit", key, {"section": section, "zone": PHOENIX, **facts})
                if what in ("hold", "extra", "live") and not ahead:
                    act.put("visit.start", key, {"at": iso(when), "roster": []})
                if what in ("hold", "extra") and not ahead:
                    act.put("visit.end", key, end)
                if what == "miss":
                    act.put("reflection", f"{key}/missed", {"visit": key, "body": why})
            else:
                act.put("meeting", key, {"section": section, "at": iso(when), "minutes": plan})
                if what in ("hold", "extra") and not ahead:
                    act.put("meeting.held", key, end)
                if what == "miss":
                    act.put("meeting.missed", key, {"why": why})

        home.write(change)
    seen = delivered(home, first, last, by=by)
    counted: Counter[tuple[str, ...]] = Counter()
    for n, (kind, section, day, minutes, what, spent, why) in enumerate(found):
        when = start + timedelta(days=day)
        moment = parse(f"{when}T{8 + n:02d}:00", PHOENIX)
        if not first <= when <= last:
            continue
        period = {"week": str(when - timedelta(days=when.weekday())), "month": str(when)[:7], "": "None"}[by]
        ahead = moment > clock.ms
        begun = not ahead and what in ("hold", "extra", "live")
        is_planned = ahead or what != "extra"
        ended = begun and what != "live"
        if kind == "meeting" and what == "live":
            begun = ended = False
        called_off = what == "miss"
        lost = is_planned and not begun and (called_off or moment + minutes * MINUTE <= clock.ms)
        at = (section, period, f"{kind}s")
        counted[*at, "planned"] += is_planned
        counted[*at, "planned_minutes"] += minutes * is_planned
        counted[*at, "held"] += ended and is_planned
        counted[*at, "held_minutes"] += spent * (ended and is_planned)
        counted[*at, "extra"] += ended and not is_planned
        counted[*at, "extra_minutes"] += spent * (ended and not is_planned)
        counted[*at, "missed"] += lost
        counted[*at, "to_come"] += is_planned and not begun and not lost
        if lost:
            counted[*at, "why", why.casefold() if called_off else "not said"] += 1
    told: Counter[tuple[str, ...]] = Counter()
    for row in seen["rows"]:
        for of in ("visits", "meetings"):
            for figure, value in row[of].items():
                at = (row["section_id"], str(row["period"]), of)
                if figure == "reasons":
                    for why, n in value.items():
                        told[*at, "why", why.casefold()] += n
                elif figure not in ("with_plan", "without_plan"):
                    told[*at, figure] += value
    assert +told == +counted
    home.close()
