"""The pages about the practice, over what is there: where each is found. Loaded when one is asked for, not before."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from observe.services.home import Home
    from observe.ui.cardpage import CardPage

NAMES = ("plan", "week", "students", "teachers", "trends", "research")
PAGES: dict[str, str] = {
    "students": "observe.ui.screens.students:StudentsScreen",
    "trends": "observe.ui.screens.trends:TrendsScreen",
    "week": "observe.ui.screens.week:WeekScreen",
    "plan": "observe.ui.screens.plan:PlanScreen",
    "plan_fill": "observe.ui.screens.plan_fill:FillScreen",
    "teachers": "observe.ui.screens.teachers:TeachersScreen",
    "research": "observe.ui.screens.research:ResearchScreen",
    "shared": "observe.ui.screens.sharedpage:SharedPageScreen",
    "glossary": "observe.ui.screens.glossary:GlossaryScreen",
    "practice": "observe.ui.screens.practice:PracticeScreen",
}
"""Name of the page, which is the id of its command on Today, to `module:Class`."""


def page(name: str, home: "Home", about: str, hidden: bool) -> "CardPage":
    """The page of that name. `about`: a visit, a section, a teacher or a student, "" for what comes first."""
    module, _, cls = PAGES[name].partition(":")
    made: Callable[[Home, str, bool], CardPage] = getattr(import_module(module), cls)
    return made(home, about, hidden)
