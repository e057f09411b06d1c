"""What a cell looks like: words whole, minutes never cut, names as they were typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color, ColorSystem
from rich.segment import Segment

from observe.ui.face import face
from observe.ui.pads import Gap, Pad, Panel, Row, Tile
from observe.ui.text import clock, fit, fit_words, halves, pad_to, width, wrap
from observe.ui.tokens import DARK, SIXTEEN, tokens_for

ODD = ("[b]x", "[/x]", "[@click=app.quit]", "Ana [Ani] O'Neil-Núñez", "محمد", "שרה", "李小龍", "e\u0301mile", "👩‍🏫")


def lines(cell: Pad | Tile | Panel | Gap, w: int, h: int) -> list[str]:
    return ["".join(segment.text for segment in row) for row in face(cell, w, h, DARK)]


bools = (st.booleans(),) * 3
texts = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Cf", "Zl", "Zp")), max_size=40) | st.sampled_from(ODD)


@given(texts, texts, texts, st.integers(5, 30), st.integers(3, 9), st.booleans(), st.booleans())
def test_a_face_fills_its_cell_exactly_whatever_the_words(
    label: str, short: str, sub: str, w: int, h: int, on: bool, cursor: bool
) -> None:
    cells = (
        Pad("a", (label, short), "o1", (sub,), on=on, cursor=cursor),
        Tile("b", (label, short), "A", (sub,), "12m", "LAAT", lines=h - 1, star=on, selected=cursor, meter=0.4),
        Panel("c", (Row(label, bold=on), Row(sub, right=True)), edge="edge" if on else "", progress=0.3),
        Gap(),
    )
    for cell in cells:
        rows = lines(cell, w, h)
        assert len(rows) == h
        assert [width(row) for row in rows] == [w] * h, (cell, rows)


@pytest.mark.parametrize("name", ODD)
def test_a_name_is_shown_as_it_was_typed(name: str) -> None:
    for h in (3, 4, 6):
        assert any(name in line for line in lines(Tile("a", (name,), "Q", lines=h - 1), 30, h))


def test_minutes_are_never_cut_and_words_give_way() -> None:
    words = ("Thinking", "Think", "Thk", "T")
    for w in range(6, 20):
        for star in (False, True):
            tile = Tile("a", ("Maximilian",), "X", words, "14m", star=star, stale=True)
            assert any("14m" in line for line in lines(tile, w, 3)), w
    wide, narrow = (lines(Tile("a", ("Mei",), "W", words, "14m"), w, 3)[1] for w in (16, 8))
    assert "Thinking 14m" in wide
    assert "T 14m" in narrow


def test_a_long_name_ends_in_an_ellipsis() -> None:
    name = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissen"
    assert any(line.rstrip().endswith("…") for line in lines(Tile("a", (name,), "W"), 12, 3))


def test_the_letter_is_underlined_in_the_name_or_stands_behind_it() -> None:
    inside = face(Tile("a", ("Aiden",), "D"), 10, 3, DARK)[0]
    assert [s.text for s in inside if s.style and s.style.underline] == ["d"]
    behind = face(Tile("a", ("Aiden",), "X"), 10, 3, DARK)[0]
    assert [s.text for s in behind if s.style and s.style.underline] == ["X"]


def test_a_label_goes_on_two_lines_before_it_is_cut() -> None:
    pad = Pad("a", ("Already knows", "Knows"), "6")
    assert [line.strip() for line in lines(pad, 12, 4)[:3]] == ["6", "Already", "knows"]
    assert [line.strip() for line in lines(pad, 12, 3)[:2]] == ["6 Already", "knows"]
    assert lines(pad, 9, 3)[1].strip() == "Knows"


def test_a_label_that_says_it_is_on_says_so_once() -> None:
    drawn = " ".join(" ".join(lines(Pad("a", ("All pads on",), "b", ("on",), on=True), 11, 3)).split())
    assert "pads on" in drawn
    assert "on on" not in drawn
    for w, h in ((11, 4), (14, 3), (14, 4)):
        drawn = " ".join(lines(Pad("a", ("All pads on",), "b", ("on",), on=True), w, h)).split()
        assert drawn.count("on") == 1, (w, h, drawn)


def test_key_and_second_line_are_told_from_the_label_beside_them() -> None:
    first, second, _ = face(Pad("a", ("pre-test the next unit",), "d", ("by you",)), 20, 3, DARK)
    looks = [[(s.text.strip(), bool(s.style and s.style.bold)) for s in row[:-1]] for row in (first, second)]
    assert looks == [[("d", False), ("pre-test the", True)], [("next unit", True), ("by you", False)]]


def test_colour_is_never_the_only_cue() -> None:
    off, on = (lines(Pad("a", ("Teach",), "z", on=lit), 10, 3) for lit in (False, True))
    assert off != on
    plain, chosen = (lines(Tile("a", ("Mei",), "W", selected=chosen), 10, 3) for chosen in (False, True))
    assert plain != chosen
    fresh, stale = (lines(Tile("a", ("Mei",), "W", age="-", stale=stale), 10, 3) for stale in (False, True))
    assert fresh != stale


def test_a_full_label_keeps_every_letter_when_it_is_lit() -> None:
    first, second, _ = lines(Pad("a", ("Listening",), "2", on=True), 10, 3)
    assert second.startswith("Listening")
    assert first.startswith("●2")


def test_a_pad_that_is_filled_by_its_label_shows_that_it_is_lit_without_colour() -> None:
    knows = Pad("a", ("Already knows", "Knows"), "6", on=True)
    assert lines(knows, 10, 3)[0].startswith("6●Already")
    assert lines(Pad("a", ("Listening",), "2", ("running",), on=True), 10, 3)[1].startswith("Listening")
    assert lines(Pad("a", ("Listening carefully",), on=True), 10, 3)[2].startswith("●▀")
    assert lines(Pad("a", ("Listening",), "4", on=True, cursor=True), 10, 3)[0].startswith("●4")
    both = lines(Pad("a", ("Teach",), "z", on=True, cursor=True), 10, 3)
    assert (both[0].strip(), both[1].strip()) == ("●z", "»Teach")


@given(texts, texts, texts, st.sampled_from(("", "6", "c5", "enter")), st.integers(5, 30), st.integers(3, 9), *bools)
def test_a_lit_pad_is_told_from_an_unlit_one_without_colour(
    label: str, short: str, sub: str, key: str, w: int, h: int, subbed: bool, solid: bool, cursor: bool
) -> None:
    looks = []
    for on in (False, True):
        pad = Pad("a", (label, short), key, (sub,) if subbed else (), solid=solid, on=on, cursor=cursor)
        looks.append([_without_colour(row) for row in face(pad, w, h, DARK)])
    assert looks[0] != looks[1]


def _without_colour(row: list[Segment]) -> list[tuple[str, bool, bool, bool]]:
    """Each character, and whether it is bold, underlined, reversed."""
    found = []
    for text, style, _ in row:
        marks = (bool(style.bold), bool(style.underline), bool(style.reverse)) if style else (False, False, False)
        found += [(character, *marks) for character in text]
    return found


# -- text ---------------------------------------------------------------------------------------------


@given(texts, st.integers(0, 20))
def test_fit_and_pad_never_exceed(text: str, cells: int) -> None:
    assert width(fit(text, cells)) <= cells
    assert width(pad_to(text, cells)) == cells
    assert all(width(line) <= max(1, cells) for line in wrap(text, max(1, cells)))


def test_words_shorten_in_order() -> None:
    assert fit_words(("Thinking", "Think", "T"), 6) == "Think"
    assert fit_words(("Thinking", "Think"), 3) == "Th…"
    assert halves("Done waiting") == ("Done", "waiting")
    assert halves("Look at everyone") == ("Look at", "everyone")
    assert halves("Active") is None


def test_clocks() -> None:
    assert (clock(0), clock(59_999), clock(252_000), clock(3_852_000)) == ("0:00", "0:59", "4:12", "1:04:12")


# -- colours --------------------------------------------------------------------------------------------


def test_the_sixteen_are_the_sixteen_of_a_terminal() -> None:
    for name, colour in SIXTEEN.items():
        found = Color.parse(colour).downgrade(ColorSystem.STANDARD)
        back = found.get_truecolor()
        assert f"#{back.red:02x}{back.green:02x}{back.blue:02x}" == colour or found.number is not None, name
    lit = [SIXTEEN[name] for name in ("deep", "active", "passive", "off", "waiting")]
    assert len(set(lit)) == 5


def _contrast(one: str, two: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((light(one), light(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


# With 16 colours the terminal has the last word on what they are, so AA is all that can be promised.
@pytest.mark.parametrize(("tokens", "least"), [(DARK, 7), (SIXTEEN, 4.5)], ids=["dark", "sixteen"])
def test_everything_that_is_read_has_contrast(tokens: dict[str, str], least: float) -> None:
    for ink in ("ink", "mute", "chal", "ques", "role", "grp", "str", "warn"):
        assert _contrast(tokens[ink], tokens["pad"]) >= least, ink
    for ground in ("deep", "active", "passive", "off", "waiting", "role", "grp", "str", "ques", "chal", "warn", "sel"):
        assert _contrast(tokens["black"], tokens[ground]) >= least, ground
    for ground in ("title", "stale", "bad"):
        assert _contrast(tokens["ink"], tokens[ground]) >= 4.5, ground
    assert _contrast(tokens["low"], tokens["card"]) >= 4.5


def test_the_set_follows_the_terminal() -> None:
    assert tokens_for("truecolor") is tokens_for("256") is DARK
    assert tokens_for("standard") is SIXTEEN
