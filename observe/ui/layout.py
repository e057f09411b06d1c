"""Every rectangle of the live screen, for one size and one protocol, in one function.

Called on resize only, and nothing in here knows what is lit, open or logged: that is why nothing can
move under the thumb. Widths follow words, never states. A cell includes the gap to its neighbour, so
the gap is part of the target; no cell is under 5 x 3.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from textual.geometry import Region

from observe.ui.cells import MIN_HEIGHT, Cells, Word, Words, card, column, cuts, grid, panel, row, sheet, whole

NOT_SEEN = "sheet.not-seen"
"""The face of the tiles that lists who was not seen, as many as there are tiles; no channel can have that name."""
GROUPS = "groups"
"""The face with the groups: it covers a row and never the tiles, where there is a row."""
PLAN = "sheet.the-plan"
"""The face of the tiles with the plan; no channel can have that name."""
PANEL = 40
GAP = 2
GROUP, GROUPS_LEAST, GROUPS_MOST = 8, 40, 8
"""Columns of the pad of a group; of the narrowest row that they may cover; and how many there are at most."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What there is to place, in words.

    `channels`: every channel's name, label and codes, in the protocol's order; the other names say which
    of them belongs where. `beside`: codes at the foot of the left rail. `entries`: of the menu. `group`: the pad
    that opens the groups, where there are students. `tiles`: students and Everyone; 0 for a protocol that is not
    about students. `questions`: of the plan. `left_handed`: the rails change sides. `mark`: columns at the
    end of the title.
    """

    channels: Mapping[str, tuple[Word, Words]] = field(default_factory=dict)
    left: str = ""
    beside: int = 0
    right: str = ""
    bottom: str = ""
    upper: int = 0
    rows: tuple[str, ...] = ()
    picks: str = ""
    asker: Words = ()
    acts: Words = ()
    look: Words = ()
    menu: Words = ()
    group: Words = ()
    sweep: Words = ()
    entries: Words = ()
    tiles: int = 1
    questions: int = 0
    left_handed: bool = False
    mark: int = 0

    def codes(self, channel: str) -> Words:
        """The codes of a channel, () of none."""
        return self.channels[channel][1] if channel else ()


@dataclass(slots=True)
class Layout:
    """Where the boards are on the screen, and the cells of each of a board's faces, relative to the board.

    A face is what a board shows at a time: the band shows the states that are on, or the codes of one
    of them. `per_page`: tiles on the glass at once. `placed`: channels whose codes all have a place
    outside of the menu.
    """

    form: str
    width: int
    height: int
    boards: dict[str, Region] = field(default_factory=dict)
    faces: dict[tuple[str, str], Cells] = field(default_factory=dict)
    per_page: int = 1
    columns: int = 1
    placed: set[str] = field(default_factory=set)

    def put(self, board: str, region: Region, cells: Iterable[Region], face: str = "") -> None:
        """Place a board and one of its faces."""
        self.boards[board] = region
        self.faces[board, face or board] = tuple(cells)

    def unplaced(self, shape: Shape) -> tuple[str, ...]:
        """Channels that this size has no room for, in the protocol's order."""
        return tuple(name for name in shape.channels if name not in self.placed)

    def groups_in_menu(self, shape: Shape) -> bool:
        """Whether the pad that opens the groups has no place on the glass: a row of codes has no column to spare."""
        return bool(shape.group) and self.form == "full" and not self.has("group")

    def seams(self) -> list[Region]:
        """Lines before which a column of tiles or actions ends: see `Seam`.

        Textual cuts rows at both edges of a seam. In the gap between two columns both are between characters;
        in the first column of a tile a wide character would be cut in half and be lost.
        """
        lines = []
        for board in ("tiles", "acts"):
            if (board, board) in self.faces:
                room = self.boards[board]
                edges = sorted({cell.x for cell in self.faces[board, board]} - {0})
                lines += [Region(room.x + x - 1, room.y, 1, room.height) for x in edges]
        return lines

    def has(self, board: str, face: str = "") -> bool:
        """Whether this size shows that face."""
        return (board, face or board) in self.faces


def form_of(w: int, h: int) -> str:
    """The name of the form for a screen of so many columns and rows."""
    if w < 60 or h < 21:
        return "small"
    if h < 24 or (w < 80 and h < 34):
        return "large"
    if w < 80:
        return "tall"
    return "full" if w >= 100 and h >= 30 else "mid"


def lay_out(w: int, h: int, shape: Shape) -> Layout:
    """All rectangles for a screen of `w` x `h` cells."""
    layout = Layout(form_of(w, h), w, h)
    if layout.form == "small":
        layout.put("title", Region(0, 0, w, 1), [Region(0, 0, w, 1)])
        return layout
    inner = w - PANEL if w >= 150 else w
    top = _HEADS[layout.form](layout, inner, shape)
    _body(layout, inner, h, top, shape)
    _sheets(layout, shape)
    if layout.form != "large":
        status = 46 if w >= 100 else 34 if w >= 80 else 22
        mark = [shape.mark] if shape.mark else []
        layout.put("title", Region(0, 0, w, 1), row([w - shape.mark - status - 9, 9, status, *mark], 0, 0, 1))
    if w > inner:
        side = Region(inner, 1, w - inner, h - 1)
        layout.put("side", side, panel(shape.questions, side))
    return layout


# -- above the tiles ---------------------------------------------------------------------------


def _full(layout: Layout, w: int, shape: Shape) -> int:
    _strip(layout, 1, w - 56)
    first = cuts(shape.acts, 32) or []
    layout.put("acts", Region(w - 56, 1, 56, 3), row([*first, 12, 12], 56 - 24 - sum(first), 0, 3))
    _pick(layout, "acts", shape)
    layout.put("tools", Region(w - 26, 4, 26, 3), row(cuts((*shape.look, *shape.menu), 26) or [], 0, 0, 3))
    # Where there are no tiles, the sheet in their place has more room than rows.
    rows = list(shape.rows) if shape.tiles else []
    upper, lower = Region(0, 4, w - 26, 3), Region(0, 7, w, 3)
    taken = _taken(rows, upper.width, shape)
    left = [name for name in rows if name not in taken]
    two = bool(_taken(left, lower.width, shape))
    if two:
        _channels(layout, rows, upper, shape)
        _channels(layout, left, _beside_group(layout, left, lower, shape), shape)
    else:
        _channels(layout, rows, _beside_group(layout, rows, upper, shape), shape)
    _sweep(layout, shape)
    return 10 if two else 7


def _beside_group(layout: Layout, channels: list[str], room: Region, shape: Shape) -> Region:
    """What is left of the lowest row beside the pad that opens the groups.

    It stands at the end of the row that they cover, and never under them: a second tap on it cannot be on one of
    them. It takes no channel's place.
    """
    if not shape.group:
        return room
    wide = max(GROUP, shape.group[0].needs()[2])
    less = Region(room.x, room.y, room.width - wide, room.height)
    if _taken(channels, less.width, shape) != _taken(channels, room.width, shape):
        return room
    layout.put("group", Region(less.right, room.y, wide, room.height), [Region(0, 0, wide, room.height)])
    return less


def _sweep(layout: Layout, shape: Shape) -> None:
    """During a look at everyone its three pads take the place of the last row that is wide enough."""
    rows = [f"row-{name}" for name in shape.rows if name in layout.placed]
    board = next((name for name in reversed(rows) if whole(shape.sweep, layout.boards[name].width)), None)
    if board is not None and shape.look:
        room = layout.boards[board]
        layout.put(board, room, row(cuts(shape.sweep, room.width) or [], 0, 0, 3), "sweep")


def _taken(channels: list[str], w: int, shape: Shape) -> list[str]:
    """As many channels as a row of this width holds with whole words."""
    taken: list[str] = []
    for name in channels:
        if whole([word for some in (*taken, name) for word in shape.codes(some)], w):
            taken.append(name)
    return taken


def _channels(layout: Layout, channels: list[str], room: Region, shape: Shape) -> None:
    """Put as many channels into this row as it holds."""
    taken = _taken(channels, room.width, shape)
    widths = cuts([word for name in taken for word in shape.codes(name)], room.width) or []
    x = room.x
    for name in taken:
        n = len(shape.codes(name))
        mine, widths = widths[:n], widths[n:]
        layout.put(f"row-{name}", Region(x, room.y, sum(mine), 3), row(mine, 0, 0, 3))
        layout.placed.add(name)
        x += sum(mine)


def _mid(layout: Layout, w: int, shape: Shape) -> int:
    _strip(layout, 1, w - 48)
    first = cuts((*shape.acts, *shape.menu), 32) or []
    layout.put("acts", Region(w - 48, 1, 48, 3), row([*first, 8, 8], 48 - 16 - sum(first), 0, 3))
    _pick(layout, "acts", shape)
    return 7 if _band(layout, Region(0, 4, w, 3), shape, len((*shape.group, *shape.look))) else 4


def _tall(layout: Layout, w: int, shape: Shape) -> int:
    _strip(layout, 1, w - 20)
    layout.put("undo", Region(w - 20, 1, 20, 3), row([10, 10], 0, 0, 3))
    words = (*shape.acts, *shape.group, *shape.look, *shape.menu)
    layout.put("acts", Region(0, 4, w, 3), row(cuts(words, w) or [], 0, 0, 3))
    _pick(layout, "acts", shape)
    return 10 if _band(layout, Region(0, 7, w, 3), shape, 0) else 7


def _large(layout: Layout, w: int, shape: Shape) -> int:
    _strip(layout, 0, w - 20)
    layout.put("undo", Region(w - 20, 0, 20, 3), row([10, 10], 0, 0, 3))
    band = Region(0, 3, w, 3)
    _band(layout, band, shape, len(shape.asker) + 1)
    more = (*shape.acts, *shape.group, *shape.look, *shape.menu)
    layout.put("band", band, row(cuts(more, w) or [], 0, 0, 3), "more")
    _pick(layout, "band", shape)
    return 6


_HEADS = {"full": _full, "mid": _mid, "tall": _tall, "large": _large}


def _strip(layout: Layout, y: int, w: int) -> None:
    target = min(max(15, w * 43 // 100), 27)
    layout.put("strip", Region(0, y, w, 3), row([target, w - target], 0, 0, 3))


def _pick(layout: Layout, board: str, shape: Shape) -> None:
    """The kinds to pick from cover the whole board for one tap."""
    room = layout.boards[board]
    kinds = shape.codes(shape.picks)
    if kinds and whole(kinds, room.width):
        layout.put(board, room, row(cuts(kinds, room.width) or [], 0, 0, 3), "picks")
        layout.placed.add(shape.picks)


def _band(layout: Layout, room: Region, shape: Shape, others: int) -> bool:
    """A row that shows which states are on, and the codes of one of them when it is tapped."""
    names = [name for name in shape.rows if shape.tiles and whole(shape.codes(name), room.width)][:3]
    for name in names:
        layout.put("band", room, row(cuts(shape.codes(name), room.width) or [], 0, 0, 3), f"drawer.{name}")
        layout.placed.add(name)
    n = len(names) + others
    if not n and len(shape.look) < 2:
        return False  # else it is kept free for the pads of a look at everyone
    layout.put("band", room, grid(n, n, 1, room.width, 3))
    layout.put("band", room, row(cuts(shape.sweep, room.width) or [], 0, 0, 3), "sweep")
    return True


# -- rails, tiles, bottom row --------------------------------------------------------------------


def _body(layout: Layout, w: int, h: int, top: int, shape: Shape) -> None:
    full, tall = layout.form == "full", layout.form == "tall"
    rail = max(12, w // 9) if full else 10
    asker = shape.asker if layout.form != "large" else ()
    low = (4 if full else 7 if tall else 3) if shape.bottom else 0
    ladder = len(shape.codes(shape.left)) - shape.beside
    left = 0 < ladder * MIN_HEIGHT <= h - top - low
    foot = left and shape.beside > 0 and (ladder + shape.beside) * MIN_HEIGHT + 1 <= h - top - low
    under = left and shape.beside == 1 and not foot
    if under and not low:
        low = MIN_HEIGHT
        under = left = ladder * MIN_HEIGHT <= h - top - low
    middle = h - top - low

    def side(region: Region) -> Region:
        """The region, or its mirror image for the left hand."""
        return Region(w - region.right, region.y, *region.size) if shape.left_handed else region

    if left:
        _left(layout, rail, top, middle, ladder, shape.beside if foot else 0, side)
    if under:
        # Under the rail, in its column: the same place at this size, always.
        layout.put("foot", side(Region(0, h - 3, rail, 3)), [Region(0, 0, rail, 3)])
    if left and (foot or under or not shape.beside):
        layout.placed.add(shape.left)
    start, edge = (rail + 1 if left else 0), w
    codes = len(shape.codes(shape.right))
    if 0 < codes * MIN_HEIGHT <= middle:
        wide = 9 if tall else rail
        edge = w - wide - 1
        layout.put("right", side(Region(w - wide, top, wide, middle)), column(codes, wide, middle))
        layout.placed.add(shape.right)
    _tiles(layout, side(Region(start, top, edge - start, middle)), shape)
    if shape.bottom:
        x = rail if under and not tall else 0
        if asker:
            high = low - 3 if under and tall else low
            layout.put("asker", side(Region(x, h - low, rail, high)), [Region(0, 0, rail, high)])
            x += rail + 1
        elif under and tall:
            x = rail + 1
        _bottom(layout, side(Region(x, h - low, w - x, low)), shape)


def _left(
    layout: Layout, rail: int, top: int, middle: int, ladder: int, foot: int, side: Callable[[Region], Region]
) -> None:
    high = middle
    if foot:
        # The codes beside the scale stand apart, at the foot, never smaller than the others.
        each = max(MIN_HEIGHT, min(middle // (ladder + foot), (middle - 1 - ladder * MIN_HEIGHT) // foot))
        high = middle - each * foot - 1
        layout.put("foot", side(Region(0, top + high + 1, rail, each * foot)), column(foot, rail, each * foot))
    layout.put("left", side(Region(0, top, rail, high)), column(ladder, rail, high))


def _bottom(layout: Layout, room: Region, shape: Shape) -> None:
    """Two blocks with a gap; on a tall screen one above the other, the higher one on top."""
    codes = shape.codes(shape.bottom)
    lower, upper = codes[: len(codes) - shape.upper], codes[len(codes) - shape.upper :]
    places = [room]
    if upper and layout.form == "tall":
        places = [Region(room.x, room.bottom - 3, room.width, 3), Region(room.x, room.y, room.width, 3)]
    elif upper:
        half = (room.width - GAP) // 2
        right = Region(room.x + half + GAP, room.y, room.width - GAP - half, room.height)
        places = [Region(room.x, room.y, half, room.height), right]
    blocks = [cuts(words, place.width) for words, place in zip((lower, upper), places, strict=False)]
    for name, widths, place in zip(("lower", "upper"), blocks, places, strict=False):
        if widths is None:
            return
        layout.put(name, place, row(widths, 0, 0, place.height))
    layout.placed.add(shape.bottom)


def _tiles(layout: Layout, room: Region, shape: Shape) -> None:
    columns, rows = _tile_grid(max(1, shape.tiles), room, 5 if layout.form in ("tall", "large") else 7)
    layout.columns, layout.per_page = columns, columns * rows
    places = grid(columns * rows, columns, rows, room.width, room.height)
    layout.put("tiles", room, places)
    if shape.tiles and shape.look:
        layout.put("tiles", room, places, NOT_SEEN)


def _tile_grid(n: int, room: Region, usual: int) -> tuple[int, int]:
    """Columns and rows: the usual number of columns if that is enough, else more, thinner tiles, else pages."""
    usual = min(usual, max(1, room.width // 7))
    least = min(usual, 5 if usual < 7 else 4)
    for tile, most in ((5, usual), (4, usual), (MIN_HEIGHT, usual), (MIN_HEIGHT, max(usual, room.width // 7))):
        rows = max(1, room.height // tile)
        if tile == 5 and rows < 4:
            continue  # on a low screen wide tiles, which show more of a name, come before high ones
        for columns in range(least, most + 1):
            if columns * rows >= n:
                # Few students: tiles need not be towers.
                return columns, max(-(-n // columns), min(rows, room.height // 6))
    return usual, max(1, room.height // MIN_HEIGHT)


def _sheets(layout: Layout, shape: Shape) -> None:
    """Sheets over the tiles: the menu, the channels without a place, and all of these at once where no tiles are."""
    room = layout.boards["tiles"]
    rest = layout.unplaced(shape)
    sheets: dict[str, list[Words]] = {name: [shape.codes(name)] for name in rest}
    group = shape.group if layout.groups_in_menu(shape) else ()
    sheets["menu"] = [(*shape.entries, *group, *(shape.channels[name][0] for name in rest))]
    if not shape.tiles:
        sheets["pinned"] = [shape.codes(name) for name in rest]
    for name, groups in sheets.items():
        layout.put("tiles", room, sheet(groups, room), f"sheet.{name}")
    layout.put("tiles", room, card(room), PLAN)
    if shape.tiles:
        rows = [f"row-{name}" for name in shape.rows if f"row-{name}" in layout.boards]
        wide = [board for board in rows if layout.boards[board].width >= GROUPS_LEAST]
        board = wide[-1] if wide else "band" if "band" in layout.boards else "tiles"
        place = layout.boards[board]
        n = min(GROUPS_MOST, place.width // GROUP)
        layout.put(board, place, grid(n, n, 1, place.width, MIN_HEIGHT), GROUPS)
