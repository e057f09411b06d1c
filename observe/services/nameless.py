"""Typed words that leave the team, with the names of children taken out of them."""

import re
from collections.abc import Iterable

from observe.domain.model import Student
from observe.domain.names import fold

SHORTEST = 3
"""A first name shorter than this is a word more often than a child."""


class Nameless:
    """Takes the names of these students out of a text: full names, and first names where they stand as written.

    A child who is called by another name, or told of without one, is not found: whoever sends a page reads it first.
    """

    def __init__(self, students: Iterable[Student], word: str = "a student") -> None:
        names = {s.name for s in students if s.name}
        firsts = {name.split(" ")[0] for name in names}
        whole = sorted(names, key=lambda name: (-len(name), name))
        parts = sorted((f for f in firsts if len(fold(f)) >= SHORTEST), key=lambda name: (-len(name), name))
        self._whole = _pattern(whole, re.IGNORECASE)
        self._first = _pattern(parts, re.NOFLAG)
        self._word = word

    def text(self, text: str) -> str:
        """The text without them."""
        for pattern in (self._whole, self._first):
            if pattern is not None:
                text = pattern.sub(self._word, text)
        return text


def _pattern(names: list[str], flags: re.RegexFlag) -> re.Pattern[str] | None:
    if not names:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", flags)
