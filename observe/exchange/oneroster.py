"""Rosters as a school's system delivers them: OneRoster 1.1 and 1.2, CSV binding.

Columns and their meaning: 1EdTech, "OneRoster CSV Tables" 1.1.1 and "OneRoster: CSV Binding" 1.2.1. Header order does
not matter, nor does case. Demographics are not read.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from observe.domain.errors import Refused
from observe.domain.names import clean_name, fold, full_name
from observe.domain.roster import (
    GIFTED_HEADERS,
    IDENTIFIED_WORDS,
    Rejected,
    Removed,
    RosterFile,
    RosterSection,
    RosterStudent,
    grade_label,
)
from observe.exchange.csv_text import Row, decode, rows
from observe.exchange.oneroster_files import Read, open_delivery

_ROSTER = ("classes", "users", "enrollments")
_GONE = ("tobedeleted", "inactive")  # "inactive" is 1.0, and some systems still write it


def read_oneroster(path: Path, today: date) -> RosterFile:
    """The rosters of a folder or zip. An enrollment is over from its end date on (the standard's end is exclusive).

    Raises Refused for a delivery that cannot be read as a whole; a row that cannot be taken is in `rejected`.
    """
    return _Delivery(open_delivery(path), clean_name(path.name) or "the folder", today).roster()


@dataclass(frozen=True, slots=True)
class _Record:
    """A row of a table, its cells by column name."""

    table: str
    row: Row
    columns: Mapping[str, int]

    def text(self, column: str, limit: int = 120) -> str:
        at = self.columns.get(column.casefold())
        return clean_name(self.row.cells[at], limit) if at is not None and at < len(self.row.cells) else ""

    def id(self, column: str = "sourcedId") -> str:
        return self.text(column, 255)

    def rejected(self, reason: str) -> Rejected:
        cells = tuple(clean_name(cell) for cell in self.row.cells)
        return Rejected(self.row.line, f"{self.table}.csv", reason, cells)


@dataclass(slots=True)
class _Class:
    section: RosterSection
    members: dict[str, RosterStudent] = field(default_factory=dict)
    teachers: dict[str, bool] = field(default_factory=dict)  # user -> whether primary
    complete: bool = True


@dataclass(slots=True)
class _User:
    record: _Record
    student: RosterStudent
    gone: bool
    can_log_in: bool
    is_student: bool
    fault: str


class _Delivery:
    def __init__(self, read: Read, shown: str, today: date) -> None:
        self.read, self.shown, self.today = read, shown, today
        self.notes: list[str] = []
        self.rejected: list[Rejected] = []
        self.classes: dict[str, _Class] = {}
        self.ended_classes: set[str] = set()
        self.faulty_classes: set[str] = set()
        self.users: dict[str, _User] = {}
        self.reported_users: set[str] = set()
        self.ended: dict[tuple[str, str], None] = {}
        self.all_complete = True
        self.modes = self._modes()

    def roster(self) -> RosterFile:
        self._read_classes()
        self._read_users()
        self._read_enrollments()
        enrolled = {user for one in self.classes.values() for user in one.members}
        gone = [name for name, user in self.users.items() if user.gone]
        locked = [name for name, user in self.users.items() if not user.gone and not user.can_log_in]
        # Young pupils often have no login. Only with no class left does a closed account say that a child has left.
        gone += [name for name in locked if name not in enrolled]
        kept = sum(name in enrolled for name in locked)
        if kept:
            self.notes.append(f"{kept} enrolled students have no login (enabledUser false); they stay in their classes")
        others = [
            user.student
            for name, user in self.users.items()
            if user.is_student and not user.fault and name not in enrolled and name not in gone
        ]
        twice = self._shared_identifiers(others)
        delta = self.modes["enrollments"] != "bulk"
        return RosterFile(
            tuple(self._section(one, twice) for one in self.classes.values()),
            tuple(self.rejected),
            tuple(self.notes),
            keep_missing=delta,
            removed=Removed(
                tuple(sorted(self.ended_classes)),
                tuple(sorted(gone)),
                tuple(pair for pair in self.ended if pair[1] not in self._members(pair[0])),
            ),
            others=tuple(_without(student, twice) for student in others),
        )

    # -- tables ----------------------------------------------------------------------------------------------

    def _modes(self) -> dict[str, str]:
        """bulk, delta or absent for each table, as the manifest says."""
        tables = (*_ROSTER, "courses", "roles")
        there = {table for table in tables if self.read(table) is not None}
        if self.read("manifest") is None:
            self.notes.append("no manifest.csv: the tables that are there are taken as complete (bulk)")
            said = {}
        else:
            records = self._records("manifest", "propertyName", "value")
            said = {record.text("propertyName").casefold(): record.text("value").casefold() for record in records}
            version = said.get("oneroster.version", "")
            if version and not version.startswith("1."):
                raise self._refused(f"it is OneRoster {version}; 1.1 and 1.2 can be read")
        modes = {}
        for table in tables:
            mode = said.get(f"file.{table}", "")
            if mode in ("bulk", "delta") and table not in there:
                if table in _ROSTER:
                    raise self._refused(f"manifest.csv names {table}.csv, which is not there", "get the delivery again")
                mode = "absent"
            if mode == "absent" and table in there:
                self.notes.append(f"{table}.csv is there, and absent by manifest.csv: not read")
            if mode not in ("bulk", "delta", "absent"):
                mode = "bulk" if table in there else "absent"
                if said and table in there:
                    self.notes.append(f"manifest.csv says nothing plain of {table}.csv: taken as complete (bulk)")
            modes[table] = mode
        missing = [table for table in _ROSTER if modes[table] == "absent"]
        # A delta may lean on what earlier deliveries brought; a whole roster has to bring it.
        if len(missing) == len(_ROSTER) or (missing and (not said or modes["enrollments"] == "bulk")):
            raise self._refused(f"{missing[0]}.csv is not there", "classes, users and enrollments make a roster")
        read = [f"{table} {mode}" for table, mode in modes.items() if mode != "absent"]
        self.notes.append(f"tables: {', '.join(read)}")
        return modes

    def _records(self, table: str, *required: str) -> Iterator[_Record]:
        data = self.read(table) or b""
        text, notes = decode(data, f"{table}.csv")
        self.notes.extend(notes)
        lines = rows(text, ",")
        header = next(lines, None)
        if header is None:
            raise self._refused(f"{table}.csv is empty")
        columns = {clean_name(name).casefold(): at for at, name in reversed(list(enumerate(header.cells)))}
        for name in required:
            if name.casefold() not in columns:
                raise self._refused(f"{table}.csv has no column {name}")
        for row in lines:
            reason = row.fault
            if not reason and any(cell.strip() for cell in row.cells[len(header.cells) :]):
                reason = f"{len(row.cells)} columns where there are {len(header.cells)}"
            record = _Record(table, row, columns)
            if not reason:
                yield record
                continue
            self.rejected.append(record.rejected(reason))
            if table == "enrollments":
                self.all_complete = False  # nobody can say whose class the row was of

    def _table(self, table: str, *required: str) -> Iterator[_Record]:
        return self._records(table, *required) if self.modes[table] != "absent" else iter(())

    def _read_classes(self) -> None:
        courses = {record.id(): record for record in self._table("courses", "sourcedId")}
        seen: set[str] = set()
        for record in self._table("classes", "sourcedId", "title"):
            source_id = record.id()
            status = _status(record)
            course = courses.get(record.id("courseSourcedId"))
            title = record.text("title", 121) or record.text("classCode", 121)
            if not title and course:
                title = course.text("title", 121)
            if not source_id or source_id in seen:
                reason = "the same sourcedId as a row before" if source_id else "no sourcedId"
                self.rejected.append(record.rejected(reason))
                continue
            seen.add(source_id)
            if status == "gone":
                self.ended_classes.add(source_id)
                continue
            if status != "active" or not title or len(title) > 120:
                reason = "no title" if not title else "the title is longer than 120 characters"
                self.rejected.append(record.rejected(reason if status == "active" else status))
                self.faulty_classes.add(source_id)
                continue
            grades = record.text("grades") or (course.text("grades") if course else "")
            periods = [part.strip() for part in record.text("periods").split(",")]
            self.classes[source_id] = _Class(
                RosterSection(
                    title,
                    source_id=source_id,
                    room=record.text("location") or None,
                    period=", ".join(part for part in periods if part) or None,
                    grade=grade_label(grades) or None,
                )
            )

    def _read_users(self) -> None:
        students = {
            record.id("userSourcedId")
            for record in self._table("roles", "userSourcedId", "role")
            if record.text("role").casefold() == "student" and _status(record) == "active"
        }
        gifted, unreadable = "", 0
        for record in self._table("users", "sourcedId", "givenName", "familyName"):
            source_id = record.id()
            if not source_id or source_id in self.users:
                reason = "the same sourcedId as a row before" if source_id else "no sourcedId"
                self.rejected.append(record.rejected(reason))
                continue
            if not self.users:
                gifted = _gifted_column(record.columns)
            word = record.text(gifted).casefold() if gifted else ""
            unreadable += word not in IDENTIFIED_WORDS
            given, family = record.text("givenName", 121), record.text("familyName", 121)
            status = _status(record)
            fault = status if status not in ("active", "gone") else ""
            if not given and not family:
                fault = fault or "no name"
            elif len(f"{given} {family}") > 120:
                fault = fault or "the name is longer than 120 characters"
            self.users[source_id] = _User(
                record,
                RosterStudent(
                    full_name(given, family),
                    school_id=record.id("identifier") or None,
                    grade=grade_label(record.text("grades")) or None,
                    identified=IDENTIFIED_WORDS.get(word),
                    source_id=source_id,
                ),
                gone=status == "gone",
                can_log_in=record.text("enabledUser").casefold() not in ("false", "0"),
                is_student=record.text("role").casefold() == "student" or source_id in students,
                fault=fault,
            )
        if gifted:
            self.notes.append(f"identified is taken from the column {gifted} of users.csv")
        if gifted and unreadable:
            self.notes.append(f"{gifted} cannot be read for {unreadable} users: left as it is known")

    def _read_enrollments(self) -> None:
        for record in self._table("enrollments", "classSourcedId", "userSourcedId", "role"):
            role = record.text("role").casefold()
            if role and role not in ("student", "teacher"):
                continue
            class_id, user_id = record.id("classSourcedId"), record.id("userSourcedId")
            reason, over = self._standing(record)
            if not reason and not (role and class_id and user_id):
                reason = "no role" if not role else "no class" if not class_id else "no user"
            if not reason and over:
                if role == "student":
                    self.ended[class_id, user_id] = None
                continue
            if class_id in self.ended_classes or class_id in self.faulty_classes:
                continue
            user = self.users.get(user_id)
            if user and user.gone:
                continue
            if not reason and class_id not in self.classes and self.modes["classes"] == "bulk":
                reason = f"the class {class_id} is not in classes.csv"
            if not reason and user is None and self.modes["users"] == "bulk":
                reason = f"the user {user_id} is not in users.csv"
            if reason:
                self.rejected.append(record.rejected(reason))
                self._incomplete(class_id)
                continue
            known = self.classes.setdefault(class_id, _Class(RosterSection("", source_id=class_id)))
            if role == "teacher":
                primary = record.text("primary").casefold() in ("true", "1")
                known.teachers[user_id] = known.teachers.get(user_id, False) or primary
            elif user and user.fault:
                known.complete = False
                if user_id not in self.reported_users:
                    self.reported_users.add(user_id)
                    self.rejected.append(user.record.rejected(user.fault))
            else:
                known.members.setdefault(user_id, user.student if user else RosterStudent("", source_id=user_id))

    def _standing(self, record: _Record) -> tuple[str, bool]:
        """Why an enrollment cannot be taken, and whether it is over."""
        status = _status(record)
        if status == "gone":
            return "", True
        if status != "active":
            return status, False
        end = record.text("endDate")
        if not end:
            return "", False
        try:
            return "", date.fromisoformat(end[:10]) <= self.today
        except ValueError:
            return f"endDate '{end}' is not a date like 2027-05-27", False

    # -- result ----------------------------------------------------------------------------------------------

    def _section(self, one: _Class, twice: set[str]) -> RosterSection:
        return replace(
            one.section,
            teacher=self._teacher(one),
            students=tuple(_without(student, twice) for student in one.members.values()),
            complete=one.complete and self.all_complete and self.modes["enrollments"] != "absent",
        )

    def _teacher(self, one: _Class) -> str | None:
        teachers = [user for user, primary in one.teachers.items() if primary]
        if not teachers and len(one.teachers) == 1 and self.modes["enrollments"] == "bulk":
            teachers = list(one.teachers)
        user = self.users.get(teachers[0]) if teachers else None
        return (user.student.name or None) if user else None

    def _shared_identifiers(self, others: list[RosterStudent]) -> set[str]:
        """Identifiers of more than one student: no help in telling them apart, so they are not used."""
        students = {one.source_id: one for known in self.classes.values() for one in known.members.values()}
        students.update({one.source_id: one for one in others})
        counts = Counter(one.school_id for one in students.values() if one.school_id)
        twice = {school_id for school_id, number in counts.items() if number > 1}
        if twice:
            self.notes.append(f"identifiers that several students share are not used: {', '.join(sorted(twice)[:5])}")
        return twice

    def _incomplete(self, class_id: str) -> None:
        if class_id in self.classes:
            self.classes[class_id].complete = False

    def _members(self, class_id: str) -> Mapping[str, RosterStudent]:
        return self.classes[class_id].members if class_id in self.classes else {}

    def _refused(self, why: str, todo: str = "") -> Refused:
        return Refused(f"{self.shown} is not read", why, todo)


def _status(record: _Record) -> str:
    """active, gone, or why it is neither."""
    status = record.text("status").casefold()
    if status in _GONE:
        return "gone"
    return "active" if status in ("", "active") else f"status is '{status}'; active or tobedeleted is meant"


def _gifted_column(columns: Mapping[str, int]) -> str:
    """An extension column that says who is identified: the standard has none."""
    for name in columns:
        if "".join(char for char in fold(name.removeprefix("metadata.")) if char.isalnum()) in GIFTED_HEADERS:
            return name
    return ""


def _without(student: RosterStudent, shared: set[str]) -> RosterStudent:
    return replace(student, school_id=None) if student.school_id in shared else student
