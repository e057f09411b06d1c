"""What the words mean, as a page for everybody in the room: every label of a coding scheme, and the words of the work.

Two people who read a word alike need no figure to agree; two who do not are not helped by one.
"""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from observe.domain.cards import Card, Line, Page, Span, line
from observe.domain.frozen import dataclass
from observe.domain.protocol import Channel, Code, Modifier, Protocol

WORK = "How we work"


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the work that is no code. `also`: other forms of it that stand on pages."""

    word: str
    meaning: str
    also: tuple[str, ...] = ()


TERMS = (
    Term(
        "Push-in visit",
        "The specialist comes into the lesson instead of taking children out of it. Two adults, the same children,"
        " one goal.",
        ("push-in visits",),
    ),
    Term(
        "Co-planning",
        "A few minutes before the visit in which both adults settle the goal, the groups, the tasks, and who does"
        " what when.",
        ("co-plan", "co-plans"),
    ),
    Term(
        "Identified",
        "The school has found this child eligible for gifted services, by its own rules. Not identified says only"
        " that nobody has done so, or not yet.",
        ("not identified",),
    ),
    Term(
        "Readiness",
        "What a child can do towards this goal now, with the evidence for it and the date of that. It changes, so it"
        " is a place to start from and no name for the child.",
    ),
    Term(
        "Evidence",
        "Something seen, said or written that anyone can look at again: an answer to a check before the unit, a"
        " draft, a sentence. A feeling about a child is where looking starts, not evidence.",
    ),
    Term(
        "Flexible groups",
        "Put together for this task, and anew for the next. A group that is the same for weeks is a reason to look"
        " again at who is in it.",
        ("flexible",),
    ),
    Term(
        "Tier",
        "One of two or three forms of a task with one goal. The higher one is deeper or more open, not longer; a"
        " child may change tier in the middle of a lesson.",
        ("tiers", "top tier"),
    ),
    Term(
        "Compacting",
        "What a child has shown to know is skipped, and the time it buys goes to something worth it. Both adults and"
        " the child agree what was shown, what is skipped and what comes instead; it holds until it is closed.",
        ("compacting agreement", "compacting agreements"),
    ),
    Term(
        "Mini-lesson",
        "Five to twelve minutes of teaching for the few who need just this now; then back to their work.",
        ("mini-lessons",),
    ),
    Term(
        "Stretch",
        "Work that takes effort and gets somewhere. It is the one to aim at: easier adds nothing, harder gets stuck.",
    ),
    Term(
        "Look at everyone",
        "One quick look at each child in turn, in an order that is settled before. Everybody is in it once, so only"
        " these looks make percentages.",
        ("looks", "look"),
    ),
    Term(
        "Tap",
        "Something logged because it struck the observer. Taps are counted and named; they are never made a"
        " percentage, since nobody knows what was not tapped.",
        ("taps",),
    ),
    Term(
        "Too few",
        "Under 10 looks or 6 children a percentage would say more about chance than about the room, so none is shown.",
    ),
    Term(
        "Not yet seen",
        "Children of whom nothing was logged. It says where the adults looked, and nothing about the child.",
        ("not seen", "unseen"),
    ),
    Term(
        "Spark",
        "A sign of talent in any child, above all in one whom nobody has identified. One is nothing; several kinds"
        " on several days are a reason to look closer. Sparks are never a score.",
        ("sparks",),
    ),
    Term(
        "Upper questions",
        "Questions that ask to take apart, to judge or to make; the others ask to know, to explain or to use."
        " Compare the two kinds, not single levels.",
        ("upper three", "lower three", "upper question"),
    ),
    Term(
        "Think time",
        "The silence after a question. Three seconds or more bring longer answers from more children.",
        ("waited 3+",),
    ),
    Term(
        "Extra hands",
        "Help that any adult could give. Now and then it is kind; as a habit it is what the visit is not for. How"
        " much is all right is agreed for each class, and says nothing against anybody.",
    ),
    Term(
        "Opportunity",
        "What a child was offered: minutes with the specialist, a mini-lesson, a top-tier task, an upper question."
        " Without an offer there is nothing to see, in any child.",
        ("access", "offered"),
    ),
    Term(
        "Open task",
        "One that leaves room above what is asked: tiered, enrichment, extension. Where there is none, talent has"
        " nothing to show itself in: no challenge, no evidence.",
        ("open tasks",),
    ),
    Term(
        "Raised for a look",
        "Sparks of a child met a rule that is written on the page: so many, of so many kinds, on so many days. It"
        " says whom to look at more closely, and decides nothing.",
        ("raised",),
    ),
    Term(
        "Transfer",
        "A way of teaching that the specialist showed and the teacher later ran alone. It is what stays when the"
        " specialist is elsewhere.",
        ("taken up",),
    ),
    Term("Glow", "One thing that went well in this lesson, with its moment."),
    Term("Try next", "One thing, small enough to try by the next visit."),
    Term(
        "Promise",
        "What one of the two adults said to do for the other. It comes up again until it is kept or dropped; either is"
        " fine.",
        ("promises", "promised", "commitment", "commitments"),
    ),
    Term(
        "Working agreement",
        "One page between two adults: what the specialist is there for and what not, what is logged, who sees it,"
        " when the visits are.",
    ),
    Term(
        "Left out",
        "What would stand on fewer than 10 children is not shown to anybody outside the team, nor anything it could"
        " be worked out from.",
    ),
)
"""In the order in which one explains them."""


def glossary_page(protocol: Protocol) -> Page:
    """A card a channel, with what each code means, looks like and sounds like; then the words of the work."""
    cards = [Card(channel.label, tuple(_channel(channel))) for channel in protocol.channels]
    about = (Card("What this is", (line(protocol.description),), wide=True),) if protocol.description else ()
    work = tuple(_meaning(term.word, term.meaning, "deep") for term in terms_beside(protocol))
    return Page(f"What our words mean - {protocol.title}", (*about, *cards, Card(WORK, work)))


def terms_beside(protocol: Protocol) -> tuple[Term, ...]:
    """The words of the work that are no label of this scheme, after those of its pairs: what two ratings say together.

    Of its own labels the scheme itself says what they mean.
    """
    labels = {label.casefold() for label in labels_of(protocol)}
    pairs = tuple(Term(pair.label, pair.definition) for pair in protocol.pairs if pair.definition)
    return pairs + tuple(term for term in TERMS if term.word.casefold() not in labels)


def labels_of(protocol: Protocol) -> Iterator[str]:
    """Every label that this scheme can put on a screen."""
    for channel in protocol.channels:
        yield channel.label
        yield from (code.label for code in channel.codes)
        for modifier in channel.modifiers:
            yield modifier.label
            yield from (value.label for value in modifier.values)


def glossary_json(protocol: Protocol) -> dict[str, Any]:
    """The same as data, for `--json`."""
    return {
        "protocol": {"id": protocol.id, "version": protocol.version, "title": protocol.title},
        "description": protocol.description,
        "channels": [
            {
                "name": channel.name,
                "label": channel.label,
                "kind": channel.kind,
                "definition": channel.definition,
                "codes": [_of_code(code) for code in channel.codes],
                "modifiers": [
                    {
                        "name": modifier.name,
                        "label": modifier.label,
                        "definition": modifier.definition,
                        "values": [
                            {"key": value.key, "label": value.label, "definition": value.definition}
                            for value in modifier.values
                        ],
                    }
                    for modifier in channel.modifiers
                ],
            }
            for channel in protocol.channels
        ],
        "terms": [asdict(term) for term in terms_beside(protocol)],
    }


def _of_code(code: Code) -> dict[str, Any]:
    return {
        "key": code.key,
        "label": code.label,
        "definition": code.definition,
        "looks_like": code.looks_like,
        "sounds_like": code.sounds_like,
    }


def _channel(channel: Channel) -> Iterator[Line]:
    if channel.definition:
        yield line(channel.definition, "mute")
    for code in channel.codes:
        yield _meaning(code.label, code.definition, code.tone or channel.tone or "ink")
        for name, texts in (("Looks like", code.looks_like), ("Sounds like", code.sounds_like)):
            if texts:
                yield line(f"  {name}: {'; '.join(texts)}", "mute")
    for modifier in channel.modifiers:
        yield from _modifier(modifier)


def _modifier(modifier: Modifier) -> Iterator[Line]:
    yield _meaning(modifier.label, modifier.definition, "ink")
    for value in modifier.values:
        if value.definition:
            yield line(f"  {value.label}: {value.definition}", "mute")


def _meaning(word: str, meaning: str, tone: str) -> Line:
    return Line((Span(word, tone, strong=True), Span(f": {meaning}" if meaning else "")))
