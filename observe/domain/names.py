"""Names and other text that comes in from outside: cleaned once here, and data from then on."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# Category Lo or Mn, yet nothing is seen: fillers, the grapheme joiner, the empty braille pattern.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_JOINERS = "\u200c\u200d"
_COMMAS = re.compile("[,\u060c\uff0c]")
_SUFFIX = re.compile(r"[JS]r\.?|JR\.?|SR\.?|jr\.?|sr\.?|I{2,3}|Iii|i{2,3}|IV|V|2nd|3rd")
_PLACEHOLDERS = frozenset({"lnu", "fnu"})  # "last (first) name unknown", as American school systems write it
_NO_DECOMPOSITION = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ß": "ss"}
)


def clean_name(text: str, limit: int = 120) -> str:
    """Text from outside, made safe to store and to draw: the one function for it.

    Composed (NFC), one line, single spaces, at most `limit` code points. Control, bidi and invisible characters, lone
    surrogates and noncharacters go; so does a combining mark with nothing before it. A joiner stays where the writing
    needs it, between letters of the scripts that use one. Everything else is kept as it is. Never raises, and cleaning
    twice is cleaning once.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())[:limit].rstrip()
    kept = "".join(" " if char.isspace() else char for char in text if char.isspace() or not _forbidden(char))
    # Composing is quadratic in a run of marks: a cell of megabytes must not hang the import. No character that
    # composes is made of more than four.
    kept = unicodedata.normalize("NFC", " ".join(kept.split())[: limit * 4])
    kept = unicodedata.normalize("NFC", _without_stray_joiners(kept))
    kept = " ".join(kept.split())
    start = 0
    while start < len(kept) and (kept[start] in " " + _JOINERS or unicodedata.category(kept[start])[0] == "M"):
        start += 1
    return kept[start:][:limit].rstrip(" " + _JOINERS)


def full_name(given: str, family: str, middle: str = "", suffix: str = "") -> str:
    """First Last from parts that come in columns of their own. A suffix after a comma in a part goes to the end."""
    words: list[str] = []
    suffixes: list[str] = []
    for part in (given, middle, family, suffix):
        for position, piece in enumerate(_pieces(part)):
            (suffixes if position and _SUFFIX.fullmatch(piece) else words).append(piece)
    return _without_placeholders(" ".join(words + suffixes))


def given_and_family(text: str) -> str:
    """First Last from one field, which may be "Last, First". Without a comma the name stays as it is.

    "Whitfield, III, DeShawn" is DeShawn Whitfield III. The last piece is the given name, those before it the family.
    """
    pieces = _pieces(text)
    if len(pieces) < 2:
        return _without_placeholders(" ".join(pieces))
    # "Smith, V" may be a child whose first name is cut to a letter; "DeShawn Whitfield, V" is not.
    short = len(pieces) == 2 and pieces[1] == "V" and " " not in pieces[0]
    suffixes = [] if short else [piece for piece in pieces[1:] if _SUFFIX.fullmatch(piece)]
    names = [piece for position, piece in enumerate(pieces) if position == 0 or piece not in suffixes]
    return _without_placeholders(" ".join([names[-1], *names[:-1], *suffixes]))


def fold(text: str) -> str:
    """For comparing and sorting: no case, no accents. Vowel signs, which tell words apart, stay."""
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_NO_DECOMPOSITION))
    return "".join(char for char in parts if not unicodedata.combining(char)).casefold()


def by_name(name: str) -> tuple[str, str]:
    """What names are sorted by where people read them: É stands beside E, and a small letter beside the capital."""
    return fold(name), name


def plain(text: str) -> str:
    """The text without accents, which many leave out, letter for letter: what is found in it stands so in `text`."""
    return text if text.isascii() else "".join(map(_bare, text))


@lru_cache(4096)
def _bare(char: str) -> str:
    bare = fold(char) if char.isalpha() else char
    if len(bare) != 1:  # two letters in one, or one of a syllable's parts
        return char
    return bare.upper() if char.isupper() else bare


def initials(name: str) -> str:
    """The first letters of the first and last word, for when names are hidden. A suffix does not count; "?" if none."""
    letters = [letter for word in _words(name) if (letter := _first_letter(word))]
    return "".join(letters[:1] + letters[1:][-1:]) or "?"


def _forbidden(char: str) -> bool:
    category = unicodedata.category(char)
    if category == "Cf":
        return char not in _JOINERS
    number = ord(char)
    return (
        category in ("Cc", "Cs") or char in _UNSEEN or number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF
    )  # noncharacters: XML, and so a spreadsheet, cannot hold them


def _without_stray_joiners(text: str) -> str:
    def settle(run: re.Match[str]) -> str:
        before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
        return run[0][0] if _takes_joiner(before) and _takes_joiner(after) else ""

    return re.sub(f"[{_JOINERS}]+", settle, text)


def _takes_joiner(char: str) -> bool:
    """A letter or mark of Arabic, the Indic scripts and their like. In Latin a joiner only makes two names look one."""
    return bool(char) and ("\u0600" <= char <= "\u1cff" or char >= "\ua800") and unicodedata.category(char)[0] in "LM"


def _pieces(text: str) -> list[str]:
    return [piece for part in _COMMAS.split(text) if (piece := clean_name(part))]


def _without_placeholders(name: str) -> str:
    words = [word for word in name.split() if word.strip(".()").casefold() not in _PLACEHOLDERS]
    # A child of whom neither name is known is still a child in the room.
    return clean_name(" ".join(words) or name)


def _words(name: str) -> list[str]:
    words = name.split()
    return words[:-1] if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else words


def _first_letter(word: str) -> str:
    for position, char in enumerate(word):
        # Not Lm: the okina that opens a Hawaiian name is a letter, but nobody's initial.
        if unicodedata.category(char) in ("Lu", "Ll", "Lt", "Lo", "Nd"):
            end = position + 1
            while end < len(word) and unicodedata.category(word[end])[0] == "M":
                end += 1
            return word[position:end].upper()
    return ""


def told_apart(people: Iterable[tuple[str, str, int]]) -> dict[str, str]:
    """Full names by id, from id, name and seat: two children of one name each have their seat behind it."""
    people = tuple(people)
    of_name: dict[str, set[str]] = {}
    for id, name, _ in people:
        of_name.setdefault(name, set()).add(id)
    return {id: f"{name} #{seat}" if name and len(of_name[name]) > 1 else name for id, name, seat in reversed(people)}
