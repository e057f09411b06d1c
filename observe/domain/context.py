"""What was going on in the room at a moment of a visit: the work under which something was seen.

A spark without a task says little, and no spark in a lesson without challenge says nothing.
"""

from collections.abc import Mapping
from dataclasses import field

from observe.domain import groups, passes
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


def context(log: VisitLog, at: int, student: str | None) -> Context:
    """What was going on at `at` (ms) for this student, or for nobody in particular.

    What was logged at that very millisecond counts. The tier is the one that the plan gives the student's group of
    that moment, the task that of the tier.
    """
    on = passes.during(log, at)
    toggles = [(c, on[c.name]) for c in log.protocol.channels if c.kind == "toggle" and c.name in on]
    group = log.grouping.at(at).get(student, "") if student is not None else ""
    tier = groups.tiers(log.plan).get(group, "")
    return Context(
        {name: code for name, code in on.items() if isinstance(code, str)},
        tuple((channel.name, code) for channel, codes in toggles for code in _in_order(channel.keys, codes)),
        group,
        tier,
        groups.tasks(log.plan).get(tier, ""),
    )


def _in_order(keys: tuple[str, ...], codes: list[str]) -> list[str]:
    """Those of the protocol in its order, then those it lacks."""
    return [key for key in keys if key in codes] + [code for code in codes if code not in keys]
