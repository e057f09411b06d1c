"""How the parts of a plan that are about students are filled: groups, whom to watch, and compacting agreements."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from observe.domain.codec import local
from observe.domain.errors import Refused
from observe.domain.model import Student
from observe.domain.programme import Compacting, PlanLine
from observe.services import compacting, plan_page, plan_start
from observe.ui.padpage import Band, heading
from observe.ui.pads import Cell, Pad
from observe.ui.screens.plan_fill import FillScreen, by_width, panel, people
from observe.ui.screens.plan_parts import Filling, Questions, Segments, Strategies, Tiers

WHICH_DAY = "From which day? As 20 Nov, yesterday, or how many days ago:"
NONE_STANDS = "no agreement stands", "it begins with what was shown", "use Shown"


class Groups(Filling):
    """A group is chosen, then students are tapped into it and out of it."""

    uses = ("add", "name", "tier", "evidence", "day", "sooner", "after", "remove")
    people = True

    def __init__(self, screen: FillScreen) -> None:
        super().__init__(screen)
        if not screen.chosen and screen.lines:
            screen.chosen = screen.lines[0].id

    def bands(self, w: int) -> Sequence[Band]:
        screen = self.screen
        cells: list[Cell] = []
        for i, one in enumerate(screen.lines, 1):
            label = screen.names().mask(f"{one.name}  {len(one.students)}")
            on = one.id == screen.chosen
            cells.append(Pad(f"line.{one.id}", (label,), str(i), (screen.names().mask(one.tier),), "deep", on=on))
        cells.append(Pad("new", ("New group", "New"), "n", (), "mute"))
        return [
            Band(tuple(cells), by_width(len(cells), w, 12)),
            panel(self._about(), w, 2 if w >= 72 else 3),
            people(screen, w, self._group_of, lambda student: self._is_in(student.id)),
        ]

    def _about(self) -> list[tuple[str, str]]:
        screen = self.screen
        placed = {who for one in screen.lines for who in one.students}
        loose = sum(student.id not in placed for student in screen.students)
        one = screen.line
        if one is None:
            return [("Make a group, then tap who is in it.", "mute"), (f"not placed yet: {loose}", "warn")]
        words, again = plan_start.evidence(self.home, one)
        basis = screen.names().mask(f"{one.name}: {words}")
        return [(basis, "warn" if again else "ink"), (f"not placed yet: {loose}", "warn" if loose else "mute")]

    def _group_of(self, student: Student) -> tuple[str, ...]:
        """The name of the group, or the digit on its pad where that is too long."""
        names = enumerate(self.screen.lines, 1)
        found = next(((one.name, str(i)) for i, one in names if student.id in one.students), ())
        return tuple(map(self.screen.names().mask, found))

    def _is_in(self, who: str) -> bool:
        return self.screen.line is not None and who in self.screen.line.students

    def hint(self) -> str:
        one = self.screen.line
        return f"Tap who is in {one.name}; tapped again, out of it." if one is not None else ""

    def again(self) -> None:
        self.act("name")

    def touch(self, act: str) -> None:
        kind, _, of = act.partition(".")
        if act == "new":
            self.act("add")
        elif kind == "student":
            if self.screen.line is None:
                self.act("add")
            group = self.screen.chosen
            self.screen.do(lambda: self.plan.place(group, of))
        else:
            super().touch(act)

    def act(self, id: str) -> None:
        screen = self.screen
        if id == "add":
            taken = {one.name for one in self.plan.lines("group")}
            name = next((name for name in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if name not in taken), f"Group {len(taken) + 1}")
            screen.do(lambda: self.add("group", name=name, tier=self._tier_for(len(taken))))
            screen.load()
            return
        one = screen.need()
        if id == "name":
            screen.write("What is this group called?", one.name, lambda text: self.plan.change(one.id, name=text))
        elif id == "tier":
            self._tier(one)
        elif id == "evidence":
            prompt = f"{one.name}: what shows that they are ready for it?"
            screen.write(prompt, one.evidence, lambda text: self.plan.change(one.id, evidence=text))
        elif id == "day":
            at = one.evidence_at
            was = f"{local(at, self.home.zone):%Y-%m-%d}" if at is not None else ""
            screen.write(WHICH_DAY, was, lambda text: self.plan.change(one.id, evidence_at=self._day(text)))
        else:
            super().act(id)

    def _day(self, text: str) -> int:
        return plan_start.day(self.home, text)

    def _tiers(self) -> list[str]:
        return [one.name for one in self.screen.all_lines if one.part == "tier"]

    def _tier_for(self, place: int) -> str:
        tiers = self._tiers()
        return tiers[place] if place < len(tiers) else ""

    def _tier(self, one: PlanLine) -> None:
        """On to the next tier of this plan; with none, its name is asked for."""
        tiers = self._tiers()
        if not tiers:
            self.screen.write("Which tier?", one.tier, lambda text: self.plan.change(one.id, tier=text))
            return
        steps = ["", *tiers]
        at = steps.index(one.tier) if one.tier in steps else 0
        self.screen.do(lambda: self.plan.change(one.id, tier=steps[(at + 1) % len(steps)]))


class Watching(Filling):
    """A tap marks a student to look at."""

    uses = ("add", "words", "remove")
    people = True

    def bands(self, w: int) -> Sequence[Band]:
        screen = self.screen
        marked = {who for one in screen.lines for who in one.students}
        pads = people(screen, w, lambda student: ("watch",) * (student.id in marked), lambda s: s.id in marked)
        lines = self.lines_of(w, lambda one: (self._who(one), one.text or "-"))
        return [heading("Tap whom to look at"), pads, *lines]

    def _who(self, one: PlanLine) -> str:
        return ", ".join(self.screen.names().short(who) for who in one.students) or "everyone"

    def touch(self, act: str) -> None:
        kind, _, of = act.partition(".")
        if kind == "student":
            one = next((one for one in self.screen.lines if one.students == (of,)), None)
            if one is None:
                self.screen.do(lambda: self.add("watch", students=[of]))
            else:
                self.screen.do(lambda: self.plan.remove(one.id))
        else:
            super().touch(act)

    def act(self, id: str) -> None:
        if id == "add":
            self.screen.write("What else to watch for?", "", lambda text: self.add("watch", text=text))
        else:
            super().act(id)


class Agreements(Filling):
    """A student is chosen; what was shown, on what, what it buys and what takes its place is asked one by one."""

    uses = ("shown", "evidence", "day", "minutes", "instead", "close")
    people = True

    def __init__(self, screen: FillScreen) -> None:
        super().__init__(screen)
        found = {one.id: one.student for one in compacting.every(self.home, screen.visit.section)}
        self.tapped = screen.chosen
        """The agreement that led here: a child may have several."""
        screen.chosen = found.get(screen.chosen, screen.chosen)

    def _standing(self) -> dict[str, Compacting]:
        section = self.screen.visit.section
        found = compacting.standing(self.home, section) if section else ()
        return {one.student: one for one in sorted(found, key=lambda one: one.id == self.tapped)}

    @property
    def one(self) -> Compacting | None:
        """The agreement of the chosen student."""
        return self._standing().get(self.screen.chosen)

    def bands(self, w: int) -> Sequence[Band]:
        standing = self._standing()
        chosen = standing.get(self.screen.chosen)
        who = self.screen.names().short(self.screen.chosen) if self.screen.chosen else ""
        if chosen is not None:
            said = self.screen.names().mask(plan_page.agreement(self.home, chosen, who).text)
        else:
            said = f"{who}: no agreement stands. Shown begins one." if who else "Tap a student."
        stands = people(
            self.screen,
            w,
            lambda student: ("stands", "yes") if student.id in standing else (),
            lambda student: student.id == self.screen.chosen,
        )
        return [panel([(said, "ink")], w, 3), stands]

    def pad(self, id: str, pad: Pad) -> Pad:
        if id == "shown":
            return replace(pad, dim=not self.screen.chosen)
        return replace(pad, dim=self.one is None)

    def touch(self, act: str) -> None:
        self.screen.chosen = act.partition(".")[2]

    def act(self, id: str) -> None:
        one, screen = self.one, self.screen
        if not screen.chosen:
            raise Refused("nobody is chosen", "an agreement is about one student", "tap a student first")
        if id == "shown":
            self._ask("shown", self._begun if one is None else None)
        elif one is None:
            raise Refused(*NONE_STANDS)
        elif id == "close":
            compacting.close(self.home, one.id)
        elif id == "day":
            screen.write(WHICH_DAY, "", lambda text: self._dated(one.id, text))
        else:
            self._ask(id)

    def _ask(self, field: str, begin: Callable[[str], None] | None = None) -> None:
        one = self.one
        who = self.screen.names().short(self.screen.chosen)
        prompts = {
            "shown": f"What has {who} shown to be mastered?",
            "evidence": f"What shows it, {who}?",
            "minutes": "How many minutes a week does it buy?",
            "instead": "What takes its place?",
        }
        was = getattr(one, field) if one is not None else ""
        self.screen.ask(prompts[field], str(was or ""), begin or (lambda text: self._changed(field, text)))

    def _changed(self, field: str, text: str) -> None:
        one = self.one
        if one is None:  # closed on another device while she wrote
            raise Refused(*NONE_STANDS)
        compacting.change(self.home, one.id, **{field: _number(text) if field == "minutes" else text})

    def _dated(self, id: str, text: str) -> None:
        compacting.change(self.home, id, evidence_at=plan_start.day(self.home, text))

    def _begun(self, text: str) -> None:
        """The agreement stands; what else belongs to it is asked, and Enter on an empty line passes over it."""
        section = self.screen.visit.section
        assert section is not None  # students are tapped, so there is a class
        compacting.add(self.home, section, self.screen.chosen, shown=text)
        self._next(["evidence", "minutes", "instead"])

    def _next(self, fields: list[str]) -> None:
        if not fields:
            return

        def keep(text: str) -> None:
            if text:
                self._changed(fields[0], text)
            self._next(fields[1:])

        self._ask(fields[0], keep)


def _number(text: str) -> int | None:
    if text and not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise Refused(f"minutes: {text[:20]!r} is no number", "minutes a week, such as 40", "")
    return int(text) if text else None


FILLINGS: Mapping[str, Callable[[FillScreen], Filling]] = {
    "group": Groups,
    "tier": Tiers,
    "question": Questions,
    "segment": Segments,
    "strategy": Strategies,
    "watch": Watching,
    "compacting": Agreements,
}
