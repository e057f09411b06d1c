"""What the head of a school gets: how steadily the programme runs. No room's engagement, nothing about one teacher.

Children are counted for the school as a whole, and held back where they are few. Words that somebody typed are not on
it: they may name a child.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from observe.domain.cards import Bar, Card, Item, Page, Table, line
from observe.domain.figures import Json
from observe.domain.model import Visit
from observe.domain.suppress import small, tellable
from observe.domain.transfer import STAGES
from observe.services import access, coaching, facts, missed, protocols, role_limit
from observe.services.delivery import NOT_SAID, delivered
from observe.services.deliverypage import held_of, why_missed
from observe.services.home import Home
from observe.services.said import counted
from observe.services.spans import Span
from observe.services.whose import Whose
from observe.store import queries, rosters

HELD_BACK = "too few children to be shared"
OWN_WORDS, NO_REASON = "another reason", "no reason given"
STAGE_WORDS = {"modelled": "modelled by the specialist", "together": "run by both", "alone": "run by the teacher alone"}


def principal(home: Home, span: Span) -> Json:
    """The figures of the page: `delivered`, `extra_hands`, `practices` by stage, `access`."""
    found = delivered(home, span.first, span.last)
    return {
        "from": span.first.isoformat(),
        "to": span.last.isoformat(),
        "visits": _without_words(found["totals"]["visits"]),
        "meetings": _without_words(found["totals"]["meetings"]),
        "extra_hands": _extra_hands(home, span),
        "practices": _practices(home, span),
        "access": _access(home, span),
    }


def principal_page(home: Home, span: Span) -> Page:
    """The page of a span, for printing."""
    return Page(f"Push-in programme, {span.days}", tuple(_cards(principal(home, span))))


def _cards(found: Json) -> Iterator[Card]:
    yield Card("Visits, planned and held", tuple(_delivered(found["visits"], "visit")), wide=True)
    ended = found["visits"]["with_plan"] + found["visits"]["without_plan"]
    planned = [line(f"{found['visits']['with_plan'] or 'none'} of {counted(ended, 'visit')} held had a written plan")]
    yield Card("Co-planning", (*_delivered(found["meetings"], "meeting"), *(planned if ended else [])), wide=True)
    yield Card("Extra hands: what any adult could have done", tuple(_extra(found["extra_hands"])), wide=True)
    yield Card("Ways of teaching, by how far they have come", tuple(_stages(found["practices"])), wide=True)
    yield Card("Who was offered what", tuple(_offered(found["access"])), wide=True)


def _delivered(block: Json, one: str) -> Iterator[Item]:
    yield line(held_of(block, one), strong=True)
    if block["planned_minutes"] or block["held_minutes"]:
        held, planned = block["held_minutes"], block["planned_minutes"]
        yield Bar("minutes held", held, max(held, planned), f"{held:.0f} of {planned:.0f} planned")
    if why := why_missed(block):
        yield line(why)


def _extra(found: Json) -> Iterator[Item]:
    if not found["of"]:
        yield line("no visit was held in these days", "mute")
        return
    yield Bar("extra hands", found["minutes"], found["of"], f"{found['minutes']} of {found['of']} min in class")
    if found["past_limit"]:
        said = f"more than was agreed on in {counted(found['past_limit'], 'visit')}"
        why = ", ".join(f"{reason} {n}" for reason, n in found["reasons"].items())
        yield line(f"{said}; reasons: {why}" if why else said)


def _stages(found: Json | None) -> Iterator[Item]:
    if found is None:
        yield line("these would be of one teacher alone, so they are not told here", "mute")
    else:
        yield Table(("", "ways"), tuple((STAGE_WORDS[stage], str(found[stage] or "none")) for stage in STAGES))


def _offered(found: Json) -> Iterator[Item]:
    yield line(found["claim"])


def _without_words(block: Json) -> Json:
    """What was delivered, with the reasons that are offered on the glass by name and all others as one."""
    said = {NO_REASON if reason == NOT_SAID else reason: n for reason, n in block["reasons"].items()}
    return {**block, "reasons": _known(said, (*missed.REASONS, NO_REASON))}


def _known(reasons: Mapping[str, int], offered: Iterable[str]) -> dict[str, int]:
    known, counts = {reason.casefold(): reason for reason in offered}, Counter[str]()
    for reason, n in reasons.items():
        counts[known.get(reason.casefold(), OWN_WORDS)] += n
    return dict(counts.most_common())


def _extra_hands(home: Home, span: Span) -> Json:
    spent = of = past = 0
    reasons = Counter[str]()
    for log in facts.roles(home, _held(home, span)):
        visit, end = log.visit, log.visit.ended_at or 0
        spent += role_limit.spent_ms(log, end)
        of += role_limit.active_ms(log, end)
        if role_limit.over(home, log, end) is not None:
            past += 1
            reasons[queries.reflection(home.conn, visit.id).get(role_limit.FIELD) or NO_REASON] += 1
    return {
        "minutes": role_limit.whole(spent),
        "of": role_limit.whole(of),
        "past_limit": past,
        "reasons": _known(reasons, (*role_limit.REASONS, NO_REASON)),
    }


def _held(home: Home, span: Span) -> list[Visit]:
    first, after = span.bounds(home.zone)
    return [v for v in Whose(home).hers(queries.visits(home.conn, first, after)) if v.ended_at is not None]


def _practices(home: Home, span: Span) -> Json | None:
    """How many ways of teaching had come how far by the end of the span, the furthest of any class; None while that
    would be of a single teacher."""
    labels = coaching.practices(protocols.find(home, protocols.DEFAULT))
    furthest: dict[tuple[str, str], int] = {}
    teachers = set[str]()
    for section in rosters.sections(home.conn):
        for row in coaching.taken_up(home, section.id, span.last):
            if row.practice in labels:
                furthest[row.practice] = max(furthest.get(row.practice, 0), STAGES.index(row.stage))
                teachers.add(section.teacher or section.id)
    if len(teachers) == 1:
        return None
    counts = Counter(STAGES[at] for at in furthest.values())
    return {stage: counts[stage] for stage in STAGES}


def _access(home: Home, span: Span) -> Json:
    """The claim for the school, with those identified and not only where neither group lets a few be told apart."""
    found = access.find(home, facts.read(home, span, what=(facts.OFFERED,)))
    people = found.scope.people
    groups = [[s for s in people if bool(s.identified) is known] for known in (True, False)]
    parts = [(sum(found.of(s.id).any for s in group), len(group)) for group in groups]
    told, total = tellable(parts)
    n, of = sum(n for n, _ in parts), sum(of for _, of in parts)
    if not total or not of:
        return {"n": None, "of": None, "others": None, "claim": HELD_BACK if of else "no visit in these days"}
    others = parts[1][0] if all(told) and not any(map(small, parts)) else None
    claim = access.claim(found, n, of, others or 0)
    if others is None:
        claim = claim.rpartition(",")[0]
    return {"n": n, "of": of, "others": others, "claim": claim}
