"""A page for somebody outside the team, as it would go out: looked at first, then written, and kept whom it went to."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from observe.domain.cards import Card, Line, Page, Span
from observe.domain.codec import local
from observe.domain.programme import Sent
from observe.services import family, pages, sharedpages, spans, visits
from observe.services.afterwards import Afterwards
from observe.services.home import Home
from observe.services.sharedpages import FOOTERS, HEADINGS, IN_SHORT
from observe.services.talk import READINGS
from observe.ui.cardpage import CardPage
from observe.ui.commands import SHARED_PAGE
from observe.ui.names import Names
from observe.ui.pads import Pad
from observe.ui.text import width

SPANS = {
    spans.MONTH: ("This month", "Month"),
    spans.LAST: ("Last month", "Last"),
    spans.QUARTER: ("Three months", "3 mon"),
}
"""Name of the span to what its pad says."""


class SharedPageScreen(CardPage):
    """`about`: the kind, then what it is about: `talk:VISIT`, `family:STUDENT`, `principal`, `coverage`."""

    def __init__(self, home: Home, about: str, hidden: bool = False) -> None:
        super().__init__(SHARED_PAGE, hidden)
        kind, _, of = about.partition(":")
        self.home, self.kind, self.about, self.span = home, kind, of, spans.MONTH
        self.shared = sharedpages.shared(home, kind, of)

    # -- what it shows ---------------------------------------------------------------------------------

    def cards(self) -> Page:
        """The page as it would go out, with what is still to be written; below it, where such a page went."""
        self.people = Names(visits.students(self.home), self.hidden)
        page = self.shared.page(self.home, tappable=True)
        went = tuple(map(self._place, reversed(self.shared.places(self.home))))
        return replace(page, cards=(*page.cards, Card("Went to (not on the page)", went, wide=True))) if went else page

    def _place(self, one: Sent) -> Line:
        when = local(one.at, self.home.zone)
        ends = [date.fromisoformat(day) for day in (one.first, one.last) if day]
        of = f", of {spans.days(*ends)}" if len(ends) == 2 else ""
        return Line((Span(one.to, strong=True), Span(f"  on {when.day} {when:%b %Y %H:%M}{of}", "mute")))

    def names(self) -> Names:
        """A family page names its child."""
        return self.people

    def title_choices(self) -> list[str]:
        """Whom it is for."""
        heading, title = HEADINGS[self.kind], self.people.mask(self.page.title)
        whose = title.partition(": ")[0]
        return self.titled(f"{heading} - {title}", title, whose, heading)

    def foot(self) -> Sequence[str]:
        """Its pads."""
        return ("back", *(("span",) if self.kind != "talk" else ()), "write", "privacy", "help")

    def pad(self, id: str) -> Pad:
        """The pad of the span says which it is."""
        found = super().pad(id)
        return replace(found, labels=SPANS[self.span]) if id == "span" else found

    def hint(self) -> str:
        """What is not on it."""
        said = FOOTERS[self.kind]
        return said if width(said) <= self.size.width - 2 else IN_SHORT.get(self.kind, said)

    # -- what it does ------------------------------------------------------------------------------------

    def act(self, id: str) -> None:
        """A pad or its key."""
        if id == "back":
            self.dismiss()
        elif id == "span":
            self.span = spans.SHARED[(spans.SHARED.index(self.span) + 1) % len(spans.SHARED)]
            self.shared = sharedpages.shared(self.home, self.kind, self.about, spans.named(self.home, self.span))
            self.first, self.cursor = 0, ""
            self.fresh()
        elif id == "write":
            page = self.shared.page(self.home)
            self.message = self.shared.caution(self.home) or self.message
            path = pages.default_path(self.kind, self.shared.span.last.isoformat())
            self.ask("Where to? One file, to print or send:", str(path), lambda text: self._written(page, text))

    def touch(self, act: str) -> None:
        """A line that asks to be written."""
        kind, _, of = act.partition(":")
        if kind == "write":
            heading = dict(READINGS)[of]
            before = Afterwards(self.home, self.about).reflection().get(of, "")
            self.ask(f"{heading}:", before, lambda text: self._reading(of, text))
        elif kind == "next_step":
            before = family.next_step(self.home, self.about)
            self.ask("The next step for this child:", before, self._step)

    def _reading(self, field: str, text: str) -> None:
        Afterwards(self.home, self.about).reflect(field, text)
        self.fresh()

    def _step(self, text: str) -> None:
        family.write_next_step(self.home, self.about, text)
        self.fresh()

    def _written(self, page: Page, where: str) -> None:
        path = pages.write_page(page, where, FOOTERS[self.kind])
        self.ask(f"Written to {path}. Whom does it go to? (kept in the log):", "", self._went)

    def _went(self, to: str) -> None:
        if to:
            self.shared.went(self.home, to)
        self.message = f"kept: it goes to {to}" if to else "written; nobody is named for it"
        self.fresh()
