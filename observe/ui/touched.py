"""What undo and redo touch, in the words of the screens: one place, so that a pad and a line say the same."""

from observe.domain.protocol import Channel, Protocol
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


def changed(touched: Touched, channel: Channel | None) -> tuple[str, ...]:
    """What an act changed of something that was logged before, in ever shorter words; () where it was logged by it or
    became another code: then its label says more."""
    was = touched.was
    if was is None or touched.observations[0].code != was.code:
        return ()
    now = touched.observations[0]
    if (now.student, now.group) != (was.student, was.group):
        return ("moved",)
    for modifier in channel.modifiers if channel else ():
        if now.modifiers.get(modifier.name) != was.modifiers.get(modifier.name):
            return (modifier.label, *modifier.short)
    if now.with_whom != was.with_whom:
        return ("with whom", "whom")
    if now.note != was.note:
        return KINDS["note"]
    return ("the time", "time") if now.at != was.at else ()


def said(touched: Touched, protocol: Protocol, names: Names) -> str:
    """For a line that tells what was taken back or done again: `Stretch / Amara`, `note, Stretch / Amara`."""
    if not touched.observations:
        return kind_words(touched)[0]
    o = touched.observations[0]
    channel = protocol.channel(o.channel)
    code = channel.code(o.code or "") if channel else None
    label = code.label if code else f"{channel.label} ended" if channel else "last act"
    label = ", ".join((*changed(touched, channel)[:1], label))
    who = names.short(o.student) if o.student else names.mask(o.group)
    return f"{label} / {who}" if who else label
