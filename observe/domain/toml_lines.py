"""On which line of a TOML text each table, key and list item stands.

tomllib gives the values without their places, and "a label is too long" helps nobody in a file of
four hundred lines. The text must be valid TOML (tomllib has read it): nothing is checked here.
"""

import re
from bisect import bisect_left

Path = tuple[str | int, ...]
"""Keys and list positions from the top: ``("channel", 0, "code", 2, "label")``."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*(\.?)""")
_TEXT = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'[^']*'",
    re.DOTALL,
)
# A date and a time may have a blank between them, so a bare value ends at punctuation only.
_BARE = re.compile(r"[^,\]}\n#]+")


def lines_of(text: str) -> dict[Path, int]:
    """The line, counted from 1, of everything in `text` by its path."""
    return _Scan(text).document()


class _Scan:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.breaks = [match.start() for match in re.finditer("\n", text)]
        self.lines: dict[Path, int] = {}
        self.lengths: dict[Path, int] = {}  # of the arrays of tables, so far

    def document(self) -> dict[Path, int]:
        table: Path = ()
        while self.peek():
            if self.peek() == "[":
                table = self.header()
            else:
                self.pair(table)
        return self.lines

    def peek(self) -> str:
        """The next character that means something; "" at the end."""
        self.skip(_BLANK)
        return self.text[self.at : self.at + 1]

    def skip(self, pattern: re.Pattern[str]) -> bool:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return match is not None

    def line(self) -> int:
        return bisect_left(self.breaks, self.at) + 1

    def key(self) -> list[str]:
        """A key, in its dotted parts."""
        parts = []
        while match := _KEY.match(self.text, self.at):
            self.at = match.end()
            parts.append(_unquoted(match[1]))
            if not match[2]:
                break
        return parts

    def header(self) -> Path:
        line, brackets = self.line(), 2 if self.text.startswith("[[", self.at) else 1
        self.at += brackets
        parts = self.key()
        self.at += brackets
        path: Path = ()
        for depth, part in enumerate(parts, 1):
            path += (part,)
            self.lines.setdefault(path, line)
            if depth == len(parts) and brackets == 2:
                self.lengths[path] = self.lengths.get(path, 0) + 1
            if path in self.lengths:
                path += (self.lengths[path] - 1,)
        self.lines[path] = line
        return path

    def pair(self, table: Path) -> None:
        line, path = self.line(), table
        for part in self.key():
            path += (part,)
            self.lines.setdefault(path, line)
        self.at += 1  # the equals sign
        self.value(path)

    def value(self, path: Path) -> None:
        opening = self.peek()
        self.lines.setdefault(path, self.line())
        if opening == "[":
            self.at += 1
            position = 0
            while self.peek() not in ("]", ""):
                self.value((*path, position))
                position += 1
                self.comma()
            self.at += 1
        elif opening == "{":
            self.at += 1
            while self.peek() not in ("}", ""):
                self.pair(path)
                self.comma()
            self.at += 1
        elif not self.skip(_TEXT):
            self.skip(_BARE)

    def comma(self) -> None:
        if self.peek() == ",":
            self.at += 1


def _unquoted(part: str) -> str:
    if part[0] == '"':
        import tomllib

        return str(tomllib.loads(f"key = {part}")["key"])
    return part[1:-1] if part[0] == "'" else part
