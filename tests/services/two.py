"""Two devices of one person with one shared folder between them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from observe.platform import Platform
from observe.services import visits
from observe.services.home import Home, open_home
from observe.services.sharing.run import sync
from observe.services.sharing.status import keep_outcome
from observe.services.sharing.team import join, set_up

from ..ui.school import CLASS, school, section_id

ROOM = "Gr 4 Rm 12"


@dataclass
class Two:
    """`tablet` set the folder up and has a visit going on, `laptop` has joined; both know all of it."""

    tablet: Home
    laptop: Home
    folder: Path
    visit: str

    def meet(self) -> None:
        """Each hears of all that the other has."""
        for home in (self.tablet, self.laptop, self.tablet, self.laptop):
            sync(home)
            keep_outcome(home, well=True, said="")


@contextmanager
def two_devices(path: Path) -> Iterator[Two]:
    folder = path / "folder"
    folder.mkdir()
    tablet = school(path / "tablet", {ROOM: CLASS})
    laptop = open_home(path / "laptop", Platform())
    try:
        for home, name in ((tablet, "tablet"), (laptop, "laptop")):
            home.set_setting("device_name", name)
            home.set_setting("channels", "all")
            home.set_setting("observer", "Marta")
        secret = set_up(tablet, folder)
        join(laptop, folder, secret.code)
        visit = visits.start_visit(tablet, section_id(tablet, ROOM), title="Fractions").id
        two = Two(tablet, laptop, folder, visit)
        two.meet()
        yield two
    finally:
        tablet.close()
        laptop.close()


def later(home: Home) -> None:
    """What this device writes from here on is later than what the others wrote: of one moment the device's id decides.

    Each home has a clock of its own, and on a busy machine they may be some milliseconds apart.
    """
    home.clock.anchor += 1000
