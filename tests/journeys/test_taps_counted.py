"""How many taps and keys a thing takes, counted while it is really done, and the table that says so."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.events import Key, MouseDown
from textual.pilot import Pilot

from observe.app import ObserveApp
from observe.domain.codec import day_bounds, iso, local
from observe.domain.model import Observation, VisitLog
from observe.services import groups, missed, plan_start, visits
from observe.services.home import Home
from observe.services.plan import Plan, lines
from observe.ui import messages
from observe.ui.base import BoardScreen
from observe.ui.cardpage import CardPage
from observe.ui.live.screen import LiveScreen

from ..ui.finger import key, middle, mouse
from ..ui.school import CLASS, ids, school, section_id
from ..ui.test_wrapup import show, twelve_taps

pytestmark = pytest.mark.usefixtures("arizona")

ROOM = "Gr 4 Rm 12"
TABLE = Path(__file__).parents[2] / "docs" / "performance.md"
SIZES = [(100, 32), (80, 24)]


class Hand:
    """Does what it is told, one mouse-down or key at a time, each through the app's own queue."""

    def __init__(self, app: ObserveApp, pilot: Pilot[int], who: dict[str, str]) -> None:
        self.app, self.pilot, self.who, self.by_keys = app, pilot, who, False

    async def do(self, *steps: str) -> None:
        """Ids of targets, a student by name; or strokes."""
        for step in steps:
            screen = self.app.screen
            assert isinstance(screen, BoardScreen)
            if self.by_keys:
                self.app.post_message(key(step))
            elif step in ("tick:strategy/compacting",):
                assert isinstance(screen, CardPage)
                body = screen.boards["body"]
                where = next(region for region, act in body.targets if act == step)
                self.app.post_message(mouse(MouseDown, body.at.x + where.x, body.at.y + where.y))
            else:
                id = f"student.{self.who[step]}" if step in self.who else step
                self.app.post_message(mouse(MouseDown, *middle(screen, id)))
            await self.pilot.pause()
            if self.app.screen is not screen or step == "enter":
                await self.pilot.pause()


def last(home: Home, visit: str) -> Observation:
    return visits.visit_log(home, visit).observations[-1]


AMARA, KOFI = "Amara Okeke", "Kofi Mensah"
BEFORE = (AMARA, "code.engagement.deep")
OPEN = "open.drawer.role"
"""On 80x24 the roles are behind a pad of their own."""

Steps = tuple[str, ...]
Check = Callable[[Observation, dict[str, str], int], bool]
DONE: list[tuple[str, Steps, Steps, Steps, Steps, Check]] = [
    # what; done before; taps at 100x32; taps at 80x24; keys; what must be so then (the last log, who, how many more)
    ("the same student again", BEFORE, ("code.engagement.active",), ("code.engagement.active",), ("3",),
     lambda o, who, more: (o.code, o.student, more) == ("active", who[AMARA], 1)),
    ("another student", BEFORE, (KOFI, "code.engagement.active"), (KOFI, "code.engagement.active"), ("K", "3"),
     lambda o, who, more: (o.code, o.student, more) == ("active", who[KOFI], 1)),
    ("the last log was another child's", BEFORE, ("strip", KOFI), ("strip", KOFI), ("backspace", "K"),
     lambda o, who, more: (o.code, o.student, more) == ("deep", who[KOFI], 0)),
    ("one look in a look at everyone", ("look",), ("code.engagement.passive",), ("code.engagement.passive",), ("2",),
     lambda o, who, more: (o.code, o.method, more) == ("passive", "sweep", 1)),
    ("the same, with the challenge of that look", ("look",), ("code.challenge.easy", "code.engagement.passive"),
     ("code.challenge.easy", "code.engagement.passive"), ("7", "2"),
     lambda o, who, more: (o.code, o.method, more) == ("passive", "sweep", 2)),
    ("the first look at those not yet seen", BEFORE,
     ("menu", "unseen_list", "look_unseen", "code.engagement.passive"),
     ("menu", "unseen_list", "look_unseen", "code.engagement.passive"), ("_", "1", "2"),
     lambda o, who, more: (o.code, o.method, o.student == who[AMARA], more) == ("passive", "sweep", False, 1)),
    ("a spark with its kind", BEFORE, ("open.picks", "code.spark.insight"), ("open.picks", "code.spark.insight"),
     ("t", "1"), lambda o, who, more: (o.code, o.student, more) == ("insight", who[AMARA], 1)),
    ("a role, begun five minutes ago", BEFORE, ("code.role.coach", "strip"), (OPEN, "code.role.coach", "strip"),
     ("b", "backspace"), lambda o, who, more: (o.code, more) == ("coach", 1) and o.at < time.time() * 1000 - 200_000),
    ("undo", BEFORE, ("undo",), ("undo",), ("u",), lambda o, who, more: more == -1),
    ("a question of mine", BEFORE, ("code.questioning.apply",), ("code.questioning.apply",), ("h",),
     lambda o, who, more: (o.code, o.student, more) == ("apply", None, 1)),
    ("the same, and who answered", BEFORE, ("code.questioning.apply", "strip", KOFI),
     ("code.questioning.apply", "strip", KOFI), ("h", "backspace", "K"),
     lambda o, who, more: (o.code, o.modifiers.get("answered_by"), more) == ("apply", who[KOFI], 1)),
    ("a question asked by the student", BEFORE, ("asker", "code.questioning.apply"),
     ("asker", "code.questioning.apply"), ("d", "h"),
     lambda o, who, more: (o.code, o.student, more) == ("apply", who[AMARA], 1)),
    ("challenge, for the same student", BEFORE, ("code.challenge.stretch",), ("code.challenge.stretch",), ("8",),
     lambda o, who, more: (o.code, o.student, more) == ("stretch", who[AMARA], 1)),
]  # fmt: skip

Of_log = Callable[[VisitLog, dict[str, str]], bool]
GROUPS: list[tuple[str, Steps, Steps, Steps, Steps, Of_log]] = [
    # As above; what must be so is asked of the whole log.
    ("the child chosen now, to another group", BEFORE, ("groups", "group.Stories"), ("groups", "group.Stories"),
     ("[", "2"), lambda log, who: log.grouping.at()[who[AMARA]] == "Stories"),
    ("another child to another group", BEFORE, (KOFI, "groups", "group.Arrays"), (KOFI, "groups", "group.Arrays"),
     ("K", "[", "1"), lambda log, who: log.grouping.at()[who[KOFI]] == "Arrays"),
    ("the next child, with the groups still open", (*BEFORE, "groups"), (KOFI, "group.Arrays"),
     (KOFI, "group.Arrays"), ("K", "1"), lambda log, who: log.grouping.at()[who[KOFI]] == "Arrays"),
    ("a group chosen, and a log about it", (), ("groups", "group.Stories", "code.engagement.active"),
     ("groups", "group.Stories", "code.engagement.active"), ("[", "2", "3"),
     lambda log, who: [(o.code, o.group) for o in log.observations] == [("active", "Stories")]),
    ("the last log was a whole group's", BEFORE, ("strip", "group.Stories"), ("strip", "group.Stories"),
     ("backspace", "2"), lambda log, who: [(o.code, o.student, o.group) for o in log.observations] == [
         ("deep", None, "Stories")]),
    ("small group, with one of the groups", (), ("code.role.group", "strip", "group.Stories"),
     (OPEN, "code.role.group", "strip", "group.Stories"), ("c", "backspace", "2"),
     lambda log, who: log.observations[-1].with_whom == (who[KOFI],)),
    ("small group, with the group that is chosen", ("groups", "group.Stories"), ("code.role.group",),
     (OPEN, "code.role.group"), ("c",), lambda log, who: log.observations[-1].with_whom == (who[KOFI],)),
    ("a planned question", (), ("menu", "plan", "ask.q"), ("menu", "plan", "ask.q"), ("]", "1"),
     lambda log, who: [(o.code, o.plan) for o in log.observations] == [("analyze", "q")]),
]  # fmt: skip


async def counted(home: Path, size: tuple[int, int]) -> dict[str, tuple[int, int]]:
    """Mouse-downs and key presses for each row, each done in a visit of its own, as the app received them."""
    opened = school(home, {ROOM: CLASS})
    who, section = ids(opened, ROOM), section_id(opened, ROOM)
    seen = {MouseDown: 0, Key: 0}

    class Counting(ObserveApp):
        def post_message(self, message: object) -> bool:
            if type(message) in seen:
                seen[type(message)] += 1
            return super().post_message(message)

    app = Counting(opened)
    figures: dict[str, tuple[int, int]] = {}

    async def both(what: str, taps: Steps, keys: Steps, ready: Callable[[], Awaitable[Callable[[], None]]]) -> None:
        found = []
        for by_keys in (False, True):
            check = await ready()
            hand.by_keys = by_keys
            seen[MouseDown] = seen[Key] = 0
            await hand.do(*(keys if by_keys else taps))
            found.append(seen[Key if by_keys else MouseDown])
            assert seen[MouseDown if by_keys else Key] == 0
            hand.by_keys = False
            check()
        figures[what] = (found[0], found[1])

    async with app.run_test(size=size) as pilot:
        hand = Hand(app, pilot, who)
        await pilot.pause()

        def in_visit(before: Steps, so: Check) -> Callable[[], Awaitable[Callable[[], None]]]:
            async def ready() -> Callable[[], None]:
                started = opened.clock.now() - 30 * 60_000
                visit = visits.start_visit(opened, section, at=started, end_open=True).id
                await show(app, pilot, messages.OpenVisit(visit))
                assert isinstance(app.screen, LiveScreen)
                await hand.do(*before)
                n = len(visits.visit_log(opened, visit).observations)

                def check() -> None:
                    log = visits.visit_log(opened, visit).observations
                    newest = max(log, key=lambda o: o.order, default=None)
                    if newest is None:
                        assert len(log) - n == -1
                    else:
                        assert so(newest, who, len(log) - n)

                return check

            return ready

        async def on_today() -> Callable[[], None]:
            for one in visits.open_visits(opened):
                visits.end_visit(opened, one.id)
            app.live = None
            await show(app, pilot, messages.ToStart())

            def check() -> None:
                (visit,) = visits.open_visits(opened)
                assert last(opened, visit.id).code == "active"

            return check

        def in_groups(before: Steps, so: Of_log) -> Callable[[], Awaitable[Callable[[], None]]]:
            async def ready() -> Callable[[], None]:
                for one in visits.open_visits(opened):
                    visits.end_visit(opened, one.id)
                for name, label in ((AMARA, "Arrays"), (KOFI, "Stories")):
                    groups.stand(opened, section, who[name], label)
                visit = visits.start_visit(opened, section).id
                question = {"visit": visit, "part": "question", "channel": "questioning", "code": "analyze"}
                opened.write(lambda act: act.put("plan", f"{visit}/q", {**question, "text": "How do you know?"}))
                await show(app, pilot, messages.OpenVisit(visit))
                await hand.do(*before)

                def check() -> None:
                    assert so(visits.visit_log(opened, visit), who)

                return check

            return ready

        start = f"section.{section}"
        await both("from Today to the first thing logged", (start, "code.engagement.active"), ("enter", "3"), on_today)

        def planned(id: str, minutes: int, done: Callable[[str], None]) -> Callable[[], Awaitable[Callable[[], None]]]:
            """One visit is planned for now; of no minutes it was for the first hour of the day, and is over."""
            made: list[str] = []

            async def ready() -> Callable[[], None]:
                for one in visits.open_visits(opened):
                    visits.end_visit(opened, one.id)
                app.live = None
                made.append(f"{id}{len(made) or ''}")
                now = opened.clock.now()
                at = now if minutes else day_bounds(local(now, opened.zone).date(), opened.zone)[0]
                facts = {"section": section, "planned_at": iso(at), "planned_minutes": minutes}
                opened.write(lambda act: act.put("visit", made[-1], facts))
                await show(app, pilot, messages.ToStart())
                return lambda: done(made[-1])

            return ready

        def is_live(id: str) -> None:
            assert [v.id for v in visits.open_visits(opened)] == [id]

        def is_told(id: str) -> None:
            assert visits.read(opened, id).missed == "assembly"
            missed.drop(opened, id)

        taken, told_why = "a planned visit, from Today to live", "why a visit was not held, from Today"
        await both(taken, ("visit.next",), ("enter",), planned("next", 45, is_live))
        await both(told_why, ("visit.lost", "why_1"), ("1", "1"), planned("lost", 0, is_told))

        for what, before, wide, low, keys, so in DONE:
            await both(what, wide if size == SIZES[0] else low, keys, in_visit(before, so))

        for what, before, wide, low, keys, done in GROUPS:
            await both(what, wide if size == SIZES[0] else low, keys, in_groups(before, done))

        async def at_wrap_up() -> Callable[[], None]:
            for one in visits.open_visits(opened):
                visits.end_visit(opened, one.id)
            app.live = None
            visit = twelve_taps(opened)
            await show(app, pilot, messages.ShowWrapUp(visit))
            screen = app.screen
            assert isinstance(screen, CardPage)
            row = next(y for act, y, _ in screen.sheet.acts if act == "tick:strategy/compacting")
            screen.first = row - 3
            screen.draw()
            acts = [act for act, y, _ in screen.sheet.acts if y >= screen.first]
            steps.append(acts.index("tick:strategy/compacting"))
            return lambda: None if visits.visit_log(opened, visit).ran else pytest.fail("it is not ticked")

        steps: list[int] = []
        tick = "tick:strategy/compacting"
        await at_wrap_up()
        downs = ("down",) * (steps[0] + 1)
        await both("the third line on the glass at the wrap-up", (tick, "choose"), (*downs, "enter"), at_wrap_up)

        async def with_a_plan_before() -> Callable[[], None]:
            """A visit to come, and a plan of the one before it."""
            for one in visits.open_visits(opened):
                visits.end_visit(opened, one.id)
            for one in plan_start.upcoming(opened):
                missed.miss(opened, one.id, "assembly")
            app.live = None
            coming = plan_start.new_visit(opened, section, opened.clock.now() + 60_000, 45)
            Plan(opened, plan_start.sources(opened, coming.id)[0].id).add("tier", name="Tier 1", text="strips")
            await show(app, pilot, messages.ToStart())
            return lambda: None if lines(opened, coming.id) else pytest.fail("nothing was taken over")

        await both("the last plan taken over, from Today", ("plan", "take"), ("g", "k"), with_a_plan_before)

        async def with_nothing_open() -> Callable[[], None]:
            for one in visits.open_visits(opened):
                visits.end_visit(opened, one.id)
            app.live = None
            await show(app, pilot, messages.ToStart())
            return lambda: (
                None if getattr(app.screen, "where", "") == section else pytest.fail("no trends of the class")
            )

        await both("a class over the weeks, from Today", ("trends", "section"), ("m", "c"), with_nothing_open)
    opened.close()
    return figures


def told() -> dict[str, tuple[int, int, int]]:
    """The table of the page."""
    text = TABLE.read_text(encoding="utf-8").partition("## Taps")[2]
    rows = re.findall(r"^\| ([^|]+?) \| (\d+) \| (\d+) \| (\d+) \|$", text, re.MULTILINE)
    return {what: (int(a), int(b), int(c)) for what, a, b, c in rows}


async def test_the_table_of_taps_is_what_a_hand_needs(tmp_path: Path) -> None:
    wide, low = [await counted(tmp_path / f"{w}x{h}", (w, h)) for w, h in SIZES]
    assert {what: keys for what, (_, keys) in wide.items()} == {what: keys for what, (_, keys) in low.items()}
    found = {what: (wide[what][0], low[what][0], wide[what][1]) for what in wide}
    assert told() == found
