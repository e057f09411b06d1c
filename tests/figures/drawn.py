"""Random visits: what hypothesis draws, and how a `School` lives through it.

A step is a name and small numbers that are read in the light of what is there (the third student, the
last observation but one), so that every list of steps makes sense and shrinks to a short one.
"""

from collections.abc import Callable
from datetime import datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import slow
from book import EVERYBODY, ROOM_12, Record
from hypothesis import strategies as st
from school import MINUTE, ZONE, School

SECOND = 1000
WHEN = {
    "a morning": (2026, 9, 15, 9, 5),
    "over midnight": (2026, 10, 6, 23, 58),
    "into summer time": (2027, 3, 14, 1, 50),
    "out of summer time": (2026, 11, 1, 0, 55),
    "a leap day": (2028, 2, 29, 13, 0),
    "the turn of a year": (2026, 12, 31, 23, 59),
}
WHO = (*(person[0] for person in ROOM_12), "s-gia", None)
WAITS = (0, 0.0005, 0.4, 1, 2.9995, 2.999, 3, 3.0, 3.2, 3.001, 4.25, 7, 12.3455, 60, 86_400)

index = st.integers(0, 63)
moment = st.one_of(st.none(), st.none(), st.integers(0, 64), st.tuples(st.just("as"), index))
"""Now, or so many 64ths of the visit so far, or the very millisecond of an earlier observation."""
some = st.lists(st.sampled_from(EVERYBODY), max_size=3)


index_pair = (index, index)
person = st.integers(0, len(WHO) - 1)
byte = st.integers(0, 255)
number = st.integers(1, 3)
JUMPS = (0, -3 * MINUTE, 2 * MINUTE, 40 * MINUTE, -20 * 60 * MINUTE, -26 * 60 * MINUTE, 30 * 60 * MINUTE)

LOOK = (*index_pair, person, moment, byte)
LATER_LOOK = (*index_pair, person, st.integers(0, 64), byte)
PARTS: dict[str, tuple[int, tuple[st.SearchStrategy[Any], ...]]] = {
    "look": (20, LOOK),
    "wait": (8, (st.sampled_from((1, 0, 999, SECOND, 7_321, 61_007, 5 * MINUTE, 11 * MINUTE)),)),
    "pause": (4, (st.booleans(), moment)),
    "attend": (2, (some, some, moment)),
    "sweep_start": (2, (number, some, moment, st.integers(0, 6))),
    "cue": (1, (st.integers(0, 2),)),
    "one look": (2, (number, index, index, st.booleans())),
    "move": (3, (index, st.sampled_from(("Arrays", "Stories", "Red", "")), moment)),
    "sweep_skip": (1, (number, index, moment)),
    "sweep_end": (1, (number, moment)),
    "amend": (3, LOOK),
    "void": (1, (index,)),
    "note": (1, (st.sampled_from(("", "asked why")), person, st.sampled_from(("", "Arrays")), st.booleans(), moment)),
    "words": (1, (index, st.sampled_from(("", "because of the zero")))),
    "undo": (2, ()),
    "redo": (1, ()),
    "back and forth": (2, (st.integers(1, 5), st.integers(0, 6))),
    "jump": (1, (st.sampled_from(JUMPS),)),
    "restart": (1, (st.sampled_from(JUMPS),)),
    "check": (1, ()),
}
"""How often each step comes, and what is drawn for it."""
AFTERWARDS: dict[str, tuple[int, tuple[st.SearchStrategy[Any], ...]]] = {
    "look": (2, LATER_LOOK),
    "amend": (2, LOOK),
    "void": (1, (index,)),
    "undo": (1, ()),
    "redo": (1, ()),
    "end": (1, (st.one_of(st.none(), st.integers(0, 64)), st.booleans())),
}


def steps_of(parts: dict[str, tuple[int, tuple[st.SearchStrategy[Any], ...]]]) -> st.SearchStrategy[tuple[Any, ...]]:
    names = [name for name, (often, _) in parts.items() for _ in range(often)]
    made = {name: st.tuples(st.just(name), *drawn) for name, (_, drawn) in parts.items()}
    return st.sampled_from(names).flatmap(made.__getitem__)


# Lists of lists, since a list alone is five long on average, and a visit is not.
ordinary = st.lists(st.lists(steps_of(PARTS), min_size=1, max_size=24), max_size=10).map(lambda ps: list(chain(*ps)))
afterwards = st.lists(steps_of(AFTERWARDS), max_size=6)


@st.composite
def whole(draw: st.DrawFn, protocols: tuple[str, ...]) -> dict[str, Any]:
    """Everything about one visit."""
    return {
        "protocol": draw(st.sampled_from(protocols)),
        "when": draw(st.sampled_from(tuple(WHEN))),
        "later": draw(st.integers(0, 40)),
        "section": draw(st.sampled_from(("room-12", "room-12", "room-12", "room-7", None))),
        "roll": draw(st.booleans()),
        "title": draw(st.sampled_from(("", "Fractions"))),
        "planned": draw(st.lists(st.tuples(st.integers(-75, 75), st.sampled_from((0, 30, 45))), max_size=2)),
        "ago": draw(st.sampled_from((0, 0, 0, 1, 90_001, 30 * MINUTE))),
        "steps": draw(ordinary),
        "ending": draw(st.sampled_from(("now", "now", "now", "at", "live"))),
        "afterwards": draw(afterwards),
    }


def live_through(school: School, drawn: dict[str, Any], check: Callable[[Record], None]) -> Record:
    """Hold the visit, comparing whenever the steps say so, and at its end."""
    begin = int(datetime(*WHEN[drawn["when"]], tzinfo=ZoneInfo(ZONE)).timestamp()) * 1000
    school.go_to(begin + drawn["later"] * 7 * 24 * 60 * MINUTE)
    if drawn["section"] is not None:
        for away, minutes in drawn["planned"]:
            school.plan(drawn["section"], school.now + away * MINUTE, minutes)
    record = school.start(
        drawn["section"], drawn["protocol"], ago=drawn["ago"], roll=drawn["roll"], title=drawn["title"]
    )
    for name, *parts in drawn["steps"]:
        if name == "check":
            check(record)
        else:
            STEPS[name](school, record, *parts)
    check(record)
    if drawn["ending"] != "live":
        school.end(_at(school, record, 64) if drawn["ending"] == "at" else None)
        check(record)
        for name, *parts in drawn["afterwards"]:
            STEPS[name](school, record, *parts)
        check(record)
    return record


def _at(school: School, record: Record, drawn: Any) -> int | None:
    """A time inside the visit; None is now."""
    assert record.started is not None
    latest = school.now if record.ended is None else min(record.ended, school.now)
    if drawn is None or latest < record.started:
        return None
    if isinstance(drawn, int):
        return record.started + (latest - record.started) * drawn // 64
    earlier = sorted(look.at for look in record.book.looks() if record.started <= look.at <= latest)
    return earlier[drawn[1] % len(earlier)] if earlier else record.started


def _possible(school: School, record: Record, at: int | None) -> bool:
    """An ended visit takes only what is said to have happened in it."""
    return record.ended is None or at is not None


def _wait(school: School, record: Record, ms: int) -> None:
    school.clock.advance(ms)


def _jump(school: School, record: Record, ms: int) -> None:
    school.clock.wall += ms


def _restart(school: School, record: Record, jump: int) -> None:
    school.restart(jump)


def _look(school: School, record: Record, channel: int, code: int, who: int, when: Any, kind: int) -> None:
    at = _at(school, record, when)
    if not _possible(school, record, at):
        return
    scheme = record.scheme["channel"][channel % len(record.scheme["channel"])]
    school.look(scheme, at=at, **_coded(scheme, code, WHO[who], kind))


def _coded(scheme: slow.Scheme, code: int, student: str | None, kind: int) -> dict[str, Any]:
    """A code of this channel, with all that goes with it; `kind` says what that is."""
    codes = scheme["code"]
    picked = codes[code % len(codes)]
    more: dict[str, Any] = {"code": picked["key"]}
    if kind & 3 == 3:
        more |= {"note": f"note {kind}", "private": bool(kind & 4)}
    if scheme["kind"] == "toggle":
        return {**more, "on": bool(kind & 8)}
    if scheme["kind"] == "state":
        if kind & 56 == 0:
            return {**more, "code": None}
        return (
            {**more, "with_whom": [w for w in (WHO[code % 7], WHO[kind % 7])[: kind >> 6] if w]}
            if picked.get("with_whom")
            else more
        )
    about = scheme.get("about", "anyone")
    student = None if about == "visit" else student or ("s-ben" if about == "student" else None)
    if student is not None:
        more["student"] = student
    if kind & 24 == 24 and student is not None:
        more |= {"method": "sweep", "sweep": 1 + (kind >> 5) % 3}
    elif kind & 24 == 16:
        more["method"] = "interval"
    if student is None and about == "anyone" and kind & 32:
        more["group"] = ("Arrays", "Stories")[code % 2]
    given = _modifiers(scheme, code, kind)
    return {**more, "modifiers": given} if given else more


def _modifiers(scheme: slow.Scheme, code: int, kind: int) -> dict[str, Any]:
    """Some of the channel's modifiers, those that may stand together."""
    given: dict[str, Any] = {}
    for position, modifier in enumerate(scheme.get("modifier", ())):
        if not (kind >> position) & 1:
            continue
        said = {**{m["name"]: m.get("default") for m in scheme["modifier"]}, **given}
        if any(said[other] not in values for other, values in modifier.get("only_with", {}).items()):
            continue
        if modifier["kind"] == "choice":
            given[modifier["name"]] = modifier["values"][(code + kind) % len(modifier["values"])]["key"]
        elif modifier["kind"] == "number":
            given[modifier["name"]] = WAITS[(code * 5 + (kind >> 4)) % len(WAITS)]
        elif modifier["kind"] == "flag":
            given[modifier["name"]] = bool(code & 1)
        else:
            given[modifier["name"]] = EVERYBODY[(code + kind) % len(EVERYBODY)]
    return given


def _amend(school: School, record: Record, which: int, code: int, who: int, when: Any, kind: int) -> None:
    standing = record.book.looks()
    if not standing:
        return
    look = standing[which % len(standing)]
    scheme = next(c for c in record.scheme["channel"] if c["name"] == look.channel)
    changes: dict[str, Any] = {}
    if kind & 1:
        new = _coded(scheme, code, None, kind & 0b11000 ^ 0b1000)["code"]
        if not look.with_whom or any(c["key"] == new and c.get("with_whom") for c in scheme["code"]):
            changes["code"] = new
    if kind & 2 and scheme.get("about") == "anyone" and (look.sweep is None or WHO[who] is not None):
        changes["student"] = WHO[who]
    if kind & 4 and (at := _at(school, record, when)) is not None:
        changes["at"] = at
    if kind & 8 and scheme.get("modifier"):
        changes["modifiers"] = _modifiers(scheme, code, kind)
    if kind & 16:
        changes["note"] = f"better {kind}"
    if kind & 32 and look.with_whom:
        changes["with_whom"] = [EVERYBODY[code % len(EVERYBODY)]]
    school.amend(look.id, **changes)


def _void(school: School, record: Record, which: int) -> None:
    standing = record.book.looks()
    if standing:
        school.void(standing[which % len(standing)].id)


def _note(school: School, record: Record, body: str, who: int, group: str, private: bool, when: Any) -> None:
    school.note(body, WHO[who], group, private, _at(school, record, when))


def _words(school: School, record: Record, which: int, body: str) -> None:
    ids = [id for (id,) in record.book.all("note")]
    if ids:
        school.words(ids[which % len(ids)], body)


def _attend(school: School, record: Record, present: list[str], absent: list[str], when: Any) -> None:
    school.attend(present, absent, _at(school, record, when))


def _pause(school: School, record: Record, on: bool, when: Any) -> None:
    school.pause(on, _at(school, record, when))


ORDERS = ("seat", "random", "least_seen", "seat", "unseen", "focal", "random")
"""Of passes; the last two but one are not over everyone."""


def _sweep_start(school: School, record: Record, number: int, students: list[str], when: Any, order: int) -> None:
    seed = 40 + number if ORDERS[order] in ("random", "focal") else None
    school.sweep_start(number, students, ORDERS[order], seed, _at(school, record, when))


def _one_look(school: School, record: Record, number: int, who: int, which: int, hit: bool) -> None:
    """One student is rated on two scales in one pass, often with the two codes of a pair."""
    pairs, student = record.scheme.get("pair", ()), EVERYBODY[who % len(EVERYBODY)]
    for position, said in enumerate(pairs[which % len(pairs)]["codes"] if pairs else ()):
        name, code = said.split(".")
        channel = next(c for c in record.scheme["channel"] if c["name"] == name)
        codes = [c["key"] for c in channel["code"]]
        code = code if hit or position else codes[(which + who) % len(codes)]
        school.look(channel, code, student=student, method="sweep", sweep=number)


def _cue(school: School, record: Record, number: int) -> None:
    school.cue(number)


def _move(school: School, record: Record, who: int, group: str, when: Any) -> None:
    school.move(EVERYBODY[who % len(EVERYBODY)], group, _at(school, record, when))


def _sweep_skip(school: School, record: Record, number: int, who: int, when: Any) -> None:
    school.sweep_skip(number, EVERYBODY[who % len(EVERYBODY)], _at(school, record, when))


def _sweep_end(school: School, record: Record, number: int, when: Any) -> None:
    school.sweep_end(number, _at(school, record, when))


def _undo(school: School, record: Record) -> None:
    school.undo()


def _redo(school: School, record: Record) -> None:
    school.redo()


def _back_and_forth(school: School, record: Record, undos: int, redos: int) -> None:
    for _ in range(undos):
        school.undo()
    for _ in range(redos):
        school.redo()


def _end(school: School, record: Record, when: int | None, estimated: bool) -> None:
    at = _at(school, record, 64 if when is None else when)
    if at is not None:
        school.end(at, estimated)


STEPS: dict[str, Callable[..., None]] = {
    "look": _look,
    "wait": _wait,
    "jump": _jump,
    "restart": _restart,
    "amend": _amend,
    "void": _void,
    "note": _note,
    "words": _words,
    "attend": _attend,
    "pause": _pause,
    "sweep_start": _sweep_start,
    "cue": _cue,
    "one look": _one_look,
    "move": _move,
    "sweep_skip": _sweep_skip,
    "sweep_end": _sweep_end,
    "undo": _undo,
    "redo": _redo,
    "back and forth": _back_and_forth,
    "end": _end,
}
"""What each step does; `check` is the caller's."""
