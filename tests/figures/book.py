"""The plain account of a visit: what stands, what each step changed, and the children and schemes it is about."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import slow

from observe.resources import protocol_files

OWN = Path(__file__).with_name("own.toml")
SCHEMES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in [*protocol_files(), OWN]}
NO_SCHEME: slow.Scheme = {"protocol": {"id": "", "version": 0}, "channel": []}
"""What a visit that is only planned has."""

# id, name, identified, seat (0: none), active
ROOM_12 = (
    ("s-ada", "Ada Quist", True, 3, True),
    ("s-ben", "Ben Oyelaran", False, 1, True),
    ("s-cleo", "Cleo Marsh", None, 2, True),
    ("s-dov", "Dov Amsel", True, 0, True),
    ("s-eve", "Eve Tran", False, 0, True),
    ("s-left", "Finn Left", True, 4, False),
)
ROOM_7 = (("s-gia", "Gia Roth", True, 1, True), ("s-hal", "Hal Stone", None, 2, True))
PEOPLE = {person[0]: person for person in ROOM_12 + ROOM_7}
SECTIONS = {
    "room-12": ({"id": "room-12", "name": "Room 12", "teacher": "Ms. Okafor"}, ROOM_12),
    "room-7": ({"id": "room-7", "name": "Room 7", "teacher": "Mr. Lind"}, ROOM_7),
}
IDENTIFIED = frozenset(id for id, person in PEOPLE.items() if person[2])
EVERYBODY = tuple(PEOPLE)

Key = tuple[Any, ...]


class Book:
    """What stands in one visit, by what it is about, and the steps that made it so."""

    def __init__(self) -> None:
        self.stands: dict[Key, Any] = {}
        self.stamps: dict[Key, tuple[int, int]] = {}
        self.steps: list[dict[Key, tuple[Any, Any]]] = []
        self.taken_back: list[bool] = []

    def do(self, changes: Mapping[Key, Any], stamp: tuple[int, int]) -> None:
        """One step: each key gets its new value, None for nothing. What was taken back by then cannot be done again."""
        self.steps = [step for step, gone in zip(self.steps, self.taken_back, strict=True) if not gone]
        self.taken_back = [False] * len(self.steps)
        self.steps.append({key: (self.stands.get(key), value) for key, value in changes.items()})
        self.taken_back.append(False)
        self._set(changes, stamp)

    def undo(self, stamp: Callable[[], tuple[int, int]]) -> bool:
        standing = [i for i, gone in enumerate(self.taken_back) if not gone]
        if standing:
            self.taken_back[standing[-1]] = True
            self._set({key: before for key, (before, _) in self.steps[standing[-1]].items()}, stamp())
        return bool(standing)

    def redo(self, stamp: Callable[[], tuple[int, int]]) -> bool:
        last = max((i for i, gone in enumerate(self.taken_back) if not gone), default=-1)
        again = last + 1 < len(self.steps)
        if again:
            self.taken_back[last + 1] = False
            self._set({key: after for key, (_, after) in self.steps[last + 1].items()}, stamp())
        return again

    def _set(self, changes: Mapping[Key, Any], stamp: tuple[int, int]) -> None:
        for key, value in changes.items():
            self.stamps[key] = stamp
            if value is None:
                self.stands.pop(key, None)
            else:
                self.stands[key] = value

    def all(self, kind: str) -> dict[Key, Any]:
        return {key[1:]: value for key, value in self.stands.items() if key[0] == kind}

    def looks(self) -> list[slow.Look]:
        return [
            slow.Look(id=key[0], stamp=self.stamps[("look", *key)], **data) for key, data in self.all("look").items()
        ]


@dataclass
class Record:
    """A visit's facts, and its book."""

    id: str
    scheme: slow.Scheme
    section: str | None
    planned_at: int | None = None
    planned_minutes: int | None = None
    started: int | None = None
    ended: int | None = None
    estimated: bool = False
    title: str = ""
    observer: str = ""
    roster: tuple[str, ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
    book: Book = field(default_factory=Book)

    def held(self, now: int) -> slow.Held:
        book = self.book
        passes: dict[int, slow.Pass] = {}
        skips = book.all("skip")
        for (number,) in [*book.all("pass"), *((n,) for n, _ in skips)]:
            begun = book.stands.get(("pass", number), {})
            passes[number] = slow.Pass(skipped=frozenset(who for n, who in skips if n == number), **begun)
        return slow.Held(
            id=self.id,
            scheme=self.scheme,
            now=now,
            section=SECTIONS[self.section][0] if self.section else None,
            observer=self.observer,
            title=self.title,
            planned_at=self.planned_at,
            planned_minutes=self.planned_minutes,
            started=self.started,
            ended=self.ended,
            estimated=self.estimated,
            roster=self.roster,
            identified=IDENTIFIED,
            seats=seats(self.section),
            looks=book.looks(),
            notes=[slow.Note(id=id, **data) for (id,), data in book.all("note").items()],
            marks={who: here for (who,), here in book.all("mark").items()},
            roll=bool(book.all("roll")),
            pauses=list(book.all("pause").values()),
            passes=passes,
            cues=list(book.all("cue").values()),
            groups=self.groups,
            moves=self.grouped().moves,
        )

    def grouped(self) -> slow.Grouped:
        book = self.book
        moves = [(at, book.stamps["move", id], *who) for (id,), (at, *who) in book.all("move").items()]
        return slow.Grouped(self.groups, moves)

    def present(self, student: str) -> bool:
        mark = self.book.stands.get(("mark", student))
        return (not self.book.all("roll") and student in self.roster) if mark is None else bool(mark)


def seats(section: str | None) -> tuple[str, ...]:
    """The section's children by seat, those without one by name; then all others by name."""
    members = SECTIONS[section][1] if section else ()
    own = sorted(members, key=lambda p: (p[3] == 0, p[3], p[1]))
    others = sorted((p for p in PEOPLE.values() if p not in members), key=lambda p: p[1])
    return tuple(person[0] for person in [*own, *others])
