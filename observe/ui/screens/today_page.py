"""What Today shows: the open visit, the visits of the day and the classes, the week, what is to finish."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from observe.domain.codec import local
from observe.domain.errors import Refused
from observe.domain.model import Section, Student, Visit
from observe.services import settings, visits
from observe.services.home import Home
from observe.services.said import counted
from observe.services.today import Due, Open, Today, Unfinished, today
from observe.services.week import Slot
from observe.store.connection import in_words
from observe.ui import minutes
from observe.ui.commands import TODAY
from observe.ui.names import Names
from observe.ui.padpage import Band, PadPage, group, heading
from observe.ui.pads import Cell, Pad, Panel, Row
from observe.ui.screens.others import others_band
from observe.ui.text import fit, fit_words, wrap

BEGAN = {"began_0": 0, "began_5": 5, "began_10": 10}
PLAN = "began_plan"
MINUTE = 60_000
PROMISED = 4
"""So many promises are shown; the rest is with the teachers."""
NEAR = 60 * MINUTE
"""A planned time further back than this is no answer to when a visit began."""
STATUS = {"planned": ("planned", "active"), "live": ("open", "deep"), "ended": ("held", "deep"), "missed": ("", "warn")}


def finish_id(one: Unfinished) -> str:
    """The pad of what is to finish: a cursor on it stays there while others finish what stands before it."""
    return f"finish.{one.what}.{one.note or one.visit.id}"


class TodayPage(PadPage):
    """An open visit first, then the visits of the day and the classes, numbered as they are on the glass."""

    def __init__(self, home: Home, hidden: bool = False, waiting: Callable[[], int] = lambda: 0) -> None:
        super().__init__(TODAY, hidden)
        self.home, self.waiting = home, waiting
        self.began = "began_0"
        self.numbered: list[str] = []
        self.now: Today | None = None
        self.sections: tuple[Section, ...] = ()
        self.students: tuple[Student, ...] = ()
        self._names: tuple[tuple[Student, ...], Names] | None = None
        self._just_read = True
        self.observer = ""
        self.load(first=True)

    def load(self, first: bool = False) -> None:
        """Read what is so. What cannot be read is said, and what was read before stays."""
        try:
            with in_words(self.home.database.path):
                self.sections = visits.sections(self.home)
                self.students = visits.students(self.home)
                self.observer = settings.get(self.home, "observer")
                self.now = today(self.home)
        except Refused as error:
            self.message = f"{error.what}, {error.why}. What was logged before is not touched. {error.todo}."
        except ValueError as error:
            self.message = f"a visit cannot be read ({error}). The others are not touched. Run `observe doctor`."
        if first or not self.cursor:
            self.cursor = self._first_choice()

    def _first_choice(self) -> str:
        if self.open is not None:
            return "resume"
        if self.now is not None and self.now.next:
            return f"visit.{self.now.next}"
        return f"section.{self.sections[0].id}" if len(self.sections) == 1 else ""

    @property
    def open(self) -> Open | None:
        """The visit that goes on; the latest where there are several."""
        return self.now.open[0] if self.now is not None and self.now.open else None

    # -- what it shows ---------------------------------------------------------------------------------

    def title_choices(self) -> list[str]:
        """Today and the date."""
        now = local(self.home.clock.now(), self.home.zone)
        day = f"{now:%A} {now.day} {now:%B}"
        return self.titled(f"Today - {day}", "Today")

    def names(self) -> Names:
        """Every student of every class: a title may name any of them."""
        if self._names is None or self._names[0] is not self.students or self._names[1].hidden != self.hidden:
            self._names = (self.students, Names(self.students, self.hidden))
        return self._names[1]

    def foot(self) -> Sequence[str]:
        """Where one can go from here."""
        pages = ("plan", "week", "students", "teachers", "trends")
        roster = ("roster",) if self.sections else ()
        rest = ("classes", "sharing", "settings", "research", "privacy", "help", "quit")
        return (*(pages if self.sections else ()), "day", "no_class", *roster, *rest)

    def hint(self) -> str:
        """What is safe."""
        saved = self.now.saved_at if self.now is not None else None
        if self.waiting():
            return f"! {self.waiting()} taps are not saved yet"
        if saved is None:
            return ""
        when, now = local(saved, self.home.zone), local(self.home.clock.now(), self.home.zone)
        # The time alone is of today; of another day it would be read as one that is still to come, or as just now.
        time = f"{when:%H:%M:%S}" if when.date() == now.date() else f"{when:%a} {when.day} {when:%b} {when:%H:%M}"
        return f"saved {time} on this device"

    def draw(self) -> None:
        """Digits follow what is on the glass."""
        super().draw()
        if "body" not in self.boards or self.size.height < 12:
            return
        here = [id for id in self.on_glass if id.startswith(("visit.", "section."))][:9]
        if here != self.numbered:
            self.numbered = here
            super().draw()

    def bands(self, w: int) -> list[Band]:
        """Open visit, visits, classes, the week, what is to finish."""
        two = 2 if w >= 60 else 1
        found = self._resume(w) + self._said_before(w)
        due = self.now.visits if self.now is not None else ()
        met = self.now.meetings if self.now is not None else ()
        if due or met:
            word = "Visits today" if not met else "Today" if due else "Meetings today"
            found += [heading(word), Band(self._in_order(due, met, w // two - 3), two)]
        busy = {d.visit.section for d in due if d.status in ("planned", "live")}
        rest = [s for s in self.sections if s.id not in busy]
        if rest or any(d.status == "planned" for d in due):
            found += [heading(self._question()), Band(self._began(), 4 if len(self._began()) == 4 else 3)]
        if rest:
            found.append(Band(tuple(self._section(s, w // two - 3) for s in rest), two))
        found += self._to_see(w) + self._week(w) + self._promised(two) + self._finish(two)
        return found + self._others(two, w // two - 3)

    def _question(self) -> str:
        if self.open is not None:
            return "Another class: the open visit ends at its last log."
        return "Which class? Press its number."

    def _resume(self, w: int) -> list[Band]:
        if self.open is None:
            return []
        visit = self.open.visit
        began = self._when(visit.started_at) if self.open.forgotten else self._time(visit.started_at)
        last = f"Last log {self._time(self.open.last_at)}." if self.open.last_at is not None else "Nothing logged yet."
        rest = "It was forgotten: when did it end?" if self.open.forgotten else "Enter = go on."
        lines = [
            *(Row(f" {t}", bold=True) for t in wrap(f"Resume {self._where(visit)}, began {began}?", w - 3)[:2]),
            *(Row(f" {text}", "mute") for text in wrap(f"{last} Nothing was lost. {rest}", w - 3)[:2]),
        ]
        ends = [self._pad("end_last", self.open.last_at if self.open.last_at is not None else visit.started_at)]
        if self.open.planned_end is not None:
            ends.append(self._pad("end_plan", self.open.planned_end))
        pads: list[Cell] = [Pad("resume", ("Go on",), "enter", tone="deep", on=True), *ends, self._pad("end_now")]
        columns = len(pads) if w >= 80 else 2
        return [Band((Panel("", tuple(lines), "card", "edge"),), 1, len(lines) + 1), Band(tuple(pads), columns)]

    def _said_before(self, w: int) -> list[Band]:
        """The line that she wrote for today when she was last here."""
        said = self.now.line if self.now is not None else None
        if said is None:
            return []
        text = f"From {said.day:%A} {said.day.day} {said.day:%b}: {self.names().mask(said.text)}"
        rows = tuple(Row(f" {line}", "active", not i) for i, line in enumerate(wrap(text, w - 3)[:3]))
        return [Band((Panel("", rows, "card", "edge"),), 1, len(rows) + 1)]

    def _pad(self, id: str, at: int | None = None) -> Pad:
        return replace(self.pad(id), subs=(self._when(at), self._time(at)) if at is not None else ())

    def _began(self) -> tuple[Cell, ...]:
        ids = [*BEGAN, *([PLAN] if self._planned_times() else [])]
        if self.began not in ids:
            self.began = "began_0"
        return tuple(replace(self.pad(id), tone="role", on=self.began == id) for id in ids)

    def _planned_times(self) -> dict[str, int]:
        """Planned times that have passed not long ago, by visit."""
        now = self.home.clock.now()
        return {
            d.visit.id: d.visit.planned_at
            for d in (self.now.visits if self.now is not None else ())
            if d.visit.started_at is None and d.visit.planned_at is not None and 0 <= now - d.visit.planned_at <= NEAR
        }

    def _in_order(self, due: Sequence[Due], met: Sequence[Slot], room: int) -> tuple[Pad, ...]:
        """Visits and meetings by when they began, or are planned."""
        visits_ = [(d.visit.started_at if d.visit.started_at is not None else d.visit.planned_at, d) for d in due]
        pads = [(at or 0, self._visit(d, room)) for at, d in visits_]
        pads += [(slot.at, self._meeting(slot, room)) for slot in met]
        return tuple(pad for _, pad in sorted(pads, key=lambda p: p[0]))

    def _meeting(self, slot: Slot, room: int) -> Pad:
        name = self.names().mask(slot.name) or "no class"
        said = {"planned": f"planned {slot.minutes} min", "held": f"held {slot.spent} min"}.get(slot.status, "not held")
        subs = tuple("  ".join(p for p in (self._time(slot.at), said, slot.teacher)[:k] if p) for k in (3, 2, 1))
        tone = STATUS["ended" if slot.status == "held" else slot.status][1]
        label = fit_words((f"Co-planning: {name}", f"Co-plan: {name}"), room)
        return Pad(f"meeting.{slot.id}", (label,), "", subs, tone, "role")

    def _visit(self, due: Due, room: int) -> Pad:
        visit = due.visit
        id = f"visit.{visit.id}"
        word, tone = STATUS[due.status]
        of = visit.planned_minutes
        spent = f"{due.minutes} of {of} min" if of and due.minutes is not None else ""
        plain = f"{due.minutes} min" if due.minutes is not None else f"{of} min" if of else ""
        said = f"{word or 'not held'} {spent or plain}".strip()
        more = [", end estimated", ", estimated"] if visit.estimated_end else []
        more += [", with a plan"] if due.has_plan and due.status == "planned" else []
        at = self._time(visit.planned_at if visit.planned_at is not None else visit.started_at)
        # In little room the teacher goes first, then what is said beside whether it was held, and the hour last.
        rows = [
            (at, said + (more[0] if more else ""), visit.teacher),
            *((at, said + aside) for aside in (*more, "")),
            (at,),
        ]
        subs = tuple(dict.fromkeys("  ".join(part for part in row if part) for row in rows))
        next_ = self.now is not None and self.now.next == visit.id
        labels: tuple[str, ...] = (self._where(visit), self.names().mask(visit.section_name) or "no class")
        if next_:
            labels = (f"{labels[0]} - next", f"{labels[1]} - next", labels[1])
        # In one line, so that the line above it keeps its words.
        return Pad(id, (fit_words(labels, room),), self._digit(id), subs, tone, tone if next_ else "edge")

    def _section(self, section: Section, room: int) -> Pad:
        id = f"section.{section.id}"
        n = sum(1 for s in self.students if s.section == section.id and s.active)
        parts = [part for part in (section.teacher, counted(n, "student") if n else "no roster") if part]
        subs = tuple(" - ".join(parts[:k]) for k in range(len(parts), 0, -1))
        return Pad(id, (fit(section.name, room),), self._digit(id), subs, "mute")

    def _digit(self, id: str) -> str:
        return str(self.numbered.index(id) + 1) if id in self.numbered else ""

    def _week(self, w: int) -> list[Band]:
        week = self.now.week if self.now is not None else ()
        if not week:
            return []
        mask = self.names().mask
        rows = minutes.rows([(mask(one.section), one.held, one.planned, one.extra) for one in week], w)
        return [Band((Panel("", tuple(rows), "card", "edge"),), 1, len(rows) + 1)]

    def _to_see(self, w: int) -> list[Band]:
        """Who stands back in the classes that she comes to today: three of each, so that it can be kept in mind."""
        ahead = self.now.to_see if self.now is not None else ()
        if not ahead:
            return []
        rows = [Row(" To see, least observed this month", "ink", True)]
        for one in ahead:
            names = [f"{self.names().short(id)}{' (never)' if id in one.never else ''}" for id in one.students]
            text = f"{self.names().mask(one.section.name)}: {', '.join(names)}"
            rows += [Row(f" {line}", "active") for line in wrap(text, w - 3)[:2]]
        return [Band((Panel("", tuple(rows), "card", "edge"),), 1, len(rows) + 1)]

    def _promised(self, columns: int) -> list[Band]:
        """What either side promised, until it is kept or dropped; each with its class."""
        promised = self.now.promised if self.now is not None else ()
        if not promised:
            return []
        sides = {"me": ("you promised", "by you"), "teacher": ("the teacher promised", "by the teacher")}
        classes = {section.id: self.names().mask(section.name) for section in self.sections}
        pads = []
        for one in promised[:PROMISED]:
            said, short = sides[one.by]
            where = classes.get(one.section or "", "")
            subs = (*((f"{said}, {where}", f"{short}, {where}") if where else ()), said, short)
            pads.append(Pad(f"promise.{one.section}", (self.names().mask(one.text),), "", subs, "active"))
        more = len(promised) - PROMISED
        return group("Promised" if more <= 0 else f"Promised, and {more} more", pads, columns)

    def _finish(self, columns: int) -> list[Band]:
        found = self.now.unfinished if self.now is not None else ()
        pads: list[Cell] = [self._unfinished(one) for one in found]
        if not self.observer and not self.home.is_demo:
            pads.append(Pad("observer", ("Your name is not set",), "y", ("visits carry none",), "warn"))
        if not pads:
            return [heading("To finish: nothing", "mute")] if self.now is not None and self.now.visits else []
        return group("To finish", pads, columns)

    def _others(self, columns: int, room: int) -> list[Band]:
        others = self.now.others if self.now is not None else ()
        if not others:
            return []
        top = heading("Colleagues today", "mute")
        return [top, others_band(others, self.names(), self.home.zone, columns, room)]

    def _unfinished(self, one: Unfinished) -> Pad:
        where = self._where(one.visit)
        words = {"open": "still open", "glow": "no glow line yet", "note": "a note without words"}[one.what]
        who = f", {self.names().whom(one.student, one.group)}" if one.what == "note" else ""
        when, section = self._when(one.at), self.names().mask(one.visit.section_name or "no class")
        of = tuple(f"{when} {what}".strip() for what in (where, section))
        return Pad(finish_id(one), (f"{words}{who}", words), "", (*of, section, when), "warn")

    def _where(self, visit: Visit) -> str:
        text = " - ".join(part for part in (visit.section_name or "no class", visit.title) if part)
        return self.names().mask(text)

    def _time(self, ms: int | None) -> str:
        return f"{local(ms, self.home.zone):%H:%M}" if ms is not None else ""

    def _when(self, ms: int | None) -> str:
        """The time, with the day where it is another one."""
        if ms is None:
            return ""
        moment, now = (local(at, self.home.zone) for at in (ms, self.home.clock.now()))
        days = (now.date() - moment.date()).days
        day = "" if days == 0 else "yesterday " if days == 1 else f"{moment:%a} {moment.day} {moment:%b} "
        return f"{day}{moment:%H:%M}"
