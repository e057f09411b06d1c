"""Two devices in one plan: each line is an entity of its own, so lines merge, and the same line is a conflict shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from observe.services import compacting, plan, plan_against, plan_start, summary, visits
from observe.services.plan import Plan
from observe.services.sharing import conflicts
from observe.store import maintenance

from ..services.three import ROOM, Three, three_devices
from ..services.two import later
from ..ui.school import ids

HOUR = 3_600_000


class Table:
    """Tablet and laptop with the plan of one visit before them, two groups and a question in it."""

    def __init__(self, three: Three) -> None:
        self.three, self.homes = three, (three.tablet, three.laptop)
        now = three.tablet.clock.now()
        self.visit = plan_start.new_visit(three.tablet, three.room, now + HOUR, 45).id
        self.tablet, self.laptop = (Plan(home, self.visit) for home in self.homes)
        self.children = ids(three.tablet, ROOM)
        self.a = self.tablet.add("group", name="A", evidence="exit slip").id
        self.b = self.tablet.add("group", name="B").id
        self.asked = self.tablet.add("question", code="analyze", text="Which is fairer?").id
        three.meet()

    def meet(self) -> None:
        """Both have heard of all, and their tables and figures are equal."""
        self.three.meet(*self.homes)
        tables = [[line for line in maintenance.dump(h.conn) if not line.startswith("act ")] for h in self.homes]
        assert tables[0] == tables[1]
        shown = [summary.summary(home, self.visit)["plan"] for home in self.homes]
        assert shown[0] == shown[1]

    def texts(self) -> list[str]:
        """What the lines say, on both devices alike."""
        found = [[line.text or line.name for line in one.lines()] for one in (self.tablet, self.laptop)]
        assert found[0] == found[1]
        return found[0]


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    with three_devices(tmp_path) as three:
        yield Table(three)


def test_what_each_writes_on_lines_of_its_own_stands_on_both(table: Table) -> None:
    table.tablet.add("objective", text="Compare fractions")
    table.tablet.change(table.a, name="Owls")
    table.tablet.place(table.a, table.children["Amara Okeke"])
    table.laptop.place(table.b, table.children["Mei Lin"])
    table.laptop.change(table.asked, text="Whose method is better?")
    table.laptop.add("question", code="create", text="Make a rule.")
    table.laptop.add("strategy", channel="strategy", code="tiered", by="me")
    table.meet()
    assert table.texts() == ["Compare fractions", "Owls", "B", "", "Whose method is better?", "Make a rule."]
    assert table.laptop.line(table.a).students == (table.children["Amara Okeke"],)
    assert table.tablet.line(table.b).students == (table.children["Mei Lin"],)
    assert summary.summary(table.homes[0], table.visit)["conflicts"] == 0


def test_the_same_line_changed_on_both_is_a_conflict_that_shows_and_is_settled(table: Table) -> None:
    table.tablet.change(table.asked, text="Said on the tablet")
    later(table.homes[1])
    table.laptop.change(table.asked, text="Said on the laptop")
    table.meet()
    assert table.texts()[-1] == "Said on the laptop"  # the later one shows, on both
    for home in table.homes:
        assert summary.summary(home, table.visit)["conflicts"] == 1
        (found,) = conflicts.conflicts(home)
        assert found.what.startswith("plan, question Said on the laptop - Gr 4 Rm 12")
        said = str(found)
        assert "Said on the tablet" in said
        assert "Said on the laptop" in said


def test_a_line_taken_away_on_one_and_changed_on_the_other_is_a_conflict_too(table: Table) -> None:
    table.tablet.remove(table.asked)
    later(table.homes[1])
    table.laptop.change(table.asked, text="Still wanted")
    table.meet()
    assert summary.summary(table.homes[0], table.visit)["conflicts"] == 1
    assert "Still wanted" in table.texts()


def test_both_take_over_the_last_plan_and_it_is_there_once(table: Table) -> None:
    three = table.three
    later = plan_start.new_visit(three.tablet, three.room, three.tablet.clock.now() + 30 * HOUR, 45).id
    three.meet()
    for home in table.homes:
        Plan(home, later).accept(plan_start.proposal(home, later))
    three.meet(*table.homes)
    lines = [plan.lines(home, later) for home in table.homes]
    assert lines[0] == lines[1]
    assert [line.part for line in lines[0]] == ["group", "group", "question"]
    assert summary.summary(three.tablet, later)["conflicts"] == 0


def test_the_same_goal_and_strategy_said_twice_are_said_once(table: Table) -> None:
    for one in (table.tablet, table.laptop):
        one.add("objective", text="Compare fractions")
        one.add("strategy", channel="strategy", code="tiered", by="both")
        one.add("watch", students=[table.children["Mei Lin"]])
    table.meet()
    assert [line.part for line in table.tablet.lines()].count("objective") == 1
    assert [line.part for line in table.tablet.lines()].count("strategy") == 1
    assert summary.summary(table.homes[0], table.visit)["conflicts"] == 0


def test_ticks_and_agreements_of_either_are_known_to_both(table: Table) -> None:
    three = table.three
    visits.start_visit(three.tablet, three.room, visit=table.visit)
    three.meet()
    plan_against.tick(three.tablet, table.visit, table.asked, "me")
    plan_against.tick(three.laptop, table.visit, table.a, "teacher")
    one = compacting.add(three.tablet, three.room, table.children["Kofi Mensah"], shown="set 1")
    three.meet()
    compacting.close(three.laptop, one.id)
    three.meet()
    rows = {row["id"]: row["ticked"] for row in summary.summary(three.laptop, table.visit)["plan"]["lines"]}
    assert (rows[table.asked], rows[table.a], rows[table.b]) == ("me", "teacher", None)
    assert compacting.standing(three.tablet, three.room) == ()
    assert compacting.every(three.kim, three.room)[0].shown == "set 1"
