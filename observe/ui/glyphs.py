"""Plain characters in place of the drawn ones, for fonts and terminals that lack them."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from observe.ui.text import width

PLAIN = str.maketrans("▀▁▂▃▄▅▆▇█▶●✓…»▏·▲▼─│┌┐└┘├┤┬┴┼", "=_.-==++#>ov~>|.^v-|+++++++++")
"""One cell for one cell, so that nothing moves."""


class PlainGlyphs(LineFilter):
    """Draws every line in plain characters. `encoding`: the terminal's, "" where it can show any name.

    A character of a name that the terminal cannot show is drawn as `?`, as wide as it was: sent as it is, it would
    come out as several characters and push the rest of the line away.
    """

    def __init__(self, encoding: str = "") -> None:
        super().__init__()
        self.encoding = encoding

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same line in plain characters."""
        return [segment if segment.text.isascii() else self._plain(segment) for segment in segments]

    def _plain(self, segment: Segment) -> Segment:
        text = segment.text.translate(PLAIN)
        if self.encoding and not self._fits(text):
            cells = width(text)
            text = "".join(one if self._fits(one) else "?" * width(one) for one in text)
            # What was joined to one sign (a family, a flag) may be wider apart.
            text = text[:cells] + " " * (cells - width(text))
        return Segment(text, segment.style, segment.control)

    def _fits(self, text: str) -> bool:
        try:
            text.encode(self.encoding)
        except (UnicodeEncodeError, LookupError):
            return False
        return True
