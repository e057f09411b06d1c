"""Every test gets a home, a zone and a terminal of its own, and chance that repeats."""

import gc
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# One example list on every machine: a failure seen by one person is seen by all.
settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.register_profile("torture", deadline=None, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """`-n auto`. Half of the tests' time is waiting, for frames, terminals, other processes: more than one a core."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(2 * cores, cores + 4)


def pytest_collection_finish() -> None:
    """What is imported by now stays to the end: going through it for garbage each time took a seventh of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _morning() -> str:
    """A zone of one offset all year where it is after ten now: half an hour ago and in an hour are today as well."""
    ahead = (10 - time.gmtime().tm_hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}"  # POSIX counts westwards


@pytest.fixture(autouse=True)
def _own_place(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    user = tmp_path_factory.mktemp("user")
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(user))
    for name in (
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_STATE_HOME",
        "OneDrive",
        "OneDriveCommercial",
        "OneDriveConsumer",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OBSERVE_HOME", str(user / "observe"))
    monkeypatch.setenv("TZ", _morning())
    _tell_libc()
    yield
    monkeypatch.undo()
    _tell_libc()


@pytest.fixture
def arizona(monkeypatch: pytest.MonkeyPatch) -> None:
    """The zone of a test that says what time it is by a clock of its own."""
    monkeypatch.setenv("TZ", "America/Phoenix")
    _tell_libc()


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")


@pytest.fixture(autouse=True)
def _seeded(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ids and draws of this process are the test's own, each time; `OBSERVE_CHANCE=2` is another time."""
    chance = random.Random(f"{os.environ.get('OBSERVE_CHANCE', '')} {request.node.nodeid}")
    random.seed(chance.random())
    monkeypatch.setattr("os.urandom", chance.randbytes)
    monkeypatch.setattr("secrets.token_bytes", lambda n=32: chance.randbytes(n))


@pytest.fixture
def home() -> Path:
    """The home that this test's commands use. It does not exist yet."""
    return Path(os.environ["OBSERVE_HOME"])


def _tell_libc() -> None:
    if hasattr(time, "tzset"):  # Windows has none; there only TZ itself is read
        time.tzset()
