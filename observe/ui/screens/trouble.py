"""What went wrong with the log, what is safe, and what to do; or what came back."""

from collections.abc import Sequence

from observe.ui.commands import TROUBLE
from observe.ui.pads import Pad, Row
from observe.ui.page import TextPage, paragraph

STANDS_S = 1.0
"""It comes by itself, in the midst of her taps: so soon after, a letter or a finger was meant for the page before."""


class TroubleScreen(TextPage):
    """Lines in words. It gives `mend` when the log is to be rebuilt now, `leave`, or nothing to go on."""

    def __init__(self, title: str, lines: Sequence[str], *, mend: bool = False) -> None:
        super().__init__(TROUBLE, ("back", *(("mend",) if mend else ()), "leave"))
        self.title_text, self.said, self.mend = title, tuple(lines), mend

    def title_choices(self) -> list[str]:
        """What it is about."""
        return [self.title_text]

    def lines(self, w: int) -> list[Row]:
        """One paragraph a line, with air between them."""
        rows = [Row("")]
        for i, text in enumerate(self.said):
            rows += [*paragraph(text, w, ink="warn" if i == 0 else "ink"), Row("")]
        return rows

    def pad(self, id: str) -> Pad:
        """The one that helps is lit."""
        found = super().pad(id)
        return Pad(found.id, found.labels, found.key, tone="deep", on=True) if id == "mend" else found

    def act(self, id: str) -> None:
        """Back at once, for that takes nothing away; mend or leave once it has stood for a moment."""
        if id == "back":
            self.dismiss("")
        elif self.stood_s >= STANDS_S:
            self.dismiss(id)
