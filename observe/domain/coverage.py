"""Coverage: which students were observed, how often, and how long each went unseen.

As in `figures`, `tally` gives whole numbers that can be kept and added, the others the JSON made of them.
"""

from collections import Counter
from collections.abc import Sequence

from observe.domain.model import VisitLog
from observe.domain.numbers import Json, seconds
from observe.domain.timeline import ActiveTime, longest_gap, stretches


def tally(log: VisitLog, active: ActiveTime) -> Json:
    """Everybody present, and a row for them and for whoever else was observed or served.

    In the order of the seats when the visit began, since what is kept must not change with those of today; then who
    came later. A child who was marked absent later, having left, was seen all the same; a child in a group got its
    minutes.
    """
    seats = {who: seat for seat, who in enumerate(log.visit.roster)}
    present = sorted(log.present(), key=lambda who: (seats.get(who, len(seats)), who))
    moments: dict[str, list[int]] = {who: [] for who in present}
    for o in log.observations:
        if o.student:
            moments.setdefault(o.student, []).append(o.at)
    service: Counter[str] = Counter()
    for channel in log.protocol.channels:
        if channel.kind == "state":
            own = [o for o in log.observations if o.channel == channel.name]
            for stretch in stretches(own, active):
                for who in dict.fromkeys(stretch.with_whom):
                    service[who] += stretch.end - stretch.start
    for who in service:
        moments.setdefault(who, [])
    return {
        "present": present,
        "students": {
            who: {
                "n": len(at),
                "last_at": max(at, default=None),
                "gap_ms": longest_gap(at, active),
                "service_ms": service[who],
            }
            for who, at in moments.items()
        },
    }


def render(kept: Json) -> Json:
    """The `coverage` of one visit's summary."""
    present: list[str] = kept["present"]
    students: dict[str, Json] = kept["students"]
    unseen = [who for who in present if not students[who]["n"]]
    return {
        "present": len(present),
        "seen": len(present) - len(unseen),
        "unseen": unseen,
        "students": {
            who: {
                "n": row["n"],
                "last_at": row["last_at"],
                "longest_gap_seconds": seconds(row["gap_ms"]),
                "service_seconds": seconds(row["service_ms"]),
            }
            for who, row in sorted(students.items())
        },
    }


def total(tallies: Sequence[Json]) -> Json:
    """Coverage over visits: `present` and `seen` are student-visits, `students` gives n over the span."""
    visits: Counter[str] = Counter()
    seen = 0
    rows: dict[str, list[Json]] = {}
    for t in tallies:
        here, students = t["present"], t["students"]
        visits.update(here)
        seen += sum(1 for who in here if students[who]["n"])
        for who, row in students.items():
            rows.setdefault(who, []).append(row)
    return {
        "present": visits.total(),
        "seen": seen,
        "unseen": [who for who in visits if not any(row["n"] for row in rows[who])],
        "students": {
            who: {
                "n": sum(row["n"] for row in rows[who]),
                "visits": visits[who],
                "last_at": max((row["last_at"] for row in rows[who] if row["last_at"] is not None), default=None),
                "service_seconds": seconds(sum(row["service_ms"] for row in rows[who])),
            }
            for who in sorted(rows)
        },
    }
