"""A key to a command, also where it takes two: a prefix and a second stroke, or `/` and a tile's letters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.events import Key

if TYPE_CHECKING:
    from observe.ui.live.session import Session


def stroke(event: Key) -> str:
    """The key as commands name it: the character where there is one, else the name of the key."""
    character = event.character
    return character if character and character.isprintable() and character != " " else event.key


class Keys:
    """The keys of one visit. `letters`: student id by the letters on the tile."""

    def __init__(self, keymap: Mapping[str, str]) -> None:
        self.keymap = dict(keymap)
        self.prefixes = frozenset(key.split(" ")[0] for key in keymap if " " in key)
        self.letter_key = next((key for key, id in keymap.items() if id == "letter"), "")

    def feed(self, key: str, session: Session, open_keys: Mapping[str, str], letters: Mapping[str, str]) -> str:
        """The command this key completes, "" for none yet; `prefix.t` when t begins a pair.

        A key that does not go on with what was begun cancels that and does its own work.
        """
        begun, session.prefix = session.prefix, ""
        if begun and begun == self.letter_key and len(key) == 1:
            found = self._letter(session.letters + key.upper(), session, letters)
            if found is not None:
                return found
        session.letters = ""
        if begun and f"{begun} {key}" in self.keymap:
            return self.keymap[f"{begun} {key}"]
        if key in open_keys:
            return open_keys[key]
        if len(key) == 1 and key.isupper():
            return self._letter(key, session, letters) or ""
        if key in self.prefixes:
            return f"prefix.{key}"
        command = self.keymap.get(key, "")
        if command == "letter":
            session.prefix = key
            return ""
        if command == "menu" and begun and not session.open:
            return ""  # what was begun is dropped, and that is all
        return command

    def _letter(self, typed: str, session: Session, letters: Mapping[str, str]) -> str | None:
        """The tile with these letters; "" while more are needed, None when there is none."""
        if typed in letters:
            session.letters = ""
            return f"student.{letters[typed]}"
        if any(tag.startswith(typed) for tag in letters):
            session.prefix, session.letters = self.letter_key, typed
            return ""
        session.letters = ""
        return None
