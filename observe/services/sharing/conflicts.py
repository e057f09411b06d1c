"""What was changed on two devices at once: both versions in words, and her choice between them as an entry."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from observe.domain.codec import local, ms_of
from observe.domain.entries import Entry
from observe.domain.errors import Refused
from observe.domain.names import clean_name
from observe.domain.protocol import Protocol
from observe.services import check
from observe.services.home import Home
from observe.services.sharing.devices import names
from observe.store import queries, rosters
from observe.store.journal import UNFIT, Act

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
}
FIELDS = {
    "glow": "glow",
    "try_next": "try next",
    "next_visit": "next visit",
    "seat": "seat",
    "letter": "letter",
    "group": "group",
    "planned_at": "planned for",
    "planned_minutes": "minutes planned",
    "school_id": "school id",
    "source_id": "source id",
}
BY_WHOM = {"me": "by me", "teacher": "by the teacher", "both": "by both"}
_TEXTS = ("reflection", "note")
_TIMES = ("at", "until", "planned_at")
_WORDS_LIMIT = 4000


@dataclass(frozen=True, slots=True)
class Version:
    """One of those that stand. `entry`: its id. `at`: when it was written (ms, by that device's clock)."""

    entry: str
    device: str
    at: int
    words: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing with several versions; the first of them is what shows everywhere."""

    kind: str
    key: str
    visit: str | None
    what: str
    versions: tuple[Version, ...]

    @property
    def losers(self) -> tuple[Version, ...]:
        """What does not show."""
        return self.versions[1:]


def conflicts(home: Home, name: Callable[[str], str] | None = None, visit: str | None = None) -> tuple[Conflict, ...]:
    """All of them, or those of one visit. `name`: how a student is called; without it by the full name."""
    found = queries.conflicts(home.conn, visit)
    if not found:
        return ()
    words = _Words(home, name)
    called = names(home)
    made = []
    for kind, key, of in found:
        heads = home.journal.heads(kind, key)
        versions = tuple(
            Version(e.id, called.get(e.device, f"device {e.device[:4]}"), e.ms, clean_name(text, _WORDS_LIMIT))
            for e, text in zip(heads, words.of(heads), strict=True)
        )
        what = clean_name(words.what(kind, key, of, heads), _WORDS_LIMIT)  # entries may say anything
        made.append(Conflict(kind, key, of, what, versions))
    return tuple(made)


def count(home: Home) -> int:
    """How many there are."""
    return len(queries.conflicts(home.conn))


def of_observations(home: Home, visit: str, name: Callable[[str], str] | None = None) -> Mapping[str, Conflict]:
    """Those about observations of a visit, by observation."""
    return {c.key: c for c in conflicts(home, name, visit) if c.kind == "observation"}


def restore(home: Home, entry: str) -> None:
    """What this version says is so from now on, in the place of all that stand. Raises Refused, NotSaved."""
    found = home.journal.entry(entry)
    if found is None:
        raise Refused(f"version {entry[:40]!r} is not known", "this home has none of that id", "see what stands now")
    heads = home.journal.heads(found.kind, found.key)
    if len(heads) < 2 or found.id not in {e.id for e in heads}:
        raise Refused("nothing was changed", "this version stands against no other any more", "see what stands now")
    _put(home, found.kind, found.key, entry)


def keep(home: Home, kind: str, key: str) -> None:
    """What shows now stays, and nothing stands against it any more. Raises Refused, NotSaved."""
    heads = home.journal.heads(kind, key)
    if len(heads) < 2:
        raise Refused("nothing was changed", "no other version stands against this one", "see what stands now")
    _put(home, kind, key, heads[0].id)


def both_can_be(home: Home, one: Conflict) -> bool:
    """Whether all versions of it can be so at once: lines that can be read one after the other, things logged."""
    if one.kind in _TEXTS:
        return all(e.op == "put" for e in home.journal.heads(one.kind, one.key))
    return one.kind == "observation" and sum(v.words.split(":")[0] != GONE for v in one.versions) > 1


def keep_both(home: Home, one: Conflict) -> None:
    """All versions are so: their words in one line, or each a thing logged of its own. Raises Refused, NotSaved."""

    def change(act: Act) -> None:
        heads = home.journal.heads(one.kind, one.key)
        if len(heads) < 2 or not both_can_be(home, one):
            raise Refused("nothing was changed", "only one of these can be so", "choose one")
        if one.kind == "observation":
            first, *others = [e for e in heads if e.op == "put"]
            act.resolve(first)
            for entry in others:
                act.put("observation", home.new_key(), entry.data, new=True)
            return
        body = " / ".join(dict.fromkeys(str(e.data.get("body") or "") for e in heads if e.data.get("body")))
        act.resolve(replace(heads[0], data={**heads[0].data, "body": check.note(body)}))

    home.write(change)


def _put(home: Home, kind: str, key: str, chosen: str) -> None:
    def change(act: Act) -> None:
        # Another process may have been first; what she chose by its words is what she gets.
        state = next((e for e in home.journal.heads(kind, key) if e.id == chosen), None)
        if state is None:
            raise Refused("nothing was changed", "it was changed elsewhere meanwhile", "see what stands now")
        act.resolve(state)

    try:
        home.write(change)
    except UNFIT as error:
        why = "a later version of observe wrote it, and this one cannot show it"
        raise Refused("nothing was changed", why, "choose it on the device that wrote it") from error


class _Words:
    """Entries in the words of somebody who was in the room."""

    def __init__(self, home: Home, name: Callable[[str], str] | None) -> None:
        self.home = home
        self.people = {s.id: s.name for s in rosters.students(home.conn, None)}
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
        elif kind == "ran":
            channel = self._protocol(visit).channel(parts[1]) if len(parts) == 3 else None
            code = channel.code(parts[2]) if channel else None
            about = f"who ran {code.label}" if code else about
        where = self._visit(visit)
        return f"{about} - {where}" if where else about

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
            return BY_WHOM.get(data["by"], str(data["by"]))
        return self._fields(data, differ)

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

    def _fields(self, data: Mapping[str, Any], differ: Iterable[str]) -> str:
        told = []
        for field in differ:
            value = data.get(field)
            known = field in _TIMES and isinstance(value, str)
            said = self._time(str(value)) if known else self._value(value)
            told.append(f"{FIELDS.get(field, field.replace('_', ' '))} {said}")
        return ", ".join(told) or "the same words"

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

    def _time(self, text: str) -> str:
        return f"{local(ms_of(text), self.home.zone):%H:%M}"

    def _visit(self, visit: str | None) -> str:
        found = queries.visit(self.home.conn, visit) if visit else None
        if found is None:
            return ""
        began = found.started_at if found.started_at is not None else found.planned_at
        when = local(began, self.home.zone) if began is not None else None
        day = f"{when:%a} {when.day} {when:%b}" if when else ""
        return ", ".join(part for part in (found.section_name or "no class", day) if part)

    def _protocol(self, visit: str | None) -> Protocol:
        found = queries.visit(self.home.conn, visit) if visit else None
        known = queries.protocol(self.home.conn, found.protocol_id, found.protocol_version) if found else None
        return known or Protocol("", 0, "", ())


def _first(heads: list[Entry], field: str) -> str:
    return next((str(e.data[field]) for e in heads if e.data.get(field)), "")
