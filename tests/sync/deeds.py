"""What she does in a visit and on a roster, drawn by chance, through the doors that the app and the commands use."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from observe.domain.codec import iso, local
from observe.domain.entries import dumps
from observe.domain.programme import PlanLine
from observe.domain.redaction import ERASED, covers
from observe.services import (
    classroom,
    coaching,
    compacting,
    family,
    find,
    groups,
    meetings,
    missed,
    patterns,
    plan_against,
    plan_start,
    promises,
    purge,
    role_limit,
    sent,
    spans,
    visits,
)
from observe.services.afterwards import Afterwards
from observe.services.home import Home
from observe.services.plan import Plan
from observe.services.record import Recorder
from observe.store import queries, rosters
from observe.store.journal import Act, settle

Words = Callable[[], str]
"""A word that was never said before."""
Deed = Callable[[Home, random.Random, Words], Any]


def _students(home: Home) -> list[str]:
    return sorted({s.id for s in rosters.students(home.conn)})


def _a_student(home: Home, chance: random.Random) -> str | None:
    found = _students(home)
    return chance.choice(found) if found else None


def _visit(home: Home, chance: random.Random) -> str | None:
    begun = sorted(v.id for v in queries.visits(home.conn) if v.started_at is not None)
    open_ = [v.id for v in queries.open_visits(home.conn)]
    if open_ and chance.random() < 0.7:
        return open_[0]
    return chance.choice(begun) if begun else None


def _at(home: Home, visit_id: str, chance: random.Random) -> int | None:
    visit = visits.read(home, visit_id)
    if visit.started_at is None or (visit.ended_at is None and chance.random() < 0.7):
        return None
    last = min(visit.ended_at or 1 << 60, home.clock.now())
    return chance.randint(visit.started_at, max(visit.started_at, last))


def _observation(home: Home, visit: str, chance: random.Random) -> str | None:
    found = sorted(o.id for o in queries.observations(home.conn, visit))
    return chance.choice(found) if found else None


def start(home: Home, chance: random.Random, word: Words) -> None:
    """Start a visit; one that is open ends with it."""
    classes = sorted(s.id for s in rosters.sections(home.conn))
    section = chance.choice(classes) if classes else None
    title = word() if chance.random() < 0.5 else ""
    visits.start_visit(home, section, title=title, present_all=chance.random() < 0.3, end_open=True)


def observe(home: Home, chance: random.Random, word: Words) -> None:
    """A tap of any channel, with or without a note."""
    visit = _visit(home, chance)
    if visit is None:
        return start(home, chance, word)
    who = _a_student(home, chance)
    channel, code, rest = chance.choice(
        [
            ("engagement", chance.choice(["off", "active", "deep"]), {"student": who}),
            ("engagement", "passive", {}),
            ("questioning", "analyze", {"modifiers": {"asker": "teacher", **({"answered_by": who} if who else {})}}),
            ("challenge", "stretch", {"student": who}),
            ("spark", "insight", {"student": who}),
            ("role", chance.choice(["teach", "group", "coach", None]), {"with_whom": [who] if who else []}),
            ("grouping", chance.choice(["whole", "pairs"]), {}),
            ("strategy", chance.choice(["tiered", "compacting"]), {"on": chance.random() < 0.6}),
        ]
    )
    if channel == "role" and code != "group":
        rest = {}
    note = word() if chance.random() < 0.4 else ""
    Recorder(home, visit).observe(
        channel, code, at=_at(home, visit, chance), note=note, private=chance.random() < 0.3, **rest
    )


def amend(home: Home, chance: random.Random, word: Words) -> None:
    """Another student, time or note, with a reason."""
    visit = _visit(home, chance)
    looked = visit and _observation(home, visit, chance)
    if not visit or not looked:
        return
    change = chance.choice(
        [{"note": word()}, {"note": ""}, {"student": _a_student(home, chance)}, {"at": _at(home, visit, chance)}]
    )
    Recorder(home, visit).amend(looked, reason=word() if chance.random() < 0.5 else "", **change)


def void(home: Home, chance: random.Random, word: Words) -> None:
    """Take an observation out."""
    visit = _visit(home, chance)
    looked = visit and _observation(home, visit, chance)
    if visit and looked:
        Recorder(home, visit).void(looked, word())


def undo(home: Home, chance: random.Random, word: Words) -> None:
    """One or more acts back."""
    visit = _visit(home, chance)
    if visit:
        for _ in range(chance.randint(1, 3)):
            Recorder(home, visit).undo()


def redo(home: Home, chance: random.Random, word: Words) -> None:
    """And on again."""
    visit = _visit(home, chance)
    if visit:
        Recorder(home, visit).redo()


def attendance(home: Home, chance: random.Random, word: Words) -> None:
    """Who is here, who is not."""
    visit, people = _visit(home, chance), _students(home)
    if visit and people:
        some = chance.sample(people, min(len(people), 3))
        Recorder(home, visit).attendance(
            present=some[1:], absent=some[:1], roll=chance.random() < 0.5, at=_at(home, visit, chance)
        )


def pause(home: Home, chance: random.Random, word: Words) -> None:
    """Begin or end a pause."""
    visit = _visit(home, chance)
    if visit:
        Recorder(home, visit).pause(chance.random() < 0.5)


LOOKS = ("seat", "random", "least_seen", "unseen", "focal")


def look_round(home: Home, chance: random.Random, word: Words) -> None:
    """A piece of a look at everyone."""
    visit, who = _visit(home, chance), _a_student(home, chance)
    if not visit or not who:
        return
    recorder, number = Recorder(home, visit), chance.randint(1, 2)
    chance.choice(
        [
            lambda: recorder.sweep_start(number, chance.choice(LOOKS), _students(home), seed=chance.choice((None, 7))),
            lambda: recorder.cue(number),
            lambda: recorder.observe("engagement", "deep", student=who, method="sweep", sweep=number),
            lambda: recorder.sweep_skip(number, who),
            lambda: recorder.sweep_end(number),
        ]
    )()


def write(home: Home, chance: random.Random, word: Words) -> None:
    """A note, a reflection, a tick."""
    visit = _visit(home, chance)
    if not visit:
        return
    after = Afterwards(home, visit)
    notes = sorted(n.id for n in queries.notes(home.conn, visit))
    chance.choice(
        [
            lambda: after.note(
                word(),
                student=_a_student(home, chance),
                group=chance.choice(["", "Owls"]),
                at=_at(home, visit, chance),
                private=chance.random() < 0.3,
            ),
            lambda: after.put_note_into_words(chance.choice(notes), word()) if notes else None,
            lambda: after.reflect(chance.choice(["glow", "try_next"]), word() if chance.random() < 0.8 else ""),
            lambda: after.tick_ran("strategy", "tiered", chance.choice(["me", "both", None])),
        ]
    )()


def end(home: Home, chance: random.Random, word: Words) -> None:
    """The visit is over."""
    for visit in queries.open_visits(home.conn)[:1]:
        visits.end_visit(home, visit.id)


def reopen(home: Home, chance: random.Random, word: Words) -> None:
    """It is not."""
    visit = _visit(home, chance)
    if visit:
        visits.reopen_visit(home, visit)


def roster(home: Home, chance: random.Random, word: Words) -> None:
    """Names, seats, who left, who came."""
    members = sorted((s.section, s.id) for s in rosters.students(home.conn) if s.section)
    if not members or chance.random() < 0.2:
        classroom.type_in(home, chance.choice(["Gr 4", "Gr 5"]), f"{word()}; {word()}*", teacher=word())
        return
    section, who = chance.choice(members)
    chance.choice(
        [
            lambda: classroom.rename(home, who, word()),
            lambda: classroom.identify(home, who, chance.choice([True, False, None]), word()),
            lambda: classroom.take_seat(home, section, who, chance.randint(1, 6)),
            lambda: classroom.take_letter(home, section, who, chance.choice("ABCD")),
            lambda: classroom.set_active(home, section, who, chance.random() < 0.5),
        ]
    )()


def plan(home: Home, chance: random.Random, word: Words) -> None:
    """What a later version of the program will say: kinds and fields that this one knows nothing of."""
    visit, who = _visit(home, chance), _a_student(home, chance)
    if not visit:
        return
    kind, key, data = chance.choice(
        [
            ("plan.group", f"{visit}/g{chance.randint(1, 2)}", {"visit": visit, "student": who, "task": word()}),
            ("hologram", f"h{chance.randint(1, 3)}", {"deep": [1, {"er": word()}], "wide": 1.5}),
            ("reflection", f"{visit}/glow", {"visit": visit, "body": word(), "colour": word()}),
        ]
    )

    home.write(lambda act: act.put(kind, key, data))


def co_plan(home: Home, chance: random.Random, word: Words) -> None:
    """A line of a plan written, changed, moved, taken over, taken away or ticked; an agreement about a student."""
    visit, who = _visit(home, chance), _a_student(home, chance)
    if not visit or not who:
        return
    made = Plan(home, visit)
    some = chance.choice(made.lines() or (None,))
    agreed = chance.choice(compacting.every(home) or (None,))
    section = next(s.section for s in rosters.students(home.conn) if s.id == who)
    chance.choice(
        [
            lambda: made.add("objective", text=word()),
            lambda: made.add("group", name=chance.choice("AB"), evidence=word(), students=[who]),
            lambda: made.add("question", code=chance.choice(["apply", "create"]), text=word()),
            lambda: made.add("strategy", code="tiered", by=chance.choice(["me", "both"])),
            lambda: made.add("watch", students=[who], text=word()),
            lambda: made.accept(plan_start.proposal(home, visit)),
            lambda: some and made.move(some.id, chance.choice([-1, 1])),
            lambda: some and made.remove(some.id),
            lambda: some and some.part == "group" and made.place(some.id, who),
            lambda: some and some.part in ("question", "watch") and made.change(some.id, text=word()),
            lambda: some and plan_against.step(home, visit, some.id),
            lambda: some and some.part == "question" and _ask(home, visit, some, _at(home, visit, chance)),
            lambda: compacting.add(home, section, who, shown=word(), evidence=word()),
            lambda: agreed and agreed.shown and compacting.change(home, agreed.id, instead=word()),
            lambda: agreed and compacting.close(home, agreed.id),
            lambda: agreed and compacting.reopen(home, agreed.id),
        ]
    )()


def _ask(home: Home, visit: str, line: PlanLine, at: int | None) -> None:
    Recorder(home, visit).observe(line.channel, line.code, modifiers={"asker": "me"}, plan=line.id, at=at)


def around(home: Home, chance: random.Random, word: Words) -> None:
    """A line of a plan, a group, an agreement: what stands around the visits, made, changed and ended."""
    visit, who = _visit(home, chance), _a_student(home, chance)
    classes = sorted(s.id for s in rosters.sections(home.conn))
    if not visit or not who or not classes:
        return
    at, n, section = iso(home.clock.now()), chance.randint(1, 2), chance.choice(classes)
    group = {"part": "group", "name": f"Group {n}", "students": [who], "evidence": word(), "text": word()}
    kind, key, data = chance.choice(
        [
            ("plan", f"{visit}/l{n}", {"visit": visit, **group, "me": word()}),
            ("plan", f"{visit}/l{n}", {"visit": visit, "part": "question", "channel": "questioning", "code": "apply"}),
            ("groups", visit, {"visit": visit, "groups": {who: f"Group {n}"}}),
            ("move", f"{visit}/m{n}", {"visit": visit, "at": at, "student": who, "group": f"Group {n}"}),
            ("cue", f"{visit}/{n}", {"visit": visit, "at": at}),
            ("compacting", f"k{n}", {"section": section, "student": who, "at": at, "shown": word(), "instead": word()}),
            ("compacting.end", f"k{n}", {"at": at}),
            ("meeting", f"k{n}", {"section": section, "at": at, "minutes": n, "observer": word()}),
            ("meeting.held", f"k{n}", {"at": at, "minutes": n}),
            ("meeting.missed", f"k{n}", {"why": word()}),
        ]
    )
    gone = chance.random() < 0.15
    home.write(lambda act: act.void(kind, key, {"visit": visit}) if gone else act.put(kind, key, data))


def weekly(home: Home, chance: random.Random, word: Words) -> None:
    """What comes every week, made, changed and ended, and one of its visits missed or moved; planned on each time."""
    classes, found = sorted(s.id for s in rosters.sections(home.conn)), sorted(patterns.every(home), key=lambda p: p.id)
    now = home.clock.now()
    today, hour = local(now, home.zone).date(), f"{chance.randint(7, 16):02d}:{chance.choice((0, 15, 30)):02d}"
    until = today + timedelta(days=chance.randint(-1, 20))
    if classes and (not found or chance.random() < 0.3):
        what = chance.choice(("visit", "meeting"))
        patterns.add(home, chance.choice(classes), chance.randint(0, 6), hour, 40, what=what, last=until)
        return
    ahead = sorted(v.id for v in queries.visits(home.conn, now) if v.started_at is None)
    if found:
        one, some = chance.choice(found).id, chance.choice(ahead) if ahead else ""
        chance.choice(
            [
                lambda: patterns.change(home, one, weekday=chance.randint(0, 6), time=hour, minutes=40),
                lambda: patterns.end(home, one, until),
                lambda: missed.miss(home, some, word()) if some else None,
                lambda: missed.move(home, some, now + chance.randint(1, 200) * 3_600_000) if some else None,
            ]
        )()
    patterns.top_up(home)


def meet(home: Home, chance: random.Random, word: Words) -> None:
    """A co-planning meeting, planned, held, missed, moved and put away."""
    classes = sorted(s.id for s in rosters.sections(home.conn))
    found = sorted(m.id for m in meetings.between(home, None, None))
    at = home.clock.now() + chance.randint(-90, 90) * 60_000
    if not found or chance.random() < 0.3:
        if classes:
            meetings.plan(home, chance.choice(classes), at, chance.randint(10, 40))
        return
    one = chance.choice(found)
    chance.choice(
        [
            lambda: meetings.held(home, one, chance.randint(5, 60)),
            lambda: meetings.miss(home, one, word()),
            lambda: meetings.take_back(home, one),
            lambda: meetings.move(home, one, at),
            lambda: meetings.drop(home, one),
        ]
    )()


def coach(home: Home, chance: random.Random, word: Words) -> None:
    """A promise of either side and its end, a line of the working agreement, a limit, what the teacher ran alone; the
    next step for a child, and a page that went to somebody."""
    visit, who = _visit(home, chance), _a_student(home, chance)
    classes = sorted(s.id for s in rosters.sections(home.conn))
    if not visit or not who or not classes:
        return
    section, today = chance.choice(classes), local(home.clock.now(), home.zone).date()
    teacher = find.section_of(home, section).teacher
    made = chance.choice(sorted(p.id for p in promises.every(home)) or [""])
    told = chance.choice(sorted(a.id for a in coaching.said_alone(home, section)) or [""])
    chance.choice(
        [
            lambda: promises.make(home, section, chance.choice(["me", "teacher"]), word(), visit),
            lambda: made and promises.end(home, made, chance.choice(["kept", "dropped", None])),
            lambda: teacher and coaching.agree(home, teacher, "logged", word() if chance.random() < 0.7 else ""),
            lambda: role_limit.set_limit(home, section, chance.choice([5, 8, None])),
            lambda: role_limit.give_reason(home, visit, word() if chance.random() < 0.8 else ""),
            lambda: coaching.say_alone(
                home, section, "strategy", chance.choice(["tiered", "extension"]), today, word()
            ),
            lambda: told and coaching.unsay_alone(home, told),
            lambda: family.write_next_step(home, who, word() if chance.random() < 0.8 else ""),
            lambda: sent.record(home, "family", word(), student=who, span=spans.month_to(today)),
        ]
    )()


def regroup(home: Home, chance: random.Random, word: Words) -> None:
    """A child goes to another group, in a visit or for good; a word about a group. Labels are not of one child."""
    visit, who, label = _visit(home, chance), _a_student(home, chance), f"Group {chance.randint(1, 2)}"
    members = sorted((s.section, s.id) for s in rosters.students(home.conn) if s.section)
    if not visit or not who or not members:
        return
    section, member = chance.choice(members)
    chance.choice(
        [
            lambda: groups.GroupActs(home, visit).move(who, label, _at(home, visit, chance)),
            lambda: groups.GroupActs(home, visit).move(who, "", _at(home, visit, chance)),
            lambda: groups.stand(home, section, member, label),
            lambda: Recorder(home, visit).observe(
                "engagement", "active", group=label, note=word(), at=_at(home, visit, chance)
            ),
        ]
    )()


def later(home: Home, chance: random.Random, word: Words) -> None:
    """An entry as a later version on this device would write it: fields beside the known ones, or of another form."""
    visit = _visit(home, chance)
    if not visit:
        return
    more = dumps({"colour": word(), "shape": {"of": [1, None]}})
    data: dict[str, Any] = {"visit": visit, "at": iso(home.clock.now()), "body": word()}
    said = {**data, "student": _a_student(home, chance)} if chance.random() < 0.7 else {**data, "at": 5}

    def change(act: Act) -> None:
        entry = act.put("note", f"{visit}/{home.new_key()}", data)
        if covers(entry.kind, entry.key, [said], act.tombstones):
            return  # a later version erases as this one does
        home.conn.execute("UPDATE entry SET data = ?, extra = ?, v = 9 WHERE id = ?", (dumps(said), more, entry.id))
        settle(home.conn, entry.kind, entry.key)

    home.write(change)


def purge_student(home: Home, chance: random.Random, word: Words) -> None:
    """A parent asked for it."""
    who = _a_student(home, chance)
    if who and who != ERASED:
        purge.purge(home, "student", who)
        if chance.random() < 0.7:  # else she is interrupted, and it stays due
            purge.finish(home)


def purge_visit(home: Home, chance: random.Random, word: Words) -> None:
    """A visit that must not be known."""
    over = sorted(v.id for v in queries.visits(home.conn) if v.ended_at is not None)
    if over:
        purge.purge(home, "visit", purge.visit_to_purge(home, chance.choice(over)))
        if chance.random() < 0.7:
            purge.finish(home)


DEEDS: dict[str, Deed] = {
    deed.__name__: deed
    for deed in (
        start, observe, amend, void, undo, redo, attendance, pause, look_round, write, end, reopen, roster, plan,
        co_plan, around, weekly, meet, coach, regroup, later, purge_student, purge_visit,
    )
}  # fmt: skip
OFTEN = (
    ("observe",) * 8
    + ("amend", "write", "co_plan", "around", "coach", "regroup", "undo", "void", "start", "later", "roster") * 2
    + ("purge_student",) * 2
    + tuple(DEEDS)
)
