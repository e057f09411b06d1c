"""Is it changing: by week, of all classes, of one, or of one student."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from observe.domain.cards import Card, Page, line
from observe.domain.codec import local
from observe.domain.errors import Refused
from observe.domain.weekly import monday_of
from observe.services import trendpage, visits
from observe.services.home import Home
from observe.services.trends import Asked, first_day, span_of
from observe.services.whose import has_own
from observe.ui.cardpage import CardPage
from observe.ui.commands import TRENDS
from observe.ui.names import Names
from observe.ui.pads import Pad

SPANS = {4: ("4 weeks",), 12: ("12 weeks", "12 wks"), 52: ("The year", "Year")}
"""Weeks, that of the last visit among them, and what the pad says. Whole ones: half a week looks like a bad one."""


class TrendsScreen(CardPage):
    """One class after the other, all of them first. `about`: a section, a student or a visit, "" for all classes.

    Who has no visits of her own reads everybody's, as on the day.
    """

    def __init__(self, home: Home, about: str = "", hidden: bool = False) -> None:
        super().__init__(TRENDS, hidden)
        self.home = home
        self.sections = {section.id: section.name for section in visits.sections(home)}
        self.places: list[str | None] = [None, *self.sections]
        self.weeks, self.picking, self.flagged = next(iter(SPANS)), False, False
        self.everyone = not has_own(home)
        self.where: str | None = about if about in self.sections else None
        students = {student.id for student in visits.students(home)}
        self.who: str | None = about if about in students else None
        self.came = self.who
        if about and self.where is None and self.who is None:
            self.where = visits.read(home, about).section

    def asked(self) -> Asked:
        """What is shown: up to the last visit of what it is about, and not from before there was any."""
        plain = Asked(self.where, self.who, everyone=self.everyone, flagged=self.flagged)
        last = span_of(self.home, plain)[1]
        first = monday_of(last) - timedelta(weeks=self.weeks - 1)
        begun = first_day(self.home, plain)
        return replace(plain, first=first if begun is None else max(first, monday_of(begun)), last=last)

    # -- what it shows ---------------------------------------------------------------------------------

    def cards(self) -> Page:
        """The cards, or whom to choose from."""
        self.people = Names(visits.students(self.home), self.hidden)
        if self.picking:
            return self._everybody()
        return trendpage.trend_page(self.home, self.asked(), name=self.people.short, tappable=True)

    def _everybody(self) -> Page:
        cards = []
        for id, name in self.sections.items():
            if self.where in (None, id):
                here = [s for s in visits.students(self.home, id) if s.active]
                lines = tuple(line(self.people.choices(s.id)[0], act=f"student:{s.id}") for s in here)
                cards.append(Card(name, lines or (line("no student is on its roster", "mute"),)))
        return Page("Trends - of whom?", tuple(cards))

    def names(self) -> Names:
        """Everybody she visits."""
        return self.people

    def title_choices(self) -> list[str]:
        """What of, and from when to when."""
        return self.by_parts()

    def foot(self) -> Sequence[str]:
        """Its pads."""
        if self.picking:
            return ("back", "privacy", "help")
        return ("back", "section", "student", "weeks", "write", "flagged", "privacy", "help")

    def pad(self, id: str) -> Pad:
        """The pad of the span says which it is."""
        found = super().pad(id)
        if id == "weeks":
            return replace(found, labels=SPANS[self.weeks])
        return replace(found, on=self.flagged) if id == "flagged" else found

    def hint(self) -> str:
        """What a line under the cursor leads to."""
        return "This student over time." if self.cursor.startswith("student:") else ""

    # -- what it does ------------------------------------------------------------------------------------

    def act(self, id: str) -> None:
        """A pad or its key."""
        if id == "back":
            self._back()
        elif id == "section":
            self.where, self.who = self.places[(self.places.index(self.where) + 1) % len(self.places)], None
            self.came = None
            self._turn()
        elif id == "student":
            if not self.sections:
                raise Refused("there is no class yet", "students belong to one", "add a class first")
            self.picking = True
            self._turn()
        elif id == "weeks":
            spans = list(SPANS)
            self.weeks = spans[(spans.index(self.weeks) + 1) % len(spans)]
            self._turn()
        elif id == "flagged":
            self.flagged = not self.flagged
            self.fresh()
            self.message = "flagged visits count here now" if self.flagged else "flagged visits are left out"
        elif id == "write":
            self._print()

    def _back(self) -> None:
        if self.picking:
            self.picking = False
        elif self.who is not None and self.who != self.came:
            self.who = None
        else:
            self.dismiss()
            return
        self._turn()

    def _turn(self) -> None:
        """Another page, from its top."""
        self.first, self.cursor = 0, ""
        self.fresh()

    def touch(self, act: str) -> None:
        """A line: a student."""
        kind, _, of = act.partition(":")
        if kind == "student":
            self.who, self.picking = of, False
            self._turn()

    def _print(self) -> None:
        page = trendpage.trend_page(self.home, self.asked())
        today = f"{local(self.home.clock.now(), self.home.zone):%Y-%m-%d}"
        # Of a student the file is not named after the child: folders show names to whoever looks.
        stem = "trends", self.sections.get(self.where or "", ""), today
        self.ask_where("Where to? Students' names are on it:", page, *stem)
