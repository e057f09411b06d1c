"""Trends in cards: is it changing. Shares are of looks at everyone alone, taps and events are counts, time is minutes.

Nothing is drawn of fewer than three visits, no share is said of too few looks, and a week without a visit is a gap.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from observe.domain import numbers
from observe.domain.cards import Card, Course, Item, Line, Page, Series, Span, Table, line
from observe.domain.figures import Json
from observe.domain.names import by_name
from observe.domain.protocol import Channel, Code
from observe.domain.trends import Scheme, passes_of, schemes
from observe.services.home import Home
from observe.services.said import counted, few, minutes, percent, tones_of
from observe.services.summary import delivered
from observe.services.trends import Asked, Read, read
from observe.services.trendstudent import NARROW, class_lines, student_cards, taps_by_student
from observe.services.wrapup import Name
from observe.store import rosters

DRAWN = 3
"""Below so many visits nothing is drawn: two points are no course."""
FULL = (0.25, 0.5, 0.75, 1.0)
"""What a full bar may stand for, the least that has room for all: most changes are of some percent."""
FIRST = 3
"""Of those of whom a code was tapped most, so many are named."""
Cell = Callable[[Json], tuple[float | None, str]]
"""What a week's channel says of one thing: its value, None for nothing to draw, and the words for it."""


def trend_page(home: Home, asked: Asked, *, name: Name | None = None, tappable: bool = False) -> Page:
    """The cards of what was asked for. `name` shows a student; `tappable`: on a screen, where one can be chosen."""
    found = read(home, asked)
    names = rosters.called(home.conn)
    call = name or (lambda id: names.get(id) or "(erased)")
    sections = {s.id: s.name for s in rosters.sections(home.conn)}
    where = sections.get(asked.section or "", "all classes")
    who = call(asked.student) if asked.student is not None else ""
    began = f"{day(found.first)} {found.first.year}" if found.first.year != found.last.year else day(found.first)
    title = " - ".join(
        part
        for part in ("Trends", who, where, f"{began} to {day(found.last)} {found.last.year}",
                     counted(len(found.held), "visit"))
        if part
    )  # fmt: skip
    page = _Trends(home, asked, found, call, tappable)
    cards = page.of_student() if asked.student is not None else page.cards()
    return Page(title, tuple(cards))


def day(when: date) -> str:
    """A day as it stands in a chart: `02 Nov`."""
    return f"{when:%d %b}"


class _Trends:
    def __init__(self, home: Home, asked: Asked, found: Read, name: Name, tappable: bool) -> None:
        self.home, self.asked, self.found, self.name, self.tappable = home, asked, found, name, tappable
        self.over, self.held, self.schemes = found.over, found.held, schemes(found.held)
        self.weeks: list[Json] = self.over["weeks"]
        self.steps = tuple(day(date.fromisoformat(week["week"])) for week in self.weeks)

    def cards(self) -> Iterator[Card]:
        yield Card("In words", tuple(self._words()), wide=True)
        for scheme in self.schemes:
            for channel in scheme.protocol.channels:
                name = f"{scheme.prefix}{channel.name}"
                yield from _KINDS[channel.kind](self, scheme, channel, name)
        yield from self._transfer()
        if self.asked.section is not None and self.held:
            members = [s.id for s in rosters.students(self.home.conn, self.asked.section) if s.active]
            lines = tuple(class_lines(members, self.held, self.schemes, self.name))
            yield Card("Students over time" + (" (choose one)" if self.tappable else ""), lines, wide=True)

    def of_student(self) -> Iterator[Card]:
        """The cards of one student."""
        yield Card("In words", tuple(self._words()), wide=True)
        where = {visit.id: visit.section_name or "no class" for visit in self.found.visits}
        yield from student_cards(self.over["student"], self.schemes, where, self.steps, DRAWN)

    # -- in words --------------------------------------------------------------------------------------

    def _words(self) -> Iterator[Item]:
        tallies = {id: tally for id, (_, tally) in self.found.numbers.items()}
        said = delivered(self.found.visits, tallies, self.home.clock.now())
        if not self.held:
            yield line("No visit was held in this span.", "mute")
        elif len(self.held) < DRAWN:
            yield line(f"{counted(len(self.held), 'visit')}: too few to draw a course; from {DRAWN} on one is.", "warn")
        if said["planned"]:
            held = f"{said['delivered_minutes']:.0f} of {said['planned_minutes']:.0f} min"
            extra = f"; {said['extra']} more not planned" if said["extra"] else ""
            yield line(f"{said['delivered']} of {said['planned']} planned visits held, {held}{extra}.")
        if self.asked.everyone:
            people = {visit.observer for visit in self.found.visits if visit.started_at is not None}
            named = ", ".join(sorted(filter(None, people), key=by_name))
            yield line(f"Of all observers: {named or 'nobody is named'}.")
        flagged = self.over["flagged"]
        if flagged["visits"]:
            why = ", ".join(f"{flag} {n}" for flag, n in Counter(v["flag"] for v in flagged["visits"]).items())
            where = "left out" if flagged["left_out"] else "not like others, and counted here"
            yield line(f"{counted(len(flagged['visits']), 'visit')} {where}: {why}.", "warn")
        gaps = sum(not week["visits"] for week in self.weeks)
        if gaps and self.held:
            yield line(f"{counted(gaps, 'week')} without a visit that counts: a gap, shown as -.", "mute")
        if self.weeks and self.found.first.isoformat() > self.weeks[0]["week"]:
            yield line(f"The first week is seen from {self.found.first:%a} {day(self.found.first)} on.", "mute")
        if self.asked.student is None:
            yield line("Looks and notes are what was noticed, not a score.", "mute")

    # -- one card a channel ----------------------------------------------------------------------------

    def _course(self, label: str, name: str, cell: Cell, text: str, tone: str) -> Course:
        """A row over the weeks; a week without a visit is a gap. `text` is of all of them."""
        found = [cell(week["channels"][name]) if week["channels"] else (None, "-") for week in self.weeks]
        return Course(label, tuple(value for value, _ in found), tuple(words for _, words in found), text, tone)

    def _series(self, rows: Sequence[Course], top: float, visits: int) -> Item:
        """The rows as a chart, or, of too few visits, in words alone."""
        if visits < DRAWN:
            return Table(("", "all"), tuple((row.label, row.text) for row in rows), tuple(row.tone for row in rows))
        return Series(self.steps, tuple(rows), top)

    def _scale(self, scheme: Scheme, channel: Channel, name: str) -> Iterator[Card]:
        order = [*reversed([c for c in channel.codes if not c.beside]), *(c for c in channel.codes if c.beside)]
        if self.over["looks"][name]["all"]["n"]:
            looks = tuple(self._looks(scheme, channel, name, order))
            yield Card(f"{channel.label}: percent of looks at everyone", looks, wide=True)
        taps = {c.key: sum(w["channels"][name]["tap"]["counts"][c.key] for w in self._visited()) for c in order}
        if any(taps.values()):
            tapped = [c for c in order if taps[c.key]]
            rows = [self._course(c.label, name, _taps(c.key), str(taps[c.key]), c.tone or channel.tone) for c in tapped]
            items = [self._counts(rows), *self._who(scheme, channel, tapped)]
            yield self._card(f"{channel.label}: {counted(sum(taps.values()), 'tap')}", items)

    def _looks(self, scheme: Scheme, channel: Channel, name: str, order: Sequence[Code]) -> Iterator[Item]:
        blocks = self.over["looks"][name]
        whole, tones = blocks["all"], [c.tone or channel.tone for c in order]
        visits = sum(any(passes_of(channel.name, (one.tally,))) for one in scheme.held)
        if visits < DRAWN:
            yield line(f"Looks in {counted(visits, 'visit')}: too few to draw a course.", "warn")
        else:
            rows = [self._course("looks", name, _number_of_looks, str(whole["n"]), "mute")]
            for code, tone in zip(order, tones, strict=True):
                rows.append(self._course(code.label, name, _seen(code.key), _share(whole, code.key), tone))
            most = max((value for row in rows for value in row.values if value is not None), default=0.0)
            top = next(full for full in FULL if most <= full)
            yield Series(self.steps, tuple(rows), top, f"{top * 100:.0f} %")
            if any("few" in row.texts for row in rows):
                yield line("few: fewer than 10 looks or 6 students, too few for percentages", "mute")
        if few(whole):
            yield line(f"{counted(whole['n'], 'look')}: too few for percentages", "warn")
            return
        ends = whole["intervals"]
        columns = [(f"all {whole['n']}", [percent(whole, c.key) for c in order])]
        if ends is not None:
            columns.append(("between", [_between(ends[c.key]) for c in order]))
        for group, word in (("identified", "identified"), ("others", "not")):
            columns.append((f"{word} {blocks[group]['n']}", [percent(blocks[group], c.key) for c in order]))
        heads = ("", *(head for head, _ in columns))
        table = tuple((c.label, *(cells[i] for _, cells in columns)) for i, c in enumerate(order))
        yield Table(heads, table, tuple(tones))
        if ends is not None:
            yield line(
                f"between: where 95 of 100 shares lie when these {whole['passes']} passes are drawn anew", "mute"
            )
        else:
            yield line(
                f"{counted(whole['passes'], 'pass', 'passes')}; from 5 on it is said how sure a share is", "mute"
            )

    def _count(self, scheme: Scheme, channel: Channel, name: str) -> Iterator[Card]:
        parts = [week["channels"][name] for week in self._visited()]
        total = sum(part["n"] for part in parts)
        if not total:
            return
        choice = next((m for m in channel.modifiers if m.kind == "choice"), None)
        rows: list[tuple[str, Cell, str]] = []
        if channel.higher_from is not None and choice is not None:
            for value in choice.values:
                for level in ("upper", "lower"):
                    cell = _asked(choice.name, value.key, level)
                    rows.append((f"{value.label}, {level}", cell, channel.tone))
        else:
            rows = [(code.label, _events(code.key), code.tone or channel.tone) for code in channel.codes]
        sums = [sum(cell(part)[0] or 0 for part in parts) for _, cell, _ in rows]
        courses = [
            self._course(label, name, cell, f"{n:.0f}", tone)
            for (label, cell, tone), n in zip(rows, sums, strict=True)
            if n
        ]
        upper = f", upper {sum(part['upper'] for part in parts)}" if channel.higher_from is not None else ""
        yield self._card(f"{channel.label}: at least {total} logged{upper}", [self._counts(courses)])

    def _time(self, scheme: Scheme, channel: Channel, name: str) -> Iterator[Card]:
        parts = [week["channels"][name] for week in self._visited()]
        spent = {c.key: sum(part["seconds"][c.key] for part in parts) for c in channel.codes}
        tones = tones_of(channel) if channel.kind == "state" else {c.key: c.tone or channel.tone for c in channel.codes}
        rows = [
            self._course(c.label, name, _spent(c.key), minutes(spent[c.key]), tones[c.key])
            for c in channel.codes
            if spent[c.key]
        ]
        if rows:
            items: list[Item] = [self._counts(rows)]
            rest = sum(part.get("unrecorded_seconds", 0) for part in parts)
            if rest >= 30:
                items.append(line(f"not recorded {minutes(rest)} min", "mute"))
            yield self._card(f"{channel.label}: minutes by week", items)

    def _transfer(self) -> Iterator[Card]:
        """Ways of teaching that she had a part in first, and what of these the teacher ran alone later."""
        stood = self.over["transfer"]
        if not stood or not stood[-1]["shown"]:
            return
        words = (("shown", "shown first", "ink"), ("seen", "alone, seen", "deep"), ("said", "alone, told", "active"))
        rows = [
            Course(label, *_each([row[name] for row in stood]), str(stood[-1][name]), tone)
            for name, label, tone in words
        ]
        yield self._card("Taken up by teachers, as it stood each week", [self._counts(rows)])

    def _counts(self, rows: Sequence[Course]) -> Item:
        top = max((value for row in rows for value in row.values if value is not None), default=0.0)
        return self._series(rows, top, len(self.held))

    def _card(self, title: str, items: Sequence[Item]) -> Card:
        return Card(title, tuple(items), wide=len(self.steps) > NARROW)

    def _visited(self) -> list[Json]:
        return [week for week in self.weeks if week["channels"] is not None]

    # -- who -------------------------------------------------------------------------------------------

    def _who(self, scheme: Scheme, channel: Channel, order: Sequence[Code]) -> Iterator[Item]:
        """Of whom a code was tapped most: the first three, and how many more."""
        by_student = taps_by_student(scheme, channel)
        for code in order:
            tapped = ((-taps[code.key], self.name(who)) for who, taps in by_student.items() if taps[code.key])
            most = sorted(tapped, key=lambda one: (one[0], by_name(one[1])))
            if most:
                more = f" and {len(most) - FIRST} more" if len(most) > FIRST else ""
                named = ", ".join(f"{who} {-n}" if n < -1 else who for n, who in most[:FIRST])
                yield Line((Span(f"{code.label}: ", code.tone or channel.tone), Span(f"{named}{more}")))


_KINDS: dict[str, Callable[[_Trends, Scheme, Channel, str], Iterator[Card]]] = {
    "scale": _Trends._scale,
    "count": _Trends._count,
    "state": _Trends._time,
    "toggle": _Trends._time,
}


# -- what a week says of one thing ---------------------------------------------------------------------


def _each(numbers: Sequence[int]) -> tuple[tuple[float | None, ...], tuple[str, ...]]:
    return tuple(float(n) for n in numbers), tuple(str(n or "-") for n in numbers)


def _number_of_looks(part: Json) -> tuple[float | None, str]:
    return None, str(part["sweep"]["n"] or "-")


def _seen(code: str) -> Cell:
    def cell(part: Json) -> tuple[float | None, str]:
        block = part["sweep"]
        return None if few(block) else block["shares"][code], _share(block, code)

    return cell


def _taps(code: str) -> Cell:
    def cell(part: Json) -> tuple[float | None, str]:
        n = part["tap"]["counts"][code]
        return n, str(n)

    return cell


def _events(code: str) -> Cell:
    def cell(part: Json) -> tuple[float | None, str]:
        n = part["counts"][code]
        return n, str(n)

    return cell


def _asked(modifier: str, value: str, level: str) -> Cell:
    def cell(part: Json) -> tuple[float | None, str]:
        n = part["by"][modifier][value][level]
        return n, str(n)

    return cell


def _spent(code: str) -> Cell:
    def cell(part: Json) -> tuple[float | None, str]:
        seconds = part["seconds"][code]
        return seconds / 60, "<1" if 0 < seconds < 60 else f"{seconds / 60:.0f}"

    return cell


def _share(block: Json, code: str) -> str:
    """A share as a number of a hundred; `few` of too few, `-` of none."""
    if not block["n"]:
        return "-"
    return "few" if few(block) else str(numbers.percent(block["counts"][code], block["n"]))


def _between(ends: Sequence[float]) -> str:
    low, high = (f"{end * 100:.0f}" for end in ends)
    return f"{low}-{high}"
