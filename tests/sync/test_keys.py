"""Join codes, secrets and device keys."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observe.sync.keys import BadCode, DeviceKey, KeyRing, Secret, device_id, verified

RAW = st.binary(min_size=16, max_size=16)


@given(RAW)
def test_a_code_brings_its_secret_however_it_is_typed(raw: bytes) -> None:
    code = Secret(raw).code
    assert len(code) == 34
    for typed in (code, code.lower(), code.replace("-", " "), code.replace("0", "O").replace("1", "l"), f" {code}\n"):
        assert Secret.from_code(typed).raw == raw


@given(RAW, st.integers(0, 27), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_a_wrong_letter_is_noticed_but_once_in_a_thousand(raw: bytes, place: int, letter: str) -> None:
    digits = list(Secret(raw).code.replace("-", ""))
    digits[place] = letter
    try:
        found = Secret.from_code("".join(digits))
    except BadCode:
        return
    assert found.raw == raw or found.code.replace("-", "") == "".join(digits)


@pytest.mark.parametrize(
    "typed", ["", "x", "0" * 27, "0" * 29, "U" * 28, "Z" * 28, "0000-0000-0000-0000-0000-0000-000É"]
)
def test_what_is_no_code_is_refused_in_words(typed: str) -> None:
    with pytest.raises(BadCode, match=r"\w"):
        Secret.from_code(typed)


def test_a_device_is_named_by_the_hash_of_its_key() -> None:
    key = DeviceKey.draw()
    expected = base64.b32encode(hashlib.sha256(key.public).digest()[:16]).decode().rstrip("=").lower()
    assert key.id == device_id(key.public) == expected
    assert DeviceKey.from_text(key.to_text()).id == key.id
    assert DeviceKey.draw().id != key.id


def test_a_signature_is_of_one_key_and_one_text() -> None:
    key, other = DeviceKey.draw(), DeviceKey.draw()
    signature = key.sign(b"x")
    assert verified(key.public, signature, b"x")
    for public, signed, data in (
        (other.public, signature, b"x"),
        (key.public, signature, b"y"),
        (key.public, bytes(64), b"x"),
        (key.public, b"", b"x"),
        (b"", signature, b"x"),
        (key.public[:-1], signature, b"x"),
    ):
        assert not verified(public, signed, data)


def test_team_key_and_id_follow_from_the_secret_and_do_not_give_it_away() -> None:
    one = Secret(bytes(16))
    assert (one.team, one.key_id) == (Secret(bytes(16)).team, Secret(bytes(16)).key_id)
    other = Secret(bytes(15) + b"\1")
    assert len({one.team, one.key_id, other.team, other.key_id, one.raw.hex()}) == 5
    assert other.fernet.decrypt(other.fernet.encrypt(b"x")) == b"x"


def test_a_ring_seals_with_the_newest_and_is_the_first_ones_team() -> None:
    old, new = Secret.draw(), Secret.draw()
    ring = KeyRing.from_text(KeyRing([new, old]).to_text())
    assert (ring.newest, ring.team, ring.get(old.key_id), ring.get("x")) == (new, old.team, old, None)
    for text in (b"", b"x", b"eA==\n", b"\xff"):
        with pytest.raises(ValueError, match=r"secrets|base64|padding|characters|Non-base64"):
            KeyRing.from_text(text)
