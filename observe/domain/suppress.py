"""What may be told outside the team of counts of children: no small group shows, and no subtraction brings it back.

A part of a class is small when it, or the rest of the class, has 1 to 9 children: "9 of 10" tells of the one. How many
children a class has is taken to be known to everybody.
"""

from collections.abc import Sequence

from observe.domain.sharing import SMALL

Part = tuple[int, int]
"""(n, of): so many of so many children."""


def small(part: Part) -> bool:
    """Whether this many of that many children are few, or the rest are."""
    n, of = part
    return 0 < n < SMALL or 0 < of - n < SMALL


def tellable(parts: Sequence[Part]) -> tuple[list[bool], bool]:
    """Which of these separate groups of children may be told, and whether the sum of all may be.

    The small ones are held back first; then, smallest first, as many more as are needed so that what is left out can
    be no single number; where even that is not enough the sum is held back. (Primary and complementary suppression,
    Federal Committee on Statistical Methodology, Working Paper 22, 2005.)
    """
    told = [not small(part) for part in parts]
    while _gives_away(parts, told):
        shown = [i for i, ok in enumerate(told) if ok]
        if not shown:
            return told, False
        told[min(shown, key=lambda i: (parts[i][1], i))] = False
    return told, True


def _gives_away(parts: Sequence[Part], told: Sequence[bool]) -> bool:
    """Whether the sum, less what is told, leaves a group that is held back a single possible number, or is itself the
    number of a small group."""
    hidden = [part for part, ok in zip(parts, told, strict=True) if not ok]
    if not hidden:
        return False
    left = sum(n for n, _ in hidden), sum(of for _, of in hidden)
    return small(left) or any(len(numbers) == 1 for numbers in possible(hidden))


def possible(hidden: Sequence[Part]) -> list[set[int]]:
    """What each of these can be for one who knows their sum, how many children each has, and the rule itself.

    While all of them are small, that one is held back says that it is small; with one that is held back for the sake
    of another nobody can tell which.
    """
    few = all(map(small, hidden))
    can = [{n for n in range(of + 1) if not few or small((n, of))} for _, of in hidden]
    whole = sum(n for n, _ in hidden)
    found = []
    for i, own in enumerate(can):
        rest = {0}
        for other in (*can[:i], *can[i + 1 :]):
            rest = {a + b for a in rest for b in other}
        found.append({n for n in own if whole - n in rest})
    return found
