"""Journeys over a class and its teacher, and over the pages that are given away."""

from __future__ import annotations

from datetime import date

from observe.app import ObserveApp
from observe.services import classroom, coaching, compacting, family, promises, role_limit, sent, spans, visits
from observe.services.afterwards import Afterwards
from observe.services.home import Home
from observe.services.record import Recorder
from observe.ui import messages
from observe.ui.screens.help import HelpScreen
from observe.ui.screens.sharedpage import SharedPageScreen
from observe.ui.screens.teachers import TeachersScreen

from .plans import DAY, HARD, MS
from .stage import SECTION, Do, Fixed, Journey, Shot, write

OTHER = "Grade 5 Mathematics, section two, with a name of sixty letters"


def section_of(home: Home, name: str) -> str:
    return next(s.id for s in visits.sections(home) if s.name == name)


def worked_together(home: Home) -> None:
    """Four visits to a class: what ran by whom, a limit that was passed, promises, an agreement, pages that went."""
    classroom.type_in(home, OTHER, "Ida Lund; Ole Berg", teacher="Mrs. Peña-Whitman")
    section = section_of(home, SECTION)
    classroom.type_in(home, SECTION, HARD)
    people = [s.id for s in visits.students(home, section)]
    for field, _, line in coaching.AGREED_FIELDS[:4]:
        coaching.agree(home, "Ms Okafor", field, line)
    role_limit.set_limit(home, section, 6)
    first = promises.make(home, section, "me", "bring open problems")
    promises.make(home, section, "teacher", "press for reasons once a day")
    ran = (("me", "me"), ("both", "me"), ("teacher", "both"), ("teacher", None))
    for n, days in enumerate((15, 8, 6, 1)):
        start = home.clock.now() - days * DAY
        visit = visits.start_visit(home, section, at=start).id
        log, after = Recorder(home, visit), Afterwards(home, visit)
        log.observe("role", "extra", at=start)
        log.observe("role", "circulate", at=start + (4, 9, 5, 2)[n] * MS)
        for i, student in enumerate(people[n::2]):
            log.observe("engagement", "deep", student=student, at=start + (10 + i) * MS)
        log.observe("questioning", "evaluate", modifiers={"answered_by": people[-3]}, at=start + 12 * MS)
        log.observe("spark", "insight", student=people[-3], note="a half of a half is not a third", at=start + 20 * MS)
        log.observe("move", "press", modifiers={"stage": ("saw", "tried", "agreed", "saw")[n]}, at=start + 30 * MS)
        for code, by in zip(("tiered", "minilesson"), ran[n], strict=True):
            after.tick_ran("strategy", code, by)
        visits.end_visit(home, visit, start + 41 * MS)
        if n == 1:
            role_limit.give_reason(home, visit, "no plan for me")
    after.reflect("teacher_reading", "I would have waited longer, and Amara did.")
    coaching.say_alone(home, section, "strategy", "minilesson", date(2026, 11, 20))
    promises.end(home, first, "kept")
    promises.make(home, section, "me", "sit with Amara Okeke on Thursday")
    compacting.add(home, section, people[-3], shown="fractions, set 1", minutes=40, instead="two sums of one's own")
    family.write_next_step(home, people[-3], "a proof for a friend")
    sent.record(home, "principal", "Dr. Lee", span=spans.named(home, spans.LAST))


def to_talk(app: ObserveApp, _: Fixed) -> None:
    visit = max(visits.visits_between(app.home, 0, None), key=lambda v: v.started_at or 0)
    app.post_message(messages.ShowPage("shared", f"talk:{visit.id}"))


def to_family(app: ObserveApp, _: Fixed) -> None:
    people = visits.students(app.home, section_of(app.home, SECTION))
    app.post_message(messages.ShowPage("shared", f"family:{people[-3].id}"))


def to(kind: str) -> Do:
    return lambda app, _: app.post_message(messages.ShowPage("shared", kind))


def page(name: str) -> Shot:
    return Shot(f"shared-{name}", SharedPageScreen)


def second_class(app: ObserveApp, _: Fixed) -> None:
    """The class that has visits, whichever comes first."""
    app.post_message(messages.ShowPage("teachers", section_of(app.home, SECTION)))


GIVEN: tuple[Journey, ...] = (
    Journey(
        "teachers",
        "class",
        (
            second_class,
            Shot("teachers", TeachersScreen),
            "pagedown",
            Shot("teachers-below", TeachersScreen),
            "pageup",
            *("down",) * 3,
            Shot("teachers-promise", TeachersScreen),
            "t",
            write("ask why"),
            Shot("teachers-writing", TeachersScreen),
            "escape",
            "a",
            Shot("teachers-alone", TeachersScreen),
            "escape",
            "p",
            Shot("teachers-hidden", TeachersScreen),
            "p",
            "?",
            Shot("help-teachers", HelpScreen),
        ),
        worked_together,
    ),
    Journey("teachers-none", "class", ("a", Shot("teachers-none", TeachersScreen))),
    Journey(
        "shared",
        "class",
        (
            to_talk,
            page("talk"),
            "pagedown",
            page("talk-below"),
            "escape",
            to_family,
            page("family"),
            "p",
            page("family-hidden"),
            "p",
            "escape",
            to("principal"),
            page("principal"),
            "pagedown",
            page("principal-below"),
            "m",
            page("principal-last-month"),
            "escape",
            to("coverage"),
            page("coverage"),
        ),
        worked_together,
    ),
    Journey("shared-none", "class", (to("principal"), page("principal-none"), to("coverage"), page("coverage-none"))),
)
