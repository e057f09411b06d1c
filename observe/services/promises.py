"""What either side promised the other: it comes back until it is kept or dropped."""

from observe.domain.codec import iso
from observe.domain.errors import Refused
from observe.domain.programme import ENDINGS, Commitment
from observe.services import check, find
from observe.services.home import Home
from observe.store import items
from observe.store.journal import Act

TEXT_LIMIT = 200


def make(home: Home, section: str, by: str, text: str, visit: str | None = None) -> str:
    """What one side promises the other (`me` or `teacher`); returns its id. Raises Refused, NotSaved, Busy."""
    where = find.section_of(home, section)
    if by not in ("me", "teacher"):
        raise check.allowed("by", by, "me, teacher")
    words = check.note(text, "text", TEXT_LIMIT)
    if not words:
        raise Refused("text: empty", "a promise is a few words", "say what is to be done")
    key, at = home.new_key(), iso(home.clock.now())
    data = {"section": where.id, "teacher": where.teacher, "by": by, "text": words, "at": at}
    home.write(lambda act: act.put("commitment", key, {**data, **({"visit": visit} if visit else {})}, new=True))
    return key


def end(home: Home, id: str, how: str | None) -> None:
    """It was `kept` or `dropped`; None: it stands again. Raises Refused, NotSaved, Busy."""
    if how is not None and how not in ENDINGS:
        raise check.allowed("how", how, ", ".join(ENDINGS))
    find.standing(home, "commitment", id)

    def change(act: Act) -> None:
        ended = items.item(home.conn, "commitment.end", id)
        if how is None and ended is not None:
            act.void("commitment.end", id, {})
        elif how is not None and (ended is None or ended["how"] != how):
            act.put("commitment.end", id, {"at": iso(home.clock.now()), "how": how})

    home.write(change)


def every(home: Home, section: str | None = None, *, standing: bool = False) -> tuple[Commitment, ...]:
    """Promises of a class, or of all, oldest first. `standing`: only those neither kept nor dropped."""
    found = items.commitments(home.conn, section=section)
    return tuple(one for one in found if not (standing and one.how))
