"""The mark of the shared folder in a title: a place of fixed width at its end, so that a change moves nothing."""

from observe.services.sharing.mark import Mark
from observe.ui.pads import Panel, Row
from observe.ui.text import fit_words

WIDE, NARROW = 17, 11
BROAD = 80
"""From so many columns on, the longest words have room."""

LEGEND = (
    ("saved here", "On this device; not all of it is in the shared folder yet."),
    ("in the folder", "In the shared folder too; no other device has all of it yet."),
    ("seen by 1", "In the folder, and so many other devices have all of it."),
    ("!", "The last sync did not go well. What you logged is safe on this device."),
)


def room(mark: Mark | None, w: int) -> int:
    """Columns that the mark takes of a title `w` columns wide."""
    return 0 if mark is None else WIDE if w >= BROAD else NARROW


def shown(mark: Mark | None, w: int) -> Panel:
    """The mark in `w` columns; an empty place for none."""
    if mark is None:
        return Panel("", (), "title")
    words = [f"! {word}" for word in mark.words] if mark.troubled else list(mark.words)
    text = fit_words([*words, "!"] if mark.troubled else words, w - 1)
    return Panel("", (Row(f"{text} ", "warn" if mark.troubled else "ink", mark.troubled, right=True),), "title")
