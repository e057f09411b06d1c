"""The week: what was planned and held, what was missed and why, meetings, what comes every week, and the calendar."""

import os
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from textual.events import Key

from observe.domain.codec import local
from observe.domain.errors import Refused
from observe.domain.programme import MEETING, VISIT, Pattern
from observe.services import deliverypage, meetings, missed, patterns, visits
from observe.services.week import Slot
from observe.store.connection import in_words
from observe.ui.messages import OpenVisit, ShowPage, ShowWrapUp
from observe.ui.screens.week_asked import WeekAsked
from observe.ui.screens.week_page import WHY
from observe.ui.screens.week_steps import KIND, LATER, NONE, Asked
from observe.ui.writing import typed_path

if TYPE_CHECKING:
    from observe.services.schedule import Followed

PATH = "Where is the calendar? A file that ends in .ics. Tab completes the name:"
LAST_PATH = "calendar_path"
"""The local setting with the file that was taken in last: it is the one that will have changed."""


class WeekScreen(WeekAsked):
    """A week, and what its pads do. `about`: a visit or a meeting that is chosen at first; then esc leads back."""

    file: Path | None = None
    """The calendar that was taken in, while it is asked whose its events are."""

    # -- keys and taps -------------------------------------------------------------------------------------

    def key(self, event: Key) -> bool:
        """Digits and letters of the answers come before those of the page."""
        if self.typing is None and self.asked is not None and event.character:
            answer = next((p.id for p in self._choices(self.asked) if p.key == event.character), "")
            if answer:
                self.press(answer)
                return True
        return super().key(event)

    def touch(self, act: str) -> None:
        """A pad of the week, or an answer."""
        kind, _, rest = act.partition(".")
        if kind == "pick" and self.asked is not None and self.asked.what == "unclear":
            self._named(self.asked, rest)
        elif kind == "pick" and self.asked is not None:
            self.answered(self.asked, rest)
        elif kind == "unclear":
            self._ask_unclear(int(rest))
        elif act in self.slots or act in self.patterns:
            self.picked, self.said = "" if act == self.picked else act, []

    def act(self, id: str) -> None:
        """One of the page's commands."""
        slot, pattern = self.slot, self.pattern
        if id == "back":
            self._back()
        elif id == "typed":
            self.type_it()
        elif self.asked is not None and id not in self.foot():
            # A letter typed at a question that waits for a pad would lead somewhere that is not on the glass.
            raise Refused("this is not asked for", "", "answer first, or press esc")
        elif id in ("before", "after"):
            self._turn(-1 if id == "before" else 1)
        elif id == "every_week":
            self.begin(Asked(id, ["section", "what", "weekday", "hour", "minute", "length"]))
        elif id == "meeting":
            self.begin(Asked(id, ["section", "date", "hour", "minute", "length"]))
        elif id == "calendar":
            self.ask(PATH, self.home.setting(LAST_PATH) or "", self._take_in, path=True)
        elif id == "print":
            self._print()
        elif id in ("principal", "coverage"):
            self.post_message(ShowPage("shared", id))
        elif pattern is not None:
            self._with_pattern(id, pattern)
        elif slot is not None:
            self._with_slot(id, slot)
        else:
            raise Refused("nothing is chosen", "", "tap a visit or a meeting first")

    def _back(self) -> None:
        if self.asked is not None:
            self.asked = None
        elif self.said:
            self.said = []
        elif self.picked and not self.about:
            self.picked = ""
        else:
            self.dismiss()

    def _turn(self, by: int) -> None:
        try:
            self.monday += timedelta(days=7 * by)
            self.load()
        except (OverflowError, ValueError):
            raise Refused("there is no such week", "", "go the other way") from None
        self.picked = self.cursor = self.about = ""  # what is moved is known to the question
        self.first = 0

    # -- what is chosen --------------------------------------------------------------------------------------

    def _with_slot(self, id: str, slot: Slot) -> None:
        if id in WHY:
            if id == WHY[-1]:
                self.ask("Why was it not held?", slot.why, lambda text: self._missed(slot, text))
            else:
                self._missed(slot, missed.REASONS[WHY.index(id)])
        elif id == "move":
            at = local(slot.at, self.home.zone)
            steps = ["date", "hour", "minute"]
            self.begin(Asked(id, steps, slot.id, kind=slot.kind, day=at.date(), before=f"{at:%H:%M}"))
        elif id == "take_back":
            (missed.not_missed if slot.kind == VISIT else meetings.take_back)(self.home, slot.id)
            self.done("taken back")
        elif id == "remove":
            (missed.drop if slot.kind == VISIT else meetings.drop)(self.home, slot.id)
            self.done("removed")
        elif slot.kind == MEETING:
            self._with_meeting(id, slot)
        elif id == "plan":
            self.post_message(ShowPage("plan", slot.id))
        elif id == "start":
            self._start(slot)
        else:
            raise Refused("that is for something else", "", "tap what it is for first")

    def _missed(self, slot: Slot, why: str) -> None:
        if not why:
            return
        (missed.miss if slot.kind == VISIT else meetings.miss)(self.home, slot.id, why)
        self.done(f"not held: {why}")

    def _with_meeting(self, id: str, slot: Slot) -> None:
        if id == "held":
            met = meetings.held(self.home, slot.id)
            self.done(f"held {met.held_minutes} min")
        elif id == "long":
            self.begin(Asked(id, ["length"], slot.id))
        else:
            raise Refused("that is for a visit", "", "tap a visit first")

    def _start(self, slot: Slot) -> None:
        if slot.status == "held":
            self.post_message(ShowWrapUp(slot.id))
            return
        if slot.status != "live":
            if not self._is_today(slot):
                raise Refused("this visit is of another day", "", "move it to today first")
            if open_ := visits.open_visits(self.home):
                raise Refused(f"a visit is open: {open_[0].section_name or 'no class'}", "", "end it on Today first")
            with in_words(self.home.database.path):
                visits.start_visit(self.home, slot.section, visit=slot.id)
        self.post_message(OpenVisit(slot.id))

    def _with_pattern(self, id: str, pattern: Pattern) -> None:
        if id == "change":
            self.begin(Asked(id, ["weekday", "hour", "minute", "length"], pattern.id, before=pattern.time))
        elif id == "end":
            self.begin(Asked(id, ["last"], pattern.id))
        elif id == "remove":
            before = date.fromisoformat(pattern.first) - timedelta(days=1)
            self.planned(patterns.end(self.home, pattern.id, before))
        else:
            raise Refused("that is for a visit or a meeting", "", "tap one first")

    # -- the calendar ----------------------------------------------------------------------------------------

    def _take_in(self, text: str) -> None:
        if not text:
            return
        path = typed_path(text)
        if not os.path.isfile(path):  # Path's own way raises for a name that is too long
            raise Refused(f"{path.name} is not there", "no such file", "check its name; Tab completes it")
        self._follow(path)
        self.home.set_setting(LAST_PATH, str(path))
        if self.unclear:
            self._ask_unclear(0)

    def _follow(self, path: Path, choices: dict[str, str] | None = None, met: dict[str, str] | None = None) -> None:
        from observe.services.schedule import import_schedule, since_it_began

        done = import_schedule(self.home, path, choices, meetings=met, first=since_it_began(self.home))
        self.file, self.unclear, self.said, self.picked = path, done.unclear, _words(done), ""
        self.load()
        self.first = 0

    def _ask_unclear(self, n: int) -> None:
        one = self.unclear[n]
        kind = {KIND: MEETING} if one.meeting else {}
        self.asked, self.first, self.cursor = Asked("unclear", ["name"], one.name, kind, events=one.events), 0, ""

    def _named(self, asked: Asked, value: str) -> None:
        """An answer to which class it is: remembered, and the calendar followed again."""
        if value == KIND:
            asked.answers[KIND] = VISIT if asked.answers.get(KIND) == MEETING else MEETING
            return
        names = [one.name for one in self.unclear]
        at = names.index(asked.about)
        self.asked = None
        if value != LATER and self.file is not None:
            met = value != NONE and asked.answers.get(KIND) == MEETING
            said = {asked.about: "" if value == NONE else value}
            self._follow(self.file, None if met else said, said if met else None)
        else:
            at += 1
        if at < len(self.unclear):
            self._ask_unclear(at)

    # -- on paper ----------------------------------------------------------------------------------------------

    def _print(self) -> None:
        page = deliverypage.delivery_page(self.home, *self.month, by="week")
        self.ask_where("Where to? Planned and held of the month:", page, "planned-and-held", f"{self.month[0]:%Y-%m}")


def _words(done: "Followed") -> list[tuple[str, str]]:
    """What a calendar did, in lines with their inks."""
    lines = []
    for what, counts in (("visits", done.counts), ("co-planning meetings", done.meeting_counts)):
        ways = {"unchanged": "as before"}
        said = ", ".join(f"{n} {ways.get(word, word)}" for word, n in counts.items() if n)
        if said or what == "visits":
            lines.append((f"{what}: {said or 'none'}", "ink"))
    kept = [p for p in (*done.visits, *done.meetings) if p.what == "kept"]
    if kept:
        lines.append((f"kept as they are here: {', '.join(dict.fromkeys(p.section for p in kept))}", "warn"))
    if done.aside:
        lines.append((f"no visit: {', '.join(done.aside)}", "mute"))
    if done.unclear:
        lines.append((f"of no class yet: {', '.join(u.name for u in done.unclear)}", "warn"))
    return [*lines, *((note, "warn") for note in done.notes)]
