"""The wrap-up of a visit: what happened, and what is said of it while she still knows."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from observe.domain.cards import Page
from observe.domain.codec import local
from observe.domain.errors import Refused
from observe.domain.model import NEXT_BY
from observe.domain.protocol import Protocol
from observe.services import edges, flags, pages, plan_against, role_limit, visits
from observe.services.afterwards import Afterwards
from observe.services.home import Home
from observe.services.record import Recorder
from observe.services.said import BY
from observe.services.whose import Whose
from observe.services.wrapup import FIELDS, wrap_up
from observe.ui.cardpage import CardPage
from observe.ui.commands import WRAP
from observe.ui.messages import OpenVisit, ShowCorrect, ShowPage, ToStart
from observe.ui.names import Names
from observe.ui.pads import Pad
from observe.ui.touched import said

REASONS = {f"reason_{i}": words for i, words in enumerate(role_limit.REASONS, 1)}
"""Pad of each reason that is offered to what it says."""
OWN_REASON = "reason_own"
READS = ("today", "share", "privacy", "help")
"""What can be done with the visit of somebody else."""


class WrapUpScreen(CardPage):
    """One visit, live or ended; a colleague's is there to be read.

    `over`: it lies over the screen it was opened from, and esc leads back there.
    """

    def __init__(self, home: Home, visit: str, hidden: bool = False, over: bool = False) -> None:
        super().__init__(WRAP, hidden)
        self.home, self.visit, self.over = home, visit, over
        self.shared: bool | None = None
        self.asks_why = False
        self.recorder, self.afterwards = Recorder(home, visit), Afterwards(home, visit)

    # -- what it shows ---------------------------------------------------------------------------------

    def cards(self) -> Page:
        """The cards, for herself or as the teacher will see them."""
        self.visit_log = visits.visit_log(self.home, self.visit)
        self.asks_why = False
        if self.shared is not None:
            return wrap_up(self.home, self.visit, share=True, notes=self.shared)
        self.is_hers = Whose(self.home).is_hers(self.visit_log.visit)
        self.asks_why = self.is_hers and role_limit.to_give_reason(self.home, self.visit_log)
        return wrap_up(self.home, self.visit, name=self.names().short, tappable=self.is_hers)

    def names(self) -> Names:
        """Students of this visit."""
        return Names(self.visit_log.students, self.hidden)

    def schemes(self) -> Sequence[Protocol]:
        """What the visit was logged with."""
        return (self.visit_log.protocol,)

    def title_choices(self) -> list[str]:
        """Which visit."""
        what = "For the teacher" if self.shared is not None else "Wrap-up"
        visit = self.visit_log.visit
        live = " - the visit goes on" if visit.started_at is not None and visit.ended_at is None else ""
        teacher = self.names().mask(self.visit_log.visit.teacher)
        where = self.names().mask(self.visit_log.visit.section_name) or "no class"
        long = (f"{what}{live} - {of}" for of in (self.page.title, f"{where} - {teacher}", where))
        return self.titled(*long, f"{what} - {where}", what)

    def foot(self) -> Sequence[str]:
        """Her pads, or those of the teacher's page."""
        if self.shared is not None:
            return ("today", "write", "words")
        if not self.is_hers:
            return READS
        back = () if self.visit_log.visit.ended_at is None or self.over else ("back_in",)
        share = ("share", "talk") if self.visit_log.visit.ended_at is not None else ("share",)
        return ("today", "glow", "try_next", "next_visit", "correct", *share, "undo", "redo", *back, "privacy", "help")

    def answer_pads(self) -> Sequence[str]:
        """Why more went to extra hands than was agreed on, until a reason is given."""
        return (*REASONS, OWN_REASON) if self.asks_why else ()

    def pad(self, id: str) -> Pad:
        """Some pads depend on what is so."""
        found = super().pad(id)
        if id == "today" and (self.over or self.shared is not None):
            return replace(found, labels=("Back",))
        if id == "words":
            return replace(found, on=bool(self.shared))
        if id == "undo":
            return replace(found, dim=self.recorder.undoable() is None)
        if id == "redo":
            return replace(found, dim=self.recorder.redoable() is None)
        return found

    def hint(self) -> str:
        """What the keys do where the cursor is."""
        if self.shared is not None:
            said = "with your notes and lines" if self.shared else "without your notes and lines"
            return f"This is what the teacher gets, {said}. No student is named."
        if self.cursor.startswith("edge:"):
            return "This edge: by a minute, or tap where on the timeline it belongs."
        return f"More extra hands than agreed. Why? {self._below()}".strip() if self.asks_why else ""

    def choice(self) -> Sequence[str]:
        """An edge moves; whatever else is chosen is done."""
        return ("earlier", "later") if self.cursor.startswith("edge:") else ("choose",)

    # -- what it does ------------------------------------------------------------------------------------

    def act(self, id: str) -> None:
        """A pad or its key."""
        if self.shared is not None:
            self._sharing(id)
        elif not self.is_hers and id not in READS:
            raise Refused(f"this is {self.visit_log.visit.observer}'s visit", "it is here to be read", "")
        elif id == "today":
            if self.over:
                self.dismiss()
            else:
                self.post_message(ToStart())
        elif id in [field for field, _, _ in FIELDS]:
            self.touch(f"write:{id}")
        elif id == "correct":
            self.post_message(ShowCorrect(self.visit))
        elif id == "share":
            self.shared, self.first, self.cursor = False, 0, ""
            self.fresh()
        elif id == "talk":
            self.post_message(ShowPage("shared", f"talk:{self.visit}"))
        elif id in ("undo", "redo"):
            touched = self.recorder.undo() if id == "undo" else self.recorder.redo()
            of = said(touched, self.visit_log.protocol, self.names()) if touched else ""
            self.message = f"{id}: {of}" if of else f"nothing to {id}"
            self.fresh()
        elif id in (*REASONS, OWN_REASON) and not self.asks_why:
            self.message = "no reason is asked for"
        elif id in REASONS:
            role_limit.give_reason(self.home, self.visit, REASONS[id])
            self.fresh()
        elif id == OWN_REASON:
            self._ask("Why more than agreed?", "", lambda text: role_limit.give_reason(self.home, self.visit, text))
        elif id in ("earlier", "later"):
            self.aside(-1 if id == "earlier" else 1)
        elif id == "back_in" and not self.over:
            visits.reopen_visit(self.home, self.visit)
            self.post_message(OpenVisit(self.visit))

    def _sharing(self, id: str) -> None:
        if id == "today":
            self.shared, self.first = None, 0
            self.fresh()
        elif id == "words":
            self.shared = not self.shared
            self.fresh()
        elif id in ("write", "share"):
            page, visit = self.cards(), self.visit_log.visit
            path = pages.visit_path("visit", visit, self.home.zone)
            self.ask("Where to? One file, to print or send:", str(path), lambda text: self._write_page(page, text))

    def _write_page(self, page: Page, where: str) -> None:
        path = pages.write_page(page, where, pages.FOR_TEACHER)
        self.shared, self.first = None, 0
        self.fresh()
        self.message = f"written: {path}"

    def touch(self, act: str) -> None:
        """A line of a card."""
        kind, _, of = act.partition(":")
        if kind == "write":
            word = next(word for field, word, _ in FIELDS if field == of)
            self._ask(f"{word}:", self._written(of), lambda text: self.afterwards.reflect(of, text))
        elif kind == "tick":
            channel, code = of.split("/", 1)
            by = NEXT_BY[self.visit_log.ran.get((channel, code))]
            self.afterwards.tick_ran(channel, code, by)
            self.fresh()
            self.message = f"{self.visit_log.protocol.word(channel, code)}: {f'ran, {BY[by]}' if by else 'not run'}"
        elif kind == "done":
            said = plan_against.step(self.home, self.visit, of)
            self.fresh()
            self.message = said
        elif kind == "flag":
            self._flag()
        elif kind == "extra":
            role_limit.give_reason(self.home, self.visit, "")  # of those offered, it is asked for anew
            self.fresh()
        elif kind == "evidence":
            about = next((o for o in self.visit_log.observations if o.id == of), None)
            if about is None:
                raise Refused("this is gone", "it was taken back", "look again")
            who = self.names().short(about.student)
            self._ask(f"{who}, what you saw:", about.note, lambda text: self.recorder.amend(of, note=text))
        elif kind == "note":
            note = next((n for n in self.visit_log.notes if n.id == of), None)
            if note is None:
                raise Refused("this note is gone", "it was taken back", "look again")
            who = self.names().whom(note.student, note.group)
            at = f"{local(note.at, self.home.zone):%H:%M}"
            self._ask(f"{at} {who}:", note.body, lambda text: self._worded(of, text))
        elif kind == "place" and self.cursor.startswith("edge:"):
            edges.place(self.home, self.visit, self.cursor.removeprefix("edge:"), int(of))
            self._moved()
            self.cursor = ""

    def _flag(self) -> None:
        """On to the next thing that the lesson may have been; what is none of them is asked for."""
        words = flags.following(self.visit_log.visit.flag)
        if words is None:
            self._ask("What was this lesson, other than usual?", "", self._flagged)
        else:
            self._flagged(words)
            self.fresh()

    def _flagged(self, words: str) -> None:
        if words:
            flags.put(self.home, self.visit, words)
        else:
            flags.clear(self.home, self.visit)

    def _ask(self, prompt: str, text: str, keep: Callable[[str], object]) -> None:
        def then(words: str) -> None:
            keep(words)
            self.fresh()

        self.ask(prompt, text, then)

    def _worded(self, note: str, text: str) -> None:
        if text:  # Enter on an empty line leaves the flag: nobody loses it by that
            self.afterwards.put_note_into_words(note, text)

    def _written(self, field: str) -> str:
        from observe.services.summary import summary

        written: str = summary(self.home, self.visit)["reflection"].get(field, "")
        return written

    def aside(self, by: int) -> None:
        """Move the edge under the cursor by a minute."""
        if self.cursor.startswith("edge:"):
            edges.move(self.home, self.visit, self.cursor.removeprefix("edge:"), by * edges.MINUTE)
            self._moved()

    def _moved(self) -> None:
        edge = self.cursor.removeprefix("edge:")
        self.fresh()
        moved = next(o for o in self.visit_log.observations if o.id == edge)
        self.message = f"begins {local(moved.at, self.home.zone):%H:%M} now; undo takes that back"
