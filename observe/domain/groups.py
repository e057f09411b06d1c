"""Groups of a visit: who was in which, who moved, what the plan gave each to do, and what was seen in each.

As in `figures`, `tally` gives whole numbers that can be kept and added, `render` the JSON made of them. Whether groups
are flexible is said over visits: for how many they stayed the same, and who moved.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from observe.domain.model import Observation, VisitLog
from observe.domain.numbers import Json, filled, share
from observe.domain.programme import Grouping, PlanLine
from observe.domain.protocol import Protocol

Labels = Mapping[str, str]
"""A group's label by student; who is in none is not in it."""


# -- what a plan says ------------------------------------------------------------------------------


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


def planned(plan: Iterable[PlanLine]) -> dict[str, str]:
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
    named = (line.name for line in log.plan if line.part == "group")
    found = (*named, *sorted(begun), *(move.group for move in log.grouping.moves))
    return tuple(label for label in dict.fromkeys(found) if label)


def members(now: Labels, label: str) -> tuple[str, ...]:
    """Who is in the group of that label."""
    return tuple(student for student, group in now.items() if group == label)


# -- one visit, in whole numbers -------------------------------------------------------------------


def tally(log: VisitLog, observations: Mapping[str, Sequence[Observation]]) -> Json:
    """Who was where and what was seen there; {} where nobody was in a group.

    `observations`: those that count, by channel, in order of time. `looks`: of each scale, by the group that the
    student was in at that time, "" for none, who was rated what; the tiers follow from the labels.
    """
    if not grouped(log.grouping):
        return {}
    looks: Json = {}
    for channel in log.protocol.channels:
        if channel.kind != "scale":
            continue
        part: Json = looks.setdefault(channel.name, {})
        for o, label in _placed(observations[channel.name], log.grouping):
            counts = part.setdefault(label, {}).setdefault(o.student, {}).setdefault(o.method, {})
            counts[o.code] = counts.get(o.code, 0) + 1
    return {**course(log.grouping), "tiers": tiers(log.plan), "looks": looks}


def course(grouping: Grouping) -> Json:
    """Who was where as a visit began and as it ended, and each move: when, who, from where, and where to."""
    start = {student: label for student, label in grouping.start.items() if label}
    now, moves = dict(start), []
    for move in grouping.moves:
        moves.append([move.at, move.student, now.get(move.student, ""), move.group])
        now[move.student] = move.group
    return {"start": start, "end": grouping.at(), "moves": moves}


def grouped(grouping: Grouping) -> bool:
    """Whether anybody was in a group at any time of the visit."""
    return any(grouping.start.values()) or any(move.group for move in grouping.moves)


def _placed(observations: Iterable[Observation], grouping: Grouping) -> Iterator[tuple[Observation, str]]:
    """Each observation of a student, with the group that this one was in then."""
    now, moves = dict(grouping.start), iter(grouping.moves)
    move = next(moves, None)
    for o in observations:
        while move is not None and move.at <= o.at:
            now[move.student] = move.group
            move = next(moves, None)
        if o.student:
            yield o, now.get(o.student, "")


# -- over visits -----------------------------------------------------------------------------------


def matched(before: Labels, after: Labels) -> dict[str, str]:
    """Which group of before each group of after is, by label.

    One of the same label is the same group. One under a new label is the group, of those whose label is gone, with
    which it has the most students in common; the largest such overlap is matched first, of equal ones by label.
    """
    old, new = set(before.values()), set(after.values())
    found = {label: label for label in old & new}
    overlap = Counter((before[who], after[who]) for who in before.keys() & after.keys())
    for (was, now), _ in sorted(overlap.items(), key=lambda item: (-item[1], item[0])):
        if was not in new and now not in found and was not in found.values():
            found[now] = was
    return found


def moved_between(before: Labels, after: Labels) -> list[str]:
    """Who is in another group than before; who was in none, or is in none now, has not moved."""
    same = matched(before, after)
    return sorted(who for who in before.keys() & after.keys() if same.get(after[who]) != before[who])


def moved_within(kept: Json) -> dict[str, int]:
    """How often each student went from one group to another in a visit; times in no group between do not count."""
    last: dict[str, str] = dict(kept["start"])
    times: Counter[str] = Counter()
    for _, student, _, group in kept["moves"]:
        if group:
            times[student] += last.get(student, group) != group
            last[student] = group
    return {student: n for student, n in sorted(times.items()) if n}


def flexible(visits: Sequence[Json]) -> list[Json]:
    """Of each of these visits with groups, in order of time, from what `course` gave for them.

    `between`: who moved between the visit before and this one; `within`: who moved in it, and how often; `same_for`:
    for how many visits running, this one included, the groups it ended with have been the same.
    """
    rows: list[Json] = []
    for i, kept in enumerate(visits):
        between = moved_between(visits[i - 1]["end"], kept["start"]) if i else []
        within = moved_within(kept)
        stayed = i > 0 and not between and not within
        rows.append({"between": between, "within": within, "same_for": rows[-1]["same_for"] + 1 if stayed else 1})
    return rows


# -- numbers to JSON -------------------------------------------------------------------------------


def render(protocol: Protocol, kept: Json) -> Json:
    """The `groups` of a visit's summary; times are ms. {} without groups."""
    if not kept:
        return {}
    return {
        "start": by_label(kept["start"]),
        "end": by_label(kept["end"]),
        "moves": [dict(zip(("at", "student", "from", "to"), move, strict=True)) for move in kept["moves"]],
        "moved": list(moved_within(kept)),
        "tiers": kept["tiers"],
        "channels": render_looks(protocol, [kept]),
    }


def by_label(who: Labels) -> dict[str, list[str]]:
    """Students by their group, both in order of name."""
    found: dict[str, list[str]] = {}
    for student, label in sorted(who.items(), key=lambda item: (item[1], item[0])):
        found.setdefault(label, []).append(student)
    return found


def render_looks(protocol: Protocol, visits: Sequence[Json]) -> Json:
    """`by_group` and `by_tier` of each scale with any look, summed over visits, from what `tally` gave for them.

    Only looks of passes have shares.
    """
    found = {}
    for channel in protocol.channels:
        by_group: dict[str, list[Json]] = {}
        by_tier: dict[str, list[Json]] = {}
        for kept in visits:
            for label, tree in kept["looks"].get(channel.name, {}).items():
                by_group.setdefault(label, []).append(tree)
                by_tier.setdefault(kept["tiers"].get(label, ""), []).append(tree)
        if by_group:
            found[channel.name] = {
                what: {name: _blocks(channel.keys, trees) for name, trees in sorted(part.items())}
                for what, part in (("by_group", by_group), ("by_tier", by_tier))
            }
    return found


def _blocks(keys: Sequence[str], trees: Sequence[Json]) -> Json:
    """By method: how many looks, at how many students, and what was seen."""
    counts: dict[str, Counter[str]] = {}
    students: dict[str, set[str]] = {}
    for tree in trees:
        for student, by_method in tree.items():
            for method, seen in by_method.items():
                counts.setdefault(method, Counter()).update(seen)
                students.setdefault(method, set()).add(student)
    found = {}
    for method, seen in sorted(counts.items()):
        codes = [*keys, *sorted(set(seen).difference(keys))]
        n = seen.total()
        block = {"n": n, "students": len(students[method]), "counts": filled(codes, seen)}
        found[method] = {**block, "shares": {c: share(seen[c], n) for c in codes}} if method == "sweep" else block
    return found
