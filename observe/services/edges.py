"""Where one state ended and the next began, said better afterwards: an edge moves between its neighbours."""

from observe.domain.errors import Refused
from observe.domain.figures import active_time
from observe.domain.model import Observation, VisitLog
from observe.services.acts import Logged
from observe.services.home import Home
from observe.services.record import Recorder
from observe.services.visits import visit_log

MINUTE = 60_000
REASON = "moved at wrap-up"


def move(home: Home, visit_id: str, observation_id: str, by: int) -> Logged:
    """Move the beginning of a state by so many ms, as far as its neighbours let it.

    Raises Refused when it cannot move at all, NotSaved, Busy.
    """
    log = visit_log(home, visit_id)
    moved = _state(log, observation_id)
    return _put(home, log, moved, moved.at + by)


def place(home: Home, visit_id: str, observation_id: str, active_ms: int) -> Logged:
    """Put the beginning of a state at this active time of the visit, in whole minutes of the clock.

    Raises Refused, NotSaved, Busy.
    """
    log = visit_log(home, visit_id)
    moved = _state(log, observation_id)
    return _put(home, log, moved, round(moment(home, log, active_ms) / MINUTE) * MINUTE)


def moment(home: Home, log: VisitLog, active_ms: int) -> int:
    """The moment at which a visit had run for so long, its pauses left out."""
    active = active_time(log.visit, log.pauses, home.clock.now())
    low, high = active.start, active.end
    while low < high:  # active time never falls, so halving finds the first moment
        middle = (low + high) // 2
        if active(middle) < active_ms:
            low = middle + 1
        else:
            high = middle
    return low


def between(home: Home, log: VisitLog, moved: Observation) -> tuple[int, int]:
    """The earliest and the latest moment that leave each neighbour a minute, where it has one."""
    states = [o for o in log.observations if o.channel == moved.channel]
    at = next(i for i, o in enumerate(states) if o.id == moved.id)
    start = log.visit.started_at if log.visit.started_at is not None else moved.at
    end = log.visit.ended_at if log.visit.ended_at is not None else home.clock.now()
    low = states[at - 1].at + MINUTE if at else start
    high = (states[at + 1].at if at + 1 < len(states) else end) - MINUTE
    return min(low, moved.at), max(high, moved.at)


def _state(log: VisitLog, observation_id: str) -> Observation:
    found = next((o for o in log.observations if o.id == observation_id), None)
    if found is None:
        raise Refused("this edge is gone", "what began there was taken back", "look at the timeline again")
    return found


def _put(home: Home, log: VisitLog, moved: Observation, when: int) -> Logged:
    low, high = between(home, log, moved)
    when = min(max(when, low), high)
    if when == moved.at:
        raise Refused("it stays where it is", "what lies before and after keeps a minute each", "move another edge")
    return Recorder(home, log.visit.id).amend(moved.id, at=when, reason=REASON)
