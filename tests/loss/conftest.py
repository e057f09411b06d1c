"""Fixtures of the loss tests."""

import pytest

from .torture import Torture


@pytest.fixture
def torture(pytestconfig: pytest.Config, capsys: pytest.CaptureFixture[str]) -> Torture:
    return Torture(pytestconfig, capsys)
