"""Coaching: what was modelled and taken up, what the teacher was seen to do, and what is agreed with a teacher."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from observe.domain import transfer
from observe.domain.codec import iso, local
from observe.domain.derived import derived_key
from observe.domain.errors import Refused
from observe.domain.frozen import dataclass
from observe.domain.model import Section
from observe.domain.names import by_name, clean_name, fold
from observe.domain.plan_actual import TICKED
from observe.domain.programme import Alone
from observe.domain.protocol import Channel, Protocol
from observe.services import check, find, protocols
from observe.services.acts import put_words
from observe.services.home import Home
from observe.store import coaching, items, rosters

AGREED_FIELDS = (
    ("my_role", "My role here", "I teach, model and question for all the children; I look for talent in every one."),
    ("not_my_role", "What I do not do", "I am no extra pair of hands, and I rate neither you nor a child."),
    ("logged", "What is logged", "What children do, what I do, who asks which questions, and what ran."),
    ("who_sees", "Who sees it", "You and I. The office sees visits held and planned, never a room's engagement."),
    ("when", "When I come", ""),
)
"""The working agreement: field, heading, and a line to begin with."""


# -- what is taken up --------------------------------------------------------------------------------


def practices(protocol: Protocol) -> dict[transfer.Practice, str]:
    """Ways of teaching that can be ticked as run, with their labels: the codes of every toggle."""
    return {(ch.name, code.key): code.label for ch in protocol.channels if ch.kind == "toggle" for code in ch.codes}


def taken_up(home: Home, section: str, until: date | None = None) -> tuple[transfer.TakenUp, ...]:
    """What was run in a class, by whom, and what its teacher took over. `until`: up to that day, and with it."""
    (rows,) = _taken_up(home, section, [until or date.max])
    return rows


def taken_up_by(home: Home, sections: Sequence[str], days: Sequence[date]) -> list[dict[str, int]]:
    """The figures of `transfer.transferred` over these classes together, as they stood at the end of each day."""
    known = practices(protocols.find(home, protocols.DEFAULT))
    totals = [Counter[str]() for _ in days]
    for section in sections:
        for total, rows in zip(totals, _taken_up(home, section, days), strict=True):
            total.update(transfer.transferred(row for row in rows if row.practice in known))
    return [{name: total[name] for name in ("shown", "seen", "said")} for total in totals]


def _taken_up(home: Home, section: str, days: Iterable[date]) -> list[tuple[transfer.TakenUp, ...]]:
    ran = [
        transfer.Ran((channel, code), at, local(at, home.zone).date().isoformat(), by)
        for _, at, channel, code, by in coaching.ran(home.conn, section)
        if channel != TICKED
    ]
    said = [((a.channel, a.code), a.day) for a in items.alone(home.conn, section)]
    lasts = [day.isoformat() for day in days]
    return [transfer.taken_up([r for r in ran if r.day <= last], [s for s in said if s[1] <= last]) for last in lasts]


def say_alone(home: Home, section: str, channel: str, code: str, day: date, note: str = "") -> str:
    """The teacher says: I ran it without you on that day. Returns its id. Raises Refused, NotSaved, Busy."""
    where, protocol = find.section_of(home, section), protocols.find(home, protocols.DEFAULT)
    if (channel, code) not in practices(protocol):
        known = ", ".join(code for _, code in practices(protocol))
        raise check.allowed("code", code, known)
    if day > local(home.clock.now(), home.zone).date():
        raise Refused("day: in the future", "it is a day on which it was run", "give a day up to today")
    key = home.new_key()
    said = {"section": where.id, "teacher": where.teacher, "day": day.isoformat(), "channel": channel, "code": code}
    text = check.note(note)
    home.write(lambda act: act.put("alone", key, {**said, "note": text} if text else said, new=True))
    return key


def unsay_alone(home: Home, id: str) -> None:
    """It was entered by mistake. Raises Refused, NotSaved, Busy."""
    find.standing(home, "alone", id)
    home.write(lambda act: act.void("alone", id, {}))


def said_alone(home: Home, section: str) -> tuple[Alone, ...]:
    """What the teacher said was run without her, by day."""
    return items.alone(home.conn, section)


# -- moves -------------------------------------------------------------------------------------------


def move_channel(protocol: Protocol) -> Channel | None:
    """The channel of teacher moves: it counts what is about the visit, and says how far each has come."""
    return next(filter(is_moves, protocol.channels), None)


def is_moves(channel: Channel) -> bool:
    """Whether a channel counts what another adult does in the visit, at some stage."""
    return channel.kind == "count" and channel.about == "visit" and stage_of(channel) is not None


def stage_of(channel: Channel) -> str | None:
    """The name of the choice that says how far a move has come."""
    return next((m.name for m in channel.modifiers if m.kind == "choice"), None)


@dataclass(frozen=True, slots=True)
class Moves:
    """Of one move: how often it was logged at each stage, and in how many visits. At least so often: she teaches."""

    code: str
    stages: dict[str, int]
    visits: int


def moves(home: Home, section: str, protocol: Protocol) -> tuple[Moves, ...]:
    """What the teacher of a class was seen to do, in the order of the codes; what was never logged is left out."""
    channel = move_channel(protocol)
    if channel is None:
        return ()
    name = stage_of(channel) or ""
    choice = channel.modifier(name)
    assert choice is not None  # `stage_of` found it
    counts: dict[str, Counter[str]] = {}
    seen: dict[str, set[str]] = {}
    for visit, code, modifiers in coaching.moves(home.conn, section, channel.name):
        counts.setdefault(code, Counter())[str(modifiers.get(name, choice.default))] += 1
        seen.setdefault(code, set()).add(visit)
    stages = [value.key for value in choice.values]
    return tuple(
        Moves(key, {stage: counts[key][stage] for stage in stages}, len(seen[key]))
        for key in channel.keys
        if key in counts
    )


# -- the working agreement ---------------------------------------------------------------------------


def teacher_key(teacher: str) -> str:
    """What an agreement is kept by: the same on every device that writes the teacher's name alike."""
    return derived_key(fold(clean_name(teacher)))


def agreement(home: Home, teacher: str) -> dict[str, str]:
    """What was agreed on with a teacher, by field; empty while nothing is."""
    return items.agreement(home.conn, teacher_key(teacher)) if teacher else {}


def agree(home: Home, teacher: str, field: str, body: str) -> None:
    """A line of the working agreement; none takes it out. Raises Refused, NotSaved, Busy."""
    fields = [name for name, _, _ in AGREED_FIELDS]
    if field not in fields:
        raise check.allowed("field", field, ", ".join(fields))
    teacher = clean_name(teacher)
    if not teacher:
        raise Refused("teacher: none", "the class has no teacher's name", "write it on the roster first")
    text, key = check.note(body), f"{teacher_key(teacher)}/{field}"
    more = {"teacher": teacher, "at": iso(home.clock.now())}
    home.write(lambda act: put_words(act, "agreement", key, text, agreement(home, teacher).get(field, ""), more))


def may_log(home: Home, teacher: str) -> bool:
    """Whether what the teacher says and does may be logged: only once it stands in the agreement what is."""
    return bool(agreement(home, teacher).get("logged"))


def teachers(sections: Sequence[Section]) -> tuple[str, ...]:
    """Everybody whose class she visits, by name."""
    return tuple(sorted({s.teacher for s in sections if s.teacher}, key=by_name))


def teacher_named(home: Home, name: str) -> str:
    """The teacher of that name as the roster writes it, however it was typed; or one with whom there is an agreement
    though no class is theirs any more. Raises Refused."""
    known = teachers(rosters.sections(home.conn))
    typed = fold(clean_name(name))
    found = next((teacher for teacher in known if fold(teacher) == typed), None)
    if found is None and not agreement(home, name):
        who = ", ".join(known) or "none"
        raise Refused(
            f"teacher {name[:60]!r} is not known", f"the classes here are of: {who}", "see `observe sections`"
        )
    return found or name
