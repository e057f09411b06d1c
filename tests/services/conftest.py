"""The home in Phoenix, and its clock."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from observe.services.home import Home

from .phoenix import Fixed, school


@pytest.fixture
def clock() -> Fixed:
    return Fixed()


@pytest.fixture
def at(home: Path, clock: Fixed) -> Iterator[Home]:
    opened = school(home, clock)
    yield opened
    opened.close()
