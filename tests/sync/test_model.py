"""Worlds of devices that share, from seeds: whatever they do and however it is delivered, what must hold holds."""

from collections import Counter

import pytest

from .world import fault, live, script, smaller

SEEDS = 300
PARTS = 10


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_they_agree_in_the_end(part: int) -> None:
    for seed in range(part, SEEDS, PARTS):
        one_seed(seed)


def one_seed(seed: int) -> Counter[str]:
    steps = script(seed)
    try:
        return live(steps, seed).counts
    except Exception as error:
        few = smaller(steps, seed)
        raise AssertionError(f"seed {seed}, after {few}: {fault(few, seed)!r}") from error
