"""Class lists as teachers keep them: a CSV whose columns are known by their usual names."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from observe.domain.errors import Refused
from observe.domain.names import clean_name, fold, full_name, given_and_family
from observe.domain.roster import (
    GIFTED_HEADERS,
    IDENTIFIED_WORDS,
    Rejected,
    RosterFile,
    RosterSection,
    RosterStudent,
    grade_label,
)
from observe.exchange.csv_text import Row, decode, rows

LARGEST_FILE = 5 * 1024 * 1024
MOST_ROWS = 5_000
LONGEST_TEXT = 120

# Label, and the headers that mean it: folded, without anything but letters and digits. An earlier header wins.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "Name": (
        *("name", "studentname", "fullname", "studentfullname", "student", "pupil", "pupilname"),
        *("lastfirst", "lastnamefirstname", "namelastfirst"),
    ),
    "First": ("first", "firstname", "given", "givenname", "forename", "studentfirst", "studentfirstname"),
    "Middle": ("middle", "middlename", "middleinitial", "mi", "studentmiddlename"),
    "Last": ("last", "lastname", "family", "familyname", "surname", "studentlast", "studentlastname"),
    "Student ID": (
        *("studentid", "sisid", "studentnumber", "studentno", "studentidnumber", "idnumber", "pupilid"),
        *("localid", "localstudentid", "permid", "id"),
    ),
    "Grade": ("grade", "gradelevel", "gradelvl", "gr"),
    "Gifted": GIFTED_HEADERS,
    "Area": ("area", "areas", "giftedarea", "areaofgiftedness", "areaofidentification", "gtarea"),
    "Group": ("group", "groups", "groupname", "readinessgroup"),
    "Section": ("section", "sectionname", "class", "classname", "course", "coursename", "homeroom"),
    "Teacher": ("teacher", "teachername", "classteacher", "homeroomteacher", "instructor"),
    "Room": ("room", "roomnumber", "classroom"),
    "Period": ("period", "periods", "block", "hour"),
}
_LOOKED_FOR = "Name (or First and Last), Student ID, Grade, Gifted, Area, Group, Section, Teacher, Room, Period"
_NO_DELIMITER = "\x1f"


def read_plain(data: bytes, filename: str, section: str | None = None) -> RosterFile:
    """The roster in a CSV file. `filename` names the section where neither a column nor `section` does.

    Raises Refused for what is no roster as a whole; a row that cannot be taken is in `rejected`, with its reason.
    """
    shown = clean_name(re.split(r"[\\/]", filename)[-1]) or "the file"
    if len(data) > LARGEST_FILE:
        raise Refused(f"{shown} is not read", "it is larger than 5 MiB", "is it a class list?")
    text, notes = decode(data, shown)
    text, delimiter = _delimiter(text)
    table = list(rows(text, delimiter))
    if not table:
        raise Refused(f"{shown} is not read", "it is empty")
    columns = _columns(table[0].cells)
    if columns:
        headers = table.pop(0).cells
        more = _notes(columns, headers, section)
    elif delimiter == _NO_DELIMITER and not _known(table[0].cells[0]):
        columns, headers = {"Name": 0}, ("",)
        more = ["no column names: every line is taken as a student's name"]
    else:
        raise Refused(
            f"{shown} is not read", "its first line names no column with students", f"looked for: {_LOOKED_FOR}"
        )
    if len(table) > MOST_ROWS:
        raise Refused(f"{shown} is not read", f"it has more than {MOST_ROWS} rows", "is it a class list?")
    if not table:
        # Taken as a whole roster, it would say that everybody has left.
        raise Refused(f"{shown} is not read", "there are column names and no students")
    default = clean_name(section or "")
    if "Section" not in columns:
        default = default or clean_name(shown.rsplit(".", 1)[0]) or shown
    reader = _Reader(shown, columns, len(headers), default, [*notes, *more])
    for row in table:
        reader.take(row)
    return reader.result()


@dataclass(slots=True)
class _Section:
    """What the rows so far say of one section."""

    name: str
    facts: dict[str, str] = field(default_factory=dict)
    students: list[RosterStudent] = field(default_factory=list)
    complete: bool = True
    disputed: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Reader:
    file: str
    columns: Mapping[str, int]
    width: int
    default_section: str
    notes: list[str]
    sections: dict[str, _Section] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    all_complete: bool = True
    first_with_id: dict[str, tuple[int, RosterStudent]] = field(default_factory=dict)
    lines_with_id: dict[tuple[str, str], int] = field(default_factory=dict)

    def take(self, row: Row) -> None:
        cells = {label: row.cells[at] if at < len(row.cells) else "" for label, at in self.columns.items()}
        values = {label: clean_name(cell, LONGEST_TEXT + 2) for label, cell in cells.items()}
        section = values.get("Section") or self.default_section
        reason = row.fault or self._too_wide(row)
        if reason and "Section" in self.columns:
            section = ""  # what shifted or broke does not even tell whose section it is of
        reason = reason or _fault(values, section)
        if not reason:
            student = _student(values)
            reason = self._clash(student, section, row.line) if student.name else "no name"
        if reason:
            self._reject(row, reason, section)
            return
        if "\ufffd" in student.name:
            self.notes.append(
                f"line {row.line}: a letter of the name is lost (\ufffd), from an earlier saving of the file"
            )
        kept = self.sections.setdefault(section.casefold(), _Section(section))
        kept.students.append(student)
        for label in ("Teacher", "Room", "Period"):
            said = given_and_family(values.get(label, "")) if label == "Teacher" else values.get(label)
            if said and kept.facts.setdefault(label, said) != said and label not in kept.disputed:
                kept.disputed.add(label)
                self.notes.append(f"line {row.line}: another {label} for {kept.name}; the first one counts")

    def _reject(self, row: Row, reason: str, section: str) -> None:
        self.rejected.append(Rejected(row.line, self.file, reason, tuple(clean_name(cell) for cell in row.cells)))
        if section and len(section) <= LONGEST_TEXT:
            self.sections.setdefault(section.casefold(), _Section(section)).complete = False
        else:
            self.all_complete = False

    def _too_wide(self, row: Row) -> str:
        if any(cell.strip() for cell in row.cells[self.width :]):
            return f"{len(row.cells)} columns where there are {self.width}; is a text with a comma in it not quoted?"
        return ""

    def _clash(self, student: RosterStudent, section: str, line: int) -> str:
        """Why the student's ID cannot stand beside the rows so far."""
        if not student.school_id:
            return ""
        before = self.lines_with_id.setdefault((section.casefold(), student.school_id), line)
        if before != line:
            return f"the same student ID as line {before}, in the same section"
        first_line, first = self.first_with_id.setdefault(student.school_id, (line, student))
        if fold(first.name) != fold(student.name):
            return f"the same student ID as line {first_line}, with another name"
        pairs = (("Gifted", first.identified, student.identified), ("Grade", first.grade, student.grade))
        for label, one, other in pairs:
            if one is not None and other is not None and one != other:
                self.notes.append(f"line {line}: another {label} than line {first_line}; line {first_line} counts")
        return ""

    def result(self) -> RosterFile:
        sections = tuple(
            RosterSection(
                one.name,
                teacher=one.facts.get("Teacher"),
                room=one.facts.get("Room"),
                period=one.facts.get("Period"),
                students=tuple(one.students),
                complete=one.complete and self.all_complete,
            )
            for one in self.sections.values()
            if one.students
        )
        return RosterFile(sections, tuple(self.rejected), tuple(self.notes))


def _fault(values: Mapping[str, str], section: str) -> str:
    """Why a row cannot be taken, whatever the other rows say."""
    for label, value in values.items():
        if len(value) > LONGEST_TEXT:
            return f"{label} is longer than {LONGEST_TEXT} characters"
    if len(" ".join(part for label in ("First", "Middle", "Last") if (part := values.get(label)))) > LONGEST_TEXT:
        return f"the name is longer than {LONGEST_TEXT} characters"
    if not section:
        return "no section"
    gifted = values.get("Gifted", "")
    if gifted.casefold() not in IDENTIFIED_WORDS:
        return f"Gifted is '{gifted}'; Y, N or nothing is meant"
    return ""


def _student(values: Mapping[str, str]) -> RosterStudent:
    name = given_and_family(values.get("Name", ""))
    if not name:
        name = full_name(values.get("First", ""), values.get("Last", ""), values.get("Middle", ""))
    return RosterStudent(
        name,
        school_id=values.get("Student ID") or None,
        grade=grade_label(values.get("Grade", "")) or None,
        identified=IDENTIFIED_WORDS[values.get("Gifted", "").casefold()],
        area=values.get("Area") or None,
        group=values.get("Group") or None,
    )


def _header(text: str) -> str:
    return "".join(char for char in fold(clean_name(text).replace("#", "number")) if char.isalnum())


def _known(text: str) -> bool:
    return any(_header(text) in aliases for aliases in COLUMNS.values())


def _notes(columns: Mapping[str, int], headers: tuple[str, ...], section: str | None) -> list[str]:
    shown = [clean_name(header) for header in headers]
    notes = ["columns: " + ", ".join(f"{label} from '{shown[at]}'" for label, at in columns.items())]
    rest = ", ".join(f"'{header}'" for at, header in enumerate(shown) if header and at not in columns.values())
    if rest:
        notes.append(f"columns not read: {rest}")
    if section and "Section" in columns:
        notes.append(f"the file names its sections; '{clean_name(section)}' is used where a row names none")
    return notes


def _columns(headers: tuple[str, ...]) -> dict[str, int]:
    """Which column holds what; empty when none holds a name."""
    folded = [_header(header) for header in headers]
    found = {}
    for label, aliases in COLUMNS.items():
        at = next((folded.index(alias) for alias in aliases if alias in folded), None)
        if at is not None:
            found[label] = at
    return found if {"Name", "First", "Last"} & found.keys() else {}


def _delimiter(text: str) -> tuple[str, str]:
    """The text without a spreadsheet's "sep=" line, and what divides its first row."""
    lines = _lines(text)
    start, line = next(lines, (0, ""))
    hint = re.fullmatch(r"sep=([,;\t|])\s*", line, re.IGNORECASE)
    if hint:
        # The line stays as a blank one, so that line numbers are those of the file.
        return text[:start] + text[start + len(line) :], hint[1]
    outside = re.sub(r'"[^"]*"', "", line)
    counts = {char: outside.count(char) for char in ",;\t"}
    best = max(counts, key=lambda char: (len(_columns(tuple(line.split(char)))), counts[char]))
    return text, best if counts[best] else _NO_DELIMITER


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines that are not blank, with where they start."""
    for line in re.finditer(r"[^\r\n]+", text):
        if line[0].strip():
            yield line.start(), line[0]
