"""One device of a world: a home with a clock that may be wrong, and its end of the drive."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

from observe.domain.entries import Entry
from observe.domain.ports import Platform as Port
from observe.platform import Platform
from observe.services.home import Home, open_home
from observe.services.sharing import team
from observe.store import maintenance
from observe.sync.folder import Folder
from observe.sync.keys import KeyRing

from .carrier import Carrier, Lagging

if TYPE_CHECKING:
    from .world import World


class Clock(Platform):
    """This machine with the world's time, as wrong as this device has it."""

    __slots__ = ("off", "world")

    def __init__(self, world: World, off: int) -> None:
        super().__init__()
        self.world, self.off = world, off

    def wall_ms(self) -> int:
        return self.world.ms + self.off

    def monotonic_ms(self) -> int:
        return self.world.ms

    def zone(self) -> str:
        return "UTC"

    def sync_folder_reason(self, path: Path) -> str | None:
        return None

    def secret(self, path: Path) -> bytes:
        return path.read_bytes()

    def keep_secret(self, path: Path, data: bytes) -> None:
        path.write_bytes(data)  # never this machine's keyring


class Device:
    """A home, its end of the drive, and what this world knows of both."""

    def __init__(self, world: World, name: str, off: int = 0) -> None:
        self.world, self.name = world, name
        self.path, self.copy = world.root / name / "home", world.root / name / "older copy"
        self.carrier = Carrier(world.root / name / "drive", world.cloud)
        self.clock = Clock(world, off)
        self.unseen: random.Random | None = None
        self.home: Home
        self.has: set[str] = set()

    def open(self) -> None:
        self.home = open_home(self.path, self.clock)

    def folder(self, root: Path, platform: Port) -> Folder:
        made = Lagging(self.carrier.view, self.clock)
        made.unseen = self.unseen
        return made

    def ids(self) -> set[str]:
        return {id for (id,) in self.home.conn.execute("SELECT id FROM entry")}

    def entries(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self.home.journal.every()}

    def dump(self) -> list[str]:
        return list(maintenance.dump(self.home.conn))

    @property
    def ring(self) -> KeyRing:
        return KeyRing.from_text(self.clock.secret(self.path / team.RING))
