"""A finger and a keyboard that do what a hand does, and count it."""

from __future__ import annotations

from textual.events import Key, MouseDown, MouseUp
from textual.geometry import Region

from observe.ui.base import BoardScreen
from observe.ui.pads import Gap

SIZES = [(80, 24), (100, 32), (120, 36), (160, 45), (60, 40), (66, 21)]


def targets(screen: BoardScreen) -> list[tuple[str, Region, str]]:
    """What a finger can press now: the board, where on the glass, and the id. Lines of cards are not among it."""
    return [
        (name, where.translate(board.at.offset), cell.id)
        for name, board in screen.boards.items()
        if board.at is not None
        for where, cell in board.cells
        if not isinstance(cell, Gap) and cell.id
    ]


def middle(screen: BoardScreen, id: str) -> tuple[int, int]:
    """The middle of the target of this id."""
    found = next((where for _, where, one in targets(screen) if one == id), None)
    if found is None:
        raise AssertionError(f"{id} is not on the glass")
    return found.x + found.width // 2, found.y + 1


def mouse(kind: type[MouseDown] | type[MouseUp], x: int, y: int) -> MouseDown | MouseUp:
    """A mouse event as the driver reports it."""
    return kind(None, x, y, 0, 0, 1, False, False, False, x, y)


def touch(screen: BoardScreen, id: str) -> None:
    """A finger goes down on a target and is handled at once."""
    down = mouse(MouseDown, *middle(screen, id))
    assert isinstance(down, MouseDown)
    screen.on_mouse_down(down)


def key(stroke: str) -> Key:
    """A key as the terminal reports it."""
    return Key(stroke, " " if stroke == "space" else stroke if len(stroke) == 1 else None)
