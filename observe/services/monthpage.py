"""Coverage of a span without a name: class by class, how many children were seen, and how they were looked at."""

from collections import Counter
from collections.abc import Iterator

from observe.domain.cards import Card, Item, Page, Table, line
from observe.domain.figures import Json
from observe.domain.suppress import tellable
from observe.services import seen
from observe.services.home import Home
from observe.services.nameless import Nameless
from observe.services.principal import HELD_BACK
from observe.services.said import counted
from observe.services.spans import Span
from observe.services.summary import tallied
from observe.store import queries, rosters


def coverage(home: Home, span: Span) -> Json:
    """By class: visits, passes over everyone, and of its children how many were seen; null where few could be told
    apart. A child is seen whoever looked, so visits of every observer count, and their passes."""
    classes = [one for one in seen.classes(home, span) if one.visits]
    passes = _passes(home, span)
    parts = [(sum(row.n > 0 for row in one.rows), len(one.rows)) for one in classes]
    told, total = tellable(parts)
    nameless = Nameless(rosters.students(home.conn))
    rows = [
        {
            "section": nameless.label(one.section.name),
            "visits": one.visits,
            "looks_at_everyone": passes[one.section.id],
            "seen": n if ok else None,
            "of": of,
        }
        for one, (n, of), ok in zip(classes, parts, told, strict=True)
    ]
    n, of = sum(n for n, _ in parts), sum(of for _, of in parts)
    return {
        "from": span.first.isoformat(),
        "to": span.last.isoformat(),
        "classes": rows,
        "all": {"seen": n if total else None, "of": of},
    }


def coverage_page(home: Home, span: Span) -> Page:
    """The page of a span."""
    found = coverage(home, span)
    return Page(f"Eyes on all students, {span.days}", tuple(_cards(found)))


def _cards(found: Json) -> Iterator[Card]:
    yield Card("Children seen in person", tuple(_all(found)), wide=True)
    if found["classes"]:
        rows = tuple(
            (
                row["section"],
                str(row["visits"]),
                str(row["looks_at_everyone"]),
                "held back" if row["seen"] is None else f"{row['seen']} of {row['of']}",
            )
            for row in found["classes"]
        )
        yield Card("By class", (Table(("class", "visits", "looks at everyone", "seen"), rows), *_why(found)), wide=True)


def _all(found: Json) -> Iterator[Item]:
    every = found["all"]
    if not found["classes"]:
        yield line("No visit was held in these days.", "mute")
    elif every["seen"] is None:
        yield line(HELD_BACK)
    else:
        yield line(f"{every['seen']} of {counted(every['of'], 'child', 'children')} at least once", strong=True)
        if len(found["classes"]) > 1:
            yield line("who is in two classes is counted in each", "mute")


def _why(found: Json) -> Iterator[Item]:
    if any(row["seen"] is None for row in found["classes"]):
        why = "Held back: fewer than 10 children seen or not seen, or a number that would give such a one away."
        yield line(why, "mute")


def _passes(home: Home, span: Span) -> Counter[str]:
    visits = queries.visits(home.conn, *span.bounds(home.zone))
    sections, counts = {visit.id: visit.section or "" for visit in visits}, Counter[str]()
    for visit, (_, numbers) in tallied(home, visits).items():
        counts[sections[visit]] += sum(not row["part"] for row in numbers["sweeps"])
    return counts
