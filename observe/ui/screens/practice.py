"""A practice set at one screen: a scene, what is asked of it, and a pad for each code; one tap answers and goes on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from textual.events import Key

from observe.domain.practice_set import Item, PracticeSet
from observe.domain.protocol import Channel, Code, Protocol
from observe.services import practice
from observe.services.home import Home
from observe.services.practice import Person, as_line, from_line
from observe.services.practice_results import results_page
from observe.ui.cells import MIN_HEIGHT
from observe.ui.commands import PRACTICE, key_word
from observe.ui.names import Names
from observe.ui.padpage import Band, PadPage
from observe.ui.pads import Cell, Pad, Panel, Row
from observe.ui.readpage import ReadPage
from observe.ui.text import fit, wrap

WHO = ("You", "Colleague")
PAD = 15
"""Columns that a code's pad should have; more codes than fit so go on in a second row."""
ROOMY = 30
"""From so many rows on the pads of codes are higher."""
DONE = (
    "That was all of it. Results shows where you and the reference differ.",
    "Two of you? Let your colleague answer here now, before you look; or, at another device, read your answers out to"
    " each other and type theirs.",
)


class PracticeScreen(PadPage):
    """Runs a set for one person, or for two one after the other. `about`: the set's id. Nothing of it is kept."""

    def __init__(self, home: Home, about: str, hidden: bool = False) -> None:
        super().__init__(PRACTICE, hidden)
        self.home = home
        self.set: PracticeSet = practice.find(home, about)
        self.given: list[list[str | None]] = [[]]
        """Answers so far, a list for each person; the last one answers now."""

    @property
    def item(self) -> Item | None:
        """What is asked now; None when everything is."""
        at = len(self.given[-1])
        return self.set.items[at] if at < len(self.set.items) else None

    @property
    def people(self) -> list[Person]:
        """Who has answered everything."""
        whole = [answers for answers in self.given if len(answers) == len(self.set.items)]
        return [Person(name, tuple(answers)) for name, answers in zip(WHO, whole, strict=False)]

    # -- what it shows ---------------------------------------------------------------------------------

    def title_choices(self) -> list[str]:
        """Which set, and how far."""
        who = "" if len(self.given) == 1 else f"{WHO[1]}: "
        of = "done" if self.item is None else f"{len(self.given[-1]) + 1} of {len(self.set.items)}"
        words = (f"Practice - {who}{self.set.title} - {of}", f"Practice - {who}{of}", f"{who}{of}")
        return self.titled(*words, named=False)

    def names(self) -> Names:
        """The children of the scenes are made up."""
        return Names(())

    def schemes(self) -> Sequence[Protocol]:
        """The one that the set is coded with."""
        return (self.set.protocol,)

    def foot(self) -> Sequence[str]:
        """Beside the codes while something is asked; then what comes of it."""
        if self.item is not None:
            return ("back", "undo", "skip", "help")
        more = ("second", "their_line") if len(self.given) == 1 else ()
        return ("back", "results", *more, "undo", "help")

    def pad(self, id: str) -> Pad:
        """Some depend on what is so."""
        found = super().pad(id)
        if id == "undo":
            return replace(found, dim=not any(self.given))
        return replace(found, tone="deep", on=True) if id == "results" else found

    def hint(self) -> str:
        """What counts."""
        return "Code what the scene says and nothing more. ? has what each code means." if self.item is not None else ""

    def bands(self, w: int) -> list[Band]:
        """The scene, the question, the codes. They keep their places from one scene to the next."""
        if self.item is None:
            return self._done(w)
        number = self.set.numbered[len(self.given[-1])][0]
        deep = max(len(wrap(vignette.text, w - 4)) for vignette in self.set.vignettes)
        scene = [Row(f" {text}") for text in wrap(self.set.vignettes[number - 1].text, w - 4)]
        rows = (Row(f" Scene {number}", "mute"), *scene, *(Row("") for _ in range(deep - len(scene))))
        channel = self.set.channel(self.item)
        asked = Row(f" {channel.label}: {fit(self.item.about, w - 4)}", channel.tone or "deep", True)
        n = len(channel.codes)
        lines = -(-n // max(1, min(n, w // PAD)))
        high = MIN_HEIGHT + 1 if self.size.height >= ROOMY else MIN_HEIGHT
        return [
            Band((Panel("", rows, "card", "edge"),), 1, len(rows) + 1),
            Band((Panel("", (asked,), "bg"),), 1, 1),
            Band(tuple(self._codes(channel)), -(-n // lines), high),
        ]

    def _codes(self, channel: Channel) -> list[Cell]:
        keys = {code: key for key, code in self._keys(channel).items()}
        return [
            Pad(f"code.{c.key}", _labels(c), key_word(keys.get(c.key, "")), tone=c.tone or channel.tone or "ink")
            for c in channel.codes
        ]

    def _done(self, w: int) -> list[Band]:
        one = len(self.given) == 1
        said = [Row(f" {text}") for line in (DONE if one else DONE[:1]) for text in wrap(line, w - 4)]
        own = "Your answers" if one else "The answers"
        rows = [*said, Row(""), Row(f" {own}, in a line:", "mute")]
        rows += [
            Row(f" {text}", "active", True)
            for person in self.people
            for text in wrap(as_line(self.set, person.answers), w - 4)
        ]
        return [Band((Panel("", tuple(rows), "card", "edge"),), 1, len(rows) + 1)]

    @staticmethod
    def _keys(channel: Channel) -> Mapping[str, str]:
        """Key to code: the scheme's own where each code has a single one, so that the hand learns them; else digits."""
        own = {code.hotkey: code.key for code in channel.codes if len(code.hotkey) == 1}
        return own if len(own) == len(channel.codes) else dict(zip("123456789", channel.keys, strict=False))

    # -- what it does ------------------------------------------------------------------------------------

    def key(self, event: Key) -> bool:
        """A code's key answers; the rest are commands."""
        if self.typing is None and self.item is not None:
            code = self._keys(self.set.channel(self.item)).get(event.character or "")
            if code is not None:
                self.press(f"code.{code}")
                return True
        return super().key(event)

    def touch(self, act: str) -> None:
        """A code."""
        kind, _, code = act.partition(".")
        if kind == "code" and self.item is not None:
            self._answer(code)

    def act(self, id: str) -> None:
        """One of the page's commands."""
        if id == "back":
            self.dismiss()
        elif id == "undo":
            self._undo()
        elif self.item is not None:
            if id == "skip":
                self._answer(None)
        elif id == "results":
            self.app.push_screen(PracticeResultsScreen(self.home, self.set, self.people, self.hidden))
        elif len(self.given) == 1 and id == "second":
            self.given.append([])
        elif len(self.given) == 1 and id == "their_line":
            self.ask("Their answers, a number for each, - for none:", "", self._theirs)

    def _answer(self, code: str | None) -> None:
        self.given[-1].append(code)
        self.first, self.cursor = 0, ""

    def _undo(self) -> None:
        if len(self.given) > 1 and not self.given[-1]:
            self.given.pop()  # nobody else, after all: the first one's answers stand
        elif self.given[-1]:
            self.given[-1].pop()
        self.first, self.cursor = 0, ""

    def _theirs(self, text: str) -> None:
        if text:
            self.given.append(list(from_line(self.set, text)))


def _labels(code: Code) -> tuple[str, ...]:
    return (code.label, *code.short)


class PracticeResultsScreen(ReadPage):
    """What came of a set, in words, to be read and to be written."""

    def __init__(self, home: Home, practised: PracticeSet, people: Sequence[Person], hidden: bool = False) -> None:
        super().__init__(home, results_page(practised, people), f"practice {practised.id}", hidden)
