"""Putting this device's own entries into the folder, in whole files that never change."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from observe.domain import wire
from observe.domain.codec import utc
from observe.domain.entries import Entry, dumps
from observe.domain.ranges import holds
from observe.services.home import COPIED, Home, former_keys
from observe.services.sharing.lives import SILENT, unwritten
from observe.services.sharing.pull import AT_ONCE, COUNTED
from observe.services.sharing.team import AT, DEVICE_NAME, SAID, Team, keys_file, lives_of
from observe.store import local, shared
from observe.store.redact import REDACTION_DUE, SEGMENTS_DUE
from observe.store.shared import GONE, TAKEN, Known, Peer
from observe.sync import segment
from observe.sync.segment import KEYS, STATE, Header, Name

_PLAIN_LIMIT = 4 << 20
_COMPACTED = 10_000
"""Entries in one file of a month that is over."""


@dataclass
class Published:
    """What went out: files of entries, and entries in them; files written anew or put together."""

    files: int = 0
    entries: int = 0
    rewritten: int = 0
    compacted: int = 0
    removed: int = 0


class Publish:
    """One turn of writing. `listed`: what was in the folder when this sync began."""

    def __init__(self, home: Home, team: Team, listed: Iterable[Name]) -> None:
        self.home, self.team, self.listed = home, team, list(listed)
        self.report = Published()
        self._removed: set[str] = set()

    def run(self) -> Published:
        """Write what is new, put in the place of older files what must replace them, say what was seen.

        Raises OSError, Busy, NotSaved; what was done until then stays done.
        """
        self._bring_back_missing()
        mark = self._mark()
        if self.nothing_new() and not self._replaced():
            return self.report
        self._say_new_secret()
        self._new_entries()
        self._drop_covered()
        self._rewrite_redacted()
        self._compact()
        self._remove_replaced()
        self._say_state()
        now = self._mark()
        if now.rpartition(",")[2] == mark.rpartition(",")[2]:  # nothing was logged meanwhile
            self.home.set_setting(AT, now)
        return self.report

    def nothing_new(self) -> bool:
        """Whether all is as it was when there was nothing more to write."""
        return self.home.setting(AT) == self._mark()

    def _mark(self) -> str:
        """All that decides whether there is something to write, so that a quiet sync can tell at a glance."""
        conn, home = self.home.conn, self.home
        due = [home.setting(name) for name in (REDACTION_DUE, SEGMENTS_DUE, DEVICE_NAME, "observer")]
        month = _month(home.platform.wall_ms())
        return dumps([sorted(self.team.keys), self.team.ring.newest.key_id, due, month, *shared.extent(conn)])

    # -- entries -----------------------------------------------------------------------------------------

    def _new_entries(self) -> None:
        conn = self.home.conn
        for device, numbers in unwritten(self.home, self.team).items():
            for first, last in numbers:
                for some in in_files(shared.entries(conn, device, first, last), AT_ONCE):
                    self._write(device, some, ())
                    self.report.files += 1
                    self.report.entries += len(some)

    def _write(self, device: str, entries: list[Entry], supersedes: tuple[str, ...]) -> None:
        """A file of these, on the disk of the folder before it is noted here."""
        plain = wire.write(entries)
        header = Header(device, month_of(entries[0]), entries[0].seq, len(entries), supersedes)
        file = self._in_folder(header, plain, hashlib.sha256(plain).hexdigest())

        def change() -> None:
            shared.keep_file(self.home.conn, file)
            shared.supersede(self.home.conn, supersedes, device)

        self.home.local_write(change)

    def _in_folder(self, header: Header, plain: bytes, digest: str = "") -> Known:
        """Seal a file and put it into the folder; what is to be known of it then."""
        path, data = segment.seal(header, plain, self.team.ring, self.team.keys[header.device])
        self.team.folder.publish(path, data)
        name = segment.parse_path(path)
        assert name is not None  # it was just made
        return Known(name.hash, header.device, header.shelf, header.first, header.n, path, TAKEN, "", digest)

    def _give_up(self, files: Iterable[Known]) -> None:
        """Others stand for these own files: they go at the end of this turn."""

        def change() -> None:
            for file in files:
                shared.supersede(self.home.conn, [file.hash], file.device)

        self.home.local_write(change)

    def _own(self) -> list[Known]:
        """Files of entries of this home's lives that stand, in order."""
        found = [f for f in shared.files(self.home.conn).values() if f.device in self.team.keys and f.state == TAKEN]
        return sorted((f for f in found if f.n), key=lambda f: (f.device, f.first))

    def _bring_back_missing(self) -> None:
        """What two listings in a row lacked is written again: the folder may have been put back to an older copy."""
        lost = [f.hash for f in self._own() if f.missing >= 2]
        if lost:

            def change() -> None:
                shared.forget_files(self.home.conn, lost)
                local.set_setting(self.home.conn, AT, None)

            self.home.local_write(change)

    def _drop_covered(self) -> None:
        """Own files whose numbers another one holds as well: a copy that a sync program brought back late, say."""
        covered, last = [], None
        for file in sorted(self._own(), key=lambda f: (f.device, f.first, -f.n, f.hash)):
            if last and file.device == last.device and file.first + file.n <= last.first + last.n:
                covered.append(file)
            elif not file.missing:
                last = file
        if covered:
            self._give_up(covered)

    def _rewrite_redacted(self) -> None:
        """Files that hold what a purge took from the log get others in their place."""
        conn = self.home.conn
        due = self.home.setting(SEGMENTS_DUE)
        if due is None:
            return
        for file in self._own():
            entries = list(shared.entries(conn, file.device, file.first, file.first + file.n - 1))
            if hashlib.sha256(wire.write(entries)).hexdigest() != file.plain:
                for some in in_files(entries, _COMPACTED):
                    self._write(file.device, some, (file.hash,))
                self._give_up([file])
                self.report.rewritten += 1
        self._remove_replaced()
        self.home.local_write(lambda: local.take_back(conn, SEGMENTS_DUE, due))

    def _compact(self) -> None:
        """A month that is over, and that every device has, is put into as few files as may be."""
        this_month = _month(self.home.platform.wall_ms())
        months: dict[tuple[str, str], list[Known]] = {}
        for file in self._own():
            if file.shelf < this_month:
                months.setdefault((file.device, file.shelf), []).append(file)
        for (device, _), files in months.items():
            for some in _neighbours(files):
                first, last = some[0].first, some[-1].first + some[-1].n - 1
                if len(some) > 1 and self._seen_by_all(device, first, last):
                    entries = list(shared.entries(self.home.conn, device, first, last))
                    whole = len(entries) == last - first + 1  # none was given another number since
                    if whole and len(wire.write(entries)) <= _PLAIN_LIMIT:
                        self._write(device, entries, tuple(f.hash for f in some))
                        self.report.compacted += len(some)

    def _seen_by_all(self, device: str, first: int, last: int) -> bool:
        others = live_peers(self.home, self.team)
        return bool(others) and all(holds(peer.seen_of(device), first, last) for peer in others)

    def _remove_replaced(self) -> None:
        """Own files that others stand for now, and copies of them that a sync program made or brought back."""
        for path in self._replaced():
            self.team.folder.remove(path)
            self.report.removed += path not in self._removed
            self._removed.add(path)

    def _replaced(self) -> list[str]:
        """Where such files lie. That they are gone for good stays known: one that comes back is not read again."""
        files = {hash: f for hash, f in shared.files(self.home.conn).items() if f.device in self.team.keys}
        return [name.path for name in self.listed if name.hash in files and files[name.hash].state == GONE]

    # -- what this device says of itself -------------------------------------------------------------------

    def _say_new_secret(self) -> None:
        newest = self.team.ring.newest.key_id
        if len(self.team.ring.secrets) == 1 or self.home.setting(COUNTED + newest) is not None:
            return
        known = shared.runs(self.home.conn)
        data = keys_file(self.team, known)
        self._put(Header(self.home.journal.device, KEYS, len(self.team.ring.secrets), 0), data)
        self.home.set_setting(COUNTED + newest, dumps(known))

    def _say_state(self) -> None:
        """What this device has; written only when it is other than what it said last."""
        conn, device = self.home.conn, self.home.journal.device
        over = set(lives_of(self.home.path))
        # Of what another copy of this home goes on with it is a reader as any other, which that one waits for.
        seen = {d: runs for d, runs in shared.runs(conn).items() if d not in over}
        clean = self.home.setting(REDACTION_DUE) is None and self.home.setting(SEGMENTS_DUE) is None
        own = shared.peers(conn).get(device)
        purges = shared.purge_ids(conn) if clean else sorted(own.purges if own else ())
        said = {"name": self.home.setting(DEVICE_NAME) or self.home.setting("observer") or "", "seen": seen}
        said["purges"] = purges
        said["key"] = self.team.ring.newest.key_id
        said["lives"] = lives_of(self.home.path)
        copied = [file.stem.removeprefix(COPIED) for file in former_keys(self.home.path, COPIED)]
        said["copied"] = {id: int(self.home.setting(SILENT + id) or 0) for id in copied}
        if self.home.setting(SAID) == dumps(said) and own is not None:
            return
        number = max((n.first for n in self.listed if n.device == device and n.shelf == STATE), default=0)
        number = max(number, own.number if own else 0) + 1
        at = self.home.platform.wall_ms()
        path = self._put(Header(device, STATE, number, 0), dumps({**said, "at": at}).encode())
        peer = Peer(device, str(said["name"]), number, self.team.ring.newest.key_id, {**said, "at": at})

        def change() -> None:
            shared.keep_peer(conn, peer)
            local.set_setting(conn, SAID, dumps(said))

        self.home.local_write(change)
        # Of a life that a copy of this home may go on with, what it says of itself is its own.
        for name in self.listed:
            if name.shelf == STATE and name.device in over and name.path != path:
                self.team.folder.remove(name.path)

    def _put(self, header: Header, plain: bytes) -> str:
        file = self._in_folder(header, plain)
        self.home.local_write(lambda: shared.keep_file(self.home.conn, file))
        return file.path


def live_peers(home: Home, team: Team) -> list[Peer]:
    """Other devices that know the newest secret; a life of this home that was is no other device."""
    newest = team.ring.newest.key_id
    found = shared.peers(home.conn)
    over = lives_over(found)
    return [p for p in found.values() if p.device not in team.keys and p.key == newest and p.device not in over]


def lives_over(found: Mapping[str, Peer]) -> set[str]:
    """Ids that are no device's any more: of former lives, and of one that a copy of its home went on from, as long
    as it has said nothing since: most homes that were copied were brought back."""
    former = {life for peer in found.values() for life in peer.lives if life != peer.device}
    copied = [(old, n) for peer in found.values() for old, n in peer.copied.items() if old != peer.device]
    return former | {old for old, n in copied if old in found and found[old].number <= n}


def in_files(entries: Iterable[Entry], most: int) -> Iterator[list[Entry]]:
    """Entries in runs that fit a file each: without a gap, of one month, so many at most, no more than 4 MiB."""
    some: list[Entry] = []
    room = _PLAIN_LIMIT
    for entry in entries:
        size = len(dumps(entry.to_json())) * 3
        follows = some and entry.seq == some[-1].seq + 1 and month_of(entry) == month_of(some[0])
        if some and (len(some) == most or size > room or not follows):
            yield some
            some, room = [], _PLAIN_LIMIT
        some.append(entry)
        room -= size
    if some:
        yield some


def month_of(entry: Entry) -> str:
    """The shelf for an entry: `yyyymm` of its stamp, in UTC."""
    return _month(entry.ms)


def _month(ms: int) -> str:
    try:
        return utc(ms).strftime("%Y%m").rjust(6, "0")
    except (ValueError, OverflowError):  # a clock that has lost its mind
        return "999912"


def _neighbours(files: list[Known]) -> Iterator[list[Known]]:
    """Files whose numbers follow each other without a gap, as many as one file may replace."""
    some: list[Known] = []
    for file in files:
        follows = some and file.first == some[-1].first + some[-1].n
        if some and (not follows or sum(f.n for f in some) + file.n > _COMPACTED):
            yield some
            some = []
        some.append(file)
    if some:
        yield some
