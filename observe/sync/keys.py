"""Who a device is, and what a team knows: an Ed25519 key a device, secrets a team shares, and the join code.

A device is named by the hash of its public key, so nobody else can write as it. A team's secret is 16
random bytes; its Fernet key and the team's id follow from it by HKDF-SHA256 (RFC 5869), and the join code
is the secret itself, to be typed or scanned. A new secret (`--rekey`) stands beside the old ones, which
stay for what was sealed with them.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SECRET_BYTES = 16
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: none looks like another
_LOOKS_LIKE = str.maketrans("OIL", "011", " -\t\r\n")
_DIGITS, _CHECK_DIGITS, _GROUP = 26, 2, 4


class BadCode(ValueError):
    """What was typed is no join code; the text says why."""


class DeviceKey:
    """A device's own key."""

    def __init__(self, private: "Ed25519PrivateKey") -> None:
        self._private = private
        self.public = private.public_key().public_bytes_raw()
        self.id = device_id(self.public)

    @classmethod
    def draw(cls) -> "DeviceKey":
        """A new one."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_text(cls, text: bytes) -> "DeviceKey":
        """The one that `text` keeps. Raises ValueError."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return cls(Ed25519PrivateKey.from_private_bytes(base64.b64decode(text)))

    def to_text(self) -> bytes:
        """The form in which a home keeps it."""
        return base64.b64encode(self._private.private_bytes_raw()) + b"\n"

    def sign(self, data: bytes) -> bytes:
        """64 bytes that only this device can make of these."""
        return self._private.sign(data)


def device_id(public: bytes) -> str:
    """26 letters and digits: the first 128 bits of the SHA-256 of a public key in base 32."""
    return base64.b32encode(hashlib.sha256(public).digest()[:16]).decode().rstrip("=").lower()


def verified(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether the holder of the private half signed exactly this."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True)
class Secret:
    """What the devices of a team share."""

    raw: bytes

    @classmethod
    def draw(cls) -> "Secret":
        """A new one: 128 random bits."""
        return cls(secrets.token_bytes(SECRET_BYTES))

    @classmethod
    def from_code(cls, text: str) -> "Secret":
        """The secret of a join code as somebody typed it. Raises BadCode, saying what is wrong."""
        digits = text.upper().translate(_LOOKS_LIKE)
        strange = sorted(set(digits) - set(_ALPHABET))
        if strange:
            raise BadCode(f"{strange[0]!r} is in no join code")
        if len(digits) != _DIGITS + _CHECK_DIGITS:
            raise BadCode(f"it has {len(digits)} letters and digits, a join code has {_DIGITS + _CHECK_DIGITS}")
        number = 0
        for digit in digits[:_DIGITS]:
            number = number * 32 + _ALPHABET.index(digit)
        if number >> (8 * SECRET_BYTES):
            raise BadCode("a letter or digit of it is wrong")
        secret = cls(number.to_bytes(SECRET_BYTES, "big"))
        if secret._check != digits[_DIGITS:]:
            raise BadCode("a letter or digit of it is wrong")
        return secret

    @property
    def code(self) -> str:
        """The join code: seven groups of four, the last two digits a check of the others."""
        number = int.from_bytes(self.raw, "big")
        digits = "".join(_ALPHABET[number >> (5 * place) & 31] for place in reversed(range(_DIGITS))) + self._check
        return "-".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))

    @property
    def _check(self) -> str:
        first = int.from_bytes(hashlib.sha256(b"observe code" + self.raw).digest()[:2], "big")
        return _ALPHABET[first >> 5 & 31] + _ALPHABET[first & 31]

    @cached_property
    def team(self) -> str:
        """The id of the team that began with this secret."""
        return self._derived(b"observe team id", 16).hex()

    @cached_property
    def key_id(self) -> str:
        """Names the key in the clear, so that a reader knows which to try."""
        return self._derived(b"observe key id", 8).hex()

    @cached_property
    def fernet(self) -> "Fernet":
        """Encrypts and authenticates for whoever has the secret."""
        from cryptography.fernet import Fernet

        return Fernet(base64.urlsafe_b64encode(self._derived(b"observe fernet key", 32)))

    def _derived(self, what: bytes, length: int) -> bytes:
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return HKDF(SHA256(), length, None, what).derive(self.raw)


class KeyRing:
    """The secrets of one team, the newest first: that one seals, all of them open."""

    def __init__(self, secrets_: Iterable[Secret]) -> None:
        self.secrets = tuple(dict.fromkeys(secrets_))
        self._by_id = {secret.key_id: secret for secret in self.secrets}

    @property
    def newest(self) -> Secret:
        """The secret that seals from now on."""
        return self.secrets[0]

    @property
    def team(self) -> str:
        """The team's id: that of its first secret."""
        return self.secrets[-1].team

    def get(self, key_id: str) -> Secret | None:
        """The secret of this name."""
        return self._by_id.get(key_id)

    def to_text(self) -> bytes:
        """The form in which a home, and the sealed file of a new secret, keep them."""
        return b"".join(base64.b64encode(secret.raw) + b"\n" for secret in self.secrets)

    @classmethod
    def from_text(cls, text: bytes) -> "KeyRing":
        """The ring that `text` keeps. Raises ValueError."""
        found = [Secret(base64.b64decode(line, validate=True)) for line in text.split()]
        if not found or any(len(secret.raw) != SECRET_BYTES for secret in found):
            raise ValueError("no secrets of a team")
        return cls(found)
