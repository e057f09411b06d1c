"""What taking a roster in would change. Pure: the service turns a plan into entries."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, TypeVar

from observe.domain.roster import (
    Existing,
    ExistingMember,
    ExistingSection,
    ExistingStudent,
    ImportPlan,
    MemberStep,
    Proposal,
    RosterFile,
    RosterSection,
    RosterStudent,
    SectionStep,
    StudentStep,
    Unclear,
)

NewId = Callable[[RosterSection | RosterStudent], str]
Known = TypeVar("Known", ExistingSection, ExistingStudent)


def plan_import(
    existing: Existing, incoming: RosterFile, keep_missing: bool = False, new_id: NewId | None = None
) -> ImportPlan:
    """What taking `incoming` in would change. The same file again changes nothing.

    Sections match on the source id, else on a name that is unique. Students match on school id or source id among all
    of the team; else on the exact name within the section, when the ids of both sides allow it and it is clear who is
    meant. Two rows never become one student unless they carry the same id. What the file leaves blank stays as it is
    known. Who is missing from a section of the file becomes inactive, unless `keep_missing` or the file is a delta.
    `new_id` gives what is added its id; without it the ids are stand-ins ("new-1", ...).
    """
    numbers = count(1)
    return _Planner(existing, incoming, keep_missing, new_id or (lambda _: f"new-{next(numbers)}")).plan()


_SECTION_FIELDS = ("name", "source_id", "teacher", "room", "period", "grade")
_STUDENT_FIELDS = ("name", "school_id", "source_id", "grade", "identified", "area")


@dataclass(slots=True, eq=False)
class _Child:
    """One student of the file: every row that carries the same id, or the one row without."""

    student: RosterStudent
    rows: dict[int, RosterStudent] = field(default_factory=dict)  # by position of the section in the file
    known: ExistingStudent | None = None
    unclear: bool = False


class _Planner:
    def __init__(self, existing: Existing, incoming: RosterFile, keep_missing: bool, new_id: NewId) -> None:
        self.existing, self.incoming, self.new_id = existing, incoming, new_id
        self.keep_missing = keep_missing or incoming.keep_missing
        self.members = {(member.section_id, member.student_id): member for member in existing.members}
        self.students = {student.id: student for student in existing.students}
        self.members_of: dict[str, list[ExistingMember]] = defaultdict(list)
        for member in existing.members:
            self.members_of[member.section_id].append(member)
        self.namesakes: dict[str, list[ExistingStudent]] = defaultdict(list)
        for student in existing.students:
            self.namesakes[student.name].append(student)
        self.added: dict[str, list[tuple[ExistingStudent, set[str]]]] = defaultdict(list)
        self.claimed: set[str] = set()
        self.unsure: set[tuple[str, str]] = set()  # (section, student): not to be taken as missing
        self.proposals: list[Proposal] = []
        self.unclear: list[Unclear] = []

    def plan(self) -> ImportPlan:
        matched = self._match_sections()
        children = self._children(matched)
        self._match_ids(children)
        self._match_names(children, {position: known for position, known in matched.items() if known})

        section_steps = {
            position: self._step_section(self.incoming.sections[position], known) for position, known in matched.items()
        }
        students, members = [], []
        here: set[tuple[str, str]] = set()
        for child in children:
            step = self._step_student(child, section_steps)
            if step is None:
                continue
            students.append(step)
            for position, row in child.rows.items():
                members.append(self._step_member(section_steps[position].section.id, step.student.id, row))
                here.add((members[-1].member.section_id, step.student.id))
        ended = self._ids(self.existing.sections, self.incoming.removed.sections)
        gone = self._gone({position: step.section.id for position, step in section_steps.items()}, ended) - here
        members += [self._leave(self.members[pair]) for pair in self.members if pair in gone]
        return ImportPlan(
            tuple(section_steps.values()),
            tuple(students),
            tuple(members),
            tuple(sorted(ended)),
            tuple(dict.fromkeys(self.proposals)),
            tuple(self.unclear),
        )

    # -- who is who ------------------------------------------------------------------------------------------

    def _match_sections(self) -> dict[int, ExistingSection | None]:
        """The section known for each one of the file, by position; one that cannot be told is left out."""
        matched: dict[int, ExistingSection | None] = {}
        claimed: set[str] = set()
        for position, section in enumerate(self.incoming.sections):
            known = [one for one in self.existing.sections if section.source_id and one.source_id == section.source_id]
            if known:
                # Two devices may have taken the same file in: both settle on the same one of the two.
                first = min(known, key=lambda one: one.id)
                matched[position] = first
                claimed.add(first.id)
        rest = [(at, section) for at, section in enumerate(self.incoming.sections) if at not in matched]
        rivals = defaultdict(list)
        for at, section in rest:
            rivals[section.name.casefold()].append(at)
        for at, section in rest:
            if not section.name:
                self.unclear.append(Unclear(section.source_id or "", "", "the file changes a section not known here"))
                continue
            known = [
                one
                for one in self.existing.sections
                if one.id not in claimed
                and (one.id == section.name or one.name.casefold() == section.name.casefold())
                and not (one.source_id and section.source_id)
            ]
            if len(known) > 1:
                self.unclear.append(Unclear(section.name, "", f"{len(known)} sections have this name"))
            else:
                matched[at] = known[0] if known and len(rivals[section.name.casefold()]) == 1 else None
        return dict(sorted(matched.items()))

    def _children(self, matched: Iterable[int]) -> list[_Child]:
        children: dict[tuple[str, Any], _Child] = {}
        for position in matched:
            for row in self.incoming.sections[position].students:
                child = children.setdefault(_key(row) or ("row", len(children)), _Child(row))
                child.rows.setdefault(position, row)
                child.student = _filled(child.student, row)
        for row in self.incoming.others:
            key = _key(row)
            if key:
                child = children.setdefault(key, _Child(row))
                child.student = _filled(child.student, row)
        return list(children.values())

    def _match_ids(self, children: list[_Child]) -> None:
        for name in ("school_id", "source_id"):
            by_id = defaultdict(list)
            for student in self.existing.students:
                by_id[getattr(student, name)].append(student)
            for child in children:
                wanted = getattr(child.student, name)
                found = [one for one in by_id[wanted] if one.id not in self.claimed] if wanted else []
                if child.known is None and found:
                    self._claim(child, min(found, key=lambda one: one.id))
                for other in found:
                    if child.known and other.id != child.known.id:
                        self.proposals.append(Proposal(child.known.id, other.id, "same id"))

    def _match_names(self, children: list[_Child], sections: dict[int, ExistingSection]) -> None:
        in_section: dict[int, list[_Child]] = defaultdict(list)
        for child in children:
            for position in child.rows:
                in_section[position].append(child)
        unclear: dict[_Child, str] = {}
        before = -1
        # Who is told apart in one section may make another one clear.
        while before != len(self.claimed):
            before = len(self.claimed)
            unclear = {}
            for position, section in sections.items():
                unclear |= self._match_in(position, section, in_section[position])
        for child, reason in unclear.items():
            child.unclear = True
            for position in child.rows:
                self.unclear.append(Unclear(self.incoming.sections[position].name, child.student.name, reason))
                if position in sections:
                    # Any of them may be the one: none is taken to have left.
                    maybe = [one.id for one in self.namesakes[child.student.name] if one.id not in self.claimed]
                    self.unsure |= {(sections[position].id, one) for one in maybe}

    def _match_in(self, position: int, section: ExistingSection, children: list[_Child]) -> dict[_Child, str]:
        """Claims in one section those whose name tells who they are. Returns those who cannot be told, and why."""
        rows = defaultdict(list)
        for child in children:
            if child.known is None and child.student.name:
                rows[child.student.name].append(child)
        pools = defaultdict(list)
        for member in self.members_of[section.id]:
            known = self.students.get(member.student_id)
            if known and known.id not in self.claimed and known.name in rows:
                pools[known.name].append(member)
        unclear: dict[_Child, str] = {}
        for name, pool in pools.items():
            unclear |= self._pair(position, rows[name], sorted(pool, key=lambda member: member.student_id))
        return unclear

    def _pair(self, position: int, children: list[_Child], pool: list[ExistingMember]) -> dict[_Child, str]:
        """Children of one name with the members of that name. One and one are the same child; of more than one, only
        those for whom nothing would change, since a wrong guess swaps the histories of two children."""
        pool = [one for one in pool if any(_may_be(child.student, self.students[one.student_id]) for child in children)]
        children = [
            child for child in children if any(_may_be(child.student, self.students[one.student_id]) for one in pool)
        ]
        active = [member for member in pool if member.active]
        if len(active) >= len(children):
            pool = active
        if len(children) == len(pool) == 1:
            self._claim(children[0], self.students[pool[0].student_id])
            return {}
        alike = defaultdict(list)
        for child in children:
            alike[(child.student, child.rows[position].group)].append(child)

        def unchanged(student: RosterStudent, group: str | None) -> list[ExistingMember]:
            return [
                member
                for member in pool
                if member.student_id not in self.claimed
                and (not group or group == member.group)
                and _may_be(student, self.students[member.student_id])
                and not _merge(self.students[member.student_id], student, _STUDENT_FIELDS)[1]
            ]

        for (student, group), same in sorted(alike.items(), key=lambda item: len(unchanged(*item[0]))):
            twins = unchanged(student, group)
            if len(twins) <= len(same):
                for child, member in zip(same, twins, strict=False):
                    self._claim(child, self.students[member.student_id])
        rest = [child for child in children if child.known is None]
        if not rest or all(member.student_id in self.claimed for member in pool):
            return {}
        reason = f"{len(children)} rows and {len(pool)} students have this name; give them student IDs"
        return dict.fromkeys(rest, reason)

    def _claim(self, child: _Child, known: ExistingStudent) -> None:
        child.known = known
        self.claimed.add(known.id)

    # -- what changes ----------------------------------------------------------------------------------------

    def _step_section(self, section: RosterSection, known: ExistingSection | None) -> SectionStep:
        if known is None:
            added, _ = _merge(ExistingSection(self.new_id(section), ""), section, _SECTION_FIELDS)
            return SectionStep("add", added)
        # What was found by its name or its id keeps the name as it is written here.
        found_by_source = section.source_id and section.source_id == known.source_id
        merged, changed = _merge(known, section, _SECTION_FIELDS if found_by_source else _SECTION_FIELDS[1:])
        return SectionStep("update" if changed else "same", merged, changed)

    def _step_student(self, child: _Child, sections: dict[int, SectionStep]) -> StudentStep | None:
        if child.known:
            merged, changed = _merge(child.known, child.student, _STUDENT_FIELDS)
            return StudentStep("update" if changed else "same", merged, changed)
        if child.unclear or not child.rows:
            return None
        if not child.student.name:
            where = sections[next(iter(child.rows))].section.name
            self.unclear.append(
                Unclear(where, child.student.source_id or "", "the file changes a student not known here")
            )
            return None
        student, _ = _merge(ExistingStudent(self.new_id(child.student), ""), child.student, _STUDENT_FIELDS)
        here = {sections[position].section.id for position in child.rows}
        for other in self.namesakes[student.name]:
            # Other ids are other children, except where one drops out of the section just as the other comes.
            beside = any((section, other.id) in self.members for section in here)
            if other.id not in self.claimed and (beside or _may_be(child.student, other)):
                self.proposals.append(Proposal(student.id, other.id, "same name"))
        for other, there in self.added[student.name]:
            if _may_be(child.student, other) and not there & here:
                self.proposals.append(Proposal(student.id, other.id, "same name"))
        self.added[student.name].append((student, here))
        return StudentStep("add", student)

    def _step_member(self, section_id: str, student_id: str, row: RosterStudent) -> MemberStep:
        known = self.members.get((section_id, student_id))
        if known is None:
            return MemberStep("add", ExistingMember(section_id, student_id, True, row.group or None))
        member = replace(known, active=True, group=row.group or known.group)
        if not known.active:
            return MemberStep("reactivate", member)
        return MemberStep("same" if member == known else "update", member)

    def _gone(self, sections: dict[int, str], ended: set[str]) -> set[tuple[str, str]]:
        removed = self.incoming.removed
        students = self._ids(self.existing.students, removed.students)
        source_sections, source_students = defaultdict(set), defaultdict(set)
        for section in self.existing.sections:
            source_sections[section.source_id].add(section.id)
        for student in self.existing.students:
            source_students[student.source_id].add(student.id)
        named = {
            (section, student)
            for section_source, student_source in removed.members
            for section in source_sections[section_source]
            for student in source_students[student_source]
        }
        whole = {
            section_id
            for position, section_id in sections.items()
            if self.incoming.sections[position].complete and not self.keep_missing
        }
        return {
            pair
            for pair, member in self.members.items()
            if member.active
            and (
                pair in named
                or pair[0] in ended
                or pair[1] in students
                or (pair[0] in whole and pair not in self.unsure)
            )
        }

    @staticmethod
    def _leave(member: ExistingMember) -> MemberStep:
        return MemberStep("deactivate", replace(member, active=False))

    @staticmethod
    def _ids(known: Iterable[ExistingSection | ExistingStudent], source_ids: Iterable[str]) -> set[str]:
        wanted = set(source_ids)
        return {one.id for one in known if one.source_id in wanted}


def _key(row: RosterStudent) -> tuple[str, str] | None:
    if row.source_id:
        return "source", row.source_id
    return ("school", row.school_id) if row.school_id else None


def _filled(student: RosterStudent, row: RosterStudent) -> RosterStudent:
    """The first row's values, and where it has none those of the later ones."""
    blank = {name: getattr(row, name) for name in _STUDENT_FIELDS if getattr(student, name) in (None, "")}
    more = {name: value for name, value in blank.items() if value not in (None, "")}
    return replace(student, **more) if more else student


def _may_be(student: RosterStudent, known: ExistingStudent) -> bool:
    """Whether the ids allow that the two are one child."""
    return _same_id(student.school_id, known.school_id) and (
        not student.source_id or not known.source_id or student.source_id == known.source_id
    )


def _same_id(one: str | None, other: str | None) -> bool:
    # A spreadsheet that opens 004311 saves 4311.
    return not one or not other or one.lstrip("0") == other.lstrip("0")


def _merge(known: Known, said: RosterSection | RosterStudent, names: Iterable[str]) -> tuple[Known, tuple[str, ...]]:
    """`known` with what the file says, and the names of the fields that differ. A blank says nothing."""
    changes: dict[str, Any] = {}
    for name in names:
        old, new = getattr(known, name), getattr(said, name)
        if new in (None, "") or new == old:
            continue
        if name == "school_id" and old and _same_id(old, new) and len(new) < len(old):
            continue
        changes[name] = new
    return replace(known, **changes), tuple(changes)
