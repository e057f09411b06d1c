"""The pictures of the guide, drawn by the real app from the demo school at a fixed moment.

    python docs/make_pictures.py [FOLDER]

Each picture is one journey: keys pressed at 100x32. `tests/test_pictures.py` draws them again and fails
when a stored one is no longer what the app shows.
"""

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path

# The pictures are of a terminal with all colours, whatever this one has.
os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}

sys.path.insert(0, str(Path(__file__).parents[1]))

from observe.app import ObserveApp
from observe.services.home import open_home
from tests.snapshots.stage import Fixed, Homes

SIZE = (100, 32)


def said(text: str) -> tuple[str, ...]:
    """Keys that write it and keep it."""
    return (*("space" if letter == " " else letter for letter in text), "enter")


PLAN = ("g", "down", "down", "enter", "enter", "k", "o", *said("Compare fractions by reasons"))
"""A visit to the class after next, its plan begun with the last one."""
JOURNEYS = {
    "today": (),
    "live": tuple("4.cR4.8At1.0j.L3M.4"),
    "look": tuple("4.,7384.6522.84"),
    "live-groups": tuple("4.O["),
    "live-plan": (*PLAN, "v", *".].1.]"),
    "wrapup": ("2",),
    "day": ("d",),
    "week": ("b", *"wtGrade 4 Math wed 9:20 45", "enter", *"m2tthu 14:30 30", "enter"),
    "plan": PLAN,
    "plan-groups": (*PLAN, "g"),
    "roster": ("r",),
    "students": ("i",),
    "teachers": ("a", "s"),
    "talk": ("a", "e"),
    "family": ("i", "down", "enter", "f"),
    "principal": ("b", "r"),
    "trends": ("m", "c", "w"),
    "sharing": ("s",),
    "practice": ("h", "down", "enter", "5", "2"),
    "practice-results": ("h", "down", "enter", *"521412", "="),
}
"""Picture to keys; a point lets a minute pass."""
TERM = ("trends",)
"""Pictures of a class that was visited for some weeks; the demo school is visited for one."""


async def draw(name: str, homes: Homes) -> str:
    """One picture as SVG, with nothing in it that changes from one drawing to the next."""
    platform = Fixed()
    home = open_home(homes.copy("term" if name in TERM else "demo"), platform)
    app = ObserveApp(home)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        for key in JOURNEYS[name]:
            if key == ".":
                platform.now += 60_000
            else:
                await pilot.press("comma" if key == "," else key)
            await pilot.pause()
        svg = app.export_screenshot(title=f"observe - {name}")
    home.close()
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)  # fonts from elsewhere: looking fetches nothing
    return re.sub(r"terminal-\d+", "terminal-observe", svg)


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "pictures"
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        homes = Homes(Path(folder))
        for name in JOURNEYS:
            (target / f"{name}.svg").write_text(asyncio.run(draw(name, homes)), encoding="utf-8")
            print(target / f"{name}.svg")


if __name__ == "__main__":
    main()
