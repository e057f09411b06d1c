"""Every pad and tile of every form of the real program under a finger, as a terminal reports it.

Each is tapped in its middle and in a corner; the screen has to show what that does, and at the end the log, read by
another process, has to hold exactly what was logged, in that order.
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from observe.services import groups, visits
from observe.ui.layout import GROUPS
from observe.ui.live.session import Marking

from ..ui.school import CLASS, HARD, school, section_id

if TYPE_CHECKING:
    from .glass import Glass
    from .terminal import Terminal

ROOM = "Gr 4 Rm 12"
# The smallest forms get so many students that their tiles come in pages.
FORMS = [
    pytest.param(100, 32, 25, {}, id="full"),
    pytest.param(160, 45, 25, {}, id="side"),
    pytest.param(80, 24, 37, {"colours": 16}, id="mid, 16 colours"),
    pytest.param(120, 28, 25, {"left_handed": True}, id="mid wide, left-handed"),
    pytest.param(60, 40, 37, {}, id="tall"),
    pytest.param(66, 21, 37, {}, id="large"),
    pytest.param(100, 32, 13, {"left_handed": True}, id="full, left-handed"),
]
Open = Callable[..., "Terminal"]


@pytest.fixture
def terminal() -> Iterator[Open]:
    """Opens the program in terminals; whatever still runs at the end is killed."""
    from .terminal import Terminal

    opened: list[Terminal] = []

    def open_(*arguments: object, **more: object) -> Terminal:
        opened.append(Terminal(*arguments, **more))
        return opened[-1]

    yield open_
    for one in opened:
        one.kill()


def observe(home: Path, *arguments: str) -> str:
    """What the program prints, in another process."""
    command = [sys.executable, "-m", "observe", "--home", str(home), *arguments]
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode("utf-8-sig")


@pytest.mark.parametrize(("width", "height", "students", "how"), FORMS)
def test_every_pad_and_tile_under_a_finger(
    terminal: Open, home: Path, tmp_path: Path, width: int, height: int, students: int, how: dict[str, object]
) -> None:
    from .glass import copied, over

    made = school(home, {ROOM: (*HARD, *CLASS)[:students]})
    people = visits.students(made, section_id(made, ROOM))
    for student, label in zip(people[:4], ("Arrays", "Arrays", "Stories", "Stories"), strict=True):
        groups.stand(made, section_id(made, ROOM), student.id, label)
    if how.get("left_handed"):
        made.set_setting("left_handed", "yes")
    visit = visits.start_visit(made, section_id(made, ROOM), title="Fractions").id
    for place, code in enumerate(("analyze", "create")):
        data = {"visit": visit, "part": "question", "place": place, "text": f"Question {code}?", "code": code}
        made.write(lambda act, d=data, p=place: act.put("plan", f"{visit}/q{p}", {**d, "channel": "questioning"}))
    made.close()
    copy = copied(home, tmp_path / "copy")
    screen = terminal(home, width, height, **{k: v for k, v in how.items() if k == "colours"})
    glass = over(screen, copy, visit, width, height)
    try:
        targets = glass.everything()
        screen.press("Go on")
        glass.says("nothing yet")
        for corner in (False, True):
            backdating(glass, corner)
            tiles(glass, corner)
            codes(glass, corner)
            questions(glass, corner)
            mending(glass, corner)
            look(glass, corner)
            grouped(glass, corner)
            planned(glass, corner)
            menu(glass, corner)
        twenty_at_once(glass)
        glass.tap("wrap")
        screen.until("Wrap-up - ")
        screen.keys("\x1b")
        screen.until("Which class?")
        screen.keys("q")
        assert screen.leave() == 0
        glass.tapped.add(("wrap", "corner"))  # there is one end of a visit
        assert {(id, spot) for id in targets for spot in ("middle", "corner")} == glass.tapped
        exactly(glass, home)
    finally:
        glass.twin.close()


def students_of(glass: Glass) -> list[str]:
    return [seat.student.id for seat in glass.scene.c.view.seats]


def codes_of(glass: Glass, *channels: str) -> list[str]:
    return [f"code.{name}.{code.key}" for name in channels for code in glass.scene.c.channel(name).codes]


def backdating(glass: Glass, corner: bool) -> None:
    """A state that was tapped late: the strip offers earlier moments in turn."""
    from .glass import spots

    if corner:
        return  # it moves to the start, before all others, so it is done first; below, the strip has its corners
    glass.code("code.role.teach")
    glass.says("began now", "earlier")
    for i, (id, spot) in enumerate(spots(["strip"] * 3, glass, True)):
        glass.tap(id, spot)
        glass.says("at the start") if i != 1 else glass.no_longer_says("at the start")
    glass.tap("strip")
    glass.no_longer_says("at the start")
    glass.tap("strip")
    glass.says("at the start")


def tiles(glass: Glass, corner: bool) -> None:
    """Every tile on every page, each followed by the next code of the rails."""
    from .glass import MIDDLE, spots

    rails = codes_of(glass, "engagement", "challenge")
    for i, student in enumerate(students_of(glass)):
        glass.select(student, glass.corner() if corner else MIDDLE)
        if not corner:
            glass.code(rails[i % len(rails)])
    if corner:
        for id, spot in spots(rails, glass, corner):
            glass.code(id, spot)
    if glass.pages > 1:
        glass.turn(glass.corner() if corner else MIDDLE)
    glass.select(None, glass.corner() if corner else MIDDLE)
    glass.code(rails[0])
    glass.code(rails[3])


def codes(glass: Glass, corner: bool) -> None:
    """Every state, toggle and spark, out of its drawer where it is in one."""
    from .glass import MIDDLE, spots

    for channel in ("grouping", "role"):
        opener = f"open.drawer.{channel}"
        if corner and opener in glass.everything():
            glass.tap(opener, glass.corner())
        # The one that runs already would log nothing.
        ids = codes_of(glass, channel)
        order = ids if channel == "grouping" else [*ids[1:], ids[0]]
        for id, spot in spots(order, glass, corner):
            glass.code(id, spot)
    if corner and "open.drawer.strategy" in glass.everything():
        glass.tap("open.drawer.strategy", glass.corner())
    for on in ("yes", "no"):
        for id, spot in spots(codes_of(glass, "strategy"), glass, corner):
            glass.code(id, spot, on=on)
    # With whom: marked tile by tile, then done.
    company = students_of(glass)[:3]
    row = glass.code("code.role.group")
    glass.says("with whom", "whom")
    glass.tap("strip", glass.corner() if corner else MIDDLE)
    # The second time the same group is offered, and those are taken out of it and put back.
    glass.says("with 3" if corner else "with 0")
    for i, student in enumerate(company):
        glass.tap(f"student.{student}", glass.corner() if corner else MIDDLE)
        glass.says(f"with {2 - i}" if corner else f"with {i + 1}")
    if corner:
        for i, student in enumerate(company):
            glass.tap(f"student.{student}")
            glass.says(f"with {i + 1}")
    glass.tap("strip")
    glass.no_longer_says("tap the tiles")
    row.company = tuple(glass.name(student) for student in company)
    glass.code("code.role.teach")

    glass.select(students_of(glass)[1])
    opener = "open.picks"
    for i, (id, spot) in enumerate(spots(codes_of(glass, "spark"), glass, corner)):
        if corner and i == 0:
            glass.tap(opener, glass.corner())
        else:
            glass.select(students_of(glass)[i])
        glass.code(id, spot)


def questions(glass: Glass, corner: bool) -> None:
    """Who asked, that there was time to think, and who answered."""
    from .glass import MIDDLE, spots

    waited = next(id for id in glass.everything() if id.startswith("flag."))
    chosen, answers = students_of(glass)[2], students_of(glass)[6]
    for i, (id, spot) in enumerate(spots(codes_of(glass, "questioning"), glass, corner)):
        glass.select(chosen)
        row = glass.code(id, spot, asker="me")
        if i == 0:
            glass.tap(waited, glass.corner() if corner else MIDDLE)
            row.waited = True
        elif i == 1:
            glass.tap("strip", glass.corner() if corner else MIDDLE)
            glass.says("tap the child")
            glass.select(answers, glass.corner() if corner else MIDDLE)
            row.answered = glass.name(answers)
        elif i == 2:  # she thinks better of it
            glass.tap("strip")
            glass.says("tap the child")
            glass.tap("strip", glass.corner())
            glass.no_longer_says("tap the child")
        elif i == 3:
            glass.tap("asker", glass.corner() if corner else MIDDLE)
            glass.asks("asks: ")
            glass.code(codes_of(glass, "questioning")[0], asker="student")
            glass.asks("asks: ", False)  # one question, then it is hers again


def mending(glass: Glass, corner: bool) -> None:
    """Undo and redo, the other child, a flag, and whoever is unseen longest."""
    from .glass import spots

    one, other = students_of(glass)[4], students_of(glass)[10]
    (spot,) = [spot for _, spot in spots([""], glass, corner)]
    glass.select(one)
    glass.code("code.engagement.active")
    glass.code("code.challenge.easy")
    glass.tap("undo", spot)
    glass.says("Active")
    glass.tap("redo", spot)
    glass.says("Easy")
    glass.tap("undo")
    glass.says("Active")
    glass.rows.pop()
    row = glass.code("code.engagement.off")
    glass.tap("strip", spot)
    glass.says("Off task was")
    glass.select(other, spot)
    row.name = glass.name(other)
    glass.no_longer_says("Off task was")
    glass.tap("note", spot)
    glass.says("flag")
    before = glass.text(glass.part(0))
    glass.tap("unseen", spot)
    glass.terminal.until_so(lambda: glass.text(glass.part(0)) != before, "another student, unseen longest")
    glass.select(one)


def look(glass: Glass, corner: bool) -> None:
    """A look at everyone: rate, skip, back, stop, go on."""
    from .glass import MIDDLE

    def spot() -> str:
        return glass.corner() if corner else MIDDLE

    def rate(student: str, code: str) -> None:
        glass.student = student
        glass.code(f"code.engagement.{code}", spot(), sweep="1")

    class_ = students_of(glass)
    at = 6 if corner else 0  # the second time it goes on where it was stopped
    glass.tap("look", spot())
    glass.looking = True
    glass.chosen(class_[at])
    rate(class_[at], "deep")
    glass.chosen(class_[at + 1])
    rate(class_[at + 1], "passive")
    glass.chosen(class_[at + 2])
    glass.tap("skip", spot())
    glass.chosen(class_[at + 3])
    rate(class_[at + 3], "active")
    glass.chosen(class_[at + 4])
    glass.tap("back", spot())
    glass.chosen(class_[at + 3])
    glass.tap("skip", spot())  # rated already: on to the next
    glass.chosen(class_[at + 4])
    glass.tap("skip", spot())
    glass.chosen(class_[at + 5])
    rate(class_[at + 5], "off")
    glass.chosen(class_[at + 6])
    stop = glass.tap("look", spot())
    glass.looking = False
    glass.terminal.until_so(lambda: "Stop" not in glass.text(stop), "the end of the look")


def grouped(glass: Glass, corner: bool) -> None:
    """A group is chosen and logged about; a child moves to another, to none, and to a new one; it is a with-whom."""
    from .glass import MIDDLE

    def spot() -> str:
        return glass.corner() if corner else MIDDLE

    session, last = glass.scene.c.session, students_of(glass)[-1]
    glass.select(None)  # with a child chosen it is for a move
    for label in ("Arrays", "Stories"):
        glass.tap("groups", spot())
        glass.says("which group")
        glass.tap(f"group.{label}", spot())
        glass.asks(f"▶ {label}")
        glass.student = None
        glass.code("code.engagement.active", group=label)
    glass.tap("groups", spot())
    glass.tap("group_move", spot())
    session.regroup = True
    glass._known.clear()
    glass.says("move", "tap a child")
    glass.select(last, spot())
    for id, said in (("group.Stories", "Stories"), ("group_none", "no group"), ("group_new", "Group ")):
        glass.tap(id, spot())
        glass.says("moved")
        glass.says(said)
    for _ in range(3):  # nobody stays where the copy of the home, which has the geometry, knows nothing of
        glass.tap("undo")
    session.regroup = False
    glass._known.clear()
    glass.select(last)
    if not corner:
        return  # the next time three are offered as those it was with last
    row = glass.code("code.role.group")
    glass.tap("strip")
    glass.says("group")
    session.marking = Marking("with", set())
    glass._known.clear()
    glass.open = GROUPS
    glass.tap("group.Arrays", spot())
    session.marking = None
    glass._known.clear()
    glass.no_longer_says("tap the tiles", "a group, or tiles")
    row.company = tuple(glass.name(student) for student in students_of(glass)[:2])
    glass.code("code.role.teach")


def planned(glass: Glass, corner: bool) -> None:
    """Each planned question is asked."""
    from .glass import MIDDLE, Row

    glass.select(students_of(glass)[3])
    for id, code in (("q0", "analyze"), ("q1", "create")):
        glass.tap("plan", glass.corner() if corner else MIDDLE)
        glass.says("Plan")
        glass.tap(f"ask.{id}", glass.corner() if corner else MIDDLE)
        glass.says(*glass.labels(f"code.questioning.{code}"))
        glass.rows.append(Row("questioning", code, asker="me", plan=id))


def menu(glass: Glass, corner: bool) -> None:
    """Everything in the menu, and back."""
    from .glass import spots

    screen, (one, *_) = glass.terminal, students_of(glass)
    (spot,) = [spot for _, spot in spots([""], glass, corner)]

    def back(words: str) -> None:
        screen.until(words)
        screen.keys("\x1b")
        screen.until_so(lambda: words not in screen.text, f"back from {words}")

    glass.select(one)
    glass.code("code.engagement.deep")
    if "more" in glass.faces(""):
        glass.tap("more", spot)
    glass.tap("menu", spot)
    glass.says("Menu")
    screen.keys("\x1b")
    glass.no_longer_says("Menu")
    glass.open = ""
    for id in [id for id in glass.faces("sheet.menu") if id.startswith(("step.", "open.sheet."))]:
        glass.tap(id, spot)
        glass.says("Menu" if id.startswith("step.") else "esc: back")
        screen.keys("\x1b")
        glass.no_longer_says("esc: back")
        glass.open = ""
    for _ in range(3):  # round to the order of the seats again
        glass.tap("look_order", spot)
    screen.keys("\x1b")
    glass.no_longer_says("Menu")
    glass.open = ""
    glass.tap("unseen_list", spot)
    glass.says("everybody")
    glass.tap("pause", spot)
    glass.asks("PAUSED")
    glass.tap("pause", spot)
    glass.asks("PAUSED", False)
    for n in (1, 0):
        glass.tap("away", spot)
        glass.says(f"away {1 - n}")
        glass.tap(f"student.{one}", spot)
        glass.says(f"away {n}")
        glass.tap("strip", spot)
        glass.no_longer_says("tap the tiles")
    glass.select(one)
    glass.tap("privacy", spot)
    glass.asks("#")
    glass.tap("privacy", spot)
    glass.asks("#", False)
    glass.tap("all_on", spot)
    glass.no_longer_says("Menu")
    glass.tap("asker_on", spot)
    glass.no_longer_says("Menu")
    for words in ("tudent", "eacher"):
        glass.tap("asker", spot)
        glass.asks(words)
    glass.code("code.questioning.apply", asker="teacher")
    glass.tap("asker", spot)
    glass.asks("asks: ", False)
    glass.tap("asker_on")
    glass.no_longer_says("Menu")
    for id, words in (("help", "Help - "), ("so_far", "So far"), ("last_twenty", "Correct")):
        glass.tap(id, spot)
        back(words)
    glass.tap("leave", spot)
    screen.press("Go on")
    glass.says("Apply")


def twenty_at_once(glass: Glass) -> None:
    """The screen froze for a moment: twenty taps come in one piece."""
    from .glass import Row

    last = students_of(glass)[-1]
    glass.select(last)
    where, _ = glass.reach("code.engagement.active")
    x, y = where.x + where.width // 2 + 1, where.y + where.height // 2 + 1
    glass.terminal.keys(f"\x1b[<0;{x};{y}M" * 20)
    glass.says("Active")
    glass.rows += [Row("engagement", "active", glass.name(last)) for _ in range(20)]
    glass.code("code.engagement.deep")  # comes after them all


def exactly(glass: Glass, home: Path) -> None:
    """What another process reads from this home."""
    people = {s.id: s.name for s in glass.scene.c.log.students}
    found = []
    for row in csv.DictReader(io.StringIO(observe(home, "export", "csv"), newline="")):
        more = json.loads(row["modifiers"] or "{}")
        company = tuple(people[id] for id in row["with"].split())
        answered, waited = people.get(more.get("answered_by", ""), ""), bool(more.get("waited"))
        method = (row["method"], row["sweep"])
        words = (people.get(row["student"], ""), row["on"], method, row["asker"], answered, waited, company)
        found.append((row["channel"], row["code"], *words, row["group"]))
        assert row["name"].lstrip("'") == people.get(row["student"], "")
        assert len(found) > 1 or row["seconds_in"] == "0.0"  # the one that was put back to the start
    expected = [
        (
            o.channel, o.code, o.name, o.on, ("sweep" if o.sweep else "tap", o.sweep), o.asker, o.answered, o.waited,
            o.company, o.group,
        )
        for o in glass.rows
    ]  # fmt: skip
    assert found == expected
    lines = [json.loads(line) for line in observe(home, "export", "jsonl", "--private").splitlines()]
    kinds = Counter(line.get("kind") for line in lines)
    assert kinds["observation"] == len(expected)  # what was mended is no line of its own
    assert kinds["note"] == 2
    summary = json.loads(observe(home, "summary", "--json"))
    assert summary["groups"]["moves"] == []  # each was taken back
    assert {label: len(students) for label, students in summary["groups"]["end"].items()} == {"Arrays": 2, "Stories": 2}
    asked = Counter(row["plan"] for row in (line["data"] for line in lines if line.get("kind") == "observation")
                    if "plan" in row)  # fmt: skip
    assert asked == Counter(o.plan for o in glass.rows if o.plan)
    assert summary["visit"]["status"] == "ended"
    for method in ("tap", "sweep"):
        counted = Counter(
            o.code for o in glass.rows if o.channel == "engagement" and bool(o.sweep) == (method == "sweep")
        )
        counts = summary["channels"]["engagement"]["by_method"][method]["counts"]
        assert {code: n for code, n in counts.items() if n} == counted
