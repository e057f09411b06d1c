"""The figures of a visit, a day or a span, as the JSON of contract and docs/formats.md."""

import contextlib
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from observe.domain import coverage, figures, groups, passes, plan_actual
from observe.domain.codec import day_bounds, iso, iso_or_none
from observe.domain.errors import NotSaved
from observe.domain.figures import Json
from observe.domain.model import Visit, VisitLog
from observe.domain.numbers import rounded, seconds
from observe.domain.protocol import Protocol
from observe.services.flexible import Flexible
from observe.services.home import Home
from observe.services.visits import visit_log
from observe.services.whose import Whose, also
from observe.store import items, local, queries, rosters


def summary(home: Home, visit_id: str) -> Json:
    """The summary of one visit, as of now while it lasts."""
    now = home.clock.now()
    log = visit_log(home, visit_id)
    numbers = figures.tally(log, now)
    flex = Flexible(home, {visit_id: numbers["groups"]})
    return _summary(home, log.visit, log.protocol, numbers, rosters.identified_students(home.conn), now, log, flex)


def _summary(
    home: Home,
    visit: Visit,
    protocol: Protocol,
    numbers: Json,
    identified: frozenset[str],
    now: int,
    log: VisitLog | None,
    flex: Flexible,
) -> Json:
    seen = coverage.render(numbers["coverage"])
    for row in seen["students"].values():
        row["last_at"] = iso_or_none(row["last_at"])
    return {
        "visit": visit_json(visit, numbers, now),
        "channels": figures.render_channels(protocol, numbers, identified),
        "coverage": seen,
        "sweeps": [
            {**row, "at": iso_or_none(row["at"])} for row in passes.render(protocol, numbers["sweeps"], identified)
        ],
        "pairs": passes.render_pairs(protocol, numbers.get("pairs", {}), identified),
        "cues": {name: numbers.get("cues", {}).get(name, 0) for name in ("shown", "answered")},
        "groups": _groups(visit, protocol, numbers.get("groups", {}), flex),
        "plan": plan_actual.render(log.plan if log else items.plan(home.conn, visit.id), numbers.get("plan", {})),
        "notes": _notes(home, visit.id, numbers.get("noted", 0), log),
        "reflection": queries.reflection(home.conn, visit.id),
        "conflicts": log.conflicts if log else queries.conflict_count(home.conn, visit.id),
        "also": [
            {
                "visit": v.id,
                "observer": v.observer,
                "started_at": iso_or_none(v.started_at),
                "ended_at": iso_or_none(v.ended_at),
            }
            for v in also(home, visit, now)
        ],
    }


def _groups(visit: Visit, protocol: Protocol, kept: Json, flex: Flexible) -> Json:
    found = groups.render(protocol, kept)
    if not found:
        return {}
    moves = [{**move, "at": iso(move["at"])} for move in found["moves"]]
    return {**found, "moves": moves, **flex.of(visit)}


def visit_json(visit: Visit, numbers: Json, now: int) -> Json:
    """The `visit` block."""
    return {
        "id": visit.id,
        "section": visit.section_name or None,
        "section_id": visit.section,
        "teacher": visit.teacher or None,
        "observer": visit.observer or None,
        "title": visit.title or None,
        "status": visit.status(now),
        "flag": visit.flag or None,
        "planned_at": iso_or_none(visit.planned_at),
        "planned_minutes": visit.planned_minutes,
        "started_at": iso_or_none(visit.started_at),
        "ended_at": iso_or_none(visit.ended_at),
        "estimated_end": visit.estimated_end,
        "seconds": seconds(numbers["ms"]),
        "paused_seconds": seconds(numbers["paused_ms"]),
        "protocol": {"id": visit.protocol_id, "version": visit.protocol_version},
    }


def _notes(home: Home, visit_id: str, noted: int, log: VisitLog | None) -> list[Json]:
    """Notes in order of time. A private one is marked, and is on this device alone; a flag has no text yet.

    `noted`: how many observations carry a note that is not private; where none does, none is looked for.
    """
    private = queries.private_notes(home.conn, visit_id)
    if log:
        observations = log.observations
    else:
        observations = queries.observations_with_notes(home.conn, visit_id) if noted or private else ()
    rows: list[Json] = []
    for o in observations:
        about = {
            "at": o.at,
            "observation": o.id,
            "note": None,
            "student": o.student,
            "group": o.group or None,
            "channel": o.channel,
            "code": o.code,
        }
        texts = ((o.note, False), (private.get(o.id, ""), True))
        rows += [{**about, "text": text, "private": hidden, "flag": False} for text, hidden in texts if text]
    for n in log.notes if log else queries.notes(home.conn, visit_id):
        about = {"at": n.at, "observation": None, "note": n.id, "student": n.student, "channel": None, "code": None}
        about["group"] = n.group or None
        text, hidden = (n.body, False) if n.body or n.id not in private else (private[n.id], True)
        rows.append({**about, "text": text, "private": hidden, "flag": not text})
    rows.sort(key=lambda row: row["at"])
    return [{**row, "at": iso(row["at"])} for row in rows]


def _kept(home: Home, visit: Visit) -> Json | None:
    """The numbers of an ended visit as computed before, if nothing changed since."""
    if visit.ended_at is None:
        return None
    found = queries.cached_tally(home.conn, visit.id)
    return found if found is not None and found.get("shape") == figures.SHAPE else None


def tallied(home: Home, visits: Sequence[Visit]) -> dict[str, tuple[Protocol, Json]]:
    """The protocol and the numbers of each visit that began; those of ended ones are kept for the next time."""
    now = home.clock.now()
    begun = [visit for visit in visits if visit.started_at is not None]
    known = {visit.id: _kept(home, visit) for visit in begun}
    tallies = {id: tally or figures.tally(visit_log(home, id), now) for id, tally in known.items()}
    _keep_tallies(home, [v for v in begun if v.ended_at is not None and known[v.id] is None])
    kept = {
        (v.protocol_id, v.protocol_version): queries.protocol(home.conn, v.protocol_id, v.protocol_version)
        for v in begun
    }
    return {
        v.id: (
            kept[v.protocol_id, v.protocol_version] or Protocol(v.protocol_id, v.protocol_version, "", ()),
            tallies[v.id],
        )
        for v in begun
    }


def span(home: Home, visits: Sequence[Visit], of: dict[str, tuple[Protocol, Json]] | None = None) -> Json:
    """`visits`, `totals` and `delivered` over visits; `of`: what `tallied` gave for them."""
    now = home.clock.now()
    identified = rosters.identified_students(home.conn)
    known = tallied(home, visits) if of is None else of
    tallies = {id: numbers for id, (_, numbers) in known.items()}
    coding = {id: protocol for id, (protocol, _) in known.items()}
    begun = [visit for visit in visits if visit.id in known]
    flex = Flexible(home, {id: numbers.get("groups", {}) for id, numbers in tallies.items()})
    empty = {"ms": 0, "paused_ms": 0, "channels": {}, "coverage": {"present": [], "students": {}}, "sweeps": []}
    return {
        "visits": [
            _summary(home, v, coding[v.id], tallies[v.id], identified, now, None, flex)
            if v.id in tallies
            else _summary(home, v, Protocol("", 0, "", ()), empty, identified, now, None, flex)
            for v in visits
        ],
        "totals": _totals([(coding[v.id], tallies[v.id]) for v in begun], identified),
        "delivered": delivered(visits, tallies, now),
    }


def _keep_tallies(home: Home, fresh: Sequence[Visit]) -> None:
    """Best effort: a home that cannot be written to is read as well as any."""
    if not fresh:
        return

    def keep() -> None:
        for visit in fresh:
            # Computed again inside the transaction: an entry may have come in between.
            local.keep_tally(home.conn, visit.id, figures.tally(visit_log(home, visit.id), 0))

    with contextlib.suppress(NotSaved):
        home.local_write(keep)


def _totals(parts: Sequence[tuple[Protocol, Json]], identified: frozenset[str]) -> Json:
    """Sums a protocol; when a span holds several, channels of the less used are named `protocol:channel`."""
    by_id: dict[str, list[tuple[Protocol, Json]]] = {}
    for protocol, numbers in parts:
        by_id.setdefault(protocol.id, []).append((protocol, numbers))
    channels: Json = {}
    pairs: Json = {}
    for rank, (id, group) in enumerate(sorted(by_id.items(), key=lambda item: (-len(item[1]), item[0]))):
        newest = max((protocol for protocol, _ in group), key=lambda p: p.version)
        whole = figures.add([numbers for _, numbers in group])
        rendered = figures.render_channels(newest, whole, identified)
        channels |= {name if rank == 0 else f"{id}:{name}": value for name, value in rendered.items()}
        both = passes.render_pairs(newest, whole["pairs"], identified)
        pairs |= {name if rank == 0 else f"{id}:{name}": value for name, value in both.items()}
    seen = coverage.total([numbers["coverage"] for _, numbers in parts])
    for row in seen["students"].values():
        row["last_at"] = iso_or_none(row["last_at"])
    ms, paused = (sum(numbers[k] for _, numbers in parts) for k in ("ms", "paused_ms"))
    return {
        "seconds": seconds(ms),
        "paused_seconds": seconds(paused),
        "channels": channels,
        "coverage": seen,
        "pairs": pairs,
    }


def delivered(visits: Sequence[Visit], tallies: Json, now: int) -> Json:
    """Planned against held: visits, and minutes to 0.1."""
    planned = [v for v in visits if v.planned_at is not None]
    held = [v for v in planned if v.id in tallies and v.ended_at is not None]
    extra = [v for v in visits if v.planned_at is None and v.ended_at is not None]

    def minutes(which: Sequence[Visit]) -> float:
        return rounded(Fraction(sum(tallies[v.id]["ms"] for v in which), 60_000), 1)

    return {
        "planned": len(planned),
        "delivered": len(held),
        "missed": sum(v.status(now) == "missed" for v in planned),
        "extra": len(extra),
        "planned_minutes": rounded(sum(v.planned_minutes or 0 for v in planned), 1),
        "delivered_minutes": minutes(held),
        "extra_minutes": minutes(extra),
    }


def day(home: Home, when: date, everyone: bool = False) -> Json:
    """The figures of one day in the home's zone: hers, and `others` names the visits of colleagues.

    `everyone`: one figure of all visits, whosever they are; `others` is empty then.
    """
    first, after = day_bounds(when, home.zone)
    found = queries.visits(home.conn, first, after)
    whose, now = Whose(home), home.clock.now()
    hers = found if everyone else whose.hers(found)
    others = [_other(v, now) for v in found if v not in hers]
    return {"date": when.isoformat(), **span(home, hers), "others": others}


def _other(visit: Visit, now: int) -> Json:
    return {
        "visit": visit.id,
        "observer": visit.observer,
        "section": visit.section_name or None,
        "status": visit.status(now),
        "planned_at": iso_or_none(visit.planned_at),
        "started_at": iso_or_none(visit.started_at),
        "ended_at": iso_or_none(visit.ended_at),
    }
