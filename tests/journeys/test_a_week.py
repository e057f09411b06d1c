"""A week as the programme means it: calendar, roster, a plan made by two, a visit by it, and what it leads to.

Only what stands on the glass is asked for, and what the commands say afterwards.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Paste

from .day import DAY, Day, She

pytestmark = pytest.mark.usefixtures("arizona")

ROOM = "Gr 4 Rm 12"
NAMES = (
    "Amara Okeke", "Beatriz Lima", "Caleb Stone", "Dmitri Volkov", "Farah Nasser", "Grace Hill", "Hiro Tanaka",
    "Kofi Mensah", "Lucia Rossi", "Mei Lin", "Noor Aziz", "Oscar Diaz",
)  # fmt: skip
ABLE = ("Amara", "Kofi", "Mei")
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Maple Street School//timetable//EN
X-WR-CALNAME:Push-in
BEGIN:VEVENT
UID:tue
DTSTAMP:20261101T120000Z
SUMMARY:Gr 4 Rm 12
DTSTART;TZID=America/Phoenix:20261117T090000
DURATION:PT40M
RRULE:FREQ=WEEKLY;COUNT=2
END:VEVENT
END:VCALENDAR
"""


async def test_a_week_from_the_calendar_to_the_next_plan(home: Path, tmp_path: Path) -> None:
    roster, calendar = tmp_path / "class.csv", tmp_path / "push-in.ics"
    rows = [f"{n},{ROOM},Ms Okafor,{'yes' if n.split()[0] in ABLE else 'no'}" for n in NAMES]
    roster.write_text("\n".join(["Name,Section,Teacher,Gifted", *rows]), encoding="utf-8")
    calendar.write_text(CALENDAR.replace("\n", "\r\n"), encoding="utf-8")
    day = Day(home, "07:50")
    async with day.opens() as she:
        await she.writes("Marta Ruiz")
        await the_roster_and_the_calendar(she, roster, calendar)
        await what_is_agreed_on(she)
        await a_plan_made_by_two(she)
        await the_visit_begins(she)
    # The battery died in the midst of a look at everyone.
    async with day.opens() as she:
        await the_look_goes_on(she)
        await the_wrap_up(she)
        await the_evening(she, tmp_path)
    day.at("07:50", "2026-11-24")
    async with day.opens() as she:
        await next_weeks_plan(she)

    (visit,) = day.json("day", DAY)["visits"]
    assert visit["visit"]["planned_minutes"] == 40
    lines = {line["part"]: line for line in visit["plan"]["lines"]}
    assert lines["question"]["ran"] is True
    assert lines["strategy"]["ran"] is False
    (look,) = visit["sweeps"]
    assert (look["asked"], look["rated"], look["skipped"]) == (12, 11, 1)
    went = day.json("sent")
    assert [(one["what"], one["to"]) for one in went] == [("talk", "Ms Okafor"), ("family", "Amara's family")]
    (promise,) = day.json("promise")
    assert (promise["by"], promise["text"], promise["ended"]) == ("teacher", "wait three seconds", "kept")
    held, to_come = day.json("visits")
    assert (held["status"], to_come["started_at"]) == ("ended", None)


async def paste(she: She, text: Path | str) -> None:
    """A path, over whatever stands on the line."""
    typing = she.app.screen.typing  # type: ignore[attr-defined]  # reason: every page here is one of cards
    await she.press(*["backspace"] * len(typing.text))
    she.app.post_message(Paste(str(text)))
    await she.press("enter")


async def the_roster_and_the_calendar(she: She, roster: Path, calendar: Path) -> None:
    await she.tap("Import a roster")
    await paste(she, roster)
    await she.sees("1 class added, 12 students added.")
    await she.press("escape", "b", "i")
    await paste(she, calendar)
    await she.sees("Tuesday 17 Nov", "09:00", "planned")
    await she.press("escape", "escape")
    await she.sees(f"{ROOM} - next")


async def what_is_agreed_on(she: She) -> None:
    """Nothing is logged of the teacher before it stands here what is."""
    await she.press("a")
    await she.sees("Teacher - Ms Okafor")
    await she.picks("What is logged")
    await she.press("enter")
    await she.press("t")
    await she.writes("wait three seconds")
    await she.sees("wait three seconds")
    await she.press("escape")


async def a_plan_made_by_two(she: She) -> None:
    """The card of the visit that comes next, filled in at one screen."""
    await she.press("g")
    await she.sees("Plan", ROOM)
    await she.press("o")
    await she.writes("fractions between fractions")
    await she.press("g", "n", "e", *["backspace"] * 9)
    await she.writes("Movers")
    await she.tap(*ABLE)
    await she.press("escape", "q")
    await she.tap("Analyze")
    await she.writes("Why does that always work?")
    await she.press("escape", "s")
    await she.tap("Mini-lesson")
    await she.press("escape")
    await she.sees("fractions between fractions", "Movers", "Why does that always work?", "Mini-lesson")
    await she.press("escape")


async def the_visit_begins(she: She) -> None:
    """Two keys from the start of the app: the next visit is chosen already."""
    await she.minutes(70)
    await she.press("enter")
    await she.sees("nothing yet", "12 here")
    await she.tap("Menu", "Plan")
    await she.sees("fractions between fractions", "Why does that")
    await she.tap("Why does that")
    await she.sees("logged")
    await she.tap("Menu", "All pads on")
    await she.tap("Look at")
    await she.sees("LOOK AT EVERYONE 1 of 12")
    for _ in range(5):
        await she.press("4")
    await she.sees("LOOK AT EVERYONE 6 of 12")


async def the_look_goes_on(she: She) -> None:
    await she.tap("Go on")
    await she.minutes(3)
    await she.tap("Look at")
    await she.sees("LOOK AT EVERYONE 6 of 12")
    await she.tap("Skip")
    for _ in range(6):
        await she.press("3")
    await she.sees("12 of 12, 1 skipped")
    await she.tap("Amara")
    await she.press("t", "1")
    await she.sees("Insight / Amara")
    await she.minutes(30)


async def the_wrap_up(she: She) -> None:
    await she.tap("Menu", "Wrap-up")
    await she.sees("Held")
    said = await she.reads()
    assert "Plan" in said
    assert "Why does that always work?" in said
    assert "1 look at everyone, 11 of 12" in said
    await she.press("escape")


async def the_evening(she: She, folder: Path) -> None:
    """Sparks get their words, the teacher two minutes, a family its page."""
    await she.press("d", "f")
    await she.sees("Amara")
    await she.writes("saw that the halves never meet")
    await she.press("escape", "a", "e")
    await she.sees("For a talk with the teacher")
    await she.press("w")
    await paste(she, folder / "talk.html")
    await she.writes("Ms Okafor")
    await she.sees("it goes to Ms Okafor")
    await she.press("escape", "escape", "i")
    await she.sees("Students -")
    await she.picks("Amara")
    await she.tap("Family")
    await she.sees("For the family", "saw that the halves never meet")
    await she.press("w")
    await paste(she, folder / "family.html")
    await she.writes("Amara's family")
    page = (folder / "family.html").read_text(encoding="utf-8")
    assert "Amara Okeke" in page
    assert not [name for name in NAMES[1:] if name in page or name.split()[0] in page]
    await she.press("escape", "escape", "escape")


async def next_weeks_plan(she: She) -> None:
    """What was promised comes back, and what did not run is there to be taken over."""
    await she.sees("wait three seconds")
    await she.press("g")
    await she.sees("Movers")
    await she.press("k")
    await she.sees("Movers", "Mini-lesson")
    await she.press("escape", "a")
    await she.tap("wait three seconds")
    await she.press("k")
    await she.sees("1 kept")
