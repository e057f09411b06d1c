"""`summary` and `day`: the JSON of the contract, the other forms, and what a page for the teacher may say."""

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from .commands import DAY, Observe, at, utc

GIVEN = ("Abe", "Bea", "Cal", "Dee", "Eli", "Fay", "Gus", "Hal", "Ida", "Jon", "Kit", "Lou", "Moe", "Ned", "Oda")
NAMES = [f"{given} Testcase" for given in GIVEN]


@pytest.fixture
def busy(live: Observe) -> Observe:
    """A visit with something of every kind in it."""
    live.ok("settings", "observer", "Mia Fox")
    live.log(
        {"channel": "role", "code": "teach", "at": at(0)},
        {"channel": "strategy", "code": "tiered", "on": True, "at": at(1)},
        {"channel": "engagement", "code": "deep", "student": "Ana Ruiz", "note": "shaded a bar", "at": at(2)},
        {"channel": "engagement", "code": "waiting", "at": at(3)},
        {"channel": "challenge", "code": "known", "student": "Bo Chen", "at": at(4)},
        {"channel": "questioning", "code": "analyze", "modifiers": {"wait_s": 3.2}, "at": at(5)},
        {"channel": "spark", "code": "insight", "student": "Chi Okeke", "note": "secret", "private": True, "at": at(6)},
        {"sweep_start": 1, "order": "seat", "students": ["Ana Ruiz", "Bo Chen"], "at": at(7)},
        {"channel": "engagement", "code": "off", "student": "Bo Chen", "method": "sweep", "sweep": 1, "at": at(8)},
        {"sweep_end": 1, "at": at(9)},
    )
    live.end(40)
    return live


def test_the_json_of_a_visit(busy: Observe) -> None:
    summary = busy.json("summary")
    assert list(summary) == [
        *("visit", "channels", "coverage", "sweeps", "pairs", "cues", "groups", "plan", "notes", "reflection"),
        *("conflicts", "also"),
    ]
    visit = summary["visit"]
    assert {
        *("id", "section", "teacher", "observer", "title", "status", "planned_at", "planned_minutes"),
        *("started_at", "ended_at", "seconds", "paused_seconds", "estimated_end", "protocol"),
    } <= visit.keys()
    assert (visit["status"], visit["seconds"], visit["paused_seconds"]) == ("ended", 2400, 0)
    channels = summary["channels"]
    assert list(channels) == ["engagement", "challenge", "questioning", "role", "grouping", "strategy", "spark", "move"]
    scale = channels["engagement"]
    assert scale.keys() == {"kind", "by_method", "by_student", "by_group", "groups"}
    assert scale["by_method"].keys() >= {"tap", "sweep"}
    tap = scale["by_method"]["tap"]
    assert tap.keys() == {"n", "students", "counts", "shares", "median"}
    # A code beside the scale counts in n, counts and shares, not in the median.
    assert (tap["n"], tap["students"], tap["median"], tap["shares"]["waiting"]) == (2, 1, "deep", 0.5)
    assert scale["by_group"].keys() == {"identified", "others", "everyone"}
    assert sum(group["tap"]["n"] for group in scale["by_group"].values()) == 2
    assert channels["challenge"]["by_method"]["sweep"] == {
        "n": 0,
        "students": 0,
        "counts": dict.fromkeys(("known", "easy", "stretch", "strain"), 0),
        "shares": dict.fromkeys(("known", "easy", "stretch", "strain")),
        "median": None,
    }
    count = channels["questioning"]
    assert count.keys() == {"kind", "n", "per_hour", "counts", "by", "higher_order", "numbers", "by_student"} | {
        "groups"
    }
    assert count["numbers"]["wait_s"].keys() >= {"n", "median", "min", "max", "share_at_least"}
    assert channels["role"].keys() == {"kind", "seconds", "shares", "bouts", "unrecorded_seconds"}
    assert channels["strategy"].keys() == {"kind", "seconds", "bouts"}
    coverage = summary["coverage"]
    assert coverage.keys() == {"present", "seen", "unseen", "students"}
    assert (coverage["present"], coverage["seen"], len(coverage["unseen"])) == (5, 3, 2)
    ana = coverage["students"][busy.student("Ana Ruiz")]
    assert ana == {"n": 1, "last_at": utc(2), "longest_gap_seconds": 2280.0, "service_seconds": 0.0}
    [sweep] = summary["sweeps"]
    assert {name: sweep[name] for name in ("number", "asked", "rated", "skipped")} == {
        "number": 1, "asked": 2, "rated": 1, "skipped": 0,
    }  # fmt: skip
    assert [note["text"] for note in summary["notes"]] == ["shaded a bar", "secret"]


def test_a_live_visit_lasts_to_now(at_school: Observe) -> None:
    at_school.ok("start", "Room 12")
    visit = at_school.json("summary")["visit"]
    assert (visit["status"], visit["ended_at"]) == ("live", None)
    assert 0 <= visit["seconds"] < 60


def test_nothing_logged_is_nothing_of_nothing(live: Observe) -> None:
    live.end(40)
    channels = live.json("summary")["channels"]
    assert channels["questioning"]["per_hour"] == 0
    assert channels["questioning"]["higher_order"] == {"n": 0, "of": 0, "share": None}
    assert set(channels["engagement"]["by_method"]["tap"]["shares"].values()) == {None}
    assert channels["role"]["unrecorded_seconds"] == 2400
    assert live.ok("summary")


# -- the other forms --------------------------------------------------------------------------------------


def test_text_markdown_and_html_say_who_and_what(busy: Observe) -> None:
    for form in ("text", "md", "html"):
        said = busy.ok("summary", "--format", form)
        for word in ("Room 12", "Ms Okafor", "Ana Ruiz", "shaded a bar", "secret", "Thinking"):
            assert word in said, (form, word)
    assert busy.ok("summary", "--format", "md").startswith("# ")
    assert busy.ok("summary", "--format", "html").startswith("<!doctype html>")
    assert busy.ok("summary", "--format", "text") == busy.ok("summary")


def test_what_was_typed_is_no_markup(live: Observe) -> None:
    typed = "<script>alert(1)</script> [x](http://y) **z** `q`"
    live.log({"channel": "engagement", "code": "deep", "note": typed, "at": at(1)})
    html, markdown = (live.ok("summary", "--format", form) for form in ("html", "md"))
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    for piece in (" [x](", " **z", " <script", " `q"):
        assert piece not in markdown


def test_csv_is_long_rows_of_the_same_figures(busy: Observe) -> None:
    rows = list(csv.DictReader(io.StringIO(busy.ok("summary", "--format", "csv"))))
    assert list(rows[0]) == ["visit", "channel", "kind", "group", "method", "figure", "code", "value"]

    def value(**wanted: str) -> str:
        [row] = [row for row in rows if wanted.items() <= row.items()]
        return row["value"]

    tap = {"channel": "engagement", "group": "all", "method": "tap"}
    assert value(**tap, figure="n") == "2"
    assert value(**tap, figure="count", code="deep") == "1"
    assert value(**tap, figure="share", code="waiting") == "0.5"
    assert value(channel="role", figure="seconds", code="teach") == "2400.0"
    assert value(channel="coverage", figure="seen") == "3"


@pytest.mark.parametrize("args", [["--json"], ["--format", "text"], ["--format", "html"], ["--format", "csv"]])
def test_o_writes_the_same_to_a_file(busy: Observe, tmp_path: Path, args: list[str]) -> None:
    file = tmp_path / "out" / "summary"
    file.parent.mkdir()
    expected = busy.ok("summary", *args)
    for _ in range(2):  # over what is there, too
        assert busy.ok("summary", *args, "-o", file) == ""
        assert file.read_bytes().decode() == expected
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="only POSIX systems have pipes with a name")
def test_o_writes_into_a_pipe_and_leaves_it_one(busy: Observe, tmp_path: Path) -> None:
    """As it must with any device. A pipe of one's own: a program that got it wrong would replace the system's."""
    expected = busy.ok("summary", "--json").encode()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        busy.ok("summary", "--json", "-o", pipe)
        assert os.read(reader, 1 << 20) == expected
    finally:
        os.close(reader)
    assert pipe.is_fifo()
    assert [path.name for path in tmp_path.iterdir() if "pipe" in path.name] == ["pipe"]


# -- for the teacher --------------------------------------------------------------------------------------


def klass(observe: Observe, folder: Path, identified: int, others: int) -> list[str]:
    """A class with so many identified students and others; their names."""
    names = [f"{name} {n}" for n in range(3) for name in NAMES][: identified + others]
    rows = [f"{name},{n},Big,{'Y' if n < identified else 'N'}" for n, name in enumerate(names)]
    file = folder / "big.csv"
    file.write_text("\n".join(["Name,Student ID,Section,Gifted", *rows, ""]))
    observe.ok("import", "roster", file)
    observe.ok("settings", "zone", "America/Phoenix")
    observe.start("Big", 0, "--title", f"With {names[0]}")
    return names


def shared(observe: Observe, *more: str) -> Any:
    return observe.json("summary", "--share", *more)


def test_a_shared_page_names_no_student_and_has_no_id_of_one(busy: Observe) -> None:
    people = {row["id"] for row in busy.json("students")} | {row["name"] for row in busy.json("students")}
    observations = {note["observation"] for note in busy.json("summary")["notes"]}
    section = busy.json("sections")[0]["id"]
    for notes in ([], ["--notes"]):
        for args in (["--json"], *(["--format", form] for form in ("text", "md", "html", "csv"))):
            said = busy.ok("summary", "--share", *notes, *args)
            for secret in (*people, *observations, section, "secret"):
                assert secret not in said, (args, secret)
            if "csv" not in args:
                assert ("shaded a bar" in said) is bool(notes), args
    assert set(shared(busy)["coverage"]) == {"present", "seen"}
    assert not any("by_student" in part for part in shared(busy)["channels"].values())


def test_a_title_is_typed_too(observe: Observe, tmp_path: Path) -> None:
    name = klass(observe, tmp_path, 1, 1)[0]
    for args in (["--json"], ["--format", "text"], ["--format", "html"]):
        assert name not in observe.ok("summary", "--share", *args)
    assert shared(observe, "--notes")["visit"]["title"] == "With a student"


def test_notes_without_share_is_wrong_usage(busy: Observe) -> None:
    assert "--notes" in busy.refused("summary", "--notes", status=2)


def numbers_in(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [n for item in value.values() for n in numbers_in(item)]
    if isinstance(value, list):
        return [n for item in value for n in numbers_in(item)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


@pytest.mark.parametrize("students", [1, 9, 10])
def test_a_scale_of_fewer_than_ten_is_suppressed(observe: Observe, tmp_path: Path, students: int) -> None:
    names = klass(observe, tmp_path, 0, 12)
    observe.log(
        *({"channel": "engagement", "code": "deep", "student": name, "at": at(1)} for name in names[:students]),
        *({"channel": "engagement", "code": "off", "at": at(2)} for _ in range(30)),  # everyone is no student
    )
    part = shared(observe)["channels"]["engagement"]
    tap = part["by_method"]["tap"]
    if students < 10:
        assert tap["suppressed"] is True
        assert set(tap["counts"].values()) == set(tap["shares"].values()) == {None}
        assert (tap["students"], tap["median"]) == (None, None)
        assert part["by_group"] == "suppressed"
        assert numbers_in(part["by_method"]["tap"]) == [30 + students]
    else:
        assert (tap["n"], tap["students"], tap["counts"]["deep"]) == (40, 10, 10)
        assert part["by_group"]["others"]["tap"]["counts"]["deep"] == 10


@pytest.mark.parametrize("how", [{}, {"method": "sweep", "sweep": 1}], ids=["tap", "sweep"])
@pytest.mark.parametrize(("identified", "others"), [(3, 12), (12, 3)])
def test_no_subtraction_brings_a_small_group_back(
    observe: Observe, tmp_path: Path, identified: int, others: int, how: dict[str, Any]
) -> None:
    names = klass(observe, tmp_path, identified, others)
    for n, name in enumerate(names):
        code = "off" if n < identified else "deep"
        observe.log({"channel": "engagement", "code": code, "student": name, "at": at(1), **how})
    method = how.get("method", "tap")
    whole = observe.json("summary")["channels"]["engagement"]
    assert whole["by_group"]["identified"][method]["n"] == identified
    part = shared(observe)["channels"]["engagement"]
    assert part["by_method"][method]["n"] == 15  # all of them are enough
    assert part["by_group"] == "suppressed"  # both groups, and everyone with them
    for form in ("text", "md", "html", "csv"):
        said = observe.ok("summary", "--share", "--format", form)
        assert ("engagement,scale,identified" if form == "csv" else "identified") not in said
        assert method == "tap" or form == "csv" or "identified" in observe.ok("summary", "--format", form)


def test_two_large_groups_are_shown(observe: Observe, tmp_path: Path) -> None:
    names = klass(observe, tmp_path, 10, 10)
    observe.log(*({"channel": "engagement", "code": "deep", "student": name, "at": at(1)} for name in names))
    groups = shared(observe)["channels"]["engagement"]["by_group"]
    assert [groups[name]["tap"]["students"] for name in ("identified", "others")] == [10, 10]


def test_sparks_of_few_are_suppressed_and_of_many_shown(observe: Observe, tmp_path: Path) -> None:
    names = klass(observe, tmp_path, 0, 12)
    observe.log(*({"channel": "spark", "code": "insight", "student": name, "at": at(1)} for name in names[:9]))
    spark = shared(observe)["channels"]["spark"]
    assert spark["suppressed"] is True
    assert set(spark["counts"].values()) == {None}
    assert numbers_in(spark) == [9, spark["per_hour"]]
    for form in ("text", "md", "html"):
        assert "Insight" not in observe.ok("summary", "--share", "--format", form)
    observe.log({"channel": "spark", "code": "insight", "student": names[9], "at": at(1)})
    assert shared(observe)["channels"]["spark"]["counts"]["insight"] == 10


def test_questions_of_few_students_show_no_asker_and_alone_no_level(observe: Observe, tmp_path: Path) -> None:
    names = klass(observe, tmp_path, 0, 12)
    asked = {"channel": "questioning", "code": "create", "student": names[0], "modifiers": {"asker": "student"}}
    observe.log({**asked, "at": at(1)})
    part = shared(observe)["channels"]["questioning"]
    assert part["suppressed"] is True
    assert numbers_in(part) == [1, part["per_hour"]]
    assert "Create" not in observe.ok("summary", "--share")
    # Among questions to everyone nobody can tell which one it was; but who asked would tell.
    observe.log(*({"channel": "questioning", "code": "apply", "at": at(2)} for _ in range(5)))
    part = shared(observe)["channels"]["questioning"]
    assert (part["counts"]["create"], part["counts"]["apply"], part["by"]) == (1, 5, "suppressed")
    for form in ("text", "md", "html", "csv"):
        assert "asker" not in observe.ok("summary", "--share", "--format", form)


# -- day --------------------------------------------------------------------------------------------------


def test_the_json_of_a_day(busy: Observe) -> None:
    busy.start("Room 14", 60)
    busy.log(
        {"channel": "engagement", "code": "deep", "student": "Gia Rossi", "at": at(61)},
        {"channel": "role", "code": "teach", "at": at(60)},
    )
    busy.end(80)
    day = busy.json("day", DAY)
    assert [visit["visit"]["section"] for visit in day["visits"]] == ["Room 12", "Room 14"]
    assert day["visits"] == [busy.json("summary", visit["visit"]["id"]) for visit in day["visits"]]
    totals = day["totals"]
    tap = totals["channels"]["engagement"]["by_method"]["tap"]
    assert (tap["n"], tap["students"], tap["median"]) == (3, 2, "deep")
    role = totals["channels"]["role"]
    assert (role["seconds"]["teach"], role["shares"]["teach"]) == (3600, 1)
    assert (totals["coverage"]["present"], totals["coverage"]["seen"]) == (7, 4)  # student-visits
    assert totals["coverage"]["students"][busy.student("Bo Chen")]["n"] == 2
    assert day["delivered"].keys() >= {
        *("planned", "delivered", "missed", "extra", "planned_minutes", "delivered_minutes"),
    }
    assert (day["delivered"]["planned"], day["delivered"]["extra"]) == (0, 2)
    assert busy.json("day", DAY) == day  # from the cache


def test_the_csv_of_a_day_has_each_visit_and_then_all_of_them(busy: Observe) -> None:
    busy.start("Room 14", 60)
    busy.log({"channel": "engagement", "code": "deep", "student": "Gia Rossi", "at": at(61)})
    busy.end(80)
    day = busy.json("day", DAY)
    head, *rows = csv.reader(io.StringIO(busy.ok("day", DAY, "--format", "csv")))
    expected = []
    for visit in day["visits"]:
        id = visit["visit"]["id"]
        expected += [*csv.reader(io.StringIO(busy.ok("summary", id, "--format", "csv")))][1:]
    assert head == ["visit", "channel", "kind", "group", "method", "figure", "code", "value"]
    assert rows[: len(expected)] == expected
    totals = rows[len(expected) :]
    assert {row[0] for row in totals} == {"total"}
    tap = ["total", "engagement", "scale", "all", "tap"]
    assert [*tap, "n", "", "3"] in totals
    assert [*tap, "count", "deep", "2"] in totals
    assert ["total", "coverage", "", "", "", "seen", "", str(day["totals"]["coverage"]["seen"])] in totals
    assert [row[-1] for row in totals if row[1] == "delivered"] == [str(value) for value in day["delivered"].values()]
    assert [*csv.reader(io.StringIO(busy.ok("day", "2024-11-18", "--format", "csv")))][1][0] == "total"


def test_a_day_without_visits_and_words_for_days(busy: Observe) -> None:
    empty = busy.json("day", "2024-11-18")
    assert empty["visits"] == []
    assert empty["totals"]["coverage"]["present"] == 0
    assert busy.json("day")["date"] == busy.json("day", "today")["date"] > busy.json("day", "yesterday")["date"]
    assert busy.ok("day", "2024-11-18")


def test_delivered_counts_planned_missed_and_extra(at_school: Observe, tmp_path: Path) -> None:
    section = at_school.json("sections")[0]["id"]
    plans = [
        {"kind": "visit", "key": key, "data": {"section": section, "planned_at": utc(minute), "planned_minutes": 45}}
        for key, minute in (("held", 0), ("missed", 120))
    ]
    file = tmp_path / "plan.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in [{"observe": "export", "v": 1}, *plans]))
    at_school.ok("import", "visits", file)
    at_school.start("Room 12", 2)
    at_school.end(40)
    at_school.start("Room 14", 60)
    at_school.end(70)
    delivered = at_school.json("day", DAY)["delivered"]
    wanted = {"planned": 2, "delivered": 1, "missed": 1, "extra": 1, "planned_minutes": 90.0, "delivered_minutes": 38.0}
    assert delivered.items() >= wanted.items()


@pytest.mark.parametrize("form", ["text", "md", "html"])
def test_a_day_in_words(busy: Observe, tmp_path: Path, form: str) -> None:
    said = busy.ok("day", DAY, "--format", form)
    assert "Room 12" in said
    assert busy.ok("day", DAY, "--format", form, "-o", tmp_path / "day") == ""
    assert (tmp_path / "day").read_text(encoding="utf-8") == said


def test_a_percentage_on_a_page_is_rounded_once_from_the_counts(live: Observe, tmp_path: Path) -> None:
    # 23 of 40 are 57.5 %, a half that goes to the even neighbor; 17 of 103 would be 16 % by way of 0.165.
    roster = tmp_path / "list.csv"
    roster.write_text("Name,Section\n" + "".join(f"{name},Room 12\n" for name in NAMES[:10]), encoding="utf-8")
    live.ok("import", "roster", roster, "--keep-missing")
    looks = [(number, name) for number in range(1, 5) for name in NAMES[:10]]
    for i, (number, name) in enumerate(looks):
        code = "deep" if i < 23 else "passive"
        look = {"channel": "engagement", "code": code, "student": name, "method": "sweep", "sweep": number}
        live.log({**look, "at": at(1, i / 2)})
    live.end(40)
    assert live.json("summary")["channels"]["engagement"]["by_method"]["sweep"]["shares"]["deep"] == 0.575
    assert "58 %" in live.ok("summary")
    assert "57 %" not in live.ok("summary")


def test_names_stand_where_people_look_for_them(observe: Observe, tmp_path: Path) -> None:
    """É beside E and not behind Z, of children and of classes."""
    names = ("Zoe Ash", "Émile Roy", "eli Bay", "Ana Sol")
    rows = [f"{name},{room}" for room in ("Zebras", "Étoiles") for name in names]
    (tmp_path / "roster.csv").write_text("\n".join(("Name,Section", *rows)), encoding="utf-8")
    observe.ok("import", "roster", tmp_path / "roster.csv")
    observe.start("Zebras")
    observe.end()
    observe.start("Étoiles", 60)
    observe.log(
        {"channel": "role", "code": "group", "with": list(names), "at": at(61)},
        *({"channel": "engagement", "code": "deep", "student": name, "at": at(62)} for name in names),
        *({"move": name, "group": "Suns", "at": at(63)} for name in names),
    )
    observe.end(100)
    in_order = "Ana Sol, eli Bay, Émile Roy, Zoe Ash"
    summary = observe.ok("summary")
    assert f"Thinking        4   {in_order}" in summary
    assert f"with {in_order}" in summary
    assert f"Suns  4: {in_order}" in observe.ok("groups")
    span = ("--from", DAY, "--to", DAY)
    assert "Thinking: Ana Sol, eli Bay, Émile Roy and 1 more" in observe.ok("trends", *span)
    assert [row["name"] for row in observe.json("sections")] == ["Étoiles", "Zebras"]
    assert [row["section"] for row in observe.json("delivered", *span)["rows"]] == ["Étoiles", "Zebras"]
    assert [row["section"] for row in observe.json("students")] == ["Étoiles"] * 4 + ["Zebras"] * 4


def test_one_look_that_is_not_shared_is_one(live: Observe) -> None:
    look = {"student": "Ana Ruiz", "method": "sweep", "sweep": 1}
    live.log(
        {"channel": "engagement", "code": "deep", **look, "at": at(2)},
        {"channel": "challenge", "code": "stretch", **look, "at": at(3)},
    )
    live.end(40)
    assert "Flow  1 look, of too few students to be shared" in live.ok("summary", "--share")
