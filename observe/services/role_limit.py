"""How much of a visit may go to what any adult could do: agreed on for each class, said once when it is passed, and
asked why at the end. A fact about how the work is set up, never about a teacher.
"""

from collections.abc import Iterator
from fractions import Fraction

from observe.domain.cards import Card, line
from observe.domain.errors import Refused
from observe.domain.figures import Json, active_time
from observe.domain.model import VisitLog
from observe.domain.timeline import state_bouts
from observe.services import check
from observe.services.acts import put_field
from observe.services.home import Home
from observe.services.visits import read
from observe.store import items, queries
from observe.store.journal import Act

REASONS = ("a child in need", "behavior", "no plan for me", "materials", "I was asked to")
"""What is offered at wrap-up, a pad each; any words will do."""
FIELD = "extra_reason"
MINUTE = 60_000


def limit(home: Home, section: str | None) -> int | None:
    """Minutes a visit that were agreed on for a class; None where nothing is."""
    return items.limit(home.conn, section) if section else None


def set_limit(home: Home, section: str, minutes: int | None) -> None:
    """Agree on it; None: no more. Raises Refused, NotSaved, Busy."""
    if minutes is not None and not 0 <= minutes <= 240:
        raise check.allowed("minutes", str(minutes), "0 to 240")

    def change(act: Act) -> None:
        now = limit(home, section)
        if minutes is not None and minutes != now:
            act.put("limit", section, {"minutes": minutes})
        elif minutes is None and now is not None:
            act.void("limit", section, {})

    home.write(change)


def spent_ms(log: VisitLog, now: int) -> int:
    """Active ms of a visit in codes of a state that are to be kept low."""
    active, spent = active_time(log.visit, log.pauses, now), 0
    for channel in log.protocol.channels:
        low = {code.key for code in channel.codes if code.caution}
        if channel.kind == "state" and low:
            own = [o for o in log.observations if o.channel == channel.name]
            spent += sum(bout.end - bout.start for bout in state_bouts(own, active) if bout.code in low)
    return spent


def active_ms(log: VisitLog, now: int) -> int:
    """Active ms of a visit."""
    return active_time(log.visit, log.pauses, now).length


def whole(ms: int) -> int:
    """Whole minutes as they are told everywhere: rounded, a half to even, and none of less than one."""
    return round(Fraction(ms, MINUTE)) if ms >= MINUTE else 0


def past(spent: int, agreed: int | None) -> bool:
    """Whether so many ms are more than was agreed on."""
    return agreed is not None and spent > agreed * MINUTE


def limit_words(agreed: int | None) -> str:
    """What was agreed on, in words: `5 minutes a visit`."""
    return "no limit" if agreed is None else f"{agreed} minute{'' if agreed == 1 else 's'} a visit"


def over(home: Home, log: VisitLog, now: int) -> tuple[int, int] | None:
    """Minutes spent and minutes agreed on, once a visit has passed them."""
    agreed = limit(home, log.visit.section)
    if agreed is None:
        return None
    spent = spent_ms(log, now)
    return (whole(spent), agreed) if past(spent, agreed) else None


def over_words(spent: int, agreed: int) -> str:
    """What `over` found, in words: `8 min, 5 agreed`."""
    return f"{spent} min, {agreed} agreed" if spent > agreed else f"just over the {agreed} min agreed"


def to_give_reason(home: Home, log: VisitLog) -> bool:
    """Whether a visit passed its limit and nobody has said why yet."""
    found = over(home, log, home.clock.now())
    return found is not None and not queries.reflection(home.conn, log.visit.id).get(FIELD)


def extra_hands(home: Home, log: VisitLog, summary: Json) -> Iterator[Card]:
    """A card of its own where a visit passed its limit. A reason that was given is taken back by a tap on it."""
    found = over(home, log, home.clock.now())
    if found is None:
        return
    why = summary["reflection"].get(FIELD, "")
    said = line(why if why else "no reason given", "ink" if why else "mute", act="extra:" if why else "")
    yield Card(f"Extra hands: {over_words(*found)}. Why?", (said,))


def give_reason(home: Home, visit_id: str, words: str) -> None:
    """Why it was more than agreed on; no words take the reason back. Raises Refused, NotSaved, Busy."""
    text = check.note(words, "reason", 200)

    def change(act: Act) -> None:
        if read(home, visit_id).started_at is None:
            raise Refused("this visit has not begun", "there is nothing to give a reason for", "")
        before = queries.reflection(home.conn, visit_id).get(FIELD, "")
        put_field(act, visit_id, FIELD, text, before)

    home.write(change)
