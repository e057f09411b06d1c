"""Journeys over the plan: a whole one, one that begins with the last, each page that fills a part, and the wrap-up."""

from __future__ import annotations

from observe.app import ObserveApp
from observe.services import classroom, compacting, plan_against, plan_start, visits
from observe.services.home import Home
from observe.services.plan import Plan
from observe.services.record import Recorder
from observe.ui import messages
from observe.ui.screens.plan import PlanScreen
from observe.ui.screens.plan_fill import FillScreen
from observe.ui.screens.wrapup import WrapUpScreen

from .stage import SECTION, Fixed, Journey, Shot, write

MS, DAY = 60_000, 86_400_000
HARD = "Ana [Ani] O'Neil-Núñez; שרה כהן; Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissen"


def whole(home: Home) -> Plan:
    """A plan for the visit in an hour, with names of every sort in it, and evidence that is old."""
    section = next(s.id for s in visits.sections(home) if s.name == SECTION)
    classroom.type_in(home, SECTION, HARD)
    made = Plan(home, plan_start.new_visit(home, section, home.clock.now() + 60 * MS, 45).id)
    who = [student.id for student in made.students()]
    made.add("objective", text="Compare and add fractions with unlike denominators (4.NF.1-2)")
    tasks = ("fraction strips, same whole", "number line, two strategies", "make two sums with one answer")
    for n, task in enumerate(tasks, 1):
        made.add("tier", name=f"Tier {n}", text=task)
    now = home.clock.now()
    for n, (name, basis, ago) in enumerate((("A", "exit slip", 4), ("B", "look at everyone", 29), ("C", "", 0)), 1):
        given = {"evidence": basis, "evidence_at": now - ago * DAY} if basis else {}
        made.add("group", name=name, tier=f"Tier {n}", students=who[:-2][n - 1 :: 3], **given)
    for code, text in (
        ("understand", "What does the 8 tell us?"),
        ("analyze", "Which share is fairer? How do you know?"),
        ("evaluate", "Whose method is better here, and why?"),
        ("create", ""),
    ):
        made.add("question", code=code, text=text)
    for minutes, code, teacher in ((10, "circulate", "Teach"), (20, "group", "Group A"), (10, "circulate", "")):
        made.add("segment", minutes=minutes, code=code, teacher=teacher)
    made.add("strategy", code="tiered", by="both")
    made.add("strategy", code="compacting", by="me")
    made.add("watch", students=[who[15]], text="quiet, strong number sense")
    made.add("watch", text="who asks why")
    compacting.add(home, section, who[0], shown="set 1", evidence="pre-test", minutes=40, instead="two sums")
    return made


def planned(home: Home) -> None:
    whole(home)


def begun(home: Home) -> None:
    """The plan was of last week's visit; the next one has none yet."""
    made = whole(home)
    at = home.clock.now() + 61 * MS
    visits.start_visit(home, made.visit.section, visit=made.visit_id, at=home.clock.now() - 50 * MS)
    recorder = Recorder(home, made.visit_id)
    asked = made.lines("question")[1]
    recorder.observe("questioning", "analyze", plan=asked.id, at=home.clock.now() - 40 * MS)
    visits.end_visit(home, made.visit_id, home.clock.now() - 5 * MS)
    plan_start.new_visit(home, SECTION, at, 45)


def held(home: Home) -> None:
    """Held with some of it: one question asked, one at its level, a role, a strategy that was not planned."""
    begun(home)
    visit = next(v.id for v in visits.visits_between(home, 0, None) if v.ended_at is not None)
    recorder, now = Recorder(home, visit), home.clock.now()
    recorder.observe("questioning", "evaluate", at=now - 30 * MS)
    recorder.observe("role", "circulate", at=now - 48 * MS)
    recorder.observe("role", "extra", at=now - 20 * MS)
    recorder.observe("strategy", "minilesson", on=True, at=now - 30 * MS)
    recorder.observe("strategy", "minilesson", on=False, at=now - 18 * MS)
    made = Plan(home, visit)
    plan_against.tick(home, visit, made.lines("objective")[0].id, "both")
    plan_against.tick(home, visit, made.lines("strategy")[0].id, "teacher")


def show_held(app: ObserveApp, _: Fixed) -> None:
    ended = next(v for v in visits.visits_between(app.home, 0, None) if v.ended_at is not None)
    app.post_message(messages.ShowWrapUp(ended.id))


PLANS: tuple[Journey, ...] = (
    Journey(
        "plan",
        "class",
        (
            "g",
            Shot("plan", PlanScreen),
            "pagedown",
            Shot("plan-below", PlanScreen),
            "p",
            "pageup",
            "pageup",
            Shot("plan-hidden", PlanScreen),
            "p",
            "w",
            Shot("plan-shared", PlanScreen),
        ),
        planned,
    ),
    Journey(
        "plan-begun",
        "class",
        (
            "g",
            Shot("plan-offered", PlanScreen),
            "f",
            Shot("plan-sources", PlanScreen),
            "escape",
            "n",
            Shot("plan-visits", PlanScreen),
            "escape",
            "o",
            write("Add fractions"),
            Shot("plan-goal", PlanScreen),
        ),
        begun,
    ),
    Journey(
        "plan-fill",
        "class",
        (
            "g",
            "g",
            "2",
            Shot("plan-groups", FillScreen),
            "escape",
            "q",
            "2",
            Shot("plan-questions", FillScreen),
            "escape",
            "m",
            "2",
            Shot("plan-minutes", FillScreen),
            "escape",
            "s",
            Shot("plan-strategies", FillScreen),
            "escape",
            "t",
            Shot("plan-tiers", FillScreen),
            "escape",
            "h",
            Shot("plan-watch", FillScreen),
            "escape",
            "c",
            "A",
            "O",
            Shot("plan-compacting", FillScreen),
        ),
        planned,
    ),
    Journey("wrap-plan", "class", (show_held, Shot("wrap-plan", WrapUpScreen)), held),
)
