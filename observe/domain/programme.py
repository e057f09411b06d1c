"""What stands around the visits: plans, groups, meetings, compacting, coaching, as plain frozen values.

Times are milliseconds since 1970 (UTC). Each value is one entity of the journal, so that what two people change on two
devices merges line by line.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from observe.domain.codec import ms_of
from observe.domain.frozen import dataclass

PLAN_PARTS = ("objective", "group", "tier", "strategy", "question", "segment", "watch")
"""What a line of a plan is, in the order of the card."""
VISIT, MEETING = KINDS = ("visit", "meeting")
"""What a calendar or a pattern plans."""
ENDINGS = ("kept", "dropped")
"""How a commitment ends."""
ITEMS = (
    *("cue", "groups", "move", "plan"),
    *("compacting", "compacting.end"),
    *("meeting", "meeting.held", "meeting.missed", "pattern"),
    *("alone", "commitment", "commitment.end", "agreement", "limit", "next_step", "sent"),
)
"""Kinds of entries that share one table, as there are few of each."""

Data = Mapping[str, Any]


def _ms(data: Data, name: str = "at") -> int | None:
    text = data.get(name)
    return None if text is None else ms_of(text)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A line of the co-planning card of a visit. `part`: one of `PLAN_PARTS`, which says what the rest means.

    objective, watch: `text`. group: `name`, `tier` by name, `students`, and the `evidence` it stands on with its day.
    tier: `name` and its task in `text`. strategy: a code (`channel`, `code`) and who runs it (`by`). question: `text`
    and its level (`channel`, `code`). segment: `minutes`, and what each does in it (`me`, `teacher`).
    """

    id: str
    visit: str
    part: str
    place: int = 0
    text: str = ""
    name: str = ""
    tier: str = ""
    evidence: str = ""
    evidence_at: int | None = None
    students: tuple[str, ...] = ()
    minutes: int | None = None
    me: str = ""
    teacher: str = ""
    channel: str = ""
    code: str = ""
    by: str | None = None

    @staticmethod
    def of(key: str, data: Data) -> "PlanLine":
        """From the entity `VISIT/ID`."""
        texts = ("text", "name", "tier", "evidence", "me", "teacher", "channel", "code")
        return PlanLine(
            id=key.rpartition("/")[2],
            visit=data["visit"],
            part=data["part"],
            place=data.get("place") or 0,
            evidence_at=_ms(data, "evidence_at"),
            students=tuple(data.get("students") or ()),
            minutes=data.get("minutes"),
            by=data.get("by"),
            **{name: data.get(name) or "" for name in texts},
        )


@dataclass(frozen=True, slots=True)
class Move:
    """In a visit a student went to another group; `group` is its label, "" for none."""

    id: str
    visit: str
    at: int
    student: str
    group: str

    @staticmethod
    def of(key: str, data: Data) -> "Move":
        """From the entity `VISIT/ID`."""
        return Move(key.rpartition("/")[2], data["visit"], ms_of(data["at"]), data["student"], data["group"])


@dataclass(frozen=True, slots=True)
class Compacting:
    """An agreement about one student: what was shown to be mastered, and what takes its place. Until it is ended."""

    id: str
    section: str | None
    student: str
    at: int
    shown: str = ""
    evidence: str = ""
    evidence_at: int | None = None
    minutes: int | None = None
    """Minutes a week that it buys."""
    instead: str = ""
    ended_at: int | None = None

    @staticmethod
    def of(key: str, data: Data, end: Data | None = None) -> "Compacting":
        """From the entity, and that of its end."""
        return Compacting(
            key,
            data["section"],
            data["student"],
            ms_of(data["at"]),
            data.get("shown") or "",
            data.get("evidence") or "",
            _ms(data, "evidence_at"),
            data.get("minutes"),
            data.get("instead") or "",
            _ms(end) if end else None,
        )


@dataclass(frozen=True, slots=True)
class Meeting:
    """A co-planning meeting: planned, then held or missed."""

    id: str
    section: str | None
    at: int
    minutes: int | None = None
    observer: str = ""
    held_at: int | None = None
    held_minutes: int | None = None
    missed: str = ""
    """Why it was not held; "" while nothing is said."""

    @staticmethod
    def of(key: str, data: Data, held: Data | None = None, missed: Data | None = None) -> "Meeting":
        """From the entity, and those of what came of it."""
        return Meeting(
            key,
            data["section"],
            ms_of(data["at"]),
            data.get("minutes"),
            data.get("observer") or "",
            _ms(held) if held else None,
            held.get("minutes") if held else None,
            missed.get("why") or "" if missed else "",
        )

    def status(self, now: int) -> str:
        """`planned`, `held`, or `missed`: past and not held, or called off with a reason."""
        if self.held_at is not None:
            return "held"
        past = self.at + (self.minutes or 0) * 60_000 <= now
        return "missed" if self.missed or past else "planned"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A visit or a meeting that comes every week. `weekday`: 0 is Monday; `time` is local to `zone`, as 09:30."""

    id: str
    section: str
    what: str
    weekday: int
    time: str
    minutes: int
    zone: str
    first: str
    last: str | None = None
    observer: str = ""

    @staticmethod
    def of(key: str, data: Data) -> "Pattern":
        """From the entity."""
        return Pattern(
            key,
            data["section"],
            data["what"],
            data["weekday"],
            data["time"],
            data["minutes"],
            data["zone"],
            data["first"],
            data.get("last"),
            data.get("observer") or "",
        )


@dataclass(frozen=True, slots=True)
class Alone:
    """The teacher ran it without her: said by the teacher, with the day. Apart from what was seen."""

    id: str
    section: str | None
    teacher: str
    day: str
    channel: str
    code: str
    note: str = ""

    @staticmethod
    def of(key: str, data: Data) -> "Alone":
        """From the entity."""
        what = data["channel"], data["code"]
        return Alone(key, data["section"], data["teacher"], data["day"], *what, data.get("note") or "")


@dataclass(frozen=True, slots=True)
class Commitment:
    """What one side promised the other; it comes back until it is kept or dropped. `by`: `me` or `teacher`."""

    id: str
    section: str | None
    by: str
    text: str
    at: int
    teacher: str = ""
    visit: str | None = None
    ended_at: int | None = None
    how: str = ""
    """One of `ENDINGS`, "" while it stands."""

    @staticmethod
    def of(key: str, data: Data, end: Data | None = None) -> "Commitment":
        """From the entity, and that of its end."""
        return Commitment(
            key,
            data["section"],
            data["by"],
            data.get("text") or "",
            ms_of(data["at"]),
            data.get("teacher") or "",
            data.get("visit"),
            _ms(end) if end else None,
            end.get("how", "") if end else "",
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """A page that went to somebody: what it was, whom to, what it was about, and of which days (as 2026-11-24)."""

    id: str
    what: str
    at: int
    to: str = ""
    visit: str | None = None
    section: str | None = None
    student: str | None = None
    first: str | None = None
    last: str | None = None

    @staticmethod
    def of(key: str, data: Data) -> "Sent":
        """From the entity."""
        about = (data.get(name) for name in ("visit", "section", "student", "first", "last"))
        return Sent(key, data["what"], ms_of(data["at"]), data.get("to") or "", *about)

    def crosses(self, first: str, last: str, ended: int) -> bool:
        """Whether it is of other days than these, some of which are the same; or of these, from before `ended` (ms)."""
        if not self.first or not self.last:
            return False
        if (self.first, self.last) == (first, last):
            return self.at < ended
        return self.first <= last and first <= self.last


@dataclass(frozen=True, slots=True)
class Grouping:
    """Who was in which group in a visit: as it began, and each move. A student in no group is not named."""

    start: Mapping[str, str] = field(default_factory=dict)
    moves: tuple[Move, ...] = ()
    """In order of time."""

    def at(self, moment: int | None = None) -> dict[str, str]:
        """Labels by student at that time; None: as it was at the end."""
        now = {who: group for who, group in self.start.items() if group}
        for move in self.moves:
            if moment is not None and move.at > moment:
                break
            now.pop(move.student, None)
            if move.group:
                now[move.student] = move.group
        return now
