"""The slow documents: `summary`, and what several visits come to, put together from the figures of `slow`."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from slow import (
    Grouped,
    Held,
    Json,
    Look,
    Pass,
    active_ms,
    channels,
    codes,
    counted,
    course,
    iso,
    looks_of,
    of_some,
    on_at,
    rounded,
    seconds,
    share,
    visit_ms,
)  # fmt: skip

# -- who was seen --------------------------------------------------------------------------------------


def present(visit: Held) -> list[str]:
    here = set() if visit.roll else set(visit.roster)
    here -= {who for who, mark in visit.marks.items() if not mark}
    here |= {who for who, mark in visit.marks.items() if mark}
    began = [who for who in visit.seats if who in visit.roster]  # nobody of these visits changes seats
    return [who for who in began if who in here] + sorted(here.difference(began))


def about(visit: Held, student: str) -> list[Look]:
    return sorted((look for look in visit.looks if look.student == student), key=lambda look: look.at)


def longest_gap_ms(visit: Held, student: str) -> int:
    moments = [visit.begin, *(look.at for look in about(visit, student)), visit.end]
    return max(active_ms(visit, a, b) for a, b in pairwise(moments))


def service_ms(visit: Held, student: str) -> int:
    states = [c for c in visit.scheme["channel"] if c["kind"] == "state"]
    return sum(
        ms
        for channel in states
        for look, ms in course(visit, looks_of([visit], channel))
        if look is not None and look.code is not None and student in look.with_whom
    )


def coverage(visit: Held) -> Json:
    here = present(visit)
    unseen = [who for who in here if not about(visit, who)]
    listed = here + [w for w in visit.seats if w not in here and (about(visit, w) or service_ms(visit, w))]
    return {
        "present": len(here),
        "seen": len(here) - len(unseen),
        "unseen": unseen,
        "students": {
            who: {
                "n": len(about(visit, who)),
                "last_at": iso(max((look.at for look in about(visit, who)), default=None)),
                "longest_gap_seconds": seconds(longest_gap_ms(visit, who)),
                "service_seconds": seconds(service_ms(visit, who)),
            }
            for who in listed
        },
    }


def sweeps(visit: Held) -> list[Json]:
    numbers = {look.sweep for look in visit.looks if look.method == "sweep"} | set(visit.passes)
    return [one_pass(visit, number) for number in sorted(number for number in numbers if number is not None)]


def one_pass(visit: Held, number: int) -> Json:
    line = visit.passes.get(number, Pass())
    looks = [look for look in visit.looks if look.method == "sweep" and look.sweep == number]
    rated = {look.student for look in looks}
    asked = {*line.students, *rated}
    at = min((look.at for look in looks), default=None) if line.at is None else line.at
    scales = [c for c in visit.scheme["channel"] if c["kind"] == "scale"]
    by_scale = {c["name"]: (c, [look for look in looks if look.channel == c["name"]]) for c in scales}
    return {
        "number": number,
        "asked": len(asked),
        "rated": len(rated),
        "skipped": len(line.skipped - rated),
        "missed": len(asked - rated),
        "of": "part" if line.of_some else "everyone",
        "order": line.order,
        "seed": line.seed,
        "at": iso(at),
        "during": {} if at is None else {c["name"]: was_on(visit, c, at) for c in lasting(visit)},
        "channels": {name: seen(visit, of, c) for name, (c, of) in by_scale.items() if of},
    }


def seen(visit: Held, looks: Sequence[Look], channel: Any) -> Json:
    def group(belongs: bool) -> Json:
        some = [look for look in looks if (look.student in visit.identified) == belongs]
        return {"n": len(some), "counts": counted(some, channel)}

    return {
        "n": len(looks),
        "counts": counted(looks, channel),
        "shares": {code: share(n, len(looks)) for code, n in counted(looks, channel).items()},
        "by_group": {"identified": group(True), "others": group(False)},
    }


def lasting(visit: Held) -> list[Any]:
    return [c for c in visit.scheme["channel"] if c["kind"] in ("state", "toggle")]


def was_on(visit: Held, channel: Any, at: int) -> Any:
    own = [look for look in visit.looks if look.channel == channel["name"]]
    if channel["kind"] == "state":
        look = on_at(own, at)
        return look.code if look else None
    last = {code: on_at([look for look in own if look.code == code], at) for code in codes(channel)}
    return [code for code, look in last.items() if look is not None and look.on]


def pairs(visits: Sequence[Held], scheme: Any) -> Json:
    """One look is one student in one pass over everyone; the rating that stands in it is the last."""
    document = {}
    for pair in scheme.get("pair", ()):
        found: list[tuple[bool, str, bool]] = []
        for visit in visits:
            places = {(o.sweep, o.student) for o in visit.looks if o.method == "sweep" and not of_some(visit, o)}
            for number, student in places:
                assert student is not None
                given = []
                for said in pair["codes"]:
                    channel, code = said.split(".")
                    own = [
                        o
                        for o in visit.looks
                        if (o.method, o.sweep, o.student, o.channel) == ("sweep", number, student, channel)
                    ]
                    last = on_at(own, 1 << 62)
                    given.append(None if last is None else last.code == code)
                if None not in given:
                    found.append((all(given), student, student in visit.identified))

        def block(some: Sequence[tuple[bool, str, bool]]) -> Json:
            both = sum(hit for hit, _, _ in some)
            students = len({student for _, student, _ in some})
            return {"n": len(some), "students": students, "both": both, "share": share(both, len(some))}

        groups = {name: block([f for f in found if f[2] == is_it]) for name, is_it in GROUPS.items()}
        document[pair["name"]] = {**block(found), "by_group": groups}
    return document


GROUPS = {"identified": True, "others": False}


def cues(visit: Held) -> Json:
    begun = [(visit.passes.get(one["number"], Pass()), one) for one in sweeps(visit) if one["at"] is not None]
    starts = [
        min(o.at for o in visit.looks if o.sweep == one["number"]) if line.at is None else line.at
        for line, one in begun
        if not line.of_some
    ]
    on_time = [cue for cue in visit.cues if [start for start in starts if 0 <= start - cue <= 120_000]]
    return {"shown": len(visit.cues), "answered": len(on_time)}


def group_at(visit: Held | Grouped, student: str, moment: int) -> str:
    gone = [move for move in visit.moves if move[2] == student and move[0] <= moment]
    return max(gone)[3] if gone else visit.groups.get(student, "")


def members(visit: Held | Grouped, moment: int) -> Json:
    """Labels with those in them."""
    everybody = {*visit.groups, *(student for _, _, student, _ in visit.moves)}
    where = {student: group_at(visit, student, moment) for student in sorted(everybody)}
    return {label: [s for s in where if where[s] == label] for label in set(where.values()) - {""}}


def in_groups(visit: Held | Grouped) -> bool:
    return any(visit.groups.values()) or any(label for *_, label in visit.moves)


def times_moved(visit: Held | Grouped) -> dict[str, int]:
    document = {}
    for student in {student for _, _, student, _ in visit.moves}:
        gone = [visit.groups.get(student, ""), *(to for _, _, who, to in sorted(visit.moves) if who == student)]
        gone = [label for label in gone if label]
        document[student] = sum(one != next_one for one, next_one in pairwise(gone))
    return {student: n for student, n in document.items() if n}


def in_another(before: Held | Grouped, visit: Held | Grouped) -> list[str]:
    """Who is in a group of before that is not the one of now; largest overlaps say which group has a new label."""
    was, now = members(before, 1 << 62), members(visit, -1)
    same = {label: label for label in was.keys() & now.keys()}
    left = [(label, to) for label in was.keys() - now.keys() for to in now.keys() - was.keys()]
    while left:
        old, new = min(left, key=lambda pair: (-len({*was[pair[0]]} & {*now[pair[1]]}), pair))
        if {*was[old]} & {*now[new]}:
            same[new] = old
        left = [pair for pair in left if pair[0] != old and pair[1] != new]
    return sorted(
        who for old in was for new in now for who in {*was[old]} & {*now[new]} if same.get(new) != old
    )  # fmt: skip


def flexible(visit: Held) -> Json:
    held: list[Held | Grouped] = [*(one for one in visit.before[-40:] if in_groups(one)), visit]
    steps = list(pairwise(held))
    changed = [bool(in_another(before, after) or times_moved(after)) for before, after in steps]
    return {
        "between": in_another(*steps[-1]) if steps else [],
        "within": times_moved(visit),
        "same_for": (changed[::-1].index(True) if any(changed) else len(changed)) + 1,
    }


def groups(visit: Held) -> Json:
    if not in_groups(visit):
        return {}
    history = []
    for move in sorted(visit.moves):
        earlier = [m for m in visit.moves if m[2] == move[2] and m[:2] < move[:2]]
        before = max(earlier)[3] if earlier else visit.groups.get(move[2], "")
        history.append({"at": iso(move[0]), "student": move[2], "from": before, "to": move[3]})
    courses = {}
    for student in sorted({move["student"] for move in history}):
        course_of = [visit.groups.get(student, ""), *(m["to"] for m in history if m["student"] == student)]
        courses[student] = [label for label in course_of if label]
    document: Json = {
        "start": members(visit, -1),
        "end": members(visit, 1 << 62),
        "moves": history,
        "moved": [student for student, row in courses.items() if len(set(row)) > 1],
        "tiers": {},
        "channels": {},
        **flexible(visit),
    }
    for channel in visit.scheme["channel"]:
        looks = [look for look in looks_of([visit], channel) if look.student is not None]
        if channel["kind"] == "scale" and looks:
            labels = {group_at(visit, look.student, look.at) for look in looks if look.student}
            document["channels"][channel["name"]] = {
                "by_group": {label: in_group(visit, channel, looks, label) for label in labels},
                "by_tier": {"": in_group(visit, channel, looks, None)},
            }
    return document


def in_group(visit: Held, channel: Any, looks: Sequence[Look], label: str | None) -> Json:
    """What was seen of those who were in a group at that time; None: in any."""
    own = [look for look in looks if look.student and label in (None, group_at(visit, look.student, look.at))]
    document = {}
    for method in {look.method for look in own}:
        some = [look for look in own if look.method == method]
        counts = counted(some, channel)
        document[method] = {"n": len(some), "students": len({look.student for look in some}), "counts": counts}
        if method == "sweep":
            document[method]["shares"] = {code: share(n, len(some)) for code, n in counts.items()}
    return document


# -- documents -----------------------------------------------------------------------------------------


def status(visit: Held) -> str:
    if visit.started is not None:
        return "live" if visit.ended is None else "ended"
    assert visit.planned_at is not None
    return "missed" if visit.planned_at + (visit.planned_minutes or 0) * 60_000 <= visit.now else "planned"


def facts(visit: Held) -> Json:
    begun = visit.started is not None
    whole = visit.end - visit.begin if begun else 0
    return {
        "id": visit.id,
        "section": visit.section["name"] if visit.section else None,
        "section_id": visit.section["id"] if visit.section else None,
        "teacher": visit.section["teacher"] if visit.section else None,
        "observer": visit.observer or None,
        "title": visit.title or None,
        "status": status(visit),
        "planned_at": iso(visit.planned_at),
        "planned_minutes": visit.planned_minutes,
        "started_at": iso(visit.started),
        "ended_at": iso(visit.ended),
        "seconds": seconds(visit_ms(visit)) if begun else 0,
        "paused_seconds": seconds(whole - visit_ms(visit)) if begun else 0,
        "estimated_end": visit.estimated,
        "flag": None,
        "protocol": {"id": visit.scheme["protocol"]["id"], "version": visit.scheme["protocol"]["version"]},
    }


def summary(visit: Held) -> Json:
    return {
        "visit": facts(visit),
        "channels": channels([visit], visit.scheme),
        "coverage": coverage(visit),
        "sweeps": sweeps(visit),
        "pairs": pairs([visit], visit.scheme),
        "cues": cues(visit),
        "groups": groups(visit),
        "plan": {},
        "notes": notes(visit),
        "reflection": {},
        "conflicts": 0,
        "also": [],
    }


def notes(visit: Held) -> list[Json]:
    """In order of time; those beside an observation before those of their own."""
    rows: list[tuple[int, Json]] = []
    for look in sorted(visit.looks, key=lambda look: (look.at, look.stamp)):
        about = {"observation": look.id, "note": None, "channel": look.channel, "code": look.code, "flag": False}
        about |= {"student": look.student, "group": look.group or None}
        for text, private in ((look.note, False), (look.private, True)):
            if text:
                rows.append((look.at, {**about, "text": text, "private": private}))
    for note in sorted(visit.notes, key=lambda note: (note.at, note.id)):
        about = {"observation": None, "note": note.id, "channel": None, "code": None}
        about |= {"student": note.student, "group": note.group or None}
        text = note.body or note.private
        rows.append((note.at, {**about, "text": text, "private": text != note.body, "flag": not text}))
    return [{"at": iso(at), **row} for at, row in sorted(rows, key=lambda row: row[0])]


def delivered(visits: Sequence[Held]) -> Json:
    planned = [visit for visit in visits if visit.planned_at is not None]
    held = [visit for visit in planned if visit.ended is not None]
    extra = [visit for visit in visits if visit.planned_at is None and visit.ended is not None]
    return {
        "planned": len(planned),
        "delivered": len(held),
        "missed": sum(status(visit) == "missed" for visit in planned),
        "extra": len(extra),
        "planned_minutes": sum(visit.planned_minutes or 0 for visit in planned),
        "delivered_minutes": rounded(Fraction(sum(map(visit_ms, held)), 60_000), 1),
        "extra_minutes": rounded(Fraction(sum(map(visit_ms, extra)), 60_000), 1),
    }


def total_coverage(visits: Sequence[Held]) -> Json:
    rows = [(visit, coverage(visit)) for visit in visits]
    listed = {who: None for visit in visits for who in present(visit)}
    listed |= {who: None for _, row in rows for who in row["students"]}
    came = {who: sum(who in present(visit) for visit in visits) for who in listed}
    looks = {who: [look for visit in visits for look in about(visit, who)] for who in listed}
    return {
        "present": sum(row["present"] for _, row in rows),
        "seen": sum(row["seen"] for _, row in rows),
        "unseen": [who for who in listed if came[who] and not looks[who]],
        "students": {
            who: {
                "n": len(looks[who]),
                "visits": came[who],
                "last_at": iso(max((look.at for look in looks[who]), default=None)),
                "service_seconds": seconds(sum(service_ms(visit, who) for visit in visits)),
            }
            for who in listed
        },
    }


def totals(visits: Sequence[Held]) -> Json:
    """A protocol at a time; the one with most visits (or the first by name) keeps the plain names of its channels."""
    visits = [visit for visit in visits if visit.started is not None]
    ids = [visit.scheme["protocol"]["id"] for visit in visits]
    document: Json = {}
    both: Json = {}
    for position, id in enumerate(sorted(set(ids), key=lambda id: (-ids.count(id), id))):
        own = [visit for visit in visits if visit.scheme["protocol"]["id"] == id]
        for name, channel in channels(own, own[0].scheme).items():
            document[f"{id}:{name}" if position else name] = channel
        for name, pair in pairs(own, own[0].scheme).items():
            both[f"{id}:{name}" if position else name] = pair
    return {
        "seconds": seconds(sum(map(visit_ms, visits))),
        "paused_seconds": seconds(sum(visit.end - visit.begin - visit_ms(visit) for visit in visits)),
        "channels": document,
        "coverage": total_coverage(visits),
        "pairs": both,
    }


def span(visits: Sequence[Held]) -> Json:
    return {"visits": [summary(visit) for visit in visits], "totals": totals(visits), "delivered": delivered(visits)}


def differences(expected: Any, found: Any, path: str = "") -> list[str]:
    """Where two documents differ, each place on a line; [] when nowhere."""
    if isinstance(expected, dict) and isinstance(found, dict):
        lines = [f"{path}.{name}: not there" for name in expected.keys() - found.keys()]
        lines += [f"{path}.{name}: unknown, {found[name]!r}" for name in found.keys() - expected.keys()]
        return sorted(lines) + [
            line
            for name in expected
            if name in found
            for line in differences(expected[name], found[name], f"{path}.{name}")
        ]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = zip(expected, found, strict=True)
        return [line for i, (a, b) in enumerate(pairs) for line in differences(a, b, f"{path}[{i}]")]
    numbers = [isinstance(value, int | float) and not isinstance(value, bool) for value in (expected, found)]
    if expected == found and (all(numbers) or type(expected) is type(found)):
        return []
    return [f"{path}: {expected!r} expected, {found!r} found"]
