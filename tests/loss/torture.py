"""Long runs that can be stopped and gone on with: how far one came and which seeds failed is kept by pytest's cache."""

import os
import signal
import sqlite3
from collections.abc import Callable

import pytest

from observe.domain.errors import Refused


class Torture:
    """`OBSERVE_TORTURE_ROUNDS` shortens or lengthens a run; one that has ended begins anew, as does `--cache-clear`."""

    def __init__(self, config: pytest.Config, capsys: pytest.CaptureFixture[str]) -> None:
        assert config.cache is not None
        self._cache, self._capsys = config.cache, capsys

    def run(self, name: str, rounds: int, one: Callable[[int], int], counted: str = "acknowledged and kept") -> None:
        """`one(seed)` is a round; it returns how many things it counted, and asserts that nothing was lost."""
        rounds = int(os.environ.get("OBSERVE_TORTURE_ROUNDS", rounds))
        begin, count, failed = self._cache.get(f"loss/{name}", (0, 0, []))
        # Ctrl-C would land in the middle of what is tested, here or in a process it started: it ends the run after
        # the round it fell in, and that round is done again the next time.
        stopped: list[int] = []
        before = signal.signal(signal.SIGINT, lambda *_: stopped.append(1))
        try:
            for seed in range(begin, rounds):
                try:
                    count += one(seed)
                except (AssertionError, Refused, sqlite3.Error) as error:
                    if not stopped:
                        failed.append(seed)
                        self._say(f"{name}: seed {seed}: {error}")
                if stopped:
                    raise KeyboardInterrupt
                self._cache.set(f"loss/{name}", (seed + 1, count, failed))
                if (seed + 1) % max(1, rounds // 20) == 0:
                    self._say(f"{name}: {seed + 1} of {rounds} rounds, {count} {counted}, failed seeds: {failed}")
        finally:
            signal.signal(signal.SIGINT, before)
        self._cache.set(f"loss/{name}", (0, 0, []))
        assert failed == []

    def _say(self, line: str) -> None:
        with self._capsys.disabled():
            print(f"\n{line}", flush=True)
