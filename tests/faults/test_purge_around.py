"""What a purge takes of all that stands around the visits: plans, groups, agreements, promises, pages that went out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from observe.domain.codec import iso
from observe.domain.programme import ITEMS
from observe.domain.shapes import FREE_TEXT, fault
from observe.services import visits
from observe.services.home import Home
from observe.services.record import Recorder
from observe.services.sharing.run import sync
from observe.services.sharing.team import join, set_up, team_of
from observe.store import maintenance
from observe.sync import segment

from .school import PEOPLE, done, files_of, new_school, observe, opened

ZEB, BO, _ = PEOPLE
Written = dict[tuple[str, str], dict[str, Any]]
WORDY = {kind: FREE_TEXT[kind] for kind in ITEMS if kind in FREE_TEXT}
LABELS = {("plan", "name"), ("plan", "tier"), ("move", "group")}
"""Of a group, not of one child: a purge of a student leaves them."""
ADULTS = {("commitment", "teacher"), ("alone", "teacher"), ("agreement", "teacher"), ("meeting", "observer")}
ADULTS |= {("pattern", "observer")}
READINGS = ("teacher_reading", "my_reading", "flag", "extra_reason")


def canary(kind: str, field: str) -> str:
    return f"CANARY-{kind.upper()}-{field.upper()}"


def people(home: Home) -> dict[str, str]:
    return {s.name: s.id for s in visits.students(home)}


def around(home: Home, visit: str, who: str, mark: Callable[[str, str], str] = canary) -> Written:
    """An entity of every kind with words in it, about this student, in this visit wherever a kind knows one."""
    section = visits.sections(home)[0].id
    at, of = iso(home.clock.now()), {"visit": visit}
    rest: dict[str, tuple[str, dict[str, Any]]] = {
        "plan": (f"{visit}/l1", {**of, "part": "group", "students": [who], "evidence_at": at}),
        "move": (f"{visit}/m1", {**of, "at": at, "student": who}),
        "compacting": ("c1", {"section": section, "student": who, "at": at}),
        "meeting": ("k1", {"section": section, "at": at}),
        "meeting.missed": ("k1", {}),
        "pattern": (
            "p1",
            {"section": section, "what": "visit", "weekday": 1, "time": "09:30", "minutes": 40, "zone": "UTC"}
            | {"first": "2026-11-24"},
        ),
        "alone": ("a1", {"section": section, "day": "2026-11-24", "channel": "strategy", "code": "tiered"}),
        "commitment": ("b1", {**of, "section": section, "by": "me", "at": at}),
        "agreement": ("t1/my_role", {"at": at}),
        "next_step": (who, {"student": who, "at": at}),
        "sent": ("s1", {**of, "what": "family", "at": at, "student": who}),
    }
    assert rest.keys() == WORDY.keys()
    made: Written = {
        (kind, key): data | {field: mark(kind, field) for field in WORDY[kind]} for kind, (key, data) in rest.items()
    }
    for (kind, key), data in made.items():
        assert fault(kind, key, data) is None, (kind, fault(kind, key, data))
        home.write(lambda act, kind=kind, key=key, data=data: act.put(kind, key, data))
    return made


def held(files: Mapping[str, bytes], words: set[str]) -> dict[str, set[str]]:
    """Which words each file still holds."""
    found = {name: {word for word in words if word.encode() in data} for name, data in files.items()}
    return {name: some for name, some in found.items() if some}


def readings(home: Home, visit: str) -> None:
    def change(act: Any) -> None:
        for field in READINGS:
            data = {"visit": visit, "body": canary("reflection", field)}
            act.put("reflection", f"{visit}/{field}", data)

    home.write(change)


@pytest.fixture
def lesson(home: Path) -> str:
    """All of it about Zebulon, changed once since, in the log, its write-ahead log, a backup and the kept span."""
    visit = new_school(home)
    with opened(home) as at:
        who = people(at)[ZEB]
        around(at, visit, who, lambda kind, field: f"OLD{canary(kind, field)}")
        around(at, visit, who)
        readings(at, visit)
        start = {"visit": visit, "groups": {who: canary("groups", "label")}}
        at.write(lambda act: act.put("groups", visit, start))
        Recorder(at, visit).observe("engagement", "deep", group=canary("groups", "label"), note="ON-THE-GROUP")
    done(observe(home, "end", visit))
    done(observe(home, "trends", "--json"))
    done(observe(home, "backup"))
    return visit


WORDS = {canary(kind, field) for kind, names in WORDY.items() for field in names}
OF_THE_STUDENT = {
    *(canary("plan", field) for field in ("text", "evidence", "me", "teacher")),
    *(canary("compacting", field) for field in ("shown", "evidence", "instead")),
    *(canary("next_step", "body"), canary("sent", "to")),
}
OF_THE_VISIT = {
    *(canary("plan", field) for field in WORDY["plan"]),
    *(canary("move", "group"), canary("commitment", "text"), canary("sent", "to"), canary("groups", "label")),
    *(canary("reflection", field) for field in READINGS),
    "ON-THE-GROUP",
}


def test_a_purge_of_the_student_takes_what_was_written_of_the_student(home: Path, lesson: str) -> None:
    assert all(held(files_of(home), {word}) for word in WORDS)
    done(observe(home, "purge", ZEB, "--yes"))
    files = files_of(home)
    assert held(files, OF_THE_STUDENT) == {}
    assert held(files, {"Zebulon", "Quartz"}) == {}
    for word in WORDS - OF_THE_STUDENT:  # of a group, a class, an adult
        assert word.encode() in b"".join(files.values()), word
    with opened(home) as at:
        assert maintenance.remake(at.database, at.journal.device) == []


def test_a_purge_of_the_visit_takes_what_was_written_around_it(home: Path, lesson: str) -> None:
    done(observe(home, "purge", "--visit", lesson, "--yes"))
    files = files_of(home)
    assert held(files, OF_THE_VISIT) == {}
    for word in WORDS - OF_THE_VISIT:
        assert word.encode() in b"".join(files.values()), word
    with opened(home) as at:
        assert maintenance.remake(at.database, at.journal.device) == []
        assert people(at)[ZEB] not in json.dumps(
            [dict(e.data) for e in at.journal.every() if e.kind in ("plan", "move")]
        )


def test_words_that_name_the_child_elsewhere_are_pointed_at(home: Path) -> None:
    """Each text that is left with the name in it is told of, whatever kind it is."""
    visit = new_school(home)
    with opened(home) as at:
        made = around(at, visit, people(at)[BO], lambda kind, field: f"{field} with Zebulon")
        labels = {"visit": visit, "groups": {people(at)[BO]: "Zebulon's five"}}
        at.write(lambda act: act.put("groups", visit, labels))
        Recorder(at, visit).observe("engagement", "deep", group="Zebulon's five")
    done(observe(home, "end", visit))
    found = done(observe(home, "purge", ZEB, "--yes", "--json")).json["mentions"]
    said = {one["what"] for one in found}
    assert said == {
        *("line of a plan", "group's name", "compacting agreement", "reason why a meeting was missed"),
        *("word of a teacher", "promise", "line of a working agreement", "next step of another child"),
        "word on whom a page went to",
    }
    assert {one["visit"] for one in found if one["what"] == "line of a plan"} == {visit}
    assert {one["visit"] for one in found if one["what"] == "compacting agreement"} == {None}
    assert made


def test_the_name_of_a_teacher_is_no_word_about_a_child(home: Path) -> None:
    visit = new_school(home)
    with opened(home) as at:
        around(at, visit, people(at)[BO], lambda kind, field: "Mr Quartz" if (kind, field) in ADULTS else "words")
    assert done(observe(home, "purge", ZEB, "--yes", "--json")).json["mentions"] == []


def test_the_folder_shows_none_of_it_and_what_is_purged_leaves_it(home: Path, tmp_path: Path, lesson: str) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    with opened(home) as tablet, opened(tmp_path / "laptop") as laptop:
        code = set_up(tablet, folder).code
        join(laptop, folder, code)
        for each in (tablet, laptop, tablet, laptop):
            sync(each)
        everything = {*WORDS, "Zebulon", "Quartz", "ON-THE-GROUP"}
        assert held(files_of(folder), everything) == {}
        assert set().union(*held(_opened(tablet, folder), everything).values()) == everything
        assert held(files_of(tmp_path / "laptop"), OF_THE_STUDENT)
    done(observe(home, "purge", ZEB, "--yes"))
    with opened(home) as tablet:
        sync(tablet)
    done(observe(tmp_path / "laptop", "sync"))
    done(observe(home, "sync"))
    with opened(home) as tablet:
        assert held(_opened(tablet, folder), {*OF_THE_STUDENT, "Zebulon", "Quartz"}) == {}
    for path in (home, tmp_path / "laptop"):
        assert held(files_of(path), {*OF_THE_STUDENT, "Zebulon", "Quartz"}) == {}


def _opened(home: Home, folder: Path) -> dict[str, bytes]:
    """Every file of the folder as who has its key reads it."""
    team = team_of(home)
    assert team is not None
    sealed = {path: data for path, data in files_of(folder).items() if path.endswith(".seg")}
    return {path: segment.open_(data, team.ring, team.ring.team).plain for path, data in sealed.items()}
