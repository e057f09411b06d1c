"""The recorder, on a real home: what a tap does, what it refuses, and how it is taken back."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from observe.domain.entries import tick
from observe.domain.errors import Busy, Refused
from observe.platform import Platform
from observe.services import visits
from observe.services.home import Home, open_home
from observe.services.record import Recorder
from observe.store import queries
from observe.store.journal import Act

T = TypeVar("T")


class Clock(Platform):
    """This machine with a clock that the test moves."""

    wall = 1_800_000_000_000
    steady = 0

    def wall_ms(self) -> int:
        return self.wall

    def monotonic_ms(self) -> int:
        return self.steady

    def on(self, ms: int) -> None:
        self.wall += ms
        self.steady += ms


class Room:
    """A home with one section of three, and a live visit."""

    def __init__(self, path: Path) -> None:
        self.path, self.clock = path, Clock()
        self.home = self.open()

        def roster(act):
            act.put("import", self.home.new_key(), {"what": "roster"}, new=True)
            act.put("section", "sec", {"name": "4B"})
            for seat, (id, name) in enumerate((("ana", "Ana"), ("bo", "Bo"), ("cy", "Cy")), 1):
                act.put("student", id, {"name": name})
                act.put("member", f"sec/{id}", {"section": "sec", "student": id, "seat": seat})

        self.home.write(roster)
        self.visit = visits.start_visit(self.home, "4B").id
        self.recorder = Recorder(self.home, self.visit)

    def open(self) -> Home:
        return open_home(self.path, self.clock)

    def codes(self, channel: str) -> list[tuple[str | None, str | None]]:
        return [(o.code, o.student) for o in self.recorder.log().observations if o.channel == channel]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path / "home")
    yield room
    room.home.close()


def test_a_tap_is_there_for_another_process(room: Room) -> None:
    logged = room.recorder.observe("engagement", "deep", student="ana")
    other = room.open()
    assert [o.id for o in visits.visit_log(other, room.visit).observations] == [logged.id]
    other.close()


def test_an_open_reader_sees_what_another_connection_wrote(room: Room) -> None:
    room.recorder.log()
    other = room.open()
    Recorder(other, room.visit).observe("spark", "insight", student="bo")
    other.close()
    assert room.codes("spark") == [("insight", "bo")]


def test_the_running_state_again_does_nothing(room: Room) -> None:
    first = room.recorder.observe("role", "teach")
    room.clock.on(1000)
    again = room.recorder.observe("role", "teach")
    assert (again.id, again.unchanged) == (first.id, True)
    assert room.codes("role") == [("teach", None)]


def test_a_group_with_others_is_a_change(room: Room) -> None:
    room.recorder.observe("role", "group", with_whom=["ana"])
    room.clock.on(1000)
    assert not room.recorder.observe("role", "group", with_whom=["ana", "bo"]).unchanged
    room.clock.on(1000)
    assert room.recorder.observe("role", "group", with_whom=["ana", "bo"]).unchanged


def test_a_toggle_that_never_was_on_is_off_already(room: Room) -> None:
    logged = room.recorder.observe("strategy", "tiered", on=False)
    assert (logged.id, logged.unchanged) == (None, True)


def test_unchanged_is_judged_at_that_moment(room: Room) -> None:
    start = room.home.clock.now()
    room.clock.on(60_000)
    room.recorder.observe("role", "teach")
    late = room.recorder.observe("role", "teach", at=start + 10_000)
    assert not late.unchanged  # nothing ran then


def test_seeing_an_absent_child_marks_the_child_present_and_undo_takes_both_back(room: Room) -> None:
    room.recorder.attendance(absent=["ana"])
    assert room.recorder.log().present() == ("bo", "cy")
    assert room.recorder.observe("engagement", "off", student="ana").marked_present
    assert room.recorder.log().present() == ("ana", "bo", "cy")
    room.recorder.undo()
    assert room.recorder.log().present() == ("bo", "cy")
    assert room.codes("engagement") == []


def test_the_roll_decides_once_it_was_taken(room: Room) -> None:
    room.recorder.attendance(present=["ana"], roll=True)
    assert room.recorder.log().present() == ("ana",)


def test_undo_and_redo_at_any_depth_and_across_a_restart(room: Room) -> None:
    for code in ("off", "passive", "active"):
        room.recorder.observe("engagement", code, student="ana")
        room.clock.on(10)
    room.recorder.undo()
    room.recorder.undo()
    room.home.close()
    room.home = room.open()
    room.recorder = Recorder(room.home, room.visit)
    assert room.codes("engagement") == [("off", "ana")]
    room.recorder.redo()
    assert room.codes("engagement") == [("off", "ana"), ("passive", "ana")]
    room.recorder.observe("spark", "lead", student="bo")
    assert room.recorder.redo() is None  # a new act ends what could be redone
    for _ in range(3):
        assert room.recorder.undo() is not None
    assert room.recorder.undo() is None
    assert room.recorder.log().observations == ()


def test_what_a_new_act_ended_is_not_done_again_when_that_act_is_taken_back(room: Room) -> None:
    room.recorder.observe("engagement", "off", student="ana")
    room.recorder.undo()
    for code in ("passive", "active"):
        room.recorder.observe("engagement", code, student="ana")
    room.recorder.undo()
    room.recorder.undo()
    for codes in (["passive"], ["passive", "active"]):
        assert room.recorder.redo() is not None
        assert [code for code, _ in room.codes("engagement")] == codes
    assert room.recorder.redo() is None


def test_undo_of_an_amendment_brings_the_first_version_back(room: Room) -> None:
    logged = room.recorder.observe("engagement", "off", student="ana", note="slept")
    room.recorder.amend(logged.id or "", reason="wrong child", student="bo")
    assert room.codes("engagement") == [("off", "bo")]
    assert room.recorder.undoable().kinds == ("observation",)
    room.recorder.undo()
    assert room.codes("engagement") == [("off", "ana")]
    assert room.recorder.log().observations[0].note == "slept"


def test_undo_never_reaches_the_start_or_a_roster_import(room: Room) -> None:
    assert room.recorder.undo() is None
    assert queries.visit(room.home.conn, room.visit).started_at is not None


def test_undo_of_a_void_brings_it_back(room: Room) -> None:
    logged = room.recorder.observe("spark", "drive", student="cy")
    room.recorder.void(logged.id or "")
    with pytest.raises(Refused, match="voided"):
        room.recorder.amend(logged.id or "", reason="late", code="lead")
    room.recorder.undo()
    assert room.codes("spark") == [("drive", "cy")]


def test_a_pause_ends_where_it_says(room: Room) -> None:
    room.recorder.pause(True)
    assert room.recorder.pause(True).unchanged
    room.clock.on(5000)
    room.recorder.observe("engagement", "active", student="ana")  # taken, and does not end the pause
    assert room.recorder.log().pauses[0].end is None
    room.recorder.pause(False)
    assert room.recorder.log().pauses[0].end == room.home.clock.now()
    room.recorder.undo()
    assert room.recorder.log().pauses[0].end is None


def test_a_correction_of_the_clock_in_mid_visit_bends_nothing(room: Room) -> None:
    room.recorder.observe("engagement", "off", student="ana")
    room.clock.wall -= 3_600_000  # somebody set the clock back
    room.clock.on(2000)
    late = room.recorder.observe("engagement", "deep", student="ana")
    first, second = room.recorder.log().observations
    assert second.at - first.at == 2000
    assert second.id == late.id
    assert room.home.clock.jump_ms() == -3_600_000


def test_the_future_and_the_time_outside_of_the_visit_are_refused(room: Room) -> None:
    now = room.home.clock.now()
    room.recorder.observe("engagement", "off", at=now + 1999)
    with pytest.raises(Refused, match="in the future"):
        room.recorder.observe("engagement", "off", at=now + 2001)
    with pytest.raises(Refused, match="before the visit's start"):
        room.recorder.observe("engagement", "off", at=now - 1)


def test_another_writer_makes_a_tap_wait_no_longer_than_asked(room: Room) -> None:
    other = room.open()
    quick = Recorder(room.home, room.visit, wait_ms=50)
    other.conn.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy):
        quick.observe("engagement", "off", student="ana")
    other.conn.execute("ROLLBACK")
    assert quick.observe("engagement", "off", student="ana").id
    assert len(room.codes("engagement")) == 1
    other.close()


def test_stamps_never_run_backwards_and_never_refuse() -> None:
    assert tick((5, 0), 9) == (9, 0)
    assert tick((9, 0), 5) == (9, 1)
    assert tick((9, 0xFFFF), 5) == (10, 0)
    day = 24 * 3600 * 1000
    assert tick((day + 6, 3), 5) == (5, 0)  # a stamp from a clock a day ahead is left out of account
    assert tick((day + 5, 3), 5) == (day + 5, 4)


def test_the_journal_is_gapless_and_its_stamps_rise(room: Room) -> None:
    for _ in range(20):
        room.recorder.observe("engagement", "off", student="ana")
        room.recorder.undo()
        room.clock.wall -= 17
    entries = list(room.home.journal.every())
    assert [e.seq for e in entries] == list(range(1, len(entries) + 1))
    stamps = [(e.ms, e.n) for e in entries]
    assert stamps == sorted(set(stamps))


def test_start_takes_up_the_visit_planned_for_then(room: Room) -> None:
    visits.end_visit(room.home, room.visit)
    now = room.home.clock.now()
    plan = {"section": "sec", "planned_at": None, "planned_minutes": 45}
    from observe.domain.codec import iso

    room.home.write(lambda act: act.put("visit", "later", {**plan, "planned_at": iso(now + 59 * 60_000)}))
    room.home.write(lambda act: act.put("visit", "soon", {**plan, "planned_at": iso(now + 20 * 60_000)}))
    started = visits.start_visit(room.home, "4B")
    assert (started.id, started.planned_minutes) == ("soon", 45)


def test_one_visit_at_a_time_unless_the_open_one_is_to_end(room: Room) -> None:
    room.clock.on(60_000)
    logged = room.recorder.observe("engagement", "off", student="ana")
    room.clock.on(600_000)
    with pytest.raises(Refused, match="a visit is open: 4B"):
        visits.start_visit(room.home, "4B")
    visits.start_visit(room.home, "4B", end_open=True)
    ended = visits.read(room.home, room.visit)
    assert (ended.ended_at, ended.estimated_end) == (logged.at, True)


def test_a_tap_is_taken_and_never_before_the_start_when_the_clock_fell_back(room: Room) -> None:
    room.home.close()
    room.clock.wall -= 3_600_000  # an hour back, and the program started anew
    room.home = room.open()
    room.recorder = Recorder(room.home, room.visit)
    logged = room.recorder.observe("engagement", "deep", student="ana")
    assert logged.at == visits.read(room.home, room.visit).started_at


def test_the_log_in_hand_is_the_log_read_anew(room: Room) -> None:
    """Taps of every sort, other writers between them: what the recorder adds in memory is what the database says."""
    other = room.open()
    beside = Recorder(other, room.visit)
    start = room.home.clock.now()
    steps = [
        lambda: room.recorder.observe("engagement", "deep", student="ana", note="so"),
        lambda: room.recorder.observe("role", "group", with_whom=["bo", "cy"]),
        lambda: room.recorder.observe("engagement", "off", student="bo", at=start),
        lambda: beside.observe("spark", "insight", student="cy"),
        lambda: room.recorder.observe("questioning", "apply", modifiers={"asker": "student", "wait_s": 2.5}),
        lambda: room.recorder.attendance(absent=["cy"]),
        lambda: room.recorder.observe("engagement", "active", student="cy"),
        lambda: room.recorder.observe("strategy", "tiered", on=True),
        lambda: room.recorder.undo(),
        lambda: room.recorder.observe("engagement", "passive", method="sweep", sweep=1, student="ana"),
    ]
    for i, step in enumerate(steps * 3):
        room.clock.on(1000 if i % 4 else 0)
        step()
        if i % 3 == 0:  # somebody looks now and then, and several acts may lie between
            assert room.recorder.log() == visits.visit_log(room.home, room.visit), i
    assert room.recorder.log() == visits.visit_log(room.home, room.visit)
    other.close()


def test_what_another_wrote_right_after_a_tap_of_ours_is_seen(room: Room) -> None:
    """Between our commit and the log in hand: the other's version is not to be taken for one that was read."""
    other = room.open()
    beside = Recorder(other, room.visit)
    room.recorder.log()
    write = room.home.write

    def then_the_other(change: Callable[[Act], T]) -> T:
        result = write(change)
        beside.observe("spark", "insight", student="cy")
        return result

    room.home.write = then_the_other
    room.recorder.observe("engagement", "deep", student="ana")
    assert [o.channel for o in room.recorder.log().observations] == ["engagement", "spark"]
    other.close()
