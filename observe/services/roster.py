"""Taking rosters in: a file becomes a plan, a plan becomes entries."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from observe.domain.errors import Refused
from observe.domain.frozen import dataclass
from observe.domain.live import deal_letters
from observe.domain.roster import (
    Existing,
    ExistingMember,
    ExistingSection,
    ExistingStudent,
    ImportPlan,
    Rejected,
    RosterFile,
    Unclear,
)
from observe.domain.roster_plan import plan_import
from observe.services.home import Home
from observe.store import rosters
from observe.store.journal import Act

FILE_LIMIT = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do. `changed` False: everything was so already."""

    changed: bool
    counts: dict[str, dict[str, int]]
    """For sections, students and members: how many were added, updated, left alone, left (inactive)."""
    left: tuple[str, ...]
    """Names of those who are not in the file any more, and are inactive now."""
    rejected: tuple[Rejected, ...]
    unclear: tuple[Unclear, ...]
    proposals: tuple[tuple[str, str, str], ...]
    notes: tuple[str, ...]


class _DryRun(Exception):
    """Ends the transaction of a dry run without a change."""

    def __init__(self, result: Imported) -> None:
        self.result = result


def read_roster(path: Path, section: str | None, today: date) -> RosterFile:
    """A plain CSV, or a OneRoster folder or zip. Raises Refused for what is neither."""
    from observe.exchange.oneroster import read_oneroster
    from observe.exchange.plain_roster import read_plain

    if path.is_dir() or path.suffix.lower() == ".zip":
        return read_oneroster(path, today)
    try:
        with path.open("rb") as file:
            data = file.read(FILE_LIMIT + 1)
    except OSError as error:
        raise Refused(f"{path.name} cannot be read", error.strerror or str(error), "check the file") from error
    return read_plain(data, path.name, section)


def import_rosters(
    home: Home, files: Sequence[RosterFile], *, keep_missing: bool = False, partial: bool = False, dry_run: bool = False
) -> Imported:
    """Take rosters in, all of them or nothing. Rejected rows refuse the whole unless `partial`. Raises Refused."""

    def change(act: Act) -> Imported:
        # The act begins with where it came from, so that undo in a visit never reaches it.
        plans = []
        for file in files:
            plan = plan_import(_existing(home), file, keep_missing, lambda _: home.new_key())
            plans.append(plan)
            if plan.changes:
                act.put("import", home.new_key(), {"what": "roster"}, new=True)
                _apply(home, act, plan)
        result = _result(home, files, plans)
        if dry_run:
            raise _DryRun(result)
        if (result.rejected or result.unclear) and not partial:
            raise _Rejected(result)
        return result

    try:
        return home.write(change)
    except _DryRun as stopped:
        return stopped.result


class _Rejected(Refused):
    """Rows were rejected, so nothing was taken in."""

    def __init__(self, result: Imported) -> None:
        super().__init__(
            "nothing was imported",
            f"{len(result.rejected) + len(result.unclear)} rows cannot be taken in",
            "mend the file, or take the rest in with --partial",
        )
        self.result = result


Rejection = _Rejected


def _existing(home: Home) -> Existing:
    return Existing(
        tuple(ExistingSection(*row) for row in rosters.roster_sections(home.conn)),
        tuple(ExistingStudent(*row) for row in rosters.roster_students(home.conn)),
        tuple(ExistingMember(*row) for row in rosters.roster_members(home.conn)),
    )


def _apply(home: Home, act: Act, plan: ImportPlan) -> None:
    for section_step in plan.sections:
        if section_step.action != "same":
            s = section_step.section
            fields = {name: getattr(s, name) for name in ("name", "source_id", "teacher", "room", "period", "grade")}
            _put(home, act, "section", s.id, fields)
    for student_step in plan.students:
        if student_step.action != "same":
            p = student_step.student
            names = ("name", "school_id", "source_id", "grade", "identified", "area")
            _put(home, act, "student", p.id, {name: getattr(p, name) for name in names})
    seats: dict[str, int] = {}
    for member_step in plan.members:
        if member_step.action == "same":
            continue
        m = member_step.member
        fields = {"section": m.section_id, "student": m.student_id, "active": m.active, "group": m.group}
        if member_step.action == "add":
            last = seats.get(m.section_id) or rosters.last_seat(home.conn, m.section_id)
            seats[m.section_id] = fields["seat"] = last + 1
        _put(home, act, "member", f"{m.section_id}/{m.student_id}", fields)
    for section_id in dict.fromkeys(step.member.section_id for step in plan.members if step.action != "same"):
        _deal_letters(home, act, section_id)


def _put(home: Home, act: Act, kind: str, key: str, fields: dict[str, object]) -> None:
    """The new state, with whatever else the entity had."""
    winner = home.journal.winner(kind, key)
    before = dict(winner.data) if winner and winner.op == "put" else {}
    act.put(kind, key, {**before, **{name: value for name, value in fields.items() if value is not None}})


def _deal_letters(home: Home, act: Act, section_id: str) -> None:
    """A tile's letter belongs to the roster: dealt once, kept all year."""
    students = [s for s in rosters.students(home.conn, section_id) if s.active]
    dealt = deal_letters(students)
    for student in students:
        if dealt.get(student.id, "") != student.letter:
            _put(home, act, "member", f"{section_id}/{student.id}", {"letter": dealt.get(student.id, "")})


def _result(home: Home, files: Sequence[RosterFile], plans: Sequence[ImportPlan]) -> Imported:
    names = rosters.student_names(home.conn)
    classes = {s.id: s.name for s in rosters.sections(home.conn)}
    left = [s.member.student_id for plan in plans for s in plan.members if s.action == "deactivate"]
    return Imported(
        changed=any(plan.changes for plan in plans),
        counts={
            "sections": _counts(s.action for plan in plans for s in plan.sections),
            "students": _counts(s.action for plan in plans for s in plan.students),
            "members": _counts(s.action for plan in plans for s in plan.members),
        },
        left=tuple(names.get(id, "") for id in dict.fromkeys(left)),
        rejected=tuple(r for file in files for r in file.rejected),
        unclear=tuple(u for plan in plans for u in plan.unclear),
        proposals=tuple(
            (names.get(p.student_id, ""), names.get(p.other_id, ""), p.reason) for plan in plans for p in plan.proposals
        ),
        notes=(
            *(note for file in files for note in file.notes),
            *(
                f"{classes.get(id) or 'a class'}: ended, says the file; its students are marked as left"
                for plan in plans
                for id in plan.ended_sections
            ),
        ),
    )


def _counts(actions: Iterable[str]) -> dict[str, int]:
    words = {"add": "added", "update": "updated", "reactivate": "updated", "deactivate": "left", "same": "unchanged"}
    counts = dict.fromkeys(("added", "updated", "unchanged", "left"), 0)
    for action in actions:
        counts[words[action]] += 1
    return counts
