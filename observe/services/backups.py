"""Copies of the log: one a day in the home, seven kept, and others where she wants them."""

import errno
import os
import re
from contextlib import suppress
from pathlib import Path

from observe.domain.codec import local
from observe.domain.errors import Refused
from observe.domain.frozen import dataclass
from observe.domain.ports import Platform
from observe.services.home import Home
from observe.store import maintenance
from observe.store.connection import Corrupt, damaged

KEPT = 7
RESERVE = 64 << 20
"""Bytes that a copy leaves free: a tap must never wait for room that a backup took."""
ABANDONED_S = 3600
"""A half-made copy that was not written to for so long is nobody's any more."""
_DAILY = re.compile(r"observe-\d{4}-\d\d-\d\d\.db")


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy that was made and checked."""

    file: Path
    entries: int
    size: int


def backups_of(path: Path) -> list[Path]:
    """The daily backups of a home, the newest first."""
    try:
        return sorted((f for f in (path / "backups").iterdir() if _DAILY.fullmatch(f.name)), reverse=True)
    except OSError:
        return []


def daily_backup(home: Home) -> Backup:
    """Copy the log as it is now to this day's backup, and let go of those beyond seven.

    One that could not be made leaves the others alone. Raises Refused.
    """
    folder = home.path / "backups"
    today = local(home.clock.now(), home.zone).date().isoformat()
    try:
        home.platform.private_dir(folder)
        made = _copy(home, folder / f"observe-{today}.db")
        # One of a day that a wrong clock took for a later one must not push today's out.
        for old in [f for f in backups_of(home.path) if f != made.file][KEPT - 1 :]:
            old.unlink(missing_ok=True)
        written = made.file.stat().st_mtime
        for part in folder.glob(".*.part"):  # of one that was killed; another's of now goes on, and may end meanwhile
            with suppress(FileNotFoundError):
                if part.stat().st_mtime < written - ABANDONED_S:
                    part.unlink()
    except OSError as error:
        raise no_room(error) from error
    return made


def backup_to(home: Home, file: Path) -> Backup:
    """Copy the log to a file that is not there yet. Raises Refused."""
    if os.path.exists(file):  # Path's own way raises for a name that is too long
        raise Refused(f"{file} exists", "a backup never replaces a file", "choose another name")
    try:
        return _copy(home, file)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise no_room(error) from error
        raise Refused(f"{file} was not written", error.strerror or str(error), "choose another place") from error


def _copy(home: Home, file: Path) -> Backup:
    need_room(file.parent, home.platform, home.database.path.stat().st_size)
    # Its own name: another process may be making the same day's backup, and each puts a whole one in place.
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    try:
        home.platform.private_file(part)
        maintenance.copy_into(home.database.path, part)
        entries = check_backup(part, any_version=True)
        put_in_place(part, file, home.platform)
    except Refused as error:
        faults = maintenance.quick_check(home.database.path)
        if faults:  # the copy is as the log is: SQLite may even call it a full disk
            raise damaged(home.database.path, faults[0]) from error
        raise
    finally:
        part.unlink(missing_ok=True)
    return Backup(file, entries, file.stat().st_size)


def put_in_place(part: Path, file: Path, platform: Platform) -> None:
    """Give a file that was written whole its name, durably. Raises OSError."""
    with part.open("r+b") as written:
        platform.fsync_file(written.fileno())
    os.replace(part, file)
    platform.fsync_dir(file.parent)


def check_backup(file: Path, *, any_version: bool = False) -> int:
    """How many entries a copy holds. Raises Refused for what is not a whole log, and one this version can write to."""
    if not os.path.isfile(file):
        raise Refused(f"{file} is not there", "a backup is a file that `observe backup` made")
    try:
        with maintenance.reading(file) as conn:
            if not maintenance.is_ours(conn):
                raise Refused(f"{file} is no backup of observe", "it holds no log")
            if maintenance.is_newer(conn) and not any_version:
                raise Refused(f"{file} cannot be used", "a newer version of observe wrote it", "update observe first")
            entries = maintenance.counts(conn)[0]
        faults = maintenance.quick_check(file)
    except Corrupt as error:
        raise Refused(f"{file} is no backup that can be used", error.why, "choose another backup") from error
    if faults:
        raise Refused(f"{file} is damaged", faults[0], "choose another backup")
    return entries


def need_room(place: Path, platform: Platform, size: int) -> None:
    """Refuse what would leave too little room for taps."""
    free = platform.free_bytes(place)
    if free < size + RESERVE:
        missing = (size + RESERVE - free) // (1 << 20) + 1
        raise Refused(
            "there is not enough room", f"{free >> 20} MB are free", f"free {missing} MB more, then try again"
        )


def no_room(error: OSError) -> Refused:
    """What the disk refused, in words."""
    if error.errno == errno.ENOSPC:
        return Refused("the disk is full", "nothing was changed", "free some space, then try again")
    where = f" at {error.filename}" if error.filename else ""
    return Refused(f"the files could not be written{where}", error.strerror or str(error), "check the disk")
