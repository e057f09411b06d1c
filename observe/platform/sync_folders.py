"""Folders that a sync program carries between machines: a live database there ends in corruption.

Known by the names such programs give their folders, by the files they leave in them, and by the
places that they write down themselves. A path is judged as it was given and as its links lead.
"""

from __future__ import annotations

import itertools
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Whole folder names, letter case aside. A school's OneDrive is called "OneDrive - School name".
_NAMES = {
    "OneDrive": r"onedrive( ?- ?.+)?",
    "Dropbox": r"dropbox( \(.+\))?",
    "iCloud": r"icloud ?drive|mobile documents",
    "Google Drive": r"google ?drive|drivefs|my drive|shared drives",
    "Nextcloud": r"nextcloud",
    "ownCloud": r"owncloud",
}
# Names inside a folder that its sync program put there.
_MARKERS = {
    "Syncthing": r"\.stfolder",
    "Dropbox": r"\.dropbox\.cache",
    "Google Drive": r"\.tmp\.drive(download|upload)",
    "Nextcloud": r"\.nextcloudsync\.log|\.?_?sync_[0-9a-f]{6,}\.db",
    "ownCloud": r"\.owncloudsync\.log",
}
# A folder with more than this is not where a sync program starts; reading it all would slow each start.
_MOST_NAMES = 2_000


def reason(path: Path) -> str | None:
    """`Dropbox carries /home/mia/Dropbox` for a path in or below it, else None. The path need not exist."""
    given = Path(os.path.abspath(path.expanduser()))
    known = list(_written_down())
    for place in dict.fromkeys((given, Path(os.path.realpath(given)))):
        for folder in (place, *place.parents):
            program = _by_name(folder) or _by_marker(folder)
            program = program or next((name for name, root in known if folder in (root, _real(root))), None)
            if program:
                return f"{program} carries {folder}"
    return None


def _by_name(folder: Path) -> str | None:
    if folder.parent.name.casefold() == "cloudstorage" and folder.parent.parent.name == "Library":
        return folder.name.partition("-")[0] or None  # macOS keeps every such program's folder there
    return _match(_NAMES, folder.name)


def _by_marker(folder: Path) -> str | None:
    try:
        # In the user's own folder `.dropbox` is the program's settings; in the synced one it is a file.
        if (folder / ".dropbox").is_file():
            return "Dropbox"
        with os.scandir(folder) as names:
            found = [
                entry.name
                for entry in itertools.islice(names, _MOST_NAMES)
                if "sync" in entry.name or "." in entry.name[:1]
            ]
    except OSError:  # not there yet, or not ours to read
        return None
    return next((program for name in found if (program := _match(_MARKERS, name))), None)


def _match(patterns: dict[str, str], name: str) -> str | None:
    return next((program for program, like in patterns.items() if re.fullmatch(like, name, re.IGNORECASE)), None)


def _written_down() -> Iterator[tuple[str, Path]]:
    """Folders that a sync program itself names: OneDrive in the environment, Dropbox in a file."""
    for variable in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer"):
        if root := os.environ.get(variable):
            yield "OneDrive", Path(root)
    for base in (
        os.path.expanduser("~/.dropbox"),
        *(os.path.join(os.environ.get(v, ""), "Dropbox") for v in ("APPDATA", "LOCALAPPDATA")),
    ):
        try:
            accounts = json.loads(Path(base, "info.json").read_bytes())
            for account in accounts.values():
                yield "Dropbox", Path(account["path"])
        except (OSError, ValueError, AttributeError, KeyError, TypeError):
            continue


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))
