"""The interval of a share over passes, against a slow one that draws and counts in plain sight."""

import random
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observe.domain.bootstrap import PASSES, interval, intervals

PASS = st.integers(0, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def slow(passes: list[tuple[int, int]], seed: int, level: Fraction, draws: int) -> tuple[float, float] | None:
    """The same by the book: fractions throughout, the k-th found by counting what lies below."""
    looked = [one for one in passes if one[1] > 0]
    if len(looked) < 5:
        return None
    chance = random.Random(seed)
    shares = []
    for _ in range(draws):
        hits = n = 0
        for _ in looked:
            drawn = looked[int(chance.random() * len(looked))]
            hits, n = hits + drawn[0], n + drawn[1]
        shares.append(Fraction(hits, n))
    k = max(1, int((draws + 1) * (1 - level) / 2))
    low = next(s for s in shares if sum(t < s for t in shares) < k <= sum(t <= s for t in shares))
    high = next(s for s in shares if sum(t > s for t in shares) < k <= sum(t >= s for t in shares))
    return _places(low), _places(high)


def _places(share: Fraction) -> float:
    exact = Decimal(share.numerator) / Decimal(share.denominator)
    return float(exact.quantize(Decimal("0.0001"), ROUND_HALF_EVEN))


@settings(max_examples=60)
@given(st.lists(PASS, max_size=12), st.integers(0, 2**32), st.sampled_from([(9, 10), (19, 20), (1, 2)]))
def test_it_is_the_slow_one(passes: list[tuple[int, int]], seed: int, level: tuple[int, int]) -> None:
    assert interval(passes, seed, level[0] / level[1], 119) == slow(passes, seed, Fraction(*level), 119)


@settings(max_examples=30)
@given(st.lists(PASS, min_size=PASSES, max_size=12), st.integers(0, 2**32))
def test_the_share_of_the_other_looks_has_the_mirrored_interval(passes: list[tuple[int, int]], seed: int) -> None:
    found = interval(passes, seed, draws=199)
    other = interval([(n - hits, n) for hits, n in passes], seed, draws=199)
    if found is None:
        assert other is None
    else:
        assert other is not None
        assert other == pytest.approx((1 - found[1], 1 - found[0]), abs=0.0001)


@settings(max_examples=20)
@given(st.lists(st.tuples(*[st.integers(0, 12)] * 3), max_size=9), st.integers(0, 2**32))
def test_of_several_codes_each_has_the_interval_it_would_have_alone(ratings: list[tuple[int, ...]], seed: int) -> None:
    passes = [(dict(zip("abc", counts, strict=True)), sum(counts)) for counts in ratings]
    found = intervals(passes, "abc", seed, draws=80)
    alone = {code: interval([(counts[code], n) for counts, n in passes], seed, draws=80) for code in "abc"}
    assert alone == (found or dict.fromkeys("abc"))


def test_below_five_passes_with_looks_there_is_none() -> None:
    assert interval([(3, 10)] * 4 + [(0, 0)] * 20, 1) is None
    assert interval([(3, 10)] * 5, 1) == (0.3, 0.3)  # passes that are all alike leave nothing open


def test_the_same_seed_gives_the_same_interval_wherever_it_is_computed() -> None:
    passes = [(3, 24), (9, 23), (12, 24), (4, 20), (15, 24), (8, 22), (10, 24)]
    assert interval(passes, 1) == interval(passes, 1) == (0.2564, 0.4908)
    assert interval(passes, 1, draws=50) != interval(passes, 2, draws=50)


def test_passes_that_differ_more_than_chance_give_a_wider_interval_than_their_looks_would() -> None:
    """20 passes of 24 looks, all or nothing: as single looks they would seem four times as sure."""
    passes = [(24, 24) if i % 2 else (0, 24) for i in range(20)]
    found, naive = interval(passes, 1), 1.96 * (0.25 / (20 * 24)) ** 0.5
    assert found is not None
    assert found[1] - found[0] > 3 * 2 * naive
