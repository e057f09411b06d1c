"""Rosters: what a file says, what is known already, and what a plan to take the file in consists of.

Texts are clean already (`names.clean_name`). One that is unknown is None or "": the two mean the same here.
"""

from collections.abc import Sequence
from typing import Literal

from observe.domain.frozen import dataclass


@dataclass(frozen=True, slots=True)
class RosterStudent:
    """A student as one row gives it. `name` "" is somebody known by `source_id` already (delta files only)."""

    name: str
    school_id: str | None = None
    grade: str | None = None
    identified: bool | None = None
    area: str | None = None
    group: str | None = None
    source_id: str | None = None


@dataclass(frozen=True, slots=True)
class RosterSection:
    """A section and the students the file puts in it. `name` "" as for a student.

    `complete` False: a row of it was rejected, or the file does not say who is in it; nobody may be taken to have left.
    """

    name: str
    source_id: str | None = None
    teacher: str | None = None
    room: str | None = None
    period: str | None = None
    grade: str | None = None
    students: tuple[RosterStudent, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not taken: the physical line it starts on, counted from 1, why, and its cells."""

    line: int
    file: str
    reason: str
    row: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """Who has left because the file says so, by source ids. `members` are (section, student)."""

    sections: tuple[str, ...] = ()
    students: tuple[str, ...] = ()
    members: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RosterFile:
    """All that one delivery says.

    `notes`: lines for the user on what was guessed or passed over. `keep_missing`: a delta; who is not in it has not
    left. `others`: students described outside any section; they update whom we know, and add nobody.
    """

    sections: tuple[RosterSection, ...]
    rejected: tuple[Rejected, ...] = ()
    notes: tuple[str, ...] = ()
    keep_missing: bool = False
    removed: Removed = Removed()
    others: tuple[RosterStudent, ...] = ()


@dataclass(frozen=True, slots=True)
class ExistingSection:
    """A section that is here."""

    id: str
    name: str
    source_id: str | None = None
    teacher: str | None = None
    room: str | None = None
    period: str | None = None
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class ExistingStudent:
    """A student who is here; in no section perhaps."""

    id: str
    name: str
    school_id: str | None = None
    source_id: str | None = None
    grade: str | None = None
    identified: bool | None = None
    area: str | None = None


@dataclass(frozen=True, slots=True)
class ExistingMember:
    """Who is, or was (not `active`), in which section."""

    section_id: str
    student_id: str
    active: bool
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Existing:
    """Everybody the team knows, those who left included."""

    sections: Sequence[ExistingSection] = ()
    students: Sequence[ExistingStudent] = ()
    members: Sequence[ExistingMember] = ()


@dataclass(frozen=True, slots=True)
class SectionStep:
    """`section` as it is to be; `changed` names the fields that differ from what is known."""

    action: Literal["add", "update", "same"]
    section: ExistingSection
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StudentStep:
    """`student` as it is to be; `changed` names the fields that differ from what is known."""

    action: Literal["add", "update", "same"]
    student: ExistingStudent
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberStep:
    """`member` as it is to be. "update" is another group."""

    action: Literal["add", "reactivate", "update", "same", "deactivate"]
    member: ExistingMember


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two students who may be one, for her to merge or let be. The plan keeps them apart."""

    student_id: str
    other_id: str
    reason: Literal["same id", "same name"]


@dataclass(frozen=True, slots=True)
class Unclear:
    """Rows left out, since taking them in would be a guess. `student` "" means the whole section."""

    section: str
    student: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """In the order of the file; who left comes last. Nothing in it deletes."""

    sections: tuple[SectionStep, ...]
    students: tuple[StudentStep, ...]
    members: tuple[MemberStep, ...]
    ended_sections: tuple[str, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    unclear: tuple[Unclear, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether anything at all would be written."""
        steps: tuple[SectionStep | StudentStep | MemberStep, ...] = (*self.sections, *self.students, *self.members)
        return any(step.action != "same" for step in steps)


def grade_label(text: str) -> str:
    """A grade as people say it: "04", "KG" and "04,05" are 4, K and 4, 5. Anything else stays."""
    parts = [part.strip() for part in text.split(",")]
    plain = [(part.lstrip("0") or "0") if part.isascii() and part.isdigit() else part for part in parts]
    return ", ".join("K" if part.upper() == "KG" else part for part in plain if part)


GIFTED_HEADERS = (
    *("gifted", "giftedyn", "isgifted", "giftedstatus", "giftedtalented", "giftedandtalented"),
    *("gt", "gtyn", "gtstatus", "gate", "tag", "identified", "isidentified", "identifiedgifted"),
)
"""What schools call the column that says who is identified: folded, without anything but letters and digits."""

IDENTIFIED_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("y", "yes", "1", "true", "t", "x", "✓", "gt", "gate", "gifted", "identified"), True),
    **dict.fromkeys(("n", "no", "0", "false", "f"), False),
    **dict.fromkeys(("", "unknown", "?"), None),
}
"""What such a column may hold, in lower case."""
