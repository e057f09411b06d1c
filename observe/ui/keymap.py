"""Which key does what on a screen: the commands' keys and a user's own, checked before they are taken."""

from collections.abc import Iterable, Mapping

from observe.domain.errors import Refused
from observe.ui.commands import Command, same_start

FORBIDDEN = frozenset(("ctrl+c", "ctrl+q", "ctrl+p", "ctrl+i", "ctrl+m", "ctrl+j", "ctrl+h", "tab", "shift+tab", "f1"))
"""Keys that a terminal or Textual owns: as a code on one of these a tap would go elsewhere."""


class KeyRefused(Refused):
    """A key cannot be. `commands`: the ids that it is about."""

    def __init__(self, what: str, why: str, todo: str, *commands: str) -> None:
        super().__init__(what, why, todo)
        self.commands = commands


def keymap(commands: Iterable[Command], own: Mapping[str, str] | None = None) -> dict[str, str]:
    """Key to command id. `own`: a user's keys by command id, "" for none.

    Raises KeyRefused for an id that does not exist, a key that a terminal owns or that no keyboard has, a
    capital (Shift and a letter chooses a student), and a key that two commands would have.
    """
    own = dict(own or {})
    keys: dict[str, str] = {}
    for command in commands:
        mine = command.id in own
        key = own.pop(command.id, command.key)
        if not key:
            continue
        strokes, what = key.split(" "), f"key {key!r} for {command.id}"
        if len(strokes) > 2 or any(stroke in FORBIDDEN for stroke in strokes):
            raise KeyRefused(what, "the terminal owns it", "choose another", command.id)
        if mine and not all(_is_key(stroke) for stroke in strokes):
            raise KeyRefused(what, "there is no such key", "choose another", command.id)
        if any(len(stroke) == 1 and stroke.isupper() for stroke in strokes):
            raise KeyRefused(what, "Shift and a letter chooses a student", "choose another", command.id)
        clash = next((other for other in keys if same_start(other, key)), None)
        if clash is not None:
            # What is said is about the line that she wrote: the usual key of the other is no mistake of hers.
            hers, has_it = (command.id, keys[clash]) if mine else (keys[clash], command.id)
            raise KeyRefused(f"key {key!r} for {hers}", f"{has_it} has it", "choose another", hers, has_it)
        keys[key] = command.id
    if own:
        raise KeyRefused(f"no action is called {min(own)!r}", "`observe settings keys` lists them", "", min(own))
    return keys


def _is_key(stroke: str) -> bool:
    """Whether a keyboard can send it: a character, or the name of a key with what is held with it."""
    from textual.keys import Keys

    if len(stroke) == 1:
        return stroke.isprintable() and stroke != " "
    return stroke == "space" or stroke in {key.value for key in Keys}
