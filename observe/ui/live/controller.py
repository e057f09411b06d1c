"""Taps and keys of the live visit, turned into calls of the recorder. Knows no widget.

Order on a tap: to disk, then the log is read anew, then shown. Nothing is ever shown first.
"""

from collections.abc import Callable
from typing import Any

from observe.domain.errors import NotSaved, Refused
from observe.domain.live import LiveView, live_view
from observe.domain.model import VisitLog
from observe.domain.protocol import Channel
from observe.services import coaching, compacting, first_visits, seen, settings
from observe.services.home import Home
from observe.services.record import Logged, Recorder, Touched
from observe.ui.live import asking, cues, dispatch, focal, grouping, lit, looking, mending
from observe.ui.live.clockwatch import ClockWatch
from observe.ui.live.extrahands import LimitWatch
from observe.ui.live.saving import Saver, Waiting
from observe.ui.live.session import Marking, Session, Target
from observe.ui.names import Names
from observe.ui.places import Places, place

TAP_WAIT_MS = 50
"""A tap waits so long for the database, then joins the queue."""


class Controller:
    """One live visit. `press` does what a pad or key stands for; then `view` and `session` say what to show."""

    log: VisitLog
    view: LiveView

    def __init__(self, home: Home, visit_id: str, hidden: bool = False) -> None:
        self.home = home
        self.recorder = Recorder(home, visit_id, TAP_WAIT_MS)
        self.saver = Saver()
        self.watch = ClockWatch()
        self.session = Session(last_tap=home.clock.now())
        self.hidden = hidden
        self._touched: tuple[VisitLog, Touched | None, Touched | None] | None = None
        self.log = self.recorder.log()
        self.names = Names(self.log.students, hidden)
        # The visit keeps the protocol it was started with, so that channels can be told apart by identity.
        self.protocol = self.log.protocol
        if not self.protocol.channels:  # a screen without a pad says nothing, and she would look for them
            raise Refused(
                "its pads are not in this home",
                f"the protocol {self.protocol.id}, version {self.protocol.version}, is missing",
                "run `observe doctor --rebuild`",
            )
        self.places: Places = place(self.protocol)
        self.take_settings()
        self.first = first_visits.is_first(home)
        self.limit = LimitWatch()
        self.not_this_month = seen.not_this_month(home, self.log.visit)
        self.compacting = compacting.of_visit(home, self.log.visit)
        self.refresh()
        self.limit = LimitWatch.of(self)
        last = self.view.last
        if last is not None and self.places.tiles and self.view.seat(last.student) is not None:
            self.session.selected = last.student  # a visit that is taken up again goes on where it was

    def now(self) -> int:
        """This run's time in ms."""
        return self.home.clock.now()

    def refresh(self) -> None:
        """Read the log if anybody wrote, and see the visit as it is now."""
        log = self.recorder.log()
        if log.students is not self.log.students or self.names.hidden != self.hidden:
            self.names = Names(log.students, self.hidden)
        if log is not self.log:
            self.compacting = compacting.of_visit(self.home, log.visit)
        self.log = log
        self.view = live_view(self.log, self.now(), self.not_this_month)
        self.watch.look(self.view.now, self.home.clock.jump_ms())
        self.limit.look(self)
        if self.session.selected is not None and self.view.seat(self.session.selected) is None:
            self.session.aim((None, ""))

    def take_settings(self) -> None:
        """What is set on this device and holds in a visit, also in one that goes on while it is set."""
        self.stopwatch = asking.stopwatch(self)
        self.dim = lit.dimmed(self)
        teacher = self.log.visit.teacher
        if teacher:
            self.session.teacher = settings.agreed(self.home, teacher) and coaching.may_log(self.home, teacher)
            asking.drop_off(self)

    def hide(self, hidden: bool) -> None:
        """Initials instead of names, or names again."""
        self.hidden = hidden
        self.refresh()

    @property
    def touched(self) -> tuple[Touched | None, Touched | None]:
        """What undo and redo would touch in the log."""
        if self._touched is None or self._touched[0] is not self.log:
            self._touched = (self.log, self.recorder.undoable(), self.recorder.redoable())
        return self._touched[1:]

    # -- dispatch ----------------------------------------------------------------------------------

    def press(self, id: str, touch: bool = False) -> None:
        """Do what this pad or key stands for. `touch`: it came from a finger, so no keyboard is at hand."""
        self.session.message = self.session.told = ""
        self.watch.tapped()
        try:
            dispatch.act(self, id, touch)
        except Refused as error:
            self.say(error)
        self.refresh()

    def say(self, error: Refused) -> None:
        """Show why something was not done, on the strip."""
        self.session.message = f"{error.what}" + (f": {error.why}" if error.why else "")

    def leave(self, id: str) -> None:
        """A pad that does its own work ends what else was going on."""
        session = self.session
        mending.leave(self)
        session.moving = session.since = None
        session.cursor = session.cursor if session.cursor == id else ""
        if not (session.open.startswith("sheet.") and id.startswith("code.") and self._is_toggle(id)):
            session.close()

    def _is_toggle(self, id: str) -> bool:
        channel = self.channel(id.split(".")[1])
        return channel is not None and channel.kind == "toggle"

    def channel(self, name: str) -> Channel | None:
        """The channel of this visit's protocol."""
        return self.protocol.channel(name)

    # -- whom ---------------------------------------------------------------------------------------

    def select(self, student: str | None) -> None:
        """A tile was tapped: it is chosen, unless the strip was waiting for a tile."""
        session = self.session
        session.last_tap = self.now()
        if session.marking is not None and student is not None:
            session.marking.students ^= {student}
            session.marking.touched = True
            return
        if session.marking is not None:
            return
        if session.moving is not None:
            mending.move(self, (student, ""))
        else:
            self.aim((student, ""))
        if not session.open.startswith("drawer.") and not session.regroup:
            session.close()

    def aim(self, target: Target) -> None:
        """From now on the taps are about these; undo takes the choice back."""
        session = self.session
        if target != session.target:
            session.trail.append(session.target)
            session.undone.clear()
            session.through = None
        session.aim(target)

    def called(self, target: Target) -> tuple[str, ...]:
        """What a target is called on the glass, then ever shorter."""
        student, group = target
        return (self.names.mask(group),) if group else self.names.choices(student)

    def step(self, by: int) -> None:
        """The next or an earlier tile, in seat order, Everyone first."""
        if self.session.marking is not None:
            return  # on the way to a tile others would be marked; their letters mark
        order: list[str | None] = [None, *(seat.student.id for seat in self.view.seats)]
        at = order.index(self.session.selected) if self.session.selected in order else 0
        if 0 <= at + by < len(order):
            self.select(order[at + by])

    def step_row(self, by: int) -> None:
        """The tile above or below."""
        self.step(by * self.session.columns)

    def next_unseen(self) -> None:
        """Chooses the one unseen longest, or the next of them."""
        if self.session.marking is not None:
            return  # as on the way to a tile: nobody is marked whom she did not point at
        self.session.moving = None  # nor is the last log moved to somebody she did not see it of
        unseen = self.view.unseen
        if not unseen:
            self.session.message = "nobody is here"
            return
        self.select(unseen[1] if unseen[0] == self.session.selected and len(unseen) > 1 else unseen[0])

    # -- what ----------------------------------------------------------------------------------------

    def code(self, name: str, code: str) -> None:
        """Log a code for whoever is chosen; for a state or toggle, switch it."""
        channel = self.channel(name)
        if channel is None or channel.code(code) is None:
            return
        if channel.kind == "state":
            self._state(channel, code)
        elif channel.kind == "toggle":
            self._toggle(channel, code)
        else:
            self._about(channel, code)

    def _about(self, channel: Channel, code: str) -> None:
        session = self.session
        if coaching.is_moves(channel):
            asking.may_log(self)
        student = session.selected if channel.about != "visit" else None
        if channel.about == "student" and student is None:
            session.message = f"{channel.label}: choose one student first"
            return
        modifiers = {m.name: asking.choice(self, channel, m) for m in channel.modifiers if m.kind == "choice"}
        asker = self.places.asker if channel is self.places.bottom else None
        asked = modifiers.get(asker.name) if asker else None
        if asker and self.places.answered and not self.places.asks_itself(asked or ""):
            student = None  # an adult asked it; who answered is offered on the strip
        more: dict[str, Any] = {"modifiers": {k: v for k, v in modifiers.items() if v}}
        number = looking.pass_of(self, channel, student)
        look = number is not None and channel is self.places.left
        if number is not None and student is not None:
            more |= {"method": "sweep", "sweep": number}
        elif channel.kind == "scale":
            session.through = None
        if session.about and channel.about == "anyone":
            more["group"] = session.about
        self.write((channel.name, code), student, **more)
        if asker and asked and self.places.asks_itself(asked):
            session.choices.pop((channel.name, asker.name), None)  # one question, then back
        if look:
            looking.advance(self, student)

    def _state(self, channel: Channel, code: str) -> None:
        running = self.view.states.get(channel.name)
        if running is not None and running.code == code and not self.saver.waiting:
            return  # a tap on the lit one is harmless
        found = channel.code(code)
        near = grouping.here(self, self.session.about) if found and found.with_whom and self.session.about else []
        logged = self.write((channel.name, code), None, with_whom=near)
        self.session.asked_with = ""
        if logged is not None and logged.id is not None:
            self.session.since = mending.begun(logged)
            if near:  # whom she chose is whom she is with: nothing is asked
                self.session.asked_with = logged.id

    def _toggle(self, channel: Channel, code: str) -> None:
        key = (channel.name, code)
        waiting = self.saver.toggled(key)
        on = code in self.view.toggles.get(channel.name, {}) if waiting is None else waiting
        self.write(key, None, on=not on)

    def again(self) -> None:
        """The last code again, for whoever is chosen now."""
        last = self.view.last
        channel = self.channel(last.channel) if last else None
        if last is not None and last.code is not None and channel is not None and channel.kind in ("scale", "count"):
            self.code(channel.name, last.code)

    def write(self, key: tuple[str, str], student: str | None, **more: Any) -> Logged | None:
        """Log it now, or let it wait; the time is that of the tap."""
        channel, code = key
        at = self.tap_time()

        def observe() -> Logged:
            # A second look at a student in one pass takes the place of the first: two would count this child twice.
            pass_ = more.get("sweep")
            first = looking.look_at(self.recorder.log(), pass_, student, channel) if pass_ is not None else None
            if first is not None:
                return self.recorder.amend(first.id, code=code, at=at)
            return self.recorder.observe(channel, code, student=student, at=at, **more)

        tap = Waiting(self.word(channel, code), observe, key, more.get("on"), student, more.get("sweep"))
        logged = self.saver.do(tap)
        self.did()
        if logged is not None and logged.marked_present:
            self.session.message = f"{self.names.short(student)} is marked here again"
        return logged

    def tap_time(self) -> int:
        """Now, but never before the visit's start: another process may have begun it by a clock that is ahead."""
        return max(self.now(), self.log.visit.started_at or 0)

    def did(self) -> None:
        """Something was logged: earlier choices of a student are no longer undo's business."""
        self.session.last_tap = self.now()
        self.session.trail.clear()
        self.session.undone.clear()

    def change(self, what: Callable[[], Logged]) -> bool:
        """A change of what is logged already. It cannot wait, as what waits comes before it; False when not done."""
        if self.saver.waiting:
            self.session.message = "not until the waiting taps are saved"
            return False
        try:
            what()
        except NotSaved as error:
            self.session.message = f"not saved: {error.why or error.what}"
            return False
        self.did()
        return True

    # -- what opens and closes ------------------------------------------------------------------------------

    def open(self, face: str) -> None:
        """Show this face over the one that it covers, or close it where it is open; what else was going on ends."""
        session = self.session
        was = session.open
        self.leave("")
        session.open = "" if was == face else face

    def menu(self, touch: bool) -> None:
        """Closes what is open; else opens the menu."""
        session = self.session
        # Where Menu is one of the pads behind More, a finger on it means the menu; esc closes these pads first.
        opened = "" if touch and session.open == "more" else session.open
        busy = opened or session.prefix or session.cursor or session.moving or session.marking
        self.leave("")
        session.marking = None
        if not busy:
            session.open = "sheet.menu"

    def pause(self) -> None:
        """Time counts nowhere from now on, or again."""
        if self.change(lambda: self.recorder.pause(not self.view.paused, at=self.tap_time())):
            self.session.message = ""

    def mark_away(self) -> None:
        """The next tiles are of students who are not here."""
        away = {seat.student.id for seat in self.view.seats if not seat.here}
        self.session.marking = Marking("away", away)

    # -- saving ------------------------------------------------------------------------------------------------

    def retry(self) -> None:
        """Write what waits, if the disk answers again."""
        if self.saver.waiting:
            refused = self.saver.retry()
            if refused or not self.saver.waiting:
                self.session.message = refused[0] if refused else ""
            self.refresh()

    def tick(self, on_top: bool = True) -> None:
        """Once a second: what others wrote; while no page lies over it, what comes with the time.

        A cue that nobody could see is none.
        """
        self.refresh()
        grouping.tick(self)
        if on_top:
            cues.tick(self)
            focal.tick(self)

    # -- words -----------------------------------------------------------------------------------------------

    def word(self, channel: str, code: str | None) -> str:
        """The label of a code."""
        found = self.channel(channel)
        what = found.code(code) if found and code else None
        return what.label if what else (code or "ended")
