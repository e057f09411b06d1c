"""To disk before it shows: what the disk does not take waits in order, and is written when the disk answers."""

from collections import deque
from collections.abc import Callable

from observe.domain.errors import NotSaved, Refused
from observe.domain.frozen import dataclass
from observe.services.record import Logged
from observe.store.connection import Corrupt

LATER = NotSaved, Corrupt
"""The disk does not take it now, or the log has to be mended first: it waits."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A tap that is not on disk. `words` say what it is; `key` is the channel and code, `on` for a toggle."""

    words: str
    write: Callable[[], Logged]
    key: tuple[str, str] = ("", "")
    on: bool | None = None
    student: str | None = None
    sweep: int | None = None


class Saver:
    """Writes taps in the order in which they were made. Nothing that waits is shown as logged."""

    def __init__(self) -> None:
        self.waiting: deque[Waiting] = deque()
        self.dropped: list[Waiting] = []
        """What was taken back while it waited, for redo."""
        self.reason = ""

    def do(self, tap: Waiting) -> Logged | None:
        """Write it now; None when it has to wait. Raises Refused for what would never be taken."""
        self.dropped.clear()
        if self.waiting:
            # An earlier one still waits: the order in which things happened comes first.
            self.waiting.append(tap)
            return None
        try:
            return tap.write()
        except LATER as error:
            self.reason = error.why or error.what
            self.waiting.append(tap)
            return None

    def retry(self) -> list[str]:
        """Write what waits, as far as the disk takes it. Returns a line for each one that was refused."""
        refused = []
        while self.waiting:
            try:
                self.waiting[0].write()
            except LATER as error:
                self.reason = error.why or error.what
                break
            except Refused as error:
                refused.append(f"{self.waiting[0].words}: {error.what}")
            self.waiting.popleft()
        return refused

    def take_back(self) -> Waiting | None:
        """Drop the last one that waits."""
        if not self.waiting:
            return None
        self.dropped.append(self.waiting.pop())
        return self.dropped[-1]

    def put_back(self) -> bool:
        """Let the last one that was dropped wait again."""
        if not self.dropped:
            return False
        self.waiting.append(self.dropped.pop())
        return True

    def toggled(self, key: tuple[str, str]) -> bool | None:
        """What the waiting taps would set this toggle to, None when none does."""
        return next((tap.on for tap in reversed(self.waiting) if tap.key == key), None)
