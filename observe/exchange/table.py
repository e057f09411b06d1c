"""`export csv`: one observation a row, for a spreadsheet or a statistics program. Columns: docs/formats.md."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

COLUMNS = (
    "visit",
    "section",
    "teacher",
    "observer",
    "protocol",
    "at",
    "local_time",
    "seconds_in",
    "channel",
    "kind",
    "code",
    "label",
    "on",
    "student",
    "name",
    "identified",
    "method",
    "sweep",
    "asker",
    "wait_s",
    "modifiers",
    "with",
    "note",
    "observation",
    "group",
)


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet runs what begins so as a formula (some take the wide signs too); a leading apostrophe makes it text."""


def write(rows: Iterable[Mapping[str, object]]) -> Iterator[bytes]:
    """The bytes of the table, with a byte order mark: spreadsheets guess the encoding of a file without one."""
    yield b"\xef\xbb\xbf"
    yield _line(COLUMNS)
    for row in rows:
        yield _line([cell(row.get(column)) for column in COLUMNS])


def _line(cells: Iterable[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(list(cells))
    return out.getvalue().encode()


def cell(value: object) -> str:
    """A value as a spreadsheet may have it: nothing in it runs."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text[:1] in _FORMULA else text
