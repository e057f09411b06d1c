"""What one pad means, for `?` on it: of a code what it looks and sounds like, of any other pad what it does."""

from collections.abc import Mapping, Sequence

from observe.domain.protocol import Channel, Code, Modifier, Protocol
from observe.ui.commands import Command, key_word, opener, step_id
from observe.ui.pads import Row
from observe.ui.page import columns, paragraph
from observe.ui.places import place

LEGEND = (
    ("▶", "chosen", "The next tap is about this student."),
    ("!", "unseen", "One of the three unseen longest: 10 minutes, or never."),
    ("*", "spark", "Has one in this visit."),
    ("✓", "looked at", "Done in this look at everyone; or marked."),
    ("▀▀▀", "bar", "Full: just seen. Empty: 15 minutes ago. Its colour is the last thing logged."),
    ("Amara? 2m", "is it still her?", "Nothing was tapped for a while: look before you log."),
)
TILE = "A tap chooses this student for the next taps. It logs nothing, and tapping it again does nothing."
STATE = (
    "One at a time: a tap ends the one before and starts this one's clock. The lit one is on; tapping it does nothing."
)
TOGGLE = "A tap switches it on, another one off. Both times are logged."
NOW = {
    "anyone": "It is logged at once, for whoever is chosen now: a student, a group or everyone.",
    "student": "It is logged at once, for the student chosen now; with nobody chosen, nothing is logged.",
    "visit": "It is logged at once, of the visit and of no student.",
}
ASKED = "It is logged at once. An adult's question is of nobody until a tap on the strip says who answered it."


def explain(
    about: str, commands: Sequence[Command], keys: Mapping[str, str], protocol: Protocol | None, w: int
) -> list[Row]:
    """Lines about the pad with this id, [] for none. No student is named in them."""
    kind, _, rest = about.partition(".")
    rows: list[Row] = []
    if protocol is not None:
        channel = protocol.channel(rest.split(".")[0])
        if kind == "code" and channel is not None:
            code = channel.code(rest.partition(".")[2])
            rows = _code(protocol, channel, code, w) if code else []
        elif kind == "open":
            rows = _opens(about, protocol, w)
        elif kind == "student":
            rows = [Row(" A student's tile", "deep", True), *paragraph(TILE, w)]
            for sign, label, text in LEGEND:
                rows += columns(sign, label, text, w)
        else:
            rows = _choices(about, protocol, w)
    if rows:
        return rows
    found = next((command for command in commands if command.id == about), None)
    return columns(key_word(keys.get(found.id, "")), found.label, found.tooltip, w) if found else []


def code_rows(channel: Channel, code: Code, w: int, head: str = "", ink: str = "deep") -> list[Row]:
    """What a code means, looks like and sounds like, under its label."""
    indent = 4 if head else 2
    rows = [Row(head or f" {channel.label}: {code.label}", ink, True)]
    rows += paragraph(code.definition, w, indent) if code.definition else []
    for name, texts in (("Looks like", code.looks_like), ("Sounds like", code.sounds_like)):
        if texts:
            rows += paragraph(f"{name}: {'; '.join(texts)}", w, indent, "mute")
    return rows


def _code(protocol: Protocol, channel: Channel, code: Code, w: int) -> list[Row]:
    places = place(protocol)
    does = {"state": STATE, "toggle": TOGGLE}.get(channel.kind, NOW[channel.about])
    if channel is places.bottom and places.answered is not None:
        does = ASKED
    return [*code_rows(channel, code, w), *paragraph(does, w, 2, "mute")]


def _opens(about: str, protocol: Protocol, w: int) -> list[Row]:
    """A pad that shows a channel's codes."""
    name = about.rpartition(".")[2]
    channel = place(protocol).picks if name == "picks" else protocol.channel(name)
    if channel is None:
        return []
    rows = columns(opener(channel).key_word, channel.label, channel.definition or "Opens its codes.", w)
    return rows + values_rows(channel.codes, w)


def _choices(about: str, protocol: Protocol, w: int) -> list[Row]:
    """A pad that steps through the values of a modifier."""
    places = place(protocol)
    steps: dict[str, Modifier] = {step_id(ch.name, m.name): m for ch, m in places.extra}
    if places.asker is not None:
        steps["asker"] = places.asker
    modifier = steps.get(about)
    if modifier is None:
        return []
    text = f"{modifier.definition} A tap goes on to the next choice; it logs nothing.".strip()
    return columns("", modifier.label, text, w) + values_rows(modifier.values, w)


def values_rows(values: Sequence[Code], w: int) -> list[Row]:
    """Each value of a choice with its key and what it means."""
    return [row for v in values for row in columns(key_word(v.hotkey), v.label, v.definition, w)]
