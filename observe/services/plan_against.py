"""Plan against actual in words, on the wrap-up: what did not run first, then what nobody knows, then what ran.

What the log cannot tell is ticked by hand, as a strategy is: by me, by the teacher, by both.
"""

from collections.abc import Callable, Iterator

from observe.domain.cards import Card, Item, Line, Span, line
from observe.domain.codec import local, ms_of
from observe.domain.figures import Json
from observe.domain.frozen import dataclass
from observe.domain.model import NEXT_BY, VisitLog
from observe.domain.plan_actual import TICKED, split
from observe.services import compacting, plan, plan_page
from observe.services.afterwards import Afterwards
from observe.services.home import Home
from observe.services.said import BY, counted, minutes
from observe.store import queries

Name = Callable[[str], str]
DONE = {who: f"done, {words}" for who, words in BY.items()}
HEADS = ("Planned, and no sign of it:", "Planned; the log cannot tell:", "Planned, and ran:")


def cards(home: Home, log: VisitLog, plan_json: Json, name: Name, *, tappable: bool = False) -> Iterator[Card]:
    """The plan against what happened, where there is a plan; and the compacting agreements of the class."""
    if plan_json:
        against = _Against(home, log, plan_json, name, tappable)
        if not tappable:  # to be read on one sheet, with each line behind it
            yield against.brief()
        yield against.card()
    stand = compacting.of_visit(home, log.visit)
    if stand:
        rows = tuple(plan_page.agreement(home, one, name(one.student)) for one in stand)
        yield Card("Compacting, until it is closed", rows)


def tick(home: Home, visit_id: str, line_id: str, by: str | None) -> None:
    """Say of a line that it was done, `me`, `teacher` or `both`; None takes that back. Raises Refused, NotSaved, Busy.

    Of a strategy this is the tick that it has without a plan, too.
    """
    one = plan.Plan(home, visit_id).line(line_id)
    if one.part == "strategy":
        Afterwards(home, visit_id).tick_ran(one.channel, one.code, by)
    else:
        Afterwards(home, visit_id).tick_line(one.id, by)


def step(home: Home, visit_id: str, line_id: str) -> str:
    """The next tick of a line; returns it in words. Raises as `tick`."""
    one = plan.Plan(home, visit_id).line(line_id)
    key = (one.channel, one.code) if one.part == "strategy" else (TICKED, one.id)
    by = NEXT_BY[queries.ran(home.conn, visit_id).get(key)]
    tick(home, visit_id, line_id, by)
    return DONE.get(by or "", "not ticked")


@dataclass(frozen=True, slots=True)
class _Against:
    home: Home
    log: VisitLog
    plan: Json
    name: Name
    tappable: bool

    def card(self) -> Card:
        """Each line, with what became of it."""
        title = self._title() if self.tappable else "Plan, line by line"
        return Card(title, tuple(self._items()), wide=True, detail=not self.tappable)

    def brief(self) -> Card:
        """What did not run, line by line; the rest by name."""
        missing, unknown, ran = split(self.plan["lines"])
        items: list[Item] = [line(HEADS[0], "warn", strong=True)] if missing else []
        items += [line(f"  {self._what(row)}") for row in missing]
        if ran:
            items.append(line(f"Ran: {', '.join(dict.fromkeys(map(self._named, ran)))}"))
        if self.plan["unplanned"]:
            items.append(line(f"Not planned, and ran: {'; '.join(map(self._extra, self.plan['unplanned']))}"))
        if unknown:
            items.append(line(f"{counted(len(unknown), 'line')} more of which the log cannot tell", "mute"))
        return Card(self._title(), (*items, *self._carried()))

    def _title(self) -> str:
        counts = self.plan["counts"]
        live = " so far" if self.log.visit.ended_at is None else ""
        return f"Plan: {counts['ran']} of {counted(counts['planned'], 'line')} ran{live}"

    def _named(self, row: Json) -> str:
        said = row["planned"]
        return said.get("name") or self._label(said) or row["part"]

    def _items(self) -> Iterator[Item]:
        for head, rows in zip(HEADS, split(self.plan["lines"]), strict=True):
            if rows:
                yield line(head, "warn" if head is HEADS[0] else "mute", strong=True)
            for row in rows:
                spans = (Span(f"  {self._what(row)}  ", self._tone(row)), Span(self._became(row), "mute"))
                yield Line(spans, f"done:{row['id']}" if self.tappable else "")
        if self.plan["unplanned"]:
            yield line("Not planned, and ran:", "mute", strong=True)
            for row in self.plan["unplanned"]:
                yield Line((Span(f"  {self._extra(row)}"),))
        yield from self._carried()

    def _carried(self) -> Iterator[Item]:
        still = [row for row in self.plan["lines"] if row["carries"] and row["part"] in ("question", "watch")]
        rest = any(row["carries"] for row in self.plan["lines"] if row not in still)
        said = [counted(len(still), "line") + " still to do"] if still else []
        said += ["groups, tiers, strategies and minutes as they are"] if rest else []
        if said:
            yield line(f"Goes over to the next plan: {'; '.join(said)}.", "mute")

    def _label(self, row: Json) -> str:
        return self.log.protocol.word(row.get("channel", ""), row.get("code", ""))

    def _tone(self, row: Json) -> str:
        channel = self.log.protocol.channel(row["planned"].get("channel", ""))
        return (channel.tone if channel else "") or "ink"

    def _what(self, row: Json) -> str:
        said = row["planned"]
        text = said.get("text", "")
        if row["part"] == "objective":
            return f"Goal: {text}"
        if row["part"] == "group":
            tier = f" ({said['tier']})" if said.get("tier") else ""
            return f"Group {said['name']}{tier}"
        if row["part"] == "tier":
            return f"{said['name']}: {text}" if text else said["name"]
        if row["part"] == "watch":
            return f"Watch for {': '.join(t for t in (', '.join(map(self.name, said.get('students', []))), text) if t)}"
        if row["part"] == "segment":
            mine = " ".join(t for t in (self._label(said), said.get("me", "")) if t)
            return f"{said['minutes']} min {mine or 'segment'}"
        label = self._label(said)
        if row["part"] == "strategy":
            return ", ".join(t for t in (label, BY.get(said.get("by", ""), "")) if t)
        return f"{label}: {text}" if text else label

    def _became(self, row: Json) -> str:
        words = _WORDS[row["part"]](self, row["actual"]) if row["actual"] else ""
        return ", ".join(t for t in (words, DONE.get(row["ticked"] or "", "")) if t) or self._ask()

    def _ask(self) -> str:
        return "(tap when done)" if self.tappable else "not ticked"

    def _strategy(self, actual: Json) -> str:
        return f"{minutes(actual['seconds'])} min live" if actual["seconds"] else ""

    def _question(self, actual: Json) -> str:
        if actual["asked"]:
            at = f"{local(ms_of(actual['first_at']), self.home.zone):%H:%M}"
            return f"asked {at}" if actual["asked"] == 1 else f"asked {actual['asked']} times, first {at}"
        return f"at this level: {actual['at_level']} logged" if actual["at_level"] else "not asked"

    def _group(self, actual: Json) -> str:
        about = f"{actual['n']} logged about it" if actual["n"] else "nothing logged about it"
        if actual["start"] is None:
            return about
        joined = f", {actual['joined']} joined" if actual["joined"] else ""
        return f"{actual['start']} of {actual['students']} at the start, {actual['end']} at the end{joined}; {about}"

    def _tier(self, actual: Json) -> str:
        if not actual["groups"]:
            return "no group has it"
        return f"{actual['n']} logged about its groups" if actual["n"] else "nothing logged about its groups"

    def _segment(self, actual: Json) -> str:
        if actual["seconds"] is None:
            return ""
        return f"{minutes(actual['seconds']) if actual['seconds'] else 0} of {minutes(actual['planned_seconds'])} min"

    def _watch(self, actual: Json) -> str:
        if actual["n"] is None:
            return ""
        return f"{actual['n']} logged" if actual["n"] else "nothing logged"

    def _extra(self, row: Json) -> str:
        if row["part"] == "group":
            return f"Group {row['name']}, {counted(row['students'], 'student')}"
        if row["part"] == "question":
            return f"{self._label(row)}: {row['n']} logged"
        by = f"ran, {BY[row['ticked']]}" if row.get("ticked") else ""
        spent = f"{minutes(row['seconds'])} min" if row["seconds"] else ""
        return f"{self._label(row)}: {', '.join(t for t in (spent, by) if t)}"


_WORDS: dict[str, Callable[[_Against, Json], str]] = {
    "strategy": _Against._strategy,
    "question": _Against._question,
    "group": _Against._group,
    "tier": _Against._tier,
    "segment": _Against._segment,
    "watch": _Against._watch,
}
