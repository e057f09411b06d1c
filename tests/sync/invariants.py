"""What must always hold of sharing, each as an assertion of its own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from observe.domain import wire
from observe.domain.entries import Entry, dumps
from observe.domain.redaction import covers, erase
from observe.services import transfer
from observe.services.sharing import run, status, team
from observe.store import maintenance, shared
from observe.store.connection import Database
from observe.store.intake import WAS, receive
from observe.store.shared import LATER
from observe.sync import segment
from observe.sync.folder import TOP

from .carrier import files, walk

if TYPE_CHECKING:
    from .device import Device
    from .world import World

Listing = dict[str, tuple[int, int, int]]
_WORD = re.compile(rb"Qzx[a-z]{5}xq")
"""A word of `World.word`."""


def lines(opened: segment.Opened) -> list[Entry]:
    """The entries of a file."""
    return list(wire.read(opened.plain))


def listing(root: Path) -> Listing:
    """Every file below it, with what changes when somebody writes it."""
    found = {}
    for path, entry in walk(root):
        stat = entry.stat()
        found[path] = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
    return found


# -- after every step ----------------------------------------------------------------------------------------


def own_writes_are_visible_at_once(device: Device, entries: Sequence[Entry]) -> None:
    """What was just logged is what its key is now, unless a later stamp stands against it already."""
    for entry in entries:
        heads = device.home.journal.heads(entry.kind, entry.key)
        later = [e for e in entries if entry.id in e.parents]
        assert later or any(head.id == entry.id for head in heads), (device.name, entry)
        table = {"observation": "observation", "note": "note", "section": "section", "student": "student"}
        if not later and heads[0].id == entry.id and entry.op == "put" and entry.v == 1 and entry.kind in table:
            name = entry.key.rpartition("/")[2]
            found = device.home.conn.execute(f"SELECT 1 FROM {table[entry.kind]} WHERE id = ?", (name,)).fetchone()
            assert found, (device.name, entry)


def acknowledged_is_present(device: Device) -> None:
    """What was ever in this home is in it."""
    missing = device.has - device.ids()
    assert not missing, (device.name, missing)


def nobody_touches_another_devices_files(before: Listing, after: Listing, own: set[str]) -> None:
    """A sync wrote, changed and took away files of the lives whose keys it has, and no others."""
    touched = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    others = {path for path in touched if path.partition("/")[2].partition("/")[0] not in own}
    assert not others, others


def what_has_a_final_name_is_complete(world: World, root: Path, torn: set[str]) -> None:
    """Every file under a final name holds the bytes that its name promises, and always the same."""
    for path in files(root):
        name = segment.parse_path(path.partition("/")[2])
        if name is not None and path not in torn and root / path not in world.files:
            digest = hashlib.sha256((root / path).read_bytes()).hexdigest()
            assert digest == name.hash, path
            world.files[root / path] = digest


def nothing_stands_in_the_way(world: World, device: Device, done: run.Synced | None) -> None:
    """With everything delivered and every listing true, a sync does all its work."""
    assert done is not None, f"{device.name} stops"
    assert done.unfinished == (), done.unfinished


# -- when everything is delivered ------------------------------------------------------------------------------


def at_rest(world: World) -> None:
    """All that must hold when everybody has synced, one after the other."""
    held = {id for device in world.devices for id in device.ids()}
    world.lost |= {entry.id for opened in shut_out(world).values() for entry in lines(opened)} - held
    nothing_is_lost_and_nothing_invented(world)
    same_segments_same_projections(world)
    unknown_fields_survive(world)
    foreign_never_enters(world)
    exports_are_equal(world)
    a_rebuild_is_equal(world)
    merge_is_commutative_associative_and_idempotent(world)
    a_late_joiner_equals_one_always_there(world)
    a_quiet_sync_writes_nothing(world)
    present_after_reopening(world)
    private_words_never_leave(world)
    purged_content_is_nowhere(world)


def shut_out(world: World) -> dict[str, segment.Opened]:
    """Files, by hash, that nobody here can vouch for any more: sealed with a secret that was replaced, by a life whose
    key went with its home when an older copy was brought back. A stranger who found that copy writes the same."""
    found, held, newest = {}, world.keys(), world.ring.newest.key_id
    for path, opened in world.opened(world.cloud):
        name = segment.parse_path(path)
        if name and opened.header.n and opened.key != newest and name.device not in held:
            found[name.hash] = opened
    return found


def survivors(world: World) -> dict[str, Entry]:
    """What was acknowledged, and was not in a home alone that was replaced by an older copy."""
    return {id: entry for id, entry in world.said.items() if id not in world.lost}


def expected(world: World) -> dict[str, Entry]:
    """The same as it must be now: redacted as the purges among it say."""
    from dataclasses import replace

    entries = survivors(world)
    standing = frozenset(tuple(e.key.split("/", 1)) for e in entries.values() if e.kind == "purge")
    versions: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries.values():
        versions.setdefault((entry.kind, entry.key), []).append(entry)
    found = {}
    for (kind, key), some in versions.items():
        rules = covers(kind, key, [entry.data for entry in some], standing)  # type: ignore[arg-type]
        for entry in some:
            extra = {} if rules else {name: value for name, value in entry.extra.items() if name != WAS}
            found[entry.id] = replace(entry, data=erase(kind, entry.data, rules), extra=extra)
    return found


def nothing_is_lost_and_nothing_invented(world: World) -> None:
    """Every home has every entry that anybody was told is saved, as it was said, and no other."""
    wanted = {id: _words(entry) for id, entry in expected(world).items()}
    for device in world.devices:
        entries = device.entries()
        assert wanted.keys() - entries.keys() == set(), (device.name, "lost")
        assert entries.keys() - wanted.keys() == set(), (device.name, "invented")
        for id, entry in entries.items():
            assert _words(entry) == wanted[id], (device.name, id)


def _words(entry: Entry) -> str:
    """An entry without its number, which a copied home may have had to change."""
    said = entry.to_json()
    for name in ("device", "run", "seq", "act", WAS):
        said.pop(name, None)
    return dumps(said)


def same_segments_same_projections(world: World) -> None:
    """The same entries under the same numbers, and the same rows, byte for byte."""
    first, *others = world.devices
    entries, dump = _texts(first), first.dump()
    for other in others:
        assert not _texts(other) ^ entries, (first.name, other.name, _apart(entries, _texts(other)))
        assert other.dump() == dump, (first.name, other.name, _apart(dump, other.dump()))


def _texts(device: Device) -> set[str]:
    return {dumps(entry.to_json()) for entry in device.entries().values()}


def _apart(some: Iterable[str], others: Iterable[str]) -> tuple[list[str], list[str]]:
    return sorted(set(some) - set(others))[:3], sorted(set(others) - set(some))[:3]


def unknown_fields_survive(world: World) -> None:
    """Kinds, fields and versions that this program does not know are in every home as they were written."""
    for id, entry in expected(world).items():
        if entry.extra or entry.v != 1 or entry.kind in ("plan.group", "hologram"):
            for device in world.devices:
                found = device.home.journal.entry(id)
                assert found is not None
                assert (found.v, dict(found.data)) == (entry.v, dict(entry.data))
                assert {n: v for n, v in found.extra.items() if n != WAS} == dict(entry.extra)


def foreign_never_enters(world: World) -> None:
    """What nobody of the team signed is in no home, and its files are named as set aside, with a reason."""
    listed = {name for path in files(world.cloud / TOP) if (name := segment.parse_path(path))}
    foreign = {name.hash for name in listed} - {
        parsed.hash for path, _ in world.opened(world.cloud) if (parsed := segment.parse_path(path))
    }
    shut = shut_out(world)
    for device in world.devices:
        assert not any(id.startswith("intruder") for id in device.ids())
        ours = team.team_of(device.home, device.folder)
        assert ours is not None
        said = status.status(device.home, ours)
        named = {
            name.hash: why
            for path, why in (*said.set_aside, *said.waiting)
            if (name := segment.parse_path(path)) is not None
        }
        assert all("old team key" in named.pop(hash) for hash in named.keys() & shut.keys())
        assert named.keys() == foreign, device.name
        assert all(named.values())


def exports_are_equal(world: World) -> None:
    """`export jsonl`, sorted, byte for byte."""
    exports = [sorted(b"".join(transfer.jsonl(d.home, None)).splitlines()) for d in world.devices]
    assert all(export == exports[0] for export in exports)


def a_rebuild_is_equal(world: World) -> None:
    """`doctor --rebuild` would find nothing to mend."""
    for device in world.devices:
        scratch = device.path.parent / "scratch.db"
        scratch.touch()
        tables = maintenance.differing(device.home.database.path, scratch, device.home.journal.device)
        assert tables == [], (device.name, tables)
        scratch.unlink()


def merge_is_commutative_associative_and_idempotent(world: World) -> None:
    """The files of the folder, taken in any order, in any grouping, and again, make the same tables."""
    shut = [o for hash, o in shut_out(world).items() if shared.files(world.devices[0].home.conn)[hash].state == LATER]
    parts = [lines(o) for path, o in world.opened(world.cloud) if o.header.n and o not in shut]
    shuffled = [list(part) for part in parts]
    world.chance.shuffle(shuffled)
    for part in shuffled:
        world.chance.shuffle(part)
    third = len(parts) // 3
    with _merged(world, parts) as forwards, _merged(world, parts[third:]) as tail:
        wanted = _all_of(forwards)
        _take(forwards, parts, world)
        assert _all_of(forwards) == wanted, "not idempotent"
        with _merged(world, shuffled) as backwards:
            assert _all_of(backwards) == wanted, "not commutative"
        rest = list(maintenance.every(tail.conn))
        with _merged(world, [*parts[:third], rest]) as grouped:
            assert _all_of(grouped) == wanted, "not associative"
    first = world.devices[0]
    assert wanted[0] == first.dump()
    assert wanted[1] == {id: dumps(entry.to_json()) for id, entry in first.entries().items()}


def _merged(world: World, parts: Iterable[Sequence[Entry]]) -> _Closing:
    database = Database(world.empty())
    _take(database, parts, world)
    return _Closing(database)


class _Closing:
    def __init__(self, database: Database) -> None:
        self.database = database

    def __enter__(self) -> Database:
        return self.database

    def __exit__(self, *_: object) -> None:
        self.database.close()


def _take(database: Database, parts: Iterable[Sequence[Entry]], world: World) -> None:
    for part in parts:
        with database.transaction():
            receive(database.conn, part, world.ms)


def _all_of(database: Database) -> tuple[list[str], dict[str, str]]:
    entries = {entry.id: dumps(entry.to_json()) for entry in maintenance.every(database.conn)}
    return list(maintenance.dump(database.conn)), entries


def a_quiet_sync_writes_nothing(world: World) -> None:
    """Where nothing is new, no file of the folder is written, changed or taken away."""
    for device in world.devices:
        before = listing(device.carrier.view)
        assert world.sync(device) is not None
        assert listing(device.carrier.view) == before, device.name


def a_late_joiner_equals_one_always_there(world: World) -> None:
    """Who joins now has the same entries and the same rows, from the folder alone."""
    from . import world as worlds

    most, worlds.MOST = worlds.MOST, len(world.devices) + 1
    try:
        late = world.step_arrive(world.devices[0], 3, off=0)
    finally:
        worlds.MOST = most
    assert late is not None
    nothing_stands_in_the_way(world, late, world.sync(late))
    world.carry(late)
    same_segments_same_projections(world)
    world.settle()


def present_after_reopening(world: World) -> None:
    """And everything is there when the homes are opened again."""
    for device in world.devices:
        device.home.close()
        device.open()
        acknowledged_is_present(device)


def private_words_never_leave(world: World) -> None:
    """A private note is in no file of the folder, and in one home."""
    private = {
        body for device in world.devices for (body,) in device.home.conn.execute("SELECT body FROM private_note")
    }
    for word in _words_in_folders(world, world.keys()):
        assert word not in private


def purged_content_is_nowhere(world: World) -> None:
    """No word that a purge took is in a file of a home, or in one of the folder once it is decrypted."""
    kept = "\n".join(dumps(entry.data) + dumps(entry.extra) for entry in expected(world).values())
    private = "\n".join(
        body for device in world.devices for (body,) in device.home.conn.execute("SELECT body FROM private_note")
    )
    gone = {word for word in world.words if word not in kept and word not in private}
    found = _words_in_folders(world, world.keys()) & gone
    assert not found, ("in the folder", found)
    world.close()
    try:
        for device in world.devices:
            for path, _ in walk(device.path):
                left = {word.decode() for word in _WORD.findall((device.path / path).read_bytes())} & gone
                assert not left, (device.name, path, left)
    finally:
        for device in world.devices:
            device.open()
    world.counts["words purged"] += len(gone)


def _words_in_folders(world: World, keys: set[str]) -> set[str]:
    """Those of the words that some file of a device whose key there still is holds."""
    found: set[bytes] = set()
    for root in (world.cloud, *(device.carrier.view for device in world.devices)):
        for _, opened in world.opened(root):
            if opened.header.device in keys:
                found |= set(_WORD.findall(opened.plain))
    return {word.decode() for word in found}
