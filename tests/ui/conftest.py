"""A class in a real home, with a visit going on."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from observe.services import visits
from observe.services.home import Home
from observe.ui.live.controller import Controller

from .school import CLASS, school, section_id


@pytest.fixture
def home_open(home: Path) -> Iterator[Home]:
    opened = school(home, {"Gr 4 Rm 12": CLASS})
    yield opened
    opened.close()


@pytest.fixture
def visit(home_open: Home) -> str:
    return visits.start_visit(home_open, section_id(home_open, "Gr 4 Rm 12"), title="Fractions").id


@pytest.fixture
def live(home_open: Home, visit: str) -> Controller:
    return Controller(home_open, visit)


@pytest.fixture
def later(home_open: Home, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets so many minutes pass."""
    passed = [0]
    real = home_open.clock.now
    monkeypatch.setattr(home_open.clock, "now", lambda: real() + passed[0])

    def pass_(minutes: float) -> None:
        passed[0] += round(minutes * 60_000)

    return pass_
