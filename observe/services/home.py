"""The home: the folder with the log, this device's identity, and what keeps both safe."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from observe.domain.errors import DiskFull, Refused
from observe.domain.ports import Platform
from observe.services.clock import RunClock
from observe.store import local, queries
from observe.store.connection import COMMAND_WAIT_MS, Database, damaged, in_words
from observe.store.journal import Act, Journal

BALLAST_BYTES = 1 << 20
KEY = "device.key"
FORMER, COPIED = "former-", "copied-"
"""Before the name of a key kept: of a life of this home that is over; of one that another copy of it may go on with."""
RESERVE_IN_USE = "the disk is full: the reserve is in use and lasts for this visit; free some space soon"
T = TypeVar("T")


class Home:
    """An opened home. `journal` is its one writer, `clock` this run's time."""

    def __init__(self, path: Path, platform: Platform, database: Database) -> None:
        self.path, self.platform, self.database = path, platform, database
        self.clock = RunClock(platform)
        self.conn = database.conn
        self.warnings: list[str] = []
        self.journal = Journal(database, _identity(self), self.clock.anchor, self.clock.now)

    @property
    def zone(self) -> str:
        """IANA name of the zone in which times are read and shown: the setting, else the machine's."""
        return self.setting("zone") or self.platform.zone()

    @property
    def is_demo(self) -> bool:
        """Whether everybody in here is made up."""
        return self.setting("demo") is not None

    def setting(self, name: str) -> str | None:
        """A setting of this device."""
        return queries.setting(self.conn, name)

    def elsewhere(self) -> int:
        """A number that changes when another process wrote."""
        return queries.data_version(self.conn)

    def set_setting(self, name: str, value: str | None) -> None:
        """Set it; None forgets it. Raises NotSaved."""
        self.local_write(lambda: local.set_setting(self.conn, name, value))

    def local_write(self, change: Callable[[], T]) -> T:
        """A change of local tables in one transaction. Raises NotSaved, Busy."""

        def attempt() -> T:
            with self.database.transaction():
                return change()

        return self._with_room(attempt)

    def write(self, change: Callable[[Act], T]) -> T:
        """Run `change` as one act: durable when this returns. Raises NotSaved, Busy.

        On a full disk the ballast is given up first, and `change` runs again: it must do nothing but read and put.
        """

        def attempt() -> T:
            with self.journal.write() as act:
                return change(act)

        return self._with_room(attempt)

    def _with_room(self, attempt: Callable[[], T]) -> T:
        try:
            return attempt()
        except DiskFull:
            if give_up_ballast(self.path):
                self.warnings.append(RESERVE_IN_USE)
            self.database.spare_room()
            return attempt()

    def new_key(self) -> str:
        """A key that no other device draws (96 random bits)."""
        return os.urandom(12).hex()

    def close(self) -> None:
        """Close the log."""
        self.database.close()


def open_home(path: Path, platform: Platform, wait_ms: int = COMMAND_WAIT_MS) -> Home:
    """Open the home at `path`, made when it is not there yet.

    Raises Refused for a folder that a sync program carries, NotSaved where it cannot be made, Corrupt
    when the database is damaged.
    """
    reason = platform.sync_folder_reason(path)
    if reason is not None:
        raise Refused(
            f"the log cannot live in {path}",
            f"{reason}, and a database that is copied while in use gets damaged",
            "choose a folder on this device with --home",
        )
    database = path / "observe.db"
    if _vanished(path, database):
        raise damaged(database, "it is missing or empty, and this home was in use")
    try:
        platform.private_dir(path)
        platform.private_file(database)
        if not (path / "ballast").exists():
            make_ballast(path, platform)
    except OSError as error:
        if not os.path.isfile(database):  # Path's own way raises for a name that is too long
            raise Refused(
                f"no home can be made at {path}", error.strerror or str(error), "choose another with --home"
            ) from error
    reserve_used = False
    try:
        opened = Database(database, wait_ms)
    except DiskFull:  # opening takes a little room too
        reserve_used = give_up_ballast(path)
        if not reserve_used:
            raise
        opened = Database(database, wait_ms)
    try:
        with in_words(database):
            home = Home(path, platform, opened)
        if not (path / "ballast").exists():
            opened.spare_room()
        if reserve_used:
            home.warnings.append(RESERVE_IN_USE)
        return home
    except BaseException:
        opened.close()
        raise


def give_up_ballast(path: Path) -> bool:
    """Free the room kept for a full disk, so that a visit in progress can go on. False when it is gone already."""
    try:
        (path / "ballast").unlink()
    except OSError:
        return False
    return True


def _vanished(path: Path, database: Path) -> bool:
    """A new database in a used home would hide the loss, and give out numbers that were given out before."""
    try:
        if database.stat().st_size:
            return False
    except FileNotFoundError:
        pass
    except OSError:
        return False  # opening it will say why
    return (path / KEY).exists() or any((path / "backups").glob("observe-*.db"))


def make_ballast(path: Path, platform: Platform) -> None:
    """A reserve of real bytes (zeros could be stored as a hole), given up when the disk is full."""
    if platform.free_bytes(path) < 16 * BALLAST_BYTES:
        return
    ballast = path / "ballast"
    platform.private_file(ballast)
    ballast.write_bytes(os.urandom(BALLAST_BYTES))


def _identity(home: Home) -> str:
    """This device's id: the hash of its public key, so that nobody else can write as it."""
    device = queries.setting(home.conn, "device")
    if device is not None:
        return device

    def draw() -> str:
        drawn = queries.setting(home.conn, "device")  # another process may have been first
        if drawn is None:
            drawn = new_identity(home.path, home.platform)
            local.set_setting(home.conn, "device", drawn)
        return drawn

    return home.local_write(draw)


def new_identity(path: Path, platform: Platform, name: str = KEY, kept: str = FORMER) -> str:
    """Draw a key, keep it in the home for its owner alone, and return the id that follows from it.

    The key that had the name before stays beside it: files that were shared under the old id can still be
    replaced (a purge must reach them).
    """
    from observe.sync.keys import DeviceKey

    key = DeviceKey.draw()
    if name == KEY:
        keep_former_key(path, platform, kept)
    _write_key(path / name, platform, key.to_text())
    # The id is committed next: by then the key must have its name, and the home its own, on the disk.
    platform.fsync_dir(path)
    with contextlib.suppress(PermissionError):  # a parent that this user may pass through, but not read
        platform.fsync_dir(path.parent)
    return key.id


def keep_former_key(path: Path, platform: Platform, kept: str = FORMER) -> None:
    """Before the home's key is replaced: keep it under the id that follows from it."""
    former = identity_of(path)
    if former is not None:
        _write_key(path / f"{kept}{former}.key", platform, (path / KEY).read_bytes())


def former_keys(path: Path, *kept: str) -> list[Path]:
    """The files with the keys of this home's former lives; `kept`: FORMER, COPIED, or both."""
    return sorted(file for prefix in kept for file in path.glob(f"{prefix}*.key"))


def _write_key(file: Path, platform: Platform, text: bytes) -> None:
    platform.private_file(file)
    with file.open("r+b") as handle:
        handle.truncate()
        handle.write(text)
        handle.flush()
        platform.fsync_file(handle.fileno())


def identity_of(path: Path) -> str | None:
    """The id that follows from the key this home keeps; None without a readable key."""
    from observe.sync.keys import DeviceKey

    try:
        return DeviceKey.from_text((path / KEY).read_bytes()).id
    except (OSError, ValueError):
        return None
