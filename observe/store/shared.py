"""What this device knows of the shared folder, in local tables: its files, and what other devices said."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from observe.domain.entries import Entry, dumps
from observe.domain.frozen import dataclass
from observe.domain.ranges import Ranges, ranges_of
from observe.store.projections import COLUMNS, entry_of

TAKEN, LATER, BAD, GONE = "taken", "later", "bad", "gone"
"""States of a file: its entries are here; set aside, to be looked at again; set aside for good, since its bytes can
never be others; replaced by its owner, so that it may vanish."""


@dataclass(frozen=True, slots=True)
class Known:
    """A file that was read, or written here. `plain`: hash of its lines, for this device's own."""

    hash: str
    device: str
    shelf: str
    first: int
    n: int
    path: str
    state: str = TAKEN
    why: str = ""
    plain: str = ""
    missing: int = 0


def _texts(said: object) -> frozenset[str]:
    return frozenset(id for id in said if isinstance(id, str)) if isinstance(said, list) else frozenset()


@dataclass(frozen=True, slots=True)
class Peer:
    """A device as it last described itself, in its state file `number` sealed with the secret `key`."""

    device: str
    name: str
    number: int
    key: str
    said: Mapping[str, Any]

    def seen_of(self, device: str) -> Ranges:
        """The numbers of a device that it has."""
        seen = self.said.get("seen")
        return ranges_of(seen.get(device)) if isinstance(seen, dict) else []

    @property
    def lives(self) -> frozenset[str]:
        """Ids that its home has or had."""
        return _texts(self.said.get("lives"))

    @property
    def copied(self) -> dict[str, int]:
        """Ids that its home had and another copy of it may go on under; number of the last state of each by then."""
        said = self.said.get("copied")
        return {id: n for id, n in said.items() if type(n) is int} if isinstance(said, dict) else {}

    @property
    def purges(self) -> frozenset[str]:
        """Ids of the purges that it has carried out in all its files."""
        return _texts(self.said.get("purges"))


def files(conn: sqlite3.Connection) -> dict[str, Known]:
    """Every known file by its hash."""
    return {row[0]: Known(*row) for row in conn.execute("SELECT * FROM segment")}


def keep_file(conn: sqlite3.Connection, file: Known) -> None:
    """Note a file, or what is new about it."""
    row = (file.hash, file.device, file.shelf, file.first, file.n, file.path, file.state, file.why, file.plain)
    conn.execute("INSERT OR REPLACE INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row, file.missing))


def forget_files(conn: sqlite3.Connection, hashes: Iterable[str]) -> None:
    """As if these had never been seen."""
    conn.executemany("DELETE FROM segment WHERE hash = ?", [(hash,) for hash in hashes])


def supersede(conn: sqlite3.Connection, hashes: Iterable[str], device: str) -> None:
    """Their owner has put others in their place: they are not missed when they go, nor read where they still come."""
    for hash in hashes:
        conn.execute("UPDATE segment SET state = ?, missing = 0 WHERE hash = ? AND device = ?", (GONE, hash, device))
        conn.execute("INSERT OR IGNORE INTO segment VALUES (?, ?, '', 0, 0, '', ?, '', '', 0)", (hash, device, GONE))


def note_missing(conn: sqlite3.Connection, counts: Mapping[str, int]) -> None:
    """How many listings in a row lacked each of these."""
    conn.executemany("UPDATE segment SET missing = ? WHERE hash = ?", [(n, hash) for hash, n in counts.items()])


def is_missing_any(conn: sqlite3.Connection) -> bool:
    """Whether the last listing lacked a file that should be there."""
    return conn.execute("SELECT 1 FROM segment WHERE missing > 0 LIMIT 1").fetchone() is not None


def peers(conn: sqlite3.Connection) -> dict[str, Peer]:
    """Every device that described itself, by id."""
    rows = conn.execute("SELECT device, name, number, key, said FROM peer ORDER BY device")
    return {row[0]: Peer(row[0], row[1], row[2], row[3], json.loads(row[4])) for row in rows}


def keep_peer(conn: sqlite3.Connection, peer: Peer) -> None:
    """Note what a device says now, unless something later is known."""
    conn.execute(
        "INSERT INTO peer (device, name, number, key, said) VALUES (?, ?, ?, ?, ?) ON CONFLICT (device) DO UPDATE SET"
        " name = excluded.name, number = excluded.number, key = excluded.key, said = excluded.said"
        " WHERE excluded.number > peer.number",
        (peer.device, peer.name, peer.number, peer.key, dumps(peer.said)),
    )


def forget(conn: sqlite3.Connection) -> None:
    """Begin anew with another folder."""
    conn.execute("DELETE FROM segment")
    conn.execute("DELETE FROM peer")


def runs(conn: sqlite3.Connection) -> dict[str, Ranges]:
    """The numbers that are here, of each device."""
    found: dict[str, Ranges] = {}
    sql = (
        "SELECT device, min(seq), max(seq) FROM"
        " (SELECT device, seq, seq - row_number() OVER (PARTITION BY device ORDER BY seq) AS run FROM entry)"
        " GROUP BY device, run ORDER BY device, min(seq)"
    )
    for device, first, last in conn.execute(sql):
        found.setdefault(device, []).append([first, last])
    return found


def extent(conn: sqlite3.Connection) -> list[int]:
    """Unchanged means: no file and no peer is known that was not, and no entry has arrived (the last number)."""
    sql = (
        "SELECT (SELECT count(*) FROM segment), (SELECT count(*) FROM segment WHERE state = 'gone'),"
        " (SELECT coalesce(sum(number), 0) FROM peer), (SELECT coalesce(max(pos), 0) FROM entry)"
    )
    return list(conn.execute(sql).fetchone())


def entries(conn: sqlite3.Connection, device: str, first: int, last: int) -> Iterator[Entry]:
    """A device's entries of these numbers, in order."""
    sql = f"SELECT {COLUMNS} FROM entry WHERE device = ? AND seq BETWEEN ? AND ? ORDER BY seq"
    for row in conn.execute(sql, (device, first, last)):
        yield entry_of(row)


def owner_of_numbers(conn: sqlite3.Connection, device: str, first: int, last: int) -> dict[int, str]:
    """Number to id, of a device's entries that are here."""
    sql = "SELECT seq, id FROM entry WHERE device = ? AND seq BETWEEN ? AND ?"
    return dict(conn.execute(sql, (device, first, last)).fetchall())


def known_ids(conn: sqlite3.Connection, ids: Iterable[str]) -> set[str]:
    """Those of these entries that are here."""
    sql = "SELECT id FROM entry WHERE id IN (SELECT value FROM json_each(?))"
    return {id for (id,) in conn.execute(sql, (json.dumps(list(ids)),))}


def purge_ids(conn: sqlite3.Connection) -> list[str]:
    """Id of every purge that is here."""
    return [id for (id,) in conn.execute("SELECT id FROM entry WHERE kind = 'purge' ORDER BY id")]


def former_numbers(conn: sqlite3.Connection) -> list[tuple[str, int]]:
    """(device, number) that entries had before they were given another."""
    from observe.store import intake

    rows = conn.execute(f"SELECT {COLUMNS} FROM entry WHERE instr(extra, ?)", (f'"{intake.WAS}"',))
    return list(intake.former_numbers(map(entry_of, rows)))


def renumber(conn: sqlite3.Connection, device: str, numbers: Ranges, to: str, run: int) -> list[tuple[str, str]]:
    """Give entries of `device` numbers of `to`, after those it has; each keeps in `was` what it had.

    Returns (kind, key) of each. For a home that was copied: both copies went on with the same numbers.
    """
    from observe.store.intake import WAS

    last = conn.execute("SELECT coalesce(max(seq), 0) FROM entry WHERE device = ?", (to,)).fetchone()[0]
    moved = []
    acts: dict[int, int] = {}
    for first, end in numbers:
        for entry in list(entries(conn, device, first, end)):
            last += 1
            act = acts.setdefault(entry.act, last)
            extra = dumps({**entry.extra, WAS: [entry.device, entry.seq]})
            conn.execute(
                "UPDATE entry SET device = ?, run = ?, seq = ?, act = ?, extra = ? WHERE id = ?",
                (to, run, last, act, extra, entry.id),
            )
            moved.append((entry.kind, entry.key))
    return moved
