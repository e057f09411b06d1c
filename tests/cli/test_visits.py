"""`start`, `end`, `visits`, and the words for VISIT."""

import json
from pathlib import Path

import pytest

from .commands import DAY, Observe, at, utc


def planned(observe: Observe, folder: Path, minute: int, key: str = "plan-1", section: str = "Room 12") -> str:
    """A visit that is planned, as an import brings it."""
    ids = {row["name"]: row["id"] for row in observe.json("sections")}
    data = {"section": ids[section], "planned_at": utc(minute), "planned_minutes": 45}
    file = folder / f"{key}.jsonl"
    lines = [{"observe": "export", "v": 1}, {"kind": "visit", "key": key, "data": data}]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    observe.ok("import", "visits", file)
    return key


# -- start ----------------------------------------------------------------------------------------------


def test_start_prints_the_id(at_school: Observe) -> None:
    out = at_school.ok("start", "Room 12", "--title", "  Fractions \x1b[31m ", "--at", at(0))
    visit = at_school.json("summary")["visit"]
    assert out == visit["id"] + "\n"
    assert (visit["section"], visit["teacher"], visit["title"]) == ("Room 12", "Ms Okafor", "Fractions [31m")
    assert (visit["status"], visit["started_at"], visit["ended_at"]) == ("live", utc(0), None)
    assert visit["protocol"] == {"id": "push_in", "version": 2}


def test_start_json_and_by_the_id_of_the_section(at_school: Observe) -> None:
    section = at_school.json("sections")[1]["id"]
    started = at_school.json("start", section)
    assert at_school.json("visits")[0]["id"] == started["id"]


def test_a_visit_needs_no_section(at_school: Observe) -> None:
    at_school.ok("start", "--title", "Corridor")
    assert at_school.json("summary")["visit"]["section"] is None


def test_the_observer_is_who_the_setting_says(at_school: Observe) -> None:
    at_school.ok("settings", "observer", "Mia Fox")
    at_school.start()
    assert at_school.json("summary")["visit"]["observer"] == "Mia Fox"


def test_present_all_takes_the_roll(at_school: Observe) -> None:
    at_school.start("Room 12", 0, "--present", "all")
    at_school.log({"absent": ["Ana Ruiz"], "at": at(1)})
    assert at_school.json("summary")["coverage"]["present"] == 4


def test_a_second_visit_is_refused_naming_the_open_one(live: Observe) -> None:
    before = live.dump()
    said = live.refused("start", "Room 14")
    assert "Room 12" in said
    assert live.json("visits")[0]["id"] in said
    assert live.dump() == before


def test_end_open_ends_the_other_at_its_last_observation(live: Observe) -> None:
    first = live.json("visits")[0]["id"]
    live.log({"channel": "engagement", "code": "deep", "at": at(12)}, {"channel": "role", "code": "teach", "at": at(7)})
    live.ok("start", "Room 14", "--end-open")
    ended = live.json("summary", first)["visit"]
    assert (ended["status"], ended["ended_at"], ended["estimated_end"]) == ("ended", utc(12), True)
    assert [row["status"] for row in live.json("visits")] == ["ended", "live"]


def test_end_open_of_a_visit_without_observations_ends_it_where_it_began(live: Observe) -> None:
    first = live.json("visits")[0]["id"]
    live.ok("start", "--end-open")
    assert live.json("summary", first)["visit"]["ended_at"] == utc(0)


@pytest.mark.parametrize(("off", "attached"), [(-60, True), (0, True), (60, True), (61, False), (-61, False)])
def test_a_start_attaches_to_the_visit_planned_within_the_hour(
    at_school: Observe, tmp_path: Path, off: int, attached: bool
) -> None:
    plan = planned(at_school, tmp_path, 180)
    visit = at_school.start("Room 12", 180 + off)
    assert (visit == plan) is attached
    if attached:
        facts = at_school.json("summary", plan)["visit"]
        assert (facts["planned_at"], facts["planned_minutes"], facts["status"]) == (utc(180), 45, "live")


def test_a_start_attaches_to_the_nearest_not_yet_held_of_that_section(at_school: Observe, tmp_path: Path) -> None:
    planned(at_school, tmp_path, 0, "far")
    planned(at_school, tmp_path, 50, "near")
    planned(at_school, tmp_path, 40, "other", "Room 14")
    assert at_school.start("Room 12", 40) == "near"
    at_school.end(45)
    assert at_school.start("Room 12", 50) == "far"  # the nearest was held
    at_school.end(55)
    assert at_school.start("Room 12", 56) not in ("near", "far", "other")


def test_a_planned_visit_of_another_day_is_not_attached_to(at_school: Observe, tmp_path: Path) -> None:
    midnight = 14 * 60
    planned(at_school, tmp_path, 0)
    file = tmp_path / "late.jsonl"
    text = (tmp_path / "plan-1.jsonl").read_text().replace("plan-1", "late").replace(utc(0), "2024-11-20T07:10:00.000Z")
    file.write_text(text)  # ten past midnight of the next day
    at_school.ok("import", "visits", file)
    assert at_school.start("Room 12", midnight - 20) != "late"


def test_planned_visits_are_planned_then_missed(at_school: Observe, tmp_path: Path) -> None:
    planned(at_school, tmp_path, 0)
    file = tmp_path / "next.jsonl"
    file.write_text(
        (tmp_path / "plan-1.jsonl").read_text().replace("plan-1", "next").replace(utc(0), "2090-01-02T10:00:00.000Z")
    )
    at_school.ok("import", "visits", file)
    rows = {row["id"]: row for row in at_school.json("visits")}
    assert (rows["plan-1"]["status"], rows["next"]["status"]) == ("missed", "planned")
    assert rows["next"]["started_at"] is None
    assert (rows["next"]["seconds"], rows["next"]["observations"]) == (0, 0)


# -- end ------------------------------------------------------------------------------------------------


def test_end(live: Observe) -> None:
    visit = live.json("visits")[0]["id"]
    assert live.ok("end", visit, "--at", at(40)) == visit + "\n"
    ended = live.json("summary")["visit"]
    assert (ended["status"], ended["ended_at"], ended["seconds"]) == ("ended", utc(40), 2400)
    assert ended["estimated_end"] is False


def test_end_estimated_and_corrected(live: Observe) -> None:
    live.end()
    said = live.refused("end", "last")
    assert utc(40) in said
    assert live.json("end", "last", "--at", at(35), "--estimated") == {"id": live.json("visits")[0]["id"]}
    ended = live.json("summary")["visit"]
    assert (ended["ended_at"], ended["estimated_end"]) == (utc(35), True)
    assert "its end is estimated" in live.ok("summary").lower()


def test_an_end_before_what_was_logged_or_in_the_future_is_refused(live: Observe) -> None:
    live.log({"channel": "role", "code": "teach", "at": at(20)})
    before = live.dump()
    assert utc(20) in live.refused("end", "last", "--at", at(19))
    assert "future" in live.refused("end", "last", "--at", "2097-01-01T10:00")
    assert live.dump() == before
    live.ok("end", "last")


# -- VISIT ----------------------------------------------------------------------------------------------


def test_a_visit_by_id_prefix_last_and_open(at_school: Observe) -> None:
    later = at_school.start("Room 14", 60)
    at_school.end(70)
    earlier = at_school.start("Room 12", 0)

    def named(word: str) -> str:
        return str(at_school.json("summary", word)["visit"]["id"])

    assert named(later) == later
    size = next(n for n in range(1, 25) if later[:n] != earlier[:n])
    assert named(later[:size]) == later
    assert named("last") == later  # the latest by its start, not the one started last
    assert at_school.json("summary")["visit"]["id"] == later
    assert named("open") == earlier
    at_school.end(20, "open")
    assert "no visit is open" in at_school.refused("summary", "open")


def test_a_prefix_that_two_have_names_both(at_school: Observe, tmp_path: Path) -> None:
    planned(at_school, tmp_path, 0, "plan-1")
    planned(at_school, tmp_path, 60, "plan-10")
    said = at_school.refused("summary", "plan")
    assert "plan-1, plan-10" in said
    assert at_school.json("summary", "plan-1")["visit"]["id"] == "plan-1"  # a whole id is no prefix of another
    assert "not known" in at_school.refused("summary", "nothing-so")
    assert "not known" in at_school.refused("summary", "")


def test_a_home_without_visits_says_so(at_school: Observe) -> None:
    for args in (["summary"], ["summary", "open"], ["end", "last"], ["log", "open"]):
        assert "visit" in at_school.refused(*args)


# -- visits ---------------------------------------------------------------------------------------------


def test_visits_in_order_of_time_and_by_day(at_school: Observe) -> None:
    ids = []
    for day, section in (("2024-11-20", "Room 14"), (DAY, "Room 12"), ("2024-11-21", "Room 12")):
        ids.append(at_school.ok("start", section, "--at", f"{day}T23:30").strip())
        at_school.log({"channel": "role", "code": "teach", "at": f"{day}T23:31"}, visit="open")
        at_school.ok("end", "open", "--at", f"{day}T23:40")
    rows = at_school.json("visits")
    assert [row["id"] for row in rows] == [ids[1], ids[0], ids[2]]
    first = rows[0]
    assert (first["section"], first["status"], first["seconds"], first["observations"]) == ("Room 12", "ended", 600, 1)
    assert first["started_at"] == f"{DAY}T23:30".replace("19T23:30", "20T06:30:00.000Z")

    def between(*args: str) -> list[str]:
        return [row["id"] for row in at_school.json("visits", *args)]

    assert between("--from", "2024-11-20") == [ids[0], ids[2]]
    assert between("--to", "2024-11-20") == [ids[1], ids[0]]
    assert between("--from", "2024-11-20", "--to", "2024-11-20") == [ids[0]]
    assert between("--from", "2024-11-22") == between("--to", "2024-11-18") == []
    text = at_school.ok("visits").splitlines()
    assert text[0].split() == ["id", "when", "section", "status", "observations"]
    assert text[1].split() == [ids[1], "2024-11-19", "23:30", "Room", "12", "ended", "1"]
