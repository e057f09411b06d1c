"""The pages that are made to be given away: each by its kind, with what it is about and what it is not to hold."""

from observe.domain.cards import Page, without_acts
from observe.domain.errors import Refused
from observe.domain.figures import Json
from observe.domain.frozen import dataclass
from observe.domain.programme import Sent
from observe.services import family, monthpage, principal, sent, spans, talk
from observe.services.home import Home
from observe.services.spans import Span
from observe.services.visits import read
from observe.store import queries

HEADINGS = {
    "talk": "For a talk with the teacher",
    "principal": "For the head of the school",
    "family": "For the family",
    "coverage": "Coverage, without names",
}
FOOTERS = {
    "talk": "No student is named here. What is small in number is left out.",
    "principal": "No teacher and no class's engagement is on this page, and nothing about fewer than 10 children.",
    "family": "About one child, for the child's own family. No other child is on this page.",
    "coverage": "No student is named here, and nothing is told of fewer than 10 children.",
}
IN_SHORT = {
    "principal": "No teacher, no engagement, no group of fewer than 10.",
    "coverage": "No student is named, no group of fewer than 10.",
}
"""The same on a narrow screen, where a line that does not fit would not be there at all."""


@dataclass(frozen=True, slots=True)
class Shared:
    """One page of a kind. `about`: the visit of a talk, the student of a family page, else ""."""

    kind: str
    about: str
    span: Span

    def page(self, home: Home, *, tappable: bool = False) -> Page:
        """The page as it would go out; `tappable`: on a screen, where what is missing asks to be written."""
        if self.kind == "talk":
            return talk.talk_page(home, self.about, tappable=tappable)
        if self.kind == "family":
            return family.family_page(home, self.about, self.span, tappable=tappable)
        made = principal.principal_page if self.kind == "principal" else monthpage.coverage_page
        return without_acts(made(home, self.span))

    def json(self, home: Home) -> Json:
        """The same as JSON."""
        if self.kind == "talk":
            return talk.talk(home, self.about)
        if self.kind == "family":
            return family.family(home, self.about, self.span)
        return (principal.principal if self.kind == "principal" else monthpage.coverage)(home, self.span)

    def went(self, home: Home, to: str) -> str:
        """It went to somebody: kept in the log. Returns the id of that."""
        if self.kind == "talk":
            return sent.record(home, self.kind, to, visit=self.about, section=read(home, self.about).section)
        return sent.record(home, self.kind, to, student=self.about or None, span=self.span)

    def places(self, home: Home) -> tuple[Sent, ...]:
        """Where pages of this kind, about the same, went."""
        return sent.every(home, self.kind, about=self.about)

    def caution(self, home: Home) -> str:
        """What to know before it is given away, "" for nothing. Of the school's pages: that somebody has one of other
        days that share some with this one, or one of these days from before a visit of them ended. The two could be
        subtracted, and what came new may be a few children."""
        if self.kind in ("talk", "family"):
            return ""
        first, last = self.span.first.isoformat(), self.span.last.isoformat()
        visits = queries.visits(home.conn, *self.span.bounds(home.zone))
        ended = max((visit.ended_at or 0 for visit in visits), default=0)
        other = next((one for one in reversed(self.places(home)) if one.crosses(first, last, ended)), None)
        if other is None:
            return ""
        had = f"{other.to} has the page of {other.first} to {other.last}"
        return f"{had}: from both together a few children could be worked out. Whole months are safe."


def shared(home: Home, kind: str, about: str = "", span: Span | None = None) -> Shared:
    """A page of this kind. Raises Refused for an unknown kind, or where what it is about is not named."""
    if kind not in HEADINGS:
        raise Refused(f"page {kind[:40]!r} is not known", f"known: {', '.join(HEADINGS)}", "")
    if kind in ("talk", "family") and not about:
        what = "a visit" if kind == "talk" else "a student"
        raise Refused(f"this page is about {what}", "none was named", f"choose {what} first")
    return Shared(kind, about, span or spans.named(home))
