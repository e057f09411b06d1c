"""Who was offered what over a span, of everybody on the roster, identified or not."""

from collections import Counter
from dataclasses import replace

from observe.domain import access
from observe.domain.access import Chances
from observe.domain.figures import Json
from observe.domain.frozen import dataclass
from observe.domain.model import Student
from observe.domain.numbers import seconds, share
from observe.domain.programme import Compacting
from observe.services import spans
from observe.services.facts import OFFERED, Read, Scope, read
from observe.services.home import Home
from observe.services.spans import Span
from observe.store import items


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of each student, and the offers there are: (name, label), named `channel.code`.

    Those of schemes that fewer visits used are named `scheme:channel.code`.
    """

    scope: Scope
    chances: dict[str, Chances]
    compacting: dict[str, list[Compacting]]
    offers: tuple[tuple[str, str], ...]

    def of(self, student: str) -> Chances:
        """What this student had."""
        return self.chances.get(student) or Chances()


def find(home: Home, given: Read) -> Found:
    """What was offered in these visits."""
    where = given.scope
    used = Counter(one.protocol.id for one in given.visits)
    ranked = sorted(used, key=lambda id: (-used[id], id))
    offers: dict[str, str] = {}
    named = []
    for one in given.visits:
        prefix = "" if one.protocol.id == ranked[0] else f"{one.protocol.id}:"
        for channel in one.protocol.channels:
            offers |= {f"{prefix}{channel.name}.{code.key}": code.label for code in channel.codes if code.offer}
        named.append({who: _named(had, prefix) for who, had in one.offered.items()})
    classes = {None, *(section.id for section in where.sections)}
    agreed = (one for one in items.compacting(home.conn) if one.section in classes)
    agreements = access.standing(agreed, *where.span.bounds(home.zone))
    return Found(where, access.summed(named), agreements, tuple(offers.items()))


def _named(had: Chances, prefix: str) -> Chances:
    return replace(had, offers={f"{prefix}{name}": one for name, one in had.offers.items()}) if prefix else had


def report(home: Home, span: Span | None = None, section: str | None = None) -> Json:
    """The JSON of `observe access`; `section`: an id."""
    found = find(home, read(home, span or spans.named(home), section, (OFFERED,)))
    where = found.scope
    rows = [_row(found, student) for student in where.people]
    had = Counter(_group(row["identified"]) for row in rows if row["any"])
    of = Counter(_group(row["identified"]) for row in rows)
    groups = {group: _of(had[group], of[group]) for group in ("identified", "others")}
    return {
        "from": where.span.first.isoformat(),
        "to": where.span.last.isoformat(),
        "section": section,
        "visits": len(where.visits),
        "offers": dict(found.offers),
        "any": {**_of(had.total(), of.total()), "by_group": groups},
        "claim": claim(found, had.total(), of.total(), had["others"]),
        "students": rows,
    }


def _group(identified: bool | None) -> str:
    return "identified" if identified else "others"


def _of(n: int, of: int) -> Json:
    return {"n": n, "of": of, "share": share(n, of)}


def claim(found: Found, n: int, of: int, others: int) -> str:
    """In one line, how many had a chance, and how many of those nobody has identified."""
    if not found.scope.visits or not of:
        return f"no visit to a class with students {found.scope.span.words}"
    what = ["top-tier task", *dict.fromkeys(label.lower() for _, label in found.offers), "upper question"]
    words = f"{', '.join(what[:-1])} or {what[-1]}"
    return f"had at least one {words} {found.scope.span.words}: {n} of {of}, {others} of them not identified"


def _row(found: Found, student: Student) -> Json:
    one = found.of(student.id)
    return {
        "id": student.id,
        "name": student.name,
        "sections": list(found.scope.classes[student.id]),
        "identified": student.identified,
        "service_seconds": seconds(one.service_ms),
        "top_tier": one.top_tier,
        "offers": {
            name: {"visits": one.offers[name][0], "seconds": seconds(one.offers[name][1])}
            for name, _ in found.offers
            if name in one.offers
        },
        "upper_asked": one.asked,
        "upper_answered": one.answered,
        "compacting": len(found.compacting.get(student.id, ())),
        "any": one.any,
    }
