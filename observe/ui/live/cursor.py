"""The keyboard's cursor: from one cell to the nearest in a direction, over all boards."""

from collections.abc import Sequence

from textual.geometry import Region

STEPS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


def move(cells: Sequence[tuple[Region, str]], now: str, direction: str) -> str:
    """The id of the cell that `direction` leads to from the cell `now`; `now` itself at the edge."""
    start = next((region for region, id in cells if id == now), None)
    if start is None:
        return cells[0][1] if cells else ""
    dx, dy = STEPS[direction]
    best, least = now, None
    for region, id in cells:
        ahead, aside = _distance(start, region, dx, dy)
        # Rows are twice as far apart as columns, and straight on comes before sideways.
        cost = ahead + 3 * aside
        if id != now and ahead > 0 and (least is None or cost < least):
            best, least = id, cost
    return best


def _distance(a: Region, b: Region, dx: int, dy: int) -> tuple[float, float]:
    """How far `b` lies ahead of `a`, and how far it lies beside the line; in columns."""
    if dx:
        ahead = (b.x - a.right if dx > 0 else a.x - b.right) + 1
        aside = max(0, a.y - b.bottom + 1, b.y - a.bottom + 1) * 2
    else:
        ahead = ((b.y - a.bottom if dy > 0 else a.y - b.bottom) + 1) * 2
        aside = max(0, a.x - b.right + 1, b.x - a.right + 1)
    middle = abs(a.x + a.width / 2 - b.x - b.width / 2) if dy else abs(a.y + a.height / 2 - b.y - b.height / 2)
    return ahead, aside + middle / 10
