"""The plan on the glass: filled by finger and by keys in few taps, shared without names, and started from."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from observe.app import ObserveApp
from observe.domain.cards import page_text
from observe.domain.codec import day_bounds, local
from observe.domain.model import Visit
from observe.services import classroom, compacting, plan, plan_start, visits
from observe.services.home import Home
from observe.services.plan import Plan
from observe.services.record import Recorder
from observe.ui import messages
from observe.ui.cardpage import CardPage
from observe.ui.live.screen import LiveScreen
from observe.ui.screens.plan import PlanScreen
from observe.ui.screens.plan_fill import FillScreen
from observe.ui.screens.today import TodayScreen
from observe.ui.screens.wrapup import WrapUpScreen

from ..services.three import three_devices
from .finger import targets, touch
from .school import CLASS, HARD, ids, school, section_id
from .test_wrapup import glass, settle, show

ROOM = "Gr 4 Rm 12"
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Two:
    """Two people at one screen. Every tap, key and kept line is counted; typed letters are not."""

    def __init__(self, app: ObserveApp, pilot: Pilot[int]) -> None:
        self.app, self.pilot, self.taps = app, pilot, 0

    @property
    def screen(self) -> CardPage:
        assert isinstance(self.app.screen, CardPage)
        return self.app.screen

    async def tap(self, *ids: str) -> None:
        """One finger, pad by pad; More is tapped where a pad is behind it."""
        for id in ids:
            for _ in range(6):
                if any(one == id for _, _, one in targets(self.screen)):
                    break
                self.taps += 1
                touch(self.screen, "more_pads")
            touch(self.screen, id)
            self.taps += 1
            if not id.startswith(("student.", "line_")):  # these lead nowhere else
                await settle(self.pilot)

    async def choose(self, act: str) -> None:
        """A line of a card: reached by the pads that step, and done."""
        for _ in range(80):
            if self.screen.cursor == act:
                break
            await self.tap("line_down")
        await self.tap("choose")

    async def say(self, text: str) -> None:
        """A line is written and kept."""
        assert self.screen.typing is not None
        self.screen.typing.text = text
        await self.tap("keep")

    async def keys(self, *strokes: str) -> None:
        for stroke in strokes:
            await self.pilot.press(stroke)
            self.taps += 1
        await settle(self.pilot)


@pytest.fixture
def planned(home_open: Home) -> Visit:
    """A visit in an hour; a week ago there was one, with a plan, in which one question of two was asked."""
    now = home_open.clock.now()
    before = Plan(home_open, plan_start.new_visit(home_open, ROOM, now - 7 * DAY, 45).id)
    before.add("objective", text="Halves and quarters")
    groups = [
        before.add("group", name=name, tier=f"Tier {n}", evidence="exit slip") for n, name in ((1, "A"), (2, "B"))
    ]
    for n, student in enumerate(before.students()[:20]):
        before.place(groups[n % 2].id, student.id)
    before.add("tier", name="Tier 1", text="strips")
    before.add("strategy", code="tiered", by="both")
    asked = before.add("question", code="analyze", text="Which is fairer?")
    before.add("question", code="create", text="Make a rule.")
    before.add("segment", minutes=45, code="circulate")
    visits.start_visit(home_open, ROOM, visit=before.visit_id, at=now - 7 * DAY)
    Recorder(home_open, before.visit_id).observe("questioning", "analyze", plan=asked.id, at=now - 7 * DAY + MINUTE)
    visits.end_visit(home_open, before.visit_id, now - 7 * DAY + 45 * MINUTE)
    return plan_start.new_visit(home_open, ROOM, now + HOUR, 45)


async def at_plan(app: ObserveApp, pilot: Pilot[int], about: str = "") -> Two:
    await show(app, pilot, messages.ShowPage("plan", about))
    assert isinstance(app.screen, PlanScreen)
    return Two(app, pilot)


@pytest.mark.parametrize("size", [(100, 32), (80, 24), (60, 40)], ids=str)
async def test_a_plan_from_the_last_one_takes_seven_taps(
    home_open: Home, planned: Visit, size: tuple[int, int]
) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=size) as pilot:
        two = await at_plan(app, pilot)
        assert plan.lines(home_open, planned.id) == ()
        await two.tap("take")
        await two.tap("objective")
        await two.say("Add fractions")
        await two.tap("question", "level.questioning/evaluate")
        await two.say("Whose method is better?")
        await two.tap("back")
        lines = plan.lines(home_open, planned.id)
        assert [one.part for one in lines] == [
            "objective", "group", "group", "tier", "strategy", "question", "question", "segment",
        ]  # fmt: skip
        assert [one.text for one in lines if one.part == "question"] == ["Make a rule.", "Whose method is better?"]
        assert two.taps == 7


async def test_a_whole_plan_from_nothing_by_finger(home_open: Home) -> None:
    visit = plan_start.new_visit(home_open, ROOM, home_open.clock.now() + HOUR, 45)
    who = [f"student.{student.id}" for student in visits.students(home_open, section_id(home_open, ROOM))]
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        two = await at_plan(app, pilot, visit.id)
        await two.tap("objective")
        await two.say("Compare fractions")
        await two.tap("tier", "new")
        await two.say("strips")
        await two.tap("new")
        await two.say("number line")
        await two.tap("back", "group", "new", *who[:6])
        await two.tap("evidence")
        await two.say("exit slip")
        await two.tap("day")
        await two.say("9")
        await two.tap("new", *who[6:25])
        await two.tap(
            "back", "strategy", "code.strategy/tiered", "code.strategy/compacting", "code.strategy/compacting"
        )
        await two.tap("back", "question", "level.questioning/analyze")
        await two.say("Which is fairer?")
        await two.tap("level.questioning/create")
        await two.say("")
        await two.tap("back", "segment", "role.role/teach", "teacher.coach", "role.role/group", "minutes.rest")
        await two.tap("back", "watch", who[14], "back")
        people = two.taps
        lines = plan.lines(home_open, visit.id)
        a, b = (one for one in lines if one.part == "group")
        assert (a.name, a.tier, len(a.students), a.evidence) == ("A", "Tier 1", 6, "exit slip")
        assert (b.name, b.tier, len(b.students)) == ("B", "Tier 2", 19)
        assert (home_open.clock.now() - (a.evidence_at or 0)) // DAY in (8, 9)
        ran = [(one.code, one.by) for one in lines if one.part == "strategy"]
        assert ran == [("tiered", "me"), ("compacting", "teacher")]
        assert [(one.code, one.text) for one in lines if one.part == "question"] == [
            ("analyze", "Which is fairer?"), ("create", ""),
        ]  # fmt: skip
        assert [(one.code, one.minutes, one.teacher) for one in lines if one.part == "segment"] == [
            ("teach", 10, "Coach"), ("group", 35, ""),
        ]  # fmt: skip
        assert [one.students for one in lines if one.part == "watch"] == [(who[14].removeprefix("student."),)]
        assert people == 61  # 25 of them place a student each, 9 keep what was written
        shown = glass(app)
        assert "Who does what, 45 of 45 min" in shown


async def test_the_same_by_keys_alone(home_open: Home, planned: Visit) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        two = await at_plan(app, pilot)
        await two.keys("k", "o")
        await two.keys(*"Add", "enter", "g", "2")
        screen = app.screen
        assert isinstance(screen, FillScreen)
        group = screen.line
        assert group is not None
        letter = next(student.letter for student in screen.students if student.id not in group.students)
        await two.keys(letter, "i", *"slip", "enter")
        after = next(one for one in plan.lines(home_open, planned.id) if one.id == group.id)
        assert len(after.students) == len(group.students) + 1
        assert after.evidence == "exit slipslip"
        await two.keys("u", "u")
        assert next(one for one in plan.lines(home_open, planned.id) if one.id == group.id) == group
        await two.keys("escape", "s", "escape", "escape")
        assert isinstance(app.screen, TodayScreen)
        assert next(one.text for one in plan.lines(home_open, planned.id) if one.part == "objective") == "Add"


async def test_enter_starts_the_visit_while_no_line_is_chosen(home_open: Home, planned: Visit) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        two = await at_plan(app, pilot)
        await two.tap("take")
        await two.keys("down", "enter")  # a line is chosen: enter goes to it
        assert isinstance(app.screen, FillScreen) or two.screen.typing is not None
        if two.screen.typing is not None:
            await two.tap("drop")
        else:
            await two.tap("back")
        two.screen.cursor = ""
        two.screen.draw()
        await two.keys("enter")
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)
        assert visits.read(home_open, planned.id).started_at is not None


async def test_a_visit_is_not_started_twice_nor_beside_another(home_open: Home, planned: Visit) -> None:
    other = visits.start_visit(home_open, ROOM, at=home_open.clock.now() - 3 * DAY).id
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        two = await at_plan(app, pilot, planned.id)
        await two.tap("start")
        assert "a visit is open" in glass(app)
        visits.end_visit(home_open, other)
        two = await at_plan(app, pilot, other)
        await two.keys("v")
        assert "this visit has ended" in glass(app)


async def test_a_colleagues_plan_is_filled_together_and_her_visit_is_hers_to_start(tmp_path: Path) -> None:
    with three_devices(tmp_path) as three:
        kims = plan_start.new_visit(three.kim, three.room, three.kim.clock.now() + HOUR, 45).id
        three.meet()
        app = ObserveApp(three.tablet)
        async with app.run_test(size=(100, 32)) as pilot:
            two = await at_plan(app, pilot, kims)
            await two.tap("start")
            assert "this is Kim's visit" in glass(app)
            await two.tap("objective")
            await two.say("Add fractions")
        three.meet()
        assert [one.text for one in plan.lines(three.kim, kims)] == ["Add fractions"]


async def test_a_line_is_taken_away_and_brought_back(home_open: Home, planned: Visit) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        two = await at_plan(app, pilot)
        await two.tap("take")
        before = plan.lines(home_open, planned.id)
        while not two.screen.cursor.startswith("line:"):
            await two.tap("line_down")
        await two.tap("remove")
        assert len(plan.lines(home_open, planned.id)) == len(before) - 1
        await two.tap("undo")
        assert plan.lines(home_open, planned.id) == before
        await two.tap("undo")
        assert plan.lines(home_open, planned.id) == ()
        await two.keys("u", "x")
        assert "no line is chosen" in glass(app) or "nothing to take back" in glass(app)


async def test_one_grey_line_is_taken_alone(home_open: Home, planned: Visit) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        two = await at_plan(app, pilot)
        screen = app.screen
        assert isinstance(screen, PlanScreen)
        tier = next(one for one in screen.offered if one.part == "tier")
        await two.choose(f"take:{tier.id}")
        assert [one.part for one in plan.lines(home_open, planned.id)] == ["tier"]


async def test_without_a_visit_to_come_one_is_made_for_a_class(home_open: Home) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        two = await at_plan(app, pilot)
        assert "Which visit?" in glass(app)
        await two.choose(f"new:{section_id(home_open, ROOM)}")
        await two.say("2030-01-07 10:15")
        screen = app.screen
        assert isinstance(screen, PlanScreen)
        assert "Mon 07 Jan 2030, 10:15" in glass(app)
        assert plan_start.upcoming(home_open) == ()  # it is far off
        await two.tap("from")
        await two.choose("from:skeleton")
        await two.tap("take")
        assert {one.part for one in plan.lines(home_open, screen.visit_id)} == {"group", "tier", "question", "segment"}
        await two.tap("visits", "back", "back")
        assert isinstance(app.screen, TodayScreen)


async def test_the_page_to_share_names_nobody_unless_she_asks(home_open: Home, planned: Visit, tmp_path: Path) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        two = await at_plan(app, pilot)
        await two.tap("take", "share")
        assert "No student is named here." in glass(app)
        assert not any(name.split(" ")[0] in glass(app) for name in CLASS)
        await two.tap("share")
        typing = two.screen.typing
        assert typing is not None
        assert "Rm-12" not in Path(typing.text).name  # which may be a child's
        await two.say(str(tmp_path / "plan.html"))
        text = (tmp_path / "plan.html").read_text(encoding="utf-8")
        assert "Make a rule." in text
        assert not any(name.split(" ")[0] in text for name in CLASS)
        await two.tap("share", "named")
        assert "Amara Okeke" in glass(app)
        await two.tap("share")
        await two.say(str(tmp_path / "named.html"))
        assert "Amara Okeke" in (tmp_path / "named.html").read_text(encoding="utf-8")


async def test_an_agreement_is_begun_with_its_questions_one_after_the_other(home_open: Home, planned: Visit) -> None:
    who = ids(home_open, ROOM)["Kofi Mensah"]
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        two = await at_plan(app, pilot)
        await two.tap("compacting", f"student.{who}", "shown")
        for words in ("set 1", "pre-test", "forty"):
            await two.say(words)
        assert "is no number" in glass(app)
        await two.say("40")
        await two.say("two sums")
        (one,) = compacting.standing(home_open)
        assert (one.student, one.shown, one.evidence) == (who, "set 1", "pre-test")
        assert (one.minutes, one.instead) == (40, "two sums")
        assert "Kofi: set 1 (pre-test, " in glass(app)
        await two.tap("back")
        two.screen.first = 99
        two.screen.draw()
        assert "Kofi: set 1" in glass(app)
        await two.choose(f"compact:{one.id}")
        await two.tap("close")
        assert compacting.standing(home_open) == ()


async def test_an_agreement_that_is_closed_elsewhere_while_it_is_written_on_is_gone_in_words(
    home_open: Home, planned: Visit
) -> None:
    who = ids(home_open, ROOM)["Kofi Mensah"]
    compacting.add(home_open, section_id(home_open, ROOM), who, shown="set 1")
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        two = await at_plan(app, pilot)
        await two.tap("compacting", f"student.{who}", "instead")
        (one,) = compacting.standing(home_open)
        compacting.close(home_open, one.id)
        await two.say("two sums")
        assert "no agreement stands" in glass(app)
        assert two.screen.typing is not None
        assert two.screen.typing.text == "two sums"


async def test_of_two_agreements_with_one_child_the_one_that_is_tapped_is_changed(
    home_open: Home, planned: Visit
) -> None:
    section, who = section_id(home_open, ROOM), ids(home_open, ROOM)["Kofi Mensah"]
    one, other = (compacting.add(home_open, section, who, shown=words).id for words in ("set 1", "set 2"))
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        for id, left in ((one, [other]), (other, [])):
            two = await at_plan(app, pilot)
            await two.choose(f"compact:{id}")
            assert f"Kofi: {compacting.read(home_open, id).shown}" in glass(app)
            await two.tap("close")
            assert [standing.id for standing in compacting.standing(home_open)] == left


async def test_a_child_who_has_left_is_named_hidden_and_counted_as_one_who_has_left(
    home_open: Home, planned: Visit
) -> None:
    section, who = section_id(home_open, ROOM), ids(home_open, ROOM)["Kofi Mensah"]
    made = Plan(home_open, planned.id)
    made.add("group", name="A", students=[who])
    made.add("watch", students=[who], text="Kofi counts on")
    classroom.set_active(home_open, section, who, False)
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await show(app, pilot, messages.ShowPage("plan_fill", f"{planned.id}/group"))
        assert f"not placed yet: {len(CLASS) - 1}" in glass(app)
        await show(app, pilot, messages.ShowPage("plan_fill", f"{planned.id}/watch"))
        assert "Kofi" in glass(app)
        await pilot.press("p")
        await settle(pilot)
        assert "Kofi" not in glass(app)


async def test_names_are_hidden_on_every_page_of_the_plan(home_open: Home, planned: Visit) -> None:
    visit = planned.id
    made = Plan(home_open, visit)
    made.accept(plan_start.proposal(home_open, visit))
    made.add("watch", students=[made.students()[0].id], text="ask Amara why")
    app = ObserveApp(home_open)
    async with app.run_test(size=(120, 36)) as pilot:
        two = await at_plan(app, pilot)
        await two.tap("privacy")
        for part in ("group", "watch", "compacting", "segment"):
            await two.tap(part)
            assert not any(name.split(" ")[0] in glass(app) for name in CLASS), part
            await two.tap("back")
        assert not any(name.split(" ")[0] in glass(app) for name in CLASS)
        assert "A. #1" in glass(app)


@pytest.mark.parametrize("size", [(80, 24), (60, 40), (66, 21)], ids=str)
async def test_hard_names_are_drawn_as_typed_and_every_page_has_room(home: Path, size: tuple[int, int]) -> None:
    opened = school(home, {"X": HARD})
    made = Plan(opened, plan_start.new_visit(opened, "X", opened.clock.now() + HOUR, 45).id)
    group = made.add("group", name="[b]A", tier="[red]", evidence="[/x]")
    for student in made.students():
        made.place(group.id, student.id)
    made.add("question", code="create", text="[@click=app.quit] " * 12)
    app = ObserveApp(opened)
    try:
        async with app.run_test(size=size) as pilot:
            two = await at_plan(app, pilot)
            for _ in range(3):
                two.screen.press("scroll_up")
            assert "[b]A" in glass(app)
            for part in ("group", "question", "watch", "segment"):
                await show(app, pilot, messages.ShowPage("plan_fill", f"{made.visit_id}/{part}"))
                assert targets(two.screen)
                await two.tap("back")
    finally:
        opened.close()


async def test_the_wrap_up_ticks_a_line_of_the_plan(home_open: Home, planned: Visit) -> None:
    made = Plan(home_open, planned.id)
    goal = made.add("objective", text="Add fractions").id
    visits.start_visit(home_open, ROOM, visit=planned.id)
    visits.end_visit(home_open, planned.id)
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await show(app, pilot, messages.ShowWrapUp(planned.id))
        assert isinstance(app.screen, WrapUpScreen)
        two = Two(app, pilot)
        assert "Goal: Add fractions  (tap when done)" in glass(app)
        await two.choose(f"done:{goal}")
        assert "done, by me" in glass(app)
        assert visits.visit_log(home_open, planned.id).ran[("plan", goal)] == "me"
        await two.tap("undo")
        assert visits.visit_log(home_open, planned.id).ran == {}


async def test_another_devices_line_shows_and_not_under_one_that_is_being_written(
    home_open: Home, planned: Visit
) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        two = await at_plan(app, pilot)
        await two.tap("objective")
        assert two.screen.typing is not None
        two.screen.typing.text = "half wri"
        Plan(home_open, planned.id).add("tier", name="From elsewhere")
        two.screen.elsewhere()
        assert two.screen.typing.text == "half wri"
        await two.tap("drop")
        two.screen.elsewhere()
        assert "From elsewhere" in glass(app)


async def test_today_says_which_visit_to_come_has_a_plan(home_open: Home) -> None:
    now = home_open.clock.now()
    (_, midnight) = day_bounds(local(now, home_open.zone).date(), home_open.zone)
    visit = plan_start.new_visit(home_open, ROOM, (now + midnight) // 2, 45)
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        assert "45 min" in glass(app)
        assert "with a plan" not in glass(app)
        Plan(home_open, visit.id).add("objective", text="Add fractions")
        assert isinstance(app.screen, TodayScreen)
        app.screen.elsewhere()
        assert "planned 45 min, with a plan" in glass(app)
        await pilot.press("g")
        await settle(pilot)
        assert isinstance(app.screen, PlanScreen)
        assert "Add fractions" in glass(app)


async def test_a_visit_without_a_class_and_a_scheme_of_another_sort_have_a_plan_too(home_open: Home) -> None:
    visit = visits.start_visit(home_open, None, protocol="copus").id
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        two = await at_plan(app, pilot, visit)
        for part in ("group", "question", "segment", "strategy", "tier", "watch", "compacting"):
            await show(app, pilot, messages.ShowPage("plan_fill", f"{visit}/{part}"))
            for _, _, id in targets(two.screen):
                if id not in ("back", "help", "privacy"):
                    touch(two.screen, id)
                    two.screen.typing = None
                    two.screen.draw()
            await two.tap("back")
        two.screen.fresh()
        assert isinstance(app.screen, PlanScreen)


async def test_from_the_plan_into_the_visit_and_to_what_became_of_it(home_open: Home, planned: Visit) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        two = await at_plan(app, pilot)
        await two.keys("k", "enter")
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)
        assert visits.visit_log(home_open, planned.id).grouping.start  # the plan's groups
        await pilot.press("]", "1")  # the first planned question
        await settle(pilot)
        (asked,) = visits.visit_log(home_open, planned.id).observations
        (question,) = plan.lines(home_open, planned.id, "question")
        assert (asked.code, asked.plan) == ("create", question.id)
        visits.end_visit(home_open, planned.id)
        await show(app, pilot, messages.ShowWrapUp(planned.id))
        screen = app.screen
        assert isinstance(screen, WrapUpScreen)
        text = page_text(screen.page)
        ran = text.index("Planned, and ran:")
        assert ran < text.index("Create: Make a rule.  asked ")
    following = plan_start.new_visit(home_open, ROOM)
    assert [one.part for one in plan_start.proposal(home_open, following.id) if one.part == "question"] == []
