"""Sets of whole numbers as sorted, unbroken [first, last] runs."""

from collections.abc import Iterable

Ranges = list[list[int]]


def union(runs: Iterable[Iterable[int]]) -> Ranges:
    """All numbers that are in any of these."""
    found: Ranges = []
    for first, last in sorted(map(tuple, runs)):
        if found and first <= found[-1][1] + 1:
            found[-1][1] = max(found[-1][1], last)
        elif first <= last:
            found.append([first, last])
    return found


def minus(these: Ranges, those: Ranges) -> Ranges:
    """The numbers of these that are not in those."""
    left: Ranges = []
    for first, last in these:
        for start, end in those:
            if end < first or start > last:
                continue
            if start > first:
                left.append([first, start - 1])
            first = end + 1
            if first > last:
                break
        if first <= last:
            left.append([first, last])
    return left


def holds(these: Ranges, first: int, last: int) -> bool:
    """Whether every number from first to last is in these."""
    return any(start <= first and last <= end for start, end in these) or last < first


def size(these: Ranges) -> int:
    """How many numbers."""
    return sum(last - first + 1 for first, last in these)


def ranges_of(said: object) -> Ranges:
    """Numbers as another device names them; none where that is not what it says."""
    if not isinstance(said, list):
        return []
    return union(
        run
        for run in said
        if isinstance(run, list) and len(run) == 2 and all(type(n) is int and 0 <= n < 1 << 53 for n in run)
    )
