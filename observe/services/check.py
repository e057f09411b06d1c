"""Whether an observation is one that its protocol and visit allow; a refusal names the field and what is allowed."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from observe.domain.codec import iso
from observe.domain.entries import finite
from observe.domain.errors import Refused
from observe.domain.model import METHODS, Visit
from observe.domain.names import clean_name
from observe.domain.programme import PlanLine
from observe.domain.protocol import Channel, Modifier, Protocol

FUTURE_MS = 2000
NOTE_LIMIT = 2000
LABEL_LIMIT = 60


def allowed(field: str, value: object, choices: object) -> Refused:
    """`field` holds `value`, which is none of `choices`."""
    return Refused(f"{field}: {_shown(value)} is not known", f"allowed: {choices}")


def _shown(value: object) -> str:
    """A value inside a message, as the line that gave it would write it."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"  # it may be nested too deep to be written
    text = value if isinstance(value, str) else json.dumps(value)
    text = text if len(text) <= 40 else text[:39] + "…"
    return repr(text) if isinstance(value, str) else text


def begun(visit: Visit) -> int:
    """When the visit began. Raises Refused where it did not."""
    if visit.started_at is None:
        raise Refused("visit: it has not begun", "only a started visit takes observations", "start it first")
    return visit.started_at


def moment(visit: Visit, at: int | None, now: int) -> int:
    """When it happened: inside the visit, and no more than 2 s ahead of the clock. Raises Refused."""
    start = begun(visit)
    if at is None:
        if visit.ended_at is not None:
            raise Refused("at: the visit has ended", f"at {iso(visit.ended_at)}", "give an `at` before its end")
        # The clock that started the visit may have been ahead of this one; no tap comes before the start.
        return max(now, start)
    if at < start:
        raise Refused("at: before the visit's start", f"allowed from {iso(start)} on")
    if visit.ended_at is not None and at > visit.ended_at:
        raise Refused("at: after the visit's end", f"allowed up to {iso(visit.ended_at)}")
    if at > now + FUTURE_MS:
        raise Refused("at: in the future", f"it is {iso(now)} on this device")
    return at


def channel_of(protocol: Protocol, name: object) -> Channel:
    """The channel of this name. Raises Refused."""
    found = protocol.channel(name) if isinstance(name, str) else None
    if found is None:
        raise allowed("channel", name, ", ".join(c.name for c in protocol.channels))
    return found


def coded(channel: Channel, data: Mapping[str, Any]) -> None:
    """Whether code, on, student, method, sweep and with fit the channel's kind. Raises Refused."""
    code, on, method, sweep = data["code"], data.get("on"), data.get("method", "tap"), data.get("sweep")
    if code is None and channel.kind != "state":
        raise allowed("code", code, ", ".join(channel.keys))
    if code is not None and (not isinstance(code, str) or channel.code(code) is None):
        raise allowed("code", code, ", ".join(channel.keys) + (", null" if channel.kind == "state" else ""))
    if channel.kind == "toggle" and not isinstance(on, bool):
        said = "missing" if on is None else f"{_shown(on)} is not known"
        raise Refused(f"on: {said}", f"{channel.name} is a toggle; allowed: true, false")
    if channel.kind != "toggle" and on is not None:
        raise Refused("on: not allowed", f"{channel.name} is no toggle")
    if channel.about == "visit" and data.get("student") is not None:
        raise Refused("student: not allowed", f"{channel.name} is about the visit")
    if channel.about == "student" and data.get("student") is None:
        raise Refused("student: missing", f"{channel.name} is about one student; allowed: a student's id or full name")
    if method not in METHODS:
        raise allowed("method", method, ", ".join(METHODS))
    if method != "tap" and channel.kind in ("state", "toggle"):
        raise Refused("method: not allowed", f"{channel.name} has durations, which are not sampled; allowed: tap")
    if method == "sweep":
        if sweep is None:
            raise Refused("sweep: missing", "a look of a sweep names its pass; allowed: 1, 2, 3 ... 10000")
        pass_number(sweep)
        if data.get("student") is None:
            raise Refused("student: missing", "a look of a sweep is at one student")
    elif sweep is not None:
        raise Refused("sweep: not allowed", f"the method is {method}; allowed with method sweep")
    state = channel.code(code) if channel.kind == "state" and code is not None else None
    if data.get("with") and not (state is not None and state.with_whom):
        takers = ", ".join(c.key for c in channel.codes if c.with_whom)
        raise Refused(
            "with: not allowed", f"allowed with: {takers}" if takers else f"no code of {channel.name} takes it"
        )


def beside(channel: Channel, data: Mapping[str, Any], plan: Iterable[PlanLine] | None = None) -> None:
    """Whether the group that it is about, and the line of `plan` that it carries out, fit the rest. Raises Refused."""
    if data.get("group") and (data.get("student") is not None or channel.about != "anyone"):
        why = "it is about one student" if data.get("student") is not None else f"{channel.name} is about the visit"
        raise Refused("group: not allowed", why)
    if plan is not None and (line := data.get("plan")) is not None:
        known = [one.id for one in plan]
        if line not in known:
            raise allowed("plan", line, ", ".join(known) or "none, as this visit has no plan")


def pass_number(value: object, field: str = "sweep") -> int:
    """The number of a sweep, which `field` gives. Raises Refused."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 10_000:
        raise allowed(field, value, "1, 2, 3 ... 10000")
    return value


def seed(value: object) -> int:
    """What an order was drawn with. Raises Refused."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 31:
        raise allowed("seed", value, "0, 1, 2 ... 2147483647")
    return value


def modifiers(channel: Channel, given: Mapping[str, Any]) -> dict[str, Any]:
    """The modifiers, checked; students among them are ids already. Raises Refused."""
    for name, value in given.items():
        modifier = channel.modifier(name)
        if modifier is None:
            names = ", ".join(m.name for m in channel.modifiers) or "none"
            raise allowed(f"modifiers.{_shown(name)[1:-1]}", value, f"modifiers of {channel.name}: {names}")
        _modifier(modifier, value)
        for other, values in modifier.for_:
            needed = channel.modifier(other)
            have = given.get(other, needed.default if needed else None)
            if have not in values:
                raise Refused(f"modifiers.{name}: not allowed", f"only with {other} {' or '.join(values)}")
    return dict(given)


def _modifier(modifier: Modifier, value: object) -> None:
    field = f"modifiers.{modifier.name}"
    if modifier.kind == "choice":
        if not isinstance(value, str) or modifier.value(value) is None:
            raise allowed(field, value, ", ".join(v.key for v in modifier.values))
    elif modifier.kind == "number":
        if not finite(value) or not 0 <= value <= 86_400:
            raise allowed(field, value, "a number from 0 to 86400")
    elif modifier.kind == "flag":
        if not isinstance(value, bool):
            raise allowed(field, value, "true, false")
    elif not isinstance(value, str):
        raise allowed(field, value, "a student's id or full name")


def note(value: object, field: str = "note", limit: int = NOTE_LIMIT) -> str:
    """A note or other text that somebody typed, cleaned. Raises Refused for what is no text or too long."""
    if not isinstance(value, str):
        raise allowed(field, value, "text")
    clean = clean_name(value, limit + 2)  # one more may be a space, which goes at the end
    if len(clean) > limit:
        raise Refused(f"{field}: too long", f"allowed: {limit} characters")
    return clean


def label(value: object) -> str:
    """The label of a group, "" for none. Raises Refused for what is no text or too long."""
    return note(value, "group", LABEL_LIMIT)


def unfit(channel: Channel, data: Mapping[str, Any]) -> str | None:
    """Why figures cannot be made of an observation that comes from elsewhere, naming the field; None when they can.

    Less than `coded` asks: a code or modifier of another version of the protocol is kept and counted.
    """
    if data["code"] is None and channel.kind != "state":
        return f"code: null is not known in {channel.name}"
    if channel.kind == "toggle" and not isinstance(data.get("on"), bool):
        return f"on: missing, {channel.name} is a toggle"
    for name, value in (data.get("modifiers") or {}).items():
        modifier = channel.modifier(name)
        kind = modifier.kind if modifier else None
        fits = finite(value) if kind == "number" else isinstance(value, bool if kind == "flag" else str)
        if kind is not None and not fits:
            return f"modifiers.{name}: {_shown(value)} is not known"
    return None
