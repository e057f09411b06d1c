"""What two devices said of plans, groups, agreements and promises, as a person reads it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from observe.domain.codec import local
from observe.domain.programme import ITEMS
from observe.services import classroom, meetings, missed, plan_start, visits
from observe.services.plan import Plan
from observe.services.sharing import conflicts, words
from observe.store.projections import PROJECT

from ..ui.school import ids, section_id
from .two import ROOM, two_devices

NOON, NEXT = "2026-11-24T12:00:00.000Z", "2026-11-25T12:00:00.000Z"
Told = tuple[str, str, str]
"""What it is about, the tablet's version, the laptop's."""


def both(visit: str, section: str, who: str, other: str) -> dict[tuple[str, str], tuple[Any, Any, Told]]:
    """For each kind what the tablet says, what the laptop says, and how all of it reads."""
    v, s = {"visit": visit}, {"section": section, "at": NOON}
    group = {**v, "part": "group", "name": "Arrays"}
    ask = {**v, "part": "question", "text": "Why?", "channel": "questioning"}
    weekly = {"section": section, "what": "visit", "minutes": 40, "zone": "UTC", "first": "2026-11-24"}
    alone = {"section": section, "teacher": "Ms Okafor", "day": "2026-11-24", "channel": "strategy"}
    agreed = {"section": section, "student": who, "at": NOON}
    line = {"teacher": "Ms Okafor"}
    return {
        ("plan", f"{visit}/l1"): (
            {**group, "students": [who], "evidence_at": NOON},
            {**group, "students": [who, other], "evidence_at": NEXT},
            (
                "plan, group Arrays",
                "evidence of Tue 24 Nov, students Amara Okeke",
                "evidence of Wed 25 Nov, students Amara Okeke, Aiden Moss",
            ),
        ),
        ("plan", f"{visit}/l2"): (
            {**ask, "code": "apply"},
            {**ask, "code": "create"},
            ("plan, question Why?", "Apply", "Create"),
        ),
        ("groups", visit): (
            {**v, "groups": {who: "Arrays"}},
            {**v, "groups": {who: "Stories"}},
            ("the groups at the start", "Amara Okeke Arrays", "Amara Okeke Stories"),
        ),
        ("move", f"{visit}/m1"): (
            {**v, "at": NOON, "student": who, "group": "Arrays"},
            {**v, "at": NOON, "student": who, "group": ""},
            ("a move of Amara Okeke to another group", "group Arrays", "group none"),
        ),
        ("cue", f"{visit}/1"): (
            {**v, "at": NOON},
            {**v, "at": "2026-11-24T12:01:00.000Z"},
            ("a cue to look", "at 12:00", "at 12:01"),
        ),
        ("compacting", "c1"): (
            {**agreed, "shown": "fractions"},
            {**agreed, "shown": "decimals"},
            ("a compacting agreement, Amara Okeke, Gr 4 Rm 12", "mastered fractions", "mastered decimals"),
        ),
        ("compacting.end", "c1"): (
            {"at": NOON},
            {"at": NEXT},
            (
                "the end of a compacting agreement, Amara Okeke, Gr 4 Rm 12",
                "at Tue 24 Nov 12:00",
                "at Wed 25 Nov 12:00",
            ),
        ),
        ("meeting", "k1"): (
            s,
            {**s, "at": NEXT},
            ("a co-planning meeting, Gr 4 Rm 12", "at Tue 24 Nov 12:00", "at Wed 25 Nov 12:00"),
        ),
        ("meeting.held", "k1"): (
            {"at": NOON, "minutes": 30},
            {"at": NEXT, "minutes": 20},
            ("whether a meeting was held, Gr 4 Rm 12", "minutes 30", "minutes 20"),
        ),
        ("meeting.missed", "k1"): (
            {"why": "assembly"},
            {"why": "testing"},
            ("why a meeting was missed, Gr 4 Rm 12", "assembly", "testing"),
        ),
        ("pattern", "p1"): (
            {**weekly, "weekday": 1, "time": "09:30"},
            {**weekly, "weekday": 3, "time": "10:30"},
            ("what comes every week, Gr 4 Rm 12", "time 09:30, Tue", "time 10:30, Thu"),
        ),
        ("alone", "a1"): (
            {**alone, "code": "tiered"},
            {**alone, "code": "minilesson"},
            ("what the teacher ran alone, Gr 4 Rm 12", "Tiered", "Mini-lesson"),
        ),
        ("commitment", "b1"): (
            {**s, "by": "me", "text": "bring cubes"},
            {**s, "by": "teacher", "text": "bring dice", "at": NEXT},
            ("a promise, Gr 4 Rm 12", "by me, bring cubes", "by the teacher, bring dice"),
        ),
        ("commitment.end", "b1"): (
            {"at": NOON, "how": "kept"},
            {"at": NEXT, "how": "dropped"},
            ("the end of a promise, Gr 4 Rm 12", "kept", "dropped"),
        ),
        ("agreement", "t1/my_role"): (
            {**line, "body": "I teach", "at": NOON},
            {**line, "body": "I ask", "at": NEXT},
            ("a line of the working agreement, Ms Okafor, My role here", "I teach", "I ask"),
        ),
        ("limit", section): (
            {"minutes": 5},
            {"minutes": 10},
            ("the limit of extra hands, Gr 4 Rm 12", "minutes 5", "minutes 10"),
        ),
        ("next_step", who): (
            {"student": who, "body": "read on", "at": NOON},
            {"student": who, "body": "write", "at": NEXT},
            ("a child's next step, Amara Okeke", "read on", "write"),
        ),
        ("sent", "s1"): (
            {"what": "family", "to": "her mother", "at": NOON, "student": who},
            {"what": "family", "to": "her father", "at": NEXT, "student": who},
            ("a page that went out, family", "to her mother", "to her father"),
        ),
        ("reflection", f"{visit}/extra_reason"): (
            {**v, "body": "no aide"},
            {**v, "body": "a fire drill"},
            ("why extra hands", "no aide", "a fire drill"),
        ),
    }


def test_what_two_devices_said_of_it_is_told_in_words(tmp_path: Path) -> None:
    with two_devices(tmp_path) as two:
        for home in (two.tablet, two.laptop):
            home.set_setting("zone", "UTC")
        who = ids(two.tablet, ROOM)
        rows = both(two.visit, section_id(two.tablet, ROOM), who["Amara Okeke"], who["Aiden Moss"])
        assert {kind for kind, _ in rows} >= set(ITEMS)
        for n, home in enumerate((two.tablet, two.laptop)):
            for (kind, key), said in rows.items():
                home.write(lambda act, kind=kind, key=key, data=said[n]: act.put(kind, key, data))
        two.meet()
        found = {(one.kind, one.key): one for one in conflicts.conflicts(two.laptop)}
        assert found.keys() == rows.keys()
        for at, (_, _, told) in rows.items():
            what = re.sub(r" - Gr 4 Rm 12, .*", "", found[at].what)
            assert (what, *sorted(version.words for version in found[at].versions)) == (told[0], *sorted(told[1:]))


def test_what_was_changed_here_and_taken_out_there_says_what_it_is(tmp_path: Path) -> None:
    with two_devices(tmp_path) as two:
        now = two.tablet.clock.now()
        visit = plan_start.new_visit(two.tablet, ROOM, now + 3_600_000, 40).id
        line = Plan(two.tablet, visit).add("question", text="Why?", code="analyze").id
        met = meetings.plan(two.tablet, ROOM, now + 3_600_000, 25).id
        two.meet()
        Plan(two.tablet, visit).change(line, text="Why not?")
        meetings.move(two.tablet, met, now + 7_200_000)
        missed.move(two.tablet, visit, now + 7_200_000)
        Plan(two.laptop, visit).remove(line)
        meetings.drop(two.laptop, met)
        missed.drop(two.laptop, visit)
        two.meet()
        told = {one.kind: {version.words for version in one.versions} for one in conflicts.conflicts(two.tablet)}
        at = local(now + 7_200_000, two.tablet.zone)
        when = f"{at:%a} {at.day} {at:%b %H:%M}"
        assert told == {
            "plan": {"Analyze, Why not?", "taken out"},
            "meeting": {f"at {when}, minutes 25", "taken out"},
            "visit": {f"planned for {when}, minutes planned 40", "taken out"},
        }


def test_every_kind_that_can_stand_against_another_has_a_word() -> None:
    assert words.WORDS.keys() >= PROJECT.keys() - {"observation", "purge"}


def test_two_children_of_one_name_are_told_apart(tmp_path: Path) -> None:
    with two_devices(tmp_path) as two:
        classroom.type_in(two.tablet, "Gr 5", "Ana Ruiz; Ana Ruiz")
        two.meet()
        (*_, child) = visits.students(two.tablet, section_id(two.tablet, "Gr 5"))
        for home, known in ((two.tablet, True), (two.laptop, False)):
            classroom.identify(home, child.id, known)
        two.meet()
        (one,) = conflicts.conflicts(two.tablet)
        assert one.what == f"student Ana Ruiz #{child.seat}"
