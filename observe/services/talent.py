"""Sparks over the visits of a span, whom the rule raises for a look and why, and the chances there were to show any.

The rule is stated on every page that uses it, and she sets it; it decides nothing.
"""

from collections.abc import Iterable

from observe.domain import talent
from observe.domain.codec import iso
from observe.domain.context import Context
from observe.domain.figures import Json
from observe.domain.frozen import dataclass
from observe.domain.model import Student
from observe.domain.protocol import Protocol
from observe.domain.talent import Chance, Rule, Spark
from observe.services import settings, spans
from observe.services.facts import SHOWN, Read, Scope, read
from observe.services.home import Home
from observe.services.spans import Span
from observe.store import queries

SPARKS, KINDS, DAYS = "talent_sparks", "talent_kinds", "talent_days"


def rule_of(home: Home) -> Rule:
    """The rule as it is set on this device."""
    return Rule(*(int(settings.get(home, name)) for name in (SPARKS, KINDS, DAYS)))


def set_rule(home: Home, text: str) -> Rule:
    """Set it: sparks, kinds and days, as three numbers in one line. Raises Refused and changes nothing."""
    from observe.domain.errors import Refused

    words = text.replace(",", " ").split()
    if len(words) != 3:
        raise Refused("the rule has three numbers", "sparks, kinds and days", "write it such as 3 2 2")
    names = (SPARKS, KINDS, DAYS)
    for name, word in zip(names, words, strict=True):
        try:
            settings.check(name, word)
        except Refused as error:  # she knows of days, not of the name of a setting
            raise Refused(error.what.removeprefix("talent_"), error.why) from error
    for name, word in zip(names, words, strict=True):
        settings.put(home, name, word)
    return rule_of(home)


@dataclass(frozen=True, slots=True)
class Found:
    """The sparks of the span, and the chances visit by visit.

    `sparks`: by student, everybody of the scope among them, and whoever has left. `coding`: the protocol of each
    visit. `private`: ids of sparks whose evidence is a note for this device alone.
    """

    scope: Scope
    rule: Rule
    sparks: dict[str, list[Spark]]
    chances: tuple[Chance, ...]
    coding: dict[str, Protocol]
    private: frozenset[str]

    def of(self, student: str) -> list[Spark]:
        """This student's, in order of time."""
        return self.sparks.get(student, [])

    @property
    def all(self) -> list[Spark]:
        """Those of everybody in the scope."""
        return [spark for student in self.scope.people for spark in self.of(student.id)]

    def label(self, spark: Spark) -> str:
        """The word for its kind."""
        return self.coding[spark.visit].word(spark.channel, spark.code)

    def kinds(self, own: Iterable[Spark]) -> list[str]:
        """The words for the different kinds, in the order in which they came."""
        return [self.label(spark) for spark in {(spark.channel, spark.code): spark for spark in own}.values()]

    def on(self, spark: Spark) -> list[str]:
        """The words for what was on: the strategies that ran, the states."""
        protocol, then = self.coding[spark.visit], spark.around
        return [protocol.word(*named) for named in (*then.toggles, *then.states.items())]

    def around(self, spark: Spark) -> str:
        """What was going on, in words: the student's task or tier, and what was on."""
        then, words = spark.around, [word.lower() for word in self.on(spark)]
        return ", ".join([*([then.task or f"tier {then.tier}"] if then.task or then.tier else []), *words])


def find(home: Home, given: Read) -> Found:
    """The sparks of these visits."""
    where = given.scope
    sparks: dict[str, list[Spark]] = {student.id: [] for student in where.people}
    for visit in given.visits:
        for spark in visit.sparks:
            sparks.setdefault(spark.student, []).append(spark)
    with_sparks = (one.visit.id for one in given.visits if one.sparks)
    private = {id for visit in with_sparks for id in queries.private_notes(home.conn, visit)}
    coding = {one.visit.id: one.protocol for one in given.visits}
    chances = tuple(one.chance for one in given.visits)
    return Found(where, rule_of(home), sparks, chances, coding, frozenset(private))


def raised(found: Found) -> list[Student]:
    """Whom the rule raises: those whom nobody has identified first, then in the order of the roster."""
    people = [s for s in found.scope.people if talent.raised(found.of(s.id), found.rule)]
    return sorted(people, key=lambda student: bool(student.identified))


def groups(people: Iterable[Student]) -> dict[str, dict[str, list[str]]]:
    """The groups that the roster has: identified or not, and area and grade where it says them for somebody."""
    everybody = list(people)
    known = {
        "identified": [student.id for student in everybody if student.identified],
        "not identified": [student.id for student in everybody if not student.identified],
    }
    found = {"identified": {group: who for group, who in known.items() if who}}
    for what in ("area", "grade"):
        values = sorted({str(getattr(student, what)) for student in everybody} - {""})
        if values:
            by: dict[str, list[str]] = {value: [] for value in (*values, "")}
            for student in everybody:
                by[getattr(student, what)].append(student.id)
            found[what] = {value or "not said": who for value, who in by.items() if who}
    return found


def report(home: Home, span: Span | None = None, section: str | None = None) -> Json:
    """The JSON of `observe talent`; `section`: an id."""
    found = find(home, read(home, span or spans.named(home), section, (SHOWN,)))
    where, rule = found.scope, found.rule
    students = frozenset(student.id for student in where.people)
    return {
        "from": where.span.first.isoformat(),
        "to": where.span.last.isoformat(),
        "section": section,
        "visits": len(where.visits),
        "rule": {"sparks": rule.sparks, "kinds": rule.kinds, "days": rule.days, "words": rule.words},
        "raised": [student.id for student in raised(found)],
        "students": [_row(found, student) for student in where.people if found.of(student.id)],
        "rates": talent.rates(found.all, found.chances, students),
        "never_open": talent.never_open(found.chances, [student.id for student in where.people]),
        "groups": {what: talent.shares(found.all, by) for what, by in groups(where.people).items()},
    }


def _row(found: Found, student: Student) -> Json:
    own = found.of(student.id)
    return {
        "id": student.id,
        "name": student.name,
        "sections": list(found.scope.classes[student.id]),
        "identified": student.identified,
        "raised": talent.raised(own, found.rule),
        "why": talent.why(own, found.kinds(own)),
        "looks": sum(one.looks.get(student.id, 0) for one in found.chances),
        "seen_open": sum(one.seen_open.get(student.id, 0) for one in found.chances),
        "sparks": [_spark(found, spark) for spark in own],
    }


def _spark(found: Found, spark: Spark) -> Json:
    return {
        "visit": spark.visit,
        "id": spark.id,
        "at": iso(spark.at),
        "day": spark.day.isoformat(),
        "channel": spark.channel,
        "code": spark.code,
        "label": found.label(spark),
        "evidence": spark.evidence or None,
        "private": spark.id in found.private,
        "open": spark.open,
        "around": _around(spark.around),
    }


def _around(then: Context) -> Json:
    toggles: dict[str, list[str]] = {}
    for channel, code in then.toggles:
        toggles.setdefault(channel, []).append(code)
    own = {name: value or None for name, value in (("group", then.group), ("tier", then.tier), ("task", then.task))}
    return {"on": {**then.states, **toggles}, **own}
