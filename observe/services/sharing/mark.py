"""The small mark on every screen: where what this device logged is. Cheap enough to be asked for every frame."""

import json

from observe.domain.codec import local
from observe.domain.frozen import dataclass
from observe.services.home import Home
from observe.services.sharing.kept import FOLDER, LAST
from observe.store import queries

SAVED, FOLDER_TOO = "saved here", "in the folder"


@dataclass(frozen=True, slots=True)
class Mark:
    """`words`, or ever shorter ones: true at the moment. `troubled`: the last sync did not do what it should.

    `said`: the same in sentences.
    """

    words: tuple[str, ...]
    troubled: bool
    said: str

    @property
    def only_here(self) -> bool:
        """Whether something is on this device alone."""
        return self.words[0] == SAVED


def mark(home: Home) -> Mark | None:
    """The mark as it is now; None for a home that does not share."""
    if home.setting(FOLDER) is None:
        return None
    last = json.loads(home.setting(LAST) or "{}")
    device = home.setting("device") or home.journal.device
    seen_by = last.get("seen_by", 0)
    words: tuple[str, ...]
    if last.get("device") != device or queries.last_number(home.conn, device) > last["through"]:
        words = (SAVED, "not sent")
        said = "All of it is saved on this device. Some of it is not in the shared folder yet."
        if "at" not in last:
            said = "All of it is saved on this device. Nothing has been put into the shared folder yet."
    elif seen_by:
        devices = "1 other device has" if seen_by == 1 else f"{seen_by} other devices have"
        words = (f"seen by {seen_by}", f"seen {seen_by}")
        said = f"All of it is saved on this device and in the shared folder, and {devices} all of it."
    else:
        words = (FOLDER_TOO, "in folder", "folder")
        said = "All of it is saved on this device and in the shared folder. No other device has all of it yet."
    troubled = last.get("well") is False
    if troubled:
        at = f"{local(last['at'], home.zone):%H:%M}"
        said += f" The last sync, at {at}, did not go well: {last['said']}."
    return Mark(words, troubled, said)
