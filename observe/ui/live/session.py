"""What the live screen knows beside the log: whom the next tap is for, what is open, what is offered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from observe.ui.live.focal import Focal


@dataclass(slots=True)
class Marking:
    """Tiles are being marked. `kind`: `with` (whom the state is with) or `away`; `touched`: she marked one."""

    kind: str
    students: set[str]
    observation: str = ""
    touched: bool = False


@dataclass(slots=True)
class Since:
    """A state that was tapped late: which of the steps back it stands at, from when it was tapped."""

    observation: str
    tapped_at: int
    step: int = 0


@dataclass(slots=True)
class Session:
    """Lost when the app ends, and nothing in it needs to be kept: the log is elsewhere.

    `selected`: a student's id, None for everyone. `open`: the face that covers another one, such as
    `drawer.role`, `picks`, `more`, `sheet.menu`. `moving`: the observation whose student the next tile
    names, and the modifier it goes to ("" for the student itself). `trail`: choices of a student since
    the last log, so that undo takes them back too; `undone`: what redo brings back, newest last.
    """

    selected: str | None = None
    last_tap: int = 0
    choices: dict[tuple[str, str], str] = field(default_factory=dict)
    open: str = ""
    prefix: str = ""
    letters: str = ""
    moving: tuple[str, str] | None = None
    marking: Marking | None = None
    asked_with: str = ""
    since: Since | None = None
    typing: str | None = None
    note_on: str = ""
    told: str = ""
    """What was done that is no tap, for the strip to say until the next one; a second line may follow."""
    cursor: str = ""
    page: int = 0
    looking: int | None = None
    through: tuple[int, str] | None = None
    """The pass that was just finished and its last student: what is said of that one next still belongs to the look."""
    focal: Focal | None = None
    cued: set[int] = field(default_factory=set)
    """Numbers of the cues that were due in this run."""
    message: str = ""
    trail: list[str | None] = field(default_factory=list)
    undone: list[tuple[str, str | None]] = field(default_factory=list)
    teacher: bool = False

    def close(self) -> None:
        """Close whatever covers something, and forget a key that was half typed."""
        self.open = self.prefix = self.letters = ""
