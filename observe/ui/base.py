"""What every screen shares: taps and keys through one queue, and colours by the terminal."""

from collections.abc import Callable
from math import inf
from typing import Any

from rich.style import Style
from textual._time import get_time
from textual.events import Key, MouseDown, Resize
from textual.geometry import Region
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from observe.domain.errors import Refused
from observe.services.sharing.mark import Mark
from observe.store.connection import SQLError
from observe.ui.board import Board
from observe.ui.messages import Away, ReadFailed
from observe.ui.pads import Cell, Gap
from observe.ui.tokens import Tokens, tokens_for


class BoardScreen(Screen[Any]):
    """A screen of boards. It takes every mouse event itself and asks the boards what lies there.

    Boards have message queues of their own; a tap on one and a tap on another that arrive in one clump
    could be handled in the wrong order, and an observation be logged for the wrong child.
    """

    ALLOW_SELECT = False
    AUTO_FOCUS = ""
    INLINE = False

    def __init__(self) -> None:
        super().__init__()
        self._boards: dict[str, Board] = {}
        self._going = False
        self._since = 0.0

    @property
    def ready(self) -> bool:
        """Whether there are boards to draw on. What changes before that needs none: the first drawing reads what is so.

        A screen has the size of the terminal from the start on, so its size does not tell.
        """
        return self.is_mounted

    def get_widget_at(self, x: int, y: int) -> tuple[Widget, Region]:
        """This screen, wherever the pointer is."""
        return self, self.region

    def get_style_at(self, x: int, y: int) -> Style:
        """No text of a board is a link; looking for one would cost each tap a walk over all boards."""
        return Style.null()

    async def _dispatch_message(self, message: Message) -> None:
        """A log that cannot be read ends no screen: the app says what happened.

        Textual ends a screen whose handler raised, and the app with it; this is the one place before that.
        """
        try:
            await super()._dispatch_message(message)
        except (SQLError, Refused) as error:
            self.app.post_message(ReadFailed(error))

    def by_clock(self, do: Callable[[], None]) -> Callable[[], None]:
        """The same for what a timer does: Textual calls it past `_dispatch_message`."""

        def done() -> None:
            try:
                do()
            except (SQLError, Refused) as error:
                self.app.post_message(ReadFailed(error))

        return done

    # -- whose a tap or a key is -------------------------------------------------------------------------

    def post_message(self, message: Message) -> bool:
        """What leads to another screen goes straight to the app, and until the app has done it nothing is taken here.

        Of two taps, or keys, that come in one clump the second would else start another visit, or open a page twice.
        """
        if not isinstance(message, Away):
            return super().post_message(message)
        if self._going:
            return False
        self._going = True
        return self.app.post_message(message) and self.app.call_later(self._gone)

    def _gone(self) -> None:
        self._going = False

    @property
    def takes(self) -> bool:
        """Whether taps and keys are this screen's: it is on top and leads nowhere else.

        Textual gives a screen that is left already all that came in the same clump: a second Back would leave what is
        below, too.
        """
        return self.is_active and not self._going

    def stands_from_now(self) -> None:
        """From here on this is what she sees: a tap that was made before was meant for something else."""
        self._since = get_time()

    @property
    def stood_s(self) -> float:
        """For how many seconds it has been what she sees."""
        return get_time() - self._since

    def on_screen_resume(self) -> None:
        """It is on top now."""
        self.stands_from_now()

    def on_resize(self, event: Resize) -> None:
        """The same, once everything has its place: each screen places it before this is called."""
        self.stands_from_now()

    @property
    def tokens(self) -> Tokens:
        """Colours that this terminal can show, dark or light as the app is."""
        theme = "dark" if self.app.current_theme.dark else "light"
        return tokens_for(self.app.console.color_system, theme)

    def wear(self) -> None:
        """Draw all anew in the colours and characters that the app has now; nothing moves."""
        for board in self.boards.values():
            board.wear(self.tokens)
        self.draw()

    def draw(self) -> None:
        """Show what is so."""
        raise NotImplementedError

    @property
    def mark(self) -> Mark | None:
        """Where what was logged is, for the title; None in a home that does not share."""
        read = getattr(self.app, "read_mark", None)
        found: Mark | None = read() if read is not None else None
        return found

    def elsewhere(self) -> None:
        """Another process wrote to the log: whatever is read once only has to be read anew."""

    @property
    def boards(self) -> dict[str, Board]:
        """The boards by id. They are the same ones from the first frame on; before it there are none."""
        if not self._boards:
            self._boards = {board.id or "": board for board in self.query(Board)}
        return self._boards

    def cell_at(self, x: int, y: int, made: float = inf) -> Cell | None:
        """The cell under a point of the screen; None where there is none, or was another when the tap was `made`."""
        for board in self.boards.values():
            if board.at is not None and board.at.contains(x, y):
                found = board.cell_at(x - board.at.x, y - board.at.y)
                return found[1] if found and made >= board.since(found[0]) else None
        return None

    def on_mouse_down(self, event: MouseDown) -> None:
        """A tap acts when it goes down, left button only: a finger that slips has tapped all the same.

        One that was made while another screen was on the glass, or another pad in that place, was meant for that one.
        """
        event.stop()
        if event.button != 1 or not self.takes or event.time < self._since:
            return
        cell = self.cell_at(event.x, event.y, event.time)
        if cell is not None and not isinstance(cell, Gap) and cell.id:
            self.press(cell.id, touch=True)

    def on_key(self, event: Key) -> None:
        """Keys reach the same actions. One that was typed ahead is the next screen's, as she meant it."""
        if not self.takes:
            event.stop()
            self.app.post_message(Key(event.key, event.character))
        elif self.key(event):
            event.stop()
            event.prevent_default()

    def press(self, id: str, touch: bool = False) -> None:
        """Do what a pad stands for."""
        raise NotImplementedError

    def key(self, event: Key) -> bool:
        """Do what a key stands for; False leaves it to the app."""
        raise NotImplementedError
