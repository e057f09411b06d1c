"""The power goes at any moment: what was acknowledged is on the disk, because every commit is synced before."""

import io
import random
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from observe import cli
from observe.domain.entries import Entry
from observe.platform import Platform
from observe.services import visits
from observe.services.home import open_home
from observe.services.record import Recorder
from observe.store import connection

from .disk import Disk, PowerCuts, Said, sqlite3_on
from .feed import Line, as_bytes
from .ledger import PEOPLE, SECTION, entries_of, new_school, opened, projected, rebuilt, roster_file, sound
from .torture import Torture

FULL, NORMAL, OFF = (f"PRAGMA synchronous={level}" for level in ("FULL", "NORMAL", "OFF"))


@dataclass
class Run:
    """What ran on a disk, and all it had written when it ended with the power on."""

    disk: Disk
    home: Path
    entries: list[Entry]
    private: set[str]
    before: int = 0
    """Entries that were there, safely, when the record began."""

    @property
    def ends(self) -> list[int]:
        """For each acknowledged act, how many entries there are once it is durable."""
        acts = [number for number, e in enumerate(self.entries) if e.seq == e.act and number >= self.before]
        return [*acts[1:], len(self.entries)]


class Heard(io.RawIOBase):
    """Stdout, heard word by word: an answer that something was written is an acknowledgement."""

    def __init__(self, disk: Disk) -> None:
        self._disk, self.refused = disk, 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:
        if b'"error"' in data:
            self.refused += 1
        elif b'"unchanged"' not in data:
            self._disk.acknowledge()
        return len(data)


def command(disk: Disk, home: Path, *arguments: str, stdin: bytes = b"") -> int:
    """The real command line in this process, its store on `disk`. Returns how many lines were refused."""
    heard, before = Heard(disk), (sys.stdin, sys.stdout)
    sys.stdin, sys.stdout = io.TextIOWrapper(io.BytesIO(stdin)), io.TextIOWrapper(heard, write_through=True)
    try:
        assert cli.run(["--home", str(home), *arguments]) == (1 if heard.refused else 0)
    finally:
        sys.stdin, sys.stdout = before
    return heard.refused


@contextmanager
def store_on(disk: Disk, synchronous: str = FULL) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "sqlite3", sqlite3_on(disk, {FULL: synchronous}))
        yield


def lesson(count: int, rng: random.Random) -> list[Line]:
    """Lines that each write one act, but for a few that are refused."""
    lines: list[Line] = []
    paused, role = False, ""
    for number in range(count):
        sort = rng.random()
        if sort < 0.6:
            line: Line = {"channel": "engagement", "code": rng.choice(["off", "active", "deep"]), "note": f"n{number}"}
            line |= {"student": rng.choice(PEOPLE)} if sort < 0.5 else {"private": sort < 0.55}
        elif sort < 0.7:
            role = rng.choice([code for code in ("teach", "coach", "group", "circulate") if code != role])
            line = {"channel": "role", "code": role}
        elif sort < 0.8:
            line = {"present": [PEOPLE[0]], "absent": list(rng.sample(PEOPLE[1:], 2))}
        elif sort < 0.86:
            paused = not paused
            line = {"pause": paused}
        elif sort < 0.9:
            line = {"channel": "nothing", "code": "refused"}
        else:
            line = {"channel": "questioning", "code": "create", "note": "long " * rng.randrange(1, 400)}
        lines.append(line)
    return lines


def day(home: Path, folder: Path, lines: int, rng: random.Random, synchronous: str = FULL) -> Run:
    """A home from its first start on: a roster, a visit, two log processes one after the other."""
    disk = Disk()
    with store_on(disk, synchronous):
        command(disk, home, "import", "roster", str(roster_file(folder)))
        command(disk, home, "start", SECTION)
        for count in (lines // 4, lines - lines // 4):
            command(disk, home, "log", "last", stdin=as_bytes(lesson(count, rng)))
    return ended(disk, home)


def ended(disk: Disk, home: Path, before: int = 0) -> Run:
    with opened(home) as read:
        run = Run(disk, home, entries_of(read), private_notes(read.conn), before)
    assert len(run.ends) == disk.said  # each act was acknowledged, and each acknowledgement was of an act
    return run


def private_notes(conn: object) -> set[str]:
    rows = conn.execute("SELECT observation FROM private_note").fetchall()
    return {id for (id,) in rows}


class After:
    """A home put where a power cut left it, and opened again by the real store on the real disk."""

    def __init__(self, place: Path, run: Run) -> None:
        self.path, self._run = place, run
        place.mkdir(exist_ok=True)
        shutil.copy(run.home / "ballast", place / "ballast")

    def put(self, power: PowerCuts, event: int, rng: random.Random) -> dict[str, bytes]:
        """What a power cut behind this event leaves."""
        files = power.after(event, rng)
        (self.path / "device.key").unlink(missing_ok=True)
        if power.keyed(event):
            shutil.copy(self._run.home / "device.key", self.path / "device.key")
        self.put_files(files)
        return files

    def put_files(self, files: dict[str, bytes]) -> None:
        for name in ("observe.db", "observe.db-wal", "observe.db-shm", "observe.db-journal", "observe.db-lost"):
            (self.path / name).unlink(missing_ok=True)
        for name, data in files.items():
            (self.path / name).write_bytes(data)

    def lost(self, acknowledged: int, rebuild: bool = True) -> int:
        """How many acknowledged acts are gone. What is there must be whole: a start of all that was written, act by
        act, with projections that say the same."""
        needed = ([self._run.before, *self._run.ends])[acknowledged]
        with opened(self.path) as home:
            assert home.conn.execute("PRAGMA quick_check").fetchall() == [("ok",)]
            there = entries_of(home)
            assert there == self._run.entries[: len(there)]
            assert len(there) in {0, self._run.before, *self._run.ends}
            assert not rebuild or projected(home.conn) == rebuilt(home)
            assert private_notes(home.conn) == self._run.private & {e.key for e in there}
        return sum(1 for end in self._run.ends[:acknowledged] if end > max(len(there), self._run.before)) or (
            1 if len(there) < needed else 0
        )


def points(run: Run, count: int, rng: random.Random) -> list[int]:
    """Events to cut the power after: half of them acknowledgements, half anything."""
    told = [number for number, event in enumerate(run.disk.events) if isinstance(event, Said)]
    return sorted(rng.choices(told, k=count // 2) + rng.choices(range(len(run.disk.events)), k=count - count // 2))


def cuts(run: Run, events: list[int], rng: random.Random, place: Path) -> list[int]:
    """How many acknowledged acts are lost by a power cut after each of `events`."""
    power, after, lost = PowerCuts(run.disk), After(place, run), []
    for number, event in enumerate(events):
        after.put(power, event, rng)
        lost.append(after.lost(power.said, rebuild=number % 4 == 0))
    return lost


def test_no_power_cut_loses_what_was_acknowledged(tmp_path: Path) -> None:
    rng = random.Random(1)
    run = day(tmp_path / "home", tmp_path, 260, rng)
    assert cuts(run, points(run, 80, rng), rng, tmp_path / "after") == [0] * 80


def test_with_synchronous_normal_the_same_cuts_lose_acknowledged_entries(tmp_path: Path) -> None:
    """So FULL is needed; and the disk of these tests does forget."""
    rng = random.Random(1)
    run = day(tmp_path / "home", tmp_path, 260, rng, NORMAL)
    lost = cuts(run, points(run, 40, rng), rng, tmp_path / "after")
    assert sum(1 for acts in lost if acts) > 10
    assert max(lost) > 20


def test_with_no_sync_at_all_the_database_itself_breaks(tmp_path: Path) -> None:
    """Which shows that these cuts also tear pages and reorder writes."""
    rng = random.Random(1)
    run = day(tmp_path / "home", tmp_path, 260, rng, OFF)
    power, after, broken = PowerCuts(run.disk), After(tmp_path / "after", run), 0
    for event in points(run, 120, rng):
        after.put(power, event, rng)
        try:
            after.lost(power.said)
        except Exception:  # what is torn shows in whatever way it likes
            broken += 1
    assert broken > 5  # some two dozen, as the ids and so the pages are others each time


def test_a_power_cut_during_the_very_first_start_leaves_a_home_that_starts(tmp_path: Path) -> None:
    rng = random.Random(2)
    disk = Disk()
    with store_on(disk):
        command(disk, tmp_path / "home", "import", "roster", str(roster_file(tmp_path)))
    run = ended(disk, tmp_path / "home")
    events = sorted(rng.choices(range(len(disk.events)), k=30))
    assert cuts(run, events, rng, tmp_path / "after") == [0] * 30


def test_a_second_power_cut_after_the_first_loses_nothing(tmp_path: Path) -> None:
    """The recovery itself, and what is logged after it, on a disk that holds what the first cut left."""
    rng = random.Random(3)
    first = day(tmp_path / "home", tmp_path, 60, rng)
    power = PowerCuts(first.disk)
    for number, event in enumerate(points(first, 6, rng)):
        place = After(tmp_path / f"first-{number}", first)
        left = place.put(power, event, rng)
        with opened(place.path) as home:
            there = len(entries_of(home))
        if there <= first.ends[1]:
            continue  # no visit yet to log in
        place.put_files(left)
        disk = Disk().holding(left)
        begun = len(disk.events)
        with store_on(disk):
            command(disk, place.path, "log", "last", stdin=as_bytes(lesson(25, rng)))
        second = ended(disk, place.path, there)
        events = sorted(rng.choices(range(begun, len(disk.events)), k=8))
        assert cuts(second, events, rng, tmp_path / f"second-{number}") == [0] * 8


def test_an_app_and_a_command_at_once(tmp_path: Path) -> None:
    """Two connections write by turns, so that one checkpoints what the other wrote."""
    rng = random.Random(4)
    disk, home = Disk(), tmp_path / "home"
    with store_on(disk):
        command(disk, home, "import", "roster", str(roster_file(tmp_path)))
        command(disk, home, "start", SECTION)
        app, other = (open_home(home, Platform()) for _ in range(2))
        recorders = [Recorder(each, visits.open_visits(app)[0].id) for each in (app, other)]
        for _ in range(240):
            rng.choice(recorders).observe("engagement", "active", note="x" * rng.randrange(1500))
            disk.acknowledge()
        other.close()
        app.close()
    run = ended(disk, home)
    assert cuts(run, points(run, 40, rng), rng, tmp_path / "after") == [0] * 40


def test_the_disk_of_these_tests_is_written_as_the_real_one(tmp_path: Path) -> None:
    """The settings that SQLite confirms are the same through both doors, and they are those that were promised."""
    settings = {}
    for door in ("real", "recorded"):
        with store_on(Disk()) if door == "recorded" else nullcontext():
            conn = connection.connect(tmp_path / f"{door}.db", 50)
            names = ("journal_mode", "synchronous", "fullfsync", "foreign_keys", "secure_delete", "busy_timeout")
            settings[door] = {name: conn.execute(f"PRAGMA {name}").fetchone()[0] for name in names}
            settings[door]["page_size"] = conn.execute("PRAGMA page_size").fetchone()[0]
            conn.close()
    assert settings["real"] == settings["recorded"]
    promised = {"journal_mode": "wal", "synchronous": 2, "fullfsync": 1, "foreign_keys": 1, "secure_delete": 1}
    assert settings["real"].items() >= promised.items()


def test_a_cut_in_the_middle_of_a_new_log_header_is_no_damage(home: Path, tmp_path: Path) -> None:
    """The log is begun anew once the database has all of it. A header by half, beside an index from before that, must
    not keep her from her home; the same header where the database lacks the log's pages must be told."""
    visit, log = new_school(home, tmp_path), home / "observe.db-wal"
    with opened(home) as busy:
        for _ in range(30):
            Recorder(busy, visit).observe("engagement", "active")
        before = shutil.copytree(home, tmp_path / "before")
        busy.conn.execute("PRAGMA wal_checkpoint(FULL)").fetchall()
        after = shutil.copytree(home, tmp_path / "after")
        assert log.stat().st_size > 0
    shutil.copy(before / "observe.db-shm", after / "observe.db-shm")
    for place in (before, after):
        data = bytearray((place / "observe.db-wal").read_bytes())
        data[12:20] = b"\0" * 8
        (place / "observe.db-wal").write_bytes(data)
    assert len(sound(after)) == len(sound(home))
    with pytest.raises(connection.Corrupt), opened(before):
        pass


@pytest.mark.torture
@pytest.mark.timeout(0)
def test_thousands_of_power_cuts(tmp_path: Path, torture: Torture) -> None:
    def one(seed: int) -> int:
        rng, place = random.Random(seed), tmp_path / str(seed)
        place.mkdir()
        run = day(place / "home", place, rng.randrange(20, 900), rng)
        lost = cuts(run, points(run, 100, rng), rng, place / "after")
        assert lost == [0] * 100
        shutil.rmtree(place)
        return len(lost)

    torture.run("power", 100, one, "cuts")
