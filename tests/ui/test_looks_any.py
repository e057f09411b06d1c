"""Whatever she does in a pass, in any order, with the power gone at any time: nobody twice, nobody forgotten."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from observe.domain import sampling
from observe.services import settings as settings_
from observe.services import summary, visits
from observe.services.home import Home
from observe.ui.live import looking
from observe.ui.live.controller import Controller

from .school import CLASS, school, section_id

ROOM = "Gr 4 Rm 12"
SEVEN = CLASS[:7]

step = st.one_of(
    st.sampled_from(("rate", "rate", "rate", "rate", "challenge", "skip", "back", "undo", "redo")),
    st.sampled_from(("stop and go on", "power gone", "spark", "role")),
    st.tuples(st.just("tile"), st.integers(0, 6)),
    st.tuples(st.just("away"), st.integers(0, 6)),
)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    opened = school(tmp_path_factory.mktemp("any") / "home", {ROOM: SEVEN})
    yield opened
    opened.close()


def do(room: Home, live: Controller, what: str | tuple[str, int]) -> Controller:
    codes = {"rate": "code.engagement.active", "challenge": "code.challenge.easy", "spark": "code.spark.insight"}
    if isinstance(what, tuple):
        seat = live.view.seats[what[1]].student.id
        if what[0] == "tile":
            live.press(f"student.{seat}")
        elif live.session.selected is None or len(live.view.present) > 3:
            for id in ("away", f"student.{seat}", "strip"):
                live.press(id)
    elif what == "power gone":
        going = live.session.looking is not None
        live = Controller(room, live.recorder.visit_id)
        if going:
            live.press("look")
    elif what == "stop and go on":
        if live.session.looking is not None:
            live.press("look")
            live.press("look")
    elif what == "role":
        live.press("code.role.coach")
    else:
        live.press(codes.get(what, what))
    return live


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(order=st.sampled_from(sampling.ORDERS), steps=st.lists(step, min_size=3, max_size=30))
def test_nobody_is_looked_at_twice_and_nobody_is_forgotten(
    room: Home, order: str, steps: list[str | tuple[str, int]]
) -> None:
    settings_.put(room, "look_order", order)
    visit = visits.start_visit(room, section_id(room, ROOM), end_open=True).id
    live = Controller(room, visit)
    live.press("look")
    drawn = live.log.sweeps[0].students if live.log.sweeps else ()
    for what in steps:
        live = do(room, live, what)
        if not live.log.sweeps:
            break  # its very beginning was taken back
        assert live.log.sweeps[0].students == drawn
        first = [o for o in live.log.observations if o.sweep == 1]
        for channel in ("engagement", "challenge"):
            rated = [o.student for o in first if o.channel == channel]
            assert len(rated) == len(set(rated))
        assert {o.channel for o in live.log.observations if o.sweep is not None} <= {"engagement", "challenge"}
        going = looking.current(live)
        if going is None:
            continue
        here = [student for student in going.students if student in live.view.present]
        # Who is left is whoever is here and was neither rated nor skipped, in the order that was drawn.
        rated_now = {o.student for o in live.log.observations if o.sweep == going.number and o.channel == "engagement"}
        skipped = set(next(s for s in live.log.sweeps if s.number == going.number).skipped)
        assert going.left == [student for student in here if student not in rated_now | skipped]
        assert going.done + len(going.left) == len(going.students)
        # The same follows from the log alone.
        again = Controller(room, visit)
        again.session.looking = going.number
        assert looking.current(again) == going
        again.session.looking = None
        again.press("look")
        assert again.session.selected in going.left or not going.left
    one = next((one for one in summary.summary(room, visit)["sweeps"] if one["number"] == 1), None)
    if one is not None:
        assert one["missed"] == one["asked"] - one["rated"]
        assert one["skipped"] <= one["missed"]
