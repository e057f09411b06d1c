"""CSV as schools send it: several encodings, physical line numbers, and quotation marks that break off."""

import csv
import io
from collections.abc import Iterator

from observe.domain.errors import Refused
from observe.domain.frozen import dataclass

# A cell over several lines is a note or an address. A quotation mark still open after this many is a slip of the pen.
LONGEST_CELL_LINES = 20
LONGEST_LINE = 65_536
_TEXT_CONTROLS = frozenset("\t\n\v\f\r")


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `line` is the physical line it starts on, from 1. `fault` says why it cannot be read."""

    line: int
    cells: tuple[str, ...]
    fault: str = ""


def decode(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """The text of a file, without its byte-order mark, and notes on what had to be guessed.

    UTF-8, UTF-16 with a mark, and line by line Windows-1252 where UTF-8 does not hold.
    Raises Refused for what is no text at all.
    """
    notes: tuple[str, ...] = ()
    if data.startswith(b"PK\x03\x04"):
        raise Refused(f"{name} is not read", "it is a workbook or a zip, not CSV", "save the sheet as CSV (UTF-8)")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError:
            raise Refused(f"{name} is not read", "its UTF-16 text is damaged", "save it again as CSV (UTF-8)") from None
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text, guessed = _decode_lines(data)
            more = f" and {len(guessed) - 1} more" if len(guessed) > 1 else ""
            notes = (f"line {guessed[0]}{more} of {name}: not UTF-8, read as Windows-1252; check the accents",)
    head = text[:LONGEST_LINE]
    controls = sum(char < " " and char not in _TEXT_CONTROLS for char in head)
    if head.lstrip().startswith(("<", "%PDF")) or controls > 2 + len(head) // 20:
        raise Refused(f"{name} is not read", "it is not a text file of rows", "save the sheet as CSV (UTF-8)")
    return text, notes


def rows(text: str, delimiter: str) -> Iterator[Row]:
    """Rows that are not blank. A row spans several lines only where its quotation marks close properly; where they do
    not, the line they open on is the only one lost."""
    # newline="" splits at CR, LF and CRLF as csv does; str.splitlines would also split inside names.
    lines = list(io.StringIO(text, newline=""))
    index = 0
    while index < len(lines):
        row, taken = _row(lines, index, delimiter)
        if any(cell.strip() for cell in row.cells):
            yield row
        index += taken


def _row(lines: list[str], index: int, delimiter: str) -> tuple[Row, int]:
    number, line = index + 1, lines[index]
    raw = (line[:LONGEST_LINE].rstrip("\r\n"),)
    if "\0" in line:
        return Row(number, raw, "holds a NUL byte"), 1
    if len(line) > LONGEST_LINE:
        return Row(number, raw, "is too long for one row"), 1
    for taken in range(1, LONGEST_CELL_LINES + 1):
        chunk = lines[index : index + taken]
        if len(chunk) < taken or sum(map(len, chunk)) > LONGEST_LINE:
            break
        cells = _parse(chunk, delimiter, strict=True)
        if cells is not None:
            fault = "holds a NUL byte" if any("\0" in part for part in chunk) else ""
            return Row(number, cells, fault), taken
    if line.count('"') % 2 == 0 and (cells := _parse([line], delimiter, strict=False)) is not None:
        return Row(number, cells), 1  # text behind a closing quotation mark: odd, but nothing runs on
    return Row(number, raw, "has a quotation mark that is not closed"), 1


def _parse(chunk: list[str], delimiter: str, strict: bool) -> tuple[str, ...] | None:
    reader = csv.reader(chunk, delimiter=delimiter, strict=strict, skipinitialspace=True)
    try:
        cells = next(reader, [])
        return tuple(cells) if next(reader, None) is None else None
    except csv.Error:
        return None


def _decode_lines(data: bytes) -> tuple[str, list[int]]:
    texts, guessed = [], []
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        try:
            texts.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            texts.append(line.decode("cp1252", errors="replace"))
            guessed.append(number)
    return "\n".join(texts), guessed
