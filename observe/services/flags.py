"""A visit that was not like others: a substitute was there, an assessment went on, it was another lesson.

What is said is a field of what is written about the visit, as the reason of a missed one is, so it merges, syncs
and is erased like the others. A flagged visit stays a visit everywhere; only trends leave it out unless asked for.
"""

from observe.domain.errors import Refused
from observe.domain.model import Visit
from observe.services import check
from observe.services.acts import put_field
from observe.services.home import Home
from observe.services.visits import read
from observe.store.journal import Act

CHOICES = ("substitute", "assessment", "other lesson")
"""What is offered; any words will do."""
FIELD = "flag"
LIMIT = 200


def put(home: Home, visit_id: str, words: str) -> Visit:
    """Say why this visit is not like others. Raises Refused, NotSaved, Busy."""
    text = check.note(words, "flag", LIMIT)
    if not text:
        raise Refused("flag: empty", f"usual ones are {', '.join(CHOICES)}", "say it in a few words")
    return _write(home, visit_id, text)


def clear(home: Home, visit_id: str) -> Visit:
    """It was a visit as usual. Raises Refused, NotSaved, Busy."""
    return _write(home, visit_id, "")


def following(flag: str) -> str | None:
    """What the next tap says: each choice in turn, then None for words of her own, then "" for as usual."""
    steps: dict[str, str | None] = dict(zip(("", *CHOICES), (*CHOICES, None), strict=True))
    return steps.get(flag, "")


def _write(home: Home, visit_id: str, words: str) -> Visit:
    def change(act: Act) -> None:
        visit = read(home, visit_id)
        put_field(act, visit_id, FIELD, words, visit.flag)

    home.write(change)
    return read(home, visit_id)
