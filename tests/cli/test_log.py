"""`log`: what each line means, and what it answers. Lines that are refused: tests/bad."""

import json
from pathlib import Path
from typing import Any

import pytest

from observe.domain import sampling

from .commands import DAY, Observe, at, utc


def channels(observe: Observe) -> Any:
    return observe.json("summary")["channels"]


def coverage(observe: Observe) -> Any:
    return observe.json("summary")["coverage"]


def test_an_answer_names_line_id_and_time(live: Observe) -> None:
    answers = live.log(
        {"channel": "engagement", "code": "active", "student": "Ana Ruiz", "at": at(1, 2.5)},
        {"channel": "engagement", "code": "active", "student": None, "at": utc(2)},
    )
    assert [answer["at"] for answer in answers] == [utc(1, 2.5), utc(2)]
    assert len({answer["id"] for answer in answers}) == 2
    assert all(answer.keys() == {"line", "id", "at"} for answer in answers)
    csv = live.ok("export", "csv")
    assert all(answer["id"] in csv for answer in answers)


def test_now_is_the_time_of_a_line_without_one(at_school: Observe) -> None:
    at_school.ok("start", "Room 12")
    [answer] = at_school.log({"channel": "engagement", "code": "active"})
    at_school.ok("end", "open")
    visit = at_school.json("summary")["visit"]
    assert visit["started_at"] <= answer["at"] <= visit["ended_at"]


def test_a_bad_line_is_refused_alone(live: Observe) -> None:
    lines = [
        '{"channel": "role", "code": "teach"}',
        "nonsense",
        "",
        '{"channel": "engagement", "code": "asleep"}',
        '{"channel": "engagement", "code": "deep"}',
    ]
    ran = live("log", "last", stdin="\n".join(lines))  # the last line without an end
    assert (ran.status, ran.err) == (1, "")
    assert [answer["line"] for answer in ran.lines] == [1, 2, 4, 5]
    assert [sorted(answer) for answer in ran.lines] == [
        ["at", "id", "line"],
        ["error", "line"],
        ["error", "line"],
        ["at", "id", "line"],
    ]
    assert ran.lines[2]["error"] == "code: 'asleep' is not known, allowed: off, passive, active, deep, waiting"
    assert live.json("visits")[0]["observations"] == 2


def test_lines_from_a_file_and_from_stdin(live: Observe, tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"channel": "engagement", "code": "deep"}\r\n')  # as Windows writes it
    assert len(live.ok("log", "open", file).splitlines()) == 1
    assert len(live.ok("log", "open", "-", stdin=file.read_bytes()).splitlines()) == 1
    assert live.json("visits")[0]["observations"] == 2
    assert live.ok("log", "open", stdin="") == ""


def test_a_student_by_id_by_name_and_everyone(live: Observe) -> None:
    ana = live.student("Ana Ruiz")
    for who in (ana, "Ana Ruiz", "ana ruiz", " Ana  Ruiz "):
        live.log({"channel": "engagement", "code": "deep", "student": who, "at": at(1)})
    live.log({"channel": "engagement", "code": "deep", "student": None, "at": at(1)})
    part = channels(live)["engagement"]
    assert part["by_student"] == {ana: {"tap": {"n": 4, "counts": part["by_student"][ana]["tap"]["counts"]}}}
    assert (part["by_method"]["tap"]["n"], part["by_method"]["tap"]["students"]) == (5, 1)
    assert part["by_group"]["everyone"]["tap"]["n"] == 1


def test_a_name_in_its_other_spelling(observe: Observe, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(
        "Name,Section\nZoe\u0308 Nu\u0301n\u0303ez,Room 1\n", encoding="utf-8"
    )  # decomposed
    observe.ok("import", "roster", tmp_path / "c.csv")
    observe.start("Room 1")
    for name in ("Zoë Núñez", "Zoe\u0308 Nu\u0301n\u0303ez"):
        observe.log({"channel": "spark", "code": "insight", "student": name, "at": at(1)})


def test_two_of_one_name_are_refused_by_name_with_their_ids(live: Observe) -> None:
    said = live.error({"channel": "spark", "code": "insight", "student": "Sam Lee"})
    ids = [row["id"] for row in live.json("students") if row["name"] == "Sam Lee"]
    assert said.startswith("student: more than one student has this name")
    assert all(id in said for id in ids)
    live.log({"channel": "spark", "code": "insight", "student": ids[1], "at": at(1)})
    assert list(channels(live)["spark"]["by_student"]) == [ids[1]]


def test_a_student_of_another_section_by_name_and_by_id(live: Observe) -> None:
    """A name means somebody of this section; an id can mean a guest, who is then here."""
    assert "this visit's section" in live.error({"channel": "spark", "code": "insight", "student": "Gia Rossi"})
    gia = live.student("Gia Rossi", "Room 14")
    [answer] = live.log({"channel": "spark", "code": "insight", "student": gia, "at": at(1)})
    assert answer["marked_present"] is True
    assert coverage(live)["present"] == 6
    assert gia in coverage(live)["students"]
    live.log({"channel": "spark", "code": "lead", "student": "Gia Rossi", "at": at(2)})  # now one of the room


# -- states and toggles -----------------------------------------------------------------------------------


def test_a_state_ends_the_one_before_and_null_ends_it(live: Observe) -> None:
    live.log(
        {"channel": "role", "code": "teach", "at": at(0)},
        {"channel": "role", "code": "coach", "at": at(10)},
        {"channel": "role", "code": None, "at": at(30)},
    )
    live.end()
    role = channels(live)["role"]
    assert (role["seconds"]["teach"], role["seconds"]["coach"]) == (600, 1200)
    assert (role["bouts"]["teach"], role["unrecorded_seconds"]) == (1, 600)
    assert (role["shares"]["teach"], role["shares"]["coach"]) == (0.25, 0.5)


def test_toggles_run_side_by_side_to_the_end(live: Observe) -> None:
    live.log(
        {"channel": "strategy", "code": "tiered", "on": True, "at": at(0)},
        {"channel": "strategy", "code": "minilesson", "on": True, "at": at(10)},
        {"channel": "strategy", "code": "minilesson", "on": False, "at": at(15)},
        {"channel": "strategy", "code": "minilesson", "on": True, "at": at(20)},
        {"channel": "strategy", "code": "minilesson", "on": False, "at": at(21)},
    )
    live.end()
    strategy = channels(live)["strategy"]
    assert (strategy["seconds"]["tiered"], strategy["seconds"]["minilesson"]) == (2400, 360)
    assert (strategy["bouts"]["tiered"], strategy["bouts"]["minilesson"], strategy["bouts"]["extension"]) == (1, 2, 0)


def test_what_is_so_already_is_unchanged_and_names_who_set_it(live: Observe) -> None:
    teach, tiered = live.log(
        {"channel": "role", "code": "teach", "at": at(1)},
        {"channel": "strategy", "code": "tiered", "on": True, "at": at(1)},
    )
    again = live.log(
        {"channel": "role", "code": "teach", "at": at(5)},
        {"channel": "strategy", "code": "tiered", "on": True, "at": at(5)},
    )
    assert [answer["unchanged"] for answer in again] == [True, True]
    assert [(answer["id"], answer["at"]) for answer in again] == [(a["id"], utc(1)) for a in (teach, tiered)]
    [never] = live.log({"channel": "strategy", "code": "extension", "on": False, "at": at(6)})
    assert (never["id"], never["unchanged"]) == (None, True)
    [nothing] = live.log({"channel": "grouping", "code": None, "at": at(6)})
    assert (nothing["id"], nothing["unchanged"]) == (None, True)
    assert live.json("visits")[0]["observations"] == 2
    # Judged at that moment: before it was on, it was not.
    [earlier] = live.log({"channel": "role", "code": "teach", "at": at(0)})
    assert "unchanged" not in earlier


def test_a_state_with_whom(live: Observe) -> None:
    live.log(
        {"channel": "role", "code": "group", "with": ["Ana Ruiz", "Bo Chen"], "at": at(0)},
        {"channel": "role", "code": "circulate", "at": at(10)},
    )
    live.end()
    served = {who: row["service_seconds"] for who, row in coverage(live)["students"].items()}
    assert sorted(served.values()) == [0, 0, 0, 600, 600]
    assert served[live.student("Ana Ruiz")] == 600


# -- questions --------------------------------------------------------------------------------------------


def test_questions_with_modifiers(live: Observe) -> None:
    live.ok("working-agreement", "Ms Okafor", "--set", "logged=What we both say and do.")
    live.log(
        {"channel": "questioning", "code": "analyze", "modifiers": {"wait_s": 3.2}, "at": at(1)},
        {
            "channel": "questioning",
            "code": "remember",
            "modifiers": {"asker": "teacher", "wait_s": 1, "answered_by": "Bo Chen"},
            "at": at(2),
        },
        {
            "channel": "questioning",
            "code": "create",
            "modifiers": {"asker": "student"},
            "student": "Ana Ruiz",
            "at": at(3),
        },
        {"channel": "questioning", "code": "apply", "modifiers": None, "at": at(4)},
    )
    live.end(30)
    part = channels(live)["questioning"]
    assert (part["n"], part["per_hour"]) == (4, 8.0)
    assert part["counts"] == {"remember": 1, "understand": 0, "apply": 1, "analyze": 1, "evaluate": 0, "create": 1}
    assert part["by"]["asker"]["me"]["apply"] == 1  # asker omitted is me
    assert (part["by"]["asker"]["teacher"]["remember"], part["by"]["asker"]["student"]["create"]) == (1, 1)
    assert part["higher_order"] == {"n": 2, "of": 4, "share": 0.5}
    numbers = part["numbers"]["wait_s"]
    assert (numbers["n"], numbers["median"], numbers["min"], numbers["max"]) == (2, 2.1, 1, 3.2)
    assert numbers["share_at_least"] == {"3": 0.5}


# -- attendance, pauses, sweeps ---------------------------------------------------------------------------


def test_attendance(live: Observe) -> None:
    assert coverage(live)["present"] == 5
    live.log({"absent": ["Ana Ruiz"], "at": at(1)})
    assert coverage(live)["present"] == 4
    live.log({"present": ["Ana Ruiz"], "absent": ["Bo Chen"], "at": at(2)})
    assert list(coverage(live)["students"]) == [live.student("Ana Ruiz")]  # the roll was taken: nobody else is here


def test_a_student_marked_absent_who_is_seen_is_here(live: Observe) -> None:
    live.log({"absent": ["Ana Ruiz"], "at": at(1)})
    [answer] = live.log({"channel": "engagement", "code": "deep", "student": "Ana Ruiz", "at": at(2)})
    assert answer["marked_present"] is True
    [again] = live.log({"channel": "engagement", "code": "deep", "student": "Ana Ruiz", "at": at(3)})
    assert "marked_present" not in again
    assert (coverage(live)["present"], coverage(live)["seen"]) == (5, 1)


def test_a_pause_is_left_out_of_everything(live: Observe) -> None:
    live.log(
        {"channel": "role", "code": "teach", "at": at(0)},
        {"channel": "questioning", "code": "apply", "at": at(1)},
        {"pause": True, "at": at(10)},
        {"channel": "engagement", "code": "off", "student": "Ana Ruiz", "at": at(15)},  # taken, and ends no pause
    )
    [again] = live.log({"pause": True, "at": at(16)})
    assert again["unchanged"] is True
    live.log({"pause": False, "at": at(20)})
    live.end(40)
    summary = live.json("summary")
    assert (summary["visit"]["seconds"], summary["visit"]["paused_seconds"]) == (1800, 600)
    assert summary["channels"]["role"]["seconds"]["teach"] == 1800
    assert summary["channels"]["questioning"]["per_hour"] == 2.0
    assert summary["coverage"]["students"][live.student("Ana Ruiz")]["longest_gap_seconds"] == 1200


def test_a_sweep(live: Observe) -> None:
    live.log(
        {"sweep_start": 1, "order": "random", "students": ["Ana Ruiz", "Bo Chen", "Chi Okeke"], "at": at(1)},
        {"channel": "engagement", "code": "deep", "student": "Ana Ruiz", "method": "sweep", "sweep": 1, "at": at(2)},
        {"channel": "challenge", "code": "easy", "student": "Ana Ruiz", "method": "sweep", "sweep": 1, "at": at(2)},
        {"sweep_skip": "Bo Chen", "sweep": 1, "at": at(3)},
        {"sweep_end": 1, "at": at(4)},
        {"channel": "engagement", "code": "off", "student": "Bo Chen", "method": "sweep", "sweep": 2, "at": at(5)},
        {"sweep_skip": "Chi Okeke", "sweep": 2, "at": at(6)},  # without a start line asked is who was rated
    )
    summary = live.json("summary")
    fixed = [{name: one[name] for name in ("number", "asked", "rated", "skipped")} for one in summary["sweeps"]]
    assert fixed == [
        {"number": 1, "asked": 3, "rated": 1, "skipped": 1},
        {"number": 2, "asked": 1, "rated": 1, "skipped": 1},
    ]
    methods = summary["channels"]["engagement"]["by_method"]
    assert (methods["sweep"]["n"], methods["tap"]["n"]) == (2, 0)


def test_the_end_of_a_pass_that_nobody_began_makes_no_pass(live: Observe) -> None:
    live.log({"sweep_end": 7, "at": at(1)})
    live.end(40)
    assert live.json("summary")["sweeps"] == []
    [seen] = live.json("page", "coverage", "--from", DAY, "--until", DAY)["classes"]
    assert (seen["visits"], seen["looks_at_everyone"]) == (1, 0)


def test_the_seed_of_a_random_pass_is_kept(live: Observe) -> None:
    people = [live.student(name) for name in ("Ana Ruiz", "Bo Chen", "Chi Okeke")]
    drawn = sampling.shuffled(people, 2024)
    live.log(
        {"sweep_start": 1, "order": "random", "students": drawn, "seed": 2024, "at": at(1)},
        {"sweep_start": 2, "order": "random", "students": drawn, "seed": None, "at": at(2)},
        {"sweep_start": 3, "order": "focal", "students": drawn[:2], "seed": 0, "at": at(3)},
        {"sweep_start": 4, "seed": None, "at": at(4)},
    )
    said = [(one["number"], one["order"], one["seed"]) for one in live.json("summary")["sweeps"]]
    assert said == [(1, "random", 2024), (2, "random", None), (3, "focal", 0), (4, "seat", None)]


# -- undo and redo ----------------------------------------------------------------------------------------


def test_undo_and_redo_name_what_they_touched(live: Observe) -> None:
    first, second = live.log(
        {"channel": "engagement", "code": "deep", "at": at(1)}, {"channel": "engagement", "code": "off", "at": at(2)}
    )

    def counts() -> list[int]:
        tap = channels(live)["engagement"]["by_method"]["tap"]["counts"]
        return [tap["deep"], tap["off"]]

    [undone] = live.log({"undo": True})
    assert (undone["id"], undone["at"], counts()) == (second["id"], utc(2), [1, 0])
    [undone] = live.log({"undo": True})  # in a process of its own
    assert (undone["id"], counts()) == (first["id"], [0, 0])
    assert "nothing to undo" in live.error({"undo": True})
    [redone] = live.log({"redo": True})
    assert (redone["id"], counts()) == (first["id"], [1, 0])
    [redone] = live.log({"redo": True})
    assert (redone["id"], counts()) == (second["id"], [1, 1])
    assert "nothing to redo" in live.error({"redo": True})


def test_attendance_is_taken_back_like_anything_else(live: Observe) -> None:
    live.log({"absent": ["Ana Ruiz", "Bo Chen"], "at": at(1)})
    [undone] = live.log({"undo": True})
    assert undone["undo"] == ["attendance", "attendance"]
    assert coverage(live)["present"] == 5
    live.log({"absent": ["Ana Ruiz"], "at": at(1)})
    live.log({"channel": "spark", "code": "lead", "student": "Ana Ruiz", "at": at(2)})
    live.log({"undo": True})  # the spark, and that she was seen
    assert coverage(live)["present"] == 4


# -- notes ------------------------------------------------------------------------------------------------


def test_notes_and_private_notes(live: Observe) -> None:
    live.log(
        {"channel": "spark", "code": "insight", "student": "Ana Ruiz", "note": " why \x07 not ", "at": at(1)},
        {"channel": "role", "code": "group", "note": "between us", "private": True, "at": at(2)},
        {"channel": "engagement", "code": "deep", "note": "", "private": True, "at": at(3)},
        {"channel": "engagement", "code": "deep", "note": None, "at": at(4)},
    )
    notes = live.json("summary")["notes"]
    assert [(note["text"], note["private"], note["at"]) for note in notes] == [
        ("why not", False, utc(1)),
        ("between us", True, utc(2)),
    ]
    text = live.ok("summary")
    assert "why not" in text
    assert "between us" in text


def test_a_line_may_come_after_the_end_if_its_time_is_inside(live: Observe) -> None:
    live.end(40)
    live.log({"channel": "engagement", "code": "deep", "at": at(39)})
    assert "at: the visit has ended" in live.error({"channel": "engagement", "code": "deep"})


@pytest.mark.parametrize("name", ["Sam Lee", "Nobody"])
def test_a_refused_feed_leaves_no_trace(live: Observe, name: str) -> None:
    before = live.dump()
    lines = [{"channel": "spark", "code": "insight", "student": name, "at": at(n)} for n in range(20)]
    ran = live("log", "last", stdin="\n".join(map(json.dumps, lines)))
    assert ran.status == 1
    assert len(ran.lines) == 20
    assert live.dump() == before


def test_a_pass_over_a_part_of_the_class_is_told_from_one_over_everyone_in_every_file(live: Observe) -> None:
    live.log(
        {"sweep_start": 1, "students": ["Ana Ruiz"], "at": at(1)},
        {"channel": "engagement", "code": "deep", "student": "Ana Ruiz", "method": "sweep", "sweep": 1, "at": at(1)},
        {"sweep_start": 2, "order": "unseen", "students": ["Bo Chen"], "at": at(2)},
        {"channel": "engagement", "code": "off", "student": "Bo Chen", "method": "sweep", "sweep": 2, "at": at(2)},
    )
    rows = live.ok("export", "csv").splitlines()
    assert [next(word for word in ("sweep", "part") if f",{word}," in row) for row in rows[1:]] == ["sweep", "part"]
    assert "all,sweep,n,,1" in live.ok("summary", "--format", "csv")
    assert "all,part,n,,1" in live.ok("summary", "--format", "csv")
    assert "1 look at some of the class" in live.ok("summary", "--format", "text")
    lines = live.ok("export", "jsonl").splitlines()
    assert sum('"method":"sweep"' in line.replace(" ", "") for line in lines) == 2  # as it was logged


def test_an_order_that_is_none_is_refused(live: Observe) -> None:
    ran = live("log", "last", stdin='{"sweep_start": 1, "order": "by name"}\n')
    assert ran.status == 1
    for order in ("seat", "random", "least_seen", "unseen", "focal"):
        assert order in ran.out


# -- what the teacher says and does -------------------------------------------------------------------------

OF_TEACHER = (
    {"channel": "questioning", "code": "apply", "modifiers": {"asker": "teacher"}, "at": at(1)},
    {"channel": "move", "code": "press", "at": at(2)},
)


@pytest.mark.parametrize("line", OF_TEACHER, ids=lambda line: line["channel"])
def test_what_the_teacher_does_is_logged_and_one_line_says_that_it_is_not_agreed_on(
    live: Observe, line: dict[str, Any]
) -> None:
    feed = "".join(json.dumps(one) + "\n" for one in (line, {"channel": "spark", "code": "insight"}, line))
    ran = live("log", "last", stdin=feed)
    assert [answer.get("id") is not None for answer in ran.lines] == [True, False, True]
    assert ran.status == 1  # for the line that is refused, not for these
    assert ran.err == (
        "observe: what Ms Okafor says and does was logged, but no working agreement says that it is, agree on it,"
        ' then write it: `observe working-agreement "Ms Okafor" --set "logged=..."`\n'
    )
    live.ok("working-agreement", "Ms Okafor", "--set", "my_role=I model.")
    assert live.log_one(line).err == ran.err  # it does not say what is logged
    live.ok("working-agreement", "Ms Okafor", "--set", "logged=Who asks what.")
    assert (live.log_one(line).err, live.log_one(line).status) == ("", 0)


def test_what_others_do_needs_no_agreement_and_a_refused_line_says_nothing(live: Observe) -> None:
    live.log(
        {"channel": "questioning", "code": "apply", "at": at(1)},
        {"channel": "questioning", "code": "apply", "modifiers": {"asker": "me", "wait_s": 3}, "at": at(1)},
        {
            "channel": "questioning",
            "code": "apply",
            "student": "Ana Ruiz",
            "modifiers": {"asker": "student"},
            "at": at(1),
        },
        {"channel": "role", "code": "teach", "at": at(1)},
        {"channel": "engagement", "code": "deep", "at": at(1)},
        {"present": ["Ana Ruiz"], "at": at(1)},
    )
    assert live.error({"channel": "move", "code": "shrug", "at": at(2)})


def test_without_a_class_there_is_nobody_to_agree_with(at_school: Observe) -> None:
    at_school.ok("start", "--at", at(0))
    ran = at_school.log_one(OF_TEACHER[1])
    assert (ran.status, len(ran.lines), ran.err.count("\n")) == (0, 1, 1)
    assert "as the visit has no teacher's name" in ran.err
