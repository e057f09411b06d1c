"""Looks in every order, of a part, in two channels, at a cue, six at a time: what is logged, and who is next."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from observe.domain import sampling
from observe.services import classroom, settings, summary, visits
from observe.services.home import Home
from observe.services.record import Recorder
from observe.ui.live import cues, looking
from observe.ui.live.controller import Controller

from .school import CLASS, school, section_id
from .test_controller import last, tap, who

MINUTE = 60_000
ACTIVE, EASY = "code.engagement.active", "code.challenge.easy"
SEATS = tuple(range(25))


def seats(live: Controller, students: object) -> list[int]:
    """Where they sit, from 0."""
    ids = [seat.student.id for seat in live.view.seats]
    return [ids.index(student) for student in students]  # type: ignore[attr-defined]  # reason: tuples of ids


def in_order(home: Home, live: Controller, order: str) -> None:
    while settings.get(home, "look_order") != order:
        tap(live, "look_order")


# -- orders -------------------------------------------------------------------------------------------------


def test_the_order_steps_in_the_menu_and_the_next_pass_has_it(home_open: Home, live: Controller) -> None:
    assert settings.get(home_open, "look_order") == "seat"
    for order in ("random", "least_seen", "seat"):
        tap(live, "look_order")
        assert settings.get(home_open, "look_order") == order
    in_order(home_open, live, "random")
    tap(live, "look")
    sweep = live.log.sweeps[0]
    assert sweep.order == "random"
    assert sweep.seed is not None
    assert sweep.students == sampling.shuffled(live.view.present, sweep.seed)
    assert seats(live, sweep.students) != list(SEATS)
    assert live.session.selected == sweep.students[0]


def test_two_random_passes_are_drawn_apart(home_open: Home, live: Controller) -> None:
    in_order(home_open, live, "random")
    tap(live, "look", *[ACTIVE] * 25, "look")
    first, second = live.log.sweeps
    assert first.seed != second.seed
    assert first.students != second.students


def test_least_seen_first_goes_by_what_was_logged_in_this_visit(
    home_open: Home, live: Controller, later: Callable[[float], None]
) -> None:
    tap(live, "@Amara", ACTIVE, "code.spark.insight", "@Beatriz", EASY)
    later(1)
    tap(live, "@Aiden", ACTIVE)
    in_order(home_open, live, "least_seen")
    tap(live, "look")
    assert live.log.sweeps[0].seed is None
    # All others by seat, then the two who were seen once, the one unseen longer before the other, then Amara.
    assert seats(live, live.log.sweeps[0].students) == [*range(3, 25), 2, 1, 0]


@pytest.mark.parametrize("order", sampling.ORDERS)
def test_a_pass_goes_on_in_its_order_after_a_kill_whatever_is_drawn_or_set_since(
    home_open: Home, live: Controller, order: str
) -> None:
    tap(live, "@Kofi", ACTIVE)
    in_order(home_open, live, order)
    tap(live, "look", ACTIVE, "skip", "code.engagement.off")
    students = live.log.sweeps[0].students
    settings.put(home_open, "look_order", "random")
    after = Controller(home_open, live.recorder.visit_id)
    tap(after, "look")
    assert after.session.selected == students[3]
    for student in students[3:]:
        assert after.session.selected == student
        tap(after, "code.engagement.deep")
    assert after.session.looking is None
    assert [o.student for o in after.log.observations if o.sweep == 1] == [students[0], *students[2:]]
    [one] = summary.summary(home_open, live.recorder.visit_id)["sweeps"]
    assert (one["order"], one["asked"], one["rated"], one["skipped"], one["missed"]) == (order, 25, 24, 1, 1)


def test_tiles_keep_their_seats_in_a_random_pass(home_open: Home, live: Controller) -> None:
    before = [seat.student.id for seat in live.view.seats]
    in_order(home_open, live, "random")
    tap(live, "look", *[ACTIVE] * 5)
    assert [seat.student.id for seat in live.view.seats] == before


def test_back_goes_back_in_the_order_of_the_pass(home_open: Home, live: Controller) -> None:
    in_order(home_open, live, "random")
    tap(live, "look", ACTIVE, ACTIVE, "back")
    assert live.session.selected == live.log.sweeps[0].students[1]


# -- two channels in one pass -------------------------------------------------------------------------------------


def test_challenge_belongs_to_the_look_and_does_not_go_on(home_open: Home, live: Controller) -> None:
    amara, aiden = who(live, "Amara"), who(live, "Aiden")
    tap(live, "look", "code.challenge.known")
    assert live.session.selected == amara
    tap(live, "code.engagement.waiting")
    assert live.session.selected == aiden
    tap(live, "code.engagement.deep", "back", "code.challenge.stretch")
    assert live.session.selected == aiden
    assert [(o.channel, o.student, o.method, o.sweep) for o in live.log.observations] == [
        ("challenge", amara, "sweep", 1), ("engagement", amara, "sweep", 1),
        ("engagement", aiden, "sweep", 1), ("challenge", aiden, "sweep", 1),
    ]  # fmt: skip
    pairs = summary.summary(home_open, live.recorder.visit_id)["pairs"]
    assert (pairs["lost_time"]["n"], pairs["lost_time"]["both"], pairs["flow"]["both"]) == (2, 1, 1)
    tap(live, "skip")
    assert live.session.selected == who(live, "Beatriz")
    assert live.log.sweeps[0].skipped == ()


def test_a_second_challenge_in_a_look_takes_the_place_of_the_first(live: Controller) -> None:
    tap(live, "look", "code.challenge.known", "code.challenge.stretch", ACTIVE, "back", EASY)
    assert {(o.channel, o.code) for o in live.log.observations} == {("engagement", "active"), ("challenge", "easy")}
    assert len(live.log.observations) == 2


def test_a_look_is_moved_to_no_child_who_has_one_in_this_pass(live: Controller) -> None:
    """Two looks at one child would count it twice in the shares of the pass."""
    tap(live, "look", ACTIVE, "code.engagement.deep", "strip", "@Amara")
    assert [(o.code, o.student) for o in live.log.observations] == [
        ("active", who(live, "Amara")), ("deep", who(live, "Aiden")),
    ]  # fmt: skip
    assert live.session.message == "Amara is looked at already"
    tap(live, "@Aiden", "strip", "@Zoe")
    assert [o.student for o in live.log.observations] == [who(live, "Amara"), who(live, "Zoe")]


def test_a_look_stays_with_whoever_is_up_when_the_last_log_is_put_right(live: Controller) -> None:
    """Else the next rating would take the place of the look that was just moved."""
    tap(live, "look", ACTIVE, "strip", "@Kofi")
    assert live.session.selected == who(live, "Aiden")
    tap(live, "code.engagement.off")
    looks = [("active", who(live, "Kofi")), ("off", who(live, "Aiden"))]
    assert [(o.code, o.student) for o in live.log.observations] == looks
    tap(live, "code.questioning.apply", "strip", "@Mei")
    assert live.log.observations[-1].modifiers["answered_by"] == who(live, "Mei")
    assert live.session.selected == who(live, "Beatriz")
    tap(live, ACTIVE, "strip", "@Caleb")  # it was the one who is up by now
    assert live.session.selected == who(live, "Chloe")


def test_undo_of_a_moved_look_leaves_whoever_is_up(live: Controller) -> None:
    tap(live, "look", ACTIVE, "strip", "@Kofi", "undo")
    assert [o.student for o in live.log.observations] == [who(live, "Amara")]
    assert live.session.selected == who(live, "Aiden")
    tap(live, "redo")
    assert [o.student for o in live.log.observations] == [who(live, "Kofi")]
    assert live.session.selected == who(live, "Aiden")
    tap(live, "undo", "undo")
    assert live.session.selected == who(live, "Amara")


def test_a_challenge_alone_leaves_the_student_to_be_looked_at(home_open: Home, live: Controller) -> None:
    tap(live, "look", EASY)
    after = Controller(home_open, live.recorder.visit_id)
    tap(after, "look")
    assert after.session.selected == who(live, "Amara")
    tap(after, ACTIVE, "undo", "undo")
    assert after.session.selected == who(live, "Amara")
    assert after.log.observations == ()


def test_after_the_last_student_challenge_still_belongs_to_that_look_for_a_minute(
    live: Controller, later: Callable[[float], None]
) -> None:
    tap(live, "look", *[ACTIVE] * 25, EASY, "code.challenge.stretch")
    assert (last(live).channel, last(live).code, last(live).sweep, last(live).student) == (
        "challenge", "stretch", 1, who(live, "Zoe"),
    )  # fmt: skip
    tap(live, ACTIVE)
    assert last(live).method == "tap"
    tap(live, EASY)
    assert last(live).method == "tap"


def test_later_or_for_another_student_it_is_a_tap(live: Controller, later: Callable[[float], None]) -> None:
    tap(live, "look", *[ACTIVE] * 25, "@Amara", EASY, "@Zoe", EASY)
    assert [o.method for o in live.log.observations[-2:]] == ["tap", "tap"]
    tap(live, "look", *[ACTIVE] * 25)
    later(1)
    tap(live, EASY)
    assert last(live).method == "tap"


def test_one_who_comes_after_it_began_is_looked_at_too_and_undo_takes_that_look_back(live: Controller) -> None:
    tap(live, "away", "@Amara", "strip", "look", ACTIVE, "away", "@Amara", "strip")
    aiden, amara = who(live, "Aiden"), who(live, "Amara")
    tap(live, "@Amara", ACTIVE)
    assert [(o.student, o.sweep) for o in live.log.observations] == [(aiden, 1), (amara, 1)]
    tap(live, "undo")
    assert [(o.student, o.sweep) for o in live.log.observations] == [(aiden, 1)]
    assert (live.session.looking, live.session.selected) == (1, amara)
    tap(live, *[ACTIVE] * 24)
    assert live.session.told == "25 of 25\nlooked at 25"
    tap(live, "undo")
    assert (live.session.looking, live.session.selected) == (1, who(live, "Zoe"))


def test_of_everyone_nothing_is_a_look(live: Controller) -> None:
    tap(live, "look", "everyone", EASY, ACTIVE)
    assert [(o.method, o.student) for o in live.log.observations] == [("tap", None), ("tap", None)]


# -- those not yet seen ------------------------------------------------------------------------------------------


def seen_but(live: Controller, *names: str) -> None:
    for seat in live.view.seats:
        if seat.student.name.split()[0] not in names:
            tap(live, f"student.{seat.student.id}", "code.spark.insight")


def test_the_list_is_one_key_away_and_is_swept_at_once(home_open: Home, live: Controller) -> None:
    seen_but(live, "Kofi", "Mei", "Zoe")
    tap(live, "unseen_list")
    assert live.session.open == "sheet.not-seen"
    tap(live, "look_unseen")
    assert live.session.open == ""
    going = looking.current(live)
    assert going is not None
    assert (going.order, going.part) == ("unseen", True)
    assert seats(live, going.students) == [12, 15, 24]
    assert looking.words(going)[0] == "LOOK AT THOSE NOT YET SEEN 1 of 3"
    tap(live, ACTIVE, "skip", ACTIVE)
    assert live.session.looking is None
    figures = summary.summary(home_open, live.recorder.visit_id)
    [one] = figures["sweeps"]
    assert (one["of"], one["asked"], one["rated"], one["missed"]) == ("part", 3, 2, 1)
    methods = figures["channels"]["engagement"]["by_method"]
    assert (methods["sweep"]["n"], methods["part"]["n"]) == (0, 2)
    assert figures["coverage"]["seen"] == 24


def test_nobody_else_is_looked_at_in_it(live: Controller) -> None:
    seen_but(live, "Kofi", "Mei")
    tap(live, "look_unseen", "@Amara", ACTIVE, EASY)
    assert [(o.method, o.sweep) for o in live.log.observations[-2:]] == [("tap", None)] * 2
    tap(live, "@Mei", EASY, ACTIVE)
    assert [o.sweep for o in live.log.observations[-2:]] == [1, 1]
    assert live.session.selected == who(live, "Kofi")


def test_it_goes_on_after_a_kill_and_a_look_at_everyone_is_another_pass(home_open: Home, live: Controller) -> None:
    seen_but(live, "Kofi", "Mei", "Zoe")
    tap(live, "look_unseen", "skip")
    after = Controller(home_open, live.recorder.visit_id)
    tap(after, "look_unseen", ACTIVE)
    assert [sweep.number for sweep in after.log.sweeps] == [1]
    assert last(after).student == who(live, "Mei")
    tap(after, "look", "look")
    assert [(sweep.number, sweep.order) for sweep in after.log.sweeps] == [(1, "unseen"), (2, "seat")]


def test_when_everybody_was_seen_it_says_so(live: Controller) -> None:
    seen_but(live)
    for id in ("unseen_list", "look_unseen"):
        tap(live, id)
        assert live.session.message == "everybody who is here was seen"
    assert live.log.sweeps == ()
    assert live.session.open == ""


def test_whoever_is_away_is_not_missed(live: Controller) -> None:
    seen_but(live, "Kofi", "Mei")
    tap(live, "away", "@Kofi", "strip", "look_unseen")
    assert seats(live, live.log.sweeps[0].students) == [15]


# -- cues --------------------------------------------------------------------------------------------------------


def ticking(live: Controller, later: Callable[[float], None], seconds: int) -> list[bool]:
    """So many seconds pass; whether a cue was on the glass after each."""
    seen = []
    for _ in range(seconds):
        later(1 / 60)
        live.tick()
        seen.append(cues.shown(live))
    return seen


def test_a_cue_comes_in_each_part_of_the_visit_and_a_pass_within_two_minutes_answers_it(
    home_open: Home, live: Controller, later: Callable[[float], None]
) -> None:
    settings.put(home_open, "cue", "3")
    moments = sampling.cues(live.recorder.visit_id, 3, 45 * MINUTE)
    later(moments[0] / MINUTE - 0.05)
    seen = ticking(live, later, 10)
    assert not seen[0]
    assert seen[-1]
    assert len(live.log.cues) == 1
    tap(live, "look")
    assert not cues.shown(live)
    tap(live, "look")
    # The second is let pass: it goes away by itself, and is not said again.
    later((moments[1] - live.view.ms) / MINUTE + 0.02)
    assert all(ticking(live, later, 2))
    later(2)
    assert not any(ticking(live, later, 3))
    figures = summary.summary(home_open, live.recorder.visit_id)
    assert figures["cues"] == {"shown": 2, "answered": 1}


def test_after_a_restart_the_moments_are_the_same_and_a_cue_is_shown_once(
    home_open: Home, live: Controller, later: Callable[[float], None]
) -> None:
    settings.put(home_open, "cue", "4")
    moments = sampling.cues(live.recorder.visit_id, 4, 45 * MINUTE)
    later(moments[0] / MINUTE + 0.5)
    live.tick()
    shown = live.log.cues
    assert len(shown) == 1
    after = Controller(home_open, live.recorder.visit_id)
    assert ticking(after, later, 3) == [True] * 3
    assert after.log.cues == shown
    # One that was due while the app was closed is not made up for.
    later((moments[1] - after.view.ms) / MINUTE + 2.1)
    Controller(home_open, live.recorder.visit_id).tick()
    assert live.recorder.log().cues == shown


def test_no_cue_while_she_looks_at_everyone_in_a_pause_or_when_it_is_off(
    home_open: Home, live: Controller, later: Callable[[float], None]
) -> None:
    moments = sampling.cues(live.recorder.visit_id, 4, 45 * MINUTE)
    later(moments[0] / MINUTE + 0.01)
    assert not any(ticking(live, later, 2))
    settings.put(home_open, "cue", "4")
    tap(live, "pause")
    assert not any(ticking(live, later, 2))
    tap(live, "pause", "look")
    assert not any(ticking(live, later, 2))
    tap(live, "look")
    assert not any(ticking(live, later, 2))
    assert live.log.cues == ()


def test_at_a_cue_a_new_pass_begins_also_where_one_was_stopped(
    home_open: Home, live: Controller, later: Callable[[float], None]
) -> None:
    tap(live, "look", ACTIVE, "look")
    later(4)
    live.recorder.cue(1)
    live.tick()
    tap(live, "look", ACTIVE)
    assert [o.sweep for o in live.log.observations] == [1, 2]
    assert live.session.looking == 2
    tap(live, "look", "look")  # stopped and taken up again: the cue was answered
    assert live.session.looking == 2
    figures = summary.summary(home_open, live.recorder.visit_id)
    assert figures["cues"] == {"shown": 1, "answered": 1}
    assert [one["missed"] for one in figures["sweeps"]] == [24, 24]


def test_a_cue_is_no_act_of_hers(home_open: Home, live: Controller, later: Callable[[float], None]) -> None:
    settings.put(home_open, "cue", "3")
    tap(live, "@Amara", ACTIVE)
    later(sampling.cues(live.recorder.visit_id, 3, 45 * MINUTE)[0] / MINUTE + 0.05)
    live.tick()
    assert len(live.log.cues) == 1
    tap(live, "undo")
    assert live.log.observations == ()
    assert len(live.log.cues) == 1


# -- focal looks -----------------------------------------------------------------------------------------------


@pytest.fixture
def focal(home_open: Home, live: Controller) -> Controller:
    settings.put(home_open, "focal_looks", "yes")
    tap(live, "focal")
    return live


def test_six_are_dealt_and_every_two_minutes_six_more(focal: Controller, later: Callable[[float], None]) -> None:
    first = focal.log.sweeps[0]
    assert (first.order, len(first.students)) == ("focal", 6)
    assert focal.session.selected == first.students[0]
    tap(focal, *[ACTIVE] * 6)
    assert focal.session.looking is None
    ticking(focal, later, 30)
    assert len(focal.log.sweeps) == 1
    later(1.5)
    focal.tick()
    second = focal.log.sweeps[1]
    assert second.seed == first.seed
    assert second.students == sampling.deal(focal.view.present, [first.students], first.seed or 0, frozenset())
    assert not set(first.students) & set(second.students)


def test_identified_students_and_the_others_are_looked_at_in_turns(
    home_open: Home, focal: Controller, later: Callable[[float], None]
) -> None:
    tap(focal, "focal")  # off
    known = set(focal.view.present[:4])
    for student in known:
        classroom.identify(home_open, student, True)
    focal.refresh()
    tap(focal, "focal")
    ticking(focal, later, 122)
    deals = [sweep.students for sweep in focal.log.sweeps[1:]]
    assert len(deals) == 2
    first = deals[0][0] in known
    assert [[who in known for who in one] for one in deals] == [[first, not first] * 3, [not first, first] * 3]
    # The first six, dealt before anybody was identified, count: who was among them may wait for the others.
    assert known <= {who for sweep in focal.log.sweeps for who in sweep.students}


def test_a_look_of_more_than_twenty_seconds_is_missed(focal: Controller, later: Callable[[float], None]) -> None:
    six = focal.log.sweeps[0].students
    ticking(focal, later, 19)
    assert focal.session.selected == six[0]
    ticking(focal, later, 3)
    assert focal.session.selected == six[1]
    assert focal.log.sweeps[0].skipped == (six[0],)
    tap(focal, ACTIVE)
    ticking(focal, later, 18)
    assert focal.session.selected == six[2]  # each has twenty seconds of its own
    later(2)
    focal.tick()
    assert len(focal.log.sweeps) == 2  # the rest of the first six was not reached
    figures = summary.summary(focal.home, focal.recorder.visit_id)
    assert [(one["of"], one["asked"], one["rated"], one["missed"]) for one in figures["sweeps"]] == [
        ("part", 6, 1, 5), ("part", 6, 0, 6),
    ]  # fmt: skip
    assert figures["channels"]["engagement"]["by_method"]["sweep"]["n"] == 0


def test_a_pause_stops_it_and_stopping_ends_it(focal: Controller, later: Callable[[float], None]) -> None:
    tap(focal, "pause")
    later(5)
    ticking(focal, later, 2)
    assert len(focal.log.sweeps) == 1
    assert focal.log.sweeps[0].skipped == ()
    tap(focal, "pause", "look")
    assert focal.session.looking is None
    later(5)
    ticking(focal, later, 2)
    assert len(focal.log.sweeps) == 1
    tap(focal, "focal")
    assert len(focal.log.sweeps) == 2


def test_in_a_pause_nobody_is_dealt(home_open: Home, live: Controller, later: Callable[[float], None]) -> None:
    tap(live, "pause", "focal")
    ticking(live, later, 2)
    assert live.log.sweeps == ()
    tap(live, "pause")
    ticking(live, later, 1)
    assert len(live.log.sweeps) == 1


def test_the_deals_go_on_after_a_restart_and_wait_for_a_look_at_everyone(
    home_open: Home, focal: Controller, later: Callable[[float], None]
) -> None:
    first = focal.log.sweeps[0]
    after = Controller(home_open, focal.recorder.visit_id)
    assert after.session.focal is None
    tap(after, "focal")
    second = after.log.sweeps[1]
    assert second.students == sampling.deal(after.view.present, [first.students], first.seed or 0, frozenset())
    tap(after, *[ACTIVE] * 6, "look")
    assert after.log.sweeps[2].order == "seat"
    later(3)
    ticking(after, later, 3)
    assert len(after.log.sweeps) == 3
    assert after.session.looking == 3


def test_it_does_not_begin_in_a_look_at_everyone(home_open: Home, live: Controller) -> None:
    settings.put(home_open, "focal_looks", "yes")
    tap(live, "look", "focal")
    assert "stop it first" in live.session.message
    assert live.session.focal is None


def test_a_class_of_four_is_dealt_whole(tmp_path: object, home: object) -> None:
    opened = school(home, {"Small": CLASS[:4]})  # type: ignore[arg-type]  # reason: a path
    visit = visits.start_visit(opened, section_id(opened, "Small")).id
    live = Controller(opened, visit)
    tap(live, "focal")
    assert sorted(live.log.sweeps[0].students) == sorted(live.view.present)
    assert Recorder(opened, visit).log().sweeps[0].order == "focal"
    opened.close()
