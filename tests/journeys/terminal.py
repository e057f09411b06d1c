"""The real program in a real terminal: keys and mouse as a terminal sends them, the screen as it draws it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pyte

from ..frames import Frames


class Terminal:
    """`observe` in a pseudo-terminal of so many columns and rows. `colours`: 16 for a plain xterm, else all."""

    def __init__(self, home: Path, columns: int = 100, rows: int = 32, *arguments: str, colours: int = 1 << 24) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.bytes = 0
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.fd = master
        self.frames = Frames(master)
        env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONUTF8": "1"}
        if colours == 16:
            env["TERM"] = "xterm"
            del env["COLORTERM"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "observe", "--home", str(home), *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=env,
            start_new_session=True,
        )
        os.close(slave)

    def read(self, seconds: float) -> None:
        """Take in what the program draws for so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            ready, _, _ = select.select([self.fd], [], [], left)
            if ready and not self._take():
                return

    def _take(self) -> bool:
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:  # the program is gone
            return False
        self.bytes += len(data)
        more, data = bool(data), self.frames.take(data)
        # pyte knows neither of these private sequences and would print them.
        for unknown in (b"\x1b[>1u", b"\x1b[<u", b"\x1b[?2026$p", b"\x1b[?2048$p"):
            data = data.replace(unknown, b"")
        self.stream.feed(data)
        return more

    @property
    def text(self) -> str:
        """What stands on the screen."""
        # pyte's own `display` fails where the second cell of a wide character stands without its first.
        return "\n".join(self.row(y) for y in range(self.screen.lines))

    def until(self, words: str, seconds: float = 20) -> None:
        """Wait until these words stand on the screen."""
        self.until_so(lambda: words in self.text, repr(words), seconds)

    def until_so(self, so: Callable[[], bool], what: str, seconds: float = 20) -> None:
        """Wait until this is so; `what` names it where it never is."""
        end = time.monotonic() + seconds
        while not so():
            assert time.monotonic() < end, f"{what} never came:\n{self.text}"
            if select.select([self.fd], [], [], 0.05)[0]:
                self._take()

    def keys(self, text: str) -> None:
        """Type."""
        os.write(self.fd, text.encode())

    def row(self, y: int, x: int = 0, width: int | None = None) -> str:
        """What stands in so many cells of a row; the second cell of a wide character holds nothing."""
        line = self.screen.buffer[y]
        return "".join(line[i].data for i in range(x, self.screen.columns if width is None else x + width))

    def find(self, words: str) -> tuple[int, int]:
        """Where these words stand: column and row, from 0."""
        for y in range(self.screen.lines):
            line = self.row(y)
            if words in line:
                before = line.index(words)
                columns = range(self.screen.columns)
                return next(x for x in columns if len(self.row(y, 0, x)) >= before and self.row(y, x, 1)), y
        raise AssertionError(f"{words!r} is not on the screen:\n{self.text}")

    def press(self, words: str) -> None:
        """A finger goes down and up on these words, once they are there, as an SGR mouse report."""
        self.until(words)
        self.press_at(*self.find(words))

    def press_at(self, x: int, y: int) -> None:
        """A finger goes down on a cell and up on the next one, as fingers do."""
        self.finger((x, y), (x + 1, y))

    def finger(self, down: tuple[int, int], up: tuple[int, int]) -> None:
        """A finger goes down on one cell, slips, and goes up on another."""
        (x, y), (to_x, to_y) = down, up
        os.write(self.fd, f"\x1b[<0;{x + 1};{y + 1}M\x1b[<0;{to_x + 1};{to_y + 1}m".encode())

    def kill(self) -> None:
        """The power goes."""
        self.process.kill()
        self.process.wait()
        self.hang_up()

    def hang_up(self) -> None:
        """The terminal closes; the program may go on."""
        if self.fd >= 0:
            os.close(self.fd)
        self.fd = -1

    def leave(self, seconds: float = 20) -> int:
        """Wait until the program has ended by itself; its status."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.05)
        if self.process.poll() is None:
            self.kill()
            raise AssertionError(f"still there:\n{self.text}")
        self.hang_up()
        return self.process.returncode
