"""What came of a practice set: how far two lists of answers agree, which codes they mix up, and what to talk about."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from observe.domain.agreement import Agreement, agreement, blocks, ordered
from observe.domain.cards import Card, Line, Page, Span, Table, line
from observe.domain.frozen import dataclass
from observe.domain.numbers import percent
from observe.domain.practice_set import PracticeSet
from observe.domain.protocol import Channel, Code
from observe.services.practice import Person, reference

FEW = 10
"""Below so many answers, one more or less moves each figure much."""
NOT_DEFINED = "not defined"
EXPLAINED = (
    "Kappa is what they agree on beyond chance: 1 is all of it, 0 what chance would give, below 0 less than that."
    " The weighted one counts codes that lie side by side as nearer, and only codes of the scale. Not defined: with one"
    " code only, chance would agree on all of it."
)
SMALL = "With so few answers one more or less moves each figure much: they are there to start a talk, and test nobody."


@dataclass(frozen=True, slots=True)
class Compared:
    """Two people's codes for one channel. `items`: places, in the set, of what both have coded."""

    channel: Channel
    items: tuple[int, ...]
    pairs: tuple[tuple[str, str], ...]

    @property
    def all(self) -> Agreement:
        """Every code, without order."""
        return agreement(self.channel.keys, self.pairs)

    @property
    def steps(self) -> Agreement | None:
        """Codes that have an order, for the weighted kappa; None where none have."""
        codes = ordered(self.channel)
        return self.all.only(codes) if codes else None

    @property
    def mixed_up(self) -> tuple[Code, Code, int] | None:
        """The two codes most often given for one another, and how often."""
        found = self.all.confused()
        if found is None:
            return None
        one, other = (self.channel.code(key) for key in found[:2])
        assert one is not None
        assert other is not None
        return one, other, found[2]

    @property
    def talk(self) -> str:
        """One line about these two, from their definitions; "" where nothing was mixed up."""
        mixed = self.mixed_up
        if mixed is None:
            return ""
        one, other, _ = mixed
        head = f"{one.label} or {other.label}?"
        if not one.definition or not other.definition:
            return f"{head} They have no definitions to tell them apart: write two, and try again."
        said = " ".join(f"{code.label}: {code.definition}" for code in (one, other))
        return f"{head} {said} Which words of the scene decide?"

    def where(self) -> tuple[int, ...]:
        """Places of the items in which these two were given for one another."""
        mixed = self.mixed_up
        if mixed is None:
            return ()
        both = {mixed[0].key, mixed[1].key}
        return tuple(at for at, pair in zip(self.items, self.pairs, strict=True) if set(pair) == both)


def compared(practice: PracticeSet, one: Person, other: Person) -> tuple[Compared, ...]:
    """Channel by channel, what both have coded."""
    found = []
    for channel in practice.channels:
        both = [
            (at, (a, b))
            for at, (item, a, b) in enumerate(zip(practice.items, one.answers, other.answers, strict=True))
            if item.channel == channel.name and a is not None and b is not None
        ]
        found.append(Compared(channel, tuple(at for at, _ in both), tuple(pair for _, pair in both)))
    return tuple(found)


def couples(practice: PracticeSet, people: Sequence[Person]) -> Iterator[tuple[Person, Person]]:
    """Who is compared: each with the reference, two people with each other first."""
    yield from combinations(people, 2)
    for person in people:
        yield person, reference(practice)


# -- as data ---------------------------------------------------------------------------------------------


def results_json(practice: PracticeSet, people: Sequence[Person]) -> dict[str, Any]:
    """The results for `--json`; a figure that is not defined is null."""
    return {
        "set": {"id": practice.id, "title": practice.title},
        "protocol": {"id": practice.protocol.id, "version": practice.protocol.version},
        "comparisons": [
            {
                "first": one.name,
                "second": other.name,
                "channels": [_figures(practice, part) for part in compared(practice, one, other)],
            }
            for one, other in couples(practice, people)
        ],
        "items": [
            {
                "vignette": number,
                "about": item.about,
                "channel": item.channel,
                "code": item.code,
                "reason": item.reason,
                "answers": {person.name: person.answers[at] for person in people},
            }
            for at, (number, item) in enumerate(practice.numbered)
        ],
    }


def _figures(practice: PracticeSet, part: Compared) -> dict[str, Any]:
    numbers = [number for number, _ in practice.numbered]
    all_, steps, two, mixed = part.all, part.steps, blocks(part.channel, part.pairs), part.mixed_up
    return {
        "channel": part.channel.name,
        "label": part.channel.label,
        "n": all_.n,
        "same": all_.same,
        "share": all_.share,
        "kappa": all_.kappa,
        "weighted": {"n": steps.n, "kappa": steps.weighted_kappa} if steps is not None else None,
        "blocks": {"n": two.n, "same": two.same, "kappa": two.kappa} if two is not None else None,
        "confused": {"codes": [mixed[0].key, mixed[1].key], "n": mixed[2]} if mixed is not None else None,
        "vignettes": sorted({numbers[at] for at in part.where()}),
        "talk": part.talk or None,
    }


# -- as a page -------------------------------------------------------------------------------------------


def results_page(practice: PracticeSet, people: Sequence[Person]) -> Page:
    """The results in words: figures for each couple, what to talk about, then every answer with its reason."""
    cards = [
        Card(f"{one.name} and {other.name}", tuple(_said(practice, one, other)), wide=True)
        for one, other in couples(practice, people)
    ]
    most = max((part.all.n for one, other in couples(practice, people) for part in compared(practice, one, other)))
    about = [line(EXPLAINED, "mute"), *([line(SMALL, "mute")] if most < FEW else [])]
    return Page(
        f"Practice - {practice.title}",
        (*cards, Card("What these figures say", tuple(about)), Card("One by one", tuple(_each(practice, people)))),
    )


def _said(practice: PracticeSet, one: Person, other: Person) -> Iterator[Line | Table]:
    parts = compared(practice, one, other)
    numbers = [number for number, _ in practice.numbered]
    yield Table(("", "alike", "kappa", "weighted"), tuple(_row(part) for part in parts))
    for part in parts:
        two = blocks(part.channel, part.pairs)
        if two is not None and two.n:
            yield line(f"{part.channel.label}: {two.same} of {two.n} on the same side of lower and upper.")
    for part in parts:
        mixed = part.mixed_up
        if mixed is not None:
            scenes = sorted({numbers[at] for at in part.where()})
            where = f"scene{'s' if len(scenes) > 1 else ''} {', '.join(map(str, scenes))}"
            often = "once" if mixed[2] == 1 else f"{mixed[2]} times"
            yield line(f"Most mixed up: {mixed[0].label} and {mixed[1].label}, {often} ({where}).", "warn")
            yield Line((Span("To talk about: ", "deep", strong=True), Span(part.talk)))
    if not any(part.mixed_up for part in parts) and any(part.all.n for part in parts):
        yield line("Alike in everything. Talk about the scene in which you hesitated longest.")


def _row(part: Compared) -> tuple[str, ...]:
    found = part.all
    if not found.n:
        return part.channel.label, "none", NOT_DEFINED, ""
    steps = part.steps
    weighted = f"{_kappa(steps.weighted_kappa)} (n {steps.n})" if steps is not None else "no order"
    alike = f"{found.same} of {found.n}, {percent(found.same, found.n)} %"
    return part.channel.label, alike, _kappa(found.kappa), weighted


def _kappa(kappa: float | None) -> str:
    return NOT_DEFINED if kappa is None else f"{kappa:.2f}".replace("-0.00", "0.00")


def _each(practice: PracticeSet, people: Sequence[Person]) -> Iterator[Line]:
    for at, (number, item) in enumerate(practice.numbered):
        right = practice.code(item, item.code).label
        given = [(person, person.answers[at]) for person in people]
        yield Line((Span(f"{number} ", "mute"), Span(f"{item.about}: {right}", strong=True)))
        for person, code in given:
            if code != item.code:
                said = practice.code(item, code).label if code is not None else "passed over"
                yield line(f"  {person.name}: {said}", "warn")
        yield line(f"  {item.reason}", "mute")


def sheet(practice: PracticeSet, *, reasons: bool = False) -> Page:
    """The set on paper for a meeting: scenes with the codes to choose from; with `reasons`, the reference codes too."""
    cards = []
    for number, vignette in enumerate(practice.vignettes, 1):
        items: list[Line] = [line(vignette.text)]
        for item in vignette.items:
            channel = practice.channel(item)
            choices = "  ".join(f"{i} {code.label}" for i, code in enumerate(channel.codes, 1))
            items.append(Line((Span(f"{channel.label}, {item.about}: ", "deep", strong=True), Span(choices))))
            if reasons:
                items.append(line(f"  {practice.code(item, item.code).label}: {item.reason}", "mute"))
        cards.append(Card(f"Scene {number}", tuple(items)))
    about = (Card("What to do", (line(practice.description),), wide=True),) if practice.description else ()
    return Page(f"Practice - {practice.title}", (*about, *cards))


def sheet_json(practice: PracticeSet) -> dict[str, Any]:
    """The set as data, reference codes and reasons with it."""
    return {
        "id": practice.id,
        "title": practice.title,
        "description": practice.description,
        "protocol": {"id": practice.protocol.id, "version": practice.protocol.version},
        "vignettes": [
            {
                "text": vignette.text,
                "items": [
                    {"about": item.about, "channel": item.channel, "code": item.code, "reason": item.reason}
                    for item in vignette.items
                ],
            }
            for vignette in practice.vignettes
        ],
    }
