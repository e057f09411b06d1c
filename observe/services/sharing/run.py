"""One sync: look, take in, write out. Off the tap path, and nothing here ever asks the app to wait."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from observe.domain.errors import Refused
from observe.services import purge
from observe.services.home import Home
from observe.services.sharing.publish import Publish, Published
from observe.services.sharing.pull import Pull, Pulled
from observe.services.sharing.team import Stopped, Team, check, reason, team_of
from observe.store import shared
from observe.sync.segment import parse_path

ALONE = "nothing was shared"
SETTLED = "shared_settled"
"""Setting: hash of a listing that had nothing for this device to do; the same again needs no look at any file."""


@dataclass(frozen=True)
class Synced:
    """What one sync did. `unfinished`: what could not be done this time, in words."""

    pulled: Pulled
    published: Published
    unfinished: tuple[str, ...] = field(default=())


def sync(home: Home, team: Team | None = None, progress: Callable[[str], None] = lambda _: None) -> Synced:
    """Look at the folder, take in what is new, write out what is new here. Raises Stopped, Refused.

    Stops without a change where the folder is missing, emptied, another team's, or has lost a fifth of its files.
    """
    team = team or team_of(home)
    if team is None:
        raise Refused(ALONE, "this device shares with nobody", "see `observe sync --setup` and `--join`")
    check(team.folder, team.root, team.ring.team)
    progress("looking into the folder")
    try:
        paths = team.folder.list()
    except OSError as error:
        raise Stopped(ALONE, f"{team.root}: {reason(error)}", "see whether it is connected") from error
    digest = hashlib.sha256("\n".join(paths).encode("utf-8", "surrogateescape")).hexdigest()
    if digest == home.setting(SETTLED) and Publish(home, team, ()).nothing_new():
        return Synced(Pulled(), Published())
    listed = [name for path in paths if (name := parse_path(path))]
    pulled = Pull(home, team, listed).run()
    unfinished = []
    if purge.is_due(home):
        progress("erasing what was purged elsewhere")
        try:
            purge.finish(home, progress)
        except Refused as error:
            unfinished.append(str(error))
    publish = Publish(home, team, listed)
    try:
        publish.run()
    except OSError as error:
        what = f"{team.root} cannot be written to: {reason(error)}"
        todo = "see whether you may write there and there is room; your log is safe on this device"
        raise Refused("not all was shared", what, todo) from error
    settled = not pulled.not_taken and publish.report == Published() and not shared.is_missing_any(home.conn)
    if home.setting(SETTLED) != (digest if settled else None):
        home.set_setting(SETTLED, digest if settled else None)
    return Synced(pulled, publish.report, tuple(unfinished))
