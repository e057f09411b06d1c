"""A series drawn in blocks: a bar a step with its number under it, or where that has no room, a line of small ones."""

from observe.domain.cards import Course, Series
from observe.ui.pieces import Drawn, Piece
from observe.ui.text import fit, pad_to, width

EIGHTHS = " ▁▂▃▄▅▆▇█"
WIDEST = 8
"""Columns of a step at most: wider ones would look like quantities."""


def series(item: Series, w: int) -> list[Drawn]:
    """Rows of at most `w` cells. Steps that have no room even in one cell each are the first ones, and go."""
    if not item.steps or not item.rows:
        return []
    label = min(max(width(row.label) for row in item.rows), max(8, w // 3))
    whole = max(3, *(width(row.text) for row in item.rows))
    need = 1 + max(3, *(width(text) for row in item.rows for text in row.texts))
    step = min(WIDEST, (w - label - whole - 2) // len(item.steps))
    if step >= need:
        drawn = [*_heads(item, label, step, whole), *_wide(item, label, step, whole)]
    else:
        drawn = _small(item, label, whole, need, w)
    return [*drawn, (Piece(fit(f"a full bar is {item.full}", w), "mute"),)] if item.full else drawn


def _heads(item: Series, label: int, step: int, whole: int) -> list[Drawn]:
    """The names of the steps, a month in a row of its own where days alone have room."""
    cells = [tuple(f"{name} ".split(" ", 1)) for name in item.steps]
    if all(width(name) < step for name in item.steps):
        rows = [[fit(name, step) for name in item.steps]]
    else:
        new = [i == 0 or cells[i][1] != cells[i - 1][1] for i in range(len(cells))]
        rows = [[more.strip() if new[i] else "" for i, (_, more) in enumerate(cells)], [day for day, _ in cells]]
    drawn: list[Drawn] = []
    for i, names in enumerate(rows):
        text = " " * (label + 1) + "".join(pad_to(_middle(name, step - 1), step) for name in names)
        end = "all".rjust(whole) if i == len(rows) - 1 else ""
        drawn.append((Piece(f"{text} {end}", "mute"),))
    return drawn


def _middle(text: str, w: int) -> str:
    text = fit(text, w)
    return " " * ((w - width(text)) // 2) + text


def _wide(item: Series, label: int, step: int, whole: int) -> list[Drawn]:
    drawn: list[Drawn] = []
    for row in item.rows:
        name, end = pad_to(fit(row.label, label), label) + " ", _right(row.text, whole)
        words = "".join(pad_to(_middle(text, step - 1), step) for text in row.texts)
        if all(value is None for value in row.values):
            drawn.append((Piece(name, "mute"), Piece(f"{words} {end}", "mute")))
            continue
        bars = "".join(_block(value, item.top) * (step - 1) + " " for value in row.values)
        drawn.append((Piece(name, row.tone), Piece(bars, row.tone)))
        drawn.append((Piece(" " * (label + 1)), Piece(words), Piece(f" {end}", bold=True)))
    return drawn


def _small(item: Series, label: int, whole: int, last: int, w: int) -> list[Drawn]:
    """One cell a step; beside them the number of the last step that has one, and that of all."""
    room = max(1, w - label - last - whole - 3)
    steps = item.steps[-room:]
    first, final = steps[0], steps[-1]
    between = max(0, len(steps) - width(first) - width(final))
    named = first + " " * between + final if between else fit(first, len(steps))
    head = " " * (label + 1) + pad_to(named, len(steps)) + f" {'last':>{last}} {'all':>{whole}}"
    drawn: list[Drawn] = [(Piece(head, "mute"),)]
    for row in item.rows:
        words_alone = all(value is None for value in row.values)
        bars = "".join(_block(value, item.top) for value in row.values[-room:])
        end = f" {_right(_last(row), last)} {_right(row.text, whole)}"
        name = Piece(pad_to(fit(row.label, label), label) + " ", "mute" if words_alone else row.tone)
        drawn.append((name, Piece(bars, row.tone), Piece(end, "mute" if words_alone else "ink", not words_alone)))
    return drawn


def _last(row: Course) -> str:
    """The words of the last step where something was; of the last step of all where nothing ever was."""
    known = [text for value, text in zip(row.values, row.texts, strict=True) if value is not None]
    return (known or [row.texts[-1]])[-1]


def _right(text: str, w: int) -> str:
    text = fit(text, w)
    return " " * (w - width(text)) + text


def _block(value: float | None, top: float) -> str:
    """A cell as high as the value is; what is not nothing is at least an eighth high."""
    if not value or not top:
        return " "
    return EIGHTHS[min(8, max(1, round(8 * value / top)))]
