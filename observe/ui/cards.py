"""Cards drawn as rows of text: one column, or two from 96 columns on; and the board that shows a part of them.

A piece of a row may carry an act, which makes it a target for a finger and a stop for the keyboard's cursor.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from observe.domain.cards import Bar, Card, Item, Line, Page, Series, Span, Table, Timeline
from observe.domain.frozen import dataclass
from observe.ui.board import Board
from observe.ui.pads import Cell, Panel
from observe.ui.pieces import Drawn, Piece
from observe.ui.series import series
from observe.ui.text import fit, pad_to, width, wrap
from observe.ui.tokens import ink_on

TWO_COLUMNS = 96
BLOCK, DOT = "█", "·"
CLOCK_ROWS = 3
"""Rows of clock times under a timeline at most; an edge without a clock is reached by its letters and by keys."""


@dataclass(frozen=True, slots=True)
class Track:
    """Where a timeline lies: its row, first column and columns, and what it spans in active ms."""

    row: int
    x: int
    w: int
    length: int
    acts: tuple[str, ...]

    def moment(self, x: int) -> int:
        """The active time at the left edge of a column."""
        return min(max(x - self.x, 0), self.w) * self.length // max(1, self.w)


@dataclass(frozen=True, slots=True)
class Sheet:
    """All rows of a page, each of the same width; `acts`: in reading order, each with its first row and its last."""

    rows: tuple[Drawn, ...] = ()
    acts: tuple[tuple[str, int, int], ...] = ()
    tracks: tuple[Track, ...] = ()

    def moved(self, x: int, y: int) -> "Sheet":
        """The same, its places counted from another corner."""
        tracks = tuple(replace(t, row=t.row + y, x=t.x + x) for t in self.tracks)
        return Sheet(self.rows, tuple((act, a + y, b + y) for act, a, b in self.acts), tracks)


def draw(page: Page, w: int) -> Sheet:
    """The page in `w` columns."""
    rows: list[Drawn] = []
    parts: list[Sheet] = []
    for alone, cards in groupby(page.cards, lambda card: card.wide or w < TWO_COLUMNS):
        y = len(rows)
        if alone:
            for card in cards:
                parts.append(box(card, w).moved(0, len(rows)))
                rows += parts[-1].rows
            continue
        half = (w - 1) // 2
        left: list[Drawn] = []
        right: list[Drawn] = []
        for card in cards:
            first = len(left) <= len(right)
            side, at, wide = (left, 0, half) if first else (right, half + 1, w - half - 1)
            parts.append(box(card, wide).moved(at, y + len(side)))
            side += parts[-1].rows
        for i in range(max(len(left), len(right))):
            a = left[i] if i < len(left) else (Piece(" " * half, "bg"),)
            b = right[i] if i < len(right) else (Piece(" " * (w - half - 1), "bg"),)
            rows.append((*a, Piece(" ", "bg"), *b))
    # Two lines may do the same; a cursor that knew both would go back from the second to the first for ever.
    acts: dict[str, tuple[str, int, int]] = {}
    for found in (found for part in parts for found in part.acts):
        acts.setdefault(found[0], found)
    return Sheet(tuple(rows), tuple(acts.values()), tuple(track for part in parts for track in part.tracks))


def box(card: Card, w: int) -> Sheet:
    """One card in a frame `w` columns wide."""
    inner = max(8, w - 4)
    first, *more = wrap(card.title, inner - 2)
    head = (Piece("┌─ ", "edge"), Piece(first, "ink", True), Piece(f" {'─' * (w - 5 - width(first))}┐", "edge"))
    drawn: list[Drawn] = [(Piece(text, "ink", True),) for text in more]
    tracks: list[Track] = []
    for kind, items in groupby(card.items, type):
        if kind is Bar:
            drawn += bars([item for item in items if isinstance(item, Bar)], inner)
            continue
        for item in items:
            if isinstance(item, Timeline):
                acts = tuple(s.act for s in item.stretches)
                tracks.append(Track(len(drawn) + 1, 2, inner, item.length, acts))
            drawn += _item(item, inner)
    rows: list[Drawn] = [head]
    for pieces in drawn:
        acted = pieces[0].act if pieces and all(p.act == pieces[0].act for p in pieces) else ""
        pieces = _clipped(pieces, inner)
        used = sum(width(p.text) for p in pieces)
        fill = Piece(" " * max(0, inner - used), act=acted)
        rows.append((Piece("│ ", "edge"), *pieces, fill, Piece(" │", "edge")))
    rows.append((Piece(f"└{'─' * (w - 2)}┘", "edge"),))
    order: dict[str, tuple[int, int]] = {}
    for y, pieces in enumerate(rows):
        for piece in pieces:
            if piece.act:
                order[piece.act] = (order.get(piece.act, (y, y))[0], y)
    # Edges come in order of time, also where a later one's clock stands in a row above.
    known = [act for track in tracks for act in track.acts if act in order]
    names = [*(act for act in order if act not in known)]
    place = next((i for i, act in enumerate(names) if order[act][0] > tracks[0].row), len(names)) if tracks else 0
    names[place:place] = known
    return Sheet(tuple(rows), tuple((act, *order[act]) for act in names), tuple(tracks))


def _clipped(pieces: Drawn, w: int) -> Drawn:
    """At most `w` cells of a row: a table may need more than a narrow glass has."""
    kept: list[Piece] = []
    for piece in pieces:
        room = w - sum(width(p.text) for p in kept)
        if width(piece.text) > room:
            return (*kept, replace(piece, text=fit(piece.text, room)))
        kept.append(piece)
    return tuple(kept)


def _item(item: Item, w: int) -> list[Drawn]:
    if isinstance(item, Line):
        return flow(item.spans, w, item.act)
    if isinstance(item, Table):
        return table(item, w)
    if isinstance(item, Timeline):
        return timeline(item, w)
    if isinstance(item, Series):
        return series(item, w)
    return bars([item], w)


def flow(spans: Sequence[Span], w: int, act: str = "") -> list[Drawn]:
    """A line of any length in rows of `w` cells, broken between words; what goes on hangs under its last part."""
    head = "".join(span.text for span in spans[:-1])
    head += spans[-1].text[: len(spans[-1].text) - len(spans[-1].text.lstrip(" "))] if head else ""
    column = head.endswith(("  ", ": ")) and width(head) <= w // 2
    hang = width(head) if column else 2
    rows: list[list[Piece]] = [[]]
    used = 0
    for word in _words(spans, w - hang):
        room = w - (hang if len(rows) > 1 else 0)
        size = sum(width(piece.text) for piece in word)
        space = word[0].text.isspace()
        if used + size > w and space:
            continue
        if used + size > w and used > (hang if len(rows) > 1 else 0):
            rows.append([Piece(" " * hang, act=act)])
            used, room = hang, w - hang
        if used + size > w:
            word = [replace(word[0], text=fit("".join(piece.text for piece in word), room - max(0, used - hang)))]
            size = width(word[0].text)
        if space and len(rows) > 1 and used == hang:
            continue
        rows[-1] += [replace(piece, act=act) for piece in word]
        used += size
    return [tuple(row) or (Piece("", act=act),) for row in rows]


def _words(spans: Sequence[Span], most: int) -> Iterator[list[Piece]]:
    """Words and the spaces between them; a word may change its tone on the way.

    A name and its count stay together, and so does a path, where a row has `most` cells for it.
    """
    word: list[Piece] = []
    for span in spans:
        for token in re.findall(r"\s+|\S+(?: \d+(?=,|$))?", span.text):
            long = not token.isspace() and width(token) > most
            for part in re.findall(r"\s+|[^\s/\\]*[/\\]+|[^\s/\\]+", token) if long else (token,):
                piece = Piece(part, span.tone, span.strong)
                if word and (long or part.isspace()):
                    yield word
                    word = []
                if part.isspace():
                    yield [piece]
                else:
                    word.append(piece)
    if word:
        yield word


def bars(items: Sequence[Bar], w: int) -> list[Drawn]:
    """Bars under one another, their labels before and their numbers right beside them."""
    label = min(max(width(bar.label) for bar in items), w // 2)
    text = min(max(width(bar.text) for bar in items), w - label - 6)  # the bar gives way before the number
    room = max(4, min(40, w - label - text - 2))
    rows: list[Drawn] = []
    for bar in items:
        full = round(room * bar.part / bar.whole) if bar.whole else 0
        full = min(room, max(full, 1 if bar.part else 0))
        rows.append(
            (
                Piece(pad_to(bar.label, label) + " "),
                Piece(BLOCK * full, bar.tone),
                Piece(DOT * (room - full), "edge"),
                Piece(" " + " " * (text - width(fit(bar.text, text))) + fit(bar.text, text), bold=True),
            )
        )
    return rows


def table(item: Table, w: int) -> list[Drawn]:
    """Columns that keep their numbers whole: the first one gives way."""
    rows = [item.head, *item.rows] if any(item.head) else list(item.rows)
    n = len(item.head)
    sizes = [max((width(row[i]) for row in rows if i < len(row)), default=0) for i in range(n)]
    gap = 2 if sum(sizes) + 2 * (n - 1) + (6 if item.shares else 0) <= w else 1
    sizes[0] = max(4, min(sizes[0], w - sum(sizes[1:]) - gap * (n - 1)))
    spare = w - sum(sizes) - gap * (n - 1) - 1
    bar = min(20, spare) if item.shares and spare >= 5 else 0
    drawn: list[Drawn] = []
    for i, row in enumerate(rows):
        head = bool(any(item.head)) and i == 0
        at = i - bool(any(item.head))
        tone = "mute" if head else item.tones[at] if at < len(item.tones) else "ink"
        pieces = [Piece(pad_to(row[0], sizes[0]), tone)] if row else []
        if bar:
            share = item.shares[at] if 0 <= at < len(item.shares) and not head else None
            full = 0 if share is None else max(round(bar * share), 1 if share else 0)
            pieces += [Piece(" "), Piece(BLOCK * full, tone)]
            pieces.append(Piece((" " if share is None else DOT) * (bar - full), "edge"))
        for cell, size in zip(row[1:], sizes[1:], strict=False):
            text = fit(cell, size)
            pieces.append(Piece(" " * (gap + size - width(text)) + text, "mute" if head or cell == "0" else "ink"))
        act = item.acts[at] if not head and at < len(item.acts) else ""
        drawn.append(tuple(replace(piece, act=act) for piece in pieces) if act else tuple(pieces))
    return drawn


def timeline(item: Timeline, w: int) -> list[Drawn]:
    """A letter a column for what ran, and under each beginning its clock time, in as many rows as that takes."""
    if not item.length or not item.stretches:
        return []
    cells = [Piece(DOT, "edge")] * w
    clocks: list[list[tuple[int, Piece]]] = []
    for s in item.stretches:
        x = min(w - 1, s.start * w // item.length)
        end = min(w, max(x + 1, s.end * w // item.length))
        cells[x:end] = [Piece(s.letter, s.tone, True, s.act)] * (end - x)
        if not s.clock:
            continue
        at = min(x, w - width(s.clock))
        line = next((row for row in clocks if row[-1][0] + width(row[-1][1].text) < at), None)
        if line is None and len(clocks) < CLOCK_ROWS:
            line = []
            clocks.append(line)
        if line is not None:
            line.append((at, Piece(s.clock, "mute", act=s.act)))
    rows: list[Drawn] = [_joined(cells)]
    for found in clocks:
        pieces: list[Piece] = []
        used = 0
        for at, piece in found:
            pieces += [Piece(" " * (at - used)), piece] if at > used else [piece]
            used = at + width(piece.text)
        rows.append(tuple(pieces))
    return rows


def _joined(cells: Sequence[Piece]) -> Drawn:
    return tuple(
        replace(piece, text=piece.text * sum(1 for _ in group))
        for piece, group in ((key, group) for key, group in groupby(cells))
    )


class CardBoard(Board):
    """Shows the rows of a sheet that are on the glass, and knows which act lies under a finger."""

    def __init__(self, id: str, tokens: dict[str, str]) -> None:
        super().__init__(id, tokens)
        self.sheet, self.first, self.cursor = Sheet(), 0, ""

    def show_sheet(self, sheet: Sheet, first: int, cursor: str) -> None:
        """Show this sheet from its row `first` on, with the cursor on an act."""
        self.sheet, self.first, self.cursor = sheet, first, cursor
        self.refresh()

    def cell_at(self, x: int, y: int) -> tuple[int, Cell] | None:
        """The act under a finger, or the nearest a row above or below: rows are lower than fingers."""
        y += self.first
        for track in self.sheet.tracks:
            if track.row == y and self.cursor in track.acts and track.x <= x <= track.x + track.w:
                return 0, Panel(f"place:{track.moment(x)}", ())
        for row in (y, y + 1, y - 1):
            act = self._act(x, row)
            if act:
                return 0, Panel(act, ())
        return None

    def _act(self, x: int, row: int) -> str:
        if not 0 <= row < len(self.sheet.rows):
            return ""
        for piece in self.sheet.rows[row]:
            x -= width(piece.text)
            if x < 0:
                return piece.act
        return ""

    @property
    def targets(self) -> list[tuple[Region, str]]:
        """Every act on the glass and the places that stand for it, relative to the board."""
        found = []
        for y, pieces in enumerate(self.sheet.rows[self.first : self.first + self.size.height]):
            x = 0
            for piece in pieces:
                if piece.act:
                    found.append((Region(x, y, width(piece.text), 1), piece.act))
                x += width(piece.text)
        return found

    def render_lines(self, crop: Region) -> list[Strip]:
        """Rows that scroll are drawn as Textual does."""
        return Widget.render_lines(self, crop)

    def render_line(self, y: int) -> Strip:
        """One row; what can be tapped has the ground of a pad, where the cursor is black on white."""
        colours = self.tokens
        at = self.first + y
        segments: list[Segment] = []
        used = 0
        for piece in self.sheet.rows[at] if at < len(self.sheet.rows) else ():
            chosen = bool(piece.act) and piece.act == self.cursor
            ground = colours["sel" if chosen else "pad" if piece.act else "bg" if piece.ink == "bg" else "card"]
            ink = colours["black"] if chosen else colours[piece.ink or "ink"]  # a scheme need not name a colour
            segments.append(Segment(piece.text, ink_on(ink, ground, piece.bold)))
            used += width(piece.text)
        if used < self.size.width:
            segments.append(Segment(" " * (self.size.width - used), ink_on(colours["ink"], colours["bg"])))
        return Strip(segments, max(used, self.size.width)).crop(0, self.size.width)
