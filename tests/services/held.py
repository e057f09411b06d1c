"""Visits to a small class that lie some days back, with taps by the minute."""

from __future__ import annotations

from observe.services import visits
from observe.services.home import Home
from observe.services.record import Recorder

from ..ui.school import ids, section_id

MINUTE, DAY = 60_000, 86_400_000
FIRST, SECOND = "Gr 4 Rm 12", "Gr 2 Rm 3"
SMALL = ("Ana Ruiz", "Ben Ode", "Cora Lim", "Dan Roe")
NOON = 1_795_546_800_000
"""24 November 2026, 12:00 in Arizona."""


def identify(home: Home, section: str, *names: str) -> None:
    known = ids(home, section)

    def change(act: object) -> None:
        for name in names:
            act.put("student", known[name], {"name": name, "identified": True})

    home.write(change)


class Held:
    """A visit to the small class that lasted 40 minutes, so many days ago; taps by minute."""

    def __init__(self, home: Home, days: int, section: str = SECOND, hour: int = 2) -> None:
        self.home, self.start = home, NOON - days * DAY - hour * 60 * MINUTE
        self.who = ids(home, section)
        self.visit = visits.start_visit(home, section_id(home, section), at=self.start, end_open=True).id
        self.recorder = Recorder(home, self.visit)
        visits.end_visit(home, self.visit, self.start + 40 * MINUTE)

    def tap(self, minute: int, channel: str, code: str | None, who: str | None = None, **more: object) -> str | None:
        student = self.who[who] if who else None
        if "group" in more:
            more["with_whom"] = [self.who[name] for name in more.pop("group")]
        return self.recorder.observe(channel, code, student=student, at=self.start + minute * MINUTE, **more).id
