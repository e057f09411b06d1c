"""Groups on a real home: as a visit begins, when somebody moves, on the roster; taken back, rebuilt and erased."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from observe.domain.cards import page_text
from observe.domain.errors import Refused
from observe.domain.groups import labels
from observe.services import classroom, grouped, groups, purge, visits
from observe.services.groups import GroupActs
from observe.services.record import Recorder
from observe.services.summary import summary
from observe.services.wrapup import wrap_up
from observe.store import migrations, queries, rosters
from observe.store.journal import rebuild

from .test_record import Room

Labels = dict[str, str]


class Groups(Room):
    """The three of 4B, visit after visit."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        visits.end_visit(self.home, self.visit)

    def standing(self) -> Labels:
        return {s.id: s.group for s in rosters.students(self.home.conn, "sec") if s.group}

    def stand(self, **labels: str) -> None:
        for student, label in labels.items():
            self.clock.on(1000)
            groups.stand(self.home, "sec", student, label)

    def plan(self, visit: str, **labels: list[str]) -> None:
        """Lines of a plan, as the plan's own door puts them."""

        def change(act: Any) -> None:
            for place, (label, students) in enumerate(labels.items()):
                data = {"visit": visit, "part": "group", "place": place, "name": label, "students": students}
                act.put("plan", f"{visit}/g{place}", data)

        self.home.write(change)

    def planned(self, **labels: list[str]) -> str:
        """A visit planned for now, with groups."""
        self.clock.on(60_000)
        visit = self.home.new_key()
        at = visits.iso(self.home.clock.now())
        facts = {"section": "sec", "planned_at": at, "planned_minutes": 30, "zone": "UTC"}
        self.home.write(lambda act: act.put("visit", visit, facts, new=True))
        self.plan(visit, **labels)
        return visit

    def start(self, visit: str | None = None) -> str:
        self.clock.on(60_000)
        self.visit = visits.start_visit(self.home, "4B", visit=visit, end_open=True).id
        self.recorder = Recorder(self.home, self.visit)
        return self.visit

    def move(self, student: str, group: str, **more: Any) -> Any:
        self.clock.on(60_000)
        return GroupActs(self.home, self.visit).move(student, group, **more)

    def now(self) -> Labels:
        return self.recorder.log().grouping.at()


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Groups]:
    room = Groups(tmp_path / "home")
    yield room
    room.home.close()


def test_the_plan_of_the_visit_says_who_begins_where(room: Groups) -> None:
    room.stand(ana="Red", bo="Red", cy="Red")
    room.start(room.planned(Arrays=["ana", "nobody"], Stories=["ana", "bo"]))
    assert room.now() == {"ana": "Arrays", "bo": "Stories"}
    assert room.standing() == {"ana": "Red", "bo": "Red", "cy": "Red"}


def test_without_a_plan_a_visit_begins_where_the_last_one_with_groups_ended(room: Groups) -> None:
    room.stand(cy="Red")
    room.start(room.planned(Arrays=["ana", "bo"]))
    room.move("bo", "Stories")
    room.start()  # where the plan left cy out, it said something newer than the roster
    assert room.now() == {"ana": "Arrays", "bo": "Stories"}
    room.start()
    assert room.now() == {"ana": "Arrays", "bo": "Stories"}


def test_a_plan_made_after_the_visit_began_is_taken_up_once(room: Groups) -> None:
    room.start()
    acts = GroupActs(room.home, room.visit)
    assert not acts.take_up()
    room.plan(room.visit, Arrays=["ana", "nobody"], Stories=["bo"])
    assert acts.take_up()
    assert room.now() == {"ana": "Arrays", "bo": "Stories"}
    assert room.recorder.undo() is None  # it was no act of hers
    room.plan(room.visit, Other=["ana"])
    assert not acts.take_up()
    assert room.now() == {"ana": "Arrays", "bo": "Stories"}


def test_a_standing_group_that_was_changed_since_is_the_newer_word(room: Groups) -> None:
    room.start(room.planned(Arrays=["ana", "bo"]))
    visits.end_visit(room.home, room.visit)
    room.stand(bo="Stories", cy="Stories")
    room.clock.on(1000)
    classroom.take_letter(room.home, "sec", "ana", "Z")  # which says nothing of her group
    room.start()
    assert room.now() == {"ana": "Arrays", "bo": "Stories", "cy": "Stories"}


def test_without_any_group_a_visit_keeps_none(room: Groups) -> None:
    room.start()
    assert room.home.journal.winner("groups", room.visit) is None
    assert room.now() == {}


def test_a_move_is_the_standing_group_too_and_undo_takes_back_both(room: Groups) -> None:
    room.stand(ana="Red")
    room.start()
    logged = room.move("ana", " Blue ")
    assert logged.id is not None
    assert room.now() == {"ana": "Blue"}
    assert room.standing() == {"ana": "Blue"}
    classroom.take_letter(room.home, "sec", "ana", "Z")
    touched = room.recorder.undo()
    assert touched is not None
    assert touched.kinds == ("move", "member")
    assert room.now() == room.standing() == {"ana": "Red"}
    assert next(s.letter for s in rosters.students(room.home.conn, "sec") if s.id == "ana") == "Z"
    room.recorder.redo()
    assert room.now() == room.standing() == {"ana": "Blue"}


def test_history_is_kept_and_the_group_is_that_of_the_moment(room: Groups) -> None:
    room.stand(ana="Red")
    room.start()
    begun = room.home.clock.now()
    room.move("ana", "Blue")
    room.move("ana", "")
    grouping = room.recorder.log().grouping
    assert [(move.student, move.group) for move in grouping.moves] == [("ana", "Blue"), ("ana", "")]
    assert grouping.at(begun) == {"ana": "Red"}
    assert grouping.at(begun + 60_000) == {"ana": "Blue"}
    assert grouping.at() == {}
    assert room.standing() == {}


def test_a_move_said_late_does_not_change_what_came_after_it(room: Groups) -> None:
    room.start()
    begun = room.home.clock.now()
    room.move("ana", "Blue")
    room.move("ana", "Green", at=begun + 1000)
    assert room.now() == room.standing() == {"ana": "Blue"}
    visits.end_visit(room.home, room.visit)
    room.move("bo", "Green", at=begun + 2000)  # the visit is over: the roster is not of then
    assert room.standing() == {"ana": "Blue"}
    assert room.now()["bo"] == "Green"


def test_what_is_so_already_is_not_written_and_what_cannot_be_is_refused(room: Groups) -> None:
    room.start()
    room.move("ana", "Blue")
    assert room.move("ana", "Blue").unchanged
    with pytest.raises(Refused, match="move: 'nobody' is not known"):
        room.move("nobody", "Blue")
    with pytest.raises(Refused, match="group: too long"):
        room.move("ana", "x" * 61)
    with pytest.raises(Refused, match="group: too long"):
        groups.stand(room.home, "sec", "ana", "x" * 61)
    with pytest.raises(Refused, match="not in this section"):
        groups.stand(room.home, "sec", "nobody", "Blue")
    assert not groups.stand(room.home, "sec", "ana", "Blue")
    assert len(room.recorder.log().grouping.moves) == 1


def test_labels_to_choose_from_are_the_plans_then_those_of_the_class_then_new_ones(room: Groups) -> None:
    room.stand(cy="Red")
    room.start(room.planned(Stories=["ana"], Arrays=["bo"]))
    assert labels(room.recorder.log()) == ("Stories", "Arrays", "Red")
    room.move("ana", "Zebra")
    assert labels(room.recorder.log()) == ("Stories", "Arrays", "Red", "Zebra")


def test_an_observation_about_a_group_is_one_and_nobody_in_it_was_seen(room: Groups) -> None:
    room.stand(ana="Red", bo="Red")
    room.start()
    logged = room.recorder.observe("engagement", "active", group=" Red ")
    found = room.recorder.log().observations
    assert [(o.id, o.student, o.group) for o in found] == [(logged.id, None, "Red")]
    assert queries.observations(room.home.conn, room.visit) == found
    for channel, code, more in (
        ("engagement", "active", {"student": "ana"}),
        ("role", "teach", {}),
        ("spark", "insight", {"student": "ana"}),
    ):
        with pytest.raises(Refused, match="group: not allowed"):
            room.recorder.observe(channel, code, group="Red", **more)
    assert logged.id is not None
    room.recorder.amend(logged.id, code="deep")
    assert room.recorder.log().observations[0].group == "Red"
    room.recorder.amend(logged.id, student="ana")
    assert [(o.student, o.group) for o in room.recorder.log().observations] == [("ana", "")]
    room.recorder.amend(logged.id, student=None, group="Red")
    assert [(o.student, o.group) for o in room.recorder.log().observations] == [(None, "Red")]


def test_a_planned_question_keeps_its_line_through_an_amendment(room: Groups) -> None:
    visit = room.planned(Red=["ana"])
    question = {"visit": visit, "part": "question", "channel": "questioning", "code": "analyze", "text": "Why?"}
    room.home.write(lambda act: act.put("plan", f"{visit}/q1", question))
    room.start(visit)
    logged = room.recorder.observe("questioning", "analyze", plan="q1")
    assert logged.id is not None
    room.recorder.amend(logged.id, code="evaluate", note="nobody answered")
    assert [(o.code, o.plan) for o in room.recorder.log().observations] == [("evaluate", "q1")]
    with pytest.raises(Refused, match=r"plan: 'q2' is not known.*allowed: g0, q1"):
        room.recorder.observe("questioning", "analyze", plan="q2")


def test_a_rebuilt_home_has_all_of_it(room: Groups) -> None:
    room.stand(ana="Red")
    room.start()
    room.move("ana", "Blue")
    before = room.recorder.log()
    conn = room.home.conn
    conn.execute("BEGIN IMMEDIATE")
    rebuild(conn, room.home.journal.device, migrations.projection_tables(), migrations.PROJECTIONS)
    conn.execute("COMMIT")
    assert visits.visit_log(room.home, room.visit).grouping == before.grouping
    assert room.standing() == {"ana": "Blue"}


def test_a_student_who_was_erased_is_in_no_standing_group_and_undo_brings_none_back(room: Groups) -> None:
    room.stand(ana="Red", bo="Red")
    room.start()
    room.move("ana", "Ana's own")
    room.move("ana", "Blue")
    purge.purge(room.home, "student", "ana")
    assert room.standing() == {"bo": "Red"}
    room.recorder.undo()
    assert room.standing() == {"bo": "Red"}
    assert [(move.student, move.group) for move in room.recorder.log().grouping.moves] == [("ana", "Ana's own")]
    room.start()
    assert room.now() == {"bo": "Red"}


def test_a_visit_that_was_erased_says_nothing_of_who_was_where(room: Groups) -> None:
    room.start(room.planned(Red=["ana"]))
    room.move("bo", "Blue")
    visit = room.visit
    visits.end_visit(room.home, visit)
    purge.purge(room.home, "visit", visit)
    log = visits.visit_log(room.home, visit)
    assert log.grouping.start == {}
    assert {move.group for move in log.grouping.moves} == {""}


def test_the_wrap_up_says_who_was_where_and_keeps_a_group_apart_from_everyone(room: Groups) -> None:
    room.start(room.planned(Arrays=["ana"], Stories=["bo", "cy"]))
    room.recorder.observe("engagement", "active", group="Stories")
    room.recorder.observe("engagement", "active")
    room.recorder.observe("engagement", "active", student="ana")
    room.move("cy", "Arrays")
    room.recorder.observe("engagement", "deep", student="cy")
    text = page_text(wrap_up(room.home, room.visit))
    assert "Active          3   Ana, group Stories, everyone" in text
    assert "Arrays  2: Ana, Cy" in text
    assert "Stories  1: Bo" in text
    assert "Cy  Stories to Arrays" in text
    assert "Arrays, 2 taps: Thinking 1, Active 1" in text
    shared = page_text(wrap_up(room.home, room.visit, share=True))
    assert "Stories" not in shared
    assert "Groups" not in [card.title for card in wrap_up(room.home, room.visit, share=True).cards]


def test_the_wrap_up_names_who_came_from_another_group(room: Groups) -> None:
    room.start(room.planned(Arrays=["ana", "bo"], Stories=["cy"]))
    visits.end_visit(room.home, room.visit)
    room.start(room.planned(Arrays=["ana"], Stories=["bo", "cy"]))
    text = page_text(wrap_up(room.home, room.visit))
    assert "In another group than at the end of the visit before: Bo" in text
    assert "New groups, or changed since the visit before." in text
    assert grouped.of_visit(room.home, room.visit)["between"] == ["bo"]


def test_looks_by_tier_are_shares_of_enough_looks_and_counts_otherwise(room: Groups) -> None:
    visit = room.planned(Arrays=["ana"], Stories=["bo", "cy"])

    def tiers(act: Any) -> None:
        for place, (label, tier) in enumerate((("Arrays", "top"), ("Stories", "core"))):
            students = ["ana"] if label == "Arrays" else ["bo", "cy"]
            data = {"visit": visit, "part": "group", "place": place, "name": label, "tier": tier, "students": students}
            act.put("plan", f"{visit}/g{place}", data)
        act.put("plan", f"{visit}/t", {"visit": visit, "part": "tier", "name": "top", "text": "invent one"})

    room.home.write(tiers)
    room.start(visit)
    for number in range(1, 3):
        for student in ("ana", "bo", "cy"):
            room.recorder.observe("engagement", "deep", student=student, method="sweep", sweep=number)
    found = summary(room.home, room.visit)["groups"]
    assert found["tiers"] == {"Arrays": "top", "Stories": "core"}
    assert found["channels"]["engagement"]["by_tier"]["core"]["sweep"]["shares"]["deep"] == 1.0
    text = page_text(wrap_up(room.home, room.visit))
    assert "Arrays (top: invent one)  1: Ana" in text
    assert "too few for percentages (core 4, top 2)" in text
