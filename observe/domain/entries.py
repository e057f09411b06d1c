"""Entries: the immutable lines of the journal, their clock, and which of them wins.

An entry is the whole new state of one entity (`put`), its end (`void`), or the order to erase what
it held (`purge`). Nothing is ever changed in place, but by a purge.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any, TypeGuard

from observe.domain.frozen import dataclass

FORMAT = 1
FAR_AHEAD_MS = 24 * 3600 * 1000
_COUNTER_MAX = 0xFFFF

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal.

    `(device, seq)` is gapless; `(ms, n)` is the hybrid stamp; `act` is the seq of the first entry of
    what she did at once, so `(device, act)` names it; `parents` are the entries this one replaces.
    """

    id: str
    device: str
    run: int
    seq: int
    ms: int
    n: int
    act: int
    kind: str
    key: str
    op: str
    parents: tuple[str, ...]
    data: Data
    v: int = FORMAT
    extra: Data = field(default_factory=dict)
    """Fields of a later version: kept and passed on untouched."""

    @property
    def rank(self) -> tuple[int, int, str, int, str]:
        """What decides between entries of one key: the maximum wins."""
        return (self.ms, self.n, self.device, self.seq, self.id)

    def to_json(self) -> dict[str, Any]:
        """The form in which entries travel."""
        return {
            "v": self.v,
            "id": self.id,
            "device": self.device,
            "run": self.run,
            "seq": self.seq,
            "stamp": [self.ms, self.n],
            "act": self.act,
            "kind": self.kind,
            "key": self.key,
            "op": self.op,
            "parents": list(self.parents),
            "data": self.data,
            **self.extra,
        }


def dumps(value: object) -> str:
    """Canonical JSON: sorted, compact, UTF-8, no NaN. Equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def tick(last: tuple[int, int], now_ms: int) -> tuple[int, int]:
    """The next stamp of the hybrid logical clock (Kulkarni et al. 2014): after `last`, and after `now` if it can be.

    Never refuses: a counter that overflows moves on the millisecond, and a `last` more than a day
    ahead of this clock (which was wrong then, or is now) is left out of account.
    """
    ms, n = last
    if ms > now_ms + FAR_AHEAD_MS or now_ms > ms:
        return (now_ms, 0)
    return (ms, n + 1) if n < _COUNTER_MAX else (ms + 1, 0)


def heads(entries: Iterable[Entry]) -> list[Entry]:
    """The entries of one key that no other names as parent, the winner first."""
    entries = list(entries)
    replaced = {parent for entry in entries for parent in entry.parents}
    return sorted((e for e in entries if e.id not in replaced), key=lambda e: e.rank, reverse=True)


def finite(value: object) -> TypeGuard[int | float]:
    """Whether `value` is a real number that JSON can carry (a bool is none)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # an int beyond every float
        return False
