"""What each visit says of its students, the slow way: every visit's whole log, gone through for each spark anew."""

from itertools import pairwise
from typing import Any

from observe.domain import groups, plan_actual
from observe.domain.access import Chances
from observe.domain.codec import local
from observe.domain.context import Context
from observe.domain.figures import active_time
from observe.domain.live import picker
from observe.domain.model import VisitLog
from observe.domain.numbers import figured
from observe.domain.timeline import ActiveTime, state_bouts, stretches, toggle_bouts
from observe.services.home import Home
from observe.services.visits import visit_log
from observe.store import queries


def facts(home: Home, visit_id: str) -> dict[str, Any]:
    """`offered`, `sparks`, `ms`, `open_ms`, `looks` and `seen_open` of a visit that began."""
    whole = visit_log(home, visit_id)
    newest = queries.protocol(home.conn, whole.visit.protocol_id) or whole.protocol
    log = VisitLog(**{name: getattr(whole, name) for name in VisitLog.__slots__ if name != "protocol"}, protocol=newest)
    active = active_time(log.visit, log.pauses, home.clock.now())
    opened = _open(log)
    seen: dict[str, int] = {}
    for o, on in zip(log.observations, opened, strict=True):
        if on and o.student:
            seen[o.student] = seen.get(o.student, 0) + 1
    looked = {(o.sweep, o.student) for o in log.observations if o.method == "sweep" and o.sweep is not None}
    return {
        "offered": {who: one for who, one in _offered(log, active).items() if one != Chances()},
        "sparks": _sparks(log, opened, local(log.visit.started_at or 0, home.zone).date()),
        "ms": active.length,
        "open_ms": sum(_any_open(log, active)),
        "looks": {who: sum(other == who for _, other in looked) for _, who in looked if who},
        "seen_open": seen,
    }


def extra_ms(home: Home, visit_id: str, now: int) -> int:
    """Active ms in codes of states that are to be kept low."""
    log = visit_log(home, visit_id)
    active, spent = active_time(log.visit, log.pauses, now), 0
    for channel in log.protocol.channels:
        if channel.kind == "state":
            low = {code.key for code in channel.codes if code.caution}
            own = [o for o in log.observations if o.channel == channel.name]
            spent += sum(bout.end - bout.start for bout in state_bouts(own, active) if bout.code in low)
    return spent


def _open(log: VisitLog) -> list[bool]:
    """For each observation whether an open task was on: the last switch up to it of one of them at least."""
    codes = [(c.name, code.key) for c in log.protocol.channels if c.kind == "toggle" for code in c.codes if code.open]
    found = []
    for i in range(len(log.observations)):
        last = {(o.channel, o.code): o.on for o in log.observations[: i + 1] if o.on is not None}
        found.append(any(last.get(code) for code in codes))
    return found


def _any_open(log: VisitLog, active: ActiveTime) -> list[int]:
    """Lengths of the stretches, from one edge of a bout to the next, in which one at least was on."""
    bouts = []
    for channel in log.protocol.channels:
        if channel.kind == "toggle":
            opens = {code.key for code in channel.codes if code.open}
            own = [o for o in log.observations if o.channel == channel.name and o.code in opens]
            bouts += toggle_bouts([o for o in own if figured(channel, o)], active)
    edges = sorted({edge for bout in bouts for edge in (bout.start, bout.end)})
    return [
        end - start for start, end in pairwise(edges) if any(bout.start <= start and end <= bout.end for bout in bouts)
    ]


def _sparks(log: VisitLog, opened: list[bool], day: Any) -> list[tuple[Any, ...]]:
    picks = {channel.name: channel for channel in log.protocol.channels if picker(channel)}
    return [
        (log.visit.id, o.id, o.at, day, o.student, o.channel, o.code, o.note, _around(log, o.at, o.student), on)
        for o, on in zip(log.observations, opened, strict=True)
        if o.channel in picks and o.student and o.code and figured(picks[o.channel], o)
    ]


def _around(log: VisitLog, at: int, student: str) -> Context:
    before = [o for o in log.observations if o.at <= at]
    states: dict[str, str] = {}
    toggles: list[tuple[str, str]] = []
    for channel in log.protocol.channels:
        own = [o for o in before if o.channel == channel.name]
        if channel.kind == "state" and own and own[-1].code is not None:
            states[channel.name] = own[-1].code
        if channel.kind == "toggle":
            last = {o.code: o.on for o in own if o.code is not None}
            codes = sorted(code for code, on in last.items() if on)
            known = [key for key in channel.keys if key in codes]
            toggles += [(channel.name, code) for code in (*known, *(c for c in codes if c not in known))]
    group = log.grouping.at(at).get(student, "")
    tier = groups.tiers(log.plan).get(group, "")
    return Context(states, tuple(toggles), group, tier, groups.tasks(log.plan).get(tier, ""))


def _offered(log: VisitLog, active: ActiveTime) -> dict[str, Chances]:
    found: dict[str, Chances] = {}

    def of(who: str) -> Chances:
        return found.setdefault(who, Chances())

    on = []
    for channel in log.protocol.channels:
        if channel.kind == "toggle":
            offered = {code.key for code in channel.codes if code.offer}
            own = [o for o in log.observations if o.channel == channel.name and o.code in offered]
            bouts = toggle_bouts([o for o in own if figured(channel, o)], active)
            on += [(f"{channel.name}.{bout.code}", bout) for bout in bouts]
    for channel in log.protocol.channels:
        if channel.kind == "state":
            for stretch in stretches([o for o in log.observations if o.channel == channel.name], active):
                for who in set(stretch.with_whom):
                    of(who).service_ms += stretch.end - stretch.start
                    for key, bout in on:
                        both = min(bout.end, stretch.end) - max(bout.start, stretch.start)
                        if both > 0:
                            of(who).offers[key] = (1, of(who).offers.get(key, (0, 0))[1] + both)
                            of(who).offered = 1
    for who in _top(log, active):
        of(who).top_tier = 1
    for channel in log.protocol.channels:
        if channel.kind == "count" and channel.higher:
            names = [m.name for m in channel.modifiers if m.kind == "student"]
            for o in log.observations:
                if o.channel == channel.name and o.code in channel.higher and figured(channel, o):
                    by = {str(o.modifiers[name]) for name in names if o.modifiers.get(name)}
                    if o.student:
                        of(o.student).asked += 1
                    for who in by:
                        of(who).answered += 1
                    for who in by | ({o.student} if o.student else set()):
                        of(who).questions += 1
    return found


def _top(log: VisitLog, active: ActiveTime) -> set[str]:
    """Who was here and in a group of the last of two tiers at least, where the log shows that it was worked on."""
    names = list(groups.tasks(log.plan))
    if len(names) < 2:
        return set()
    actual = plan_actual.tally(log, active)["lines"]
    if not any(actual[line.id]["ran"] for line in log.plan if line.part == "tier" and line.name == names[-1]):
        return set()
    labels = {label for label, tier in groups.tiers(log.plan).items() if tier == names[-1]}
    if log.grouping.start or log.grouping.moves:
        members = {m.student for m in log.grouping.moves if m.group in labels}
        members |= {who for who, label in log.grouping.start.items() if label in labels}
    else:
        members = {who for who, label in groups.planned(log.plan).items() if label in labels}
    return members & {*log.present(), *(o.student for o in log.observations if o.student)}
