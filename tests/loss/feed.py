"""`observe log` as another program runs it: a process, a pipe in, a pipe out."""

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .ledger import PEOPLE

Line = dict[str, Any]


def observe(home: Path, *arguments: str, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    """One command, run to its end in a process of its own."""
    command = [sys.executable, "-m", "observe", "--home", str(home), *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=60, check=False)


def said(name: str, count: int, rng: random.Random) -> list[Line]:
    """Lines of every sort as a lesson brings them. An observation's note names its line, to know it again."""
    lines: list[Line] = []
    for number in range(1, count + 1):
        line: Line = {"note": f"{name} line {number}"}
        sort = rng.random()
        if sort < 0.40:
            line |= {"channel": "engagement", "code": rng.choice(["off", "passive", "active", "deep", "waiting"])}
        elif sort < 0.65:
            line |= {"channel": "questioning", "code": rng.choice(["remember", "apply", "create"])}
            line["modifiers"] = {"asker": rng.choice(["me", "teacher", "student"]), "wait_s": rng.randrange(90) / 10}
        elif sort < 0.75:
            line |= {"channel": "role", "code": rng.choice(["teach", "coach", "circulate", None])}
        elif sort < 0.82:
            line |= {"channel": "strategy", "code": rng.choice(["tiered", "extension"]), "on": rng.random() < 0.5}
        elif sort < 0.88:
            line = {rng.choice(["present", "absent"]): [rng.choice(PEOPLE)]}
        elif sort < 0.90:
            line = {"pause": rng.random() < 0.5}
        elif sort < 0.95:
            line = {rng.choice(["undo", "undo", "redo"]): True}
        else:
            line = {"channel": "engagement", "code": rng.choice(["", "nonsense", 7])}
        if sort < 0.65 and rng.random() < 0.7:
            line["student"] = rng.choice(PEOPLE)
        if "note" in line and rng.random() < 0.1:
            line["private"] = True
        lines.append(line)
    return lines


def as_bytes(lines: Sequence[Line]) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


class Feed:
    """A running `observe log`, fed at random speed. Acknowledged is what came out of its pipe as a whole line."""

    def __init__(self, home: Path, visit: str, lines: Sequence[Line], rng: random.Random | None = None) -> None:
        self.lines = list(lines)
        self._rng, self._came, self._read = rng, b"", threading.Condition()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "observe", "--home", str(home), "log", visit],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        )
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._write, self._listen)]
        for thread in self._threads:
            thread.start()

    def _write(self) -> None:
        assert self.process.stdin is not None
        try:
            waiting = list(self.lines)
            while waiting:
                burst = len(waiting) if self._rng is None else self._rng.choice([1, 1, 1, 2, 5, 40])
                waiting, now = waiting[burst:], waiting[:burst]
                data = memoryview(as_bytes(now))
                while data:
                    data = data[self.process.stdin.write(data) :]
                if self._rng is not None:
                    time.sleep(self._rng.choice([0, 0, 0.001, 0.01]))
            self.process.stdin.close()
        except (OSError, ValueError):
            pass  # killed

    def _listen(self) -> None:
        assert self.process.stdout is not None
        while data := self.process.stdout.read(65536):
            with self._read:
                self._came += data
                self._read.notify_all()

    def wait_for(self, answers: int, timeout: float = 20) -> None:
        """Until that many answers came, or the process ended."""
        with self._read:
            self._read.wait_for(lambda: self._came.count(b"\n") >= answers or self.process.poll() is not None, timeout)

    def kill(self) -> None:
        """As the system does it: SIGKILL, nothing is asked."""
        self.process.kill()

    def finish(self) -> list[Line]:
        """The answers, once the process has ended and its pipe is empty."""
        self.process.wait(60)
        for thread in self._threads:
            thread.join(60)
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.errors = self.process.stderr.read().decode()
        for pipe in (self.process.stdout, self.process.stderr):
            pipe.close()
        return [json.loads(line) for line in self._came.split(b"\n")[:-1]]
