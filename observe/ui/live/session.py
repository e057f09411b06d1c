"""What the live screen knows beside the log: whom the next tap is for, what is open, what is offered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from observe.ui.live.focal import Focal

Target = tuple[str | None, str]
"""A student's id and "", or None and the label of a group; None and "" for everyone."""


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
    names, and the modifier it goes to ("" for the student itself). `trail`: choices of a student or a group since
    the last log, so that undo takes them back too; `undone`: what redo brings back, newest last.
    """

    selected: str | None = None
    group: str = ""
    """The label of the group that was chosen; it holds while no student is."""
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
    """The observation that the note belongs to, "" for one of its own."""
    note_about: Target = (None, "")
    """Whom the next taps were about when she began to write: pads still log meanwhile, and a look goes on."""
    told: str = ""
    """What was done that is no tap, for the strip to say until the next one; a second line may follow."""
    cursor: str = ""
    page: int = 0
    columns: int = 1
    """Tiles side by side: from one to the one below it are so many steps."""
    regroup: bool = False
    """The groups are shown to move a child to one, and not to choose one."""
    labels: list[str] = field(default_factory=list)
    """Every group that was ever shown, so that each keeps its place."""
    group_page: int = 0
    plan_page: int = 0
    looking: int | None = None
    through: tuple[int, str] | None = None
    """The pass that was just finished and its last student: what is said of that one next still belongs to the look."""
    focal: Focal | None = None
    cued: set[int] = field(default_factory=set)
    """Numbers of the cues that were due in this run."""
    message: str = ""
    trail: list[Target] = field(default_factory=list)
    undone: list[Target | None] = field(default_factory=list)
    """A choice, or None for an act of the log."""
    teacher: bool = False

    @property
    def about(self) -> str:
        """The group that the next taps are about, "" for none."""
        return self.group if self.selected is None else ""

    @property
    def target(self) -> Target:
        """Whom the next taps are about: a student, or a group, or everyone."""
        return self.selected, self.about

    def aim(self, target: Target) -> None:
        """The next taps are about these."""
        self.selected, self.group = target

    def close(self) -> None:
        """Close whatever covers something, and forget a key that was half typed."""
        self.open = self.prefix = self.letters = ""
        self.regroup = False
