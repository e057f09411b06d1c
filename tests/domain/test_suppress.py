"""Small groups stay unknown: a solver that knows the rosters and all that is told finds no single answer."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from observe.domain.suppress import tellable

parts = st.lists(
    st.integers(0, 25).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))), min_size=1, max_size=4
)


def small(part: tuple[int, int]) -> bool:
    """Nine at most, or all but nine at most."""
    n, of = part
    return n in range(1, 10) or of - n in range(1, 10)


def solutions(parts: list[tuple[int, int]], told: list[bool], total: bool) -> list[set[int]]:
    """What each group can be, by trying every number of every group that is not told."""
    ranges = [[n] if ok else range(of + 1) for (n, of), ok in zip(parts, told, strict=True)]
    found: list[set[int]] = [set() for _ in parts]
    wanted = sum(n for n, _ in parts)
    hidden = [i for i, ok in enumerate(told) if not ok]
    if not total or not hidden:
        return [set(r) for r in ranges]
    *first, last = hidden  # the last follows from the sum
    known = sum(n for (n, _), ok in zip(parts, told, strict=True) if ok)
    for guess in product(*(ranges[i] for i in first)):
        rest = wanted - known - sum(guess)
        if 0 <= rest <= parts[last][1]:
            for i, n in zip(hidden, (*guess, rest), strict=True):
                found[i].add(n)
    return [f or set(r) for f, r in zip(found, ranges, strict=True)]


@given(parts)
@example([(5, 20), (20, 20)])
@example([(12, 25), (3, 14), (13, 25)])
@example([(0, 20), (4, 20)])
def test_nobody_can_work_out_a_small_group(parts: list[tuple[int, int]]) -> None:
    told, total = tellable(parts)
    can = solutions(parts, told, total)
    for part, ok, values in zip(parts, told, can, strict=True):
        if small(part):
            assert not ok
            assert len(values) > 1 or part[1] == 0
    left = [part for part, ok in zip(parts, told, strict=True) if not ok]
    if total and left:  # together they are no small group either
        assert not small((sum(n for n, _ in left), sum(of for _, of in left)))
    if total:
        assert not small((sum(n for n, _ in parts), sum(of for _, of in parts)))


@given(parts)
def test_what_is_large_everywhere_is_told(parts: list[tuple[int, int]]) -> None:
    if not any(map(small, parts)) and not small((sum(n for n, _ in parts), sum(of for _, of in parts))):
        assert tellable(parts) == ([True] * len(parts), True)


def test_a_class_held_back_takes_another_with_it() -> None:
    told, total = tellable([(12, 25), (3, 14), (12, 24)])
    assert total
    assert told == [True, False, False]


@pytest.mark.parametrize("sizes", [(24,), (11, 20), (5, 10, 24), (9, 9, 9)], ids=str)
def test_nor_can_one_who_knows_the_rule(sizes: tuple[int, ...]) -> None:
    """Every school of these sizes is tried: what is told of one with a small group is told of another one, too."""
    alike: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    for numbers in product(*(range(of + 1) for of in sizes)):
        told, total = tellable(list(zip(numbers, sizes, strict=True)))
        shown = tuple(n if ok else None for n, ok in zip(numbers, told, strict=True))
        alike[shown, sum(numbers) if total else None].append(numbers)
    for schools in alike.values():
        for i, of in enumerate(sizes):
            can = {numbers[i] for numbers in schools}
            assert len(can) > 1 or not small((*can, of))
