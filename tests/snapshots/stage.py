"""What pictures and snapshots of the app are taken on: a clock that only they move, made-up homes, and the glass."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.events import Key
from textual.geometry import Region
from textual.keys import _character_to_key
from textual.screen import Screen

from observe.app import ObserveApp
from observe.domain.codec import parse
from observe.exchange.plain_roster import read_plain
from observe.platform import Platform
from observe.services import demo, visits
from observe.services.home import Home, open_home
from observe.services.roster import import_rosters
from observe.ui.base import BoardScreen
from observe.ui.live.screen import LiveScreen

from ..ui.term import term

NOW = "2026-11-24T10:15"
ZONE = "America/Phoenix"
MINUTE = "a minute"
QUIET = 20
"""So often round the loop without a message: nothing more comes of what was done."""
THEMES = ("dark", "light", "16 colours")
Size = tuple[int, int]
Do = Callable[[ObserveApp, "Fixed"], object]

CLASS = (
    "Amara Okeke", "Aiden Moss", "Beatriz Lima *", "Caleb Stone", "Chloe Park", "Dmitri Volkov", "Esperanza Ruiz",
    "Farah Nasser *", "Grace Hill", "Hiro Tanaka", "Imani Cole", "Jonah Levy", "Kofi Mensah", "Lucia Rossi",
    "Maximilian Berg", "Mei Lin *", "Noor Aziz", "Oscar Diaz", "Priya Shah", "Quinn Doyle", "Rosa Vega", "Samuel Ode",
    "Tomasz Nowak", "Viktor Hahn", "Zoe Kim",
)  # fmt: skip
SECTION = "Gr 4 Rm 12"


class Fixed(Platform):
    """This machine with a clock that only a journey moves."""

    def __init__(self) -> None:
        super().__init__()
        self.now = parse(NOW, ZONE)

    def wall_ms(self) -> int:
        return self.now

    def monotonic_ms(self) -> int:
        return self.now

    def zone(self) -> str:
        return ZONE

    async def start(self, home: Path, arguments: Sequence[str]) -> Any:
        raise NotImplementedError  # what the folder holds is what a journey says


def empty_home(path: Path) -> None:
    """A home in which there is nothing yet."""
    home = open_home(path, Fixed())
    home.set_setting("zone", ZONE)
    home.close()


def class_home(path: Path) -> None:
    """A home with one class and no visit."""
    home = open_home(path, Fixed())
    home.set_setting("zone", ZONE)
    home.set_setting("observer", "Robin Hale")
    home.set_setting("channels", "all")  # the dim rows of a first visit have a journey of their own
    rows = ["Name,Section,Teacher,Gifted"]
    rows += [f"{name.removesuffix(' *')},{SECTION},Ms Okafor,{'yes' if '*' in name else 'no'}" for name in CLASS]
    import_rosters(home, [read_plain("\n".join(rows).encode(), "class.csv", None)])
    home.close()


def term_home(path: Path) -> None:
    """The class of one section, visited for eight weeks."""
    class_home(path)
    home = open_home(path, Fixed())
    term(home, visits.sections(home)[0].id)
    home.close()


def demo_home(path: Path) -> None:
    """The demo school, in the middle of a morning."""
    platform = Fixed()
    demo.make(path, platform, at=platform.now)
    home = open_home(path, platform)
    home.set_setting("zone", ZONE)
    home.close()


HOMES = {"empty": empty_home, "class": class_home, "term": term_home, "demo": demo_home}


class Homes:
    """Each home is made once and closed; who plays in it gets a copy of the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.copies = 0

    def copy(self, name: str) -> Path:
        made = self.folder / name
        if not made.exists():
            HOMES[name](made)
        self.copies += 1
        return Path(shutil.copytree(made, self.folder / f"{name}-{self.copies}"))


@dataclass(frozen=True)
class Shot:
    """A look at the glass. `screen`: which screen must be there."""

    name: str
    screen: type[Screen[Any]]


@dataclass(frozen=True)
class At:
    """Steps for some sizes only: what else is not there to be pressed."""

    sizes: frozenset[Size]
    steps: tuple[Step, ...]


Step = str | Do | Shot | At
"""A key; `MINUTE` for a minute that passes; `@resume` for a finger on the pad of that id; something done; or a look."""


@dataclass(frozen=True)
class Journey:
    """Steps through the app in a home. `before`: what happened in it before the app was started."""

    name: str
    home: str
    steps: tuple[Step, ...]
    before: Callable[[Home], object] | None = None
    sizes: tuple[Size, ...] = ()

    def shots(self, size: Size) -> list[Shot]:
        """The looks that are taken at this size."""
        return [step for step in _flat(self.steps, size) if isinstance(step, Shot)]


def _flat(steps: tuple[Step, ...], size: Size) -> list[Step]:
    found: list[Step] = []
    for step in steps:
        if not isinstance(step, At):
            found.append(step)
        elif size in step.sizes:
            found += step.steps
    return found


class Still(ObserveApp):
    """The app without what it does by the real clock: a sync or a backup makes a page anew whenever it ends."""

    def _look_after(self) -> None:
        pass

    def _watch(self) -> None:
        pass


async def play(journey: Journey, size: Size, homes: Homes, look: Callable[[ObserveApp, Shot], Any]) -> dict[str, Any]:
    """Make the journey at this size; what `look` found, by name of the shot."""
    platform = Fixed()
    path = homes.copy(journey.home)
    home = open_home(path, platform)
    if journey.before is not None:
        journey.before(home)
    app = Still(home)
    found: dict[str, Any] = {}
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for step in _flat(journey.steps, size):
            if isinstance(step, Shot):
                assert type(app.screen) is step.screen, f"{step.name}: on the glass is {type(app.screen).__name__}"
                found[step.name] = await look(app, step)
            else:
                await do(app, platform, step)
    home.close()
    shutil.rmtree(path, ignore_errors=True)  # the care of the home, beside the app, may still be writing there
    return found


async def do(app: ObserveApp, platform: Fixed, step: Step) -> None:
    """One step that is no look."""
    if callable(step):
        done = step(app, platform)
        if asyncio.iscoroutine(done):
            await done
    elif step == MINUTE:
        platform.now += 60_000
        screen = app.screen
        if isinstance(screen, LiveScreen):
            screen.tick()
    elif isinstance(step, str) and step.startswith("@"):
        screen = app.screen
        assert isinstance(screen, BoardScreen)
        screen.press(step[1:], touch=True)
    elif isinstance(step, str):
        send(app, step)
    await settle(app)


async def settle(app: ObserveApp) -> None:
    """Until nobody has a message left. (`Pilot.pause` sleeps a frame or two each time: a minute for all journeys.)"""
    quiet = 0
    while quiet < QUIET:
        assert app.failure is None, f"the app has ended: {app.failure!r}"
        await asyncio.sleep(0)
        nodes = [app, *app.screen_stack, *(node for screen in app.screen_stack for node in screen.walk_children())]
        busy = any(not node._message_queue.empty() or node._next_callbacks for node in nodes)
        quiet = 0 if busy else quiet + 1
    app.screen._on_timer_update()


def send(app: ObserveApp, key: str) -> None:
    """A key as a terminal sends it. (`Pilot.press` waits three times for each.)"""
    driver = app._driver
    assert driver is not None
    character = key if len(key) == 1 else " " if key == "space" else None
    name = _character_to_key(key) if len(key) == 1 else key
    driver.send_message(Key(name, character))


def write(words: str) -> Do:
    """Keys that write it, one after the other."""

    def keys(app: ObserveApp, _: Fixed) -> None:
        for character in words:
            send(app, character if character != " " else "space")

    return keys


# -- what is on the glass --------------------------------------------------------------------------------


def wear(app: ObserveApp, theme: str) -> None:
    """Paint the screen on the glass anew, in this theme."""
    wanted = "textual-light" if theme == "light" else "textual-dark"
    if app.theme != wanted:
        app.theme = wanted
    app.console._color_system = ColorSystem.STANDARD if theme == "16 colours" else ColorSystem.TRUECOLOR
    screen = app.screen
    assert isinstance(screen, BoardScreen)
    for board in screen.boards.values():
        board.tokens = screen.tokens
        if board.at is not None:
            board.place(board.at)
    if isinstance(screen, LiveScreen):
        screen.shown = {}
    screen.draw()


def glass(app: ObserveApp) -> list[list[Segment]]:
    """The rows of the glass."""
    return [list(strip) for strip in app.screen._compositor.render_strips()]


async def painted(app: ObserveApp) -> dict[str, list[list[Segment]]]:
    """The rows in every theme; afterwards it is dark again, as at the start."""
    found = {}
    for theme in (*THEMES[1:], THEMES[0]):
        was = app.theme
        wear(app, theme)
        if app.theme != was:  # its grounds are in the style sheet, which follows by and by
            await settle(app)
        found[theme] = glass(app)
    return found


def text_of(row: list[Segment]) -> str:
    return "".join(segment.text for segment in row)


NAMES = (
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "silver",
    "grey", "bright red", "bright green", "bright yellow", "bright blue", "pink", "bright cyan", "white",
)  # fmt: skip


@cache
def style_words(style: Style | None, theme: str) -> str:
    """A style as one reads it: the 16 colours by name, others as hex."""
    if style is None:
        return "none"

    def color(of: Any) -> str:
        if of is None:
            return "default"
        if theme != "16 colours":
            return str(of.get_truecolor().hex)
        number = of.downgrade(ColorSystem.STANDARD).number
        return NAMES[number] if number is not None else of.name

    marks = [name for name in ("bold", "dim", "italic", "underline", "reverse", "strike") if getattr(style, name)]
    return " ".join([f"{color(style.color)} on {color(style.bgcolor)}", *marks])


def boards(app: ObserveApp) -> list[tuple[str, Region, list[tuple[Region, Any]]]]:
    """Each board on the glass: its name, where it is, and its cells in places of the screen."""
    screen = app.screen
    assert isinstance(screen, BoardScreen)
    return [
        (name, board.at, [(place.translate(board.at.offset), cell) for place, cell in board.cells])
        for name, board in screen.boards.items()
        if board.at is not None
    ]
