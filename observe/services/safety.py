"""What keeps a home whole, for screens and commands: checks, backups, recovery. Each part has a module of its own."""

from observe.services.backups import Backup, backup_to, daily_backup
from observe.services.doctor import Finding, doctor
from observe.services.home import Home
from observe.services.purge import Purged, finish, is_due, purge
from observe.services.recovery import Recovered, recover, restore
from observe.store import maintenance
from observe.store.connection import Corrupt, damaged, in_words

__all__ = [
    "Backup",
    "Finding",
    "Purged",
    "Recovered",
    "backup_to",
    "daily_backup",
    "damage",
    "doctor",
    "finish",
    "is_due",
    "purge",
    "quick_check",
    "rebuild",
    "recover",
    "restore",
]


def quick_check(home: Home) -> list[str]:
    """What is wrong with the database, in SQLite's words; empty when it is whole. May run in a thread."""
    return maintenance.quick_check(home.database.path)


def damage(home: Home, error: Exception) -> Corrupt | None:
    """The damage to the database that is behind an error nobody foresaw; None where the database is whole."""
    path = home.database.path
    try:
        with in_words(path):
            raise error
    except Corrupt as found:
        return found
    except Exception:
        faults = maintenance.quick_check(path)
        return damaged(path, faults[0]) if faults else None


def rebuild(home: Home) -> list[str]:
    """Make the projections anew from the log, in one transaction; names of those that came out different."""
    return maintenance.remake(home.database, home.journal.device)
