"""Backups: one a day, seven kept, never a good one lost for a bad one; and restoring, all of it or nothing."""

import contextlib
import os
import shutil
import stat
from pathlib import Path

import pytest

from observe.domain.codec import local
from observe.domain.errors import Refused
from observe.platform import Platform
from observe.services import backups, recovery
from observe.services.backups import backups_of
from observe.services.home import identity_of, open_home
from observe.store import maintenance

from .school import (
    PEOPLE,
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
from .test_damaged import Dies, Mortal, headless

DAY_MS = 86_400_000


class Day(Platform):
    """This machine on another day."""

    def __init__(self, day: int) -> None:
        super().__init__()
        self.ms = Platform().wall_ms() + day * DAY_MS

    def wall_ms(self) -> int:
        return self.ms

    def monotonic_ms(self) -> int:
        return 0


def backup_on(home: Path, day: int) -> None:
    at = open_home(home, Day(day))
    backups.daily_backup(at)
    at.close()


def names(home: Path) -> list[str]:
    return sorted(f.name for f in (home / "backups").iterdir())


def test_the_end_of_a_visit_makes_a_backup_of_all_there_is(home: Path) -> None:
    visit = new_school(home)
    log(home, visit, look(note="in the backup"), look(note="private too", private=True))
    done(observe(home, "end", visit))
    (backup,) = backups_of(home)
    with maintenance.reading(backup) as conn:
        assert list(maintenance.every(conn)) == entries_of(home)
        assert list(maintenance.dump(conn)) == dump_of(home)
    assert list(maintenance.beside_entries(backup).notes.values()) == ["private too"]


def test_a_day_has_one_backup_the_latest(home: Path) -> None:
    visit = new_school(home)
    done(observe(home, "backup"))
    log(home, visit, look(note="later that day"))
    done(observe(home, "end", visit))
    (backup,) = backups_of(home)
    assert b"later that day" in backup.read_bytes()
    assert names(home) == [backup.name]


def test_seven_are_kept(home: Path) -> None:
    new_school(home)
    for day in range(10):
        backup_on(home, day)
    assert names(home) == [day_name(day) for day in range(3, 10)]


def day_name(day: int = 0) -> str:
    return f"observe-{local(Day(day).wall_ms(), 'America/Phoenix').date().isoformat()}.db"


def test_a_wrong_clock_does_not_push_todays_backup_out(home: Path) -> None:
    new_school(home)
    for day in range(3000, 3009):
        backup_on(home, day)
    for day in (0, 1):
        backup_on(home, day)
        assert day_name(day) in names(home)
        assert len(names(home)) == 7


def test_a_backup_that_fails_leaves_the_last_good_ones_and_no_debris(home: Path) -> None:
    """The disk is too full, or dies at any sync: seven good ones stay seven good ones."""
    visit = new_school(home)
    for day in range(-7, 0):
        backup_on(home, day)
    log(home, visit, look(note="new"))
    before = {name: data for name, data in files_of(home).items() if name.startswith("backups/")}

    class Full(Day):
        def free_bytes(self, path: Path) -> int:
            return 1 << 20

    at = open_home(home, Full(0))
    with pytest.raises(Refused, match="not enough room"):
        backups.daily_backup(at)
    at.close()
    at = open_home(home, Mortal(1))
    with pytest.raises(Dies):
        backups.daily_backup(at)
    at.close()
    assert {name: data for name, data in files_of(home).items() if name.startswith("backups/")} == before


@pytest.mark.parametrize("where", ["a file", "not writable"])
def test_an_end_without_a_backup_is_an_end_with_a_warning(home: Path, where: str) -> None:
    visit = new_school(home)
    if where == "a file":
        (home / "backups").write_text("in the way")
    else:
        (home / "backups").mkdir()
        (home / "backups" / f".{day_name()}.{os.getpid()}.part").mkdir()
    said = observe(home, "end", visit)
    assert (said.status, said.out.strip()) == (0, visit)
    assert said.err.startswith("observe: no backup was made: ")
    assert said.err.count("\n") == 1
    assert observe(home, "summary", visit, "--json").json["visit"]["status"] == "ended"


def test_backups_at_the_same_time_leave_each_other_alone(home: Path) -> None:
    log(home, new_school(home), *[look()] * 50)
    running = [process(home, "backup", "--json") for _ in range(5)]
    said = [(*one.communicate(), one.returncode) for one in running]
    assert [(err, status) for _, err, status in said] == [("", 0)] * 5
    assert names(home) == [day_name()]
    assert backups.check_backup(home / "backups" / day_name()) == len(entries_of(home))


def test_a_copy_that_was_killed_half_made_goes_with_the_next_and_one_being_made_stays(home: Path) -> None:
    new_school(home)
    (home / "backups").mkdir(exist_ok=True)
    killed, going_on = (home / "backups" / f".{day_name()}.{pid}.part" for pid in (7, 8))
    for part in (killed, going_on):
        part.write_bytes(b"half")
    two_hours_ago = going_on.stat().st_mtime - 7200
    os.utime(killed, (two_hours_ago, two_hours_ago))
    assert observe(home, "backup").status == 0
    assert (killed.exists(), going_on.exists()) == (False, True)


def test_a_backup_goes_where_she_says_and_replaces_nothing(home: Path, tmp_path: Path) -> None:
    new_school(home)
    file = tmp_path / "stick" / "mine.db"
    assert "was not written, No such file" in one_line(observe(home, "backup", "-o", str(file)))
    file.parent.mkdir()
    found = done(observe(home, "backup", "-o", str(file), "--json")).json
    assert found == {"file": str(file), "entries": len(entries_of(home)), "bytes": file.stat().st_size}
    data = file.read_bytes()
    assert "exists" in one_line(observe(home, "backup", "-o", str(file)))
    assert file.read_bytes() == data
    assert [f.name for f in file.parent.iterdir()] == ["mine.db"]
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_backup_is_made_while_a_visit_is_being_logged(home: Path) -> None:
    visit = new_school(home)
    feed = process(home, "log", visit)
    assert feed.stdin is not None
    assert feed.stdout is not None
    logged = []
    for n in range(40):
        feed.stdin.write('{"channel": "role", "code": "teach"}\n' if n % 2 else '{"channel": "role", "code": null}\n')
        feed.stdin.flush()
        logged.append(feed.stdout.readline())
        if n == 20:
            at_twenty = done(observe(home, "backup", "--json")).json
    feed.communicate()
    assert all('"id"' in line for line in logged)
    assert at_twenty["entries"] >= 20


# -- restore ---------------------------------------------------------------------------------------------


def test_a_home_is_as_it_was_and_what_was_here_is_set_aside(home: Path, tmp_path: Path) -> None:
    visit = new_school(home)
    log(home, visit, look(note="kept"), look(note="private", private=True))
    done(observe(home, "settings", "observer", "Kim Ray"))
    done(observe(home, "backup", "-o", str(tmp_path / "then.db")))
    entries, dump, device = entries_of(home), dump_of(home), identity_of(home)
    log(home, visit, look(note="after it"))
    log(home, visit, look(note="undone later"))

    said = done(observe(home, "restore", str(tmp_path / "then.db"), "--yes"))

    assert f"it has {len(entries)} entries now" in said.out
    assert (entries_of(home), dump_of(home)) == (entries, dump)
    with opened(home) as at:
        assert at.journal.device == identity_of(home) != device
        assert at.setting("observer") == "Kim Ray"
        assert list(maintenance.beside_entries(at.database.path).notes.values()) == ["private"]
    (aside,) = (home / "aside").rglob("observe.db")
    assert b"after it" in aside.read_bytes()
    assert str(aside.parent) in said.out
    log(home, visit, look(note="goes on"))
    assert entries_of(home)[-1].seq == 1
    assert entries_of(home)[-1].ms >= entries[-1].ms
    assert "WRONG" not in done(observe(home, "doctor")).out
    assert (tmp_path / "then.db").is_file()


def test_what_was_undone_by_another_life_is_not_undone_again(home: Path, tmp_path: Path) -> None:
    """Undo reaches the acts of this device, and this is another one now."""
    visit = new_school(home)
    log(home, visit, look())
    done(observe(home, "backup", "-o", str(tmp_path / "then.db")))
    done(observe(home, "restore", str(tmp_path / "then.db"), "--yes"))
    said = observe(home, "log", visit, stdin='{"undo": true}\n')
    assert "nothing to undo" in said.out


def test_the_clock_goes_on_from_what_was_restored(home: Path, tmp_path: Path) -> None:
    """A machine whose clock is an hour behind: what she says now is later than all that was said before."""
    visit = new_school(home)
    log(home, visit, look())
    done(observe(home, "backup", "-o", str(tmp_path / "then.db")))
    hour_behind = Day(0)
    hour_behind.ms -= 3_600_000
    recovery.restore(home, hour_behind, tmp_path / "then.db")
    at = open_home(home, hour_behind)
    at.write(lambda act: act.put("visit.title", visit, {"title": "now"}))
    at.close()
    *before, last = entries_of(home)
    assert (last.ms, last.n) > max((e.ms, e.n) for e in before)


def test_a_new_machine_starts_from_a_backup(home: Path, tmp_path: Path) -> None:
    visit = new_school(home)
    log(home, visit, look())
    done(observe(home, "backup", "-o", str(tmp_path / "then.db")))
    there = tmp_path / "new machine"
    done(observe(there, "restore", str(tmp_path / "then.db"), "--yes"))
    assert dump_of(there) == dump_of(home)
    assert not (there / "aside").exists()
    if os.name == "posix":
        assert {stat.S_IMODE(f.stat().st_mode) for f in there.rglob("*")} <= {0o600, 0o700}


def test_a_damaged_home_can_be_restored_too(home: Path, tmp_path: Path) -> None:
    new_school(home)
    done(observe(home, "backup", "-o", str(tmp_path / "then.db")))
    dump = dump_of(home)
    (home / "observe.db").write_bytes(b"nothing of it is left")
    done(observe(home, "restore", str(tmp_path / "then.db"), "--yes"))
    assert dump_of(home) == dump


def test_the_purged_stay_purged(home: Path, tmp_path: Path) -> None:
    visit = new_school(home)
    log(home, visit, look(student=PEOPLE[0], note="about him"))
    done(observe(home, "backup", "-o", str(tmp_path / "then.db")))
    done(observe(home, "purge", PEOPLE[0], "--yes"))
    for damage in (False, True):
        if damage:  # then the purges are read from what is left of it
            data = (home / "observe.db").read_bytes()
            (home / "observe.db").write_bytes(bytes(4096) + data[4096:])
        done(observe(home, "restore", str(tmp_path / "then.db"), "--yes"))
        for name, data in files_of(home).items():
            assert b"about him" not in data, name
            assert PEOPLE[0].encode() not in data, name
        assert "WRONG" not in done(observe(home, "doctor")).out


def junk(file: Path, whole: Path) -> None:
    file.write_bytes(b"junk" * 5000)


def empty(file: Path, whole: Path) -> None:
    file.write_bytes(b"")


def torn(file: Path, whole: Path) -> None:
    data = bytearray(whole.read_bytes())
    data[8 * 4096 : 12 * 4096] = b"\7" * 4 * 4096
    file.write_bytes(data)


def half(file: Path, whole: Path) -> None:
    file.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])


def other(file: Path, whole: Path) -> None:
    import sqlite3

    conn = sqlite3.connect(file)
    conn.execute("CREATE TABLE entry (a)")
    conn.commit()
    conn.close()


def newer(file: Path, whole: Path) -> None:
    import sqlite3

    shutil.copy(whole, file)
    conn = sqlite3.connect(file)
    conn.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('observe', 'x', '2031')")
    conn.commit()
    conn.close()


def folder(file: Path, whole: Path) -> None:
    file.mkdir()


@pytest.mark.parametrize("make", [junk, empty, torn, half, other, newer, folder], ids=lambda f: f.__name__)
def test_what_is_no_sound_backup_is_refused_and_nothing_changes(home: Path, tmp_path: Path, make) -> None:
    new_school(home)
    whole = tmp_path / "whole.db"
    done(observe(home, "backup", "-o", str(whole)))
    bad = tmp_path / "bad.db"
    make(bad, whole)
    before = files_of(home)
    one_line(observe(home, "restore", str(bad), "--yes"))
    assert files_of(home) == before


def test_a_file_that_is_not_there_is_wrong_usage(home: Path, tmp_path: Path) -> None:
    assert observe(home, "restore", str(tmp_path / "none.db"), "--yes").status == 2
    assert not home.exists()


def test_it_asks_first(home: Path, tmp_path: Path) -> None:
    new_school(home)
    done(observe(home, "backup", "-o", str(tmp_path / "then.db")))
    before = files_of(home)
    assert "--yes" in one_line(observe(home, "restore", str(tmp_path / "then.db"), stdin="y\n"))
    assert files_of(home) == before


def test_it_waits_for_no_open_app_but_says_that_there_is_one(home: Path, tmp_path: Path) -> None:
    visit = new_school(home)
    done(observe(home, "backup", "-o", str(tmp_path / "then.db")))
    feed = process(home, "log", visit)
    assert feed.stdin is not None
    assert feed.stdout is not None
    feed.stdin.write('{"pause": true}\n')
    feed.stdin.flush()
    feed.stdout.readline()
    assert "close it" in one_line(observe(home, "restore", str(tmp_path / "then.db"), "--yes"))
    out, _ = feed.communicate('{"pause": false}\n')
    assert '"id"' in out
    assert sorted(f.name for f in home.iterdir()) == ["ballast", "device.key", "observe.db"]


def test_a_restore_that_dies_anywhere_is_done_or_was_never_begun(home: Path, tmp_path: Path) -> None:
    visit = new_school(home)
    log(home, visit, *(look(note="n" * 700) for _ in range(60)))
    then = tmp_path / "then.db"
    done(observe(home, "backup", "-o", str(then)))
    old = dump_of(home)
    log(home, visit, look(note="after it"))
    new, store = dump_of(home), files_of(home)
    begun = finished = 0
    for after in range(1, 60):
        shutil.rmtree(home)
        for name, data in store.items():
            (home / name).parent.mkdir(exist_ok=True)
            (home / name).write_bytes(data)
        try:
            recovery.restore(home, Mortal(after), then)
            finished += 1
        except Dies:
            pass
        blank = not any((home / "observe.db").read_bytes()[:4096])
        begun += blank
        said = observe(home, "doctor")
        assert said.status == 0, (after, said)
        state = dump_of(home)
        assert state == old if blank or finished else state in (old, new), after
        with opened(home) as at:
            assert at.journal.device == identity_of(home), after
        assert not list(home.glob("*.new")), after
        if finished:
            break
    assert finished
    assert begun > 3


def test_a_restore_that_died_before_it_began_does_not_come_back_later(home: Path, tmp_path: Path) -> None:
    """What was ready then is of no use for a log that went on and is damaged another day."""
    visit = new_school(home)
    then = tmp_path / "then.db"
    done(observe(home, "backup", "-o", str(then)))
    for after in range(1, 60):
        with contextlib.suppress(Dies):
            recovery.restore(home, Mortal(after), then)
        if (home / "observe.db.new").exists():
            break
    assert any((home / "observe.db").read_bytes()[:4096])
    log(home, visit, look(note="went on"))
    headless(home / "observe.db")
    observe(home, "doctor")
    assert "went on" in {e.data.get("note") for e in entries_of(home)}
