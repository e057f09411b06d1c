"""What few use, under one heading: practice sets, and the words of a coding scheme as a page."""

from collections.abc import Sequence

from observe.domain.errors import Refused
from observe.services import practice, protocols, settings
from observe.services.home import Home
from observe.services.said import counted
from observe.ui.commands import RESEARCH
from observe.ui.messages import SettingChanged, ShowPage
from observe.ui.names import Names
from observe.ui.padpage import Band, PadPage, group
from observe.ui.pads import Cell, Pad, Row
from observe.ui.text import fit, wrap

WHY = (
    "Code the same scenes, each alone, then look where you differ: it takes ten minutes in a staff meeting, and what"
    " the words mean is settled before anybody is looked at. No answer is kept."
)


class ResearchScreen(PadPage):
    """Pads that lead on, read anew when she comes back: a set of her own is a file that she may have mended."""

    def __init__(self, home: Home, about: str = "", hidden: bool = False) -> None:
        super().__init__(RESEARCH, hidden)
        self.home = home
        self.load()

    def load(self) -> None:
        """Read which sets and schemes there are."""
        self.sets = practice.every(self.home)
        own = {p.id: p for p in protocols.every(self.home) if p.id not in protocols.shipped()}
        self.worded = (protocols.find(self.home, protocols.DEFAULT), *own.values())

    # -- what it shows ---------------------------------------------------------------------------------

    def title_choices(self) -> list[str]:
        """What it is."""
        return self.titled("Research - what few use", "Research", named=False)

    def names(self) -> Names:
        """No student is named here."""
        return Names(())

    def foot(self) -> Sequence[str]:
        """Where one can go from here."""
        return ("back", "help")

    def hint(self) -> str:
        """Where sets of one's own are."""
        return "Sets of your own: files in the home's folder practice."

    def bands(self, w: int) -> list[Band]:
        """Groups of pads, each under its heading."""
        columns = 2 if w >= 76 else 1
        room = w // columns - 3
        why = tuple(Row(f" {text}", "mute") for text in wrap(WHY, w - 2))
        sets = tuple(self._set(i, one, room) for i, one in enumerate(self.sets))
        words: tuple[Cell, ...] = tuple(
            Pad(f"glossary.{p.id}", (fit(p.title, room),), subs=("every label, and how we work",), tone="deep")
            for p in self.worded
        )
        return [
            *group("Practice sets", sets, columns, why),
            *group("What our words mean: a page for everybody in the room", words, columns),
            *group("In a visit", (self._focal(),), columns),
        ]

    def _focal(self) -> Cell:
        on = settings.get(self.home, "focal_looks") == "yes"
        words = ("in the menu: every two minutes six students", "in the menu") if on else ("off",)
        return Pad("focal_looks", ("Focal looks",), subs=words, tone="role", on=on)

    def _set(self, i: int, one: practice.Known, room: int) -> Cell:
        if one.set is None:
            return Pad(f"set.{i}", (fit(one.title, room),), subs=(fit("this file has a mistake", room),), tone="warn")
        asked = f"{counted(len(one.set.vignettes), 'scene')}, {len(one.set.items)} to code"
        subs = (f"{asked}: {', '.join(c.label for c in one.set.channels)}", asked)
        return Pad(f"set.{i}", (fit(one.title, room),), subs=subs, tone="role")

    # -- what it does ------------------------------------------------------------------------------------

    def touch(self, act: str) -> None:
        """A set, or a scheme's words."""
        kind, _, rest = act.partition(".")
        if kind == "set":
            one = self.sets[int(rest)]
            if one.set is None:
                raise Refused(one.wrong)
            self.post_message(ShowPage("practice", one.id))
        elif kind == "glossary":
            self.post_message(ShowPage("glossary", rest))
        elif kind == "focal_looks":
            settings.put(self.home, kind, "no" if settings.get(self.home, kind) == "yes" else "yes")
            self.post_message(SettingChanged())
            self.draw()

    def act(self, id: str) -> None:
        """One of the page's commands."""
        if id == "back":
            self.dismiss()
