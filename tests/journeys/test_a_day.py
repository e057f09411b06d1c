"""Visits as they happen: each test is a story, told by what she taps and what she reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from observe.ui.messages import ShowSummary

from .day import DAY, NEXT_DAY, ROOM_12, Day

pytestmark = pytest.mark.usefixtures("arizona")

ROOM = "Gr 4 Rm 12"
OTHER = "Gr 5 Rm 3"


async def test_a_visit_of_twelve_taps_reads_like_a_page_about_it(home: Path) -> None:
    day = Day(home, "09:00", {ROOM: ROOM_12})
    async with day.opens() as she:
        await she.tap(ROOM)
        await she.sees("nothing yet", "8 not yet seen")
        await she.tap("Desk to desk")
        await she.minutes(5)
        await she.tap("Amara", "Thinking")
        await she.sees("logged Thinking / Amara")
        await she.minutes(3)
        await she.tap("Small group", "with whom", "Caleb", "Kofi", "done")
        await she.sees("with 2 0:00")
        await she.minutes(4)
        await she.tap("Beatriz", "Thinking")
        await she.tap("Dmitri", "Off task")
        await she.sees("logged Off task / Dmitri")
        await she.minutes(2)
        await she.tap("Kofi", "Sparks")
        await she.sees("which kind? 1-6")
        await she.tap("Insight")
        await she.sees("logged Insight / Kofi")
        await she.minutes(6)
        await she.tap("Amara", "Already")
        await she.sees("logged Already knows", "Amara tap: other child")
        await she.minutes(10)
        await she.tap("Caleb", "Note")
        await she.sees("flag / Caleb", "words at wrap-up")
        await she.tap("Analyze")
        await she.minutes(8)
        await she.tap("Menu", "Wrap-up")

        await she.sees("Held 38 min, 09:00 to 09:38: 30 small group, 8 desk to desk.")
        await she.picks("what you saw)")  # the spark
        await she.writes("halves of halves")
        page = await she.reads()
        for said in ("1 note to finish", "09:30 Caleb: (tap to write what you saw)", "Kofi Insight halves of halves"):
            assert said in page
        await she.picks("what you saw)")  # the note
        await she.sees("09:30 Caleb:")
        await she.writes("drew it twice")
        await she.press("g")
        await she.writes("Two ways were found")
        page = await she.reads()
        for said in ("drew it twice", "Two ways were found", "Seen 4 of 8 who were here"):
            assert said in page
        for unsaid in ("to finish", "%", "too few"):
            assert unsaid not in page

    told = day.command("summary")
    for said in (
        "Held 38 min, 09:00 to 09:38: 30 small group, 8 desk to desk.",
        "Questions: at least 1 logged, sparks: at least 1 logged.",
        "Nobody looked at everyone, so there are no percentages. That is fine.",
        "Thinking        2   Amara Okeke, Beatriz Lima",
        "Off task        1   Dmitri Volkov",
        "Already knows   1   Amara Okeke",
        "30 min  with Caleb Stone, Kofi Mensah",
        "* Kofi Mensah  Insight  halves of halves",
        "09:30 Caleb Stone: drew it twice",
        "Seen 4 of 8 who were here",
        "with you, nothing logged: Caleb Stone",
        "not yet seen: Farah Nasser, Grace Hill, Hiro Tanaka",
        "Two ways were found",
    ):
        assert said in told
    assert "%" not in told
    found = day.json("summary")
    assert found["visit"]["seconds"] == 38 * 60
    assert found["channels"]["engagement"]["by_method"]["tap"]["n"] == 3
    assert found["channels"]["role"]["seconds"]["group"] == 30 * 60
    assert found["coverage"]["seen"] == 4


async def test_a_visit_without_a_tap_is_a_visit(home: Path) -> None:
    day = Day(home, "09:00", {ROOM: ROOM_12})
    async with day.opens() as she:
        await she.tap(ROOM)
        await she.minutes(30)
        await she.tap("Menu", "Wrap-up")
        page = await she.reads()
        for said in (
            "Held 30 min, 09:00 to 09:30.",
            "Nothing was logged, and that is fine: what ran and what you saw can be said below.",
            "Seen 0 of 8 who were here",
            "not yet seen: everybody",
        ):
            assert said in page
        for unsaid in ("%", "0 min", "less than", "too few", "at least 0"):
            assert unsaid not in page.replace("30 min", "")
        await she.picks("Tiered")
        await she.sees("ran, by me")
        await she.picks("Next visit  (tap")
        await she.writes("Ask Farah about the stars")
        await she.press("escape")
        await she.sees("held 30 min")
    told = day.command("summary")
    assert "Tiered        ran, by me" in told
    assert "Ask Farah about the stars" in told
    assert "%" not in told
    found = day.json("summary")
    assert found["channels"]["engagement"]["by_method"]["tap"]["shares"]["deep"] is None
    assert (found["coverage"]["seen"], found["coverage"]["present"]) == (0, 8)


async def test_a_short_look_is_too_few_for_percentages_and_says_so(home: Path) -> None:
    day = Day(home, "09:00", {ROOM: ROOM_12})
    async with day.opens() as she:
        await she.tap(ROOM)
        await she.tap("Look at")
        await she.press("4", "4", "3", "1")
        await she.sees("LOOK AT EVERYONE 5 of 8")
        await she.tap("Stop looking")
        await she.minutes(12)
        await she.tap("Menu", "Wrap-up")
        await she.sees("too few for percentages (Thinking 2,")
        assert "%" not in await she.reads()
    told = day.command("summary")
    assert "too few for percentages (Thinking 2, Active 1, Off task 1)" in told
    assert "%" not in told


async def test_the_wrong_child_is_put_right_in_two_taps(home: Path) -> None:
    day = Day(home, "09:00", {ROOM: ROOM_12})
    async with day.opens() as she:
        await she.tap(ROOM)
        await she.tap("Amara", "Thinking")
        await she.sees("logged Thinking / Amara", "tap: other child")
        await she.tap("logged Thinking")
        await she.sees("Thinking was", "tap the child")
        await she.tap("Kofi")
        await she.sees("logged Thinking / Kofi", "▶ Kofi Mensah", "7 not yet seen")
        await she.seconds(61)
        await she.sees("Kofi Mensah? 1m")  # is it still that child?
        await she.minutes(1)
        await she.sees("Kofi Mensah? 2m")
        await she.press("3")  # it is
        await she.sees("logged Active / Kofi", "▶ Kofi Mensah")
        await she.tap("Menu", "Wrap-up")
        page = await she.reads()
        assert "Thinking 1 Kofi" in page
        assert "Active 1 Kofi" in page
    found = day.json("summary")
    assert [who["tap"]["n"] for who in found["channels"]["engagement"]["by_student"].values()] == [2]
    assert "Thinking        1   Kofi Mensah" in day.command("summary")


async def test_a_fire_drill_counts_nowhere(home: Path) -> None:
    day = Day(home, "09:00", {ROOM: ROOM_12})
    async with day.opens() as she:
        await she.tap(ROOM, "Teach")
        await she.minutes(10)
        await she.tap("Farah", "Thinking")
        await she.tap("Menu", "Pause")
        await she.sees("PAUSED", "PAUSED, for")
        await she.minutes(12)
        await she.tap("Amara", "Done")  # in the yard
        await she.sees("logged Done waiting", "Amara tap: other child", "PAUSED")
        await she.minutes(3)
        await she.tap("Menu")
        await she.sees("goes on counting: tap")
        await she.tap("Pause")
        await she.sees("10:00")  # minutes of the visit, not of the morning
        she.sees_no("PAUSED")
        await she.minutes(20)
        await she.tap("Menu", "Wrap-up")
        page = await she.reads()
        for said in (
            "Held 30 min, 09:00 to 09:45: 30 teach.",
            "Left out of everything: 15 min of pause.",
            "My role, 30 min",
        ):
            assert said in page
    found = day.json("summary")
    assert (found["visit"]["seconds"], found["visit"]["paused_seconds"]) == (30 * 60, 15 * 60)
    assert found["channels"]["role"]["shares"]["teach"] == 1
    assert found["channels"]["engagement"]["by_method"]["tap"]["n"] == 2
    whole = day.json("day", DAY)
    assert whole["delivered"]["extra_minutes"] == 30


async def _forgotten(home: Path) -> Day:
    """A visit of 10:00, planned for 45 minutes; at 10:40 the tablet is put away, and the visit is not ended."""
    day = Day(home, "10:00", {ROOM: ROOM_12, OTHER: ROOM_12[:3]})
    day.plan(ROOM, "10:00", 45)
    async with day.opens() as she:
        await she.tap(ROOM, "Teach")
        await she.minutes(31)
        await she.tap("Amara", "Thinking")
        await she.minutes(9)
    day.at("07:50", NEXT_DAY)
    return day


async def test_a_forgotten_end_is_asked_for_in_the_morning(home: Path) -> None:
    for number, (pad, minutes, end) in enumerate(
        (("End at last log", 31, "10:31"), ("End as planned", 45, "10:45"), ("End now", 21 * 60 + 50, "07:50"))
    ):
        day = await _forgotten(home / str(number))
        async with day.opens() as she:
            await she.sees(f"Resume {ROOM}, began yesterday 10:00?", "Last log 10:31.", "Nothing was lost.")
            await she.sees("It was forgotten: when did it end?", "yesterday 10:31", "yesterday 10:45")
            await she.tap(pad)
            she.sees_no("Resume", "still open")
            await she.sees("no glow line yet")
            await she.tap("no glow line yet")
            await she.sees(f"Held {minutes} of 45 min, 10:00 to {end}", "Its end is estimated: it was forgotten")
            await she.press("escape")
            await she.tap("Day")
            await she.press("left")
            await she.sees("Tuesday 17 November 2026", "end estimated")
        found = day.json("summary")
        assert (found["visit"]["seconds"], found["visit"]["estimated_end"]) == (minutes * 60, True)
        (visit,) = day.json("day", DAY)["visits"]
        assert visit["visit"]["estimated_end"] is True
        assert "Its end is estimated" in day.command("summary")
        assert "end estimated" in day.command("day", DAY)


async def test_a_role_tapped_late_is_moved_back_at_once_and_again_at_wrap_up(home: Path) -> None:
    day = Day(home, "09:00", {ROOM: ROOM_12})
    async with day.opens() as she:
        await she.tap(ROOM, "Teach")
        await she.minutes(20)
        await she.tap("Coach")
        await she.sees("logged Coach", "began now; tap: earlier", "0:00")
        await she.tap("logged Coach")
        await she.sees("5 min ago", "5:00")
        await she.tap("logged Coach")
        await she.sees("10 min ago", "10:00")
        await she.tap("logged Coach")  # she taught from the start on
        await she.sees("began now")
        await she.tap("logged Coach", "logged Coach")
        await she.minutes(10)
        await she.tap("Menu", "Wrap-up")
        await she.sees("09:00 to 09:30: 20 coach, 10 teach.")
        # It was a little later than that.
        await she.tap("09:10")
        await she.sees("This edge:")
        await she.press("right")
        await she.sees("begins 09:11 now; undo takes that back", "19 coach, 11 teach")
        await she.press("right", "right")
        await she.sees("begins 09:13 now", "17 coach, 13 teach")
        await she.press("u")
        await she.sees("18 coach, 12 teach")
    seconds = day.json("summary")["channels"]["role"]["seconds"]
    assert (seconds["teach"], seconds["coach"]) == (12 * 60, 18 * 60)
    assert "09:12 Coach" in day.command("summary")


async def test_she_comes_late_and_leaves_in_a_rush(home: Path) -> None:
    day = Day(home, "09:00", {ROOM: ROOM_12, OTHER: ROOM_12[:3]})
    day.plan(ROOM, "08:56", 40, "Fractions")
    day.plan(OTHER, "09:45", 30)
    async with day.opens() as she:
        await she.sees(f"{ROOM} - Fractions", "planned 40 min", "When planned")
        await she.tap("When planned")
        await she.tap(ROOM)
        await she.sees("4:00")  # it began at 08:56
        await she.tap("Amara", "Thinking")
        await she.minutes(44)  # the bell; she is in the corridor already
        await she.tap("Menu", "To Today")
        await she.sees(f"Resume {ROOM}", "Another class: the open visit ends at its last log.")
        await she.tap("5 min ago")
        first_screen = she.app.live
        assert first_screen is not None
        await she.tap(f"{OTHER}")
        await she.sees("5:00", "3 here")
        # The clock of the first visit ticked once more before its screen went, and found it ended.
        she.app.post_message(ShowSummary(first_screen.controller.recorder.visit_id))
        await she.settles()
        await she.sees("5:00", "3 here")
        await she.tap("Caleb", "Active")
        await she.minutes(20)
        await she.tap("Menu", "Wrap-up")
        await she.sees("Held 25 of 30 min, 09:39 to 10:04")
        await she.press("escape")
        await she.sees("held 4 of 40 min, end estimated", "held 25 of 30 min")
    first, second = day.json("day", DAY)["visits"]
    assert (first["visit"]["seconds"], first["visit"]["estimated_end"]) == (4 * 60, True)
    assert (second["visit"]["seconds"], second["visit"]["estimated_end"]) == (25 * 60, False)
    assert first["visit"]["planned_minutes"] == 40


async def test_ten_minutes_ago_is_ten_minutes_ago(home: Path) -> None:
    day = Day(home, "09:10", {ROOM: ROOM_12})
    async with day.opens() as she:
        await she.tap("10 min ago")
        await she.tap(ROOM)
        await she.sees("10:00")
        await she.tap("Coach")
        await she.tap("logged Coach")
        await she.sees("5 min ago")
        await she.tap("logged Coach")
        await she.sees("at the start")  # ten minutes ago is the start
        await she.tap("Menu", "Wrap-up")
        await she.sees("Held 10 min, 09:00 to 09:10: 10 coach.")
