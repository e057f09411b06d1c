"""A school of made-up children, a real home, and a plain account of what was logged in it.

`School` puts every step through the program's own recorder and writes the same step into `Book`, which
knows nothing of journals: what stands now, and what each step changed, for undo and redo. From the books
come the visits that `slow` computes from.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import slow
import slow_documents
from book import NO_SCHEME, OWN, SCHEMES, SECTIONS, Key, Record

from observe.domain.codec import iso
from observe.platform import Platform
from observe.services import protocols, summary, visits
from observe.services.afterwards import Afterwards
from observe.services.groups import GroupActs
from observe.services.home import Home, open_home
from observe.services.record import Logged, Recorder

ZONE = "America/New_York"
MINUTE = 60_000
DAY = 24 * 60 * MINUTE


class Clock(Platform):
    """This machine with hands that the test moves. The system's clock may jump; the other one only goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.wall, self.steady = 0, 12_345

    def wall_ms(self) -> int:
        return self.wall

    def monotonic_ms(self) -> int:
        return self.steady

    def zone(self) -> str:
        return ZONE

    def advance(self, ms: int) -> None:
        self.wall += ms
        self.steady += ms


class School:
    """A home with two sections, and a record of every visit in it."""

    def __init__(self, path: Path) -> None:
        self.path, self.clock = path, Clock()
        self.clock.wall = int(datetime(2026, 9, 1, tzinfo=ZoneInfo(ZONE)).timestamp()) * 1000
        self.home = self._open()
        self.home.set_setting("observer", "Rae Lindqvist")
        self.home.write(self._enrol)
        protocols.import_protocol(self.home, OWN.read_text(encoding="utf-8"), OWN.name)
        self.records: dict[str, Record] = {}
        self.current: Record | None = None
        self._stamp, self._steps = (0, 0), 0

    def _open(self) -> Home:
        home = open_home(self.path, self.clock)
        # Figures do not ask what a power cut leaves; thousands of waits for the disk would be most of the run.
        home.conn.execute("PRAGMA synchronous=OFF")
        return home

    @staticmethod
    def _enrol(act: Any) -> None:
        for id, (facts, people) in SECTIONS.items():
            act.put("section", id, {"name": facts["name"], "teacher": facts["teacher"]})
            for student, name, identified, seat, active in people:
                act.put("student", student, {"name": name, "identified": identified})
                act.put("member", f"{id}/{student}", {"active": active, "seat": seat})

    def close(self) -> None:
        self.home.close()

    # -- time ----------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        return self.home.clock.now()

    def restart(self, jump: int = 0) -> None:
        """The program ends and begins again; meanwhile somebody may have set the clock."""
        self._steps += 1
        self.clock.wall += jump + self._steps  # never back to the very millisecond of an earlier stamp
        self.home.close()
        self.home = self._open()

    def go_to(self, moment: int) -> None:
        """Another day: the program is started anew, then."""
        self.restart(moment - self.clock.wall)

    def stamp(self) -> tuple[int, int]:
        """The order of what was written: by the clock, but never backwards unless it is a day behind."""
        self._steps += 1
        last = self._stamp[0]
        self._stamp = (self.now if self.now > last or last > self.now + DAY else last, self._steps)
        return self._stamp

    # -- visits --------------------------------------------------------------------------------------

    def plan(self, section: str, at: int, minutes: int) -> Record:
        """A visit comes into the schedule."""
        record = Record(f"planned{len(self.records):06d}", NO_SCHEME, section, at, minutes)
        facts = {"section": section, "planned_at": iso(at), "planned_minutes": minutes, "zone": ZONE}
        self.home.write(lambda act: act.put("visit", record.id, facts))
        self.stamp()
        self.records[record.id] = record
        return record

    def start(self, section: str | None, protocol: str, *, ago: int = 0, roll: bool = False, title: str = "") -> Record:
        """Start a visit that began `ago` ms ago. One that is open is ended at its last observation."""
        at = self.now - ago if ago else None
        started = self.now - ago
        for record in self.records.values():
            if record.started is not None and record.ended is None:
                record.ended = max((look.at for look in record.book.looks()), default=record.started)
                record.estimated = True
        visit = visits.start_visit(
            self.home, section, title=title, protocol=protocol, at=at, present_all=roll, end_open=True
        )
        stamp = self.stamp()
        expected = self._planned_near(section, started)
        assert (expected.id if expected else None) == (visit.id if visit.id in self.records else None)
        record = expected or Record(visit.id, {}, section)
        record.scheme, record.started, record.title = SCHEMES[protocol], started, title
        record.observer = "Rae Lindqvist"
        people = SECTIONS[section][1] if section else ()
        record.roster = tuple(person[0] for person in people if person[4])
        record.groups = visits.visit_log(self.home, visit.id).grouping.start
        if roll:
            # The roll of a start is part of the start: undo leaves it alone.
            record.book._set({("mark", who): True for who in record.roster}, stamp)
            record.book._set({("roll", "start"): True} if record.roster else {}, stamp)
        self.records[record.id] = self.current = record
        return record

    def _planned_near(self, section: str | None, at: int) -> Record | None:
        near = [
            record
            for record in self.records.values()
            if record.section == section is not None
            and record.started is None
            and record.planned_at is not None
            and abs(record.planned_at - at) <= 60 * MINUTE
            and local_date(record.planned_at) == local_date(at)
        ]
        return min(near, key=lambda r: (abs((r.planned_at or 0) - at), r.id), default=None)

    def end(self, at: int | None = None, estimated: bool = False) -> None:
        """End the visit in progress (or give an ended one another end), not before its last observation."""
        record = self._visit()
        assert record.started is not None
        last = max((look.at for look in record.book.looks()), default=record.started)
        if at is not None:
            at = max(at, last)
        visits.end_visit(self.home, record.id, at, estimated)
        self.stamp()
        record.ended, record.estimated = max(self.now, last) if at is None else at, estimated

    def _visit(self) -> Record:
        assert self.current is not None
        return self.current

    # -- what she does -------------------------------------------------------------------------------

    @property
    def recorder(self) -> Recorder:
        return Recorder(self.home, self._visit().id)

    def look(self, channel: slow.Scheme, code: str | None, at: int | None = None, **more: Any) -> Logged:
        """Log one code; `more` as the recorder takes it."""
        book = self._visit().book
        when = self._when(at)
        data = {"at": when, "channel": channel["name"], "code": code, **more}
        note, private = data.pop("note", ""), data.pop("private", False)
        data |= {"note": "" if private else note, "private": note if private else ""}
        data["with_whom"] = tuple(dict.fromkeys(data.get("with_whom", ())))
        unchanged = self._unchanged(channel, data)
        logged = self.recorder.observe(channel["name"], code, at=at, **more)
        assert logged.unchanged == (unchanged is not None)
        if logged.unchanged:
            assert logged.id == (unchanged or None)
            return logged
        assert logged.id is not None
        assert logged.at == when
        changes: dict[Key, Any] = {("look", logged.id): data}
        changes |= self._seen(data.get("student"), logged)
        book.do(changes, self.stamp())
        return logged

    def _when(self, at: int | None) -> int:
        """Without a time it is now; a clock that is behind the start of the visit counts as at it."""
        started = self._visit().started
        assert started is not None
        if at is not None:
            return at
        return max(self.now, started)

    def _unchanged(self, channel: slow.Scheme, data: Mapping[str, Any]) -> str | None:
        """The id of what made it so ("" when nothing did), if it is so already at that time; else None."""
        if channel["kind"] not in ("state", "toggle"):
            return None
        looks = [look for look in self._visit().book.looks() if look.channel == channel["name"]]
        if channel["kind"] == "toggle":
            looks = [look for look in looks if look.code == data["code"]]
        before = slow.on_at(looks, data["at"])
        id = before.id if before else ""
        if channel["kind"] == "toggle":
            return id if bool(before and before.on) == data["on"] else None
        same = (before.code if before else None) == data["code"]
        return id if same and data["with_whom"] in ((), before.with_whom if before else ()) else None

    def _seen(self, student: str | None, logged: Logged) -> dict[Key, Any]:
        """Whoever is observed is here."""
        new = student is not None and not self._visit().present(student)
        assert logged.marked_present == new
        return {("mark", student): True} if new else {}

    def attend(self, present: Sequence[str], absent: Sequence[str], at: int | None = None) -> None:
        """A line of attendance; one that names somebody present is the roll."""
        absent = [who for who in absent if who not in present]
        self.recorder.attendance(present=present, absent=absent, roll=bool(present), at=at)
        changes: dict[Key, Any] = {("mark", who): who in present for who in [*present, *absent]}
        if present:
            changes[("roll", self._steps)] = True
        if changes:
            self._visit().book.do(changes, self.stamp())

    def pause(self, on: bool, at: int | None = None) -> None:
        """Begin a pause, or end it (not before it began)."""
        book = self._visit().book
        lasting = [(key, first) for key, (first, after) in book.all("pause").items() if after is None]
        when = self._when(at)
        if lasting and not on and when < max(first for _, first in lasting):
            return
        logged = self.recorder.pause(on, at=at)
        assert logged.unchanged == (on == bool(lasting))
        if logged.unchanged:
            return
        if on:
            book.do({("pause", logged.id): (when, None)}, self.stamp())
        else:
            book.do({("pause", *key): (first, when) for key, first in lasting}, self.stamp())

    def sweep_start(
        self, number: int, students: Sequence[str], order: str = "seat", seed: int | None = None, at: int | None = None
    ) -> None:
        when = self._when(at)
        self.recorder.sweep_start(number, order, students, at=at, seed=seed)
        begun = {"students": tuple(dict.fromkeys(students)), "order": order, "seed": seed, "at": when}
        self._visit().book.do({("pass", number): begun}, self.stamp())

    def cue(self, number: int) -> None:
        """A reminder: it is no act of hers, so undo does not reach it."""
        self.recorder.cue(number)
        self._visit().book.stands.setdefault(("cue", number), self._when(None))

    def move(self, student: str, group: str, at: int | None = None) -> None:
        """To another group; one that this student is in already is none."""
        record, when = self._visit(), self._when(at)
        logged = GroupActs(self.home, record.id).move(student, group, at=at)
        held = record.held(self.now)
        later = any(move[0] > when and move[2] == student for move in held.moves)
        assert logged.unchanged == (not later and slow_documents.group_at(held, student, when) == group)
        if not logged.unchanged:
            record.book.do({("move", logged.id): (when, student, group)}, self.stamp())

    def sweep_skip(self, number: int, student: str, at: int | None = None) -> None:
        self.recorder.sweep_skip(number, student, at=at)
        self._visit().book.do({("skip", number, student): True}, self.stamp())

    def sweep_end(self, number: int, at: int | None = None) -> None:
        self.recorder.sweep_end(number, at=at)
        self._visit().book.do({("pass end", number): True}, self.stamp())

    def amend(self, id: str, **changes: Any) -> None:
        book = self._visit().book
        logged = self.recorder.amend(id, reason="a slip of the thumb", **changes)
        if "with_whom" in changes:
            changes["with_whom"] = tuple(changes["with_whom"])
        if "student" in changes:
            changes["group"] = ""
        data = {**book.stands[("look", id)], **changes}
        book.do({("look", id): data, **self._seen(data.get("student"), logged)}, self.stamp())

    def void(self, id: str) -> None:
        self.recorder.void(id)
        self._visit().book.do({("look", id): None}, self.stamp())

    def note(self, body: str, student: str | None, group: str, private: bool, at: int | None = None) -> None:
        """A note of its own; without words it is a flag."""
        after = Afterwards(self.home, self._visit().id)
        logged = after.note(body, student=student, group=group, at=at, private=private)
        whom = {"student": student, "group": "" if student else group}
        shown = {"body": "" if private else body, "private": body if private else ""}
        self._visit().book.do({("note", logged.id): {"at": logged.at, **whom, **shown}}, self.stamp())

    def words(self, note: str, body: str) -> None:
        """The words of a flag, or others for a note; none takes it away."""
        Afterwards(self.home, self._visit().id).put_note_into_words(note, body)
        book = self._visit().book
        book.do({("note", note): {**book.stands[("note", note)], "body": body} if body else None}, self.stamp())

    def undo(self) -> None:
        assert (self.recorder.undo() is not None) == self._visit().book.undo(self.stamp)

    def redo(self) -> None:
        assert (self.recorder.redo() is not None) == self._visit().book.redo(self.stamp)

    # -- comparing -----------------------------------------------------------------------------------

    def held(self, record: Record) -> slow.Held:
        """A visit, and the groups of those before it."""
        held, begun = record.held(self.now), record.started
        if record.section is not None and begun is not None:
            same = [r for r in self.records.values() if r.section == record.section and r.started is not None]
            same.sort(key=lambda r: (r.started, r.id))
            held.before = [r.grouped() for r in same[: same.index(record)]]
        return held

    def check(self, record: Record | None = None) -> None:
        """The program's summary and the slow one are the same document, also as JSON text."""
        record = record or self._visit()
        found = summary.summary(self.home, record.id)
        assert json.loads(json.dumps(found, allow_nan=False)) == found
        same(slow_documents.summary(self.held(record)), found)

    def check_span(self, records: Sequence[Record]) -> slow.Json:
        """So are those of several visits and what they come to. Returns the program's."""
        found = summary.span(self.home, [visits.read(self.home, record.id) for record in records])
        same(slow_documents.span([self.held(record) for record in records]), found)
        return found


def same(expected: slow.Json, found: slow.Json) -> None:
    wrong = slow_documents.differences(expected, found)
    assert not wrong, "\n".join(wrong)


def local_date(ms: int) -> date:
    return datetime.fromtimestamp(ms / 1000, ZoneInfo(ZONE)).date()
