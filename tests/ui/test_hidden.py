"""Hidden names are hidden on every page about the practice: in titles, in what was typed, in lines being written."""

from __future__ import annotations

import re

from observe.app import ObserveApp
from observe.services import coaching, compacting, plan_start, promises, settings, visits
from observe.services.afterwards import Afterwards
from observe.services.home import Home
from observe.services.plan import Plan
from observe.services.record import Recorder
from observe.ui.cardpage import CardPage
from observe.ui.messages import ShowDay, ShowPage, ShowRoster, ShowWrapUp

from .finger import touch
from .school import CLASS, ids, section_id
from .test_live_screen import app_on, keys
from .test_live_screen import glass as text_of
from .test_wrapup import glass, settle, show

ROOM = "Gr 4 Rm 12"
MINUTE, DAY = 60_000, 86_400_000
NAMED = re.compile(rf"\b({'|'.join(word for name in CLASS for word in name.split())})\b")
PARTS = ("group", "tier", "question", "segment", "strategy", "watch", "compacting")


def named_all_over(home: Home) -> tuple[str, str]:
    """A visit that was held and one to come; wherever words can be typed, there is a name among them."""
    section, who = section_id(home, ROOM), ids(home, ROOM)
    amara = who["Amara Okeke"]
    coaching.agree(home, "Ms Okafor", "logged", "What Amara Okeke and the others do.")
    promises.make(home, section, "me", "bring tasks for Amara and Kofi Mensah")
    compacting.add(home, section, amara, shown="Amara has set 1", evidence="Kofi's", minutes=40, instead="with Mei Lin")
    now = home.clock.now()
    held = plan_start.new_visit(home, section, now - DAY, 45)
    made = Plan(home, held.id)
    made.add("objective", text="a goal for Amara")
    made.add("group", name="Amara's", students=[amara, who["Mei Lin"]], evidence="Kofi's slip", evidence_at=now - DAY)
    made.add("tier", name="Open", text="as Mei Lin asked")
    made.add("question", code="analyze", text="Why does Amara's way work?")
    made.add("segment", minutes=10, code="circulate", teacher="sits with Kofi")
    made.add("watch", students=[amara], text="quiet beside Mei Lin")
    visits.start_visit(home, section, visit=held.id, at=now - DAY)
    recorder = Recorder(home, held.id)
    recorder.observe("spark", "insight", student=amara, at=now - DAY + MINUTE, note="Amara saw what Kofi saw")
    recorder.observe("engagement", "deep", student=who["Kofi Mensah"], at=now - DAY + 2 * MINUTE)
    visits.end_visit(home, held.id, now - DAY + 40 * MINUTE)
    Afterwards(home, held.id).reflect("glow", "Amara Okeke helped Kofi")
    to_come = plan_start.new_visit(home, section, now + MINUTE, 45)
    Plan(home, to_come.id).add("objective", text="more for Amara Okeke")
    return held.id, amara


async def test_no_page_says_a_name_while_names_are_hidden(home_open: Home) -> None:
    held, amara = named_all_over(home_open)
    settings.put(home_open, "hide_names", "yes")
    section = section_id(home_open, ROOM)
    pages = [("plan", held), ("plan", ""), *(("plan_fill", f"{held}/{part}") for part in PARTS)]
    pages += [(page, "") for page in ("week", "students", "teachers", "trends", "research")]
    pages += [("students", amara), ("trends", amara)]
    pages += [("shared", f"talk:{held}"), ("shared", "principal"), ("shared", f"coverage:{section}")]
    pages += [("shared", f"family:{amara}")]
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        for message in (None, ShowDay(), ShowWrapUp(held), ShowRoster(), *(ShowPage(*page) for page in pages)):
            if message is not None:
                await show(app, pilot, message)
            screen = app.screen
            assert isinstance(screen, CardPage)
            if screen.names().hidden:  # where students may be named, the shortest title says it too
                assert all("NAMES HIDDEN" in title for title in screen.title_choices()), message
            for _ in range(12):
                text, first = glass(app), screen.first
                found = NAMED.findall(text)
                assert not found, (message, text)
                screen.press("scroll_down")
                await pilot.pause()
                if screen.first == first:
                    break
            if message is not None:
                await app.pop_screen()


async def test_a_line_that_is_written_hides_names_too_and_keeps_them(home_open: Home) -> None:
    held, _ = named_all_over(home_open)
    settings.put(home_open, "hide_names", "yes")
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await show(app, pilot, ShowPage("plan", held))
        await pilot.press("o")
        assert "a goal for A. #" in glass(app)
        assert "Amara" not in glass(app)
        await pilot.press("!", "enter")
        assert "a goal for A. #1!" in glass(app)
    assert [one.text for one in Plan(home_open, held).lines("objective")] == ["a goal for Amara!"]


async def test_the_strip_of_a_visit_hides_at_once_what_it_said_before_and_what_is_written(
    home_open: Home, visit: str
) -> None:
    async with app_on(home_open) as (pilot, screen):
        await keys(pilot, "A")
        touch(screen, "note")
        await pilot.pause()
        assert "flag / Amara" in text_of(screen)
        await keys(pilot, "p")
        assert "flag / A. #" in text_of(screen)
        await keys(pilot, "i", *"as Kofi did")
        assert "note: as K. #13 did" in text_of(screen)
        assert not NAMED.findall(text_of(screen))
        await keys(pilot, "enter")
        assert [note.body for note in screen.controller.log.notes] == ["", "as Kofi did"]
