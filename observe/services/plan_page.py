"""A plan in cards, as it is filled in, printed and shown: what for, who, with what, and who does what when."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from observe.domain.cards import Card, Item, Line, Page, Span, line, without_acts
from observe.domain.codec import local
from observe.domain.frozen import dataclass
from observe.domain.model import Student, Visit
from observe.domain.names import told_apart
from observe.domain.programme import Compacting, PlanLine
from observe.domain.protocol import Protocol
from observe.services import compacting, plan, plan_start
from observe.services.home import Home
from observe.services.nameless import Nameless
from observe.services.said import BY, counted
from observe.store import items, rosters

Name = Callable[[str], str]
SOMEBODY = "a student"
NO_NAMES = "No student is named here."


def plan_page(
    home: Home,
    visit_id: str,
    *,
    name: Name | None = None,
    named: bool = True,
    tappable: bool = False,
    offered: Sequence[PlanLine] = (),
) -> Page:
    """The plan of a visit. `name` shows a student; `named` False: nobody is named, in what was typed neither.

    `tappable`: on a screen, where every line leads to where it is changed. `offered`: lines of an earlier plan that
    stand there in grey, to be taken over.
    """
    made = plan.Plan(home, visit_id)
    hide = Nameless(() if named else rosters.students(home.conn), SOMEBODY)
    students = everybody(home, made.visit)
    cards = _Cards(home, made.visit, made.lines(), students, name, named, tappable, tuple(offered), hide)
    page = cards.page()
    return page if tappable else without_acts(page)


def title(home: Home, visit: Visit) -> str:
    """Section, teacher, day, time and length."""
    return titles(home, visit)[0]


def titles(home: Home, visit: Visit) -> tuple[str, str, str]:
    """The title, then in ever fewer words: without length and teacher, and the section alone."""
    at = visit.started_at or visit.planned_at
    when = f"{local(at, home.zone):%a %d %b %Y, %H:%M}" if at is not None else "no time yet"
    soon = f"{local(at, home.zone):%a %d %b, %H:%M}" if at is not None else when
    length = f"{visit.planned_minutes} min" if visit.planned_minutes else ""
    section = visit.section_name or "no class"
    return (
        " - ".join(t for t in (section, visit.teacher, when, length) if t),
        f"{section} - {soon}",
        section,
    )


def segments(lines: Iterable[PlanLine]) -> Iterator[tuple[int, int, PlanLine]]:
    """From which minute to which each segment lasts."""
    begin = 0
    for one in lines:
        end = begin + (one.minutes or 0)
        yield begin, end, one
        begin = end


def sum_words(lines: Iterable[PlanLine], visit: Visit) -> tuple[str, bool]:
    """The minutes of the segments against those of the visit, and whether they differ."""
    total = sum(one.minutes or 0 for one in lines if one.part == "segment")
    if not visit.planned_minutes:
        return f"{total} min", False
    off = total - visit.planned_minutes
    more = f", {abs(off)} {'too many' if off > 0 else 'left'}" if off and total else ""
    return f"{total} of {visit.planned_minutes} min{more}", bool(off and total)


@dataclass(frozen=True, slots=True)
class _Cards:
    home: Home
    visit: Visit
    lines: tuple[PlanLine, ...]
    students: tuple[Student, ...]
    name: Name | None
    named: bool
    tappable: bool
    offered: tuple[PlanLine, ...]
    nameless: Nameless

    def page(self) -> Page:
        coding = plan.coding(self.home, self.visit)
        cards = (
            self._card("objective", "Goal of the lesson", self._text, wide=True),
            self._groups(),
            self._card("tier", "Tiers, a task each", self._tier),
            self._card("question", "Questions to ask", lambda one: self._question(coding, one)),
            self._segments(coding),
            self._card("strategy", "Strategies", lambda one: self._strategy(coding, one)),
            self._card("watch", "Watch for", self._watch),
            self._compacting(),
            self._promises(),
        )
        visit = self.visit
        if not self.named:
            visit = replace(visit, section_name=self.nameless.label(visit.section_name))
        return Page(title(self.home, visit), tuple(card for card in cards if card is not None))

    def _of(self, part: str) -> tuple[tuple[PlanLine, bool], ...]:
        """Its lines; where there are none, those that are offered, and that they are."""
        own = tuple((one, False) for one in self.lines if one.part == part)
        return own or tuple((one, True) for one in self.offered if one.part == part)

    def _card(
        self, part: str, heading: str, say: Callable[[PlanLine], tuple[Span, ...]], *, wide: bool = False
    ) -> Card | None:
        found: list[Item] = [self._line(one, grey, say(one)) for one, grey in self._of(part)]
        return self._full(part, heading, found, wide)

    def _line(self, one: PlanLine, grey: bool, spans: tuple[Span, ...]) -> Line:
        if grey:
            return Line(tuple(Span(span.text, "mute") for span in spans), f"take:{one.id}")
        return Line(spans, f"line:{one.id}")

    def _full(self, part: str, heading: str, found: list[Item], wide: bool = False) -> Card | None:
        """The card; one with nothing on it asks to be filled on a screen, and is not there on paper."""
        if not found and not self.tappable:
            return None
        return Card(heading, tuple(found) or (line("(tap to fill in)", "mute", act=f"fill:{part}"),), wide)

    # -- what a line says --------------------------------------------------------------------------

    def _said(self, text: str) -> str:
        return text if self.named else self.nameless.text(text)

    def _who(self, ids: Iterable[str]) -> str:
        names = told_apart((student.id, student.name, student.seat) for student in self.students)
        shown = self.name or (lambda who: names.get(who) or "(left or erased)")
        return ", ".join(shown(who) for who in ids)

    def _text(self, one: PlanLine) -> tuple[Span, ...]:
        return (Span(self._said(one.text), strong=True),)

    def _tier(self, one: PlanLine) -> tuple[Span, ...]:
        return (Span(f"{self._said(one.name)}  ", "chal", strong=True), self._words(one.text, "no task yet"))

    def _words(self, text: str, none: str) -> Span:
        return Span(self._said(text)) if text else Span(f"({none})", "mute")

    def _question(self, coding: Protocol, one: PlanLine) -> tuple[Span, ...]:
        channel = coding.channel(one.channel)
        return (
            Span(f"{coding.word(one.channel, one.code):<12} ", (channel.tone if channel else "") or "ques"),
            self._words(one.text, "no words yet"),
        )

    def _strategy(self, coding: Protocol, one: PlanLine) -> tuple[Span, ...]:
        who = BY.get(one.by or "", "nobody named yet")
        return (Span(f"{coding.word(one.channel, one.code)}  ", "str"), Span(who, "ink" if one.by else "mute"))

    def _watch(self, one: PlanLine) -> tuple[Span, ...]:
        about = self._who(one.students) if self.named else SOMEBODY if one.students else ""
        spans = (Span(about, strong=True), Span(": " if about and one.text else ""), Span(self._said(one.text)))
        return tuple(span for span in spans if span.text)

    # -- cards that say more than their lines ------------------------------------------------------

    def _groups(self) -> Card | None:
        found: list[Item] = []
        for one, grey in self._of("group"):
            size = f"  {len(one.students)}" if self.named else ""
            head = (Span(f"{self._said(one.name)}{size}", strong=True), Span(f"  {self._said(one.tier)}", "chal"))
            who = (Span(f"  {self._who(one.students)}"),) if self.named and one.students else ()
            found.append(self._line(one, grey, (*head, *who)))
            words, again = plan_start.evidence(self.home, one)
            basis = Span(f"  on {self._said(words)}" if one.evidence else f"  {words}", "warn" if again else "mute")
            found.append(self._line(one, grey, (basis,)))
        loose = self._unplaced()
        if found and loose and self.named:
            names = f": {self._who(loose)}" if len(loose) <= 8 else ""
            found.append(line(f"not placed yet  {len(loose)}{names}", "warn"))
        return self._full("group", "Groups, by what they are ready for", found)

    def _unplaced(self) -> list[str]:
        placed = {who for one, _ in self._of("group") for who in one.students}
        return [student.id for student in self.students if student.active and student.id not in placed]

    def _segments(self, coding: Protocol) -> Card | None:
        teacher = self.visit.teacher or "teacher"
        found: list[Item] = []
        rows = self._of("segment")
        for (begin, end, one), (_, grey) in zip(segments(one for one, _ in rows), rows, strict=True):
            channel = coding.channel(one.channel)
            code = channel.code(one.code) if channel else None
            mine = " ".join(text for text in (code.label if code else "", self._said(one.me)) if text)
            spans = [Span(f"{f'{begin}-{end}':<6} ", "mute"), Span("me: ", "role"), Span(mine or "-")]
            spans += [Span(f"  {teacher}: ", "role"), Span(self._said(one.teacher))] if one.teacher else []
            found.append(self._line(one, grey, tuple(spans)))
        words, _ = sum_words((one for one, _ in rows), self.visit)
        return self._full("segment", f"Who does what{f', {words}' if found else ''}", found)

    def _compacting(self) -> Card | None:
        found = compacting.of_visit(self.home, self.visit)
        if not self.named:
            text = "Agreements stand; whose they are is not on this page."
            return Card("Compacting", (line(text, "mute"),)) if found else None
        rows: list[Item] = [agreement(self.home, one, self._who((one.student,)), self.tappable) for one in found]
        return self._full("compacting", "Compacting, until it is closed", rows)

    def _promises(self) -> Card | None:
        """What either side promised and nobody has kept or dropped."""
        if self.visit.section is None:
            return None
        found = [c for c in items.commitments(self.home.conn, section=self.visit.section) if c.ended_at is None]
        by = {"me": "me", "teacher": self.visit.teacher or "teacher"}
        rows = tuple(
            Line((Span(f"{by.get(c.by, c.by)}: ", "role"), Span(self._said(c.text))), f"end:{c.id}") for c in found
        )
        return Card("Promised, and still open", rows) if rows else None


def agreement(home: Home, one: Compacting, who: str, tappable: bool = False) -> Line:
    """A compacting agreement in a line."""
    day = local(one.evidence_at, home.zone) if one.evidence_at is not None else None
    basis = f" ({one.evidence}{f', {day.day} {day:%b}' if day and one.evidence else ''})" if one.evidence else ""
    bought = f", {one.minutes} min a week" if one.minutes else ""
    instead = f", instead: {one.instead}" if one.instead else ""
    over = f", closed {local(one.ended_at, home.zone):%d %b}" if one.ended_at is not None else ""
    spans = (Span(f"{who}: ", strong=True), Span(f"{one.shown or '(erased)'}{basis}{bought}{instead}{over}"))
    return Line(spans, f"compact:{one.id}" if tappable else "")


def everybody(home: Home, visit: Visit) -> tuple[Student, ...]:
    """Students of the visit's class, those who left too: a name that was typed is a name."""
    return rosters.students(home.conn, visit.section) if visit.section else ()


def count_words(lines: Sequence[PlanLine]) -> str:
    """How much of a plan there is, for a list of visits."""
    return f"plan of {counted(len(lines), 'line')}" if lines else "no plan"
