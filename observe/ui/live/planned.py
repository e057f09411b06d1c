"""The plan while the visit goes on: what is on now, who does what, and questions that a tap asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from observe.domain import groups
from observe.domain.programme import PlanLine
from observe.ui.layout import PLAN
from observe.ui.pads import Cell, Gap, Pad, Panel, Row
from observe.ui.text import fit, width, wrap

if TYPE_CHECKING:
    from observe.ui.live.controller import Controller
    from observe.ui.live.scene import Scene

MINUTE = 60_000


def questions(c: Controller) -> list[PlanLine]:
    """The questions to ask, in the order of the card."""
    return _of(c, "question")


def asked(c: Controller) -> frozenset[str]:
    """Lines whose question was asked: what the log says, so that undo takes a tick away with the tap."""
    return frozenset(o.plan for o in c.log.observations if o.plan)


def ask(c: Controller, id: str) -> None:
    """Log a planned question at its level, as asked by her."""
    line = next((line for line in questions(c) if line.id == id), None)
    channel = c.channel(line.channel) if line is not None else None
    if line is None or channel is None or channel.code(line.code) is None:
        c.session.message = "this question has no level yet: the plan's page gives it one"
        return
    modifiers = {m.name: m.default for m in channel.modifiers if m.kind == "choice" and m.default}
    c.write((channel.name, line.code), None, modifiers=modifiers, plan=line.id, group=c.session.about)


def open_card(c: Controller) -> None:
    """Show the plan; once more, it goes."""
    was = c.session.open
    c.leave("")
    c.session.open, c.session.plan_page = "" if was == PLAN else PLAN, 0


def more(c: Controller) -> None:
    """What of the plan had no room."""
    c.session.plan_page += 1


def now(c: Controller) -> tuple[int, PlanLine] | None:
    """The segment that this minute of the visit belongs to, and the minute it began at; None past the last one."""
    begun = 0
    for line in _of(c, "segment"):
        if c.view.ms < (begun + (line.minutes or 0)) * MINUTE:
            return begun, line
        begun += line.minutes or 0
    return None


def rows(scene: Scene, w: int) -> list[Row]:
    """The card in lines of `w` cells: what matters at this minute first."""
    c, plan = scene.c, scene.c.log.plan
    agreed = [one for one in c.compacting if one.ended_at is None and c.view.seat(one.student) is not None]
    if not plan and not agreed:
        return [Row("  No plan; log freely", "mute")]
    found: list[Row] = []

    def say(head: str, text: str, ink: str = "ink") -> None:
        lead = f"{head}  " if head and text else head
        for i, part in enumerate(wrap(c.names.mask(f"{lead}{text}"), w - 3)):
            found.append(Row(f" {part}" if not i else f"   {part}", ink, bold=not i and not text))

    segment = now(c)
    if segment is not None:
        begun, line = segment
        say(f"now {begun}-{begun + (line.minutes or 0)}", _both(scene, line), "deep")
        segments = _of(c, "segment")
        for after in segments[segments.index(line) + 1 :][:1]:
            say("then", _both(scene, after), "mute")
    for line in _of(c, "objective"):
        say("for", line.text)
    tiers, now_in = groups.tiers(plan), c.log.grouping.at()
    for label in dict.fromkeys((*(line.name for line in plan if line.part == "group"), *sorted(now_in.values()))):
        who = [seat.student.id for seat in c.view.seats if now_in.get(seat.student.id) == label]
        say(f"{label}{f' ({tiers[label]})' if label in tiers else ''}", _names(c, who) or "nobody", "grp")
    for line in _of(c, "tier"):
        say(line.name, line.text)
    for one in agreed:
        say("compact", f"{_names(c, [one.student])}: {one.instead or one.shown}")
    for line in _of(c, "strategy"):
        say("strategy", f"{c.word(line.channel, line.code)}{f', {line.by}' if line.by else ''}", "str")
    for line in _of(c, "watch"):
        say("watch", " ".join(text for text in (_names(c, line.students), line.text) if text))
    return found


def _of(c: Controller, part: str) -> list[PlanLine]:
    """The lines of one part, in the order of the card."""
    return [line for line in c.log.plan if line.part == part]


def _names(c: Controller, students: Iterable[str]) -> str:
    return ", ".join(fit(c.names.short(student), 14) for student in students)


def _both(scene: Scene, line: PlanLine) -> str:
    """Who does what in a segment."""
    named = (("me", line.me or scene.c.word(line.channel, line.code) if line.code else line.me), ("T", line.teacher))
    return "; ".join(f"{who}: {text}" for who, text in named if text) or "-"


def cells(scene: Scene) -> list[Cell]:
    """The plan in lines, and its questions as pads; in pages where they do not fit."""
    panel, *places = next(cells for (_, face), cells in scene.layout.faces.items() if face == PLAN)
    lines, asks = rows(scene, panel.width - 1), pads(scene, questions(scene.c), places[0].width)
    each = len(places) if len(asks) <= len(places) and len(lines) <= panel.height else len(places) - 1
    pages = max(-(-len(lines) // panel.height), -(-len(asks) // each), 1)
    page = scene.c.session.plan_page % pages
    shown: list[Cell] = [replace(pad, key=f"{i}") for i, pad in enumerate(asks[page * each :][:each], 1)]
    if pages > 1:
        shown += [Gap()] * (each - len(shown))
        words = scene.commands["plan_more"].labels
        shown.append(Pad("plan_more", words, f"{each + 1}", (f"{page + 1}/{pages}",), "warn"))
    text = [unseamed(scene, line) for line in lines[page * panel.height :][: panel.height]]
    return [Panel("", tuple(text), "card"), *shown]


def unseamed(scene: Scene, row: Row) -> Row:
    """The line with a blank before a wide character that lies across a seam: cut there, it would be lost."""
    board = scene.layout.boards["tiles"]
    cuts = {x - board.x for seam in scene.layout.seams() if seam.y == board.y for x in (seam.x, seam.x + 1)}
    text = ""
    for char in row.text:
        if width(char) == 2 and width(text) + 1 in cuts:
            text += " "
        text += char
    return replace(row, text=text)


def pads(scene: Scene, lines: list[PlanLine], w: int) -> list[Pad]:
    """A pad a question, `w` cells wide: its words, its level, and a tick once it was asked."""
    c, done = scene.c, asked(scene.c)
    found = []
    for line in lines:
        channel = c.channel(line.channel)
        code = channel.code(line.code) if channel is not None else None
        levels = (code.label, *code.short) if code is not None else ("no level", "?")
        subs = (*(f"✓ {level}" for level in levels), "✓") if line.id in done else (*levels, levels[-1][:3])
        tone = (channel.tone if channel is not None else "") or "ques"
        words = _ever_shorter(c.names.mask(line.text) or levels[0], w)
        found.append(Pad(f"ask.{line.id}", words, subs=subs, tone=tone, dim=code is None))
    return found


def _ever_shorter(text: str, w: int) -> tuple[str, ...]:
    """A whole sentence, and as many of its first words as a line holds."""
    words = text.split()
    for n in range(len(words), 0, -1):
        short = " ".join(words[:n])
        if width(short) + 2 <= w:
            return (text,) if n == len(words) else (text, f"{short}…")
    return (text,)
