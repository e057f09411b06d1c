"""`observe doctor`: what is well is said, what can be mended is mended, the rest is exit status 1."""

import os
import stat
import time
from pathlib import Path

import pytest

from observe.domain.entries import Entry
from observe.platform import Platform
from observe.services.doctor import doctor
from observe.services.home import identity_of
from observe.store.journal import insert

from .school import done, dump_of, entries_of, log, look, new_school, observe, one_line, opened


@pytest.fixture
def used(home: Path) -> Path:
    """A home in order: a visit, ended, and a backup."""
    visit = new_school(home)
    log(home, visit, look(), look())
    done(observe(home, "end", visit))
    return home


def test_a_home_in_order_is_left_as_it_is(used: Path) -> None:
    before = entries_of(used)
    first = done(observe(used, "doctor"))
    assert all(line.startswith("ok ") for line in first.out.splitlines())
    assert f"the log is sound: {len(before)} entries" in first.out
    assert done(observe(used, "doctor")).out.splitlines()[:3] == first.out.splitlines()[:3]
    assert entries_of(used) == before
    assert sorted(f.name for f in used.iterdir()) == ["backups", "ballast", "device.key", "observe.db"]


def test_json_is_one_document(used: Path) -> None:
    found = done(observe(used, "doctor", "--json")).json
    assert found["well"] is True
    assert {"permissions", "log", "tables", "room", "backups"} <= {f["check"] for f in found["findings"]}
    assert all(f["well"] and not f["mended"] for f in found["findings"])


@pytest.mark.parametrize("rebuild", [False, True])
def test_tables_that_differ_from_the_log_are_made_anew(used: Path, rebuild: bool) -> None:
    right = dump_of(used)
    with opened(used) as at, at.database.transaction():
        at.conn.execute("UPDATE observation SET code = 'off'")
        at.conn.execute("DELETE FROM member")
        at.conn.execute("INSERT INTO figure VALUES ('v', '{}')")
    assert dump_of(used) != right
    said = done(observe(used, "doctor", *(["--rebuild"] if rebuild else [])))
    assert "tables differed from the log and were made anew: member, observation" in said.out
    assert dump_of(used) == right
    with opened(used) as at:
        assert at.conn.execute("SELECT count(*) FROM figure").fetchone() == (0,)


def test_a_rebuild_on_request_says_that_it_came_out_equal(used: Path) -> None:
    assert "came out equal" in done(observe(used, "doctor", "--rebuild")).out


def test_missing_entries_are_named_and_cannot_be_mended(used: Path) -> None:
    with opened(used) as at, at.database.transaction():
        device = at.journal.device
        at.conn.execute("DELETE FROM entry WHERE seq IN (3, 4, 6)")
    said = observe(used, "doctor")
    assert said.status == 1
    assert f"WRONG   entries of device {device} are missing: 3 to 4, 6\n" in said.out


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a user's own folders private by themselves")
def test_permissions_are_mended(used: Path) -> None:
    used.chmod(0o755)
    (used / "observe.db").chmod(0o644)
    (used / "backups").chmod(0o777)
    said = done(observe(used, "doctor"))
    for name in ("observe.db", "backups"):
        assert f"mended  {name}: others could get at it\n" in said.out
    modes = {stat.S_IMODE(place.stat().st_mode) for place in (used, *used.rglob("*"))}
    assert modes == {0o700, 0o600}


@pytest.mark.parametrize("harm", ["missing", "another's", "no key"])
def test_a_key_that_does_not_fit_is_replaced_and_the_device_is_another(used: Path, tmp_path: Path, harm: str) -> None:
    before = identity_of(used)
    if harm == "missing":
        (used / "device.key").unlink()
    elif harm == "no key":
        (used / "device.key").write_text("not a key\n")
    else:
        done(observe(tmp_path / "other", "visits"))
        (used / "device.key").write_bytes((tmp_path / "other/device.key").read_bytes())
    said = done(observe(used, "doctor"))
    assert "it has a new one" in said.out
    assert "tables differed" not in said.out
    with opened(used) as at:
        assert at.journal.device == identity_of(used) != before
        assert at.conn.execute("SELECT count(*) FROM act").fetchone() == (0,)
    assert "WRONG" not in done(observe(used, "doctor")).out


def test_the_reserve_comes_back_and_a_part_that_nobody_finished_goes(used: Path) -> None:
    (used / "ballast").write_bytes(b"cut short")
    old, fresh = used / "backups/.observe-2026-01-01.db.part", used / "observe.db.part"
    for part in (old, fresh):
        part.write_bytes(b"half")
    os.utime(old, (time.time() - 90_000,) * 2)
    (used / "observe.db.new").write_bytes(b"whole, and of no use any more")
    said = done(observe(used, "doctor"))
    assert "mended  the reserve for a full disk is there again" in said.out
    assert (used / "ballast").stat().st_size == 1 << 20
    assert not old.exists()
    assert not (used / "observe.db.new").exists()


def test_a_home_without_a_recent_backup_gets_one(used: Path) -> None:
    (backup,) = (used / "backups").iterdir()
    backup.rename(backup.with_name("observe-2020-01-01.db"))
    assert "is one now" in done(observe(used, "doctor")).out
    assert len(list((used / "backups").iterdir())) == 2


def test_a_backup_that_cannot_be_used_is_set_aside(used: Path) -> None:
    (backup,) = (used / "backups").iterdir()
    backup.write_bytes(b"no database" * 1000)
    said = done(observe(used, "doctor"))
    assert f"{backup.name} cannot be used" in said.out
    assert (used / "aside" / backup.name).is_file()
    assert backup.read_bytes()[:15] == b"SQLite format 3"


class Elsewhen(Platform):
    def __init__(self, ms: int, free: int = 1 << 40) -> None:
        super().__init__()
        self.ms, self.free = ms, free

    def wall_ms(self) -> int:
        return self.ms

    def monotonic_ms(self) -> int:
        return 0

    def free_bytes(self, path: Path) -> int:
        return self.free


def test_a_clock_that_is_far_behind_the_log_is_wrong(used: Path) -> None:
    found = {f.check: f for f in doctor(used, Elsewhen(1_000_000_000_000))}
    assert not found["clock"].well
    assert "set the clock" in found["clock"].text


def test_entries_from_a_clock_far_ahead_are_counted_and_well(used: Path) -> None:
    with opened(used) as at, at.database.transaction():
        entry = Entry("a" * 32, "peer", 1, 1, 1_900_000_000_000, 0, 1, "wish", "w", "put", (), {})
        insert(at.conn, entry, ahead=True)
    said = done(observe(used, "doctor"))
    assert "1 entries came from a clock more than a day ahead" in said.out


def test_a_disk_that_is_nearly_full_is_wrong(used: Path) -> None:
    found = {f.check: f for f in doctor(used, Elsewhen(Platform().wall_ms(), free=5 << 20))}
    assert not found["room"].well
    assert "5 MB" in found["room"].text


def test_where_there_is_no_home_it_makes_none(home: Path) -> None:
    assert "is no home" in one_line(observe(home, "doctor"))
    assert not home.exists()
