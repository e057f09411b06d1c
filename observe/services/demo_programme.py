"""What stands around the visits of the made-up school: plans, meetings, agreements, promises, and what is taken up."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from observe.domain.codec import local, parse
from observe.domain.model import Section, Student, Visit
from observe.domain.programme import PlanLine
from observe.services import coaching, compacting, demo_school, meetings, promises, role_limit, visits
from observe.services.afterwards import Afterwards
from observe.services.demo_lesson import MINUTE, Step
from observe.services.groups import GroupActs
from observe.services.home import Home
from observe.services.plan import Plan

DAY = 24 * 60 * MINUTE
LIMIT = 6
"""Minutes of extra hands a visit, as agreed in every class."""
MEET_AT, MEET_MINUTES, MEET_DAYS = "15:10", 25, (0, 2)
"""The co-planning meetings of a class: when, how long, and how many days after the story began."""
AGREED = {
    "my_role": "I teach and question beside you, and look for talent in every child.",
    "not_my_role": "I am no extra pair of hands, and I rate nobody.",
    "logged": "What children do, who asks what, what ran; no name leaves the two of us.",
    "who_sees": "You and I. The office sees only that visits were planned and held.",
    "when": "Every day in this lesson, and a meeting once a week.",
}
TIERS = (
    ("Core", "the page as it stands, with a partner"),
    ("Deeper", "half of the page, then explain one answer to somebody who doubts it"),
    ("Open", "make up a case in which the rule fails, and defend it"),
)
QUESTIONS = (
    ("analyze", "What do these two have in common, and what not?"),
    ("evaluate", "Whose way would you trust, and why?"),
    ("create", "Can you make one that nobody here can solve at once?"),
)
SEGMENTS = ((10, "listen, note who knows it already", "open the lesson"), (20, "the open task", "core and deeper"),
            (10, "ask what changed", "gather the ways that were found"))  # fmt: skip
PROMISES = (
    ("me", "bring a set of open problems for early finishers"),
    ("teacher", "ask for the reason behind a right answer once a day"),
    ("me", "pre-test the next unit with you on Monday"),
    ("teacher", "run the mini-lesson without me once"),
)
EVIDENCE = ("exit slip on the last lesson", "pre-test of the unit", "two weeks of work samples")
RAN = ("tiered", "minilesson", "questioning")


class Programme:
    """Tells it class by class, beside the visits. Everything is drawn from `rng`, which nothing else uses."""

    def __init__(self, home: Home, sections: Sequence[Section], rng: Random) -> None:
        self.home, self.sections, self.rng = home, sections, rng
        self.held = Counter[str]()
        self.asked: dict[str, list[PlanLine]] = {}

    def begin(self, first: int, last: int) -> None:
        """The afternoon before the first visit: what is agreed on, and when to meet from `first` to `last` (ms)."""
        day = local(first, self.home.zone).date()
        for section in self.sections:
            for field, text in AGREED.items():
                coaching.agree(self.home, section.teacher, field, text)
            role_limit.set_limit(self.home, section.id, LIMIT)
            for days in MEET_DAYS:
                at = self._meet_at(day + timedelta(days=days))
                if at <= last:
                    meetings.plan(self.home, section.id, at, MEET_MINUTES)
        for section in self.sections[:3]:
            able = [s for s in visits.students(self.home, section.id) if s.identified]
            compacting.add(
                self.home, section.id, self.rng.choice(able).id, shown="the unit's basic skills",
                evidence=self.rng.choice(EVIDENCE), minutes=40, instead="a problem of their own making",
            )  # fmt: skip

    def _meet_at(self, day: date) -> int:
        return parse(f"{day.isoformat()}T{MEET_AT}", self.home.zone)

    def afternoon(self, until: int) -> None:
        """Meetings that are over by `until` were held, or missed for a reason."""
        for one in meetings.between(self.home, None, until):
            if one.held_at is None and not one.missed and one.at + MEET_MINUTES * MINUTE <= until:
                if self.rng.random() < 0.75:
                    meetings.held(self.home, one.id, MEET_MINUTES - self.rng.randint(0, 8))
                else:
                    meetings.miss(self.home, one.id, self.rng.choice(("absent", "called away", "testing")))

    def plan(self, visit: Visit, students: Sequence[Student]) -> None:
        """Most visits have a card: written the day before, by two people in two minutes."""
        if self.rng.random() < 0.25:
            return
        plan = Plan(self.home, visit.id)
        self._groups(plan, students)
        plan.add("objective", text=f"{visit.title}: say what is known, then go beyond it.")
        for name, task in TIERS:
            plan.add("tier", name=name, text=task)
        for code, by in zip(RAN[:2], ("me", "both"), strict=True):
            plan.add("strategy", channel="strategy", code=code, by=by)
        lines = [plan.add("question", text=text, channel="questioning", code=code) for code, text in QUESTIONS]
        self.asked[visit.id] = lines[: self.rng.choice((1, 2, 2, 3))]
        for minutes, me, teacher in SEGMENTS:
            plan.add("segment", minutes=minutes, me=me, teacher=teacher)

    def _groups(self, plan: Plan, students: Sequence[Student]) -> None:
        labels: dict[str, list[str]] = {}
        for student in students:
            if student.group:
                labels.setdefault(student.group, []).append(student.id)
        order = [label for of in demo_school.CLASSES for label in of.groups if label in labels]
        for label, (tier, _) in zip(order, TIERS, strict=False):
            at = self.home.clock.now() - self.rng.choice((3, 9, 26)) * DAY
            told = {"evidence": self.rng.choice(EVIDENCE), "evidence_at": at}
            plan.add("group", name=label, tier=tier, students=labels[label], **told)

    def steps(self, visit: str, length: int) -> list[Step]:
        """The planned questions that are asked, and moves of the teacher, as steps of the visit."""
        found = []
        for line in self.asked.get(visit, ()):
            ms = self.rng.randint(length // 4, length * 9 // 10)
            said = {"channel": line.channel, "code": line.code, "modifiers": {"asker": "me"}, "plan": line.id}
            found.append(Step(ms, "observe", said))
        for _ in range(self.rng.choice((0, 1, 1, 2))):
            code = self.rng.choice(("wait", "higher", "press", "extend", "notice"))
            stage = self.rng.choice(("saw", "saw", "tried", "agreed"))
            ms = self.rng.randint(length // 6, length * 9 // 10)
            found.append(Step(ms, "observe", {"channel": "move", "code": code, "modifiers": {"stage": stage}}))
        return found

    def regroup(self, visit: Visit, start: int, length: int, students: Sequence[Student]) -> None:
        """Now and then somebody goes to another group in mid-visit."""
        labels = sorted({s.group for s in students if s.group})
        if len(labels) > 1 and self.rng.random() < 0.6:
            who = self.rng.choice([s for s in students if s.group])
            to = self.rng.choice([label for label in labels if label != who.group])
            GroupActs(self.home, visit.id).move(who.id, to, at=start + length // 2)

    def after(self, visit: Visit) -> None:
        """Wrap-up: what ran and by whom, a reason for extra hands, a promise now and then."""
        assert visit.section is not None
        n = self.held[visit.section]
        self.held[visit.section] += 1
        wrap = Afterwards(self.home, visit.id)
        # What she showed at first is run by both, then by the teacher: faster in some classes than in others.
        for i, code in enumerate(RAN):
            stage = n - i + self.rng.choice((0, 0, 1))
            if stage >= 0:
                wrap.tick_ran("strategy", code, ("me", "me", "both", "teacher")[min(stage, 3)])
        if role_limit.over(self.home, visits.visit_log(self.home, visit.id), self.home.clock.now()) is not None:
            role_limit.give_reason(self.home, visit.id, self.rng.choice(role_limit.REASONS))
        wrap.reflect(
            "glow", self.rng.choice(("The open task held them to the end.", "Two quiet ones argued the point."))
        )
        if n % 2 == 0:
            by, text = PROMISES[(n + self.rng.randint(0, 1)) % len(PROMISES)]
            promises.make(self.home, visit.section, by, text, visit.id)
        standing = promises.every(self.home, visit.section, standing=True)
        if n > 1 and standing:
            promises.end(self.home, standing[0].id, self.rng.choice(("kept", "kept", "dropped")))
        if n == 3:
            day = local(self.home.clock.now(), self.home.zone).date()
            coaching.say_alone(self.home, visit.section, "strategy", self.rng.choice(RAN), day)
