"""How sure a share over time is: an interval from drawing whole passes again.

The looks of one pass are one moment of one room and lean the same way, so it is not looks that are drawn again, but
passes, each with all its looks. Treating looks as independent gives intervals that are too narrow (docs/figures.md).

Source: the percentile interval of Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13, with
clusters as the units: Davison and Hinkley, Bootstrap Methods and their Application (1997), section 3.8.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random

from observe.domain.numbers import SHARE_PLACES, rounded

PASSES = 5
"""Below so many passes no interval is given: a few drawn again and again say little of those never made."""
Ends = tuple[float, float]


def interval(passes: Sequence[tuple[int, int]], seed: int, level: float = 0.95, draws: int = 2000) -> Ends | None:
    """Lower and upper end of the share (sum of hits / sum of n) over `passes`, each (hits, n) with 0 <= hits <= n.

    As many passes as there are are drawn with replacement, `draws` times; of the shares in order, the k-th and the
    k-th from the top are the ends, k = floor((draws + 1) x (1 - level) / 2), to 0.0001. None under 5 passes; one
    without a look is none. The same `seed` gives the same interval on every device: only `Random.random` is used,
    the one generator that Python promises not to change.
    """
    found = intervals([({"": hits}, n) for hits, n in passes], ("",), seed, level, draws)
    return None if found is None else found[""]


def intervals(
    passes: Sequence[tuple[Mapping[str, int], int]],
    codes: Sequence[str],
    seed: int,
    level: float = 0.95,
    draws: int = 2000,
) -> dict[str, Ends] | None:
    """As `interval`, of every code at once: each pass is (counts by code, n), and what is drawn is the same for all."""
    looked = [(counts, n) for counts, n in passes if n]
    count = len(looked)
    if count < PASSES:
        return None
    # All numbers of a pass in one whole number, in places of `base`, so that a draw is one sum.
    base = 1 + count * max(n for _, n in looked)
    packed = [n + sum(counts.get(code, 0) * base**at for at, code in enumerate(codes, 1)) for counts, n in looked]
    chance = Random(seed).random
    sums = [sum([packed[int(chance() * count)] for _ in range(count)]) for _ in range(draws)]
    k = max(1, int((draws + 1) * (1 - Fraction(str(level))) / 2))
    found = {}
    for at, code in enumerate(codes, 1):
        place = base**at
        drawn = sorted(((one // place % base, one % base) for one in sums), key=lambda pair: pair[0] / pair[1])
        low, high = (rounded(Fraction(*drawn[i]), SHARE_PLACES) for i in (k - 1, draws - k))
        found[code] = (low, high)
    return found
