"""More than the agreed minutes went to what any adult could do: the strip says so, quietly and once a visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from observe.services import role_limit

if TYPE_CHECKING:
    from observe.ui.live.controller import Controller

SAID_MS = 120_000


@dataclass(slots=True)
class LimitWatch:
    """`until`: to when it is said, None before the limit is passed; `agreed`: minutes."""

    until: int | None = None
    agreed: int | None = None

    @staticmethod
    def of(c: Controller) -> LimitWatch:
        """For this visit; one that has passed its limit before the app was opened is not told again."""
        watch = LimitWatch(agreed=role_limit.limit(c.home, c.log.visit.section))
        if watch._passed(c):
            watch.until = 0
        return watch

    def look(self, c: Controller) -> None:
        """While such a state runs, see whether the limit is passed now; while it is said, whether it still is."""
        if self.until is None:
            if _runs(c) and self._passed(c):
                self.until = c.view.now + SAID_MS
        elif c.view.now < self.until and not self._passed(c):
            self.until = None  # the role, or when it began, was taken back

    def _passed(self, c: Controller) -> bool:
        # Without a limit nothing is summed up: this is asked at every tick.
        return self.agreed is not None and role_limit.past(role_limit.spent_ms(c.log, c.view.now), self.agreed)

    def says(self, now: int) -> str:
        """What the strip says; "" for nothing."""
        return f"past the {self.agreed} min agreed" if self.until is not None and now < self.until else ""


def _runs(c: Controller) -> bool:
    """Whether a state that is to be kept low is on: the cheap question, asked at every tick."""
    for name, running in c.view.states.items():
        channel = c.channel(name)
        code = channel.code(running.code) if channel else None
        if code is not None and code.caution:
            return True
    return False
