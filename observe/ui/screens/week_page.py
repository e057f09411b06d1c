"""What the Week page shows: the week day by day, what comes every week, and minutes held of planned."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

from observe.domain.codec import local
from observe.domain.errors import Refused
from observe.domain.model import Section
from observe.domain.programme import MEETING, VISIT, Pattern
from observe.domain.weekly import DAYS, monday_of
from observe.services import deliverypage, meetings, patterns, visits
from observe.services.delivery import delivered
from observe.services.home import Home
from observe.services.said import counted
from observe.services.schedule import Unclear
from observe.services.week import Slot, Week, week
from observe.store.connection import in_words
from observe.ui import minutes
from observe.ui.commands import WEEK
from observe.ui.names import Names
from observe.ui.padpage import Band, PadPage, PadSheet, group, heading
from observe.ui.pads import Cell, Pad, Panel, Row
from observe.ui.screens.week_steps import Asked, choices, question, so_far
from observe.ui.text import fit, fit_words, wrap

STATUS = {"planned": ("planned", "active"), "live": ("open", "deep"), "held": ("held", "deep"), "missed": ("", "warn")}
WHY = ("why_1", "why_2", "why_3", "why_4", "why_own")
OPEN = {"planned": "Start", "missed": "Start", "live": "Go on", "held": "Wrap-up"}


class WeekPage(PadPage):
    """One week. `picked`: the id of the pad that is chosen; `asked`: what is being put together by taps."""

    def __init__(self, home: Home, about: str = "", hidden: bool = False) -> None:
        super().__init__(WEEK, hidden)
        self.home, self.picked, self.about = home, "", about
        self.asked: Asked | None = None
        self.unclear: list[Unclear] = []
        self.said: list[tuple[str, str]] = []
        """What came of taking a calendar in, with the ink of each line."""
        self.monday = monday_of(local(home.clock.now(), home.zone).date())
        self.load()
        self.shows_today = False
        self.cursor = self._of_today()
        self._begin_with(about)

    def _begin_with(self, about: str) -> None:
        """Opened for one visit or meeting: it is chosen, in its week."""
        at: int | None = None
        with suppress(Refused):
            visit = visits.read(self.home, about)
            at = visit.started_at if visit.started_at is not None else visit.planned_at
        with suppress(Refused):
            at = meetings.read(self.home, about).at
        if at is None:
            return
        self.monday = monday_of(local(at, self.home.zone).date())
        self.load()
        self.picked = self.cursor = next((id for id, slot in self.slots.items() if slot.id == about), "")

    def _of_today(self) -> str:
        """What comes next today, else the first of the day."""
        today = [(id, slot) for id, slot in self.slots.items() if self._is_today(slot)]
        return next((id for id, slot in today if slot.status == "planned"), today[0][0] if today else "")

    def load(self) -> None:
        """Read what is so."""
        with in_words(self.home.database.path):
            self.sections: tuple[Section, ...] = visits.sections(self.home)
            self.people = Names(visits.students(self.home), self.hidden)
            self.week: Week = week(self.home, self.monday)
            self.patterns = {f"pattern.{p.id}": p for p in patterns.standing(self.home)}
            self.of_week = delivered(self.home, self.monday, self.monday + timedelta(days=6))
            first = self.monday.replace(day=1)
            self.month = first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            self.of_month = delivered(self.home, *self.month)
        self.slots = {f"{slot.kind}.{slot.id}": slot for slot in self.week.slots}
        if self.picked not in self.slots and self.picked not in self.patterns:
            self.picked = ""

    @property
    def slot(self) -> Slot | None:
        """The visit or meeting that is chosen."""
        return self.slots.get(self.picked)

    @property
    def pattern(self) -> Pattern | None:
        """What comes every week, where that is chosen."""
        return self.patterns.get(self.picked)

    def draw(self) -> None:
        """At first, today or what is chosen is on the glass."""
        super().draw()
        if self.shows_today or not self.ready or not isinstance(self.sheet, PadSheet):
            return
        self.shows_today = True
        place = self._place(self.cursor)
        if place is not None and place.bottom > self.room:
            self.first = place.y - 1
            super().draw()

    # -- what it shows ---------------------------------------------------------------------------------

    def title_choices(self) -> list[str]:
        """Which week, and what became of it."""
        last = self.monday + timedelta(days=6)
        days = f"{self.monday.day} {self.monday:%b} to {last.day} {last:%b %Y}"
        held = deliverypage.held_of(self.of_week["totals"]["visits"])
        return self.titled(f"Week - {days} - {held}", f"Week - {days}", "Week")

    def names(self) -> Names:
        """Everybody she visits."""
        return self.people

    def foot(self) -> Sequence[str]:
        """What can be done with what is chosen; else where one can go."""
        slot = self.slot
        if self.asked is not None:
            weeks = ("before", "after") if self.asked.steps[0] == "date" else ()
            return ("back", *weeks, *(("typed",) if self._can_type(self.asked) else ()), "privacy", "help")
        if self.pattern is not None:
            return ("back", "change", "end", "remove", "privacy", "help")
        if slot is None:
            made = ("every_week", "meeting", "calendar")
            return ("back", "before", "after", *made, "print", "principal", "coverage", "privacy", "help")
        if slot.kind == MEETING:
            return ("back", *self._of_meeting(slot))
        if slot.status in ("held", "live"):
            return ("back", "start", "plan", "privacy", "help")
        today = ("start",) if self._is_today(slot) else ()
        back = (*(("take_back",) if slot.why else ()), *(("remove",) if slot.by_hand else ()))
        first, then = (WHY, ("move", *back, *today, "plan")), ((*today, "plan", "move"), (*WHY, *back))
        one, other = first if slot.status == "missed" else then
        return ("back", *one, *other)

    def _of_meeting(self, slot: Slot) -> Sequence[str]:
        drop = ("remove",) if slot.by_hand else ()
        back = ("take_back",) if slot.why or (slot.status == "held" and slot.planned) else ()
        if slot.status == "held":
            return ("long", *(WHY if slot.planned else ()), *back, *drop)
        held = ("held", "long") if slot.at <= self.home.clock.now() else ()
        return (*held, *WHY, "move", *back, *drop)

    def _is_today(self, slot: Slot) -> bool:
        today = local(self.home.clock.now(), self.home.zone).date()
        return local(slot.at, self.home.zone).date() == today

    def _can_type(self, asked: Asked) -> bool:
        return asked.what != "unclear" and (asked.what != "meeting" or "section" in asked.answers)

    def pad(self, id: str) -> Pad:
        """Some pads say what is so."""
        found, slot = super().pad(id), self.slot
        if slot is None:
            return found
        if id == "start":
            return replace(found, labels=(OPEN[slot.status],))
        if id == "take_back" and not slot.why:
            return replace(found, labels=("Not held",))
        if id == "held" and slot.minutes:
            return replace(found, subs=(f"{slot.minutes} min",))
        if id in WHY:
            said = found.labels[0].casefold() if id != "why_own" else ""
            return replace(found, tone="warn", on=bool(slot.why) and slot.why.casefold() == said)
        return found

    def hint(self) -> str:
        """What the next tap does."""
        if self.asked is not None:
            typed = ", or type it" if self._can_type(self.asked) else ""
            return f"Tap one{typed}. esc leaves everything as it was."
        if self.slot is not None:
            can = "Say why it was not held, or move it." if self.slot.status in ("planned", "missed") else ""
            return can or "Tap another one, or Back."
        return "" if self.pattern is not None else "Tap a visit or a meeting."

    def bands(self, w: int) -> list[Band]:
        """The question that stands with its answers; else the week."""
        if self.asked is not None:
            asked = self.names().mask(question(self.asked))
            return [*self._about(w), heading(asked), *self._answers(self.asked, w)]
        columns = max(1, min(4, w // 36)) if w >= 72 or w < 60 else 2
        found = self._about(w) + self._unclear(columns)
        today = local(self.home.clock.now(), self.home.zone).date()
        for day, slots in self.week.days:
            if not slots and day.weekday() > 4:
                continue
            mark = "  today" if day == today else ""
            nothing = "" if slots else "  nothing planned"
            found.append(heading(f"{day:%A} {day.day} {day:%b}{mark}{nothing}", "deep" if slots else "mute"))
            if slots:
                found.append(Band(tuple(self._slot(s, w // columns - 2) for s in slots), columns))
        found += self._every_week(w, columns)
        return found + self._minutes(w)

    def _choices(self, asked: Asked) -> Sequence[Pad]:
        return choices(asked, self.sections, self.monday)

    def _answers(self, asked: Asked, w: int) -> list[Band]:
        """Names of classes have room; what is short stands close together."""
        pads = [replace(p, labels=self._masked(p.labels)) for p in self._choices(asked)]
        classes = [pad for pad in pads if pad.id.removeprefix("pick.") in {s.id for s in self.sections}]
        rest = [pad for pad in pads if pad not in classes]
        found = [Band(tuple(classes), max(1, w // 36))] if classes else []
        return [*found, Band(tuple(rest), max(2, min(6, w // 15, len(rest))))] if rest else found

    def _masked(self, labels: Sequence[str]) -> tuple[str, ...]:
        return tuple(self.names().mask(label) for label in labels)

    def _about(self, w: int) -> list[Band]:
        """Always as high while nothing was taken in, so that no line moves when one is chosen."""
        if self.said:
            rows = [Row(f" {text}", ink) for said, ink in self.said for text in wrap(self.names().mask(said), w - 3)]
            return [Band((Panel("", tuple(rows), "card", "edge"),), 1, len(rows) + 1)]
        head, more = self._words()
        rows = [Row(f" {fit(self.names().mask(head), w - 3)}", "ink", True)]
        rows += [Row(f" {text}", "mute") for text in wrap(self.names().mask(more), w - 3)[:2]]
        return [Band((Panel("", tuple(rows), "card", "edge"),), 1, 4)]

    def _words(self) -> tuple[str, str]:
        slot, pattern = self.slot, self.pattern
        if self.asked is not None:
            return so_far(self.asked, self.sections)
        if pattern is not None:
            what = "Co-planning meetings" if pattern.what == MEETING else "Visits"
            last = f" until {self._day(pattern.last)}" if pattern.last else ""
            return (
                f"{self._section(pattern.section)} - {patterns.said(pattern)}",
                f"{what} from {self._day(pattern.first)}{last}.",
            )
        if slot is None:
            return "Your week.", "Tap a visit or a meeting: then say why it was not held, move it, or start it."
        at = local(slot.at, self.home.zone)
        what = "Co-planning: " if slot.kind == MEETING else ""
        title = " - ".join(part for part in (slot.name or "no class", slot.title) if part)
        plan = "It has a plan." if slot.has_plan else "It has no plan." if slot.kind == VISIT else ""
        planned = f"Planned {slot.minutes} min." if slot.minutes else "" if slot.planned else "Nobody planned it."
        said = self._status(slot)
        facts = [f"{said[:1].upper()}{said[1:]}.", planned if slot.status != "planned" else "", plan, slot.teacher]
        return f"{at:%a} {at.day} {at:%b %H:%M}  {what}{title}", " ".join(fact for fact in facts if fact)

    def _status(self, slot: Slot) -> str:
        if slot.status == "missed":
            return f"missed: {slot.why}" if slot.why else "not held, not said why"
        word, _ = STATUS[slot.status]
        if slot.spent is None:
            return f"{word}, {slot.minutes} min" if slot.minutes else word
        return f"{word} {slot.spent} of {slot.minutes} min" if slot.minutes else f"{word} {slot.spent} min"

    def _slot(self, slot: Slot, room: int) -> Pad:
        id = f"{slot.kind}.{slot.id}"
        _, tone = STATUS[slot.status]
        at = f"{local(slot.at, self.home.zone):%H:%M}"
        extra = "" if slot.planned else "not planned"
        plan = "plan" if slot.has_plan else ""
        parts = [self._status(slot), extra, plan, slot.teacher]
        said = [part for part in parts if part]
        subs = tuple(self.names().mask("  ".join(said[:k])) for k in range(len(said), 0, -1))
        name = " - ".join(part for part in (slot.name or "no class", slot.title) if part)
        labels: tuple[str, ...] = (name, slot.name or "no class")
        if slot.kind == MEETING:
            labels = (f"Co-planning: {labels[1]}", f"Co-plan: {labels[1]}")
        label = fit_words(self._masked(labels), room)
        return Pad(id, (label,), at, subs, tone, "role" if slot.kind == MEETING else "edge", on=id == self.picked)

    def _unclear(self, columns: int) -> list[Band]:
        if not self.unclear:
            return []
        pads = [
            Pad(f"unclear.{i}", (self.names().mask(u.name),), "?", (counted(u.events, "event"),), "warn")
            for i, u in enumerate(self.unclear)
        ]
        return [heading("Of no class yet: tap to say which", "warn"), Band(tuple(pads), columns)]

    def _every_week(self, w: int, columns: int) -> list[Band]:
        if not self.patterns:
            return []
        pads: list[Cell] = []
        for id, p in self.patterns.items():
            what = "co-planning" if p.what == MEETING else "visits"
            last = f"until {self._day(p.last)}" if p.last else ""
            subs = tuple("  ".join(part for part in (f"{p.minutes} min", what, last)[:k] if part) for k in (3, 2, 1))
            name = fit(self.names().mask(self._section(p.section)), w // columns - 2)
            key = f"{DAYS[p.weekday].capitalize()} {p.time}"
            pads.append(Pad(id, (name,), key, subs, "mute", on=id == self.picked))
        return group("Every week", pads, columns)

    def _section(self, id: str) -> str:
        return next((s.name for s in self.sections if s.id == id), "no class")

    def _minutes(self, w: int) -> list[Band]:
        """Minutes of the week by class, and the month in words."""
        rows = [row for row in self.of_week["rows"] if row["visits"]["planned"] or row["visits"]["extra"]]
        lines = minutes.rows([self._held(row) for row in rows], w) if rows else []
        month = self.of_month["totals"]
        first, _ = self.month
        visits_, met = month["visits"], month["meetings"]
        ended = visits_["with_plan"] + visits_["without_plan"]
        said = [f"{first:%B}: {deliverypage.held_of(visits_, why=True)}."]
        said.append(f"A plan for {visits_['with_plan']} of {ended} visits held." if ended else "")
        if met["planned"] or met["extra"]:
            said.append(f"Co-planning: {deliverypage.held_of(met, 'meeting', why=True)}.")
        for text in filter(None, said):
            lines += [Row(f" {line}", "mute") for line in wrap(self.names().mask(text), w - 3)]
        return [Band((Panel("", tuple(lines), "card", "edge"),), 1, len(lines) + 1)]

    def _held(self, row: dict[str, object]) -> tuple[str, float, float, float]:
        """The class, its minutes held and planned, and those beside."""
        block = row["visits"]
        assert isinstance(block, dict)
        name = self.names().mask(str(row["section"] or "no class"))
        return name, block["held_minutes"], block["planned_minutes"], block["extra_minutes"]

    def _day(self, written: str) -> str:
        """A day as the week says days; the year where it is not this one."""
        day = date.fromisoformat(written)
        return f"{day.day} {day:%b}{f' {day.year}' if day.year != self.monday.year else ''}"
