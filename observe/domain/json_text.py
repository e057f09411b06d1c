"""What JSON allows and no line of ours means: for `json.loads(text, parse_constant=..., object_pairs_hook=...)`."""

from typing import Any


def no_number(name: str) -> float:
    """NaN and Infinity, which Python reads and JSON does not know. Raises ValueError."""
    raise ValueError(f"{name} is not a finite number")


def no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that names a key twice: the first value would be lost without a word. Raises ValueError."""
    found = dict(pairs)
    if len(found) < len(pairs):
        from collections import Counter

        name = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"{name[:40]} is there twice")
    return found
