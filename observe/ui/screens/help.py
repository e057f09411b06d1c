"""Help: the keys of the screen she came from, read from the same declarations that make them work."""

from collections.abc import Mapping, Sequence

from observe.domain.protocol import Protocol
from observe.ui.commands import Command, key_word
from observe.ui.explain import LEGEND, explain
from observe.ui.marks import LEGEND as LEGEND_OF_MARKS
from observe.ui.pads import Row
from observe.ui.page import TextPage, columns, paragraph

BACK = Command("back", "escape", "Back", "Back to where you were.")

ON_THE_STRIP = (
    ("!", "not saved", "These taps wait for the disk, count nowhere yet, and are written by themselves."),
    ("!", "clock changed", "This machine's clock was set. The visit goes on by its own clock, so no time is wrong."),
)


class HelpScreen(TextPage):
    """Keys and what they do; with `about`, what one pad means."""

    def __init__(
        self, commands: Sequence[Command], keys: Mapping[str, str], protocol: Protocol | None = None, about: str = ""
    ) -> None:
        super().__init__((BACK,), ("back",))
        self.shown, self.by_id, self.protocol, self.about = commands, dict(keys), protocol, about

    def title_choices(self) -> list[str]:
        """What is explained."""
        return ["Help - the visit goes on, esc is back"] if self.protocol else ["Help - esc is back"]

    def lines(self, w: int) -> list[Row]:
        """The pad asked about, the keys by group, then the signs on the glass."""
        rows = explain(self.about, self.shown, self.by_id, self.protocol, w)
        rows += [Row("")] if rows else []
        if self.mark is not None:
            rows.append(Row(" In the title", "deep", True))
            rows += paragraph(f"{'! ' if self.mark.troubled else ''}{self.mark.words[0]}: {self.mark.said}", w)
            rows.append(Row(""))
        groups: dict[str, list[Command]] = {}
        for command in self.shown:
            groups.setdefault(command.group, []).append(command)
        for group, commands in groups.items():
            rows.append(Row(f" {group}" if group else " Keys", "deep", True))
            for command in commands:
                key = key_word(self.by_id.get(command.id, ""))
                rows += columns(key, command.label, command.tooltip, w)
            rows.append(Row(""))
        if self.protocol is not None:
            for heading, signs in ((" On the tiles", LEGEND), (" On the strip", ON_THE_STRIP)):
                rows.append(Row(heading, "deep", True))
                for sign, label, text in signs:
                    rows += columns(sign, label, text, w)
                rows.append(Row(""))
        if self.mark is not None:
            rows.append(Row(" At the end of the title", "deep", True))
            for sign, text in LEGEND_OF_MARKS:
                rows += columns("", sign, text, w)
        return rows

    def act(self, id: str) -> None:
        """Back."""
        if id == "back":
            self.dismiss()
