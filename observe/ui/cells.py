"""Rows, columns and grids of cells: how pads share the room they have. No cell is under 5 x 3."""

from collections.abc import Sequence

from textual.geometry import Region

from observe.domain.frozen import dataclass
from observe.ui.text import halves, width

Cells = tuple[Region, ...]

MIN_WIDTH, MIN_HEIGHT = 6, 3


@dataclass(frozen=True, slots=True)
class Word:
    """What a pad has to show whatever its state: its key, and its label, then ever shorter ones."""

    key: str
    labels: tuple[str, ...]

    def needs(self) -> tuple[int, int, int, int]:
        """Cells for the whole label with air, whole, in two lines or shorter, and for the shortest word."""
        whole = width(self.labels[0])
        two = halves(self.labels[0])
        if two is not None:
            middle = min(whole, max(width(self.key) + 1 + width(two[0]), width(two[1])))
        else:
            middle = width(self.labels[1]) if len(self.labels) > 1 else whole
        return whole + 2, whole + 1, middle + 1, min(middle, width(self.labels[-1])) + 1


Words = tuple[Word, ...]


def cuts(words: Sequence[Word], w: int) -> list[int] | None:
    """Widths of pads in a row of `w` cells: whole words with air, then ever less. None: no room."""
    for level in range(4):
        base = [max(MIN_WIDTH, word.needs()[level]) for word in words]
        spare = w - sum(base)
        if spare >= 0:
            return _spread(base, spare)
    if len(words) * MIN_WIDTH > w:
        return None
    return _spread([0] * len(words), w)


def whole(words: Sequence[Word], w: int) -> bool:
    """Whether a row of `w` cells holds these pads without cutting a word."""
    return sum(max(MIN_WIDTH, word.needs()[3]) for word in words) <= w


def _spread(base: list[int], spare: int) -> list[int]:
    n = len(base)
    return [b + (i + 1) * spare // n - i * spare // n for i, b in enumerate(base)]


def row(widths: Sequence[int], x: int, y: int, h: int) -> list[Region]:
    """Cells of these widths side by side, from (x, y) on, each `h` high."""
    cells = []
    for w in widths:
        cells.append(Region(x, y, w, h))
        x += w
    return cells


def column(n: int, w: int, h: int) -> list[Region]:
    """`n` cells one under the other that share `w` x `h` as evenly as whole cells can."""
    return [Region(0, i * h // n, w, (i + 1) * h // n - i * h // n) for i in range(n)]


def grid(n: int, columns: int, rows: int, w: int, h: int) -> list[Region]:
    """`n` cells of a grid, row by row, that share `w` x `h` as evenly as whole cells can."""
    return [
        Region(
            c * w // columns,
            r * h // rows,
            (c + 1) * w // columns - c * w // columns,
            (r + 1) * h // rows - r * h // rows,
        )
        for r in range(rows)
        for c in range(columns)
    ][:n]


def sheet(groups: Sequence[Words], room: Region) -> list[Region]:
    """Cells for a sheet, each group from a new row on: as few columns as the height allows, at least three."""
    most = max(1, room.height // MIN_HEIGHT)
    widest = max(1, room.width // MIN_WIDTH)
    counts = [len(words) for words in groups if words]

    def rows(columns: int) -> int:
        return sum(-(-n // columns) for n in counts)

    columns = next((c for c in range(min(3, widest), widest) if rows(c) <= most), widest)
    needed = max(1, min(most, rows(columns)))
    places = grid(columns * needed, columns, needed, room.width, min(room.height, needed * 5))
    cells: list[Region] = []
    first = 0
    for n in counts:
        cells += places[first * columns :][:n]
        first += -(-n // columns)
    return cells


def card(room: Region) -> list[Region]:
    """Lines of text over pads, the same for any number of either: nothing on it depends on what it says."""
    columns = 2 if room.width >= 44 else 1
    rows = 3 if room.height >= 18 else 2 if room.height >= 11 else 1
    high = 4 if room.height >= 24 else MIN_HEIGHT
    text = room.height - rows * high
    pads = grid(rows * columns, columns, rows, room.width, rows * high)
    return [Region(0, 0, room.width, text), *(pad.translate((0, text)) for pad in pads)]


def panel(pads: int, room: Region) -> list[Region]:
    """Text, so many pads under it as far as there is room, and text again."""
    n = min(pads, 6, max(0, (room.height - 18) // MIN_HEIGHT))
    free = room.height - n * MIN_HEIGHT
    top = max(4, free // 2) if pads else max(3, free // 4)
    between = [Region(0, top + i * MIN_HEIGHT, room.width, MIN_HEIGHT) for i in range(n)]
    return [Region(0, 0, room.width, top), *between, Region(0, top + n * MIN_HEIGHT, room.width, free - top)]
