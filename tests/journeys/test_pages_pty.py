"""The pads at the foot of Today, a class, the day and a wrap-up under a finger, in the real program."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from observe.services import visits
from observe.services.record import Recorder
from observe.ui.commands import CORRECT, DAY, ROSTER, TODAY, WRAP, Command

from ..ui.school import CLASS, HARD, ids, school, section_id

if TYPE_CHECKING:
    from .terminal import Terminal

ROOM = "Gr 4 Rm 12"
HIDDEN = "NAMES HIDDEN"


@pytest.fixture(params=[(80, 24), (60, 40)], ids=["mid", "tall"])
def glass(request: pytest.FixtureRequest, home: Path) -> Iterator[Terminal]:
    """Today, with a class and a visit that has ended."""
    from .terminal import Terminal

    made = school(home, {ROOM: (*HARD, *CLASS)[:25]})
    visit = visits.start_visit(made, section_id(made, ROOM), title="Fractions").id
    Recorder(made, visit).observe("engagement", "deep", student=ids(made, ROOM)["Amara Okeke"])
    visits.end_visit(made, visit)
    made.close()
    opened = Terminal(home, *request.param)
    opened.until("Which class?")
    yield opened
    opened.kill()


def tap(glass: Terminal, commands: Sequence[Command], id: str, *also: str) -> None:
    """A finger on this pad at the foot, behind More where it has no room; `also`: what else it can be called."""
    labels = (*also, *next(c.labels for c in commands if c.id == id))
    others = {word for c in commands if c.id != id for label in c.labels for word in label.split(" ")}
    # A label in two lines is found by a word of it that no other pad has.
    words = [*labels, *(word for label in labels for word in label.split(" ") if word not in {*others, "a"})]
    w, h = glass.screen.columns, glass.screen.lines

    def where() -> tuple[int, int] | None:
        for word in words:
            for y in range(h - 6, h):
                found = re.search(rf"(?<!\w){re.escape(word)}(?=[ /]|$)", glass.row(y, 0, w))
                if found:
                    return found.start(), y
        return None

    for _ in range(4):
        glass.until_so(lambda: where() is not None or "More " in glass.text, f"pad {id}")
        settled(glass)  # a foot that is being laid anew takes no tap
        at = where()
        if at is not None:
            glass.press_at(*at)
            return
        before = glass.text
        glass.press("More ")
        glass.until_so(lambda before=before: glass.text != before, "more pads")
    raise AssertionError(f"no pad {id}:\n{glass.text}")


def page(glass: Terminal, commands: Sequence[Command], id: str, words: str, *also: str) -> None:
    """The pad opens a page that says this; esc leads back from it."""
    tap(glass, commands, id, *also)
    glass.until(words)
    glass.keys("\x1b")
    glass.until_so(lambda: words not in glass.text, f"back from {words}")


def line(glass: Terminal, commands: Sequence[Command], id: str) -> None:
    """The pad opens a line to write on; a finger on its pad drops it."""
    tap(glass, commands, id)
    glass.until_so(lambda: re.search(r"> .*█", glass.text) is not None, f"a line for {id}")
    glass.keys("\x1b")
    glass.until_so(lambda: re.search(r"> .*█", glass.text) is None, f"the end of the line for {id}")


def hide(glass: Terminal, commands: Sequence[Command]) -> None:
    """Names go, and come back."""
    tap(glass, commands, "privacy")
    glass.until(HIDDEN)
    tap(glass, commands, "privacy")
    glass.until_so(lambda: HIDDEN not in glass.text, "names again")


def settled(glass: Terminal) -> None:
    """The page stands: the program has sent nothing for two looks at it in a row."""
    seen = [-1]

    def quiet() -> bool:
        before, seen[0] = seen[0], glass.bytes
        glass.read(0.25)
        return before == seen[0] == glass.bytes

    glass.until_so(quiet, "a page that stands still", 60)


def test_the_foot_of_today(glass: Terminal) -> None:
    page(glass, TODAY, "roster", f"Roster - {ROOM}")
    page(glass, TODAY, "classes", "add a class")
    hide(glass, TODAY)
    page(glass, TODAY, "help", "Help - ")
    tap(glass, TODAY, "no_class")
    glass.until("nothing yet")
    glass.keys("\x1b")
    glass.press("To Today")
    glass.until("Resume")
    tap(glass, TODAY, "quit")
    assert glass.leave() == 0


def test_the_foot_of_a_class(glass: Terminal) -> None:
    tap(glass, TODAY, "roster")
    glass.until(f"Roster - {ROOM}")
    line(glass, ROSTER, "new")
    hide(glass, ROSTER)
    page(glass, ROSTER, "help", "Help - ")
    glass.press("Ana Ru")
    glass.until("Tap a seat")
    line(glass, ROSTER, "rename")
    glass.until("Tap another student")  # whatever else is done with her: the next tap chooses
    line(glass, ROSTER, "letter")
    tap(glass, ROSTER, "identified")
    glass.until_so(lambda: "not known whether" not in glass.text, "identified or not")
    tap(glass, ROSTER, "move")
    glass.until("Tap a seat")
    tap(glass, ROSTER, "move")
    glass.until("Tap another student")
    tap(glass, ROSTER, "gone")
    glass.until("24 students")
    tap(glass, ROSTER, "gone", "Came back", "Back in")
    glass.until("25 students")
    hide(glass, ROSTER)
    tap(glass, ROSTER, "back")  # first nobody is chosen any more
    glass.until("Tap a student to choose")
    tap(glass, ROSTER, "back")
    glass.until("Which class?")


def test_the_foot_of_the_day(glass: Terminal) -> None:
    tap(glass, TODAY, "day")
    glass.until("Day review - ")
    glass.until("1 tap: Thinking 1")
    tap(glass, DAY, "day_before")
    glass.until_so(lambda: "1 tap: Thinking 1" not in glass.text, "the day before")
    tap(glass, DAY, "day_after")
    glass.until("1 tap: Thinking 1")
    line(glass, DAY, "tomorrow")
    hide(glass, DAY)
    page(glass, DAY, "help", "Help - ")
    tap(glass, DAY, "back")
    glass.until("Which class?")


def test_the_foot_of_a_wrap_up(glass: Terminal) -> None:
    glass.press("held")
    glass.until("Wrap-up - ")
    for id in ("glow", "try_next", "next_visit"):
        line(glass, WRAP, id)
    hide(glass, WRAP)
    page(glass, WRAP, "help", "Help - ")
    tap(glass, WRAP, "correct")
    glass.until("What is wrong?")
    hide(glass, CORRECT)
    page(glass, CORRECT, "help", "Help - ")
    tap(glass, CORRECT, "back")
    glass.until("Wrap-up - ")
    tap(glass, WRAP, "share")
    glass.until_so(lambda: "Wrap-up - " not in glass.text, "the teacher's page")
    tap(glass, WRAP, "today", "Back")
    glass.until("Wrap-up - ")
    tap(glass, WRAP, "today", "Back")
    glass.until("Which class?")


def test_back_to_a_visit_that_was_ended_too_early(glass: Terminal) -> None:
    tap(glass, TODAY, "no_class")
    glass.until("nothing yet")
    glass.keys("\x1b")
    glass.press("Wrap-up")
    glass.until("Wrap-up - ")
    tap(glass, WRAP, "back_in")
    glass.until("nothing yet")
    glass.keys("\x1b")
    glass.press("Wrap-up")
    glass.until("Wrap-up - ")
    tap(glass, WRAP, "today")
    glass.until("Which class?")
