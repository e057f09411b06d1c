"""A home that a newer version wrote: it can be read, and nothing here changes it."""

import json
from pathlib import Path

import pytest

from observe.domain.codec import iso
from observe.services import visits

from .school import PEOPLE, done, entries_of, files_of, log, look, new_school, observe, one_line, opened


@pytest.fixture
def newer(home: Path) -> tuple[Path, str]:
    visit = new_school(home)
    log(home, visit, look(note="a note"))
    done(observe(home, "end", visit))
    with opened(home) as at:
        at.conn.execute("CREATE TABLE hologram (id TEXT)")
        at.conn.execute("ALTER TABLE visit ADD COLUMN weather TEXT")
        sql = "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('observe', 'weather', '2031')"
        at.conn.execute(sql)
    return home, visit


def test_reading_works(newer: tuple[Path, str]) -> None:
    home, visit = newer
    found = done(observe(home, "summary", visit, "--json")).json
    assert found["visit"]["status"] == "ended"
    assert [note["text"] for note in found["notes"]] == ["a note"]
    assert PEOPLE[1] in done(observe(home, "students")).out
    done(observe(home, "export", "jsonl", "-o", str(home.parent / "out.jsonl")))
    assert done(observe(home, "backup", "--json")).json["entries"] == len(entries_of(home))


@pytest.mark.parametrize(
    "command",
    [
        ("start",),
        ("end", "VISIT", "--at", "2030-01-01T10:00"),
        ("settings", "observer", "Kim"),
        ("purge", PEOPLE[1], "--yes"),
    ],
)
def test_writing_says_what_to_do_and_changes_nothing(newer: tuple[Path, str], command: tuple[str, ...]) -> None:
    home, visit = newer
    before, entries = files_of(home), entries_of(home)
    said = one_line(observe(home, *(visit if word == "VISIT" else word for word in command)))
    assert "a newer version of observe wrote this home" in said
    assert "update observe" in said
    assert entries_of(home) == entries
    assert files_of(home)["observe.db"] == before["observe.db"]


def test_a_tap_is_refused_in_the_same_words(newer: tuple[Path, str]) -> None:
    home, visit = newer
    with opened(home) as at:
        begun = visits.read(at, visit).started_at
    line = {"channel": "role", "code": "teach", "at": iso(begun or 0)}
    said = observe(home, "log", visit, stdin=json.dumps(line) + "\n")
    assert said.status == 1
    assert "a newer version of observe wrote this home" in json.loads(said.out)["error"]


def test_the_doctor_looks_and_leaves_it(newer: tuple[Path, str]) -> None:
    home, _ = newer
    data = files_of(home)["observe.db"]
    assert "a newer version of observe wrote this home" in done(observe(home, "doctor", "--rebuild")).out
    assert files_of(home)["observe.db"] == data
