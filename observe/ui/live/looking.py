"""A look at everyone: one rating each, in seat order. Where it stands follows from the log alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from observe.domain.model import Observation, Sweep

if TYPE_CHECKING:
    from observe.ui.live.controller import Controller


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass as it stands: whom it goes over, and who is done with."""

    number: int
    students: tuple[str, ...]
    rated: frozenset[str]
    skipped: frozenset[str]

    @property
    def left(self) -> list[str]:
        """Who is still to be looked at, in order."""
        return [student for student in self.students if student not in self.rated and student not in self.skipped]


def current(c: Controller) -> Pass | None:
    """The pass that is going on."""
    number = c.session.looking
    sweep = next((sweep for sweep in c.log.sweeps if sweep.number == number), None)
    return _pass(c, sweep) if sweep is not None and number is not None else None


def _pass(c: Controller, sweep: Sweep) -> Pass:
    here = set(c.view.present)
    looks = [(o.sweep, o.student) for o in c.log.observations]
    looks += [(tap.sweep, tap.student) for tap in c.saver.waiting]
    rated = frozenset(student for number, student in looks if number == sweep.number and student is not None)
    order = tuple(student for student in sweep.students if student in here or student in rated)
    return Pass(sweep.number, order, rated, (frozenset(sweep.skipped) & frozenset(order)) - rated)


def toggle(c: Controller) -> None:
    """Begin a pass, go on with one that is not through, or stop for now."""
    session = c.session
    if session.looking is not None:
        session.looking = None
        return
    if c.places.left is None or not c.view.present:
        session.message = "there is nobody to look at"
        return
    newest = max(c.log.sweeps, key=lambda sweep: sweep.number, default=None)
    unfinished = _pass(c, newest) if newest is not None and newest.students and newest.ended_at is None else None
    if unfinished is not None and unfinished.left:
        session.looking = unfinished.number
    else:
        number = newest.number + 1 if newest is not None else 1
        if not c.change(lambda: c.recorder.sweep_start(number, "seat", c.view.present, at=c.tap_time())):
            return
        session.looking = number
        c.refresh()
    advance(c, None)


def advance(c: Controller, done: str | None) -> None:
    """On to the next one who is left after `done`; after the last one the pass is through."""
    c.refresh()
    going = current(c)
    if going is None:
        return
    at = going.students.index(done) + 1 if done in going.students else 0
    ahead = [s for s in (*going.students[at:], *going.students[:at]) if s in going.left and s != done]
    if ahead:
        c.session.selected = ahead[0]
    elif not going.left:
        c.session.looking = None
        skipped = f", {len(going.skipped)} skipped" if going.skipped else ""
        c.session.told = f"{len(going.students)} of {len(going.students)}{skipped}\nlooked at {len(going.rated)}"


def skip(c: Controller) -> None:
    """Not observed, which is no rating."""
    going, student = current(c), c.session.selected
    if going is None or student not in going.students:
        return
    if student in going.rated or c.change(lambda: c.recorder.sweep_skip(going.number, student, at=c.tap_time())):
        advance(c, student)


def back(c: Controller) -> None:
    """One student back, to look again."""
    going = current(c)
    if going is None or not going.students:
        return
    at = going.students.index(c.session.selected) if c.session.selected in going.students else 1
    c.session.selected = going.students[max(0, at - 1)]


def newest(c: Controller) -> Pass | None:
    """The last pass that was begun, whether it goes on or not."""
    sweep = max(c.log.sweeps, key=lambda sweep: sweep.number, default=None)
    return _pass(c, sweep) if sweep is not None else None


def undone(c: Controller, before: Pass | None) -> None:
    """Something was taken back since the newest pass stood as `before`: who was done with is up again."""
    session = c.session
    c.refresh()
    after = newest(c)
    if session.looking is not None and (after is None or after.number != session.looking):
        session.looking = None  # its beginning was taken back
    if before is None or after is None or before.number != after.number:
        return
    again = (before.rated | before.skipped) - (after.rated | after.skipped)
    # A pass that was through goes on; one that she stopped stays stopped.
    if again and (session.looking is not None or not before.left):
        session.looking = after.number
        session.selected = next(student for student in after.students if student in again)


def redone(c: Controller) -> None:
    """Something was done again: if that was this student's look, the next one is up."""
    c.refresh()
    going, student = current(c), c.session.selected
    if going is not None and student is not None and student in going.rated | going.skipped:
        advance(c, student)


def without_away(c: Controller) -> None:
    """Some were marked away: if the one who is up is among them, the next one is up."""
    c.refresh()
    going, student = current(c), c.session.selected
    if going is not None and student is not None and student not in going.students:
        advance(c, None)


def look_at(c: Controller, number: int, student: str) -> Observation | None:
    """The look at this student in this pass, if there was one."""
    return next((o for o in c.log.observations if o.sweep == number and o.student == student), None)
