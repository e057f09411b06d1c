"""How figures are rounded, said as shares, and which observations they can be made of."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from observe.domain.entries import finite
from observe.domain.model import Observation
from observe.domain.protocol import Channel

Json = dict[str, Any]
EVERYONE = ""
"""The key that stands for everyone where students are keys."""
SHARE_PLACES = 4


def rounded(value: Fraction | int, places: int) -> float:
    """Half to even on the exact value."""
    return float(round(Fraction(value), places))


def seconds(ms: int) -> float:
    """Milliseconds as seconds, which is exact to 0.001."""
    return ms / 1000


def share(part: int, whole: int) -> float | None:
    """part / whole to 0.0001, half to even on the exact value, and None of nothing."""
    if not whole:
        return None
    # In whole numbers: a year has a hundred thousand shares, and fractions would take seconds.
    places: int = 10**SHARE_PLACES
    units, rest = divmod(part * places, whole)
    return (units + (2 * rest > whole or (2 * rest == whole and units % 2 == 1))) / places


def percent(part: int, whole: int) -> int:
    """part / whole in whole percent, half to even on the exact value; `whole` is not 0."""
    return round(Fraction(100 * part, whole))


def codes_of(channel: Channel, *found: Mapping[str, Any]) -> list[str]:
    """The channel's codes in order, then any that a later version of the protocol brought."""
    codes = list(channel.keys)
    return codes + sorted({code for counts in found for code in counts}.difference(codes))


def filled(codes: Sequence[str], counts: Mapping[str, int]) -> dict[str, int]:
    """Counts of all codes, 0 where there were none."""
    return {code: counts.get(code, 0) for code in codes}


def figured(channel: Channel, o: Observation) -> bool:
    """Whether figures can be made of it; one that another device sent may say what its channel does not know."""
    if (o.code is None and channel.kind != "state") or (o.on is None and channel.kind == "toggle"):
        return False
    numbers = (o.modifiers.get(m.name) for m in channel.modifiers if m.kind == "number")
    return all(value is None or finite(value) for value in numbers)
