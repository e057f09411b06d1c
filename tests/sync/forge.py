"""Files for the shared folder made by hand, as somebody could who has real keys and does not use this program."""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from observe.domain.entries import dumps
from observe.platform import Platform
from observe.services import visits
from observe.services.home import Home, open_home
from observe.services.record import Recorder
from observe.services.sharing import run, status
from observe.services.sharing.team import join, set_up, team_of
from observe.sync.folder import TOP
from observe.sync.keys import DeviceKey, KeyRing, Secret
from observe.sync.packing import pack
from observe.sync.segment import MAGIC

from ..ui.school import CLASS, ids, school, section_id

ROOM = "Gr 4 Rm 12"
NOON = "2026-11-24T12:00:00.000Z"
NOON_MS = 1_795_521_600_000


def line(key: DeviceKey, seq: int, kind: str, name: str, data: Any, **other: Any) -> dict[str, Any]:
    """An entry as it travels; `other` says what is strange about it."""
    said = {
        "v": 1, "id": f"{seq:08x}{key.id[:24]}", "device": key.id, "run": 1, "seq": seq, "stamp": [NOON_MS + seq, 0],
        "act": seq, "kind": kind, "key": name, "op": "put", "parents": [], "data": data,
    }  # fmt: skip
    return {**said, **other}


def plain(lines: Iterable[dict[str, Any] | bytes]) -> bytes:
    """The lines of a file; what is bytes goes as it is."""
    return b"".join(one if isinstance(one, bytes) else dumps(one).encode() + b"\n" for one in lines)


def sealed(
    key: DeviceKey,
    secret: Secret,
    team: str,
    lines: Iterable[dict[str, Any] | bytes],
    /,
    *,
    first: Any = 1,
    n: Any = None,
    shelf: Any = "202611",
    header: bytes | None = None,
    packed: bytes | None = None,
    signer: DeviceKey | None = None,
    signature: bytes | None = None,
    **said: Any,
) -> bytes:
    """The bytes of a file. Every part can be another than it should be."""
    lines = list(lines)
    names = {
        "device": key.id, "first": first, "key": secret.key_id, "n": len(lines) if n is None else n,
        "public": base64.b64encode(key.public).decode(), "shelf": shelf, "supersedes": [], "team": team,
    }  # fmt: skip
    head = dumps({**names, **said}).encode() if header is None else header
    token = secret.fernet.encrypt(pack(plain(lines)) if packed is None else packed)
    signed = MAGIC + head + b"\n" + token + b"\n"
    seal = base64.b64encode((signer or key).sign(signed)) if signature is None else signature
    return signed + seal + b"\n"


def named(data: bytes, device: str, shelf: str = "202611", first: int = 1, n: int = 1) -> str:
    """The path below `observe-1` where a file with these bytes belongs."""
    return f"{device}/{shelf}/{first}-{n}-{hashlib.sha256(data).hexdigest()}.seg"


@dataclass
class Place:
    """A home with a class and a visit of five looks that it has shared, and its folder. `secret`: the team's."""

    home: Home
    folder: Path
    secret: Secret
    visit: str
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def ring(self) -> KeyRing:
        return KeyRing([self.secret])

    def put(self, data: bytes, path: str) -> Path:
        """A file in the folder."""
        file = self.folder / TOP / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return file

    def forge(self, key: DeviceKey, lines: Iterable[dict[str, Any] | bytes], **other: Any) -> str:
        """A file of a member of the team, put where it belongs; its path."""
        lines = list(lines)
        data = sealed(key, self.secret, self.secret.team, lines, **other)
        path = named(data, key.id, n=len(lines))
        self.put(data, path)
        return path

    def sync(self) -> run.Synced:
        return run.sync(self.home)

    def status(self) -> status.Status:
        team = team_of(self.home)
        assert team is not None
        return status.status(self.home, team)

    def why(self, path: str) -> str:
        """What `sync --status` says of a file that was not taken."""
        return dict([*self.status().set_aside, *self.status().waiting])[path]

    def count(self) -> int:
        return int(self.home.conn.execute("SELECT count(*) FROM entry").fetchone()[0])


@contextmanager
def place(path: Path) -> Iterator[Place]:
    """A team of one, so far."""
    folder = path / "folder"
    folder.mkdir(parents=True)
    home = school(path / "home", {ROOM: CLASS[:6]})
    try:
        secret = set_up(home, folder)
        visit = visits.start_visit(home, section_id(home, ROOM), title="Fractions").id
        recorder = Recorder(home, visit)
        who = ids(home, ROOM)[CLASS[0]]
        for code in ("off", "passive", "active", "deep"):
            recorder.observe("engagement", code, student=who)
        recorder.observe("grouping", "pairs")
        run.sync(home)
        yield Place(home, folder, secret, visit)
    finally:
        home.close()


@contextmanager
def another(at: Place, path: Path) -> Iterator[Home]:
    """A home that joins the same team."""
    home = open_home(path, Platform())
    try:
        join(home, at.folder, at.secret.code)
        yield home
    finally:
        home.close()
