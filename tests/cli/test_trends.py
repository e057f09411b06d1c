"""`flag`."""

from .commands import Observe


def test_a_visit_is_flagged_asked_and_cleared(at_school: Observe) -> None:
    visit = at_school.ok("start", "Room 12").strip()
    assert at_school.json("flag", visit) == {"id": visit, "flag": None}
    assert at_school.ok("flag", visit).strip() == "as usual"
    assert at_school.ok("flag", visit, "other", "lesson").strip() == visit
    assert at_school.json("flag", "last") == {"id": visit, "flag": "other lesson"}
    assert at_school.json("summary", visit)["visit"]["flag"] == "other lesson"
    assert at_school.json("flag", visit, "--clear") == {"id": visit, "flag": None}
    at_school.refused("flag", visit, "substitute", "--clear", status=2)
    at_school.refused("flag", "nobody", "substitute")
    assert "too long" in at_school.refused("flag", visit, "x" * 201)
