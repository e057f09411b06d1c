"""A look at the glass as a text file: the words on it, and row by row in which style each cell is.

Themes change colours and nothing else, which is checked here. So a file holds what is the same in all of them, its
styles named by their colours in the dark one, and `styles.txt` says once what each style is in every theme.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from rich.cells import cell_len
from rich.segment import Segment

from observe.app import ObserveApp
from observe.ui.cells import MIN_HEIGHT, MIN_WIDTH
from observe.ui.pads import Gap, Pad, Panel
from observe.ui.page import PageScreen
from observe.ui.tokens import DARK

from .stage import THEMES, Shot, Size, boards, painted, style_words, text_of

STORED = Path(__file__).parent / "stored"
STYLES = STORED / "styles.txt"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
AGAIN = "python tests/snapshots/draw.py draws it again"


def stored(name: str, size: Size) -> Path:
    """Where the snapshot of this name and size is."""
    return STORED / f"{size[0]}x{size[1]}" / f"{name}.txt"


@dataclass(frozen=True)
class Paper:
    """One snapshot: its text, and the styles in it."""

    text: str
    styles: dict[str, str]


async def write(app: ObserveApp, shot: Shot) -> Paper:
    """The snapshot; what must hold for every screen is checked on the way."""
    rows = await painted(app)
    check(app, rows, shot)
    return Paper(paper(rows, shot, (app.size.width, app.size.height)), styles(rows))


def paper(rows: dict[str, list[list[Segment]]], shot: Shot, size: Size) -> str:
    """The file's text."""
    first = rows[THEMES[0]]
    legend: dict[str, str] = {}
    runs = []
    for row in first:
        parts = []
        for look, cells in groupby(_cells(row, THEMES[0])):
            letter = legend.setdefault(_in_tokens(look), LETTERS[len(legend)])
            parts.append(f"{letter}{len(list(cells))}")
        runs.append(" ".join(parts))
    lines = [f"{shot.name}, {size[0]}x{size[1]}, {shot.screen.__name__}", ""]
    lines += [text_of(row).rstrip() for row in first]
    lines += ["", "Style and number of cells, row by row:"]
    for run, same in groupby(runs):
        n = len(list(same))
        lines.append(run + (f"   {n} rows" if n > 1 else ""))
    lines += ["", *(f"{letter} {look}" for look, letter in legend.items())]
    return "\n".join(lines) + "\n"


def styles(rows: dict[str, list[list[Segment]]]) -> dict[str, str]:
    """What each style on the glass is, by theme: one line a style, by its name."""
    found: dict[str, str] = {}
    for together in zip(*(rows[theme] for theme in THEMES), strict=True):
        cells = (_cells(row, theme) for row, theme in zip(together, THEMES, strict=True))
        for look in dict.fromkeys(zip(*cells, strict=True)):
            name, line = _in_tokens(look[0]), " | ".join(look)
            assert found.setdefault(name, line) == line, f"{name} is {found[name]}, and elsewhere {line}"
    return found


@cache
def _in_tokens(look: str) -> str:
    names = {value: token for token, value in DARK.items()}
    return " ".join(names.get(word, word) for word in look.split())


def styles_text(found: dict[str, str]) -> str:
    """The file of styles."""
    head = f"Every style: {' | '.join(THEMES)}"
    return "\n".join([head, "", *(f"{name}: {found[name]}" for name in sorted(found))]) + "\n"


def stored_styles() -> dict[str, str]:
    """The styles as they are stored."""
    if not STYLES.exists():
        return {}
    lines = STYLES.read_text(encoding="utf-8").splitlines()[2:]
    return dict(line.split(": ", 1) for line in lines)


def _cells(row: list[Segment], theme: str) -> list[str]:
    found = []
    for segment in row:
        found += [style_words(segment.style, theme)] * cell_len(segment.text)
    return found


def compare(drawn: dict[str, Paper], size: Size) -> str:
    """What is not as it is stored, to be read; "" when all is."""
    found = []
    known = stored_styles()
    seen: dict[str, str] = {}
    for name, one in drawn.items():
        path, text = stored(name, size), one.text
        seen |= one.styles
        if not path.exists():
            found.append(f"{path.relative_to(STORED)}: not drawn yet")
            continue
        before = path.read_text(encoding="utf-8")
        if before == text:
            continue
        lines = difflib.unified_diff(before.splitlines(), text.splitlines(), "stored", "on the glass", "", "", 0, "")
        found.append("\n".join([f"{path.relative_to(STORED)}:", *list(lines)[2:]]))
    for style, line in seen.items():
        if known.get(style) != line:
            found.append(f"{style}:\n- {known.get(style, 'not there yet')}\n+ {line}")
    return "\n\n".join([*found, AGAIN]) if found else ""


# -- what holds for every screen ----------------------------------------------------------------------


def check(app: ObserveApp, rows: dict[str, list[list[Segment]]], shot: Shot) -> None:
    """Nothing wider than the glass, nothing beside it, no pad's words cut, and every pad at the foot whole."""
    w, h = app.size
    where = f"{shot.name} at {w}x{h}"
    for theme, found in rows.items():
        assert len(found) == h, f"{where}: {len(found)} rows"
        for y, row in enumerate(found):
            assert sum(cell_len(s.text) for s in row) == w, f"{where}, {theme}: row {y} is not {w} cells"
            assert text_of(row) == text_of(rows[THEMES[0]][y]), f"{where}: row {y} has other words in {theme}"
            assert not any(s.control for s in row), f"{where}: a control code in row {y}"
    texts = [text_of(row) for row in rows[THEMES[0]]]
    for name, at, cells in boards(app):
        assert 0 <= at.x <= at.right <= w, f"{where}: board {name} {at}"
        assert 0 <= at.y <= at.bottom <= h, f"{where}: board {name} {at}"
        for place, cell in cells:
            if isinstance(cell, Gap | Panel):
                continue
            assert at.contains_region(place), f"{where}: {cell.id} lies at {place}, its board at {at}"
            assert place.width >= MIN_WIDTH - 1, f"{where}: {cell.id} is {place.width} cells wide"
            assert place.height >= MIN_HEIGHT, f"{where}: {cell.id} is {place.height} rows high"
            if isinstance(cell, Pad) and not _is_data(cell.id):
                seen = [_cut(texts[y], place.x, place.right) for y in range(place.y, place.bottom)]
                if cell.id not in ("undo", "redo"):  # beside their keys stands what was logged, in its own words
                    assert not any("…" in line for line in seen), f"{where}: {cell.id} is cut: {seen}"
                words = " ".join(" ".join(seen).split())
                assert any(all(word in words for word in label.split()) for label in cell.labels), (
                    f"{where}: {cell.id} does not show its name: {seen}"
                )
    if isinstance(app.screen, PageScreen):
        _, at, cells = next(found for found in boards(app) if found[0] == "foot")
        assert at.bottom == h, f"{where}: the foot ends at row {at.bottom}"
        assert cells, f"{where}: no pads at the foot"


def _is_data(id: str) -> bool:
    """Whether a pad names a child, a class, a visit: what she typed may be longer than any pad."""
    kinds = ("student", "visit", "section", "finish", "meeting", "pattern", "unclear", "pick", "line", "group", "ask")
    return id.startswith(tuple(f"{kind}." for kind in kinds))


def _cut(text: str, first: int, after: int) -> str:
    """The cells of a row from one column to another."""
    found, x = "", 0
    for char in text:
        if first <= x < after:
            found += char
        x += cell_len(char)
    return found
