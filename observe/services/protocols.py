"""Coding schemes: the shipped ones, one's own, and which a visit was logged with."""

from collections.abc import Mapping
from functools import cache

from observe.domain.errors import Refused
from observe.domain.protocol import Protocol
from observe.services.home import Home
from observe.store import queries
from observe.store.journal import Act

DEFAULT = "push_in"


@cache  # reading one takes 5 ms, and they do not change while the program runs
def _shipped(id: str) -> Protocol | None:
    """The protocol of that id that comes with the program; its file is called by its id."""
    from observe.domain.protocol_toml import parse_protocol
    from observe.resources import protocol_files

    files = (file for file in protocol_files() if file.stem == id)
    return next((parse_protocol(file.read_text(encoding="utf-8"), file.name) for file in files), None)


def shipped() -> Mapping[str, Protocol]:
    """The protocols that come with the program, by id."""
    from observe.resources import protocol_files

    found = (_shipped(file.stem) for file in protocol_files())
    return {protocol.id: protocol for protocol in found if protocol is not None}


def find(home: Home, id: str) -> Protocol:
    """The newest version of a protocol, this home's or a shipped one. Raises Refused."""
    own, ours = queries.protocol(home.conn, id), _shipped(id)
    newest = max((p for p in (own, ours) if p is not None), key=lambda p: p.version, default=None)
    if newest is None:
        known = sorted({p.id for p in queries.protocols(home.conn)} | set(shipped()))
        raise Refused(f"protocol {id[:40]!r} is not known", f"known: {', '.join(known)}", "see `observe protocols`")
    return newest


def every(home: Home) -> tuple[Protocol, ...]:
    """All protocols and versions, this home's and the shipped ones."""
    kept = {(p.id, p.version): p for p in shipped().values()}
    kept |= {(p.id, p.version): p for p in queries.protocols(home.conn)}
    return tuple(kept[name] for name in sorted(kept))


def in_use(home: Home) -> tuple[Protocol, ...]:
    """The newest version of each protocol that is in the log; the default where none is yet."""
    newest = {p.id: p for p in sorted(queries.protocols(home.conn), key=lambda p: p.version)}
    return tuple(newest.values()) or (find(home, DEFAULT),)


def keep(home: Home, act: Act, protocol: Protocol) -> None:
    """Put the protocol into the log, so that a visit keeps the one it was logged with."""
    if queries.protocol(home.conn, protocol.id, protocol.version) is None:
        data = {"parsed": protocol.to_json()}
        act.put("protocol", f"{protocol.id}@{protocol.version}", data)


def import_protocol(home: Home, text: str, name: str) -> tuple[Protocol, bool]:
    """Keep a protocol of one's own; whether it is new. Raises Refused (with the line) for a bad one, or a changed
    file of the same version: visits logged with it would change their meaning."""
    from observe.domain.protocol_toml import parse_protocol

    protocol = parse_protocol(text, name)
    same = queries.protocol(home.conn, protocol.id, protocol.version)
    ours = _shipped(protocol.id)
    if same is None and ours is not None and ours.version == protocol.version:
        same = ours
    if same is not None:
        if same.to_json() == protocol.to_json():
            return protocol, False
        raise Refused(
            f"{name}: {protocol.id} version {protocol.version} is here already, and differs",
            "visits logged with it would change their meaning",
            "give the changed file a higher version",
        )
    home.write(lambda act: keep(home, act, protocol))
    return protocol, True
