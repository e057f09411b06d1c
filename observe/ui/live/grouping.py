"""Groups in a visit: one is chosen like a student, a child goes to another one, and one is whom a state is with.

All three are a row of pads that covers another row while the tiles stay in sight. The pad that opens it is on the
glass, so that to move the child whom the taps are about is two taps: that pad, then the group.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from observe.domain import groups
from observe.domain.errors import NotSaved, Refused
from observe.services.groups import GroupActs
from observe.ui.layout import GROUPS
from observe.ui.live import mending
from observe.ui.pads import Cell, Gap, Pad

if TYPE_CHECKING:
    from observe.ui.live.controller import Controller
    from observe.ui.live.scene import Scene

NEW = "Group"
"""A new group is called so, with the lowest number that is free."""
AT_END = ("group_none", "group_new")
"""Pads of the row that are about moving alone."""


def labels(c: Controller) -> list[str]:
    """Every group there is to choose from. One keeps its place until the app ends, also when a move is taken back."""
    known = c.session.labels
    known += [label for label in groups.labels(c.log) if label not in known]
    return known


def here(c: Controller, label: str) -> list[str]:
    """Who of a group is here now, in seat order."""
    now = c.log.grouping.at()
    return [student for student in c.view.present if now.get(student) == label]


def of(c: Controller, student: str | None) -> str:
    """The group that a student is in now, "" for none."""
    return c.log.grouping.at().get(student, "") if student is not None else ""


def tick(c: Controller) -> None:
    """Once a second: a plan that was made, or came, after the visit had begun has groups to be taken up."""
    if not c.log.plan or groups.grouped(c.log.grouping):
        return
    if not {*c.log.visit.roster, *c.view.present}.isdisjoint(groups.planned(c.log.plan)):
        with contextlib.suppress(NotSaved, Refused):  # the next second asks again
            if GroupActs(c.home, c.recorder.visit_id).take_up():
                c.refresh()


def open_row(c: Controller) -> None:
    """Show the groups: for the chosen child to go to one, else to choose one; from there the same key is that of Move.

    The same pad closes them again.
    """
    session = c.session
    asked = session.open == GROUPS and session.marking is None and session.moving is None
    c.leave("")
    if not asked:
        session.open = GROUPS
        # With none there is nothing to choose, but the first can be made.
        session.regroup = session.selected is not None or not labels(c)


def toggle_move(c: Controller) -> None:
    """From choosing a group to moving children, and back."""
    c.session.regroup = not c.session.regroup or not labels(c)


def tap(c: Controller, label: str, touch: bool) -> None:
    """A group's pad was tapped.

    The state is with it, the last log was about it, the chosen child goes there, or the next taps are about it.
    """
    session = c.session
    session.last_tap = c.now()
    if session.marking is not None:
        _with(c, label)
    elif session.moving is not None:
        mending.move(c, (None, label))
        session.close()
    elif session.regroup:
        _move(c, label, touch)
    else:
        c.aim((None, label))
        session.close()


def _with(c: Controller, label: str) -> None:
    marking, who = c.session.marking, here(c, label)
    assert marking is not None
    if not who:
        c.session.message = "nobody of this group is here"
        return
    marking.students = set(who)
    mending.done(c)


def _move(c: Controller, label: str, touch: bool) -> None:
    session, student = c.session, c.session.selected
    if student is None:
        session.message = "tap a child first"
        return
    name = c.names.short(student)
    if of(c, student) == label:
        session.told = f"{name} is there\n{_called(c, label)}"
    elif c.change(lambda: GroupActs(c.home, c.recorder.visit_id).move(student, label, at=c.tap_time())):
        session.told = f"moved {name}\n{_called(c, label)}"
    if not touch:  # with a keyboard the digits are codes again at once; a finger may want to move more of them
        session.close()


def none(c: Controller, touch: bool) -> None:
    """The chosen child is in no group from now on."""
    _move(c, "", touch)


def new(c: Controller, touch: bool) -> None:
    """The chosen child begins a new group."""
    known = labels(c)
    label = next(f"{NEW} {n}" for n in range(1, len(known) + 2) if f"{NEW} {n}" not in known)
    if c.session.selected is not None:
        known.append(label)
    _move(c, label, touch)


def more(c: Controller) -> None:
    """The next groups."""
    c.session.group_page += 1


def cells(scene: Scene) -> list[Cell]:
    """Move, a pad for each group, and at the end those that go with moving alone; the place of each depends on none."""
    c, session = scene.c, scene.c.session
    room = next(len(cells) for (_, face), cells in scene.layout.faces.items() if face == GROUPS) - 1 - len(AT_END)
    pads = [_pad(c, label) for label in labels(c)]
    first = Pad("strip", ("Keep",) if session.moving is not None else ("Done",), tone="deep")
    if session.marking is None and session.moving is None:
        words = scene.commands["group_move"].labels
        first = Pad("group_move", words, scene.key("groups"), tone="warn", on=session.regroup)
    each = room if len(pads) <= room else room - 1
    pages = max(1, -(-len(pads) // each))
    page = session.group_page % pages
    shown: list[Cell] = [replace(pad, key=f"{i}") for i, pad in enumerate(pads[page * each :][:each], 1)]
    shown += [Gap()] * (each - len(shown))
    if pages > 1:
        shown.append(Pad("group_more", scene.commands["group_more"].labels, f"{room}", (f"{page + 1}/{pages}",)))
    for i, id in enumerate(AT_END, room + 1):
        shown.append(Pad(id, scene.commands[id].labels, f"{i}") if session.regroup else Gap())
    return [first, *shown]


def _pad(c: Controller, label: str) -> Pad:
    """One group; lit where the chosen child is, or which the next taps are about, or the last log was about."""
    now = of(c, c.session.selected) if c.session.regroup else c.session.about
    if c.session.moving is not None:
        now = next((o.group for o in c.log.observations if o.id == c.session.moving[0]), "")
    on = label == now and c.session.marking is None
    shown, n = c.names.mask(label), len(here(c, label))
    first, *_, last = (*shown.split(" "), shown.split(" ")[-1])
    # Group 1 and Group 2 are told apart by their ends, groups called by their tasks by how these begin.
    alike = sum(other.split(" ")[0] == label.split(" ")[0] for other in labels(c)) > 1
    words = dict.fromkeys((shown, last if alike else first))
    return Pad(f"group.{label}", tuple(words), subs=(f"{n} here", f"{n}"), tone="grp", on=on)


def _called(c: Controller, label: str) -> str:
    return c.names.mask(label) or "no group"


MOVES: dict[str, Callable[[Controller, bool], None]] = {
    "group_move": lambda c, touch: toggle_move(c),
    "group_none": none,
    "group_new": new,
    "group_more": lambda c, touch: more(c),
}
"""What the other pads of the row do; the second argument: it came from a finger."""
