"""Taps to the log, without a screen: what is logged, for whom, with what beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from observe.domain.model import Observation
from observe.services import purge, visits
from observe.services.home import Home
from observe.services.record import Recorder
from observe.ui.live import asking, mending, undoing
from observe.ui.live.controller import Controller

from .school import CLASS, ids, school, section_id

MINUTE = 60_000


def who(live: Controller, name: str) -> str:
    return next(seat.student.id for seat in live.view.seats if seat.student.name.startswith(name))


def tap(live: Controller, *ids: str) -> None:
    for id in ids:
        live.press(f"student.{who(live, id[1:])}" if id.startswith("@") else id)


def last(live: Controller) -> Observation:
    assert live.view.last is not None
    return live.view.last


# -- whom and what ---------------------------------------------------------------------------------


def test_a_tile_chooses_and_stays_chosen_and_a_pad_logs(live: Controller) -> None:
    tap(live, "@Amara")
    assert live.log.observations == ()
    tap(live, "code.engagement.deep", "code.challenge.stretch", "@Aiden", "code.engagement.off")
    said = [(o.channel, o.code, o.student) for o in live.log.observations]
    amara, aiden = who(live, "Amara"), who(live, "Aiden")
    assert said == [
        ("engagement", "deep", amara), ("challenge", "stretch", amara), ("engagement", "off", aiden),
    ]  # fmt: skip
    assert {o.method for o in live.log.observations} == {"tap"}


def test_a_second_tap_on_the_chosen_tile_does_nothing(live: Controller) -> None:
    tap(live, "@Amara", "@Amara")
    assert live.session.selected == who(live, "Amara")
    tap(live, "undo")
    assert live.session.selected is None


def test_everyone_is_a_choice(live: Controller) -> None:
    tap(live, "@Amara", "everyone", "code.engagement.active")
    assert last(live).student is None


def test_a_spark_is_about_one_student(live: Controller) -> None:
    tap(live, "code.spark.insight")
    assert live.log.observations == ()
    assert "choose one student" in live.session.message
    tap(live, "@Mei", "code.spark.insight")
    assert (last(live).code, last(live).student) == ("insight", who(live, "Mei"))
    assert live.session.message == ""


def test_the_same_again_for_the_next_student(live: Controller) -> None:
    tap(live, "@Amara", "code.engagement.active", "@Aiden", "again")
    assert (last(live).code, last(live).student) == ("active", who(live, "Aiden"))


def test_not_yet_seen_chooses_the_student_unseen_longest_and_logs_nothing(live: Controller) -> None:
    tap(live, "@Amara", "code.engagement.active", "unseen")
    assert live.session.selected == who(live, "Aiden")
    assert len(live.log.observations) == 1


def test_not_yet_seen_marks_nobody_and_moves_nothing_to_whom_it_chooses(live: Controller) -> None:
    tap(live, "away", "unseen", "strip")
    assert len(live.view.present) == len(CLASS)
    tap(live, "@Mei", "code.engagement.deep", "strip", "unseen")
    assert last(live).student == who(live, "Mei")
    assert live.session.selected == who(live, "Amara")
    tap(live, "@Zoe")
    assert last(live).student == who(live, "Mei")


# -- questions --------------------------------------------------------------------------------------


def test_of_a_students_question_about_nobody_the_strip_asks_who_asked(live: Controller) -> None:
    live.press("choose.questioning.asker.student")
    live.press("code.questioning.apply")
    assert last(live).student is None
    assert mending.offer(live) == "move"  # a student's own question is answered by nobody
    live.press("strip")
    live.press(f"student.{who(live, 'Kofi')}")
    assert live.session.message == ""
    assert last(live).student == who(live, "Kofi")
    assert last(live).modifiers == {"asker": "student"}


def test_my_question_carries_no_student_and_the_strip_offers_who_answered(live: Controller) -> None:
    tap(live, "@Amara", "code.questioning.analyze")
    assert last(live).student is None
    assert last(live).modifiers == {"asker": "me"}
    assert mending.offer(live) == "answered"
    tap(live, "strip", "@Kofi")
    assert last(live).modifiers == {"asker": "me", "answered_by": who(live, "Kofi")}
    assert len(live.log.observations) == 1


def test_a_tile_after_a_question_chooses_and_answers_nothing(live: Controller) -> None:
    tap(live, "code.questioning.analyze", "@Kofi")
    assert last(live).modifiers == {"asker": "me"}
    assert live.session.selected == who(live, "Kofi")


def test_a_students_question_carries_the_student_and_springs_back_to_me(live: Controller) -> None:
    tap(live, "@Zoe", "choose.questioning.asker.student", "code.questioning.create")
    assert (last(live).student, last(live).modifiers) == (who(live, "Zoe"), {"asker": "student"})
    tap(live, "code.questioning.apply")
    assert last(live).modifiers == {"asker": "me"}


def test_the_teachers_questions_are_off_until_they_are_switched_on_and_then_stay(live: Controller) -> None:
    tap(live, "choose.questioning.asker.teacher", "code.questioning.apply")
    assert last(live).modifiers == {"asker": "me"}
    tap(live, "asker_on", "choose.questioning.asker.teacher", "code.questioning.apply", "code.questioning.create")
    assert [o.modifiers["asker"] for o in live.log.observations] == ["me", "teacher", "teacher"]
    assert last(live).student is None


def test_the_askers_pad_steps_through_who_may_ask(live: Controller) -> None:
    channel, asker = live.places.bottom, live.places.asker
    assert channel is not None
    assert asker is not None

    def steps(n: int) -> list[str | None]:
        found = []
        for _ in range(n):
            tap(live, "asker")
            found.append(asking.choice(live, channel, asker))
        return found

    assert steps(3) == ["student", "me", "student"]
    tap(live, "asker", "asker_on")
    assert steps(3) == ["student", "teacher", "me"]


def test_waited_marks_the_last_question_for_half_a_minute(live: Controller, later: Callable[[float], None]) -> None:
    tap(live, "flag.questioning.waited")
    assert live.log.observations == ()
    tap(live, "code.questioning.analyze", "flag.questioning.waited")
    assert last(live).modifiers == {"asker": "me", "waited": True}
    tap(live, "flag.questioning.waited")
    assert len(live.log.observations) == 1
    tap(live, "code.questioning.apply")
    later(0.6)
    tap(live, "flag.questioning.waited")
    assert last(live).modifiers == {"asker": "me"}


# -- states and toggles --------------------------------------------------------------------------------


def test_a_role_ends_the_one_before_and_a_tap_on_the_lit_one_does_nothing(live: Controller) -> None:
    tap(live, "code.role.teach", "code.role.circulate", "code.role.circulate")
    assert [o.code for o in live.log.observations] == ["teach", "circulate"]
    assert live.view.states["role"].code == "circulate"


def test_a_toggle_goes_on_and_off(live: Controller) -> None:
    tap(live, "code.strategy.tiered", "code.strategy.compacting", "code.strategy.tiered")
    assert [(o.code, o.on) for o in live.log.observations] == [
        ("tiered", True), ("compacting", True), ("tiered", False),
    ]  # fmt: skip


def test_small_group_offers_with_whom_by_marking_tiles(live: Controller) -> None:
    tap(live, "code.role.group")
    assert mending.offer(live) == "with"
    tap(live, "strip", "@Amara", "@Mei", "@Zoe", "@Mei", "strip")
    assert last(live).with_whom == (who(live, "Amara"), who(live, "Zoe"))
    assert live.session.marking is None
    assert len(live.log.observations) == 1
    tap(live, "@Kofi")
    assert live.session.selected == who(live, "Kofi")


def test_whom_a_small_group_is_with_is_asked_again_when_it_was_taken_back(live: Controller) -> None:
    tap(live, "code.role.group", "strip", "@Amara", "strip", "undo")
    assert (last(live).code, last(live).with_whom) == ("group", ())
    assert mending.offer(live) == "with"
    tap(live, "strip", "@Kofi", "strip")
    assert last(live).with_whom == (who(live, "Kofi"),)
    assert mending.offer(live) != "with"


def test_arrows_mark_nobody(live: Controller) -> None:
    tap(live, "code.role.group", "strip", "right", "right", "strip")
    assert last(live).with_whom == ()


def test_the_last_group_is_offered_and_taken_with_one_more_tap(live: Controller) -> None:
    tap(live, "code.role.group", "strip", "@Amara", "@Mei", "strip", "code.role.teach", "code.role.group")
    assert last(live).with_whom == ()
    tap(live, "strip", "strip")
    assert set(last(live).with_whom) == {who(live, "Amara"), who(live, "Mei")}


def test_marks_are_kept_when_another_pad_is_tapped(live: Controller) -> None:
    tap(live, "@Zoe", "code.role.group", "strip", "@Amara", "code.engagement.active")
    role = next(o for o in live.log.observations if o.channel == "role")
    assert role.with_whom == (who(live, "Amara"),)
    assert last(live).code == "active"


def test_marks_of_a_state_that_was_taken_back_elsewhere_hold_up_no_pad(home_open: Home, live: Controller) -> None:
    tap(live, "code.role.group", "strip", "@Amara")
    Recorder(home_open, live.recorder.visit_id).undo()
    tap(live, "code.engagement.deep")
    assert [o.code for o in live.log.observations] == ["deep"]
    assert live.session.message == "the marks are not kept: it was voided"
    assert live.session.marking is None


def test_a_role_tapped_late_is_moved_back(home_open: Home) -> None:
    start = home_open.clock.now() - 7 * MINUTE
    id = visits.start_visit(home_open, section_id(home_open, "Gr 4 Rm 12"), at=start).id
    live = Controller(home_open, id)
    tap(live, "code.role.coach")
    tapped = last(live).at
    tap(live, "strip")
    assert last(live).at == tapped - 5 * MINUTE
    tap(live, "strip")
    assert last(live).at == start  # ten minutes ago the visit had not begun
    tap(live, "strip")
    assert last(live).at == tapped
    assert len(live.log.observations) == 1


def test_a_role_that_was_moved_back_over_other_logs_is_still_the_one_that_moves(home_open: Home) -> None:
    start = home_open.clock.now() - 30 * MINUTE
    id = visits.start_visit(home_open, section_id(home_open, "Gr 4 Rm 12"), at=start).id
    live = Controller(home_open, id)
    live.recorder.observe("engagement", "deep", student=who(live, "Kofi"), at=home_open.clock.now() - 2 * MINUTE)
    tap(live, "code.role.coach")
    tapped = last(live).at

    def began() -> int:
        return next(o.at for o in live.log.observations if o.channel == "role")

    for back in (5 * MINUTE, 10 * MINUTE, tapped - start, 0):
        tap(live, "strip")
        assert began() == tapped - back
    tap(live, "strip", "code.engagement.off")
    assert mending.offer(live) == "move"
    assert live.session.moving is None
    assert [o.student for o in live.log.observations if o.code == "deep"] == [who(live, "Kofi")]


def test_a_role_is_not_moved_back_over_the_one_that_it_ended(home_open: Home, later: Callable[[float], None]) -> None:
    start = home_open.clock.now() - 30 * MINUTE
    id = visits.start_visit(home_open, section_id(home_open, "Gr 4 Rm 12"), at=start).id
    live = Controller(home_open, id)
    tap(live, "code.role.teach")
    later(8)
    tap(live, "code.role.coach")
    tapped = last(live).at
    for back in (5 * MINUTE, 0, 5 * MINUTE):
        tap(live, "strip")
        assert live.view.states["role"].code == "coach"
        assert last(live).at == tapped - back
    tap(live, "code.role.model")
    assert mending.offer(live) == ""  # between the two there is no time
    tap(live, "strip")
    assert live.view.states["role"].code == "model"
    assert undoing.undo_words(live)[0] == "Model"


# -- mending -----------------------------------------------------------------------------------------------


def test_a_wrong_child_is_mended_in_two_taps(live: Controller) -> None:
    tap(live, "@Amara", "code.engagement.deep", "strip", "@Aiden")
    assert len(live.log.observations) == 1
    assert last(live).student == who(live, "Aiden")
    tap(live, "undo")
    assert last(live).student == who(live, "Amara")


def test_a_second_tap_on_the_strip_drops_it(live: Controller) -> None:
    tap(live, "@Amara", "code.engagement.deep", "strip", "strip", "@Aiden")
    assert last(live).student == who(live, "Amara")
    assert live.session.selected == who(live, "Aiden")


def test_another_pad_drops_it_and_does_its_own_work(live: Controller) -> None:
    tap(live, "@Amara", "code.engagement.deep", "strip", "code.engagement.off", "@Aiden")
    assert [(o.code, o.student) for o in live.log.observations] == [
        ("deep", who(live, "Amara")), ("off", who(live, "Amara")),
    ]  # fmt: skip


def test_a_note_by_finger_is_a_flag_and_by_keyboard_a_line(live: Controller) -> None:
    tap(live, "@Amara", "code.engagement.deep")
    live.press("note", touch=True)
    assert [(n.student, n.body) for n in live.log.notes] == [(who(live, "Amara"), "")]
    assert live.session.told == "flag / Amara"
    tap(live, "undo")
    assert live.log.notes == ()
    live.press("note")
    assert live.session.typing == ""
    live.session.typing = "draws the rule"
    mending.keep_note(live)
    live.refresh()
    assert last(live).note == "draws the rule"
    assert live.session.typing is None


@pytest.mark.parametrize("meanwhile", [("@Aiden",), ("look", "code.engagement.active"), ("everyone",)])
def test_a_note_is_about_whom_it_was_begun_for(live: Controller, meanwhile: tuple[str, ...]) -> None:
    tap(live, "@Amara", "note", *meanwhile)
    assert live.session.selected != who(live, "Amara")
    live.session.typing = "draws the rule"
    mending.keep_note(live)
    live.refresh()
    assert [(n.student, n.body) for n in live.log.notes] == [(who(live, "Amara"), "draws the rule")]


def test_a_note_on_a_tap_that_is_taken_back_meanwhile_is_one_of_its_own(live: Controller) -> None:
    tap(live, "@Amara", "code.engagement.deep", "note", "undo")
    live.session.typing = "draws the rule"
    mending.keep_note(live)
    live.refresh()
    assert [(n.student, n.body) for n in live.log.notes] == [(who(live, "Amara"), "draws the rule")]
    assert (live.session.typing, live.session.message) == (None, "")


@pytest.mark.parametrize("before", [(), ("code.engagement.deep",)], ids=["of its own", "on a tap"])
def test_a_note_on_a_child_who_is_erased_meanwhile_is_not_kept_and_the_strip_says_so(
    home_open: Home, live: Controller, before: tuple[str, ...]
) -> None:
    amara = who(live, "Amara")
    tap(live, "@Amara", *before, "note")
    live.session.typing = "draws the rule"
    purge.purge(home_open, "student", amara)
    mending.keep_note(live)
    assert live.session.message == "the words are not kept: whom they are about was erased meanwhile"
    assert live.session.typing == "draws the rule"  # hers to drop


def test_a_note_that_says_what_it_said_is_no_act(live: Controller) -> None:
    tap(live, "@Amara", "code.engagement.deep", "note")
    mending.keep_note(live)
    assert live.session.typing is None
    tap(live, "undo")
    assert live.log.observations == ()


def test_undo_and_redo_name_a_change_of_what_was_logged_and_not_the_tap_itself(live: Controller) -> None:
    """After "Waited 3+" undo was called Analyze, as if it took the question back."""
    tap(live, "@Amara", "code.questioning.analyze")
    assert undoing.undo_words(live)[0] == "Analyze"
    tap(live, "flag.questioning.waited")
    assert undoing.undo_words(live)[0] == "Waited 3+"
    tap(live, "undo")
    assert undoing.redo_words(live)[0] == "Waited 3+"
    assert undoing.undo_words(live)[0] == "Analyze"
    tap(live, "redo", "strip", "@Aiden")
    assert undoing.undo_words(live)[0] == "Answered by"
    tap(live, "code.engagement.deep", "strip", "@Mei")
    assert undoing.undo_words(live) == ("moved",)
    live.press("note")
    live.session.typing = "draws the rule"
    mending.keep_note(live)
    live.refresh()
    assert undoing.undo_words(live)[0] == "note"
    tap(live, "code.role.group", "strip", "@Amara", "strip")
    assert undoing.undo_words(live)[0] == "with whom"
    tap(live, "strip")
    assert undoing.undo_words(live)[0] == "the time"
    for left in ("with whom", "Small group", "note", "moved", "Thinking Aiden"):
        tap(live, "undo")
        assert undoing.undo_words(live)[0] == left


def test_who_is_away_is_marked_on_the_tiles(live: Controller) -> None:
    tap(live, "away", "@Mei", "@Zoe", "strip")
    assert undoing.undo_words(live) == ("who is away", "away")  # as the pad is called: "here" would say the contrary
    assert who(live, "Mei") not in live.view.present
    assert len(live.view.present) == len(CLASS) - 2
    tap(live, "away", "@Mei", "strip")
    assert who(live, "Mei") in live.view.present
    tap(live, "undo")
    assert who(live, "Mei") not in live.view.present


def test_logging_an_absent_student_marks_the_student_present_and_says_so(live: Controller) -> None:
    tap(live, "away", "@Mei", "strip", "@Mei", "code.engagement.active")
    assert who(live, "Mei") in live.view.present
    assert "here again" in live.session.message


def test_pause_and_go_on(live: Controller) -> None:
    tap(live, "pause")
    assert live.view.paused
    tap(live, "@Amara", "code.engagement.off")
    assert live.view.paused
    tap(live, "pause")
    assert not live.view.paused


# -- undo and redo ---------------------------------------------------------------------------------------------


def test_undo_takes_back_the_last_thing_whatever_it_was(live: Controller) -> None:
    tap(live, "@Amara", "code.engagement.deep", "@Aiden")
    assert undoing.undo_words(live)[0] == "▶Aiden"
    tap(live, "undo")
    assert live.session.selected == who(live, "Amara")
    assert undoing.undo_words(live)[0] == "Thinking Amara"
    tap(live, "undo")
    assert live.log.observations == ()
    assert undoing.undo_words(live) == ()


def test_redo_brings_back_in_order_until_the_next_log(live: Controller) -> None:
    tap(live, "@Amara", "code.engagement.deep", "@Aiden", "undo", "undo", "redo")
    assert last(live).code == "deep"
    tap(live, "redo")
    assert live.session.selected == who(live, "Aiden")
    tap(live, "undo", "undo", "code.engagement.off", "redo")
    assert [o.code for o in live.log.observations] == ["off"]


def test_undo_reaches_what_an_earlier_run_logged(home_open: Home, visit: str) -> None:
    first = Controller(home_open, visit)
    tap(first, "@Amara", "code.engagement.deep", "code.role.teach")
    second = Controller(home_open, visit)
    assert undoing.undo_words(second)[0] == "Teach"
    tap(second, "undo", "undo")
    assert second.log.observations == ()


def test_a_visit_that_is_taken_up_again_goes_on_with_its_last_student(home_open: Home, visit: str) -> None:
    first = Controller(home_open, visit)
    tap(first, "@Kofi", "code.engagement.deep")
    assert Controller(home_open, visit).session.selected == who(first, "Kofi")


# -- a look at everyone ------------------------------------------------------------------------------------------


def test_a_look_at_everyone_rates_each_in_turn_and_ends_by_itself(live: Controller) -> None:
    tap(live, "look")
    for seat in live.view.seats:
        assert live.session.selected == seat.student.id
        tap(live, "code.engagement.active")
    assert live.session.looking is None
    assert {(o.method, o.sweep) for o in live.log.observations} == {("sweep", 1)}
    assert live.session.told == "25 of 25\nlooked at 25"


def test_the_end_of_a_look_says_how_many_were_skipped(live: Controller) -> None:
    tap(live, "look", "skip", "code.engagement.deep", "skip", "skip", *["code.engagement.active"] * 21)
    assert live.session.looking is None
    assert live.session.told == "25 of 25, 3 skipped\nlooked at 22"
    assert len(live.log.observations) == 22


def test_a_skipped_student_who_is_away_then_is_not_counted_in_a_look(live: Controller) -> None:
    tap(live, "look", "skip", "look", "away", "@Amara", "strip", "look", *["code.engagement.active"] * 24)
    assert live.session.told == "24 of 24\nlooked at 24"


def test_other_pads_work_between_looks_and_do_not_go_on(live: Controller) -> None:
    tap(live, "look", "code.engagement.active", "code.challenge.easy", "code.spark.insight", "code.role.coach")
    assert live.session.selected == who(live, "Aiden")
    assert [o.method for o in live.log.observations] == ["sweep", "sweep", "tap", "tap"]


def test_skip_is_no_rating_and_undo_goes_one_back(live: Controller) -> None:
    tap(live, "look", "code.engagement.active", "skip", "code.engagement.off", "undo")
    assert live.session.selected == who(live, "Beatriz")
    assert live.log.sweeps[0].skipped == (who(live, "Aiden"),)
    assert [o.code for o in live.log.observations] == ["active"]


def test_stop_keeps_what_there_is_and_coming_back_goes_on(live: Controller) -> None:
    tap(live, "look", "code.engagement.active", "look", "@Zoe", "code.engagement.off")
    assert last(live).method == "tap"
    tap(live, "look")
    assert live.session.selected == who(live, "Aiden")
    assert len(live.log.sweeps) == 1


def test_a_look_goes_on_where_it_was_after_a_kill(home_open: Home, live: Controller) -> None:
    tap(live, "look", "code.engagement.active", "skip", "code.engagement.off")
    after = Controller(home_open, live.recorder.visit_id)
    assert after.session.looking is None
    tap(after, "look")
    assert after.session.looking == 1
    assert after.session.selected == after.view.seats[3].student.id
    tap(after, "code.engagement.deep")
    assert [o.sweep for o in after.log.observations] == [1, 1, 1]


def test_undo_goes_back_to_one_who_was_skipped(live: Controller) -> None:
    tap(live, "look", "code.engagement.active", "skip", "undo")
    assert live.session.selected == who(live, "Aiden")
    assert live.log.sweeps[0].skipped == ()
    tap(live, "redo")
    assert live.session.selected == who(live, "Beatriz")
    assert live.log.sweeps[0].skipped == (who(live, "Aiden"),)


def test_a_second_skip_of_one_student_is_no_act_that_undo_would_have_to_take_back(live: Controller) -> None:
    tap(live, "look", "skip", "back", "skip")
    assert live.session.selected == who(live, "Aiden")
    tap(live, "undo")
    assert live.session.selected == who(live, "Amara")
    assert live.log.sweeps[0].skipped == ()


def test_redo_of_a_look_goes_on_to_the_next(live: Controller) -> None:
    tap(live, "look", "code.engagement.active", "undo", "redo")
    assert live.session.selected == who(live, "Aiden")
    assert len(live.log.observations) == 1


def test_undo_of_the_last_look_goes_on_with_the_look_that_was_through(live: Controller) -> None:
    tap(live, "look", *["code.engagement.active"] * 25)
    assert live.session.looking is None
    tap(live, "undo")
    assert live.session.looking == 1
    assert live.session.selected == who(live, "Zoe")
    tap(live, "code.engagement.off")
    assert live.session.looking is None
    assert [o.sweep for o in live.log.observations] == [1] * 25


def test_undo_in_a_look_that_was_stopped_leaves_it_stopped(live: Controller) -> None:
    tap(live, "look", "code.engagement.active", "look", "undo")
    assert live.session.looking is None


def test_undo_of_the_beginning_of_a_look_ends_it(live: Controller) -> None:
    tap(live, "look", "undo")
    assert live.session.looking is None
    tap(live, "@Zoe", "code.engagement.off")
    assert (last(live).method, last(live).sweep) == ("tap", None)


def test_one_who_is_away_no_more_does_not_begin_a_look_again(live: Controller) -> None:
    tap(live, "look", *["code.engagement.active"] * 25, "away", "@Zoe", "strip", "undo")
    assert live.session.looking is None


def test_a_second_look_at_one_student_takes_the_place_of_the_first(live: Controller) -> None:
    tap(live, "look", "code.engagement.active", "back")
    assert live.session.selected == who(live, "Amara")
    tap(live, "code.engagement.deep")
    assert [(o.code, o.student, o.sweep) for o in live.log.observations] == [("deep", who(live, "Amara"), 1)]
    assert live.session.selected == who(live, "Aiden")
    tap(live, "undo")
    assert last(live).code == "active"


def test_one_who_is_up_in_a_look_and_turns_out_to_be_away_is_passed_over(live: Controller) -> None:
    tap(live, "look", "code.engagement.active", "away", "@Aiden", "strip")
    assert live.session.looking == 1
    assert live.session.selected == who(live, "Beatriz")
    tap(live, "code.engagement.deep")
    assert last(live).student == who(live, "Beatriz")
    assert who(live, "Aiden") not in live.view.present


def test_absent_students_are_left_out_of_a_look(live: Controller) -> None:
    tap(live, "away", "@Amara", "strip", "look")
    assert live.session.selected == who(live, "Aiden")


# -- one for all protocols ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", ["push_in", "dcos", "copus"])
def test_every_code_of_every_shipped_protocol_logs(home_open: Home, protocol: str) -> None:
    section = section_id(home_open, "Gr 4 Rm 12")
    live = Controller(home_open, visits.start_visit(home_open, section, protocol=protocol).id)
    if live.places.tiles:
        tap(live, "@Amara")
    n = 0
    for channel in live.protocol.channels:
        for code in channel.codes:
            tap(live, f"code.{channel.name}.{code.key}")
            n += 1
            assert live.session.message == ""
    assert len(live.log.observations) == n


def test_a_visit_without_a_class_takes_codes_about_everyone(home_open: Home) -> None:
    live = Controller(home_open, visits.start_visit(home_open, None).id)
    tap(live, "code.engagement.active", "code.role.teach", "look", "unseen", "again")
    assert [o.code for o in live.log.observations] == ["active", "teach"]


def test_a_stranger_of_an_id_does_nothing(live: Controller) -> None:
    for id in (
        "code.engagement.nope",
        "code.nope.deep",
        "choose.engagement.x.y",
        "flag.role.x",
        "nope",
        "",
        "step.a.b",
    ):
        live.press(id)
    assert live.log.observations == ()


def test_what_another_process_logs_is_seen(home_open: Home, visit: str, live: Controller) -> None:
    other = school_again(home_open)
    Controller(other, visit).press("code.engagement.active")
    other.close()
    live.refresh()
    assert len(live.log.observations) == 1


def school_again(home: Home) -> Home:
    return school(home.path, {})


def test_ids_are_names_of_the_section(home_open: Home, live: Controller) -> None:
    assert {seat.student.id for seat in live.view.seats} == set(ids(home_open, "Gr 4 Rm 12").values())
