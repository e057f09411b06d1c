"""`observe groups`, `observe group`, and the lines of `observe log` that are about groups."""

from __future__ import annotations

from .commands import Observe, at, utc


def test_a_visit_begins_with_the_standing_groups_and_a_line_moves_a_student(live: Observe) -> None:
    ana, bo, chi = (live.student(name) for name in ("Ana Ruiz", "Bo Chen", "Chi Okeke"))
    [answer] = live.log({"move": "Bo Chen", "group": "Wrens", "at": at(5)})
    live.log({"move": ana, "group": None, "at": at(6)}, {"move": chi, "group": "Wrens", "at": at(7)})
    assert answer["at"] == utc(5)
    found = live.json("groups")
    assert found["start"] == {"Owls": [ana]}
    assert found["end"] == {"Wrens": sorted([bo, chi])}
    assert found["moves"] == [
        {"at": utc(5), "student": bo, "from": "", "to": "Wrens"},
        {"at": utc(6), "student": ana, "from": "Owls", "to": ""},
        {"at": utc(7), "student": chi, "from": "", "to": "Wrens"},
    ]
    assert found["moved"] == []  # from no group and to none is no move from one to another
    text = live.ok("groups", "open")
    assert "Wrens  2: Bo Chen, Chi Okeke" in text
    assert "10:06  Ana Ruiz  Owls to no group" in text
    assert live.json("groups", "--section", "Room 12")["standing"] == {"Wrens": sorted([bo, chi])}
    live.log({"undo": True})
    assert live.json("groups")["end"] == {"Wrens": [bo]}
    assert live.json("groups", "--section", "Room 12")["standing"] == {"Wrens": [bo]}


def test_an_observation_about_a_group_is_one_and_is_shown_apart(live: Observe) -> None:
    live.log(
        {"channel": "engagement", "code": "active", "group": "Owls", "at": at(1)},
        {"channel": "engagement", "code": "deep", "student": "Ana Ruiz", "at": at(2)},
        {"channel": "questioning", "code": "apply", "group": "Owls", "at": at(3)},
    )
    summary = live.json("summary")
    scale = summary["channels"]["engagement"]
    assert scale["by_method"]["tap"]["n"] == 2
    assert scale["by_method"]["tap"]["students"] == 1
    assert {name: block["tap"]["n"] for name, block in scale["by_group"].items()} == {
        "identified": 1, "others": 0, "everyone": 1,
    }  # fmt: skip
    assert scale["groups"]["Owls"]["tap"]["n"] == 1
    assert scale["groups"]["Owls"]["tap"]["counts"]["active"] == 1
    assert summary["channels"]["questioning"]["groups"] == {
        "Owls": {**dict.fromkeys(summary["channels"]["questioning"]["counts"], 0), "apply": 1}
    }
    assert summary["coverage"]["seen"] == 1
    assert live.student("Ana Ruiz") not in summary["coverage"]["unseen"]
    assert summary["groups"]["channels"]["engagement"]["by_group"]["Owls"]["tap"]["counts"]["deep"] == 1
    shared = live.json("summary", "--share")
    assert "Owls" not in str(shared)
    assert "Owls" not in live.ok("summary", "--share")
    assert "Owls" in live.ok("export", "csv")


def test_what_cannot_be_is_refused_with_what_can(live: Observe) -> None:
    look = {"channel": "engagement", "code": "active", "at": at(1)}
    assert live.error({**look, "group": "Owl"}) == "group: 'Owl' is not known, allowed: Owls"
    assert live.error({**look, "group": 3}).startswith("group: not a text")
    assert live.error({**look, "group": "Owls", "student": "Ana Ruiz"}).startswith("group: not allowed")
    assert live.error({**look, "plan": "q1"}).startswith("plan: 'q1' is not known")
    assert live.error({"move": "Ana Ruiz"}).startswith("group: missing")
    assert live.error({"move": "Nobody", "group": "Owls"}).startswith("move: 'Nobody' is not known")
    assert live.error({"move": "Ana Ruiz", "group": "x" * 61}).startswith("group: too long")
    assert live.error({"move": "Ana Ruiz", "group": "Owls", "student": None}).startswith("student: not known in a line")


def test_a_standing_change_outside_of_a_visit_and_a_move_in_one(at_school: Observe) -> None:
    assert at_school.ok("group", "Bo Chen", "Wrens", "--section", "Room 12") == "Bo Chen: Wrens\n"
    assert at_school.ok("group", "Bo Chen", "Wrens", "--section", "Room 12") == "Bo Chen: Wrens, as before\n"
    assert "is in 2 classes" in at_school.refused("group", "Bo Chen", "Wrens")
    assert "one of them" in at_school.refused("group", "Ana Ruiz", status=2)
    assert "one of them" in at_school.refused("group", "Ana Ruiz", "Owls", "--none", status=2)
    assert "is not known" in at_school.refused("group", "Nobody", "Owls")
    ana, bo = at_school.student("Ana Ruiz"), at_school.student("Bo Chen")
    at_school.start()
    assert at_school.json("groups")["start"] == {"Owls": [ana], "Wrens": [bo]}
    assert at_school.ok("group", "Ana Ruiz", "--none") == "Ana Ruiz: no group (in the open visit)\n"
    assert [move["to"] for move in at_school.json("groups")["moves"]] == [""]
    assert at_school.json("group", "Ana Ruiz", "Owls")["changed"] is True
    assert at_school.json("groups")["end"] == {"Owls": [ana], "Wrens": [bo]}


def test_a_class_over_time_says_for_how_long_the_groups_are_the_same(at_school: Observe) -> None:
    ana, bo = at_school.student("Ana Ruiz"), at_school.student("Bo Chen")
    days = ("2024-11-18", "2024-11-19", "2024-11-20", "2024-11-21")
    for i, day in enumerate(days):
        at_school.ok("start", "Room 12", "--at", f"{day}T10:00")
        if i == 0:
            at_school.log({"move": bo, "group": "Owls", "at": f"{day}T10:01"})
        if i == 2:
            at_school.log({"move": bo, "group": "Wrens", "at": f"{day}T10:05"})
        at_school.ok("end", "open", "--at", f"{day}T10:30")
    assert (at_school.json("groups")["same_for"], at_school.json("groups")["between"]) == (2, [])
    for day, between, within, same_for in zip(days, [[]] * 4, [{}, {}, {bo: 1}, {}], (1, 2, 1, 2), strict=True):
        (of_day,) = at_school.json("day", day)["visits"]
        told = at_school.json("summary", of_day["visit"]["id"])["groups"]
        assert (told["between"], told["within"], told["same_for"]) == (between, within, same_for)
        assert of_day["groups"] == told
    assert "The same groups for 2 visits running." in at_school.ok("summary")
    found = at_school.json("groups", "--section", "Room 12")
    assert [row["same_for"] for row in found["visits"]] == [1, 2, 1, 2]
    assert found["same_for"] == 2
    assert found["moved"] == {bo: {"between": 0, "within": 1}}
    assert found["never"] == [ana]
    assert found["visits"][-1]["groups"] == {"Owls": [ana], "Wrens": [bo]}
    some = at_school.json("groups", "--section", "Room 12", "--from", days[1], "--to", days[1])
    assert [row["started_at"][:10] for row in some["visits"]] == [days[1]]
    text = at_school.ok("groups", "--section", "Room 12")
    assert "The same groups for 2 visits running." in text
    assert "Bo Chen  moved 0 between visits, 1 within one" in text
    assert "In 3 visits or more, and always in the same group: Ana Ruiz" in text
    assert at_school.ok("groups", "--section", "Room 12", "--format", "html").startswith("<!doctype html>")
    at_school.ok("flag", "last", "substitute")
    fewer = at_school.json("groups", "--section", "Room 12", "--from", days[1])
    assert (len(fewer["visits"]), fewer["never"]) == (2, [])
    assert "one of them" in at_school.refused("groups", "last", "--section", "Room 12", status=2)
    assert "only with --section" in at_school.refused("groups", "--from", days[0], status=2)


def test_a_class_without_groups_says_so(at_school: Observe) -> None:
    found = at_school.json("groups", "--section", "Room 14")
    assert (found["standing"], found["visits"], found["same_for"]) == ({}, [], None)
    assert "none" in at_school.ok("groups", "--section", "Room 14")
    at_school.start("Room 14")
    assert at_school.json("groups")["same_for"] is None
    assert "none" in at_school.ok("groups")
