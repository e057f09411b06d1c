"""What the strip offers after a log: the other child, who answered, with whom, since when, a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from observe.domain.errors import Refused
from observe.domain.groups import labels
from observe.domain.model import Observation
from observe.services.afterwards import Afterwards
from observe.services.record import Logged
from observe.ui.layout import GROUPS
from observe.ui.live import asking, looking
from observe.ui.live.session import Marking, Since, Target

if TYPE_CHECKING:
    from observe.ui.live.controller import Controller

STEPS_MS = (0, 5 * 60_000, 10 * 60_000, None)
"""A state tapped late began so long ago; None: at the visit's start."""


def begun(logged: Logged) -> Since | None:
    """The offer after a state was switched on."""
    return Since(logged.id, logged.at) if logged.id is not None else None


def subject(c: Controller) -> Observation | None:
    """What the strip is about: the last thing logged, or the state whose beginning she is putting right.

    A state that was moved back lies before what was logged since, and stays the one that the next tap moves.
    """
    since = c.session.since
    found = next((o for o in c.log.observations if o.id == since.observation), None) if since is not None else None
    return found or c.view.last


def offer(c: Controller) -> str:
    """What a tap on the strip does now: `done`, `keep`, `with`, `since`, `answered`, `move`, or "" for nothing."""
    session, last = c.session, subject(c)
    if session.marking is not None:
        return "done"
    if session.moving is not None:
        return "keep"
    if last is None or c.saver.waiting:
        return ""
    channel = c.channel(last.channel)
    if channel is None or last.code is None:
        return ""
    if channel.kind == "state":
        code = channel.code(last.code)
        if code is not None and code.with_whom and session.asked_with != last.id and c.view.seats:
            return "with"
        late = session.since if session.since is not None and session.since.observation == last.id else None
        return "since" if late is not None and len(_moments(c, late)) > 1 else ""
    if channel.kind == "toggle" or channel.about == "visit" or not c.view.seats:
        return ""
    answered = c.places.answered if channel is c.places.bottom else None
    if answered is not None and last.student is None and asking.fits(channel, answered, last):
        return "answered"
    return "move"


def strip(c: Controller) -> None:
    """Do what the strip offers."""
    session, last = c.session, subject(c)
    what = offer(c)
    if what == "done":
        done(c)
    elif what == "keep":
        session.moving = None
        _close_groups(c)
    elif last is not None and what == "with":
        here = set(c.view.present)
        session.marking = Marking("with", set(last.with_whom or c.view.last_group) & here, last.id)
        _show_groups(c)  # a group is the shortest answer; tiles can be marked
    elif what == "since":
        _earlier(c)
    elif last is not None and what == "answered" and c.places.answered is not None:
        session.moving = (last.id, c.places.answered.name)
        _close_groups(c)  # one child answers, and no group
    elif last is not None and what == "move":
        session.moving = (last.id, "")
        if is_of_one(c, last):
            _close_groups(c)
        else:
            _show_groups(c)


def _show_groups(c: Controller) -> None:
    if labels(c.log):
        c.session.open, c.session.regroup = GROUPS, False


def _close_groups(c: Controller) -> None:
    if c.session.open == GROUPS:
        c.session.close()


def is_of_one(c: Controller, o: Observation) -> bool:
    """Whether it can be about one student alone: a look of a pass, or a code that only a student can have."""
    channel = c.channel(o.channel)
    return o.method == "sweep" or (channel is not None and channel.about == "student")


def move(c: Controller, target: Target) -> None:
    """The tile or group that was waited for; the next taps are about it too, but a look stays with whoever is up."""
    _move(c, target)
    if c.session.looking is None:
        c.session.aim(target)
    elif target[0] == c.session.selected:
        looking.redone(c)  # it was the look at this one


def _move(c: Controller, target: Target) -> None:
    """The last log is about these, or this student answered."""
    assert c.session.moving is not None
    observation, modifier = c.session.moving
    student, group = target
    c.session.moving = None
    c.refresh()
    found = next((o for o in c.log.observations if o.id == observation), None)
    if found is None:
        return  # taken back elsewhere
    if not modifier:
        if student is None and is_of_one(c, found):
            c.session.message = f"{c.word(found.channel, found.code)} is about one student"
        elif student != found.student and _looked_at(c, found, student):
            # Two looks in one pass would count this child twice; which of them was wrong, only she knows.
            c.session.message = f"{c.names.short(student)} is looked at already"
        elif target != (found.student, found.group):
            c.change(lambda: c.recorder.amend(observation, student=student, group=group))
    elif student is not None:
        answered = {**found.modifiers, modifier: student}
        c.change(lambda: c.recorder.amend(observation, modifiers=answered))


def _looked_at(c: Controller, look: Observation, student: str | None) -> bool:
    """Whether the pass that this is a look of has one at that student already."""
    return look.sweep is not None and looking.look_at(c.log, look.sweep, student, look.channel) is not None


def leave(c: Controller) -> None:
    """Another pad was tapped: marks that she made are kept, a set she was only offered is not."""
    marking = c.session.marking
    if marking is not None and marking.touched:
        done(c)
    c.session.marking = None


def done(c: Controller) -> None:
    """What was marked is kept."""
    marking = c.session.marking
    assert marking is not None
    try:
        saved = _keep_marks(c, marking)
    except Refused as error:  # what they are about was taken back elsewhere: then no pad may wait for them
        c.session.message = f"the marks are not kept: {error.why or error.what}"
        saved = True
    if saved:
        c.session.marking = None
        if c.session.open == GROUPS:
            c.session.close()
        looking.without_away(c)


def _keep_marks(c: Controller, marking: Marking) -> bool:
    if marking.kind == "with":
        order = [seat.student.id for seat in c.view.seats if seat.student.id in marking.students]
        saved = not order or c.change(lambda: c.recorder.amend(marking.observation, with_whom=order))
        if saved:
            c.session.asked_with = marking.observation
        return saved
    now_away = {seat.student.id for seat in c.view.seats if not seat.here}
    absent, present = sorted(marking.students - now_away), sorted(now_away - marking.students)
    return not (absent or present) or c.change(
        lambda: c.recorder.attendance(present=present, absent=absent, at=c.tap_time())
    )


def _moments(c: Controller, since: Since) -> dict[int, int]:
    """When a state tapped late can have begun, by step: within the visit, and after the state that it ended began.

    Moved back over that one it would be ended by it, and what she is doing now would not be lit.
    """
    name = next((o.channel for o in c.log.observations if o.id == since.observation), "")
    others = (o.at for o in c.log.observations if o.channel == name and o.id != since.observation)
    start = c.log.visit.started_at or 0
    floor = max((at for at in others if at <= since.tapped_at), default=start - 1)
    moments = {step: since.tapped_at - back for step, back in enumerate(STEPS_MS) if back is not None}
    earlier = {step: at for step, at in moments.items() if not step or at > max(floor, start)}
    return earlier | ({len(moments): start} if start > floor else {})


def _earlier(c: Controller) -> None:
    since = c.session.since
    assert since is not None
    moments = _moments(c, since)
    step = next((step for step in moments if step > since.step), 0)
    if c.change(lambda: c.recorder.amend(since.observation, at=moments[step])):
        since.step = step


# -- notes -------------------------------------------------------------------------------------------


def noted(c: Controller) -> Observation | None:
    """What a note belongs to: the last thing logged about the student or group chosen, or of all while none is."""
    if c.session.target == (None, ""):
        return c.view.last
    return next((o for o in reversed(c.log.observations) if (o.student, o.group) == c.session.target), None)


def note(c: Controller, touch: bool) -> None:
    """With a keyboard the strip becomes the line to write on; with a finger it is a flag (time, child) for wrap-up."""
    if touch:
        student, group = c.session.target
        if c.change(lambda: afterwards(c).note(student=student, group=group, at=c.tap_time())):
            c.session.told = f"flag / {c.names.whom(student, group)}"
        return
    target = None if c.saver.waiting else noted(c)
    c.session.note_on, c.session.typing = (target.id, target.note) if target else ("", "")
    c.session.note_about = c.session.target


def afterwards(c: Controller) -> Afterwards:
    """Notes of this visit that belong to no tap."""
    return Afterwards(c.home, c.recorder.visit_id)


def keep_note(c: Controller) -> None:
    """Enter: the line is kept, with the tap it belongs to or on its own; an empty one takes a note away."""
    text, (student, group) = c.session.typing, c.session.note_about
    if text is None:
        return
    # Of a tap that was taken back while she wrote, the words are a note of their own.
    on = next((o for o in c.log.observations if o.id == c.session.note_on), None)
    try:
        if text == (on.note if on is not None else ""):
            done = True
        elif on is not None:
            done = c.change(lambda: c.recorder.amend(on.id, note=text))
        else:
            at = c.tap_time() if c.log.visit.ended_at is None else min(c.tap_time(), c.log.visit.ended_at)
            done = c.change(lambda: afterwards(c).note(text, student=student, group=group, at=at))
    except Refused as error:  # too long: what she wrote stands, to be shortened
        c.say(error)
        return
    if done:
        c.session.typing = None
