"""Keeping a secret: in the system's keyring where the `keyring` package finds one, else in a file of its owner's.

The file is there in both cases, and says where the secret is: a home that was copied to another machine
finds the word that it is in a keyring, and not the secret.
"""

from __future__ import annotations

import base64
import errno
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

_SERVICE = "observe"
_ELSEWHERE = b"in the keyring\n"


def read(path: Path) -> bytes:
    """The secret. Raises OSError when it is not there, or the keyring does not give it."""
    text = path.read_bytes()
    if text != _ELSEWHERE:
        return text
    ring = _keyring()
    try:
        found = ring.get_password(_SERVICE, str(path.resolve())) if ring is not None else None
        if found is not None:
            return base64.b64decode(found)
    except Exception as error:  # each system's keyring has errors of its own
        raise OSError(errno.EACCES, f"the keyring does not give it ({error})", str(path)) from error
    raise OSError(errno.ENOENT, "it is in a keyring, and not in this one", str(path))


def keep(path: Path, data: bytes) -> None:
    """Keep it, complete and on the disk when this returns. Raises OSError."""
    ring = _keyring()
    if ring is not None:
        try:
            ring.set_password(_SERVICE, str(path.resolve()), base64.b64encode(data).decode())
            data = _ELSEWHERE
        except Exception:  # locked, or refused by its owner: the file will do
            pass
    part = path.with_name(path.name + ".part")
    fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(fd, data)
        os.fsync(fd)
    finally:
        os.close(fd)
    os.replace(part, path)


def _keyring() -> ModuleType | None:
    """The package, if it is installed and has a keyring to offer."""
    try:
        import keyring  # type: ignore[import-not-found]  # an extra: most installations have none
    except ImportError:
        return None
    try:
        usable = keyring.get_keyring().priority >= 1
    except Exception:
        return None
    return keyring if usable else None
