"""Screens that are read and left again: a title, lines that scroll or pads, and pads at the foot."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from textual.app import ComposeResult
from textual.events import Key, MouseScrollDown, MouseScrollUp, Resize
from textual.geometry import Region, Size

from observe.ui import marks
from observe.ui.base import BoardScreen
from observe.ui.board import Board
from observe.ui.cells import MIN_HEIGHT, Word, cuts, row
from observe.ui.commands import Command
from observe.ui.keymap import keymap
from observe.ui.live.keys import stroke
from observe.ui.pads import Pad, Panel, Row
from observe.ui.text import fit_words, pad_to, width, wrap


class PageScreen(BoardScreen):
    """Boards `title`, `body` and `foot`. Below, `foot_ids` names the pads at the foot."""

    def __init__(self, commands: Iterable[Command], foot_ids: Sequence[str]) -> None:
        super().__init__()
        self.commands = {command.id: command for command in commands}
        self.keymap = keymap(self.commands.values())
        self.foot_ids = tuple(foot_ids)
        self.first = 0
        """The row at the top of what scrolls."""
        self._laid_out: Size | None = None

    def compose(self) -> ComposeResult:
        """The three boards."""
        for id in ("title", "body", "foot"):
            yield Board(id, self.tokens)

    def on_resize(self, event: Resize) -> None:
        """Everything has its place by the size alone; a new screen is told of it twice."""
        if event.size != self._laid_out:
            self._laid_out = event.size
            self.draw()

    # -- what a page says about itself ------------------------------------------------------------------

    def title_choices(self) -> Sequence[str]:
        """The title, then ever shorter."""
        raise NotImplementedError

    def draw_body(self, board: Board) -> None:
        """Show what is between title and foot."""
        raise NotImplementedError

    def pad(self, id: str) -> Pad:
        """A pad at the foot."""
        command = self.commands[id]
        return Pad(id, command.labels, command.key_word)

    # -- the rest -----------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Show what is so."""
        w, h = self.size
        if not self.ready or w < 20 or h < 8:
            return
        boards = self.boards
        self.draw_title(w)
        boards["body"].move_to(Region(0, 1, w, h - 1 - MIN_HEIGHT))
        self.draw_body(boards["body"])
        boards["foot"].move_to(Region(0, h - MIN_HEIGHT, w, MIN_HEIGHT))
        pads = [self.pad(id) for id in self.foot_ids]
        widths = cuts([Word(pad.key, pad.labels) for pad in pads], w) or []
        boards["foot"].show(tuple(row(widths, 0, 0, MIN_HEIGHT)), pads)

    def draw_title(self, w: int) -> None:
        """The title, and at its end the mark of the shared folder."""
        if not self.ready:
            return
        mark = self.mark
        end = marks.room(mark, w)
        self.boards["title"].move_to(Region(0, 0, w, 1))
        text = " " + fit_words(list(self.title_choices()), w - end - 2)
        cells = [Panel("", (Row(text, bold=True),), "title")]
        if mark is not None:
            cells.append(marks.shown(mark, end))
        self.boards["title"].show(tuple(row([w - end, end][: len(cells)], 0, 0, 1)), cells)

    def elsewhere(self) -> None:
        """The mark in the title may be another one."""
        self.draw()

    def key(self, event: Key) -> bool:
        """A key of this page."""
        id = self.keymap.get(stroke(event), "")
        if id:
            self.press(id)
        return bool(id)

    def scroll(self, by: int) -> None:
        """Move by so many lines."""
        self.first += by
        self.draw()

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """The wheel, down."""
        event.stop()
        event.prevent_default()
        self.scroll(3)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """The wheel, up."""
        event.stop()
        event.prevent_default()
        self.scroll(-3)


class TextPage(PageScreen):
    """A page of lines that scroll by keys, wheel and pads."""

    def __init__(self, commands: Iterable[Command], foot_ids: Sequence[str]) -> None:
        super().__init__((*commands, *SCROLL), (*foot_ids, "scroll_up", "scroll_down"))

    def lines(self, w: int) -> list[Row]:
        """All lines, for a page of `w` columns."""
        raise NotImplementedError

    def draw_body(self, board: Board) -> None:
        """The lines that are on the glass."""
        w, h = self.size.width, self.size.height - 1 - MIN_HEIGHT
        lines = self.lines(w - 2)
        self.first = max(0, min(self.first, len(lines) - h))
        shown = tuple(lines[self.first : self.first + h])
        board.show((Region(0, 0, w, h),), [Panel("", shown, "card")])

    def pad(self, id: str) -> Pad:
        """Scrolling pads are dim where there is nothing more."""
        found = super().pad(id)
        h = self.size.height - 1 - MIN_HEIGHT
        if id == "scroll_up":
            return replace(found, dim=self.first <= 0)
        if id == "scroll_down":
            return replace(found, dim=self.first + h >= len(self.lines(self.size.width - 2)))
        return found

    def press(self, id: str, touch: bool = False) -> None:
        """Scrolling is the same on every page."""
        page = max(1, self.size.height - 2 - MIN_HEIGHT)
        steps = {"scroll_up": -page, "scroll_down": page, "line_up": -1, "line_down": 1}
        if id in steps:
            self.scroll(steps[id])
        else:
            self.act(id)

    def act(self, id: str) -> None:
        """Whatever else the page has."""
        raise NotImplementedError


SCROLL = (
    Command("scroll_up", "pageup", "Up", "A page up."),
    Command("scroll_down", "pagedown", "Down", "A page down."),
    Command("line_up", "up", "Line up", "A line up, or the choice above.", ("▲",)),
    Command("line_down", "down", "Line down", "A line down, or the choice below.", ("▼",)),
)


def paragraph(text: str, w: int, indent: int = 2, ink: str = "ink") -> list[Row]:
    """A line of any length as rows of at most `w` cells; what goes on is set in further."""
    first, *more = wrap(text, w - indent - 2)
    return [Row(" " * indent + first, ink), *(Row(" " * (indent + 2) + line, ink) for line in more)]


def columns(key: str, label: str, text: str, w: int) -> list[Row]:
    """A key, its label and what it does, in columns; the text goes on below itself."""
    more_key = max(0, width(key) - 7)  # a long key takes from the label's column what it needs
    head = f"  {pad_to(key, 7 + more_key)} {pad_to(label, 19 - more_key)} "
    if w - width(head) < 24:
        return [Row(f"  {pad_to(key, 7 + more_key)} {label}", bold=True), *paragraph(text, w, 10, "mute")]
    first, *more = wrap(text, w - width(head))
    return [Row(head + first), *(Row(" " * width(head) + line) for line in more)]
