"""The pairs of a protocol file: two codes of the same look that say something together."""

from collections.abc import Mapping

from observe.domain.protocol import Channel, Pair
from observe.domain.protocol_table import MAX_DEFINITION, NAME, Table, shown

MAX_PAIRS = 12
PAIR_KEYS = "name label definition codes"


def read_pairs(top: Table, channels: Mapping[str, Channel]) -> tuple[Pair, ...]:
    """The `[[pair]]` tables below `top`. Raises Wrong."""
    pairs: dict[str, Pair] = {}
    for position, item in enumerate(top.list("pair", MAX_PAIRS)):
        said = item.get("name") if isinstance(item, dict) else None
        what = f'pair "{shown(said, 42)}"' if isinstance(said, str) and said else "a pair"
        table = Table(item, ("pair", position), what, PAIR_KEYS)
        name = table.name("name", NAME)
        if name in pairs:
            raise table.wrong("name", f'name "{name}" is there twice')
        label = table.label("label")
        definition = table.prose("definition", MAX_DEFINITION)
        pairs[name] = Pair(name, label, _codes(table, channels), definition)
    return tuple(pairs.values())


def _codes(table: Table, channels: Mapping[str, Channel]) -> tuple[str, ...]:
    codes = table.texts("codes", 2, 82)
    if len(codes) != 2:
        raise table.wrong("codes", 'codes must be two, like ["challenge.known", "engagement.waiting"]')
    for code in codes:
        name, _, key = code.partition(".")
        channel = channels.get(name)
        # Only scales are rated in a look at everyone, each once a look; a count or a state has no place in it.
        if channel is None or channel.kind != "scale" or channel.about == "visit" or channel.code(key) is None:
            raise table.wrong("codes", f'codes: "{shown(code)}" is no code of a scale about students in this file')
    if codes[0].partition(".")[0] == codes[1].partition(".")[0]:
        raise table.wrong("codes", "codes: both are of one channel, which a look rates once")
    return codes
