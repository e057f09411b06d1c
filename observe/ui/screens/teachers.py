"""A class and its teacher: what is taken up, promises of either side, the role, and what was agreed on."""

from collections.abc import Mapping, Sequence
from datetime import date

from observe.domain.cards import Card, Line, Page, line
from observe.domain.codec import local
from observe.domain.errors import Refused
from observe.domain.programme import Alone
from observe.services import coaching, promises, protocols, role_limit, visits
from observe.services.home import Home
from observe.services.teacherpage import agreement_page, teacher_page
from observe.services.whose import Whose
from observe.ui.cardpage import CardPage
from observe.ui.commands import TEACHERS
from observe.ui.messages import ShowPage
from observe.ui.names import Names

ASKS = {"me": "I promise, in a few words:", "teacher": "The teacher promises, in a few words:"}
HEADINGS = {field: (heading, begin) for field, heading, begin in coaching.AGREED_FIELDS}


class TeachersScreen(CardPage):
    """One class after the other. `about`: a section, "" for the first."""

    def __init__(self, home: Home, about: str = "", hidden: bool = False) -> None:
        super().__init__(TEACHERS, hidden)
        self.home = home
        self.sections = visits.sections(home)
        if not self.sections:
            raise Refused("there is no class yet", todo="add a class first")
        ids = [section.id for section in self.sections]
        self.at = ids.index(about) if about in ids else 0
        self.choosing = False
        """The ways of teaching are listed, for the one that the teacher ran alone."""

    @property
    def section(self) -> str:
        """The class that is shown."""
        return self.sections[self.at].id

    # -- what it shows ---------------------------------------------------------------------------------

    def cards(self) -> Page:
        """The cards of the class."""
        self.people = Names(visits.students(self.home), self.hidden)
        if self.choosing:
            labels = coaching.practices(protocols.find(self.home, protocols.DEFAULT))
            lines = (line(label, act=f"ran:{'/'.join(practice)}") for practice, label in labels.items())
            ways = Card("The teacher says: I ran it without you", tuple(lines), wide=True)
            told = tuple(self._told(one, labels) for one in coaching.said_alone(self.home, self.section))
            return Page("ran without you", (ways, *([Card("Told so far", told, wide=True)] if told else ())))
        return teacher_page(self.home, self.section, tappable=True)

    def _told(self, one: Alone, labels: Mapping[tuple[str, str], str]) -> Line:
        day = date.fromisoformat(one.day)
        what = labels.get((one.channel, one.code), one.code)
        return line(f"{day:%a} {day.day} {day:%b}: {what} (tap to take it out)", act=f"told:{one.id}")

    def names(self) -> Names:
        """Somebody may have written a child's name into a promise."""
        return self.people

    def title_choices(self) -> list[str]:
        """Whose class."""
        title = self.people.mask(self.page.title)
        return self.titled(f"Teacher - {title}", title, "Teacher")

    def foot(self) -> Sequence[str]:
        """Its pads."""
        if self.choosing:
            return ("back", "privacy", "help")
        more = ("section",) if len(self.sections) > 1 else ()
        return ("back", *more, "talk", "alone", "mine", "theirs", "limit", "write", "privacy", "help")

    def choice(self) -> Sequence[str]:
        """A promise is kept or dropped; what else is chosen is done."""
        return ("kept", "dropped") if self.cursor.startswith("end:") else ("choose",)

    def hint(self) -> str:
        """What the pads do with the line under the cursor."""
        return "This promise: kept, or dropped." if self.cursor.startswith("end:") else ""

    # -- what it does ------------------------------------------------------------------------------------

    def act(self, id: str) -> None:
        """A pad or its key."""
        if id == "back" and self.choosing:
            self._choose(False)
        elif id == "back":
            self.dismiss()
        elif id == "section":
            self.at, self.first, self.cursor = (self.at + 1) % len(self.sections), 0, ""
            self.fresh()
        elif id in ("kept", "dropped"):
            self._end(id)
        elif id in ("mine", "theirs"):
            self.touch(f"promise:{'me' if id == 'mine' else 'teacher'}")
        elif id in ("alone", "limit"):
            self.touch(id)
        elif id == "write":
            self._write_agreement()
        elif id == "talk":
            self._talk()

    def touch(self, act: str) -> None:
        """A line of a card."""
        kind, _, of = act.partition(":")
        if kind == "promise":
            self.ask(ASKS[of], "", lambda text: self._promise(of, text))
        elif kind == "limit":
            now = role_limit.limit(self.home, self.section)
            before = "" if now is None else str(now)
            self.ask("Minutes a visit that extra hands may take (nothing: no limit):", before, self._limit)
        elif kind == "agree":
            heading, begin = HEADINGS[of]
            before = coaching.agreement(self.home, self.sections[self.at].teacher).get(of, "")
            self.ask(f"{heading}:", before or begin, lambda text: self._agree(of, text))
        elif kind == "alone":
            self._choose(True)
        elif kind == "ran":
            self._ask_day(of)
        elif kind == "told":
            coaching.unsay_alone(self.home, of)
            self.message = "taken out. Tap the way of teaching to enter it again."
            self.fresh()

    def _end(self, how: str) -> None:
        kind, _, id = self.cursor.partition(":")
        if kind != "end":
            raise Refused("choose a promise first", "", "tap one, then Kept or Dropped")
        promises.end(self.home, id, how)
        self.message = f"{how}. It is in the count below."
        self.fresh()

    def _promise(self, by: str, text: str) -> None:
        if text:
            promises.make(self.home, self.section, by, text)
        self.fresh()

    def _limit(self, text: str) -> None:
        try:
            minutes = int(text) if text.strip() else None
        except ValueError as error:
            raise Refused(f"{text[:20]!r} is no number of minutes", "allowed: 0 to 240, or nothing") from error
        role_limit.set_limit(self.home, self.section, minutes)
        self.fresh()

    def _agree(self, field: str, text: str) -> None:
        coaching.agree(self.home, self.sections[self.at].teacher, field, text)
        self.fresh()

    def _ask_day(self, practice: str) -> None:
        day = local(self.home.clock.now(), self.home.zone).date().isoformat()
        self.ask("On which day?", day, lambda text: self._alone(practice, text))

    def _alone(self, practice: str, day: str) -> None:
        channel, _, code = practice.partition("/")
        try:
            when = date.fromisoformat(day.strip())
        except ValueError as error:
            raise Refused(f"{day.strip()[:20]!r} is no day", "write it as 2026-11-24", "nothing was kept") from error
        coaching.say_alone(self.home, self.section, channel, code, when)
        self._choose(False)

    def _choose(self, choosing: bool) -> None:
        self.choosing, self.first, self.cursor = choosing, 0, ""
        self.fresh()

    def _talk(self) -> None:
        held = [v for v in visits.visits_between(self.home, 0, None) if v.section == self.section and v.ended_at]
        if not held:
            raise Refused("no visit was held yet", "there is nothing to speak about", "after the first one there is")
        last = (Whose(self.home).hers(held) or held)[-1]  # who only reads along speaks about a colleague's
        self.post_message(ShowPage("shared", f"talk:{last.id}"))

    def _write_agreement(self) -> None:
        teacher = self.sections[self.at].teacher
        page = agreement_page(self.home, teacher)
        if not page.cards:
            raise Refused("nothing is agreed on yet", "the page would be empty", "tap a line of the agreement")
        self.ask_where("Where to? No student is on it:", page, "working agreement", teacher)
