"""The keys of a screen with a user's own ones among them; a mistake in those is said, with its line."""

from collections.abc import Iterable

from observe.domain.errors import Refused
from observe.domain.protocol import Protocol
from observe.services import keyfile
from observe.services.home import Home
from observe.ui.commands import Command
from observe.ui.keymap import KeyRefused, keymap

_OF_A_CHANNEL = ("code", "choose", "flag", "step")


def own_keymap(home: Home, commands: Iterable[Command], protocol: Protocol) -> tuple[dict[str, str], str]:
    """Key to command id, and what is wrong with the user's own keys, "" for nothing: then the usual ones hold."""
    commands = tuple(commands)
    try:
        own = keyfile.read(home)
    except Refused as error:
        return keymap(commands), f"{error.what}: {error.why}"
    here = {id: key for id, key in own.keys.items() if not _of_another(id, protocol)}
    try:
        return keymap(commands, here), ""
    except KeyRefused as error:
        culprit = next((id for id in error.commands if id in own.lines), "")
        return keymap(commands), f"{keyfile.FILE} line {own.lines.get(culprit, 1)}: {error.what}, {error.why}"


def _of_another(id: str, protocol: Protocol) -> bool:
    """Whether it is about a channel that this protocol does not have: one file serves all protocols."""
    kind, *rest = id.split(".")
    return kind in _OF_A_CHANNEL and bool(rest) and protocol.channel(rest[0]) is None
