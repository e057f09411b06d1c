"""The live screen: places the boards on a resize, hands taps and keys to the controller, draws what changed."""

from collections.abc import Iterable
from contextlib import suppress
from math import inf

from textual.app import ComposeResult
from textual.events import Key, Paste, Resize
from textual.geometry import Region

from observe.domain.errors import NotSaved, Refused
from observe.domain.names import clean_name
from observe.services.home import Home
from observe.services.keyfile import FILE
from observe.services.visits import end_visit
from observe.store.connection import SQLError
from observe.ui import marks
from observe.ui.base import BoardScreen
from observe.ui.board import Board, Seam
from observe.ui.commands import Command, code_id, live_commands, opener
from observe.ui.layout import Layout, lay_out
from observe.ui.live import asking, cursor, mending, planned
from observe.ui.live.controller import Controller
from observe.ui.live.keys import Keys, stroke
from observe.ui.live.panes import Faces, faces, open_keys
from observe.ui.live.scene import Scene, shape_of
from observe.ui.live.tiles import page_of
from observe.ui.messages import HideNames, ShowCorrect, ShowHelp, ShowSummary, ShowWrapUp, ToStart
from observe.ui.own_keys import own_keymap
from observe.ui.pads import Cell, Gap

TICK_S = 1.0
FRAME_S = 1 / 60
BOARDS = ("title", "strip", "acts", "undo", "tools", "group", "band", "tiles", "side")
SEAMS = 16
WRONG = f"{FILE}: ? says why"
"""Of a user's own keys that cannot be: what is wrong is longer than any strip."""
CODES = ("left", "foot", "right", "lower", "upper", "asker")


class LiveScreen(BoardScreen):
    """One visit while it goes on."""

    def __init__(self, home: Home, visit: str, hidden: bool = False) -> None:
        super().__init__()
        self.home = home
        self.controller = Controller(home, visit, hidden)
        commands = self._worded()
        keys, self.wrong_keys = own_keymap(home, commands, self.controller.protocol)
        if self.wrong_keys:
            self.controller.session.message = WRONG
        self.commands = {command.id: command for command in commands}
        self.keys = Keys(keys)
        by_id = {id: key for key, id in keys.items()}
        shape = shape_of(self.controller, self.commands, by_id)
        self.scene = Scene(self.controller, Layout("small", 0, 0), shape, self.commands, by_id, home.is_demo)
        self.shown: Faces = {}
        self.unanswered = False

    def _worded(self) -> tuple[Command, ...]:
        return asking.worded(self.controller, live_commands(self.controller.protocol))

    def compose(self) -> ComposeResult:
        """All boards that any size may show; the layout says which of them do."""
        for _ in range(SEAMS):
            yield Seam()
        rows = [f"row-{channel.name}" for channel in self.controller.places.rows]
        for id in (*BOARDS, *CODES, *rows):
            yield Board(id, self.tokens)

    def on_mount(self) -> None:
        """From here on the clocks run, and what waits is tried again."""
        self.set_interval(TICK_S, self.by_clock(self.tick))

    def on_unmount(self) -> None:
        """The visit has ended elsewhere, another one begins, or the app ends: what she was writing is kept."""
        with suppress(Refused, SQLError):
            self.controller.refresh()
            mending.keep_note(self.controller)

    def on_resize(self, event: Resize) -> None:
        """The only place where anything moves."""
        self.place(event.size.width, event.size.height)

    def place(self, width: int, height: int) -> None:
        """Put every board where this size has it."""
        if not self.ready:
            return
        end = marks.room(self.mark, width)
        self.scene.shape = shape_of(self.controller, self.commands, self.scene.keys, end)
        self.scene.layout = lay_out(width, height, self.scene.shape)
        self.controller.session.columns = self.scene.layout.columns
        seams = [*self.scene.layout.seams()[:SEAMS], *([None] * SEAMS)]
        for seam, line in zip(self.query(Seam), seams, strict=False):
            seam.place(line)
        for name, board in self.boards.items():
            board.place(self.scene.layout.boards.get(name))
        self.shown = {}
        self.draw()

    # -- taps and keys -------------------------------------------------------------------------------

    def cell_at(self, x: int, y: int, made: float = inf) -> Cell | None:
        """What is there now: pads come by her own taps alone here, and a hand that knows them taps ahead."""
        return super().cell_at(x, y)

    def press(self, id: str, touch: bool = False) -> None:
        """A pad, wherever it was tapped or whichever key stands for it."""
        session = self.controller.session
        was = session.selected
        if id in ("wrap", "so_far", "last_twenty", "leave", "privacy", "help"):
            self._away(id)
        elif id == "page":
            session.page += 1
        elif id.startswith("cursor_"):
            session.cursor = cursor.move(self.targets(), self._cursor_from(), id.removeprefix("cursor_"))
        else:
            self.controller.press(id, touch)
        self._follow(was)
        if self._outgrown():
            self.place(*self.size)
        elif id.startswith("code.") and self.shown:
            self.answer()
            return
        self.draw()

    def _follow(self, was: str | None) -> None:
        """Turn to the page of whoever is chosen now, where it `was` another one."""
        session = self.controller.session
        if session.selected != was:
            session.page = page_of(self.scene, session.selected)

    def _outgrown(self) -> bool:
        """Whether there is a tile more (a guest), or another number of planned questions than there are places."""
        shape, c = self.scene.shape, self.controller
        seats = c.places.tiles and len(c.view.seats) + 1 != shape.tiles
        return seats or len(planned.questions(c)) != shape.questions

    def key(self, event: Key) -> bool:
        """A key of the keyboard."""
        session, key = self.controller.session, stroke(event)
        if session.typing is not None and self._type(event, key):
            self.draw()
            return True
        if key == "enter" and session.cursor:
            self.press(session.cursor)
            return True
        letters = {seat.letter: seat.student.id for seat in self.controller.view.seats if seat.letter}
        id = self.keys.feed(key, session, open_keys(self.scene, self.shown), letters)
        if id.startswith("prefix."):
            self._prefix(id.removeprefix("prefix."))
        elif id:
            self.press(id)
        else:
            self.draw()
        return bool(id) or bool(session.prefix)

    def _prefix(self, key: str) -> None:
        """The first of two keys: what it chooses from opens where it has a place."""
        for channel in self.controller.protocol.channels:
            if opener(channel).key != key:
                continue
            picks = channel is self.controller.places.picks
            names = ("picks" if picks else f"drawer.{channel.name}", f"sheet.{channel.name}")
            face = next((n for n in names if any(n == have for _, have in self.scene.layout.faces)), "")
            if face and self.controller.session.open != face:
                self.controller.press(f"open.{face}")
        self.controller.session.prefix = key
        self.draw()

    def _type(self, event: Key, key: str) -> bool:
        """The strip is a line to write on: whatever is text goes there."""
        session = self.controller.session
        assert session.typing is not None
        session.message = ""
        if key == "enter":
            mending.keep_note(self.controller)
            self.controller.refresh()
        elif key == "escape":
            session.typing = None
        elif key in ("backspace", "ctrl+h"):
            session.typing = session.typing[:-1]
        elif event.character is not None and event.character.isprintable():
            session.typing += event.character
        else:
            return False
        return True

    def on_paste(self, event: Paste) -> None:
        """Pasted text belongs to the note that is being written."""
        session = self.controller.session
        if session.typing is not None:
            session.typing += clean_name(event.text, len(event.text))
            self.draw()

    def _cursor_from(self) -> str:
        session = self.controller.session
        chosen = f"student.{session.selected}" if session.selected else "everyone"
        return session.cursor or chosen

    def targets(self) -> list[tuple[Region, str]]:
        """Every target on the glass: where, and its id."""
        found = []
        for name, (face, cells) in self.shown.items():
            board = self.scene.layout.boards[name]
            for where, cell in zip(self.scene.layout.faces[name, face], cells, strict=False):
                if not isinstance(cell, Gap) and cell.id:
                    found.append((where.translate(board.offset), cell.id))
        return found

    # -- leaving ----------------------------------------------------------------------------------------

    def _away(self, id: str) -> None:
        session, controller = self.controller.session, self.controller
        last = controller.view.last
        # A finger has no cursor: what was just tapped is what the word is asked about.
        logged = code_id(last.channel, last.code) if last is not None and last.code else ""
        about = session.cursor or logged
        about = {"group": "groups", "ask": "plan"}.get(about.partition(".")[0], about)
        session.close()
        if id == "privacy":
            self.post_message(HideNames(not controller.hidden))
        elif id == "help":
            self.post_message(ShowHelp(about))
        elif id == "leave":
            self.post_message(ToStart())
        elif id == "so_far":
            self.post_message(ShowWrapUp(controller.recorder.visit_id))
        elif id == "last_twenty":
            self.post_message(ShowCorrect(controller.recorder.visit_id))
        elif controller.saver.waiting:
            session.message = "not until the waiting taps are saved"
        else:
            mending.leave(controller)
            mending.keep_note(controller)
            if session.typing is not None:
                return  # it could not be kept, and the strip says why
            try:
                end_visit(self.home, controller.recorder.visit_id)
            except NotSaved as error:
                session.message = f"not ended: {error.why or error.what}"
            except Refused as error:
                controller.say(error)
            else:
                self.post_message(ShowSummary(controller.recorder.visit_id))

    def take_settings(self) -> None:
        """A setting is another one now, while the visit goes on below."""
        self.controller.take_settings()
        self.commands = {command.id: command for command in self._worded()}
        self.scene.commands = self.commands
        self.place(*self.size)

    def hide_names(self, hidden: bool) -> None:
        """Initials instead of names, or names again."""
        self.controller.hide(hidden)
        self.draw()

    # -- drawing ----------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Once a second: try what waits, see what others wrote, let the clocks run."""
        self.controller.retry()
        if self.is_current:
            was = self.controller.session.selected
            self.controller.tick(self.app.screen is self)
            if self.controller.session.selected != was:  # focal looks went on by the clock
                self._follow(was)
                self.stands_from_now()
            if self._outgrown():
                self.place(*self.size)
            self.draw()
            if self.controller.view.ended and not self.controller.saver.waiting:
                # The command line, or her other device, has ended it.
                self.post_message(ShowSummary(self.controller.recorder.visit_id))

    def draw(self) -> None:
        """Show what is so; boards draw only the cells that changed."""
        self.unanswered = False
        self._draw(self.scene.layout.boards)

    def answer(self) -> None:
        """The strip says at once what is on disk; the rest follows a frame later.

        Textual paints whatever lies in the rectangle round all that changed, so a pad at the left and the strip
        together would cost the painting of most of the screen before she sees anything.
        """
        self._draw([name for name in self.scene.layout.boards if name == "strip"])
        if not self.unanswered:
            self.unanswered = True
            self.set_timer(FRAME_S, self.by_clock(self._rest))

    def _rest(self) -> None:
        if self.unanswered:
            self.draw()

    def _draw(self, names: Iterable[str]) -> None:
        boards, names = self.boards, tuple(names)
        if "title" in names:
            self.scene.mark = self.mark
        shown = faces(self.scene, names)
        for name, (face, cells) in shown.items():
            boards[name].show(self.scene.layout.faces[name, face], cells)
        self.shown |= shown
