"""A TOML file that somebody wrote by hand, read so that whatever is wrong with it has its line."""

import re
from typing import Any

from observe.domain.protocol_table import Wrong, shown
from observe.domain.toml_lines import lines_of

MAX_BYTES = 256 * 1024
MAX_LINE = 2000

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class Unread(Exception):
    """What is wrong with the text. `line` counts from 1; None when no line is to blame."""

    def __init__(self, line: int | None, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


def without_mark(text: str) -> str:
    """The text without the byte order mark that Notepad writes in front."""
    return text.removeprefix("\ufeff")


def read(text: str) -> dict[str, Any]:
    """The tables of a TOML text. Raises Unread, and nothing else."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise Unread(None, "it is not text in UTF-8") from None
    if size > MAX_BYTES:
        raise Unread(None, f"it is larger than {MAX_BYTES // 1024} KiB")
    rows = text.split("\n")
    # tomllib takes time by the square of a dotted key's length.
    if long := next((number for number, row in enumerate(rows, 1) if len(row) > MAX_LINE), None):
        raise Unread(long, f"a line of over {MAX_LINE} characters")
    import tomllib

    try:
        return tomllib.loads(text)
    except RecursionError:
        raise Unread(None, "brackets are nested too deep") from None
    except ValueError as error:
        place = _PLACE.search(str(error))
        if place is None:  # a number of thousands of digits
            raise Unread(None, "it has a number that is too long") from None
        line = int(place[1]) if place[1] else max(1, len(rows) - (not rows[-1]))
        raise Unread(line, f"not valid TOML: {shown(str(error)[: place.start()], 100)}") from None


def located(text: str, wrong: Wrong) -> Unread:
    """What is wrong at a path, with the line of it, or of what holds it where it is missing."""
    lines, path = lines_of(text), wrong.path
    while path and path not in lines:
        path = path[:-1]
    return Unread(lines.get(path, 1), wrong.reason)
