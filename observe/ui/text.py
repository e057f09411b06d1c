"""Text in terminal cells: cut, padded and wrapped by what it occupies, not by how many characters it has.

A name may be in any script: wide characters take two cells and combining marks none.
"""

from collections.abc import Sequence

from rich.cells import cell_len, chop_cells


def width(text: str) -> int:
    """Cells that `text` occupies."""
    return cell_len(text)


def fit(text: str, cells: int) -> str:
    """`text` in at most `cells` cells, its end replaced by `…` when it is longer."""
    if cell_len(text) <= cells:
        return text
    if cells <= 1:
        return "…"[:cells]
    return chop_cells(text, cells - 1)[0] + "…"


def pad_to(text: str, cells: int) -> str:
    """`text` cut or filled with spaces to exactly `cells` cells."""
    text = fit(text, cells)
    return text + " " * (cells - cell_len(text))


def fit_words(choices: Sequence[str], cells: int) -> str:
    """The first of ever shorter `choices` that fits whole; when none does, the last one, cut."""
    for choice in choices:
        if cell_len(choice) <= cells:
            return choice
    return fit(choices[-1], cells)


def halves(text: str) -> tuple[str, str] | None:
    """A label of several words in two lines, the longer of them as short as can be; None for one word."""
    words = text.split(" ")
    if len(words) < 2:
        return None
    splits = ((" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words)))
    return min(splits, key=lambda pair: max(cell_len(pair[0]), cell_len(pair[1])))


def wrap(text: str, cells: int) -> list[str]:
    """Lines of at most `cells` cells, broken between words; a longer word is cut."""
    lines: list[str] = []
    for word in text.split():
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= cells:
            lines[-1] += " " + word
        else:
            lines.append(fit(word, cells))
    return lines or [""]


def clock(ms: int) -> str:
    """A running time as 4:12, from an hour on 1:04:12."""
    seconds = max(0, ms) // 1000
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02d}:{seconds % 60:02d}" if hours else f"{minutes}:{seconds % 60:02d}"
