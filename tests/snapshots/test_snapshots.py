"""Every screen, at every size and in every theme, is as it is stored; `draw.py` draws what is stored."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter

import pytest
from textual.screen import Screen

import observe.ui

from . import paper, screens, stage

ALL = [(journey, size) for journey in screens.JOURNEYS for size in screens.sizes(journey)]


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> stage.Homes:
    """Made once, copied for each journey."""
    return stage.Homes(tmp_path_factory.mktemp("homes"))


@pytest.mark.parametrize(("journey", "size"), ALL, ids=[f"{j.name}-{w}x{h}" for j, (w, h) in ALL])
async def test_the_glass_is_as_it_is_stored(journey: stage.Journey, size: stage.Size, homes: stage.Homes) -> None:
    drawn = await stage.play(journey, size, homes, paper.write)
    differs = paper.compare(drawn, size)
    if differs:
        pytest.fail(differs, pytrace=False)


def test_nothing_is_stored_that_is_not_drawn() -> None:
    named = [paper.stored(shot.name, size) for journey, size in ALL for shot in journey.shots(size)]
    assert [path for path, n in Counter(named).items() if n > 1] == []
    assert set(paper.STORED.rglob("*.txt")) == {*named, paper.STYLES}


def test_every_screen_has_a_snapshot() -> None:
    for module in pkgutil.walk_packages(observe.ui.__path__, "observe.ui."):
        importlib.import_module(module.name)
    there = {screen for screen in _below(Screen) if screen.__module__.startswith("observe.")}
    made = {screen for screen in there if not any(other is not screen and issubclass(other, screen) for other in there)}
    assert len(made) > 5
    shown = {shot.screen for journey, size in ALL for shot in journey.shots(size)}
    missing = sorted(screen.__name__ for screen in made - shown)
    assert missing == [], f"no journey in tests/snapshots/screens.py shows {missing}"


def _below(cls: type) -> set[type]:
    return {found for child in cls.__subclasses__() for found in (child, *_below(child))}
