"""What comes every week: planned ahead, followed, and left alone where she was there herself."""

import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observe.domain.codec import iso, local, parse
from observe.domain.errors import Refused
from observe.services import meetings, missed, patterns, visits
from observe.services.afterwards import Afterwards
from observe.services.home import Home
from observe.services.typed import read_clock, read_day, read_line, read_minutes, read_when
from observe.store import maintenance, queries
from observe.store.intake import receive

from .phoenix import PHOENIX, Fixed, school

MONDAY = "2024-11-18"
"""When it is eight in the morning at first."""


def days(home: Home, section: str = "twelve") -> list[str]:
    """Month and day, and the hour on the wall, of what is planned."""
    found = visits.visits_between(home, 0, None)
    return [f"{local(v.planned_at, home.zone):%m-%d %H:%M}" for v in found if v.section == section and v.planned_at]


def visit(home: Home, when: str) -> str:
    [found] = [v.id for v in visits.visits_between(home, 0, None) if v.planned_at == parse(when, home.zone)]
    return found


def test_a_pattern_plans_its_weeks_until_its_last_day(at: Home) -> None:
    done = patterns.add(at, "Room 12", 1, "9:30", 45, last=date(2024, 12, 10))
    assert days(at) == ["11-19 09:30", "11-26 09:30", "12-03 09:30", "12-10 09:30"]
    assert done.counts["added"] == 4
    one = visits.visits_between(at, 0, None)[0]
    assert (one.planned_minutes, one.section_name, one.zone) == (45, "Room 12", PHOENIX)
    assert maintenance.remake(at.database, at.journal.device) == []


def test_without_an_end_it_plans_twenty_eight_weeks_and_is_topped_up(at: Home, clock: Fixed) -> None:
    patterns.add(at, "Room 12", 0, "09:30", 45)
    assert (len(days(at)), days(at)[0], days(at)[-1]) == (29, "11-18 09:30", "06-02 09:30")
    patterns.top_up(at)
    before = list(maintenance.dump(at.conn))
    assert not patterns.top_up(at)
    assert list(maintenance.dump(at.conn)) == before
    clock.ms += 10 * 86_400_000
    assert patterns.top_up(at)
    assert (len(days(at)), days(at)[-1]) == (30, "06-09 09:30")
    assert not patterns.top_up(at)


def test_a_long_summer_leaves_no_missed_visits_behind(at: Home, clock: Fixed) -> None:
    patterns.add(at, "Room 12", 0, "09:30", 45)
    clock.ms += 300 * 86_400_000
    patterns.top_up(at)
    after_summer = [day for day in days(at) if "06-03" < day < "09-20"]
    assert after_summer == ["09-15 09:30"]


def test_half_past_nine_stays_half_past_nine(home: Path) -> None:
    class Denver(Fixed):
        ms = parse("2026-10-20T08:00", "America/Denver")

        def zone(self) -> str:
            return "America/Denver"

    at = school(home, Denver())
    patterns.add(at, "Room 12", 4, "09:30", 45, last=date(2026, 11, 13))
    found = [iso(v.planned_at or 0)[5:16] for v in visits.visits_between(at, 0, None)]
    assert found == ["10-23T15:30", "10-30T15:30", "11-06T16:30", "11-13T16:30"]
    at.close()


def test_another_hour_moves_what_is_untouched_and_leaves_the_rest(at: Home, clock: Fixed) -> None:
    one = patterns.add(at, "Room 12", 1, "09:30", 45, last=date(2024, 12, 31)).pattern
    clock.ms = parse("2024-11-27T08:00", PHOENIX)
    told = missed.miss(at, visit(at, "2024-12-03T09:30"), "testing")
    by_hand = missed.move(at, visit(at, "2024-12-10T09:30"), parse("2024-12-12T11:00", PHOENIX))
    done = patterns.change(at, one.id, weekday=1, time="10:15", minutes=40)
    assert days(at) == [
        *("11-19 09:30", "11-26 09:30"),  # those are over
        *("12-03 09:30", "12-12 11:00"),  # has its reason; was moved by hand
        *("12-17 10:15", "12-24 10:15", "12-31 10:15"),
    ]
    assert {word: n for word, n in done.counts.items() if n} == {"moved": 3, "kept": 2}
    assert visits.read(at, told.id).missed == "testing"
    assert visits.read(at, by_hand.id).planned_minutes == 45


def test_what_was_to_be_an_hour_ago_is_not_moved_by_a_change_now(at: Home, clock: Fixed) -> None:
    one = patterns.add(at, "Room 12", 0, "08:30", 45, last=date(2024, 11, 25)).pattern
    clock.ms = parse("2024-11-18T09:30", PHOENIX)
    patterns.change(at, one.id, weekday=0, time="11:00", minutes=45)
    assert days(at) == ["11-18 08:30", "11-25 11:00"]


def test_another_day_of_the_week_takes_plans_along_and_doubles_no_week(at: Home, clock: Fixed) -> None:
    one = patterns.add(at, "Room 12", 1, "09:30", 45, last=date(2024, 12, 17)).pattern
    clock.ms = parse("2024-11-21T08:00", PHOENIX)
    spoken = visit(at, "2024-11-26T09:30")
    at.write(lambda act: act.put("plan", f"{spoken}/l1", {"visit": spoken, "part": "objective", "text": "x"}))
    patterns.change(at, one.id, weekday=4, time="13:00", minutes=45)
    assert days(at) == ["11-19 09:30", "11-22 13:00", "11-29 13:00", "12-06 13:00", "12-13 13:00"]
    assert visit(at, "2024-11-29T13:00") == spoken
    assert not patterns.top_up(at)


def test_the_end_takes_what_lies_after_it(at: Home, clock: Fixed) -> None:
    one = patterns.add(at, "Room 12", 1, "09:30", 45, last=date(2024, 12, 31)).pattern
    clock.ms = parse("2024-12-03T08:00", PHOENIX)
    early = visits.start_visit(at, "Room 12", visit=visit(at, "2024-12-10T09:30"))
    visits.end_visit(at, early.id)
    told = visit(at, "2024-12-17T09:30")
    Afterwards(at, told).reflect("glow", "x")
    done = patterns.end(at, one.id)
    assert done.counts["removed"] == 2
    assert days(at) == ["11-19 09:30", "11-26 09:30", "12-10 09:30", "12-03 09:30", "12-17 09:30"]  # by when begun
    assert [p.id for p in patterns.standing(at)] == [one.id]
    clock.ms += 86_400_000
    assert patterns.standing(at) == ()


def test_a_pattern_typed_by_mistake_never_was(at: Home) -> None:
    one = patterns.add(at, "Room 12", 1, "09:30", 45).pattern
    patterns.end(at, one.id, date(2024, 11, 17))
    assert (days(at), patterns.every(at)) == ([], ())
    again = patterns.add(at, "Room 12", 1, "09:30", 45)
    assert again.counts["added"] == 28


def test_the_same_pattern_is_not_typed_twice(at: Home) -> None:
    patterns.add(at, "Room 12", 1, "09:30", 45, last=date(2024, 12, 3))
    with pytest.raises(Refused, match="is there already"):
        patterns.add(at, "Room 12", 1, "09:30", 40)
    patterns.add(at, "Room 12", 1, "09:30", 40, first=date(2024, 12, 4), last=date(2024, 12, 10))
    assert days(at)[-1] == "12-10 09:30"


def test_weeks_that_are_past_are_planned_when_she_says_so_but_not_where_she_was(at: Home) -> None:
    held = visits.start_visit(at, "Room 12", at=parse("2024-11-12T09:40", PHOENIX))
    visits.end_visit(at, held.id, at=parse("2024-11-12T10:10", PHOENIX))
    patterns.add(at, "Room 12", 1, "09:30", 45, first=date(2024, 11, 5), last=date(2024, 11, 19))
    assert days(at) == ["11-05 09:30", "11-19 09:30"]


def test_meetings_come_every_week_too(at: Home) -> None:
    one = patterns.add(at, "Room 14", 4, "14:30", 30, what="meeting", last=date(2024, 12, 6)).pattern
    found = meetings.between(at, None, None)
    assert [f"{local(m.at, at.zone):%m-%d %H:%M}" for m in found] == ["11-22 14:30", "11-29 14:30", "12-06 14:30"]
    meetings.miss(at, found[1].id, "assembly")
    assert patterns.end(at, one.id).counts["removed"] == 2
    assert [m.missed for m in meetings.between(at, None, None)] == ["assembly"]


def test_two_devices_plan_the_same(at: Home, clock: Fixed, tmp_path: Path) -> None:
    other = school(tmp_path / "other", clock)
    patterns.add(at, "Room 12", 1, "09:30", 45)
    with other.database.transaction():
        receive(other.conn, [e for e in at.journal.every() if e.kind == "pattern"], clock.ms)
    assert patterns.top_up(other)
    assert days(other) == days(at)
    with other.database.transaction():
        receive(other.conn, list(at.journal.every()), clock.ms)
    assert queries.conflicts(other.conn) == []
    assert maintenance.remake(other.database, other.journal.device) == []
    ids = [[v.id for v in visits.visits_between(one, 0, None)] for one in (at, other)]
    assert ids[0] == ids[1]
    other.close()


def test_what_a_pattern_that_has_not_arrived_planned_is_left_alone(at: Home, clock: Fixed, tmp_path: Path) -> None:
    other = school(tmp_path / "other", clock)
    patterns.add(at, "Room 12", 1, "09:30", 45)
    patterns.add(other, "Room 14", 1, "13:00", 45)
    with other.database.transaction():
        receive(other.conn, [e for e in at.journal.every() if e.kind == "visit"], clock.ms)
    clock.ms += 86_400_000
    patterns.top_up(other)
    assert len(days(other)) == 28
    other.close()


def test_a_colleagues_pattern_is_hers(at: Home, clock: Fixed, tmp_path: Path) -> None:
    other = school(tmp_path / "other", clock)
    for home, name in ((at, "Robin Hale"), (other, "Noor Aziz")):
        home.set_setting("observer", name)
    patterns.add(at, "Room 12", 1, "09:30", 45)
    with other.database.transaction():
        receive(other.conn, list(at.journal.every()), clock.ms)
    clock.ms += 8 * 86_400_000
    assert (patterns.every(other), patterns.top_up(other), len(days(other))) == ((), False, 28)
    other.close()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Room 12 tue 09:30 45", (1, "09:30", 45, "visit")),
        ("room 12, Thursday, 1:15 pm, 40 min", (3, "13:15", 40, "visit")),
        ("Room 12 fr 14.30", (4, "14:30", 45, "visit")),
        ("Room 12 wed 12:05pm 30 meeting", (2, "12:05", 30, "meeting")),
        ("Room 12 mon 8:00 m", (0, "08:00", 30, "meeting")),
    ],
)
def test_a_line_is_read_as_people_write_it(at: Home, line: str, found: tuple[int, str, int, str]) -> None:
    typed = read_line(at, line)
    assert (typed.section, typed.weekday, typed.time, typed.minutes, typed.what) == ("twelve", *found)


@pytest.mark.parametrize("line", ["", "Room 12", "tue 09:30 45", "Room 12 tue 45", "Room 12 someday 09:30 45"])
def test_a_line_that_is_none_is_refused(at: Home, line: str) -> None:
    with pytest.raises(Refused):
        read_line(at, line)


def test_an_hour_of_the_night_is_asked_about() -> None:
    with pytest.raises(Refused, match="13:15"):
        read_clock("1:15")
    assert (read_clock("5:45 am"), read_clock("12:30 am"), read_clock("12:00 p.m.")) == ("05:45", "00:30", "12:00")
    for wrong in ("24:00", "9:60", "13:00 pm", "0:10 am", "nine", "9", ""):
        with pytest.raises(Refused):
            read_clock(wrong)
    for wrong in ("t", "", "day", "9"):
        with pytest.raises(Refused):
            read_day(wrong)


def test_when_something_is_may_be_typed() -> None:
    assert read_when("thu 10:15 30") == (3, "10:15", 30)
    assert read_when(" 2026-12-03, 1:15 pm ") == (date(2026, 12, 3), "13:15", None)
    assert read_when("9:30") == (None, "09:30", None)
    assert (read_minutes("45"), read_minutes("30 min")) == (45, 30)
    for wrong in ("", "thu", "2026-13-40 10:15", "someday 10:15", "thu 10:15 soon"):
        with pytest.raises(Refused):
            read_when(wrong)
    for wrong in ("", "0", "x", "9999", "-1"):
        with pytest.raises(Refused):
            read_minutes(wrong)


# -- against a slow reader of the rules ------------------------------------------------------------------------

deeds = st.lists(
    st.tuples(st.sampled_from(("wait", "change", "miss", "move", "hold", "end", "top up")), st.integers(0, 1 << 16)),
    max_size=8,
)


@settings(max_examples=10)
@given(steps=deeds, weekday=st.integers(0, 6), last=st.one_of(st.none(), st.integers(0, 60)))
def test_whatever_happens_what_is_ahead_and_untouched_is_the_pattern_and_the_rest_stays(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]], weekday: int, last: int | None
) -> None:
    clock = Fixed()
    clock.ms = parse(f"{MONDAY}T08:00", PHOENIX)
    home = school(tmp_path_factory.mktemp("any") / "home", clock)
    today = date.fromisoformat(MONDAY)
    end = None if last is None else today + timedelta(days=last)
    one = patterns.add(home, "Room 12", weekday, "09:30", 45, last=end).pattern
    hour, hands = "09:30", dict[str, tuple[int, str]]()  # what she did herself: when it is, and what was said
    past = dict[str, int]()
    for what, number in steps:
        chance = random.Random(number)
        ahead = [v for v in visits.visits_between(home, clock.ms, None) if v.id not in hands]
        past = {v.id: v.planned_at or 0 for v in visits.visits_between(home, 0, clock.ms) if v.id not in hands}
        some = chance.choice(ahead) if ahead else None
        if what == "wait":
            clock.ms += chance.randint(1, 20) * 86_400_000
        elif what == "change":
            weekday, hour = chance.randint(0, 6), f"{chance.randint(7, 15):02d}:{chance.choice((0, 15, 30)):02d}"
            patterns.change(home, one.id, weekday=weekday, time=hour, minutes=45)
        elif what == "end":
            end = local(clock.ms, PHOENIX).date() + timedelta(days=chance.randint(0, 40))
            patterns.end(home, one.id, end)
        elif what == "top up":
            patterns.top_up(home)
        elif some is not None and what == "miss":
            missed.miss(home, some.id, "testing")
            hands[some.id] = (some.planned_at or 0, "testing")
        elif some is not None and what == "move":
            to = (some.planned_at or 0) + chance.randint(-3, 3) * 86_400_000 + 60_000
            if to > clock.ms:
                missed.move(home, some.id, to)
                hands[some.id] = (to, "")
        elif some is not None and what == "hold" and not visits.open_visits(home):
            visits.end_visit(home, visits.start_visit(home, "Room 12", visit=some.id).id)
            hands[some.id] = (clock.ms, "")
        for id, at in past.items():
            assert visits.read(home, id).planned_at == at, what
    patterns.top_up(home)
    now, there = clock.ms, local(clock.ms, PHOENIX).date()
    found = visits.visits_between(home, 0, None)
    for id, (when, why) in hands.items():
        seen = visits.read(home, id)
        assert (seen.started_at if seen.started_at is not None else seen.planned_at, seen.missed) == (when, why)
    # Day by day: a day that is the pattern's has its visit at that hour, unless its week was seen to by her.
    said = {id: items_week(home, id) for id in hands}
    expected = []
    for n in range(patterns.WEEKS_AHEAD * 7 + 1):
        day = there + timedelta(days=n)
        moment = parse(f"{day}T{hour}", PHOENIX)
        if day.weekday() == weekday and (end is None or day <= end) and day >= today and moment >= now:
            expected.append(moment)
    free = [m for m in expected if week(m) not in said.values()]
    mine = [v.planned_at for v in found if v.id not in hands and (v.planned_at or 0) >= now]
    assert [m for m in mine if m is not None and week(m) not in said.values()] == free
    assert set(mine) <= set(expected)
    assert maintenance.remake(home.database, home.journal.device) == []
    home.close()


def week(ms: int) -> tuple[int, int]:
    return local(ms, PHOENIX).isocalendar()[:2]


def items_week(home: Home, id: str) -> tuple[int, int]:
    """The week for which the pattern planned it."""
    winner = home.journal.winner("visit", id)
    assert winner is not None
    return week(parse(winner.data["calendar"]["at"], PHOENIX))
