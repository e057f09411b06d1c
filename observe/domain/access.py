"""Who was offered what: the chances of each student in a visit, as far as the log can say.

What a plan says was for a group is counted for whoever was in that group and in the room; nothing logs whose hands the
sheet was in. What is run for a few is counted for those whom the observer was with while it was on. Codes are known
by what the protocol says of them: `offer` of a toggle, `higher` of a count, with whom of a state.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from observe.domain import groups
from observe.domain.model import VisitLog
from observe.domain.numbers import Json, figured
from observe.domain.programme import Compacting, Grouping, PlanLine
from observe.domain.timeline import ActiveTime, Bout, stretches, toggle_bouts


@dataclass(slots=True)
class Chances:
    """One student's, of one visit or summed over several; milliseconds without pauses.

    `offers`: (visits, ms) of each `channel.code`; `offered`: visits with one of them at least. `asked`: questions of
    higher order by the student or put to it; `answered`: those that the student answered; `questions`: all of these,
    one that it was put and answered once.
    """

    service_ms: int = 0
    top_tier: int = 0
    offers: dict[str, tuple[int, int]] = field(default_factory=dict)
    offered: int = 0
    asked: int = 0
    answered: int = 0
    questions: int = 0

    @property
    def any(self) -> bool:
        """A top-tier task, an offer or an upper question, one at least."""
        return bool(self.top_tier or self.offers or self.asked or self.answered)

    def add(self, other: "Chances") -> None:
        """Add those of another visit."""
        self.service_ms += other.service_ms
        self.top_tier += other.top_tier
        self.offered += other.offered
        self.asked += other.asked
        self.answered += other.answered
        self.questions += other.questions
        for key, (visits, ms) in other.offers.items():
            had = self.offers.get(key, (0, 0))
            self.offers[key] = (had[0] + visits, had[1] + ms)


def chances(log: VisitLog, active: ActiveTime, top: Collection[str] = ()) -> dict[str, Chances]:
    """What the log of one visit says of each student; who is not named had none. `top`: as `in_top_tier` says.

    Of the observations it needs those of states and toggles, and the upper questions.
    """
    found: dict[str, Chances] = {}

    def of(who: str) -> Chances:
        return found.setdefault(who, Chances())

    together = list(_together(log, active))
    on = list(_offers(log, active)) if together else []
    for stretch in together:
        for who in dict.fromkeys(stretch.with_whom):
            of(who).service_ms += stretch.end - stretch.start
            for key, bout in on:
                both = min(bout.end, stretch.end) - max(bout.start, stretch.start)
                if both > 0:
                    of(who).offers[key] = (1, of(who).offers.get(key, (0, 0))[1] + both)
                    of(who).offered = 1
    for who in top:
        of(who).top_tier = 1
    for name, counts in zip(("asked", "answered", "questions"), _upper(log), strict=True):
        for who, n in counts.items():
            setattr(of(who), name, n)
    return found


def _together(log: VisitLog, active: ActiveTime) -> Iterator[Bout]:
    for channel in log.protocol.channels:
        if channel.kind == "state":
            own = [o for o in log.observations if o.channel == channel.name]
            if any(o.with_whom for o in own):  # in most visits she is with all of them
                yield from stretches(own, active)


def _offers(log: VisitLog, active: ActiveTime) -> Iterator[tuple[str, Bout]]:
    for channel in log.protocol.channels:
        if channel.kind == "toggle":
            offered = {code.key for code in channel.codes if code.offer}
            own = [o for o in log.observations if o.channel == channel.name and o.code in offered]
            for bout in toggle_bouts([o for o in own if figured(channel, o)], active):
                yield f"{channel.name}.{bout.code}", bout


def top_tier(plan: Iterable[PlanLine]) -> str | None:
    """The name of the plan's last tier, by place; None of a plan with fewer than two: one task for all has no top."""
    names = list(groups.tasks(plan))
    return names[-1] if len(names) > 1 else None


def in_top_tier(plan: Sequence[PlanLine], grouping: Grouping, numbers: Json) -> frozenset[str]:
    """Who was in the room and, at some time of the visit, in a group for which the plan has the top tier.

    Nobody where the log does not show that this tier was worked on, as `plan_actual` says. `numbers`: what
    `figures.tally` found of the visit, which has begun.
    """
    top = top_tier(plan)
    if top is None:
        return frozenset()
    actual = numbers["plan"].get("lines", {})
    lines = [line.id for line in plan if line.part == "tier" and line.name == top]
    if not any(actual[id]["ran"] for id in lines if id in actual):
        return frozenset()
    labels = {label for label, tier in groups.tiers(plan).items() if tier == top}
    if grouping.start or grouping.moves:
        of_moves = {m.student for m in grouping.moves if m.group in labels}
        members = of_moves | {who for who, label in grouping.start.items() if label in labels}
    else:
        members = {who for who, label in groups.planned(plan).items() if label in labels}
    seen = numbers["coverage"]
    return frozenset(members & {*seen["present"], *(who for who, row in seen["students"].items() if row["n"])})


def _upper(log: VisitLog) -> tuple[Counter[str], Counter[str], Counter[str]]:
    asked, answered, either = Counter[str](), Counter[str](), Counter[str]()
    for channel in log.protocol.channels:
        if channel.kind != "count" or not channel.higher:
            continue
        higher = set(channel.higher)
        names = [m.name for m in channel.modifiers if m.kind == "student"]
        for o in log.observations:
            if o.channel == channel.name and o.code in higher and figured(channel, o):
                if o.student:
                    asked[o.student] += 1
                by = {str(o.modifiers[name]) for name in names if o.modifiers.get(name)}
                answered.update(by)
                either.update(by | ({o.student} if o.student else set()))
    return asked, answered, either


def standing(agreements: Iterable[Compacting], first: int, after: int) -> dict[str, list[Compacting]]:
    """By student, the agreements on compacting that stood at some time from `first` on and before `after` (ms)."""
    found: dict[str, list[Compacting]] = {}
    for one in agreements:
        if one.at < after and (one.ended_at is None or one.ended_at > first):
            found.setdefault(one.student, []).append(one)
    return found


def summed(visits: Iterable[Mapping[str, Chances]]) -> dict[str, Chances]:
    """Over visits."""
    total: dict[str, Chances] = {}
    for visit in visits:
        for who, one in visit.items():
            total.setdefault(who, Chances()).add(one)
    return total
