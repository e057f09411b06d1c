"""Her tablet and laptop and a colleague's tablet, with one shared folder between them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from observe.platform import Platform
from observe.services.home import Home, open_home
from observe.services.sharing.run import sync
from observe.services.sharing.team import join, set_up

from ..ui.school import CLASS, school, section_id

ROOM, OTHER = "Gr 4 Rm 12", "Gr 2 Rm 3"


@dataclass
class Three:
    """Marta has `tablet` and `laptop`, Kim has `kim`; all know both classes, and nobody has visited any."""

    tablet: Home
    laptop: Home
    kim: Home
    folder: Path
    code: str

    def meet(self, *homes: Home) -> None:
        """Each of them, all three by default, hears of all that the others have."""
        for home in (homes or (self.tablet, self.laptop, self.kim)) * 2:
            sync(home)

    @property
    def room(self) -> str:
        return section_id(self.tablet, ROOM)

    @property
    def other(self) -> str:
        return section_id(self.tablet, OTHER)


@contextmanager
def three_devices(path: Path) -> Iterator[Three]:
    folder = path / "folder"
    folder.mkdir()
    tablet = school(path / "tablet", {ROOM: CLASS, OTHER: ("Ana Ruiz", "Ben Ode")})
    laptop, kim = (open_home(path / name, Platform()) for name in ("laptop", "kim"))
    try:
        for home, name, observer in ((tablet, "tablet", "Marta"), (laptop, "laptop", "marta"), (kim, "kim", "Kim")):
            home.set_setting("device_name", name)
            home.set_setting("channels", "all")
            home.set_setting("observer", observer)
        code = set_up(tablet, folder).code
        for home in (laptop, kim):
            join(home, folder, code)
        three = Three(tablet, laptop, kim, folder, code)
        three.meet()
        yield three
    finally:
        for home in (tablet, laptop, kim):
            home.close()
