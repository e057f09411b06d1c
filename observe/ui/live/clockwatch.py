"""Somebody set the system's clock in mid-visit. The run's own clock goes on; this only says so, quietly."""

from dataclasses import dataclass

from observe.services.clock import JUMP_MS

SAID_MS, SAID_TAPS = 180_000, 3
"""It is said so long, or for so many taps: whichever is over first."""


@dataclass(slots=True)
class ClockWatch:
    """`known`: how far the system's clock was off when it was looked at last, in ms."""

    known: int = 0
    until: int = 0
    taps: int = 0

    def look(self, now: int, jump: int) -> None:
        """`jump`: how far the system's clock is off now. Another step than the one that was said is news."""
        if abs(jump - self.known) > JUMP_MS:
            self.known, self.until, self.taps = jump, now + SAID_MS, SAID_TAPS

    def tapped(self) -> None:
        """A tap or key of hers: she has had the chance to read it."""
        self.taps -= 1

    def says(self, now: int) -> bool:
        """Whether it is still said."""
        return self.taps > 0 and now < self.until
