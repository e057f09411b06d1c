"""Groups of a visit: who was in which, who moved, and what the plan gave each group to do."""

from collections.abc import Iterable, Mapping

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
