"""Which folder this home shares through, with which team, and as which device."""

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from observe.domain.entries import dumps
from observe.domain.errors import Refused
from observe.domain.ports import Platform
from observe.domain.ranges import Ranges
from observe.services.home import COPIED, FORMER, KEY, Home, former_keys
from observe.services.sharing.kept import AT as AT  # part of what a caller of this module needs
from observe.services.sharing.kept import DEVICE_NAME as DEVICE_NAME
from observe.services.sharing.kept import FOLDER as FOLDER
from observe.services.sharing.kept import LAST as LAST
from observe.services.sharing.kept import SAID as SAID
from observe.services.sharing.kept import STRAY as STRAY
from observe.store import shared
from observe.sync import segment
from observe.sync.folder import Folder, RealFolder
from observe.sync.keys import BadCode, DeviceKey, KeyRing, Secret, device_id, verified
from observe.sync.readers import Patient

RING = "team.keys"
_MARKER = b"observe-team 1\n"
Make = Callable[[Path, Platform], Folder]


class Stopped(Refused):
    """Nothing was done with the folder, for a reason that somebody has to look at."""


@dataclass(frozen=True)
class Team:
    """The folder, the team's secrets, and the keys of every life this home has had, by device id."""

    root: Path
    folder: Patient
    ring: KeyRing
    keys: dict[str, DeviceKey]


def team_of(home: Home, make: Make = RealFolder, keys: Callable[[], bytes] | None = None) -> Team | None:
    """The team this home is in; None when it shares with nobody. Raises Stopped when the keys are gone.

    `keys`: where their text comes from, for one who must not wait for a keyring.
    """
    root = home.setting(FOLDER)
    if root is None:
        return None
    try:
        ring = KeyRing.from_text(keys() if keys is not None else home.platform.secret(home.path / RING))
    except (OSError, ValueError) as error:
        todo = "join again with the join code (`observe sync --join`)"
        raise Stopped("nothing was shared", "the team's keys are missing in this home", todo) from error
    return Team(Path(root), Patient(make(Path(root), home.platform)), ring, keys_of(home.path))


def keys_of(home: Path) -> dict[str, DeviceKey]:
    """The keys this home holds, by device id: its own, and those of its former lives."""
    found = {}
    for file in [home / KEY, *former_keys(home, FORMER, COPIED)]:
        with contextlib.suppress(OSError, ValueError):
            key = DeviceKey.from_text(file.read_bytes())
            found[key.id] = key
    return found


def lives_of(home: Path) -> list[str]:
    """The ids under which nobody but this home ever wrote or will: its own, and those of lives that are over."""
    over = [file.stem.removeprefix(FORMER) for file in former_keys(home, FORMER)]
    own = keys_of(home)
    return sorted({*over, *list(own)[:1]})


def set_up(home: Home, root: Path, make: Make = RealFolder) -> Secret:
    """Make a folder a new team's, with this device as its first; the secret whose code lets others in.

    Raises Refused.
    """
    root = _fit(home, root)
    folder = Patient(make(root, home.platform))
    secret, key = Secret.draw(), _own_key(home)
    with _said(root):
        found = folder.marker()
    if found is not None:
        raise Refused(f"{root} is a team's folder already", "another would not fit in", "join it")
    _keep_ring(home, KeyRing([secret]))
    with _said(root):
        folder.begin(_marker(secret.team, key))
    _begin(home, root)
    return secret


def join(home: Home, root: Path, code: str, make: Make = RealFolder) -> KeyRing:
    """Come into the team of a folder by its join code, or come back with a new one. Raises Refused."""
    try:
        secret = Secret.from_code(code)
    except BadCode as error:
        raise Refused("the join code is not right", str(error), "type it as it was shown") from error
    root = _fit(home, root)
    folder = Patient(make(root, home.platform))
    with _said(root):
        team = team_in(folder)
    if team is None:
        todo = "wait until the sync program has brought it, or set up a team"
        raise Refused(f"{root} is no team's folder", "nothing of a team is in it", todo)
    ring = KeyRing([secret]) if secret.team == team else _ring_of(folder, secret, team, root)
    known, stray = _ring(home), []
    if known is not None and known.team == team:  # what this device had is not forgotten
        stray = [s for s in known.secrets if s not in ring.secrets]
        ring = KeyRing([*ring.secrets, *stray])
        if ring.team != team:
            ring = KeyRing(sorted(ring.secrets, key=lambda s: s.team == team))
    _keep_ring(home, ring)
    _begin(home, root, [s.key_id for s in stray])
    return ring


def leave(home: Home) -> None:
    """Share with nobody any more; the log stays, and what others have too."""
    home.set_setting(FOLDER, None)


def rekey(home: Home, team: Team) -> Secret:
    """A new secret for the team: devices that do not join again with its code are shut out from then on.

    The file that carries the old secrets under it goes with the next sync.
    """
    secret = Secret.draw()
    _keep_ring(home, KeyRing([secret, *team.ring.secrets]))
    return secret


def check(folder: Patient, root: Path, team: str) -> None:
    """The folder is there, and is this team's. Raises Stopped."""
    try:
        found = team_in(folder)
    except OSError as error:
        raise Stopped("nothing was shared", f"{root}: {reason(error)}", "see whether it is connected") from error
    if found is None:
        why = f"{root} is empty, or not the folder it was: the team's marker is not in it"
        raise Stopped("nothing was shared", why, "see whether it is connected; your log is safe on this device")
    if found != team:
        raise Stopped("nothing was shared", f"{root} is another team's folder", "join again, or pick the right one")


def team_in(folder: Patient) -> str | None:
    """The id of the team whose folder this is; None when it is none's. Raises OSError, Stopped."""
    marker = folder.marker()
    if marker is None:
        return None
    import base64

    try:
        said = json.loads(marker)
        team, public, signature = said["team"], base64.b64decode(said["public"]), base64.b64decode(said["signature"])
        sound = device_id(public) == said["device"] and verified(public, signature, _MARKER + team.encode())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        sound = False
    if not sound:
        todo = "look for an older copy of team.json, or make a new folder"
        raise Stopped("nothing was shared", "the folder's marker (team.json) is damaged", todo)
    return str(team)


def keys_file(team: Team, known: dict[str, Ranges]) -> bytes:
    """What goes under a new secret: the old ones, and which numbers of each device were here by then."""
    return dumps({"secrets": team.ring.to_text().decode(), "known": known}).encode() + b"\n"


def reason(error: OSError) -> str:
    """Why the system could not, in its words."""
    return error.strerror or str(error) or type(error).__name__


def _marker(team: str, key: DeviceKey) -> bytes:
    import base64

    signature = base64.b64encode(key.sign(_MARKER + team.encode())).decode()
    public = base64.b64encode(key.public).decode()
    said = {"observe": "team", "v": 1, "team": team, "device": key.id, "public": public, "signature": signature}
    return dumps(said).encode() + b"\n"


def _ring_of(folder: Patient, secret: Secret, team: str, root: Path) -> KeyRing:
    """All secrets of a team, from the file that a later one of them opens."""
    with _said(root):
        names = [name for path in folder.list() if (name := segment.parse_path(path)) and name.shelf == segment.KEYS]
        for name in names:
            try:
                opened = segment.open_(folder.read(name.path, segment.FILE_LIMIT), KeyRing([secret]), team)
                ring = KeyRing.from_text(json.loads(opened.plain)["secrets"].encode())
            except (segment.Unfit, ValueError, KeyError, TypeError, AttributeError):
                continue
            if ring.team == team and secret in ring.secrets:
                return ring
    todo = "check the folder and the code; after a change of the code, wait until the sync program has brought it"
    raise Refused("not joined", f"this code does not open {root}", todo)


def _fit(home: Home, root: Path) -> Path:
    """The folder as an absolute path, where a shared folder may be. Raises Refused."""
    root, own = Path(os.path.realpath(os.path.expanduser(root))), home.path.resolve()
    if not os.path.isdir(root):  # Path's own way raises for a name that is too long
        raise Refused(
            f"{root} is not there", "a shared folder is made by the program that carries it", "check the name"
        )
    if root == own or root in own.parents or own in root.parents:
        why = "the log must never lie where a sync program copies it"
        raise Refused(f"{root} cannot be shared", f"{why}, and it is in there", "choose a folder apart from the home")
    return root


def _own_key(home: Home) -> DeviceKey:
    key = keys_of(home.path).get(home.journal.device)
    if key is None:
        raise Refused("the key of this device is missing", "nobody could tell its files", "run `observe doctor`")
    return key


def _ring(home: Home) -> KeyRing | None:
    try:
        return KeyRing.from_text(home.platform.secret(home.path / RING))
    except (OSError, ValueError):
        return None


def _keep_ring(home: Home, ring: KeyRing) -> None:
    try:
        home.platform.keep_secret(home.path / RING, ring.to_text())
    except OSError as error:
        raise Refused("the team's keys were not kept", reason(error), "check the home's folder") from error


def _begin(home: Home, root: Path, stray: list[str] | None = None) -> None:
    """What was known of another folder says nothing of this one. `stray`: secrets that others need not have."""

    def change() -> None:
        from observe.store import local

        shared.forget(home.conn)
        for name in (AT, SAID, LAST, "shared_settled"):
            local.set_setting(home.conn, name, None)
        local.set_setting(home.conn, STRAY, dumps(stray) if stray else None)
        local.set_setting(home.conn, FOLDER, str(root))

    home.local_write(change)


@contextlib.contextmanager
def _said(root: Path) -> Iterator[None]:
    try:
        yield
    except Stopped:
        raise
    except OSError as error:
        raise Refused(
            f"{root} cannot be used", reason(error), "see whether it is connected and may be written to"
        ) from error
