"""Asked once: leaving while taps are not on disk would lose them."""

from collections.abc import Callable
from dataclasses import replace

from observe.ui.commands import Command
from observe.ui.pads import Pad, Row
from observe.ui.page import TextPage, paragraph

STAY = Command("stay", "escape", "Stay", "Back to the visit; it goes on trying.")
LEAVE = Command("lose", "q", "Leave, lose them", "Closes the app without these taps.", ("Leave",))
LOOK_S = 1.0


class LeavingScreen(TextPage):
    """The question. Dismisses with True to leave.

    `waiting` says what waits by now: what was written meanwhile is not lost, and with nothing left nothing is asked.
    """

    def __init__(self, words: list[str], reason: str, waiting: Callable[[], list[str]] | None = None) -> None:
        super().__init__((STAY, LEAVE), ("stay", "lose"))
        self.words, self.reason, self.waiting = words, reason, waiting

    def on_mount(self) -> None:
        """The disk may answer while she reads."""
        if self.waiting is not None:
            self.set_interval(LOOK_S, self._look)

    def _look(self) -> None:
        assert self.waiting is not None
        words = self.waiting()
        if not words and self.is_current:
            self.dismiss(False)
        elif words != self.words:
            self.words = words
            self.draw()

    def title_choices(self) -> list[str]:
        """How many."""
        return [f"{len(self.words)} not saved"]

    def lines(self, w: int) -> list[Row]:
        """What would be lost, and why."""
        taps = "1 tap is" if len(self.words) == 1 else f"{len(self.words)} taps are"
        rows = paragraph(f"{taps} not on disk: {self.reason or 'the disk does not take them'}.", w, 1)
        rows += paragraph("Stay, and they are written as soon as that is over. If you leave now, they are lost:", w, 1)
        return rows + [Row(f"   {word}", "warn") for word in self.words]

    def pad(self, id: str) -> Pad:
        """The one that loses nothing is lit."""
        found = super().pad(id)
        if id == "stay":
            return replace(found, tone="deep", on=True)
        return replace(found, tone="warn", edge="warn") if id == "lose" else found

    def act(self, id: str) -> None:
        """Stay or leave."""
        self.dismiss(id == "lose")
