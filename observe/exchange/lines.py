"""`export jsonl`: a header, then one entity a line, as it stands. docs/formats.md describes it for other readers."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from observe.domain.entries import dumps
from observe.domain.errors import Refused
from observe.domain.shapes import cleaned, fault

FORMAT = {"observe": "export", "v": 1}
LINE_LIMIT = 1 << 20
Line = tuple[str, str, dict[str, Any]]
"""(kind, key, data)"""


def write(lines: Iterable[Line]) -> Iterator[bytes]:
    """The bytes of an export, line by line."""
    yield dumps(FORMAT).encode() + b"\n"
    for kind, key, data in lines:
        yield dumps({"kind": kind, "key": key, "data": data}).encode() + b"\n"


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
    while raw := file.readline(LINE_LIMIT + 1):
        number += 1
        if not raw.strip():
            continue
        line = _object(raw, name, number)
        kind, key, data = line.get("kind"), line.get("key"), line.get("data")
        if not (isinstance(kind, str) and isinstance(key, str) and isinstance(data, dict)) or len(kind) > 40:
            raise _bad(name, number, "kind, key and data are needed")
        why = fault(kind, key, data)
        if why is not None:
            raise _bad(name, number, why)
        yield number, (kind, key, cleaned(kind, data))


def _object(raw: bytes, name: str, number: int) -> dict[str, Any]:
    if len(raw) > LINE_LIMIT:
        raise _bad(name, number, "longer than 1 MiB")
    try:
        value = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise _bad(name, number, "not JSON") from error
    if not isinstance(value, dict):
        raise _bad(name, number, "not an object")
    try:
        dumps(value).encode()
    except (ValueError, RecursionError) as error:
        raise _bad(name, number, "text that is not Unicode, or nested too deep") from error
    return value


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not finite")


def _bad(name: str, number: int, why: str) -> Refused:
    return Refused(f"{name} line {number}: {why}", "nothing was imported", "mend the line, or export it again")
