"""The page of a class and its teacher: what is taken up, moves, promises, role, and the working agreement, in cards.

It is the two adults' own page: facts about how they work together, no rating of either, and nobody is compared.
"""

from collections.abc import Iterator, Sequence

from observe.domain import transfer
from observe.domain.cards import Card, Course, Item, Line, Page, Series, Span, Table, line, without_acts
from observe.domain.codec import local
from observe.domain.figures import Json
from observe.domain.model import Section, Visit
from observe.domain.programme import Commitment
from observe.domain.protocol import Protocol
from observe.services import coaching, find, promises, protocols, role_limit
from observe.services.home import Home
from observe.services.said import counted, day_month
from observe.services.visits import visit_log
from observe.services.whose import Whose
from observe.store import queries

VISITS, DRAWN = 6, 3
"""So many of the last visits are named for what went to extra hands; from so many on they are drawn."""
STAGE_TONES = {"modelled": "ink", "together": "active", "alone": "deep"}
SIDES = {"me": "I", "teacher": "The teacher"}


def teacher_page(home: Home, section_id: str, *, tappable: bool = False) -> Page:
    """The cards of one class. Raises Refused."""
    section = find.section_of(home, section_id)
    page = Page(
        f"{section.teacher or 'No teacher named'} - {section.name}", tuple(_Page(home, section, tappable).cards())
    )
    return page if tappable else without_acts(page)


def agreement_page(home: Home, teacher: str) -> Page:
    """The working agreement with a teacher on one page, to be read by both. What is not written is not on it."""
    agreed = coaching.agreement(home, teacher)
    written = [(heading, agreed[field]) for field, heading, _ in coaching.AGREED_FIELDS if agreed.get(field)]
    cards = [Card(heading, (line(text),), wide=True) for heading, text in written]
    return Page(f"How we work together: {teacher}", tuple(cards))


def figures(home: Home, section_id: str) -> Json:
    """The same as JSON: `taken_up`, `transfer`, `moves`, `promises`, `extra_hands`, `agreement`."""
    section = find.section_of(home, section_id)
    protocol = protocols.find(home, protocols.DEFAULT)
    rows = coaching.taken_up(home, section.id)
    return {
        "section": section.name,
        "teacher": section.teacher or None,
        "transfer": transfer.transferred(rows),
        "taken_up": [
            {
                "channel": row.practice[0],
                "code": row.practice[1],
                "stage": row.stage,
                **{name: list(getattr(row, name)) for name in ("modelled", "together", "alone", "said")},
                "own": row.own,
            }
            for row in rows
        ],
        "moves": [
            {"code": m.code, "stages": m.stages, "visits": m.visits} for m in coaching.moves(home, section.id, protocol)
        ],
        "promises": [
            {
                "id": p.id,
                "by": p.by,
                "text": p.text,
                "made": local(p.at, home.zone).date().isoformat(),
                "ended": p.how or None,
            }
            for p in promises.every(home, section.id)
        ],
        "extra_hands": {"limit_minutes": role_limit.limit(home, section.id), "visits": extra_hands(home, section.id)},
        "agreement": coaching.agreement(home, section.teacher),
    }


def extra_hands(home: Home, section: str, last: int = VISITS) -> list[Json]:
    """Of the last visits that were held, the oldest first: the day, minutes of extra hands, and the reason given.

    `past_limit`: whether it was more than is agreed on now; `flag`: why the visit was not like others, None where it
    was; such a one is named and not drawn.
    """
    held = [v for v in Whose(home).hers(queries.visits(home.conn)) if v.section == section and v.ended_at is not None]
    agreed = role_limit.limit(home, section)
    return [_extra(home, visit, agreed) for visit in held[-last:]]


def _extra(home: Home, visit: Visit, agreed: int | None) -> Json:
    spent = role_limit.spent_ms(visit_log(home, visit.id), visit.ended_at or 0)
    return {
        "visit": visit.id,
        "date": local(visit.started_at or 0, home.zone).date().isoformat(),
        "minutes": role_limit.whole(spent),
        "past_limit": role_limit.past(spent, agreed),
        "reason": queries.reflection(home.conn, visit.id).get(role_limit.FIELD) or None,
        "flag": visit.flag or None,
    }


class _Page:
    def __init__(self, home: Home, section: Section, tappable: bool) -> None:
        self.home, self.section, self.tappable = home, section, tappable
        self.protocol: Protocol = protocols.find(home, protocols.DEFAULT)
        self.labels = coaching.practices(self.protocol)

    def cards(self) -> Iterator[Card]:
        yield Card("Taken up", tuple(self._taken_up()), wide=True)
        yield Card("Promises", tuple(self._promises()))
        yield Card("Teacher moves", tuple(self._moves()))
        yield Card("Extra hands", tuple(self._extra_hands()))
        yield Card("Working agreement", tuple(self._agreement()))

    def _taken_up(self) -> Iterator[Item]:
        rows = coaching.taken_up(self.home, self.section.id)
        said = transfer.transferred(rows)
        if said["shown"]:
            text = f"Of {counted(said['shown'], 'way')} of teaching that you had a part in first, "
            were = "was" if said["seen"] == 1 else "were"
            seen = f"{said['seen'] or 'none'} {were} seen later, run by the teacher alone"
            told = f"; {said['said']} more the teacher told of" if said["said"] else ""
            yield line(f"{text}{seen}{told}.", strong=True)
        elif any(row.modelled or row.together for row in rows):
            yield line("What you had a part in, the teacher had run before or the same day.", "mute")
        else:
            yield line("Nothing is ticked as run by you yet: wrap-up asks what ran, and by whom.", "mute")
        if rows:
            yield Table(
                ("visits it ran in", "by me", "both", "teacher", "told", "last"),
                tuple(map(self._course, rows)),
                tuple(STAGE_TONES[row.stage] for row in rows),
            )
        if self.tappable:
            yield line('(tap when the teacher says "I ran it without you")', "mute", act="alone")

    def _course(self, row: transfer.TakenUp) -> tuple[str, ...]:
        days = row.modelled, row.together, row.alone, row.said
        counts = (str(len(own) or "") for own in days)
        last = max(day for own in days for day in own)
        return self.labels.get(row.practice, row.practice[1]), *counts, day_month(last)

    def _moves(self) -> Iterator[Item]:
        channel = coaching.move_channel(self.protocol)
        if channel is None:
            yield line("this scheme has no channel for them", "mute")
            return
        found = coaching.moves(self.home, self.section.id, self.protocol)
        choice = channel.modifier(coaching.stage_of(channel) or "")
        assert choice is not None  # the channel was found by it
        if not coaching.may_log(self.home, self.section.teacher):
            yield line("Nothing is logged of the teacher before the agreement says what is.", "mute")
        elif not found:
            yield line("none logged yet: Menu, Teacher moves, in a visit", "mute")
        if found:
            rows = []
            for one in found:
                cells = (str(one.stages[value.key] or "") for value in choice.values)
                rows.append((channel.word(one.code), *cells, str(one.visits)))
            yield Table(("at least", *(value.label.lower() for value in choice.values), "visits"), tuple(rows))

    def _promises(self) -> Iterator[Item]:
        every = promises.every(self.home, self.section.id)
        for one in every:
            if not one.how:
                yield self._promise(one)
        ended = {how: sum(p.how == how for p in every) for how in ("kept", "dropped")}
        if any(ended.values()):
            yield line(f"{ended['kept'] or 'none'} kept, {ended['dropped'] or 'none'} dropped", "mute")
        if self.tappable:
            yield line("(tap to write one of yours)", "mute", act="promise:me")
            yield line("(tap to write one of the teacher's)", "mute", act="promise:teacher")
        elif not every:
            yield line("none yet", "mute")

    def _promise(self, one: Commitment) -> Line:
        made = day_month(local(one.at, self.home.zone).date().isoformat())
        spans = (Span(f"{SIDES[one.by]}: ", "active" if one.by == "me" else "ques", True), Span(one.text))
        return Line((*spans, Span(f"  since {made}", "mute")), act=f"end:{one.id}")

    def _extra_hands(self) -> Iterator[Item]:
        agreed = role_limit.limit(self.home, self.section.id)
        yield line(
            f"Agreed: {role_limit.limit_words(agreed)}{' (tap to change)' if self.tappable else ''}",
            "ink" if agreed is not None else "mute",
            act="limit",
        )
        rows = extra_hands(self.home, self.section.id)
        if not rows:
            yield line("no visit was held yet", "mute")
        usual = [row for row in rows if not row["flag"]]
        drawn = len(usual) >= DRAWN
        if drawn:
            yield _minutes(usual, agreed)
        for row in rows:
            past = row["past_limit"]
            if drawn and not (past or row["reason"] or row["flag"]):
                continue  # the bar has said it
            why = row["reason"] or ("no reason given" if past else "")
            left_out = f"not drawn: {row['flag']}" if row["flag"] and drawn else row["flag"] or ""
            spent = Span(f"{row['minutes']} min", "warn" if past else "ink", past)
            said = ", ".join(filter(None, (why, left_out)))
            yield Line((Span(f"{day_month(row['date'])}  "), spent, Span(f"  {said}", "mute")))

    def _agreement(self) -> Iterator[Item]:
        if not self.section.teacher:
            yield line("The class has no teacher's name: write it on the roster first.", "mute")
            return
        agreed = coaching.agreement(self.home, self.section.teacher)
        ask = "(tap to write)" if self.tappable else "not written"
        for field, heading, _ in coaching.AGREED_FIELDS:
            text = agreed.get(field, "")
            spans = (Span(f"{heading}: ", "active"), Span(text or ask, "ink" if text else "mute"))
            yield Line(spans, act=f"agree:{field}")
        if not agreed.get("logged"):
            yield line("Until it says what is logged, no question or move of the teacher is.", "mute")


def _minutes(rows: Sequence[Json], agreed: int | None) -> Series:
    """Minutes of each visit; a full bar is the most of them, or what was agreed on."""
    spent = [row["minutes"] for row in rows]
    course = Course("minutes", tuple(map(float, spent)), tuple(map(str, spent)), f"{sum(spent)} min", "role")
    top = max(*spent, agreed or 0, 1)
    return Series(tuple(day_month(row["date"]) for row in rows), (course,), float(top), counted(top, "minute"), "visit")
