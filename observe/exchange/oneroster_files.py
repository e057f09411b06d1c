"""The tables of a OneRoster delivery, out of a folder or a zip that may be damaged or hostile."""

import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from observe.domain.errors import Refused
from observe.domain.names import clean_name

LARGEST_FILE = 64 * 1024 * 1024
HIGHEST_RATIO = 200
LARGEST_ZIP = 256 * 1024 * 1024
_SMALL = 1024 * 1024  # the ratio says nothing about a file that is small anyway
_TABLES = ("manifest", "classes", "courses", "users", "roles", "enrollments")
"""What is read. Demographics are never among it."""
_LOOKED_FOR = "looked for: users.csv, classes.csv, enrollments.csv"

Read = Callable[[str], bytes | None]
"""The bytes of a table by its name without .csv, or None when it is not there."""


def open_delivery(path: Path) -> Read:
    """How to read the tables of a folder, or of a zip that holds them at its top or in one folder.

    Only known names are read, and into memory: what a zip calls its other entries does not matter.
    Raises Refused, with the reason.
    """
    shown = clean_name(path.name) or "the folder"
    try:
        if path.is_dir():
            entries = [entry for entry in sorted(path.iterdir()) if entry.is_file()]
            files = {table: entry for entry in entries if (table := _table(entry.name))}
            if not files:
                raise _refused(shown, "it holds no OneRoster tables", _LOOKED_FOR)
            return {table: _read_file(entry) for table, entry in files.items()}.get
        if path.stat().st_size > LARGEST_ZIP:
            raise _refused(shown, "it is larger than 256 MiB")
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error, EOFError):
        raise _refused(shown, "it is neither a folder nor a whole zip", "get the file again") from None
    except OSError as error:
        raise _refused(shown, error.strerror or "it cannot be opened") from None
    with archive:
        found = _entries(archive, shown)
        tables = {table: _read_entry(archive, entry, f"{shown}: {table}.csv") for table, entry in found.items()}
    return tables.get


def _table(filename: str) -> str | None:
    stem, _, suffix = filename.casefold().rpartition(".")
    return stem if suffix == "csv" and stem in _TABLES else None


def _entries(archive: zipfile.ZipFile, shown: str) -> dict[str, zipfile.ZipInfo]:
    """The entries to read, by table."""
    by_folder: dict[tuple[str, ...], dict[str, zipfile.ZipInfo]] = {}
    for entry in archive.infolist():
        # Old Windows tools write the other slash.
        where = PurePosixPath(entry.filename.replace("\\", "/"))
        table = _table(where.name)
        if table is None or entry.is_dir() or len(where.parts) > 2 or where.parts[0] in ("/", "..", "__MACOSX"):
            continue
        if table in by_folder.setdefault(where.parts[:-1], {}):
            raise _refused(shown, f"it holds {table}.csv twice", "zip it again")
        by_folder[where.parts[:-1]][table] = entry
    if not by_folder:
        raise _refused(shown, "it holds no OneRoster tables", _LOOKED_FOR)
    if () in by_folder:
        return by_folder[()]
    if len(by_folder) > 1:
        raise _refused(shown, "it holds several folders with tables", "zip the one that is meant")
    return next(iter(by_folder.values()))


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise _refused(path.name, error.strerror or "it cannot be read") from None
    if len(data) > LARGEST_FILE:
        raise _refused(path.name, "it is larger than 64 MiB")
    return data


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, shown: str) -> bytes:
    if entry.flag_bits & 1:
        raise _refused(shown, "it is locked with a password", "unlock the zip first")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refused(shown, "it is compressed in an unusual way", "zip it again")
    if entry.file_size > LARGEST_FILE:
        raise _refused(shown, "it is larger than 64 MiB")
    if entry.file_size > _SMALL and entry.file_size > HIGHEST_RATIO * entry.compress_size:
        raise _refused(shown, f"it grows more than {HIGHEST_RATIO} times when unpacked", "get the file again")
    try:
        with archive.open(entry) as file:
            # What the entry says of its size may be a lie: never more than this is unpacked.
            data = file.read(LARGEST_FILE + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError):
        raise _refused(shown, "it is damaged in the zip", "get the file again") from None
    if len(data) > LARGEST_FILE:
        raise _refused(shown, "it is larger than 64 MiB")
    return data


def _refused(shown: str, why: str, todo: str = "") -> Refused:
    return Refused(f"{clean_name(shown)} is not read", why, todo)
