"""Corners that chance seldom finds, each by hand, and compared with the slow figures as well."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from school import DAY, MINUTE, School

from observe.services import summary


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    found = School(tmp_path / "home")
    yield found
    found.close()


def channel(school: School, name: str) -> Any:
    assert school.current is not None
    return next(channel for channel in school.current.scheme["channel"] if channel["name"] == name)


def checked(school: School) -> Any:
    """The summary, which is the slow one too."""
    assert school.current is not None
    school.check()
    return summary.summary(school.home, school.current.id)


def test_a_roll_stays_taken_when_the_one_it_named_is_away(school: School) -> None:
    school.start("room-12", "push_in")
    school.attend(["s-ada"], [])
    school.attend([], ["s-ada"])
    assert checked(school)["coverage"]["present"] == 0
    assert school.look(channel(school, "engagement"), "off", student="s-ben").marked_present
    assert checked(school)["coverage"]["present"] == 1
    school.look(channel(school, "engagement"), "off", student="s-ada")
    school.attend([], ["s-ada"])
    assert checked(school)["coverage"]["present"] == 1
    for _ in range(4):
        school.undo()
        checked(school)
    assert checked(school)["coverage"]["present"] == 1  # Ada, by the roll
    school.undo()
    assert checked(school)["coverage"]["present"] == 5  # no roll: the class


@pytest.mark.parametrize("roll", [False, True])
def test_a_child_who_left_was_seen_all_the_same(school: School, roll: bool) -> None:
    school.start("room-12", "push_in", roll=roll)
    school.look(channel(school, "role"), "group", with_whom=["s-ada", "s-gia"])
    school.clock.advance(10 * MINUTE)
    school.look(channel(school, "engagement"), "deep", student="s-ada")
    school.attend([], ["s-ada"])
    school.end()
    coverage = checked(school)["coverage"]
    assert (coverage["present"], coverage["seen"]) == (4, 0)
    assert (coverage["students"]["s-ada"]["n"], coverage["students"]["s-ada"]["service_seconds"]) == (1, 600)
    assert coverage["students"]["s-gia"] == {
        "n": 0, "last_at": None, "longest_gap_seconds": 600, "service_seconds": 600,
    }  # fmt: skip


def test_a_visit_of_no_length_has_counts_and_no_shares_of_time(school: School) -> None:
    school.start("room-12", "push_in")
    school.look(channel(school, "role"), "teach")
    school.look(channel(school, "questioning"), "create")
    school.end()
    figures = checked(school)
    assert figures["visit"]["seconds"] == 0
    assert figures["channels"]["role"]["shares"]["teach"] is None
    assert figures["channels"]["role"]["bouts"]["teach"] == 0
    assert (figures["channels"]["questioning"]["n"], figures["channels"]["questioning"]["per_hour"]) == (1, None)
    assert figures["channels"]["engagement"]["by_method"]["tap"]["shares"]["off"] is None


def test_a_visit_of_a_second(school: School) -> None:
    school.start("room-12", "push_in")
    school.look(channel(school, "role"), "teach")
    school.clock.advance(1)
    school.look(channel(school, "role"), "coach")
    school.clock.advance(999)
    school.end()
    role = checked(school)["channels"]["role"]
    assert (role["seconds"]["teach"], role["seconds"]["coach"], role["shares"]["teach"]) == (0.001, 0.999, 0.001)


def test_a_clock_set_two_days_back_in_mid_visit_lengthens_nothing(school: School) -> None:
    """The visit has not begun by that clock: taps are taken, durations are none, and nothing is below zero."""
    school.start("room-12", "push_in")
    school.clock.advance(5 * MINUTE)
    school.look(channel(school, "role"), "teach")
    school.restart(-2 * DAY)
    school.look(channel(school, "engagement"), "deep", student="s-ada")
    assert checked(school)["visit"]["seconds"] == 0
    school.end()
    figures = checked(school)
    assert figures["visit"]["seconds"] == 300
    assert figures["channels"]["engagement"]["by_method"]["tap"]["n"] == 1
    assert figures["coverage"]["students"]["s-ada"]["longest_gap_seconds"] == 300


def test_of_one_millisecond_the_last_written_holds_by_a_clock_set_back_too(school: School) -> None:
    """A stamp goes on from the last one, unless that lies more than a day ahead of this clock."""
    record = school.start("room-12", "push_in")
    school.clock.advance(5 * MINUTE)
    at = school.now
    school.look(channel(school, "role"), "teach", at=at)
    school.restart(-20 * 60 * MINUTE)
    school.restart(21 * 60 * MINUTE)
    school.look(channel(school, "role"), "coach", at=at)
    assert record.started is not None
    school.end()
    seconds = checked(school)["channels"]["role"]["seconds"]
    assert (seconds["teach"], seconds["coach"] > 0) == (0, True)


def test_what_redo_brings_back_after_the_end_counts_and_lasts_no_time(school: School) -> None:
    record = school.start("room-12", "push_in")
    school.clock.advance(10 * MINUTE)
    school.look(channel(school, "role"), "teach")
    school.undo()
    assert record.started is not None
    school.end(record.started + 5 * MINUTE)
    school.redo()
    figures = checked(school)
    assert figures["visit"]["seconds"] == 300
    assert (figures["channels"]["role"]["bouts"]["teach"], figures["channels"]["role"]["unrecorded_seconds"]) == (
        0,
        300,
    )


def test_a_pause_swallows_what_lies_in_it_and_joins_what_lies_around(school: School) -> None:
    school.start("room-12", "push_in")
    for code, on in (("teach", None), (None, True), ("coach", None), (None, None), ("teach", None), (None, False)):
        if on is None:
            school.look(channel(school, "role"), code)
        else:
            school.pause(on)
        school.clock.advance(MINUTE)
    school.end()
    role = checked(school)["channels"]["role"]
    assert (role["seconds"]["teach"], role["seconds"]["coach"]) == (120, 0)
    assert (role["bouts"]["teach"], role["bouts"]["coach"]) == (1, 0)


def test_a_pair_is_two_ratings_of_one_look_at_everyone_and_of_two_the_later(school: School) -> None:
    school.start("room-12", "push_in")
    challenge, engagement = channel(school, "challenge"), channel(school, "engagement")

    def rate(number: int, *ratings: tuple[str, str]) -> None:
        for known, code in ratings:
            school.look(channel(school, known), code, student="s-ada", method="sweep", sweep=number)

    school.sweep_start(1, ["s-ada", "s-ben"])
    rate(1, ("challenge", "known"), ("engagement", "deep"), ("engagement", "waiting"))
    school.sweep_start(2, ["s-ada"], "unseen")
    rate(2, ("challenge", "known"), ("engagement", "waiting"))
    school.sweep_start(3, ["s-ada"], "focal", 7)
    rate(3, ("challenge", "stretch"), ("engagement", "deep"))
    rate(4, ("challenge", "stretch"))
    rate(5, ("engagement", "deep"))
    school.look(challenge, "known", student="s-ben")
    school.look(engagement, "waiting", student="s-ben")
    figures = checked(school)
    assert {name: (pair["n"], pair["both"]) for name, pair in figures["pairs"].items()} == {
        "lost_time": (1, 1),
        "flow": (1, 0),
    }
    assert [one["of"] for one in figures["sweeps"]] == ["everyone", "part", "part", "everyone", "everyone"]
    assert figures["channels"]["engagement"]["by_method"]["part"]["n"] == 2
    for _ in range(12):
        school.undo()
        checked(school)
