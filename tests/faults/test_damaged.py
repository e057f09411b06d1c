"""A damaged home: commands refuse it in one line and change nothing, `doctor` brings back all that can be read."""

import json
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

from observe.platform import Platform
from observe.services import recovery, visits
from observe.services.afterwards import Afterwards
from observe.services.home import identity_of, open_home
from observe.store import maintenance
from observe.store.connection import Corrupt

from .school import done, dump_of, entries_of, files_of, log, look, new_school, observe, one_line, opened, process

PAGE = 4096


def used(home: Path) -> str:
    """A school with a visit, 60 looks, notes of either sort, a private one of its own, and a setting."""
    visit = new_school(home)
    log(home, visit, *(look(note=f"note {n}", private=n % 6 == 0) for n in range(60)))
    with opened(home) as at:
        Afterwards(at, visit).note("note of its own", private=True)
    done(observe(home, "settings", "observer", "Kim Ray"))
    return visit


def garbage(db: Path) -> None:
    db.write_bytes(random.Random(4).randbytes(db.stat().st_size))


def text(db: Path) -> None:
    db.write_text("this is no database\n" * 400)


def zeroed(db: Path) -> None:
    db.write_bytes(bytes(db.stat().st_size))


def emptied(db: Path) -> None:
    db.write_bytes(b"")


def missing(db: Path) -> None:
    db.unlink()


def headless(db: Path) -> None:
    data = db.read_bytes()
    db.write_bytes(b"\xff" * PAGE + data[PAGE:])


def schema_torn(db: Path) -> None:
    """The name of a table is no text any more, which SQLite says in a message that is none either."""
    data = db.read_bytes()
    db.write_bytes(data.replace(b"CREATE TABLE observation", b"CREATE \xcd\xffBLE observation", 1))


def text_torn(db: Path) -> None:
    """Every page is sound, and a note on one of them is no text."""
    data = db.read_bytes()
    assert data.count(b"note 31") > 1
    db.write_bytes(data.replace(b"note 31", b"note \xcd\xff"))


def entry_torn(db: Path) -> None:
    """Every page is sound, and what an entry says on one of them breaks off."""
    data = db.read_bytes()
    assert b'"note":"note 31","student"' in data
    db.write_bytes(data.replace(b'"note":"note 31","student"', b'"note":"note 31\\,"student"'))


def cut(db: Path) -> None:
    db.write_bytes(db.read_bytes()[: db.stat().st_size - 3 * PAGE])


def index_torn(db: Path) -> None:
    """The pages of one index are blank: reading may go well for long, and what is found by it is wrong."""
    with maintenance.reading(db) as conn:
        root = conn.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'entry_id'").fetchone()[0]
    data = bytearray(db.read_bytes())
    data[(root - 1) * PAGE : root * PAGE] = bytes(PAGE)
    db.write_bytes(data)


Harm = Callable[[Path], None]
WITHOUT_THE_PAGES = [garbage, text, zeroed, emptied, missing]
WITH_THE_PAGES = [headless, index_torn]
HARMS = [*WITHOUT_THE_PAGES, *WITH_THE_PAGES, cut]


@pytest.mark.parametrize("harm", [*WITHOUT_THE_PAGES, headless, cut], ids=lambda h: h.__name__)
@pytest.mark.parametrize("command", ["log", "start", "summary", "end", "backup"])
def test_a_command_says_what_to_do_and_changes_nothing(home: Path, harm: Harm, command: str) -> None:
    visit = used(home)
    harm(home / "observe.db")
    before = files_of(home)
    arguments = {"start": [], "backup": []}.get(command, [visit])
    said = observe(home, command, *arguments, stdin='{"pause": true}\n')
    assert "observe doctor" in one_line(said)
    assert "damaged" in said.err
    assert files_of(home) == before


def test_damage_that_shows_only_when_writing_is_said_too(home: Path) -> None:
    visit = used(home)
    index_torn(home / "observe.db")
    said = observe(home, "log", visit, stdin='{"pause": true}\n')
    assert said.status == 1
    assert "observe doctor" in said.out
    assert "observe doctor" in one_line(observe(home, "end", visit))


@pytest.mark.parametrize("harm", WITH_THE_PAGES, ids=lambda h: h.__name__)
def test_all_is_brought_back_from_its_own_pages(home: Path, harm: Harm) -> None:
    visit = used(home)
    before, tables, device = entries_of(home), dump_of(home), identity_of(home)
    whole = (home / "observe.db").read_bytes()
    harm(home / "observe.db")
    hurt = (home / "observe.db").read_bytes()

    said = done(observe(home, "doctor"))

    assert f"it has {len(before)} entries now, the latest of" in said.out
    assert "missing" not in said.out
    assert entries_of(home) == before
    assert dump_of(home) == tables
    assert hurt != whole
    assert [(f.read_bytes() == hurt) for f in (home / "aside").rglob("observe.db")] == [True]
    with opened(home) as at:
        notes = maintenance.beside_entries(at.database.path).notes
        assert sorted(notes.values()) == sorted(["note of its own", *(f"note {n}" for n in range(0, 60, 6))])
        assert at.journal.device == identity_of(home) != device
    log(home, visit, look())
    assert entries_of(home)[-1].seq == 1
    assert "WRONG" not in done(observe(home, "doctor")).out


@pytest.mark.parametrize("harm", HARMS, ids=lambda h: h.__name__)
def test_with_a_backup_nothing_of_it_is_lost(home: Path, harm: Harm) -> None:
    visit = used(home)
    done(observe(home, "backup"))
    log(home, visit, look(note="after the backup"))
    before = entries_of(home)
    harm(home / "observe.db")
    said = observe(home, "doctor")
    after = entries_of(home)
    kept = before if harm in WITH_THE_PAGES else before[: len(after)]
    assert sorted(after, key=lambda e: e.seq) == kept
    assert len(after) >= len(before) - 1
    if harm in WITHOUT_THE_PAGES:
        assert f"{len(before) - 1} of them were readable in a backup only" in said.out
        assert said.status == 0
    with opened(home) as at:
        assert at.setting("observer") == "Kim Ray"
        assert len(maintenance.beside_entries(at.database.path).notes) == 11
    assert done(observe(home, "summary", visit, "--json")).json["visit"]["id"] == visit


@pytest.mark.parametrize("harm", [schema_torn, text_torn, entry_torn], ids=lambda h: h.__name__)
def test_text_that_is_torn_on_sound_pages_is_said_and_mended(home: Path, harm: Harm) -> None:
    visit = used(home)
    before = entries_of(home)
    harm(home / "observe.db")
    files = files_of(home)
    said = one_line(observe(home, "export", "jsonl", "-o", str(home.parent / "log.jsonl")))
    assert "damaged" in said
    assert "observe doctor" in said
    assert files_of(home) == files

    doctor = observe(home, "doctor")

    after = entries_of(home)
    assert after == [entry for entry in before if entry in after]
    assert len(before) - len(after) == (0 if harm is schema_torn else 1)
    assert doctor.status == (0 if harm is schema_torn else 1)
    assert done(observe(home, "summary", visit, "--json")).json["visit"]["id"] == visit
    assert "WRONG" not in done(observe(home, "doctor")).out


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE _sqlite_migrations SET name = 'x' WHERE id = 2",
        "DELETE FROM _sqlite_migrations WHERE id > 1",
        "INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (0, 'observe', 'x', '')",
    ],
)
def test_steps_that_no_version_took_are_damage_and_no_newer_version(home: Path, harm: str) -> None:
    visit = used(home)
    before = entries_of(home)
    with opened(home) as at:
        at.conn.execute(harm)
    said = one_line(observe(home, "summary", visit))
    assert "damaged" in said
    assert "observe doctor" in said
    done(observe(home, "doctor"))
    assert entries_of(home) == before
    assert done(observe(home, "summary", visit, "--json")).json["visit"]["id"] == visit


def test_a_backup_of_a_damaged_log_says_that_it_is_the_log(home: Path) -> None:
    """Where it can be copied and only the copy's check finds out: a value is missing that no row may lack."""
    used(home)
    with opened(home) as at:
        at.conn.execute("PRAGMA writable_schema = ON")
        column = "planned_minutes INTEGER"
        sql = "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = 'visit'"
        at.conn.execute(sql, (column, f"{column} NOT NULL"))
        at.conn.execute("PRAGMA writable_schema = OFF")
    said = one_line(observe(home, "backup"))
    assert f"{home / 'observe.db'} is damaged" in said
    assert "observe doctor" in said


def test_what_nobody_foresaw_is_the_damages_doing_where_there_is_some(home: Path) -> None:
    visit = used(home)
    with opened(home) as at:
        at.conn.execute("UPDATE visit SET roster = '5'")
    assert "inside observe" in one_line(observe(home, "summary", visit))  # as far as SQLite can tell all is well
    index_torn(home / "observe.db")
    said = one_line(observe(home, "summary", visit))
    assert "damaged" in said
    assert "observe doctor" in said


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_damaged_nothing_ends_in_a_fault_of_the_program(home: Path, seed: int) -> None:
    """Bytes anywhere but in the first hundred: each command answers or says in a line what to do, and doctor mends."""
    visit = used(home)
    done(observe(home, "backup"))
    rng = random.Random(seed)
    data = bytearray((home / "observe.db").read_bytes())
    first, last = [(100, len(data)), (100, 6 * PAGE)][seed % 2]
    for _ in range(rng.choice([1, 5, 50, 500])):
        data[rng.randrange(first, last)] = rng.randrange(256)
    (home / "observe.db").write_bytes(data)
    for command in (["summary", visit], ["log", visit], ["day"], ["backup"], ["doctor"], ["summary"], ["log", visit]):
        said = observe(home, *command, stdin='{"pause": true}\n')
        assert said.status in (0, 1), command
        assert "inside observe" not in said.out + said.err, command
        if said.status == 1 and command[0] != "doctor":
            assert "observe doctor" in said.out + said.err, (command, said)


def test_with_nothing_to_read_there_is_an_empty_home_and_it_says_so(home: Path) -> None:
    used(home)
    garbage(home / "observe.db")
    said = observe(home, "doctor")
    assert said.status == 1
    assert "not everything could be brought back" in said.out
    assert entries_of(home) == []
    done(observe(home, "start"))


def test_what_is_missing_is_counted_and_not_held_against_the_home_for_ever(home: Path) -> None:
    used(home)
    before = entries_of(home)
    data = bytearray((home / "observe.db").read_bytes())
    number = data.index(b'"note":"note 31","student"') // PAGE + 1  # a page of the journal
    data[(number - 1) * PAGE : number * PAGE] = b"\xee" * PAGE
    (home / "observe.db").write_bytes(data)

    said = observe(home, "doctor")

    after = entries_of(home)
    lost = len(before) - len(after)
    assert 0 < lost < 30
    assert said.status == 1
    assert f"{lost} entries are missing" in said.out
    assert [e for e in before if e.id in {a.id for a in after}] == after
    assert done(observe(home, "doctor")).status == 0


def test_confirmed_taps_in_a_torn_write_ahead_log_come_back(home: Path) -> None:
    """The process is killed, then a bit of its log flips: SQLite alone would go on without all that came after."""
    visit = new_school(home)
    feed = process(home, "log", visit)
    assert feed.stdin is not None
    assert feed.stdout is not None
    for n in range(30):
        feed.stdin.write(json.dumps(look(note=f"tap {n}")) + "\n")
        feed.stdin.flush()
        assert '"id"' in feed.stdout.readline()
    feed.send_signal(signal.SIGKILL)
    feed.communicate()
    write_ahead = home / "observe.db-wal"
    data = bytearray(write_ahead.read_bytes())
    data[32 + 24 + 40 * (24 + PAGE) + 100] ^= 2  # some taps before it verify
    write_ahead.write_bytes(data)

    assert "write-ahead log is damaged" in one_line(observe(home, "summary", visit))
    said = observe(home, "doctor")

    notes = {e.data.get("note") for e in entries_of(home)}
    assert {f"tap {n}" for n in range(30)} <= notes
    assert "under a new id" in said.out
    assert "WRONG" not in done(observe(home, "doctor")).out


@pytest.mark.parametrize("where", ["open", "read"])
def test_the_app_recovers_without_asking(home: Path, where: str) -> None:
    visit = used(home)
    before = entries_of(home)
    headless(home / "observe.db") if where == "open" else index_torn(home / "observe.db")
    platform = Platform()
    if where == "open":
        with pytest.raises(Corrupt):
            open_home(home, platform)
    else:
        at = open_home(home, platform)
        assert maintenance.quick_check(at.database.path)
        at.close()
    recovered = recovery.recover(home, platform)
    assert (recovered.entries, recovered.missing, recovered.from_backups) == (len(before), 0, 0)
    assert recovered.until == max(e.ms for e in before)
    with opened(home) as at:
        assert maintenance.quick_check(at.database.path) == []
        assert len(visits.visit_log(at, visit).observations) == 60
    assert len(list((home / "backups").iterdir())) == 1


def test_nothing_is_moved_while_another_process_has_it_open(home: Path) -> None:
    """A feed that still writes into the damaged file must not go on writing where nobody reads."""
    visit = used(home)
    feed = process(home, "log", visit)
    assert feed.stdin is not None
    assert feed.stdout is not None
    feed.stdin.write('{"pause": true}\n')
    feed.stdin.flush()
    feed.stdout.readline()
    data = (home / "observe.db").read_bytes()
    try:
        with pytest.raises(Exception, match="another observe has this home open"):
            recovery.recover(home, Platform())
        assert not (home / "aside").exists()
        assert (home / "observe.db").read_bytes() == data
    finally:
        feed.communicate('{"pause": false}\n')
    assert recovery.recover(home, Platform()).missing == 0


class Dies(Exception):
    pass


class Mortal(Platform):
    """A machine that stops at its nth sync of a file or folder, or write into the database it replaces."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.left = after

    def fsync_file(self, fd: int) -> None:
        super().fsync_file(fd)
        self.count()

    def fsync_dir(self, path: Path) -> None:
        super().fsync_dir(path)
        self.count()

    @contextmanager
    def alone(self, path: Path) -> Iterator[BinaryIO]:
        with super().alone(path) as file:
            yield cast(BinaryIO, Watched(file, self))

    def count(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Dies


class Watched:
    """The file, with its writes counted; those of a page or more arrive in two halves."""

    def __init__(self, file: BinaryIO, machine: Mortal) -> None:
        self.file, self.machine = file, machine

    def write(self, data: bytes) -> int:
        half = len(data) // PAGE // 2 * PAGE
        for part in (data[:half], data[half:]):
            if part:
                self.file.write(part)
                self.file.flush()
                self.machine.count()
        return len(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


@pytest.mark.parametrize("harm", [headless, missing, garbage], ids=lambda h: h.__name__)
def test_a_recovery_that_dies_anywhere_is_done_by_the_next(home: Path, harm: Harm) -> None:
    used(home)
    done(observe(home, "backup"))
    before = {e.id for e in entries_of(home)}
    store = files_of(home)
    deaths = 0
    for after in range(1, 40):
        for name, data in store.items():
            (home / name).write_bytes(data)
        harm(home / "observe.db")
        try:
            recovery.recover(home, Mortal(after))
        except Dies:
            deaths += 1
        else:
            break
        observe(home, "doctor")
        assert {e.id for e in entries_of(home)} == before, after
        assert not [n for n in files_of(home) if n.endswith((".new", ".part")) and not n.startswith("aside")]
    assert deaths > 8


def test_a_damaged_home_of_a_newer_version_is_left_to_it(home: Path) -> None:
    used(home)
    with opened(home) as at:
        at.conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('observe', 'holograms', '2031')"
        )
    index_torn(home / "observe.db")
    data = (home / "observe.db").read_bytes()
    assert "newer version" in observe(home, "doctor").err
    assert (home / "observe.db").read_bytes() == data
    assert not list(home.glob("aside/*"))


def test_the_numbers_of_two_lives_that_clash_are_both_kept(home: Path) -> None:
    """An older copy put back by hand goes on counting where it stood: two entries with one number, both observed."""
    visit = new_school(home)
    older = (home / "observe.db").read_bytes()
    log(home, visit, look(note="first life"))
    done(observe(home, "backup"))
    (home / "observe.db").write_bytes(older)
    log(home, visit, look(note="second life"))
    headless(home / "observe.db")
    done(observe(home, "doctor"))
    assert {"first life", "second life"} <= {e.data.get("note") for e in entries_of(home)}
    with opened(home) as at:
        assert len(visits.visit_log(at, visit).observations) == 2


def test_a_file_that_is_no_file_is_said_in_words(home: Path) -> None:
    used(home)
    (home / "observe.db").rename(home / "elsewhere.db")
    (home / "observe.db").mkdir()
    for command in ("summary", "doctor"):
        assert "the log cannot be opened" in observe(home, command).err
