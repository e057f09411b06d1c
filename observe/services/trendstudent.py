"""Students over time: each look as it was rated, taps and events as counts. Never a share of one, never a score."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from observe.domain.cards import Card, Course, Item, Line, Series, Span, line
from observe.domain.figures import Json
from observe.domain.live import picker
from observe.domain.protocol import Channel
from observe.domain.trends import Held, Scheme, passes_of
from observe.services.said import counted, letters_of, minutes

NARROW = 5
"""So many weeks have room in half a page."""
SHOWN = 8
"""Visits of a student's line, the latest."""


def class_lines(
    members: Sequence[str], held: Sequence[Held], schemes: Sequence[Scheme], name: Callable[[str], str]
) -> Iterator[Item]:
    """A line for each student of a class: how each of the latest visits saw them, and what was noted."""
    visits = held[-SHOWN:]
    yield line(f"One letter a visit, the latest {len(visits)}: how the last look saw them; . not looked at", "mute")
    noted = _noted_of(schemes)
    for who in members:
        seen = sum(bool(one.tally["coverage"]["students"].get(who, {}).get("n")) for one in held)
        letters = " ".join(_letter(one, who) for one in visits)
        said = noted.get(who, [])
        spans = [Span(f"{letters}  "), Span(f"{name(who)}  ", strong=True), Span(", ".join(said), "mute")]
        if 2 * seen < len(held):
            spans.append(Span(f"{'  ' if said else ''}seen in {seen} of {len(held)} visits", "warn"))
        yield Line(tuple(spans), act=f"student:{who}")


def _letter(one: Held, who: str) -> str:
    """The letter of the last look of the first scale that was looked at."""
    for channel in one.protocol.channels:
        if channel.kind == "scale":
            rows = passes_of(channel.name, (one.tally,), parts=True)
            found = [code for row in rows for code, people in row.items() if who in people]
            if found:
                return letters_of(channel).get(found[-1], "?")
    return "."


def _noted_of(schemes: Sequence[Scheme]) -> dict[str, list[str]]:
    """What was tapped most of each student, in at most two words, and sparks."""
    taps: dict[str, Counter[str]] = {}
    picked: Counter[str] = Counter()
    for scheme in schemes:
        for channel in scheme.protocol.channels:
            if channel.kind == "scale":
                labels = {code.key: code.label.lower() for code in channel.codes}
                for who, found in taps_by_student(scheme, channel).items():
                    taps.setdefault(who, Counter()).update({labels.get(code, code): n for code, n in found.items()})
            elif picker(channel):
                for one in scheme.held:
                    part = one.tally["channels"].get(channel.name, {"who": {}})
                    picked.update({who: sum(counts.values()) for who, counts in part["who"].items()})
    found_of = {}
    for who in taps.keys() | picked.keys():
        most = sorted(taps.get(who, Counter()).items(), key=lambda item: (-item[1], item[0]))[:2]
        found_of[who] = [f"{label} {n}" for label, n in most] + ([f"* {picked[who]}"] if picked[who] else [])
    return found_of


def taps_by_student(scheme: Scheme, channel: Channel) -> dict[str, Counter[str]]:
    """What was tapped of each student on a scale, over the scheme's visits."""
    found: dict[str, Counter[str]] = {}
    for one in scheme.held:
        for who, by in one.tally["channels"].get(channel.name, {"who": {}})["who"].items():
            if who and by.get("tap"):
                found.setdefault(who, Counter()).update(by["tap"])
    return found


def student_cards(
    found: Json, schemes: Sequence[Scheme], where: Mapping[str, str], steps: tuple[str, ...], drawn: int
) -> Iterator[Card]:
    """The cards of `trends` JSON's `student`. `where`: the class of each visit; `drawn`: visits for a chart."""
    channels = [(f"{scheme.prefix}{c.name}", c) for scheme in schemes for c in scheme.protocol.channels]
    here = [row for row in found["visits"] if row["present"] or row["n"]]
    yield Card("Visit by visit", tuple(_visits(here, channels, where)), wide=True)
    for name, channel in channels:
        key = {"scale": "taps", "count": "counts"}.get(channel.kind)
        if key is not None:
            yield from _by_week(found["weeks"], key, name, channel, steps, len(here) >= drawn)


def _visits(rows: Sequence[Json], channels: Sequence[tuple[str, Channel]], where: Mapping[str, str]) -> Iterator[Item]:
    if not rows:
        yield line("Was in no visit of this span.", "mute")
        return
    seen = sum(bool(row["n"]) for row in rows)
    served = sum(row["service_seconds"] for row in rows)
    with_her = f", {minutes(served)} min in a group with the specialist" if served else ""
    yield line(f"Seen in {seen} of {counted(len(rows), 'visit')}{with_her}.")
    several = len({where[row["visit"]] for row in rows}) > 1
    for row in rows:
        spans = [Span(f"{date.fromisoformat(row['day']):%d %b}  ", "mute")]
        if several:
            spans.append(Span(f"{where[row['visit']]}  ", "mute"))
        said = []
        for name, channel in channels:
            if looks := [channel.word(code) for code in row["looks"].get(name, ())]:
                said.append(f"{channel.label.lower()} {', '.join(looks)}")
        taps = [_noted(channel, row["taps"][name]) for name, channel in channels if name in row["taps"]]
        said += [f"tapped {', '.join(taps)}"] if taps else []
        for name, channel in channels:
            if name in row["counts"]:
                said.append(f"{channel.label.lower()} {_noted(channel, row['counts'][name])}")
        rest = f"observed {counted(row['n'], 'time')}" if row["n"] else "here, nothing logged"
        spans.append(Span("; ".join(said) or rest, "ink" if said or row["n"] else "warn"))
        yield Line(tuple(spans))


def _by_week(
    weeks: Sequence[Json], key: str, name: str, channel: Channel, steps: tuple[str, ...], drawn: bool
) -> Iterator[Card]:
    """Counts of a channel by week; of too few visits they stand in the lines above alone."""
    total: Counter[str] = Counter()
    for week in weeks:
        total.update((week[key] or {}).get(name, {}))
    if not total or not drawn:
        return
    rows = []
    for code, n in _ordered(channel, total):
        found = [None if week[key] is None else week[key].get(name, {}).get(code, 0) for week in weeks]
        known = channel.code(code)
        tone = (known.tone if known else "") or channel.tone or "ink"
        texts = tuple("-" if value is None else str(value) for value in found)
        rows.append(Course(channel.word(code), tuple(found), texts, str(n), tone))
    top = max(value for row in rows for value in row.values if value is not None)
    what = "taps" if channel.kind == "scale" else "logged"
    title = f"{channel.label}: {total.total()} {what}, by week"
    yield Card(title, (Series(steps, tuple(rows), top),), wide=len(steps) > NARROW)


def _noted(channel: Channel, counts: Mapping[str, int]) -> str:
    return ", ".join(f"{channel.word(code)} {n}" for code, n in _ordered(channel, counts))


def _ordered(channel: Channel, counts: Mapping[str, int]) -> list[tuple[str, int]]:
    known = [code for code in channel.keys if counts.get(code)]
    return [(code, counts[code]) for code in (*known, *sorted(set(counts).difference(channel.keys))) if counts[code]]
