"""Corners of the figures over time that random visits seldom come to."""

from datetime import date

from observe.domain.protocol import Channel, Code, Protocol
from observe.domain.trends import Held, looks, mondays, student, weeks

SCALE = Channel("engagement", "Engagement", "scale", "anyone", (Code("off", "Off"), Code("deep", "Deep")))
PROTOCOL = Protocol("p", 1, "P", (SCALE,))


def held(day: date, *passes: dict[str, list[str]], **more: object) -> Held:
    """A visit in which only looks were logged."""
    rows = [{"number": i, "looks": {"engagement": seen}, "part": False} for i, seen in enumerate(passes)]
    here = {"n": 1, "last_at": 0, "gap_ms": 0, "service_ms": 0}
    tally = {
        "ms": 60_000, "paused_ms": 0, "sweeps": rows, "channels": {"engagement": {"kind": "scale", "who": {}}},
        "coverage": {"present": ["a"], "students": {"a": here}}, **more,
    }  # fmt: skip
    return Held(f"v{day}", day, PROTOCOL, tally)


def test_what_is_said_of_everyone_is_in_neither_group_and_is_no_student() -> None:
    found = looks([held(date(2026, 11, 24), {"off": ["", "a"], "deep": ["b", "c"]})], frozenset("a"))["engagement"]
    assert (found["all"]["n"], found["all"]["students"]) == (4, 3)
    assert (found["identified"]["counts"], found["others"]["counts"]) == ({"off": 1, "deep": 0}, {"off": 0, "deep": 2})


def test_a_student_rated_twice_in_a_pass_was_looked_at_twice() -> None:
    one = held(date(2026, 11, 24), {"deep": ["a", "a"]}, {"off": ["b"]}, {"off": ["a"]})
    assert student([one], "a", one.day, one.day)["visits"][0]["looks"] == {"engagement": ["deep", "deep", "off"]}


def test_a_code_of_another_version_is_counted_under_its_key() -> None:
    [week] = weeks([held(date(2026, 11, 24), {"dreamy": ["a"]})], date(2026, 11, 23), date(2026, 11, 24), frozenset())
    assert week["channels"]["engagement"]["sweep"]["counts"] == {"off": 0, "deep": 0, "dreamy": 1}


def test_a_week_without_a_visit_is_there_and_says_so() -> None:
    visits = [held(date(2026, 11, 3)), held(date(2026, 11, 20))]
    found = weeks(visits, date(2026, 11, 3), date(2026, 11, 20), frozenset())
    assert [(week["week"], week["visits"], week["channels"] is None) for week in found] == [
        ("2026-11-02", 1, False),
        ("2026-11-09", 0, True),
        ("2026-11-16", 1, False),
    ]


def test_a_weekend_at_the_beginning_is_a_week_only_with_a_visit() -> None:
    saturday, friday = date(2026, 10, 31), date(2026, 11, 13)
    assert mondays([], saturday, friday) == [date(2026, 11, 2), date(2026, 11, 9)]
    assert mondays([held(saturday)], saturday, friday)[0] == date(2026, 10, 26)
    assert mondays([], saturday, date(2026, 11, 1)) == [date(2026, 10, 26)]  # it is all that was asked for
    assert mondays([], friday, saturday) == []
