"""A program under a pseudo-terminal, timed from outside: first screen, taps, bytes, idle processor time."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Sequence

# What a Textual app that does next to nothing needs: one text, changed on a mouse-down.
MINIMAL = """
from textual.app import App
from textual.widgets import Static
class Mark(Static):
    taps = 0
    def on_mouse_down(self):
        self.taps += 1
        self.update(f"FLOORMARK {self.taps}")
class Minimal(App):
    def compose(self):
        yield Mark("FLOORMARK 0")
Minimal().run()
"""


class Terminal:
    """`argv` in a terminal of `columns` x `lines`; a context manager that kills it at the end."""

    def __init__(self, argv: Sequence[str], columns: int, lines: int, env: dict[str, str]) -> None:
        self.began = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", **env)
            os.execv(argv[0], list(argv))
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)

    def wait_for(self, text: bytes, seconds: float = 20) -> float:
        """Seconds from the start until `text` was on the terminal."""
        seen = b""
        end = time.perf_counter() + seconds
        while text not in seen:
            if time.perf_counter() > end or not select.select([self.fd], [], [], seconds)[0]:
                raise TimeoutError(f"{text!r} never appeared in {seen[-300:]!r}")
            seen += os.read(self.fd, 1 << 16)
        return time.perf_counter() - self.began

    def drain(self, quiet: float = 0.25) -> int:
        """Read until nothing came for `quiet` seconds; how many bytes."""
        size = 0
        while select.select([self.fd], [], [], quiet)[0]:
            size += len(os.read(self.fd, 1 << 16))
        return size

    def send(self, data: bytes) -> None:
        """Type."""
        os.write(self.fd, data)

    def burst(self, x: int, y: int) -> float:
        """Mouse down as soon as the last one was answered: milliseconds until the first bytes of this answer."""
        began = time.perf_counter()
        os.write(self.fd, f"\x1b[<0;{x + 1};{y + 1}M".encode())
        select.select([self.fd], [], [], 5)
        took = (time.perf_counter() - began) * 1000
        self.drain(0.0005)
        return took

    def tap(self, x: int, y: int) -> tuple[float, int]:
        """Mouse down and up on a cell (from 0): milliseconds until the first bytes of an answer, and bytes in all."""
        began = time.perf_counter()
        os.write(self.fd, f"\x1b[<0;{x + 1};{y + 1}M".encode())
        select.select([self.fd], [], [], 5)
        took = (time.perf_counter() - began) * 1000
        size = self.drain(0.06)
        os.write(self.fd, f"\x1b[<0;{x + 1};{y + 1}m".encode())
        return took, size + self.drain(0.02)

    def peak_mib(self) -> float:
        """Peak resident memory."""
        with open(f"/proc/{self.pid}/status") as file:
            return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM"))

    def cpu_seconds(self) -> float:
        """Processor time used so far."""
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
