"""The review of a day: what was held, what is to finish, and one line for tomorrow."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from observe.domain.cards import Page
from observe.domain.codec import day_bounds, local
from observe.domain.errors import Refused
from observe.domain.model import Visit
from observe.services import summary as figures
from observe.services import visits
from observe.services.afterwards import Afterwards
from observe.services.dayreview import bare_sparks, day_page, line_for_tomorrow, unfinished_notes
from observe.services.home import Home
from observe.services.record import Recorder
from observe.services.today import TOMORROW
from observe.services.whose import Whose, has_own
from observe.ui.cardpage import CardPage
from observe.ui.commands import DAY
from observe.ui.messages import ShowWrapUp
from observe.ui.names import Names
from observe.ui.pads import Pad


class DayScreen(CardPage):
    """One day. `day`: as 2026-11-24, "" for today. Who has no visits of her own reads everybody's."""

    def __init__(self, home: Home, day: str = "", hidden: bool = False) -> None:
        super().__init__(DAY, hidden)
        self.home = home
        self.today = local(home.clock.now(), home.zone).date()
        self.day = date.fromisoformat(day) if day else self.today
        self.everyone = not has_own(home)

    # -- what it shows ---------------------------------------------------------------------------------

    def cards(self) -> Page:
        """The cards of the day."""
        self.people = Names(visits.students(self.home), self.hidden)
        self.waiting = self._waiting()
        self.last = self._last()
        return day_page(self.home, self.day, name=self.people.short, tappable=True, everyone=self.everyone)

    def names(self) -> Names:
        """Everybody she visits."""
        return self.people

    def title_choices(self) -> list[str]:
        """The day."""
        short = f"Day review - {self.day:%a} {self.day.day} {self.day:%b}"
        return self.titled(self.page.title, short, "Day")

    def foot(self) -> Sequence[str]:
        """Its pads."""
        return ("back", "day_before", "day_after", "finish", "tomorrow", "share", "privacy", "help")

    def pad(self, id: str) -> Pad:
        """What has nothing to do is dim."""
        found = super().pad(id)
        if id == "finish":
            return replace(found, dim=not self.waiting)
        if id == "tomorrow":
            return replace(found, dim=self.last is None)
        return found

    # -- what it does ------------------------------------------------------------------------------------

    def act(self, id: str) -> None:
        """A pad or its key."""
        if id == "back":
            self.dismiss()
        elif id in ("day_before", "day_after"):
            self._turn(-1 if id == "day_before" else 1)
        elif id == "finish":
            self._next_note()
        elif id == "tomorrow":
            self.touch(f"write:{TOMORROW}")
        elif id == "share":
            page = day_page(self.home, self.day, everyone=self.everyone)
            self.ask_where("Where to? Students' names are on it:", page, "day", self.day.isoformat())

    def _turn(self, by: int) -> None:
        try:
            self.day += timedelta(days=by)
        except OverflowError:
            return
        self.first, self.cursor = 0, ""
        self.fresh()

    def touch(self, act: str) -> None:
        """A line of a card."""
        kind, _, of = act.partition(":")
        if kind == "visit":
            if visits.read(self.home, of).started_at is None:
                raise Refused("this visit has not begun", "there is nothing to wrap up", "start it on Today")
            self.post_message(ShowWrapUp(of))
        elif kind in ("note", "evidence"):
            self._next_note(act)
        elif kind == "write":
            last = self._last()
            if last is None:
                raise Refused("no visit was held on this day", "the line is kept with the last one", "")
            before = line_for_tomorrow(self.home, self.day)

            def keep(text: str) -> None:
                Afterwards(self.home, last.id).reflect(TOMORROW, text)
                self.fresh()

            self.ask("One line for tomorrow:", before, keep)

    def _last(self) -> Visit | None:
        first, after = day_bounds(self.day, self.home.zone)
        found = Whose(self.home).hers(visits.visits_between(self.home, first, after))
        held = [v for v in found if v.started_at is not None]
        return max(held, key=lambda v: (v.started_at or 0, v.id), default=None)

    def _next_note(self, first: str = "") -> None:
        """Ask for the words of the unfinished notes and sparks, from this one on, one after the other."""
        waiting = self._waiting()
        if first in waiting:
            waiting = waiting[waiting.index(first) :]
        if waiting:
            self._ask_next(waiting)
        else:
            self.message = "every note has its words"

    def _waiting(self) -> list[str]:
        """Acts of what is to be put into words: notes first, since nothing else says what they were about."""
        notes = [f"note:{visit}/{note}" for visit, note in unfinished_notes(self.home, self.day)]
        visits_of_day = figures.day(self.home, self.day)["visits"]
        return notes + [f"evidence:{visit.id}/{o.id}" for visit, o, _ in bare_sparks(self.home, visits_of_day)]

    def _ask_next(self, waiting: list[str]) -> None:
        if waiting[0].startswith("note:"):
            self._ask_note(waiting)
        else:
            self._ask_evidence(waiting)

    def _ask_evidence(self, waiting: list[str]) -> None:
        visit_id, id = waiting[0].removeprefix("evidence:").split("/", 1)
        log = visits.visit_log(self.home, visit_id)
        spark = next((o for o in log.observations if o.id == id), None)
        if spark is None:
            raise Refused("this spark is gone", "it was taken back", "look again")
        who = Names(log.students, self.hidden).short(spark.student)
        where = self.people.mask(log.visit.section_name)
        at = f"{local(spark.at, self.home.zone):%H:%M}"
        kind = log.protocol.word(spark.channel, spark.code or "")
        prompt = f"{at} {where}, {who}, {kind}: what did you see? ({len(waiting)} to finish)"

        def keep(text: str) -> None:
            if text:  # Enter alone goes past this one: a spark without words is one all the same
                Recorder(self.home, visit_id).amend(id, note=text)
            self.fresh()
            if waiting[1:]:
                self._ask_next(waiting[1:])

        self.ask(prompt, spark.note, keep)

    def _ask_note(self, waiting: list[str]) -> None:
        visit_id, note_id = waiting[0].removeprefix("note:").split("/", 1)
        log = visits.visit_log(self.home, visit_id)
        note = next((n for n in log.notes if n.id == note_id), None)
        if note is None:
            raise Refused("this note is gone", "it was taken back", "look again")
        who = Names(log.students, self.hidden).whom(note.student, note.group)
        where = self.people.mask(log.visit.section_name)
        prompt = f"{local(note.at, self.home.zone):%H:%M} {where}, {who} ({len(waiting)} to finish):"

        def keep(text: str) -> None:
            if text:  # Enter alone goes past this one and leaves it a flag
                Afterwards(self.home, visit_id).put_note_into_words(note_id, text)
            self.fresh()
            if waiting[1:]:
                self._ask_next(waiting[1:])

        self.ask(prompt, note.body, keep)
