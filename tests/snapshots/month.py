"""A month of visits to the class: who was with her, what was offered, sparks, and a visit that is still to come."""

from __future__ import annotations

from observe.domain.codec import iso
from observe.services import visits
from observe.services.home import Home
from observe.services.record import Recorder

MS = 60_000
DAY = 24 * 60 * MS
SPARKS = (
    (9, 6, 4, "insight", "drew the rule before the third example"),
    (9, 14, 4, "question", "but what if the bottom number were zero?"),
    (5, 9, 4, "connect", ""),
    (2, 7, 17, "lead", "asked the quiet one first"),
    (2, 12, 8, "original", ""),
    (2, 31, 4, "insight", ""),
)
"""Days ago, minute, seat, kind, what was seen."""


def month(home: Home) -> None:
    """Three visits, the second with tiers in its plan; seats 24 and 25 were never looked at."""
    from .stage import SECTION

    now = home.clock.now()
    section = next(s.id for s in visits.sections(home) if s.name == SECTION)
    by_seat = {s.seat: s.id for s in visits.students(home, section)}
    for days in (9, 5, 2):
        start = now - days * DAY
        visit = visits.start_visit(home, section, at=start, title="Fractions on a number line").id
        recorder = Recorder(home, visit)

        def tap(
            minute: int,
            channel: str,
            code: str,
            seat: int = 0,
            start: int = start,
            recorder: Recorder = recorder,
            **more: object,
        ) -> None:
            who = by_seat[seat] if seat else None
            recorder.observe(channel, code, student=who, at=start + minute * MS, **more)

        if days == 5:
            _tiers(home, visit, [by_seat[seat] for seat in (3, 4, 8)], [by_seat[seat] for seat in (1, 2)])
        if days != 5:
            tap(1, "strategy", "minilesson" if days == 9 else "extension", on=True)
        tap(2, "role", "group", with_whom=[by_seat[seat] for seat in (1, 4, 12)])
        for seat in range(1, 24):
            tap(3 + seat, "engagement", ("deep", "active", "passive")[seat % 3], seat, method="sweep", sweep=1)
        tap(28, "role", "circulate")
        tap(29, "questioning", "analyze", modifiers={"answered_by": by_seat[days]})
        for ago, minute, seat, kind, seen in SPARKS:
            if ago == days:
                tap(minute, "spark", kind, seat, note=seen)
        visits.end_visit(home, visit, start + 42 * MS)

    def agree(act: object) -> None:
        facts = {"section": section, "student": by_seat[3], "at": iso(now - 6 * DAY), "minutes": 45}
        words = {"shown": "unit 4, 19 of 20 right", "instead": "a magic square of her own"}
        act.put("compacting", "agreed-on-fractions", facts | words)
        planned = {"section": section, "planned_at": iso(now + 45 * MS), "planned_minutes": 45, "zone": home.zone}
        act.put("visit", "planned-for-today", {**planned, "observer": "Robin Hale", "protocol": "push_in"})

    home.write(agree)


def _tiers(home: Home, visit: str, top: list[str], core: list[str]) -> None:
    lines = (
        {"part": "tier", "place": 0, "name": "core", "text": "compare to a half"},
        {"part": "tier", "place": 1, "name": "deep", "text": "make a rule, then break it"},
        {"part": "group", "place": 0, "name": "Owls", "tier": "deep", "students": top},
        {"part": "group", "place": 1, "name": "Foxes", "tier": "core", "students": core},
    )

    def plan(act: object) -> None:
        for number, line in enumerate(lines):
            act.put("plan", f"{visit}/line-{number}", {"visit": visit, **line})

    home.write(plan)
