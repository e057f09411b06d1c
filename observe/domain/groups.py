"""Groups of a visit: who was in which, who moved, and what the plan gave each group to do."""

from collections.abc import Iterable, Mapping

from observe.domain.model import VisitLog
from observe.domain.programme import PlanLine


def tiers(plan: Iterable[PlanLine]) -> dict[str, str]:
    """The tier of each group that the plan gives one, by the group's label; of two lines of a label the first."""
    found: dict[str, str] = {}
    for line in plan:
        if line.part == "group" and line.name:
            found.setdefault(line.name, line.tier)
    return {label: tier for label, tier in found.items() if tier}


def tasks(plan: Iterable[PlanLine]) -> dict[str, str]:
    """The task of each tier, by its name; of two lines of a name the first."""
    found: dict[str, str] = {}
    for line in plan:
        if line.part == "tier" and line.name:
            found.setdefault(line.name, line.text)
    return found


def planned(plan: Iterable[PlanLine]) -> Mapping[str, str]:
    """The label of each student whom the plan puts in a group; named in two, the first one holds."""
    found: dict[str, str] = {}
    for line in plan:
        if line.part == "group" and line.name:
            for student in line.students:
                found.setdefault(student, line.name)
    return found


def labels(log: VisitLog) -> tuple[str, ...]:
    """Every label there is to choose from in a visit: the plan's in its order, then by name those it began with and
    the standing ones, then those that moves brought, in order of time.
    """
    begun = {*log.grouping.start.values(), *(student.group for student in log.students if student.active)}
    planned = (line.name for line in log.plan if line.part == "group")
    found = (*planned, *sorted(begun), *(move.group for move in log.grouping.moves))
    return tuple(label for label in dict.fromkeys(found) if label)


def members(now: Mapping[str, str], label: str) -> tuple[str, ...]:
    """Who is in the group of that label, of labels by student."""
    return tuple(student for student, group in now.items() if group == label)
