"""A series on the glass: bars as high as their numbers, each with its number, gaps empty, never too wide."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from observe.domain.cards import Bar, Course, Series
from observe.ui.cards import bars
from observe.ui.pieces import Drawn
from observe.ui.series import EIGHTHS, series
from observe.ui.text import width

WEEKS = ("28 Sep", "05 Oct", "12 Oct", "19 Oct", "26 Oct")
LOOKS = Course("looks", (None,) * 5, ("24", "24", "-", "7", "47"), "102", "mute")
THINKING = Course("Thinking", (0.1, 0.5, None, None, 1.0), ("10", "50", "-", "few", "100"), "48", "deep")


def rows(item: Series, w: int) -> list[str]:
    return ["".join(piece.text for piece in row) for row in series(item, w)]


def test_a_bar_a_week_with_its_number_under_it() -> None:
    assert rows(Series(WEEKS, (LOOKS, THINKING), 1.0), 60) == [
        "         28 Sep  05 Oct  12 Oct  19 Oct  26 Oct   all",
        "looks      24      24       -       7      47     102",
        "Thinking ▁▁▁▁▁▁▁ ▄▄▄▄▄▄▄                 ███████ ",
        "           10      50       -      few     100     48",
    ]


def test_months_stand_over_the_days_where_room_is_short() -> None:
    assert rows(Series(WEEKS, (LOOKS, THINKING), 1.0), 42)[:3] == [
        "         Sep  Oct                  ",
        "          28   05   12   19   26   all",
        "looks     24   24   -    7    47   102",
    ]


def test_without_room_for_numbers_each_week_is_a_cell_and_the_last_number_stands_beside() -> None:
    year = tuple(f"{n:02d} Oct" for n in range(40))
    course = Course("Thinking", (*(i / 40 for i in range(39)), None), (*map(str, range(39)), "-"), "48")
    drawn = rows(Series(year, (course,), 1.0), 80)
    assert drawn[0] == "         00 Oct" + " " * 28 + "39 Oct last all"
    assert drawn[1] == "Thinking " + "".join(EIGHTHS[max(i > 0, round(i / 5))] for i in range(39)) + "    38  48"
    assert rows(Series(year, (course,), 1.0), 40)[0].startswith("         18 Oct")  # the latest weeks stay


def test_a_bar_gives_way_before_its_number_is_cut() -> None:
    said = Bar("extra hands", 1540, 1560, "1540 of 1560 min in class")
    for w in (56, 46):
        (drawn,) = bars([said], w)
        text = "".join(piece.text for piece in drawn)
        assert text.endswith(said.text)
        assert width(text) <= w


def test_what_a_full_bar_is_stands_below() -> None:
    for w in (60, 20):
        assert rows(Series(WEEKS, (THINKING,), 0.5, "50 %"), w)[-1] == "a full bar is 50 %"


def test_nothing_is_drawn_of_nothing() -> None:
    assert series(Series((), (), 1.0), 60) == []
    assert series(Series(("a",), (), 1.0), 60) == []


VALUE = st.none() | st.floats(0, 50)
COURSE = st.tuples(
    st.text("abc é漢", max_size=30), st.lists(st.tuples(VALUE, st.text("12-%", max_size=5)), min_size=1, max_size=9)
)


@settings(max_examples=60)
@given(st.integers(1, 60), st.lists(COURSE, min_size=1, max_size=3), st.integers(40, 160), st.integers(1, 40))
def test_no_row_is_wider_than_the_glass(
    n: int, courses: list[tuple[str, list[tuple[float | None, str]]]], w: int, top: int
) -> None:
    made = []
    for label, pairs in courses:
        values, texts = zip(*itertools.islice(itertools.cycle(pairs), n), strict=True)
        made.append(Course(label, values, texts, "100"))
    drawn = series(Series(tuple(f"{i:02d} Oct" for i in range(n)), tuple(made), top), w)
    assert drawn
    assert all(cells(row) <= w for row in drawn)


def cells(row: Drawn) -> int:
    return sum(width(piece.text) for piece in row)
