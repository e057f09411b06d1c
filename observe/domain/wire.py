"""Entries as they travel: one canonical JSON object a line, read within bounds."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from observe.domain.codec import MAX_MS
from observe.domain.entries import Entry, dumps
from observe.domain.json_text import no_key_twice, no_number

LINE_LIMIT = 64 << 10
DEPTH = 16
_WHOLE = 1 << 53
_LONG = re.compile(rb"[0-9][eE][+]?[0-9]{3}|[0-9]{300}")
_TEXTS = ("id", "device", "kind", "key", "op")
_FIELDS = frozenset(("v", "id", "device", "run", "seq", "stamp", "act", "kind", "key", "op", "parents", "data"))
_OPS = frozenset(("put", "void", "purge"))
_JSON = json.JSONDecoder(parse_constant=no_number, object_pairs_hook=no_key_twice)


def write(entries: Iterable[Entry]) -> bytes:
    """The lines of these entries."""
    return b"".join(dumps(entry.to_json()).encode() + b"\n" for entry in entries)


def read(plain: bytes) -> Iterator[Entry]:
    """The entries of these lines. Raises ValueError, saying which line and why."""
    lines = plain.split(b"\n")
    if lines.pop():
        raise ValueError("the last line is cut short")
    for number, line in enumerate(lines, 1):
        try:
            yield _entry(line)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            why = f"{type(error).__name__} {error}" if not isinstance(error, ValueError) else str(error)
            raise ValueError(f"line {number}: {why[:120]}") from None


def _entry(line: bytes) -> Entry:
    if len(line) > LINE_LIMIT:
        raise ValueError("longer than 64 KiB")
    if line.count(b"{") + line.count(b"[") > DEPTH and _depth(line) > DEPTH:
        raise ValueError("nested deeper than 16")
    said: dict[str, Any] = _JSON.decode(line.decode())
    if type(said) is not dict:
        raise ValueError("not an object")
    ms, n = said["stamp"]
    for number in (said["v"], said["run"], said["seq"], said["act"], ms, n):
        if type(number) is not int or not 0 <= number < _WHOLE:
            raise ValueError("a number that no entry has")
    if ms >= MAX_MS:
        raise ValueError("a stamp of a year that cannot be")
    for name in _TEXTS:
        if type(said[name]) is not str or not 0 < len(said[name]) <= 400:
            raise ValueError(f"{name}: not what it can be")
    if said["op"] not in _OPS:
        raise ValueError("op: not one that is known")
    parents, data = said["parents"], said["data"]
    if type(parents) is not list or type(data) is not dict or not all(type(parent) is str for parent in parents):
        raise ValueError("parents or data: not what they can be")
    if b"\\u" in line or _LONG.search(line):
        dumps(said).encode()  # raises ValueError for half a character, and for a number beyond every float
    extra = {name: value for name, value in said.items() if name not in _FIELDS} if len(said) > len(_FIELDS) else {}
    return Entry(
        said["id"], said["device"], said["run"], said["seq"], ms, n, said["act"], said["kind"], said["key"],
        said["op"], tuple(parents), data, said["v"], extra,
    )  # fmt: skip


def _depth(line: bytes) -> int:
    """How deep the brackets go outside of strings."""
    deep = deepest = 0
    quoted = escaped = False
    for byte in line:
        if quoted:
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                quoted = False
        elif byte == 0x22:
            quoted = True
        elif byte in b"[{":
            deep += 1
            deepest = max(deepest, deep)
        elif byte in b"]}":
            deep -= 1
    return deepest
