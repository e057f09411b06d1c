"""How students are called on the glass; the one place that knows whether names are hidden."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from observe.domain.cards import Bar, Card, Item, Line, Page, Series, Table
from observe.domain.model import Student
from observe.domain.names import initials, told_apart

EVERYONE = ("Everyone", "All")


class Names:
    """Names of a section's students, ever shorter, or what stands for them while they are hidden."""

    def __init__(self, students: Sequence[Student], hidden: bool = False) -> None:
        self.hidden = hidden
        self._choices: dict[str, tuple[str, ...]] = {}
        self._short: dict[str, str] = {}
        self._masks: list[tuple[str, str]] = []
        calls = _call_names([(student.name, student.seat or i) for i, student in enumerate(students, 1)])
        tight = [_tight(calls, letters) for letters in (3, 1)]
        fulls = told_apart((student.id, student.name, student.seat or i) for i, student in enumerate(students, 1))
        for place, (student, call) in enumerate(zip(students, calls, strict=True), 1):
            seat = student.seat or place
            masked = (f"{initials(student.name)[:1]}. #{seat}", f"#{seat}")
            full = fulls[student.id] or f"seat {seat}"
            self._short[student.id] = masked[0] if hidden else call or full
            names = (full, call or full, *(short[call] for short in tight if call in short))
            self._choices[student.id] = masked if hidden else tuple(dict.fromkeys(names))
            self._masks += [(name, masked[0]) for name in {student.name, call, student.name.split(" ")[0]} if name]
        self._masks.sort(key=lambda mask: -len(mask[0]))  # a full name before the first name in it

    def choices(self, student: str | None) -> tuple[str, ...]:
        """The name, then ever shorter ones; for None, everyone."""
        return EVERYONE if student is None else self._choices.get(student, ("?",))

    def short(self, student: str | None) -> str:
        """What she would call: the shortest name in a sentence that still tells this student from the others."""
        return EVERYONE[0] if student is None else self._short.get(student, "?")

    def whom(self, student: str | None, group: str) -> str:
        """A student, a group as one, or everyone."""
        return self.mask(group) if group else self.short(student)

    def mask(self, text: str) -> str:
        """`text` with the students' names in it hidden, while names are."""
        if self.hidden and text:
            for name, masked in self._masks:
                text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", masked, text, flags=re.IGNORECASE)
        return text


def masked(page: Page, names: Names) -> Page:
    """The page with every student's name as it may be shown, in what was typed too."""
    if not names.hidden:
        return page
    mask = names.mask

    def item(one: Item) -> Item:
        if isinstance(one, Line):
            return Line(tuple(type(s)(mask(s.text), s.tone, s.strong) for s in one.spans), one.act)
        if isinstance(one, Bar):
            return Bar(mask(one.label), one.part, one.whole, one.text, one.tone)
        if isinstance(one, Table):
            return replace(one, rows=tuple(tuple(map(mask, row)) for row in one.rows))
        if isinstance(one, Series):
            return replace(one, rows=tuple(replace(row, label=mask(row.label)) for row in one.rows))
        return one

    cards = tuple(Card(mask(card.title), tuple(map(item, card.items)), card.wide) for card in page.cards)
    return Page(mask(page.title), cards, page.labels)


def _tight(calls: Sequence[str], letters: int) -> dict[str, str]:
    """`Chr. Be` for `Christopher Be`: cut at the end, two of one first name would read alike on a narrow tile."""
    short = {call: f"{call[:letters].strip()}. {call.rsplit(' ', 1)[1]}" for call in calls if " " in call}
    twice = {one for one, n in Counter(short.values()).items() if n > 1}
    return {call: one for call, one in short.items() if one not in twice and len(one) < len(call)}


def _call_names(people: Sequence[tuple[str, int]]) -> list[str]:
    """First names; where two are the same, with a letter or two of the last name; else with the seat."""
    split = [name.split(" ") for name, _ in people]
    calls = [words[0] for words in split]
    for extra in (1, 2):
        twice = {call for call, n in Counter(calls).items() if n > 1}
        calls = [
            f"{words[0]} {words[-1][:extra]}" if call in twice and len(words) > 1 else call
            for call, words in zip(calls, split, strict=True)
        ]
    twice = {call for call, n in Counter(calls).items() if n > 1}
    numbered = zip(calls, split, people, strict=True)
    return [f"{words[0]} #{seat}" if call in twice else call for call, words, (_, seat) in numbered]
