"""Homes as earlier versions left them open, say what they said, and go on."""

import shutil
from pathlib import Path

import pytest
from sqlite_utils import Database as Tables

from observe.platform import Platform
from observe.services import visits
from observe.services.home import Home, open_home
from observe.services.record import Recorder
from observe.store import connection, maintenance, migrations

STORED = Path(__file__).parent.parent / "data/homes"
HOMES = sorted(STORED.glob("*.db"))
ADDED = {"practice": {"sweep": 1}, "notes_of_groups": {"note": 1}}
"""Columns that a step added to a table that was there: how many, each null in what was written before."""


def opened(path: Path, stored: Path) -> Home:
    path.mkdir()
    shutil.copy(stored, path / "observe.db")
    return open_home(path, Platform())


def widened(row: str, step: str) -> str:
    table = row.partition(" ")[0]
    later = migrations.NAMES[migrations.NAMES.index(step) + 1 :]
    return row[:-1] + ",null" * sum(ADDED.get(name, {}).get(table, 0) for name in later) + "]"


def test_the_schema_as_it_is_now_is_stored_too() -> None:
    now = f"{migrations.NAMES[-1]}.db"
    assert now in {home.name for home in HOMES}, "run tests/data/homes/make.py"


@pytest.mark.parametrize("stored", HOMES, ids=lambda path: path.stem)
def test_an_earlier_home_opens_and_its_tables_say_the_same(stored: Path, tmp_path: Path) -> None:
    before = [widened(row, stored.stem) for row in stored.with_suffix(".dump").read_text("utf-8").splitlines()]
    at = opened(tmp_path / "home", stored)
    assert connection.applied_steps(at.conn) == migrations.NAMES
    assert sorted(maintenance.dump(at.conn, local=True)) == sorted(before)
    assert maintenance.remake(at.database, at.journal.device) == []
    assert maintenance.gaps(at.conn) == {}
    at.close()


@pytest.mark.parametrize("stored", HOMES, ids=lambda path: path.stem)
def test_an_earlier_home_goes_on(stored: Path, tmp_path: Path) -> None:
    at = opened(tmp_path / "home", stored)
    first = visits.visits_between(at, 0, None)[0]
    assert len(visits.visit_log(at, first.id).observations) == 8
    last = at.conn.execute("SELECT max(seq) FROM entry").fetchone()[0]
    visit = visits.start_visit(at, "Room 12", at=at.clock.now())
    logged = Recorder(at, visit.id).observe("engagement", "deep", student="ana", note="now")
    assert [o.id for o in visits.visit_log(at, visit.id).observations] == [logged.id]
    assert at.conn.execute("SELECT max(seq) FROM entry").fetchone()[0] > last
    at.close()


@pytest.mark.parametrize("stored", HOMES, ids=lambda path: path.stem)
def test_an_earlier_home_is_looked_at_without_a_change_of_its_entries(stored: Path, tmp_path: Path) -> None:
    with maintenance.reading(stored) as conn:
        entries = list(maintenance.every(conn))
    at = opened(tmp_path / "home", stored)
    assert list(at.journal.every()) == entries
    assert any(entry.kind == "plan.wish" for entry in entries)
    at.close()


def test_a_migration_that_is_stopped_is_done_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step and its record are one transaction."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(STORED / "local.db", home / "observe.db")

    def stopped(db: Tables) -> None:
        db.execute("CREATE TABLE half (id)")
        raise KeyboardInterrupt

    stopped.__name__ = "afterwards"
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "afterwards", stopped)
        with pytest.raises(KeyboardInterrupt):
            open_home(home, Platform())
    with maintenance.reading(home / "observe.db") as conn:
        assert connection.applied_steps(conn) == ("journal", "projections", "local")
        assert conn.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'half'").fetchone() == (0,)
    at = open_home(home, Platform())
    assert connection.applied_steps(at.conn) == migrations.NAMES
    at.close()
