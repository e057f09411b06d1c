"""Stores a home of the schema as it is now, for later versions to open. Run before a release that changes the schema:

    python tests/data/homes/make.py

It writes `<last step of the schema>.db` beside this file, and `<...>.dump`, what its tables say. The names
in it are made up. Files that are there already are never written again: they are what people have.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from observe.domain.codec import iso
from observe.domain.entries import dumps
from observe.platform import Platform
from observe.services import visits
from observe.services.home import open_home
from observe.services.record import Recorder
from observe.store import migrations
from observe.store.journal import Act

NOON = 1_800_000_000_000  # 2027-01-15T08:00:00Z
PEOPLE = {"ana": "Ana Ruiz", "bo": "Bo Chen", "chi": "Chí Okafor-O’Neil"}


class Noon(Platform):
    """This machine at a set time, a second later at each look."""

    def __init__(self) -> None:
        super().__init__()
        self.ms = NOON

    def wall_ms(self) -> int:
        return NOON

    def monotonic_ms(self) -> int:
        self.ms += 1000
        return self.ms

    def zone(self) -> str:
        return "America/Phoenix"


def around(visit: str) -> Callable[[Act], None]:
    """What stands around a visit."""
    at = iso(NOON)

    def put(act: Act) -> None:
        said = {"section": "sec", "at": at}
        group = {"part": "group", "name": "Owls", "tier": "Top", "students": ["ana", "bo"], "evidence": "pre-test"}
        act.put("plan", f"{visit}/l1", {"visit": visit, **group, "evidence_at": at})
        act.put("groups", visit, {"visit": visit, "groups": {"ana": "Owls", "bo": "Owls", "chi": "Larks"}})
        act.put("move", f"{visit}/m1", {"visit": visit, "at": at, "student": "bo", "group": "Larks"})
        act.put("note", f"{visit}/n1", {"visit": visit, "at": at, "group": "Owls", "body": "took turns"})
        act.put("cue", f"{visit}/1", {"visit": visit, "at": at})
        act.put("compacting", "c1", {**said, "student": "ana", "shown": "all of unit 3", "minutes": 40})
        act.put("compacting.end", "c1", {"at": at})
        act.put("meeting", "m1", {**said, "minutes": 20, "observer": "Kim Ray"})
        act.put("meeting.held", "m1", {"at": at, "minutes": 15})
        act.put("commitment", "p1", {**said, "teacher": "Ms Ortiz", "by": "teacher", "text": "one open question a day"})
        act.put("agreement", "t1/my_role", {"teacher": "Ms Ortiz", "body": "I model; you watch.", "at": at})
        act.put("limit", "sec", {"minutes": 5})

    return put


def fill(path: Path) -> list[str]:
    """A home with something of everything; its tables, sorted."""
    home = open_home(path, Noon())

    def roster(act):
        act.put("section", "sec", {"name": "Room 12", "teacher": "Ms Ortiz", "grade": "4"})
        for seat, (id, name) in enumerate(PEOPLE.items(), 1):
            act.put("student", id, {"name": name, "school_id": f"S{seat}", "identified": seat == 1, "grade": "4"})
            act.put(
                "member", f"sec/{id}", {"section": "sec", "student": id, "active": True, "seat": seat, "group": "A"}
            )

    home.write(roster)
    visit = visits.start_visit(home, "Room 12", title="Fractions")
    recorder = Recorder(home, visit.id)
    first = recorder.observe("engagement", "passive", student="ana", note="drew a circle first")
    recorder.observe("engagement", "deep", student="bo", note="for this device alone", private=True)
    recorder.observe("questioning", "analyze", student="chi", modifiers={"asker": "student"})
    recorder.observe("questioning", "apply", modifiers={"asker": "me", "wait_s": 3.5, "answered_by": "ana"})
    recorder.observe("role", "group", with_whom=["ana", "bo"])
    recorder.observe("strategy", "tiered", on=True)
    recorder.observe("spark", "insight", student="ana")
    recorder.attendance(absent=["chi"])
    recorder.pause(True)
    recorder.pause(False)
    recorder.sweep_start(1, "seat", ["ana", "bo"])
    recorder.observe("engagement", "active", student="ana", method="sweep", sweep=1)
    recorder.sweep_skip(1, "bo")
    recorder.sweep_end(1)
    recorder.observe("spark", "lead", student="bo")
    recorder.undo()
    assert first.id is not None
    recorder.amend(first.id, reason="looked again", code="active")
    home.write(lambda act: act.put("reflection", f"{visit.id}/keep", {"visit": visit.id, "body": "Ask, then wait."}))
    home.write(around(visit.id))
    home.write(lambda act: act.put("plan.wish", "w1", {"visit": visit.id, "more": ["kept", "unread"]}))
    visits.end_visit(home, visit.id)
    second = visits.start_visit(home, "Room 12")
    home.write(lambda act: act.purge("student", "chi") and None)
    visits.end_visit(home, second.id)
    home.set_setting("observer", "Kim Ray")
    tables = [
        f"{table} {dumps(list(row))}"
        for table in sorted(migrations.projection_tables())
        for row in sorted(home.conn.execute(f"SELECT * FROM {table}"), key=repr)
    ]
    home.conn.execute("VACUUM")
    home.conn.execute("PRAGMA journal_mode=DELETE")
    home.close()
    return tables


def main() -> None:
    here = Path(__file__).parent
    target = here / f"{migrations.NAMES[-1]}.db"
    if target.exists():
        sys.exit(f"{target.name} is there already, and stays as it is")
    with TemporaryDirectory() as folder:
        tables = fill(Path(folder) / "home")
        target.write_bytes((Path(folder) / "home/observe.db").read_bytes())
    target.with_suffix(".dump").write_text("\n".join(tables) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
