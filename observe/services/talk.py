"""Two minutes with the teacher, to stand with: one strength with its moment, one figure, one question, a promise each.

What is chosen is chosen by rules that stand on the page, never by taste. It is de-identified, and evidence comes first:
then the teacher's reading of it, to disagree too, then hers.
"""

from collections.abc import Callable, Iterator

from observe.domain import sharing
from observe.domain.cards import Card, Item, Line, Page, Span, line, without_acts
from observe.domain.codec import local
from observe.domain.figures import Json
from observe.domain.frozen import dataclass
from observe.domain.model import Observation
from observe.domain.protocol import Channel
from observe.services import coaching, promises, role_limit
from observe.services.home import Home
from observe.services.nameless import Nameless
from observe.services.said import counted, few, minutes, percent
from observe.services.summary import summary
from observe.services.visits import visit_log
from observe.store import rosters

READINGS = (("teacher_reading", "The teacher's reading"), ("my_reading", "Mine"))
"""What each says of the evidence: field of the reflection, heading."""
DONE, KNOWN = 2, 3
"""So many logged of a kind, and it is worth a question."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen, and the rule that chose it."""

    text: str
    rule: str


def talk_page(home: Home, visit_id: str, *, tappable: bool = False) -> Page:
    """The page of one visit. `tappable`: on a screen, where the readings ask to be written."""
    talk = _Talk(home, visit_id)
    page = Page(talk.title(), tuple(talk.cards(tappable)))
    return page if tappable else without_acts(page)


def talk(home: Home, visit_id: str) -> Json:
    """The same as JSON: `strength`, `figure`, `question` (each `text` and `rule`), `promises`, `readings`."""
    found = _Talk(home, visit_id)
    chosen = {"strength": found.strength(), "figure": found.figure(), "question": found.question()}
    return {
        "visit": visit_id,
        **{name: {"text": one.text, "rule": one.rule} for name, one in chosen.items()},
        "promises": found.promises(),
        "readings": {field: found.written(field) for field, _ in READINGS},
    }


class _Talk:
    def __init__(self, home: Home, visit_id: str) -> None:
        self.home, self.log = home, visit_log(home, visit_id)
        self.full = summary(home, visit_id)
        self.summary = sharing.share(self.full)
        self.nameless = Nameless((*self.log.students, *rosters.students(home.conn)))

    def title(self) -> str:
        visit = self.log.visit
        when = local(visit.started_at, self.home.zone) if visit.started_at is not None else None
        day = f"{when:%a} {when.day} {when:%b}" if when else "not begun"
        where = self.nameless.label(visit.section_name)
        return " - ".join(t for t in ("Two minutes", where, visit.teacher, day) if t)

    def cards(self, tappable: bool) -> Iterator[Card]:
        for heading, one in (
            ("What went well", self.strength()),
            ("One figure", self.figure()),
            ("One question", self.question()),
        ):
            yield Card(heading, (line(one.text, strong=True), line(f"Chosen as {one.rule}.", "mute")), wide=True)
        for field, heading in READINGS:
            text = self.written(field)
            ask = "(tap to write; to disagree is fine)" if tappable else "not written"
            act = f"write:{field}" if tappable else ""
            yield Card(heading, (line(text or ask, "ink" if text else "mute", act=act),), wide=True)
        yield Card("A promise each", tuple(self._promised()), wide=True)

    def _promised(self) -> Iterator[Item]:
        said = self.promises()
        for by, word in (("me", "The specialist"), ("teacher", "The teacher")):
            text = said[by]
            yield Line((Span(f"{word}: ", "active", True), Span(text or "none yet", "ink" if text else "mute")))

    def promises(self) -> dict[str, str | None]:
        """The latest of each side that stands."""
        standing = promises.every(self.home, self.log.visit.section or "", standing=True)
        latest = {one.by: self.nameless.text(one.text) for one in standing}
        return {"me": latest.get("me"), "teacher": latest.get("teacher")}

    def written(self, field: str) -> str:
        """What one side said of the evidence."""
        return self.nameless.text(self.full["reflection"].get(field, ""))

    # -- one strength ------------------------------------------------------------------------------

    def strength(self) -> Chosen:
        """The first of these that the log has."""
        rules: tuple[Callable[[], Chosen | None], ...] = (
            self._move,
            lambda: self._ran("teacher", "run by the teacher", "what ran by the teacher alone comes after moves"),
            self._adults_question,
            self._students_question,
            lambda: self._ran("both", "run by both of you", "what ran by both comes after questions"),
        )
        found = next((one for one in (rule() for rule in rules) if one is not None), None)
        return found or Chosen("Nothing of the kind was logged: name a moment yourself.", "nothing else was there")

    def _move(self) -> Chosen | None:
        channel = coaching.move_channel(self.log.protocol)
        stage = coaching.stage_of(channel) if channel else None
        if channel is None or stage is None:
            return None
        promised = channel.modifier(stage)
        last = promised.values[-1].key if promised and promised.values else ""
        for o in self.log.observations:
            code = channel.code(o.code or "") if o.channel == channel.name else None
            if code is not None and o.modifiers.get(stage) != last:
                return Chosen(f"At {self._clock(o)}: {code.label.lower()}. {code.definition}", "the first move logged")
        return None

    def _ran(self, by: str, words: str, rule: str) -> Chosen | None:
        labels = coaching.practices(self.log.protocol)
        ran = [labels[practice] for practice, who in self.log.ran.items() if who == by and practice in labels]
        return Chosen(f"{', '.join(ran)}: {words}.", rule) if ran else None

    def _adults_question(self) -> Chosen | None:
        o, channel = self._upper(lambda asker: asker == "teacher")
        if o is None or channel is None:
            return None
        text = f"At {self._clock(o)} you asked a question of the level {self._label(channel, o)}."
        return Chosen(text, "the first upper question")

    def _students_question(self) -> Chosen | None:
        o, channel = self._upper(lambda asker: asker == "student")
        if o is None or channel is None:
            return None
        level = self._label(channel, o)
        text = f"At {self._clock(o)} a student asked a question of the level {level}: the room leaves space for that."
        return Chosen(text, "the first upper question of a student")

    def _upper(self, of: Callable[[str], bool]) -> tuple[Observation | None, Channel | None]:
        for channel in self.log.protocol.channels:
            choice = next((m for m in channel.modifiers if m.kind == "choice"), None)
            if channel.kind != "count" or not channel.higher or choice is None:
                continue
            for o in self.log.observations:
                asked = str(o.modifiers.get(choice.name, choice.default))
                if o.channel == channel.name and o.code in channel.higher and of(asked):
                    return o, channel
        return None, None

    # -- one figure --------------------------------------------------------------------------------

    def figure(self) -> Chosen:
        """Shares come from looks at everyone alone; else counts, which say at least; else minutes."""
        for channel, part in self._parts("scale"):
            block = part["by_method"]["sweep"]
            best = next((c for c in channel.codes if c.good), None) or channel.code(channel.scale[-1])
            if best is not None and block["n"] and not few(block):
                text = f"{best.label}: {percent(block, best.key)} of {block['n']} looks, each at one child."
                return Chosen(text, f"the best code of {channel.label.lower()}, from looks at everyone")
        for channel, part in self._parts("count"):
            higher = part.get("higher_order")
            if higher and higher["of"] >= KNOWN:
                text = f"At least {higher['n']} of {higher['of']} logged questions asked for more than a fact."
                return Chosen(text, f"there were too few looks; {channel.label.lower()} come next")
        for channel, part in self._parts("state"):
            spent = {c.key: part["seconds"][c.key] for c in channel.codes if part["seconds"][c.key] >= 60}
            if spent:
                most = max(channel.codes, key=lambda c: spent.get(c.key, 0))
                of = minutes(self.full["visit"]["seconds"])
                return Chosen(f"{most.label}: {minutes(spent[most.key])} of {of} minutes.", "what took the most time")
        none = "fewer than 10 looks, fewer than 3 questions, no role"
        return Chosen("No figure today: too little was logged to say one.", none)

    def _parts(self, kind: str) -> Iterator[tuple[Channel, Json]]:
        for channel in self.log.protocol.channels:
            if channel.kind == kind:
                yield channel, self.summary["channels"][channel.name]

    # -- one question ------------------------------------------------------------------------------

    def question(self) -> Chosen:
        """The first of these that the log gives cause for; all ask, none says what was wrong."""
        beside_codes = {f"{ch.name}.{c.key}" for ch in self.log.protocol.channels for c in ch.codes if c.beside}
        for pair in self.log.protocol.pairs:
            found = self.summary["pairs"].get(pair.name, {})
            if beside_codes & set(pair.codes) and (found.get("both") or 0) >= DONE:
                return Chosen(
                    "What could be waiting for those who know it and are done?",
                    f"{pair.label.lower()} was seen in {found['both']} of {found['n']} looks",
                )
        for channel, part in self._parts("scale"):
            for method in ("sweep", "tap"):  # of one method: looks and taps make no number together
                block = part["by_method"][method]
                for code in channel.codes:
                    n = block["counts"].get(code.key) or 0
                    if code.beside and n >= KNOWN:
                        said = f"seen in {n} of {block['n']} looks" if method == "sweep" else f"tapped {n} times"
                        return Chosen("What could be waiting for whoever is done?", f"{code.label.lower()} was {said}")
        past = role_limit.over(self.home, self.log, self.home.clock.now())
        if past is not None:
            said = f"extra hands: {role_limit.over_words(*past)}"
            return Chosen("What would free me to do what I come for?", said)
        missed = [row for row in self.full["plan"].get("lines", []) if row.get("ran") is False]
        if missed:
            return Chosen("What of the plan do we carry over?", f"{counted(len(missed), 'line')} did not run")
        for _, part in self._parts("count"):
            higher = part.get("higher_order")
            if higher and higher["of"] >= KNOWN and not higher["n"]:
                text = "Which of today's questions could have had more than one answer?"
                return Chosen(text, f"none of {higher['of']} logged questions was of the upper levels")
        seen, here = self.summary["coverage"]["seen"], self.summary["coverage"]["present"]
        if here and 2 * seen < here:
            return Chosen("Whom did neither of us get to see?", "fewer than half of those here were seen in person")
        return Chosen("What did you notice that I did not log?", "nothing logged gives cause for another")

    def _clock(self, o: Observation) -> str:
        return f"{local(o.at, self.home.zone):%H:%M}"

    @staticmethod
    def _label(channel: Channel, o: Observation) -> str:
        code = channel.code(o.code or "")
        return code.label.lower() if code else str(o.code)
