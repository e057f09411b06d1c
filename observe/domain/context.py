"""What was going on in the room at a moment of a visit: the work under which something was seen.

A spark without a task says little, and no spark in a lesson without challenge says nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from observe.domain import groups
from observe.domain.frozen import dataclass
from observe.domain.model import VisitLog


@dataclass(frozen=True, slots=True)
class Context:
    """What was on then. `states`: code by channel, of each state that ran; `toggles`: (channel, code) of those on,
    in the protocol's order. `group`, `tier`, `task`: of the student, "" where there is none.
    """

    states: Mapping[str, str] = field(default_factory=dict)
    toggles: tuple[tuple[str, str], ...] = ()
    group: str = ""
    tier: str = ""
    task: str = ""


def contexts(log: VisitLog, asked: Iterable[tuple[int, str | None]]) -> Iterator[Context]:
    """What was going on at each of these moments (ms), which come in order of time, for this student, or for nobody
    in particular.

    What was logged at that very millisecond counts. The tier is the one that the plan gives the student's group of
    that moment, the task that of the tier.
    """
    tiers, tasks = groups.tiers(log.plan), groups.tasks(log.plan)
    states: dict[str, str | None] = {channel.name: None for channel in log.protocol.channels if channel.kind == "state"}
    keys = {channel.name: channel.keys for channel in log.protocol.channels if channel.kind == "toggle"}
    on: dict[str, set[str]] = {name: set() for name in keys}
    waiting = iter(log.observations)
    after = next(waiting, None)
    for at, student in asked:
        while after is not None and after.at <= at:
            if after.channel in states:
                states[after.channel] = after.code
            elif after.channel in on and after.code is not None:
                (on[after.channel].add if after.on else on[after.channel].discard)(after.code)
            after = next(waiting, None)
        group = log.grouping.at(at).get(student, "") if student is not None else ""
        tier = tiers.get(group, "")
        yield Context(
            {name: code for name, code in states.items() if code is not None},
            tuple((name, code) for name, codes in on.items() if codes for code in _in_order(keys[name], codes)),
            group,
            tier,
            tasks.get(tier, ""),
        )


def _in_order(keys: tuple[str, ...], codes: set[str]) -> list[str]:
    """Those of the protocol in its order, then those it lacks."""
    return [key for key in keys if key in codes] + sorted(codes.difference(keys))
