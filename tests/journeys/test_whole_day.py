"""A whole day from an empty home: her name, a class list, three visits, the evening."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Paste

from observe.ui.cardpage import CardPage

from .day import DAY, ROOM_12, Day, She

pytestmark = pytest.mark.usefixtures("arizona")

ROOM = "Gr 4 Rm 12"
OTHER = "Gr 5 Rm 3"
ROOM_3 = "Ana Ruiz *; Bo Chen; Chi Obi; Gia Rossi *"


async def test_a_day_from_an_empty_home_to_a_page_in_her_bag(home: Path, tmp_path: Path) -> None:
    day = Day(home, "08:30")
    file = tmp_path / "class.csv"
    file.write_text("Name,Section,Teacher\n" + "".join(f"{name},{ROOM},Ms Okafor\n" for name in ROOM_12))
    page = tmp_path / "day.html"
    async with day.opens() as she:
        await she.sees("Your name, as it stands in visits and reports")
        await she.writes("Marta Ruiz")
        await she.sees("Marta Ruiz, you visit classes: which one first?")
        await a_class_from_a_file(she, file)
        await a_class_typed_in(she)
        await the_first_visit(she)
        await the_second_visit_with_a_look_at_everyone(she)
        await the_third_visit(she)
        await the_evening(she, page)
        await she.press("q")
        await she.settles()
    assert she.app.return_value == 0

    found = day.json("day", DAY)
    assert [v["visit"]["seconds"] // 60 for v in found["visits"]] == [40, 30, 20]
    assert {v["visit"]["observer"] for v in found["visits"]} == {"Marta Ruiz"}
    first, second, third = found["visits"]
    assert (first["coverage"]["present"], first["coverage"]["seen"]) == (7, 2)
    assert [note["text"] for note in first["notes"]] == ["sorted by denominator"]
    assert first["channels"]["engagement"]["by_method"]["tap"]["counts"]["passive"] == 1
    assert first["channels"]["role"]["seconds"]["group"] == 35 * 60
    served = [one.get("service_seconds", 0) for one in first["coverage"]["students"].values()]
    assert sorted(served)[-2:] == [35 * 60, 35 * 60]
    (sweep,) = second["sweeps"]
    assert (sweep["asked"], sweep["rated"], sweep["skipped"]) == (4, 2, 1)
    assert third["coverage"]["seen"] == 0
    told = day.command("day", DAY)
    assert "Farah first" in told
    for said in ("Day review", "Beatriz Lima", "Farah first"):
        assert said in page.read_text(encoding="utf-8")
    assert "%" not in told


async def a_class_from_a_file(she: She, file: Path) -> None:
    await she.tap("Import a roster")
    she.app.post_message(Paste(str(file)))
    await she.press("enter")
    await she.sees("1 class added, 8 students added.")
    await she.press("escape")
    await she.sees("Which class?", "Ms Okafor - 8 students")


async def a_class_typed_in(she: She) -> None:
    """Under a minute: its name, the teacher, the names as they stand in a message."""
    await she.tap("Add a class")
    await she.tap("Type a class in")
    await she.writes(OTHER)
    await she.writes("Mr Diaz")
    she.app.post_message(Paste(ROOM_3.replace("; ", "\n")))
    await she.press("enter")
    await she.sees("4 names so far", "Gia Rossi *")
    await she.press("enter")
    await she.sees("Mr Diaz - 4 students")


async def the_first_visit(she: She) -> None:
    """Rows she has not met are dim; a tap lights one and logs nothing."""
    await she.tap(ROOM)
    await she.sees("nothing yet", "8 not yet seen", "8 here")
    she.sees_no("!never")  # nobody is late on a first visit
    await she.tap("Menu", "Who is away")
    await she.sees("away 0: tap the tiles")
    await she.tap("Hiro", "then here: done")
    await she.sees("7 here")
    await she.tap("Stretch")
    await she.sees("Challenge on: tap", "again")
    await she.minutes(5)
    await she.tap("Small group", "with whom", "Amara", "Kofi", "done")
    await she.sees("with 2")
    await she.tap("Kofi", "Stretch")
    await she.sees("logged Stretch / Kofi")
    await she.minutes(10)
    await she.tap("Amara", "Active")
    await she.sees("logged Active / Amara")
    await she.tap("Note")
    await she.sees("flag / Amara")
    await she.minutes(25)
    await she.tap("Menu", "Wrap-up")
    await she.sees("Held 40 min, 08:30 to 09:10: 35 small group.", "with Amara, Kofi", "1 note to finish")
    await she.sees("Seen 2 of 7 who were here")
    await she.tap("Fix")  # she was not active, she was listening
    await she.sees("What is wrong?")
    await she.picks("08:45  Active", "Listening")
    await she.sees("Why?")
    await she.writes("watched the others")
    await she.sees("put right; undo takes that back")
    await she.press("escape")
    await she.sees("Listening 1 Amara")
    await she.press("escape")
    await she.sees("held 40 min", "no glow line yet", "a note without words")


async def the_second_visit_with_a_look_at_everyone(she: She) -> None:
    await she.minutes(20)
    await she.tap(OTHER)
    await she.sees("4 here")
    await she.tap("Look at")
    await she.sees("LOOK AT EVERYONE 1 of 4", "A N A")
    await she.press("4")
    await she.sees("LOOK AT EVERYONE 2 of 4", "B O")
    await she.tap("Skip")
    await she.sees("LOOK AT EVERYONE 3 of 4", "C H I")
    await she.tap("Previous")
    await she.sees("B O")
    await she.tap("Chi")
    await she.press("1")
    await she.sees("LOOK AT EVERYONE 4 of 4", "G I A")
    await she.tap("Stop looking")
    she.sees_no("LOOK AT EVERYONE")
    await she.minutes(30)
    await she.tap("Menu", "Wrap-up")
    await she.sees("1 look at everyone, 2 of 4", "too few for percentages (Thinking 1,")
    await she.press("escape")


async def the_third_visit(she: She) -> None:
    """Nothing is tapped at all."""
    await she.minutes(15)
    await she.tap("Ms Okafor - 8 students")
    await she.minutes(20)
    await she.tap("Menu", "Wrap-up")
    await she.sees("Nothing was logged, and that is fine")
    await she.press("r")
    await she.writes("Farah first")
    await she.press("escape")


async def the_evening(she: She, page: Path) -> None:
    """What is to finish is asked one after the other; then the page."""
    await she.tap("Day")
    await she.sees("3 visits held, 90 min")
    await she.tap("Finish")
    await she.sees("08:45 Gr 4 Rm 12, Amara (1 to finish):")
    await she.writes("sorted by denominator")
    said = await she.reads()
    assert "Gr 4 Rm 12: Farah first" in said
    assert "a note without words" not in said
    await she.press("e")
    await she.sees("Students' names are on it")
    assert isinstance(she.app.screen, CardPage)
    assert she.app.screen.typing is not None
    await she.press(*["backspace"] * len(she.app.screen.typing.text))
    she.app.post_message(Paste(str(page)))
    await she.press("enter")
    await she.sees("written:")
    await she.press("escape")
    await she.sees("held 40 min", "held 30 min", "held 20 min")
