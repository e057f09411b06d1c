"""Which channels are lit: at first a few; a tap on a dim one switches it on, and nothing moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from observe.domain.errors import NotSaved
from observe.services import first_visits

if TYPE_CHECKING:
    from observe.ui.live.controller import Controller


def dimmed(c: Controller) -> frozenset[str]:
    """Names of the channels that keep their place dim."""
    on = first_visits.switched_on(c.home)
    if on is None:
        return frozenset()
    later = (c.places.right, c.places.bottom, *c.places.rows[1:])
    return frozenset(channel.name for channel in later if channel is not None) - on


def channel_of(c: Controller, id: str) -> str:
    """The channel that is still to be switched on before this pad does its work, "" for none."""
    kind, _, rest = id.partition(".")
    if id == "asker":
        name = c.places.bottom.name if c.places.bottom else ""
    else:
        name = rest.partition(".")[0] if kind in ("code", "choose", "flag") else ""
    return name if name in c.dim else ""


def switch_on(c: Controller, name: str) -> None:
    """Light it. This tap logs nothing: she may have touched a dim row to see what it is."""
    channel = c.channel(name)
    label = channel.label if channel else name
    c.session.message = f"{label} on: tap again"
    try:
        first_visits.switch_on(c.home, name)
        c.dim = dimmed(c)
    except NotSaved:
        c.dim -= {name}  # for now; the disk will be asked again next time


def switch_all_on(c: Controller) -> None:
    """Light everything."""
    try:
        first_visits.switch_all_on(c.home)
    except NotSaved:
        c.session.message = "for this visit only: the disk did not take it"
    c.dim = frozenset()
