"""One part of a plan at a time, filled by pads: groups by tapping students, questions by level, minutes by role."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.events import Key

from observe.domain.errors import Refused
from observe.domain.model import Student, Visit
from observe.domain.programme import PlanLine
from observe.domain.protocol import Protocol
from observe.services import plan, plan_page
from observe.services.home import Home
from observe.ui.commands import FILL
from observe.ui.names import Names
from observe.ui.padpage import Band, PadPage
from observe.ui.pads import Cell, Pad, Panel, Row
from observe.ui.text import fit, fit_words, wrap

if TYPE_CHECKING:
    from observe.ui.screens.plan_parts import Filling

ALWAYS = ("back", "undo", "privacy", "help")
TITLES = {
    "group": "Groups",
    "tier": "Tiers",
    "question": "Questions to ask",
    "segment": "Who does what",
    "strategy": "Strategies",
    "watch": "Watch for",
    "compacting": "Compacting",
}


class Steps:
    """What was done on a page, to be taken back one by one: the lines before and after each."""

    def __init__(self) -> None:
        self._done: list[tuple[tuple[PlanLine, ...], tuple[PlanLine, ...]]] = []

    def __bool__(self) -> bool:
        return bool(self._done)

    def do(self, made: plan.Plan, change: Callable[[], object]) -> None:
        """Do it and remember what it changed."""
        before = made.lines()
        change()
        after = made.lines()
        if after != before:
            self._done.append((before, after))

    def back(self, made: plan.Plan) -> bool:
        """Take the last one back; False where nothing is left."""
        if not self._done:
            return False
        made.restore(*self._done[-1])
        self._done.pop()
        return True


class FillScreen(PadPage):
    """A page for one part of a plan. `about`: `VISIT/PART`, or `VISIT/PART/LINE` with a line that is chosen."""

    def __init__(self, home: Home, about: str, hidden: bool = False) -> None:
        from observe.ui.screens.plan_people import FILLINGS

        visit, part, *line = about.split("/")
        self.home, self.part = home, part
        self.plan = plan.Plan(home, visit)
        self.chosen = line[0] if line else ""
        """The line that pads at the foot are about, "" for none."""
        self.spelled = ""
        """Letters of a tag so far, while one is being typed."""
        self.steps = Steps()
        self.hidden = hidden
        self.load()
        self.filling: Filling = FILLINGS[part](self)
        uses = (*ALWAYS, *self.filling.uses)
        super().__init__([command for command in FILL if command.id in uses], hidden)

    def load(self) -> None:
        """Read what is so."""
        self.visit: Visit = self.plan.visit
        self.students: tuple[Student, ...] = self.plan.students()
        self.all_lines = self.plan.lines()
        self.lines = tuple(one for one in self.all_lines if one.part == self.part)
        self._names = Names(plan_page.everybody(self.home, self.visit), self.hidden)

    @property
    def line(self) -> PlanLine | None:
        """The chosen line."""
        return next((one for one in self.lines if one.id == self.chosen), None)

    def need(self) -> PlanLine:
        """The chosen line. Raises Refused."""
        if self.line is None:
            raise Refused("nothing is chosen", "this is about one of them", "tap one first")
        return self.line

    # -- what it shows ---------------------------------------------------------------------------------

    def names(self) -> Names:
        """Names in seat order."""
        return self._names

    def schemes(self) -> Sequence[Protocol]:
        """What the visit is, or will be, logged with."""
        return (self.filling.coding,)

    def title_choices(self) -> list[str]:
        """Which part of which plan."""
        what = f"Plan: {TITLES[self.part]}"
        whose = plan_page.titles(self.home, self.visit)
        return self.titled(*(f"{what} - {self._names.mask(of)}" for of in whose), what)

    def bands(self, w: int) -> Sequence[Band]:
        """What the part shows."""
        self.load()
        if self.chosen and self.part != "compacting" and self.line is None:
            self.chosen = ""
        return self.filling.bands(w)

    def foot(self) -> Sequence[str]:
        """Back, what the part has, and the rest."""
        return ("back", *self.filling.uses, "undo", "privacy", "help")

    def pad(self, id: str) -> Pad:
        """What is about a chosen one is dim while there is none."""
        found = super().pad(id)
        if id == "undo":
            return replace(found, dim=not self.steps)
        return self.filling.pad(id, found) if id in self.filling.uses else found

    def hint(self) -> str:
        """What the next tap does."""
        return f"letters: {self.spelled}_" if self.spelled else self._names.mask(self.filling.hint())

    # -- what it does ------------------------------------------------------------------------------------

    def key(self, event: Key) -> bool:
        """Capitals are the letter, or the two, of a student, who is tapped; a digit chooses a line by its place."""
        said = event.character or ""
        spelled, self.spelled = self.spelled, ""
        if self.typing is None and self.filling.people and said.isascii() and said.isupper():
            self._spell(spelled + said)
            return True
        if self.typing is None and said.isdecimal() and said.isascii() and said != "0":
            ids = [id for id in (cell.id for cell in self._cells()) if id.startswith("line.")]
            if int(said) <= len(ids):
                self.press(ids[int(said) - 1])
            return True
        return super().key(event)

    def _spell(self, tag: str) -> None:
        """Tap the student of this tag, or wait for its second letter."""
        tags = {student.letter: student.id for student in self.students if student.letter}
        if tag in tags:
            self.press(f"student.{tags[tag]}")
            return
        waits = any(one.startswith(tag) for one in tags)
        self.spelled = tag if waits else ""
        self.message = "" if waits else f"nobody here has the letters {tag}"
        self.draw()

    def _cells(self) -> list[Cell]:
        return [cell for band in self.filling.bands(self.size.width) for cell in band.cells]

    def touch(self, act: str) -> None:
        """A pad of the page."""
        self.filling.touch(act)

    def act(self, id: str) -> None:
        """One of the page's commands."""
        if id == "back":
            self.dismiss()
        elif id == "undo":
            if not self.steps.back(self.plan):
                raise Refused("nothing to take back", "nothing was done on this page", "")
        else:
            self.filling.act(id)

    def do(self, change: Callable[[], object]) -> None:
        """Change the plan so that Undo takes it back."""
        self.steps.do(self.plan, change)

    def write(self, prompt: str, text: str, keep: Callable[[str], object]) -> None:
        """Have a line written; what is done with it can be taken back."""
        self.ask(self._names.mask(prompt), text, lambda words: self.do(lambda: keep(words)))


def panel(lines: Sequence[tuple[str, str]], w: int, height: int) -> Band:
    """Text of always the same height, so that nothing below it moves: each with its ink."""
    rows = [Row(f" {part}", ink) for text, ink in lines for part in wrap(text, w - 3)]
    return Band((Panel("", tuple(rows[:height]), "card"),), 1, height)


def by_width(n: int, w: int, least: int) -> int:
    """Columns for so many pads, each at least so wide, nine at the most."""
    return max(1, min(n, 9, w // least))


def people(
    screen: FillScreen, w: int, subs: Callable[[Student], tuple[str, ...]], on: Callable[[Student], bool]
) -> Band:
    """A pad for each student in seat order, beside the letter what is so, in ever shorter words."""
    columns = max(3, min(9, w // 11))
    room = w // columns - 2
    cells: list[Cell] = []
    for student in screen.students:
        label = fit(fit_words(screen.names().choices(student.id), room), room)
        cells.append(Pad(f"student.{student.id}", (label,), student.letter, subs(student), "chal", on=on(student)))
    return Band(tuple(cells), columns)
