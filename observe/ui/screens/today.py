"""Where the app begins: go on with the open visit, or start the next one with a single key."""

from contextlib import suppress

from textual.events import Key

from observe.domain.errors import Refused
from observe.domain.model import Visit
from observe.services import settings, visits
from observe.services.today import Due, Open, Unfinished
from observe.store.connection import in_words
from observe.ui.messages import (
    Leave,
    OpenVisit,
    ShowDay,
    ShowPage,
    ShowRoster,
    ShowSettings,
    ShowSharing,
    ShowWelcome,
    ShowWrapUp,
    VisitEnded,
)
from observe.ui.practice_pages import NAMES
from observe.ui.screens.today_page import BEGAN, MINUTE, PLAN, TodayPage, finish_id

LOOK_AGAIN = 20.0
"""Seconds after which the page looks at the clock again."""
TOP_UP_AFTER = 0.1
"""Seconds after which what comes every week is planned on: by then the first frame is on the glass."""


class TodayScreen(TodayPage):
    """Today, and what its pads do."""

    def on_mount(self) -> None:
        """What comes next depends on the clock."""
        self.set_interval(LOOK_AGAIN, self._look_again)
        self.set_timer(TOP_UP_AFTER, self._top_up)

    def _top_up(self) -> None:
        """What comes every week is planned on, once a day."""
        from observe.services import patterns

        with suppress(Refused), in_words(self.home.database.path):
            if patterns.top_up(self.home):
                self._look_again()

    def on_screen_resume(self) -> None:
        """What was below may have changed in the meantime."""
        if self._just_read:  # the first time: it was read to be made, and the size draws it
            self._just_read = False
            return
        self.fresh()

    def _look_again(self) -> None:
        if self.is_current and self.typing is None:
            self.fresh()

    def elsewhere(self) -> None:
        """Another device's entries came in, or a command wrote."""
        self._look_again()
        self.draw_title(self.size.width)

    def resume_failed(self, why: str) -> None:
        """The open visit cannot be shown: say why, and offer what comes next."""
        self.message = f"the visit cannot be opened: {why}. Nothing was lost. You can end it, or start another."
        self.cursor = f"visit.{self.now.next}" if self.now is not None and self.now.next else "end_last"
        self.draw()

    # -- what it does ------------------------------------------------------------------------------------

    def key(self, event: Key) -> bool:
        """Digits are visits and classes; esc goes on with the open one; the rest are commands."""
        digit = event.character or ""
        if self.typing is None and digit and digit in "123456789":
            if int(digit) <= len(self.numbered):
                self.press(self.numbered[int(digit) - 1])
            return True
        if self.typing is None and event.key == "escape" and self.open is not None:
            self.press("resume")
            return True
        return super().key(event)

    def touch(self, act: str) -> None:
        """A pad of the page."""
        kind, _, rest = act.partition(".")
        if kind == "section":
            self._start(rest, None)
        elif kind == "visit" and self.now is not None:
            if due := next((due for due in self.now.visits if due.visit.id == rest), None):
                self._chosen(due)
        elif kind == "finish" and self.now is not None:
            if one := next((one for one in self.now.unfinished if finish_id(one) == act), None):
                self._to_finish(one)
        elif kind == "promise":
            self.post_message(ShowPage("teachers", rest))
        elif kind == "other":
            self.post_message(ShowWrapUp(rest))
        elif kind == "meeting":
            self.post_message(ShowPage("week", rest))
        elif act == "resume" and self.open is not None:
            self.post_message(OpenVisit(self.open.visit.id))

    def act(self, id: str) -> None:
        """One of the page's commands."""
        if id.startswith("began_"):
            self.began = id
        elif id == "no_class":
            self._start(None, None)
        elif id in NAMES:
            self.post_message(ShowPage(id, self._about(id)))
        elif id == "day":
            self.post_message(ShowDay())
        elif id == "roster":
            self.post_message(ShowRoster(self.open.visit.section or "" if self.open is not None else ""))
        elif id == "classes":
            self.post_message(ShowWelcome())
        elif id == "sharing":
            self.post_message(ShowSharing())
        elif id == "settings":
            self.post_message(ShowSettings())
        elif id == "observer":
            self.ask("Your name, as it stands in visits and reports:", self.observer, self._named)
        elif id == "quit":
            self.post_message(Leave())
        elif self.open is not None:
            self._end(id, self.open)

    def _about(self, page: str) -> str:
        """A plan is of the visit that is chosen, that goes on, or that comes next; other pages begin with a class."""
        kind, _, visit = self.cursor.partition(".")
        going = self.open.visit if self.open is not None else None
        if page == "plan":
            next_ = self.now.next if self.now is not None else None
            return visit if kind == "visit" else going.id if going is not None else next_ or ""
        return going.section or "" if going is not None else ""

    def _named(self, name: str) -> None:
        settings.put(self.home, "observer", name)
        self.load()

    def _chosen(self, due: Due) -> None:
        if due.status == "live":
            self.post_message(OpenVisit(due.visit.id))
        elif due.status == "ended":
            self.post_message(ShowWrapUp(due.visit.id))
        elif due.status == "missed":  # it asks why, and can start it all the same
            self.post_message(ShowPage("week", due.visit.id))
        else:
            self._start(due.visit.section, due.visit)

    def _to_finish(self, one: Unfinished) -> None:
        if one.what == "open":
            self.post_message(OpenVisit(one.visit.id))
        elif one.what == "glow":
            self.post_message(ShowWrapUp(one.visit.id))
        else:
            who = self.names().short(one.student)
            self.ask(f"{self._when(one.at)} {self._where(one.visit)}, {who}:", "", lambda text: self._worded(one, text))

    def _worded(self, one: Unfinished, text: str) -> None:
        from observe.services.afterwards import Afterwards

        if text:  # Enter on an empty line leaves the flag: nobody loses it by that
            Afterwards(self.home, one.visit.id).put_note_into_words(one.note, text)
        self.load()

    def _end(self, id: str, open_: Open) -> None:
        self._nothing_waits()
        at = {"end_last": open_.last_at or open_.visit.started_at, "end_plan": open_.planned_end}.get(id)
        if id == "end_plan" and at is None:
            raise Refused("this visit has no planned end that fits", "", "end it at its last log, or now")
        visits.end_visit(self.home, open_.visit.id, at, estimated=id != "end_now" or open_.forgotten)
        self.post_message(VisitEnded())
        self.load(first=True)

    def _start(self, section: str | None, planned: Visit | None) -> None:
        self._nothing_waits()
        self._as_shown()
        at = None
        if self.began == PLAN:
            at = self._planned_times().get(planned.id if planned else "")
            if at is None:
                raise Refused("no planned time has just passed for this one", "", "choose now, 5 or 10 min ago")
        elif BEGAN[self.began]:
            at = self.home.clock.now() - BEGAN[self.began] * MINUTE
        with in_words(self.home.database.path):
            visit = visits.start_visit(
                self.home, section, at=at, end_open=self.open is not None, visit=planned.id if planned else None
            )
        self.post_message(OpenVisit(visit.id))

    def _as_shown(self) -> None:
        """A start ends what is open: that is to be the visit that she sees, and not one begun elsewhere since."""
        with in_words(self.home.database.path):
            now = [visit.id for visit in visits.open_visits(self.home)]
        if now != [one.visit.id for one in (self.now.open if self.now is not None else ())]:
            self.load(first=True)
            raise Refused("another visit is open than a moment ago", "begun or ended elsewhere", "look, then tap again")

    def _nothing_waits(self) -> None:
        if self.waiting():
            raise Refused(
                f"{self.waiting()} taps are not saved yet", "", "go back to the visit and wait until they are"
            )

    def hide_names(self, hidden: bool) -> None:
        """Initials instead of names, or names again."""
        self.hidden = hidden
        self.draw()
