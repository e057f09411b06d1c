"""The figures in words: the same object as the JSON, as text, Markdown or CSV.

Shares are said of sweeps only; taps are counts and who. Nothing of nothing is "none", and a share of
fewer than 10 looks or 6 students is "too few".
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from observe.domain.codec import local, ms_of
from observe.domain.figures import Json
from observe.domain.protocol import Channel, Protocol
from observe.services import summary as figures
from observe.services.home import Home
from observe.store import queries

LOOKS, STUDENTS = 10, 6
"""Below this many looks, or this many students, a share says nothing (Karweit & Slavin 1980 for the students)."""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and its lines."""

    heading: str
    lines: list[str] = field(default_factory=list)


def summary_text(home: Home, visit_id: str) -> str:
    """The summary of one visit as plain text."""
    return text_of(parts_of(home, figures.summary(home, visit_id)))


def text_of(parts: list[Part]) -> str:
    """Plain text: headings, then lines set in by two."""
    return "\n\n".join("\n".join([p.heading, *(f"  {line}" for line in p.lines)]) for p in parts) + "\n"


def markdown_of(parts: list[Part]) -> str:
    """Markdown, with whatever a name or note holds shown as it was typed."""
    blocks = []
    for rank, part in enumerate(parts):
        mark = "#" if rank == 0 else "##"
        blocks.append(
            "\n".join([f"{mark} {_escaped(part.heading)}", "", *(f"- {_escaped(line)}" for line in part.lines)])
        )
    return "\n\n".join(blocks) + "\n"


def _escaped(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|~&" else c for c in text)


def parts_of(home: Home, summary: Json) -> list[Part]:
    """The summary in parts, the visit first."""
    visit = summary["visit"]
    protocol = queries.protocol(home.conn, visit["protocol"]["id"], visit["protocol"]["version"])
    channels = protocol.channels if protocol else ()
    names = {} if summary.get("shared") else queries.student_names(home.conn)
    parts = [Part(_title(home, visit), list(_visit_lines(summary)))]
    for channel in channels:
        parts.append(Part(channel.label, list(_channel_lines(channel, summary["channels"][channel.name], names))))
    parts.append(Part("Eyes on all students", list(_coverage_lines(summary["coverage"], names))))
    if summary["notes"]:
        parts.append(Part("Notes", [_note_line(home, protocol, note, names) for note in summary["notes"]]))
    if summary["reflection"]:
        parts.append(Part("Afterwards", [f"{name}: {body}" for name, body in summary["reflection"].items()]))
    return parts


def _title(home: Home, visit: Json) -> str:
    began = visit["started_at"] or visit["planned_at"]
    when = local(ms_of(began), home.zone).strftime("%a %d %b %Y %H:%M") if began else "not planned"
    return " - ".join(t for t in (visit["section"] or "Visit", visit["teacher"], visit["title"], when) if t)


def _visit_lines(summary: Json) -> Iterator[str]:
    visit = summary["visit"]
    status = {"live": "still going on", "ended": "ended", "planned": "planned", "missed": "missed"}[visit["status"]]
    if visit["estimated_end"]:
        status += ", its end is estimated"
    yield f"{minutes(visit['seconds'])} min, {status}"
    if visit["paused_seconds"]:
        yield f"{minutes(visit['paused_seconds'])} min of pause, left out of everything"
    if visit["planned_minutes"] is not None:
        yield f"planned: {visit['planned_minutes']} min"
    coverage = summary["coverage"]
    yield f"{coverage['seen']} of {coverage['present']} students seen"
    if visit["observer"]:
        yield f"logged by {visit['observer']}, who also taught: a record of her own work"


def minutes(seconds: float) -> str:
    """Minutes to 0.1, without a needless zero."""
    return f"{seconds / 60:.1f}".removesuffix(".0")


def _channel_lines(channel: Channel, part: Json, names: Mapping[str, str]) -> Iterator[str]:
    lines = {"scale": _scale_lines, "count": _count_lines, "state": _state_lines, "toggle": _toggle_lines}
    yield from lines[channel.kind](channel, part, names)


def _label(channel: Channel, code: str) -> str:
    found = channel.code(code)
    return found.label if found else code


def _counts(channel: Channel, counts: Mapping[str, int | None]) -> str:
    said = [f"{_label(channel, code)} {n}" for code, n in counts.items() if n]
    return ", ".join(said) or "none"


def _scale_lines(channel: Channel, part: Json, names: Mapping[str, str]) -> Iterator[str]:
    looks, taps = part["by_method"]["sweep"], part["by_method"]["tap"]
    rest = {m: block for m, block in part["by_method"].items() if m not in ("sweep", "tap") and block["n"]}
    if not looks["n"] and not taps["n"] and not rest:
        yield "none"
    if looks["n"]:
        yield f"looks at everyone: {looks['n']} looks; {_shares(channel, looks)}"
        groups = part["by_group"]
        if isinstance(groups, dict):
            for group, word in (("identified", "identified"), ("others", "not identified")):
                block = groups[group]["sweep"]
                yield f"  {word}: {block['n']} looks; {_shares(channel, block)}"
    for word, block in (("taps", taps), *rest.items()):
        if block.get("suppressed"):
            yield f"{word}: {block['n']}, of too few students to be shared"
        elif block["n"]:
            yield f"{word}: {_counts(channel, block['counts'])}"
    yield from _who(channel, part, names)


def _shares(channel: Channel, block: Json) -> str:
    if block.get("suppressed"):
        return "too few students to be shared"
    if block["n"] < LOOKS or block["students"] < STUDENTS:
        return f"too few for shares ({_counts(channel, block['counts'])})"
    said = [f"{_label(channel, code)} {share:.0%}" for code, share in block["shares"].items() if share]
    return ", ".join(said) + f" of {block['n']}"


def _who(channel: Channel, part: Json, names: Mapping[str, str]) -> Iterator[str]:
    """Who was tapped with what, code by code."""
    if not names:
        return
    for code in channel.codes:
        tapped = [
            names.get(who, "?") or "(erased)"
            for who, by in part.get("by_student", {}).items()
            if by.get("tap", {}).get("counts", {}).get(code.key)
        ]
        if tapped:
            yield f"  {code.label}: {', '.join(sorted(tapped))}"


def _count_lines(channel: Channel, part: Json, names: Mapping[str, str]) -> Iterator[str]:
    if not part["n"]:
        yield "none logged"
        return
    if part.get("suppressed"):
        yield f"at least {part['n']} logged, of too few students to be shared"
        return
    yield f"at least {part['n']} logged: {_counts(channel, part['counts'])}"
    higher = part["higher_order"]
    if higher and channel.higher_from:
        yield f"from {_label(channel, channel.higher_from)} on: {higher['n']} of {higher['of']}"
    for modifier in channel.modifiers:
        if modifier.kind == "choice" and isinstance(part["by"], dict):
            for value in modifier.values:
                counts = part["by"][modifier.name][value.key]
                if sum(counts.values()):
                    yield f"{modifier.label} {value.label}: {_counts(channel, counts)}"
        elif modifier.kind == "number":
            numbers = part["numbers"][modifier.name]
            asked = numbers["n"] + numbers["ticked"]["n"]
            for threshold, share in numbers["share_at_least"].items():
                if share is not None:
                    yield f"{modifier.label} {threshold} or more: {round(share * asked)} of {asked}"
            if numbers["n"]:
                yield f"{modifier.label}, measured: median {numbers['median']:g} of {numbers['n']}"
    if names and channel.about == "student":
        for who, counts in part["by_student"].items():
            yield f"  {names.get(who, '?') or '(erased)'}: {_counts(channel, counts)}"


def _state_lines(channel: Channel, part: Json, names: Mapping[str, str]) -> Iterator[str]:
    ran = {code: s for code, s in part["seconds"].items() if s}
    if not ran:
        yield "none"
    for code, s in sorted(ran.items(), key=lambda item: -item[1]):
        bouts = part["bouts"][code]
        yield f"{_label(channel, code)}: {minutes(s)} min" + (f", {bouts} times" if bouts > 1 else "")
    if ran and part["unrecorded_seconds"] >= 30:
        yield f"not recorded: {minutes(part['unrecorded_seconds'])} min"


def _toggle_lines(channel: Channel, part: Json, names: Mapping[str, str]) -> Iterator[str]:
    ran = [f"{_label(channel, code)}: {minutes(s)} min" for code, s in part["seconds"].items() if part["bouts"][code]]
    yield from ran or ["none"]


def _coverage_lines(coverage: Json, names: Mapping[str, str]) -> Iterator[str]:
    yield f"{coverage['seen']} of {coverage['present']} present students seen"
    if names and coverage["unseen"]:
        yield "not yet seen: " + ", ".join(sorted(names.get(who, "?") or "(erased)" for who in coverage["unseen"]))


def _note_line(home: Home, protocol: Protocol | None, note: Json, names: Mapping[str, str]) -> str:
    at = local(ms_of(note["at"]), home.zone).strftime("%H:%M")
    channel = protocol.channel(note["channel"]) if protocol else None
    what = _label(channel, note["code"]) if channel and note["code"] else note["channel"]
    who = names.get(note.get("student") or "", "")
    text = note["text"] or "(no words yet)"
    about = " / ".join(t for t in (what, who) if t)
    return f"{at}{f' {about}' if about else ''}: {text}" + (" (private)" if note.get("private") else "")


def day_parts(home: Home, day: Json) -> list[Part]:
    """A day, or a span of days, in parts."""
    held = day["delivered"]
    head = [
        f"{held['delivered']} of {held['planned']} planned visits held, {held['extra']} more",
        f"{held['delivered_minutes']:g} of {held['planned_minutes']:g} planned min held",
    ]
    if held["missed"]:
        head.append(f"{held['missed']} missed")
    parts = [Part(f"Day {day['date']}" if "date" in day else f"{day['from']} to {day['to']}", head)]
    lines = []
    for visit in day["visits"]:
        facts, coverage = visit["visit"], visit["coverage"]
        lines.append(
            f"{_title(home, facts)}: {facts['status']}, {minutes(facts['seconds'])} min,"
            f" {coverage['seen']} of {coverage['present']} seen"
        )
    parts.append(Part("Visits", lines or ["none"]))
    names = queries.student_names(home.conn)
    for name, part in day["totals"]["channels"].items():
        channel = _channel_of(home, day, name)
        if channel is not None:
            parts.append(Part(channel.label, list(_channel_lines(channel, part, names))))
    totals = day["totals"]["coverage"]
    parts.append(Part("Eyes on all students", list(_day_coverage(totals, names))))
    return parts


def _day_coverage(totals: Json, names: Mapping[str, str]) -> Iterator[str]:
    yield f"{totals['seen']} of {totals['present']} times that a student was present, she or he was seen"
    if totals["unseen"]:
        yield "not seen in any visit: " + ", ".join(sorted(names.get(w, "?") or "(erased)" for w in totals["unseen"]))


def _channel_of(home: Home, day: Json, name: str) -> Channel | None:
    wanted, _, channel = name.rpartition(":")
    used = [v["visit"]["protocol"] for v in day["visits"] if v["visit"]["protocol"]["id"]]
    for row in sorted(used, key=lambda p: -int(p["version"])):
        protocol = queries.protocol(home.conn, row["id"], row["version"])
        if protocol and (not wanted or protocol.id == wanted) and protocol.channel(channel):
            return protocol.channel(channel)
    return None


CSV_COLUMNS = ("visit", "channel", "kind", "group", "method", "figure", "code", "value")


def csv_of(summary: Json) -> str:
    """The figures as long rows, one value each: for a spreadsheet or a script."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    visit = summary["visit"]["id"]
    for name, part in summary["channels"].items():
        for row in _csv_rows(part):
            writer.writerow((visit, name, part["kind"], *row))
    coverage = summary["coverage"]
    for figure in ("present", "seen"):
        writer.writerow((visit, "coverage", "", "", "", figure, "", coverage[figure]))
    for figure in ("seconds", "paused_seconds"):
        writer.writerow((visit, "visit", "", "", "", figure, "", summary["visit"][figure]))
    return out.getvalue()


def _csv_rows(part: Json) -> Iterator[tuple[str, str, str, str, object]]:
    if part["kind"] == "scale":
        blocks = [("all", part["by_method"])]
        blocks += list(part["by_group"].items()) if isinstance(part["by_group"], dict) else []
        for group, methods in blocks:
            for method, block in methods.items():
                yield group, method, "n", "", block["n"]
                yield group, method, "students", "", block["students"]
                yield group, method, "median", "", block["median"]
                for code in block["counts"]:
                    yield group, method, "count", code, block["counts"][code]
                    yield group, method, "share", code, block["shares"][code]
        return
    if part["kind"] == "count":
        yield "all", "", "n", "", part["n"]
        yield "all", "", "per_hour", "", part["per_hour"]
        for code, n in part["counts"].items():
            yield "all", "", "count", code, n
        for modifier, values in part["by"].items() if isinstance(part["by"], dict) else ():
            for value, counts in values.items():
                for code, n in counts.items():
                    yield f"{modifier}={value}", "", "count", code, n
        return
    for code in part["seconds"]:
        yield "all", "", "seconds", code, part["seconds"][code]
        yield "all", "", "bouts", code, part["bouts"][code]
    if part["kind"] == "state":
        yield "all", "", "unrecorded_seconds", "", part["unrecorded_seconds"]
