"""A school made once, copied for each test."""

from pathlib import Path

import pytest

from .commands import Observe, copied, make_school


@pytest.fixture(scope="session")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("school")
    with pytest.MonkeyPatch.context() as patch:
        make_school(folder / "home", folder, patch)
    return folder / "home"


@pytest.fixture
def observe(home: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Observe:
    """The command in a home that is not there yet."""
    return Observe(home, monkeypatch, capsysbinary)


@pytest.fixture
def at_school(observe: Observe, school: Path) -> Observe:
    """The command in a home with two sections."""
    copied(school, observe.home)
    return observe


@pytest.fixture
def live(at_school: Observe) -> Observe:
    """With a visit to Room 12 that began at 10:00."""
    at_school.start()
    return at_school
