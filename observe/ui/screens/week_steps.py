"""What the Week page asks, one question after the other: each is answered by a pad, or typed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from observe.domain.model import Section
from observe.domain.programme import MEETING, VISIT
from observe.domain.weekly import DAYS
from observe.services.said import counted
from observe.ui.pads import Pad

HOURS = tuple(range(7, 18))
MINUTES = tuple(range(0, 60, 5))
LENGTHS = (10, 15, 20, 25, 30, 35, 40, 45, 50, 60, 75, 90)
QUESTIONS = {
    "section": "Which class?",
    "what": "Visits, or co-planning meetings?",
    "weekday": "On which day of the week?",
    "date": "On which day?",
    "hour": "At what hour?",
    "minute": "At what time?",
    "length": "How many minutes?",
    "name": "Which class is it?",
    "last": "When does it end? What is past stays.",
}
TO_TYPE = {
    "every_week": "Class, day, time, minutes, such as Gr 4 Rm 12 tue 09:30 45 (and meeting, for co-planning):",
    "change": "Day, time, minutes, such as tue 09:30 45:",
    "meeting": "Day, time, minutes, such as thu 14:30 30:",
    "move": "Day and time, such as thu 10:15 or 2026-12-03 10:15:",
    "long": "How many minutes was it?",
    "end": "Its last day, such as 2026-12-18:",
}
"""What can be typed in place of all the pads. The class of a meeting is tapped first."""
NONE, LATER, KIND, SAME = "none", "later", "kind", "same"


@dataclass(slots=True)
class Asked:
    """What is being put together. `steps`: questions still to answer; `about`: what is chosen, or an event's name."""

    what: str
    steps: list[str]
    about: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    kind: str = ""
    day: date | None = None
    before: str = ""
    """What is moved: visit or meeting, its day, and its time as 09:30, which is offered."""
    events: int = 0

    def take(self, value: str) -> bool:
        """An answer to the first question; whether all are answered now."""
        self.answers[self.steps.pop(0)] = value
        return not self.steps

    @property
    def time(self) -> str:
        """The time of day that was tapped."""
        return f"{int(self.answers['hour']):02d}:{int(self.answers['minute']):02d}"


TITLES = {
    "every_week": "What comes every week",
    "change": "Another day, hour or length, from now on",
    "meeting": "A co-planning meeting",
    "move": "Another time",
    "long": "How long it was",
    "end": "What comes every week ends",
    "unclear": "The calendar: said once, and remembered",
}


def so_far(asked: Asked, sections: Sequence[Section]) -> tuple[str, str]:
    """What is put together, and what was answered already."""
    said = asked.answers
    names = {s.id: s.name for s in sections}
    parts = [names.get(said.get("section", ""), "")]
    parts.append({VISIT: "visits", MEETING: "meetings"}.get(said.get("what", ""), ""))
    parts.append(DAYS[int(said["weekday"])].capitalize() if "weekday" in said else "")
    parts.append(f"{date.fromisoformat(said['date']):%a %d %b}" if "date" in said else "")
    parts.append(asked.time if "minute" in said else f"{int(said['hour']):02d}:.." if "hour" in said else "")
    return TITLES[asked.what], ", ".join(part for part in parts if part)


def question(asked: Asked) -> str:
    """The question that stands."""
    if asked.what == "unclear":
        meetings = " They are co-planning meetings." if asked.answers.get(KIND) == MEETING else ""
        return f"'{asked.about}', {counted(asked.events, 'event')}: which class is it?{meetings}"
    return QUESTIONS[asked.steps[0]]


def choices(asked: Asked, sections: Sequence[Section], monday: date) -> list[Pad]:
    """The pads that answer it."""
    step = asked.steps[0]
    if step in ("section", "name"):
        found = [Pad(f"pick.{s.id}", (s.name,), _digit(i), _subs(s.teacher), "mute") for i, s in enumerate(sections, 1)]
        return [*found, *_unclear(asked)] if step == "name" else found
    if step == "what":
        return [_pad(VISIT, "Visits", 1), _pad(MEETING, "Co-planning meetings", 2, "Co-planning")]
    if step == "weekday":
        return [_pad(str(n), f"{monday + timedelta(days=n):%A}", n + 1, DAYS[n].capitalize()) for n in range(7)]
    if step == "date":
        days = [monday + timedelta(days=n) for n in range(7)]
        return [_pad(day.isoformat(), f"{day:%a} {day.day} {day:%b}", n, f"{day:%a}") for n, day in enumerate(days, 1)]
    if step == "hour":
        same = [_pad(SAME, f"{asked.before} as before", 0, asked.before)] if asked.before else []
        return [*same, *(_pad(str(n), f"{n:02d}:..") for n in HOURS)]
    if step == "minute":
        return [_pad(str(n), f"{int(asked.answers['hour']):02d}:{n:02d}") for n in MINUTES]
    if step == "length":
        return [_pad(str(n), f"{n} min", 0, str(n)) for n in LENGTHS]
    return [
        Pad("pick.today", ("Today is the last day", "Today"), "1"),
        Pad("pick.week", ("Friday of this week", "Friday"), "2"),
        Pad("pick.next", ("Friday of next week", "Next Friday"), "3"),
    ]


def _unclear(asked: Asked) -> list[Pad]:
    meetings = asked.answers.get(KIND) == MEETING
    return [
        Pad(f"pick.{KIND}", ("Co-planning", "Co-plan"), "m", ("meetings",), "role", on=meetings),
        Pad(f"pick.{NONE}", ("No visit", "None"), "0", ("leave it out",), "warn"),
        Pad(f"pick.{LATER}", ("Ask later", "Later"), "l", (), "mute"),
    ]


def _pad(value: str, label: str, number: int = 0, *short: str) -> Pad:
    return Pad(f"pick.{value}", (label, *short), _digit(number) if number else "")


def _digit(number: int) -> str:
    return str(number) if 1 <= number <= 9 else ""


def _subs(text: str) -> tuple[str, ...]:
    return (text,) if text else ()
