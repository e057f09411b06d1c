"""How sure a share over time is: an interval from drawing whole passes again.

The looks of one pass are one moment of one room and lean the same way, so it is not looks that are drawn again, but
passes, each with all its looks. Treating looks as independent gives intervals that are too narrow (docs/figures.md).

Source: the percentile interval of Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13, with
clusters as the units: Davison and Hinkley, Bootstrap Methods and their Application (1997), section 3.8.
"""

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from observe.domain.figures import SHARE_PLACES, rounded

PASSES = 5
"""Below so many passes no interval is given: a few drawn again and again say little of those never made."""


def interval(
    passes: Sequence[tuple[int, int]], seed: int, level: float = 0.95, draws: int = 2000
) -> tuple[float, float] | None:
    """Lower and upper end of the share (sum of hits / sum of n) over `passes`, each (hits, n) with 0 <= hits <= n.

    As many passes as there are are drawn with replacement, `draws` times; of the shares in order, the k-th and the
    k-th from the top are the ends, k = floor((draws + 1) x (1 - level) / 2), to 0.0001. None under 5 passes; one
    without a look is none. The same `seed` gives the same interval on every device: only `Random.random` is used,
    the one generator that Python promises not to change.
    """
    looked = [(hits, n) for hits, n in passes if n]
    count = len(looked)
    if count < PASSES:
        return None
    # Hits and n in one whole number each, so that a draw is one sum.
    base = 1 + count * max(n for _, n in looked)
    packed = [hits * base + n for hits, n in looked]
    chance = Random(seed).random
    sums = [sum([packed[int(chance() * count)] for _ in range(count)]) for _ in range(draws)]
    ordered = sorted(sums, key=lambda one: (one // base) / (one % base))
    k = max(1, int((draws + 1) * (1 - Fraction(str(level))) / 2))
    low, high = (Fraction(*divmod(ordered[at], base)) for at in (k - 1, draws - k))
    return rounded(low, SHARE_PLACES), rounded(high, SHARE_PLACES)
