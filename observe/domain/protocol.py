"""A coding scheme: channels with codes and their definitions. Data, never code.

A protocol is read from TOML by `protocol_toml` when it is imported; the home keeps the parsed form
(`to_json`), so that a command that only reads figures parses no TOML.
"""

from math import isfinite
from typing import Any

from observe.domain.errors import Refused
from observe.domain.frozen import dataclass

KINDS = ("scale", "count", "state", "toggle")
ABOUT = ("student", "anyone", "visit")
MODIFIER_KINDS = ("choice", "number", "flag", "student")
TONES = (
    "ink", "mute", "deep", "active", "passive", "off", "waiting", "chal", "ques", "role", "grp", "str", "warn",
)  # fmt: skip
"""Names of the colour tokens a protocol may ask for; what they look like is the screen's business."""

RESERVED_KEYS = {
    "0": "Everyone",
    "-": "Not yet seen",
    "_": "Who is not seen",
    "/": "choosing a student by letter",
    ",": "Look at everyone",
    ".": "Skip",
    "<": "Previous",
    "=": "Last twenty",
    "[": "Pick group",
    "]": "Plan",
    "?": "Help",
    "u": "Undo",
    "y": "Redo",
    "i": "Note",
    "p": "Hide names",
}
"""Keys of the live screen that are nobody's code: the key, and what it does."""


@dataclass(frozen=True, slots=True)
class Code:
    """One value of a channel, or of a choice modifier.

    `short`: ever shorter words for narrow pads and tiles. `hotkey`: one character, `space`, or two
    characters with a space between them for two keys one after the other; "" for none.
    `beside`: beside the scale, so counted but never in the median. `good`: the one to aim at.
    `caution`: one to keep low. `with_whom`: a state with some students, who get its minutes.
    `offer`: a toggle that gives something to whom the observer is with while it is on. `open`: a toggle of a task
    that leaves room above it, so that talent can show.
    `tone`: name of a colour token, "" for the channel's.
    """

    key: str
    label: str
    short: tuple[str, ...] = ()
    definition: str = ""
    looks_like: tuple[str, ...] = ()
    sounds_like: tuple[str, ...] = ()
    hotkey: str = ""
    beside: bool = False
    good: bool = False
    caution: bool = False
    with_whom: bool = False
    offer: bool = False
    open: bool = False
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Modifier:
    """Something said beside a code: who asked, how long the wait was.

    `values` and `default` (a value's key) are for a choice; `thresholds` for a number: shares at
    least so big are reported. `for_`: allowed only when each of these other modifiers has one of
    these values; sorted by name. `hotkey` is for a flag. `reaches`: the flag, when ticked, says that the
    number of this name came to this threshold of it, without measuring it.
    """

    name: str
    label: str
    kind: str
    values: tuple[Code, ...] = ()
    default: str | None = None
    thresholds: tuple[float, ...] = ()
    for_: tuple[tuple[str, tuple[str, ...]], ...] = ()
    short: tuple[str, ...] = ()
    definition: str = ""
    hotkey: str = ""
    reaches: tuple[str, float] | None = None

    def value(self, key: str) -> Code | None:
        """The value of a choice with this key."""
        return next((value for value in self.values if value.key == key), None)


@dataclass(frozen=True, slots=True)
class Channel:
    """One thing coded. `codes` of a scale run from low to high, then those beside it.

    `higher_from`: the first code of a count that is of higher order; it and all after it are.
    """

    name: str
    label: str
    kind: str
    about: str
    codes: tuple[Code, ...]
    modifiers: tuple[Modifier, ...] = ()
    higher_from: str | None = None
    tone: str = ""
    definition: str = ""

    def code(self, key: str) -> Code | None:
        """The code with this key."""
        return next((code for code in self.codes if code.key == key), None)

    def word(self, code: str) -> str:
        """What a code is called: its label, and the key of one that this version lacks."""
        known = self.code(code)
        return known.label if known else code

    def modifier(self, name: str) -> Modifier | None:
        """The modifier of this name."""
        return next((modifier for modifier in self.modifiers if modifier.name == name), None)

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of all codes, in order."""
        return tuple(code.key for code in self.codes)

    @property
    def scale(self) -> tuple[str, ...]:
        """Keys of the codes on the scale, from low to high: all but those beside it."""
        return tuple(code.key for code in self.codes if not code.beside)

    @property
    def higher(self) -> tuple[str, ...]:
        """Keys of the codes of higher order; empty when the channel draws no such line."""
        return self.keys[self.keys.index(self.higher_from) :] if self.higher_from in self.keys else ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two codes, each as `channel.code`, that say something together when one look at a student has both."""

    name: str
    label: str
    codes: tuple[str, ...]
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Protocol:
    """A coding scheme. (`id`, `version`) names it for ever; `source` is the TOML text it came from."""

    id: str
    version: int
    title: str
    channels: tuple[Channel, ...]
    description: str = ""
    source: str = ""
    pairs: tuple[Pair, ...] = ()

    def channel(self, name: str) -> Channel | None:
        """The channel of this name."""
        return next((channel for channel in self.channels if channel.name == name), None)

    def word(self, channel: str, code: str) -> str:
        """What a code is called, as `Channel.word` says it, also where there is no such channel."""
        known = self.channel(channel)
        return known.word(code) if known else code

    def to_json(self) -> dict[str, Any]:
        """Plain dicts, lists, strings, numbers and booleans; what has its default is left out."""
        channels = [_plain(c) | {"codes": _all(c.codes), "modifiers": _modifiers(c.modifiers)} for c in self.channels]
        pairs = {"pairs": [_plain(pair) for pair in self.pairs]} if self.pairs else {}
        return _plain(self) | {"channels": channels} | pairs

    @classmethod
    def from_json(cls, raw: object) -> "Protocol":
        """The protocol that `to_json` wrote. Unknown names are passed over, as a newer version may have more.

        Raises Refused when a name is missing or has a value of another type.
        """
        try:
            top = _Reader(raw)
            channels = tuple(_channel(_Reader(item)) for item in top.items("channels"))
            return cls(
                id=top.need("id"),
                version=top.whole("version"),
                title=top.need("title"),
                channels=channels,
                description=top.text("description"),
                source=top.text("source"),
                pairs=tuple(_pair(_Reader(item)) for item in top.items("pairs")),
            )
        except ValueError as error:
            raise Refused("a stored protocol cannot be read", str(error), "import its file again") from error


def _plain(thing: Any) -> dict[str, Any]:
    """The fields that are plain already (texts, numbers, tuples of them) and not at their default."""
    plain: dict[str, Any] = {}
    for name in type(thing).__slots__:
        value = getattr(thing, name)
        if isinstance(value, tuple):
            if value and isinstance(value[0], str | float):
                plain[name] = list(value)
        elif value not in ("", None, False):
            plain[name] = value
    return plain


def _all(codes: tuple[Code, ...]) -> list[dict[str, Any]]:
    return [_plain(code) for code in codes]


def _modifiers(modifiers: tuple[Modifier, ...]) -> list[dict[str, Any]]:
    extra = ({"values": _all(m.values), "for": {name: list(values) for name, values in m.for_}} for m in modifiers)
    return [_plain(m) | more for m, more in zip(modifiers, extra, strict=True)]


class _Reader:
    """Reads a dict by name and type. Raises ValueError for what is missing or of another type."""

    def __init__(self, raw: object) -> None:
        if not isinstance(raw, dict):
            raise ValueError(f"a {type(raw).__name__} where an object should be")
        self.raw: dict[str, object] = raw

    def need(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise ValueError(f"{name} is missing")
        return value

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        value = self.need(name)
        if value not in allowed:
            raise ValueError(f"{name} is none of {', '.join(allowed)}")
        return value

    def text(self, name: str) -> str:
        value = self.raw.get(name, "")
        if not isinstance(value, str):
            raise ValueError(f"{name} is not a text")
        return value

    def whole(self, name: str) -> int:
        value = self.raw.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(f"{name} is not a whole number")
        return value

    def flag(self, name: str) -> bool:
        value = self.raw.get(name, False)
        if not isinstance(value, bool):
            raise ValueError(f"{name} is not true or false")
        return value

    def items(self, name: str) -> list[object]:
        value = self.raw.get(name, [])
        if not isinstance(value, list):
            raise ValueError(f"{name} is not a list")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.items(name)
        if not all(isinstance(item, str) for item in value):
            raise ValueError(f"{name} is not a list of texts")
        return tuple(str(item) for item in value)

    def numbers(self, name: str) -> tuple[float, ...]:
        value = self.items(name)
        if not all(isinstance(item, int | float) and not isinstance(item, bool) for item in value):
            raise ValueError(f"{name} is not a list of numbers")
        numbers = tuple(float(str(item)) for item in value)
        if not all(map(isfinite, numbers)):
            raise ValueError(f"{name} has a number that is not finite")
        return numbers

    def named_number(self, name: str) -> tuple[str, float] | None:
        value = self.items(name)
        if not value:
            return None
        if len(value) != 2 or not isinstance(value[0], str):
            raise ValueError(f"{name} is not a name and a number")
        return value[0], _Reader({name: value[1:]}).numbers(name)[0]


def _pair(r: _Reader) -> Pair:
    if [code.count(".") for code in r.texts("codes")] != [1, 1]:
        raise ValueError("codes are not two of channel.code")
    return Pair(r.need("name"), r.need("label"), r.texts("codes"), r.text("definition"))


def _code(r: _Reader) -> Code:
    return Code(
        key=r.need("key"),
        label=r.need("label"),
        short=r.texts("short"),
        definition=r.text("definition"),
        looks_like=r.texts("looks_like"),
        sounds_like=r.texts("sounds_like"),
        hotkey=r.text("hotkey"),
        beside=r.flag("beside"),
        good=r.flag("good"),
        caution=r.flag("caution"),
        with_whom=r.flag("with_whom"),
        offer=r.flag("offer"),
        open=r.flag("open"),
        tone=r.text("tone"),
    )


def _modifier(r: _Reader) -> Modifier:
    only = _Reader(r.raw.get("for", {}))
    return Modifier(
        name=r.need("name"),
        label=r.need("label"),
        kind=r.one_of("kind", MODIFIER_KINDS),
        values=tuple(_code(_Reader(item)) for item in r.items("values")),
        default=r.text("default") or None,
        thresholds=r.numbers("thresholds"),
        for_=tuple((name, only.texts(name)) for name in sorted(only.raw)),
        short=r.texts("short"),
        definition=r.text("definition"),
        hotkey=r.text("hotkey"),
        reaches=r.named_number("reaches"),
    )


def _channel(r: _Reader) -> Channel:
    return Channel(
        name=r.need("name"),
        label=r.need("label"),
        kind=r.one_of("kind", KINDS),
        about=r.one_of("about", ABOUT),
        codes=tuple(_code(_Reader(item)) for item in r.items("codes")),
        modifiers=tuple(_modifier(_Reader(item)) for item in r.items("modifiers")),
        higher_from=r.text("higher_from") or None,
        tone=r.text("tone"),
        definition=r.text("definition"),
    )
