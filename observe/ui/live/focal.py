"""Focal looks: every two minutes six students are dealt, each with twenty seconds for one look.

Part of Research, as it takes all of her attention. Time runs with the visit, so that a pause stops it. The passes are
in the log, what runs is not: after a restart she switches it on again, and the deals go on from those in the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from observe.domain import sampling
from observe.ui.live import looking

if TYPE_CHECKING:
    from observe.ui.live.controller import Controller


@dataclass(slots=True)
class Focal:
    """What runs, in active ms of the visit: when the next six are due, who is up, and since when."""

    next_deal: int
    up: tuple[int, str | None] = (0, None)
    since: int = 0


def toggle(c: Controller) -> None:
    """Begin with six at once, or stop."""
    session = c.session
    if session.focal is not None:
        session.focal = None
        going = looking.current(c)
        if going is not None and going.order == sampling.FOCAL:
            session.looking = None
    elif c.places.left is None or not c.view.present:
        session.message = "there is nobody to look at"
    elif session.looking is not None:
        session.message = "not during a look: stop it first"
    else:
        session.focal = Focal(c.view.ms)
        tick(c)


def tick(c: Controller) -> None:
    """Once a second: deal the next six, and go on from a look that takes too long."""
    focal, ms = c.session.focal, c.view.ms
    if focal is None or c.view.paused or c.view.ended or c.saver.waiting:
        return
    going = looking.current(c)
    if ms >= focal.next_deal and (going is None or going.order == sampling.FOCAL):
        focal.next_deal = max(focal.next_deal, ms - sampling.LOOK_MS) + sampling.BLOCK_MS
        _deal(c)
        going = looking.current(c)
    if going is None or going.order != sampling.FOCAL:
        return
    up = (going.number, c.session.selected)
    if up != focal.up:
        focal.up, focal.since = up, ms
    elif ms - focal.since >= sampling.LOOK_MS and c.session.selected in going.left:
        looking.skip(c)
        focal.up, focal.since = (going.number, c.session.selected), ms


def _deal(c: Controller) -> None:
    before = [sweep for sweep in c.log.sweeps if sweep.order == sampling.FOCAL]
    seed = next((sweep.seed for sweep in before if sweep.seed is not None), None)
    seed = looking.new_seed(c) if seed is None else seed
    identified = {student.id for student in c.log.students if student.identified}
    six = sampling.deal(c.view.present, [sweep.students for sweep in before], seed, identified)
    looking.begin(c, sampling.FOCAL, six, seed)
