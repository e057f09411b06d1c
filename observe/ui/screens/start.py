"""Where the app begins: go on with the open visit, or start one with a single key."""

from collections.abc import Callable
from dataclasses import replace

from textual.events import Key
from textual.geometry import Region

from observe.domain.codec import local
from observe.domain.errors import NotSaved, Refused
from observe.domain.model import Section, Visit
from observe.services import visits
from observe.services.home import Home
from observe.ui.board import Board
from observe.ui.cells import MIN_HEIGHT, Cells, grid
from observe.ui.commands import START
from observe.ui.messages import HideNames, OpenVisit, ShowHelp
from observe.ui.names import Names
from observe.ui.pads import Cell, Pad, Panel, Row
from observe.ui.page import PageScreen
from observe.ui.text import wrap

BEGAN = (0, 5, 10)
MOST = 9


class StartScreen(PageScreen):
    """Today: an open visit first, then the sections, numbered."""

    def __init__(self, home: Home, hidden: bool = False, waiting: Callable[[], int] = lambda: 0) -> None:
        super().__init__(START, ())
        self.home, self.hidden, self.waiting = home, hidden, waiting
        self.message = ""
        self.other = False
        self.began = 0
        self.page = 0
        self.read()

    def read(self) -> None:
        """What is open and which sections there are."""
        open_ = visits.open_visits(self.home)
        self.open: Visit | None = open_[0] if open_ else None
        sections = visits.sections(self.home)
        now = self.home.clock.now()
        planned = [v for v in visits.visits_of_day(self.home, now) if v.started_at is None and v.planned_at is not None]
        self.planned = {v.section: v for v in reversed(planned)}
        due = {v.section: v.planned_at or 0 for v in reversed(planned)}
        self.sections: list[Section] = sorted(sections, key=lambda s: (due.get(s.id, 1 << 62), s.name, s.id))
        self.counts = {s.id: 0 for s in sections}
        for student in visits.students(self.home):
            if student.active and student.section in self.counts:
                self.counts[student.section] += 1

    @property
    def asking(self) -> bool:
        """Whether the open visit is the question."""
        return self.open is not None and not self.other

    # -- what it shows ---------------------------------------------------------------------------------

    def title_choices(self) -> list[str]:
        """Today and the date."""
        now = local(self.home.clock.now(), self.home.zone)
        day = f"{now:%A} {now.day} {now:%B}"
        demo = "DEMO  " if self.home.is_demo else ""
        hidden = "  NAMES HIDDEN" if self.hidden else ""
        return [f"{demo}Today - {day}{hidden}", f"{demo}Today{hidden}"]

    def draw(self) -> None:
        """The foot follows what is asked."""
        more = ("page",) if not self.asking and len(self.sections) > self._room()[1] else ()
        choices = () if self.asking else ("no_class",)
        self.foot_ids = (*choices, *more, "privacy", "help", "quit")
        super().draw()

    def _room(self) -> tuple[int, int]:
        """Columns of sections, and how many are on the glass."""
        rows = max(1, (self.size.height - 1 - 3 * MIN_HEIGHT) // MIN_HEIGHT)
        columns = 2 if self.size.width >= 60 else 1
        return columns, min(MOST, columns * rows)

    def draw_body(self, board: Board) -> None:
        """The question about the open visit, or the sections."""
        w, h = self.size.width, self.size.height - 1 - MIN_HEIGHT
        cells, shown = self._question(w, h) if self.asking else self._choices(w, h)
        board.show(cells, shown)

    def _head(self, lines: list[str], w: int) -> Panel:
        if self.message:
            first, *rest = wrap(f"! {self.message}", w - 3)
            return Panel("", (Row(f" {first}", "warn", True), Row(f" {' '.join(rest)}", "warn")), "card", "warn")
        first, *rest = lines
        return Panel("", (Row(f" {first}", bold=True), *(Row(f" {line}", "mute") for line in rest)), "card", "edge")

    def _question(self, w: int, h: int) -> tuple[Cells, list[Cell]]:
        visit = self.open
        assert visit is not None
        names = self._mask(visit)
        began = self._time(visit.started_at)
        head = self._head([f"Resume {names}, began {began}?", "A visit is still open. Nothing was lost."], w)
        last = visits_last(self.home, visit)
        subs = {"resume": "", "end_last": self._time(last), "end_now": "", "other": "ends this one"}
        pads: list[Cell] = [
            Pad(
                id,
                self.commands[id].labels,
                self.commands[id].key_word,
                (subs[id],) if subs[id] else (),
                on=id == "resume",
            )
            for id in subs
        ]
        columns = 4 if w >= 80 else 2
        rows = -(-len(pads) // columns)
        places = grid(len(pads), columns, rows, w, 4 * rows)
        return (Region(0, 0, w, 3), *(place.translate((0, 4)) for place in places)), [head, *pads]

    def _choices(self, w: int, h: int) -> tuple[Cells, list[Cell]]:
        columns, room = self._room()
        pages = max(1, -(-len(self.sections) // room))
        here = self.sections[self.page % pages * room :][:room]
        if self.open is not None:
            lines = ["Which class?", f"{self._mask(self.open)} ends at its last log."]
        elif here:
            lines = ["Which class? Press its number.", "The visit is live at once."]
        else:
            lines = ["No class yet.", "Leave, then: observe import roster FILE   or look around: observe demo"]
        began: list[Cell] = [
            replace(self.pad(id), tone="role", on=self.began == minutes)
            for id, minutes in zip(("began_0", "began_5", "began_10"), BEGAN, strict=True)
        ]
        pads: list[Cell] = [self._section(section, i) for i, section in enumerate(here, 1)]
        high = -(-room // columns) * MIN_HEIGHT
        places = grid(len(pads), columns, max(1, -(-room // columns)), w, high)
        third = grid(3, 3, 1, w, MIN_HEIGHT)
        cells = (
            Region(0, 0, w, MIN_HEIGHT),
            *(place.translate((0, MIN_HEIGHT)) for place in third),
            *(place.translate((0, 2 * MIN_HEIGHT)) for place in places),
        )
        return cells, [self._head(lines, w), *began, *pads]

    def _section(self, section: Section, number: int) -> Pad:
        n = self.counts.get(section.id, 0)
        planned = self.planned.get(section.id)
        due = f"planned {self._time(planned.planned_at)}" if planned else ""
        parts = [part for part in (due, section.teacher, f"{n} students" if n else "no roster") if part]
        subs = tuple(" - ".join(parts[:k]) for k in range(len(parts), 0, -1))
        return Pad(f"section.{section.id}", (section.name,), str(number), subs, "role" if planned else "mute")

    def _mask(self, visit: Visit) -> str:
        text = " - ".join(part for part in (visit.section_name or "no class", visit.title) if part)
        people = visits.students(self.home, visit.section) if self.hidden and visit.section else ()
        return Names(people, self.hidden).mask(text)

    def _time(self, ms: int | None) -> str:
        return f"{local(ms, self.home.zone):%H:%M}" if ms is not None else ""

    # -- what it does ------------------------------------------------------------------------------------

    def press(self, id: str, touch: bool = False) -> None:
        """A pad or its key. Digits choose a section."""
        self.message = ""
        try:
            self._do(id)
        except NotSaved as error:
            self.message = f"not saved: {error.why or error.what}"
        except Refused as error:
            self.message = str(error)
        self.draw()

    def key(self, event: Key) -> bool:
        """Digits are sections; everything else is a command."""
        digit = event.character or ""
        if digit in "123456789" and digit and not self.asking:
            pages = max(1, -(-len(self.sections) // self._room()[1]))
            at = self.page % pages * self._room()[1] + int(digit) - 1
            if int(digit) <= self._room()[1] and at < len(self.sections):
                self.press(f"section.{self.sections[at].id}")
            return True
        return super().key(event)

    def _do(self, id: str) -> None:
        kind, _, rest = id.partition(".")
        if kind == "section":
            self._start(rest)
        elif id == "no_class" and not self.asking:
            self._start(None)
        elif id.startswith("began_"):
            self.began = int(id.removeprefix("began_"))
        elif id == "page":
            self.page += 1
        elif id == "privacy":
            self.post_message(HideNames(not self.hidden))
        elif id == "help":
            self.post_message(ShowHelp())
        elif id == "quit":
            self.app.call_later(self.app.action_quit)
        elif self.open is not None:
            self._answer(id, self.open)

    def _answer(self, id: str, visit: Visit) -> None:
        if id == "resume":
            self.post_message(OpenVisit(visit.id))
        elif id == "other":
            self.other = not self.other
        elif id in ("end_last", "end_now"):
            self._nothing_waits()
            at = visits_last(self.home, visit) if id == "end_last" else None
            visits.end_visit(self.home, visit.id, at, estimated=id == "end_last")
            self.read()

    def _start(self, section: str | None) -> None:
        self._nothing_waits()
        at = self.home.clock.now() - self.began * 60_000 if self.began else None
        visit = visits.start_visit(self.home, section, at=at, end_open=self.open is not None)
        self.post_message(OpenVisit(visit.id))

    def _nothing_waits(self) -> None:
        if self.waiting():
            raise Refused(
                f"{self.waiting()} taps are not saved yet", "", "go back to the visit and wait until they are"
            )

    def hide_names(self, hidden: bool) -> None:
        """Initials instead of names, or names again."""
        self.hidden = hidden
        self.draw()


def visits_last(home: Home, visit: Visit) -> int:
    """When the last thing was logged in a visit, else when it began."""
    log = visits.visit_log(home, visit.id)
    moments = [o.at for o in log.observations]
    return max(moments, default=visit.started_at or home.clock.now())
