"""The roster of a class: seats as pads with the front of the room on top; tap a student, then a seat: they change."""

from collections.abc import Sequence
from dataclasses import replace

from rich.cells import chop_cells
from textual.events import Key

from observe.domain.errors import Refused
from observe.domain.model import Section, Student
from observe.domain.names import clean_name
from observe.services import classroom, visits
from observe.services.home import Home
from observe.services.record import Recorder
from observe.services.said import counted
from observe.store.connection import in_words
from observe.ui.commands import ROSTER
from observe.ui.names import Names
from observe.ui.padpage import Band, PadPage, heading
from observe.ui.pads import Cell, Pad, Panel, Row
from observe.ui.text import fit, fit_words, width, wrap

NAME_LIMIT = 60
"""Longer ones are typing errors: a list without semicolons, a sentence."""
MARKS: dict[bool | None, tuple[str, ...]] = {True: ("identified", "ident.", "*"), False: (), None: ()}
STEPS = {None: True, True: False, False: None}
KNOWN = {True: "identified", False: "not identified", None: "not known whether identified"}


class RosterScreen(PadPage):
    """One class at a time; what is tapped is chosen, and the seat tapped next is where it moves."""

    def __init__(self, home: Home, section: str = "", hidden: bool = False) -> None:
        super().__init__(ROSTER, hidden)
        self.home = home
        self.sections = visits.sections(home)
        self.section: Section | None = next((s for s in self.sections if s.id == section), None)
        if self.section is None and self.sections:
            self.section = self.sections[0]
        self.picked = ""
        self.armed = False
        self.spelled: str | None = None
        """Letters of a tag so far, while one is being typed."""
        self.load()

    def load(self) -> None:
        """Read what is so."""
        with in_words(self.home.database.path):
            found = visits.students(self.home, self.section.id) if self.section is not None else ()
            self.students = {s.id: s for s in found}
            self.visit = next((v for v in visits.open_visits(self.home) if self._is_here(v.section)), None)
            self.here = set(visits.visit_log(self.home, self.visit.id).present()) if self.visit is not None else set()
        if self.picked not in self.students:
            self.picked, self.armed = "", False

    def _is_here(self, section: str | None) -> bool:
        return self.section is not None and section == self.section.id

    @property
    def chosen(self) -> Student | None:
        """The picked student."""
        return self.students.get(self.picked)

    # -- what it shows ---------------------------------------------------------------------------------

    def title_choices(self) -> list[str]:
        """Which class, and how many."""
        name = self.section.name if self.section is not None else "no class yet"
        n = sum(s.active for s in self.students.values())
        return self.titled(f"Roster - {name} - {counted(n, 'student')}", f"Roster - {name}", "Roster")

    def written(self, text: str) -> str:
        """Names are what is written here."""
        return text

    def names(self) -> Names:
        """Names in seat order."""
        return Names(tuple(self.students.values()), self.hidden)

    def foot(self) -> Sequence[str]:
        """What can be done with the picked student, then the rest."""
        more = ("section",) if len(self.sections) > 1 else ()
        if self.chosen is None:
            return ("back", *more, "new", "privacy", "help")
        absent = ("absent",) if self.visit is not None and self.chosen.active else ()
        move = ("move",) if self.chosen.active else ()
        return ("back", "rename", "letter", "identified", *absent, *move, "gone", *more, "new", "privacy", "help")

    def pad(self, id: str) -> Pad:
        """Some pads say what is so."""
        found = super().pad(id)
        if self.chosen is None:
            return found
        if id == "absent":
            here = self.picked in self.here
            return replace(found, labels=("Not here", "Away") if here else ("Is here", "Here"))
        if id == "gone" and not self.chosen.active:
            return replace(found, labels=("Came back", "Back in"))
        if id == "move":
            return replace(found, on=self.armed, tone="role")
        return found

    def hint(self) -> str:
        """What the next tap or key does."""
        if self.spelled is not None:
            return f"letters: {self.spelled}_"
        if self.chosen is None:
            return "Tap a student."
        if self.armed:
            return f"Tap a seat: {fit(self.names().short(self.picked), 16)} moves there. Tap again: no move."
        return "Tap another student, or Move." if self.chosen.active else "Tap another student."

    def bands(self, w: int) -> list[Band]:
        """Who is picked, the seats, and those who left."""
        columns = max(3, min(8, w // 15))
        names = self.names()
        room = w // columns - 2
        active = {s.seat: s for s in self.students.values() if s.active and s.seat}
        # Two devices may have given a seat twice: nobody is hidden by that.
        loose = [s for s in self.students.values() if s.active and active.get(s.seat) is not s]
        last = max(active, default=0)
        full = min(classroom.CLASS_LIMIT, max(last + (1 if last % columns == 0 else 0), 1))
        seats = min(classroom.CLASS_LIMIT, -(-full // columns) * columns) if active else 0
        pads: list[Cell] = []
        for seat in range(1, seats + 1):
            if seat in active:
                pads.append(self._seat(active[seat], names, room))
            else:
                pads.append(Pad(f"seat.{seat}", ("empty",), f"seat {seat}", dim=not self.armed))
        found = [self._about(w), heading("Front of the room" if pads else "Nobody yet: type names onto the list.")]
        if pads:
            found.append(Band(tuple(pads), columns))
        if loose:
            found += [heading("Without a seat"), Band(tuple(self._seat(s, names, room) for s in loose), columns)]
        left = [s for s in self.students.values() if not s.active]
        if left:
            gone = tuple(replace(self._seat(s, names, room), key="left") for s in left)
            found += [heading("Left this class", "mute"), Band(gone, columns)]
        return found

    def _seat(self, student: Student, names: Names, room: int) -> Pad:
        label = fit(fit_words(names.choices(student.id), room), room)
        key = f"{student.letter} {student.seat}".strip()
        words = MARKS[student.identified]
        away = self.visit is not None and student.active and student.id not in self.here
        if away:
            words = (*(f"away {word}" for word in words), "away")
        if words:  # a shorter one rather than one that begins in another column than the name below
            words = (fit_words(words, room - width(key) - 1),)
        on = student.id == self.picked
        return Pad(f"student.{student.id}", (label,), key, words, "ink" if on or away else "chal", on=on)

    def _about(self, w: int) -> Band:
        """Always as high, so that no seat moves when somebody is picked."""
        one = self.chosen
        if one is None:
            lines = ["Tap a student to choose.", "Then tap a seat: the two change places. Letters stay all year."]
        else:
            names = self.names()
            seat = f"seat {one.seat}" if one.seat else "no seat"
            here = ""
            if self.visit is not None and one.active:
                here = "; here today" if one.id in self.here else "; away today"
            left = "; left this class" if not one.active else ""
            group = f"; group {one.group}" if one.group else ""
            facts = f"letter {one.letter or '-'}, {seat}; {KNOWN[one.identified]}{here}{left}{group}"
            lines = [names.choices(one.id)[0], facts]
        head = chop_cells(lines[0], w - 3)[:2]
        rows = [Row(f" {text}", "ink", True) for text in head]
        rows += [Row(f" {text}", "mute") for text in wrap(lines[1], w - 3)[: 3 - len(head)]]
        return Band((Panel("", tuple(rows), "card", "edge"),), 1, 4)

    # -- what it does ------------------------------------------------------------------------------------

    def key(self, event: Key) -> bool:
        """A capital begins, or is, the tag of a student; after `/` small letters are it as well."""
        spelled, self.spelled = self.spelled, None
        letter = event.character or ""
        if self.typing is None and letter.isascii() and letter.isalpha() and (spelled is not None or letter.isupper()):
            self._spell((spelled or "") + letter.upper())
            return True
        return super().key(event)

    def _spell(self, tag: str) -> None:
        """Choose the student of this tag, or wait for its second letter."""
        tags = {s.letter: s.id for s in self.students.values() if s.active and s.letter}
        if tag in tags:
            self.press(f"student.{tags[tag]}")
        elif any(one.startswith(tag) for one in tags):
            self.spelled = tag
            self.message = ""
            self.draw()
        else:
            self.message = f"nobody here has the letters {tag}"
            self.draw()

    def touch(self, act: str) -> None:
        """A student or an empty seat."""
        kind, _, rest = act.partition(".")
        one = self.chosen
        if kind == "seat":
            if one is not None and self.armed:
                self._move(one, int(rest))
        elif kind == "student":
            other = self.students[rest]
            if one is not None and one.id == rest:
                self.picked, self.armed = "", False
            elif one is not None and self.armed and other.active and other.seat:
                self._move(one, other.seat)
            else:
                self.picked, self.armed = rest, other.active

    def _move(self, one: Student, seat: int) -> None:
        assert self.section is not None
        sitting = next((s for s in self.students.values() if s.seat == seat and s.active), None)
        classroom.take_seat(self.home, self.section.id, one.id, seat)
        self.picked, self.armed = "", False
        self.load()
        names = self.names()
        said = f"{names.short(one.id)} sits at seat {seat}"
        self.message = f"{said}, {names.short(sitting.id)} at seat {one.seat}" if sitting is not None else said

    def act(self, id: str) -> None:
        """One of the page's commands."""
        if id == "back":
            if self.chosen is not None:
                self.picked, self.armed = "", False
            else:
                self.dismiss()
        elif id == "section":
            self._next_section()
        elif id == "spell":
            self.spelled = ""
        elif id == "new":
            self._ask_new()
        elif self.chosen is None:
            raise Refused("nobody is chosen", "", "tap a student first")
        else:
            self._with(id, self.chosen)

    def _with(self, id: str, one: Student) -> None:
        assert self.section is not None
        # Whatever else she does with somebody: the next tap chooses, it does not move.
        armed, self.armed = self.armed, False
        if id == "move":
            self.armed = not armed and one.active
        elif id == "rename":
            self.ask("The name:", one.name, lambda text: self._renamed(one, text))
        elif id == "letter":
            who = self.names().short(one.id)
            self.ask(f"Letter for {who} (has {one.letter or 'none'}):", "", lambda text: self._lettered(one, text))
        elif id == "identified":
            classroom.identify(self.home, one.id, STEPS[one.identified])
            self.load()
        elif id == "gone":
            classroom.set_active(self.home, self.section.id, one.id, not one.active)
            self.load()
        elif id == "absent" and self.visit is not None:
            recorder = Recorder(self.home, self.visit.id)
            if one.id in self.here:
                recorder.attendance(absent=[one.id])
            else:
                recorder.attendance(present=[one.id])
            self.load()

    def _next_section(self) -> None:
        if self.sections:
            at = self.sections.index(self.section) if self.section in self.sections else -1
            self.section = self.sections[(at + 1) % len(self.sections)]
            self.picked, self.armed, self.first, self.cursor = "", False, 0, ""
            self.load()

    def _renamed(self, one: Student, text: str) -> None:
        clean = clean_name(text, NAME_LIMIT + 2)
        if len(clean) > NAME_LIMIT:
            raise Refused("the name is too long", f"it may have {NAME_LIMIT} letters", "shorten it")
        twin = next((s for s in self.students.values() if s.name == clean and s.id != one.id and s.active), None)
        classroom.rename(self.home, one.id, text)
        self.load()
        if twin is not None:
            self.message = f"two students are called {self.names().mask(clean)} now: their tiles show the seat, too"
        elif width(self.names().short(one.id)) > 14:
            self.message = "this name is cut on small tiles; the letter tells who it is"

    def _lettered(self, one: Student, text: str) -> None:
        assert self.section is not None
        wish = text.strip().upper()
        if not wish:
            return
        holder = next((s for s in self.students.values() if s.letter == wish and s.id != one.id and s.active), None)
        classroom.take_letter(self.home, self.section.id, one.id, wish)
        self.load()
        if holder is not None:
            now = self.students[holder.id].letter or "none"
            self.message = f"{wish} was taken: {self.names().short(holder.id)} has {now} now"

    def _ask_new(self) -> None:
        if self.section is None:
            raise Refused("there is no class yet", "", "go back and type one in")
        self.ask("New names, with ; between them; a * marks an identified student:", "", self._added)

    def _added(self, text: str) -> None:
        assert self.section is not None
        if not text:
            return
        for name in text.split(";"):
            if len(clean_name(name, NAME_LIMIT + 2)) > NAME_LIMIT + 1:
                raise Refused("a name is too long", f"it may have {NAME_LIMIT} letters", "put ; between names")
        before = len(self.students)
        classroom.type_in(self.home, self.section.name, text)
        self.load()
        n = len(self.students) - before
        self.message = f"{n} {'name' if n == 1 else 'names'} added" if n else "the list has these names already"
