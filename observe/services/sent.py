"""Which page went to whom: kept in the log, so that it can be said later what left the team."""

from observe.domain.codec import iso
from observe.domain.errors import Refused
from observe.domain.programme import Sent
from observe.services import check
from observe.services.home import Home
from observe.services.spans import Span
from observe.store import items

KINDS = ("talk", "principal", "family", "coverage")
"""Pages that are made for somebody outside the team, or for the other adult in the room."""


def record(
    home: Home,
    what: str,
    to: str,
    *,
    visit: str | None = None,
    section: str | None = None,
    student: str | None = None,
    span: Span | None = None,
) -> str:
    """A page of this kind went to somebody; returns its id. Raises Refused, NotSaved, Busy."""
    if what not in KINDS:
        raise check.allowed("what", what, ", ".join(KINDS))
    name = whom(to)
    key = home.new_key()
    days = (span.first.isoformat(), span.last.isoformat()) if span is not None else (None, None)
    about = {"visit": visit, "section": section, "student": student, "first": days[0], "last": days[1]}
    data = {"what": what, "at": iso(home.clock.now()), "to": name}
    data |= {name: value for name, value in about.items() if value is not None}
    home.write(lambda act: act.put("sent", key, data, new=True))
    return key


def whom(to: str) -> str:
    """Somebody's name as it is kept. Raises Refused."""
    found = check.note(to, "to", 120)
    if not found:
        raise Refused("to: empty", "what is kept is whom it went to", "name somebody")
    return found


def every(home: Home, what: str | None = None, *, about: str = "") -> tuple[Sent, ...]:
    """What went out, in order of time. `about`: only of this visit or student."""
    found = items.sent(home.conn)
    return tuple(one for one in found if what in (None, one.what) and about in ("", one.visit, one.student))
