"""Help: the keys of the screen she came from, read from the same declarations that make them work."""

from collections.abc import Mapping, Sequence

from observe.domain.protocol import Channel, Code, Protocol
from observe.ui.commands import Command, code_id, key_word
from observe.ui.pads import Row
from observe.ui.page import TextPage, columns, paragraph

BACK = Command("back", "escape", "Back", "Back to where you were.")

LEGEND = (
    ("▶", "chosen", "The next tap is about this student."),
    ("!", "unseen", "One of the three unseen longest: 10 minutes, or never."),
    ("*", "spark", "Has one in this visit."),
    ("✓", "looked at", "Done in this look at everyone; or marked."),
    ("▀▀▀", "bar", "Full: just seen. Empty: 15 minutes ago. Its color is the last thing logged."),
    ("Amara? 2m", "is it still her?", "Nothing was tapped for a while: look before you log."),
)


class HelpScreen(TextPage):
    """Keys and what they do; with `about`, what one code means."""

    def __init__(
        self, commands: Sequence[Command], keys: Mapping[str, str], protocol: Protocol | None = None, about: str = ""
    ) -> None:
        super().__init__((BACK,), ("back",))
        self.shown, self.by_id, self.protocol, self.about = commands, dict(keys), protocol, about

    def title_choices(self) -> list[str]:
        """What is explained."""
        return ["Help - the visit goes on, esc is back"] if self.protocol else ["Help - esc is back"]

    def lines(self, w: int) -> list[Row]:
        """The code asked about, the keys by group, then every code's definition."""
        rows: list[Row] = []
        if self.protocol is not None:
            for channel in self.protocol.channels:
                for code in channel.codes:
                    if code_id(channel.name, code.key) == self.about:
                        rows += [*self._code(channel, code, w), Row("")]
        found = next((command for command in self.shown if command.id == self.about), None)
        if found is not None and not rows:
            rows += [*columns(key_word(self.by_id.get(found.id, "")), found.label, found.tooltip, w), Row("")]
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
            rows.append(Row(" On the tiles", "deep", True))
            for sign, label, text in LEGEND:
                rows += columns(sign, label, text, w)
        return rows

    def _code(self, channel: Channel, code: Code, w: int) -> list[Row]:
        rows = [Row(f" {channel.label}: {code.label}", "deep", True)]
        rows += paragraph(code.definition, w) if code.definition else []
        for name, texts in (("Looks like", code.looks_like), ("Sounds like", code.sounds_like)):
            if texts:
                rows += paragraph(f"{name}: {'; '.join(texts)}", w, 2, "mute")
        return rows

    def act(self, id: str) -> None:
        """Back."""
        if id == "back":
            self.dismiss()
