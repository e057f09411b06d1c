"""Compacting agreements: what a student has shown to be mastered, what time that buys, and what takes its place.

An agreement is about a student, not about a visit: it stands until it is closed, and comes up on the plan and the
wrap-up of every visit to the class meanwhile.
"""

from collections.abc import Mapping
from typing import Any

from observe.domain.codec import MAX_MS, iso, iso_or_none
from observe.domain.errors import Refused
from observe.domain.model import Visit
from observe.domain.programme import Compacting
from observe.services import check
from observe.services.home import Home
from observe.store import items, rosters
from observe.store.journal import Act

LIMIT, LONGEST = 400, 600


def standing(home: Home, section: str | None = None, at: int | None = None) -> tuple[Compacting, ...]:
    """Agreements that stand, of a class (an id) or of all, the oldest first; `at`: those that stood then."""
    found = items.compacting(home.conn, section=section)
    if at is None:
        return tuple(one for one in found if one.ended_at is None)
    return tuple(one for one in found if one.at <= at and (one.ended_at is None or one.ended_at > at))


def of_visit(home: Home, visit: Visit) -> tuple[Compacting, ...]:
    """Those of the visit's class: that stood when it began, or that stand now where it is still to come."""
    if visit.section is None:
        return ()
    end = visit.ended_at if visit.ended_at is not None else home.clock.now()
    found = items.compacting(home.conn, section=visit.section)
    if visit.started_at is None:
        return tuple(one for one in found if one.ended_at is None)
    # What was agreed or closed in the visit belongs to it, too.
    return tuple(one for one in found if one.at <= end and (one.ended_at is None or one.ended_at > visit.started_at))


def every(home: Home, section: str | None = None) -> tuple[Compacting, ...]:
    """All agreements, closed ones too."""
    return items.compacting(home.conn, section=section)


def read(home: Home, id: str) -> Compacting:
    """The agreement of that id, or of a unique beginning of one. Raises Refused."""
    found = [one for one in items.compacting(home.conn) if id and one.id.startswith(id)]
    exact = [one for one in found if one.id == id] or found
    if len(exact) != 1:
        why = "several begin so" if exact else "this home has none of that id"
        raise Refused(f"agreement {id[:40]!r} is not known", why, "see `observe compacting`")
    return exact[0]


def add(home: Home, section: str, student: str, **given: Any) -> Compacting:
    """An agreement about a student of a section (ids). `given`: as in `change`. Raises Refused, NotSaved, Busy."""
    if not any(s.id == student for s in rosters.students(home.conn, section)):
        raise check.allowed("student", student, "a student of this class")

    def write(act: Act) -> str:
        key, now = home.new_key(), home.clock.now()
        data = {"section": section, "student": student, "at": iso(now), **_checked(given, {}, now)}
        act.put("compacting", key, _full(data), new=True)
        return key

    return read(home, home.write(write))


def change(home: Home, id: str, **given: Any) -> Compacting:
    """Other words for it: `shown`, `evidence`, `evidence_at` (ms), `minutes` a week, `instead`. Raises as `add`."""

    def write(act: Act) -> None:
        winner = home.journal.winner("compacting", id)
        if winner is None or winner.op == "void":
            raise Refused(f"agreement {id[:40]!r} is not known", "this home has none of that id")
        data = _full({**winner.data, **_checked(given, winner.data, home.clock.now())})
        if data != winner.data:
            act.put("compacting", id, data)

    home.write(write)
    return read(home, id)


def close(home: Home, id: str) -> Compacting:
    """It is over; what was agreed stays to be read. Raises as `add`."""
    if read(home, id).ended_at is None:
        home.write(lambda act: act.put("compacting.end", id, {"at": iso(home.clock.now())}))
    return read(home, id)


def reopen(home: Home, id: str) -> Compacting:
    """It stands again. Raises as `add`."""
    if read(home, id).ended_at is not None:
        home.write(lambda act: act.void("compacting.end", id, {}))
    return read(home, id)


def _checked(given: Mapping[str, Any], before: Mapping[str, Any], now: int) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name, value in given.items():
        if name in ("shown", "evidence", "instead"):
            data[name] = check.note(value, name, LIMIT)
        elif name == "minutes":
            data[name] = _whole(name, value, LONGEST)
        elif name == "evidence_at":
            at = _whole(name, value, MAX_MS)
            data[name] = iso_or_none(at)
        else:
            raise check.allowed("field", name, "shown, evidence, evidence_at, minutes, instead")
    if "evidence" in data and "evidence_at" not in data and data["evidence"] != (before.get("evidence") or ""):
        data["evidence_at"] = iso(now) if data["evidence"] else None
    return data


def _whole(field: str, value: object, most: int) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise check.allowed(field, value, f"a whole number from 0 to {most}")
    return value


def _full(data: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty; nothing shown is no agreement."""
    if not data.get("shown"):
        raise Refused("shown: missing", "an agreement stands on what was shown to be mastered", "say it in a few words")
    return {name: value for name, value in data.items() if value not in ("", None)}
