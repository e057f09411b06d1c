"""Screens of pads that scroll: bands of cells one under the other, a cursor over them, and a line to write on."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.events import Paste
from textual.geometry import Region

from observe.domain.cards import Page
from observe.domain.frozen import dataclass
from observe.ui.board import Board
from observe.ui.cardpage import CardPage
from observe.ui.cards import CardBoard, Sheet
from observe.ui.cells import MIN_HEIGHT, Cells, grid
from observe.ui.meanings import Words
from observe.ui.pads import Cell, Gap, Pad, Panel, Row, Tile, with_cursor


@dataclass(frozen=True, slots=True)
class Band:
    """Cells side by side in `columns`, each `height` rows high; what does not fit goes on below."""

    cells: tuple[Cell, ...]
    columns: int = 1
    height: int = MIN_HEIGHT


@dataclass(frozen=True, slots=True)
class PadSheet(Sheet):
    """Bands laid out: `places` and what stands there."""

    places: Cells = ()
    shown: tuple[Cell, ...] = ()


def heading(text: str, ink: str = "deep", more: tuple[Row, ...] = ()) -> Band:
    """A line of text over a band, and what else is to be said there."""
    rows = (Row(f" {text}", ink, True), *more)
    return Band((Panel("", rows, "bg"),), 1, len(rows))


def group(title: str, cells: Sequence[Cell], columns: int, more: tuple[Row, ...] = ()) -> list[Band]:
    """Cells under a heading."""
    return [heading(title, more=more), Band(tuple(cells), columns)]


def lay(bands: Sequence[Band], w: int) -> PadSheet:
    """The bands in `w` columns, one under the other."""
    places: list[Region] = []
    shown: list[Cell] = []
    y = 0
    for band in bands:
        rows = -(-len(band.cells) // band.columns)
        cells = grid(len(band.cells), band.columns, max(1, rows), w, rows * band.height)
        places += [place.translate((0, y)) for place in cells]
        shown += band.cells
        y += rows * band.height
    acts = tuple(
        (cell.id, place.y, place.bottom - 1)
        for place, cell in zip(places, shown, strict=True)
        if cell.id and not isinstance(cell, Gap | Panel)
    )
    return PadSheet(((),) * y, acts, (), tuple(places), tuple(shown))


class PadBoard(CardBoard):
    """Shows the cells of a sheet that are on the glass."""

    def show_sheet(self, sheet: Sheet, first: int, cursor: str) -> None:
        """Show the cells from row `first` on, with the cursor on one."""
        assert isinstance(sheet, PadSheet)
        room = Region(0, 0, *self.at.size) if self.at is not None else Region()
        places, shown = [], []
        for place, cell in zip(sheet.places, sheet.shown, strict=True):
            here = place.translate((0, -first))
            # A pad that is cut by the edge would be a target lower than a finger; text may be cut.
            whole = here.y >= 0 and here.bottom <= room.height
            if whole or (isinstance(cell, Panel) and here.bottom > 0 and here.y < room.height):
                places.append(here)
                shown.append(with_cursor(cell) if cursor and cell.id == cursor else cell)
        if shown and _heads(shown[-1]) and shown[-1] is not sheet.shown[-1]:
            # What it is over is on the next page, and there it stands, too.
            places, shown = places[:-1], shown[:-1]
        self.show(tuple(places), shown)

    cell_at = Board.cell_at
    render_line = Board.render_line


class PadPage(CardPage):
    """A page of pads. `bands` says what there is; `touch` gets the id of a pad in it, `act` the page's commands."""

    def compose(self) -> ComposeResult:
        """Title, pads, the line, foot."""
        yield Board("title", self.tokens)
        yield PadBoard("body", self.tokens)
        yield Board("line", self.tokens)
        yield Board("foot", self.tokens)

    def bands(self, w: int) -> Sequence[Band]:
        """What the page shows, in `w` columns."""
        raise NotImplementedError

    @property
    def low(self) -> bool:
        """Pads are as high as a finger: a tap on one acts."""
        return False

    def words(self) -> Words:
        """What its cells say, in full: a pad's label may be cut on the glass."""
        assert isinstance(self.sheet, PadSheet)
        cells = self.sheet.shown
        under = [_text(cell) for cell in cells if self.cursor and cell.id == self.cursor]
        return Words("\n".join(map(_text, cells)), "\n".join(under))

    def cards(self) -> Page:
        """Nothing is drawn from cards here."""
        return Page("", ())

    def read(self) -> Page:
        """Nothing to mask: what pads show goes through `names`."""
        return self.cards()

    def load(self) -> None:
        """Read what is so, on a page that keeps what it read."""

    def fresh(self) -> None:
        """Something changed: read it again and show it."""
        self.load()
        self.draw()

    def draw(self) -> None:
        """Show what is so."""
        w, h = self.size
        if not self.ready or w < 20 or h < 12:
            return
        self.page = self.read()
        self.sheet = lay(self.bands(w), w)
        self._drawn = (self.page, w)
        if self.cursor not in {act for act, _, _ in self.sheet.acts}:
            self.cursor = ""
        super().draw()

    def press(self, id: str, touch: bool = False) -> None:
        """A page up or down leaves the height of a pad: one that was cut at the edge is whole on the next."""
        if id in ("scroll_up", "scroll_down") and self.typing is None:
            page = max(1, self.room - MIN_HEIGHT)
            self.first += page if id == "scroll_down" else -page
            self.message = ""
            self.draw()
        else:
            super().press(id, touch)

    # -- the cursor goes over a plane of pads --------------------------------------------------------------

    def step(self, by: int) -> None:
        """The cursor to the pad above or below; the page along with it."""
        at = self._place(self.cursor)
        if at is None:
            super().step(by)
            return
        ahead = [p for p in self._targets() if (p.y - at.y) * by > 0]
        if not ahead:
            self.first += by * MIN_HEIGHT
            return
        near = min(ahead, key=lambda p: (abs(p.y - at.y), abs(p.x - at.x)))
        self._to(near)

    def aside(self, by: int) -> None:
        """The cursor to the pad before or after."""
        acts = [act for act, _, _ in self.sheet.acts]
        if self.cursor not in acts:
            super().step(by)
            return
        to = acts.index(self.cursor) + by
        if 0 <= to < len(acts):
            place = self._place(acts[to])
            assert place is not None
            self._to(place)

    def _to(self, place: Region) -> None:
        assert isinstance(self.sheet, PadSheet)
        self.cursor = self.sheet.shown[self.sheet.places.index(place)].id
        self.first = max(min(self.first, place.y), place.bottom - self.room)

    def _targets(self) -> list[Region]:
        known = {act for act, _, _ in self.sheet.acts}
        assert isinstance(self.sheet, PadSheet)
        return [p for p, cell in zip(self.sheet.places, self.sheet.shown, strict=True) if cell.id in known]

    def _place(self, id: str) -> Region | None:
        assert isinstance(self.sheet, PadSheet)
        found = zip(self.sheet.places, self.sheet.shown, strict=True)
        return next((place for place, cell in found if id and cell.id == id), None)

    @property
    def on_glass(self) -> list[str]:
        """Ids of the pads on the glass, in reading order."""
        return [cell.id for _, cell in self.boards["body"].cells if cell.id and not isinstance(cell, Panel)]

    def on_paste(self, event: Paste) -> None:
        """Pasted lines stay apart: a list of names is not one name."""
        event.stop()
        event.prevent_default()
        if self.typing is not None:
            self.typing.paste(event.text, "; ")
            self.draw()


def _heads(cell: Cell) -> bool:
    """Whether it is a heading: a line on the page's own ground."""
    return isinstance(cell, Panel) and cell.ground == "bg" and len(cell.rows) == 1


def _text(cell: Cell) -> str:
    if isinstance(cell, Panel):
        return "\n".join(row.text for row in cell.rows)
    if isinstance(cell, Pad):
        return "\n".join((cell.labels[0], *cell.subs[:1]))
    return cell.words[0] if isinstance(cell, Tile) else ""
