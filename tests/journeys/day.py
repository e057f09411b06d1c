"""A day as she has it: the real app on a real home, read from the glass, with a clock that the story moves."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.events import Key, MouseDown
from textual.pilot import Pilot

from observe.app import ObserveApp
from observe.domain.codec import iso, parse
from observe.exchange.plain_roster import read_plain
from observe.platform import Platform
from observe.services import visits
from observe.services.home import Home, open_home
from observe.services.roster import import_rosters
from observe.ui.base import BoardScreen
from observe.ui.live.screen import LiveScreen
from observe.ui.pads import Gap, Pad, Tile
from observe.ui.screens.today import TodayScreen

ZONE = "America/Phoenix"
DAY = "2026-11-17"
NEXT_DAY = "2026-11-18"
MINUTE = 60_000
ROOM_12 = (
    "Amara Okeke", "Beatriz Lima", "Caleb Stone", "Dmitri Volkov", "Farah Nasser", "Grace Hill", "Hiro Tanaka",
    "Kofi Mensah",
)  # fmt: skip
CHARACTERS = {
    "slash": "/", "question_mark": "?", "minus": "-", "comma": ",", "full_stop": ".", "less_than_sign": "<",
    "equals_sign": "=",
}  # fmt: skip
WAIT = 200
"""How often the glass is looked at again, 10 ms apart, before words that are not on it are said to be missing."""


class Clock(Platform):
    """This machine, at the time of the story."""

    __slots__ = ("ms",)

    def __init__(self, at: str) -> None:
        super().__init__()
        self.ms = parse(at, ZONE)

    def wall_ms(self) -> int:
        """The story's time."""
        return self.ms

    def monotonic_ms(self) -> int:
        """Goes as far as the story goes."""
        return self.ms

    def zone(self) -> str:
        """Where the story is told."""
        return ZONE


class Day:
    """A home and a clock: what stays when the app is closed."""

    def __init__(self, path: Path, at: str = "09:00", classes: Mapping[str, Sequence[str]] | None = None) -> None:
        self.path, self.clock = path, Clock(f"{DAY}T{at}")
        if classes is not None:
            rows = ["Name,Section,Teacher"]
            rows += [f"{name},{room},Ms Okafor" for room, names in classes.items() for name in names]
            home = open_home(path, self.clock)
            import_rosters(home, [read_plain("\n".join(rows).encode(), "class.csv", None)])
            home.set_setting("channels", "all")  # dim rows are a story of their own
            home.close()

    def plan(self, room: str, at: str, minutes: int, title: str = "") -> None:
        """Somebody planned a visit of today."""
        home = open_home(self.path, self.clock)
        section = next(s for s in visits.sections(home) if s.name == room)
        facts = {"section": section.id, "planned_at": iso(parse(f"{DAY}T{at}", ZONE)), "planned_minutes": minutes}
        key = home.new_key()

        def put(act: Any) -> None:
            act.put("visit", key, {**facts, "zone": home.zone})
            if title:
                act.put("visit.title", key, {"title": title})

        home.write(put)
        home.close()

    def at(self, time: str, day: str = DAY) -> None:
        """It is so late now; nobody has the app open."""
        self.clock.ms = parse(f"{day}T{time}", ZONE)

    @asynccontextmanager
    async def opens(self, size: tuple[int, int] = (100, 32)) -> AsyncIterator[She]:
        """She opens the app, and closes it at the end."""
        home = open_home(self.path, self.clock)
        try:
            app = ObserveApp(home)
            async with app.run_test(size=size) as pilot:
                she = She(self, home, app, pilot)
                await she.settles()
                yield she
        finally:
            home.close()

    def command(self, *words: str) -> str:
        """`observe` on the command line, in a process of its own; what it prints."""
        line = [sys.executable, "-m", "observe", "--home", str(self.path), *words]
        done = subprocess.run(line, capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def json(self, *words: str) -> Any:
        """What a command says with --json."""
        return json.loads(self.command(*words, "--json"))


class She:
    """Her hands and her eyes."""

    def __init__(self, day: Day, home: Home, app: ObserveApp, pilot: Pilot[int]) -> None:
        self.day, self.home, self.app, self.pilot = day, home, app, pilot

    # -- hands ------------------------------------------------------------------------------------------

    async def settles(self) -> None:
        """What was begun is through."""
        await self.pilot.pause()
        await self.pilot.pause()

    async def tap(self, *places: str) -> None:
        """A finger on these words, one after the other, wherever they stand; she scrolls to what is further down."""
        for words in places:
            x, y = await self._find(words)
            self.app.post_message(MouseDown(None, x, y, 0, 0, 1, False, False, False, x, y))
            await self.settles()

    async def picks(self, *lines: str) -> None:
        """Lines of a page, one after the other: a tap chooses one, and the pad beside it does it."""
        for words in lines:
            await self.tap(words, "Do it")

    async def press(self, *keys: str) -> None:
        """Keys, one after the other."""
        for key in keys:
            self.app.post_message(Key(key, CHARACTERS.get(key, key if len(key) == 1 else None)))
            await self.settles()

    async def writes(self, text: str) -> None:
        """A line, and Enter."""
        for c in text:
            self.app.post_message(Key("space" if c == " " else c, c))
        await self.press("enter")

    async def minutes(self, n: float) -> None:
        """So long nothing happens, and the clocks on the glass go on."""
        self.day.clock.ms += round(n * MINUTE)
        screen = self.app.screen
        if isinstance(screen, LiveScreen):
            screen.tick()
        elif isinstance(screen, TodayScreen):
            screen._look_again()
        await self.settles()

    async def seconds(self, n: float) -> None:
        """A moment."""
        await self.minutes(n / 60)

    # -- eyes -------------------------------------------------------------------------------------------

    @property
    def glass(self) -> str:
        """All that stands on the screen now."""
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())

    async def sees(self, *said: str) -> None:
        """These words stand on the glass, or do in a moment."""
        for words in said:
            for _ in range(WAIT):
                if words in self.glass or words in _flat(self.glass):
                    break
                await self.pilot.pause(0.01)
            else:
                raise AssertionError(f"{words!r} is not on the glass:\n{self.glass}")

    def sees_no(self, *said: str) -> None:
        """None of these words stands on the glass."""
        for words in said:
            assert words not in _flat(self.glass), f"{words!r} is on the glass:\n{self.glass}"

    async def reads(self) -> str:
        """The whole page, from top to bottom."""
        pages = [self.glass]
        for _ in range(20):
            await self.press("pagedown")
            if self.glass == pages[-1]:
                break
            pages.append(self.glass)
        await self.press(*(["pageup"] * len(pages)))
        return _flat("\n".join(pages))

    async def _find(self, words: str) -> tuple[int, int]:
        for _ in range(WAIT // 4):
            place = self._place(words)
            if place is not None:
                return place
            await self.pilot.pause(0.01)
        before = ""
        while not isinstance(self.app.screen, LiveScreen) and before != self.glass:
            before = self.glass
            await self.press("pagedown")
            place = self._place(words)
            if place is not None:
                return place
        raise AssertionError(f"{words!r} is nothing that can be tapped:\n{self.glass}")

    def _place(self, words: str) -> tuple[int, int] | None:
        """Where a pad says it, else a tile, else anything that can be tapped."""
        screen = self.app.screen
        assert isinstance(screen, BoardScreen)
        found: list[tuple[int, int, int]] = []
        for y, line in enumerate(self.glass.split("\n")):
            x = line.find(words)
            while x >= 0:
                cell = screen.cell_at(x, y)
                if cell is not None and not isinstance(cell, Gap) and cell.id:
                    found.append((0 if isinstance(cell, Pad) else 1 if isinstance(cell, Tile) else 2, y, x))
                x = line.find(words, x + 1)
        return min(found)[:0:-1] if found else None  # type: ignore[return-value]  # reason: a slice has no length


def _flat(text: str) -> str:
    """Without the frames, in one line: a sentence that goes on below is one sentence."""
    return " ".join("".join(" " if "─" <= c <= "╿" or c in "▀▄█▌▐" else c for c in text).split())
