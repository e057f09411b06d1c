"""How the Week page puts something together by taps or by a typed line: a pattern, a meeting, another time."""

from datetime import date, timedelta

from observe.domain.codec import at_clock, local
from observe.domain.errors import Refused
from observe.domain.programme import MEETING, VISIT
from observe.domain.weekly import monday_of
from observe.services import meetings, missed, patterns, typed
from observe.ui.screens.week_page import WeekPage
from observe.ui.screens.week_steps import SAME, TO_TYPE, Asked


class WeekAsked(WeekPage):
    """The questions, and what is done when all of them are answered."""

    def done(self, message: str) -> None:
        """Something was: show the week as it is now, and say it."""
        self.load()
        self.message = self.names().mask(message)

    def planned(self, done: patterns.Done) -> None:
        """A pattern was made, changed or ended: say what came of it."""
        said = ", ".join(f"{n} {word}" for word, n in done.counts.items() if n and word != "unchanged")
        kind = "meetings" if done.pattern.what == MEETING else "visits"
        self.done(f"{kind}: {said}" if said else f"no {kind} changed")

    def begin(self, asked: Asked) -> None:
        """Ask. A question that only one class can answer is not asked."""
        if "section" in asked.steps and not self.sections:
            raise Refused("there is no class yet", "", "add one on Today first")
        if len(self.sections) == 1 and asked.steps[0] == "section":
            asked.take(self.sections[0].id)
        self.asked, self.said, self.first, self.cursor = asked, [], 0, ""

    def answered(self, asked: Asked, value: str) -> None:
        """A pad that answers the question that stands."""
        if value == SAME:
            hour, minute = asked.before.split(":")
            asked.take(str(int(hour)))
            value = str(int(minute))
        self.first, self.cursor = 0, ""
        last = asked.steps[-1]
        if not asked.take(value):
            return
        try:
            self._finish(asked)
        except Refused:
            asked.steps = [last]  # what was tapped before is still there
            raise
        self.asked = None

    def _finish(self, asked: Asked) -> None:
        said, minutes = asked.answers, int(asked.answers.get("length") or 0)
        if asked.what == "every_week":
            day = int(said["weekday"])
            self.planned(patterns.add(self.home, said["section"], day, asked.time, minutes, what=said["what"]))
        elif asked.what == "change":
            day = int(said["weekday"])
            self.planned(patterns.change(self.home, asked.about, weekday=day, time=asked.time, minutes=minutes))
        elif asked.what == "meeting":
            self._meeting(said["section"], date.fromisoformat(said["date"]), asked.time, minutes)
        elif asked.what == "move":
            self._moved(asked, date.fromisoformat(said["date"]), asked.time)
        elif asked.what == "long":
            self._was_long(asked.about, minutes)
        elif asked.what == "end":
            today = local(self.home.clock.now(), self.home.zone).date()
            friday = monday_of(today) + timedelta(days=4)
            days = {"today": today, "week": friday, "next": friday + timedelta(days=7)}
            self.planned(patterns.end(self.home, asked.about, days[said["last"]]))

    def _meeting(self, section: str, day: date, time: str, minutes: int) -> None:
        met = meetings.plan(self.home, section, at_clock(day, time, self.home.zone), minutes)
        self._show(met.at)
        self.picked = f"{MEETING}.{met.id}"
        self.done("the meeting is planned")

    def _moved(self, asked: Asked, day: date, time: str) -> None:
        at = at_clock(day, time, self.home.zone)
        (missed.move if asked.kind == VISIT else meetings.move)(self.home, asked.about, at)
        self._show(at)
        self.picked = f"{asked.kind}.{asked.about}"
        self.done(f"moved to {day:%A} {day.day} {day:%b} {time}")

    def _show(self, at: int) -> None:
        self.monday = monday_of(local(at, self.home.zone).date())

    def _was_long(self, id: str, minutes: int) -> None:
        meetings.held(self.home, id, minutes)
        self.done(f"held {minutes} min")

    def type_it(self) -> None:
        """A line in place of the pads."""
        asked = self.asked
        if asked is None or not self._can_type(asked):
            raise Refused("nothing is asked that can be typed", "", "tap what you want to do first")
        self.ask(TO_TYPE[asked.what], "", lambda text: self._typed(asked, text))

    def _typed(self, asked: Asked, text: str) -> None:
        if not text:
            return
        if asked.what == "every_week":
            line = typed.read_line(self.home, text)
            facts = line.section, line.weekday, line.time, line.minutes
            self.planned(patterns.add(self.home, *facts, what=line.what))
        elif asked.what == "long":
            self._was_long(asked.about, typed.read_minutes(text))
        elif asked.what == "end":
            last = typed.read_date(text)
            self.planned(patterns.end(self.home, asked.about, last))
        else:
            day, time, minutes = typed.read_when(text)
            self._typed_when(asked, day, time, minutes)
        self.asked = None

    def _typed_when(self, asked: Asked, day: int | date | None, time: str, minutes: int | None) -> None:
        if asked.what == "change":
            before = patterns.named(self.home, asked.about)
            if isinstance(day, date):
                raise Refused("that is a date", "it comes every week", "type a day, such as tue")
            new = before.weekday if day is None else day, minutes or before.minutes
            self.planned(patterns.change(self.home, asked.about, weekday=new[0], time=time, minutes=new[1]))
            return
        when = self.monday + timedelta(days=day) if isinstance(day, int) else day or asked.day
        if when is None:
            raise Refused("no day", "", "type it with the day, such as thu 14:30 30")
        if asked.what == "move":
            self._moved(asked, when, time)
        else:
            self._meeting(asked.answers["section"], when, time, minutes or meetings.MINUTES)
