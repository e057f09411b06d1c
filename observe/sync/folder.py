"""The folder itself: six things that can be done to it, each of which may fail or take for ever.

Below it everything lies in `observe-1`. One writer a file; a file that has its final name is complete
and never changes. Another kind of folder (an object store) has to offer the same six.
"""

import errno
import os
import time
from pathlib import Path
from typing import Protocol

from observe.domain.ports import Platform
from observe.sync.segment import DEVICE, is_shelf

TOP = "observe-1"
MARKER = "team.json"
_PART = ".observe-{}.tmp"  # a name with a point before it: sync programs and readers skip it
_REFUSALS_S = (0.02, 0.1, 0.4, 1.5)


class Folder(Protocol):
    """What sync needs of a folder. Paths are relative to `observe-1`. All raise OSError."""

    def marker(self) -> bytes | None:
        """The team's marker; None when it is not there, FileNotFoundError when the folder is not."""

    def begin(self, marker: bytes) -> None:
        """Make it a team's folder. Raises FileExistsError when it is one."""

    def list(self) -> list[str]:
        """Path of every file on a shelf of a device."""

    def read(self, path: str, limit: int) -> bytes:
        """At most `limit` + 1 bytes of a file."""

    def publish(self, path: str, data: bytes) -> None:
        """Put a complete file there, on the disk when this returns; one that is there already is left alone."""

    def remove(self, path: str) -> None:
        """Take away a file of this device's own; one that is gone is gone."""


class RealFolder:
    """A folder of the file system, which some other program may be carrying elsewhere."""

    def __init__(self, root: Path, platform: Platform) -> None:
        self.root, self.top, self._platform = root, root / TOP, platform
        self._swept: set[Path] = set()

    def marker(self) -> bytes | None:
        with os.scandir(self.root):
            pass
        try:
            with (self.top / MARKER).open("rb") as file:
                return file.read(1 << 16)
        except FileNotFoundError:
            return None

    def begin(self, marker: bytes) -> None:
        with os.scandir(self.root):
            pass
        self.top.mkdir(exist_ok=True)
        if (self.top / MARKER).exists():
            raise FileExistsError(str(self.top / MARKER))
        self._put(self.top / MARKER, marker)
        self._platform.fsync_dir(self.root)

    def list(self) -> list[str]:
        found: list[str] = []
        for device in _folders(self.top):
            if not DEVICE.fullmatch(device):
                continue
            for shelf in _folders(self.top / device):
                if is_shelf(shelf):
                    prefix = f"{device}/{shelf}/"
                    with os.scandir(self.top / device / shelf) as files:
                        # A link or a pipe is none of ours: the one leads elsewhere, the other never ends.
                        found += [prefix + file.name for file in files if file.is_file(follow_symlinks=False)]
        return found

    def read(self, path: str, limit: int) -> bytes:
        with (self.top / path).open("rb") as file:
            return file.read(limit + 1)

    def publish(self, path: str, data: bytes) -> None:
        target = self.top / path
        made = [folder for folder in (target.parent, target.parent.parent) if not folder.is_dir()]
        if not self.top.is_dir():
            raise FileNotFoundError(errno.ENOENT, "the folder is not there", str(self.top))
        target.parent.mkdir(parents=True, exist_ok=True)
        for folder in made:
            self._platform.fsync_dir(folder.parent)
        self._sweep(target.parent)
        self._put(target, data)

    def _sweep(self, shelf: Path) -> None:
        """What a publish left half done when the machine died: a device alone writes to its shelves."""
        if shelf not in self._swept:
            with os.scandir(shelf) as files:
                left = [Path(file.path) for file in files if _is_part(file.name)]
            for part in left:
                part.unlink(missing_ok=True)
            self._swept.add(shelf)

    def remove(self, path: str) -> None:
        (self.top / path).unlink(missing_ok=True)

    def _put(self, target: Path, data: bytes) -> None:
        part = target.parent / _PART.format(target.name[-68:-4])
        try:
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                self._platform.fsync_file(file.fileno())
            if part.read_bytes() != data:
                raise OSError(errno.EIO, "what was written reads back differently", str(part))
            _replace(part, target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        self._platform.fsync_dir(target.parent)


def _is_part(name: str) -> bool:
    before, after = _PART.split("{}")
    return name.startswith(before) and name.endswith(after)


def _replace(part: Path, target: Path) -> None:
    """Give the file its final name; on Windows a program that has just opened it can make that fail for a while."""
    for pause in _REFUSALS_S:
        try:
            os.replace(part, target)
        except PermissionError:
            if os.name != "nt":
                raise
            time.sleep(pause)
        else:
            return
    os.replace(part, target)


def _folders(path: Path) -> list[str]:
    try:
        with os.scandir(path) as entries:
            return [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    except FileNotFoundError:
        return []
