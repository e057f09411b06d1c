"""The last things logged, newest first, each to be put right: another code, student or time, or taken out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from observe.domain.cards import Card, Item, Line, Page, Span, line
from observe.domain.codec import local, parse
from observe.domain.errors import Refused
from observe.domain.model import Observation
from observe.domain.protocol import Protocol
from observe.domain.sampling import FOCAL, UNSEEN
from observe.services import visits
from observe.services.home import Home
from observe.services.record import Recorder
from observe.services.sharing import conflicts
from observe.ui.cardpage import CardPage
from observe.ui.commands import CORRECT
from observe.ui.names import EVERYONE, Names
from observe.ui.pads import Pad
from observe.ui.touched import said

LAST = 20
REASON = "corrected afterwards"
MINUTE = 60_000
SHIFTS = ((-5, "5 min earlier"), (-1, "1 min earlier"), (1, "1 min later"), (5, "5 min later"))


class CorrectScreen(CardPage):
    """The last twenty observations of a visit; one of them picked, what could be wrong with it."""

    def __init__(self, home: Home, visit: str, hidden: bool = False) -> None:
        super().__init__(CORRECT, hidden)
        self.home, self.visit = home, visit
        self.recorder = Recorder(home, visit)
        self.picked = ""

    # -- what it shows ---------------------------------------------------------------------------------

    def cards(self) -> Page:
        """The list, or the choices for the one picked."""
        self.visit_log = visits.visit_log(self.home, self.visit)
        self.twice = conflicts.of_observations(self.home, self.visit, self.names().short)
        found = next((o for o in self.visit_log.observations if o.id == self.picked), None)
        if found is not None:
            return Page("Correct", tuple(self._choices(found)))
        self.picked = ""
        newest = sorted(self.visit_log.observations, key=lambda o: (o.at, o.order), reverse=True)[:LAST]
        items = tuple(Line((Span(f"{self._time(o.at)}  "), *self._spans(o)), act=f"pick:{o.id}") for o in newest) or (
            line("Nothing was logged in this visit.", "mute"),
        )
        return Page("Correct", (Card("What is wrong?", items, wide=True),))

    def _choices(self, o: Observation) -> Iterator[Card]:
        channel = self.visit_log.protocol.channel(o.channel)
        wrong = Line((Span(f"{self._time(o.at)}  "), *self._spans(o)))
        items = [wrong, line("Take it out: it was not so", "warn", act="void")]
        for version in self._others(o):
            items.append(
                line(f"As it was changed on {version.device}: {version.words}", act=f"restore:{version.entry}")
            )
        yield Card("This one", tuple(items), wide=True)
        times = [line(text, act=f"shift:{by}") for by, text in SHIFTS]
        yield Card("Another time", (*times, line("write the time", act="time")))
        if channel is not None and o.code is not None:
            others = [c for c in channel.codes if c.key != o.code]
            tones = [c.tone or channel.tone for c in others]
            codes = [line(c.label, tone, act=f"code:{c.key}") for c, tone in zip(others, tones, strict=True)]
            if codes:
                yield Card("Another code", tuple(codes))
        if channel is not None and channel.about != "visit":
            names, here = self.names(), set(self.visit_log.present())
            if o.sweep is not None:  # a second look in one pass would count that child twice
                look = (o.sweep, o.channel)
                here -= {one.student for one in self.visit_log.observations if (one.sweep, one.channel) == look}
            people: list[Item] = [
                line(names.choices(s.id)[0], act=f"student:{s.id}")
                for s in self.visit_log.students
                if s.id != o.student and s.id in here
            ]
            if (o.student or o.group) and channel.about == "anyone" and o.method != "sweep":
                people.insert(0, line(EVERYONE[0], act="student:"))
            if people:
                yield Card("Another student", tuple(people))

    def _spans(self, o: Observation) -> tuple[Span, ...]:
        channel = self.visit_log.protocol.channel(o.channel)
        code = channel.code(o.code or "") if channel else None
        label = code.label if code else "ended" if o.code is None else o.code
        about = channel.label if channel else o.channel
        ended = "" if o.on is None or o.on else " off"
        tone = (code.tone if code else "") or (channel.tone if channel else "") or "ink"
        whom = o.with_whom or ((o.student,) if o.student else ())
        names = self.names()
        who = ", ".join(names.short(id) for id in whom) or names.mask(o.group)
        look = f"  {self._look(o)}" if o.method == "sweep" else ""
        note = f"  {o.note}" if o.note else ""
        also = "".join(f"  also changed on {v.device}: {v.words}" for v in self._others(o))
        return (
            Span(f"{label}{ended}", tone, True),
            Span(f"  {who}" if who else ""),
            Span(f"  {about}{look}{note}", "mute"),
            *((Span(also, "warn"),) if also else ()),
        )

    def _look(self, o: Observation) -> str:
        order = next((sweep.order for sweep in self.visit_log.sweeps if sweep.number == o.sweep), "")
        return {UNSEEN: "look at the unseen", FOCAL: "focal look"}.get(order, "look at everyone")

    def _others(self, o: Observation) -> tuple[conflicts.Version, ...]:
        """What another device made of it at the same time, and does not show."""
        found = self.twice.get(o.id)
        return found.losers if found is not None else ()

    def _time(self, ms: int) -> str:
        return f"{local(ms, self.home.zone):%H:%M}"

    def names(self) -> Names:
        """Students of this visit."""
        return Names(self.visit_log.students, self.hidden)

    def schemes(self) -> Sequence[Protocol]:
        """What the visit was logged with."""
        return (self.visit_log.protocol,)

    def title_choices(self) -> list[str]:
        """What is corrected."""
        return self.titled(f"Correct the log - the last {LAST}, newest first", "Correct")

    def foot(self) -> Sequence[str]:
        """Its pads."""
        return ("back", "undo", "privacy", "help")

    def pad(self, id: str) -> Pad:
        """Undo is dim with nothing to take back."""
        found = super().pad(id)
        return replace(found, dim=self.recorder.undoable() is None) if id == "undo" else found

    def hint(self) -> str:
        """What comes next."""
        if not self.visit_log.observations:
            return ""
        return "Choose what it should have been." if self.picked else "Choose the one that is wrong."

    # -- what it does ------------------------------------------------------------------------------------

    def act(self, id: str) -> None:
        """A pad or its key."""
        if id == "back" and self.picked:
            self._list()
        elif id == "back":
            self.dismiss()
        elif id == "undo":
            touched = self.recorder.undo()
            self._list()
            of = said(touched, self.visit_log.protocol, self.names()) if touched else ""
            self.message = f"undo: {of}" if of else "nothing to undo"

    def touch(self, act: str) -> None:
        """A line: one is picked, or what it should have been."""
        kind, _, of = act.partition(":")
        if kind == "pick":
            self.picked, self.first, self.cursor = of, 0, ""
            self.fresh()
            return
        o = next((o for o in self.visit_log.observations if o.id == self.picked), None)
        if o is None:
            raise Refused("this one is gone", "it was taken back", "choose another")
        if kind == "restore":
            conflicts.restore(self.home, of)
            self._list()
            self.message = "put right; undo takes that back"
        elif kind == "void":
            self._why(lambda why: self.recorder.void(o.id, why))
        elif kind == "code":
            self._why(lambda why: self.recorder.amend(o.id, reason=why, code=of))
        elif kind == "student":
            self._why(lambda why: self.recorder.amend(o.id, reason=why, student=of or None))
        elif kind == "shift":
            self._retime(o, o.at + int(of) * MINUTE)
        elif kind == "time":
            self.ask("When was it? As 10:31", self._time(o.at), lambda text: self._typed(o, text))

    def _why(self, change: Callable[[str], object]) -> None:
        def then(text: str) -> None:
            change(text or REASON)
            self._list()
            self.message = "put right; undo takes that back"

        self.ask("Why? Enter alone will do", "", then)

    def _typed(self, o: Observation, text: str) -> None:
        try:
            when = parse(f"{local(o.at, self.home.zone):%Y-%m-%d}T{text.zfill(5)}", self.home.zone)
        except ValueError:
            raise Refused(f"{text[:20]!r} is no time", "", "write it as 10:31") from None
        if when != o.at:
            self._retime(o, when)

    def _retime(self, o: Observation, when: int) -> None:
        """Another time, if the visit was going on then: said before she is asked why, as no reason changes it."""
        visit = self.visit_log.visit
        end = visit.ended_at if visit.ended_at is not None else self.home.clock.now()
        if not (visit.started_at or 0) <= when <= end:
            first = self._time(visit.started_at or when)
            raise Refused("that is outside of the visit", f"it lasted from {first} to {self._time(end)}", "")
        self._why(lambda why: self.recorder.amend(o.id, reason=why, at=when))

    def _list(self) -> None:
        self.picked, self.first, self.cursor = "", 0, ""
        self.fresh()
