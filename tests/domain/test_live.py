"""The state of a running visit, computed from its log and nothing else."""

from dataclasses import replace

import pytest

from observe.domain.live import deal_letters, live_view
from observe.domain.model import Attendance, Observation, Pause, Student, Visit, VisitLog
from observe.domain.protocol import Channel, Code, Modifier, Protocol

START = 1_700_000_000_000
MINUTE = 60_000

PROTOCOL = Protocol(
    "p",
    1,
    "P",
    (
        Channel("engagement", "E", "scale", "anyone", (Code("off", "Off"), Code("on", "On"))),
        Channel("asked", "A", "count", "anyone", (Code("q", "Q"),), (Modifier("asker", "Asks", "choice"),)),
        Channel("spark", "S", "count", "student", (Code("idea", "Idea"),)),
        Channel("role", "R", "state", "visit", (Code("teach", "Teach"), Code("group", "Group", with_whom=True))),
        Channel("way", "W", "toggle", "visit", (Code("tiered", "Tiered"), Code("open", "Open"))),
    ),
)
STUDENTS = tuple(Student(f"s{i}", name, "c", seat=i) for i, name in enumerate(("Ana", "Bo", "Cy", "Di", "Ed"), 1))


def log(*observations: Observation, **changes: object) -> VisitLog:
    ordered = tuple(replace(o, order=(o.at, i, "d", i)) for i, o in enumerate(observations))
    visit = Visit("v", "c", started_at=START, roster=tuple(s.id for s in STUDENTS))
    made = VisitLog(visit, PROTOCOL, STUDENTS, observations=ordered)
    return replace(made, **changes)


def seen(minute: float, channel: str, code: str | None, student: str | None = None, **more: object) -> Observation:
    at = START + round(minute * MINUTE)
    return Observation(f"o{minute}{channel}{code}{student}", at, channel, code, student, **more)


def at(minute: float) -> int:
    return START + round(minute * MINUTE)


def test_a_tile_has_the_newest_thing_said_of_that_student_and_its_own_age() -> None:
    view = live_view(
        log(seen(1, "engagement", "on", "s1"), seen(2, "engagement", "off", "s1"), seen(4, "spark", "idea", "s1")),
        at(6),
    )
    seat = view.seat("s1")
    assert seat is not None
    assert seat.last is not None
    assert (seat.last.channel, seat.last.code, seat.age) == ("spark", "idea", 2 * MINUTE)
    assert seat.before == ("off", "on")
    assert seat.picked


def test_what_is_said_of_everyone_says_nothing_of_one() -> None:
    view = live_view(log(seen(1, "engagement", "on")), at(2))
    assert all(seat.last is None and seat.age is None for seat in view.seats)
    assert view.never == 5
    assert view.last is not None


def test_who_was_not_observed_this_month_comes_first_of_those_not_seen_until_somebody_looks() -> None:
    due = frozenset({"s4", "s5"})
    view = live_view(log(seen(1, "engagement", "on", "s5")), at(2), due)
    assert view.unseen == ("s4", "s1", "s2", "s3", "s5")
    assert [seat.student.id for seat in view.seats if seat.not_this_month] == ["s4"]
    assert [seat.student.id for seat in view.seats if seat.marked] == ["s1", "s2", "s4"]


def test_the_three_unseen_longest_are_marked_and_no_more() -> None:
    view = live_view(log(seen(1, "engagement", "on", "s2"), seen(9, "engagement", "on", "s4")), at(12))
    assert view.unseen == ("s1", "s3", "s5", "s2", "s4")
    assert [seat.student.id for seat in view.seats if seat.marked] == ["s1", "s3", "s5"]


def test_ten_minutes_unseen_is_marked_and_less_is_not() -> None:
    looks = [seen(0, "engagement", "on", s.id) for s in STUDENTS]
    assert not any(seat.marked for seat in live_view(log(*looks), at(9.99)).seats)
    assert sum(seat.marked for seat in live_view(log(*looks), at(10)).seats) == 3


def test_absent_students_keep_their_place_and_are_not_missed() -> None:
    view = live_view(log(attendance={"s1": Attendance(False)}), at(12))
    assert [seat.here for seat in view.seats] == [False, True, True, True, True]
    assert "s1" not in view.unseen
    assert not view.seats[0].marked
    assert view.never == 4


def test_a_state_ends_the_one_before_and_its_clock_leaves_pauses_out() -> None:
    events = [seen(1, "role", "teach"), seen(3, "role", "group", with_whom=("s1", "s2"))]
    view = live_view(log(*events, pauses=(Pause("p", at(4), at(6)),)), at(8))
    assert view.states["role"].code == "group"
    assert view.states["role"].ms == 3 * MINUTE
    assert view.states["role"].with_whom == ("s1", "s2")
    assert view.ms == 6 * MINUTE
    assert not view.paused


def test_the_same_state_again_goes_on_with_its_clock_and_none_ends_it() -> None:
    again = log(seen(1, "role", "group", with_whom=("s1",)), seen(3, "role", "group", with_whom=("s2",)))
    view = live_view(again, at(5))
    assert view.states["role"].ms == 4 * MINUTE
    assert view.states["role"].with_whom == ("s2",)
    ended = live_view(log(seen(1, "role", "group", with_whom=("s1",)), seen(3, "role", None)), at(5))
    assert "role" not in ended.states
    assert ended.last_group == ("s1",)


def test_toggles_are_on_side_by_side() -> None:
    events = [
        seen(1, "way", "tiered", on=True), seen(2, "way", "open", on=True),
        seen(3, "way", "tiered", on=True), seen(4, "way", "open", on=False),
    ]  # fmt: skip
    view = live_view(log(*events), at(6))
    assert list(view.toggles["way"]) == ["tiered"]
    assert view.toggles["way"]["tiered"].ms == 5 * MINUTE


def test_a_pause_that_lasts_stops_the_clock() -> None:
    view = live_view(log(pauses=(Pause("p", at(2)),)), at(9))
    assert view.paused
    assert view.ms == 2 * MINUTE


def test_left_students_have_no_tile_unless_the_visit_speaks_of_them() -> None:
    left = Student("s9", "Zed", "c", active=False, seat=9)
    quiet = log(students=(*STUDENTS, left))
    assert live_view(quiet, at(1)).seat("s9") is None
    spoken = log(seen(1, "engagement", "on", "s9"), students=(*STUDENTS, left))
    assert live_view(spoken, at(2)).seat("s9") is not None


# -- letters ------------------------------------------------------------------------------------


def named(*names: str, letters: str = "") -> list[Student]:
    return [Student(str(i), name, "c", letter=letters[i : i + 1].strip()) for i, name in enumerate(names)]


def test_the_rosters_letters_come_first_and_the_rest_get_letters_of_their_names() -> None:
    assert deal_letters(named("Amara", "Aiden", "Imani", letters=" A ")) == {"0": "M", "1": "A", "2": "I"}


def test_a_name_without_latin_letters_gets_a_free_one() -> None:
    dealt = deal_letters(named("محمد", "שרה", "李小龍"))
    assert len(set(dealt.values())) == 3
    assert all("A" <= letter <= "Z" for letter in dealt.values())


@pytest.mark.parametrize("n", [1, 26, 27, 40, 676, 677])
def test_every_tag_is_its_own_and_none_begins_another(n: int) -> None:
    dealt = deal_letters(named(*(f"Ana Lee {i}" for i in range(n))))
    tags = list(dealt.values())
    assert len(set(tags)) == n
    assert {len(tag) for tag in tags} == {1 if n <= 26 else 2 if n <= 676 else 3}


def test_a_letter_does_not_depend_on_who_is_here() -> None:
    everyone = live_view(log(), at(1))
    some_away = live_view(log(attendance={"s1": Attendance(False), "s2": Attendance(False)}), at(1))
    assert [seat.letter for seat in everyone.seats] == [seat.letter for seat in some_away.seats]
