"""A plan: its lines, what it begins with, its pages, what was ticked, and agreements that stand until closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observe.domain.cards import Page, page_text
from observe.domain.codec import local
from observe.domain.errors import Refused
from observe.domain.programme import PLAN_PARTS, PlanLine
from observe.services import classroom, compacting, plan, plan_against, plan_json, plan_page, plan_start, visits
from observe.services.afterwards import Afterwards
from observe.services.home import Home
from observe.services.plan import Plan
from observe.services.record import Recorder
from observe.services.summary import summary
from observe.services.wrapup import wrap_up
from observe.store import maintenance, migrations
from observe.store.journal import rebuild

from ..ui.school import CLASS, ids, school

ROOM = "Gr 4 Rm 12"
MINUTE, DAY = 60_000, 86_400_000


@pytest.fixture
def home_open(home: Path) -> Iterator[Home]:
    opened = school(home, {ROOM: CLASS, "Gr 2 Rm 3": ("Ana Ruiz", "Ben Ode")})
    yield opened
    opened.close()


@pytest.fixture
def made(home_open: Home) -> Plan:
    """The plan of a visit in an hour, empty."""
    at = home_open.clock.now() + 60 * MINUTE
    return Plan(home_open, plan_start.new_visit(home_open, ROOM, at, 45).id)


def entries(home: Home) -> int:
    n: int = home.conn.execute("SELECT count(*) FROM entry").fetchone()[0]
    return n


def filled(made: Plan) -> dict[str, PlanLine]:
    """A whole plan, one or two lines of each part."""
    who = [student.id for student in made.students()]
    found = {
        "goal": made.add("objective", text="Compare fractions"),
        "A": made.add("group", name="A", tier="Tier 1", evidence="exit slip"),
        "B": made.add("group", name="B", tier="Tier 2"),
        "tier": made.add("tier", name="Tier 1", text="strips"),
        "tiered": made.add("strategy", channel="strategy", code="tiered", by="both"),
        "analyze": made.add("question", code="analyze", text="Which is fairer?"),
        "create": made.add("question", code="create", text="Make a rule."),
        "ten": made.add("segment", minutes=10, channel="role", code="teach", teacher="sets up"),
        "rest": made.add("segment", minutes=30, me="tables"),
        "mei": made.add("watch", students=[ids(made.home, ROOM)["Mei Lin"]], text="quiet"),
    }
    for one in who[:3]:
        made.place(found["A"].id, one)
    for one in who[3:8]:
        made.place(found["B"].id, one)
    return {name: made.line(line.id) for name, line in found.items()}


# -- lines ---------------------------------------------------------------------------------------------


def test_lines_are_added_changed_moved_and_taken_away_and_stay_so_when_rebuilt(made: Plan) -> None:
    found = filled(made)
    assert [line.part for line in made.lines()] == sorted((x.part for x in found.values()), key=PLAN_PARTS.index)
    made.change(found["create"].id, text="Make a rule. When does it fail?")
    made.move(found["create"].id, -1)
    assert [line.code for line in made.lines("question")] == ["create", "analyze"]
    made.remove(found["rest"].id)
    with pytest.raises(Refused, match="gone"):
        made.change(found["rest"].id, minutes=5)
    home = made.home
    before, lines = list(maintenance.dump(home.conn)), made.lines()
    home.conn.execute("BEGIN IMMEDIATE")
    rebuild(home.conn, home.journal.device, migrations.projection_tables(), migrations.PROJECTIONS)
    home.conn.execute("COMMIT")
    assert (list(maintenance.dump(home.conn)), made.lines()) == (before, lines)


def test_saying_what_is_so_already_writes_nothing(made: Plan) -> None:
    found = filled(made)
    before = entries(made.home)
    made.add("objective", text="Compare fractions")
    made.add("strategy", channel="strategy", code="tiered", by="both")
    made.change(found["A"].id, name="A")
    made.move(found["ten"].id, -1)
    made.accept(made.lines())
    assert entries(made.home) == before


def test_there_is_one_goal_one_line_a_strategy_and_one_a_student_to_watch(made: Plan) -> None:
    found = filled(made)
    mei = found["mei"].students[0]
    assert made.add("objective", text="Add fractions").id == found["goal"].id
    assert made.add("strategy", channel="strategy", code="tiered", by="me").id == found["tiered"].id
    watched = made.add("watch", students=[mei])
    assert (watched.id, watched.text) == (found["mei"].id, "quiet")
    assert [len(made.lines(part)) for part in ("objective", "strategy", "watch")] == [1, 1, 1]


def test_a_student_is_in_one_group_and_a_second_tap_takes_her_out(made: Plan) -> None:
    found = filled(made)
    who = found["A"].students[0]
    made.place(found["B"].id, who)
    assert who not in made.line(found["A"].id).students
    assert made.line(found["B"].id).students[-1] == who
    made.place(found["B"].id, who)
    assert who not in made.line(found["B"].id).students
    with pytest.raises(Refused, match="no group"):
        made.place(found["tier"].id, who)


@pytest.mark.parametrize(
    ("part", "given", "field"),
    [
        ("lesson", {"text": "x"}, "part"),
        ("objective", {"text": " "}, "text"),
        ("objective", {"text": "x" * 401}, "text"),
        ("objective", {"name": "x"}, "name"),
        ("group", {}, "name"),
        ("group", {"name": "A", "students": "s1"}, "students"),
        ("group", {"name": "A", "students": ["nobody"]}, "students"),
        ("group", {"name": "A", "evidence_at": -5}, "evidence_at"),
        ("tier", {"text": "strips"}, "name"),
        ("strategy", {"code": "juggling"}, "code"),
        ("strategy", {"channel": "role", "code": "teach"}, "channel"),
        ("strategy", {"code": "tiered", "by": "parents"}, "by"),
        ("question", {"code": "guess"}, "code"),
        ("question", {"code": "analyze", "text": 5}, "text"),
        ("question", {"code": 5}, "code"),
        ("segment", {}, "minutes"),
        ("segment", {"minutes": 0}, "minutes"),
        ("segment", {"minutes": True}, "minutes"),
        ("segment", {"minutes": 601}, "minutes"),
        ("segment", {"minutes": 5, "code": "juggle"}, "code"),
        ("watch", {}, "text"),
    ],
)
def test_what_a_line_cannot_hold_is_refused_by_its_field(
    made: Plan, part: str, given: dict[str, Any], field: str
) -> None:
    before = entries(made.home)
    with pytest.raises(Refused, match=f"^{field}: "):
        made.add(part, **given)
    assert entries(made.home) == before


def test_a_strategy_stays_the_one_it_is(made: Plan) -> None:
    found = filled(made)
    with pytest.raises(Refused, match="code"):
        made.change(found["tiered"].id, code="compacting")


def test_what_a_later_version_says_of_a_line_stays_when_this_one_changes_it(made: Plan) -> None:
    found = filled(made)
    key = f"{made.visit_id}/{found['tier'].id}"
    winner = made.home.journal.winner("plan", key)
    assert winner is not None
    made.home.write(lambda act: act.put("plan", key, {**winner.data, "colour": "teal"}))
    made.change(found["tier"].id, text="number line")
    now = made.home.journal.winner("plan", key)
    assert now is not None
    assert (now.data["colour"], now.data["text"]) == ("teal", "number line")


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(-6, 6)), max_size=25))
def test_moving_lines_is_what_moving_them_in_a_list_is(tmp_path_factory: Any, moves: list[tuple[int, int]]) -> None:
    home = school(tmp_path_factory.mktemp("moves") / "home", {ROOM: ("Ana Ruiz",)})
    try:
        made = Plan(home, plan_start.new_visit(home, ROOM).id)
        order = [made.add("tier", name=f"Tier {n}").id for n in range(6)]
        for n, by in moves:
            line = order[n]
            changed = entries(home)
            made.move(line, by)
            to = min(max(n + by, 0), 5)
            order.insert(to, order.pop(n))
            assert [one.id for one in made.lines("tier")] == order
            assert (entries(home) == changed) == (to == n)
    finally:
        home.close()


def test_a_move_is_one_entity_and_no_other_line_is_touched(made: Plan) -> None:
    lines = [made.add("tier", name=f"Tier {n}") for n in range(4)]
    before = entries(made.home)
    made.move(lines[3].id, -2)
    assert entries(made.home) == before + 1
    for _ in range(12):  # between the same two again and again, until there is no room
        made.move(made.lines("tier")[2].id, -1)
    assert sorted(one.id for one in made.lines("tier")) == sorted(one.id for one in lines)


def test_lines_that_two_devices_put_in_one_place_can_be_moved_apart(made: Plan) -> None:
    def put(act: Any) -> None:
        for name in "abcd":
            data = {"visit": made.visit_id, "part": "tier", "name": name, "place": 5}
            act.put("plan", f"{made.visit_id}/{name}", data)

    made.home.write(put)
    order = list("abcd")
    for id, by in (("a", 1), ("d", -2), ("c", -1), ("b", 3), ("d", 1)):
        made.move(id, by)
        at = order.index(id)
        order.insert(min(max(at + by, 0), 3), order.pop(at))
        assert [line.id for line in made.lines("tier")] == order


def test_taking_back_brings_back_what_a_step_changed_and_leaves_the_rest(made: Plan) -> None:
    found = filled(made)
    before = made.lines()
    made.remove(found["A"].id)
    made.change(found["B"].id, name="Owls")
    new = made.add("tier", name="Tier 2")
    after = made.lines()
    made.change(found["goal"].id, text="Written meanwhile")
    made.restore(before, after)
    assert made.line(found["A"].id) == found["A"]
    assert made.line(found["B"].id).name == "B"
    assert made.line(found["goal"].id).text == "Written meanwhile"
    assert new.id not in {line.id for line in made.lines()}


# -- evidence and time -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "old"), [(0, False), (21, False), (22, True), (400, True)])
def test_evidence_older_than_three_weeks_says_so(made: Plan, days: int, old: bool) -> None:
    line = made.add("group", name="A", evidence="exit slip", evidence_at=made.home.clock.now() - days * DAY)
    words, again = plan_start.evidence(made.home, line)
    assert (again, "more than three weeks old" in words) == (old, old)
    assert words.startswith("exit slip, from ")


def test_no_evidence_is_said_and_new_words_are_of_today(made: Plan) -> None:
    line = made.add("group", name="A")
    assert plan_start.evidence(made.home, line) == ("no evidence yet", True)
    line = made.change(line.id, evidence="exit slip")
    assert abs((line.evidence_at or 0) - made.home.clock.now()) < 60_000
    dated = made.change(line.id, evidence_at=plan_start.day(made.home, "9"))
    assert made.change(line.id, name="Owls").evidence_at == dated.evidence_at
    assert made.change(line.id, evidence="").evidence_at is None


def test_a_day_is_read_as_people_write_it(home_open: Home) -> None:
    today = local(home_open.clock.now(), home_open.zone).date()

    def read(text: str) -> Any:
        return local(plan_start.day(home_open, text), home_open.zone).date()

    assert (read(""), read("today"), read("Yesterday"), read("9")) == (
        today, today, today - timedelta(days=1), today - timedelta(days=9),
    )  # fmt: skip
    past = today - timedelta(days=200)
    for form in ("%d %b", "%b %d", "%d. %B", "%B %d, %Y", "%Y-%m-%d"):
        assert read(past.strftime(form)) == past, form
    for text in ("soon", "40 Nov", (today + timedelta(days=2)).isoformat(), "2026-13-01"):
        with pytest.raises(Refused):
            plan_start.day(home_open, text)


def test_a_visit_by_hand_is_at_the_classs_usual_time_a_week_on(home_open: Home) -> None:
    now = home_open.clock.now() // MINUTE * MINUTE
    first = plan_start.new_visit(home_open, ROOM, now - 2 * DAY, 30)
    assert plan_start.new_visit(home_open, ROOM, now - 2 * DAY, 30).id == first.id  # planned for then already
    following = plan_start.new_visit(home_open, ROOM)
    assert (following.planned_at, following.planned_minutes) == (now + 5 * DAY, 30)
    assert plan_start.next_visit(home_open).id == following.id
    with pytest.raises(Refused, match="minutes"):
        plan_start.new_visit(home_open, ROOM, now, 0)
    with pytest.raises(Refused, match="not known"):
        plan_start.new_visit(home_open, "Gr 9")
    with pytest.raises(Refused, match="no time"):
        plan_start.moment(home_open, "half past")
    assert local(plan_start.moment(home_open, "10:15") or 0, home_open.zone).strftime("%H:%M") == "10:15"


def test_the_usual_time_is_not_after_all_that_is_planned_ahead(home_open: Home) -> None:
    now = home_open.clock.now() // MINUTE * MINUTE
    ahead = [plan_start.new_visit(home_open, ROOM, now + n * DAY, 30).id for n in (5, 12, 19)]
    assert plan_start.new_visit(home_open, ROOM).id == ahead[0]  # no visit yet: the first one to come
    plan_start.new_visit(home_open, ROOM, now - 2 * DAY, 30)
    assert plan_start.new_visit(home_open, ROOM).id == ahead[0]  # a week after the last one


def test_the_visit_that_goes_on_comes_before_those_to_come(home_open: Home, made: Plan) -> None:
    assert plan_start.next_visit(home_open).id == made.visit_id
    other = visits.start_visit(home_open, "Gr 2 Rm 3")
    assert [visit.id for visit in plan_start.upcoming(home_open)] == [other.id, made.visit_id]


# -- what a plan begins with ---------------------------------------------------------------------------


def held(made: Plan) -> dict[str, PlanLine]:
    """The planned visit was held: one question asked, a role run, and it has ended."""
    found = filled(made)
    began = made.home.clock.now() - 30 * MINUTE
    visits.start_visit(made.home, made.visit.section, visit=made.visit_id, at=began)
    recorder = Recorder(made.home, made.visit_id)
    recorder.observe("questioning", "analyze", plan=found["analyze"].id, at=began + MINUTE)
    recorder.observe("strategy", "minilesson", on=True, at=began + 2 * MINUTE)
    visits.end_visit(made.home, made.visit_id)
    return found


def test_the_last_plan_is_offered_without_its_goal_and_without_what_was_asked(made: Plan) -> None:
    found = held(made)
    following = Plan(made.home, plan_start.new_visit(made.home, ROOM).id)
    before = entries(made.home)
    offered = plan_start.proposal(made.home, following.visit_id)
    assert entries(made.home) == before  # nothing is stored until it is taken
    assert following.lines() == ()
    assert sorted(one.part for one in offered) == sorted(
        ["group", "group", "tier", "strategy", "question", "segment", "segment", "watch"]
    )
    assert [one.text for one in offered if one.part == "question"] == ["Make a rule."]
    (a,) = [one for one in offered if one.name == "A"]
    assert (a.evidence, a.evidence_at, a.students) == ("exit slip", found["A"].evidence_at, found["A"].students)
    following.accept(offered)
    assert [(one.part, one.text, one.name) for one in following.lines()] == [
        (one.part, one.text, one.name) for one in sorted(offered, key=lambda x: (PLAN_PARTS.index(x.part), x.place))
    ]
    (taken,) = [one for one in following.lines() if one.name == "A"]
    following.change(taken.id, name="Owls")
    again = entries(made.home)
    following.accept(plan_start.proposal(made.home, following.visit_id))
    assert entries(made.home) == again
    assert following.line(taken.id).name == "Owls"  # what was changed since is not taken over once more


def test_who_left_and_what_the_scheme_does_not_have_stay_behind(made: Plan) -> None:
    from observe.services import classroom

    found = held(made)
    gone = found["A"].students[0]
    classroom.set_active(made.home, made.visit.section or "", gone, False)
    classroom.set_active(made.home, made.visit.section or "", found["mei"].students[0], False)
    key = f"{made.visit_id}/{found['create'].id}"
    winner = made.home.journal.winner("plan", key)
    assert winner is not None
    made.home.write(lambda act: act.put("plan", key, {**winner.data, "code": "muse"}))
    following = plan_start.new_visit(made.home, ROOM).id
    offered = plan_start.proposal(made.home, following)
    assert all(gone not in one.students for one in offered)
    assert not [one for one in offered if one.part in ("watch", "question")]


def test_a_plan_of_another_visit_and_an_empty_frame_can_be_begun_with(made: Plan) -> None:
    filled(made)
    older = Plan(made.home, plan_start.new_visit(made.home, ROOM, made.home.clock.now() - 9 * DAY, 45).id)
    older.add("tier", name="Only tier")
    following = plan_start.new_visit(made.home, ROOM, made.home.clock.now() + 9 * DAY, 45).id
    assert [one.id for one in plan_start.sources(made.home, following)] == [made.visit_id, older.visit_id]
    assert [one.name for one in plan_start.proposal(made.home, following, older.visit_id)] == ["Only tier"]
    frame = plan_start.proposal(made.home, following, plan_start.SKELETON)
    assert sum(one.minutes or 0 for one in frame) == 45
    assert [one.code for one in frame if one.part == "question"] == ["analyze", "evaluate", "create"]
    Plan(made.home, following).accept(frame)
    assert len(plan.lines(made.home, following)) == len(frame)
    other = plan_start.new_visit(made.home, "Gr 2 Rm 3").id
    assert plan_start.proposal(made.home, other) == ()


# -- pages -----------------------------------------------------------------------------------------------


def test_the_page_names_the_groups_their_evidence_who_is_in_none_and_the_minutes(made: Plan) -> None:
    filled(made)
    text = page_text(plan_page.plan_page(made.home, made.visit_id))
    for said in (
        "Compare fractions", "A  3  Tier 1  Amara Okeke, Aiden Moss, Beatriz Lima", "on exit slip, from ",
        "no evidence yet", "not placed yet  17", "Which is fairer?", "Who does what, 40 of 45 min, 5 left",
        "0-10   me: Teach  Ms Okafor: sets up", "10-40  me: tables", "Tiered  by both", "Mei Lin: quiet",
    ):  # fmt: skip
        assert said in text, said


def test_the_page_to_share_names_nobody_and_counts_no_group(made: Plan) -> None:
    found = filled(made)
    made.change(found["goal"].id, text="Mei lin and GRACE hill compare; Samuel Ode waits, Hahn too, and an ode is read")
    made.add("watch", text="the park, and Chloe's questions")
    compacting.add(made.home, made.visit.section or "", made.students()[0].id, shown="set 1 by Amara")
    text = page_text(plan_page.plan_page(made.home, made.visit_id, named=False))
    for name in CLASS:
        for word in (name, name.split(" ")[0]):
            assert word.casefold() not in text.casefold(), word
    assert "Hahn" not in text
    assert "an ode is read" in text
    assert "the park" in text
    assert "set 1" not in text
    for size in ("A  3", "B  5", "not placed"):
        assert size not in text
    assert "Agreements stand" in text


# -- what became of it -------------------------------------------------------------------------------------


def test_the_wrap_up_says_what_did_not_run_first_and_what_was_not_planned_last(made: Plan) -> None:
    held(made)
    page = wrap_up(made.home, made.visit_id)
    brief, whole = (
        next(c for c in page.cards if c.title.startswith("Plan") and c.detail is behind) for behind in (False, True)
    )
    said = page_text(Page("", (brief,)))
    assert said.index("Planned, and no sign of it:") < said.index("Ran: ") < said.index("Not planned, and ran: ")
    assert "Create: Make a rule." in said
    text = page_text(Page("", (whole,)))
    heads = [
        "Planned, and no sign of it:",
        "Planned; the log cannot tell:",
        "Planned, and ran:",
        "Not planned, and ran:",
    ]
    at = [text.index(head) for head in heads]
    assert at == sorted(at)
    assert at[0] < text.index("Create: Make a rule.  not asked") < at[1]
    assert at[2] < text.index("Analyze: Which is fairer?  asked ") < at[3]
    assert at[3] < text.index("Mini-lesson")
    assert "2 lines still to do; groups, tiers, strategies and minutes as they are." in text
    assert "Plan: " not in page_text(wrap_up(made.home, made.visit_id, share=True))


def test_a_visit_without_a_plan_has_no_card_and_an_empty_block(home_open: Home) -> None:
    visit = visits.start_visit(home_open, ROOM).id
    assert summary(home_open, visit)["plan"] == {}
    assert "Plan" not in page_text(wrap_up(home_open, visit))


def test_a_line_is_ticked_by_hand_on_and_on_and_undo_takes_that_back(made: Plan) -> None:
    found = held(made)
    goal, tiered = found["goal"].id, found["tiered"].id

    def row(id: str) -> Any:
        return next(one for one in summary(made.home, made.visit_id)["plan"]["lines"] if one["id"] == id)

    assert (row(goal)["ran"], row(goal)["ticked"]) == (None, None)
    said = [plan_against.step(made.home, made.visit_id, goal) for _ in range(4)]
    assert said == ["done, by me", "done, by the teacher", "done, by both", "not ticked"]
    plan_against.tick(made.home, made.visit_id, goal, "both")
    assert (row(goal)["ran"], row(goal)["ticked"]) == (True, "both")
    assert row(tiered)["ran"] is False
    plan_against.tick(made.home, made.visit_id, tiered, "teacher")  # the tick a strategy has without a plan
    assert visits.visit_log(made.home, made.visit_id).ran[("strategy", "tiered")] == "teacher"
    assert row(tiered)["ran"] is True
    Recorder(made.home, made.visit_id).undo()
    assert row(tiered)["ran"] is False
    Afterwards(made.home, made.visit_id).tick_ran("strategy", "tiered", "me")
    assert row(tiered)["ticked"] == "me"
    with pytest.raises(Refused, match="by"):
        plan_against.tick(made.home, made.visit_id, goal, "parents")
    with pytest.raises(Refused, match="gone"):
        plan_against.step(made.home, made.visit_id, "nothing")


def test_numbers_that_are_kept_follow_a_change_of_the_plan(made: Plan) -> None:
    found = held(made)
    visit = made.visit_id
    from observe.services.summary import tallied

    tallied(made.home, [visits.read(made.home, visit)])  # kept
    made.remove(found["create"].id)
    new = made.add("question", code="create", text="Another")
    shown = {one["id"]: one for one in summary(made.home, visit)["plan"]["lines"]}
    assert found["create"].id not in shown
    assert shown[new.id]["ran"] is False
    (_, kept) = tallied(made.home, [visits.read(made.home, visit)])[visit]
    assert set(kept["plan"]["lines"]) == set(shown)


def test_two_children_of_one_name_are_told_apart_on_the_page(made: Plan, home_open: Home) -> None:
    one, other = made.students()[:2]
    classroom.rename(home_open, other.id, one.name)
    for student, name in ((one, "A"), (other, "B")):
        made.place(made.add("group", name=name, tier="Tier 1", evidence="exit slip").id, student.id)
    text = page_text(plan_page.plan_page(home_open, made.visit_id))
    assert f"{one.name} #{one.seat}" in text
    assert f"{one.name} #{other.seat}" in text


# -- JSON ------------------------------------------------------------------------------------------------


def test_what_is_written_as_json_fills_another_plan_and_changes_nothing_in_its_own(made: Plan) -> None:
    filled(made)
    written = plan_json.as_json(made.home, made.visit_id)
    before = entries(made.home)
    assert plan_json.fill(made.home, made.visit_id, written) == 0
    assert entries(made.home) == before
    other = Plan(made.home, plan_start.new_visit(made.home, ROOM, made.home.clock.now() + 2 * DAY, 45).id)
    assert plan_json.fill(made.home, other.visit_id, written) == len(made.lines())
    again = plan_json.as_json(made.home, other.visit_id)
    strip = [{k: v for k, v in one.items() if k != "id"} for one in written["lines"]]
    assert [{k: v for k, v in one.items() if k != "id"} for one in again["lines"]] == strip


def test_json_names_students_and_days_and_is_all_or_nothing(made: Plan) -> None:
    rows = [
        {"part": "group", "name": "A", "students": ["Mei Lin"], "evidence": "slip", "evidence_at": "2026-01-05"},
        {"part": "question", "code": "analyze", "text": "Why?"},
    ]
    assert plan_json.fill(made.home, made.visit_id, {"lines": rows}) == 2
    (group,) = made.lines("group")
    assert group.students == (ids(made.home, ROOM)["Mei Lin"],)
    assert local(group.evidence_at or 0, made.home.zone).strftime("%Y-%m-%d %H:%M") == "2026-01-05 12:00"
    before = made.lines()
    with pytest.raises(Refused, match=r"^line 2: code: 'guess' is not known"):
        plan_json.fill(made.home, made.visit_id, {"lines": [rows[1], {"part": "question", "code": "guess"}]})
    assert made.lines() == before


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ([], "lines: missing"),
        ({"lines": {}}, "lines: missing"),
        ({"lines": [1]}, "line 1: not an object"),
        ({"lines": [{}]}, "line 1: part: "),
        ({"lines": [{"part": "tier", "id": "a/b", "name": "x"}]}, "line 1: id: "),
        ({"lines": [{"part": "tier", "name": "x", "colour": "teal"}]}, "line 1: colour: "),
        ({"lines": [{"part": "group", "name": "x", "students": ["Nobody"]}]}, "line 1: students: "),
        ({"lines": [{"part": "group", "name": "x", "students": [5]}]}, "line 1: students: "),
        ({"lines": [{"part": "group", "name": "x", "evidence_at": "soon"}]}, "line 1: evidence_at: "),
        ({"lines": [{"part": "group", "name": "x", "evidence_at": "2099-01-05T10:15Z"}]}, "line 1: evidence_at: "),
        ({"lines": [{"part": "group", "name": "x", "evidence_at": 5}]}, "line 1: evidence_at: "),
        ({"lines": [{"part": "segment", "minutes": 1e9}]}, "line 1: minutes: "),
        ({"lines": [{"part": "tier", "name": "x"}] * 401}, "lines: 401"),
    ],
)
def test_json_that_is_no_plan_is_refused_by_line_and_field(made: Plan, raw: object, said: str) -> None:
    with pytest.raises(Refused, match=f"^{said}"):
        plan_json.fill(made.home, made.visit_id, raw)
    assert made.lines() == ()


# -- agreements --------------------------------------------------------------------------------------------


def test_an_agreement_stands_until_it_is_closed_and_shows_on_each_visit_meanwhile(made: Plan) -> None:
    home, section = made.home, made.visit.section or ""
    who = ids(home, ROOM)["Amara Okeke"]
    given = {"shown": "set 1", "evidence": "pre-test", "minutes": 40, "instead": "two sums"}
    one = compacting.add(home, section, who, **given)
    assert one.evidence_at is not None
    first = visits.start_visit(home, section, visit=made.visit_id)
    for page in (plan_page.plan_page(home, first.id), wrap_up(home, first.id)):
        assert "Amara Okeke: set 1 (pre-test, " in page_text(page)
    visits.end_visit(home, first.id)
    home.clock.anchor += MINUTE
    assert compacting.close(home, one.id).ended_at is not None
    assert compacting.standing(home, section) == ()
    assert [x.id for x in compacting.standing(home, section, at=one.at)] == [one.id]
    assert compacting.every(home, section)[0].shown == "set 1"
    following = plan_start.new_visit(home, ROOM, home.clock.now() + DAY, 45)
    assert "Amara" not in page_text(plan_page.plan_page(home, following.id))
    assert "Amara Okeke: set 1" in page_text(wrap_up(home, first.id))  # it stood then
    assert compacting.reopen(home, one.id).ended_at is None
    assert "Amara" in page_text(plan_page.plan_page(home, following.id))
    assert "Amara" not in page_text(wrap_up(home, first.id, share=True))


def test_an_agreement_is_changed_by_field_and_needs_what_was_shown(made: Plan) -> None:
    home, section = made.home, made.visit.section or ""
    who = made.students()[0].id
    with pytest.raises(Refused, match="shown: missing"):
        compacting.add(home, section, who)
    with pytest.raises(Refused, match="student"):
        compacting.add(home, section, ids(home, "Gr 2 Rm 3")["Ben Ode"], shown="x")
    one = compacting.add(home, section, who, shown="set 1")
    assert compacting.change(home, one.id, minutes=30, instead="a proof").minutes == 30
    for field, value in (("minutes", -1), ("minutes", "x"), ("evidence_at", "x"), ("shown", ""), ("colour", "teal")):
        with pytest.raises(Refused):
            compacting.change(home, one.id, **{field: value})
    assert compacting.read(home, one.id[:8]).instead == "a proof"
    before = entries(home)
    compacting.change(home, one.id, minutes=30)
    compacting.reopen(home, one.id)
    assert entries(home) == before
    with pytest.raises(Refused, match="not known"):
        compacting.read(home, "zzz")


def test_what_was_said_of_a_child_goes_with_the_child_and_the_plan_is_still_read(made: Plan) -> None:
    from observe.services import purge

    found = filled(made)
    mei = found["mei"].students[0]
    made.place(found["A"].id, mei)
    one = compacting.add(made.home, made.visit.section or "", mei, shown="set 1", instead="two sums")
    purge.purge(made.home, "student", mei)
    purge.finish(made.home)
    for page in (
        plan_page.plan_page(made.home, made.visit_id),
        plan_page.plan_page(made.home, made.visit_id, named=False),
        plan_page.plan_page(made.home, made.visit_id, tappable=True),
    ):
        text = page_text(page)
        for word in ("Mei", "quiet", "exit slip", "set 1", "two sums"):
            assert word not in text, word
    assert made.line(found["A"].id).evidence == ""
    assert mei in made.line(found["A"].id).students  # who it was, nobody knows
    assert mei not in {student.id for student in made.students()}
    with pytest.raises(Refused):
        compacting.change(made.home, one.id, minutes=5)
    following = plan_start.new_visit(made.home, ROOM).id
    assert all(mei not in line.students for line in plan_start.proposal(made.home, following))
    assert "(erased)" in page_text(plan_page.plan_page(made.home, made.visit_id))
    written = plan_json.as_json(made.home, made.visit_id)
    assert plan_json.fill(made.home, made.visit_id, written) == 0
