"""The pages about students over visits, in cards: whom to see next, who was offered what, sparks and whom they raise.

What stands on them is for the team; nothing here is put in an order of who is best at anything.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from observe.domain import numbers, talent
from observe.domain.access import Chances
from observe.domain.cards import Card, Item, Line, Page, Span, Table, line
from observe.domain.codec import local
from observe.domain.figures import Json
from observe.domain.model import Student
from observe.domain.programme import Compacting
from observe.domain.talent import Spark
from observe.services import access as chances_of
from observe.services import seen as sights_of
from observe.services import talent as talent_of
from observe.services.facts import Read, read
from observe.services.home import Home
from observe.services.said import LOOKS, counted, minutes
from observe.services.seen import Class
from observe.services.spans import Span as Days
from observe.services.whose import Whose
from observe.store import queries, rosters

Name = Callable[[str], str]


def latest_class(home: Home) -> str | None:
    """The class of the latest visit; without a visit, the first one there is."""
    known = [section.id for section in rosters.sections(home.conn)]
    visited = (visit.section for visit in queries.begun(home.conn))
    return next((id for id in visited if id in known), known[0] if known else None)


MANY = 60
"""More sparks than this are a line a student on a screen, which leads to them; on paper each has its own."""
SHORTEST_S = 600
"""No rate a minute of less than ten of them: one spark in the first moments would be thousands an hour."""
KNOWN = {True: "identified", False: "", None: ""}


class Pages:
    """The cards of a span. `section`: id of one class, None for all; `name` shows a student, by the roster's names
    where it is not given; `tappable`: on a screen, where a line leads to a student, and evidence asks to be written.
    What was read is kept: after something changed, make another.
    """

    def __init__(
        self, home: Home, span: Days, section: str | None = None, name: Name | None = None, tappable: bool = False
    ) -> None:
        self.home, self.span, self.section, self.tappable = home, span, section, tappable
        names = rosters.called(home.conn)
        self.name: Name = name or (lambda id: names.get(id) or "(erased)")

    @cached_property
    def _read(self) -> Read:
        return read(self.home, self.span, self.section)

    @cached_property
    def _access(self) -> chances_of.Found:
        return chances_of.find(self.home, self._read)

    @cached_property
    def _talent(self) -> talent_of.Found:
        return talent_of.find(self.home, self._read)

    @cached_property
    def _hers(self) -> frozenset[str]:
        """Her own visits: what was seen in somebody else's is not hers to put into words."""
        return frozenset(visit.id for visit in Whose(self.home).hers(self._read.scope.visits))

    @cached_property
    def _classes(self) -> tuple[Class, ...]:
        return sights_of.classes(self.home, self.span, None if self.section is None else [self.section])

    # -- pages -------------------------------------------------------------------------------------

    def everything(self) -> Page:
        """All of it: the Students page."""
        found, sparks = self._access, self._talent
        claim, *table = self._offered(found)
        raised, *rest = self._sparks(sparks)
        cards = (*self._to_see(), claim, raised, *table, *rest)
        return Page(self._title("Students"), cards, self._small(found, sparks.all))

    def seen(self) -> Page:
        """Whom to see next."""
        return Page(self._title("To see next"), tuple(self._all_seen()))

    def access(self) -> Page:
        """Who was offered what."""
        return Page(self._title("Access"), tuple(self._offered(self._access)), self._small(self._access))

    def talent(self) -> Page:
        """Sparks."""
        return Page(self._title("Talent"), tuple(self._sparks(self._talent)))

    def student(self, id: str) -> Page:
        """One student: seen, offered, sparks with what was seen, agreements on compacting."""
        found, sparks = self._access, self._talent
        person = next((s for s in found.scope.people if s.id == id), None)
        who = self.name(id)
        known = KNOWN[person.identified] if person else ""
        title = " - ".join(t for t in (who, known, self._where(), self.span.words) if t)
        cards = [
            Card("Seen", tuple(self._seen_of(id)) or (line("on no roster now", "mute"),), wide=True),
            Card("Offered", tuple(self._offered_to(found, id)), wide=True),
            Card("Sparks", tuple(self._sparks_of(sparks, id)), wide=True),
        ]
        agreed = found.compacting.get(id, [])
        if agreed:
            cards.append(Card("Compacting, as agreed", tuple(self._agreed(one) for one in agreed), wide=True))
        return Page(title, tuple(cards), self._small(found, sparks.of(id)))

    def _small(self, found: chances_of.Found, sparks: Iterable[Spark] = ()) -> tuple[str, ...]:
        """Labels that the page has in small letters: of what is offered, and of what was on when a spark was seen."""
        around = (label for spark in sparks for label in self._talent.on(spark))
        return tuple(dict.fromkeys((*(label for _, label in found.offers), *around)))

    def _title(self, what: str) -> str:
        return " - ".join(t for t in (what, self._where(), self.span.words) if t)

    def _where(self) -> str:
        if self.section is None:
            return "all classes"
        return next((s.name for s in rosters.sections(self.home.conn) if s.id == self.section), "")

    def _act(self, student: str) -> str:
        return f"student:{student}" if self.tappable else ""

    # -- to see next -------------------------------------------------------------------------------

    def _to_see(self) -> Iterator[Card]:
        """On the page of everything: who stands back, class by class."""
        items: list[Item] = []
        for one in self._classes:
            where = Span(f"{one.section.name}: ", "mute")
            if not one.visits:
                items.append(Line((where, Span("no visit yet", "mute"))))
                continue
            never = [self.name(row.student.id) for row in one.never if row.last_at is None]
            if never:
                whom = ", ".join(never) if len(never) < len(one.rows) else "everybody"
                items.append(Line((where, Span(f"never seen: {whom}", "warn"))))
            earlier = [f"{self.name(row.student.id)} {self._day(row.last_at)}" for row in one.never if row.last_at]
            if earlier:
                items.append(Line((where, Span(f"not seen since: {', '.join(earlier)}", "warn"))))
            few = [f"{self.name(row.student.id)} {row.n}" for row in one.to_see(len(one.never) + 3) if row.n]
            if few:
                items.append(Line((where, Span("seen least: "), Span(", ".join(few)))))
            if not never and not earlier and not few:
                items.append(Line((where, Span("everybody was seen alike", "mute"))))
        yield Card("Students to see next", tuple(items) or (line("no class yet", "mute"),), wide=True)

    def _all_seen(self) -> Iterator[Card]:
        if not self._classes:
            yield Card("Students to see next", (line("no class yet", "mute"),))
        for one in self._classes:
            head = f"{one.section.name}: {counted(one.visits, 'visit')}"
            rows = tuple(
                (self.name(row.student.id), str(row.n), str(row.visits), self._day(row.last_at)) for row in one.rows
            )
            yield Card(head, (Table(("student", "observed", "here", "last seen"), rows),))

    def _day(self, ms: int | None) -> str:
        if ms is None:
            return "-"
        when = local(ms, self.home.zone)
        return f"{when.day} {when:%b}"

    def _seen_of(self, id: str) -> Iterator[Item]:
        for one in self._classes:
            for row in one.rows:
                if row.student.id == id:
                    last = f", last {self._day(row.last_at)}" if row.last_at is not None else ""
                    times = (
                        f"observed {counted(row.n, 'time')}"
                        if row.n
                        else "not observed"
                        if row.last_at
                        else "never observed"
                    )
                    text = f"{times}, here in {row.visits} of {counted(one.visits, 'visit')}{last}"
                    said = Span(text, "ink" if row.n else "warn")
                    yield Line((Span(f"{one.section.name}: ", "mute"), said))

    # -- access ------------------------------------------------------------------------------------

    def _offered(self, found: chances_of.Found) -> Iterator[Card]:
        people = found.scope.people
        had = [s for s in people if found.of(s.id).any]
        others = sum(not s.identified for s in had)
        said = chances_of.claim(found, len(had), len(people), others)
        yield Card("Access", (line(said[:1].upper() + said[1:], strong=True),), wide=True)
        if people and found.scope.visits:
            head = ("student", "", "seen", "min", "top", "offer", "upper", "comp")
            seen = Counter[str]()
            for row in (row for one in self._classes for row in one.rows):
                seen[row.student.id] += row.n
            rows = tuple(self._chances(found, student, seen[student.id]) for student in people)
            amber = "Amber: offered nothing of this. " if self.tappable else ""  # paper has no amber
            note = (
                f"{amber}seen: observations in person. min: minutes in a small group with the specialist. "
                f"top: visits with the top tier's task. offer: visits with {_or(found)} in such a group. "
                "upper: upper questions asked, put to the student or answered. comp: agreements on compacting."
            )
            acts = tuple(self._act(student.id) for student in people)
            tones = tuple("ink" if found.of(s.id).any else "warn" for s in people)
            table = Table(head, rows, tones, acts=acts)
            yield Card("Offered to each student", (table, line(note, "mute")), wide=True)

    def _chances(self, found: chances_of.Found, student: Student, seen: int) -> tuple[str, ...]:
        one = found.of(student.id)
        return (
            self.name(student.id),
            "ident." if student.identified else "",
            str(seen),
            minutes(one.service_ms / 1000).replace("less than 1", "<1"),
            str(one.top_tier),
            str(one.offered),
            str(one.questions),
            str(len(found.compacting.get(student.id, ()))),
        )

    def _offered_to(self, found: chances_of.Found, id: str) -> Iterator[Item]:
        one: Chances = found.of(id)
        yield line(f"{minutes(one.service_ms / 1000)} min with the specialist")
        labels = dict(found.offers)
        said = [f"a top-tier task in {counted(one.top_tier, 'visit')}"] if one.top_tier else []
        for name, (visits, ms) in one.offers.items():
            said.append(f"{labels[name].lower()} in {counted(visits, 'visit')}, {minutes(ms / 1000)} min")
        if one.asked:
            said.append(f"{counted(one.asked, 'upper question')} asked by this student or put to this student")
        if one.answered:
            said.append(f"{counted(one.answered, 'upper question')} answered")
        for text in said:
            yield line(text)
        if not said:
            yield line(f"no top-tier task, {_or(found)} or upper question in the log", "warn")

    def _agreed(self, one: Compacting) -> Item:
        bought = f"{one.minutes} min a week" if one.minutes else ""
        told = (f"shown: {one.shown}" if one.shown else "", bought, f"instead: {one.instead}" if one.instead else "")
        until = f", ended {self._day(one.ended_at)}" if one.ended_at is not None else ""
        return line(f"since {self._day(one.at)}{until}: {'; '.join(t for t in told if t) or 'no words yet'}")

    # -- talent ------------------------------------------------------------------------------------

    def _sparks(self, found: talent_of.Found) -> Iterator[Card]:
        yield Card("Raised for a look", tuple(self._raised(found)), wide=True)
        yield Card("Sparks", tuple(self._by_student(found)) or (line("none logged", "mute"),), wide=True)
        if found.scope.visits:
            yield Card("Chances to show it", tuple(self._rates(found)))
        for what, by in talent_of.groups(found.scope.people).items():
            if found.all and self._worth(found, what, by):
                heading = f"Sparks and roster, {'identified or not' if what == 'identified' else f'by {what}'}"
                yield Card(heading, tuple(self._shares(found, by)))

    def _worth(self, found: talent_of.Found, what: str, by: dict[str, list[str]]) -> bool:
        """Identified or not is always told; areas and grades where two of them at least are not too few."""
        known = [row for row in talent.shares(found.all, by) if not row["few"]]
        return len(by) > 1 and (what == "identified" or len(known) > 1)

    def _raised(self, found: talent_of.Found) -> Iterator[Item]:
        people = talent_of.raised(found)
        for student in people:
            own = found.of(student.id)
            known = KNOWN[student.identified] or "not identified"
            parts = (
                Span("* ", "deep"),
                Span(f"{self.name(student.id)}  ", strong=True),
                Span(f"{known}  ", "mute"),
                Span(talent.why(own, found.kinds(own))),
            )
            yield Line(parts, self._act(student.id))
        rule = f"The rule: {found.rule.words}. It says whom to look at, and decides nothing."
        yield line(rule if people else f"nobody. {rule}", "mute")

    def _by_student(self, found: talent_of.Found) -> Iterator[Item]:
        short = self.tappable and len(found.all) > MANY
        for student in found.scope.people:
            own = found.of(student.id)
            if not own:
                continue
            said = (Span(f"  {talent.why(own, found.kinds(own))}"),) if short else ()
            yield Line((Span(self.name(student.id), strong=True), *said), self._act(student.id))
            if not short:
                yield from self._sparks_of(found, student.id)

    def _sparks_of(self, found: talent_of.Found, id: str) -> Iterator[Item]:
        own = found.of(id)
        if not own:
            opened = sum(one.seen_open.get(id, 0) for one in found.chances)
            never = "and was never observed in an open task: no challenge, no evidence"
            yield line("none logged" if opened else f"none logged, {never}", "mute")
        for spark in own:
            yield self._spark(found, spark)

    def _spark(self, found: talent_of.Found, spark: Spark) -> Item:
        private = spark.id in found.private
        open_ = self.tappable and not private and spark.visit in self._hers
        ask = "(tap to write what you saw)" if open_ else "nothing written"
        evidence = spark.evidence or ("(a private note)" if private else ask)
        around = found.around(spark)
        parts = (
            Span(f"  {self._day(spark.at)}  ", "mute"),
            Span(f"{found.label(spark)}  ", "deep"),
            Span(evidence, "ink" if spark.evidence else "mute"),
            Span(f"  ({around})" if around else "", "mute"),
        )
        act = f"evidence:{spark.visit}/{spark.id}" if open_ else ""
        return Line(parts, act)

    def _rates(self, found: talent_of.Found) -> Iterator[Item]:
        people = [student.id for student in found.scope.people]
        rates = talent.rates(found.all, found.chances, frozenset(people))
        looks = rates["looks"]
        of_looks = f"{counted(looks['sparks'], 'spark')}, {counted(looks['looks'], 'look')}"
        each = _each(looks["per_look"], "look") if looks["looks"] >= LOOKS else ": too few looks to compare"
        yield line(f"{of_looks}{each}")
        yield line(_minute_words(rates["open"], "with an open task on"))
        yield line(_minute_words(rates["other"], "without one"))
        never = talent.never_open(found.chances, people)
        if not rates["open"]["seconds"]:
            yield line("No open task was logged: no challenge, no evidence.", "warn")
        elif never:
            names = ", ".join(map(self.name, never))
            yield Line((Span("never seen in an open task: ", "warn"), Span(names)))
        elif people:
            yield line("everybody was seen in an open task", "mute")

    def _shares(self, found: talent_of.Found, by: dict[str, list[str]]) -> Iterator[Item]:
        rows = talent.shares(found.all, by)
        sparks, students = (sum(row[of] for row in rows) for of in ("sparks", "students"))
        cells = tuple(
            (
                row["group"],
                _percent(row["sparks"], sparks, row["few"]),
                str(row["sparks"]),
                _percent(row["students"], students, row["few"]),
                str(row["students"]),
            )
            for row in rows
        )
        yield Table(("", "of sparks", "n", "of roster", "n"), cells)
        if any(row["few"] for row in rows):
            yield line(f"Under {talent.FEW} sparks, or {talent.FEW} students in a group: no percentages.", "warn")


def _percent(part: int, whole: int, few: bool) -> str:
    return "too few" if few else f"{numbers.percent(part, whole)} %" if whole else "none"


def _each(rate: float | None, of: str) -> str:
    return "" if rate is None else f": {rate:.2f} a {of}"


def _minute_words(rate: Json, when: str) -> str:
    spent = minutes(rate["seconds"])
    enough = rate["per_minute"] is not None and rate["seconds"] >= SHORTEST_S
    each = f": {rate['per_minute']:.2f} a minute" if enough else ""
    return f"{counted(rate['sparks'], 'spark')} in {spent} min {when}{each}"


def _or(found: chances_of.Found) -> str:
    words = list(dict.fromkeys(label.lower() for _, label in found.offers))
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0] if words else "an offer"
