"""Some weeks of visits to one class, for what is shown over time: a visit a week, with one gap."""

from __future__ import annotations

from observe.services import visits
from observe.services.afterwards import Afterwards
from observe.services.home import Home
from observe.services.record import Recorder

MINUTE, WEEK = 60_000, 7 * 24 * 60 * 60_000
GAP = 3
"""So many weeks ago there was no visit."""
CODES = ("off", "passive", "waiting", "passive", "active", "deep", "active", "deep")
LEVELS = ("easy", "stretch", "known", "stretch", "strain")


def term(home: Home, section: str, weeks: int = 8, looked_at: int = 25) -> list[str]:
    """Visits of 40 minutes, the last one today, each with a pass over `looked_at` students; the visits, oldest first.

    The weeks go from Listening and Off task to Active and Thinking, and from extra hands to a small group.
    """
    people = [student.id for student in visits.students(home, section) if student.active]
    now = home.clock.now()
    made = []
    for ago in range(weeks - 1, -1, -1):
        if ago == GAP:
            continue
        start = now - ago * WEEK - 45 * MINUTE
        done = weeks - ago
        visit = visits.start_visit(home, section, at=start).id
        log, after = Recorder(home, visit), Afterwards(home, visit)
        log.observe("role", "extra", at=start)
        log.observe("role", "group", at=start + max(2, 24 - 3 * done) * MINUTE, with_whom=people[:4])
        looked = people[: 7 if ago == weeks - 2 else looked_at]
        log.sweep_start(1, students=looked, at=start + 10 * MINUTE)
        for i, who in enumerate(looked):
            at = start + 10 * MINUTE + i * 3_000
            code = CODES[min(len(CODES) - 1, (i * 7 % len(CODES) + done) // 2)]
            log.observe("engagement", code, student=who, method="sweep", sweep=1, at=at)
            if i % 2:
                level = LEVELS[(i + done) % len(LEVELS)]
                log.observe("challenge", level, student=who, method="sweep", sweep=1, at=at + 1_000)
        log.sweep_end(1, at=start + 12 * MINUTE)
        for i in range(done):
            at = start + (20 + i) * MINUTE
            log.observe("questioning", "analyze" if i % 2 else "apply", at=at)
            log.observe("challenge", "known", student=people[i % 2], at=at + 1_000)
        log.observe("questioning", "remember", modifiers={"asker": "teacher"}, at=start + 30 * MINUTE)
        if done > 2:
            log.observe("spark", "insight" if done % 2 else "connect", student=people[2], at=start + 31 * MINUTE)
        after.reflect("glow", "They explained it to each other")
        visits.end_visit(home, visit, start + 40 * MINUTE)
        made.append(visit)
    return made
