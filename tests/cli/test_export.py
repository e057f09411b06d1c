"""`export` and `import visits`."""

import csv
import io
import json
import random
from pathlib import Path
from typing import Any

import pytest

from observe.platform import Platform
from observe.services.home import open_home

from .commands import DAY, Observe, at, dump, objects, utc

HEADER = '{"observe":"export","v":1}'


@pytest.fixture
def two(at_school: Observe) -> Observe:
    """Two visits with something of every kind in them."""
    at_school.ok("settings", "observer", "Mia Fox")
    at_school.start("Room 12", 0, "--title", "Fractions")
    at_school.log(
        {"present": ["Ana Ruiz", "Bo Chen", "Chi Okeke"], "at": at(0)},
        {"channel": "role", "code": "group", "with": ["Bo Chen"], "at": at(1)},
        {"channel": "engagement", "code": "deep", "student": "Ana Ruiz", "note": "=SUM(A1)", "at": at(2)},
        {"channel": "strategy", "code": "tiered", "on": True, "at": at(3)},
        {
            "channel": "questioning",
            "code": "apply",
            "modifiers": {"wait_s": 2.5, "answered_by": "Bo Chen"},
            "at": at(4),
        },
        {"channel": "spark", "code": "lead", "student": "Chi Okeke", "note": "secret", "private": True, "at": at(5)},
        {"sweep_start": 1, "students": ["Ana Ruiz", "Bo Chen"], "at": at(6)},
        {"channel": "engagement", "code": "off", "student": "Ana Ruiz", "method": "sweep", "sweep": 1, "at": at(6)},
        {"sweep_skip": "Bo Chen", "sweep": 1, "at": at(7)},
        {"sweep_end": 1, "at": at(8)},
        {"pause": True, "at": at(10)},
        {"pause": False, "at": at(12)},
        {"channel": "engagement", "code": "deep", "student": "Bo Chen", "at": at(13)},
    )
    at_school.log({"undo": True})
    at_school.end(40)
    at_school.start("Room 14", 60)
    [wrong] = at_school.log({"channel": "engagement", "code": "off", "student": "Gia Rossi", "at": at(61)})
    at_school.ok("amend", wrong["id"], "--reason", "looked again", "--code", "deep", "--note", "-1+2")
    at_school.ok("end", "open", "--at", at(90), "--estimated")
    return at_school


def ids(observe: Observe) -> list[str]:
    return [row["id"] for row in observe.json("visits")]


def figures(observe: Observe, home: Path | None = None) -> list[Any]:
    """Every figure there is, private notes left out."""
    visits = [row["id"] for row in observe.json("visits", home=home)]
    summaries = [observe.json("summary", visit, home=home) for visit in visits]
    for summary in summaries:
        summary["notes"] = [note for note in summary["notes"] if not note["private"]]
    return [*summaries, observe.json("day", DAY, home=home)["totals"]]


def exported(observe: Observe, *args: str) -> list[dict[str, Any]]:
    return objects(observe.ok("export", "jsonl", *args).splitlines())


def taken(observe: Observe, lines: list[dict[str, Any]], folder: Path, home: Path, *more: str) -> Any:
    file = folder / "export.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return observe.json("import", "visits", file, *more, home=home)


# -- jsonl ------------------------------------------------------------------------------------------------


def test_a_colleague_s_visits_from_a_file_stay_the_colleague_s(two: Observe, tmp_path: Path) -> None:
    file, other = tmp_path / "all.jsonl", tmp_path / "other"
    planned = two.json("plan", "--new", "Room 12", "--at", f"{DAY}T15:00")["visit"]["id"]
    running = two.start("Room 12", 100)
    two.ok("export", "jsonl", "-o", file)
    for name, value in (("zone", "America/Phoenix"), ("observer", "Tom Ray")):
        two.ok("settings", name, value, home=other)
    two.ok("import", "visits", file, home=other)
    day = two.json("day", DAY, home=other)
    assert (day["visits"], {one["visit"] for one in day["others"]}) == ([], {*ids(two)})
    assert {planned, running} < {one["visit"] for one in day["others"]}
    assert two.json("trends", "--to", DAY, home=other)["visits"] == []
    for words in (("summary",), ("end", "open")):
        assert "of yours" in two(*words, home=other).err
    mine = two.ok("start", "Room 12", "--at", at(110), home=other).strip()
    assert two.json("summary", "open", home=other)["visit"]["id"] == mine
    two.ok("settings", "observer", "mia fox", home=other)  # a new laptop of her own
    assert two.json("summary", running, home=other)["visit"]["id"] == running
    assert len(two.json("day", DAY, home=other)["visits"]) == 5


def test_into_an_empty_home_and_all_figures_are_equal(two: Observe, tmp_path: Path) -> None:
    file, other = tmp_path / "all.jsonl", tmp_path / "other"
    assert two.ok("export", "jsonl", "-o", file).startswith(str(file))
    two.ok("settings", "zone", "America/Phoenix", home=other)
    assert "2 visits" in two.ok("import", "visits", file, home=other)
    assert figures(two, other) == figures(two)
    assert two.json("students", home=other) == two.json("students")
    assert two.json("sections", home=other) == two.json("sections")
    assert two.ok("export", "csv", home=other) == two.ok("export", "csv")
    before = dump(other)
    again = two.json("import", "visits", file, home=other)
    assert (again["new"], again["changed"], again["kept"]) == (0, 0, 0)
    assert again["visits"] == ids(two)
    assert dump(other) == before
    assert two.ok("export", "jsonl", home=other) == file.read_text(encoding="utf-8")


def test_into_the_home_it_came_from_changes_nothing(two: Observe, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    two.ok("export", "jsonl", "--private", "-o", file)
    before = two.dump()
    again = two.json("import", "visits", file)
    assert (again["new"], again["changed"], again["kept"]) == (0, 0, 0)
    assert two.dump() == before


def test_one_visit_alone_brings_what_it_names(two: Observe, tmp_path: Path) -> None:
    first, second = ids(two)
    lines = exported(two, first[:12], first)  # named twice
    other = tmp_path / "other"
    assert taken(two, lines, tmp_path, other)["visits"] == [first]
    assert two.json("summary", first, home=other)["coverage"] == two.json("summary", first)["coverage"]
    assert {row["name"] for row in two.json("sections", home=other)} == {"Room 12"}
    assert second not in json.dumps(lines)


def test_one_visit_alone_brings_its_plan_its_groups_and_its_promises(two: Observe, tmp_path: Path) -> None:
    """With whom they name, though nobody of them was seen; what belongs to the class over visits stays."""
    first, _ = ids(two)
    who, section = two.student("Gia Rossi", "Room 14"), two.json("sections")[0]["id"]
    of, when = {"visit": first}, {"at": utc(5)}
    group = {"part": "group", "name": "Owls", "students": [who], "evidence": "a quiz"}
    puts: list[tuple[str, str, dict[str, Any]]] = [
        ("plan", f"{first}/l1", of | group),
        ("groups", first, of | {"groups": {who: "Owls"}}),
        ("move", f"{first}/m1", of | when | {"student": who, "group": ""}),
        ("cue", f"{first}/1", of | when),
        ("reflection", f"{first}/flag", of | {"body": "a substitute"}),
        ("commitment", "b1", of | when | {"section": section, "by": "me", "text": "bring cubes"}),
        ("commitment.end", "b1", when | {"how": "kept"}),
        ("sent", "s1", of | when | {"what": "talk", "to": "Ms Okafor"}),
    ]
    stays: list[tuple[str, str, dict[str, Any]]] = [
        ("compacting", "c1", when | {"section": section, "student": who, "shown": "fractions"}),
        ("commitment", "b2", when | {"section": section, "by": "me", "text": "bring dice"}),
        ("commitment.end", "b2", when | {"how": "kept"}),
        ("limit", section, {"minutes": 5}),
    ]
    home = open_home(two.home, Platform())
    for one in (*puts, *stays):
        home.write(lambda act, one=one: act.put(*one))
    home.close()
    lines = exported(two, first)
    assert {(line.get("kind"), line.get("key")) for line in lines} >= {(kind, key) for kind, key, _ in puts}
    assert {line.get("key") for line in lines if line.get("kind") == "student"} >= {who}
    assert not {(line.get("kind"), line.get("key")) for line in lines} & {(kind, key) for kind, key, _ in stays}
    other = tmp_path / "other"
    taken(two, lines, tmp_path, other)
    for part in ("groups", "plan", "cues", "reflection"):
        assert two.json("summary", first, home=other)[part] == two.json("summary", first)[part] != {}
    assert [one["ended"] for one in two.json("promise", home=other)] == ["kept"]
    assert len(two.json("sent", home=other)) == 1
    assert two.json("doctor", "--rebuild", home=other)
    bare = two.ok("export", "jsonl", first, "--de-identify")
    assert not [word for word in ("Owls", "a quiz", "bring cubes", "a substitute", who) if word in bare]


def test_by_day(two: Observe) -> None:
    assert len(exported(two, "--from", DAY, "--to", DAY)) == len(exported(two, *ids(two)))
    assert len(exported(two, "--to", "2024-11-18")) == 1  # the header
    rows = two.ok("export", "csv", "--from", "2024-11-20").splitlines()
    assert len(rows) == 1


def test_simultaneous_states_keep_their_order(live: Observe, tmp_path: Path) -> None:
    live.log(
        *({"channel": "role", "code": code, "at": at(5)} for code in ("coach", "teach", "model", "teach", "circulate")),
        {"channel": "strategy", "code": "tiered", "on": True, "at": at(5)},
        {"channel": "strategy", "code": "tiered", "on": False, "at": at(5)},
        {"channel": "grouping", "code": "solo", "at": at(5)},
        {"channel": "grouping", "code": None, "at": at(5)},
    )
    live.end()
    role = live.json("summary")["channels"]["role"]
    assert role["seconds"]["circulate"] == 2100
    lines = exported(live)
    other = tmp_path / "other"
    taken(live, lines, tmp_path, other)
    assert live.json("summary", home=other) == live.json("summary")
    shuffled = lines[1:]
    random.Random(3).shuffle(shuffled)  # lines about different things may come in any order
    rest = [line for line in shuffled if line["kind"] != "observation"]
    seen = [line for line in lines if line.get("kind") == "observation"]
    taken(live, [lines[0], *rest, *seen], tmp_path, tmp_path / "third")
    assert live.json("summary", home=tmp_path / "third") == live.json("summary")


def test_private_notes_only_with_private(two: Observe, tmp_path: Path) -> None:
    assert "secret" not in two.ok("export", "jsonl")
    assert "secret" not in two.ok("export", "csv")
    lines = exported(two, "--private")
    assert [line["data"]["body"] for line in lines if line.get("kind") == "private_note"] == ["secret"]
    assert "secret" in two.ok("export", "jsonl", "--private", ids(two)[0])
    assert "secret" not in two.ok("export", "jsonl", "--private", ids(two)[1])
    other = tmp_path / "other"
    taken(two, lines, tmp_path, other)
    notes = two.json("summary", ids(two)[0], home=other)["notes"]
    assert ("secret", True) in [(note["text"], note["private"]) for note in notes]
    for args in (["csv", "--private"], ["jsonl", "--private", "--de-identify"]):
        two.refused("export", *args, status=2)


def test_what_differs_here_stays_unless_the_file_is_to_win(two: Observe, tmp_path: Path) -> None:
    lines = exported(two, "--private")
    [line] = [line for line in lines if line.get("data", {}).get("note") == "-1+2"]
    line["data"]["code"] = "passive"
    [secret] = [line for line in lines if line.get("kind") == "private_note"]
    secret["data"]["body"] = "other words"
    kept = taken(two, lines, tmp_path, two.home)
    assert (kept["new"], kept["changed"], kept["kept"]) == (0, 0, 2)
    assert two.json("summary")["channels"]["engagement"]["by_method"]["tap"]["counts"]["deep"] == 1
    won = taken(two, lines, tmp_path, two.home, "--overwrite")
    assert (won["new"], won["changed"], won["kept"]) == (0, 2, 0)
    assert two.json("summary")["channels"]["engagement"]["by_method"]["tap"]["counts"]["passive"] == 1


def test_what_was_voided_here_does_not_come_back(two: Observe, tmp_path: Path) -> None:
    lines = exported(two)
    [line] = [line for line in lines if line.get("data", {}).get("note") == "-1+2"]
    two.ok("void", line["key"])
    assert taken(two, lines, tmp_path, two.home)["kept"] == 1
    assert two.json("visits")[1]["observations"] == 0


def test_a_kind_of_a_later_version_is_kept_and_passed_on(two: Observe, tmp_path: Path) -> None:
    later = {"kind": "mood", "key": "k1", "data": {"visit": ids(two)[0], "deep": [{"x": 1}]}}
    seen = exported(two)
    [tap] = [line for line in seen if line.get("data", {}).get("note") == "-1+2"]
    tap["data"]["later"] = {"y": 2}
    other = tmp_path / "other"
    taken(two, [*seen, later], tmp_path, other)
    out = objects(two.ok("export", "jsonl", home=other).splitlines())
    assert later in out
    assert tap in out
    two.json("summary", home=other)
    assert "mood" not in two.ok("export", "jsonl", "--de-identify", home=other)
    assert "later" not in two.ok("export", "jsonl", "--de-identify", home=other)


def test_a_shipped_protocol_need_not_be_in_the_file(two: Observe, tmp_path: Path) -> None:
    lines = [line for line in exported(two) if line.get("kind") != "protocol"]
    other = tmp_path / "other"
    taken(two, lines, tmp_path, other)
    two.ok("settings", "zone", "America/Phoenix", home=other)
    assert figures(two, other) == figures(two)


# -- csv --------------------------------------------------------------------------------------------------


def table(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_csv_has_one_observation_a_row(two: Observe) -> None:
    rows = table(two.ok("export", "csv"))
    assert len(rows) == sum(row["observations"] for row in two.json("visits")) == 7
    deep = next(row for row in rows if row["note"] == "'=SUM(A1)")
    ana = two.student("Ana Ruiz")
    wanted = {
        "visit": ids(two)[0],
        "section": "Room 12",
        "teacher": "Ms Okafor",
        "observer": "Mia Fox",
        "protocol": "push_in@2",
        "at": utc(2),
        "local_time": f"{DAY} 10:02:00",
        "seconds_in": "120.0",
        "channel": "engagement",
        "kind": "scale",
        "code": "deep",
        "label": "Thinking",
        "student": ana,
        "name": "Ana Ruiz",
        "identified": "yes",
        "method": "tap",
    }
    assert deep.items() >= wanted.items()
    question = next(row for row in rows if row["channel"] == "questioning")
    assert (question["wait_s"], json.loads(question["modifiers"])) == ("2.5", {"answered_by": two.student("Bo Chen")})
    assert next(row for row in rows if row["channel"] == "role")["with"] == two.student("Bo Chen")
    assert next(row for row in rows if row["channel"] == "strategy")["on"] == "yes"
    assert [row["visit"] for row in table(two.ok("export", "csv", ids(two)[1]))] == [ids(two)[1]]
    assert len(table(two.ok("export", "csv", ids(two)[1], ids(two)[1]))) == 1


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_no_cell_is_run_as_a_formula(live: Observe, sign: str) -> None:
    typed = f'{sign}HYPERLINK("http://x","y")'
    live.log({"channel": "engagement", "code": "deep", "note": typed, "at": at(1)})
    [row] = table(live.ok("export", "csv"))
    assert row["note"] == f"'{typed}"


def test_numbers_stay_numbers(live: Observe) -> None:
    live.log({"channel": "questioning", "code": "apply", "modifiers": {"wait_s": 0.5}, "at": at(1)})
    assert table(live.ok("export", "csv"))[0]["wait_s"] == "0.5"


# -- de-identified ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_de_identified_has_no_name_no_id_and_no_typed_word(two: Observe, form: str) -> None:
    whole = two.ok("export", form)
    said = two.ok("export", form, "--de-identify")
    secrets = {row["id"] for row in two.json("students")} | {row["name"] for row in two.json("students")}
    secrets |= {"Mia Fox", "Ms Okafor", "Mr Diaz", "Owls", "=SUM(A1)", "-1+2", "looked again", "secret"}
    assert sum(secret in whole for secret in secrets) > 10
    assert not [secret for secret in secrets if secret in said]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_de_identified_does_not_say_a_class_that_is_called_after_a_child(
    two: Observe, tmp_path: Path, form: str
) -> None:
    file = tmp_path / "five.csv"
    file.write_text("Name,Section\nZed Moe,Gia Rossi's five\n")
    two.ok("import", "roster", file)
    two.start("Gia Rossi's five", 120)
    two.log({"channel": "spark", "code": "lead", "student": "Zed Moe", "at": at(121)})
    assert "Gia Rossi's five" in two.ok("export", form)
    said = two.ok("export", form, "--de-identify")
    assert "a student's five" in said
    assert "Room 14" in said
    assert "Rossi" not in said


def test_one_number_a_student_in_all_of_a_file(two: Observe, tmp_path: Path) -> None:
    two.start("Room 14", 120)
    two.log(
        {"channel": "spark", "code": "insight", "student": "Bo Chen", "at": at(121)},  # who is in Room 12 too
        {"channel": "spark", "code": "lead", "student": "Gia Rossi", "at": at(122)},
    )
    pairs = set()
    for named, bare in zip(
        table(two.ok("export", "csv")), table(two.ok("export", "csv", "--de-identify")), strict=True
    ):
        pairs |= {(named["student"], bare["student"])} if named["student"] else set()
        pairs |= set(zip(named["with"].split(), bare["with"].split(), strict=True))
        if named["modifiers"]:
            pairs.add((json.loads(named["modifiers"])["answered_by"], json.loads(bare["modifiers"])["answered_by"]))
    assert len(pairs) == len({id for id, _ in pairs}) == len({number for _, number in pairs}) == 4
    # The same numbers in jsonl, which has the same figures.
    other = tmp_path / "other"
    taken(two, exported(two, "--de-identify"), tmp_path, other)
    numbers = {row["id"] for row in two.json("students", home=other)}
    assert {number for _, number in pairs} <= numbers
    assert {row["name"] for row in two.json("students", home=other)} == {f"Student {id[1:]}" for id in numbers}
    here, there = (two.json("summary", ids(two)[0], home=home) for home in (two.home, other))
    for part in ("role", "strategy", "questioning"):
        assert there["channels"][part].get("counts") == here["channels"][part].get("counts")
        assert there["channels"][part].get("seconds") == here["channels"][part].get("seconds")
    assert there["coverage"]["present"] == here["coverage"]["present"]


def test_numbers_do_not_follow_the_class_list(observe: Observe, tmp_path: Path) -> None:
    """Whoever has the list could count along."""
    names = [f"Child {n:02d}" for n in range(20)]
    file = tmp_path / "c.csv"
    file.write_text("\n".join(["Name,Student ID,Section", *(f"{n},{i},R" for i, n in enumerate(names)), ""]))
    observe.ok("import", "roster", file)
    observe.ok("start", "R", "--present", "all", "--at", at(0))
    observe.log(*({"channel": "spark", "code": "lead", "student": name, "at": at(1)} for name in names))
    observe.log({"sweep_start": 1, "order": "seat", "students": names, "at": at(2)})
    csv_order = [row["student"] for row in table(observe.ok("export", "csv", "--de-identify"))]
    assert sorted(csv_order, key=lambda s: int(s[1:])) != csv_order  # logged in the order of the list
    lines = exported(observe, "--de-identify")
    by_number = sorted(csv_order, key=lambda s: int(s[1:]))
    lists = [
        [line["key"] for line in lines if line.get("kind") == "student"],
        [line["key"].split("/")[1] for line in lines if line.get("kind") == "member"],
        [line["data"]["student"] for line in lines if line.get("kind") == "attendance"],
        *(line["data"]["roster"] for line in lines if line.get("kind") == "visit.start"),
        *(line["data"]["students"] for line in lines if line.get("kind") == "sweep"),
    ]
    for found in lists:
        assert sorted(found) == sorted(by_number)
        assert found in (by_number, sorted(by_number))
    assert not any("seat" in line.get("data", {}) for line in lines)


# -- where to ---------------------------------------------------------------------------------------------


def test_o_writes_the_same_bytes(two: Observe, tmp_path: Path) -> None:
    for form in ("jsonl", "csv"):
        file = tmp_path / f"out.{form}"
        two.ok("export", form, "-o", file)
        assert file.read_bytes() == two.ok("export", form).encode()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("out")) == ["out.csv", "out.jsonl"]


def test_an_empty_home_is_an_empty_export(observe: Observe) -> None:
    assert observe.ok("export", "jsonl") == HEADER + "\n"
    assert len(observe.ok("export", "csv").splitlines()) == 1
