"""Undo and redo: what waits, choices of a student, and acts in the log, in the order in which they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from observe.domain.errors import NotSaved
from observe.ui.live import looking
from observe.ui.text import fit
from observe.ui.touched import changed, kind_words

if TYPE_CHECKING:
    from observe.services.record import Touched
    from observe.ui.live.controller import Controller

_ROOM = (7, 5)
"""Cells beside the key on the pads of undo and redo: on narrow ones the end of a word is cut rather than all of it."""


def undo(c: Controller) -> None:
    """Take back the last thing done, a choice of student too."""
    session = c.session
    session.last_tap = c.now()
    if session.trail:
        session.undone.append(session.target)
        session.aim(session.trail.pop())
        return
    before = looking.newest(c)
    if c.saver.take_back() is not None:
        looking.undone(c, before)
        return
    try:
        touched = c.recorder.undo()
    except NotSaved as error:
        session.message = f"not undone: {error.why or error.what}"
        return
    if touched is None:
        session.message = "nothing to undo"
        return
    session.undone.append(None)
    if touched.id == session.asked_with:
        session.asked_with = ""  # whom it is with was taken back, so it is asked again
    looking.undone(c, before)


def redo(c: Controller) -> None:
    """Do again what undo took back last."""
    session = c.session
    session.last_tap = c.now()
    if session.undone and session.undone[-1] is not None:
        session.trail.append(session.target)
        session.aim(session.undone.pop() or (None, ""))
        return
    if c.saver.put_back():
        looking.redone(c)
        return
    try:
        touched = c.recorder.redo()
    except NotSaved as error:
        session.message = f"not done again: {error.why or error.what}"
        return
    if session.undone:
        session.undone.pop()
    if touched is None:
        session.message = "nothing to do again"
        return
    looking.redone(c)


def undo_words(c: Controller) -> tuple[str, ...]:
    """What undo would take back, then ever shorter; () for nothing."""
    if c.session.trail:
        return (f"▶{c.called(c.session.target)[-1]}", "▶")
    if c.saver.waiting:
        return _cut(c.saver.waiting[-1].words)
    return _words(c, c.touched[0])


def redo_words(c: Controller) -> tuple[str, ...]:
    """What redo would do again, then ever shorter; () for nothing."""
    undone = c.session.undone
    if undone and undone[-1] is not None:
        return (f"▶{c.called(undone[-1])[-1]}", "▶")
    if c.saver.dropped:
        return _cut(c.saver.dropped[-1].words)
    return _words(c, c.touched[1])


def _words(c: Controller, touched: Touched | None) -> tuple[str, ...]:
    if touched is None:
        return ()
    for observation in touched.observations:
        channel = c.channel(observation.channel)
        if words := changed(touched, channel):
            return (*words, *_cut(words[-1])[1:])
        code = channel.code(observation.code) if channel and observation.code else None
        labels = (code.label, *code.short) if code else ("end",)
        who = c.names.short(observation.student) if observation.student else c.names.mask(observation.group)
        return (f"{labels[0]} {who}".strip(), *labels, *_cut(labels[-1])[1:])
    return kind_words(touched)


def _cut(word: str) -> tuple[str, ...]:
    """The word, then what narrow pads have of it."""
    return tuple(dict.fromkeys((word, *(fit(word, room) for room in _ROOM))))
