"""`export jsonl`: a header, then one entity a line, as it stands. docs/formats.md describes it for other readers."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from observe.domain.entries import dumps
from observe.domain.errors import Refused
from observe.domain.json_text import no_key_twice, no_number
from observe.domain.shapes import cleaned, fault

FORMAT = {"observe": "export", "v": 1}
LINE_LIMIT = 1 << 20
DEPTH = 16
Line = tuple[str, str, dict[str, Any]]
"""(kind, key, data)"""


def write(lines: Iterable[Line]) -> Iterator[bytes]:
    """The bytes of an export, line by line."""
    yield dumps(FORMAT).encode() + b"\n"
    for one in lines:
        yield line(one)


def line(one: Line) -> bytes:
    """The bytes of one line."""
    kind, key, data = one
    return dumps({"kind": kind, "key": key, "data": data}).encode() + b"\n"


def read(file: BinaryIO, name: str) -> Iterator[tuple[int, Line]]:
    """Numbered lines, each of a shape that can come in. Raises Refused, naming the line."""
    header = _object(file.readline(LINE_LIMIT + 1), name, 1)
    if header.get("observe") != "export":
        raise Refused(
            f"{name} is no export of observe", "line 1 does not say so", "make one with `observe export jsonl`"
        )
    if header.get("v") != FORMAT["v"]:
        raise Refused(f"{name} was written by a newer version", f"format {header.get('v')}", "update observe first")
    number = 1
    seen: dict[tuple[str, str], int] = {}
    while raw := file.readline(LINE_LIMIT + 1):
        number += 1
        if not raw.strip():
            continue
        said = _object(raw, name, number)
        kind, key, data = said.get("kind"), said.get("key"), said.get("data")
        if not (isinstance(kind, str) and isinstance(key, str) and isinstance(data, dict)) or len(said) > 3:
            raise bad(name, number, "kind, key and data are needed, and nothing else")
        why = fault(kind, key, data)
        if why is not None:
            raise bad(name, number, why)
        first = seen.setdefault((kind, key), number)
        if first != number:
            raise bad(name, number, f"the same {kind} as line {first}")
        yield number, (kind, key, cleaned(kind, data))


def _object(raw: bytes, name: str, number: int) -> dict[str, Any]:
    if len(raw) > LINE_LIMIT:
        raise bad(name, number, "longer than 1 MiB")
    try:
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
        value = json.loads(text, parse_constant=no_number, object_pairs_hook=no_key_twice)
    except UnicodeDecodeError as error:
        raise bad(name, number, f"not UTF-8, byte {error.start}") from error
    except RecursionError as error:
        raise bad(name, number, "nested too deep") from error
    except ValueError as error:
        raise bad(name, number, f"not JSON, {str(error)[:80]}") from error
    if not isinstance(value, dict):
        raise bad(name, number, "not an object")
    try:
        dumps(value).encode()
    except RecursionError as error:
        raise bad(name, number, "nested too deep") from error
    except ValueError as error:
        raise bad(name, number, "a number that is not finite, or text that is not Unicode") from error
    if _deeper(value, DEPTH):
        raise bad(name, number, "nested too deep")
    return value


def _deeper(value: object, levels: int) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    return isinstance(value, list) and (not levels or any(_deeper(item, levels - 1) for item in value))


def bad(name: str, number: int, why: str) -> Refused:
    """The refusal of a whole file for one line of it."""
    return Refused(f"{name} line {number}: {why}", "nothing was imported", "mend the line, or export it again")
