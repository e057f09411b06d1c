"""`?` on a page: every label on it is explained, what is under the cursor first, and nobody is named."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from observe.app import ObserveApp
from observe.domain.cards import Card, Page, Stretch, Timeline, line
from observe.domain.protocol import Protocol
from observe.services import visits
from observe.services.glossary import TERMS
from observe.services.home import Home
from observe.services.protocols import import_protocol, shipped
from observe.services.record import Recorder
from observe.ui.cardpage import CardPage
from observe.ui.meanings import Words, meant, rows_on_page, rows_under, terms_in, words_of
from observe.ui.messages import ShowCorrect, ShowDay, ShowPage, ShowRoster, ShowSettings, ShowWrapUp
from observe.ui.pads import Row
from observe.ui.practice_pages import NAMES
from observe.ui.screens.help import HelpScreen

from ..snapshots.stage import settle
from .finger import key, touch
from .school import CLASS, section_id
from .test_today import glass
from .test_wrapup import twelve_taps

PUSH_IN = shipped()["push_in"]


def flat(rows: Sequence[Row]) -> str:
    return " ".join(" ".join(row.text for row in rows).split())


@pytest.mark.parametrize("protocol", shipped().values(), ids=lambda p: p.id)
@pytest.mark.parametrize("w", [48, 158])
def test_each_label_alone_brings_all_that_its_scheme_says_of_it(protocol: Protocol, w: int) -> None:
    for channel in protocol.channels:
        text = flat(rows_on_page(Words(f"x {channel.label}: 3"), [protocol], w))
        for code in channel.codes:  # by its channel's name alone, too
            assert code.definition in text
        for code in channel.codes:
            for rows in (rows_under(Words("", f"10:15  {code.label} / Amara"), [protocol], w), None):
                said = flat(rows if rows is not None else rows_on_page(Words(f"3 {code.label}, x"), [protocol], w))
                for words in (code.definition, *code.looks_like, *code.sounds_like):
                    assert words in said, (code.label, words)
        for modifier in channel.modifiers:
            said = flat(rows_on_page(Words(modifier.label), [protocol], w))
            assert modifier.definition in said
            for value in modifier.values:
                assert value.definition in said


def test_a_label_is_a_word_of_its_own_with_its_capital() -> None:
    def labels(text: str) -> set[str]:
        return {code.label for one in meant(text, [PUSH_IN]) for code in one.codes}

    assert labels("Thinking and Stretch") == {"Thinking", "Stretch"}
    assert labels("Rethinking, Stretched, Thinkings") == set()
    assert labels("she was thinking in the lead, an easy question") == set()
    assert labels("some off task, one already knows") == {"Off task", "Already knows"}  # two words are no chance
    assert labels("") == set()
    assert meant("Thinking", []) == []
    assert rows_under(Words("Thinking"), [PUSH_IN], 80) == []


def test_two_schemes_on_one_page_are_both_there_and_none_twice() -> None:
    both = [PUSH_IN, shipped()["dcos"], PUSH_IN]
    text = "\n".join(channel.label for protocol in both for channel in protocol.channels)
    found = [(one.channel.label, one.channel.definition) for one in meant(text, both)]
    assert len(found) == len(set(found))
    assert set(found) == {(c.label, c.definition) for p in both for c in p.channels}


def test_words_of_the_work_are_there_where_they_stand() -> None:
    assert [term.word for term in terms_in("2 tiers, 3 sparks; not identified", PUSH_IN)] == [
        *("Identified", "Tier", "Spark"),
    ]
    assert [term.word for term in terms_in("Promises: agreed on compacting. Taken up", PUSH_IN)] == [
        *("Transfer", "Promise", "Compacting"),
    ]
    assert [term.word for term in terms_in("Compacting", PUSH_IN)] == []  # a label: the scheme says what it is
    for term in TERMS:
        if term.word not in {code.label for channel in PUSH_IN.channels for code in channel.codes} | {"Think time"}:
            assert term.meaning in flat(rows_on_page(Words(term.word.lower()), [PUSH_IN], 80)), term.word


def test_the_words_under_the_cursor_are_those_of_its_line() -> None:
    edge = Stretch("Teach", "T", "role", 0, 60_000, "10:15", "edge:1")
    items = (line("Active", act="a"), line("Stuck", act="b"), Timeline((edge,), 60_000))
    page = Page("Title", (Card("Sparks", items),))
    assert words_of(page).under == ""
    assert words_of(page, "b").under == "Stuck"
    assert words_of(page, "edge:1").under == "Teach"
    assert set(words_of(page).page.split("\n")) == {"Title", "Sparks", "Active", "Stuck", "10:15 Teach"}


# -- in the app --------------------------------------------------------------------------------------------


def standing(text: str, protocol: Protocol) -> list[str]:
    """Definitions of the labels in a text, found another way: by its words one after the other."""
    words = re.findall(r"\w+", text)
    found = []
    for channel in protocol.channels:
        for code in channel.codes:
            label = re.findall(r"\w+", code.label)
            if any(words[i : i + len(label)] == label for i in range(len(words))):
                found.append(code.definition)
    return found


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=str)
async def test_every_label_on_every_page_has_its_meaning_one_key_away(home_open: Home, size: tuple[int, int]) -> None:
    held = twelve_taps(home_open)
    visits.start_visit(home_open, section_id(home_open, "Gr 4 Rm 12"))
    app = ObserveApp(home_open)
    some = 0
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for message in (
            *(ShowWrapUp(held), ShowDay(), ShowCorrect(held), ShowRoster(), ShowSettings()),
            *(ShowPage(name) for name in NAMES),
            ShowPage("practice", "together"),
        ):
            app.post_message(message)
            await settle(app)
            screen = app.screen
            assert isinstance(screen, CardPage)
            text = glass(app)
            screen.on_key(key("?"))
            await settle(app)
            help = app.screen
            assert isinstance(help, HelpScreen)
            said = flat(help.lines(size[0] - 2))
            for definition in standing(text, PUSH_IN):
                assert definition in said
                some += 1
            assert not [name for name in CLASS if name in said]
            await app.pop_screen()
            await app.pop_screen()
    assert some > 15


async def test_the_label_under_the_cursor_comes_first_and_a_pad_leads_to_the_keys(home_open: Home) -> None:
    held = twelve_taps(home_open)
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.post_message(ShowCorrect(held))
        await settle(app)
        screen = app.screen
        assert isinstance(screen, CardPage)
        act = next(item.act for card in screen.page.cards for item in card.items if "Already knows" in item.text)
        while screen.cursor != act:
            screen.press("line_down")
        screen.on_key(key("?"))
        await settle(app)
        assert "Challenge: Already knows" in glass(app)
        assert "Could do this before the lesson began" in glass(app)
        help = app.screen
        assert isinstance(help, HelpScreen)
        touch(help, "jump")
        await settle(app)
        assert "takes back the last thing" in " ".join(glass(app).lower().split())
        touch(help, "jump")
        await settle(app)
        assert "Challenge: Already knows" in glass(app)
        help.on_key(key("k"))
        await settle(app)
        assert "Challenge: Already knows" not in glass(app)


async def test_a_page_without_labels_shows_its_keys_and_no_pad_for_words(home_open: Home) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, CardPage)
        app.screen.on_key(key("?"))
        await settle(app)
        help = app.screen
        assert isinstance(help, HelpScreen)
        assert "jump" not in help.foot_ids
        assert "Keys" in glass(app)


MOOD = """\
[protocol]
id = "mood"
version = {version}
title = "Mood"
[[channel]]
name = "mood"
label = "Mood"
kind = "count"
[[channel.code]]
key = "high"
label = "High"
definition = "{definition}"
"""


async def test_a_visit_is_explained_by_the_scheme_and_version_that_it_was_logged_with(home_open: Home) -> None:
    for version, definition in ((1, "Up in the air."), (2, "Over the moon.")):
        import_protocol(home_open, MOOD.format(version=version, definition=definition), "mood.toml")
        if version == 1:
            visit = visits.start_visit(home_open, section_id(home_open, "Gr 4 Rm 12"), protocol="mood").id
            Recorder(home_open, visit).observe("mood", "high")
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for message, said, not_said in (
            (ShowWrapUp(visit), "Up in the air.", "Over the moon."),
            (ShowCorrect(visit), "Up in the air.", "Over the moon."),
        ):
            app.post_message(message)
            await settle(app)
            assert isinstance(app.screen, CardPage)
            app.screen.on_key(key("?"))
            await settle(app)
            assert said in glass(app)
            assert not_said not in glass(app)
            await app.pop_screen()
