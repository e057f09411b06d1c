"""Several writers on one home: none waits in vain, none overwrites, and who looks sees what the others wrote."""

import json
import random
from pathlib import Path

from observe.platform import Platform
from observe.services import visits
from observe.services.home import open_home
from observe.services.record import Recorder
from observe.store import queries

from .feed import Feed, Line, observe
from .ledger import entries_of, new_school, opened, sound

LINES = 200


def plain(name: str) -> list[Line]:
    return [{"channel": "engagement", "code": "active", "note": f"{name} {n}"} for n in range(LINES)]


def test_two_commands_and_an_app_log_at_once(home: Path, tmp_path: Path) -> None:
    visit = new_school(home, tmp_path)
    feeds = [Feed(home, visit, plain(name), random.Random(name)) for name in ("first", "second")]
    app, board = (open_home(home, Platform()) for _ in range(2))
    try:
        recorder, reader = Recorder(app, visit), Recorder(board, visit)
        for feed in feeds:
            feed.wait_for(1)
        seen_others = 0
        for line in plain("app"):
            before = queries.data_version(board.conn)
            logged = recorder.observe(line["channel"], line["code"], note=line["note"])
            assert queries.data_version(board.conn) != before
            shown = reader.log().observations
            assert logged.id in {o.id for o in shown}
            seen_others = max(seen_others, sum(1 for o in shown if not o.note.startswith("app")))
        answers = [feed.finish() for feed in feeds]
        assert seen_others > 0  # they did write while the app wrote
        shown = reader.log().observations
    finally:
        board.close()
        app.close()
    assert [feed.errors for feed in feeds] == ["", ""]
    assert not [a for given in answers for a in given if "error" in a]

    entries = sound(home)
    said = [line["note"] for name in ("first", "second", "app") for line in plain(name)]
    assert sorted(e.data["note"] for e in entries if e.kind == "observation") == sorted(said)
    assert sorted(o.note for o in shown) == sorted(said)
    written = {e.key: e.data["note"] for e in entries if e.kind == "observation"}
    for feed, given in zip(feeds, answers, strict=True):
        assert [written[a["id"]] for a in given] == [line["note"] for line in feed.lines]


def test_a_home_that_was_opened_twice_by_one_process_keeps_its_log(home: Path, tmp_path: Path) -> None:
    """Closing any descriptor of a file drops this process's locks on it. A command that ends would then take the
    write-ahead log away as if nobody had the home open, and what this process logs next would go nowhere."""
    visit = new_school(home, tmp_path)
    app = open_home(home, Platform())
    try:
        recorder = Recorder(app, visit)
        recorder.observe("engagement", "active")
        with opened(home) as again:
            Recorder(again, visit).observe("engagement", "active")
        assert observe(home, "log", visit, stdin=b'{"channel": "engagement", "code": "active"}\n').returncode == 0
        for _ in range(5):
            recorder.observe("engagement", "deep")
        (row,) = json.loads(observe(home, "visits", "--json").stdout)
        assert row["observations"] == 8
    finally:
        app.close()
    assert sum(1 for e in sound(home) if e.kind == "observation") == 8


def test_many_first_starts_at_once_make_one_home(tmp_path: Path) -> None:
    for place in (tmp_path / str(number) for number in range(3)):
        feeds = [Feed(place, "last", []) for _ in range(4)]
        for feed in feeds:
            assert feed.finish() == []
            assert feed.errors.startswith("observe: there is no visit yet")
        visit = new_school(place, tmp_path)
        with opened(place) as read:
            assert visits.open_visits(read)[0].id == visit
            assert len({e.device for e in entries_of(read)}) == 1
        sound(place)
