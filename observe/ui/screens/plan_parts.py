"""How the parts of a plan that are lines are filled: tiers, questions, who does what, strategies."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from observe.domain.errors import Refused
from observe.domain.model import NEXT_BY
from observe.domain.programme import PlanLine
from observe.domain.protocol import Channel, Protocol
from observe.services import plan, plan_page, plan_start
from observe.services.said import BY
from observe.ui.padpage import Band, heading
from observe.ui.pads import Cell, Pad
from observe.ui.screens.plan_fill import FillScreen, by_width
from observe.ui.text import fit, width

MINUTES = (5, 10, 15, 20, 25, 30)
OF_ONE = ("name", "words", "tier", "level", "teacher", "evidence", "day", "less", "more", "sooner", "after", "remove")
"""Commands about the chosen line."""


class Filling:
    """A part of a plan on its page. `uses`: ids of its commands; `people`: whether students are tapped."""

    uses: tuple[str, ...] = ()
    people = False

    def __init__(self, screen: FillScreen) -> None:
        self.screen, self.plan, self.home = screen, screen.plan, screen.home
        self.coding: Protocol = plan.coding(self.home, screen.visit)

    def bands(self, w: int) -> Sequence[Band]:
        """What the page shows."""
        raise NotImplementedError

    def pad(self, id: str, pad: Pad) -> Pad:
        """A pad at the foot as it is now."""
        return replace(pad, dim=id in OF_ONE and self.screen.line is None)

    def hint(self) -> str:
        """What the next tap does."""
        return ""

    def touch(self, act: str) -> None:
        """A pad of the page: a line is chosen, and written when it is tapped again."""
        kind, _, of = act.partition(".")
        if kind == "line" and of == self.screen.chosen:
            self.again()
        elif kind == "line":
            self.screen.chosen = of

    def again(self) -> None:
        """The chosen line was tapped."""
        self.act("words")

    def act(self, id: str) -> None:
        """A pad at the foot; these are the same for every part."""
        one = self.screen.need()
        if id == "remove":
            self.screen.do(lambda: self.plan.remove(one.id))
            self.screen.chosen = ""
        elif id in ("sooner", "after"):
            self.screen.do(lambda: self.plan.move(one.id, -1 if id == "sooner" else 1))
        elif id == "words":
            self.screen.write("In words:", one.text, lambda text: self.plan.change(one.id, text=text))

    def add(self, part: str, **given: Any) -> None:
        """A new line, chosen at once."""
        self.screen.chosen = self.plan.add(part, **given).id

    def lines_of(self, w: int, say: Callable[[PlanLine], tuple[str, str]]) -> list[Band]:
        """The lines of the part as pads: what they say, and a second line."""
        lines = self.screen.lines
        if not lines:
            return []
        said = [tuple(map(self.screen.names().mask, say(one))) for one in lines]
        # Where a half is too narrow for all that a pad says, it gets the whole width, while there is room below.
        short = all(width(label) <= w // 2 - 4 and width(sub) <= w // 2 - 6 for label, sub in said)
        many = len(lines) > (4 if self.screen.size.height < 30 else 8)
        columns = 2 if w >= 60 and len(lines) > 1 and (short or many) else 1
        room = w // columns - 3
        cells: list[Cell] = []
        for i, (one, (label, sub)) in enumerate(zip(lines, said, strict=True), 1):
            key, on = str(i) if i < 10 else "", one.id == self.screen.chosen
            labels = tuple(dict.fromkeys((label, fit(label, room))))
            cells.append(Pad(f"line.{one.id}", labels, key, (fit(sub, room - 2),), "active", on=on))
        return [Band(tuple(cells), columns)]

    def label(self, channel: str, code: str) -> str:
        """What a code is called."""
        return self.coding.word(channel, code)

    def codes(self, channels: Sequence[Channel], what: str, w: int, sub: Callable[[str, str], str]) -> list[Band]:
        """A pad for each code of these channels."""
        cells: list[Cell] = []
        for channel in channels:
            for code in channel.codes:
                said = sub(channel.name, code.key)
                tone = code.tone or channel.tone or "ink"
                id = f"{what}.{channel.name}/{code.key}"
                cells.append(Pad(id, (code.label, *code.short), "", (said,) if said else (), tone, on=bool(said)))
        return [Band(tuple(cells), by_width(len(cells), w, 11))] if cells else []


class Tiers(Filling):
    """Each tier has a task."""

    uses = ("add", "name", "words", "sooner", "after", "remove")

    def bands(self, w: int) -> Sequence[Band]:
        lines = self.lines_of(w, lambda one: (one.name, one.text or "no task yet"))
        return [heading("A task for each; tap one twice to write it"), *lines, *self._new(w)]

    def _new(self, w: int) -> list[Band]:
        return [Band((Pad("new", ("New tier",), "n", (), "mute"),), 1 if w < 60 else 2)]

    def touch(self, act: str) -> None:
        if act == "new":
            self.act("add")
        else:
            super().touch(act)

    def act(self, id: str) -> None:
        if id == "add":
            taken = {one.name for one in self.plan.lines("tier")}
            n = next(n for n in range(1, 99) if f"Tier {n}" not in taken)
            self.screen.write(f"Tier {n}, its task:", "", lambda text: self.add("tier", name=f"Tier {n}", text=text))
        elif id == "name":
            one = self.screen.need()
            self.screen.write("What is this tier called?", one.name, lambda text: self._renamed(one, text))
        else:
            super().act(id)

    def _renamed(self, one: PlanLine, name: str) -> None:
        """Groups name their tier, so they go along."""
        self.plan.change(one.id, name=name)
        for group in self.plan.lines("group"):
            if group.tier == one.name:
                self.plan.change(group.id, tier=name)


class Questions(Filling):
    """A tap on a level asks for a question of it."""

    uses = ("words", "level", "sooner", "after", "remove")

    def bands(self, w: int) -> Sequence[Band]:
        channels = plan.channels(self.coding, "question")
        levels = self.codes(channels, "level", w, lambda channel, code: self._planned(channel, code))
        asked = self.lines_of(w, lambda one: (one.text or "(no words yet)", self.label(one.channel, one.code)))
        return [heading("Tap a level, then write the question; none is fine, too"), *levels, *asked]

    def _planned(self, channel: str, code: str) -> str:
        n = sum((one.channel, one.code) == (channel, code) for one in self.screen.lines)
        return f"{n} planned" if n else ""

    def touch(self, act: str) -> None:
        kind, _, of = act.partition(".")
        if kind == "level":
            channel, code = of.split("/")
            prompt = f"{self.label(channel, code)}, what will you ask?"
            self.screen.write(prompt, "", lambda text: self.add("question", channel=channel, code=code, text=text))
        else:
            super().touch(act)

    def act(self, id: str) -> None:
        if id == "level":
            one = self.screen.need()
            channel = self.coding.channel(one.channel)
            keys = channel.keys if channel else (one.code,)
            code = keys[(keys.index(one.code) + 1) % len(keys)] if one.code in keys else keys[0]
            self.screen.do(lambda: self.plan.change(one.id, channel=one.channel, code=code))
        else:
            super().act(id)


class Segments(Filling):
    """A tap on a role adds a segment in it; minutes and what the teacher does are taps as well."""

    uses = ("add", "words", "teacher", "less", "more", "sooner", "after", "remove")

    def bands(self, w: int) -> Sequence[Band]:
        roles = plan.channels(self.coding, "segment")[:1]
        words, off = plan_page.sum_words(self.screen.lines, self.screen.visit)
        found = [heading(f"What you do: a tap adds it.  {words}", "warn" if off else "deep")]
        found += self.codes(roles, "role", w, lambda channel, code: "")
        one = self.screen.line
        minutes: list[Cell] = [
            Pad(
                f"minutes.{n}",
                (f"{n} min", str(n)),
                "",
                (),
                "ink",
                on=one is not None and one.minutes == n,
                dim=not one,
            )
            for n in MINUTES
        ]
        minutes.append(Pad("minutes.rest", ("The rest", "Rest"), "", (), "ink", dim=not one))
        found += [Band(tuple(minutes), len(minutes))]
        if roles:
            theirs: list[Cell] = [
                Pad(f"teacher.{code.key}", (code.label, *code.short), "", (), "grp", dim=not one)
                for code in roles[0].codes
                if not code.caution
            ]
            name = self.screen.names().mask(self.screen.visit.teacher) or "the teacher"
            found += [heading(f"What {name} does in it", "mute"), Band(tuple(theirs), by_width(len(theirs), w, 11))]
        spans = {one.id: f"{a}-{b}" for a, b, one in plan_page.segments(self.screen.lines)}
        return [*found, *self.lines_of(w, lambda one: self._say(one, spans[one.id]))]

    def _say(self, one: PlanLine, span: str) -> tuple[str, str]:
        mine = " ".join(text for text in (self.label(one.channel, one.code) if one.code else "", one.me) if text)
        teacher = self.screen.visit.teacher or "teacher"
        return f"{span}  me: {mine or '-'}", f"{teacher}: {one.teacher or '-'}"

    def _left(self, but: str = "") -> int:
        """Minutes of the visit that no segment has yet."""
        taken = sum(one.minutes or 0 for one in self.plan.lines("segment") if one.id != but)
        return (self.screen.visit.planned_minutes or plan_start.USUAL_MINUTES) - taken

    def touch(self, act: str) -> None:
        kind, _, of = act.partition(".")
        if kind == "role":
            channel, code = of.split("/")
            left = self._left()
            minutes = min(10, left) if left > 0 else 5
            self.screen.do(lambda: self.add("segment", minutes=minutes, channel=channel, code=code))
        elif kind == "minutes":
            one = self.screen.need()
            minutes = self._left(one.id) if of == "rest" else int(of)
            if minutes < 1:
                raise Refused("no minutes are left", "the other segments fill the visit", "make one of them shorter")
            self.screen.do(lambda: self.plan.change(one.id, minutes=minutes))
        elif kind == "teacher":
            one = self.screen.need()
            role = plan.channels(self.coding, "segment")[0]
            self.screen.do(lambda: self.plan.change(one.id, teacher=self.label(role.name, of)))
        else:
            super().touch(act)

    def act(self, id: str) -> None:
        screen = self.screen
        if id == "add":
            screen.write(
                "What will you do?", "", lambda text: self.add("segment", minutes=max(self._left(), 5), me=text)
            )
            return
        one = screen.need()
        if id == "words":
            screen.write("What will you do in it?", one.me, lambda text: self.plan.change(one.id, me=text))
        elif id == "teacher":
            screen.write("What does the teacher do in it?", one.teacher, lambda t: self.plan.change(one.id, teacher=t))
        elif id in ("less", "more"):
            minutes = max(1, (one.minutes or 0) + (5 if id == "more" else -5))
            screen.do(lambda: self.plan.change(one.id, minutes=minutes))
        else:
            super().act(id)


class Strategies(Filling):
    """A tap goes on to who runs it."""

    def bands(self, w: int) -> Sequence[Band]:
        channels = plan.channels(self.coding, "strategy")
        return [
            heading("Each tap goes on: by me, by the teacher, by both, not run"),
            *self.codes(channels, "code", w, lambda channel, code: BY.get(self._by(channel, code) or "", "")),
        ]

    def _by(self, channel: str, code: str) -> str | None:
        one = next((one for one in self.screen.lines if (one.channel, one.code) == (channel, code)), None)
        return None if one is None else one.by or "me"

    def touch(self, act: str) -> None:
        channel, code = act.partition(".")[2].split("/")
        by = NEXT_BY[self._by(channel, code)]
        if by is not None:
            self.screen.do(lambda: self.plan.add("strategy", channel=channel, code=code, by=by))
        else:
            one = next(one for one in self.screen.lines if (one.channel, one.code) == (channel, code))
            self.screen.do(lambda: self.plan.remove(one.id))
