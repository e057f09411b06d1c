"""The chart of a week: minutes held of planned, a class a row."""

from collections.abc import Sequence

from observe.services.said import minutes_of
from observe.ui.pads import Row
from observe.ui.text import pad_to, width, wrap

HEADING = " This week: minutes held of planned"
OTHERS = 24
"""What the words behind a bar and the gaps take."""


def rows(found: Sequence[tuple[str, float, float, float]], w: int) -> list[Row]:
    """`found`: the class, its minutes held, planned, and held beside what was planned. A name that is too long for its
    column has lines of its own over its bar: two classes may differ in their last word alone."""
    label = max((width(name) for name, *_ in found if width(name) <= w // 3), default=0)
    room = max(4, min(30, w - label - OTHERS))
    said = [Row(HEADING, "ink", True)]
    for name, held, planned, extra in found:
        ink = "ink" if held or extra or not planned else "mute"
        if width(name) > label:
            said += [Row(f" {line}", ink) for line in wrap(name, w - 3)]
            name = ""
        full = min(room, round(room * held / planned)) if planned else room * bool(extra)
        bar = "▄" * full + "·" * (room - full)  # half as high as a line: a pad is to be the heaviest thing here
        said.append(Row(f" {pad_to(name, label)} {bar} {minutes_of(held, planned, extra)}", ink))
    return said
