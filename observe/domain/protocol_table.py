"""Reads one table of a protocol file, key by key; whatever is wrong is raised with its path."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from observe.domain.toml_lines import Path

MAX_LABEL = 40
MAX_DEFINITION = 400
MAX_LOOK_FOR = 120
MAX_SHORTS = 6

ID = re.compile(r"[a-z][a-z0-9_-]{0,39}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
CODE_KEY = re.compile(r"[a-z0-9_]{1,40}")
_BRACKETS = {
    "channel": "[[channel]]", "code": "[[channel.code]]", "modifier": "[[channel.modifier]]", "pair": "[[pair]]",
    "vignette": "[[vignette]]", "item": "[[vignette.item]]",
}  # fmt: skip


class Wrong(Exception):
    """What is wrong, and at which path; its line is looked up only then."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(reason)
        self.path, self.reason = path, reason


def shown(text: str, limit: int = 60) -> str:
    """Somebody's text inside a message: one line, nothing that steers a terminal."""
    line = "".join(c if c.isprintable() else "?" for c in text)
    return line if len(line) <= limit else line[: limit - 1] + "…"


class Table:
    """One table of the file: its keys by type. Everything raises Wrong, with the path of the key or item."""

    def __init__(self, raw: object, path: Path, what: str, keys: str) -> None:
        if not isinstance(raw, dict):
            raise Wrong(path, f"{what} must be a table with keys of its own")
        self.raw: dict[str, object] = raw
        self.path, self.what = path, what
        allowed = keys.split()
        for key in raw:
            if key not in allowed:
                near = get_close_matches(key[:60], allowed, 1)
                hint = f' (did you mean "{near[0]}"?)' if near else f" (allowed: {', '.join(allowed)})"
                raise self.wrong(key, f'unknown key "{shown(key)}"{hint}')

    def wrong(self, key: str, reason: str) -> Wrong:
        """What is wrong with the value of this key; of one that is missing, with the table."""
        return Wrong((*self.path, key) if key in self.raw else self.path, f"{self.what}: {reason}")

    def label(self, key: str, *, limit: int = MAX_LABEL) -> str:
        """A text in one line that must be there."""
        if key not in self.raw:
            raise self.wrong(key, f"{key} is missing")
        text = self._words(self.text(key), key, limit)
        if not text:
            raise self.wrong(key, f"{key} is empty")
        return text

    def prose(self, key: str, limit: int) -> str:
        """A text that may run over several lines; they are joined."""
        return self._words(re.sub(r"[ \t\r\n]+", " ", self.text(key)), key, limit)

    def _words(self, text: str, key: str, limit: int) -> str:
        text = unicodedata.normalize("NFC", text.strip(" "))
        if any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for c in text):
            raise self.wrong(key, f"{key} has a control character, a line break or one that cannot be seen")
        if len(text) > limit:
            raise self.wrong(key, f"{key} is over {limit} characters")
        return text

    def text(self, key: str) -> str:
        """The text as it is written, "" where there is none."""
        value = self.raw.get(key, "")
        if not isinstance(value, str):
            raise self.wrong(key, f"{key} must be a text in quotes")
        return value

    def name(self, key: str, pattern: re.Pattern[str]) -> str:
        """A name in data, in the characters that names may have."""
        if key not in self.raw:
            raise self.wrong(key, f"{key} is missing")
        text = self.text(key)
        if not pattern.fullmatch(text):
            first = "" if pattern is CODE_KEY else "a small letter, then "
            hyphen = ", _ and -" if pattern is ID else " and _"
            rule = f"{first}small letters a to z, digits{hyphen}, 40 characters at most"
            raise self.wrong(key, f'{key} "{shown(text)}" must be {rule}')
        return text

    def one_of(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        """One of these words; `default` for none, without which there must be one."""
        text = self.text(key)
        if not text and default is not None:
            return default
        if text not in allowed:
            near = get_close_matches(text[:60], list(allowed), 1)
            hint = f' (did you mean "{near[0]}"?)' if near else ""
            said = f'{key} "{shown(text)}" is unknown' if key in self.raw else f"{key} is missing"
            raise self.wrong(key, f"{said}, allowed: {', '.join(allowed)}{hint}")
        return text

    def flag(self, key: str) -> bool:
        """True or false; false where nothing is said."""
        value = self.raw.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, f"{key} must be true or false, without quotes")
        return value

    def list(self, key: str, limit: int) -> list[Any]:
        """A list of at most `limit` items of any kind, empty where there is none."""
        value = self.raw.get(key, [])
        if not isinstance(value, list):
            how = f", its header is {_BRACKETS[key]} with two brackets" if key in _BRACKETS else " in brackets [ ]"
            raise self.wrong(key, f"{key} must be a list{how}")
        if len(value) > limit:
            raise Wrong((*self.path, key, limit), f"{self.what}: {key} has over {limit} items")
        return value

    def texts(self, key: str, most: int, limit: int) -> tuple[str, ...]:
        """A list of at most `most` texts of at most `limit` characters, none of them empty."""
        items = self.list(key, most)
        texts = []
        for position, item in enumerate(items):
            if not isinstance(item, str) or not item.strip():
                raise Wrong((*self.path, key, position), f"{self.what}: {key} must hold texts in quotes, none empty")
            try:
                texts.append(self._words(item, key, limit))
            except Wrong as wrong:
                raise Wrong((*self.path, key, position), wrong.reason) from None
        return tuple(texts)

    def shorts(self, label: str) -> tuple[str, ...]:
        """Ever shorter words: each one is tried where the one before does not fit."""
        shorts = self.texts("short", MAX_SHORTS, MAX_LABEL)
        for longer, shorter in zip((label, *shorts), shorts, strict=False):
            if len(shorter) >= len(longer):
                raise self.wrong("short", f'short "{shorter}" is not shorter than "{longer}" before it')
        return shorts

    def only(self, here: bool, keys: str, where: str) -> None:
        """Unless `here`, refuse keys that would mean nothing."""
        for key in keys.split():
            if not here and key in self.raw:
                raise self.wrong(key, f"{key} is for {where} only")
