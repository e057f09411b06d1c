"""`observe purge`: no file of the home holds what was purged, the figures are what they were, and nothing returns."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from observe.domain.entries import Entry
from observe.domain.redaction import ERASED
from observe.platform import Platform
from observe.services import backups, classroom, purge, visits
from observe.services.afterwards import Afterwards
from observe.services.home import open_home
from observe.services.record import Recorder
from observe.store import maintenance
from observe.store.intake import receive

from .school import (
    PEOPLE,
    SECTION,
    done,
    dump_of,
    entries_of,
    files_of,
    log,
    look,
    new_school,
    observe,
    one_line,
    opened,
    process,
)

ZEB, BO, CHI = PEOPLE
CANARIES = (
    *("Zebulon", "Quartz", "Zebediah", "SCHOOL-ID-1"),
    *("NOTE-ON-HIM", "OLDER-NOTE", "OLDER-REASON", "PRIVATE-NOTE", "VOIDED-NOTE", "VOIDED-PRIVATE", "VOID-REASON"),
    *("REASSIGNED-NOTE", "REASSIGNED-PRIVATE", "LATER-ON-ANOTHER", "NOTE-OF-ITS-OWN", "PRIVATE-OF-ITS-OWN"),
)


def hits(home: Path, canaries: tuple[str, ...] = CANARIES) -> dict[str, list[str]]:
    """Which canaries each file of the home still holds."""
    found = {name: [c for c in canaries if c.encode() in data] for name, data in files_of(home).items()}
    return {name: some for name, some in found.items() if some}


def lesson(home: Path) -> str:
    """A visit in which much was written about Zebulon, then ended: in the log, its write-ahead log and a backup."""
    visit = new_school(home)
    roster = home.parent / "renamed.csv"
    roster.write_text(f"Name,Student ID,Section\nZebediah Quartz,SCHOOL-ID-1,{SECTION}\n")
    done(observe(home, "import", "roster", str(roster), "--keep-missing"))
    roster.write_text(f"Name,Student ID,Section\n{ZEB},SCHOOL-ID-1,{SECTION}\n")
    done(observe(home, "import", "roster", str(roster), "--keep-missing"))
    ids = log(
        home,
        visit,
        look("off", ZEB, note="NOTE-ON-HIM"),
        look("active", ZEB, note="OLDER-NOTE"),
        look("deep", ZEB, note="PRIVATE-NOTE", private=True),
        look("deep", ZEB, note="VOIDED-NOTE"),
        look("deep", ZEB, note="VOIDED-PRIVATE", private=True),
        look("deep", ZEB, note="REASSIGNED-NOTE"),
        look("deep", ZEB, note="REASSIGNED-PRIVATE", private=True),
        look("deep", BO, note="ON-ANOTHER-CHILD"),
        look("deep", CHI, note="LATER-ON-ANOTHER"),
        {"channel": "role", "code": "group", "with": [ZEB, BO]},
        {"channel": "questioning", "code": "apply", "student": BO, "modifiers": {"answered_by": ZEB}},
    )
    done(observe(home, "amend", ids[1], "--reason", "OLDER-REASON", "--note", "another"))
    done(observe(home, "amend", ids[1], "--reason", "again", "--note", "and another"))
    for voided in ids[3:5]:
        done(observe(home, "void", voided, "--reason", "VOID-REASON"))
    for reassigned in ids[5:7]:
        done(observe(home, "amend", reassigned, "--reason", "wrong child", "--student", BO))
    done(observe(home, "amend", ids[8], "--reason", "it was him", "--student", ZEB))
    with opened(home) as at:
        student = next(s.id for s in visits.students(at) if s.name == ZEB)
        data = {"visit": visit, "at": "2026-11-24T17:00:00.000Z", "student": student, "body": "NOTE-OF-ITS-OWN"}
        at.write(lambda act: act.put("note", f"{visit}/n1", data))
        Afterwards(at, visit).note("PRIVATE-OF-ITS-OWN", student=student, private=True)
    done(observe(home, "end", visit))
    return visit


def figures(home: Path, visit: str) -> object:
    found = done(observe(home, "summary", visit, "--json")).json
    return {name: part for name, part in found.items() if name != "notes"}


def test_no_file_of_the_home_holds_the_purged_bytes(home: Path) -> None:
    visit = lesson(home)
    (home / "backups/observe-2020-01-01.db").write_bytes((next((home / "backups").iterdir())).read_bytes())
    (home / "aside/then").mkdir(parents=True)
    (home / "aside/then/observe.db").write_bytes(b"of Zebulon")
    (home / "trace.log").write_text("Zebulon")
    held = hits(home)
    assert set(CANARIES) <= {c for some in held.values() for c in some}  # or the test would prove nothing
    before = figures(home, visit)

    said = done(observe(home, "purge", ZEB, "--yes"))

    assert hits(home) == {}
    assert figures(home, visit) == before
    assert "7 x observation" in said.out
    assert "4 x private note" in said.out
    assert any(b"ON-ANOTHER-CHILD" in data for data in files_of(home).values())
    for named in ("aside/then/observe.db", "trace.log"):
        assert f"destroyed: {named}" in said.out
    for named in ("observe.db", "backups/observe-2020-01-01.db"):
        assert f"written anew without it: {named}" in said.out
    assert sorted((home / "aside").iterdir()) == []


def test_a_process_that_still_has_the_home_open_does_not_keep_the_bytes(home: Path) -> None:
    """The app may be open, idle: its write-ahead log is emptied all the same."""
    lesson(home)
    with opened(home) as app:
        Recorder(app, visits.visits_between(app, 0, None)[0].id).log()
        log_files = [home / "observe.db-wal", home / "observe.db-shm"]
        app.set_setting("observer", "Kim")
        assert log_files[0].stat().st_size > 0
        with opened(home) as command:
            purge.purge(command, "student", purge.student_to_purge(command, ZEB))
            purge.finish(command)
        with opened(home) as command:
            assert not purge.is_due(command)
        assert log_files[0].stat().st_size < 50_000
        held = hits_elsewhere(home)
    assert held == []


def hits_elsewhere(home: Path) -> list[str]:
    """As `hits`, read by another process: this one has the database open, and must not touch its files."""
    script = (
        "import sys, pathlib\nfor f in pathlib.Path(sys.argv[1]).rglob('*'):\n"
        " if f.is_file() and any(c.encode() in f.read_bytes() for c in sys.argv[2:]): print(f)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(home), *CANARIES], capture_output=True, text=True, check=True
    )
    return run.stdout.split()


def test_nothing_brings_it_back(home: Path) -> None:
    visit = new_school(home)
    log(home, visit, look("deep", ZEB, note="NOTE-ON-HIM"), look("off", ZEB, note="PRIVATE-NOTE", private=True))
    with opened(home) as at:
        Afterwards(at, visit).note("PRIVATE-OF-ITS-OWN", student=purge.student_to_purge(at, ZEB), private=True)
    exported = home.parent / "all.jsonl"
    done(observe(home, "export", "jsonl", "--private", "-o", str(exported)))
    done(observe(home, "backup", "-o", str(home.parent / "outside.db")))
    done(observe(home, "purge", ZEB, "--yes"))
    log(home, visit, {"undo": True}, {"undo": True}, {"redo": True}, {"redo": True})
    assert hits(home) == {}
    done(observe(home, "import", "visits", str(exported), "--overwrite"))
    assert hits(home) == {}
    done(observe(home, "doctor", "--rebuild"))
    assert hits(home) == {}
    done(observe(home, "restore", str(home.parent / "outside.db"), "--yes"))
    assert hits(home) == {}
    assert len(list((home / "aside").iterdir())) == 1


def test_a_purge_stands_what_arrives_later_is_redacted_too(home: Path) -> None:
    visit = new_school(home)
    with opened(home) as at:
        student = purge.student_to_purge(at, ZEB)
    done(observe(home, "purge", student, "--yes"))
    when = "2026-11-24T17:00:00.000Z"
    said = {"visit": visit, "at": when, "channel": "engagement", "code": "off"}
    late = [
        ("student", student, {"name": "Zebulon", "nick": "Quartz"}),
        ("observation", "late1", {**said, "student": student, "note": "NOTE-ON-HIM", "transcript": "OLDER-NOTE"}),
        ("observation", "late2", {**said, "student": student}),
        ("observation", "late2", {**said, "student": "other", "note": "LATER-ON-ANOTHER"}),
        ("note", f"{visit}/late", {"visit": visit, "at": when, "student": student, "body": "NOTE-OF-ITS-OWN"}),
        ("gesture", "late", {"visit": visit, "student": student, "words": "VOID-REASON"}),
    ]
    entries = [
        Entry(
            f"{n:032x}", "peer", 1, n, 1_800_000_000_000 + n, 0, n, kind, key, "put", (), data, extra={"x": "Zebulon"}
        )
        for n, (kind, key, data) in enumerate(late, 1)
    ]
    with opened(home) as at:
        # The note that names another child comes first: only the next entry shows that the look was once at him.
        for batch in ([entries[3]], [entries[0]], entries):
            with at.database.transaction():
                receive(at.conn, batch, at.clock.now())
        purge.finish(at)
    assert hits(home) == {}
    assert {"late1", "late2"} <= {o.id for o in looks(home, visit)}


def test_a_look_that_turns_out_to_be_at_the_purged_child_loses_its_words_too(home: Path, tmp_path: Path) -> None:
    """She corrects after the purge whom it was about; what she wrote then was about that child."""
    visit = new_school(home)
    (look_id,) = log(home, visit, look("off", BO, note="NOTE-ON-HIM"))
    with opened(home) as at:
        student = purge.student_to_purge(at, ZEB)
    done(observe(home, "purge", student, "--yes"))
    assert hits(home) != {}
    done(observe(home, "amend", look_id, "--student", student, "--reason", "OLDER-REASON"))
    done(observe(home, "end", visit))
    assert hits(home) == {}
    with opened(tmp_path / "peer") as peer:
        with peer.database.transaction():
            receive(peer.conn, entries_of(home), peer.clock.now())
        assert list(maintenance.dump(peer.conn)) == dump_of(home)


def test_a_backup_of_before_it_turned_out_loses_the_words_too(home: Path) -> None:
    """It was made after the purge and knows it, and not whom the looks were at; of one only a private note speaks."""
    visit = new_school(home)
    noted, private, other = log(
        home,
        visit,
        look("off", BO, note="NOTE-ON-HIM"),
        look("deep", BO, note="PRIVATE-NOTE", private=True),
        look("active", CHI, note="STAYS", private=True),
    )
    with opened(home) as at:
        student = purge.student_to_purge(at, ZEB)
        own = Afterwards(at, visit).note("PRIVATE-OF-ITS-OWN", private=True).id
    done(observe(home, "purge", student, "--yes"))
    with opened(home) as at:
        (backup,) = [backups.daily_backup(at).file]
    assert set(hits(home)) >= {"observe.db", f"backups/{backup.name}"}
    for id in (noted, private):
        done(observe(home, "amend", id, "--student", student, "--reason", "OLDER-REASON"))
    with opened(home) as at:
        said = at.journal.winner("note", f"{visit}/{own}").data
        at.write(lambda act: act.put("note", f"{visit}/{own}", {**said, "student": student}))
        done_to = purge.finish(at)
    assert done_to.rewritten == (f"backups/{backup.name}",)
    assert hits(home) == {}
    assert b"STAYS" in backup.read_bytes()
    with opened(home) as at:
        assert purge.finish(at).rewritten == ()  # and that is the end of it
    done(observe(home, "restore", str(backup), "--yes"))
    with opened(home) as at:
        assert {o.id for o in looks(home, visit)} == {noted, private, other}
        assert maintenance.remake(at.database, at.journal.device) == []
    assert hits(home) == {}


def looks(home: Path, visit: str):
    with opened(home) as at:
        return visits.visit_log(at, visit).observations


def test_purging_a_visit_takes_its_words_and_whom_it_was_about(home: Path) -> None:
    visit = new_school(home)
    log(
        home,
        visit,
        look("off", ZEB, note="NOTE-ON-HIM"),
        look("deep", BO, note="PRIVATE-NOTE", private=True),
        {"channel": "role", "code": "group", "with": [BO]},
        {"channel": "questioning", "code": "apply", "modifiers": {"answered_by": BO, "wait_s": 4}},
    )
    with opened(home) as at:

        def words(act):
            act.put("visit.title", visit, {"title": "TITLE-OF-VISIT"})
            act.put("reflection", f"{visit}/keep", {"visit": visit, "body": "REFLECTION"})
            act.put("plan.group", f"{visit}/g1", {"visit": visit, "words": "PLAN-WORDS"})

        at.write(words)
    done(observe(home, "end", visit))
    before = done(observe(home, "summary", visit, "--json")).json
    other = done(observe(home, "start", SECTION, "--title", "stays")).out.strip()
    done(observe(home, "end", other))

    done(observe(home, "purge", "--visit", visit, "--yes"))

    gone = ("NOTE-ON-HIM", "PRIVATE-NOTE", "TITLE-OF-VISIT", "REFLECTION", "PLAN-WORDS")
    assert hits(home, gone) == {}
    after = done(observe(home, "summary", visit, "--json")).json
    counts = [
        {name: part.get("n", part.get("bouts", part.get("by_method", {}).get("tap", {}).get("counts")))
         for name, part in found["channels"].items()}
        for found in (before, after)
    ]  # fmt: skip
    assert counts[0] == counts[1]
    assert {o.student for o in looks(home, visit)} == {None, ERASED}
    assert observe(home, "summary", other, "--json").json["visit"]["title"] == "stays"
    assert ZEB in done(observe(home, "students")).out


def test_the_child_is_no_tile_any_more_and_the_others_keep_their_seats(home: Path) -> None:
    new_school(home)
    with opened(home) as at:
        seats = {s.name: s.seat for s in visits.students(at)}
    done(observe(home, "purge", ZEB, "--yes"))
    with opened(home) as at:
        left = {s.name: s.seat for s in visits.students(at) if s.active}
    assert left == {name: seat for name, seat in seats.items() if name != ZEB}


def test_texts_elsewhere_that_name_the_child_are_pointed_at_and_not_repeated(home: Path) -> None:
    visit = new_school(home)
    log(
        home,
        visit,
        look("deep", BO, note="worked with zebulon quartz at last"),
        look("deep", BO, note="Zebulon helped", private=True),
        look("deep", BO, note="the quartz was pink"),
        look("deep", BO, note="nobody else"),
    )
    said = done(observe(home, "purge", ZEB, "--yes"))
    named = [line for line in said.out.splitlines() if line.startswith("may name")]
    assert len(named) == 2
    assert all(visit in line for line in named)
    assert [("private note" in line, "a note" in line) for line in named] == [(False, True), (True, False)]
    assert "helped" not in said.out
    assert "at last" not in said.out
    assert any(b"at last" in data for data in files_of(home).values())


@pytest.mark.parametrize("note", ["Renee was first", "RENÉE NUNEZ was next"])
def test_a_name_that_is_typed_without_its_accents_is_pointed_at_too(home: Path, note: str) -> None:
    visit = new_school(home)
    with opened(home) as at:
        classroom.type_in(at, SECTION, "Renée Núñez")
    log(home, visit, look("deep", BO, note=note))
    said = done(observe(home, "purge", "Renée Núñez", "--yes"))
    assert len([line for line in said.out.splitlines() if line.startswith("may name")]) == 1


def test_a_class_that_is_called_after_the_child_is_pointed_at(home: Path) -> None:
    new_school(home)
    with opened(home) as at:
        classroom.type_in(at, "Zebulon's five", "Ida Berg", teacher="Ms Quartz")
    said = done(observe(home, "purge", ZEB, "--yes"))
    named = [line for line in said.out.splitlines() if line.startswith("may name")]
    assert named == ["may name this student, and was left as it is: a class's name"]


def test_json_says_the_same(home: Path) -> None:
    visit = new_school(home)
    log(home, visit, look("deep", BO, note="as Zebulon said"))
    done(observe(home, "end", visit))
    found = done(observe(home, "purge", ZEB, "--yes", "--json")).json
    assert found["redacted"] == {"student": 1, "member": 1}
    assert [f"backups/{f.name}" for f in (home / "backups").iterdir()] == found["rewritten"]
    assert found["mentions"][0]["visit"] == visit


@pytest.mark.parametrize("answer", ["", "y\n"])
def test_without_a_terminal_to_ask_on_it_changes_nothing(home: Path, answer: str) -> None:
    new_school(home)
    before = entries_of(home)
    assert "--yes" in one_line(observe(home, "purge", ZEB, stdin=answer))
    assert entries_of(home) == before


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are POSIX")
@pytest.mark.parametrize(("answer", "purged"), [("y", True), ("n", False), ("", False)])
def test_on_a_terminal_it_asks(home: Path, answer: str, purged: bool) -> None:
    import pty

    new_school(home)
    ours, theirs = pty.openpty()
    asked = process(home, "purge", ZEB, stdin=theirs)
    os.write(ours, f"{answer}\n".encode())
    _, err = asked.communicate(timeout=30)
    os.close(theirs)
    os.close(ours)
    assert asked.returncode == (0 if purged else 1)
    assert "Erase student" in err
    assert (ZEB in observe(home, "students").out) is not purged


def test_what_cannot_be_purged_is_refused(home: Path) -> None:
    visit = new_school(home)
    before = entries_of(home)
    assert "is open" in one_line(observe(home, "purge", "--visit", visit, "--yes"))
    assert "not known" in one_line(observe(home, "purge", "Nobody", "--yes"))
    assert "not known" in one_line(observe(home, "purge", "", "--yes"))
    assert observe(home, "purge", "--yes").status == 2
    assert observe(home, "purge", ZEB, "--visit", visit, "--yes").status == 2
    roster = home.parent / "twin.csv"
    roster.write_text(f"Name,Student ID,Section\n{ZEB},SCHOOL-ID-9,Room 13\n")
    done(observe(home, "import", "roster", str(roster)))
    assert "more than one student" in one_line(observe(home, "purge", ZEB, "--yes"))
    assert entries_of(home)[: len(before)] == before


def test_a_purge_that_was_interrupted_is_finished_by_the_doctor(home: Path) -> None:
    """The act is durable and the process dies before the files are done."""
    lesson(home)
    with opened(home) as at:
        purge.purge(at, "student", purge.student_to_purge(at, ZEB))
    assert any(name.startswith("backups/") for name in hits(home))
    said = done(observe(home, "doctor"))
    assert "a purge had been interrupted, and is finished" in said.out
    assert hits(home) == {}
    assert "purge" not in done(observe(home, "doctor")).out


def test_the_end_of_a_visit_finishes_it_too(home: Path) -> None:
    visit = new_school(home)
    log(home, visit, look("deep", ZEB, note="NOTE-ON-HIM"))
    done(observe(home, "backup"))
    with opened(home) as at:
        purge.purge(at, "student", purge.student_to_purge(at, ZEB))
    done(observe(home, "end", visit))
    assert hits(home) == {}


def test_a_purge_that_finds_no_room_says_so_and_remains_due(home: Path) -> None:
    class Full(Platform):
        def free_bytes(self, path: Path) -> int:
            return 1000

    lesson(home)
    at = open_home(home, Full())
    purge.purge(at, "student", purge.student_to_purge(at, ZEB))
    with pytest.raises(Exception, match="run `observe doctor`"):
        purge.finish(at)
    assert purge.is_due(at)
    # The log itself needs no room to be clean, nor its write-ahead log.
    assert [Path(file).parent.name for file in hits_elsewhere(home)] == ["backups"]
    at.close()
    done(observe(home, "doctor"))
    assert hits(home) == {}


def test_a_backup_that_cannot_be_read_cannot_be_cleaned_and_is_destroyed(home: Path) -> None:
    lesson(home)
    bad = home / "backups/observe-2020-01-02.db"
    whole = next((home / "backups").iterdir()).read_bytes()
    bad.write_bytes(whole[:5000] + b"Zebulon" * 1000 + whole[12000:])
    said = done(observe(home, "purge", ZEB, "--yes"))
    assert f"destroyed: backups/{bad.name}" in said.out
    assert hits(home) == {}


def test_backups_that_were_written_anew_are_whole_and_can_be_restored(home: Path) -> None:
    visit = lesson(home)
    before = figures(home, visit)
    done(observe(home, "purge", ZEB, "--yes"))
    backup = backups.backups_of(home)[0]
    assert {f.suffix for f in (home / "backups").iterdir()} == {".db"}
    done(observe(home, "restore", str(backup), "--yes"))
    assert figures(home, visit) == before
    assert "(" not in done(observe(home, "doctor")).out
    with maintenance.reading(home / "observe.db") as conn:
        assert len(list(maintenance.every(conn, "purge"))) == 1


def test_two_devices_redact_alike(home: Path, tmp_path: Path) -> None:
    visit = lesson(home)
    before = entries_of(home)
    done(observe(home, "purge", ZEB, "--yes"))
    done(observe(home, "purge", "--visit", visit, "--yes"))
    with opened(tmp_path / "peer") as peer:
        for batch in (before, entries_of(home)):
            with peer.database.transaction():
                receive(peer.conn, batch, peer.clock.now())
        purge.finish(peer)
        theirs = sorted(peer.journal.every(), key=lambda e: (e.device, e.seq))
        dump = list(maintenance.dump(peer.conn))
    assert theirs == sorted(entries_of(home), key=lambda e: (e.device, e.seq))
    assert dump == dump_of(home)
    assert hits(tmp_path / "peer") == {}


def test_a_name_is_found_however_it_is_spaced_or_composed_as_everywhere(home: Path) -> None:
    new_school(home)
    roster = home.parent / "one_more.csv"
    roster.write_text(f"Name,Student ID,Section\nJosé Núñez,SCHOOL-ID-9,{SECTION}\n", encoding="utf-8")
    done(observe(home, "import", "roster", str(roster), "--keep-missing"))
    done(observe(home, "purge", " bo  CHEN", "--yes"))
    done(observe(home, "purge", "Jose\u0301 Nu\u0301n\u0303ez", "--yes"))
    assert hits(home, (BO, "Núñez")) == {}
