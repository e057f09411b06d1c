"""Fingers on the live screen of the real program.

Where every pad and tile is comes from the layout, for the same class at the same size, in a copy of the home that
the program never sees; what happens is read from the terminal, and at the end from the log.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from textual.geometry import Region

from observe.platform import Platform
from observe.services.home import Home, open_home
from observe.ui.commands import live_commands
from observe.ui.layout import GROUPS, PLAN, lay_out
from observe.ui.live.controller import Controller
from observe.ui.live.panes import faces
from observe.ui.live.scene import Scene, shape_of
from observe.ui.own_keys import own_keymap
from observe.ui.pads import Cell, Gap, Pad, Tile

from .terminal import Terminal

MIDDLE, TOP_LEFT, BOTTOM_RIGHT = "middle", "top left", "bottom right"


@dataclass
class Row:
    """One observation as it is expected in the log; people by name."""

    channel: str
    code: str
    name: str = ""
    on: str = ""
    sweep: str = ""
    asker: str = ""
    answered: str = ""
    waited: bool = False
    company: tuple[str, ...] = ()
    group: str = ""
    plan: str = ""


def squeezed(text: str) -> str:
    """Without spaces and in capitals: pads break words over lines, a look at everyone spaces names out."""
    return "".join(text.split()).upper()


@dataclass
class Glass:
    """The live screen in a terminal. `rows`: what the log is to hold. `student`: who is chosen."""

    terminal: Terminal
    twin: Home
    scene: Scene
    open: str = ""
    looking: bool = False
    student: str | None = None
    rows: list[Row] = field(default_factory=list)
    tapped: set[tuple[str, str]] = field(default_factory=set)
    taps: int = 0
    corners: int = 0
    _known: dict[tuple[str, bool, int], dict[str, tuple[Region, Cell]]] = field(default_factory=dict)

    # -- where things are ------------------------------------------------------------------------------

    def faces(self, open_: str, page: int | None = None) -> dict[str, tuple[Region, Cell]]:
        """Every target while this is open: where, and what stands there."""
        session = self.scene.c.session
        page = session.page if page is None else page
        if (open_, self.looking, page) not in self._known:
            was = session.page
            session.open, session.looking, session.page = open_, 1 if self.looking else None, page
            found: dict[str, tuple[Region, Cell]] = {}
            for board, (face, cells) in faces(self.scene, self.scene.layout.boards).items():
                places = self.scene.layout.faces[board, face]
                for where, cell in zip(places, cells, strict=False):
                    if not isinstance(cell, Gap) and cell.id:
                        found[cell.id] = (where.translate(self.scene.layout.boards[board].offset), cell)
            session.open, session.looking, session.page = "", None, was
            self._known[open_, self.looking, page] = found
        return self._known[open_, self.looking, page]

    def opens(self) -> list[str]:
        """All that can be opened at this size."""
        names = [face for _, face in self.scene.layout.faces]
        mine = ("more", GROUPS, PLAN)
        return [name for name in names if name in mine or name.startswith(("picks", "drawer.", "sheet.menu"))]

    def everything(self) -> set[str]:
        """The ids of all targets of this size, on every page of tiles and behind every pad that opens."""
        found: set[str] = set()
        for open_ in ("", *self.opens()):
            found |= self.faces(open_).keys()
        self.scene.c.session.regroup = True
        self._known.clear()
        found |= self.faces(GROUPS).keys()
        self.scene.c.session.regroup = False
        self._known.clear()
        for page in range(8):
            found |= self.faces("", page).keys()
        self.looking = True
        found |= self.faces("").keys()
        self.looking = False
        return found

    def reach(self, id: str) -> tuple[Region, Cell]:
        """Where this is, once what covers it has been opened and its page turned."""
        pages = 0
        while id not in self.faces(self.open):
            opener = next((o for o in self.opens() if id in self.faces(o)), "")
            if id.startswith("student."):
                assert pages < 8, id
                pages += 1
                self.turn()
            elif opener == "more":
                self.tap("more")
            elif opener in (GROUPS, PLAN):
                self.tap("groups" if opener == GROUPS else "plan")
                self.says("which group" if opener == GROUPS else "Plan")
            elif opener == "sheet.menu":
                self.tap("menu")
                self.says("Menu")
            else:
                assert opener, f"no way to {id}"
                self.tap(f"open.{opener}")
        return self.faces(self.open)[id]

    def turn(self, spot: str = MIDDLE) -> None:
        """The next page of tiles."""
        self.tap("page", spot)
        self.scene.c.session.page = (self.scene.c.session.page + 1) % self.pages

    @property
    def pages(self) -> int:
        """Of tiles."""
        n, room = len(self.scene.c.view.seats), self.scene.layout.per_page
        return 1 if n + 1 <= room else -(-n // (room - 2))

    # -- a finger ----------------------------------------------------------------------------------------

    def tap(self, id: str, spot: str = MIDDLE) -> Region:
        """A finger on this pad or tile, which is first seen to be there; it goes up here, nearby or far away."""
        where, cell = self.reach(id)
        if isinstance(cell, Pad) and not id.startswith(("asker", "undo", "redo")):
            # The pad of a drawer is named by what runs, but its key is always the same one.
            words = [squeezed(word) for word in ((cell.key,) if id.startswith("open.drawer") else cell.labels)]
            self.terminal.until_so(lambda: any(w in squeezed(self.text(where)) for w in words), f"{id} at {where}")
        if isinstance(cell, Tile):
            # At least one character of a wide script, and two of a narrow one, have room in every tile.
            words = [squeezed(name)[: 2 if name.isascii() else 1] for name in cell.names]
            self.terminal.until_so(lambda: any(w in squeezed(self.text(where)) for w in words), f"{id} at {where}")
        x, y = {
            MIDDLE: (where.x + where.width // 2, where.y + where.height // 2),
            TOP_LEFT: (where.x, where.y),
            BOTTOM_RIGHT: (where.right - 1, where.bottom - 1),
        }[spot]
        w, h = self.terminal.screen.columns, self.terminal.screen.lines
        up = [(x, y), (min(x + 1, w - 1), y), ((x + w // 3) % w, (y + h // 2) % h), (0, h - 1)][self.taps % 4]
        self.terminal.finger((x, y), up)
        self.taps += 1
        self.tapped.add((id, MIDDLE if spot == MIDDLE else "corner"))
        self._close(id)
        return where

    def corner(self) -> str:
        """One corner and the other in turn."""
        self.corners += 1
        return TOP_LEFT if self.corners % 2 else BOTTOM_RIGHT

    def _close(self, id: str) -> None:
        if id.startswith("open."):
            face = id.removeprefix("open.")
            self.open = "" if self.open == face else face
        elif id == "menu":
            self.open = "" if self.open and self.open != "more" else "sheet.menu"
        elif id == "more":
            self.open = "more"
        elif id == "look_order" or id.startswith("step."):
            pass  # the menu stays open: she may step on
        elif id in ("groups", "plan"):
            self.open = GROUPS if id == "groups" else PLAN
        elif self.open == GROUPS and (id == "group_move" or self.scene.c.session.regroup):
            pass  # more children may move
        elif id not in ("page", "strip"):
            self.open = ""

    # -- what is seen ---------------------------------------------------------------------------------------

    def text(self, where: Region) -> str:
        """What stands in a rectangle."""
        return " ".join(self.terminal.row(y, where.x, where.width) for y in range(where.y, where.bottom))

    def part(self, i: int) -> Region:
        """The strip's left part, whom the next tap is for, or its right one, what was logged."""
        board = self.scene.layout.boards["strip"]
        return self.scene.layout.faces["strip", "strip"][i].translate(board.offset)

    def says(self, *words: str) -> None:
        """The right part of the strip comes to say one of these."""
        part = self.part(1)
        self.terminal.until_so(lambda: any(w in self.text(part) for w in words), f"strip: {words}")

    def no_longer_says(self, *words: str) -> None:
        """The right part of the strip comes to say none of these."""
        part = self.part(1)
        self.terminal.until_so(lambda: not any(w in self.text(part) for w in words), f"strip without {words}")

    def asks(self, words: str, yes: bool = True) -> None:
        """The left part of the strip comes to say this, or no longer to."""
        part = self.part(0)
        what = words if yes else f"strip without {words}"
        self.terminal.until_so(lambda: (words in self.text(part)) is yes, what)

    def style(self, where: Region) -> tuple[object, ...]:
        """The colours of a pad's cells."""
        cells = [self.terminal.screen.buffer[where.y + 1][x] for x in range(where.x, where.right - 1)]
        return tuple((cell.fg, cell.bg) for cell in cells)

    def chosen(self, student: str | None, where: Region | None = None) -> None:
        """The strip names this student, and the tile stands in the strip's colour."""
        names = [squeezed(name)[:6] for name in self.scene.c.names.choices(student)]
        part, buffer = self.part(0), self.terminal.screen.buffer

        def so() -> bool:
            if not any(f"▶{name}" in squeezed(self.text(part)) for name in names):
                return False
            return where is None or buffer[where.y][where.x].bg == buffer[part.y][part.x].bg

        self.terminal.until_so(so, f"{names} chosen")
        self.student = student

    # -- what a finger does ----------------------------------------------------------------------------------

    def name(self, student: str | None) -> str:
        """The name in the log, "" for everyone."""
        return next((s.name for s in self.scene.c.log.students if s.id == student), "")

    def select(self, student: str | None, spot: str = MIDDLE) -> None:
        """The tile of a student, or Everyone."""
        where = self.tap(f"student.{student}" if student else "everyone", spot)
        self.chosen(student, where)

    def labels(self, id: str) -> tuple[str, ...]:
        """What a code is called on the strip: its label or the first shorter one."""
        return self.scene.commands[id].labels[:2]

    def code(self, id: str, spot: str = MIDDLE, **more: str) -> Row:
        """A code is tapped, the strip names it, its pad lights up, and the log is to have it."""
        _, channel, code = id.split(".")
        before = self.style(self.faces("")[id][0]) if id in self.faces("") else ()
        where = self.tap(id, spot)
        off = more.get("on") == "no"
        self.says(*(f"{word} off" if off else word for word in self.labels(id)))
        if not off and id in self.faces(""):
            # Two lines of a label can leave no room for the mark.
            self.terminal.until_so(lambda: "●" in self.text(where) or self.style(where) != before, f"{id} lit")
        kind = self.scene.c.channel(channel)
        assert kind is not None
        about = "" if kind.about == "visit" or more.get("asker", "student") != "student" else self.name(self.student)
        self.rows.append(Row(channel, code, about, **more))
        return self.rows[-1]


def over(terminal: Terminal, copy: Path, visit: str, width: int, height: int) -> Glass:
    """The glass over a terminal; `copy` is the home's own copy, for the geometry."""
    twin = open_home(copy, Platform())
    controller = Controller(twin, visit)
    commands = live_commands(controller.protocol)
    keys, _ = own_keymap(twin, commands, controller.protocol)
    by_command = {command.id: command for command in commands}
    by_id = {id: key for key, id in keys.items()}
    shape = shape_of(controller, by_command, by_id)
    return Glass(terminal, twin, Scene(controller, lay_out(width, height, shape), shape, by_command, by_id))


def copied(home: Path, to: Path) -> Path:
    """A copy of a home that nobody has open."""
    shutil.copytree(home, to)
    return to


def spots(ids: Sequence[str], glass: Glass, corner: bool) -> list[tuple[str, str]]:
    """Each id with the middle, or with one corner and the other in turn."""
    return [(id, glass.corner() if corner else MIDDLE) for id in ids]
