"""What a running visit looks like at one moment: the state of every student, role and toggle.

Computed from the log and nothing else, so that a screen that was killed comes back as it was. No
counts of codes are here: totals on the glass steer the next rating.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import combinations, product

from observe.domain.frozen import dataclass
from observe.domain.model import Observation, Student, VisitLog
from observe.domain.names import fold
from observe.domain.protocol import Channel, Protocol
from observe.domain.timeline import ActiveTime

UNSEEN_MS = 10 * 60_000
"""Unseen for so long: worth a mark."""
FADED_MS = 15 * 60_000
"""After so long a tile's meter is empty."""
MARKED = 3
"""At most so many tiles are marked; the rest stays behind the Not yet seen key."""
HISTORY = 4


@dataclass(frozen=True, slots=True)
class Seat:
    """One student now. Ages are active ms, without pauses.

    `last`: the newest observation about this student in person, on any channel; `age`: since then,
    None when there is none. `before`: codes on the first scale before `last`, newest first.
    `marked`: one of the three unseen longest; `not_this_month`: nor was the student observed in a visit before it.
    """

    student: Student
    letter: str
    here: bool = True
    last: Observation | None = None
    age: int | None = None
    before: tuple[str, ...] = ()
    picked: bool = False
    marked: bool = False
    not_this_month: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    """A state or toggle that is on: since when, for how long without pauses, and with whom."""

    code: str
    since: int
    ms: int
    observation: str
    with_whom: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveView:
    """The visit at `now` (ms UTC). `unseen`: ids of present students, the one unseen longest first.

    Of those not seen at all, who was not observed this month either comes first.
    """

    now: int
    ms: int
    paused: bool
    ended: bool
    seats: tuple[Seat, ...]
    present: tuple[str, ...]
    unseen: tuple[str, ...]
    states: Mapping[str, Running]
    toggles: Mapping[str, Mapping[str, Running]]
    last: Observation | None
    """The newest observation of all."""
    newest: Mapping[str, Observation]
    """The newest observation of each channel."""
    last_group: tuple[str, ...]
    """Whom the last state with some students was with."""

    def seat(self, student: str | None) -> Seat | None:
        """The seat of this student, None for everyone or a stranger."""
        return next((seat for seat in self.seats if seat.student.id == student), None)

    @property
    def never(self) -> int:
        """How many present students were not seen at all."""
        return sum(seat.here and seat.age is None for seat in self.seats)


def live_view(log: VisitLog, now: int, not_this_month: Set[str] = frozenset()) -> LiveView:
    """The visit as it stands at `now`. `not_this_month`: whom nobody had observed this month when it began."""
    visit = log.visit
    start = now if visit.started_at is None else visit.started_at
    active = ActiveTime(start, now if visit.ended_at is None else visit.ended_at, log.pauses)
    present = log.present()
    newest: dict[str, Observation] = {}
    about: dict[str, list[Observation]] = {}
    for observation in log.observations:
        newest[observation.channel] = observation
        if observation.student is not None:
            about.setdefault(observation.student, []).append(observation)
    ages = {who: active.length - active(about[who][-1].at) if who in about else None for who in present}
    due = {who for who in present if ages[who] is None and who in not_this_month}
    longest = {who: active.length + 1 + (who in due) if (age := ages[who]) is None else age for who in present}
    unseen = sorted(present, key=lambda who: -longest[who])
    marked = {who for who in unseen[:MARKED] if (age := ages[who]) is None or age >= UNSEEN_MS}
    states, toggles, last_group = _running(log.protocol, log.observations, active)
    return LiveView(
        now=now,
        ms=active.length,
        paused=any(pause.start <= now and (pause.end is None or pause.end > now) for pause in log.pauses),
        ended=visit.ended_at is not None,
        seats=_seats(log, present, about, ages, marked, due),
        present=present,
        unseen=tuple(unseen),
        states=states,
        toggles=toggles,
        last=log.observations[-1] if log.observations else None,
        newest=newest,
        last_group=last_group,
    )


def _seats(
    log: VisitLog,
    present: Sequence[str],
    about: Mapping[str, list[Observation]],
    ages: Mapping[str, int | None],
    marked: set[str],
    due: set[str],
) -> tuple[Seat, ...]:
    scale = next((channel.name for channel in log.protocol.channels if channel.kind == "scale"), "")
    picks = {channel.name for channel in log.protocol.channels if picker(channel)}
    here, roster = set(present), set(log.visit.roster)
    # Left students and guests of other days have no tile, unless this visit speaks of them.
    shown = [s for s in log.students if s.id in roster or s.id in here or s.id in about]
    letters = deal_letters(shown)
    seats = []
    for student in shown:
        seen = about.get(student.id, [])
        last = seen[-1] if seen else None
        before = [o.code for o in reversed(seen) if o.channel == scale and o.code and o is not last]
        seats.append(
            Seat(
                student=student,
                letter=letters.get(student.id, ""),
                here=student.id in here,
                last=last,
                age=ages.get(student.id),
                before=tuple(before[:HISTORY]),
                picked=any(o.channel in picks for o in seen),
                marked=student.id in marked,
                not_this_month=student.id in due,
            )
        )
    return tuple(seats)


def _running(
    protocol: Protocol, observations: Iterable[Observation], active: ActiveTime
) -> tuple[dict[str, Running], dict[str, dict[str, Running]], tuple[str, ...]]:
    kinds = {channel.name: channel.kind for channel in protocol.channels}
    states: dict[str, Running] = {}
    toggles: dict[str, dict[str, Running]] = {name: {} for name, kind in kinds.items() if kind == "toggle"}
    last_group: tuple[str, ...] = ()
    for o in observations:
        kind = kinds.get(o.channel)
        if kind == "state":
            was = states.pop(o.channel, None)
            if o.code is not None:
                since = was.since if was is not None and was.code == o.code else o.at
                states[o.channel] = Running(o.code, since, active.length - active(since), o.id, o.with_whom)
            last_group = o.with_whom or last_group
        elif kind == "toggle" and o.code is not None:
            on = toggles[o.channel]
            if not o.on:
                on.pop(o.code, None)
            elif o.code not in on:
                on[o.code] = Running(o.code, o.at, active.length - active(o.at), o.id)
    return states, toggles, last_group


def picker(channel: Channel) -> bool:
    """A count about one student with nothing said beside it: its codes are picked from a pad of its own."""
    return channel.kind == "count" and channel.about == "student" and not channel.modifiers


def of_others(channel: Channel) -> tuple[str, tuple[str, ...]]:
    """The choice that says who did what a channel counts, and those of its values that are another adult.

    The first choice, where a student can be named beside it: neither its default, who is the observer, nor a value with
    which no other student is named, as the student did it. ("", ()) where nobody else's doing is counted.
    """
    choice, student = (
        next((m for m in channel.modifiers if m.kind == kind), None) for kind in ("choice", "student")
    )  # fmt: skip
    if channel.kind != "count" or choice is None or student is None:
        return "", ()
    beside = dict(student.for_).get(choice.name)
    others = [v.key for v in choice.values if v.key != choice.default and (beside is None or v.key in beside)]
    return choice.name, tuple(others)


_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def deal_letters(students: Sequence[Student]) -> dict[str, str]:
    """A letter for each student: the roster's, else a free one of the name, else any free one.

    Dealt from who is in the section, never from who is here today, so that a letter stays all year.
    Over 26 students: two letters, the first one and a second of the name where that is free. Over 676, a whole school
    in one list: three, whatever the name.
    """
    size = 1
    while len(_ALPHABET) ** size < len(students):
        size += 1
    dealt: dict[str, str] = {}
    free = dict.fromkeys(map("".join, product(_ALPHABET, repeat=size)))
    for student in students:
        letter = student.letter.upper()
        if letter in free:
            dealt[student.id] = letter
            del free[letter]
    for student in students:
        if student.id not in dealt:
            wish = _wishes(student.name, size)
            letter = next((letter for letter in wish if letter in free), None) or next(iter(free))
            dealt[student.id] = letter
            del free[letter]
    return dealt


def _wishes(name: str, size: int) -> Iterable[str]:
    """Tags made of the name's letters: initials of the words first, then the others in order."""
    words = [[c for c in fold(word).upper() if "A" <= c <= "Z"] for word in name.split()]
    order = [word[0] for word in words if word] + [letter for word in words for letter in word[1:]]
    return map("".join, combinations(order, size)) if size < 3 else ()
