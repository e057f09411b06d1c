"""What a synced drive does: it brings files from each device's folder to all others, one by one, in any order.

Each device works in a folder of its own (`view`); `cloud` is what the drive's server has. Nothing here knows what the
files hold.
"""

import contextlib
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

from observe.sync.folder import RealFolder


class Carrier:
    """One device's end of the drive. `index`: what it has brought and knows to be on both sides."""

    def __init__(self, view: Path, cloud: Path) -> None:
        self.view, self.cloud = view, cloud
        self.index: set[str] = set()
        self.torn: set[str] = set()
        """Of these only the beginning has come down so far."""
        view.mkdir(parents=True, exist_ok=True)
        cloud.mkdir(parents=True, exist_ok=True)

    def carry(self, chance: random.Random | None = None) -> int:
        """Bring everything, or with `chance` some of it in any order; how many files were moved."""
        here, there = files(self.view), files(self.cloud)
        todo = [("finish", path) for path in sorted(self.torn)]
        todo += [("up", path) for path in sorted(here - self.index - self.torn)]
        todo += [("down", path) for path in sorted(there - here - self.index)]
        todo += [("gone here", path) for path in sorted(self.index - here)]
        todo += [("gone there", path) for path in sorted((self.index & here) - there)]
        if chance is not None:
            chance.shuffle(todo)
            todo = todo[: chance.randint(0, len(todo))]
        for what, path in todo:
            self._move(what, path, chance)
        return len(todo)

    def _move(self, what: str, path: str, chance: random.Random | None) -> None:
        mine, theirs = self.view / path, self.cloud / path
        if what == "up":
            if not theirs.exists():
                _copy(mine, theirs)
            self.index.add(path)
        elif what == "gone here":
            theirs.unlink(missing_ok=True)
            self.index.discard(path)
        elif what == "gone there" or not theirs.exists():
            mine.unlink(missing_ok=True)
            self.index.discard(path)
            self.torn.discard(path)
        elif chance is not None and what == "down" and chance.random() < 0.1:
            mine.parent.mkdir(parents=True, exist_ok=True)
            data = theirs.read_bytes()
            mine.write_bytes(data[: chance.randrange(len(data))])
            self.torn.add(path)
        else:
            _copy(theirs, mine)
            self.torn.discard(path)
            self.index.add(path)


def files(root: Path) -> set[str]:
    """Paths of the files below `root` that a drive carries: not those that begin with a point."""
    return {path for path, entry in walk(root) if not entry.name.startswith(".")}


def walk(root: Path | str, prefix: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Every file below `root`, with its path from there."""
    with contextlib.suppress(FileNotFoundError), os.scandir(root) as found:
        for entry in found:
            if entry.is_dir():
                yield from walk(entry.path, f"{prefix}{entry.name}/")
            else:
                yield prefix + entry.name, entry


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


class Lagging(RealFolder):
    """The folder as a device sees it; `unseen`, where set, says which files its listing does not show yet."""

    unseen: random.Random | None = None

    def list(self) -> list[str]:
        found = super().list()
        if self.unseen is not None:
            share = self.unseen.random() * 0.4
            found = [path for path in found if self.unseen.random() >= share]
        return found
