"""Colour tokens: the only place that knows what a colour looks like.

Everything drawn names a token; a token set turns it into a colour. `DARK` is for terminals with many
colours. `SIXTEEN` is a set of its own, since mapping to the nearest of 16 colours turns a pad grey and
an unseen tile yellow; its values are exactly the 16 of a standard palette, so that mapping finds them.
"""

from functools import lru_cache

from rich.style import Style

Tokens = dict[str, str]

DARK: Tokens = {
    "bg": "#0f1318",
    "pad": "#26303b",
    "card": "#161c23",
    "title": "#1d4e5f",
    "edge": "#4a5866",
    "lowedge": "#2b343e",
    "low": "#7d8996",
    "ink": "#f4f7fa",
    "mute": "#b4c0cc",
    "black": "#000000",
    "sel": "#ffffff",
    "warn": "#ffb454",
    "stale": "#5c3305",
    "bad": "#b3261e",
    "deep": "#7fe3a1",
    "active": "#7cc7ff",
    "passive": "#ffd866",
    "off": "#ff9e8c",
    "waiting": "#9aa7b4",
    "chal": "#d9b8ff",
    "ques": "#ffcf9e",
    "role": "#9fe0e6",
    "grp": "#c9d6e3",
    "str": "#e3d9a8",
}

_BLACK, _GREY, _SILVER, _WHITE = "#000000", "#555555", "#aaaaaa", "#ffffff"
_BLUE, _RED, _MAROON = "#0000aa", "#ff5555", "#aa0000"
_GREEN, _YELLOW, _CYAN, _PINK = "#55ff55", "#ffff55", "#55ffff", "#ff55ff"

SIXTEEN: Tokens = {
    "bg": _BLACK,
    "pad": _BLACK,
    "card": _BLACK,
    "title": _BLUE,
    "edge": _GREY,
    "lowedge": _GREY,
    "low": _SILVER,
    "ink": _WHITE,
    "mute": _SILVER,
    "black": _BLACK,
    "sel": _WHITE,
    "warn": _YELLOW,
    "stale": _BLUE,
    "bad": _MAROON,
    "deep": _GREEN,
    "active": _CYAN,
    "passive": _YELLOW,
    "off": _RED,
    "waiting": _SILVER,
    "chal": _PINK,
    "ques": _YELLOW,
    "role": _CYAN,
    "grp": _SILVER,
    "str": _YELLOW,
}

LIGHT: Tokens = {
    "bg": "#ffffff",
    "pad": "#e3e9ef",
    "card": "#f1f4f7",
    "title": "#cde3ea",
    "edge": "#8b98a5",
    "lowedge": "#d4dbe2",
    "low": "#606c77",
    "ink": "#0f1418",
    "mute": "#3c4751",
    "black": "#ffffff",
    "sel": "#000000",
    "warn": "#7d3f00",
    "stale": "#ffdfb0",
    "bad": "#ffb3ab",
    "deep": "#14663a",
    "active": "#0b4f94",
    "passive": "#6f5200",
    "off": "#a02410",
    "waiting": "#4a5560",
    "chal": "#652aa3",
    "ques": "#804500",
    "role": "#0d5862",
    "grp": "#3f4e5b",
    "str": "#574b00",
}
"""For a bright room. `black` is what is written on lit pads, so here it is white, and what is chosen is black."""

assert DARK.keys() == SIXTEEN.keys() == LIGHT.keys()


def tokens_for(color_system: str | None, theme: str = "dark") -> Tokens:
    """The set for a terminal, by the name `rich` gives its colours; 16 of them are enough for one set only."""
    if color_system in ("standard", "windows"):
        return SIXTEEN
    return LIGHT if theme == "light" else DARK


@lru_cache(maxsize=512)
def ink_on(ink: str, ground: str, bold: bool = False, underline: bool = False) -> Style:
    """The style for text in colour `ink` on `ground`, both `#rrggbb`."""
    return Style(color=ink, bgcolor=ground, bold=bold, underline=underline)
