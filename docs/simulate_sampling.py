"""Two claims of docs/figures.md, tried on made-up classes whose truth is known. Seeded: it prints the same each time.

    python docs/simulate_sampling.py

1. Looks in passes give the share of time; intervals in which something was seen at all (one-zero) give more.
2. The looks of one pass are one moment of one room. An interval that takes them for independent is too narrow.
"""

import math
import sys
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import mean, stdev

sys.path.insert(0, str(Path(__file__).parents[1]))

from observe.domain.bootstrap import interval
from observe.domain.sampling import cues

SEED = 2026
CLASS = 24
VISIT_S = 45 * 60
PASSES = 6
"""Passes of a visit, each begun at a drawn moment of its part of it, and a look every two seconds."""
BOUTS = ((40, 60), (20, 180))
"""Mean seconds on and off: a true share of 40 % and of 10 %."""
INTERVALS = (15, 60)
MOMENTS = (0.2, 0.6)
"""How likely a child is on task in whole-class talk and in group work, half of the time each: 40 % in all."""
SPANS = (5, 10, 20, 40)
REPEATS = 400


def course(chance: Random, on_s: float, off_s: float) -> list[float]:
    """One child in one visit: the moments (s) at which it goes on and off in turn, on first; bouts are exponential."""
    changes = [0.0]
    # The first bout is cut anywhere: of exponential ones, what is left is as long as a whole one.
    on = chance.random() < on_s / (on_s + off_s)
    if not on:
        changes.append(0.0)
    while changes[-1] < VISIT_S:
        changes.append(changes[-1] - math.log(1 - chance.random()) * (on_s if len(changes) % 2 else off_s))
    return changes


def is_on(changes: list[float], at: float) -> bool:
    return bisect_right(changes, at) % 2 == 1


def ever_on(changes: list[float], first: float, after: float) -> bool:
    return is_on(changes, first) or bisect_right(changes, after) > bisect_right(changes, first)


def bias(on_s: float, off_s: float, visits: int = 60) -> tuple[float, float, dict[int, float]]:
    """The mean share by looks in passes, twice its standard error over visits, and the mean by intervals of so long."""
    chance = Random(f"{SEED} {on_s} {off_s}")
    shares = []
    seen = dict.fromkeys(INTERVALS, 0)
    for visit in range(visits):
        starts = cues(f"{SEED} {visit}", PASSES, (VISIT_S - 2 * CLASS) * 1000)
        hits = 0
        for child in range(CLASS):
            changes = course(chance, on_s, off_s)
            hits += sum(is_on(changes, start / 1000 + 2 * child) for start in starts)
            for length in INTERVALS:
                seen[length] += sum(ever_on(changes, at, at + length) for at in range(0, VISIT_S, length))
        shares.append(hits / (CLASS * PASSES))
    everyone = visits * CLASS
    return (
        mean(shares),
        2 * stdev(shares) / math.sqrt(visits),
        {length: n / everyone / (VISIT_S // length) for length, n in seen.items()},
    )


def one_zero(on_s: float, off_s: float, length: float) -> float:
    """What intervals of this length say on average (Pustejovsky 2013), for exponential bouts."""
    share = on_s / (on_s + off_s)
    return 1 - (1 - share) * math.exp(-length / off_s)


def covers(passes: int) -> tuple[float, float, float, float]:
    """How often an interval that says 95 % holds the true share: by looks, by passes; and how wide both are."""
    chance = Random(f"{SEED} {passes}")
    truth, looks = sum(MOMENTS) / 2, passes * CLASS
    by_looks = by_passes = 0
    widths = [0.0, 0.0]
    for repeat in range(REPEATS):
        found = []
        for _ in range(passes):
            p = MOMENTS[chance.random() < 0.5]
            found.append((sum(chance.random() < p for _ in range(CLASS)), CLASS))
        share = sum(hits for hits, _ in found) / looks
        half = 1.96 * math.sqrt(share * (1 - share) / looks)
        by_looks += abs(share - truth) <= half
        ends = interval(found, repeat, draws=400)
        assert ends is not None
        by_passes += ends[0] <= truth <= ends[1]
        widths = [widths[0] + 2 * half, widths[1] + ends[1] - ends[0]]
    return by_looks / REPEATS, by_passes / REPEATS, widths[0] / REPEATS, widths[1] / REPEATS


def lines() -> Iterator[str]:
    """What docs/figures.md prints."""
    yield "true share   looks in passes   seen in 15 s (formula)   seen in 60 s (formula)"
    for on_s, off_s in BOUTS:
        by_looks, error, seen = bias(on_s, off_s)
        said = "".join(f"   {f'{seen[at]:.2f} ({one_zero(on_s, off_s, at):.2f})':<22}" for at in INTERVALS)
        yield f"{on_s / (on_s + off_s):<10.2f}   {f'{by_looks:.2f} +- {error:.2f}':<14}{said}".rstrip()
    yield ""
    yield "passes   looks taken as independent   passes as the unit"
    for passes in SPANS:
        by_looks, by_passes, narrow, wide = covers(passes)
        one, other = f"{by_looks * 100:.0f} %, width {narrow:.2f}", f"{by_passes * 100:.0f} %, width {wide:.2f}"
        yield f"{passes:<6}   {one:<26}   {other}"


if __name__ == "__main__":
    print("\n".join(lines()))
