"""Several devices, any history, any order of arrival: the same tables and entries, and a rebuild changes nothing."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observe.domain.codec import iso
from observe.domain.entries import Entry, dumps
from observe.domain.errors import Refused
from observe.store import maintenance
from observe.store.connection import Database
from observe.store.intake import receive
from observe.store.journal import Act, Journal

DEVICES = ("laptop", "phone", "tablet")
STUDENTS, VISITS, LOOKS = ("ana", "bo", "cy"), ("v1", "v2"), ("o1", "o2")
NOON = 1_800_000_000_000

# One thing somebody did: on which device, what, and four small numbers that say to whom and how.
deeds = st.lists(
    st.tuples(
        st.sampled_from(DEVICES),
        st.sampled_from(
            [
                *("look", "look", "look", *["amend"] * 5, "void", "student", "member", "visit", "end", "title"),
                *("attend", "pause", "sweep", "skip", "reflect", "note", "ran", "undo", "later", "odd"),
                *("plan", "group", "around", "around end"),
                *("purge student", "purge student", "purge visit", "meet", "meet", "wait"),
            ]
        ),
        *(st.integers(0, 9) for _ in range(4)),
    ),
    max_size=40,
)


class Device:
    """A database of its own, written to as the services do."""

    def __init__(self, name: str, clock: "Clock", path: Path = Path(":memory:")) -> None:
        self.name, self.clock = name, clock
        self.database = Database(path)
        self.journal = Journal(self.database, name, 1, clock.now)

    def entries(self) -> list[Entry]:
        return list(self.journal.every())

    def take(self, entries: list[Entry]) -> None:
        with self.database.transaction():
            receive(self.database.conn, entries, self.clock.now())

    def dump(self) -> list[str]:
        return list(maintenance.dump(self.database.conn))


class Clock:
    def __init__(self) -> None:
        self.ms = NOON

    def now(self) -> int:
        return self.ms


@contextmanager
def devices(names: tuple[str, ...] = DEVICES) -> Iterator[dict[str, Device]]:
    clock = Clock()
    found = {name: Device(name, clock) for name in names}
    try:
        yield found
    finally:
        for device in found.values():
            device.database.close()


def do(all_: dict[str, Device], who: str, what: str, a: int, b: int, c: int, d: int) -> None:
    device = all_[who]
    if what == "meet":
        device.take(all_[DEVICES[a % 3]].entries())
    elif what == "wait":
        device.clock.ms += a * 1000
    elif what == "later":  # from a version that is not written yet
        name = f"{who}{a}{b}{c}{d}"
        data = {"visit": VISITS[c % 2], "words": "w" * a, "student": STUDENTS[d % 3]}
        key = f"{VISITS[c % 2]}/{d}"
        entry = Entry(name, f"future {name}", 1, 1, NOON + a, b, 1, "plan.group", key, "put", (), data, 2, {"more": d})
        device.take([entry])
    else:
        with device.journal.write() as act:
            write(act, device, what, a, b, c, d)


def write(act: Act, device: Device, what: str, a: int, b: int, c: int, d: int) -> None:
    student, visit, look = STUDENTS[a % 3], VISITS[b % 2], LOOKS[c % 2]
    here: dict[str, Any] = {"visit": visit, "at": iso(NOON + d * 1000)}
    said = {**here, "channel": "engagement", "code": "deep" if d % 2 else "off"}
    match what:
        case "look":
            key = f"{device.name}{act.first}"
            more = {"student": student, "note": "n" * a, "modifiers": {"answered_by": student}, "with": [student]}
            about = {"group": f"g{a}", "plan": f"l{c}"} if b > 7 else more
            act.put("observation", key, {**said, **({} if c > 7 else about)}, new=True)
        case "amend":
            act.put("observation", look, {**said, "student": student, "note": f"note {a}{d}", "reason": "why"})
        case "void":
            act.void("observation", look, {"visit": visit, "reason": f"gone {d}"})
        case "student":
            act.put("student", student, {"name": f"Name {d}", "school_id": f"S{d}", "identified": bool(c % 2)})
        case "member":
            data = {"section": "s", "student": student, "active": bool(d % 2), "group": f"g{c}", "seat": d}
            act.put("member", f"s/{student}", data)
        case "visit":
            act.put("visit", visit, {"section": "s", "observer": f"Kim {d}", "zone": "UTC", "secret": "s" * c})
        case "end":
            act.put("visit.end", visit, {"at": here["at"]}) if d % 2 else act.void("visit.end", visit, {"visit": visit})
        case "title":
            act.put("visit.title", visit, {"title": f"Title {d}"})
        case "attend":
            act.put("attendance", f"{visit}/{student}", {**here, "student": student, "present": bool(d % 2)})
        case "pause":
            act.put("pause", f"{visit}/p{c}", {**here, **({"until": iso(NOON + 90_000)} if d % 2 else {})})
        case "sweep":
            asked = {**here, "sweep": c + 1, "students": list(STUDENTS)}
            act.put("sweep", f"{visit}/{c + 1}", {**asked, "order": "random" if d % 2 else "unseen", "seed": d})
        case "skip":
            act.put("sweep.skip", f"{visit}/{c + 1}/{student}", {**here, "sweep": c + 1, "student": student})
        case "reflect":
            field = ("keep", "flag", "extra_reason", "teacher_reading", "my_reading")[c % 5]
            act.put("reflection", f"{visit}/{field}", {"visit": visit, "body": f"words {d}"})
        case "note":
            act.put(
                "note",
                f"{visit}/n{c}",
                {**here, **({"student": student} if a % 2 else {"group": f"group {a}"}), "body": f"body {d}"},
            )
        case "ran":
            act.put("ran", f"{visit}/{'plan/l1' if d % 3 else 'strategy/tiered'}", {"visit": visit, "by": "me"})
        case "plan":
            line = {"visit": visit, "part": "group", "name": f"g{d}", "students": [student], "evidence": "e" * d}
            act.put("plan", f"{visit}/l{c}", line) if d % 4 else act.void("plan", f"{visit}/l{c}", {"visit": visit})
        case "group":
            act.put("groups", visit, {"visit": visit, "groups": {student: f"g{d}"}})
            act.put("move", f"{visit}/m{c}", {**here, "student": student, "group": f"g{a}"})
            act.put("cue", f"{visit}/{c}", here)
        case "around":
            put_around(act, student, visit, a, d, here["at"])
        case "around end":
            at = {"at": here["at"]}
            act.put("compacting.end", f"a{a % 2}", at)
            act.put("meeting.held", f"a{a % 2}", {**at, "minutes": d})
            act.put("meeting.missed", f"a{a % 2}", {"why": f"why {d}"})
            act.put("commitment.end", f"a{a % 2}", {**at, "how": "kept" if d % 2 else "dropped"})
        case "undo":
            act.put("undo", f"{device.name}/{d + 1}", {"visit": visit, "undone": bool(c % 2)})
        case "odd":  # what no table can hold: kept, and shown as void
            act.put(*[("wish", f"w{c}", {"for": student}), ("plan.tier", f"{visit}/{c}", {"visit": visit})][d % 2])
        case "purge student":
            act.purge("student", student)
        case "purge visit":
            act.purge("visit", visit)


def put_around(act: Act, student: str, visit: str, a: int, d: int, at: str) -> None:
    key, said = f"a{a % 2}", {"section": "s", "at": at}
    put = [
        ("compacting", key, {**said, "student": student, "shown": f"shown {d}", "minutes": d}),
        ("meeting", key, {**said, "minutes": d}),
        ("commitment", key, {**said, "by": "me", "text": f"text {d}", "visit": visit}),
        ("sent", key, {**said, "what": "family", "to": f"to {d}", "student": student}),
        ("alone", key, {"section": "s", "teacher": "T", "day": "2026-11-24", "channel": "strategy", "code": "tiered"}),
        ("agreement", f"t{a % 2}/my_role", {"teacher": "T", "body": f"body {d}", "at": at}),
        ("limit", "s", {"minutes": d}),
        ("next_step", student, {"student": student, "body": f"body {d}", "at": at}),
        (
            *("pattern", key),
            {**dict.fromkeys(("weekday", "minutes"), d % 7), "section": "s", "what": "visit", "time": "09:30"}
            | {"zone": "UTC", "first": "2026-11-24"},
        ),
    ]
    act.put(*put[(a + d) % len(put)])


@given(deeds, st.randoms(use_true_random=False))
def test_any_order_of_arrival_makes_the_same_tables_and_the_same_entries(
    history: list[Any], rnd: random.Random
) -> None:
    with devices((*DEVICES, "late", "slow")) as all_:
        for deed in history:
            do(all_, *deed)
        everything = [e for name in DEVICES for e in all_[name].entries()]
        for name in (*DEVICES, "late", "slow"):
            arriving = list(everything)
            rnd.shuffle(arriving)
            size = len(arriving) or 1 if name == "late" else rnd.randint(1, 5)
            for start in range(0, len(arriving), size):
                all_[name].take(arriving[start : start + size])
        first = all_["laptop"]
        for other in all_.values():
            assert other.dump() == first.dump()
            assert said_by(other) == said_by(first)


def said_by(device: Device) -> dict[str, str]:
    return {entry.id: dumps(entry.to_json()) for entry in device.entries()}


@given(deeds)
def test_a_rebuild_makes_equal_tables(history: list[Any]) -> None:
    with devices() as all_:
        for deed in history:
            do(all_, *deed)
        for name, device in all_.items():
            before = list(maintenance.dump(device.database.conn, local=True))
            assert maintenance.remake(device.database, name) == []
            assert list(maintenance.dump(device.database.conn, local=True)) == before


def test_a_rebuild_says_which_tables_were_not_what_the_log_says() -> None:
    with devices() as all_:
        phone = all_["phone"]
        do(all_, "phone", "look", 1, 0, 0, 1)
        do(all_, "phone", "title", 0, 0, 0, 3)
        right = phone.dump()
        with phone.database.transaction():
            phone.database.conn.execute("UPDATE visit SET title = 'forged'")
            phone.database.conn.execute("DELETE FROM observation")
        assert maintenance.remake(phone.database, "phone") == ["observation", "visit"]
        assert phone.dump() == right


def test_a_rebuild_that_is_interrupted_changes_nothing() -> None:
    with devices() as all_:
        phone = all_["phone"]
        for n in range(10):
            do(all_, "phone", "look", n, n, n, n)
        before, steps = phone.dump(), 0

        def stop() -> int:
            nonlocal steps
            steps += 1
            return steps == 25

        phone.database.conn.set_progress_handler(stop, 100)
        with pytest.raises(Refused):
            maintenance.remake(phone.database, "phone")
        phone.database.conn.set_progress_handler(None, 0)
        assert phone.dump() == before


def test_what_a_later_version_writes_is_passed_on_untouched() -> None:
    with devices() as all_:
        entry = Entry(
            "f" * 32, "future", 7, 1, NOON, 3, 1, "hologram", "h/1", "merge", ("nobody",), {"x": [1, {"y": "ü"}]}, v=9,
            extra={"sig": "abc", "more": {"a": None}},
        )  # fmt: skip
        all_["phone"].take([entry])
        all_["tablet"].take(all_["phone"].entries())
        assert all_["tablet"].entries() == [entry]
        assert dumps(all_["tablet"].entries()[0].to_json()) == dumps(entry.to_json())


def test_two_answers_to_one_question_stand_as_a_conflict_and_the_later_one_shows() -> None:
    with devices() as all_:
        do(all_, "phone", "title", 0, 0, 0, 1)
        do(all_, "laptop", "wait", 5, 0, 0, 0)
        do(all_, "laptop", "title", 0, 0, 0, 2)
        for one, other in (("phone", "laptop"), ("laptop", "phone")):
            all_[one].take(all_[other].entries())
        for name in ("phone", "laptop"):
            dump = all_[name].dump()
            assert any(line.startswith("conflict") for line in dump)
            assert any('"Title 2"' in line for line in dump)
            assert len(all_[name].entries()) == 2
            assert maintenance.remake(all_[name].database, name) == []
            assert all_[name].dump() == dump


@pytest.mark.parametrize("torn", [{"at": 5}, {}, {"visit": [], "body": {}}, {"visit": "v1", "body": 3.5}])
@pytest.mark.parametrize("what", ["amend", "reflect", "pause", "note"])
def test_an_entry_that_no_table_can_hold_is_kept_and_shows_as_void(what: str, torn: dict[str, Any]) -> None:
    with devices() as all_:
        phone = all_["phone"]
        do(all_, "phone", what, 1, 0, 0, 1)
        good = phone.entries()[-1]
        bad = replace(good, id="e" * 32, device="peer", seq=1, ms=good.ms + 1, act=1, parents=(good.id,), data=torn)
        dumps_ = []
        for order in ([good, bad], [bad, good]):
            with devices(("fresh",)) as fresh:
                for entry in order:
                    fresh["fresh"].take([entry])
                dumps_.append(fresh["fresh"].dump())
                assert maintenance.remake(fresh["fresh"].database, "fresh") == []
                assert fresh["fresh"].dump() == dumps_[0]
                assert sorted(e.id for e in fresh["fresh"].entries()) == sorted([good.id, bad.id])
        assert dumps_[0] == dumps_[1]
        if what == "amend":
            assert dumps_[0] == []
