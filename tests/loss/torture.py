"""Long runs that can be stopped and gone on with: how far one came and which seeds failed is kept by pytest's cache."""

import os
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
        begin, kept, failed = self._cache.get(f"loss/{name}", (0, 0, []))
        for seed in range(begin, rounds):
            try:
                kept += one(seed)
            except (AssertionError, Refused, sqlite3.Error) as error:
                failed.append(seed)
                self._say(f"{name}: seed {seed}: {error}")
            self._cache.set(f"loss/{name}", (seed + 1, kept, failed))
            if (seed + 1) % max(1, rounds // 20) == 0:
                self._say(f"{name}: {seed + 1} of {rounds} rounds, {kept} {counted}, failed seeds: {failed}")
        self._cache.set(f"loss/{name}", (0, 0, []))
        assert failed == []

    def _say(self, line: str) -> None:
        with self._capsys.disabled():
            print(f"\n{line}", flush=True)
