"""Times: both ways of reading agree, and nothing that is no moment passes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observe.domain import codec


@given(st.integers(0, codec.MAX_MS - 1))
def test_a_moment_survives_text_and_back(ms: int) -> None:
    text = codec.iso(ms)
    assert codec.ms_of(text) == ms
    # The same moment through pendulum, which reads any other form.
    assert codec.parse(text.removesuffix("Z") + "+00:00", "America/Phoenix") == ms


@given(st.text(max_size=45))
def test_any_text_is_a_time_or_a_value_error(text: str) -> None:
    try:
        assert 0 <= codec.parse(text, "UTC") < codec.MAX_MS
    except ValueError:
        pass


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-24T10:15", "2026-11-24T17:15:00.000Z"),
        ("2026-11-24 10:15:07.25", "2026-11-24T17:15:07.250Z"),
        ("20261124T101507", "2026-11-24T17:15:07.000Z"),
        ("2026-11-24T10:15+02:00", "2026-11-24T08:15:00.000Z"),
    ],
)
def test_a_time_without_an_offset_is_in_the_zone(text: str, utc: str) -> None:
    assert codec.iso(codec.parse(text, "America/Phoenix")) == utc


@pytest.mark.parametrize("text", ["", "10:15", "2026-11-24", "2026-W48", "2026-11-31T10:00", "now", "2026-11-24T25:00"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a date and time"):
        codec.parse(text, "UTC")


def test_a_day_of_a_clock_change_has_its_own_length() -> None:
    lengths = [
        codec.day_bounds(day, "America/Denver") for day in (date(2026, 3, 8), date(2026, 11, 1), date(2026, 6, 1))
    ]
    assert [(after - first) // 3_600_000 for first, after in lengths] == [23, 25, 24]
