"""The wrap-up of a visit in cards: what happened, worth reading after 12 taps and after none.

Shares are said of looks at everyone only; taps are counts, and who. Nothing of nothing is "none", and
fewer than 10 looks or 6 students are too few for a share. Written for kinds of channels, never for one.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from observe.domain.cards import Card, Item, Line, Page, Span, Stretch, Table, Timeline, line, without_acts
from observe.domain.codec import local, ms_of
from observe.domain.figures import Json, active_time
from observe.domain.frozen import dataclass
from observe.domain.live import picker
from observe.domain.model import Observation, VisitLog
from observe.domain.names import by_name, told_apart
from observe.domain.protocol import Channel, Code, Modifier
from observe.domain.timeline import ActiveTime, stretches
from observe.services import grouped, plan_against
from observe.services import summary as figures
from observe.services.home import Home
from observe.services.nameless import shared
from observe.services.role_limit import extra_hands
from observe.services.said import BY, counted, letters_of, minutes, nothing, tones_of
from observe.services.visits import visit_log
from observe.services.wrapup_looks import LookCards, ladder

FIELDS = (("glow", "Glow", "deep"), ("try_next", "Try next", "warn"), ("next_visit", "Next visit", "active"))
"""What she writes afterwards: field, word, tone."""
Name = Callable[[str], str]


def wrap_up(
    home: Home,
    visit_id: str,
    *,
    name: Name | None = None,
    share: bool = False,
    notes: bool = False,
    tappable: bool = False,
) -> Page:
    """The cards of one visit. `name` shows a student (the roster's names by default); `share`: for the teacher;
    `tappable`: on a screen, where what is missing asks to be written.
    """
    log = visit_log(home, visit_id)
    summary = figures.summary(home, visit_id)
    if share:
        summary = shared(home, summary, notes=notes)
    full = told_apart((s.id, s.name, s.seat or place) for place, s in enumerate(log.students, 1))
    called = name or (lambda id: full.get(id) or "(erased)")
    page = Page(title(home, summary["visit"]), tuple(_Wrap(home, log, summary, called, share, tappable).cards()))
    return page if tappable else without_acts(page)


def title(home: Home, visit: Json) -> str:
    """Section, teacher, title, day and time of a visit."""
    began = visit["started_at"] or visit["planned_at"]
    when = local(ms_of(began), home.zone).strftime("%a %d %b %Y, %H:%M") if began else "not planned"
    return " - ".join(t for t in (visit["section"] or "Visit", visit["teacher"], visit["title"], when) if t)


@dataclass(frozen=True, slots=True)
class _Wrap:
    home: Home
    log: VisitLog
    summary: Json
    name: Name
    share: bool
    tappable: bool

    def cards(self) -> Iterator[Card]:
        yield Card("This visit in words", tuple(self._words()), wide=True)
        if not self.share:
            yield from plan_against.cards(self.home, self.log, self.summary["plan"], self.name, tappable=self.tappable)
        active = active_time(self.log.visit, self.log.pauses, self.home.clock.now())
        for channel in self.log.protocol.channels:
            part = self.summary["channels"][channel.name]
            if nothing(part) and channel.kind != "toggle":
                continue
            observations = [o for o in self.log.observations if o.channel == channel.name]
            if channel.kind == "scale":
                yield from self._scale(channel, part)
            elif channel.kind == "count":
                yield self._picked(channel, part, observations) if picker(channel) else self._asked(channel, part)
            elif channel.kind == "state":
                yield self._state(channel, part, observations, active)
            else:
                yield self._toggles(channel, part)
        yield from extra_hands(self.home, self.log, self.summary) if not self.share else ()
        if self.log.visit.started_at is not None:
            yield self._seen()
        yield from self._notes()
        yield self._written()
        for card in self._details():
            yield replace(card, detail=True)

    def _details(self) -> Iterator[Card]:
        """Behind the page that is read: each pass by itself, and by group and tier."""
        yield from self._looks().passes()
        if not self.share:  # labels are typed, and a group is a few children
            yield from grouped.cards_of(self.home, self.log, self.summary["groups"], self.name)

    # -- in words ----------------------------------------------------------------------------------

    def _words(self) -> Iterator[Item]:
        visit = self.summary["visit"]
        if visit["started_at"] is None:
            yield self._not_begun()
            return
        held = minutes(visit["seconds"])
        planned = f" of {visit['planned_minutes']}" if visit["planned_minutes"] else ""
        span = self._span()
        most = self._most()
        yield Line((Span("Held "), Span(f"{held}{planned} min", strong=True), Span(f"{span}{most}")))
        if visit["estimated_end"]:
            yield line("Its end is estimated: it was forgotten at the time.", "warn")
        if visit["paused_seconds"]:
            yield line(f"Left out of everything: {minutes(visit['paused_seconds'])} min of pause.", "mute")
        parts = [(c, self.summary["channels"][c.name]) for c in self.log.protocol.channels]
        said = [
            f"{c.label.lower()}: at least {part['n']} logged" for c, part in parts if c.kind == "count" and part["n"]
        ]
        open_ = sum(note["flag"] for note in self.summary["notes"])
        if open_:
            said.append(f"{counted(open_, 'note')} to finish")
        if said:
            text = ", ".join(said)
            yield line(text[:1].upper() + text[1:] + ".")
        missing = [c.label.lower() for c, part in parts if nothing(part)]
        if not self.log.observations:
            yield line("Nothing was logged, and that is fine: what ran and what you saw can be said below.", "mute")
        elif missing:
            yield line(f"Not logged: {', '.join(missing)}.", "mute")
        whole = any(one["of"] == "everyone" for one in self.summary["sweeps"])
        if self.log.observations and not whole and any(c.kind == "scale" for c, _ in parts):
            yield line("Nobody looked at everyone, so there are no percentages. That is fine.", "mute")
        if visit["observer"]:
            yield line(f"Logged by {visit['observer']} while teaching: a record of their own work.", "mute")
        for other in self.summary.get("also", ()):  # which goes to nobody outside the team
            end = self._clock(ms_of(other["ended_at"])) if other["ended_at"] else "now"
            yield line(f"Also observed by {other['observer']}, {self._clock(ms_of(other['started_at']))} to {end}.")

    def _not_begun(self) -> Line:
        visit, ahead = self.log.visit, self.summary["visit"]["status"] == "planned"
        word, are = ("Still to come", "are") if ahead else ("Not held", "were")
        why = f" ({visit.missed})" if visit.missed and not self.share else ""
        return line(f"{word}: {visit.planned_minutes or 0} min {are} planned{why}.", "ink" if ahead else "warn")

    def _span(self) -> str:
        visit = self.log.visit
        if visit.started_at is None:
            return ""
        end = self._clock(visit.ended_at) if visit.ended_at is not None else "now"
        return f", {self._clock(visit.started_at)} to {end}"

    def _most(self) -> str:
        """The states she was in the most, the first state channel's."""
        channel = next((c for c in self.log.protocol.channels if c.kind == "state"), None)
        if channel is None:
            return "."
        spent = self.summary["channels"][channel.name]["seconds"]
        top = sorted((c for c in channel.codes if spent[c.key] >= 60), key=lambda c: -spent[c.key])[:3]
        return ": " + ", ".join(f"{minutes(spent[c.key])} {c.label.lower()}" for c in top) + "." if top else "."

    def _clock(self, ms: int) -> str:
        return local(ms, self.home.zone).strftime("%H:%M")

    # -- scales ------------------------------------------------------------------------------------

    def _scale(self, channel: Channel, part: Json) -> Iterator[Card]:
        taps = part["by_method"]["tap"]
        yield from self._looks().of(channel, part)
        if taps["n"]:
            who = "" if self.share else ", and who"
            items = tuple(self._taps(channel, part, ladder(channel)))
            yield Card(f"{channel.label}: {counted(taps['n'], 'tap')}{who}", items)

    def _looks(self) -> LookCards:
        return LookCards(self.log.protocol, self.summary, self._clock)

    def _taps(self, channel: Channel, part: Json, order: list[Code]) -> Iterator[Item]:
        taps = part["by_method"]["tap"]
        if taps.get("suppressed"):
            yield line(f"{taps['n']}, of too few students to be shared", "mute")
            return
        for code in order:
            n = taps["counts"].get(code.key)
            if n:
                who = self._who(part, code.key)
                yield Line(
                    (
                        Span(f"{code.label:<13} ", code.tone or channel.tone),
                        Span(f"{n:>3}", strong=True),
                        Span(f"   {who}"),
                    )
                )

    def _who(self, part: Json, code: str) -> str:
        if self.share:
            return ""
        tapped = [
            (self.name(who), by["tap"]["counts"][code])
            for who, by in part["by_student"].items()
            if by.get("tap", {}).get("counts", {}).get(code)
        ]
        about = {label: by["tap"]["counts"].get(code, 0) for label, by in part["groups"].items() if "tap" in by}
        tapped += [(f"group {label}", n) for label, n in about.items() if n]
        everyone = part["by_group"]["everyone"]["tap"]["counts"][code] - sum(about.values())
        names = [f"{name} {n}" if n > 1 else name for name, n in sorted(tapped, key=lambda one: by_name(one[0]))]
        return ", ".join(names + ([f"everyone {everyone}" if everyone > 1 else "everyone"] if everyone else []))

    # -- counts ------------------------------------------------------------------------------------

    def _asked(self, channel: Channel, part: Json) -> Card:
        heading = f"{channel.label}: at least {part['n']} logged"
        choice = next((m for m in channel.modifiers if m.kind == "choice"), None)
        if part.get("suppressed"):
            return Card(heading, (line("of too few students to be shared", "mute"),))
        items: list[Item] = [self._blocks(channel, part, choice if isinstance(part["by"], dict) else None)]
        if channel.higher_from:
            upper = part["higher_order"]["n"]
            items.append(line(f"upper {upper}, lower {part['n'] - upper}", channel.tone))
        for modifier in channel.modifiers:
            if modifier.kind == "number":
                numbers = part["numbers"][modifier.name]
                asked = numbers["n"] + numbers["ticked"]["n"]
                for threshold, share in numbers["share_at_least"].items():
                    if share is None:
                        continue
                    reached = round(share * asked)
                    # Who only ticks, ticks the long ones: "2 of 2" would say that no other was short.
                    said = f"{reached} of {asked}" if numbers["n"] or reached < asked else f"at least {reached}"
                    items.append(line(f"{modifier.label.lower()} {threshold}+: {said}", "mute"))
        return Card(heading, tuple(items))

    def _blocks(self, channel: Channel, part: Json, choice: Modifier | None) -> Table:
        """Upper levels over lower ones with a gap between, a column for each who asked."""
        columns = (
            [(v.label, part["by"][choice.name][v.key]) for v in choice.values] if choice else [("", part["counts"])]
        )
        higher = set(channel.higher)
        upper = [c for c in reversed(channel.codes) if c.key in higher]
        lower = [c for c in reversed(channel.codes) if c.key not in higher]
        rows: list[tuple[str, ...]] = []
        for block in (upper, lower):
            if rows and block:
                rows.append(("",) * (len(columns) + 1))
            cells = [(c.label, *(str(counts[c.key]) for _, counts in columns)) for c in block]
            # Levels are read as a ladder, so that a step nobody took says something; of others it only takes room.
            rows += cells if higher else [row for row in cells if set(row[1:]) != {"0"}]
        return Table(("", *(head for head, _ in columns)), tuple(rows), (channel.tone,) * len(rows))

    def _picked(self, channel: Channel, part: Json, observations: list[Observation]) -> Card:
        heading = f"{channel.label}: at least {part['n']} logged"
        if self.share:
            kinds = [f"{c.label} {part['counts'][c.key]}" for c in channel.codes if part["counts"][c.key]]
            return Card(heading, (line(", ".join(kinds) or "too few students to be shared", "mute"),))
        told = {note["observation"]: note for note in self.summary["notes"] if note["observation"]}
        items: list[Item] = []
        for o in observations:
            note = told.get(o.id, {})
            evidence = note.get("text", "")
            spans = (
                Span("* ", "deep"),
                Span(f"{self.name(o.student or '')}  ", strong=True),
                Span(f"{channel.word(o.code or '')}  "),
                Span(evidence or self._ask("what you saw"), "ink" if evidence else "mute"),
            )
            items.append(Line(spans, act="" if note.get("private") else f"evidence:{o.id}"))
        return Card(heading, tuple(items))

    # -- durations ---------------------------------------------------------------------------------

    def _state(self, channel: Channel, part: Json, observations: list[Observation], active: ActiveTime) -> Card:
        ran = [c for c in channel.codes if part["seconds"][c.key]]
        letters = letters_of(channel)
        tones = tones_of(channel)
        parts = stretches(observations, active)
        starts = {active(o.at): o for o in observations}
        timeline = Timeline(
            tuple(
                Stretch(
                    channel.word(s.code),
                    letters.get(s.code, "?"),
                    tones.get(s.code, "ink"),
                    s.start,
                    s.end,
                    self._clock(starts[s.start].at) if s.start in starts else "",
                    f"edge:{starts[s.start].id}" if s.start in starts else "",
                )
                for s in parts
            ),
            active.length,
        )
        items: list[Item] = [timeline]
        for code in sorted(ran, key=lambda c: -part["seconds"][c.key]):
            people = Counter[str]()
            for stretch in parts:
                if stretch.code == code.key:
                    people.update(dict.fromkeys(stretch.with_whom, stretch.end - stretch.start))
            tone = tones.get(code.key, "ink")
            spent = Span(f"{minutes(part['seconds'][code.key]):>4} min", strong=True)
            spans = [
                Span(f"{letters[code.key]} ", tone),
                Span(f"{code.label:<13} ", "warn" if code.caution else "ink"),
                spent,
            ]
            if people and not self.share:
                spans.append(Span(f"  with {self._with(people)}", "mute"))
            items.append(Line(tuple(spans)))
        if part["unrecorded_seconds"] >= 30:
            items.append(line(f"  not recorded {minutes(part['unrecorded_seconds'])} min", "mute"))
        return Card(f"{channel.label}, {minutes(self.summary['visit']['seconds'])} min", tuple(items))

    def _with(self, people: Mapping[str, int]) -> str:
        """Who it was with; where not everybody was there as long, each with the minutes."""
        alike = len(set(people.values())) == 1
        named = sorted(((self.name(who), ms) for who, ms in people.items()), key=lambda one: by_name(one[0]))
        return ", ".join(name if alike else f"{name} {minutes(ms / 1000)}" for name, ms in named)

    def _toggles(self, channel: Channel, part: Json) -> Card:
        items: list[Item] = []
        for code in channel.codes:
            by = self.log.ran.get((channel.name, code.key))
            spent = part["seconds"][code.key]
            said = [f"{minutes(spent)} min live"] if part["bouts"][code.key] else []
            said += [f"ran, {BY[by]}"] if by else []
            if said or self.tappable:
                tone = channel.tone if said else "mute"
                text = "  ".join(said) or "-"
                items.append(
                    Line((Span(f"{code.label:<13} ", tone), Span(text)), act=f"tick:{channel.name}/{code.key}")
                )
        heading = f"{channel.label}: tap what ran, and by whom" if self.tappable else channel.label
        return Card(heading, tuple(items) or (line("none", "mute"),))

    # -- students and words ------------------------------------------------------------------------

    def _seen(self) -> Card:
        coverage = self.summary["coverage"]
        seen = Span(f"{coverage['seen']} of {coverage['present']}", strong=True)
        items: list[Item] = [Line((Span("Seen "), seen, Span(" who were here")))]
        if not self.share and coverage["unseen"]:
            # Whom she taught in a group for half an hour she did see; only, nothing says how it went.
            near = [who for who in coverage["unseen"] if coverage["students"].get(who, {}).get("service_seconds")]
            rest = [who for who in coverage["unseen"] if who not in near]
            if near:
                items.append(Line((Span("with you, nothing logged: ", "mute"), Span(", ".join(map(self.name, near))))))
            if rest:
                names = ", ".join(map(self.name, rest)) if coverage["seen"] or near else "everybody"
                items.append(Line((Span("not yet seen: ", "warn"), Span(names))))
        return Card("Eyes on all students", tuple(items))

    def _notes(self) -> Iterator[Card]:
        shown = [n for n in self.summary["notes"] if not self._is_evidence(n)]
        if not shown:
            return
        items: list[Item] = []
        for note in shown:
            at = local(ms_of(note["at"]), self.home.zone).strftime("%H:%M")
            who = self.name(note["student"]) if note.get("student") else note.get("group") or ""
            what = self._what(note)
            text = note["text"] or self._ask("what you saw") or "(no words yet)"
            private = "  (private)" if note.get("private") else ""
            mark = Span("! ", "warn") if note.get("flag") else Span("  ")
            about = " ".join(t for t in (at, what, who) if t)
            target = note.get("note") or note.get("observation") or ""
            # A private note is put into words where it is kept; amended here it would go to the team.
            open_ = target and not note.get("private")
            act = f"{'note' if note.get('note') else 'evidence'}:{target}" if open_ else ""
            items.append(Line((mark, Span(f"{about}: ", "mute"), Span(f"{text}{private}")), act))
        yield Card("Notes", tuple(items))

    def _is_evidence(self, note: Json) -> bool:
        channel = self.log.protocol.channel(note["channel"]) if note.get("channel") else None
        return not self.share and channel is not None and picker(channel)

    def _what(self, note: Json) -> str:
        channel = self.log.protocol.channel(note["channel"]) if note.get("channel") else None
        code = channel.code(note["code"]) if channel and note.get("code") else None
        return code.label if code else ""

    def _written(self) -> Card:
        written: Mapping[str, str] = self.summary["reflection"]
        items = []
        for field, word, tone in FIELDS:
            text = written.get(field, "")
            if text or self.tappable:
                spans = (Span(f"{word:<11} ", tone), Span(text or self._ask(), "ink" if text else "mute"))
                items.append(Line(spans, act=f"write:{field}"))
        flag = self.summary["visit"]["flag"]
        if flag or self.tappable:
            usual = "as usual (tap to flag a substitute, an assessment, another lesson)"
            said = Span(f"{flag}, left out of trends", "warn") if flag else Span(usual, "mute")
            items.append(Line((Span("This lesson "), said), act="flag:"))
        return Card("Glow - Try next - Next visit", tuple(items) or (line("nothing written", "mute"),), wide=True)

    def _ask(self, what: str = "") -> str:
        return f"(tap to write{' ' if what else ''}{what})" if self.tappable else ""
