"""The run's clock: where the wall clock stood when the run began, carried on by a clock that nobody sets."""

from observe.domain.ports import Platform

JUMP_MS = 2000


class RunClock:
    """Wall milliseconds that a correction of the system's clock in mid-visit does not bend.

    The platform's monotonic clock goes on through a suspend, so the anchor holds for the whole run.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.anchor = platform.wall_ms()
        self._since = platform.monotonic_ms()

    def now(self) -> int:
        """Milliseconds since 1970 UTC by this run's clock."""
        return self.anchor + self._platform.monotonic_ms() - self._since

    def jump_ms(self) -> int:
        """How far the system's clock was moved since the run began; 0 while it agrees within 2 s."""
        jump = self._platform.wall_ms() - self.now()
        return jump if abs(jump) > JUMP_MS else 0
