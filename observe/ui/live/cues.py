"""A quiet word at drawn minutes: look at everyone now. It moves nothing and makes no sound; she may pass it over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from observe.domain import sampling
from observe.domain.errors import NotSaved, Refused
from observe.services import settings
from observe.ui.live import looking

if TYPE_CHECKING:
    from observe.ui.live.controller import Controller

USUAL_MINUTES = 45
"""The length of a visit that nobody planned, as far as cues go."""


def tick(c: Controller) -> None:
    """Show the cue that is due. The visit decides the moments, so that a restart finds the same."""
    n, view = settings.get(c.home, "cue"), c.view
    if n == "no" or view.paused or view.ended or c.saver.waiting or not c.places.tiles or c.places.left is None:
        return
    visit = c.log.visit
    moments = sampling.cues(visit.id, int(n), (visit.planned_minutes or USUAL_MINUTES) * 60_000)
    for number, moment in enumerate(moments, 1):
        if number in c.session.cued or not moment <= view.ms < moment + sampling.CUE_MS:
            continue
        going = looking.current(c)
        if going is None or going.part:
            try:
                c.recorder.cue(number)
            except (NotSaved, Refused):
                return  # asked again in a second
        c.session.cued.add(number)  # who looks already needs no reminder, and missed none
        c.refresh()


def shown(c: Controller) -> bool:
    """Whether a cue is on the glass: for two minutes, or until a pass over everyone begins."""
    last = max(c.log.cues, default=None)
    if last is None or not last <= c.view.now < last + sampling.CUE_MS:
        return False
    begun = (s.started_at for s in c.log.sweeps if s.order not in sampling.PARTS and s.started_at is not None)
    return not any(at >= last for at in begun)
