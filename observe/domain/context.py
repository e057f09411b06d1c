"""What was going on in the room at a moment of a visit: the work under which something was seen.

A spark without a task says little, and no spark in a lesson without challenge says nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from observe.domain import groups
from observe.domain.frozen import dataclass
from observe.domain.model import VisitLog
from observe.domain.timeline import on_at


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


def contexts(log: VisitLog, asked: Sequence[tuple[int, str | None]]) -> Iterator[Context]:
    """What was going on at each of these moments (ms), which come in order of time, for this student, or for nobody
    in particular.

    The tier is the one that the plan gives the student's group of that moment, the task that of the tier.
    """
    tiers, tasks = groups.tiers(log.plan), groups.tasks(log.plan)
    keys = {channel.name: channel.keys for channel in log.protocol.channels}
    for (at, student), (states, toggles) in zip(asked, on_at(log, [at for at, _ in asked]), strict=True):
        group = log.grouping.at(at).get(student, "") if student is not None else ""
        tier = tiers.get(group, "")
        yield Context(
            {name: code for name, code in states.items() if code is not None},
            tuple((name, code) for name, codes in toggles.items() for code in _in_order(keys[name], codes)),
            group,
            tier,
            tasks.get(tier, ""),
        )


def _in_order(keys: tuple[str, ...], codes: set[str]) -> list[str]:
    """Those of the protocol in its order, then those it lacks."""
    return [key for key in keys if key in codes] + sorted(codes.difference(keys))
