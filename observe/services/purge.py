"""Erasing a student or a visit on request: from the log, and then from every file of this home."""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from observe.domain.codec import iso, ms_of
from observe.domain.entries import Entry
from observe.domain.errors import Refused
from observe.domain.frozen import dataclass
from observe.domain.names import clean_name, plain
from observe.domain.shapes import FREE_TEXT
from observe.services import find
from observe.services.backups import backups_of, check_backup, need_room, no_room, put_in_place
from observe.services.home import Home
from observe.store import copies, local, maintenance, queries, rosters, wal
from observe.store.connection import Database
from observe.store.intake import receive
from observe.store.redact import REDACTION_DUE

_SAID = {
    "section": "class's name",
    "observation": "note",
    "note": "note",
    "private_note": "private note",
    "reflection": "reflection",
    "visit.title": "title",
    "plan": "line of a plan",
    "member": "group's name",
    "groups": "group's name",
    "move": "group's name",
    "compacting": "compacting agreement",
    "meeting.missed": "reason why a meeting was missed",
    "alone": "word of a teacher",
    "commitment": "promise",
    "agreement": "line of a working agreement",
    "next_step": "next step of another child",
    "sent": "word on whom a page went to",
}
"""Kinds in which people write, and what sort of text that is."""
_TAKEN = {
    "student": "entry on the roster",
    "member": "place in a section",
    "observation": "observation",
    "next_step": "next step",
}
_OTHERWISE = {
    ("observation", "reason"): "reason",
    ("observation", "group"): "group's name",
    ("note", "group"): "group's name",
}
_LABELS = {"groups": ("groups",)}
"""Typed words that are no text of their own."""
_ADULTS = frozenset((kind, "teacher") for kind in ("section", "alone", "commitment", "agreement"))
"""Names of teachers, who may well be called like a child of the class."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A text elsewhere that has the purged name in it: which visit, if any, when (ms), and what sort of text."""

    visit: str | None
    at: int | None
    what: str


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge took from the log (how many of each kind), and what may still name the child."""

    redacted: Mapping[str, int]
    mentions: tuple[Mention, ...] = ()

    def words(self) -> list[str]:
        """What happened, a line each."""
        took = [f"{n} x {_TAKEN.get(kind) or _SAID.get(kind, kind)}" for kind, n in sorted(self.redacted.items())]
        lines = [f"redacted in the log: {', '.join(took) or 'nothing was left to redact'}"]
        for mention in self.mentions:
            when = f" at {iso(mention.at)}" if mention.at is not None else ""
            where = f" in visit {mention.visit}" if mention.visit is not None else ""
            what = f"a {mention.what}{where}{when}"
            lines.append(f"may name this student, and was left as it is: {what}")
        return lines


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What was done to the files of the home: backups written anew, and files destroyed, by their path in it."""

    rewritten: tuple[str, ...] = ()
    destroyed: tuple[str, ...] = ()

    def words(self) -> list[str]:
        """What happened, a line each."""
        lines = [f"written anew without it: {name}" for name in ("observe.db", *self.rewritten)]
        return lines + [f"destroyed: {name}" for name in self.destroyed]


def student_to_purge(home: Home, name: str) -> str:
    """STUDENT: an id, or a unique full name among all students; the id. Raises Refused."""
    if rosters.is_student(home.conn, name):
        return name
    name = clean_name(name)  # as the name was cleaned when it came in
    names = {id: full for id, full in rosters.student_names(home.conn).items() if full}
    found = [id for id, full in names.items() if full == name]
    found = found or [id for id, full in names.items() if full.casefold() == name.casefold()]
    if len(found) > 1:
        raise Refused("more than one student has this name", ", ".join(sorted(found)), "name one by the id")
    if not found:
        raise Refused(f"student {name[:60]!r} is not known", "nothing was purged", "see `observe students`")
    return found[0]


def visit_to_purge(home: Home, name: str) -> str:
    """VISIT, which must not be open; the id. Raises Refused."""
    visit = find.visit(home, name)
    if visit.started_at is not None and visit.ended_at is None:
        raise Refused(f"visit {visit.id} is open", "what is logged next would be erased too", "end it first")
    return visit.id


def purge(home: Home, kind: str, id: str) -> Purged:
    """Erase a student ("student") or a visit ("visit") by id from the log, in one act; nothing brings it back.

    `finish` does the same for the files of the home and must follow; until it has, it stays due. Raises Refused.
    """
    names = maintenance.names_of(home.conn, id) if kind == "student" else set()
    redacted = home.write(lambda act: act.purge(kind, id))
    return Purged(redacted, _mentions(home, names))


def is_due(home: Home) -> bool:
    """Whether files may still hold what the log no longer does: a purge was interrupted, or came from elsewhere."""
    return home.setting(REDACTION_DUE) is not None


def finish(home: Home, progress: Callable[[str], None] = lambda _: None) -> Cleaned:
    """Bring every file of the home to what the log says. Raises Refused, and remains due then.

    Takes a few seconds a backup for years of visits; `progress` is told what is being done.
    """
    path, due = home.path, home.setting(REDACTION_DUE) or ""
    try:
        # What needs no room comes first.
        destroyed = [file for file in _left_behind(path) if _destroyed(file)]
        for folder in sorted((f for f in path.glob("aside/**/*") if f.is_dir()), reverse=True):
            folder.rmdir()
        _empty_log(home)
        need_room(path, home.platform, 2 * home.database.path.stat().st_size)
        progress("writing the log anew")
        maintenance.compact(home.database)
        _empty_log(home)
        purges = list(maintenance.every(home.conn, "purge"))
        rewritten: list[Path] = []
        for backup in backups_of(path):
            if not _is_clean(home, backup, purges):
                progress(f"writing {backup.name} anew")
                _rewrite(home, backup, purges)
                (rewritten if backup.exists() else destroyed).append(backup)
        for folder in (path / "backups", path):
            if folder.is_dir():
                home.platform.fsync_dir(folder)
        home.local_write(lambda: local.take_back(home.conn, REDACTION_DUE, due))
    except (Refused, OSError) as error:
        said = no_room(error) if isinstance(error, OSError) else error
        why = f"its files still hold what was purged ({said.what}: {said.why})"
        raise Refused("the log is redacted", why, f"{said.todo or 'try again'}, then run `observe doctor`") from error
    return Cleaned(_names(path, rewritten), _names(path, destroyed))


def _names(path: Path, files: Iterable[Path]) -> tuple[str, ...]:
    return tuple(file.relative_to(path).as_posix() for file in files)


def _empty_log(home: Home) -> None:
    if not maintenance.empty_log(home.database):
        raise Refused("the log is in use", "another observe is reading it", "close it")


def _left_behind(path: Path) -> list[Path]:
    """Files that hold words and are no longer needed: databases set aside or half made, and traces."""
    patterns = ("aside/**/*", "trace.log", "observe.db.new", "observe.db.part*", "backups/.*.part*")
    return sorted(file for pattern in patterns for file in path.glob(pattern) if not file.is_dir())


def _destroyed(file: Path) -> bool:
    try:
        file.unlink()
    except FileNotFoundError:  # a copy that was being made has its name by now, and is looked into with the others
        return False
    return True


def _is_clean(home: Home, backup: Path, purges: list[Entry]) -> bool:
    """Whether a backup knows these purges, and holds nothing that they took from the log since it was made."""
    try:
        with maintenance.reading(backup) as conn:
            known = {entry.id for entry in maintenance.every(conn, "purge")}
        return all(entry.id in known for entry in purges) and not copies.left_in(home.database, backup)
    except Refused:
        return False


def _rewrite(home: Home, backup: Path, purges: list[Entry]) -> None:
    """Write a backup anew without what was purged; one that cannot be read cannot be cleaned, and is destroyed."""
    try:
        check_backup(backup)
    except Refused:
        backup.unlink()
        return
    part = backup.with_name(f".{backup.name}.part")
    try:
        home.platform.private_file(part)
        maintenance.copy_into(backup, part)
        left = copies.left_in(home.database, part)
        database = Database(part)
        try:
            with database.transaction():
                copies.erase(database.conn, left)
                receive(database.conn, purges, home.platform.wall_ms())
                local.set_setting(database.conn, REDACTION_DUE, None)
            maintenance.compact(database)
            maintenance.seal(database)
        finally:
            database.close()
        put_in_place(part, backup, home.platform)
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            wal.beside(part, suffix).unlink(missing_ok=True)


# -- what may still name the child ---------------------------------------------------------------------


def _mentions(home: Home, names: set[str]) -> tuple[Mention, ...]:
    """Texts that hold a name as a whole, or a part of it written as a name: for her to look at, never changed."""
    if not names:
        return ()
    names = set(map(plain, names))
    parts = {part for name in names for part in re.split(r"[\s-]+", name) if len(part) > 1}
    named, anyhow = re.compile(_any_of(parts | names)), re.compile(_any_of(names), re.IGNORECASE)
    found: dict[Mention, None] = {}
    for kind, key, data in maintenance.written(home.conn, _SAID):
        for field in (*FREE_TEXT.get(kind, ()), *_LABELS.get(kind, ())):
            if (kind, field) not in _ADULTS and any(
                named.search(text) or anyhow.search(text) for text in map(plain, _texts(data.get(field)))
            ):
                found[_mention(home, kind, key, data, _OTHERWISE.get((kind, field), _SAID[kind]))] = None
    return tuple(sorted(found, key=lambda m: (m.at or 0, m.visit or "", m.what)))


def _texts(value: object) -> list[str]:
    """What a field says in words: a text, or labels by student."""
    found = value.values() if isinstance(value, dict) else (value,)
    return [text for text in found if isinstance(text, str)]


def _any_of(names: set[str]) -> str:
    """Whole words; writing without spaces (from the CJK radicals on) has no words to be whole."""
    bounded = (re.escape(n) if max(map(ord, n)) >= 0x2E80 else rf"(?<!\w){re.escape(n)}(?!\w)" for n in sorted(names))
    return "|".join(bounded)


def _mention(home: Home, kind: str, key: str, data: Mapping[str, Any], what: str) -> Mention:
    said = key if kind == "visit.title" else data.get("visit")
    visit = said if isinstance(said, str) else None
    if kind == "private_note" and visit is not None:
        observed = queries.observation(home.conn, visit, key)
        return Mention(visit, observed.at if observed else _begun(home, visit), what)
    try:
        return Mention(visit, ms_of(data["at"]), what)
    except (KeyError, TypeError, ValueError):
        return Mention(visit, _begun(home, visit), what)


def _begun(home: Home, visit: str | None) -> int | None:
    found = queries.visit(home.conn, visit) if visit is not None else None
    return found.started_at if found else None
