"""A practice set: short scenes from classrooms, what is to be coded in each, and the codes they were written for.

A set is data. It is read from TOML, and a mistake in one is said with its line; `docs/practice.md` has every key.
"""

from collections.abc import Callable

from observe.domain.errors import Refused
from observe.domain.frozen import dataclass
from observe.domain.protocol import Channel, Code, Protocol
from observe.domain.protocol_table import ID, Table, Wrong, shown
from observe.domain.toml_lines import Path
from observe.domain.toml_read import Unread, located, read, without_mark

DEFAULT_PROTOCOL = "push_in"
MAX_VIGNETTES = 40
MAX_ITEMS = 3
MAX_TEXT = 800
MAX_REASON = 300
MAX_ABOUT = 60
MAX_TITLE = 80

SET_KEYS = "id title protocol description"
VIGNETTE_KEYS = "text item"
ITEM_KEYS = "about channel code reason"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be coded in a scene. `about`: who or what it is asked of, such as "Dario".

    `code` is the reference: the one that the scene was written for, with the reason in a sentence.
    """

    about: str
    channel: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Vignette:
    """A scene of a few sentences, and what is asked of it."""

    text: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class PracticeSet:
    """Scenes for one sitting, all coded with one protocol."""

    id: str
    title: str
    protocol: Protocol
    vignettes: tuple[Vignette, ...]
    description: str = ""

    @property
    def items(self) -> tuple[Item, ...]:
        """Everything that is asked, in order: an answer is known by its place here."""
        return tuple(item for _, item in self.numbered)

    @property
    def numbered(self) -> tuple[tuple[int, Item], ...]:
        """The same, each with the number of its scene."""
        return tuple((n, item) for n, vignette in enumerate(self.vignettes, 1) for item in vignette.items)

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels that are asked for, in the protocol's order."""
        asked = {item.channel for item in self.items}
        return tuple(channel for channel in self.protocol.channels if channel.name in asked)

    def channel(self, item: Item) -> Channel:
        """What an item is coded by."""
        found = self.protocol.channel(item.channel)
        assert found is not None  # a set with another one is refused
        return found

    def code(self, item: Item, key: str) -> Code:
        """A code of the item's channel."""
        found = self.channel(item).code(key)
        assert found is not None
        return found


class PracticeError(Refused):
    """A practice file that is not taken. `line` counts from 1; None when no line is to blame."""

    def __init__(self, line: int | None, reason: str, name: str) -> None:
        said = reason if line is None else f"line {line}: {reason}"
        super().__init__(f"{name} is not taken", said, "correct it and try again")
        self.line, self.reason = line, reason


def parse_practice(text: str, name: str, find: Callable[[str], Protocol]) -> PracticeSet:
    """The set written in `text`; `name` is what to call the file in an error. `find`: the protocol of an id.

    Raises PracticeError, and nothing else.
    """
    text = without_mark(text)
    try:
        raw = read(text)
        try:
            return _set(Table(raw, (), "the file", "set vignette"), find)
        except Wrong as wrong:
            raise located(text, wrong) from None
    except Unread as unread:
        raise PracticeError(unread.line, unread.reason, shown(name)) from None


def _set(top: Table, find: Callable[[str], Protocol]) -> PracticeSet:
    if "set" not in top.raw:
        raise top.wrong("set", "the table [set] is missing")
    head = Table(top.raw["set"], ("set",), "set", SET_KEYS)
    id, title = head.name("id", ID), head.label("title", limit=MAX_TITLE)
    try:
        protocol = find(head.text("protocol") or DEFAULT_PROTOCOL)
    except Refused as error:
        raise head.wrong("protocol", f"{error.what} ({error.why})") from None
    found = top.list("vignette", MAX_VIGNETTES)
    if not found:
        raise top.wrong("vignette", "it has no scene: at least one [[vignette]] with an item")
    vignettes = tuple(_vignette(one, ("vignette", i), i + 1, protocol) for i, one in enumerate(found))
    return PracticeSet(id, title, protocol, vignettes, head.prose("description", MAX_TEXT))


def _vignette(raw: object, path: Path, number: int, protocol: Protocol) -> Vignette:
    table = Table(raw, path, f"vignette {number}", VIGNETTE_KEYS)
    text = table.prose("text", MAX_TEXT)
    if not text:
        raise table.wrong("text", "text is empty" if "text" in table.raw else "text is missing")
    items = table.list("item", MAX_ITEMS)
    if not items:
        raise table.wrong("item", "nothing is asked of it: at least one [[vignette.item]]")
    return Vignette(text, tuple(_item(one, (*path, "item", i), table.what, protocol) for i, one in enumerate(items)))


def _item(raw: object, path: Path, where: str, protocol: Protocol) -> Item:
    table = Table(raw, path, f"{where}, item {int(path[-1]) + 1}", ITEM_KEYS)
    about = table.label("about", limit=MAX_ABOUT)
    channel = protocol.channel(table.one_of("channel", [channel.name for channel in protocol.channels]))
    assert channel is not None
    code = table.one_of("code", channel.keys)
    reason = table.prose("reason", MAX_REASON)
    if not reason:
        raise table.wrong("reason", "reason is empty" if "reason" in table.raw else "reason is missing")
    return Item(about, channel.name, code, reason)
