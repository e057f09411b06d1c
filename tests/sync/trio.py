"""Three homes and the folder they share: a tablet and a laptop of hers, and a colleague's. `settle`, and `agree`."""

import hashlib
import itertools
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from observe.domain.entries import Entry, dumps
from observe.services import classroom, purge, visits
from observe.services.home import Home, open_home
from observe.services.record import Recorder
from observe.services.sharing import run, status, team
from observe.services.sharing.team import Team
from observe.store import maintenance, rosters, shared
from observe.sync import segment
from observe.sync.folder import TOP, RealFolder
from observe.sync.keys import KeyRing, Secret
from observe.sync.readers import Patient

from . import invariants
from .faulty import Faulty, Machine, Nth, seams

NOON = 1_795_521_600_000  # 2026-11-24
DAY = 86_400_000
Place = Callable[[], Path]
WHO = ("Amara Okeke", "Aiden Moss", "Beatriz Lima")
_NAME = re.compile(r"[0-9]+-[0-9]+-([0-9a-f]{64})")


class Device:
    """A home of the three, opened when it is first asked for."""

    def __init__(self, trio: "Trio", name: str) -> None:
        self.trio, self.name, self.path = trio, name, trio.root / name
        self._home: Home | None = None
        self.away = False

    @property
    def home(self) -> Home:
        if self._home is None:
            self._home = open_home(self.path, Machine(self.trio.ms), wait_ms=300)
        return self._home

    def close(self) -> None:
        if self._home is not None:
            self._home.close()
        self._home = None

    def team(self, nth: Nth | None = None, deadline_s: float = 20.0) -> Team:
        """The team as this home knows it, in the folder of this trio."""
        nth = nth or Nth()

        def make(root: Path, platform: object) -> Faulty:
            return Faulty(RealFolder(self.trio.drive, Machine(self.trio.ms, nth)), nth)

        found = team.team_of(self.home, make)
        assert found is not None
        return replace(found, root=self.trio.drive, folder=Patient(found.folder.folder, deadline_s))

    def sync(self, nth: Nth | None = None, deadline_s: float = 20.0) -> run.Synced:
        """One sync in which the nth call goes wrong."""
        nth = nth or Nth()
        self.home.platform.ms = self.trio.ms  # type: ignore[attr-defined]  # a Machine
        ours = self.team(nth, deadline_s)
        with seams(nth):
            return run.sync(self.home, ours)

    def log(self, deed: Callable[[Home], object]) -> None:
        """What is acknowledged meanwhile is to be everywhere in the end."""
        self.trio.ms += 1000
        self.home.platform.ms = self.trio.ms  # type: ignore[attr-defined]  # a Machine
        (before,) = self.home.conn.execute("SELECT coalesce(max(pos), 0) FROM entry").fetchone()
        try:
            deed(self.home)
        finally:
            for (id,) in self.home.conn.execute("SELECT id FROM entry WHERE pos > ?", (before,)).fetchall():
                entry = self.home.journal.entry(id)
                assert entry is not None
                self.trio.said[id] = entry

    def visit(self, title: str, looks: int = 4) -> None:
        """Observations of a visit, begun now."""
        self.log(lambda home: look(home, title, looks))

    def ids(self) -> set[str]:
        return {id for (id,) in self.home.conn.execute("SELECT id FROM entry")}

    def entries(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self.home.journal.every()}

    def dump(self) -> list[str]:
        return list(maintenance.dump(self.home.conn))

    def status(self) -> status.Status:
        return status.status(self.home, self.team())


def look(home: Home, title: str, looks: int) -> None:
    """A visit with so many observations, and a word about one of them."""
    section = visits.sections(home)[0].id
    visit = visits.start_visit(home, section, title=title, end_open=True).id
    recorder = Recorder(home, visit)
    people = sorted(student.id for student in rosters.students(home.conn))
    for number in range(looks):
        recorder.observe(
            "engagement",
            ("off", "active", "deep")[number % 3],
            student=people[number % len(people)] if people else None,
            note=f"about {title}" if not number else "",
        )
    visits.end_visit(home, visit)


class Trio:
    """`said`: every entry that was acknowledged. `lost`: those of a home that was itself put back to before them."""

    def __init__(self, root: Path) -> None:
        self.root, self.drive, self.ms = root, root / "drive", NOON
        self.said: dict[str, Entry] = {}
        self.lost: set[str] = set()
        self.secrets: list[Secret] = []
        self.ghosts = 0
        """Lives that are over, which nobody can know to be."""
        self.devices = [Device(self, name) for name in ("tablet", "laptop", "colleague")]

    @property
    def tablet(self) -> Device:
        return self.devices[0]

    @property
    def laptop(self) -> Device:
        return self.devices[1]

    @property
    def colleague(self) -> Device:
        return self.devices[2]

    def begin(self) -> "Trio":
        """A class of three, a visit of each device, all of it everywhere."""
        self.drive.mkdir(parents=True)
        for device in self.devices:
            device.path.mkdir()
            (device.path / "ballast").write_bytes(b"room")
            device.home.set_setting("device_name", device.name)
            device.home.set_setting("channels", "all")
        self.tablet.log(lambda home: classroom.type_in(home, "Gr 4", "; ".join(WHO), teacher="Ms Okafor"))
        self.secrets.append(team.set_up(self.tablet.home, self.drive, RealFolder))
        for device in self.devices[1:]:
            team.join(device.home, self.drive, self.secrets[0].code, RealFolder)
        settle(self)
        for device in self.devices:
            for number in range(2 if device is self.tablet else 1):
                device.visit(f"{device.name} {number}", 3)
                settle(self)
        return self

    def copy(self, root: Path) -> "Trio":
        """The same world once more, closed."""
        self.close()
        shutil.copytree(self.root, root)
        new = Trio(root)
        new.ms, new.said, new.lost, new.secrets = self.ms, dict(self.said), set(self.lost), list(self.secrets)
        new.devices = [Device(new, device.name) for device in self.devices]
        for one, other in zip(self.devices, new.devices, strict=True):
            other.away = one.away
        return new

    def clone(self, device: Device, name: str) -> Device:
        """A copy of a home, which goes on beside it."""
        device.close()
        new = Device(self, name)
        shutil.copytree(device.path, new.path)
        self.devices.append(new)
        return new

    def join(self, name: str) -> Device:
        """Somebody new, with the newest code."""
        new = Device(self, name)
        new.path.mkdir()
        (new.path / "ballast").write_bytes(b"room")
        new.home.set_setting("device_name", name)
        team.join(new.home, self.drive, self.secrets[0].code, RealFolder)
        self.devices.append(new)
        return new

    def purge(self, device: Device, number: int = 0) -> str:
        """A child is to be forgotten; the id."""
        student = sorted(s.id for s in rosters.students(device.home.conn))[number]
        device.log(lambda home: purge.purge(home, "student", student))
        return student

    @property
    def files(self) -> list[Path]:
        """Every file of the folder but the marker."""
        return sorted(file for file in (self.drive / TOP).glob("*/*/*") if file.is_file())

    def of(self, device: Device, shelf: str = "2*") -> list[Path]:
        """The files of entries of a device."""
        return sorted((self.drive / TOP / device.home.journal.device).glob(f"{shelf}/*.seg"))

    def close(self) -> None:
        for device in self.devices:
            device.close()


def settle(trio: Trio) -> None:
    """The fault is gone: everybody who is not away syncs until nothing is new."""
    for _ in range(8):
        trio.ms += 1000
        before = [file.name for file in trio.files]
        new = 0
        for device in trio.devices:
            if not device.away:
                done = device.sync()
                assert done.unfinished == (), done.unfinished
                new += done.pulled.entries
        missing = any(shared.is_missing_any(d.home.conn) for d in trio.devices if not d.away)
        if not new and not missing and [file.name for file in trio.files] == before:
            return
    raise AssertionError("they go on writing to each other")


def agree(trio: Trio) -> None:
    """Nothing lost, nothing invented, all equal, every status true, nothing half-written left."""
    invariants.nothing_is_lost_and_nothing_invented(trio)  # type: ignore[arg-type]  # has what it asks for
    invariants.same_segments_same_projections(trio)  # type: ignore[arg-type]
    invariants.exports_are_equal(trio)  # type: ignore[arg-type]
    for device in trio.devices:
        true(trio, device, at_rest=True)
    left = [path.name for path in trio.drive.rglob("*") if path.name.endswith(".tmp")]
    assert not left, left
    _purged_is_nowhere(trio)


def look_into(trio: Trio) -> tuple[dict[str, set[tuple[str, int]]], set[str], dict[Path, bytes]]:
    """What the folder really holds: the numbers of each entry id in sound files; hashes of files that are not sound;
    the lines of those that are. Slow, and by nothing but names, hashes and keys."""
    held: dict[str, set[tuple[str, int]]] = {}
    unfit: set[str] = set()
    plain: dict[Path, bytes] = {}
    for file in trio.files:
        named = _NAME.search(file.name)
        if named is None or file.name.startswith("."):
            continue
        data = file.read_bytes()
        found = _opened(data, tuple(trio.secrets)) if hashlib.sha256(data).hexdigest() == named[1] else None
        if found is None:
            unfit.add(named[1])
            continue
        plain[file] = found[0]
        for id, number in found[1]:
            held.setdefault(id, set()).add(number)
    sound = {named[1] for file in plain if (named := _NAME.search(file.name))}
    return held, unfit - sound, plain


@lru_cache(4096)
def _opened(data: bytes, secrets: tuple[Secret, ...]) -> tuple[bytes, list[tuple[str, tuple[str, int]]]] | None:
    ring = KeyRing(secrets)
    try:
        opened = segment.open_(data, ring, ring.team)
    except segment.Unfit:
        return None
    entries = invariants.lines(opened) if opened.header.n else []
    return opened.plain, [(entry.id, (entry.device, entry.seq)) for entry in entries]


def true(trio: Trio, device: Device, *, at_rest: bool = False) -> None:
    """A status claims nothing that is not so; at rest it is all that is so."""
    said = device.status()
    held, unfit, _ = look_into(trio)
    keys = team.keys_of(device.path)
    own = [(e.id, (e.device, e.seq)) for e in device.entries().values() if e.device in keys]
    inside = sum(number in held.get(id, set()) for id, number in own)
    others = [other for other in trio.devices if other is not device]
    seen = sum({id for id, _ in own} <= other.ids() for other in others if own)
    assert said.here == len(own)
    assert said.in_folder <= inside, (device.name, said.in_folder, inside)
    assert said.seen_by <= seen + trio.ghosts, (device.name, said.seen_by, seen)
    if at_rest:
        assert said.in_folder == inside == said.here, (device.name, said.in_folder, inside, said.here)
        assert not own or seen == sum(not other.away for other in others), (device.name, seen)
        # A copied home does not count the one it was copied from: it cannot tell whether that one goes on.
        assert seen <= said.seen_by <= seen + trio.ghosts or set(keys) - set(team.lives_of(device.path)), (
            device.name,
            said.seen_by,
            seen,
        )
        named = {found[1] for path, why in (*said.waiting, *said.set_aside) if why and (found := _NAME.search(path))}
        assert named == unfit, (device.name, named ^ unfit, said.waiting, said.set_aside)
        assert said.purges == (), said.purges


def _purged_is_nowhere(trio: Trio) -> None:
    """No word that a purge took is in the folder, once it is opened with all keys."""
    kept = "\n".join(dumps(entry.data) for entry in invariants.expected(trio).values())  # type: ignore[arg-type]
    said = [entry for id, entry in trio.said.items() if id not in trio.lost]
    words = {value for entry in said for value in entry.data.values() if isinstance(value, str)}
    gone = [word for word in words if dumps(word) not in kept]
    assert bool(gone) == any(entry.kind == "purge" for entry in said)
    _, _, plain = look_into(trio)
    for file, text in plain.items():
        found = [word for word in gone if dumps(word).encode() in text]
        assert not found, (file, found)


@contextmanager
def scratch() -> Iterator[Place]:
    """Places for copies, away from the disk where there is one in memory."""
    import tempfile

    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    root = Path(tempfile.mkdtemp(prefix="observe-trio-", dir=place))
    numbers = itertools.count()
    try:
        yield lambda: root / str(next(numbers))
    finally:
        shutil.rmtree(root, ignore_errors=True)
