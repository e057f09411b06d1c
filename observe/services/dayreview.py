"""The review of a day in cards: what was held, where the minutes went, who was not seen, what is to finish."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from observe.domain.cards import Bar, Card, Item, Line, Page, Span, Table, line
from observe.domain.codec import local, ms_of
from observe.domain.figures import Json
from observe.domain.live import picker
from observe.domain.model import Observation, Visit
from observe.domain.protocol import Channel, Protocol
from observe.services import flags, seen, spans
from observe.services import summary as figures
from observe.services.home import Home
from observe.services.said import LOOKS, STUDENTS, counted, minutes, percent, tones_of
from observe.services.today import TOMORROW
from observe.services.visits import visit_log
from observe.services.wrapup import Name
from observe.store import queries, rosters


def unfinished_notes(home: Home, when: date) -> list[tuple[str, str]]:
    """Visit and note of every note of that day without words, in order of time."""
    return [
        (visit["visit"]["id"], note["note"])
        for visit in figures.day(home, when)["visits"]
        for note in visit["notes"]
        if note["flag"]
    ]


def bare_sparks(home: Home, visits: Iterable[Json]) -> list[tuple[Visit, Observation, str]]:
    """What was picked of one student in these visits without a word of what was seen, and the label of its kind.

    In order of time. `visits`: as in the figures of a day.
    """
    found = []
    for visit in visits:
        # A visit without a spark is not read once more.
        if not any(part["kind"] == "count" and part["by_student"] for part in visit["channels"].values()):
            continue
        log = visit_log(home, visit["visit"]["id"])
        picks = {channel.name: channel for channel in log.protocol.channels if picker(channel)}
        told = {note["observation"] for note in visit["notes"] if note["observation"]}
        for o in log.observations:
            if o.channel in picks and o.student and o.code and o.id not in told:
                found.append((log.visit, o, picks[o.channel].word(o.code)))
    return found


def line_for_tomorrow(home: Home, when: date) -> str:
    """What she wrote on that day for the next; "" for nothing."""
    lines = [visit["reflection"].get(TOMORROW, "") for visit in figures.day(home, when)["visits"]]
    return next((text for text in reversed(lines) if text), "")


def day_page(
    home: Home, when: date, *, name: Name | None = None, tappable: bool = False, everyone: bool = False
) -> Page:
    """The cards of one day. `tappable`: on a screen, where the line for tomorrow asks to be written; `everyone`: of
    all visits, whosever they are, but what is to finish is hers.
    """
    day = figures.day(home, when, everyone)
    mine = figures.day(home, when) if everyone else day
    held = day["delivered"]
    begun = held["delivered"] + held["extra"]
    planned = f"{held['delivered']} of {held['planned']} planned visits held" if held["planned"] else ""
    extra = f"{counted(held['extra'], 'visit')} {'more' if planned else 'held'}" if held["extra"] or not planned else ""
    told = ", ".join(t for t in (planned, extra) if t)
    title = f"Day review - {when:%A %d %B %Y} - {told}" + (f", {_spent(day)}" if begun else "")
    return Page(title, tuple(_Day(home, day, mine["visits"], name, tappable).cards()))


def _spent(day: Json) -> str:
    """`38 of 85 planned min, 20 more`: what nobody had planned is none of what was planned."""
    ended = [v["visit"] for v in day["visits"] if v["visit"]["status"] == "ended"]
    planned, extra = (sum(v["seconds"] for v in ended if bool(v["planned_at"]) is so) for so in (True, False))
    of = day["delivered"]["planned_minutes"]
    if not of:
        return f"{minutes(planned + extra)} min"
    return f"{minutes(planned)} of {of:g} planned min" + (f", {minutes(extra)} more" if extra else "")


class _Day:
    def __init__(self, home: Home, day: Json, mine: list[Json], name: Name | None, tappable: bool) -> None:
        self.home, self.day, self.mine, self.tappable = home, day, mine, tappable
        names = rosters.called(home.conn)
        self.name = name or (lambda id: names.get(id) or "(erased)")
        self.sections = {s.id: s.name for s in rosters.sections(home.conn)}

    def cards(self) -> Iterator[Card]:
        yield Card("Visits", tuple(self._visits()), wide=True)
        for channel, part in self._channels("state"):
            spent = {c.key: part["seconds"][c.key] for c in channel.codes if part["seconds"][c.key]}
            if spent:
                yield Card(f"{channel.label}: where the minutes went", tuple(self._bars(channel, spent)))
        for channel, part in self._channels("scale"):
            yield from self._scale(channel, part)
        for channel, part in self._channels("count"):
            if part["n"]:
                said = ", ".join(f"{c.label} {part['counts'][c.key]}" for c in channel.codes if part["counts"][c.key])
                upper = f" (upper {part['higher_order']['n']})" if part["higher_order"] else ""
                yield Card(f"{channel.label}: at least {part['n']} logged{upper}", (line(said, channel.tone),))
        yield Card("Students to see next", tuple(self._to_see()))
        unfinished = tuple(self._unfinished())
        yield Card("To finish", unfinished or (line("nothing: notes and sparks have their words", "mute"),))
        ahead = tuple(self._ahead())
        if ahead:
            yield Card("Try next, and one line for tomorrow", ahead, wide=True)

    def _channels(self, kind: str) -> Iterator[tuple[Channel, Json]]:
        for name, part in self.day["totals"]["channels"].items():
            if part["kind"] == kind:
                channel = self._channel(name)
                if channel is not None:
                    yield channel, part

    def _channel(self, name: str) -> Channel | None:
        wanted, _, short = name.rpartition(":")
        for protocol in self._protocols():
            if (not wanted or protocol.id == wanted) and protocol.channel(short):
                return protocol.channel(short)
        return None

    def _protocols(self) -> Iterator[Protocol]:
        used = Counter((v["visit"]["protocol"]["id"], v["visit"]["protocol"]["version"]) for v in self.day["visits"])
        for id, version in sorted(used, key=lambda p: (-used[p], p)):
            protocol = queries.protocol(self.home.conn, id, version)
            if protocol is not None:
                yield protocol

    def _visits(self) -> Iterator[Item]:
        if not self.day["visits"]:
            yield line("No visit was planned for this day, and none was held.", "mute")
        several = len({v["visit"]["observer"] for v in self.day["visits"] if v["visit"]["started_at"]}) > 1
        for visit in self.day["visits"]:
            facts, coverage = visit["visit"], visit["coverage"]
            at = facts["started_at"] or facts["planned_at"]
            clock = local(ms_of(at), self.home.zone).strftime("%H:%M") if at else ""
            words = {"live": "still open", "ended": "held", "planned": "planned", "missed": "missed"}
            tone = {"live": "warn", "ended": "deep", "planned": "active", "missed": "warn"}[facts["status"]]
            spent = f" {minutes(facts['seconds'])}" if facts["started_at"] else ""
            planned = f" of {facts['planned_minutes']}" if facts["planned_minutes"] and spent else ""
            seen = f"seen {coverage['seen']} of {coverage['present']}" if facts["started_at"] else ""
            spans = (
                Span(f"{clock}  "),
                Span(f"{facts['section'] or 'no class'}  ", strong=True),
                Span(f"{words[facts['status']]}{spent}{planned}{' min' if spent else ''}  ", tone),
                Span(seen, "mute"),
                Span("  end estimated" if facts["estimated_end"] else "", "warn"),
                Span(f"  {facts['flag']}" if facts["flag"] else "", "warn"),
                Span(f"  {facts['observer']}" if several and facts["observer"] else "", "mute"),
            )
            yield Line(spans, act=f"visit:{facts['id']}")
        yield from self._others()
        who = dict.fromkeys(v["visit"]["observer"] for v in self.day["visits"] if v["visit"]["started_at"])
        if names := ", ".join(name for name in who if name):
            yield line(f"Logged by {names} while teaching: a record of their own work.", "mute")

    def _others(self) -> Iterator[Item]:
        """Visits that colleagues began: named apart, and in none of the figures."""
        for other in self.day["others"]:
            if other["started_at"]:
                clock = local(ms_of(other["started_at"]), self.home.zone).strftime("%H:%M")
                word = "live" if other["status"] == "live" else "held"
                text = f"{other['observer']}: {other['section'] or 'no class'}, {clock}, {word}"
                yield line(text, "mute", act=f"visit:{other['visit']}")

    def _bars(self, channel: Channel, spent: dict[str, float]) -> Iterator[Item]:
        most, tones = max(spent.values()), tones_of(channel)
        for code in sorted(channel.codes, key=lambda c: -spent.get(c.key, 0)):
            if code.key in spent:
                yield Bar(code.label, spent[code.key], most, f"{minutes(spent[code.key])} min", tones[code.key])

    def _scale(self, channel: Channel, part: Json) -> Iterator[Card]:
        looks, taps = part["by_method"]["sweep"], part["by_method"]["tap"]
        order = [*reversed([c for c in channel.codes if not c.beside]), *(c for c in channel.codes if c.beside)]
        items: list[Item] = []
        if looks["n"] >= LOOKS and looks["students"] >= STUDENTS:
            blocks = [looks, part["by_group"]["identified"]["sweep"], part["by_group"]["others"]["sweep"]]
            head = ("", *(f"{word} {b['n']}" for word, b in zip(("all", "identified", "not"), blocks, strict=True)))
            rows = tuple((c.label, *(percent(b, c.key) for b in blocks)) for c in order)
            shares = tuple(looks["shares"][c.key] or 0.0 for c in order)
            items.append(Table(head, rows, tuple(c.tone or channel.tone for c in order), shares))
        elif looks["n"]:
            items.append(line(f"{counted(looks['n'], 'look')}: too few for percentages", "warn"))
        if taps["n"]:
            said = ", ".join(f"{c.label} {taps['counts'][c.key]}" for c in order if taps["counts"][c.key])
            items.append(line(f"{counted(taps['n'], 'tap')}: {said}", "mute"))
        if items:
            yield Card(channel.label, tuple(items))

    def _to_see(self) -> Iterator[Item]:
        """Everybody who was here in some visit of the day and in none of them seen."""
        coverage = self.day["totals"]["coverage"]
        if not coverage["unseen"]:
            yield line("everybody who was here was seen" if coverage["present"] else "nobody was visited", "mute")
        told: set[tuple[str, str]] = set()  # a class visited twice has each of its children in one line
        for visit in self.day["visits"]:
            section = visit["visit"]["section_id"] or visit["visit"]["id"]
            missed = [w for w in visit["coverage"]["unseen"] if w in coverage["unseen"] and (section, w) not in told]
            told.update((section, who) for who in missed)
            if missed:
                names = ", ".join(self.name(who) for who in missed)
                yield Line((Span(f"{visit['visit']['section'] or ''}: ", "mute"), Span(f"not seen: {names}", "warn")))
        visited = {v["visit"]["section_id"] for v in self.day["visits"] if v["visit"]["started_at"]} - {None}
        month = spans.month_to(date.fromisoformat(self.day["date"]))
        for one in seen.classes(self.home, month, visited, whole=False) if visited else ():
            if one.never:
                names = ", ".join(self.name(row.student.id) for row in one.never)
                names = names if len(one.never) < len(one.rows) else "everybody"
                said = Span(f"never observed this month: {names}", "warn")
                yield Line((Span(f"{one.section.name}: ", "mute"), said))

    def _unfinished(self) -> Iterator[Item]:
        for visit in self.mine:
            facts = visit["visit"]
            for note in visit["notes"]:
                if note["flag"]:
                    at = local(ms_of(note["at"]), self.home.zone).strftime("%H:%M")
                    who = self.name(note["student"]) if note["student"] else note["group"] or "everyone"
                    text = f"{at} {facts['section'] or ''}, {who}: a note without words"
                    yield line(text, "warn", act=f"note:{facts['id']}/{note['note']}")
            for spark_of, o, label in bare_sparks(self.home, [visit]):
                at = local(o.at, self.home.zone).strftime("%H:%M")
                text = f"{at} {facts['section'] or ''}, {self.name(o.student or '')}: {label}, what was seen?"
                yield line(text, "mute", act=f"evidence:{spark_of.id}/{o.id}")
            if facts["status"] == "ended" and not visit["reflection"].keys() - {TOMORROW, flags.FIELD}:
                yield line(f"{facts['section'] or 'visit'}: no glow line yet", "mute", act=f"visit:{facts['id']}")
            if facts["status"] == "live":
                yield line(f"{facts['section'] or 'visit'} is still open", "warn", act=f"visit:{facts['id']}")

    def _ahead(self) -> Iterator[Item]:
        """What she wrote in each visit for the next one, and of the day for tomorrow."""
        for visit in self.mine:
            where, written = visit["visit"]["section"] or "visit", visit["reflection"]
            for field in ("try_next", "next_visit"):
                if written.get(field):
                    yield Line((Span(f"{where}: ", "mute"), Span(written[field])))
        text = next((v["reflection"][TOMORROW] for v in reversed(self.mine) if TOMORROW in v["reflection"]), "")
        if text or (self.tappable and any(v["visit"]["started_at"] for v in self.mine)):
            spans = (Span("For tomorrow: ", "active"), Span(text or "(tap to write)", "ink" if text else "mute"))
            yield Line(spans, act=f"write:{TOMORROW}")
