"""A world of devices that share through a synced drive, all of it from one seed: the clocks, the deeds, the delivery.

A script is a list of steps drawn first and replayed; each step is a word and a few numbers, and does nothing where it
cannot be done, so that a script stays one when steps are left out (`smaller`).
"""

import itertools
import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from observe.domain.entries import Entry
from observe.domain.errors import Refused
from observe.services import backups, classroom, purge
from observe.services.afterwards import Afterwards
from observe.services.sharing import run, team
from observe.store import queries, rosters
from observe.store.connection import Database
from observe.sync import segment
from observe.sync.folder import TOP
from observe.sync.keys import KeyRing, Secret

from . import invariants
from .carrier import files
from .chance import foreign
from .deeds import DEEDS, OFTEN
from .device import Device

NOON = 1_800_000_000_000
DAY, YEAR = 86_400_000, 365 * 86_400_000
MOST = 5
Step = tuple[str, int, int]
"""What, which device, and a number from which the rest follows."""
WAYS = {
    "deed": 34, "exchange": 12, "sync": 12, "carry": 12, "wait": 4, "months": 2, "clock": 2, "arrive": 2, "clone": 1,
    "keep": 3, "restore": 2, "rekey": 1, "rejoin": 1, "backup": 3, "cross": 3, "double": 2, "lag": 2,
    "intrude": 2, "reopen": 2,
}  # fmt: skip


def script(seed: int, steps: int = 22) -> list[Step]:
    """The steps of a seed."""
    chance = random.Random(seed)
    # Some of the rarer things much more often, and others never: what only happens together is met sooner.
    ways, weights = list(WAYS), [w * chance.choice([0, 1, 1, 4]) if w < 6 else w for w in WAYS.values()]
    what = chance.choices(ways, weights, k=steps)
    return [(way, chance.randrange(60), chance.randrange(1 << 30)) for way in what]


class World:
    """Everything that happens to a few devices. `counts`: what did happen, so that a test can show that it did."""

    def __init__(self, seed: object = 0) -> None:
        self.chance = random.Random(str(seed))
        place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # tests need no disk that outlives them
        self.root = Path(tempfile.mkdtemp(prefix="observe-world-", dir=place))
        self.cloud = self.root / "cloud"
        self.ms = NOON
        self.counts: Counter[str] = Counter()
        self.said: dict[str, Entry] = {}
        """Every entry that was acknowledged, as it was then."""
        self.lost: set[str] = set()
        """Those that were in one home only, which was then replaced by an older copy of it."""
        self.words: list[str] = []
        self.trace: list[object] = []
        """What there was after each step."""
        self.files: dict[Path, str] = {}
        self._opened: dict[tuple[bytes, Secret], segment.Opened | None] = {}
        self.secrets: list[Secret] = []
        self.code = ""
        self.devices: list[Device] = []
        self._numbers = itertools.count()
        self._template = self.root / "empty.db"
        Database(self._template).close()
        first = self._new()
        first.open()
        with self._logged(first):
            classroom.type_in(first.home, "Gr 4", "; ".join(self.word() for _ in range(3)), teacher=self.word())
        secret = team.set_up(first.home, first.carrier.view, first.folder)
        self._knows(secret)
        self.carry(first)
        self.step_arrive(first, 0, off=0)
        self.counts.clear()

    # -- the pieces ----------------------------------------------------------------------------------------

    def word(self) -> str:
        """A word that is said once, and that no file holds by accident."""
        number, letters = len(self.words), ""
        for _ in range(5):
            number, rest = divmod(number, 26)
            letters = chr(ord("a") + rest) + letters
        self.words.append(f"Qzx{letters}xq")
        return self.words[-1]

    def empty(self) -> Path:
        """A database that no home has."""
        path = self.root / f"merged-{next(self._numbers)}.db"
        shutil.copyfile(self._template, path)
        return path

    def _new(self, off: int = 0) -> Device:
        device = Device(self, f"d{len(self.devices)}", off)
        self.devices.append(device)
        device.path.mkdir(parents=True)
        shutil.copyfile(self._template, device.path / "observe.db")
        (device.path / "ballast").write_bytes(b"room")
        return device

    def _knows(self, secret: Secret) -> None:
        self.secrets.insert(0, secret)
        self.code = secret.code

    @property
    def ring(self) -> KeyRing:
        """All keys there are."""
        return KeyRing(self.secrets)

    @contextmanager
    def _logged(self, device: Device) -> Iterator[None]:
        """What is appended meanwhile was acknowledged."""
        (before,) = device.home.conn.execute("SELECT coalesce(max(pos), 0) FROM entry").fetchone()
        yield
        ids = [id for (id,) in device.home.conn.execute("SELECT id FROM entry WHERE pos > ?", (before,))]
        for id in ids:
            entry = device.home.journal.entry(id)
            assert entry is not None
            self.said[id] = entry
        invariants.own_writes_are_visible_at_once(device, [self.said[id] for id in ids])
        device.has |= set(ids)

    def carry(self, device: Device, chance: random.Random | None = None) -> int:
        """The drive works for a while, or until nothing is left to do."""
        moved = device.carrier.carry(chance)
        self.counts["torn"] += len(device.carrier.torn)
        return moved

    def sync(self, device: Device) -> run.Synced | None:
        """One sync, and all that must hold of it; None when it stopped."""
        ours = team.team_of(device.home, device.folder)
        assert ours is not None
        view = device.carrier.view
        before = invariants.listing(view)
        try:
            done = run.sync(device.home, ours)
        except team.Stopped:
            done = None
            self.counts["stopped"] += 1
        invariants.nobody_touches_another_devices_files(before, invariants.listing(view), set(ours.keys))
        invariants.what_has_a_final_name_is_complete(self, view, set(device.carrier.torn))
        if done is not None:
            self.counts["new life"] += done.pulled.new_life
            self.counts["rewritten"] += done.published.rewritten
            self.counts["compacted"] += done.published.compacted
            self.counts["not taken"] += len(done.pulled.not_taken)
        invariants.acknowledged_is_present(device)
        device.has = device.ids()
        return done

    # -- steps ---------------------------------------------------------------------------------------------

    def do(self, step: Step) -> None:
        """One step, and what must hold after any."""
        what, who, number = step
        device = self.devices[who % len(self.devices)]
        getattr(self, "step_" + what)(device, number)
        invariants.acknowledged_is_present(device)
        self.trace.append((step, sorted(files(self.cloud)), [sorted(one.has) for one in self.devices]))

    def step_deed(self, device: Device, number: int) -> None:
        chance = random.Random(number)
        name = chance.choice(OFTEN)
        if chance.random() < 0.6:
            self.ms += chance.choice([1, 300, 60_000])
        try:
            with self._logged(device):
                DEEDS[name](device.home, chance, self.word)
            self.counts[name] += 1
        except Refused:
            self.counts["refused"] += 1

    def step_sync(self, device: Device, number: int) -> None:
        self.sync(device)

    def step_carry(self, device: Device, number: int) -> None:
        self.carry(device, random.Random(number))

    def step_exchange(self, device: Device, number: int) -> None:
        """All the way: from the drive, and to it."""
        self.carry(device)
        self.sync(device)
        self.carry(device)

    def step_cross(self, device: Device, number: int) -> None:
        """What is said of a child here, and published, arrives where the child was purged meanwhile."""
        other = self.devices[(self.devices.index(device) + 1) % len(self.devices)]
        people = sorted({s.id for one in (device, other) for s in rosters.students(one.home.conn)})
        begun = [visit.id for visit in queries.open_visits(device.home.conn)]
        if not people or not begun:
            return
        who = people[number % len(people)]
        try:
            with self._logged(device):
                Afterwards(device.home, begun[0]).note(self.word(), student=who)
            self.sync(device)
            with self._logged(other):
                purge.purge(other.home, "student", purge.student_to_purge(other.home, who))
            self.counts["crossed"] += 1
        except Refused:
            self.counts["refused"] += 1

    def step_wait(self, device: Device, number: int) -> None:
        self.ms += number % 5_000_000

    def step_months(self, device: Device, number: int) -> None:
        self.ms += (20 + number % 50) * DAY

    def step_clock(self, device: Device, number: int) -> None:
        """Somebody sets a clock; the app is started anew."""
        device.home.close()
        device.clock.off = random.Random(number).choice([0, 1, -1, 3 * DAY, -3 * DAY, 10 * YEAR, -10 * YEAR])
        device.open()

    def step_reopen(self, device: Device, number: int) -> None:
        device.home.close()
        device.open()

    def step_arrive(self, device: Device, number: int, off: int | None = None) -> Device | None:
        """Somebody new joins with the code."""
        if len(self.devices) >= MOST:
            return None
        chance = random.Random(number)
        new = self._new(chance.choice([0, 0, DAY // 2, 10 * YEAR, -10 * YEAR]) if off is None else off)
        self.carry(new)
        new.open()
        new.home.set_setting("observer", f"Kim {new.name}")
        assert self._join(new)
        self.counts["arrived"] += 1
        return new

    def step_rejoin(self, device: Device, number: int) -> None:
        if device.ring.newest.code != self.code:
            self._join(device)

    def _join(self, device: Device) -> bool:
        try:
            team.join(device.home, device.carrier.view, self.code, device.folder)
        except Refused:
            return False
        return True

    def step_rekey(self, device: Device, number: int) -> None:
        """A new secret, said to the drive at once; only by one who has the newest."""
        device.unseen = None
        self.carry(device)
        if device.ring.newest.code != self.code or self.sync(device) is None:
            return
        ours = team.team_of(device.home, device.folder)
        assert ours is not None
        self._knows(team.rekey(device.home, ours))
        assert self.sync(device) is not None
        self.carry(device)
        self.counts["rekey"] += 1

    def step_clone(self, device: Device, number: int) -> None:
        """The home is copied to another machine, while closed; both go on."""
        if len(self.devices) >= MOST:
            return
        device.home.close()
        new = Device(self, f"d{len(self.devices)}", device.clock.off)
        self.devices.append(new)
        shutil.copytree(device.path, new.path)
        self.carry(new)
        new.has = set(device.has)
        for one in (device, new):
            one.open()
        self.counts["clone"] += 1

    def step_keep(self, device: Device, number: int) -> None:
        """A copy of the home is put away."""
        device.home.close()
        shutil.rmtree(device.copy, ignore_errors=True)
        shutil.copytree(device.path, device.copy)
        device.open()

    def step_restore(self, device: Device, number: int) -> None:
        """The home is replaced by that copy: numbers will be used again."""
        kept = [one for one in self.devices if one.copy.exists()]
        if not kept:
            return
        device = kept[number % len(kept)]
        device.home.close()
        shutil.rmtree(device.path)
        shutil.copytree(device.copy, device.path)
        device.open()
        gone = device.has - device.ids()
        if gone:
            self.counts["restore"] += 1
            elsewhere = {id for other in self.devices for id in other.ids()} | self.in_folders()
            self.lost |= gone - elsewhere
        device.has = device.ids()

    def step_backup(self, device: Device, number: int) -> None:
        backups.daily_backup(device.home)

    def step_double(self, device: Device, number: int) -> None:
        """A sync program makes a copy beside a file, as it does when it is in doubt."""
        whole = files(device.carrier.view) - device.carrier.torn
        found = sorted(path.removeprefix(f"{TOP}/") for path in whole if path.endswith(".seg"))
        if found:
            file = device.carrier.view / TOP / found[number % len(found)]
            shutil.copyfile(file, file.with_name(f"{file.stem} (1).seg"))
            self.counts["double"] += 1

    def step_lag(self, device: Device, number: int) -> None:
        """From now on the listing is stale, until it is not."""
        device.unseen = None if device.unseen else random.Random(number)

    def step_intrude(self, device: Device, number: int) -> None:
        """Somebody without the keys puts files there."""
        for path, data in foreign(self, random.Random(number)):
            target = self.cloud / TOP / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        self.counts["intruder"] += 1

    # -- the end -------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Everything is delivered, everybody knows the newest code, and syncs until nothing is new."""
        for device in self.devices:
            device.unseen = None
        for device in (*self.devices, *self.devices):  # a removal may have come before what stands for the file
            self.carry(device)
        before: object = None
        for _ in range(8):
            for device in self.devices:
                self.carry(device)
                self.step_rejoin(device, 0)
                done = self.sync(device)
                invariants.nothing_stands_in_the_way(self, device, done)
                self.carry(device)
            for device in self.devices:
                self.carry(device)
            now = [invariants.listing(self.cloud), [sorted(device.ids()) for device in self.devices]]
            if now == before:
                return
            before = now
        raise AssertionError("they go on writing to each other")

    def in_folders(self) -> set[str]:
        """Ids of the entries that some file of the drive holds."""
        found: set[str] = set()
        for root in (self.cloud, *(device.carrier.view for device in self.devices)):
            for path, opened in self.opened(root):
                if path.split("/")[1] not in (segment.STATE, segment.KEYS):
                    found |= {line.id for line in invariants.lines(opened)}
        return found

    def opened(self, root: Path) -> Iterator[tuple[str, segment.Opened]]:
        """The files there that are the team's."""
        ring = self.ring
        for path in sorted(files(root / TOP)):
            if path.count("/") == 2:
                data = (root / TOP / path).read_bytes()
                if (data, ring.newest) not in self._opened:
                    try:
                        self._opened[data, ring.newest] = segment.open_(data, ring, ring.team)
                    except segment.Unfit:
                        self._opened[data, ring.newest] = None
                opened = self._opened[data, ring.newest]
                if opened is not None:
                    yield path, opened

    def keys(self) -> set[str]:
        """Ids of the devices whose key some home has."""
        return set().union(*(team.keys_of(device.path) for device in self.devices))

    def close(self) -> None:
        for device in self.devices:
            device.home.close()

    def destroy(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
