"""A line that is being written: its keys, how it stands on the glass, and paths, which Tab completes."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from observe.domain.names import clean_name
from observe.ui.pads import Row
from observe.ui.text import width, wrap


@dataclass(slots=True)
class Typing:
    """What is asked, what is there, and who gets it. `path`: it is a file's or a folder's."""

    prompt: str
    text: str
    then: Callable[[str], None]
    path: bool = False

    def key(self, stroke: str, character: str | None) -> bool:
        """Write what a key writes; False for one that writes nothing."""
        if stroke in ("backspace", "ctrl+h"):
            self.text = self.text[:-1]
        elif stroke == "tab":
            self.text = complete(self.text) if self.path else self.text
        elif character is not None and character.isprintable():
            self.text += character
        else:
            return False
        return True

    def paste(self, text: str, between: str = " ") -> None:
        """What is pasted stands behind what is written, its lines in one, without what a terminal would act upon."""
        lines = text.splitlines()
        # A file is met under its very name, so a path is not composed anew as other text is.
        clean = [_printable(line) if self.path else clean_name(line, len(line)) for line in lines]
        self.text += between.join(line for line in clean if line)

    def rows(self, text: str, w: int) -> list[Row]:
        """What is asked and the last two lines of what is written, in `w` columns. `text`: as it may be shown."""
        written = wrap(text, w - 6) if text else [""]
        if self.text.endswith(" ") and width(written[-1]) < w - 6:
            written[-1] += " "
        written[-1] += "█"
        asked = [Row(f" {line}", "active", True) for line in wrap(self.prompt, w - 3)[:2]]
        return [*asked, *(Row(f" > {line}", "ink", True) for line in written[-2:])]


def _printable(line: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in line).split())


def typed_path(text: str) -> Path:
    """A path as it was typed, or dropped: terminals put quotes or backslashes round what is dropped on them."""
    # Path's own way raises where it knows no such user; such a name is looked for as it stands.
    return Path(os.path.expanduser(text.strip("'\"").replace("\\ ", " ")))


def complete(text: str) -> str:
    """A path typed so far, as far as the names that begin like it agree."""
    typed = Path(os.path.expanduser(text))
    folder, begun = (typed, "") if text.endswith(("/", os.sep)) or text in ("", "~") else (typed.parent, typed.name)
    try:
        found = sorted(entry.name for entry in folder.iterdir() if entry.name.startswith(begun))
    except OSError:
        return text
    if not begun:
        found = [name for name in found if not name.startswith(".")]
    common = os.path.commonprefix(found)  # noqa: RUF071  reason: names, letter by letter, not paths
    if len(common) <= len(begun) and len(found) != 1:
        return text
    path = folder / common
    return f"{path}{os.sep}" if len(found) == 1 and path.is_dir() else str(path)
