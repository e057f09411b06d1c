"""An empty home in a real terminal: the way from it into the made-up school."""

from __future__ import annotations

from pathlib import Path

from observe.platform import Platform
from observe.services.home import open_home


def test_the_demo_opens_from_an_empty_home_and_leaves_it_alone(tmp_path: Path) -> None:
    from .terminal import Terminal  # no such terminals on Windows

    glass = Terminal(tmp_path / "mine", 100, 32)
    try:
        glass.until("Your name")
        glass.keys("\x1b")
        glass.until("Press a number")
        glass.keys("4")
        glass.until("DEMO  Today", 60)
        glass.keys("q")
        glass.until("Your own home was not touched")
        assert glass.process.wait(10) == 0
    finally:
        glass.kill()
    home = open_home(tmp_path / "mine", Platform())
    assert home.conn.execute("SELECT count(*) FROM entry").fetchone()[0] == 0
    assert not home.is_demo
    home.close()
