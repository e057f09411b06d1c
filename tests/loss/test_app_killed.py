"""The app killed at any moment under her fingers: every tap that the screen said was logged is in the log."""

import random
import re
import shutil
import sys
from pathlib import Path

import pytest

from observe.domain.codec import ms_of

from .feed import Feed, Line
from .ledger import PEOPLE, new_school, sound
from .torture import Torture

if sys.platform == "win32":  # reason: Windows has no pseudo-terminals in Python
    pytest.skip("a pseudo-terminal is POSIX", allow_module_level=True)

from .terminal import App

ROUNDS = 20
WORDS = {
    "Thinking": "deep",
    "Active": "active",
    "Listening": "passive",
    "Off task": "off",
    "Stuck": "strain",
    "Stretch": "stretch",
    "Easy": "easy",
}
SHORT = {name.split()[0]: name for name in PEOPLE}
STRIP = re.compile(rf"logged ({'|'.join(WORDS)}) / ({'|'.join(PEOPLE)})\b")
PANEL = re.compile(rf"\d\d:\d\d  ({'|'.join(WORDS)}) +({'|'.join(SHORT)})\b")

Tap = tuple[str, str]
"""Whom and what: each pair is tapped once, so that the screen names a tap and no other."""


@pytest.mark.timeout(300)  # twenty starts of the app, on a machine that may be busy
def test_what_the_screen_showed_before_a_kill_is_there(tmp_path: Path) -> None:
    visit = new_school(tmp_path / "school", tmp_path)
    shown = sum(killed(seed, tmp_path / "school", visit, tmp_path / str(seed)) for seed in range(ROUNDS))
    assert shown > 5 * ROUNDS  # the kills came late enough to mean something


@pytest.mark.torture
@pytest.mark.timeout(0)
def test_hundreds_of_killed_apps(tmp_path: Path, torture: Torture) -> None:
    visit = new_school(tmp_path / "school", tmp_path)

    def one(seed: int) -> int:
        shown = killed(seed, tmp_path / "school", visit, tmp_path / str(seed))
        shutil.rmtree(tmp_path / str(seed))
        return shown

    torture.run("app", 500, one)


def killed(seed: int, school: Path, visit: str, home: Path) -> int:
    """One round: the app goes on with a visit, is tapped at random speed, now and then beside a command, and killed.

    Returns how many taps the screen had shown as logged.
    """
    rng = random.Random(seed)
    shutil.copytree(school, home)
    taps = [(who, word) for who in PEOPLE for word in WORDS]
    rng.shuffle(taps)
    taps = taps[: rng.randrange(1, len(taps))]
    other: list[Line] = [{"channel": "engagement", "code": "waiting", "note": str(n)} for n in range(300)]
    app = App(home)
    feed = None
    shown: set[Tap] = set()
    try:
        assert app.until(lambda: app.shows("Go on")), app.rows
        app.send(b"\r")
        places: dict[str, tuple[int, int]] = {}
        assert app.until(lambda: app.shows("JUST LOGGED") and find(app, places)), app.rows
        feed = Feed(home, visit, other, random.Random(seed)) if rng.random() < 0.25 else None
        chosen = ""
        for who, word in taps:
            if who != chosen:
                app.tap(places[who])
                chosen = who
            app.tap(places[word])
            if rng.random() < 0.4:
                app.read(rng.choice([0, 0, 0.01, 0.05]))
                shown |= read(app)
        last = rng.choice(taps)  # that the screen is to tell of; those before it may come and go unseen
        told = app.until(lambda: reached(last, taps, shown, read(app)), 30 if feed is None else rng.random())
        assert told or feed is not None, app.rows  # the command's lines push hers off the screen
        app.read(rng.random() * 0.01)
    finally:
        app.kill()
        if feed is not None:
            feed.kill()
            feed.finish()
    shown |= read(app)
    logged = [
        (e.data.get("student"), e.data["channel"], e.data["code"], e.data["at"])
        for e in sound(home)
        if e.kind == "observation" and "note" not in e.data
    ]
    ids = {e.data["name"]: e.key for e in sound(home) if e.kind == "student"}
    asked = [
        (ids[who], "challenge" if word in ("Stuck", "Stretch", "Easy") else "engagement", WORDS[word])
        for who, word in taps
    ]
    assert [row[:3] for row in logged] == asked[: len(logged)]  # each once, in order, for the child she chose
    assert [row[3] for row in logged] == sorted((row[3] for row in logged), key=ms_of)
    missing = shown - set(taps[: len(logged)])
    assert not missing, f"shown as logged and not there: {missing}"
    return len(shown)


def reached(tap: Tap, taps: list[Tap], shown: set[Tap], now: set[Tap]) -> bool:
    """Adds what is shown now; whether that tap or a later one was."""
    shown |= now
    return not shown.isdisjoint(taps[taps.index(tap) :])


def find(app: App, places: dict[str, tuple[int, int]]) -> bool:
    """Where tiles and pads are drawn: below the strip and the states. False while one is missing."""
    found = {text: app.where(text, below=10) for text in (*PEOPLE, *WORDS)}
    places.update({text: at for text, at in found.items() if at is not None})
    return len(places) == len(found)


def read(app: App) -> set[Tap]:
    """Every tap that the screen says was logged: the strip names the last one, the side panel the last twelve."""
    rows = "\n".join(app.rows)
    return {(who, word) for word, who in STRIP.findall(rows)} | {
        (SHORT[who], word) for word, who in PANEL.findall(rows)
    }
