"""A board: one widget that draws a block of cells and knows which of them lies under a point.

It takes no mouse event itself. The screen asks it, so that taps and keys that arrive in one clump are
handled in the order in which they were made, whichever board they are on.
"""

from collections.abc import Sequence

from rich.segment import Segment
from textual._time import get_time
from textual.filter import ANSIToTruecolor
from textual.geometry import Offset, Region
from textual.strip import Strip
from textual.widget import Widget

from observe.ui.cells import Cells
from observe.ui.face import Rows, face
from observe.ui.pads import Cell, Gap
from observe.ui.tokens import Tokens, ink_on


class Seam(Widget):
    """Lies unseen under a board, where one column of cells ends and the next begins.

    Textual sends a changed region from the left edge of the widget on, but never more than from the last edge
    of any widget in that row. Without seams one tile at the right costs the bytes of all tiles left of it.
    """

    ALLOW_SELECT = False

    def place(self, region: Region | None) -> None:
        """Move to this line of the screen, or away."""
        self.display = region is not None
        if region is not None:
            self.styles.offset = region.offset
            self.styles.width, self.styles.height = region.size

    def render_lines(self, crop: Region) -> list[Strip]:
        """Nothing: a board lies over it."""
        return [Strip.blank(crop.width)] * crop.height


class Board(Widget):
    """Cells in a rectangle. `show` draws what changed and nothing else."""

    ALLOW_SELECT = False

    def __init__(self, id: str, tokens: Tokens) -> None:
        super().__init__(id=id)
        self.tokens = tokens
        self.at: Region | None = None
        self._cells: Cells = ()
        self._shown: list[Cell] = []
        self._faces: list[Rows] = []
        self._rows: dict[int, Strip] = {}
        self._since: list[float] = []
        self._before: dict[tuple[Region, str], float] = {}

    def place(self, region: Region | None) -> None:
        """Move to this rectangle of the screen, or away."""
        self._remember()
        if region is None:
            self._before = {}
        self.at = region
        self._cells, self._shown, self._faces, self._rows = (), [], [], {}
        self.display = region is not None
        if region is not None:
            self.styles.offset = region.offset
            self.styles.width, self.styles.height = region.size

    def _remember(self) -> None:
        """Since when each cell has been where it is on the glass."""
        if self.at is not None and self._cells:
            places = (where.translate(self.at.offset) for where in self._cells)
            self._before = {
                (place, cell.id): since for place, cell, since in zip(places, self._shown, self._since, strict=True)
            }

    def since(self, i: int) -> float:
        """Since when this cell has been there, by the clock of events; a tap made before was meant for another."""
        return self._since[i] if i < len(self._since) else 0.0

    def move_to(self, region: Region) -> None:
        """Move to this rectangle; what is drawn stays where it is there already."""
        if self.at != region:
            self.place(region)

    def wear(self, tokens: Tokens) -> None:
        """Forget what is drawn: the next `show` draws all of it in these colours."""
        self._remember()
        self.tokens = tokens
        self._cells, self._shown, self._faces, self._rows = (), [], [], {}
        self.refresh()

    def show(self, cells: Cells, shown: Sequence[Cell]) -> int:
        """Show `shown` in `cells`, relative to this board; returns how many cells had to be drawn."""
        shown = [*shown[: len(cells)], *([Gap()] * (len(cells) - len(shown)))]
        if cells != self._cells:
            self._remember()
            self._cells, self._shown = cells, list(shown)
            offset, moment = self.at.offset if self.at is not None else Offset(), get_time()
            placed = zip(cells, shown, strict=True)
            self._since = [self._before.get((where.translate(offset), cell.id), moment) for where, cell in placed]
            self._faces = [face(c, r.width, r.height, self.tokens) for c, r in zip(shown, cells, strict=True)]
            self._rows = {}
            self.refresh()
            return len(cells)
        drawn = 0
        for i, (was, now) in enumerate(zip(self._shown, shown, strict=True)):
            if was == now:
                continue
            self._shown[i] = now
            if was.id != now.id:
                self._since[i] = get_time()
            where = cells[i]
            rows = face(now, where.width, where.height, self.tokens)
            pairs = enumerate(zip(self._faces[i], rows, strict=True))
            dirty = [Region(where.x, where.y + y, where.width, 1) for y, (before, after) in pairs if before != after]
            self._faces[i] = rows
            if dirty:  # without a region, refresh means everything
                for line in dirty:
                    self._rows.pop(line.y, None)
                self.refresh(*dirty)
                drawn += 1
        return drawn

    def cell_at(self, x: int, y: int) -> tuple[int, Cell] | None:
        """The cell under a point of this board, with its place in the row of cells; None between them."""
        for i, where in enumerate(self._cells):
            if where.contains(x, y):
                return i, self._shown[i]
        return None

    @property
    def cells(self) -> list[tuple[Region, Cell]]:
        """Every cell and where it is, relative to the board."""
        return list(zip(self._cells, self._shown, strict=True))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Rows as they were put together before.

        Textual asks every board on the glass for all of its rows at each change, however small, and its own way
        there looks up styles that a board has none of: for a tap that was two thirds of the painting.
        """
        # A filter (NO_COLOR) changes what is drawn; that of the sixteen colours finds none of them here.
        filtered = not all(isinstance(f, ANSIToTruecolor) for f in self.app.get_line_filters())
        if filtered or crop.x or crop.width != self.size.width:
            return super().render_lines(crop)
        for y in crop.line_range:
            if y not in self._rows:
                self._rows[y] = self.render_line(y)
        return [self._rows[y] for y in crop.line_range]

    def render_line(self, y: int) -> Strip:
        """One row, put together from the faces that it crosses."""
        ground = ink_on(self.tokens["ink"], self.tokens["bg"])
        segments: list[Segment] = []
        x = 0
        for i, where in enumerate(self._cells):
            if where.y <= y < where.bottom:
                if where.x > x:
                    segments.append(Segment(" " * (where.x - x), ground))
                segments.extend(self._faces[i][y - where.y])
                x = where.right
        if x < self.size.width:
            segments.append(Segment(" " * (self.size.width - x), ground))
        return Strip(segments, self.size.width)
