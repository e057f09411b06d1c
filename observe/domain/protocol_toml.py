"""A protocol from TOML text: every mistake is refused with its line and what is wrong there."""

from collections.abc import Container
from typing import Any

from observe.domain.errors import Refused
from observe.domain.protocol import (
    ABOUT,
    KINDS,
    MODIFIER_KINDS,
    RESERVED_KEYS,
    TONES,
    Channel,
    Code,
    Modifier,
    Protocol,
)
from observe.domain.protocol_pair import read_pairs
from observe.domain.protocol_table import (
    CODE_KEY,
    ID,
    MAX_DEFINITION,
    MAX_LOOK_FOR,
    NAME,
    Table,
    Wrong,
    shown,
)
from observe.domain.toml_lines import Path
from observe.domain.toml_read import Unread, located, read, without_mark

MAX_CHANNELS = 24
MAX_CODES = 40
MAX_MODIFIERS = 12
MAX_DESCRIPTION = 1000
MAX_LOOK_FORS = 12
MAX_THRESHOLDS = 8
MAX_THRESHOLD = 1_000_000
MAX_VERSION = 1_000_000

RESERVED_NAMES = frozenset(
    (
        *("at", "channel", "code", "student", "method", "sweep", "modifiers", "note", "private", "on", "with"),
        *("present", "absent", "pause", "undo", "redo", "sweep_start", "sweep_skip", "sweep_end", "order", "students"),
    )
)
"""Words of a line for `observe log`: a channel or modifier of that name could not be told from them."""

HEAD_KEYS = "id version title description"
CHANNEL_KEYS = "name label kind about tone definition higher_from code modifier"
CODE_KEYS = "key label short definition looks_like sounds_like hotkey beside good caution with_whom offer open tone"
MODIFIER_KEYS = "name label short kind definition values default thresholds only_with hotkey reaches"
VALUE_KEYS = "key label short definition hotkey tone"


class ProtocolError(Refused):
    """A protocol file that is not taken. `line` counts from 1; None when no line is to blame."""

    def __init__(self, line: int | None, reason: str, name: str = "the protocol") -> None:
        super().__init__(
            f"{name} is not taken",
            reason if line is None else f"line {line}: {reason}",
            "correct it and import it again",
        )
        self.line, self.reason = line, reason


def parse_protocol(text: str, name: str) -> Protocol:
    """The protocol written in `text`; `name` is what to call the file in an error.

    Raises ProtocolError, and nothing else.
    """
    text = without_mark(text)
    try:
        raw = read(text)
        try:
            return _protocol(raw, text)
        except Wrong as wrong:
            raise located(text, wrong) from None
    except Unread as unread:
        raise ProtocolError(unread.line, unread.reason, shown(name)) from None


class _Hotkeys:
    """Keys given so far, so that no key means two things."""

    def __init__(self) -> None:
        self.owners: dict[str, str] = {}

    def take(self, table: Table) -> str:
        """The table's hotkey, "" for none. Raises Wrong when it cannot be had."""
        hotkey = table.text("hotkey")
        if not hotkey:
            return ""
        strokes = hotkey.split(" ")
        if hotkey != "space" and not all(len(stroke) == 1 and stroke.isprintable() for stroke in strokes):
            # ctrl+m, ctrl+j, ctrl+h and ctrl+i are Enter, a line feed, Backspace and Tab in a terminal.
            reason = "is not one character; named keys and those with Ctrl or Alt belong to the terminal or the app"
        elif len(strokes) > 2:
            reason = "is more than two keys"
        elif any(stroke != stroke.lower() for stroke in strokes):
            reason = "is a capital; Shift and a letter choose a student"
        elif strokes[0] in RESERVED_KEYS:
            reason = f"is the app's key for {RESERVED_KEYS[strokes[0]]}"
        elif owner := self._clash(hotkey, strokes):
            reason = f"is taken by {owner}"
        else:
            self.owners[hotkey] = table.what
            return hotkey
        raise table.wrong("hotkey", f'hotkey "{shown(hotkey)}" {reason}')

    def _clash(self, hotkey: str, strokes: list[str]) -> str | None:
        for other, owner in self.owners.items():
            # A key that begins a pair would never get to do its own work.
            if other == hotkey or (other.split(" ")[0] == strokes[0] and (len(strokes) == 1 or " " not in other)):
                return owner
        return None


def _protocol(raw: dict[str, Any], source: str) -> Protocol:
    top = Table(raw, (), "the file", "protocol channel pair")
    if "protocol" not in raw:
        raise top.wrong("protocol", "the table [protocol] is missing")
    if isinstance(raw["protocol"], list):
        raise top.wrong("protocol", "there is one [protocol], in single brackets")
    head = Table(raw["protocol"], ("protocol",), "protocol", HEAD_KEYS)
    protocol_id = head.name("id", ID)
    version = head.raw.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= MAX_VERSION:
        said = "version must be" if "version" in head.raw else "version is missing:"
        raise head.wrong("version", f"{said} a whole number from 1 to {MAX_VERSION}")
    title = head.label("title", limit=80)
    description = head.prose("description", MAX_DESCRIPTION)
    items = top.list("channel", MAX_CHANNELS)
    if not items:
        raise top.wrong("channel", "it has no channel: at least one [[channel]] with codes")
    hotkeys = _Hotkeys()
    channels: dict[str, Channel] = {}
    for position, item in enumerate(items):
        channel = _channel(item, ("channel", position), channels, hotkeys)
        channels[channel.name] = channel
    pairs = read_pairs(top, channels)
    return Protocol(protocol_id, version, title, tuple(channels.values()), description, source, pairs)


def _name(table: Table, taken: Container[str]) -> str:
    name = table.name("name", NAME)
    if name in taken:
        raise table.wrong("name", f'name "{name}" is there twice')
    if name in RESERVED_NAMES:
        raise table.wrong("name", f'name "{name}" is a word that lines for `observe log` use; choose another')
    return name


def _named(item: object, key: str, what: str) -> str:
    """How messages call a table: by its name, if it has one that can be shown."""
    name = item.get(key) if isinstance(item, dict) else None
    return f'{what} "{shown(name, 42)}"' if isinstance(name, str) and name else f"a {what}"


def _channel(item: object, path: Path, taken: Container[str], hotkeys: _Hotkeys) -> Channel:
    what = _named(item, "name", "channel")
    table = Table(item, path, what, CHANNEL_KEYS)
    name = _name(table, taken)
    label = table.label("label")
    kind = table.one_of("kind", KINDS)
    lasting = kind in ("state", "toggle")
    about = table.one_of("about", ABOUT, "visit" if lasting else "anyone")
    if lasting and about != "visit":
        raise table.wrong("about", f'a {kind} runs once for the whole visit, so about must be "visit"')
    tone = table.one_of("tone", TONES, "")
    definition = table.prose("definition", MAX_DEFINITION)
    codes = _codes(table, "code", kind, hotkeys)
    table.only(kind == "count", "higher_from", "a count")
    higher_from = table.text("higher_from") or None
    if higher_from is not None and higher_from not in [code.key for code in codes]:
        raise table.wrong("higher_from", f'higher_from "{shown(higher_from)}" names no code of this channel')
    modifiers: dict[str, Modifier] = {}
    for position, entry in enumerate(table.list("modifier", MAX_MODIFIERS)):
        modifier = _modifier(entry, (*path, "modifier", position), what, modifiers, hotkeys)
        modifiers[modifier.name] = modifier
    return Channel(name, label, kind, about, codes, tuple(modifiers.values()), higher_from, tone, definition)


def _codes(table: Table, key: str, kind: str, hotkeys: _Hotkeys) -> tuple[Code, ...]:
    """The codes of a channel of that kind; with kind "choice", the values of a modifier."""
    codes: dict[str, Code] = {}
    labels: set[str] = set()
    word = "value" if kind == "choice" else "code"
    for position, item in enumerate(table.list(key, MAX_CODES)):
        path = (*table.path, key, position)
        what = f"{table.what}, {_named(item, 'key', word)}"
        entry = Table(item, path, what, VALUE_KEYS if kind == "choice" else CODE_KEYS)
        # Before the rest: of a code pasted twice, its hotkey is not what is wrong.
        if (named := entry.name("key", CODE_KEY)) in codes:
            raise entry.wrong("key", f'key "{named}" is there twice')
        code = _code(entry, named, kind, hotkeys)
        if code.label.casefold() in labels:
            raise entry.wrong("label", f'two pads would both read "{code.label}"')
        if not code.beside and any(other.beside for other in codes.values()):
            raise entry.wrong("key", "codes beside the scale come last, after its steps from low to high")
        codes[code.key] = code
        labels.add(code.label.casefold())
    if not codes:
        raise table.wrong(key, f"it has no {word}s")
    if kind == "scale" and sum(not code.beside for code in codes.values()) < 2:
        raise table.wrong("kind", "a scale needs two steps at least, codes beside it not counted")
    return tuple(codes.values())


def _code(table: Table, key: str, kind: str, hotkeys: _Hotkeys) -> Code:
    label = table.label("label")
    table.only(kind == "scale", "beside", "a scale")
    table.only(kind == "state", "with_whom", "a state")
    table.only(kind == "toggle", "offer open", "a toggle")
    return Code(
        key=key,
        label=label,
        short=table.shorts(label),
        definition=table.prose("definition", MAX_DEFINITION),
        looks_like=table.texts("looks_like", MAX_LOOK_FORS, MAX_LOOK_FOR),
        sounds_like=table.texts("sounds_like", MAX_LOOK_FORS, MAX_LOOK_FOR),
        hotkey=hotkeys.take(table),
        beside=table.flag("beside"),
        good=table.flag("good"),
        caution=table.flag("caution"),
        with_whom=table.flag("with_whom"),
        offer=table.flag("offer"),
        open=table.flag("open"),
        tone=table.one_of("tone", TONES, ""),
    )


def _modifier(item: object, path: Path, where: str, before: dict[str, Modifier], hotkeys: _Hotkeys) -> Modifier:
    what = f"{where}, {_named(item, 'name', 'modifier')}"
    table = Table(item, path, what, MODIFIER_KEYS)
    name = _name(table, before)
    label = table.label("label")
    kind = table.one_of("kind", MODIFIER_KINDS)
    table.only(kind == "choice", "values default", "a choice")
    table.only(kind == "number", "thresholds", "a number")
    table.only(kind == "flag", "hotkey reaches", "a flag")
    values = _codes(table, "values", "choice", hotkeys) if kind == "choice" else ()
    default = table.text("default") or None
    if default is not None and default not in [value.key for value in values]:
        raise table.wrong("default", f'default "{shown(default)}" is none of its values')
    return Modifier(
        name=name,
        label=label,
        kind=kind,
        values=values,
        default=default,
        thresholds=_thresholds(table),
        for_=_only_with(table, before),
        short=table.shorts(label),
        definition=table.prose("definition", MAX_DEFINITION),
        hotkey=hotkeys.take(table),
        reaches=_reaches(table, before),
    )


def _reaches(table: Table, before: dict[str, Modifier]) -> tuple[str, float] | None:
    raw = table.raw.get("reaches")
    if raw is None:
        return None
    if not isinstance(raw, dict) or len(raw) != 1:
        raise table.wrong("reaches", "reaches must be like { wait_s = 3 }")
    [(name, threshold)] = raw.items()
    number = before.get(name)
    if number is None or number.kind != "number":
        raise table.wrong("reaches", f'reaches: "{shown(name)}" is no number modifier above this one')
    if isinstance(threshold, bool) or threshold not in number.thresholds:
        known = ", ".join(f"{bar:g}" for bar in number.thresholds)
        raise table.wrong("reaches", f"reaches: {name} must be one of its thresholds ({known or 'it has none'})")
    return name, float(threshold)


def _thresholds(table: Table) -> tuple[float, ...]:
    thresholds: list[float] = []
    for position, item in enumerate(table.list("thresholds", MAX_THRESHOLDS)):
        path = (*table.path, "thresholds", position)
        # Written so that nan fails it too.
        if not isinstance(item, int | float) or isinstance(item, bool) or not abs(item) <= MAX_THRESHOLD:
            raise Wrong(path, f"{table.what}: a threshold must be a finite number, a million at most")
        if thresholds and item <= thresholds[-1]:
            raise Wrong(path, f"{table.what}: thresholds must rise")
        thresholds.append(float(item))
    return tuple(thresholds)


def _only_with(table: Table, before: dict[str, Modifier]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    raw = table.raw.get("only_with", {})
    if not isinstance(raw, dict):
        raise table.wrong("only_with", 'only_with must be like { asker = ["me", "teacher"] }')
    rules = []
    for name in sorted(raw):
        # Only those above: two modifiers that wait for each other could never be given.
        other = before.get(name)
        if other is None or other.kind != "choice":
            raise table.wrong("only_with", f'only_with: "{shown(name)}" is no choice modifier above this one')
        allowed = raw[name]
        keys = [value.key for value in other.values]
        if not isinstance(allowed, list) or not allowed or any(key not in keys for key in allowed):
            raise table.wrong("only_with", f"only_with: {name} must be a list of some of {', '.join(keys)}")
        rules.append((name, tuple(key for key in keys if key in allowed)))
    return tuple(rules)
