"""Agreement of two people: published tables, and a slow computation from the definitions, thing by thing."""

import json
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observe.domain.agreement import Agreement, agreement, blocks, ordered
from observe.domain.protocol import Channel, Code

TABLES = json.loads((Path(__file__).parents[1] / "data" / "agreement" / "tables.json").read_text(encoding="utf-8"))
CODES = ("a", "b", "c", "d")
pairs_of_codes = st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)), max_size=30)


def table(rows: list[list[int]]) -> Agreement:
    return Agreement(tuple(map(str, range(len(rows)))), tuple(map(tuple, rows)))


@pytest.mark.parametrize("one", TABLES, ids=[one["id"] for one in TABLES])
def test_the_figures_of_published_tables(one: dict[str, Any]) -> None:
    found = table(one["table"])
    named = {
        "percent_agreement": found.share,
        "expected_agreement": found.expected,
        "kappa": found.kappa,
        "kappa_linear": found.weighted_kappa,
    }
    for figures, tolerance in ((one["expected"], 5.1e-8), (one["published"], max(one["tolerance"], 5.1e-8))):
        for name, figure in figures.items():
            if figure is None:
                assert named[name] is None, name
            else:
                assert named[name] == pytest.approx(figure, abs=tolerance), name


def test_an_unused_code_in_the_middle_keeps_its_place() -> None:
    rows = next(one["table"] for one in TABLES if one["id"] == "wkappa-unused-middle-code")
    dropped = [[count for j, count in enumerate(row) if j != 2] for i, row in enumerate(rows) if i != 2]
    assert table(rows).weighted_kappa == pytest.approx(0.6101695, abs=1e-6)
    assert table(dropped).weighted_kappa == pytest.approx(0.5290948, abs=1e-6)


# -- what is not defined ---------------------------------------------------------------------------------


def test_nothing_coded_has_no_figures() -> None:
    found = agreement(CODES, [])
    assert (found.n, found.share, found.expected, found.kappa, found.weighted_kappa) == (0, None, None, None, None)
    assert found.confused() is None


def test_one_code_only_has_a_percentage_and_no_kappa() -> None:
    found = agreement(CODES, [("b", "b")] * 7)
    assert (found.n, found.share, found.expected) == (7, 1.0, 1.0)
    assert (found.kappa, found.weighted_kappa, found.confused()) == (None, None, None)


def test_each_with_one_code_but_not_the_same_is_no_agreement_at_all() -> None:
    found = agreement(CODES, [("a", "b")] * 4)
    assert (found.share, found.expected, found.kappa, found.weighted_kappa) == (0.0, 0.0, 0.0, 0.0)


def test_a_code_that_is_none_is_said() -> None:
    with pytest.raises(ValueError, match="'x' is none of a, b, c, d"):
        agreement(CODES, [("a", "x")])


# -- against the definitions -------------------------------------------------------------------------------


def slow_kappa(pairs: list[tuple[str, str]], weight: Any) -> Fraction | None:
    """1 - what differs / what differs when everything of the one meets everything of the other."""
    met = list(product([a for a, _ in pairs], [b for _, b in pairs]))
    chance = sum(Fraction(weight(a, b)) for a, b in met) / len(met) if met else Fraction(0)
    if not chance:
        return None
    return 1 - sum(Fraction(weight(a, b)) for a, b in pairs) / len(pairs) / chance


def _close(found: float | None, slow: Fraction | None) -> bool:
    if found is None or slow is None:
        return found is slow
    return found == pytest.approx(float(slow), abs=1e-12)


@settings(max_examples=150)
@given(pairs_of_codes)
def test_every_figure_is_its_definition(pairs: list[tuple[str, str]]) -> None:
    found = agreement(CODES, pairs)
    assert found.n == len(pairs)
    assert found.same == sum(a == b for a, b in pairs)
    assert _close(found.kappa, slow_kappa(pairs, lambda a, b: a != b))
    assert _close(found.weighted_kappa, slow_kappa(pairs, lambda a, b: abs(CODES.index(a) - CODES.index(b))))
    for kappa in (found.kappa, found.weighted_kappa):
        assert kappa is None or kappa <= 1
    if found.kappa is not None:
        assert (found.kappa == 1) == (found.same == found.n)
    often = {frozenset((a, b)): 0 for a, b in product(CODES, CODES) if a != b}
    for a, b in pairs:
        if a != b:
            often[frozenset((a, b))] += 1
    most = found.confused()
    if most is None:
        assert found.same == found.n
    else:
        one, other, n = most
        assert CODES.index(one) < CODES.index(other)
        assert n == often[frozenset((one, other))] == max(often.values()) > 0
        rivals = [pair for pair, count in often.items() if count == n]
        reach = max(abs(CODES.index(min(pair)) - CODES.index(max(pair))) for pair in rivals)
        assert CODES.index(other) - CODES.index(one) == reach


@settings(max_examples=60)
@given(pairs_of_codes)
def test_who_is_named_first_does_not_matter(pairs: list[tuple[str, str]]) -> None:
    one, other = agreement(CODES, pairs), agreement(CODES, [(b, a) for a, b in pairs])
    for name in ("n", "same", "share", "expected", "kappa", "weighted_kappa"):
        assert getattr(one, name) == getattr(other, name)
    assert one.confused() == other.confused()


@settings(max_examples=60)
@given(pairs_of_codes)
def test_without_a_code_is_without_the_things_that_got_it(pairs: list[tuple[str, str]]) -> None:
    kept = CODES[:3]
    assert agreement(CODES, pairs).only(kept) == agreement(kept, [p for p in pairs if set(p) <= set(kept)])


# -- which codes have an order --------------------------------------------------------------------------------


def channel(kind: str, *, beside: bool = False, higher_from: str | None = None) -> Channel:
    codes = tuple(Code(key, key.upper(), beside=beside and key == "d") for key in CODES)
    return Channel("x", "X", kind, "anyone", codes, higher_from=higher_from)


def test_only_a_scale_and_a_count_that_rises_have_an_order() -> None:
    assert ordered(channel("scale")) == CODES
    assert ordered(channel("scale", beside=True)) == CODES[:3]
    assert ordered(channel("count", higher_from="c")) == CODES
    for kind in ("count", "state", "toggle"):
        assert ordered(channel(kind)) == ()


def test_two_blocks_where_there_is_a_line_between_lower_and_upper() -> None:
    pairs = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "d")]
    assert blocks(channel("count"), pairs) is None
    found = blocks(channel("count", higher_from="c"), pairs)
    assert found is not None
    assert found.counts == ((1, 1), (0, 2))
