"""`observe doctor`: looks at everything a home rests on, mends what it can, and says the rest in words."""

import os
import stat
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from observe.domain.codec import iso, local
from observe.domain.entries import FAR_AHEAD_MS
from observe.domain.errors import Refused
from observe.domain.frozen import dataclass
from observe.domain.ports import Platform
from observe.services import purge
from observe.services.backups import RESERVE, backups_of, check_backup, daily_backup
from observe.services.home import BALLAST_BYTES, Home, identity_of, make_ballast, new_identity, open_home
from observe.services.recovery import recover
from observe.services.sharing.status import shares
from observe.services.sharing.team import keys_of
from observe.store import maintenance
from observe.store.connection import Corrupt, in_words

STALE_DAYS = 7


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what is so, in words, and whether it is well now."""

    check: str
    text: str
    well: bool = True
    mended: bool = False


def doctor(
    path: Path, platform: Platform, *, rebuild: bool = False, progress: Callable[[str], None] = lambda _: None
) -> Iterator[Finding]:
    """Look at the home at `path` and mend it; findings come as they are made. Raises Refused where there is none.

    Nothing that she logged is ever changed. `rebuild`: make the projections anew, whether they need it or not.
    `progress` is told what takes a while.
    """
    if not path.is_dir():
        raise Refused(f"{path} is no home", "there is no such folder", "choose one with --home")
    yield from _permissions(path, platform)
    try:
        with in_words(path / "observe.db"):
            yield from _examined(path, platform, rebuild, progress)
    except Corrupt as error:
        yield from _recovered(path, platform, error.why, progress)
        yield from _examined(path, platform, rebuild, progress)


def _examined(path: Path, platform: Platform, rebuild: bool, progress: Callable[[str], None]) -> Iterator[Finding]:
    """What is found in a database that can be read. Raises Corrupt."""
    home = _open(path, platform)
    try:
        yield from _journal(home)
        if home.database.read_only:
            yield Finding("version", "a newer version of observe wrote this home: it was only looked at")
            return
        yield from _unfinished(home)
        yield from _identity(home)
        progress("comparing the tables with the log")
        yield from _projections(home, rebuild)
        yield from _clock(home)
        yield from _purges(home, progress)
        yield from _room(home)
        yield from _backups(home)
    finally:
        home.close()


def _open(path: Path, platform: Platform) -> Home:
    """The home, when every page of its database is sound. Raises Corrupt."""
    home = open_home(path, platform)
    faults = maintenance.quick_check(home.database.path)
    if faults:
        home.close()
        raise Corrupt("the log is damaged", faults[0])
    return home


def _recovered(path: Path, platform: Platform, why: str, progress: Callable[[str], None]) -> Iterator[Finding]:
    what = recover(path, platform, progress)
    yield Finding("log", f"the database could not be used as it was: {why}", mended=True)
    for line in what.words():
        yield Finding("log", line, mended=True)
    if what.missing or not what.entries:
        yield Finding("log", "not everything could be brought back", well=False)


def _permissions(path: Path, platform: Platform) -> Iterator[Finding]:
    """0700 and 0600. Other systems than POSIX keep a user's own folders private by themselves."""
    wrong = []
    if sys.platform != "win32":
        for place in [path, *sorted(path.rglob("*"))]:
            mode, wanted = place.lstat().st_mode, 0o700 if place.is_dir() else 0o600
            if stat.S_ISLNK(mode) or mode & 0o777 == wanted:
                continue
            try:
                place.chmod(wanted)
            except OSError:
                pass
            mended = place.lstat().st_mode & 0o777 == wanted
            name = place.relative_to(path).as_posix()
            others = "others could get at it" if mode & 0o077 else "its mode was not as it should be"
            wrong.append(Finding("permissions", f"{name}: {others}", well=mended, mended=mended))
    yield from wrong or [Finding("permissions", "the files of this home are yours alone")]


def _unfinished(home: Home) -> Iterator[Finding]:
    """What a copy or a recovery left that never came to its end. A fresh part may be another process's at work."""
    day_ago = home.platform.wall_ms() / 1000 - 24 * 3600
    parts = [*home.path.glob("observe.db.part*"), *home.path.glob("backups/.*.part*")]
    old = [part for part in parts if part.stat().st_mtime < day_ago]
    # Since the log opens, nothing waits for these two any more.
    for left in [*old, *(f for f in (home.path / "observe.db.new", home.path / "device.key.new") if f.exists())]:
        left.unlink(missing_ok=True)
        yield Finding("files", f"{left.name} was left by something unfinished, and is gone", mended=True)


def _journal(home: Home) -> Iterator[Finding]:
    for _ in maintenance.every(home.conn):
        pass  # on a sound page too an entry may be torn, which reading it says
    entries, until, _ = maintenance.counts(home.conn)
    latest = f", the latest of {iso(until)}" if until is not None else ""
    yield Finding("log", f"the log is sound: {entries} entries{latest}")
    for device, some in maintenance.unknown_gaps(home.conn).items():
        numbers = ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in some[:5])
        if shares(home) and device not in keys_of(home.path):
            yield Finding("entries", f"entries of device {device} have not arrived yet: {numbers}")
        else:
            yield Finding("entries", f"entries of device {device} are missing: {numbers}", well=False)


def _identity(home: Home) -> Iterator[Finding]:
    if identity_of(home.path) == home.journal.device:
        return
    device = new_identity(home.path, home.platform)
    maintenance.new_device(home.database, device)
    home.journal.device = device
    text = "the key of this device was missing or another's: it has a new one, and writes under a new id"
    yield Finding("key", text, mended=True)


def _projections(home: Home, rebuild: bool) -> Iterator[Finding]:
    try:
        changed = _rebuilt(home) if rebuild else _mended(home)
    except Refused as error:
        yield Finding("tables", f"the tables could not be compared with the log: {error}", well=False)
        return
    if changed:
        names = ", ".join(changed)
        yield Finding("tables", f"tables differed from the log and were made anew: {names}", mended=True)
    else:
        done = "were made anew from the log and came out equal" if rebuild else "are what the log says"
        yield Finding("tables", f"the tables {done}")


def _rebuilt(home: Home) -> list[str]:
    return maintenance.remake(home.database, home.journal.device)


def _mended(home: Home) -> list[str]:
    """Compared beside the log, so that nobody waits; made anew only when they differ."""
    scratch = home.path / "observe.db.part-check"
    try:
        scratch.unlink(missing_ok=True)
        home.platform.private_file(scratch)
        differ = maintenance.differing(home.database.path, scratch, home.journal.device)
    finally:
        scratch.unlink(missing_ok=True)
    return _rebuilt(home) if differ else []


def _clock(home: Home) -> Iterator[Finding]:
    _, until, ahead = maintenance.counts(home.conn)
    if ahead:
        yield Finding("clock", f"{ahead} entries came from a clock more than a day ahead; they are kept and marked")
    now = home.clock.now()
    if until is not None and until > now + FAR_AHEAD_MS:
        text = f"this clock says {iso(now)}, and the latest entry is of {iso(until)}: set the clock of this device"
        yield Finding("clock", text, well=False)


def _purges(home: Home, progress: Callable[[str], None]) -> Iterator[Finding]:
    if not purge.is_due(home):
        return
    try:
        cleaned = purge.finish(home, progress)
    except Refused as error:
        yield Finding("purge", str(error), well=False)
    else:
        yield Finding("purge", "a purge had been interrupted, and is finished", mended=True)
        for line in cleaned.words():
            yield Finding("purge", line, mended=True)


def _room(home: Home) -> Iterator[Finding]:
    free = home.platform.free_bytes(home.path)
    if free < RESERVE:
        yield Finding("room", f"only {free >> 20} MB are free on this disk: free some space", well=False)
    else:
        yield Finding("room", f"{free >> 20} MB are free on this disk")
    ballast = home.path / "ballast"
    if ballast.is_file() and ballast.stat().st_size == BALLAST_BYTES:
        return
    try:
        make_ballast(home.path, home.platform)
    except OSError:
        pass
    if ballast.is_file() and ballast.stat().st_size == BALLAST_BYTES:
        yield Finding("reserve", "the reserve for a full disk is there again", mended=True)
    else:
        yield Finding("reserve", "the reserve for a full disk is used up: free some space", well=False)


def _backups(home: Home) -> Iterator[Finding]:
    sound = []
    for backup in backups_of(home.path):
        try:
            check_backup(backup)
            sound.append(backup)
        except Refused as error:
            yield _put_aside(home, backup, error)
    day = timedelta(days=STALE_DAYS)
    stale = (local(home.clock.now(), home.zone).date() - day).isoformat()
    if sound and sound[0].name[len("observe-") : -len(".db")] >= stale:
        yield Finding("backups", f"{len(sound)} backups, the newest is {sound[0].name}")
        return
    try:
        made = daily_backup(home)
        yield Finding("backups", f"there was no recent backup; {made.file.name} is one now", mended=True)
    except Refused as error:
        yield Finding("backups", f"there is no recent backup, and none could be made: {error}", well=False)


def _put_aside(home: Home, backup: Path, error: Refused) -> Finding:
    aside = home.path / "aside"
    try:
        home.platform.private_dir(aside)
        os.replace(backup, aside / backup.name)
    except OSError:
        return Finding("backups", f"{backup.name} cannot be used: {error.why}", well=False)
    return Finding("backups", f"{backup.name} cannot be used ({error.why}) and lies in aside/ now", mended=True)
