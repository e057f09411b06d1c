"""`?` on a pad: every one that can be on the glass explains itself."""

from __future__ import annotations

import pytest

from observe.services import visits
from observe.services.home import Home
from observe.ui.explain import explain
from observe.ui.live.screen import LiveScreen
from observe.ui.screens.help import HelpScreen

from .school import CLASS, section_id
from .test_live_screen import SIZES, app_on, keys, tap

ALL_SIZES = [*SIZES, (66, 21)]


def faces_of(screen: LiveScreen) -> list[str]:
    return ["", *{face for _, face in screen.scene.layout.faces if "." in face or face in ("more", "picks")}]


def every_target(screen: LiveScreen) -> set[str]:
    """The ids of all pads that this size can show, in and out of a look at everyone."""
    found = set()
    for looking in (None, screen.controller.session.looking or 1):
        screen.controller.session.looking = looking
        for face in faces_of(screen):
            screen.controller.session.open = face
            screen.draw()
            found |= {id for _, id in screen.targets()}
    screen.controller.session.looking = None
    screen.controller.session.close()
    return found


@pytest.mark.parametrize("protocol", ["push_in", "dcos", "copus"])
@pytest.mark.parametrize("size", ALL_SIZES, ids=str)
async def test_every_pad_in_every_form_explains_itself(home_open: Home, size: tuple[int, int], protocol: str) -> None:
    visits.start_visit(home_open, section_id(home_open, "Gr 4 Rm 12"), protocol=protocol)
    async with app_on(home_open, size) as (_, screen):
        ids = every_target(screen)
        assert {"undo", "redo", "note", "menu", "wrap", "strip"} <= ids
        if protocol == "push_in":
            assert {"asker", "unseen", "look", "skip", "back", "code.spark.lead", "flag.questioning.waited"} <= ids
        for id in ids:
            rows = explain(id, tuple(screen.commands.values()), screen.scene.keys, screen.controller.protocol, 78)
            text = " ".join(row.text.strip() for row in rows)
            assert len(text) > 25, (id, text)
            assert text.rstrip().endswith((".", "?", ";", ")", "!")) or ":" in text, (id, text)


async def test_a_question_mark_on_a_pad_shows_what_it_means_first(home_open: Home, visit: str) -> None:
    async with app_on(home_open, (80, 24)) as (pilot, screen):
        protocol = screen.controller.protocol
        asker = screen.controller.places.asker
        assert asker is not None
        meanings = {
            "asker": [value.definition for value in asker.values],
            "flag.questioning.waited": ["Three seconds or more"],
            "undo": ["Takes back the last thing done"],
            "menu": ["opens the menu"],
            "open.picks": ["Insight", "Lead"],
            "open.drawer.strategy": ["Compacting"],
        }
        for name in ("role", "grouping", "strategy", "spark", "questioning", "engagement", "challenge"):
            channel = protocol.channel(name)
            assert channel is not None
            meanings |= {
                f"code.{name}.{code.key}": [code.definition, *code.looks_like, *code.sounds_like]
                for code in channel.codes[:2]
            }
        for id, said in meanings.items():
            screen.controller.session.cursor = id
            await keys(pilot, "question_mark")
            await pilot.pause()
            shown = screen.app.screen
            assert isinstance(shown, HelpScreen)
            text = " ".join(" ".join(strip.text.split()) for strip in shown._compositor.render_strips()[:21])
            flat = "".join(text.split())
            for words in said:
                assert "".join(words.split()) in flat, (id, words, text)
            await keys(pilot, "escape")
            await pilot.pause()
            assert screen.app.screen is screen


async def test_by_touch_help_explains_what_was_just_tapped(home_open: Home, visit: str) -> None:
    async with app_on(home_open, (80, 24)) as (pilot, screen):
        for id in ("code.challenge.stretch", "menu", "help"):
            tap(screen, id)
            await pilot.pause()
        shown = screen.app.screen
        assert isinstance(shown, HelpScreen)
        text = " ".join(" ".join(strip.text.split()) for strip in shown._compositor.render_strips()[1:16])
        assert text.startswith("Challenge: Stretch")
        assert "Looks like" in text
        assert "Sounds like" in text


async def test_help_on_a_tile_names_nobody(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        await keys(pilot, "A", "shift+right", "question_mark")
        await pilot.pause()
        text = "\n".join(strip.text for strip in screen.app.screen._compositor.render_strips())
        assert "A student's tile" in text
        assert not [name for name in CLASS if name in text]


async def test_help_says_what_the_strips_signs_mean(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        await keys(pilot, "question_mark")
        await pilot.pause()
        help = screen.app.screen
        assert isinstance(help, HelpScreen)
        text = "\n".join(row.text for row in help.lines(98))
        assert "clock changed" in text
        assert "not saved" in text


async def test_what_a_tap_does_is_said_as_it_is(home_open: Home, visit: str) -> None:
    """A spark needs a child, and an adult's question is of none: neither is "for the student chosen now or for
    everyone"."""
    async with app_on(home_open) as (_, screen):
        c = screen.controller

        def said(id: str) -> str:
            return " ".join(row.text.strip() for row in explain(id, (), screen.scene.keys, c.protocol, 78))

        c.press("everyone")
        c.press("code.spark.lead")
        assert not c.log.observations
        assert said("code.spark.lead").endswith("for the student chosen now; with nobody chosen, nothing is logged.")
        c.press(f"student.{c.view.seats[0].student.id}")
        c.press("code.questioning.apply")
        assert c.log.observations[-1].student is None
        assert said("code.questioning.apply").endswith("is of nobody until a tap on the strip says who answered it.")
        assert said("code.engagement.deep").endswith("for whoever is chosen now: a student, a group or everyone.")
        assert said("code.move.press").endswith("of the visit and of no student.")
