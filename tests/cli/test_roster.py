"""`import roster`, `sections`, `students`."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from .commands import ROSTER, Observe

ONEROSTER = Path(__file__).parent.parent / "data" / "roster" / "oneroster"


def csv_file(folder: Path, text: str, name: str = "list.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def names(observe: Observe, active: bool = True) -> list[str]:
    return sorted(row["name"] for row in observe.json("students") if row["active"] is active)


def test_an_import_says_what_it_guessed_and_did(observe: Observe, tmp_path: Path) -> None:
    out = observe.ok("import", "roster", csv_file(tmp_path, ROSTER))
    assert "Name from 'Name'" in out
    assert "sections: 2 added" in out
    assert "students: 6 added" in out
    assert "members: 7 added" in out
    assert "left" not in out


def test_the_same_file_again_changes_nothing(observe: Observe, tmp_path: Path) -> None:
    file = csv_file(tmp_path, ROSTER)
    observe.ok("import", "roster", file)
    before = observe.dump()
    assert "6 left alone" in observe.ok("import", "roster", file)
    again = observe.json("import", "roster", file)
    assert again["changed"] is False
    assert again["counts"]["students"] == {"added": 0, "updated": 0, "unchanged": 6, "left": 0}
    assert observe.dump() == before


def test_updated_and_missing_students(at_school: Observe, tmp_path: Path) -> None:
    file = csv_file(tmp_path, "Name,Student ID,Section,Gifted\nAna Ruiz,1,Room 12,Y\nBo Chen,2,Room 12,Y\n")
    done = at_school.json("import", "roster", file)
    assert done["counts"]["students"]["updated"] == 1
    assert sorted(done["left"]) == ["Chi Okeke", "Sam Lee", "Sam Lee"]
    assert names(at_school) == ["Ana Ruiz", "Bo Chen", "Bo Chen", "Gia Rossi"]
    assert names(at_school, active=False) == ["Chi Okeke", "Sam Lee", "Sam Lee"]  # inactive, never deleted
    assert at_school.json("sections")[0]["students"] == 2


def test_keep_missing(at_school: Observe, tmp_path: Path) -> None:
    file = csv_file(tmp_path, "Name,Student ID,Section\nNew Child,9,Room 12\n")
    assert at_school.json("import", "roster", "--keep-missing", file)["left"] == []
    assert names(at_school, active=False) == []


def test_a_section_named_nowhere(observe: Observe, tmp_path: Path) -> None:
    observe.ok("import", "roster", csv_file(tmp_path, "Name\nAna Ruiz\n", "Room 7.csv"))
    observe.ok("import", "roster", csv_file(tmp_path, "Name\nBo Chen\n", "x.csv"), "--section", "Room 8")
    assert [row["name"] for row in observe.json("sections")] == ["Room 7", "Room 8"]


def test_a_dry_run_changes_nothing(observe: Observe, tmp_path: Path) -> None:
    file = csv_file(tmp_path, ROSTER)
    observe.ok("sections")
    before = observe.dump()
    assert "dry run" in observe.ok("import", "roster", "--dry-run", file)
    planned = observe.json("import", "roster", "--dry-run", file)
    assert (planned["dry_run"], planned["changed"]) == (True, True)
    assert observe.dump() == before
    done = observe.json("import", "roster", file)
    assert done["counts"] == planned["counts"]


BAD_ROWS = "Name,Student ID,Section,Gifted\nAna Ruiz,1,Room 12,Y\n,2,Room 12,N\nC D,3,Room 12,maybe\n"


def test_rejected_rows_refuse_the_whole_and_are_reported_with_line_and_reason(observe: Observe, tmp_path: Path) -> None:
    file = csv_file(tmp_path, BAD_ROWS)
    observe.ok("sections")
    before = observe.dump()
    ran = observe("import", "roster", file)
    assert ran.status == 1
    assert ran.err == (
        "observe: nothing was imported, 2 rows cannot be taken in, mend the file, or take the rest in with --partial\n"
    )
    assert ran.out.splitlines() == [
        "list.csv line 3: no name",
        "list.csv line 4: Gifted is 'maybe'; Y, N or nothing is meant",
    ]
    ran = observe("import", "roster", "--json", file)
    assert (ran.status, ran.json["refused"], ran.json["changed"]) == (1, True, False)
    assert [(row["line"], row["file"]) for row in ran.json["rejected"]] == [(3, "list.csv"), (4, "list.csv")]
    assert ran.err.count("\n") == 1
    assert observe.dump() == before


def test_partial_takes_the_rest_and_nobody_has_left_for_it(at_school: Observe, tmp_path: Path) -> None:
    out = at_school.ok("import", "roster", "--partial", csv_file(tmp_path, BAD_ROWS))
    assert "line 3: no name" in out
    assert names(at_school, active=False) == []


def test_all_files_or_none(observe: Observe, tmp_path: Path) -> None:
    good, bad = csv_file(tmp_path, ROSTER, "good.csv"), csv_file(tmp_path, BAD_ROWS, "bad.csv")
    assert observe("import", "roster", good, bad).status == 1
    assert observe.json("sections") == []
    assert observe.refused("import", "roster", good, tmp_path / "missing.csv", status=2)
    assert observe.json("sections") == []
    assert observe.json("import", "roster", good, csv_file(tmp_path, "Name\nEve Lund\n", "Room 1.csv"))["changed"]
    assert len(observe.json("sections")) == 3


@pytest.mark.parametrize("how", ["folder", "zip", "zip with a folder"])
def test_oneroster(observe: Observe, tmp_path: Path, how: str) -> None:
    source = tmp_path / "delivery"
    shutil.copytree(ONEROSTER, source)
    if how != "folder":
        with zipfile.ZipFile(tmp_path / "delivery.zip", "w") as archive:
            for file in source.iterdir():
                archive.write(file, f"2026/{file.name}" if how == "zip with a folder" else file.name)
        source = tmp_path / "delivery.zip"
    done = observe.json("import", "roster", source)
    assert done["counts"]["sections"]["added"] == len(observe.json("sections")) > 0
    assert done["counts"]["members"]["added"] == len(observe.json("students")) > 0
    assert observe.json("import", "roster", source)["changed"] is False


# -- lists -----------------------------------------------------------------------------------------------


def test_sections(at_school: Observe) -> None:
    rows = at_school.json("sections")
    assert [(row["name"], row["teacher"], row["students"]) for row in rows] == [
        ("Room 12", "Ms Okafor", 5),
        ("Room 14", "Mr Diaz", 2),
    ]
    assert all(isinstance(row["id"], str) and row["id"] for row in rows)
    text = at_school.ok("sections").splitlines()
    assert text[0].split() == ["id", "name", "teacher", "students"]
    assert len(text) == 3


def test_students_are_one_row_a_membership(at_school: Observe) -> None:
    rows = at_school.json("students")
    assert len(rows) == 7
    assert all({"id", "name", "section", "identified", "active"} <= row.keys() for row in rows)
    bo = [row for row in rows if row["name"] == "Bo Chen"]
    assert len({row["id"] for row in bo}) == 1
    assert [row["section"] for row in bo] == ["Room 12", "Room 14"]
    identified = {row["name"]: row["identified"] for row in rows}
    assert (identified["Ana Ruiz"], identified["Bo Chen"], identified["Chi Okeke"]) == (True, False, None)
    sam = [row["id"] for row in rows if row["name"] == "Sam Lee"]
    assert len(set(sam)) == 2


def test_a_whole_school_in_one_list_is_taken_in(observe: Observe, tmp_path: Path) -> None:
    rows = "".join(f"Ana Lee {n},{n}\n" for n in range(1, 701))
    assert "700 added" in observe.ok("import", "roster", csv_file(tmp_path, f"Name,Student ID\n{rows}"))
    letters = [row["letter"] for row in observe.json("students")]
    assert len(set(letters)) == 700
    assert {len(letter) for letter in letters} == {3}


@pytest.mark.parametrize("section", ["Room 14", "room 14", " Room  14 "])
def test_students_of_a_section_by_name(at_school: Observe, section: str) -> None:
    assert [row["name"] for row in at_school.json("students", "--section", section)] == ["Bo Chen", "Gia Rossi"]


def test_a_section_by_id_and_by_a_name_that_two_have(at_school: Observe, tmp_path: Path) -> None:
    first = at_school.json("sections")[0]
    assert at_school.json("students", "--section", first["id"]) == at_school.json("students", "--section", "Room 12")
    other = json.dumps({"kind": "section", "key": "other", "data": {"name": "Room 12"}})
    file = tmp_path / "more.jsonl"
    file.write_text('{"observe":"export","v":1}\n' + other + "\n")
    at_school.ok("import", "visits", file)
    said = at_school.refused("students", "--section", "Room 12")
    assert first["id"] in said
    assert "other" in said
    assert at_school.json("students", "--section", "other") == []


def test_lists_of_an_empty_home(observe: Observe) -> None:
    for command in ("sections", "students", "visits"):
        assert observe.json(command) == []
        assert observe.ok(command).strip() == ""
