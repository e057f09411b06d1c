"""Three devices of a team, made once a module and copied for each test."""

import shutil
from collections.abc import Iterator

import pytest

from .trio import Place, Trio, scratch


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """Folders for them, gone when the module is done."""
    with scratch() as found:
        yield found


@pytest.fixture(scope="module")
def begun(place: Place) -> Iterator[Trio]:
    """Three who have shared all there is; to be copied, not touched."""
    trio = Trio(place()).begin()
    yield trio
    trio.close()


@pytest.fixture
def trio(begun: Trio, place: Place) -> Iterator[Trio]:
    """A copy of them."""
    found = begun.copy(place())
    yield found
    found.close()
    shutil.rmtree(found.root)
