"""What the head of a school gets: how steadily the programme runs. No room's engagement, nothing about one teacher.

Children are counted for the school as a whole, and held back where they are few.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from observe.domain.cards import Card, Item, Page, Table, line
from observe.domain.figures import Json
from observe.domain.model import Visit
from observe.domain.suppress import small, tellable
from observe.domain.transfer import STAGES
from observe.services import access, coaching, facts, protocols, role_limit
from observe.services.delivery import delivered
from observe.services.deliverypage import held_of, why_missed
from observe.services.home import Home
from observe.services.said import counted
from observe.services.spans import Span
from observe.services.visits import visit_log
from observe.services.whose import Whose
from observe.store import queries, rosters

HELD_BACK = "too few children to be shared"
STAGE_WORDS = {"modelled": "modelled by the specialist", "together": "run by both", "alone": "run by the teacher alone"}


def principal(home: Home, span: Span) -> Json:
    """The figures of the page: `delivered`, `extra_hands`, `practices` by stage, `access`."""
    found = delivered(home, span.first, span.last)
    return {
        "from": span.first.isoformat(),
        "to": span.last.isoformat(),
        "visits": found["totals"]["visits"],
        "meetings": found["totals"]["meetings"],
        "extra_hands": _extra_hands(home, span),
        "practices": _practices(home),
        "access": _access(home, span),
    }


def principal_page(home: Home, span: Span) -> Page:
    """The page of a span, for printing."""
    found = principal(home, span)
    days = f"{_day(span.first)} to {_day(span.last)}"
    return Page(f"Push-in programme, {days}", tuple(_cards(found)))


def _cards(found: Json) -> Iterator[Card]:
    yield Card("Visits, planned and held", tuple(_delivered(found["visits"], "visit")), wide=True)
    ended = found["visits"]["with_plan"] + found["visits"]["without_plan"]
    planned = [line(f"{found['visits']['with_plan']} of {counted(ended, 'visit')} held had a written plan")]
    yield Card("Co-planning", (*_delivered(found["meetings"], "meeting"), *(planned if ended else [])), wide=True)
    yield Card("Minutes of extra hands", tuple(_extra(found["extra_hands"])), wide=True)
    yield Card("Ways of teaching, by how far they have come", (_stages(found["practices"]),), wide=True)
    yield Card("Who was offered what", tuple(_offered(found["access"])), wide=True)


def _delivered(block: Json, one: str) -> Iterator[Item]:
    yield line(held_of(block, one), strong=True)
    if block["planned_minutes"] or block["held_minutes"]:
        yield line(f"{block['held_minutes']:g} of {block['planned_minutes']:g} planned minutes held")
    if why := why_missed(block):
        yield line(why)


def _extra(found: Json) -> Iterator[Item]:
    yield line(f"{found['minutes']} of {found['of']} minutes in class went to what any adult could do")
    if found["past_limit"]:
        said = f"more than was agreed on in {counted(found['past_limit'], 'visit')}"
        why = ", ".join(f"{reason} {n}" for reason, n in found["reasons"].items())
        yield line(f"{said}: {why}" if why else said)


def _stages(found: Json) -> Table:
    return Table(("", "ways"), tuple((STAGE_WORDS[stage], str(found[stage])) for stage in STAGES))


def _offered(found: Json) -> Iterator[Item]:
    yield line(found["claim"])


def _extra_hands(home: Home, span: Span) -> Json:
    spent = of = past = 0
    reasons = Counter[str]()
    for visit in _held(home, span):
        log = visit_log(home, visit.id)
        end = visit.ended_at or 0
        spent += role_limit.spent_ms(log, end)
        of += role_limit.active_ms(log, end)
        if role_limit.over(home, log, end) is not None:
            past += 1
            reasons[queries.reflection(home.conn, visit.id).get(role_limit.FIELD) or "no reason given"] += 1
    # Own words may name somebody: of those only that there were some is told.
    known = {*role_limit.REASONS, "no reason given"}
    named = Counter[str]()
    for reason, n in reasons.items():
        named[reason if reason in known else "another reason"] += n
    minutes = (spent // role_limit.MINUTE, of // role_limit.MINUTE)
    return {"minutes": minutes[0], "of": minutes[1], "past_limit": past, "reasons": dict(named.most_common())}


def _held(home: Home, span: Span) -> list[Visit]:
    first, after = span.bounds(home.zone)
    return [v for v in Whose(home).hers(queries.visits(home.conn, first, after)) if v.ended_at is not None]


def _practices(home: Home) -> Json:
    """How many ways of teaching have come how far, over all classes together: of no teacher alone."""
    labels = coaching.practices(protocols.find(home, protocols.DEFAULT))
    furthest: dict[tuple[str, str], int] = {}
    for section in rosters.sections(home.conn):
        for row in coaching.taken_up(home, section.id):
            if row.practice in labels:
                furthest[row.practice] = max(furthest.get(row.practice, 0), STAGES.index(row.stage))
    counts = Counter(STAGES[at] for at in furthest.values())
    return {stage: counts[stage] for stage in STAGES}


def _access(home: Home, span: Span) -> Json:
    """The claim for the school, with those identified and not only where neither group lets a few be told apart."""
    found = access.find(home, facts.read(home, span))
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


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
