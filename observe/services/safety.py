"""Whether the database is damaged, asked where something went wrong that nobody foresaw."""

from observe.services.home import Home
from observe.store import maintenance
from observe.store.connection import Corrupt, damaged, in_words


def damage(home: Home, error: Exception) -> Corrupt | None:
    """The damage to the database that is behind an error nobody foresaw; None where the database is whole."""
    path = home.database.path
    try:
        with in_words(path):
            raise error
    except Corrupt as found:
        return found
    except Exception:  # whatever it was: the database says whether it is the cause
        faults = maintenance.quick_check(path)
        return damaged(path, faults[0]) if faults else None
