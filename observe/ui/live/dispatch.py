"""Which pad or key does what in a live visit. Each is a function of its own; here is where they are found."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from observe.ui.live import asking, cues, focal, grouping, lit, looking, mending, planned, undoing

if TYPE_CHECKING:
    from observe.ui.live.controller import Controller


def act(c: Controller, id: str, touch: bool) -> None:
    """Do what this pad or key stands for. `touch`: it came from a finger, so no keyboard is at hand. Raises Refused."""
    kind, _, rest = id.partition(".")
    off = lit.channel_of(c, id)
    if off:
        c.leave(id)
        lit.switch_on(c, off)
    elif kind in _OF:
        c.leave(id)
        _OF[kind](c, rest)
    elif kind == "step":
        asking.step_extra(c, rest)  # the menu stays open: she may step on
    elif kind == "student":
        c.select(rest)
    elif kind == "group":
        grouping.tap(c, rest, touch)
    elif kind in grouping.MOVES:
        grouping.MOVES[kind](c, touch)
    elif kind == "open":
        c.open(rest)
    elif kind == "note":
        c.leave(id)
        mending.note(c, touch)
    elif kind == "menu":
        c.menu(touch)
    elif kind in _ACTIONS:
        if kind not in _KEEPS:
            c.leave(id)
        _ACTIONS[kind](c)


_OF: dict[str, Callable[[Controller, str], None]] = {
    "code": lambda c, rest: c.code(*rest.partition(".")[::2]),
    "choose": lambda c, rest: asking.choose(c, *rest.split(".", 2)),
    "flag": lambda c, rest: asking.flag(c, *rest.split(".", 1)),
    "ask": planned.ask,
}
"""What is done with something named behind a point; it ends what else is going on."""
_ACTIONS: dict[str, Callable[[Controller], None]] = {
    "everyone": lambda c: c.select(None),
    "unseen": lambda c: c.next_unseen(),
    "left": lambda c: c.step(-1),
    "right": lambda c: c.step(1),
    "up": lambda c: c.step_row(-1),
    "down": lambda c: c.step_row(1),
    "undo": undoing.undo,
    "redo": undoing.redo,
    "again": lambda c: c.again(),
    "strip": mending.strip,
    "asker": asking.ask,
    "more": lambda c: c.open("more"),
    "pause": lambda c: c.pause(),
    "away": lambda c: c.mark_away(),
    "groups": grouping.open_row,
    "plan": planned.open_card,
    "plan_more": planned.more,
    "asker_on": asking.switch,
    "all_on": lit.switch_all_on,
    "look": lambda c: looking.toggle(c, cues.shown(c)),
    "look_order": looking.step_order,
    "unseen_list": looking.open_list,
    "look_unseen": looking.toggle_unseen,
    "focal": focal.toggle,
    "skip": looking.skip,
    "back": looking.back,
}
_KEEPS = frozenset(
    ("everyone", "unseen", "left", "right", "up", "down", "strip", "more", "look_order", "groups", "plan", "plan_more")
)
"""Actions that do not end what else is going on."""
