"""Reading the rows of a damaged database page by page, without SQLite.

SQLite gives up a whole table when one page on the way to it is bad, and a whole file for a bad first page.
Here each page is read by itself, so that damage costs what lies on the damaged pages and no more. Rows are
told by their shape, since the names of the tables may be lost. Format: https://sqlite.org/fileformat2.html
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from observe.domain.entries import Entry
from observe.store import wal
from observe.store.projections import entry_of

_LEAF_OF_ROWS, _LEAF_OF_KEYS, _INNER_OF_KEYS = 13, 10, 2
_LARGEST = 8 << 20
_WIDTHS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}

Page = Callable[[int], bytes]


def entries(path: Path) -> list[Entry]:
    """Every entry that can still be read, from the database and its write-ahead log, in order of arrival."""
    found = {}
    for row in _rows(path, {_LEAF_OF_ROWS}, 16):
        entry = _entry(row)
        if entry is not None:
            found[entry.id] = (row[0], entry)
    return [entry for _, entry in sorted(found.values(), key=lambda pair: pair[0])]


def private_notes(path: Path, notable: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The notes for this device alone that can still be read, by (visit, id): each beside one of `notable`."""
    rows = _rows(path, {_LEAF_OF_KEYS, _INNER_OF_KEYS}, 3)
    return {(visit, id): body for _, visit, id, body in rows if isinstance(body, str) and (visit, id) in notable}


def _entry(row: tuple[Any, ...]) -> Entry | None:
    pos, _, id, v, device, run, seq, ms, n, act, kind, key, op, parents, data, extra, _ = row
    texts, numbers = (id, device, kind, key, op, data), (pos, v, run, seq, ms, n, act)
    if not all(isinstance(t, str) for t in texts) or not all(isinstance(i, int) for i in numbers):
        return None
    if not (id and device and kind and seq >= act >= 1 and min(ms, n) >= 0):
        return None
    try:
        entry = entry_of((id, v, device, run, seq, ms, n, act, kind, key, op, parents, data, extra))
    except (ValueError, TypeError):
        return None
    whole = isinstance(entry.data, dict) and isinstance(entry.extra, dict)
    return entry if whole and all(isinstance(parent, str) for parent in entry.parents) else None


def _rows(path: Path, kinds: set[int], columns: int) -> Iterator[tuple[Any, ...]]:
    """(rowid, column, ...) of each record with so many columns on pages of these kinds; the rowid of keys is 0."""
    with path.open("rb") as file:
        each = _page_size(file.read(100))
        newer = wal.pages(path, each)
        count = -(-file.seek(0, 2) // each)

        def page(number: int) -> bytes:
            if number in newer:
                return newer[number]
            file.seek((number - 1) * each)
            return file.read(each)

        for number in range(1, max(count, *newer, 1) + 1):
            text = page(number)
            start = 100 if number == 1 else 0  # the file's header comes first
            if len(text) == each and text[start] in kinds:
                yield from _records(text, start, page, columns)


def _page_size(header: bytes) -> int:
    """What the file says, where its first bytes can be believed; else what SQLite takes for a new one."""
    size = int.from_bytes(header[16:18], "big")
    size = 65536 if size == 1 else size
    whole = header.startswith(b"SQLite format 3\0") and size >= 512 and size & (size - 1) == 0
    return size if whole else 4096


def _records(text: bytes, start: int, page: Page, columns: int) -> Iterator[tuple[Any, ...]]:
    kind = text[start]
    cells = int.from_bytes(text[start + 3 : start + 5], "big")
    pointers = start + (12 if kind == _INNER_OF_KEYS else 8)
    for pointer in range(pointers, min(pointers + 2 * cells, len(text) - 1), 2):
        at = int.from_bytes(text[pointer : pointer + 2], "big") + (4 if kind == _INNER_OF_KEYS else 0)
        try:
            size, at = _varint(text, at)
            rowid, at = _varint(text, at) if kind == _LEAF_OF_ROWS else (0, at)
            record = _record(_payload(text, at, size, kind, page), columns)
        except (IndexError, ValueError):
            continue
        if record is not None:
            yield (rowid, *record)


def _varint(text: bytes, at: int) -> tuple[int, int]:
    value = 0
    for step in range(8):
        byte = text[at + step]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + step + 1
    return value << 8 | text[at + 8], at + 9


def _payload(text: bytes, at: int, size: int, kind: int, page: Page) -> bytes:
    """The record, with what of it lies on overflow pages. Raises ValueError when it is not whole."""
    if size > _LARGEST:
        raise ValueError("no entry is that large")
    each = len(text)
    most = each - 35 if kind == _LEAF_OF_ROWS else (each - 12) * 64 // 255 - 23
    here = size
    if size > most:
        least = (each - 12) * 32 // 255 - 23
        here = least + (size - least) % (each - 4)
        here = here if here <= most else least
    parts = [text[at : at + here]]
    missing = size - here
    number = int.from_bytes(text[at + here : at + here + 4], "big") if missing else 0
    while missing > 0 and number:
        more = page(number)
        number = int.from_bytes(more[:4], "big")
        parts.append(more[4 : 4 + missing])
        if not parts[-1]:
            break
        missing -= len(parts[-1])
    record = b"".join(parts)
    if len(record) != size:
        raise ValueError("cut short")
    return record


def _record(record: bytes, columns: int) -> list[Any] | None:
    """The columns of a record; None when it has another number of them."""
    length, at = _varint(record, 0)
    types: list[int] = []
    while at < length and len(types) <= columns:
        kind, at = _varint(record, at)
        types.append(kind)
    if len(types) != columns or at != length:
        return None
    values: list[Any] = []
    for kind in types:
        width = (kind - 12) // 2 if kind >= 12 else _WIDTHS.get(kind, 8 if kind == 7 else 0)
        raw = record[at : at + width]
        at += width
        if len(raw) != width:
            return None
        values.append(_value(kind, raw))
    return values


def _value(kind: int, raw: bytes) -> Any:
    if kind in _WIDTHS:
        return int.from_bytes(raw, "big", signed=True)
    if kind in (8, 9):
        return kind - 8
    if kind >= 13 and kind % 2:
        return raw.decode()  # bytes that are no UTF-8 are damage: a ValueError
    return None if kind == 0 else raw
