"""A home that was copied or brought back: two of it would give out the same numbers, so this one takes a new id."""

from observe.domain.ranges import Ranges, minus, union
from observe.services.home import COPIED, Home, new_identity
from observe.services.sharing.team import Team, keys_of
from observe.store import local, maintenance, shared
from observe.store.journal import settle
from observe.store.shared import TAKEN, Known
from observe.sync.segment import Header

SILENT = "silent:"
"""Setting, before the id that another copy of this home may go on under: number of the last state it wrote by then."""


def new_life(home: Home, team: Team, other: Header) -> None:
    """Write under a new id from here on; what the other copy of this home may have numbered too is renumbered.

    That is what no file in the folder holds yet, and what lies in files of this home that use the same numbers
    as `other`; those files of its own are taken back (`publish` removes them).
    """
    old = other.device
    mine = [f for f in shared.files(home.conn).values() if f.device == old and f.state == TAKEN and f.n]
    clash = [f for f in mine if f.first < other.first + other.n and other.first < f.first + f.n]
    kept = union([f.first, f.first + f.n - 1] for f in mine if f not in clash)
    numbers = minus(shared.runs(home.conn).get(old, []), kept)
    device = home.journal.device
    silent: int | None = None
    if device == old:
        known = shared.peers(home.conn).get(old)
        silent = known.number if known else 0
        device = new_identity(home.path, home.platform, kept=COPIED)
        team.keys.update(keys_of(home.path))
    run = home.journal.run

    def change() -> None:
        if home.journal.device != device:
            maintenance.become(home.conn, device)
        if silent is not None:
            local.set_setting(home.conn, SILENT + old, str(silent))
        for kind, key in shared.renumber(home.conn, old, numbers, device, run):
            settle(home.conn, kind, key)
        shared.supersede(home.conn, [f.hash for f in clash], old)
        maintenance.note_gaps(home.conn)

    home.local_write(change)
    home.journal.device = device


def unwritten(home: Home, team: Team) -> dict[str, Ranges]:
    """The numbers of each life of this home that no file in the folder holds, of those lives whose key is here."""
    files: dict[str, list[Known]] = {}
    for file in shared.files(home.conn).values():
        if file.state == TAKEN:
            files.setdefault(file.device, []).append(file)
    here = shared.runs(home.conn)
    found = {}
    for device in team.keys:
        covered = union([f.first, f.first + f.n - 1] for f in files.get(device, []) if f.n)
        left = minus(here.get(device, []), covered)
        if left:
            found[device] = left
    return found
