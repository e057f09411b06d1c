"""Plan against actual: what became of each line of a plan, as far as the log can tell. Definitions: docs/figures.md.

`ran` is True where the log shows it (or she ticked it), False where the log would show it and does not, and None
where the log cannot tell. `tally` counts in whole numbers from the visit's log alone; `render` makes the JSON.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from observe.domain.codec import iso
from observe.domain.model import Observation, VisitLog
from observe.domain.numbers import Json, seconds
from observe.domain.programme import PLAN_PARTS, PlanLine
from observe.domain.timeline import ActiveTime, state_bouts, toggle_bouts

TICKED = "plan"
"""In the key of a tick, in the place of the channel: the line of the plan that was carried out."""
STAYS = ("group", "tier", "strategy", "segment")
"""Parts that are offered again next time whatever became of them; of the others what is still to do."""
ORDER = (False, None, True)
"""What did not run comes first, then what nobody knows, then what ran."""
_PLANNED = (
    *("text", "name", "tier", "evidence", "students", "minutes", "me", "teacher", "channel", "code", "by"),
    "evidence_at",
)


def tally(log: VisitLog, active: ActiveTime) -> Json:
    """What happened to each line, by id, and what ran without being planned; {} without a plan."""
    if not log.plan:
        return {}
    seen = _Seen(log, active)
    lines = {line.id: _line(seen, line) for line in log.plan}
    return {"lines": lines, "unplanned": seen.unplanned() if seen.begun else []}


def _line(seen: "_Seen", line: PlanLine) -> Json:
    found: Json = _PARTS[line.part](seen, line) if line.part in _PARTS else {"ran": None}
    by = seen.ticked(line)
    ran = None if not seen.begun and by is None else True if by is not None else found["ran"]
    return {**found, "ran": ran, "ticked": by}


class _Seen:
    """One visit's log, asked line by line."""

    def __init__(self, log: VisitLog, active: ActiveTime) -> None:
        self.log, self.active, self.plan = log, active, log.plan
        self.begun = log.visit.started_at is not None
        self.grouped = bool(log.grouping.start or log.grouping.moves)
        self.here = frozenset(log.present())
        self.start = {who: label for who, label in log.grouping.start.items() if label}
        self.end = log.grouping.at() if self.grouped else {}

    def ticked(self, line: PlanLine) -> str | None:
        if line.part == "strategy":
            return self.log.ran.get((line.channel, line.code))
        return self.log.ran.get((TICKED, line.id))

    def of(self, channel: str) -> list[Observation]:
        return [o for o in self.log.observations if o.channel == channel]

    def spent(self, channel: str, kind: str) -> dict[str, int]:
        """Active ms by code of a state or toggle; only what was on for some time is named."""
        bouts = (state_bouts if kind == "state" else toggle_bouts)(self.of(channel), self.active)
        found: dict[str, int] = {}
        for bout in bouts:
            found[bout.code] = found.get(bout.code, 0) + bout.end - bout.start
        return found

    def in_group(self, o: Observation, labels: frozenset[str]) -> bool:
        """Whether an observation is about one of these groups, or about a member in person."""
        return self.as_one(o, labels) or (o.student is not None and o.student in self.members(o.at, labels))

    def as_one(self, o: Observation, labels: frozenset[str]) -> bool:
        """Whether it is about one of these groups itself; that a member was seen does not say that the group worked."""
        if o.group:
            return o.group in labels
        return bool(o.with_whom) and set(o.with_whom) <= self.members(o.at, labels)

    def members(self, at: int, labels: frozenset[str]) -> set[str]:
        """Who was in these groups then; where no groups were kept, whom the plan names."""
        if self.grouped:
            return {who for who, label in self.log.grouping.at(at).items() if label in labels}
        return {who for line in self.plan if line.part == "group" and line.name in labels for who in line.students}

    def strategy(self, line: PlanLine) -> Json:
        ms = self.spent(line.channel, "toggle").get(line.code, 0)
        return {"ran": ms > 0, "ms": ms}

    def question(self, line: PlanLine) -> Json:
        """Asked: an observation names the line. One of its level that names no line may have been it."""
        asked = [o.at for o in self.log.observations if o.plan == line.id]
        planned = {other.id for other in self.plan}
        same = sum(o.code == line.code and o.plan not in planned for o in self.of(line.channel))
        ran = True if asked else None if same else False
        return {"ran": ran, "asked": len(asked), "first_at": min(asked, default=None), "at_level": same}

    def group(self, line: PlanLine) -> Json:
        """That it stood as planned at the start says nothing: the plan put it there. Logged, or changed, it worked."""
        meant = set(line.students)
        counts = {"students": len(meant), "here": len(meant & self.here)}
        about = sum(self.as_one(o, frozenset((line.name,))) for o in self.log.observations)
        if not self.grouped:
            return {"ran": True if about else None, **counts, "start": None, "end": None, "joined": None, "n": about}
        first, last = (
            {who for who, label in labels.items() if label == line.name} for labels in (self.start, self.end)
        )
        changed = first != last
        ran = True if about or changed else None if (first | last) & meant else False
        kept = {"start": len(first & meant), "end": len(last & meant), "joined": len(last - meant)}
        return {"ran": ran, **counts, **kept, "n": about}

    def tier(self, line: PlanLine) -> Json:
        labels = frozenset(other.name for other in self.plan if other.part == "group" and other.tier == line.name)
        n = sum(self.in_group(o, labels) for o in self.log.observations) if labels else 0
        return {"ran": n > 0 if labels else None, "groups": len(labels), "n": n}

    def segment(self, line: PlanLine) -> Json:
        """Comparable by the sum over the visit only: nothing says which stretch of a role was which segment."""
        if not line.code:
            return {"ran": None, "ms": None, "planned_ms": None}
        spent = self.spent(line.channel, "state")
        alike = (s for s in self.plan if s.part == "segment" and (s.channel, s.code) == (line.channel, line.code))
        ms = spent.get(line.code, 0)
        ran = None if not spent else ms > 0
        return {"ran": ran, "ms": ms, "planned_ms": sum((s.minutes or 0) * 60_000 for s in alike)}

    def watch(self, line: PlanLine) -> Json:
        n = sum(o.student in line.students for o in self.log.observations if o.student is not None)
        here = self.here & set(line.students)
        return {"ran": True if n else False if here else None, "n": n if line.students else None}

    def unplanned(self) -> list[Json]:
        """Toggles that no line names; and of what the plan has lines of a kind for, whatever else there was of it."""
        planned = {(line.part, line.channel, line.code) for line in self.plan}
        found: list[Json] = []
        for channel in self.log.protocol.channels:
            used = {part for part, name, _ in planned if name == channel.name}
            if channel.kind == "toggle":
                ticks = {code for name, code in self.log.ran if name == channel.name}
                spent = self.spent(channel.name, "toggle")
                for code in channel.keys:
                    if (code in spent or code in ticks) and ("strategy", channel.name, code) not in planned:
                        row = {"ms": spent.get(code, 0), "ticked": self.log.ran.get((channel.name, code))}
                        found.append({"part": "strategy", "channel": channel.name, "code": code, **row})
            elif "question" in used:
                ids = {line.id for line in self.plan}
                for code in channel.keys:
                    n = sum(o.code == code and o.plan not in ids for o in self.of(channel.name))
                    if n and ("question", channel.name, code) not in planned:
                        found.append({"part": "question", "channel": channel.name, "code": code, "n": n})
            elif "segment" in used:
                for code, ms in self.spent(channel.name, "state").items():
                    if ("segment", channel.name, code) not in planned:
                        found.append({"part": "segment", "channel": channel.name, "code": code, "ms": ms})
        names = {line.name for line in self.plan if line.part == "group"}
        if names:
            others = sorted({*self.start.values(), *self.end.values()} - names)
            for label in others:
                students = len({who for who, group in (*self.start.items(), *self.end.items()) if group == label})
                found.append({"part": "group", "name": label, "students": students})
        return found


_PARTS: Mapping[str, Callable[[_Seen, PlanLine], Json]] = {
    "strategy": _Seen.strategy,
    "question": _Seen.question,
    "group": _Seen.group,
    "tier": _Seen.tier,
    "segment": _Seen.segment,
    "watch": _Seen.watch,
}


def carries(line: PlanLine, ran: bool | None) -> bool:
    """Whether a line is offered again for the next visit."""
    return line.part in STAYS or (line.part in ("question", "watch") and ran is not True)


def render(plan: Iterable[PlanLine], numbers: Json) -> Json:
    """The `plan` block of a summary; {} without a plan. `numbers`: what `tally` gave, {} for a visit not counted."""
    lines = sorted(plan, key=lambda line: (PLAN_PARTS.index(line.part), line.place, line.id))
    if not lines:
        return {}
    counted: Json = numbers.get("lines", {})
    rows = [_row(line, counted.get(line.id, {"ran": None, "ticked": None})) for line in lines]
    rows.sort(key=lambda row: ORDER.index(row["ran"]))
    states = [row["ran"] for row in rows]
    return {
        "objective": next((line.text for line in lines if line.part == "objective"), None),
        "counts": {
            "planned": len(rows),
            "ran": states.count(True),
            "not_run": states.count(False),
            "unsaid": states.count(None),
        },
        "minutes": sum(line.minutes or 0 for line in lines if line.part == "segment"),
        "lines": rows,
        "unplanned": [_in_seconds(row) for row in numbers.get("unplanned", [])],
    }


def _row(line: PlanLine, actual: Json) -> Json:
    planned = planned_json(line)
    rest = {name: value for name, value in actual.items() if name not in ("ran", "ticked")}
    return {
        "id": line.id,
        "part": line.part,
        "place": line.place,
        "planned": planned,
        "ran": actual["ran"],
        "ticked": actual["ticked"],
        "actual": _in_seconds(rest),
        "carries": carries(line, actual["ran"]),
    }


def planned_json(line: PlanLine) -> Json:
    """What a line says, without what is empty."""
    said: Json = {name: getattr(line, name) for name in _PLANNED}
    said["students"] = list(line.students)
    if line.evidence_at is not None:
        said["evidence_at"] = iso(line.evidence_at)
    return {name: value for name, value in said.items() if value not in ("", None, [])}


def _in_seconds(row: Mapping[str, Any]) -> Json:
    """Milliseconds as seconds, moments as times."""
    names = {"ms": "seconds", "planned_ms": "planned_seconds"}
    found: Json = {}
    for name, value in row.items():
        if value is not None:
            value = seconds(value) if name in names else iso(value) if name == "first_at" else value
        found[names.get(name, name)] = value
    return found


def split(rows: Sequence[Json]) -> tuple[list[Json], list[Json], list[Json]]:
    """Rows of lines that did not run, of which nobody knows, and that ran."""
    found = tuple([row for row in rows if row["ran"] is ran] for ran in ORDER)
    return found[0], found[1], found[2]
