"""The database's schema, step by step. A step that was released never changes; a new one is added below it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils.db import Database

NAMES = ("journal", "projections", "local", "afterwards", "sharing", "practice", "notes_of_groups")
"""Every step this version knows, in order. A home with others was written by a newer version."""

_PROJECTIONS_1 = """
CREATE TABLE section (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, source_id TEXT, teacher TEXT NOT NULL, room TEXT NOT NULL,
    period TEXT NOT NULL, grade TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE student (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, school_id TEXT, source_id TEXT, grade TEXT NOT NULL,
    identified INTEGER, area TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE member (
    section TEXT NOT NULL, student TEXT NOT NULL, active INTEGER NOT NULL, team TEXT NOT NULL,
    seat INTEGER NOT NULL, letter TEXT NOT NULL, PRIMARY KEY (section, student)
) STRICT, WITHOUT ROWID;
CREATE TABLE protocol (
    id TEXT NOT NULL, version INTEGER NOT NULL, parsed TEXT NOT NULL, PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE visit (
    id TEXT PRIMARY KEY, section TEXT, observer TEXT NOT NULL DEFAULT '', title TEXT NOT NULL DEFAULT '',
    protocol_id TEXT NOT NULL DEFAULT '', protocol_version INTEGER NOT NULL DEFAULT 0,
    zone TEXT NOT NULL DEFAULT 'UTC', planned_at INTEGER, planned_minutes INTEGER,
    started_at INTEGER, ended_at INTEGER, estimated_end INTEGER NOT NULL DEFAULT 0,
    roster TEXT NOT NULL DEFAULT '[]'
) STRICT, WITHOUT ROWID;
CREATE INDEX visit_started ON visit (started_at);
CREATE INDEX visit_planned ON visit (planned_at);
CREATE TABLE observation (
    visit TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, ms INTEGER NOT NULL, n INTEGER NOT NULL,
    device TEXT NOT NULL, seq INTEGER NOT NULL, channel TEXT NOT NULL, code TEXT, student TEXT,
    method TEXT NOT NULL, sweep INTEGER, state INTEGER, more TEXT, PRIMARY KEY (visit, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE attendance (
    visit TEXT NOT NULL, student TEXT NOT NULL, present INTEGER NOT NULL, roll INTEGER NOT NULL,
    PRIMARY KEY (visit, student)
) STRICT, WITHOUT ROWID;
CREATE TABLE pause (
    visit TEXT NOT NULL, id TEXT NOT NULL, start_at INTEGER NOT NULL, end_at INTEGER, PRIMARY KEY (visit, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE sweep (
    visit TEXT NOT NULL, number INTEGER NOT NULL, ordering TEXT NOT NULL, students TEXT NOT NULL,
    started_at INTEGER NOT NULL, PRIMARY KEY (visit, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE sweep_end (
    visit TEXT NOT NULL, number INTEGER NOT NULL, ended_at INTEGER NOT NULL, PRIMARY KEY (visit, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE sweep_skip (
    visit TEXT NOT NULL, number INTEGER NOT NULL, student TEXT NOT NULL, PRIMARY KEY (visit, number, student)
) STRICT, WITHOUT ROWID;
CREATE TABLE reflection (
    visit TEXT NOT NULL, field TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (visit, field)
) STRICT, WITHOUT ROWID;
CREATE TABLE act (
    visit TEXT NOT NULL, act INTEGER NOT NULL, undone INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (visit, act)
) STRICT, WITHOUT ROWID;
CREATE TABLE conflict (
    kind TEXT NOT NULL, key TEXT NOT NULL, visit TEXT, PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE tombstone (
    kind TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
"""

_AFTERWARDS = """
CREATE TABLE note (
    visit TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, student TEXT, body TEXT NOT NULL,
    PRIMARY KEY (visit, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE ran (
    visit TEXT NOT NULL, channel TEXT NOT NULL, code TEXT NOT NULL, by_whom TEXT NOT NULL,
    PRIMARY KEY (visit, channel, code)
) STRICT, WITHOUT ROWID;
"""

_PRACTICE = """
CREATE TABLE item (
    kind TEXT NOT NULL, key TEXT NOT NULL, visit TEXT, section TEXT, student TEXT, at INTEGER, ms INTEGER NOT NULL,
    n INTEGER NOT NULL, device TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_visit ON item (visit, kind);
ALTER TABLE sweep ADD COLUMN seed INTEGER;
"""

_NOTES_OF_GROUPS = """
ALTER TABLE note ADD COLUMN about_group TEXT;
"""

PROJECTIONS = _PROJECTIONS_1 + _AFTERWARDS + _PRACTICE + _NOTES_OF_GROUPS
"""All tables that are made from the journal, as they are now."""


def journal(db: "Database") -> None:
    """Truth: append-only, but for what a purge redacts."""
    _script(
        db,
        """
CREATE TABLE entry (
    pos INTEGER PRIMARY KEY, id TEXT NOT NULL, v INTEGER NOT NULL, device TEXT NOT NULL, run INTEGER NOT NULL,
    seq INTEGER NOT NULL, ms INTEGER NOT NULL, n INTEGER NOT NULL, act INTEGER NOT NULL, kind TEXT NOT NULL,
    key TEXT NOT NULL, op TEXT NOT NULL, parents TEXT, data TEXT NOT NULL, extra TEXT, ahead INTEGER
) STRICT;
CREATE UNIQUE INDEX entry_id ON entry (id);
CREATE UNIQUE INDEX entry_seq ON entry (device, seq);
CREATE INDEX entry_key ON entry (key);
CREATE TABLE parent (
    parent TEXT NOT NULL, child TEXT NOT NULL, PRIMARY KEY (parent, child)
) STRICT, WITHOUT ROWID;
""",
    )


def projections(db: "Database") -> None:
    """What the journal says now, in typed tables that can be dropped and made again."""
    _script(db, _PROJECTIONS_1)


def local(db: "Database") -> None:
    """What never leaves this device."""
    _script(
        db,
        """
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE private_note (
    visit TEXT NOT NULL, observation TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (visit, observation)
) STRICT, WITHOUT ROWID;
CREATE TABLE figure (visit TEXT PRIMARY KEY, tally TEXT NOT NULL) STRICT, WITHOUT ROWID;
""",
    )


def afterwards(db: "Database") -> None:
    """Notes of their own, and what ran in a visit by whom."""
    _script(db, _AFTERWARDS)


def sharing(db: "Database") -> None:
    """What this device knows of the shared folder: its files, and what other devices said they have seen."""
    _script(
        db,
        """
CREATE TABLE segment (
    hash TEXT PRIMARY KEY, device TEXT NOT NULL, shelf TEXT NOT NULL, first INTEGER NOT NULL, n INTEGER NOT NULL,
    path TEXT NOT NULL, state TEXT NOT NULL, why TEXT NOT NULL, plain TEXT NOT NULL, missing INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE peer (
    device TEXT PRIMARY KEY, name TEXT NOT NULL, number INTEGER NOT NULL, key TEXT NOT NULL, said TEXT NOT NULL
) STRICT, WITHOUT ROWID;
""",
    )


def practice(db: "Database") -> None:
    """Plans, groups, meetings, compacting, coaching: kinds of few and small entities, in one table."""
    _script(db, _PRACTICE)


def notes_of_groups(db: "Database") -> None:
    """A note may be about a group as one."""
    _script(db, _NOTES_OF_GROUPS)


def _script(db: "Database", sql: str) -> None:
    """Statement by statement: `executescript` would commit the transaction that holds the step and its record."""
    for statement in sql.split(";\n"):
        if statement.strip():
            db.execute(statement)


def migrate(db: "Database") -> None:
    """Bring the database to this version's schema; each step and its record are one transaction."""
    from sqlite_utils.migrations import Migrations

    steps = Migrations("observe")
    for step in (journal, projections, local, afterwards, sharing, practice, notes_of_groups):
        steps(name=step.__name__)(step)
    steps.apply(db)


def projection_tables() -> tuple[str, ...]:
    """Names of the tables that `rebuild` drops and makes again."""
    import re

    return tuple(re.findall(r"CREATE TABLE (\w+)", PROJECTIONS))
