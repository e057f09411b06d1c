"""Practice sets: which there are, and one or two people's answers read against each other.

Nothing of this is logged. Answers are held while they are given, shown, and written to a file if she says so: how
well two people agree on made-up scenes is a matter between them, and no fact about a teacher.
"""

import json
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from observe.domain.errors import Refused
from observe.domain.frozen import dataclass
from observe.domain.json_text import no_key_twice, no_number
from observe.domain.practice_set import Item, PracticeSet, parse_practice
from observe.domain.protocol import Protocol
from observe.services import protocols
from observe.services.home import Home

FOLDER = "practice"
"""In the home: sets of one's own."""
MOST_BYTES = 262_145
"""One more than a set may have: what is longer is refused by its size, unread."""
REFERENCE = "the reference"
SKIPPED = "-"
MOST_NAME = 40

Answers = tuple[str | None, ...]
"""A code for each thing asked, None where it was passed over."""


@dataclass(frozen=True, slots=True)
class Known:
    """A set, or a file that is none and why. `file`: "" for a shipped one."""

    id: str
    title: str
    file: str = ""
    set: PracticeSet | None = None
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's answers. `name`: as the results call them."""

    name: str
    answers: Answers


def every(home: Home) -> tuple[Known, ...]:
    """The shipped sets, then those in the home's folder; a file with a mistake is there too, with the mistake."""
    found = [Known(one.id, one.title, set=one) for one in shipped()]
    taken = {one.id for one in found}
    folder = home.path / FOLDER
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        try:
            one = read(home, path)
            if one.id in taken:
                raise Refused(path.name, f'another set has the id "{one.id}"', "give it one of its own")
        except Refused as error:
            found.append(Known(path.stem, path.name, path.name, wrong=str(error)))
        else:
            taken.add(one.id)
            found.append(Known(one.id, one.title, path.name, one))
    return tuple(found)


@cache
def shipped() -> tuple[PracticeSet, ...]:
    """The sets that come with the program."""
    from observe.resources import practice_files

    def of(id: str) -> Protocol:
        return protocols.shipped()[id]

    return tuple(parse_practice(file.read_text(encoding="utf-8"), file.name, of) for file in practice_files())


def find(home: Home, word: str) -> PracticeSet:
    """The set of this id, or in this file. Raises Refused, for a file with the line of the mistake."""
    if word.endswith(".toml"):
        return read(home, Path(os.path.expanduser(word)))
    known = every(home)
    one = next((one for one in known if one.id == word), None)
    if one is None:
        there = ", ".join(one.id for one in known if one.set is not None)
        raise Refused(f"practice set {word[:40]!r} is not known", f"known: {there}", "or name a .toml file")
    if one.set is None:
        raise Refused(one.wrong)
    return one.set


def read(home: Home, path: Path) -> PracticeSet:
    """A set of one's own from its file. Raises Refused, with the line of the mistake."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES)
    except OSError as error:
        raise Refused(f"{path.name} cannot be read", error.strerror or str(error), "check the file") from error
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        if len(data) < MOST_BYTES:
            line = data[: error.start].count(b"\n") + 1
            raise Refused(f"{path.name} is not taken", f"line {line}: not UTF-8 text", "save it as UTF-8") from error
        text = data.decode(errors="replace")  # cut in the middle of a letter: its size is what is wrong
    return parse_practice(text, path.name, lambda id: protocols.find(home, id))


# -- answers ---------------------------------------------------------------------------------------------


def as_line(practice: PracticeSet, answers: Answers) -> str:
    """Answers as numbers to read out to somebody at another device: the place of each code, `-` for none."""
    pairs = zip(practice.items, answers, strict=True)
    return " ".join(SKIPPED if code is None else str(_keys(practice, item).index(code) + 1) for item, code in pairs)


def from_line(practice: PracticeSet, text: str) -> Answers:
    """What `as_line` said, typed with blanks or commas between, or nothing where no number can have two digits.

    Raises Refused.
    """
    words = text.replace(",", " ").split()
    n = len(practice.items)
    if all(len(_keys(practice, item)) <= 9 for item in practice.items):
        words = list("".join(words))
    if len(words) != n:
        raise Refused(f"{len(words)} answers", f"this set asks for {n}", f"a number for each, {SKIPPED} for none")
    answers: list[str | None] = []
    for place, (item, word) in enumerate(zip(practice.items, words, strict=True), 1):
        keys = _keys(practice, item)
        at = int(word) if word.isascii() and word.isdigit() and len(word) < 3 else 0
        if word != SKIPPED and not 1 <= at <= len(keys):
            raise Refused(f"answer {place}: {word[:10]!r} is none", f"1 to {len(keys)}, or {SKIPPED} for none")
        answers.append(keys[at - 1] if at else None)
    return tuple(answers)


def read_answers(practice: PracticeSet, text: str, name: str) -> tuple[Person, ...]:
    """One or two people's answers from JSON: `{"Ana": ["waiting", null, "deep"], "Bo": "5 - 4"}`. Raises Refused."""
    try:
        raw = json.loads(text, parse_constant=no_number, object_pairs_hook=no_key_twice)
    except (ValueError, RecursionError) as error:
        raise Refused(f"{name} cannot be read", f"no JSON: {error}", "see docs/practice.md") from None
    if not isinstance(raw, dict) or not 1 <= len(raw) <= 2:
        raise Refused(f"{name} is not taken", "it must be an object of one or two people", "see docs/practice.md")
    people = []
    for who, given in raw.items():
        called = " ".join(who.split())[:MOST_NAME] or "?"
        try:
            answers = from_line(practice, given) if isinstance(given, str) else _codes(practice, given)
        except Refused as error:
            raise Refused(f"{name}, {called}: {error.what}", error.why, error.todo) from None
        people.append(Person(called, answers))
    if len({person.name for person in people}) < len(people):
        raise Refused(f"{name} is not taken", "two people are called alike", "give each a name of their own")
    return tuple(people)


def _codes(practice: PracticeSet, given: object) -> Answers:
    n = len(practice.items)
    if not isinstance(given, list):
        raise Refused("the answers must be a list", "a code for each thing asked, null for none")
    if len(given) != n:
        raise Refused(f"{len(given)} answers", f"this set asks for {n}", "null where one was passed over")
    for place, (item, code) in enumerate(zip(practice.items, given, strict=True), 1):
        if code is not None and code not in (keys := _keys(practice, item)):
            raise Refused(f"answer {place}: {str(code)[:40]!r} is none", f"allowed: {', '.join(keys)}, or null")
    return tuple(given)


def _keys(practice: PracticeSet, item: Item) -> Sequence[str]:
    return practice.channel(item).keys


def reference(practice: PracticeSet) -> Person:
    """The codes that the scenes were written for."""
    return Person(REFERENCE, tuple(item.code for item in practice.items))
