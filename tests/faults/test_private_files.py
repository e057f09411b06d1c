"""Whatever the umask: every file of a home is its owner's alone."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from observe.platform import Platform

from .school import PEOPLE, done, log, look, new_school, observe, process

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows keeps a user's own folders private by themselves")


@pytest.fixture(autouse=True, params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def open_to_others(home: Path) -> dict[str, str]:
    wrong = {}
    for place in (home, *home.rglob("*")):
        mode = stat.S_IMODE(place.stat().st_mode)
        if mode != (0o700 if place.is_dir() else 0o600):
            wrong[place.relative_to(home).as_posix()] = oct(mode)
    return wrong


def test_every_file_that_comes_into_a_home(home: Path, tmp_path: Path) -> None:
    visit = new_school(home)
    log(home, visit, look(student=PEOPLE[0], note="x"))
    feed = process(home, "log", visit)  # its write-ahead log and its index are there while it runs
    assert feed.stdin is not None
    assert feed.stdout is not None
    feed.stdin.write('{"pause": true}\n')
    feed.stdin.flush()
    feed.stdout.readline()
    with Platform().lock_app(home):
        assert {"observe.db-wal", "observe.db-shm", "app.lock"} <= {f.name for f in home.iterdir()}
        assert open_to_others(home) == {}
    feed.communicate('{"pause": false}\n')
    done(observe(home, "end", visit))
    done(observe(home, "backup", "-o", str(tmp_path / "then.db")))
    assert stat.S_IMODE((tmp_path / "then.db").stat().st_mode) == 0o600
    done(observe(home, "restore", str(tmp_path / "then.db"), "--yes"))
    assert open_to_others(home) == {}
    assert (home / "aside").is_dir()
    (home / "observe.db").write_bytes(b"damaged")
    observe(home, "doctor")
    assert open_to_others(home) == {}
    done(observe(home, "purge", PEOPLE[0], "--yes"))
    assert open_to_others(home) == {}


def test_a_trace(home: Path) -> None:
    done(observe(home, "visits"))
    broken = (
        "import sys, observe.cli as cli\nfrom observe.cli import lists\n"
        "def broken(*a, **k): raise RuntimeError\n"
        "lists.visits_command.callback = broken\nsys.exit(cli.run(sys.argv[1:]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", broken, "--home", str(home), "visits"], capture_output=True, check=False
    )
    assert run.returncode == 1
    assert (home / "trace.log").is_file()
    assert open_to_others(home) == {}
