"""Looks, one student after the other: at everyone, or at those not yet seen. Where a pass stands follows from the log.

Its order too: it is drawn once, when the pass begins, and read ever after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from observe.domain import sampling
from observe.domain.frozen import dataclass
from observe.domain.model import Observation, Sweep, VisitLog
from observe.domain.protocol import Channel
from observe.services import settings
from observe.ui.layout import NOT_SEEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from observe.ui.live.controller import Controller

THROUGH_MS = 60_000
"""So long after the last look of a pass something can be added to it: what is tapped later is of another moment."""
ORDERS = {"seat": "seats", "random": "random", "least_seen": "least seen"}
"""What the orders are called on the glass."""


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass as it stands: whom it goes over, and who is done with."""

    number: int
    order: str
    students: tuple[str, ...]
    rated: frozenset[str]
    skipped: frozenset[str]

    @property
    def left(self) -> list[str]:
        """Who is still to be looked at, in order."""
        return [student for student in self.students if student not in self.rated and student not in self.skipped]

    @property
    def done(self) -> int:
        """How many are done with."""
        return len(self.rated) + len(self.skipped)

    @property
    def part(self) -> bool:
        """Not over everyone."""
        return self.order in sampling.PARTS


def current(c: Controller) -> Pass | None:
    """The pass that is going on."""
    number = c.session.looking
    sweep = next((sweep for sweep in c.log.sweeps if sweep.number == number), None)
    return _pass(c, sweep) if sweep is not None and number is not None else None


def newest(c: Controller) -> Pass | None:
    """The last pass that was begun, whether it goes on or not."""
    sweep = max(c.log.sweeps, key=lambda sweep: sweep.number, default=None)
    return _pass(c, sweep) if sweep is not None else None


def _pass(c: Controller, sweep: Sweep) -> Pass:
    """Who was rated is who was rated on the left rail: that is what goes on to the next one.

    Who came after the pass had begun, and was looked at all the same, comes last in it.
    """
    here, left = set(c.view.present), c.places.left.name if c.places.left else ""
    looks = [(o.sweep, o.student) for o in c.log.observations if o.channel == left]
    looks += [(tap.sweep, tap.student) for tap in c.saver.waiting if tap.key[0] == left]
    rated = frozenset(student for number, student in looks if number == sweep.number and student is not None)
    order = tuple(student for student in sweep.students if student in here or student in rated)
    order += tuple(sorted(rated.difference(order)))
    return Pass(sweep.number, sweep.order, order, rated, (frozenset(sweep.skipped) & frozenset(order)) - rated)


# -- beginning, going on, stopping -----------------------------------------------------------------------


def toggle(c: Controller, cue: bool = False) -> None:
    """Begin a pass over everyone, go on with one that is not through, or stop for now. At a `cue` a new one begins."""
    session = c.session
    if session.looking is not None:
        session.looking = session.focal = None
    elif c.places.left is None or not c.view.present:
        session.message = "there is nobody to look at"
    elif cue or not _go_on(c, part=False):
        order = settings.get(c.home, "look_order")
        seed = new_seed(c) if order == "random" else None
        begin(c, order, sampling.ordered(order, c.view.present, c.log.observations, seed), seed)


def toggle_unseen(c: Controller) -> None:
    """The same over those whom nobody has looked at yet, and nobody else."""
    if not _go_on(c, part=True):
        never = not_seen(c)
        if never:
            begin(c, sampling.UNSEEN, sampling.ordered(sampling.UNSEEN, never, c.log.observations))
        else:
            c.session.message = "everybody who is here was seen"


def _go_on(c: Controller, part: bool) -> bool:
    """Take the newest pass up where it stands, if it is one of these and not through."""
    going = newest(c)
    ended = next((s.ended_at for s in c.log.sweeps if going is not None and s.number == going.number), None)
    wanted = going is not None and (going.order == sampling.UNSEEN if part else not going.part)
    if going is None or not wanted or not going.left or ended is not None:
        return False
    c.session.looking = going.number
    advance(c, None)
    return True


def begin(c: Controller, order: str, students: Sequence[str], seed: int | None = None) -> bool:
    """Begin a pass over these students, as they come; False when it could not be written."""
    number = max((sweep.number for sweep in c.log.sweeps), default=0) + 1
    if not c.change(lambda: c.recorder.sweep_start(number, order, students, at=c.tap_time(), seed=seed)):
        return False
    c.session.looking, c.session.through = number, None
    advance(c, None)
    return True


def new_seed(c: Controller) -> int:
    """A seed that nobody chose."""
    return sampling.draw(c.home.new_key()) % 2**31


def step_order(c: Controller) -> None:
    """The next pass over everyone has the next order; it stays so on this device."""
    orders = list(ORDERS)
    now = orders.index(settings.get(c.home, "look_order"))
    settings.put(c.home, "look_order", orders[(now + 1) % len(orders)])


def not_seen(c: Controller) -> list[str]:
    """Who is here and was not looked at in this visit, in seat order."""
    return [seat.student.id for seat in c.view.seats if seat.here and seat.age is None]


def open_list(c: Controller) -> None:
    """Who was not seen, as pads to choose from."""
    if not_seen(c):
        c.session.open = NOT_SEEN
    else:
        c.session.message = "everybody who is here was seen"


# -- one look -------------------------------------------------------------------------------------------------


def pass_of(c: Controller, channel: Channel, student: str | None) -> int | None:
    """The pass to which a rating of this student on this channel belongs, None for a tap.

    The left rail's, and the other scales' of the same look: before it, or after going back. After the last student of a
    pass nobody is next, so what is said of that one then still belongs to the look.
    """
    if student is None or channel.kind != "scale" or channel.about == "visit":
        return None
    going, through = current(c), c.session.through
    if going is None:
        fresh = c.now() - c.session.last_tap < THROUGH_MS and channel is not c.places.left
        return through[0] if through is not None and through[1] == student and fresh else None
    # Who came after a pass over everyone had begun is looked at too; who is not of a part is tapped.
    return None if going.part and student not in going.students else going.number


def look_at(log: VisitLog, number: int, student: str | None, channel: str) -> Observation | None:
    """What was rated on this channel when looking at this student in this pass, if it was."""
    look = (number, student, channel)
    return next((o for o in log.observations if (o.sweep, o.student, o.channel) == look), None)


def advance(c: Controller, done: str | None) -> None:
    """On to the next one who is left after `done`; after the last one the pass is through."""
    c.refresh()
    session, going = c.session, current(c)
    if going is None:
        return
    at = going.students.index(done) + 1 if done in going.students else 0
    ahead = [s for s in (*going.students[at:], *going.students[:at]) if s in going.left and s != done]
    if ahead:
        session.selected = ahead[0]
    elif not going.left:
        session.looking = None
        session.through = (going.number, done) if done is not None else None
        skipped = f", {len(going.skipped)} skipped" if going.skipped else ""
        session.told = f"{len(going.students)} of {len(going.students)}{skipped}\nlooked at {len(going.rated)}"


def skip(c: Controller) -> None:
    """Not observed, which is no rating."""
    going, student = current(c), c.session.selected
    if going is None or student not in going.students:
        return
    done = student in going.rated or student in going.skipped
    if done or c.change(lambda: c.recorder.sweep_skip(going.number, student, at=c.tap_time())):
        advance(c, student)


def back(c: Controller) -> None:
    """One student back, to look again."""
    going = current(c)
    if going is None or not going.students:
        return
    at = going.students.index(c.session.selected) if c.session.selected in going.students else 1
    c.session.selected = going.students[max(0, at - 1)]


# -- what else changes a pass ------------------------------------------------------------------------------


def undone(c: Controller, before: Pass | None) -> None:
    """Something was taken back since the newest pass stood as `before`: who was done with is up again."""
    session = c.session
    c.refresh()
    after = newest(c)
    if session.looking is not None and (after is None or after.number != session.looking):
        session.looking = session.focal = None  # its beginning was taken back
    if before is None or after is None or before.number != after.number:
        return
    was, now = before.rated | before.skipped, after.rated | after.skipped
    again = was - now if now <= was else frozenset()  # a look that was moved goes back: nobody was up for it
    # A pass that was through goes on; one that she stopped stays stopped.
    if again and (session.looking is not None or not before.left):
        session.looking, session.through = after.number, None
        session.selected = next(student for student in before.students if student in again)


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


# -- words ----------------------------------------------------------------------------------------------------


def words(going: Pass) -> list[str]:
    """What the title says of it, then ever shorter."""
    of = f"{min(going.done + 1, len(going.students))} of {len(going.students)}"
    if going.order == sampling.UNSEEN:
        return [f"LOOK AT THOSE NOT YET SEEN {of}", f"NOT YET SEEN {of}"]
    if going.order == sampling.FOCAL:
        return [f"FOCAL LOOKS {of}"]
    whole = f"LOOK AT EVERYONE {of}"
    return [f"{whole}, {ORDERS[going.order]}", whole] if going.order in ("random", "least_seen") else [whole]
