"""Sync in the app: a process beside it does what concerns the folder, so that no tap and no screen waits for one.

One at a time. What hangs is ended after a deadline, and said; nothing is lost by that: taps are on disk before.
"""

import contextlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from observe.domain.errors import Refused
from observe.domain.frozen import dataclass
from observe.services.home import Home
from observe.services.sharing.kept import FOLDER, LAST
from observe.services.sharing.mark import mark

if TYPE_CHECKING:
    from asyncio.subprocess import Process

EVERY_MS = 60_000
"""From the end of one sync to the next: others' entries are looked for, and what is new here goes out."""
DEADLINE_S = 120.0
AT_WORK = "another sync of this home is at work"
QUIT_S = 2.0
"""How long leaving the app may wait for the last sync."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended. `said`: its line for a person, when it has one."""

    well: bool
    answer: dict[str, Any]
    said: str


class Beside:
    """The process of a home that deals with its folder."""

    def __init__(self, home: Home, deadline_s: float = DEADLINE_S) -> None:
        self.home, self.deadline_s = home, deadline_s
        self.able = True
        """Whether this system can start a process at all: a browser cannot."""
        self._process: Process | None = None
        self._cut: Process | None = None
        self._running = 0
        self._next_ms = 0
        self._asked = True

    @property
    def busy(self) -> bool:
        """Whether a command runs."""
        return self._running > 0

    def soon(self) -> None:
        """Sync at the next look, whenever the last one was."""
        self._asked = True

    def due(self) -> bool:
        """Whether it is time for a sync."""
        if not self.able or self.busy or not (self._asked or self.home.platform.monotonic_ms() >= self._next_ms):
            return False
        return self.home.setting(FOLDER) is not None

    async def sync(self) -> None:
        """One sync; how it ended is in the home's status. Raises Refused when that could not be noted."""
        self._asked = False
        before = self.home.setting(LAST)
        ended = await self.run("sync")
        if not self.able:
            return
        alone = AT_WORK not in ended.said  # `observe sync --watch` may be doing it
        if not ended.well and alone and self.home.setting(LAST) == before:  # it could not even say so itself
            from observe.services.sharing.status import keep_outcome

            keep_outcome(self.home, well=False, said=ended.said, look=False)
        # A home that was copied writes under a new id from here on; undo looks for acts of that one.
        self.home.journal.device = self.home.setting("device") or self.home.journal.device

    async def run(self, *arguments: str, stdin: str = "") -> Ended:
        """Run `observe ARGUMENTS --json` on this home. One that runs is ended: what she asks for comes first."""
        import asyncio

        self.stop()
        process = None
        self._running += 1
        try:
            process = self._process = await self.home.platform.start(self.home.path, [*arguments, "--json"])
            out, err = await asyncio.wait_for(process.communicate(stdin.encode()), self.deadline_s)
        except TimeoutError:
            return Ended(False, {}, f"nothing was shared, the folder did not answer for {self.deadline_s:g} seconds")
        except (OSError, NotImplementedError) as error:
            self.able = not isinstance(error, NotImplementedError)
            return Ended(False, {}, f"no process could be started, {error}")
        finally:
            self._kill(process)
            self._running -= 1
            self._next_ms = self.home.platform.monotonic_ms() + EVERY_MS
        if process is self._cut:
            return Ended(True, {}, "")
        return _ended(process.returncode, out, err)

    def stop(self) -> None:
        """End whatever runs; that is no failure."""
        self._cut = self._process
        self._kill(self._process)

    def _kill(self, process: "Process | None") -> None:
        if process is not None and process.returncode is None:
            with contextlib.suppress(OSError):  # it has just ended by itself
                process.kill()


def at_quit(home: Home, seconds: float = QUIT_S) -> None:
    """Bring what is only here into the folder, if that is done in a moment. Never raises for the folder's sake."""
    with contextlib.suppress(Refused, OSError, NotImplementedError):
        found = mark(home)
        if found is not None and found.only_here:
            home.platform.run_briefly(home.path, ["sync", "--json"], seconds)


def _ended(status: int | None, out: bytes, err: bytes) -> Ended:
    try:
        answer = json.loads(out)
    except ValueError:
        answer = {}
    lines: Sequence[str] = [line for line in err.decode(errors="replace").splitlines() if line.strip()]
    said = lines[-1].removeprefix("observe: ") if lines else ""
    return Ended(status == 0, answer if isinstance(answer, dict) else {}, said or f"it ended with status {status}")
