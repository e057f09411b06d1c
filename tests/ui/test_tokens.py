"""Whatever is written can be read: the contrast of every pair that is drawn, in every set.

Formula: WCAG 2.2, relative luminance and contrast ratio. Text 4.5:1, names and the strip 7:1, a dim row 3:1.
"""

import pytest

from observe.ui.tokens import DARK, LIGHT, SIXTEEN, Tokens, tokens_for

SETS = {"dark": DARK, "light": LIGHT, "sixteen": SIXTEEN}
LIT = ("deep", "active", "passive", "off", "waiting", "chal", "ques", "role", "grp", "str")


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_is_the_published_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize(
    ("ink", "ground"),
    [("ink", "pad"), ("ink", "card"), ("ink", "bg"), ("ink", "title"), ("ink", "stale"), ("black", "sel")],
)
def test_names_and_the_strip_are_read_at_a_glance(name: str, ink: str, ground: str) -> None:
    tokens: Tokens = SETS[name]
    assert contrast(tokens[ink], tokens[ground]) >= 7


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("mute", "pad"), ("mute", "card"), ("mute", "bg"), ("warn", "pad"), ("warn", "card"), ("warn", "stale"),
        ("warn", "bg"), ("ink", "bad"),
        *((tone, "pad") for tone in LIT), *((tone, "card") for tone in LIT), *(("black", tone) for tone in LIT),
        ("black", "warn"),
    ],
)  # fmt: skip
def test_text_can_be_read(name: str, ink: str, ground: str) -> None:
    tokens: Tokens = SETS[name]
    assert contrast(tokens[ink], tokens[ground]) >= 4.5


@pytest.mark.parametrize("name", SETS)
def test_a_dim_row_can_be_made_out(name: str) -> None:
    tokens = SETS[name]
    assert contrast(tokens["low"], tokens["card"]) >= 4.5


def test_a_terminal_of_sixteen_colours_gets_the_set_made_for_it() -> None:
    assert tokens_for("standard") is tokens_for("standard", "light") is SIXTEEN
    assert (tokens_for("truecolor"), tokens_for("256", "light")) == (DARK, LIGHT)
