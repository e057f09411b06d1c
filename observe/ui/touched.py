"""What undo and redo touch, in the words of the screens: one place, so that a pad and a line say the same."""

from observe.domain.protocol import Protocol
from observe.services.record import Touched
from observe.ui.names import Names

KINDS = {
    "attendance": ("who is away", "away"),
    "pause": ("pause",),
    "sweep": ("look at everyone", "look"),
    "sweep.end": ("end of the look", "end"),
    "sweep.skip": ("skip",),
    "note": ("note",),
    "ran": ("a tick", "tick"),
    "move": ("a move", "move"),
}
"""What is no observation, in ever shorter words."""


def kind_words(touched: Touched) -> tuple[str, ...]:
    """An act without an observation; what is not known by a word is the last act all the same."""
    return next((KINDS[kind] for kind in touched.kinds if kind in KINDS), ("last act", "last"))


def said(touched: Touched, protocol: Protocol, names: Names) -> str:
    """For a line that tells what was taken back or done again: `Stretch / Amara`, `look at everyone`."""
    if not touched.observations:
        return kind_words(touched)[0]
    o = touched.observations[0]
    channel = protocol.channel(o.channel)
    code = channel.code(o.code or "") if channel else None
    label = code.label if code else f"{channel.label} ended" if channel else "last act"
    who = names.short(o.student) if o.student else names.mask(o.group)
    return f"{label} / {who}" if who else label
