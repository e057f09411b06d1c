"""Draw the stored snapshots again: every screen at every size, in every theme.

    python tests/snapshots/draw.py [WORD]

With a word, only the journeys whose names have it. Read the difference (`git diff tests/snapshots`) before it is kept.
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.snapshots import paper, screens, stage


async def draw(word: str) -> int:
    """Draws; returns how many files are not as they were."""
    drawn: dict[Path, str] = {}
    styles = paper.stored_styles() if word else {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        homes = stage.Homes(Path(folder))
        for journey in (j for j in screens.JOURNEYS if word in j.name):
            for size in screens.sizes(journey):
                for name, found in (await stage.play(journey, size, homes, paper.write)).items():
                    drawn[paper.stored(name, size)] = found.text
                    styles |= found.styles
    drawn[paper.STYLES] = paper.styles_text(styles)
    left = [] if word else [path for path in paper.STORED.rglob("*.txt") if path not in drawn]
    for path in left:
        path.unlink()
    changed = [path for path, text in drawn.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(drawn[path], encoding="utf-8", newline="\n")
    return len(changed) + len(left)


if __name__ == "__main__":
    print(asyncio.run(draw(sys.argv[1] if len(sys.argv) > 1 else "")), "files are not as they were")
