"""The students of a class over visits: whom to see next, who was offered what, sparks and whom they raise."""

from collections.abc import Sequence
from dataclasses import replace

from observe.domain.cards import Card, Page, line
from observe.domain.codec import local
from observe.domain.errors import Refused
from observe.services import facts, spans, talent, visits
from observe.services.home import Home
from observe.services.record import Recorder
from observe.services.students import Pages, latest_class
from observe.ui.cardpage import CardPage
from observe.ui.commands import STUDENTS_PAGE
from observe.ui.messages import ShowPage
from observe.ui.names import Names
from observe.ui.pads import Pad

SPANS = {spans.MONTH: ("Month",), spans.QUARTER: ("3 months", "3 mon"), spans.YEAR: ("The year", "Year")}
"""Name of the span to what its pad says."""
AT_ONCE = 100
"""To read so many visits takes a third of a second on a slow machine; of more it is said before that they are read."""


class StudentsScreen(CardPage):
    """One class after the other, and all of them. `about`: a section or a student, "" for the class visited last.

    What the visits say is read once and kept, until something changes.
    """

    def __init__(self, home: Home, about: str = "", hidden: bool = False) -> None:
        super().__init__(STUDENTS_PAGE, hidden)
        self.home = home
        self.places: list[str | None] = [*(section.id for section in visits.sections(home)), None]
        if len(self.places) == 1:
            raise Refused("there is no class yet", todo="add a class first")
        homes = {student.id: student.section for student in visits.students(home)}
        self.who: str | None = about if about in homes else None
        self.where: str | None = about if about in self.places else homes.get(about) or latest_class(home)
        self.span = spans.MONTH
        self.kept: Pages | None = None

    # -- what it shows ---------------------------------------------------------------------------------

    def cards(self) -> Page:
        """The cards of the class, or of the student."""
        self.people = Names(visits.students(self.home), self.hidden)
        if self.kept is None:
            span = spans.named(self.home, self.span)
            self.kept = Pages(self.home, span, self.where, name=lambda id: self.people.short(id), tappable=True)
        return self.kept.student(self.who) if self.who is not None else self.kept.everything()

    def fresh(self) -> None:
        """Something changed: the visits are read again."""
        self._turn(top=False, anew=True)

    def hide_names(self, hidden: bool) -> None:
        """Initials or names: of what was read already."""
        self.hidden = hidden
        self._turn(top=False)

    def names(self) -> Names:
        """Everybody she visits."""
        return self.people

    def title_choices(self) -> list[str]:
        """Whose, and from when."""
        return self.by_parts()

    def foot(self) -> Sequence[str]:
        """Its pads."""
        if self.who is not None:
            return ("back", "span", "over_time", "family", "write", "privacy", "help")
        return ("back", "section", "span", "rule", "write", "privacy", "help")

    def pad(self, id: str) -> Pad:
        """The pad of the span says which it is."""
        found = super().pad(id)
        return replace(found, labels=SPANS[self.span]) if id == "span" else found

    def hint(self) -> str:
        """What a line under the cursor leads to."""
        kind = self.cursor.partition(":")[0]
        return {"student": "This student alone.", "evidence": "Write what you saw."}.get(kind, "")

    # -- what it does ------------------------------------------------------------------------------------

    def act(self, id: str) -> None:
        """A pad or its key."""
        if id == "back" and self.who is not None:
            self.who = None
            self._turn()
        elif id == "back":
            self.dismiss()
        elif id == "section":
            self.where, self.who = self.places[(self.places.index(self.where) + 1) % len(self.places)], None
            self._turn(anew=True)
        elif id == "span":
            self.span = spans.NAMED[(spans.NAMED.index(self.span) + 1) % len(spans.NAMED)]
            self._turn(anew=True)
        elif id == "rule":
            rule = talent.rule_of(self.home)
            prompt = "Raised for a look: from how many sparks, of how many kinds, on how many days?"
            self.ask(prompt, f"{rule.sparks} {rule.kinds} {rule.days}", self._rule)
        elif id == "write":
            self._print()
        elif id == "over_time":
            self.post_message(ShowPage("trends", self._chosen("the trends are of one")))
        elif id == "family":
            self.post_message(ShowPage("shared", f"family:{self._chosen('the page is of one')}"))

    def _chosen(self, why: str) -> str:
        if self.who is None:
            raise Refused("choose a student first", why, "tap a line with a name")
        return self.who

    def _turn(self, *, top: bool = True, anew: bool = False) -> None:
        """Another page, from its top; `anew`: of other visits, or of what has become of them."""
        if top:
            self.first, self.cursor = 0, ""
        if anew:
            self.kept = None
        place = self.first, self.cursor
        many = 0 if self.kept else len(facts.scope(self.home, spans.named(self.home, self.span), self.where).visits)
        if many <= AT_ONCE:
            self._show(*place)
            return
        said = line("One moment. What you press now is done after it.", "mute")
        self.page = Page("Students", (Card(f"Reading {many} visits", (said,), wide=True),))
        self.draw()
        self.call_after_refresh(lambda: self._try(lambda: self._show(*place)))

    def _show(self, first: int, cursor: str) -> None:
        self.page = self.read()
        self.first, self.cursor = first, cursor
        self.draw()

    def _rule(self, text: str) -> None:
        rule = talent.set_rule(self.home, text)
        self.fresh()
        self.message = f"raised for a look now: {rule.words}"

    def _print(self) -> None:
        whole = Pages(self.home, spans.named(self.home, self.span), self.where)
        page = whole.student(self.who) if self.who is not None else whole.everything()
        self.ask_where("Where to? Students' names are on it:", page, "students", spans.today(self.home).isoformat())

    def touch(self, act: str) -> None:
        """A line of a card."""
        kind, _, of = act.partition(":")
        if kind == "student":
            self.who = of
            self._turn()
        elif kind == "evidence":
            self._evidence(*of.split("/", 1))

    def _evidence(self, visit_id: str, id: str) -> None:
        log = visits.visit_log(self.home, visit_id)
        spark = next((o for o in log.observations if o.id == id), None)
        if spark is None:
            raise Refused("this spark is gone", "it was taken back", "look again")
        when = local(spark.at, self.home.zone)
        who = self.people.short(spark.student)

        def keep(text: str) -> None:
            Recorder(self.home, visit_id).amend(id, note=text)
            self.fresh()

        self.ask(f"{when.day} {when:%b} {when:%H:%M}, {who}: what did you see?", spark.note, keep)
