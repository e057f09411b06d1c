"""The shape of each kind of entry: what anything from outside must fit before it comes in.

Kinds nobody knows yet pass: they are kept for a later version.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from observe.domain.codec import MAX_MS, ms_of
from observe.domain.entries import dumps, finite
from observe.domain.errors import Refused
from observe.domain.model import BY_WHOM, METHODS
from observe.domain.names import clean_name
from observe.domain.programme import ENDINGS, PLAN_PARTS
from observe.domain.protocol import Protocol

_KIND = re.compile(r"[a-z][a-z_.]{0,39}")
_KEY = re.compile(r"[A-Za-z0-9_.@-]{1,80}(/[A-Za-z0-9_.@-]{1,80}){0,2}")
_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_NAME = re.compile(r"[a-z0-9_]{1,40}")
_PROTOCOL = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_ZONE = re.compile(r"[A-Za-z0-9_+/-]{1,64}")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_DAY = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)
_PASS = re.compile(r"[1-9]\d{0,3}|10000", re.ASCII)
_LOOK = re.compile(rf"({_ID.pattern}\n){{3}}{_NAME.pattern}\n{_NAME.pattern}")
_STEERING = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
Test = Callable[[Any], bool]

FREE_TEXT = {
    "student": ("name", "area", "grade", "school_id", "source_id"),
    "section": ("name", "teacher", "room", "period", "grade", "source_id"),
    "member": ("group", "letter"),
    "visit": ("observer",),
    "visit.title": ("title",),
    "observation": ("note", "reason", "group"),
    "reflection": ("body",),
    "note": ("body", "group"),
    "private_note": ("body",),
    "plan": ("text", "name", "tier", "evidence", "me", "teacher"),
    "move": ("group",),
    "compacting": ("shown", "evidence", "instead"),
    "meeting": ("observer",),
    "meeting.missed": ("why",),
    "pattern": ("observer",),
    "alone": ("teacher", "note"),
    "commitment": ("teacher", "text"),
    "agreement": ("teacher", "body"),
    "next_step": ("body",),
    "sent": ("to",),
}
"""Fields that hold what people typed: cleaned on the way in."""


def _text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 4000


def _label(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 200


def _like(pattern: re.Pattern[str]) -> Test:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


_id, _name = _like(_ID), _like(_NAME)


def _ids(value: object) -> bool:
    return isinstance(value, list) and len(value) <= 1000 and all(map(_id, value))


def _groups(value: object) -> bool:
    """Labels of groups by student."""
    return isinstance(value, dict) and len(value) <= 1000 and all(_id(who) and _label(g) for who, g in value.items())


def _bool(value: object) -> bool:
    return isinstance(value, bool)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 31


def _time(value: object) -> bool:
    try:
        return isinstance(value, str) and 0 <= ms_of(value) < MAX_MS
    except ValueError:
        return False


def _modifiers(value: object) -> bool:
    return isinstance(value, dict) and all(
        _name(name) and (isinstance(said, bool) or finite(said) or _like(_KEY)(said)) for name, said in value.items()
    )


def _said(value: object) -> bool:
    """What a calendar said of a visit: marks of where from, a time, a length, a section."""
    return (
        isinstance(value, dict)
        and value.keys() == {"file", "series", "at", "minutes", "section"}
        and all(_id(value.get(name)) for name in ("file", "series"))
        and _time(value.get("at"))
        and _whole(value.get("minutes"))
        and _id(value.get("section"))
    )


def _protocol(value: object) -> bool:
    """A protocol that can be read, with names that data can hold and no text that steers a terminal."""
    try:
        return isinstance(value, dict) and _is_protocol(dumps(value))
    except (ValueError, TypeError, RecursionError):
        return False


@lru_cache(64)  # it is long, and the same few come with every device
def _is_protocol(text: str) -> bool:
    try:
        found = Protocol.from_json(json.loads(text))
    except Refused:
        return False
    names = [channel.name for channel in found.channels]
    names += [key for channel in found.channels for key in channel.keys]
    names += [modifier.name for channel in found.channels for modifier in channel.modifiers]
    names += [name for pair in found.pairs for name in (pair.name, *".".join(pair.codes).split("."))]
    return _whole(found.version) and all(map(_name, names)) and not _steers({**found.to_json(), "source": ""})


def _steers(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_steers, value.values()))
    if isinstance(value, list):
        return any(map(_steers, value))
    # What is printable holds none of these: most texts need not be looked at letter by letter.
    return (
        isinstance(value, str)
        and not value.isprintable()
        and any(unicodedata.category(char) in _STEERING for char in value)
    )


def _or_none(test: Test) -> Test:
    return lambda value: value is None or test(value)


_OPTIONAL_LABEL, _OPTIONAL_ID = _or_none(_label), _or_none(_id)
_OPTIONAL_TIME, _OPTIONAL_WHOLE, _OPTIONAL_NAME = _or_none(_time), _or_none(_whole), _or_none(_name)
# Field: (test, whether it must be there).
_SHAPES: dict[str, dict[str, tuple[Test, bool]]] = {
    "section": {
        "name": (_label, True),
        **dict.fromkeys(("source_id", "teacher", "room", "period", "grade"), (_OPTIONAL_LABEL, False)),
    },
    "student": {
        "name": (_label, True),
        "identified": (_or_none(_bool), False),
        **dict.fromkeys(("school_id", "source_id", "grade", "area"), (_OPTIONAL_LABEL, False)),
    },
    "member": {
        "section": (_id, False),
        "student": (_id, False),
        "active": (_bool, False),
        "group": (_OPTIONAL_LABEL, False),
        "letter": (_OPTIONAL_LABEL, False),
        "seat": (_OPTIONAL_WHOLE, False),
    },
    "visit": {
        "section": (_OPTIONAL_ID, False),
        "observer": (_OPTIONAL_LABEL, False),
        "protocol": (_or_none(_like(_PROTOCOL)), False),
        "protocol_version": (_whole, False),
        "zone": (_like(_ZONE), False),
        "planned_at": (_OPTIONAL_TIME, False),
        "planned_minutes": (_OPTIONAL_WHOLE, False),
        "calendar": (_or_none(_said), False),
    },
    "calendar.name": {"section": (_OPTIONAL_ID, True), "what": (lambda v: v in ("visit", "meeting"), False)},
    "visit.start": {"at": (_time, True), "roster": (_ids, False)},
    "visit.end": {"at": (_time, True), "estimated": (_bool, False)},
    "visit.title": {"title": (_label, True)},
    "observation": {
        "visit": (_id, True),
        "at": (_time, True),
        "channel": (_name, True),
        "code": (_or_none(_name), True),
        "student": (_OPTIONAL_ID, False),
        "method": (lambda v: v in METHODS, False),
        "sweep": (_OPTIONAL_WHOLE, False),
        "on": (_or_none(_bool), False),
        "with": (_ids, False),
        "modifiers": (_modifiers, False),
        "note": (_text, False),
        "reason": (_text, False),
        "group": (_label, False),
        "plan": (_id, False),
    },
    "attendance": {
        "visit": (_id, True),
        "at": (_OPTIONAL_TIME, False),
        "student": (_id, True),
        "present": (_bool, True),
        "roll": (_bool, False),
    },
    "pause": {"visit": (_id, True), "at": (_time, True), "until": (_OPTIONAL_TIME, False)},
    "sweep": {
        "visit": (_id, True),
        "at": (_time, True),
        "sweep": (_whole, False),
        "order": (_OPTIONAL_NAME, False),
        "students": (_ids, False),
        "seed": (_OPTIONAL_WHOLE, False),
    },
    "sweep.end": {"visit": (_id, True), "at": (_time, True), "sweep": (_whole, False)},
    "sweep.skip": {
        "visit": (_id, True),
        "at": (_OPTIONAL_TIME, False),
        "sweep": (_whole, False),
        "student": (_id, True),
    },
    "reflection": {"visit": (_id, True), "body": (_text, True)},
    "note": {
        "visit": (_id, True),
        "at": (_time, True),
        "student": (_OPTIONAL_ID, False),
        "group": (_label, False),
        "body": (_text, False),
    },
    "ran": {"visit": (_id, True), "by": (lambda v: v in BY_WHOM, True)},
    "protocol": {"parsed": (_protocol, True)},
    "private_note": {"visit": (_id, True), "body": (_text, True)},
    "cue": {"visit": (_id, True), "at": (_time, True)},
    "groups": {"visit": (_id, True), "groups": (_groups, False)},
    "move": {"visit": (_id, True), "at": (_time, True), "student": (_id, True), "group": (_label, True)},
    "plan": {
        "visit": (_id, True),
        "part": (lambda v: v in PLAN_PARTS, True),
        "place": (_whole, False),
        **dict.fromkeys(("text", "evidence", "me", "teacher"), (_text, False)),
        **dict.fromkeys(("name", "tier"), (_label, False)),
        "evidence_at": (_OPTIONAL_TIME, False),
        "students": (_ids, False),
        "minutes": (_OPTIONAL_WHOLE, False),
        "channel": (_OPTIONAL_NAME, False),
        "code": (_OPTIONAL_NAME, False),
        "by": (lambda v: v is None or v in BY_WHOM, False),
    },
    "compacting": {
        "section": (_OPTIONAL_ID, True),
        "student": (_id, True),
        "at": (_time, True),
        **dict.fromkeys(("shown", "evidence", "instead"), (_text, False)),
        "evidence_at": (_OPTIONAL_TIME, False),
        "minutes": (_OPTIONAL_WHOLE, False),
    },
    "compacting.end": {"at": (_time, True)},
    "meeting": {
        "section": (_OPTIONAL_ID, True),
        "at": (_time, True),
        "minutes": (_OPTIONAL_WHOLE, False),
        "observer": (_OPTIONAL_LABEL, False),
        "calendar": (_or_none(_said), False),
    },
    "meeting.held": {"at": (_time, True), "minutes": (_whole, True)},
    "meeting.missed": {"why": (_label, True)},
    "pattern": {
        "section": (_id, True),
        "what": (lambda v: v in ("visit", "meeting"), True),
        "weekday": (lambda v: _whole(v) and v < 7, True),
        "time": (_like(_CLOCK), True),
        "minutes": (_whole, True),
        "zone": (_like(_ZONE), True),
        "first": (_like(_DAY), True),
        "last": (_or_none(_like(_DAY)), False),
        "observer": (_OPTIONAL_LABEL, False),
    },
    "alone": {
        "section": (_OPTIONAL_ID, True),
        "teacher": (_label, True),
        "day": (_like(_DAY), True),
        "channel": (_name, True),
        "code": (_name, True),
        "note": (_text, False),
    },
    "commitment": {
        "section": (_OPTIONAL_ID, True),
        "teacher": (_OPTIONAL_LABEL, False),
        "by": (lambda v: v in ("me", "teacher"), True),
        "text": (_text, False),
        "at": (_time, True),
        "visit": (_OPTIONAL_ID, False),
    },
    "commitment.end": {"at": (_time, True), "how": (lambda v: v in ENDINGS, True)},
    "agreement": {"teacher": (_label, True), "body": (_text, True), "at": (_time, True)},
    "limit": {"minutes": (_whole, True)},
    "next_step": {"student": (_id, True), "body": (_text, True), "at": (_time, True)},
    "sent": {
        "what": (_name, True),
        "at": (_time, True),
        "to": (_label, False),
        **dict.fromkeys(("visit", "section", "student"), (_OPTIONAL_ID, False)),
        **dict.fromkeys(("first", "last"), (_or_none(_like(_DAY)), False)),
    },
}

# Kinds whose key is made of several parts, and which field of the data, if any, says each part again.
_PARTS: dict[str, tuple[str | None, ...]] = {
    "member": ("section", "student"),
    "attendance": ("visit", "student"),
    "pause": ("visit", None),
    "sweep": ("visit", "sweep"),
    "sweep.end": ("visit", "sweep"),
    "sweep.skip": ("visit", "sweep", "student"),
    "reflection": ("visit", None),
    "note": ("visit", None),
    "ran": ("visit", None, None),
    "cue": ("visit", None),
    "move": ("visit", None),
    "plan": ("visit", None),
    "groups": ("visit",),
    "agreement": (None, None),
}


def fields(kind: str) -> frozenset[str]:
    """The fields a kind of this version has; none of a kind nobody knows."""
    return frozenset(_SHAPES.get(kind, ()))


def fault(kind: str, key: str, data: Mapping[str, Any]) -> str | None:
    """Why this cannot come in, naming the field; None when it can."""
    if not _KIND.fullmatch(kind):
        return "kind: not one this program makes"
    if not _KEY.fullmatch(key):
        return "key: not one this program makes"
    if kind not in _SHAPES:
        return None
    for field, (test, needed) in _SHAPES[kind].items():
        if field not in data:
            if needed:
                return f"{field}: missing"
        elif not test(data[field]):
            return f"{field}: not what a {kind} can hold"
    if kind == "protocol":
        named = Protocol.from_json(data["parsed"])
        return None if key == f"{named.id}@{named.version}" else "key: a protocol is named id@version"
    return _key_fault(kind, key.split("/"), data)


def _key_fault(kind: str, parts: list[str], data: Mapping[str, Any]) -> str | None:
    said = _PARTS.get(kind, (None,))
    if len(parts) != len(said) or not all(map(_id, parts)):
        return f"key: not the key of a {kind}"
    if kind.startswith("sweep") and not _PASS.fullmatch(parts[1]):
        return "key: a pass has a number from 1 to 10000"
    for field, part in zip(said, parts, strict=True):
        if field is not None and str(data.get(field, part)) != part:
            return f"{field}: not the one of its key"
    return None


def is_plain_look(key: str, data: Mapping[str, Any]) -> bool:
    """Whether it is surely an observation of one student and nothing more, `at` apart: `fault` in a tenth of its time.

    For the many that come at once.
    """
    if len(data) != 5 + ("method" in data) or data.get("method", "tap") != "tap" or "at" not in data:
        return False
    try:
        text = "\n".join((key, data["visit"], data["student"], data["channel"], data["code"]))
    except (KeyError, TypeError):
        return False
    return _LOOK.fullmatch(text) is not None


def has_text(kind: str, data: Mapping[str, Any]) -> bool:
    """Whether it holds what people typed."""
    return any(name in data for name in FREE_TEXT.get(kind, ()))


def cleaned(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data with what people typed cleaned by the one function for that."""
    return {
        name: clean_name(value, 4000) if isinstance(value, str) and name in FREE_TEXT.get(kind, ()) else value
        for name, value in data.items()
    }
