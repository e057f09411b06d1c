"""What a program draws, frame by frame: a terminal that says so shows whole frames alone (synchronized output).

Of half a frame one line may say what is on now and another what was, and a finger would go where nothing is any more.
"""

import os
import re

ASKED, YES = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
"""Whether the terminal does, and that it does."""
FRAME, END = b"\x1b[?2026h", b"\x1b[?2026l"
_CUT = re.compile(rb"\x1b(?:\[[\d;?<>=$]*)?\Z")
"""An escape sequence whose end has not come yet."""


class Frames:
    """Answers the program at the terminal's end `fd`, and holds back what is not whole."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._held = b""

    def take(self, data: bytes) -> bytes:
        """How much to draw, now that this has come."""
        data = self._held + data
        begun = data.rfind(FRAME)
        cut = _CUT.search(data)
        whole = begun if begun >= 0 and END not in data[begun:] else cut.start() if cut else len(data)
        self._held = data[whole:]
        if ASKED in data[:whole]:
            os.write(self._fd, YES)
        return data[:whole]
