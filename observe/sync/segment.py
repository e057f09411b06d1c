"""A file of the shared folder: a header in the clear, sealed lines, a signature over both.

    observe-segment 1
    {"device": ..., "first": 1, "key": ..., "n": 40, "public": ..., "shelf": "202611", "supersedes": [], "team": ...}
    <Fernet token of the Zstandard-compressed lines>
    <Ed25519 signature, base 64, of all the above>

Its name is `<first>-<n>-<sha256 of its bytes>.seg`, on the shelf that the header says. The hash is what
identifies it: copied or renamed by a sync program it is the same file. docs/formats.md has the rest.
"""

import base64
import hashlib
import json
import re
import unicodedata

from observe.domain.entries import dumps
from observe.domain.frozen import dataclass
from observe.domain.json_text import no_key_twice, no_number
from observe.sync.keys import DeviceKey, KeyRing, device_id, verified
from observe.sync.packing import Bomb, pack, unpack

MAGIC = b"observe-segment 1\n"
_ANY_VERSION = re.compile(rb"observe-segment [0-9]{1,6}\n")
FILE_LIMIT = 8 << 20
OUT_LIMIT = 32 << 20
HEADER_LIMIT = 1 << 20
ENTRIES = 10_000
"""In one file at most."""
STATE, KEYS = "state", "keys"
"""Shelves beside those of the months: what a device has seen, and new secrets of the team."""
_MONTH = re.compile(r"[0-9]{6}")
DEVICE = re.compile(r"[a-z2-7]{26}")
_NAME = re.compile(r"([0-9]{1,18})-([0-9]{1,9})-([0-9a-f]{64})")
_HASH = re.compile(r"[0-9a-f]{64}")
_WHOLE = 1 << 53
NO_KEY = "it is sealed with a team key that this device does not have"
_UNWRITTEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


class Unfit(Exception):
    """A file that cannot be taken; the text says why. `final`: nothing that arrives later can change that."""

    def __init__(self, why: str, *, final: bool = True) -> None:
        super().__init__(why)
        self.final = final


@dataclass(frozen=True, slots=True)
class Name:
    """What a path in the folder says; only `hash` is ever believed."""

    path: str
    device: str
    shelf: str
    first: int
    n: int
    hash: str

    @property
    def arrived(self) -> bool:
        """Whether the bytes should be here: some sync programs list what they have not brought yet."""
        return self.path.endswith(".seg") or ".seg" not in self.path


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself, under its signature. `n` entries from number `first` of `device` on."""

    device: str
    shelf: str
    first: int
    n: int
    supersedes: tuple[str, ...] = ()


def path_of(header: Header, hash: str) -> str:
    """Where the file belongs, below the folder's `observe-1`."""
    return f"{header.device}/{header.shelf}/{header.first}-{header.n}-{hash}.seg"


def parse_path(path: str) -> Name | None:
    """The name of a file of ours, however a sync program may have decorated it; None for any other."""
    parts = path.split("/")
    if len(parts) != 3 or not DEVICE.fullmatch(parts[0]) or not is_shelf(parts[1]):
        return None
    if parts[2].startswith(".observe-"):
        return None  # being written
    if not parts[2].isprintable() and any(unicodedata.category(char) in _UNWRITTEN for char in parts[2]):
        return None  # no program makes such a name; it would steer whoever reads it
    found = _NAME.search(parts[2])
    if found is None:
        return None
    return Name(path, parts[0], parts[1], int(found[1]), int(found[2]), found[3])


def is_shelf(name: str) -> bool:
    """Whether files may lie there: a month, or one of the two others."""
    return name in (STATE, KEYS) or _MONTH.fullmatch(name) is not None


def seal(header: Header, plain: bytes, ring: KeyRing, key: DeviceKey) -> tuple[str, bytes]:
    """The path and bytes of a new file. `key` must be the header's device."""
    said = {
        "device": header.device,
        "first": header.first,
        "key": ring.newest.key_id,
        "n": header.n,
        "public": base64.b64encode(key.public).decode(),
        "shelf": header.shelf,
        "supersedes": list(header.supersedes),
        "team": ring.team,
    }
    signed = MAGIC + dumps(said).encode() + b"\n" + ring.newest.fernet.encrypt(pack(plain)) + b"\n"
    data = signed + base64.b64encode(key.sign(signed)) + b"\n"
    return path_of(header, hashlib.sha256(data).hexdigest()), data


def whole(name: Name, data: bytes) -> bool:
    """Whether these are the bytes that the name promised: all here, and none changed."""
    return hashlib.sha256(data).hexdigest() == name.hash


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was proved to be its device's and the team's: `key` names the secret that sealed it."""

    header: Header
    key: str
    plain: bytes


def open_(data: bytes, ring: KeyRing, team: str) -> Opened:
    """Verify, decrypt and unpack, within bounds. Raises Unfit."""
    if len(data) > FILE_LIMIT:
        raise Unfit("it is larger than 8 MiB")
    if not data.startswith(MAGIC):
        if _ANY_VERSION.match(data):
            raise Unfit("a newer version of observe wrote it: update observe on this device", final=False)
        raise Unfit("it is no file of observe")
    parts = data.split(b"\n", 4)
    if len(parts) != 5 or parts[4]:
        raise Unfit("it is not built as a file of observe is")
    header, key, public, its_team = _header(parts[1])
    if header.n > ENTRIES:
        raise Unfit("it holds another number of entries than a file can")
    if its_team != team:
        raise Unfit("it is another team's")
    signed = data[: -len(parts[3]) - 1]
    if device_id(public) != header.device or not verified(public, _base64(parts[3]), signed):
        raise Unfit("it is not signed by the device it names")
    secret = ring.get(key)
    if secret is None:
        raise Unfit(NO_KEY, final=False)
    from cryptography.fernet import InvalidToken

    try:
        return Opened(header, key, unpack(secret.fernet.decrypt(parts[2]), OUT_LIMIT))
    except InvalidToken:
        raise Unfit("its seal is broken") from None
    except Bomb as error:
        raise Unfit(str(error)) from None


def _header(line: bytes) -> tuple[Header, str, bytes, str]:
    try:
        if len(line) > HEADER_LIMIT:
            raise ValueError
        said = json.loads(line, parse_constant=no_number, object_pairs_hook=no_key_twice)
        device, shelf, first, n = said["device"], said["shelf"], said["first"], said["n"]
        supersedes, key, team = said["supersedes"], said["key"], said["team"]
        public = _base64(said["public"].encode())
        texts = (device, shelf, key, team, *supersedes)
        sound = all(isinstance(text, str) for text in texts) and type(first) is type(n) is int
        sound = sound and DEVICE.fullmatch(device) is not None and is_shelf(shelf)
        sound = sound and 0 <= first < _WHOLE and 0 <= n < _WHOLE
        if not sound or not all(_HASH.fullmatch(hash) for hash in supersedes):
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Unfit("its header cannot be read") from None
    return Header(device, shelf, first, n, tuple(supersedes)), key, public, team


def _base64(text: bytes) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""
