"""What a family gets: one child, their own. No other child, no code, no comparison: what was offered, work and words
that were seen, what was agreed on, and the next step.
"""

from collections.abc import Iterator

from observe.domain.cards import Card, Item, Line, Page, Span, line, without_acts
from observe.domain.codec import iso, local
from observe.domain.errors import Refused
from observe.domain.figures import Json
from observe.domain.model import Student
from observe.services import access, check, facts, talent
from observe.services.acts import put_words
from observe.services.home import Home
from observe.services.nameless import Nameless
from observe.services.said import counted, day_month, in_minutes
from observe.services.spans import Span as Days
from observe.store import items, queries, rosters

KIND, STEP_LIMIT = "next_step", 400


def next_step(home: Home, student: str) -> str:
    """What is next for this child, as she wrote it last; "" for nothing."""
    found = items.item(home.conn, KIND, student)
    return found["body"] if found else ""


def write_next_step(home: Home, student: str, text: str) -> None:
    """The next step in words; none takes it back. Raises Refused, NotSaved, Busy."""
    words = check.note(text, "next step", STEP_LIMIT)
    if not rosters.is_student(home.conn, student):
        raise Refused("this student is not known", "this home has none of that id", "see `observe students`")
    more = {"student": student, "at": iso(home.clock.now())}
    home.write(lambda act: put_words(act, KIND, student, words, next_step(home, student), more))


def family(home: Home, student: str, span: Days) -> Json:
    """The page as JSON: `name`, `offered`, `seen`, `compacting`, `next_step`. Raises Refused."""
    return _Family(home, student, span).json()


def family_page(home: Home, student: str, span: Days, *, tappable: bool = False) -> Page:
    """The page of one child. `tappable`: on a screen, where the next step asks to be written. Raises Refused."""
    page = _Family(home, student, span).page(tappable)
    return page if tappable else without_acts(page)


class _Family:
    def __init__(self, home: Home, student: str, span: Days) -> None:
        self.home, self.span = home, span
        everyone = rosters.students(home.conn)
        own = [s for s in everyone if s.id == student]
        if not own:
            raise Refused("this student is not known", "this home has none of that id", "see `observe students`")
        self.child: Student = own[0]
        self.nameless = Nameless((s for s in everyone if s.id != student), "another child", but=self.child.name)
        given = facts.read(home, span)
        self.access, self.talent = access.find(home, given), talent.find(home, given)

    def offered(self) -> list[str]:
        """What this child was offered, in plain words."""
        one, labels = self.access.of(self.child.id), dict(self.access.offers)
        said = [f"{in_minutes(one.service_ms / 1000)} of work with the specialist"] if one.service_ms else []
        said += [f"the most demanding task, in {counted(one.top_tier, 'lesson')}"] if one.top_tier else []
        said += [f"{labels[name].lower()}, in {counted(n, 'lesson')}" for name, (n, _) in one.offers.items()]
        asked = [f"{counted(one.questions, 'question')} that asked for more than a fact"] if one.questions else []
        return said + asked

    def seen(self) -> list[Json]:
        """Work and words that were written down when they were seen; nothing that is for one device alone."""
        return [
            {
                "date": local(spark.at, self.home.zone).date().isoformat(),
                "words": self.nameless.text(spark.evidence),
                "class": self.nameless.label(class_of(self.home, spark.visit)),
            }
            for spark in self.talent.of(self.child.id)
            if spark.evidence and spark.id not in self.talent.private
        ]

    def agreed(self) -> list[Json]:
        """What was agreed on instead of what the child has mastered."""
        return [
            {
                "since": local(one.at, self.home.zone).date().isoformat(),
                "until": None if one.ended_at is None else local(one.ended_at, self.home.zone).date().isoformat(),
                "shown": self.nameless.text(one.shown),
                "instead": self.nameless.text(one.instead),
                "minutes_a_week": one.minutes,
            }
            for one in self.access.compacting.get(self.child.id, [])
        ]

    def json(self) -> Json:
        return {
            "student": self.child.id,
            "name": self.child.name,
            "from": self.span.first.isoformat(),
            "to": self.span.last.isoformat(),
            "offered": self.offered(),
            "seen": self.seen(),
            "compacting": self.agreed(),
            "next_step": self.nameless.text(next_step(self.home, self.child.id)) or None,
        }

    def page(self, tappable: bool) -> Page:
        labels = tuple(label for _, label in self.access.offers)
        return Page(f"{self.child.name}: what we saw, {self.span.days}", tuple(self._cards(tappable)), labels)

    def _cards(self, tappable: bool) -> Iterator[Card]:
        offered = tuple(line(text[:1].upper() + text[1:]) for text in self.offered())
        yield Card("Offered in class", offered or (line("nothing is in the log of these days", "mute"),), wide=True)
        yield Card("Work and words seen", tuple(self._seen()) or (line("none written down", "mute"),), wide=True)
        agreed = tuple(self._agreed())
        if agreed:
            yield Card("Agreed on, in place of what is mastered", agreed, wide=True)
        step = self.nameless.text(next_step(self.home, self.child.id))
        ask = "(tap to write)" if tappable else "to be spoken about"
        act = "next_step" if tappable else ""
        yield Card("Next step", (line(step or ask, "ink" if step else "mute", act=act),), wide=True)

    def _seen(self) -> Iterator[Item]:
        for one in self.seen():
            where = f", {one['class']}" if one["class"] else ""
            yield Line((Span(f"{day_month(one['date'])}{where}: ", "mute"), Span(one["words"])))

    def _agreed(self) -> Iterator[Item]:
        for one in self.agreed():
            until = f" until {day_month(one['until'])}" if one["until"] else ""
            bought = f", {counted(one['minutes_a_week'], 'minute')} a week" if one["minutes_a_week"] else ""
            shown = f"mastered already: {one['shown']}" if one["shown"] else "agreed on"
            instead = f". In its place{bought}: {one['instead'] or 'other work'}" if one["instead"] or bought else ""
            yield Line((Span(f"Since {day_month(one['since'])}{until}: ", "mute"), Span(f"{shown}{instead}.")))


def class_of(home: Home, visit: str) -> str:
    """The name of the class in which it was seen."""
    found = queries.visit(home.conn, visit)
    return found.section_name if found else ""
