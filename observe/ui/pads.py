"""What a cell shows, as plain frozen values: two equal ones look the same, so only changed ones are drawn again."""

from dataclasses import replace

from observe.domain.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Pad:
    """One target. `tone`, `edge`: colour tokens.

    `labels`: the label, then ever shorter ones. `subs`: a second line, such as a running clock, likewise.
    `solid`: in full colour at rest. `on`: lit, as what was logged last or a state that runs. `dim`: does nothing now.
    `low`: not switched on; a tap switches it on.
    """

    id: str
    labels: tuple[str, ...]
    key: str = ""
    subs: tuple[str, ...] = ()
    tone: str = "ink"
    edge: str = "edge"
    solid: bool = False
    on: bool = False
    dim: bool = False
    low: bool = False
    cursor: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """One student. `names`: the name, then ever shorter ones.

    `words`: the last thing logged, then ever shorter words for it; `age`: how long ago, in words. `meter`:
    1 seen now, 0 unseen for long. `before`: earlier codes, one letter each. `tick`: looked at, or marked.
    `lines`: of text in the lowest tile of the board, so that all tiles are drawn alike.
    """

    id: str
    names: tuple[str, ...]
    letter: str = ""
    words: tuple[str, ...] = ("",)
    age: str = ""
    before: str = ""
    lines: int = 2
    tone: str = "edge"
    meter: float = 0.0
    star: bool = False
    tick: bool = False
    stale: bool = False
    away: bool = False
    marked: bool = False
    selected: bool = False
    cursor: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of text in a panel. `ink`: a colour token; `right`: at the end of its room."""

    text: str
    ink: str = "ink"
    bold: bool = False
    right: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """Text on a ground: title, strip, side. `edge`: the colour of its last half row, "" for a row of text."""

    id: str
    rows: tuple[Row, ...]
    ground: str = "pad"
    edge: str = ""
    progress: float = 0.0
    cursor: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing, and a tap on it does nothing."""

    id: str = ""


Cell = Pad | Tile | Panel | Gap


def with_cursor(cell: Cell) -> Cell:
    """The same with the keyboard's cursor on it."""
    return cell if isinstance(cell, Gap) else replace(cell, cursor=True)
