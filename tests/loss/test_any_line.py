"""Whatever a line holds, it is taken or it is refused; nothing else comes out, and what was refused left nothing."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observe.cli.log import Lines
from observe.domain.codec import ms_of
from observe.domain.entries import dumps
from observe.domain.errors import Refused

from .ledger import PEOPLE, entries_of, gapless, new_school, opened, projected, rebuilt

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.sampled_from(["\ud800", "\0", "a/b", "../x", "", "x" * 3000, *PEOPLE[:2]])
)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
CODES = {
    "engagement": "active",
    "questioning": "apply",
    "challenge": "stretch",
    "role": "group",
    "grouping": "pairs",
    "strategy": "tiered",
    "spark": "insight",
}
DAY = "2024-11-26"
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "channel": st.sampled_from(sorted(CODES)),
    "code": st.sampled_from([*CODES.values(), None]),
    "student": st.sampled_from(PEOPLE),
    "at": st.sampled_from([f"{DAY}T10:{minute}:07.123Z" for minute in range(10, 60)] * 4 + [f"{DAY}T03:42", "now"]),
    "method": st.sampled_from(["tap", "sweep", "interval"]),
    "sweep": st.integers(1, 3),
    "modifiers": st.dictionaries(
        st.sampled_from(["asker", "wait_s", "answered_by", "rubbish"]),
        st.sampled_from(["me", "teacher", *PEOPLE[:2]]) | SCALARS,
        max_size=3,
    ),
    "note": st.text(max_size=30),
    "private": st.booleans(),
    "on": st.booleans(),
    "with": st.lists(st.sampled_from(PEOPLE), max_size=3),
    "present": st.lists(st.sampled_from(PEOPLE), max_size=3),
    "absent": st.lists(st.sampled_from(PEOPLE), max_size=3),
    "pause": st.booleans(),
    "undo": st.just(True),
    "redo": st.just(True),
    "sweep_start": st.integers(1, 3),
    "order": st.sampled_from(["seat", "random", "least_seen"]),
    "students": st.lists(st.sampled_from(PEOPLE), max_size=3),
    "sweep_skip": st.sampled_from(PEOPLE),
    "sweep_end": st.integers(1, 3),
}
SHAPES = (
    ("channel", "code", "student", "at", "method", "sweep", "modifiers", "note", "private", "on", "with"),
    ("present", "absent", "at"),
    ("pause", "at"),
    ("undo",),
    ("redo",),
    ("sweep_start", "order", "students", "at"),
    ("sweep_skip", "sweep", "at"),
    ("sweep_end", "at"),
)


@st.composite
def objects(draw: st.DrawFn) -> dict[str, Any]:
    """A line as a program with mistakes would write it: the right fields mostly, most of them with values that fit."""
    names = list(draw(st.sampled_from([*SHAPES[:1] * 7, *SHAPES[1:]])))
    wanted = [names[0], *(name for name in names[1:] if draw(st.integers(0, 2)) == 2)]
    line = {name: draw(FIELDS[name] if draw(st.integers(0, 9)) else ANYTHING) for name in wanted}
    if draw(st.booleans()):
        line |= {"code": CODES[channel]} if (channel := str(line.get("channel"))) in CODES else {}
        line |= {"sweep": 1} if "sweep_skip" in line else {}
    if not draw(st.integers(0, 19)):
        line[draw(st.sampled_from(sorted(FIELDS)) | st.text(max_size=5))] = draw(ANYTHING)
    return line


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lines]:
    folder: Path = tmp_path_factory.mktemp("any")
    visit = new_school(folder / "home", folder, ms_of(f"{DAY}T10:00:00.000Z"))
    with opened(folder / "home") as home:
        yield Lines(home, visit)
        gapless(entries_of(home))
        assert projected(home.conn) == rebuilt(home)


def taken_or_refused(lines: Lines, line: bytes) -> None:
    conn = lines._home.conn
    before = conn.execute("SELECT count(*) FROM entry").fetchone()
    refusal = ""
    try:
        answer = lines.take(line)
    except Refused as error:
        refusal = str(error)
        answer = {"error": refusal}
    assert len(refusal) < 1000
    assert not refusal or conn.execute("SELECT count(*) FROM entry").fetchone() == before
    assert not conn.in_transaction
    json.loads(dumps(answer).encode("utf-8", "backslashreplace"))


@given(line=objects())
def test_a_line_that_is_an_object(lines: Lines, line: dict[str, Any]) -> None:
    taken_or_refused(lines, json.dumps(line).encode())


@given(value=ANYTHING)
def test_a_line_that_is_any_json(lines: Lines, value: Any) -> None:
    taken_or_refused(lines, json.dumps(value).encode())


@given(line=st.binary(max_size=200))
def test_a_line_that_is_any_bytes(lines: Lines, line: bytes) -> None:
    taken_or_refused(lines, line)
