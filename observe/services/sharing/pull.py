"""Taking in what other devices have put into the folder: each file proved, taken once, never trusted by its name."""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from observe.domain import wire
from observe.domain.entries import Entry, dumps
from observe.domain.json_text import no_number
from observe.domain.names import clean_name
from observe.domain.ranges import Ranges, holds, minus, ranges_of, union
from observe.services.home import Home
from observe.services.sharing.kept import STRAY
from observe.services.sharing.lives import new_life
from observe.services.sharing.team import Stopped, Team, reason
from observe.store import local, shared
from observe.store.intake import NotTaken, former_numbers, receive
from observe.store.redact import SEGMENTS_DUE
from observe.store.shared import BAD, GONE, LATER, TAKEN, Known, Peer
from observe.sync import segment
from observe.sync.segment import KEYS, STATE, Name, Opened, Unfit

AT_ONCE = 500
"""Entries in one transaction: a tap never waits longer than it takes."""
RETRIES = 64
"""Files that did not do before and are looked at again, a sync."""
COUNTED = "counted:"
"""Setting, before the name of a secret: the numbers of each device that were taken before it was made."""
_STATE_LIMIT = 4 << 20
_BRACKETS = 1_000_000
"""In one file: read, each may take twenty times its own size."""
_BATCH = 64
_AHEAD = 64 << 20
"""Files in memory at once, and bytes of their lines (one file more)."""
_LOST = 5
"""One of so many known files gone at once is no accident of one file."""


@dataclass
class Pulled:
    """What came in: entries that were new, files they were in; and files that were not taken, by why."""

    entries: int = 0
    files: int = 0
    not_taken: dict[str, str] = field(default_factory=dict)
    new_life: bool = False


class Pull:
    """One look at the folder."""

    def __init__(self, home: Home, team: Team, names: Iterable[Name]) -> None:
        self.home, self.team = home, team
        self.files = shared.files(home.conn)
        self.peers = shared.peers(home.conn)
        self.listed: dict[str, list[Name]] = {}
        for name in sorted(names, key=lambda name: (not name.arrived, name.path)):
            self.listed.setdefault(name.hash, []).append(name)
        self.report = Pulled()
        self._stray: list[str] = json.loads(home.setting(STRAY) or "[]")
        self._too_much: list[Name] = []
        """Of the files just read, those that would have been too much at once."""

    def run(self) -> Pulled:
        """Take what is new. Raises Stopped when a fifth of what was known is gone, Busy, NotSaved."""
        unknown = self._unknown()
        self._look_for_missing(unknown)
        while unknown:
            batch, unknown = unknown[:_BATCH], unknown[_BATCH:]
            opened = self._read(batch)
            unknown = self._too_much + unknown
            for name, one in sorted(opened.items(), key=lambda item: _turn(item[0])):
                try:
                    self._take(name, one)
                except Unfit as error:
                    self._set_aside(name, error)
        return self.report

    def _unknown(self) -> list[Name]:
        new, again = [], []
        for hash, names in self.listed.items():
            known = self.files.get(hash)
            if known is None or (known.state == GONE and known.device != names[0].device):
                new.append(names[0])
            elif known.state == LATER:
                again.append(names[0])
        # Those that did not do before take turns, so that many of them cannot keep out the new ones.
        turn = self.home.platform.wall_ms() // 1000 % (len(again) or 1)
        return sorted(new + (again[turn:] + again[:turn])[:RETRIES], key=_turn)

    def _read(self, names: list[Name]) -> dict[Name, Opened]:
        found: dict[Name, Opened] = {}
        self._too_much = []
        room = _AHEAD
        here = [name for name in names if name.arrived]
        for name in names:
            if not name.arrived:
                self._set_aside(name, Unfit("it is announced, and has not arrived yet", final=False))
        by_path = {name.path: name for name in here}
        for path, data in self.team.folder.read_all(list(by_path), segment.FILE_LIMIT):
            name = by_path[path]
            if room < 0:
                self._too_much.append(name)
                continue
            try:
                found[name] = self._open(name, data)
                room -= len(found[name].plain)
            except Unfit as error:
                self._set_aside(name, error)
        return found

    def _open(self, name: Name, data: bytes | OSError) -> Opened:
        if isinstance(data, OSError) or not segment.whole(name, data):
            for other in self.listed[name.hash]:
                if other != name and other.arrived:  # a copy of it may be whole
                    with contextlib.suppress(OSError):
                        again = self.team.folder.read(other.path, segment.FILE_LIMIT)
                        if segment.whole(name, again):
                            return segment.open_(again, self.team.ring, self.team.ring.team)
            if isinstance(data, OSError):
                raise Unfit(f"it could not be read: {reason(data)}", final=False)
            raise Unfit("it is not all here yet, or damaged", final=False)
        return segment.open_(data, self.team.ring, self.team.ring.team)

    def _look_for_missing(self, unknown: list[Name]) -> None:
        """Files that were there and are not: their owner's doing, an accident, or another folder than it was."""
        entries = [f for f in self.files.values() if f.shelf not in (STATE, KEYS)]
        expected = [f for f in entries if f.state == TAKEN]
        gone = [f for f in expected if f.hash not in self.listed]
        excused: list[Known] = []
        if self._too_many(gone, expected) or any(f.missing for f in gone):
            really = self._really_gone(gone, unknown)
            excused, gone = [f for f in gone if f not in really], really
        if self._too_many(gone, expected):
            raise Stopped(
                "nothing was shared",
                f"{len(gone)} of {len(expected)} files that were in {self.team.root} are gone",
                "see whether it is an older copy or still arriving; nothing is missing on this device;"
                " to go on with it as it is, join it again",
            )
        counts = {f.hash: f.missing + 1 for f in gone}
        counts |= {f.hash: 0 for f in expected if f.missing and f.hash in self.listed}
        # What is no longer listed is nobody's to wait for; a file of this device's own is forgotten when it is removed.
        own = [f for f in excused if f.device in self.team.keys]
        over = [f.hash for f in excused if f not in own] + [
            f.hash
            for f in self.files.values()
            if f.hash not in self.listed
            and (f.state in (LATER, BAD) or (f.state == GONE and f.device not in self.team.keys) or f.shelf == STATE)
        ]
        if counts or over or own:

            def change() -> None:
                shared.note_missing(self.home.conn, counts)
                shared.forget_files(self.home.conn, over)
                for file in own:
                    shared.supersede(self.home.conn, [file.hash], file.device)

            self.home.local_write(change)

    def _too_many(self, gone: list[Known], expected: list[Known]) -> bool:
        return bool(gone) and len(gone) * _LOST >= len(expected)

    def _really_gone(self, gone: list[Known], unknown: list[Name]) -> list[Known]:
        """Without the files that new ones of their device stand for, and those whose every entry is there still: in
        another file, under its number or the one it was given in the place of that. Where this log has none under its
        number, all of it was here under other numbers when the file was read.
        """
        replaced: set[tuple[str, str]] = set()
        runs = [(f.device, f.first, f.n) for f in self.files.values() if f.state == TAKEN and f.hash in self.listed]
        runs += [(device, number, 1) for device, number in shared.former_numbers(self.home.conn)]
        while unknown:
            batch, unknown = unknown[:_BATCH], unknown[_BATCH:]
            for one in self._read(batch).values():
                header = one.header
                replaced |= {(hash, header.device) for hash in header.supersedes}
                if header.shelf not in (STATE, KEYS):
                    with contextlib.suppress(Unfit):
                        runs += [(device, number, 1) for device, number in former_numbers(_entries(one))]
                        runs.append((header.device, header.first, header.n))
            unknown = self._too_much + unknown
        still: dict[str, Ranges] = {}
        for device, first, n in runs:
            still.setdefault(device, []).append([first, first + n - 1])
        still, here = {device: union(some) for device, some in still.items()}, shared.runs(self.home.conn)

        def left(f: Known) -> Ranges:
            """What of it is in this log by its number, and in no other file."""
            of, others = [[f.first, f.first + f.n - 1]], minus(here.get(f.device, []), still.get(f.device, []))
            return minus(of, minus(of, others))

        return [f for f in gone if (f.hash, f.device) not in replaced and left(f)]

    def _set_aside(self, name: Name, error: Unfit) -> None:
        self.report.not_taken[name.path] = str(error)
        file = Known(
            name.hash, name.device, name.shelf, name.first, name.n, name.path, BAD if error.final else LATER, str(error)
        )
        known = self.files.get(name.hash)
        if known is None or (known.state, known.why) != (file.state, file.why):
            self.home.local_write(lambda: shared.keep_file(self.home.conn, file))

    def _take(self, name: Name, one: Opened) -> None:
        header = one.header
        own = header.device in self.team.keys and not self._must_be_sealed_anew(one)
        plain = hashlib.sha256(one.plain).hexdigest() if own else ""
        file = Known(name.hash, header.device, header.shelf, header.first, header.n, name.path, TAKEN, "", plain)
        if header.shelf == KEYS:
            said = _object(one).get("known")
            counted = {d: ranges_of(runs) for d, runs in said.items()} if isinstance(said, dict) else {}
            self._keep(file, lambda: local.set_setting(self.home.conn, COUNTED + one.key, dumps(counted)))
        elif header.shelf == STATE:
            peer = _peer(one)
            self._keep(file, lambda: shared.keep_peer(self.home.conn, peer))
            self.peers = shared.peers(self.home.conn)
        else:
            self._take_entries(one, file)

    def _keep(self, file: Known, change: Callable[[], None]) -> None:
        def both() -> None:
            shared.keep_file(self.home.conn, file)
            change()

        self.home.local_write(both)

    def _take_entries(self, one: Opened, file: Known) -> None:
        entries = _entries(one)
        self._vouched(one)
        if one.header.device in self.team.keys and self._another_life(one, entries):
            new_life(self.home, self.team, one.header)
            self.report.new_life = True
            self._seal_anew(one.header.device)
            if self._must_be_sealed_anew(one):
                file = replace(file, plain="")
        new = 0
        rows = iter(entries)
        chunk = list(islice(rows, AT_ONCE))
        while True:
            following = list(islice(rows, AT_ONCE))
            try:
                with self.home.database.transaction():
                    new += len(receive(self.home.conn, chunk, self.home.platform.wall_ms()))
                    if not following:
                        shared.keep_file(self.home.conn, file)
                        shared.supersede(self.home.conn, one.header.supersedes, one.header.device)
            except NotTaken as error:
                raise Unfit(error.why, final=False) from None
            if not following:
                break
            chunk = following
        if file.device in self.team.keys:
            self._look_for_other_words(file)
        self.report.entries += new
        self.report.files += 1

    def _look_for_other_words(self, file: Known) -> None:
        """A file of this device's own may come back after a purge, as a copy that a sync program made."""
        here = shared.entries(self.home.conn, file.device, file.first, file.first + file.n - 1)
        if hashlib.sha256(wire.write(here)).hexdigest() != file.plain:
            self.home.set_setting(SEGMENTS_DUE, "1")

    def _another_life(self, one: Opened, entries: list[Entry]) -> bool:
        """Whether a copy of this home wrote this: what it holds is not here, or other entries have its numbers."""
        first, last = one.header.first, one.header.first + one.header.n - 1
        here = shared.owner_of_numbers(self.home.conn, one.header.device, first, last)
        collide = any(here.get(entry.seq, entry.id) != entry.id for entry in entries)
        current = one.header.device == self.home.journal.device
        if shared.known_ids(self.home.conn, [entry.id for entry in entries]) == {entry.id for entry in entries}:
            return False  # also where they have other numbers since: it says nothing new
        return collide or current

    def _must_be_sealed_anew(self, one: Opened) -> bool:
        """Whether others cannot open this, or leave it alone since the secret was changed: nobody says anything for a
        former life."""
        header, newest = one.header, self.team.ring.newest.key_id
        if one.key in self._stray:
            return True
        if one.key == newest or header.device == self.home.journal.device:
            return False
        return not holds(self._known_by(newest, header.device), header.first, header.first + header.n - 1)

    def _seal_anew(self, device: str) -> None:
        """The same for the files of a life that is over now, where there ever was another secret."""
        if len(self.team.ring.secrets) == 1:
            return
        counted = self._known_by(self.team.ring.newest.key_id, device)
        mine = [f for f in shared.files(self.home.conn).values() if f.device == device and f.state == TAKEN and f.n]
        left = [f for f in mine if not holds(counted, f.first, f.first + f.n - 1)]

        def change() -> None:
            for file in left:
                shared.keep_file(self.home.conn, replace(file, plain=""))
            if left:
                local.set_setting(self.home.conn, SEGMENTS_DUE, "1")

        self.home.local_write(change)

    def _vouched(self, one: Opened) -> None:
        """After a change of the secret, only a device that knows the new one writes on. Raises Unfit."""
        newest, header = self.team.ring.newest.key_id, one.header
        if one.key == newest or header.device in self.team.keys:
            return
        peer = self.peers.get(header.device)
        if peer is not None and peer.key == newest:
            return
        if not holds(self._known_by(newest, header.device), header.first, header.first + header.n - 1):
            why = "it is sealed with an old team key, by a device that has not joined with the new code"
            raise Unfit(why, final=False)

    def _known_by(self, newest: str, device: str) -> Ranges:
        """The numbers of a device that counted when the secret was changed, as its changer has signed."""
        known: dict[str, Ranges] = json.loads(self.home.setting(COUNTED + newest) or "{}")
        return known.get(device, [])


def _turn(name: Name) -> tuple[int, str, int, str]:
    """New secrets first, then what devices say of themselves, then entries in the order they were made."""
    return ({KEYS: 0, STATE: 1}.get(name.shelf, 2), name.device, name.first, name.path)


def _peer(one: Opened) -> Peer:
    said = _object(one)
    name = said.get("name")
    label = clean_name(name, 60) if isinstance(name, str) else ""
    return Peer(one.header.device, label, one.header.first, one.key, said)


def _object(one: Opened) -> dict[str, Any]:
    try:
        if len(one.plain) > _STATE_LIMIT or _brackets(one) > _BRACKETS:
            raise ValueError
        said = json.loads(one.plain, parse_constant=no_number)
        dumps(said).encode()
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise Unfit("what it says cannot be read")
    return said


def _brackets(one: Opened) -> int:
    return one.plain.count(b"{") + one.plain.count(b"[")


def _entries(one: Opened) -> list[Entry]:
    """The entries of a file, all of its device and numbered as its header says. Raises Unfit."""
    header = one.header
    if _brackets(one) > _BRACKETS:
        raise Unfit("an entry in it is no line of ours")
    try:
        entries = list(wire.read(one.plain))
    except ValueError as error:
        raise Unfit(f"an entry in it cannot be read ({error})") from None
    if not entries or len(entries) != header.n:
        raise Unfit("it holds another number of entries than it says")
    if len({entry.id for entry in entries}) != header.n:
        raise Unfit("two entries in it have one id")
    if any(e.device != header.device or e.seq != header.first + at for at, e in enumerate(entries)):
        raise Unfit("an entry in it is not the device's own, or out of its place")
    return entries
