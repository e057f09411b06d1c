"""What stands in the log, in the words of somebody who was in the room: what it is, and how versions of it differ."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from observe.domain.codec import local, ms_of
from observe.domain.entries import Entry
from observe.domain.protocol import Protocol
from observe.domain.weekly import DAYS
from observe.services import protocols
from observe.services.coaching import AGREED_FIELDS
from observe.services.home import Home
from observe.services.said import BY
from observe.store import items, queries, rosters

GONE = "taken out"
WORDS = {
    "section": "a class",
    "student": "a student",
    "member": "a place in a class",
    "protocol": "a protocol",
    "visit": "what the visit is",
    "visit.start": "when the visit began",
    "visit.end": "when the visit ended",
    "visit.title": "the visit's title",
    "attendance": "who is here",
    "pause": "a pause",
    "sweep": "a look at everyone",
    "sweep.end": "the end of a look at everyone",
    "sweep.skip": "a skip in a look at everyone",
    "reflection": "a line of the wrap-up",
    "note": "a note",
    "ran": "what ran, and by whom",
    "cue": "a cue to look",
    "groups": "the groups at the start",
    "move": "a move to another group",
    "plan": "a line of the plan",
    "compacting": "a compacting agreement",
    "compacting.end": "the end of a compacting agreement",
    "meeting": "a co-planning meeting",
    "meeting.held": "whether a meeting was held",
    "meeting.missed": "why a meeting was missed",
    "pattern": "what comes every week",
    "alone": "what the teacher ran alone",
    "commitment": "a promise",
    "commitment.end": "the end of a promise",
    "agreement": "a line of the working agreement",
    "limit": "the limit of extra hands",
    "next_step": "a child's next step",
    "sent": "a page that went out",
    "calendar.name": "what an event of the calendar is",
}
FIELDS = {
    "glow": "glow",
    "try_next": "try next",
    "next_visit": "next visit",
    "teacher_reading": "the teacher's reading",
    "my_reading": "my reading",
    "flag": "why the visit was not like others",
    "missed": "why the visit was not held",
    "extra_reason": "why extra hands",
    "seat": "seat",
    "letter": "letter",
    "group": "group",
    "planned_at": "planned for",
    "planned_minutes": "minutes planned",
    "evidence_at": "evidence of",
    "first": "from",
    "last": "until",
    "shown": "mastered",
    "place": "place on the card",
    "section": "class",
    "school_id": "school id",
    "source_id": "source id",
}
BARE = ("body", "by", "code", "groups", "how", "text", "weekday", "what", "why")
"""Fields that need no name in front of what they say."""
_WHERE = frozenset(
    (
        *("visit", "section", "student", "part", "place", "channel", "calendar"),
        *("observer", "zone", "protocol", "protocol_version"),
    )
)
"""Fields that say where something belongs, which is named before the versions of it."""
_TIMES = ("at", "until", "planned_at")
_DAYS = ("evidence_at",)
_OF_ITSELF = {"compacting.end": "compacting", "commitment.end": "commitment"}
_OF_ITSELF |= {"meeting.held": "meeting", "meeting.missed": "meeting"}
"""What came of something, which says itself what it is about."""
_WRITTEN = ("agreement", "next_step", "commitment", "commitment.end", "sent", "meeting.held")
"""Kinds whose `at` is when they were written, which is no news beside what was written."""
_ABOUT_A_STUDENT = ("compacting", "compacting.end", "next_step")
_AROUND = frozenset(
    (
        *("compacting", "compacting.end", "meeting", "meeting.held", "meeting.missed", "pattern", "alone"),
        *("commitment", "commitment.end", "agreement", "limit", "next_step", "sent"),
    )
)
"""Kinds that belong to no visit, or to one among other things."""


class Words:
    """Entries in the words of somebody who was in the room."""

    def __init__(self, home: Home, name: Callable[[str], str] | None) -> None:
        self.home = home
        self.people = rosters.called(home.conn)
        self.sections = {s.id: s.name for s in rosters.sections(home.conn)}
        self.name = name or (lambda id: self.people.get(id) or "(erased)")

    def what(self, kind: str, key: str, visit: str | None, heads: list[Entry]) -> str:
        """Which thing it is about."""
        parts = key.split("/")
        about = WORDS.get(kind, kind)
        if kind == "student":
            about = f"student {self.name(key)}"
        elif kind == "member":
            about = f"{self.name(parts[-1])} in {self.sections.get(parts[0]) or 'a class'}"
        elif kind == "section":
            about = f"class {self.sections.get(key) or ''}".strip()
        elif kind == "attendance":
            about = f"whether {self.name(parts[-1])} is here"
        elif kind == "reflection":
            about = FIELDS.get(parts[-1], parts[-1])
        elif kind == "observation":
            channel = self._protocol(visit).channel(_first(heads, "channel"))
            about = channel.label if channel else _first(heads, "channel") or "something logged"
        elif kind == "move":
            about = f"a move of {self.name(_first(heads, 'student'))} to another group"
        elif kind == "plan":
            said = _first(heads, "name") or _first(heads, "text")
            about = f"plan, {_first(heads, 'part')}{f' {said}' if said else ''}"
        elif kind in _AROUND:
            about = self._around(kind, key, heads)
        elif kind == "ran":
            channel = self._protocol(visit).channel(parts[1]) if len(parts) == 3 else None
            code = channel.code(parts[2]) if channel else None
            about = f"who ran {code.label}" if code else about
        where = self._visit(visit)
        return f"{about} - {where}" if where else about

    def _around(self, kind: str, key: str, heads: list[Entry]) -> str:
        """Of what belongs to a class, a student or a teacher, and to no visit alone."""
        of = items.item(self.home.conn, _OF_ITSELF[kind], key) if kind in _OF_ITSELF else None

        def said(field: str) -> str:
            return str((of or {}).get(field) or _first(heads, field) or "")

        about = WORDS[kind]
        if kind in _ABOUT_A_STUDENT and said("student"):
            about = f"{about}, {self.name(said('student'))}"
        elif kind == "agreement":
            heading = next((words for name, words, _ in AGREED_FIELDS if name == key.rpartition("/")[2]), "")
            about = ", ".join(part for part in (about, said("teacher"), heading) if part)
        elif kind == "sent":
            about = f"{about}, {said('what')}"
        where = self.sections.get(key if kind == "limit" else said("section"), "")
        return f"{about}, {where}" if where and not _first(heads, "visit") else about

    def of(self, heads: list[Entry]) -> Iterator[str]:
        """Each of these in words, in which it is told from the others."""
        states = [e.data for e in heads if e.op != "void"]
        differ = [k for k in dict.fromkeys(k for d in states for k in d) if len({repr(d.get(k)) for d in states}) > 1]
        for entry in heads:
            if entry.op == "void":
                reason = entry.data.get("reason")
                yield f"{GONE}: {reason}" if isinstance(reason, str) and reason else GONE
                continue
            try:
                yield self._said(entry, differ)
            except (KeyError, ValueError, TypeError, AttributeError):  # from elsewhere, it may say anything
                yield "something that this version cannot show"

    def _said(self, entry: Entry, differ: list[str]) -> str:
        data, kind = entry.data, entry.kind
        if data.get("erased"):
            return "(erased)"
        if kind == "observation":
            return self._observation(data)
        if kind in ("visit.start", "sweep.end"):
            return self._time(data["at"])
        if kind == "visit.end":
            return self._time(data["at"]) + (", estimated" if data.get("estimated") else "")
        if kind == "visit.title":
            return str(data.get("title") or "(none)")
        if kind == "attendance":
            return "here" if data.get("present") else "away"
        if kind == "pause":
            return f"{self._time(data['at'])} to {self._time(data['until']) if data.get('until') else 'now'}"
        if kind in ("reflection", "note"):
            body = str(data.get("body") or "(no words)")
            moved = "at" in differ or "student" in differ
            who = f" / {self.name(data['student'])}" if data.get("student") else ""
            return f"{self._time(data['at'])}{who}: {body}" if moved else body
        if kind == "ran":
            return BY.get(data["by"], str(data["by"]))
        # What stands against nothing but having been taken out differs in no field: all that it says is told.
        fields = differ or [field for field in data if field not in _WHERE]
        told = [field for field in fields if field != "at"] if kind in _WRITTEN else fields
        return self._fields(data, told or fields, dated=kind in _AROUND)

    def _observation(self, data: Mapping[str, Any]) -> str:
        protocol = self._protocol(data["visit"])
        channel = protocol.channel(data["channel"])
        code = channel.code(data["code"]) if channel and data["code"] else None
        label = code.label if code else data["code"] or "ended"
        off = " off" if data.get("on") is False else ""
        whom = data.get("with") or ([data["student"]] if data.get("student") else [])
        who = ", ".join(map(self.name, whom)) or str(data.get("group") or "")
        who = who or ("Everyone" if channel and channel.about != "visit" else "")
        note = f", {data['note']}" if data.get("note") else ""
        more = [f"{name} {self._value(value)}" for name, value in sorted(data.get("modifiers", {}).items())]
        said = " / ".join(part for part in (f"{label}{off}", who) if part)
        return ", ".join([f"{self._time(data['at'])} {said}", *more]) + note

    def _fields(self, data: Mapping[str, Any], differ: Iterable[str], *, dated: bool) -> str:
        told = []
        for field in differ:
            value = data.get(field)
            if isinstance(value, str) and (field in _TIMES or field in _DAYS):
                dated = dated or field != "at"
                said = self._day(value) if field in _DAYS else self._time(value, dated=dated)
            elif field == "weekday" and isinstance(value, int) and value in range(len(DAYS)):
                said = DAYS[value].capitalize()
            elif field == "by" and value in BY:
                said = BY[value]
            elif field == "code" and isinstance(value, str):
                said = self._code(data, value)
            else:
                said = self._value(value)
            bare = field in BARE and value not in (None, "", {})
            told.append(said if bare else f"{FIELDS.get(field, field.replace('_', ' '))} {said}")
        return ", ".join(told) or "the same words"

    def _code(self, data: Mapping[str, Any], key: str) -> str:
        """The label of a code, by the visit's protocol, else by the one that comes with the program."""
        visit = data.get("visit")
        protocol = self._protocol(visit if isinstance(visit, str) else None)
        for known in (protocol, protocols.find(self.home, protocols.DEFAULT)):
            channel = known.channel(str(data.get("channel")))
            code = channel.code(key) if channel else None
            if code is not None:
                return code.label
        return key

    def _value(self, value: Any) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if value in (None, "", [], {}):
            return "none"
        if isinstance(value, str):
            return self.name(value) if value in self.people else self.sections.get(value, value)
        if isinstance(value, list):
            return ", ".join(map(self._value, value))
        if isinstance(value, dict):
            return ", ".join(sorted(f"{self._value(key)} {self._value(one)}" for key, one in value.items()))
        return str(value)

    def _time(self, text: str, *, dated: bool = False) -> str:
        clock = f"{local(ms_of(text), self.home.zone):%H:%M}"
        return f"{self._day(text)} {clock}" if dated else clock

    def _day(self, text: str) -> str:
        return day_words(ms_of(text), self.home.zone)

    def _visit(self, visit: str | None) -> str:
        found = queries.visit(self.home.conn, visit) if visit else None
        if found is None:
            return ""
        began = found.started_at if found.started_at is not None else found.planned_at
        day = day_words(began, self.home.zone) if began is not None else ""
        return ", ".join(part for part in (found.section_name or "no class", day) if part)

    def _protocol(self, visit: str | None) -> Protocol:
        found = queries.visit(self.home.conn, visit) if visit else None
        known = queries.protocol(self.home.conn, found.protocol_id, found.protocol_version) if found else None
        return known or Protocol("", 0, "", ())


def _first(heads: list[Entry], field: str) -> str:
    return next((str(e.data[field]) for e in heads if e.data.get(field)), "")


def day_words(ms: int, zone: str) -> str:
    """A day as people say it."""
    when = local(ms, zone)
    return f"{when:%a} {when.day} {when:%b}"
