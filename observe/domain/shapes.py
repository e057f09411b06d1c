"""The shape of each kind of entry: what anything from outside must fit before it comes in.

Kinds nobody knows yet pass: they are kept for a later version.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from observe.domain.codec import ms_of
from observe.domain.entries import finite
from observe.domain.model import BY_WHOM, METHODS
from observe.domain.names import clean_name

_KEY = re.compile(r"[A-Za-z0-9_.@-]{1,80}(/[A-Za-z0-9_.@-]{1,80}){0,2}")
_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
Test = Callable[[Any], bool]

FREE_TEXT = {
    "student": ("name", "area", "grade"),
    "section": ("name", "teacher", "room", "period", "grade"),
    "member": ("group",),
    "visit": ("observer",),
    "visit.title": ("title",),
    "observation": ("note", "reason"),
    "reflection": ("body",),
    "note": ("body",),
}
"""Fields that hold what people typed: cleaned on the way in."""


def _text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 4000


def _id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _ids(value: object) -> bool:
    return isinstance(value, list) and len(value) <= 1000 and all(map(_id, value))


def _bool(value: object) -> bool:
    return isinstance(value, bool)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 31


def _time(value: object) -> bool:
    try:
        return isinstance(value, str) and ms_of(value) >= 0
    except ValueError:
        return False


def _modifiers(value: object) -> bool:
    return isinstance(value, dict) and all(
        _text(k) and (_text(v) or isinstance(v, bool) or finite(v)) for k, v in value.items()
    )


def _or_none(test: Test) -> Test:
    return lambda value: value is None or test(value)


_OPTIONAL_TEXT = _or_none(_text)
# Field: (test, whether it must be there).
_SHAPES: dict[str, dict[str, tuple[Test, bool]]] = {
    "section": {
        "name": (_text, True),
        **dict.fromkeys(("source_id", "teacher", "room", "period", "grade"), (_OPTIONAL_TEXT, False)),
    },
    "student": {
        "name": (_text, True),
        "identified": (_or_none(_bool), False),
        **dict.fromkeys(("school_id", "source_id", "grade", "area"), (_OPTIONAL_TEXT, False)),
    },
    "member": {
        "active": (_bool, False),
        "group": (_OPTIONAL_TEXT, False),
        "letter": (_OPTIONAL_TEXT, False),
        "seat": (_or_none(_whole), False),
    },
    "visit": {
        "section": (_or_none(_id), False),
        "observer": (_OPTIONAL_TEXT, False),
        "protocol": (_OPTIONAL_TEXT, False),
        "protocol_version": (_whole, False),
        "zone": (_text, False),
        "planned_at": (_or_none(_time), False),
        "planned_minutes": (_or_none(_whole), False),
    },
    "visit.start": {"at": (_time, True), "roster": (_ids, False)},
    "visit.end": {"at": (_time, True), "estimated": (_bool, False)},
    "visit.title": {"title": (_text, True)},
    "observation": {
        "visit": (_id, True),
        "at": (_time, True),
        "channel": (_text, True),
        "code": (_OPTIONAL_TEXT, True),
        "student": (_or_none(_id), False),
        "method": (lambda v: v in METHODS, False),
        "sweep": (_or_none(_whole), False),
        "on": (_or_none(_bool), False),
        "with": (_ids, False),
        "modifiers": (_modifiers, False),
        "note": (_text, False),
        "reason": (_text, False),
    },
    "attendance": {
        "visit": (_id, True),
        "student": (_id, True),
        "present": (_bool, True),
        "roll": (_bool, False),
    },
    "pause": {"visit": (_id, True), "at": (_time, True), "until": (_or_none(_time), False)},
    "sweep": {"visit": (_id, True), "at": (_time, True), "order": (_text, False), "students": (_ids, False)},
    "sweep.end": {"visit": (_id, True), "at": (_time, True)},
    "sweep.skip": {"visit": (_id, True), "student": (_id, True)},
    "reflection": {"visit": (_id, True), "body": (_text, True)},
    "note": {"visit": (_id, True), "at": (_time, True), "student": (_or_none(_id), False), "body": (_text, False)},
    "ran": {"visit": (_id, True), "by": (lambda v: v in BY_WHOM, True)},
    "protocol": {"parsed": (lambda v: isinstance(v, dict), True)},
}

# Kinds whose key is made of other ids: their number of parts, and which part a number is.
_PARTS = {
    "member": 2,
    "attendance": 2,
    "pause": 2,
    "sweep": 2,
    "sweep.end": 2,
    "sweep.skip": 3,
    "reflection": 2,
    "note": 2,
    "ran": 3,
}


def fault(kind: str, key: str, data: Mapping[str, Any]) -> str | None:
    """Why this cannot come in, naming the field; None when it can."""
    if not _KEY.fullmatch(key):
        return "key: not one this program makes"
    parts = key.split("/")
    if len(parts) != _PARTS.get(kind, 1) and kind in _SHAPES:
        return f"key: not the key of a {kind}"
    if kind.startswith("sweep") and not parts[1].isdigit():
        return "key: a pass has a number"
    for field, (test, needed) in _SHAPES.get(kind, {}).items():
        if field not in data:
            if needed:
                return f"{field}: missing"
        elif not test(data[field]):
            return f"{field}: not what a {kind} can hold"
    if kind in _PARTS and kind != "member" and data["visit"] != parts[0]:
        return "visit: not the one of its key"
    if kind == "protocol" and not re.fullmatch(r"[a-z][a-z0-9_-]*@\d{1,7}", key):
        return "key: a protocol is named id@version"
    return None


def cleaned(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data with what people typed cleaned by the one function for that."""
    return {
        name: clean_name(value, 4000) if isinstance(value, str) and name in FREE_TEXT.get(kind, ()) else value
        for name, value in data.items()
    }
