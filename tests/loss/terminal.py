"""The real program in a terminal of its own: what it draws is read, fingers are what a terminal sends for them."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pyte

from ..frames import Frames

COLUMNS, ROWS = 160, 45


class App:
    """`observe` on a home, under a pseudo-terminal."""

    def __init__(self, home: Path) -> None:
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self._rows = [""] * ROWS
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            size = {"COLUMNS": str(COLUMNS), "LINES": str(ROWS)}  # these win over the terminal's own answer
            os.execve(sys.executable, [sys.executable, "-m", "observe", "--home", str(home)], {**os.environ, **size})
        self._frames = Frames(self._fd)

    def read(self, seconds: float) -> bool:
        """Draw what comes within that time; whether anything came."""
        try:
            if not select.select([self._fd], [], [], seconds)[0]:
                return False
            data = os.read(self._fd, 65536)
        except OSError:  # EIO: the program is gone, and all it wrote was read
            return False
        self._stream.feed(self._frames.take(data))
        return bool(data)

    def until(self, seen: Callable[[], bool], seconds: float = 20) -> bool:
        end = time.monotonic() + seconds
        while not seen():
            if time.monotonic() > end:
                return False
            self.read(0.05)
        return True

    @property
    def rows(self) -> list[str]:
        """What stands on the screen. (pyte's own `display` measures every character anew each time.)"""
        for y in self._screen.dirty:
            line = self._screen.buffer[y]
            self._rows[y] = "".join(line[x].data for x in range(COLUMNS))
        self._screen.dirty.clear()
        return self._rows

    def shows(self, text: str) -> bool:
        return any(text in row for row in self.rows)

    def where(self, text: str, below: int = 0) -> tuple[int, int] | None:
        """Column and row of a text, as a cell of its own, at or below a row."""
        for y, row in enumerate(self.rows[below:], below):
            found = re.search(rf"(?<![\w>-]){re.escape(text)}(?![\w-])", row)
            if found:
                return found.start(), y
        return None

    def tap(self, at: tuple[int, int]) -> None:
        """A finger goes down and up there (SGR mouse report)."""
        x, y = at
        self.send(f"\x1b[<0;{x + 1};{y + 1}M\x1b[<0;{x + 1};{y + 1}m".encode())

    def send(self, keys: bytes) -> None:
        os.write(self._fd, keys)

    def kill(self) -> None:
        """SIGKILL; then what it had drawn before is read to the end."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        while self.read(0.2):
            pass
        os.close(self._fd)
