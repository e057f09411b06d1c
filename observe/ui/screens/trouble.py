"""What went wrong with the log, what is safe, and what to do; or what came back."""

from collections.abc import Sequence

from observe.ui.commands import TROUBLE
from observe.ui.pads import Pad, Row
from observe.ui.page import TextPage, paragraph


class TroubleScreen(TextPage):
    """Lines in words. It gives `mend` when the log is to be rebuilt now, `leave`, or nothing to go on."""

    def __init__(self, title: str, lines: Sequence[str], *, mend: bool = False) -> None:
        super().__init__(TROUBLE, ("back", *(("mend",) if mend else ()), "leave"))
        self.title_text, self.said = title, tuple(lines)

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
        """Back, mend or leave."""
        self.dismiss(id if id in ("mend", "leave") else "")
