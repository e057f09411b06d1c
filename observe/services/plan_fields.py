"""What a line of a plan may hold, part by part, and whether it does: each refusal names the field."""

from collections.abc import Callable, Mapping
from typing import Any

from observe.domain.codec import iso, iso_or_none
from observe.domain.errors import Refused
from observe.domain.live import picker
from observe.domain.model import BY_WHOM
from observe.domain.protocol import Channel, Protocol
from observe.services import check
from observe.services.home import Home
from observe.store import rosters

FIELDS: Mapping[str, tuple[str, ...]] = {
    "objective": ("text",),
    "group": ("name", "tier", "students", "evidence", "evidence_at"),
    "tier": ("name", "text"),
    "strategy": ("channel", "code", "by"),
    "question": ("text", "channel", "code"),
    "segment": ("minutes", "me", "teacher", "channel", "code"),
    "watch": ("text", "students"),
}
"""What a line of each part holds."""
KINDS = {"strategy": "toggle", "question": "count", "segment": "state"}
"""Of which kind the channel is that a line of this part takes its code from."""
NAME_LIMIT, TEXT_LIMIT, LONGEST = 60, 400, 600
_NEEDED = {"objective": "text", "group": "name", "tier": "name", "segment": "minutes"}


def channels(protocol: Protocol, part: str) -> tuple[Channel, ...]:
    """The channels that lines of this part take codes from, by kind; questions from those with levels, if any."""
    kind = KINDS.get(part)
    found = tuple(c for c in protocol.channels if c.kind == kind and not picker(c))
    levels = tuple(c for c in found if c.higher_from) if part == "question" else ()
    return levels or found


def checked(
    home: Home, coding: Protocol, part: str, given: Mapping[str, Any], was: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The fields of a line as data: what is given over what was (None: a new one). Raises Refused, naming the field."""
    unknown = [name for name in given if name not in FIELDS[part]]
    if unknown:
        raise Refused(f"{str(unknown[0])[:40]}: not a field of a {part}", f"allowed: {', '.join(FIELDS[part])}")
    before = was or {}
    data = {**before, **{name: _CHECKS[name](home, value) for name, value in given.items()}}
    if "evidence" in given and "evidence_at" not in given and data.get("evidence") != (before.get("evidence") or ""):
        data["evidence_at"] = iso(home.clock.now()) if data["evidence"] else None
    if part == "strategy" and was is not None and any(data.get(n) != was.get(n) for n in ("channel", "code")):
        raise Refused("code: a strategy stays the one it is", "its line is named by it", "add the other one")
    if part in KINDS and ("channel" in given or "code" in given or was is None):
        _code(coding, part, data)
    needed = _NEEDED.get(part)
    if needed and not data.get(needed):
        raise Refused(f"{needed}: missing", f"a {part} has one", "say it in a few words")
    if part == "watch" and not (data.get("text") or data.get("students")):
        raise Refused("text: missing", "what is there to watch for", "a few words, or a student")
    return data


def _code(protocol: Protocol, part: str, data: dict[str, Any]) -> None:
    if part == "segment" and not data.get("code"):
        data["channel"] = ""
        return  # what she does in it may be words alone
    possible = channels(protocol, part)
    if not data.get("channel"):
        with_code = [c for c in possible if c.code(data.get("code") or "")]
        data["channel"] = next((c.name for c in (*with_code, *possible)), "")
    channel = next((c for c in possible if c.name == data.get("channel")), None)
    if channel is None:
        raise check.allowed("channel", data.get("channel") or "", ", ".join(c.name for c in possible) or "none")
    if channel.code(data.get("code") or "") is None:
        raise check.allowed("code", data.get("code") or "", ", ".join(channel.keys))


def _students(home: Home, value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or len(value) > 200:
        raise check.allowed("students", value, "a list of students")
    for who in value:
        if not isinstance(who, str) or not who.isascii() or not rosters.is_student(home.conn, who):
            raise check.allowed("students", who, "students of this home, by id")
    return list(dict.fromkeys(value))


def _minutes(home: Home, value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LONGEST:
        raise check.allowed("minutes", value, f"1 to {LONGEST}")
    return value


def _by(home: Home, value: Any) -> str | None:
    if value is not None and value not in BY_WHOM:
        raise check.allowed("by", value, ", ".join(BY_WHOM))
    return value if value is None else str(value)


def _time(home: Home, value: Any) -> str | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise check.allowed("evidence_at", value, "a time")
    return iso_or_none(value)


def _word(field: str) -> Callable[[Home, Any], str]:
    def word(home: Home, value: Any) -> str:
        if value is not None and not isinstance(value, str):
            raise check.allowed(field, value, "a text")
        return value or ""

    return word


def _words(field: str, limit: int) -> Callable[[Home, Any], str]:
    return lambda home, value: check.note("" if value is None else value, field, limit)


_CHECKS: Mapping[str, Callable[[Home, Any], Any]] = {
    **{name: _words(name, TEXT_LIMIT) for name in ("text", "evidence", "me", "teacher")},
    **{name: _words(name, NAME_LIMIT) for name in ("name", "tier")},
    **{name: _word(name) for name in ("channel", "code")},
    "students": _students,
    "evidence_at": _time,
    "minutes": _minutes,
    "by": _by,
}
