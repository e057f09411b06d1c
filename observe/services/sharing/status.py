"""How things stand with the shared folder, from what this device knows: the folder is not asked, so nobody waits."""

import json
from collections.abc import Sequence
from typing import Any

from observe.domain.codec import iso_or_none
from observe.domain.entries import dumps
from observe.domain.frozen import dataclass
from observe.domain.ranges import Ranges, minus, size
from observe.services.home import Home
from observe.services.sharing.lives import unwritten
from observe.services.sharing.publish import live_peers, lives_over
from observe.services.sharing.team import AT, FOLDER, LAST, Stopped, Team, team_of
from observe.store import queries, shared
from observe.store.shared import BAD, LATER, Peer
from observe.sync.segment import KEYS, NO_KEY, STATE


@dataclass(frozen=True, slots=True)
class Device:
    """Another device of the team. `said_at`: when it last described itself (ms, by its clock). `has`: how many of this
    device's entries it has. `live`: it knows the newest team key."""

    id: str
    name: str
    said_at: int | None
    has: int
    live: bool


@dataclass(frozen=True, slots=True)
class Status:
    """`here`, `in_folder`: entries of this device. `seen_by`: devices that have every one. `purges`: id of each purge
    that is still waiting for a device, with those devices. `apart`: what devices are called that go by a join code
    which this one has not got: a new one was made, or two were at the same time."""

    folder: str
    team: str
    device: str
    here: int
    in_folder: int
    seen_by: int
    devices: tuple[Device, ...]
    set_aside: tuple[tuple[str, str], ...]
    waiting: tuple[tuple[str, str], ...]
    purges: tuple[tuple[str, tuple[str, ...]], ...]
    apart: tuple[str, ...]
    last_at: int | None
    last_well: bool
    last_said: str

    @property
    def mark(self) -> str:
        """In a few words, always true."""
        if self.in_folder < self.here:
            return f"saved here, {self.here - self.in_folder} not in the folder yet"
        return f"in the folder, seen by {self.seen_by}" if self.seen_by else "in the folder"


def status(home: Home, team: Team) -> Status:
    """How things stand now."""
    conn, own = home.conn, set(team.keys)
    everybody = shared.runs(conn)
    here = {device: runs for device, runs in everybody.items() if device in own}
    left = sum(map(size, unwritten(home, team).values()))
    total = sum(map(size, here.values()))
    live = live_peers(home, team)
    peers = shared.peers(conn)
    alive, over = {peer.device for peer in live}, lives_over(peers)
    found = [
        Device(peer.device, peer.name, _said_at(peer), _has(peer, here), peer.device in alive)
        for peer in peers.values()
        if peer.device not in own | over
    ]
    # Of a device that is known: what it says of itself now, and the old secrets under its new one.
    known = peers.keys() | everybody.keys()
    closed = [f for f in shared.files(conn).values() if f.why == NO_KEY and f.device in known and not f.n]
    apart = sorted({_called(peers.get(f.device), f.device) for f in closed if f.shelf == STATE})
    files = [f for f in shared.files(conn).values() if f not in closed or f.shelf != KEYS]  # nobody waits for those
    purges = []
    for id in shared.purge_ids(conn):
        missing = tuple(peer.name or peer.device for peer in live if id not in peer.purges)
        if missing:
            purges.append((id, missing))
    last = json.loads(home.setting(LAST) or "{}")
    return Status(
        str(team.root),
        team.ring.team,
        home.journal.device,
        total,
        total - left,
        sum(total == _has(peer, here) for peer in live) if total else 0,
        tuple(found),
        tuple((f.path, f.why) for f in files if f.state == BAD),
        tuple((f.path, f.why) for f in files if f.state == LATER),
        tuple(purges),
        tuple(apart),
        last.get("at"),
        last.get("well", True),
        last.get("said", ""),
    )


def waiting_for(home: Home) -> tuple[str, ...]:
    """What the devices are called that have not said yet that they carried out every purge. Raises Stopped."""
    team = team_of(home)
    if team is None:
        return ()
    purges = set(shared.purge_ids(home.conn))
    return tuple(peer.name or peer.device for peer in live_peers(home, team) if not peer.purges >= purges)


def keep_outcome(home: Home, *, well: bool, said: str, look: bool = True) -> None:
    """Note how the last sync ended, and what is where then, for whoever looks. Raises NotSaved, Busy.

    Without `look` it stays as it was noted last: the app must not wait for the team's keys, which may be locked away.
    """
    last, at = json.loads(home.setting(LAST) or "{}"), home.setting(AT)
    # A sync that found nothing to do says so by this mark: what was where then is there still.
    quiet = at is not None and last.get("of") == at and "through" in last
    if not look and "through" not in last:
        last |= {"device": home.journal.device, "through": -1, "seen_by": 0}
    where = {k: last[k] for k in ("device", "through", "seen_by")} if quiet or not look else _where(home)
    outcome = {"at": home.platform.wall_ms(), "well": well, "said": said, "of": at, **where}
    home.set_setting(LAST, dumps(outcome))


def _where(home: Home) -> dict[str, Any]:
    """Up to which number this device's entries are in the folder, all of them and those of its former lives with it;
    -1 when some are not. And how many devices have them all."""
    device = home.setting("device") or home.journal.device
    number = queries.last_number(home.conn, device)
    try:
        team = team_of(home)
        found = status(home, team) if team is not None else None
    except Stopped:
        found = None
    whole = found is not None and found.in_folder == found.here
    return {"device": device, "through": number if whole else -1, "seen_by": found.seen_by if found and whole else 0}


def words(found: Status, zone: str) -> list[str]:
    """All of it, a line each."""
    from observe.domain.codec import local

    lines = [f"folder: {found.folder}", f"this device: {found.device}"]
    lines.append(
        f"saved here: {found.here} entries; in the folder: {found.in_folder}; seen by: {found.seen_by} devices"
    )
    for device in found.devices:
        at = f", last heard of {local(device.said_at, zone):%Y-%m-%d %H:%M}" if device.said_at else ""
        shut = "" if device.live else "; has not joined with the new code, and is shut out"
        behind = "all of them" if device.has == found.here else f"{device.has} of {found.here}"
        lines.append(f"device {device.name or '(no name)'} ({device.id}){at}: has {behind}{shut}")
    if found.apart:
        lines.append(f"another join code: {apart_words(found.apart)}")
    for id, missing in found.purges:
        lines.append(f"purge {id}: still waiting for {', '.join(missing)}")
    lines += [f"waiting for {path}: {why}" for path, why in found.waiting]
    lines += [f"set aside {path}: {why}" for path, why in found.set_aside]
    if found.last_at is not None:
        how = found.last_said or "done"
        lines.append(f"last sync {local(found.last_at, zone):%Y-%m-%d %H:%M}: {how}")
    return lines


def apart_words(names: Sequence[str]) -> str:
    """What is to be done about devices that go by another join code."""
    goes, them = ("goes", "that one") if len(names) == 1 else ("go", "those")
    return (
        f"{', '.join(names)} {goes} by a join code that this device has not got, and neither reads what the other logs."
        " Unless it was shut out on purpose: join again here with that code; or, if this device made a new one at the"
        f" same time, join {them} again with the code of this one"
    )


def _called(peer: Peer | None, device: str) -> str:
    return peer.name if peer is not None and peer.name else f"device {device[:4]}"


def to_json(found: Status) -> dict[str, Any]:
    """The same for programs; times as ISO 8601."""
    return {
        "folder": found.folder,
        "team": found.team,
        "device": found.device,
        "here": found.here,
        "in_folder": found.in_folder,
        "seen_by": found.seen_by,
        "devices": [
            {"id": d.id, "name": d.name, "said_at": iso_or_none(d.said_at), "has": d.has, "live": d.live}
            for d in found.devices
        ],
        "set_aside": [{"file": path, "why": why} for path, why in found.set_aside],
        "waiting": [{"file": path, "why": why} for path, why in found.waiting],
        "another_code": list(found.apart),
        "purges": [{"purge": id, "waiting_for": list(missing)} for id, missing in found.purges],
        "last": {
            "at": iso_or_none(found.last_at),
            "well": found.last_well,
            "said": found.last_said,
        },
    }  # fmt: skip


def shares(home: Home) -> bool:
    """Whether this home shares through a folder."""
    return home.setting(FOLDER) is not None


def _said_at(peer: Peer) -> int | None:
    at = peer.said.get("at")
    return at if type(at) is int and 0 <= at < 1 << 45 else None


def _has(peer: Peer, here: dict[str, Ranges]) -> int:
    return sum(size(runs) - size(minus(runs, peer.seen_of(device))) for device, runs in here.items())
