"""Draws one cell as rows of segments. Names and labels are data here: no markup is ever read."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style

from observe.domain.frozen import dataclass
from observe.ui.pads import Cell, Gap, Pad, Panel, Tile
from observe.ui.text import fit, fit_words, halves, pad_to, width
from observe.ui.tokens import Tokens, ink_on

Rows = list[list[Segment]]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a pad; `label`: the part of it that is the pad's name, from the character `at` on."""

    text: str
    label: str = ""
    at: int = 0


HALF = "▀"


def face(cell: Cell, w: int, h: int, tokens: Tokens) -> Rows:
    """The cell's `h` rows, each `w` cells wide, the gap to its right and below included."""
    if isinstance(cell, Gap):
        return [[Segment(" " * w, ink_on(tokens["ink"], tokens["bg"]))] for _ in range(h)]
    if isinstance(cell, Panel):
        return _panel(cell, w, h, tokens)
    inner = w - 1
    gap = Segment(" ", ink_on(tokens["ink"], tokens["bg"]))
    rows = _tile(cell, inner, h, tokens) if isinstance(cell, Tile) else _pad(cell, inner, h, tokens)
    return [[*row, gap] for row in rows]


# -- a pad ---------------------------------------------------------------------------------------


def _pad(pad: Pad, w: int, h: int, tokens: Tokens) -> Rows:
    lit = pad.on or pad.solid
    dim = pad.dim or pad.low
    ground = tokens[pad.tone] if lit else tokens["card" if dim else "pad"]
    ink = tokens["black"] if lit else tokens["low" if dim else "ink"]
    quiet = ink if lit or dim else tokens[pad.tone]
    lines = _pad_lines(pad, w, h - 1)
    foot = HALF * w
    marks = ["»"] * pad.cursor + ["●"] * pad.on
    places = _mark_places(lines, pad.key)
    # With one place for two marks it is the lamp's: the cursor has the underline, too.
    for mark, (i, at) in zip(marks[-len(places) :], places, strict=False):
        line = lines[i]
        lines[i] = _Line(line.text[:at] + mark + line.text[at + 1 :], line.label, line.at)
    if pad.on and not places:
        foot = "●" + HALF * (w - 1)
    said = ink_on(ink, ground, bold=True, underline=pad.cursor)
    rows = [_parts(line, w, said, ink_on(quiet, ground)) for line in lines]
    edge = tokens["sel" if pad.cursor else pad.tone if lit else "lowedge" if dim else pad.edge]
    rows.append([Segment(foot, ink_on(edge, tokens["bg"]))])
    return rows


def _parts(line: _Line, w: int, said: Style, quiet: Style) -> list[Segment]:
    """A line as segments: its label stands out from the key before it and from what runs behind it."""
    text = pad_to(line.text, w)
    if not line.label:
        return [Segment(text, quiet)]
    # The air around a label is drawn as the label is.
    start, end = line.at if line.at > 1 else 0, line.at + len(line.label)
    if not text[end:].strip():
        end = len(text)
    parts = ((text[:start], quiet), (text[start:end], said), (text[end:], quiet))
    return [Segment(part, style) for part, style in parts if part]


def _mark_places(lines: Sequence[_Line], key: str) -> list[tuple[int, int]]:
    """Where a mark can stand without taking a letter, best first: the line and the place in its text.

    Before the label, before what stands above or below it, between key and label, on a line without words.
    """
    texts = [line.text for line in lines]
    leads = [i for i, text in enumerate(texts) if text.startswith(" ")]
    label = next((i for i, line in enumerate(lines) if line.label), 0)
    before = sorted(leads, key=lambda i: i != label)
    found = [(i, 0) for i in before if i == label or not lines[i].label]
    if key:
        heads = ((i, text, len(text) - len(text.lstrip()) + len(key)) for i, text in enumerate(texts))
        found += [(i, at) for i, text, at in heads if text.lstrip().startswith(f"{key} ") and text[at : at + 1] == " "]
    found += [(i, 0) for i in before if (i, 0) not in found]
    empty = (i for i, text in enumerate(texts) if not text)
    return [*found, *((i, 0) for i in sorted(empty, key=lambda i: abs(i - label)))]


def _pad_lines(pad: Pad, w: int, h: int) -> list[_Line]:
    """`h` lines: the key, the label in one or two lines, what runs."""
    two = halves(pad.labels[0])
    first = width(pad.key) + 1 if h < 3 and pad.key else 0
    halved = two if two and width(pad.labels[0]) > w and max(first + width(two[0]), width(two[1])) <= w else None
    label = halved[1] if halved else fit_words(pad.labels, w)
    subs = [sub for sub in pad.subs if not label.endswith(sub)]  # "All pads on" says itself that it is on
    if halved:
        if h < 3:
            lead = f"{pad.key} " if pad.key else ""
            lines = [_Line(lead + halved[0], halved[0], len(lead)), _Line(_beside(label, subs, w), label)]
        else:
            lines = [_Line(_beside(pad.key, subs, w)), *(_Line(half, half) for half in halved)]
    else:
        lines = [_Line(_beside(pad.key, subs, w) if h < 3 else pad.key), _Line(label, label)]
        if h >= 3 and subs:
            lines.append(_Line(fit_words(subs, w)))
    blank = _Line("")
    above = max(0, (h - len(lines)) // 2)
    lines = ([blank] * above + lines + [blank] * h)[:h]
    # Two lines of one label begin in the same column.
    air = all(width(line.text) < w for line in lines if line.label)
    return [
        _Line(f" {line.text}", line.label, line.at + 1)
        if line.text and width(line.text) < w and (air or not line.label)
        else line
        for line in lines
    ]


def _beside(first: str, others: Sequence[str], w: int) -> str:
    """`first`, and the longest of `others` that fits behind it."""
    for other in others:
        text = f"{first} {other}" if first else other
        if width(text) <= w:
            return text
    return first


# -- a tile --------------------------------------------------------------------------------------


def _tile(tile: Tile, w: int, h: int, tokens: Tokens) -> Rows:
    if tile.selected:
        ground, ink, quiet = tokens["sel"], tokens["black"], tokens["black"]
    elif tile.marked:
        ground, ink, quiet = tokens["role"], tokens["black"], tokens["black"]
    elif tile.away:
        ground, ink, quiet = tokens["card"], tokens["low"], tokens["low"]
    elif tile.stale:
        ground, ink, quiet = tokens["stale"], tokens["ink"], tokens["warn"]
    else:
        ground, ink, quiet = tokens["pad"], tokens["ink"], tokens["mute"]
    plain = ink_on(quiet, ground)
    low = tile.lines < 3
    star = "*" if tile.star else ""
    seen = _seen(tile, w - 1 if low and star else w)
    if low:
        lines = [_name(tile, w, ink, ground), [Segment(_ends(seen, star, w), plain)]]
    else:
        lines = [[Segment(_ends(f" {tile.letter}", star, w), plain)], _plain_name(tile, w, ink, ground)]
        lines.append([Segment(pad_to(seen, w), plain)])
        if tile.lines > 3 and tile.before:
            lines.append([Segment(pad_to(f" was {tile.before}", w), plain)])
    blank = [Segment(" " * w, plain)]
    above = max(0, (h - 1 - len(lines)) // 2)
    rows = ([blank] * above + lines + [blank] * h)[: h - 1]
    full = round(max(0.0, min(1.0, tile.meter)) * w)
    edge = tokens["ink"] if tile.cursor else tokens[tile.tone]
    rows.append(
        [
            Segment(HALF * full, ink_on(edge, tokens["bg"])),
            Segment(HALF * (w - full), ink_on(tokens["sel"] if tile.cursor else ground, tokens["bg"])),
        ]
    )
    if tile.cursor:
        rows[above] = [Segment(s.text, ink_on(ink, ground, bold=True, underline=True)) for s in rows[above]]
    return rows


def _seen(tile: Tile, w: int) -> str:
    """What was logged last and how long ago: the words give way, the minutes never do."""
    lead = "✓" if tile.tick else "!" if tile.stale else " "
    age = f" {tile.age}" if tile.age else ""
    room = w - width(lead + age)
    word = next((word for word in tile.words if word and width(word) <= room), "")
    return f"{lead}{word}{age}" if word else f"{lead}{tile.age}"


def _ends(left: str, right: str, w: int) -> str:
    return pad_to(left, w - 1) + right if right else pad_to(left, w)


def _plain_name(tile: Tile, w: int, ink: str, ground: str) -> list[Segment]:
    lead = "▶" if tile.selected else " "
    name = fit_words(tile.names, w)
    text = lead + name if width(name) < w else name
    return [Segment(pad_to(text, w), ink_on(ink, ground, bold=True))]


def _name(tile: Tile, w: int, ink: str, ground: str) -> list[Segment]:
    """The name with its letter underlined; a letter that is not in it stands behind."""
    lead = "▶" if tile.selected else " "
    bold, line = ink_on(ink, ground, bold=True), ink_on(ink, ground, bold=True, underline=True)
    if len(tile.letter) == 1:
        name = fit_words(tile.names, w)
        text = lead + name if width(name) < w else name
        at = text.upper().find(tile.letter)
        if at >= 0 and len(text.upper()) == len(text):
            return [
                Segment(text[:at], bold),
                Segment(text[at], line),
                Segment(pad_to(text[at + 1 :], w - width(text[: at + 1])), bold),
            ]
    if not tile.letter:
        return _plain_name(tile, w, ink, ground)
    room = w - width(tile.letter) - 1
    name = fit_words(tile.names, room)
    text = lead + name if width(name) < room else name
    return [Segment(pad_to(text, room + 1), bold), Segment(tile.letter, line)]


# -- text ----------------------------------------------------------------------------------------


def _panel(panel: Panel, w: int, h: int, tokens: Tokens) -> Rows:
    ground = tokens[panel.ground]
    gap: Sequence[Segment] = [Segment(" ", ink_on(tokens["ink"], tokens["bg"]))] if panel.edge else []
    inner, lines = w - len(gap), h - bool(panel.edge)
    rows: Rows = []
    for i in range(lines):
        if i >= len(panel.rows):
            rows.append([Segment(" " * inner, ink_on(tokens["ink"], ground)), *gap])
            continue
        row = panel.rows[i]
        text = fit(row.text, inner)
        text = " " * (inner - width(text)) + text if row.right else pad_to(text, inner)
        rows.append([Segment(text, ink_on(tokens[row.ink], ground, bold=row.bold)), *gap])
    if panel.edge:
        done = round(panel.progress * inner)
        rows.append(
            [
                Segment(HALF * done, ink_on(tokens["deep"], tokens["bg"])),
                Segment(HALF * (inner - done), ink_on(tokens["sel" if panel.cursor else panel.edge], tokens["bg"])),
                *gap,
            ]
        )
    return rows
