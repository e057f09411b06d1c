"""How far two people gave the same codes to the same things: percent, kappa, and the codes they mix up.

Percent agreement alone flatters: two people who call nearly everything Active agree often by chance. Kappa
takes that chance out (Cohen 1960); weighted kappa counts a near miss on a scale less than a far one (Cohen
1968), here by the number of steps between the codes. Each figure is None where it is not defined, and never
0, 1 or nan in its place: nothing was coded, or all of it with one and the same code, so that chance alone
would agree on everything. A kappa may be below zero: they agreed less often than by chance.
"""

from collections.abc import Callable, Iterable, Sequence

from observe.domain.frozen import dataclass
from observe.domain.protocol import Channel

Weight = Callable[[int, int], int]
"""How far two codes are apart, by their places."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Pairs of codes as a table: `counts[i][j]` things got code i from the one and code j from the other.

    `codes` are all codes there are, in the protocol's order, used or not: dropping an unused one between two
    others would bring those nearer to each other.
    """

    codes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def n(self) -> int:
        """How many things both have coded."""
        return sum(map(sum, self.counts))

    @property
    def same(self) -> int:
        """How many of them got one code from both."""
        return sum(self.counts[i][i] for i in range(len(self.codes)))

    @property
    def share(self) -> float | None:
        """Percent agreement as a part of 1; None where nothing was coded."""
        return self.same / self.n if self.n else None

    @property
    def expected(self) -> float | None:
        """The part of 1 on which chance would agree, each keeping to their own shares of the codes."""
        return sum(a * b for a, b in zip(*self._sums(), strict=True)) / self.n**2 if self.n else None

    @property
    def kappa(self) -> float | None:
        """(observed - expected) / (1 - expected), the codes without order (Cohen 1960)."""
        return self._kappa(lambda i, j: int(i != j))

    @property
    def weighted_kappa(self) -> float | None:
        """Kappa with disagreements weighted by the steps between the codes (Cohen 1968, linear weights)."""
        return self._kappa(lambda i, j: abs(i - j))

    def confused(self) -> tuple[str, str, int] | None:
        """The two codes most often given for one another, in the protocol's order, and how often; None for none.

        Of two such pairs the one further apart: that is the difference which matters. Then the first.
        """
        size = range(len(self.codes))
        pairs = [(self.counts[i][j] + self.counts[j][i], j - i, -i) for i in size for j in size if i < j]
        often, apart, i = max(pairs, default=(0, 0, 0))
        return (self.codes[-i], self.codes[apart - i], often) if often else None

    def only(self, codes: Sequence[str]) -> "Agreement":
        """The same without the things that got another code than these from either."""
        at = [self.codes.index(code) for code in codes]
        return Agreement(tuple(codes), tuple(tuple(self.counts[i][j] for j in at) for i in at))

    def _sums(self) -> tuple[list[int], list[int]]:
        return [sum(row) for row in self.counts], [sum(column) for column in zip(*self.counts, strict=True)]

    def _kappa(self, weight: Weight) -> float | None:
        # In whole numbers, so that "nothing is expected to differ" is exactly zero.
        rows, columns = self._sums()
        size = range(len(self.codes))
        by_chance = sum(weight(i, j) * rows[i] * columns[j] for i in size for j in size)
        differ = sum(weight(i, j) * self.counts[i][j] for i in size for j in size)
        return (by_chance - self.n * differ) / by_chance if by_chance else None


def agreement(codes: Sequence[str], pairs: Iterable[tuple[str, str]]) -> Agreement:
    """The table of what the one and the other gave to each thing. Raises ValueError for a code not in `codes`."""
    at = {code: i for i, code in enumerate(codes)}
    counts = [[0] * len(codes) for _ in codes]
    for one, other in pairs:
        for code in (one, other):
            if code not in at:
                raise ValueError(f"{code!r} is none of {', '.join(codes)}")
        counts[at[one]][at[other]] += 1
    return Agreement(tuple(codes), tuple(map(tuple, counts)))


def ordered(channel: Channel) -> tuple[str, ...]:
    """Codes of a channel that have an order, so that steps between them mean something; () where they have none.

    Those of a scale without the ones beside it, and those of a count that rises to a higher order.
    """
    if channel.kind == "scale":
        return channel.scale
    return channel.keys if channel.higher else ()


def blocks(channel: Channel, pairs: Iterable[tuple[str, str]]) -> Agreement | None:
    """The same with all codes below the higher order as one and all above as the other; None without such a line."""
    if not channel.higher:
        return None
    return agreement(("lower", "upper"), [(_block(channel, a), _block(channel, b)) for a, b in pairs])


def _block(channel: Channel, code: str) -> str:
    return "upper" if code in channel.higher else "lower"
