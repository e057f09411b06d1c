"""The co-planning card of a visit, for two people at one screen: read, filled in part by part, shared, started from."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from textual.events import Key

from observe.domain.cards import Card, Item, Line, Page, Span, line
from observe.domain.codec import local
from observe.domain.errors import Refused
from observe.domain.model import Visit
from observe.domain.programme import ENDINGS, PlanLine
from observe.domain.protocol import Protocol
from observe.services import pages, plan, plan_page, plan_start, promises, visits
from observe.services.home import Home
from observe.services.whose import Whose
from observe.ui.cardpage import CardPage
from observe.ui.commands import PLAN
from observe.ui.messages import OpenVisit, ShowPage
from observe.ui.names import Names
from observe.ui.pads import Pad
from observe.ui.screens.plan_fill import Steps

FILLED = ("group", "tier", "question", "segment", "strategy", "watch", "compacting")
"""Parts that have a page of their own to fill them."""


class PlanScreen(CardPage):
    """The plan of a visit. `about`: its id, "" for the visit that goes on or comes next.

    `mode`: `plan`; `visits` and `sources` are lists to choose from; `page` is what would be shared.
    """

    def __init__(self, home: Home, about: str = "", hidden: bool = False) -> None:
        super().__init__(PLAN, hidden)
        self.home, self.visit_id, self.mode, self.named = home, about, "plan", False
        self.source: str | None = ""
        self.steps = Steps()
        if not about:
            upcoming = plan_start.upcoming(home)
            self.visit_id = upcoming[0].id if upcoming else ""
        if not self.visit_id:
            self.mode = "visits"

    @property
    def plan(self) -> plan.Plan:
        """The plan that is on the glass. Raises Refused while no visit is chosen."""
        if not self.visit_id:
            raise Refused("no visit is chosen", "a plan belongs to one", "choose a visit or a class")
        return plan.Plan(self.home, self.visit_id)

    # -- what it shows ---------------------------------------------------------------------------------

    def cards(self) -> Page:
        """The plan, or what there is to choose from."""
        self.visit: Visit | None = self.plan.visit if self.visit_id else None
        students = plan_page.everybody(self.home, self.visit) if self.visit is not None else ()
        self._names = Names(students, self.hidden)
        self.offered: tuple[PlanLine, ...] = ()
        if self.mode == "visits":
            return self._visits()
        if self.mode == "sources":
            return self._sources()
        name = self._names.short
        if self.mode == "page":
            return plan_page.plan_page(self.home, self.visit_id, name=name if self.hidden else None, named=self.named)
        if self.source is not None:
            parts = {one.part for one in self.plan.lines()}
            found = plan_start.proposal(self.home, self.visit_id, self.source)
            self.offered = tuple(one for one in found if one.part not in parts)
        return plan_page.plan_page(self.home, self.visit_id, name=name, tappable=True, offered=self.offered)

    def _visits(self) -> Page:
        rows: list[Item] = []
        for visit in plan_start.upcoming(self.home):
            when = "now" if visit.started_at is not None else self._when(visit.planned_at)
            found = plan_page.count_words(plan.lines(self.home, visit.id))
            spans = (Span(f"{when}  ", strong=True), Span(visit.section_name or "no class"), Span(f"  {found}", "mute"))
            rows.append(Line(spans, f"visit:{visit.id}"))
        classes = tuple(
            Line((Span(f"{one.name}  ", strong=True), Span(one.teacher, "mute")), f"new:{one.id}")
            for one in visits.sections(self.home)
        )
        none = line(f"none in the schedule of the next {plan_start.AHEAD_DAYS} days", "mute")
        no_class = line("no class yet: add one on Today", "mute")
        new = Card("A new visit to a class", classes or (no_class,))
        return Page("Which visit?", (Card("Visits to come", tuple(rows) or (none,)), new))

    def _sources(self) -> Page:
        rows: list[Item] = []
        for visit in plan_start.sources(self.home, self.visit_id):
            found = plan.lines(self.home, visit.id)
            goal = next((one.text for one in found if one.part == "objective"), "")
            when = Span(f"{self._when(visit.started_at or visit.planned_at)}  ", strong=True)
            rows.append(Line((when, Span(plan_page.count_words(found)), Span(f"  {goal}", "mute")), f"from:{visit.id}"))
        frame = line("three groups and tiers, a question of each higher level, three segments", act="from:skeleton")
        none = line("this class has no other plan yet", "mute")
        cards = (Card("Plans of this class", tuple(rows) or (none,)), Card("An empty frame", (frame,)))
        return Page("Lines of which plan?", cards)

    def names(self) -> Names:
        """Students of this class."""
        return self._names

    def schemes(self) -> Sequence[Protocol]:
        """What the visit is, or will be, logged with."""
        return (plan.coding(self.home, self.visit),) if self.visit is not None else ()

    def title_choices(self) -> list[str]:
        """Which visit."""
        what = {"visits": "Plan", "sources": "Plan from another", "page": "Plan to share"}.get(self.mode, "Plan")
        about = self.visit if self.mode != "visits" else None
        shorter = plan_page.titles(self.home, about)[1:] if about is not None else ()
        middle = [f"{what} - {self._names.mask(short)}" for short in shorter]
        return self.titled(f"{what} - {self.page.title}", *middle, what)

    def foot(self) -> Sequence[str]:
        """What can be done now."""
        if self.mode == "page":
            return ("back", "share", "named")
        if self.mode == "sources":
            return ("back", "privacy", "help")
        if self.mode == "visits":
            return ("back", "privacy", "help")
        fill = ("objective", "group", "question", "segment", "strategy", "tier", "watch", "compacting")
        return ("back", "start", "take", *fill, "undo", "share", "from", "visits", "privacy", "help")

    def pad(self, id: str) -> Pad:
        """Some pads depend on what is so."""
        found = super().pad(id)
        if id == "start":
            key = found.key if self.cursor else "enter"
            if self.visit is not None and self.visit.started_at is not None:
                found = replace(found, labels=("To the visit", "Visit"))
            return replace(found, key=key, tone="deep", dim=self.visit is not None and self.visit.ended_at is not None)
        if id == "take":
            return replace(found, dim=not self.offered)
        if id == "undo":
            return replace(found, dim=not self.steps)
        if id == "remove":
            return replace(found, dim=not self.cursor.startswith("line:"))
        if id == "share" and self.mode == "page":
            return replace(found, labels=("Write the file", "Write"))
        return replace(found, on=self.named) if id == "named" else found

    def hint(self) -> str:
        """What the next tap does."""
        if self.mode == "page":
            return "With the students' names." if self.named else plan_page.NO_NAMES
        if self.mode == "plan" and self.offered and not self.cursor:
            return "Grey lines are of an earlier plan: Take over takes them all."
        return ""

    def choice(self) -> Sequence[str]:
        """A line of the plan can be taken away as well; a promise was kept, or is dropped."""
        if self.cursor.startswith("end:"):
            return ENDINGS
        return ("choose", "remove") if self.mode == "plan" else ("choose",)

    # -- what it does ------------------------------------------------------------------------------------

    def key(self, event: Key) -> bool:
        """Enter starts the visit while no line is chosen; with one it does what the line stands for."""
        if event.key == "enter" and self.typing is None and not self.cursor and self.mode == "plan":
            self.press("start")
            return True
        return super().key(event)

    def act(self, id: str) -> None:
        """A pad or its key."""
        if id == "back":
            self._back()
        elif self.mode == "page":
            self._page(id)
        elif id == "visits":
            self._to("visits")
        elif self.mode != "plan" or not self.visit_id:
            raise Refused("choose first", "the list is open", "esc leads back to the plan")
        elif id == "start":
            self._start()
        elif id == "take":
            self._do(lambda: self.plan.accept(self.offered))
            self.cursor = ""
        elif id == "objective":
            self._goal()
        elif id in FILLED:
            self.post_message(ShowPage("plan_fill", f"{self.visit_id}/{id}"))
        elif id == "from":
            self._to("sources")
        elif id == "remove":
            if not self.cursor.startswith("line:"):
                raise Refused("no line is chosen", "only a line of this plan can go", "tap one first")
            gone = self.cursor.removeprefix("line:")
            self._do(lambda: self.plan.remove(gone))
            self.message = "the line is gone; Undo brings it back"
        elif id in ENDINGS:
            self._end(id)
        elif id == "undo":
            if not self.steps.back(self.plan):
                raise Refused("nothing to take back", "nothing was done on this page", "")
            self.fresh()
        elif id == "share":
            self.named = False
            self._to("page")

    def _end(self, how: str) -> None:
        kind, _, of = self.cursor.partition(":")
        if kind != "end":
            raise Refused("choose a promise first", "", "tap one, then Kept or Dropped")
        promises.end(self.home, of, how)
        self.fresh()
        self.message = f"the promise: {how}"

    def _page(self, id: str) -> None:
        if id == "named":
            self.named = not self.named
            self.fresh()
        elif id == "share":
            page, visit, footer = self.read(), self.plan.visit, "" if self.named else plan_page.NO_NAMES
            path = pages.visit_path("plan", visit, self.home.zone)
            self.ask("Where to? One file, to print or send:", str(path), lambda to: self._written(page, to, footer))

    def _written(self, page: Page, where: str, footer: str) -> None:
        path = pages.write_page(page, where, footer)
        self._to("plan")
        self.message = f"written: {path}"

    def _back(self) -> None:
        if self.mode == "plan" or not self.visit_id:
            self.dismiss()
        else:
            self._to("plan")

    def _to(self, mode: str) -> None:
        self.mode, self.first, self.cursor, self.pads_from = mode, 0, "", 0
        self.fresh()

    def _start(self) -> None:
        visit = self.plan.visit
        if visit.ended_at is not None:
            raise Refused("this visit has ended", "its wrap-up says what became of the plan", "plan the next one")
        if not Whose(self.home).is_hers(visit):
            raise Refused(f"this is {visit.observer}'s visit", "its plan is made together, the visit is not", "")
        if visit.started_at is None:
            open_ = visits.open_visits(self.home)
            if open_:
                where = open_[0].section_name or "no class"
                raise Refused(f"a visit is open: {where}", "one at a time", "end it first, on Today")
            visits.start_visit(self.home, visit.section, visit=visit.id)
        self.post_message(OpenVisit(visit.id))

    def _goal(self) -> None:
        was = next((one for one in self.plan.lines("objective")), None)

        def keep(text: str) -> None:
            if text:
                self._do(lambda: self.plan.add("objective", text=text))
            elif was is not None:
                self._do(lambda: self.plan.remove(was.id))

        self.ask("What is this lesson for?", was.text if was is not None else "", keep)

    def _do(self, change: Callable[[], object]) -> None:
        self.steps.do(self.plan, change)
        self.fresh()

    def touch(self, act: str) -> None:
        """A line of a card."""
        kind, _, of = act.partition(":")
        if kind == "visit":
            self.visit_id, self.source, self.steps = of, "", Steps()
            self._to("plan")
        elif kind == "new":
            at, minutes = plan_start.usual(self.home, of)
            usual = f"{local(at, self.home.zone):%Y-%m-%d %H:%M}"
            self.ask(f"When? {minutes} min, as 10:15 or {usual}:", usual, lambda text: self._new(of, text))
        elif kind == "from":
            self.source = of
            self._to("plan")
            self.message = "" if self.offered else "nothing of it is missing here: remove what is to be another"
        elif kind == "take":
            self._do(lambda: self.plan.accept([one for one in self.offered if one.id == of]))
        elif kind == "fill":
            self.act(of)
        elif kind == "compact":
            self.post_message(ShowPage("plan_fill", f"{self.visit_id}/compacting/{of}"))
        elif kind == "line":
            one = self.plan.line(of)
            if one.part == "objective":
                self._goal()
            else:
                self.post_message(ShowPage("plan_fill", f"{self.visit_id}/{one.part}/{of}"))

    def _new(self, section: str, text: str) -> None:
        visit = plan_start.new_visit(self.home, section, plan_start.moment(self.home, text))
        self.visit_id, self.source, self.steps = visit.id, "", Steps()
        self._to("plan")

    def _when(self, ms: int | None) -> str:
        return f"{local(ms, self.home.zone):%a %d %b %H:%M}" if ms is not None else "no time yet"
