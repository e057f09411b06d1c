"""What the app does for a home once it is on the glass: a check of the database, and the backup of the day."""

from pathlib import Path

from observe.domain.codec import local
from observe.domain.errors import Refused
from observe.domain.frozen import dataclass
from observe.domain.ports import Platform


@dataclass(frozen=True, slots=True)
class Cared:
    """`faults`: what is wrong with the database, in SQLite's words. `backup`: why there is none of today, "" when
    there is."""

    faults: tuple[str, ...] = ()
    backup: str = ""


def look_after(path: Path, platform: Platform) -> Cared:
    """Check the home at `path`, and copy its log once a day. Has connections of its own: may run in a thread."""
    from observe.services.backups import backups_of, daily_backup
    from observe.services.home import open_home
    from observe.store import maintenance

    faults = maintenance.quick_check(path / "observe.db")
    if faults:
        return Cared(tuple(faults))
    try:
        home = open_home(path, platform)
        try:
            day = local(home.clock.now(), home.zone).date().isoformat()
            if not home.is_demo and all(day not in file.name for file in backups_of(path)):
                daily_backup(home)
        finally:
            home.close()
    except Refused as error:
        return Cared(backup=str(error))
    return Cared()
