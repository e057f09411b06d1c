"""Chance that repeats, and files of people who have no key."""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from observe.domain import wire
from observe.domain.entries import Entry
from observe.sync import segment
from observe.sync.folder import TOP
from observe.sync.keys import DeviceKey, KeyRing, Secret

if TYPE_CHECKING:
    from .world import World


def foreign(world: World, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Files as somebody without the team's secret could make them."""
    theirs, key = Secret(chance.randbytes(16)), DeviceKey.draw()
    victim = world.devices[0].home.journal.device
    entry = Entry(
        "intruder" + "0" * 24, victim, 1, 1, world.ms, 0, 1, "visit.title", "v", "put", (), {"title": "forged"}
    )
    plain = wire.write([entry])
    as_itself = segment.seal(segment.Header(key.id, "202701", 1, 1), plain, KeyRing([theirs]), key)
    as_victim = segment.seal(segment.Header(victim, "202701", 1, 1), plain, KeyRing([theirs]), key)
    pretending = SimpleNamespace(newest=theirs, team=world.ring.team)
    as_member = segment.seal(segment.Header(key.id, "202701", 1, 1), plain, pretending, key)  # type: ignore[arg-type]
    rubbish = chance.randbytes(300)
    yield chance.choice([as_itself, as_victim, as_member, _named(victim, rubbish)])
    known = [(path, o) for path, o in world.opened(world.cloud) if path.endswith(".seg")]
    if known:
        path, _ = chance.choice(known)
        data = bytearray((world.cloud / TOP / path).read_bytes())
        data[len(data) // 2] ^= 1
        yield _named(path.partition("/")[0], bytes(data))


def _named(device: str, data: bytes) -> tuple[str, bytes]:
    return f"{device}/202701/1-1-{hashlib.sha256(data).hexdigest()}.seg", data


@contextmanager
def repeatable(seed: object) -> Iterator[None]:
    """Chance in the program itself comes from the seed as well, so that a world is the same each time."""
    chance = random.Random(f"chance {seed}")
    numbers = itertools.count()

    def draw() -> DeviceKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return DeviceKey(Ed25519PrivateKey.from_private_bytes(chance.randbytes(32)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("secrets.token_bytes", lambda n=32: chance.randbytes(n))
        patch.setattr("secrets.token_hex", lambda n=32: chance.randbytes(n).hex())
        patch.setattr(DeviceKey, "draw", staticmethod(draw))
        patch.setattr("os.urandom", chance.randbytes)
        patch.setattr("cryptography.fernet.time", SimpleNamespace(time=lambda: next(numbers)))
        yield
