"""The empty home leads by the hand: her name, then a class from a file, typed in, of seats alone, or the demo."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from observe.domain.codec import local
from observe.domain.errors import Refused
from observe.domain.names import clean_name
from observe.services import classroom, settings, visits
from observe.services.home import Home
from observe.ui.commands import WELCOME
from observe.ui.messages import Leave, OpenVisit, ShowSettings, ShowSharing, ToStart, TryDemo
from observe.ui.names import Names
from observe.ui.padpage import Band, PadPage
from observe.ui.pads import Cell, Pad, Panel, Row
from observe.ui.text import wrap
from observe.ui.writing import typed_path

if TYPE_CHECKING:
    from observe.services.roster import Imported

SEATS = "25"
WAYS = ("import", "type", "seats", "demo")
NAME = "Your name, as it stands in visits and reports (esc: later):"
PATH = "Where is the file? CSV, or OneRoster as a folder or zip. Tab completes the name:"


class WelcomeScreen(PadPage):
    """Ways to a first class, or to one more. `over`: it lies over Today, and esc leads back there."""

    def __init__(self, home: Home, over: bool = False) -> None:
        super().__init__(WELCOME)
        self.home, self.over = home, over
        self.said: list[tuple[str, str]] = []
        self.rest: Path | None = None
        """The file of which the rows that can be taken in are still out."""
        self.section = self.teacher = ""
        self.typed: list[str] = []
        self.observer = settings.get(home, "observer")
        if not self.observer and not over:
            self.ask(NAME, "", self._named)

    # -- what it shows ---------------------------------------------------------------------------------

    def title_choices(self) -> list[str]:
        """A greeting, or what it is for."""
        return ["observe - add a class"] if self.over else ["observe - welcome", "observe"]

    def names(self) -> Names:
        """Only what she types here is shown here."""
        return Names(())

    def foot(self) -> Sequence[str]:
        """Where one can go from here."""
        today = ("today",) if self.over or visits.sections(self.home) else ()
        return (*today, "no_class", "observer", "sharing", "settings", "help", "quit")

    def hint(self) -> str:
        """What to do."""
        return "Press a number, or tap."

    def bands(self, w: int) -> list[Band]:
        """What it is, the ways, and what came of the last one."""
        name = f"{self.observer}, you" if self.observer else "You"
        which = "next" if visits.sections(self.home) else "first"
        lines = [(f"{name} visit classes: which one {which}?", "ink")]
        lines.append(("Everything you log stays on this device, unless you send it somewhere.", "mute"))
        found = [_panel(lines, w), Band(tuple(self._way(id) for id in WAYS), 2 if w >= 60 else 1)]
        if self.rest is not None:
            pad = self.pad("partial")
            found.append(Band((Pad(pad.id, pad.labels, pad.key, ("the rows above stay out",), "warn"),)))
        if self.said:
            found.insert(2, _panel(self.said, w))
        if self.typed:
            n = "1 name" if len(self.typed) == 1 else f"{len(self.typed)} names"
            listed = [(f"{self.section}: {n} so far", "deep")]
            found.insert(2, _panel([*listed, ("; ".join(self.typed), "ink")], w))
        return found

    def _way(self, id: str) -> Cell:
        subs = {
            "import": ("a CSV file, or OneRoster",),
            "type": ("one name a line, under a minute", "one name a line"),
            "seats": ("numbers now, names later",),
            "demo": ("in a home of its own", "a made-up school", "made up"),
        }
        if self.typed:  # left with esc: here it goes on, and here it is taken in
            subs["type"] = ("go on, or take these names in", "go on with these")
        found = self.pad(id)
        return Pad(id, found.labels, found.key, subs[id], "role")

    # -- what it does ------------------------------------------------------------------------------------

    def act(self, id: str) -> None:
        """One of the ways, or the foot."""
        if id == "import":
            self.ask(PATH, "", self._import, path=True)
        elif id == "type":
            self._type()
        elif id == "seats":
            self.ask("Name of the class, such as Gr 4 Rm 12:", "", self._seats_named)
        elif id == "demo":
            self.post_message(TryDemo())
        elif id == "partial":
            if self.rest is not None:
                self._take(self.rest, partial=True)
        elif id == "observer":
            self.ask(NAME, self.observer, self._named)
        elif id == "sharing":
            self.post_message(ShowSharing())
        elif id == "settings":
            self.post_message(ShowSettings())
        elif id == "no_class":
            self.post_message(OpenVisit(visits.start_visit(self.home).id))
        elif id == "quit":
            self.post_message(Leave())
        elif id == "today":
            self._leave()

    def _leave(self) -> None:
        if self.over:
            self.dismiss()
        elif visits.sections(self.home):
            self.post_message(ToStart())
        else:
            raise Refused("there is no class yet", "", "take one of these ways, or press 0 for a visit without one")

    def _named(self, text: str) -> None:
        if text:
            self.observer = settings.put(self.home, "observer", text)

    # -- a class from a file -------------------------------------------------------------------------------

    def _import(self, text: str) -> None:
        if not text:
            return
        path = typed_path(text)
        if not os.path.exists(path):  # Path's own way raises for a name that is too long
            # The last part only: a long path would leave no room for what is wrong with it.
            raise Refused(f"{path.name} is not there", "no such file or folder", "check its name; Tab completes it")
        self._take(path, partial=False)

    def _take(self, path: Path, *, partial: bool) -> None:
        from observe.services.roster import Rejection, import_rosters, read_roster

        self.said, self.rest = [], None
        today = local(self.home.clock.now(), self.home.zone).date()
        file = read_roster(path, None, today)
        try:
            done = import_rosters(self.home, [file], partial=partial)
        except Rejection as refused:
            self.rest = path
            self.said = [("Nothing was imported: these rows cannot be taken in.", "warn"), *_out(refused.result)]
            return
        self.said = [(line, "ink") for line in _words(done)] + _out(done)

    # -- a class typed in ----------------------------------------------------------------------------------

    def _type(self) -> None:
        if self.typed:  # left with esc: what was typed is still there
            self._ask_name()
        else:
            self.ask("Name of the class, such as Gr 4 Rm 12:", self.section, self._section_named)

    def _section_named(self, text: str) -> None:
        self.section = _class_name(text)
        self.ask("Teacher (Enter: leave it out):", self.teacher, self._teacher_named)

    def _teacher_named(self, text: str) -> None:
        self.teacher = clean_name(text)
        self._ask_name()

    def _ask_name(self) -> None:
        n = len(self.typed) + 1
        self.ask(f"Student {n}, with a * if identified. Enter on an empty line: done.", "", self._name_typed)

    def _name_typed(self, text: str) -> None:
        if text:
            self.typed += [name for part in text.split(";") if (name := clean_name(part))]
            self._ask_name()
            return
        done = classroom.type_in(self.home, self.section, "\n".join(self.typed), self.teacher)
        self.said = [(line, "ink") for line in _words(done)]
        self.section, self.teacher, self.typed = "", "", []
        self._leave()

    def _seats_named(self, text: str) -> None:
        section = _class_name(text)  # of its own: one that is half typed in keeps its name and its students
        self.ask("How many seats?", SEATS, lambda count: self._seats_counted(section, count))

    def _seats_counted(self, section: str, text: str) -> None:
        if not (text.isascii() and text.isdigit()):
            raise Refused("that is no number", "", "type how many seats there are")
        done = classroom.seats(self.home, section, int(text[:4]))
        if self.typed:  # names that are typed and not yet in would go with the page
            self.said = [(line, "ink") for line in _words(done)]
            self.fresh()
        else:
            self._leave()


def _class_name(text: str) -> str:
    name = clean_name(text)
    if not name:
        raise Refused("the class has no name", "a class is found by its name", "type one, such as Gr 4 Rm 12")
    return name


def _words(done: "Imported") -> list[str]:
    if not done.changed:
        return ["Nothing was changed: these classes and names are here already."]
    parts = []
    for what, one, many in (("sections", "class", "classes"), ("students", "student", "students")):
        counts = done.counts[what]
        ways = {"added": "added", "updated": "updated", "unchanged": "as before"}
        parts += [f"{n} {one if n == 1 else many} {how}" for way, how in ways.items() if (n := counts[way])]
    lines = [", ".join(parts) + ".", *done.notes]
    if done.left:
        lines.append(f"Not in the file any more, and marked as left: {', '.join(done.left)}")
    return lines


def _out(done: "Imported") -> list[tuple[str, str]]:
    rows = [f"{row.file} line {row.line}: {row.reason}" for row in done.rejected]
    rows += [f"{one.section}: {one.student or 'the whole class'}: {one.reason}" for one in done.unclear]
    return [(row, "warn") for row in rows]


def _panel(lines: Sequence[tuple[str, str]], w: int) -> Band:
    rows = [
        Row(f" {text}", ink, ink == "ink" and i == 0) for line, ink in lines for i, text in enumerate(wrap(line, w - 3))
    ]
    return Band((Panel("", tuple(rows), "card", "edge"),), 1, len(rows) + 1)
