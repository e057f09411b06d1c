"""Screens of cards: they scroll, a cursor goes over what can be done, and a line at the foot is written on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from textual.app import ComposeResult
from textual.events import Key, Paste
from textual.geometry import Region

from observe.domain.cards import Page
from observe.domain.errors import NotSaved, Refused
from observe.domain.protocol import Protocol
from observe.services.home import Home
from observe.ui.board import Board
from observe.ui.cards import CardBoard, Sheet, draw
from observe.ui.cells import MIN_HEIGHT, Word, cuts, row, whole
from observe.ui.commands import Command
from observe.ui.live.keys import stroke
from observe.ui.meanings import Words, words_of
from observe.ui.messages import HideNames, ShowHelp
from observe.ui.names import Names, masked
from observe.ui.pads import Cell, Pad, Panel, Row
from observe.ui.page import SCROLL, PageScreen
from observe.ui.text import fit_words, wrap
from observe.ui.writing import Typing

ROOMY = 30
"""From so many rows on, the pads may take two rows; below, what does not fit is behind More."""
CHOICE = 30
"""Columns of the pads beside the line, where lines can be chosen: two to step, and what is done with the chosen one."""
STEP = 7
KEEP = Command("keep", "enter", "Keep", "Keeps the line.")
DROP = Command("drop", "escape", "Drop", "Drops what was written.")
CARDS = (
    *SCROLL,
    Command("choose", "enter", "Do it", "Does what the line under the cursor stands for. A tap on a line chooses it."),
    Command("more_pads", "", "More", "The other actions."),
)


class CardPage(PageScreen):
    """A page of cards. `act` gets the page's own commands, `touch` what a line stands for; hiding names and help
    are the same on every page.

    A line is one row high, and a finger covers three: a tap on it moves the cursor there and does nothing else.
    Pads of full size below step from line to line and do what the chosen one stands for.
    """

    home: Home

    def __init__(self, commands: Iterable[Command], hidden: bool = False) -> None:
        super().__init__((*commands, *CARDS), ())
        self.hidden = hidden
        self.cursor, self.message, self.pads_from = "", "", 0
        self.typing: Typing | None = None
        self.sheet = Sheet()
        self._drawn: tuple[Page, int] | None = None
        self._long: set[tuple[int, int, tuple[str, ...]]] = set()
        """Sizes, and pads at the foot, with which the page was ever longer than the glass."""

    def compose(self) -> ComposeResult:
        """Title, cards, the line, pads."""
        yield Board("title", self.tokens)
        yield CardBoard("body", self.tokens)
        yield Board("line", self.tokens)
        yield Board("foot", self.tokens)

    # -- what a page of cards says about itself ------------------------------------------------------

    def titled(self, *words: str, named: bool = True) -> list[str]:
        """The title in ever shorter words, each with the demo and, where students are `named`, hidden names said."""
        demo = "DEMO  " if self.home.is_demo else ""
        hidden = "  NAMES HIDDEN" if named and self.hidden else ""
        return [f"{demo}{word}{hidden}" for word in words]

    def by_parts(self) -> list[str]:
        """The page's own title, then without its last parts, one after the other."""
        parts = self.page.title.split(" - ")
        return self.titled(*(" - ".join(parts[:n]) for n in range(len(parts), 0, -1)))

    def cards(self) -> Page:
        """The page as it stands."""
        raise NotImplementedError

    def names(self) -> Names:
        """How students are called here."""
        raise NotImplementedError

    def written(self, text: str) -> str:
        """What is being written, as it stands on the glass: what is kept is what she wrote."""
        return self.names().mask(text) if self.hidden else text

    def foot(self) -> Sequence[str]:
        """Ids of the pads at the foot, the most needed first."""
        raise NotImplementedError

    def hint(self) -> str:
        """What the line says while nothing is written."""
        return ""

    def answer_pads(self) -> Sequence[str]:
        """The answers to what the page asks of her: a row of pads above the others while it asks, so that each is one
        tap."""
        return ()

    def choice(self) -> Sequence[str]:
        """Ids of the pads that do something with the line under the cursor."""
        return ("choose",)

    def schemes(self) -> Sequence[Protocol]:
        """Whose labels stand on the page; () for those of all that visits were logged with."""
        return ()

    def words(self) -> Words:
        """What stands on the page and under its cursor: `?` says what the labels in it mean."""
        return words_of(self.page, self.cursor)

    @property
    def low(self) -> bool:
        """Whether there is something to choose that is lower than a finger."""
        return bool(self.sheet.acts)

    def act(self, id: str) -> None:
        """One of the page's commands."""
        raise NotImplementedError

    def touch(self, act: str) -> None:
        """What a line stands for; nothing on a page that has none but its commands."""

    def aside(self, by: int) -> None:
        """Left or right."""

    # -- drawing ---------------------------------------------------------------------------------------

    def read(self) -> Page:
        """The page with names as they may be shown."""
        return masked(self.cards(), self.names())

    def fresh(self) -> None:
        """Something changed: read it again and show it."""
        self.page = self.read()
        self.draw()

    def on_screen_resume(self) -> None:
        """Back from a screen above, where things may have changed."""
        if hasattr(self, "page"):
            self.fresh()

    def draw(self) -> None:
        """Show what is so."""
        w, h = self.size
        if not self.ready or w < 20 or h < 12:
            return
        if not hasattr(self, "page"):
            self.page = self.read()
        if self._drawn != (self.page, w):
            self.sheet = draw(self.page, w)
            self._drawn = (self.page, w)
            known = [act for act, _, _ in self.sheet.acts]
            self.cursor = self.cursor if self.cursor in known else ""
        boards = self.boards
        self.draw_title(w)
        choice = self._choice()
        line = self._line(w)
        deep = len(line) + (MIN_HEIGHT if choice else 0)
        pads = self._pads(w, h, h - 1 - deep - MIN_HEIGHT)
        high = MIN_HEIGHT * len(pads)
        self.room = h - 1 - deep - high
        self.first = max(0, min(self.first, len(self.sheet.rows) - self.room))
        body = boards["body"]
        body.move_to(Region(0, 1, w, self.room))
        assert isinstance(body, CardBoard)
        body.show_sheet(self.sheet, self.first, self.cursor)
        boards["line"].move_to(Region(0, 1 + self.room, w, deep))
        places = [Region(0, 0, w, len(line))] if line else []
        shown: list[Cell] = [Panel("", tuple(line), "bg")] if line else []
        if choice:
            said = self.hint() or f"{self._after_choosing()} {self._below()}".strip()
            hint = [Row(f" {text}", "mute") for text in wrap(said, w - CHOICE - 2)[:MIN_HEIGHT]]
            beside = [w - CHOICE, STEP, STEP, *_shares(CHOICE - 2 * STEP, len(choice) - 2)]
            places += row(beside, 0, len(line), MIN_HEIGHT)
            shown += [Panel("", tuple(hint), "bg"), *choice]
        boards["line"].show(tuple(places), shown)
        boards["foot"].move_to(Region(0, h - high, w, high))
        cells: list[Region] = []
        for i, band in enumerate(pads):
            widths = cuts([Word(pad.key, pad.labels) for pad in band], w) or []
            cells += row(widths, 0, i * MIN_HEIGHT, MIN_HEIGHT)
        boards["foot"].show(tuple(cells), [pad for band in pads for pad in band])

    def draw_title(self, w: int) -> None:
        """The title, once there is a page that it can tell of."""
        if hasattr(self, "page"):
            super().draw_title(w)

    def _choice(self) -> list[Pad]:
        """The pads beside the line: always there where lines can be chosen, so that none of them moves."""
        if not self.low or self.typing is not None:
            return []
        pads = [self.pad(id) for id in ("line_up", "line_down", *self.choice())]
        return [*pads[:2], *(replace(pad, dim=not self.cursor) for pad in pads[2:])]

    def _line(self, w: int) -> list[Row]:
        said = wrap(self.message, w - 5)[:3] if self.message else []
        rows = [Row(f" {'  ' if i else '! '}{text}", "warn", True) for i, text in enumerate(said)]
        if self.typing is not None:
            return [*rows, *self.typing.rows(self.written(self.typing.text), w)]
        if rows or self.low:
            return rows  # a hint stands beside the pads of the choice, where there are any
        return [Row(f" {fit_words([self.hint() or self._below(), self._below()], w - 2)}", "mute")]

    def _after_choosing(self) -> str:
        """What comes after a tap on a line: it says `tap to write`, and the tap alone has written nothing."""
        return "Chosen: now Do it, or enter." if self.cursor and "choose" in self.choice() else ""

    def _below(self) -> str:
        more = len(self.sheet.rows) - (self.first + self.size.height - 1 - MIN_HEIGHT - (MIN_HEIGHT if self.low else 1))
        return f"{more} more {'line' if more == 1 else 'lines'} below" if more > 0 else ""

    def _pads(self, w: int, h: int, room: int) -> list[list[Pad]]:
        """The pads at the foot in rows: one, two where there is height, or one with More."""
        if self.typing is not None:
            return [[Pad(c.id, c.labels, c.key_word) for c in (DROP, KEEP)]]
        answers = [self.pad(id) for id in self.answer_pads()]
        if answers:
            return [answers, *self._foot(w, h - MIN_HEIGHT, room - MIN_HEIGHT)]
        return self._foot(w, h, room)

    def _foot(self, w: int, h: int, room: int) -> list[list[Pad]]:
        foot = tuple(self.foot())
        if len(self.sheet.rows) > room:
            self._long.add((w, h, foot))
        # Once there, they stay: a name more or less would else lay the foot anew under a finger that taps twice.
        scroll = ("scroll_up", "scroll_down") if (w, h, foot) in self._long else ()
        pads = [self.pad(id) for id in (*foot, *scroll)]
        words = [Word(pad.key, pad.labels) for pad in pads]
        if whole(words, w):
            return [pads]
        half = -(-len(pads) // 2)
        if h >= ROOMY and whole(words[:half], w) and whole(words[half:], w):
            return [pads[:half], pads[half:]]
        always = [*pads[len(foot) :], self.pad("more_pads")]  # a page is read on without More
        pages: list[list[Pad]] = [[]]
        for pad in pads[: len(foot)]:
            if pages[-1] and not whole([Word(p.key, p.labels) for p in (*pages[-1], pad, *always)], w):
                pages.append([])
            pages[-1].append(pad)
        return [[*pages[self.pads_from % len(pages)], *always]]

    # -- keys and taps -----------------------------------------------------------------------------------

    def key(self, event: Key) -> bool:
        """While a line is written, keys write; else they are the page's."""
        name = stroke(event)
        if self.typing is not None:
            return self._write(self.typing, event, name)
        if name in ("left", "right") and name not in self.keymap:
            self._try(lambda: self.aside(1 if name == "right" else -1))
            return True
        return super().key(event)

    def _write(self, typing: Typing, event: Key, name: str) -> bool:
        if name in ("enter", "escape"):
            self.press("keep" if name == "enter" else "drop")
        elif not typing.key(name, event.character):
            return False
        self.draw()
        return True

    def on_paste(self, event: Paste) -> None:
        """Pasted text belongs to the line that is being written."""
        event.stop()
        if self.typing is not None:
            self.typing.paste(event.text)
            self.draw()

    def ask(self, prompt: str, text: str, then: Callable[[str], None], *, path: bool = False) -> None:
        """Have a line written; `then` gets it when it is kept. `path`: Tab completes it."""
        self.typing = Typing(prompt, text, then, path)

    def ask_where(self, prompt: str, page: Page, *stem: str) -> None:
        """Have the page written to one file, where she says. `stem`: what the file is called until she does."""
        from observe.services import pages  # not before the first frame

        def write(where: str) -> None:
            self.message = f"written: {pages.write_page(page, where)}"

        self.ask(prompt, str(pages.default_path(*stem)), write)

    def press(self, id: str, touch: bool = False) -> None:
        """A pad, a key, or a line under a finger."""
        if self.typing is not None and id not in ("keep", "drop"):
            return  # a tap beside the line neither keeps nor drops what she wrote
        self.message = ""
        page = max(1, self.room - 1)
        steps = {"scroll_up": -page, "scroll_down": page}
        if id == "drop":
            self.typing = None
        elif id == "keep":
            typing, self.typing = self.typing, None
            if typing is not None and not self._try(lambda: typing.then(typing.text.strip())):
                self.typing = typing  # what she wrote is still there
        elif id in steps:
            self.first += steps[id]
        elif id in ("line_up", "line_down"):
            self.step(-1 if id == "line_up" else 1)
        elif id == "more_pads":
            self.pads_from += 1
        elif id == "choose":
            if self.cursor:
                self.press(self.cursor)
        elif id == "privacy":
            self.post_message(HideNames(not self.hidden))
        elif id == "help":
            self.post_message(ShowHelp())
        elif id in self.commands:
            self._try(lambda: self.act(id))
        else:
            if not id.startswith("place:"):
                self.cursor = id
            if not (touch and self.low and self.cursor == id):
                self._try(lambda: self.touch(id))
        self.draw()

    def _try(self, do: Callable[[], None]) -> bool:
        """Do it; what goes wrong is a line, in words."""
        try:
            do()
        except NotSaved as error:
            self.message = f"not saved: {error.why or error.what}"
        except Refused as error:
            self.message = str(error)
        else:
            self.draw()
            return True
        self.draw()
        return False

    def step(self, by: int) -> None:
        """The cursor to the next line that does something, the page along with it."""
        acts = self.sheet.acts
        at = next((i for i, (act, _, _) in enumerate(acts) if act == self.cursor), None)
        if at is None:
            seen = [i for i, (_, y, _) in enumerate(acts) if self.first <= y < self.first + self.room]
            to = (seen[0] if by > 0 else seen[-1]) if seen else None
        else:
            to = at + by if 0 <= at + by < len(acts) else None
        if to is None or self._far(acts[to][1], by):
            self.first += by  # nothing to choose nearby: the page moves instead
            return
        self.cursor, top, bottom = acts[to]
        if top < self.first + 1:
            self.first = top - 1
        elif bottom >= self.first + self.room - 1:
            self.first = bottom - self.room + 2

    def _far(self, y: int, by: int) -> bool:
        """Whether what lies between is more than a page: it would be jumped over unread."""
        return y >= self.first + 2 * self.room if by > 0 else y < self.first - self.room

    def hide_names(self, hidden: bool) -> None:
        """Initials instead of names, or names again."""
        self.hidden = hidden
        self.fresh()

    def elsewhere(self) -> None:
        """What another process wrote shows, but not under a line that is being written."""
        if self.typing is None and hasattr(self, "page"):
            self.fresh()
        else:
            self.draw_title(self.size.width)


def _shares(w: int, n: int) -> list[int]:
    """`w` columns in `n` parts."""
    return [w * (i + 1) // n - w * i // n for i in range(n)]
