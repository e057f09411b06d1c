"""A planned visit that is not held: missed, with the reason, moved to another time, or planned by mistake.

The reason is a field of what is written about a visit, so it merges, syncs and is erased like the others.
"""

from observe.domain.codec import iso
from observe.domain.errors import Refused
from observe.domain.model import Visit
from observe.services import check
from observe.services.acts import put_field
from observe.services.home import Home
from observe.services.visits import read
from observe.store.journal import Act

REASONS = ("assembly", "testing", "absent", "called away")
"""What is offered; any words will do."""
FIELD = "missed"
LIMIT = 200


def miss(home: Home, visit_id: str, reason: str) -> Visit:
    """Say why a planned visit was not held, or will not be. Raises Refused, NotSaved, Busy."""
    words = check.note(reason, "reason", LIMIT)
    if not words:
        raise Refused("reason: empty", f"usual ones are {', '.join(REASONS)}", "say it in a few words")
    return _put(home, visit_id, words)


def not_missed(home: Home, visit_id: str) -> Visit:
    """Take the reason back. Raises Refused, NotSaved, Busy."""
    return _put(home, visit_id, "")


def move(home: Home, visit_id: str, at: int) -> Visit:
    """Plan it for another time (ms); a reason that was given goes. Raises Refused, NotSaved, Busy."""

    def change(act: Act) -> None:
        visit = _waiting(home, visit_id)
        winner = home.journal.winner("visit", visit_id)
        assert winner is not None  # it is planned, so something says so
        if visit.planned_at != at:
            act.put("visit", visit_id, {**winner.data, "planned_at": iso(at)})
        if visit.missed:
            act.void("reflection", f"{visit_id}/{FIELD}", {"visit": visit_id})

    home.write(change)
    return read(home, visit_id)


def drop(home: Home, visit_id: str) -> None:
    """It was planned by mistake: gone. What a calendar or a pattern planned is not. Raises Refused, NotSaved, Busy."""

    def change(act: Act) -> None:
        visit = _waiting(home, visit_id)
        if not by_hand(home, visit_id):
            raise Refused("this visit follows a schedule", "it would come back", "say why it is missed, or move it")
        if visit.missed:
            act.void("reflection", f"{visit_id}/{FIELD}", {"visit": visit_id})
        act.void("visit", visit_id, {"visit": visit_id})

    home.write(change)


def by_hand(home: Home, visit_id: str) -> bool:
    """Whether no calendar and no pattern planned it."""
    winner = home.journal.winner("visit", visit_id)
    return winner is not None and not winner.data.get("calendar")


def _put(home: Home, visit_id: str, words: str) -> Visit:
    def change(act: Act) -> None:
        visit = _waiting(home, visit_id)
        put_field(act, visit_id, FIELD, words, visit.missed)

    home.write(change)
    return read(home, visit_id)


def _waiting(home: Home, visit_id: str) -> Visit:
    visit = read(home, visit_id)
    if visit.started_at is not None:
        raise Refused("this visit was held", f"it began at {iso(visit.started_at)}", "only a planned one can be missed")
    if visit.planned_at is None:
        raise Refused("this visit is not planned", "it has no time", "see `observe visits`")
    return visit
