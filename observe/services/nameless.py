"""Typed words that leave the team, with the names of children taken out of them."""

import re
from collections.abc import Iterable

from observe.domain import sharing
from observe.domain.figures import Json
from observe.domain.model import Student
from observe.domain.names import plain
from observe.services.home import Home
from observe.store import rosters

SHORTEST = 2
"""A part of a name that is shorter is an initial, and a letter of every text."""
UNSPACED = "\u0e00"
"""From here on, in the order of Unicode, are the scripts that put no space round a name: Thai, Chinese, Korean."""
WORDS = frozenset((
    "an", "art", "as", "bill", "chance", "dawn", "do", "faith", "grace", "grant", "guy", "hope", "in", "joy", "june",
    "mark", "max", "may", "miles", "no", "rose", "so", "sky", "star", "sue", "will", "young",
))  # fmt: skip
"""Names that are words of the language too: only with their capital are they a child."""
_EDGES = "[](){}<>\"'.,;:*"
_SIGNS = ("'\u2019\u2018\u02bc`\u00b4", "-\u2010\u2011\u2013")
"""Signs in a name that keyboards do not agree on."""
_HYPHEN = re.compile(f"[{re.escape(_SIGNS[1])}]")


class Nameless:
    """Takes the names of these students out of a text, however they are written: whole, the first, and any other part;
    with their accents or without.

    Rather one word too many than one child too many. A name inside a longer word stays, and so does a last name that
    is typed without its capital. A child who is called by a name that is not on the roster, or told of without one,
    is not found: whoever sends a page reads it first. `but`: a name that may stay, that of the child told of.
    """

    def __init__(self, students: Iterable[Student], word: str = "a student", *, but: str = "") -> None:
        but = plain(but)
        names = {name for s in students if (name := plain(s.name)) and name != but}
        own = {part.casefold() for part in _parts(but)}
        firsts, others = set[str](), {name for name in names if name.casefold() in WORDS}
        for name in names:
            first, *rest = [part for part in _parts(name) if part.casefold() not in own] or [""]
            (others if first.casefold() in WORDS else firsts).add(first)
            others.update(rest)
        self._word = word
        self._every = _pattern((True, names - others), (True, firsts), (False, others))
        self._whole = _pattern((True, names - others), (False, names & others))

    def text(self, text: str) -> str:
        """The text without them."""
        return self._without(self._every, text)

    def label(self, text: str) -> str:
        """The name of a class without whole names: a part of one there is mostly the teacher's."""
        return self._without(self._whole, text)

    def _without(self, pattern: re.Pattern[str] | None, text: str) -> str:
        kept, end = [], 0
        for found in pattern.finditer(plain(text)) if pattern is not None else ():
            kept.append(text[end : found.start()])
            end = found.end()
        return self._word.join((*kept, text[end:]))


def shared(home: Home, summary: Json, *, notes: bool = False) -> Json:
    """A summary for the teacher, as `sharing.share` makes it, with no child named in what was typed; nor is a class
    that is called after one."""
    found, nameless = sharing.share(summary, notes=notes), Nameless(rosters.students(home.conn))
    visit = found["visit"]
    typed = {name: nameless.text(visit[name] or "") or None for name in ("title", "flag")}
    return {
        **found,
        "visit": {**visit, **typed, "section": nameless.label(visit["section"] or "") or None},
        "notes": [{**note, "text": nameless.text(note["text"])} for note in found["notes"]],
        "reflection": {field: nameless.text(text) for field, text in found["reflection"].items()},
    }


def _parts(name: str) -> list[str]:
    """Its words, and the halves of those with a hyphen: Anna-Lena is often called Anna."""
    words = [part for word in name.split() if (part := word.strip(_EDGES))]
    return words + [half for word in words for half in _HYPHEN.split(word) if half != word]


def _pattern(*kinds: tuple[bool, Iterable[str]]) -> re.Pattern[str] | None:
    """A pattern for all of them; each with whether it may be in capitals or not."""
    found = [_any(kind, fold) for fold, kind in kinds if any(len(part) >= SHORTEST for part in kind)]
    return re.compile("|".join(found)) if found else None


def _any(names: Iterable[str], fold: bool) -> str:
    """A pattern for any of these, the longest first. `fold`: in capitals or not."""
    found = [_one(name) for name in sorted(names, key=lambda name: (-len(name), name)) if len(name) >= SHORTEST]
    return f"(?{'i' if fold else ''}:{'|'.join(found)})"


def _one(name: str) -> str:
    said = "".join(map(_char, name))
    before = r"(?<!\w)" if name[0] < UNSPACED else ""
    return before + said + (r"(?!\w)" if name[-1] < UNSPACED else "")


def _char(char: str) -> str:
    same = next((signs for signs in _SIGNS if char in signs), "")
    return r"\s+" if char == " " else f"[{re.escape(same)}]" if same else re.escape(char)
