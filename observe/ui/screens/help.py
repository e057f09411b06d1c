"""Help: the keys of the screen she came from, read from the same declarations that make them work."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from observe.domain.protocol import Protocol
from observe.ui.cells import MIN_HEIGHT
from observe.ui.commands import BACK, Command, key_word
from observe.ui.explain import LEGEND, explain
from observe.ui.marks import LEGEND as LEGEND_OF_MARKS
from observe.ui.meanings import Words, meant, rows_on_page, rows_under
from observe.ui.pads import Pad, Row
from observe.ui.page import TextPage, columns, paragraph

JUMP = Command("jump", "k", "Keys", "From what the labels mean to the keys, and back.")
NOTHING = Words("")

ON_THE_STRIP = (
    ("!", "not saved", "These taps wait for the disk, count nowhere yet, and are written by themselves."),
    ("!", "clock changed", "This machine's clock was set. The visit goes on by its own clock, so no time is wrong."),
)


class HelpScreen(TextPage):
    """Keys and what they do; of a live visit, with `about`, what one pad means; of a page, what its labels mean.

    `wrong`: what is wrong with a user's own keys.
    """

    def __init__(
        self,
        commands: Sequence[Command],
        keys: Mapping[str, str],
        protocol: Protocol | None = None,
        about: str = "",
        words: Words = NOTHING,
        schemes: Sequence[Protocol] = (),
        wrong: str = "",
    ) -> None:
        self.words, self.schemes, self.wrong = words, schemes, wrong
        self._said: dict[int, list[Row]] = {}
        two = bool(self._meanings(80))
        super().__init__((BACK, JUMP) if two else (BACK,), ("back", "jump") if two else ("back",))
        self.shown, self.by_id, self.protocol, self.about = commands, dict(keys), protocol, about

    def title_choices(self) -> list[str]:
        """What is explained."""
        return ["Help - the visit goes on, esc is back"] if self.protocol else ["Help - esc is back"]

    def lines(self, w: int) -> list[Row]:
        """The pad asked about, what the labels of a page mean, the keys by group, then the signs on the glass."""
        rows = []
        if self.wrong:
            said = f"{self.wrong}. The usual keys hold until that is mended and the visit is opened anew."
            rows += [Row(" Your own keys do not hold", "warn", True), *paragraph(said, w), Row("")]
        rows += explain(self.about, self.shown, self.by_id, self.protocol, w)
        rows += [Row("")] if rows else []
        rows += self._meanings(w)
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
        return rows if self._meanings(w) else rows + rows_on_page(self.words, self.schemes, w)

    def _meanings(self, w: int) -> list[Row]:
        """What comes before the keys: of a page that shows a scheme's labels or has the cursor on a word."""
        if w not in self._said:
            under = rows_under(self.words, self.schemes, w)
            rows = [*under, *([Row("")] if under else []), *rows_on_page(self.words, self.schemes, w), Row("")]
            self._said[w] = rows if under or meant(self.words.page, self.schemes) else []
        return self._said[w]

    def pad(self, id: str) -> Pad:
        """One pad leads there and back."""
        found = super().pad(id)
        if id == "jump":
            return replace(found, labels=("Words" if self._at_keys() else "Keys",), dim=not self._last_first())
        return found

    def _at_keys(self) -> bool:
        return self.first >= min(self._end_of_words(), self._last_first())

    def _end_of_words(self) -> int:
        return len(self._meanings(self.size.width - 2))

    def _last_first(self) -> int:
        return max(0, len(self.lines(self.size.width - 2)) - (self.size.height - 1 - MIN_HEIGHT))

    def act(self, id: str) -> None:
        """Back, or to the other part."""
        if id == "back":
            self.dismiss()
        elif id == "jump":
            self.first = 0 if self._at_keys() else self._end_of_words()
            self.draw()
