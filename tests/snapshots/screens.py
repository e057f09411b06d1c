"""The journeys whose looks are stored: every screen and every state of it that she may meet.

A new screen needs a `Shot` here; `test_snapshots.py` says which one has none.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from observe.app import MEND, SAFE, ObserveApp
from observe.domain.codec import parse
from observe.services import classroom, flags, meetings, missed, patterns, settings, visits
from observe.services.afterwards import Afterwards
from observe.services.home import Home
from observe.services.record import Recorder
from observe.services.sharing.status import keep_outcome
from observe.services.sharing.team import DEVICE_NAME, FOLDER, RING
from observe.store import queries, shared
from observe.store.intake import receive
from observe.store.shared import BAD, LATER, TAKEN, Known, Peer
from observe.sync.keys import KeyRing, Secret
from observe.ui import messages
from observe.ui.live.screen import LiveScreen
from observe.ui.screens.correct import CorrectScreen
from observe.ui.screens.dayreview import DayScreen
from observe.ui.screens.glossary import GlossaryScreen
from observe.ui.screens.help import HelpScreen
from observe.ui.screens.leaving import LeavingScreen
from observe.ui.screens.practice import PracticeResultsScreen, PracticeScreen
from observe.ui.screens.research import ResearchScreen
from observe.ui.screens.roster import RosterScreen
from observe.ui.screens.settings import SettingsScreen
from observe.ui.screens.sharing import SharingScreen
from observe.ui.screens.students import StudentsScreen
from observe.ui.screens.today import TodayScreen
from observe.ui.screens.trends import TrendsScreen
from observe.ui.screens.trouble import TroubleScreen
from observe.ui.screens.week import WeekScreen
from observe.ui.screens.welcome import WelcomeScreen
from observe.ui.screens.wrapup import WrapUpScreen

from ..ui.term import term
from .given import GIVEN
from .grouped import GROUPED
from .month import month
from .plans import PLANS
from .stage import MINUTE, SECTION, ZONE, At, Fixed, Journey, Shot, Size, write

SIZES: tuple[Size, ...] = ((80, 24), (100, 32), (120, 36), (160, 45), (60, 40))
LARGE: Size = (66, 21)
"""What is left of 100x32 in large text."""
SMALL: Size = (50, 18)
DRAWERS = frozenset(((80, 24), (60, 40), LARGE))
"""Where roles, grouping and strategies open from one row."""
MS = 60_000
CALENDAR = Path(__file__).parent.parent / "data" / "schedule" / "week.ics"


def sizes(journey: Journey) -> tuple[Size, ...]:
    """At which sizes it is made."""
    return journey.sizes or SIZES


# -- what happened before ------------------------------------------------------------------------------


def began(minutes: int, *taps: tuple[int, int, str, str], channels: str = "all") -> Callable[[Home], str]:
    """A visit that began so long ago. `taps`: minutes ago, seat (0: everyone), channel, code."""

    def before(home: Home) -> str:
        now = home.clock.now()
        home.set_setting("channels", channels)
        section = next(s.id for s in visits.sections(home) if s.name == SECTION)
        visit = visits.start_visit(home, section, at=now - minutes * MS, title="Fractions on a number line").id
        recorder = Recorder(home, visit)
        by_seat = {s.seat: s.id for s in visits.students(home, section)}
        for ago, seat, channel, code in taps:
            recorder.observe(channel, code, student=by_seat[seat] if seat else None, at=now - ago * MS)
        return visit

    return before


TWELVE = (
    (38, 0, "role", "teach"),
    (36, 1, "engagement", "active"),
    (35, 3, "engagement", "deep"),
    (33, 0, "questioning", "apply"),
    (30, 8, "engagement", "passive"),
    (28, 3, "challenge", "stretch"),
    (25, 0, "role", "circulate"),
    (22, 16, "engagement", "waiting"),
    (20, 16, "challenge", "known"),
    (15, 8, "spark", "insight"),
    (12, 0, "questioning", "evaluate"),
    (6, 0, "grouping", "pairs"),
)


def twelve_taps(home: Home) -> str:
    visit = began(40, *TWELVE)(home)
    after = Afterwards(home, visit)
    after.note(at=home.clock.now() - 9 * MS)
    after.note("Two ways to split a half", at=home.clock.now() - 4 * MS)
    after.reflect("glow", "Wait time after the second question")
    visits.end_visit(home, visit, home.clock.now() - MS)
    return visit


def eight_weeks(home: Home) -> None:
    visit = term(home, next(s.id for s in visits.sections(home) if s.name == SECTION))[2]
    flags.put(home, visit, "substitute")


def two_weeks(home: Home) -> None:
    term(home, next(s.id for s in visits.sections(home) if s.name == SECTION), weeks=2)


def no_taps(home: Home) -> str:
    visit = began(40)(home)
    visits.end_visit(home, visit)
    return visit


def forgotten(home: Home) -> str:
    return began(26 * 60, (26 * 60 - 5, 2, "engagement", "deep"))(home)


def left_handed(home: Home) -> None:
    settings.put(home, "left_handed", "yes")
    began(10, (8, 1, "engagement", "active"))(home)


def weeks(home: Home) -> None:
    """Two classes, visits and meetings every week since the week before: held, missed with a reason, moved."""
    other = "Grade 5 Mathematics, section two, with a name of sixty letters"
    classroom.type_in(home, other, "Ana [Ani] O'Neil-Núñez; שרה כהן", teacher="Mrs. Peña-Whitman")
    first = date(2026, 11, 16)
    patterns.add(home, SECTION, 0, "09:30", 45, first=first)
    patterns.add(home, SECTION, 1, "10:45", 45, first=first)
    patterns.add(home, other, 2, "13:00", 40, first=first, last=date(2026, 12, 18))
    patterns.add(home, SECTION, 3, "14:30", 30, what="meeting", first=first)
    patterns.add(home, other, 1, "08:00", 20, what="meeting", first=first)
    planned = {v.planned_at: v.id for v in visits.visits_between(home, 0, None)}
    began = parse("2026-11-23T09:30", ZONE)
    visit = visits.start_visit(home, SECTION, at=began + 3 * MS, visit=planned[began]).id
    visits.end_visit(home, visit, at=began + 41 * MS)
    missed.miss(home, planned[parse("2026-11-17T10:45", ZONE)], "assembly")
    missed.move(home, planned[parse("2026-11-25T13:00", ZONE)], parse("2026-11-27T08:30", ZONE))
    held = next(m.id for m in meetings.between(home, parse("2026-11-24T00:00", ZONE), None))
    meetings.held(home, held, 25)


def take_in(app: ObserveApp, _: Fixed) -> None:
    """The calendar of the tests, as if its path had been typed."""
    assert isinstance(app.screen, WeekScreen)
    app.screen.press("calendar")
    assert app.screen.typing is not None
    app.screen.typing.text = str(CALENDAR)
    app.screen.press("keep")


def shared_home(home: Home) -> str:
    """A visit that the laptop has heard of, one look at which both have changed, a tap that is only here."""
    visit = began(25, (20, 3, "engagement", "deep"), (18, 8, "engagement", "active"))(home)
    (look, _) = visits.visit_log(home, visit).observations
    secret = Secret(bytes(16))
    home.platform.keep_secret(home.path / RING, KeyRing([secret]).to_text())
    home.set_setting(FOLDER, "/media/stick/Push-in 2026")
    home.set_setting(DEVICE_NAME, "tablet")
    now, device = home.clock.now(), home.journal.device
    heard = queries.last_number(home.conn, device)
    Recorder(home, visit).amend(look.id, code="active")
    here = queries.last_number(home.conn, device)
    winner = home.journal.entry(home.journal.heads("observation", look.id)[0].parents[0])
    assert winner is not None
    changed = {**winner.data, "code": "passive"}
    laptop = replace(winner, id="e" * 32, device="laptop", seq=1, act=1, ms=now + 1, parents=(winner.id,), data=changed)
    said = {"at": now - 4 * MS, "seen": {device: [[1, heard]]}, "lives": ["laptop"]}
    lost = {"at": now - 26 * 60 * MS, "seen": {}, "lives": ["phone"]}

    def change() -> None:
        receive(home.conn, [laptop], now)
        shared.keep_peer(home.conn, Peer("laptop", "laptop", 1, secret.key_id, said))
        shared.keep_peer(home.conn, Peer("phone", "old phone", 1, "another", lost))
        for hash, first, n, state, why in (
            ("a" * 64, 1, here, TAKEN, ""),
            ("b" * 64, 1, 8, LATER, "it is announced, and has not arrived yet"),
            ("c" * 64, 1, 9, BAD, "it is signed by nobody"),
        ):
            of = device if state == TAKEN else "phone"
            shared.keep_file(home.conn, Known(hash, of, "202611", first, n, f"{of}/202611/{hash}.seg", state, why))

    home.local_write(change)
    keep_outcome(home, well=True, said="")
    return visit


def shared_badly(home: Home) -> None:
    visit = shared_home(home)
    Recorder(home, visit).observe("engagement", "active")
    keep_outcome(home, well=False, said="nothing was shared, the folder did not answer for 120 seconds")


# -- what is done that is no key -------------------------------------------------------------------------


def show_latest(app: ObserveApp, _: Fixed) -> None:
    """The wrap-up of the visit begun last."""
    held = [v for v in visits.visits_between(app.home, 0, None) if v.ended_at is not None]
    app.post_message(messages.ShowWrapUp(max(held, key=lambda v: (v.started_at or 0, v.id)).id))


def show_longest(app: ObserveApp, _: Fixed) -> None:
    """The wrap-up of the visit with most in it."""
    counts = visits.observation_counts(app.home)
    app.post_message(messages.ShowWrapUp(max(sorted(counts), key=lambda id: counts[id])))


def show_code(app: ObserveApp, _: Fixed) -> None:
    """As after Set up; the code is another one each time."""
    screen = app.screen
    assert isinstance(screen, SharingScreen)
    screen.code, screen.mode = Secret(bytes(16)).code, "code"
    screen.fresh()


def damaged(app: ObserveApp, _: Fixed) -> None:
    app._say("The log is damaged", ("A check found damage in the database.", SAFE, MEND), mend=True)


async def not_opened(app: ObserveApp, _: Fixed) -> None:
    await app._not_opened("its protocol is not on this device")


class Held:
    """Another process writes to the log and does not let go."""

    def __init__(self) -> None:
        self.other: sqlite3.Connection | None = None

    def take(self, app: ObserveApp, _: Fixed) -> None:
        self.other = sqlite3.connect(app.home.path / "observe.db", isolation_level=None)
        self.other.execute("BEGIN IMMEDIATE")

    def let_go(self, app: ObserveApp, _: Fixed) -> None:
        assert self.other is not None
        self.other.rollback()
        self.other.close()


held = Held()


def live(name: str) -> Shot:
    return Shot(f"live-{name}", LiveScreen)


# -- the journeys -------------------------------------------------------------------------------------------

JOURNEYS: tuple[Journey, ...] = (
    Journey(
        "welcome",
        "empty",
        (
            Shot("welcome-name", WelcomeScreen),
            write("Robin Hale"),
            "enter",
            Shot("welcome", WelcomeScreen),
            "1",
            write("not there.csv"),
            "enter",
            Shot("welcome-no-file", WelcomeScreen),
            "escape",
            "2",
            write("Gr 5"),
            "enter",
            "enter",
            write("Ada; Bo *; Cy"),
            "enter",
            Shot("welcome-typed", WelcomeScreen),
            "escape",
            "?",
            Shot("help-welcome", HelpScreen),
        ),
    ),
    Journey(
        "today-class",
        "class",
        (
            Shot("today-no-visits", TodayScreen),
            "c",
            Shot("welcome-one-more", WelcomeScreen),
            "escape",
            "?",
            Shot("help-today", HelpScreen),
            "escape",
            "d",
            Shot("day-empty", DayScreen),
        ),
    ),
    Journey(
        "today",
        "demo",
        (
            Shot("today", TodayScreen),
            "pagedown",
            Shot("today-below", TodayScreen),
            "p",
            "pageup",
            Shot("today-hidden", TodayScreen),
            "p",
            "d",
            Shot("day", DayScreen),
            "left",
            Shot("day-before", DayScreen),
            "right",
            "t",
            Shot("day-writing", DayScreen),
        ),
    ),
    Journey(
        "settings",
        "class",
        ("o", Shot("settings", SettingsScreen), "pagedown", Shot("settings-below", SettingsScreen)),
        began(5, channels=""),
    ),
    Journey("settings-all", "demo", ("o", Shot("settings-demo", SettingsScreen))),
    Journey(
        "sharing",
        "class",
        (
            "s",
            Shot("sharing-alone", SharingScreen),
            "u",
            Shot("sharing-where", SharingScreen),
        ),
    ),
    Journey(
        "sharing-team",
        "class",
        (
            Shot("today-in-the-folder", TodayScreen),
            "enter",
            live("in-the-folder"),
            "escape",
            "@leave",
            "s",
            Shot("sharing-state", SharingScreen),
            "pagedown",
            Shot("sharing-state-below", SharingScreen),
            "c",
            Shot("sharing-both-changed", SharingScreen),
            "p",
            Shot("sharing-both-changed-hidden", SharingScreen),
            "p",
            "escape",
            "n",
            Shot("sharing-new-code", SharingScreen),
            "escape",
            show_code,
            Shot("sharing-code", SharingScreen),
        ),
        shared_home,
    ),
    Journey(
        "sharing-troubled",
        "class",
        (
            "enter",
            live("not-shared"),
            "=",
            Shot("correct-both-changed", CorrectScreen),
            "escape",
            "?",
            Shot("help-not-shared", HelpScreen),
            "escape",
            "escape",
            "@leave",
            "s",
            Shot("sharing-troubled", SharingScreen),
        ),
        shared_badly,
    ),
    Journey("sharing-large", "class", ("enter", live("large-shared")), shared_badly, (LARGE,)),
    Journey("today-resume", "class", (Shot("today-resume", TodayScreen),), began(25, (20, 1, "engagement", "deep"))),
    Journey("today-forgotten", "class", (Shot("today-forgotten", TodayScreen),), forgotten),
    Journey("today-failed", "class", (not_opened, Shot("today-failed", TodayScreen)), began(25)),
    Journey(
        "roster",
        "demo",
        (
            "r",
            Shot("roster-demo", RosterScreen),
            "p",
            Shot("roster-hidden", RosterScreen),
        ),
    ),
    Journey(
        "roster-chosen",
        "class",
        (
            "r",
            Shot("roster", RosterScreen),
            "B",
            Shot("roster-chosen", RosterScreen),
            "e",
            Shot("roster-name", RosterScreen),
            "escape",
            "m",
            "m",
            "g",
            Shot("roster-left", RosterScreen),
            "pagedown",
            Shot("roster-below", RosterScreen),
        ),
        began(5),
    ),
    Journey(
        "live",
        "class",
        (
            "enter",
            live("nothing"),
            "A",
            "3",
            MINUTE,
            "C",
            "4",
            "8",
            live("logged"),
            "z",
            live("since"),
            "c",
            "@strip",
            "A",
            "D",
            live("whom"),
            "@strip",
            "B",
            "l",
            live("question"),
            MINUTE,
            MINUTE,
            live("stale"),
            "t",
            live("spark"),
            "1",
            "@strip",
            live("move"),
            "@strip",
            "i",
            write("half of a half"),
            live("note"),
            "enter",
            "shift+right",
            live("cursor"),
            "?",
            Shot("help-code", HelpScreen),
            "escape",
            "escape",
            "?",
            Shot("help-live", HelpScreen),
            "escape",
        ),
        began(12),
    ),
    Journey(
        "live-look",
        "class",
        (
            "enter",
            ",",
            live("look"),
            *"3424",
            ".",
            live("look-going"),
            ",",
            live("look-left"),
        ),
        began(12, *((11, seat, "engagement", "active") for seat in range(1, 9))),
    ),
    Journey(
        "live-looks",
        "class",
        (
            "enter",
            "_",
            live("not-seen"),
            "1",
            *"84",
            live("look-unseen"),
            ",",
            lambda app, _: app.screen.controller.recorder.cue(1),
            lambda app, _: app.screen.tick(),
            live("cue"),
        ),
        began(12, *((11, seat, "engagement", "active") for seat in range(4, 24))),
    ),
    Journey(
        "live-drawers",
        "class",
        (
            "enter",
            At(
                DRAWERS,
                (
                    "@open.drawer.role",
                    live("drawer-role"),
                    "escape",
                    "@open.drawer.strategy",
                    live("drawer-strategy"),
                    "escape",
                ),
            ),
            "escape",
            live("menu"),
            "@pause",
            live("paused"),
            "escape",
            "@pause",
            "escape",
            "@away",
            "A",
            "C",
            live("away-marking"),
            "@strip",
            live("away"),
            "p",
            live("hidden"),
            "p",
            "=",
            Shot("correct-live", CorrectScreen),
            "escape",
            "escape",
            "@so_far",
            Shot("wrapup-so-far", WrapUpScreen),
            "escape",
            "escape",
            "@leave",
            Shot("today-over-visit", TodayScreen),
        ),
        began(12, (10, 0, "role", "teach"), (9, 3, "engagement", "deep"), (1, 5, "engagement", "active")),
    ),
    Journey(
        "live-not-saved",
        "class",
        (
            "enter",
            "A",
            held.take,
            "4",
            "z",
            live("not-saved"),
            "ctrl+q",
            Shot("leaving", LeavingScreen),
            "escape",
            held.let_go,
            lambda app, _: app.screen.tick(),
            live("saved-after-all"),
        ),
        began(12),
    ),
    Journey("live-first", "class", ("enter", live("first-visit"), "8", live("first-on")), began(2, channels="")),
    Journey("live-left-handed", "class", ("enter", live("left-handed")), left_handed),
    Journey(
        "live-no-class",
        "class",
        ("0", live("no-class"), "4", "z", live("no-class-logged")),
    ),
    Journey(
        "live-large",
        "class",
        (
            "enter",
            live("large"),
            "A",
            "4",
            live("large-logged"),
            "@more",
            live("large-more"),
            "escape",
            "@open.drawer.role",
            live("large-role"),
            "escape",
            "pagedown",
            live("large-page"),
            "escape",
            live("large-menu"),
            "escape",
            ",",
            live("large-look"),
        ),
        began(12),
        (LARGE,),
    ),
    Journey("live-small", "class", ("enter", live("too-small")), began(12), (SMALL,)),
    Journey(
        "wrapup",
        "demo",
        (
            show_longest,
            Shot("wrapup", WrapUpScreen),
            "pagedown",
            Shot("wrapup-below", WrapUpScreen),
            "pageup",
            "g",
            Shot("wrapup-writing", WrapUpScreen),
            "escape",
            "p",
            Shot("wrapup-hidden", WrapUpScreen),
            "p",
            "e",
            Shot("wrapup-teacher", WrapUpScreen),
            "escape",
            "c",
            Shot("correct", CorrectScreen),
            "down",
            "enter",
            Shot("correct-one", CorrectScreen),
        ),
    ),
    Journey(
        "wrapup-12",
        "class",
        (
            show_latest,
            Shot("wrapup-12-taps", WrapUpScreen),
            "down",
            "down",
            Shot("wrapup-cursor", WrapUpScreen),
            "pagedown",
            Shot("wrapup-12-taps-below", WrapUpScreen),
            "c",
            "down",
            "enter",
            "down",
            "enter",
            Shot("correct-why", CorrectScreen),
        ),
        twelve_taps,
    ),
    Journey(
        "wrapup-none",
        "class",
        (show_latest, Shot("wrapup-none", WrapUpScreen), "c", Shot("correct-none", CorrectScreen)),
        no_taps,
    ),
    Journey(
        "trends",
        "class",
        (
            *"mcw",
            Shot("trends", TrendsScreen),
            "k",
            "down",
            Shot("trends-whom", TrendsScreen),
            "down",
            "down",
            "enter",
            Shot("trends-student", TrendsScreen),
        ),
        eight_weeks,
    ),
    Journey("trends-few", "class", ("m", Shot("trends-few", TrendsScreen)), two_weeks, ((80, 24), (100, 32))),
    Journey(
        "research",
        "class",
        (
            "h",
            Shot("research", ResearchScreen),
            "@glossary.push_in",
            Shot("glossary", GlossaryScreen),
            "escape",
            "@set.3",
            Shot("practice", PracticeScreen),
            *"38",
            Shot("practice-questions", PracticeScreen),
            "down",
            "?",
            Shot("help-practice", HelpScreen),
            "escape",
            *"j36f57g19h28k46l",
            Shot("practice-done", PracticeScreen),
            "i",
            write("433 311 515 21- 235 416"),
            "enter",
            "=",
            Shot("practice-results", PracticeResultsScreen),
        ),
    ),
    Journey("labels", "demo", (show_longest, "?", Shot("help-wrapup", HelpScreen))),
    Journey(
        "week",
        "class",
        (
            Shot("today-meetings", TodayScreen),
            "b",
            Shot("week", WeekScreen),
            "enter",
            Shot("week-chosen", WeekScreen),
            "4",
            "escape",
            "pagedown",
            "pagedown",
            Shot("week-below", WeekScreen),
            "pageup",
            "pageup",
            *"w112",
            Shot("week-hour", WeekScreen),
            "escape",
            "b",
            Shot("week-before", WeekScreen),
            "?",
            Shot("help-week", HelpScreen),
        ),
        weeks,
    ),
    Journey(
        "week-calendar",
        "class",
        ("b", take_in, Shot("week-unclear", WeekScreen), "p", Shot("week-hidden", WeekScreen)),
        weeks,
    ),
    Journey(
        "students",
        "class",
        (
            Shot("today-to-see", TodayScreen),
            "i",
            Shot("students", StudentsScreen),
            "pagedown",
            Shot("students-below", StudentsScreen),
            "pagedown",
            "pagedown",
            Shot("students-further-below", StudentsScreen),
            "p",
            Shot("students-hidden", StudentsScreen),
            "p",
            *("pageup",) * 6,
            "r",
            Shot("students-rule", StudentsScreen),
            "escape",
            "down",
            "enter",
            Shot("students-one", StudentsScreen),
            "escape",
            "w",
            "w",
            "c",
            Shot("students-year", StudentsScreen),
        ),
        month,
    ),
    Journey("students-none", "class", ("i", Shot("students-none", StudentsScreen))),
    *PLANS,
    *GROUPED,
    *GIVEN,
    Journey("trouble", "class", (damaged, Shot("trouble", TroubleScreen))),
)
