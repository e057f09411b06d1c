"""Bringing a home back: from a damaged database, or to an earlier backup.

Both build the new database beside the old one, whole and synced, and then replace the old one's bytes
while no process has it open. A crash on the way leaves either the old database, or one that opens as
damaged and whose replacement `recover` finds ready.
"""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from observe.domain.codec import iso
from observe.domain.entries import Entry
from observe.domain.errors import Refused
from observe.domain.frozen import dataclass
from observe.domain.ports import Platform
from observe.services.backups import backups_of, check_backup, daily_backup, need_room, no_room, put_in_place
from observe.services.home import KEY, identity_of, keep_former_key, new_identity, open_home
from observe.store import maintenance, salvage, wal
from observe.store.connection import Corrupt, Database
from observe.store.redact import REDACTION_DUE

_CHUNK = 1 << 20
_FIRST_PAGE = 4096
_NEW_KEY = KEY + ".new"


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a home holds after its database was replaced.

    `until`: stamp (ms) of the latest entry. `from_backups`: entries of which only a backup had a readable
    copy. `missing`: entries of which nothing had one, as far as the numbers of others show. `aside`: where
    the files lie that were here before; None when there were none.
    """

    why: str
    entries: int
    until: int | None
    aside: Path | None
    from_backups: int = 0
    missing: int = 0
    settings_lost: bool = False

    def words(self) -> list[str]:
        """What happened, a line each, for whoever uses this home."""
        latest = f", the latest of {iso(self.until)}" if self.until is not None else ""
        lines = [f"{self.why}; it has {self.entries} entries now{latest}"]
        if self.from_backups:
            lines.append(f"{self.from_backups} of them were readable in a backup only")
        if self.missing:
            lines.append(f"{self.missing} entries are missing: there was no readable copy of them")
        if self.settings_lost:
            lines.append("the settings of this device were not readable: see `observe settings`")
        if self.aside is not None:
            lines.append(f"the files as they were lie in {self.aside}")
        lines.append("this device writes under a new id from here on, so that no number is given out twice")
        return lines


def recover(path: Path, platform: Platform, progress: Callable[[str], None] = lambda _: None) -> Recovered:
    """Set the damaged database of a home aside and rebuild it from all that can be read.

    Takes seconds, or a minute or two for years of visits; `progress` is told what is being done.
    Sources: its own pages and write-ahead log, and the backups of this life of the home. Raises Refused,
    and has changed nothing then, when another process has it open or there is no room.
    """
    with _alone(path, platform) as held, _room_said():
        if _interrupted(path, held):
            _replace(path, platform, held)
            what = Recovered("the log is whole again: what had been interrupted is finished", 0, None, None)
        else:
            need_room(path, platform, 2 * held.seek(0, os.SEEK_END))
            aside = _set_aside(path, platform, held)
            what = _rebuild(path, platform, aside, progress)
            _replace(path, platform, held)
    return _counted(path, platform, what)


def restore(
    path: Path, platform: Platform, source: Path, progress: Callable[[str], None] = lambda _: None
) -> Recovered:
    """Bring the home back to what a backup holds, all of it or nothing; what was here goes to `aside/`.

    Students and visits purged here stay purged. Raises Refused for what is no backup, and while another
    process has the home open.
    """
    check_backup(source)
    with _room_said():
        platform.private_dir(path)
        need_room(path, platform, 2 * source.stat().st_size)
        purges, due = _purges(path / "observe.db")
    with _alone(path, platform) as held, _room_said():
        progress(f"reading {source.name}")
        with _building(path, platform, source) as (database, device):
            maintenance.merge(database, purges, device, platform.wall_ms())
            maintenance.new_life(database, device, {REDACTION_DUE: due})
        aside = _set_aside(path, platform, held) if held.seek(0, os.SEEK_END) else None
        _replace(path, platform, held)
    return _counted(path, platform, Recovered(f"the log is as it was in {source.name}", 0, None, aside))


def _purges(file: Path) -> tuple[list[Entry], str | None]:
    """The purges of a log, and whether files may still hold what they erased: as far as it can be read."""
    try:
        with maintenance.reading(file) as conn:
            purges = list(maintenance.every(conn, "purge"))
        return purges, maintenance.beside_entries(file).settings.get(REDACTION_DUE)
    except Refused:
        found = salvage.entries(file) if file.is_file() else []
        return [entry for entry in found if entry.kind == "purge"], None


# -- rebuilding ----------------------------------------------------------------------------------------


def _rebuild(path: Path, platform: Platform, aside: Path, progress: Callable[[str], None]) -> Recovered:
    damaged = aside / "observe.db"
    found = _Found()
    found.read(damaged)
    if found.newer:
        shutil.rmtree(aside)
        raise Refused("the log is damaged", "a newer version of observe wrote it", "update observe, then try again")
    mine = identity_of(path)
    lives = {backup: _life(backup) for backup in backups_of(path)}
    with _building(path, platform, None) as (database, device):
        now = platform.wall_ms()
        # What a backup has is surely what was written; the damaged file has the last word on the rest only.
        for backup, life in lives.items():
            if life is not None and mine in (life, None):
                progress(f"reading {backup.name}")
                try:
                    found.merge(database, maintenance.unknown_in(database, backup), device, now)
                except Corrupt:
                    found.merge(database, salvage.entries(backup), device, now)
                found.read(backup)
        progress("reading what is left of the damaged log")
        own = salvage.entries(damaged)
        found.merge(database, own, device, now)
        for backup in lives:  # of another life, or damaged too: better than nothing
            if not maintenance.counts(database.conn)[0]:
                found.merge(database, salvage.entries(backup), device, now)
                found.read(backup)
        settings = found.settings or {}
        due = settings.get(REDACTION_DUE) or ("1" if found.purged else None)
        progress("putting it together")
        keys = maintenance.notable(database.conn)
        maintenance.new_life(database, device, {**settings, REDACTION_DUE: due})
        maintenance.keep_private_notes(database, {**salvage.private_notes(damaged, keys), **found.notes})
        elsewhere = maintenance.counts(database.conn)[0] - len(own)
        missing = max(0, _numbers(maintenance.gaps(database.conn)) - found.gone)
    return Recovered("the log was damaged, and is rebuilt", 0, None, aside, elsewhere, missing, not settings)


class _Found:
    """What lies beside the entries, from the first place where it can be read."""

    def __init__(self) -> None:
        self.newer = False
        self.settings: dict[str, str] | None = None
        self.notes: dict[tuple[str, str], str] = {}
        self.gone = 0
        self.purged = False

    def read(self, file: Path) -> None:
        """What a database says where nothing said it before; nothing when it cannot be read."""
        try:
            beside = maintenance.beside_entries(file)
        except Refused:
            return
        self.newer = self.newer or beside.newer
        self.notes = {**beside.notes, **self.notes}
        if self.settings is None:
            self.settings, self.gone = beside.settings, _numbers(beside.gaps)

    def merge(self, database: Database, entries: Iterable[Entry], device: str, now: int) -> None:
        """Take entries in, and note whether a purge reached any of them."""
        self.purged |= maintenance.merge(database, entries, device, now)


def _numbers(gaps: dict[str, list[list[int]]]) -> int:
    return sum(last - first + 1 for some in gaps.values() for first, last in some)


def _life(backup: Path) -> str | None:
    """The device that a backup was made by; None when it cannot be used."""
    try:
        check_backup(backup)
        return maintenance.beside_entries(backup).device
    except Refused:
        return None


# -- the files -----------------------------------------------------------------------------------------


def _part(path: Path) -> Path:
    return path / "observe.db.part"


def _ready(path: Path) -> Path:
    return path / "observe.db.new"


@contextmanager
def _alone(path: Path, platform: Platform) -> Iterator[BinaryIO]:
    with ExitStack() as stack:
        try:
            held = stack.enter_context(platform.alone(path / "observe.db"))
        except BlockingIOError as error:
            todo = "close it, then try again"
            raise Refused("nothing was changed", "another observe has this home open", todo) from error
        except OSError as error:
            raise Refused(
                "the log cannot be opened", error.strerror or str(error), "check the home's folder"
            ) from error
        yield held


@contextmanager
def _room_said() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise no_room(error) from error


@contextmanager
def _building(path: Path, platform: Platform, source: Path | None) -> Iterator[tuple[Database, str]]:
    """A database beside the home's, a copy of `source` or empty, and its new device id; ready when the block ends."""
    part, ready = _part(path), _ready(path)
    for left in (part, ready, path / _NEW_KEY):
        left.unlink(missing_ok=True)
    try:
        platform.private_file(part)
        if source is not None:
            maintenance.copy_into(source, part)
        database = Database(part)
        try:
            yield database, new_identity(path, platform, _NEW_KEY)
            maintenance.compact(database)  # what a purge erased on the way leaves no trace
            maintenance.seal(database)
        finally:
            database.close()
        put_in_place(part, ready, platform)
    except BaseException:
        (path / _NEW_KEY).unlink(missing_ok=True)
        raise
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            wal.beside(part, suffix).unlink(missing_ok=True)


def _set_aside(path: Path, platform: Platform, held: BinaryIO) -> Path:
    """A copy of the files as they are, in a folder of its own."""
    name = iso(platform.wall_ms()).replace(":", "")
    folder = path / "aside" / name
    platform.private_dir(path / "aside")
    platform.private_dir(folder)
    held.seek(0)
    _write(folder / "observe.db", held, platform)
    for suffix in ("-wal", "-shm"):
        beside = wal.beside(path / "observe.db", suffix)
        if beside.is_file():
            with beside.open("rb") as file:
                _write(folder / beside.name, file, platform)
    platform.fsync_dir(folder)
    return folder


def _write(target: Path, source: BinaryIO, platform: Platform) -> None:
    platform.private_file(target)
    with target.open("r+b") as file:
        shutil.copyfileobj(source, file, _CHUNK)
        file.flush()
        platform.fsync_file(file.fileno())


def _interrupted(path: Path, held: BinaryIO) -> bool:
    """Whether a replacement was begun and not finished: it blanks the first page before all else."""
    held.seek(0)
    return _ready(path).exists() and not any(held.read(_FIRST_PAGE))


def _replace(path: Path, platform: Platform, held: BinaryIO) -> None:
    """Put the bytes of the new database in the place of the old one's."""

    def write(at: int, source: BinaryIO | bytes) -> None:
        held.seek(at)
        if isinstance(source, bytes):
            held.write(source)
        else:
            shutil.copyfileobj(source, held, _CHUNK)
            held.truncate()
        held.flush()
        platform.fsync_file(held.fileno())

    database = path / "observe.db"
    with _ready(path).open("rb") as new:
        first = new.read(_FIRST_PAGE)
        write(0, bytes(_FIRST_PAGE))  # from here on, whatever happens, it opens as damaged
        for suffix in ("-wal", "-shm"):
            wal.beside(database, suffix).unlink(missing_ok=True)
        wal.forget(database)
        write(_FIRST_PAGE, new)
    if (path / _NEW_KEY).exists():
        keep_former_key(path, platform)
        os.replace(path / _NEW_KEY, path / KEY)
    write(0, first)
    _ready(path).unlink()
    platform.fsync_dir(path)


def _counted(path: Path, platform: Platform, what: Recovered) -> Recovered:
    """With what the home holds now; and the first backup of its new life is made."""
    home = open_home(path, platform)
    try:
        entries, until, _ = maintenance.counts(home.conn)
        try:
            daily_backup(home)
        except Refused:
            pass  # `doctor` will say that there is none
    finally:
        home.close()
    return replace(what, entries=entries, until=until)
