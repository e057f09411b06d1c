"""Two or three homes and one folder: one rule of sharing a test, each the shortest way to break it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from observe.domain.entries import dumps
from observe.domain.errors import Refused
from observe.platform import Platform
from observe.services import visits
from observe.services.home import Home, open_home
from observe.services.record import Recorder
from observe.services.sharing import run, status
from observe.services.sharing.team import Stopped, join, team_of
from observe.store import maintenance, queries, shared
from observe.sync.folder import TOP, RealFolder
from observe.sync.keys import DeviceKey

from .forge import Place, another, line, named, place, sealed

KEY = DeviceKey.draw()


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Place]:
    with place(tmp_path) as made:
        yield made


def tap(at: Place, home: Home | None = None) -> None:
    Recorder(home or at.home, at.visit).observe("engagement", "deep", student=visits.students(at.home)[0].id)


def looks(at: Place, n: int = 1) -> None:
    """So many taps, each shared in a file of its own."""
    for _ in range(n):
        tap(at)
        at.sync()


def own_files(at: Place) -> list[Path]:
    own = at.folder / TOP / at.home.journal.device
    return sorted(f for f in own.rglob("*.seg") if f.parent.name.isdigit())


def test_an_amendment_replaces_what_it_amends(at: Place, tmp_path: Path) -> None:
    recorder = Recorder(at.home, at.visit)
    id = recorder.observe("engagement", "off").id
    assert id is not None
    recorder.amend(id, reason="no", code="deep")
    at.sync()
    with another(at, tmp_path / "laptop") as laptop:
        run.sync(laptop)
        for home in (at.home, laptop):
            assert [e.data["code"] for e in home.journal.heads("observation", id)] == ["deep"]
            assert queries.conflict_count(home.conn, at.visit) == 0


def test_a_file_counts_as_taken_only_with_its_entries(at: Place) -> None:
    """The disk of the home is full in the middle: nothing of the file is here then, and all of it later."""
    before = at.count()
    some = [line(KEY, n, "hologram", f"h{n}", {"x": "y" * 5_000}) for n in range(1, 301)]
    at.forge(KEY, some)
    (pages,) = at.home.conn.execute("PRAGMA page_count").fetchone()
    at.home.conn.execute(f"PRAGMA max_page_count = {pages + 60}")
    with pytest.raises(Refused):
        at.sync()
    assert at.count() == before
    at.home.conn.execute("PRAGMA max_page_count = 1073741823")
    assert at.sync().pulled.entries == 300
    assert at.count() == before + 300


def test_a_copied_home_gives_no_number_twice_and_says_what_it_had(at: Place, tmp_path: Path) -> None:
    before, last = at.home.journal.device, at.count()
    at.home.close()
    shutil.copytree(at.home.path, tmp_path / "copy")
    at.home = open_home(at.home.path, Platform())
    with another(at, tmp_path / "laptop") as laptop:
        copy = open_home(tmp_path / "copy", Platform())
        try:
            tap(at)
            tap(at, copy)
            for home in (at.home, copy, at.home, laptop, at.home, copy, laptop):
                run.sync(home)
            assert copy.journal.device != at.home.journal.device
            tables = [list(maintenance.dump(home.conn)) for home in (at.home, copy, laptop)]
            assert tables[0] == tables[1] == tables[2]
            entries = [{e.id: dumps(e.to_json()) for e in maintenance.every(h.conn)} for h in (at.home, copy, laptop)]
            assert entries[0] == entries[1] == entries[2]
            moved = [e for e in maintenance.every(laptop.conn) if "was" in e.extra]
            assert [e.extra["was"] for e in moved] == [[before, last + 1]]
        finally:
            copy.close()


def test_what_vanishes_from_the_folder_stays_here_and_its_owner_writes_it_again(at: Place, tmp_path: Path) -> None:
    looks(at, 9)
    with another(at, tmp_path / "laptop") as laptop:
        run.sync(laptop)
        had = {e.id for e in maintenance.every(laptop.conn)}
        gone = own_files(at)[3]
        gone.unlink()
        run.sync(laptop)
        run.sync(laptop)
        assert {e.id for e in maintenance.every(laptop.conn)} == had
        for _ in range(3):
            at.sync()
        assert {e.id for e in maintenance.every(at.home.conn)} >= had
        (again,) = [f for f in own_files(at) if f.name.partition("-")[0] == gone.name.partition("-")[0]]
        assert again.exists()


def test_a_fifth_of_the_files_gone_at_once_stops_it(at: Place) -> None:
    looks(at, 4)
    before = {f.name for f in own_files(at)}
    for file in own_files(at)[:2]:
        file.unlink()
    with pytest.raises(Stopped, match="are gone"):
        at.sync()
    left = {f.name for f in own_files(at)}
    assert len(left) == len(before) - 2


def test_what_the_folder_refused_is_not_said_to_be_in_it(at: Place) -> None:
    class Full(RealFolder):
        def publish(self, path: str, data: bytes) -> None:
            raise OSError(28, "No space left on device")

    tap(at)
    with pytest.raises(Refused, match=r"not all was shared, .* you may write there and there is room; your log"):
        run.sync(at.home, team_of(at.home, Full))
    found = at.status()
    assert found.in_folder == found.here - 1
    assert "not in the folder yet" in found.mark
    assert at.sync().published.entries == 1
    assert at.status().in_folder == found.here


class Recording(RealFolder):
    """Notes the order of what is done."""

    deeds: list[tuple[str, str]]

    def publish(self, path: str, data: bytes) -> None:
        super().publish(path, data)
        self.deeds.append(("put", path.split("/")[1]))

    def remove(self, path: str) -> None:
        super().remove(path)
        self.deeds.append(("away", path.split("/")[1]))


class Later(Platform):
    """The same machine two months on."""

    def wall_ms(self) -> int:
        return super().wall_ms() + 62 * 24 * 3_600_000


def recording() -> type[Recording]:
    return type("Recording", (Recording,), {"deeds": []})


def test_a_month_that_is_over_is_put_together_only_when_every_device_has_it(at: Place, tmp_path: Path) -> None:
    looks(at, 3)
    with another(at, tmp_path / "laptop") as laptop, another(at, tmp_path / "phone") as phone:
        for home in (laptop, phone, at.home):
            run.sync(home)
        looks(at, 1)
        run.sync(laptop)
        before = len(own_files(at))
        at.home.close()
        at.home = open_home(at.home.path, Later())
        assert at.sync().published.compacted == 0  # the phone has not seen the last of them
        assert len(own_files(at)) == before
        run.sync(phone)
        made = recording()
        done = run.sync(at.home, team_of(at.home, made))
        assert done.published.compacted == before
        assert len(own_files(at)) == 1
        month = own_files(at)[0].parent.name
        deeds = [what for what, shelf in made.deeds if shelf == month]
        assert deeds[0] == "put"  # what stands for them is there before they go
        for home in (laptop, phone):
            had = {e.id for e in maintenance.every(home.conn)}
            assert run.sync(home).pulled.not_taken == {}
            assert {e.id for e in maintenance.every(home.conn)} == had


def test_a_purge_is_acknowledged_only_when_the_files_are_clean(at: Place, tmp_path: Path) -> None:
    with another(at, tmp_path / "laptop") as laptop:
        laptop.set_setting("device_name", "laptop")
        for home in (laptop, at.home):
            run.sync(home)
        who = visits.students(at.home)[0].id
        at.home.write(lambda act: act.purge("student", who))
        at.sync()
        reader = open_home(laptop.path, Platform())
        reader.conn.execute("BEGIN")
        reader.conn.execute("SELECT count(*) FROM entry").fetchone()
        try:
            done = run.sync(laptop)
        finally:
            reader.conn.execute("ROLLBACK")
            reader.close()
        assert done.unfinished
        at.sync()
        assert [missing for _, missing in at.status().purges] == [("laptop",)]
        for home in (laptop, at.home):
            run.sync(home)
        assert at.status().purges == ()


def test_another_devices_file_is_neither_removed_nor_counted_as_replaced(at: Place, tmp_path: Path) -> None:
    with another(at, tmp_path / "laptop") as laptop:
        run.sync(laptop)
        (mine,) = (f for f in shared.files(laptop.conn).values() if f.device == at.home.journal.device and f.n)
        at.forge(KEY, [line(KEY, 1, "hologram", "h", {})], supersedes=[mine.hash])
        run.sync(laptop)
        at.sync()
        assert shared.files(laptop.conn)[mine.hash].state == shared.TAKEN
        assert own_files(at)


def test_a_device_that_joins_late_has_all_of_it(at: Place, tmp_path: Path) -> None:
    looks(at, 3)
    with another(at, tmp_path / "late") as late:
        run.sync(late)
        assert list(maintenance.dump(late.conn)) == list(maintenance.dump(at.home.conn))
        run.sync(late)
        at.sync()
        team = team_of(at.home)
        assert team is not None
        assert status.status(at.home, team).seen_by == 1


def test_a_quiet_sync_touches_nothing(at: Place) -> None:
    at.sync()
    made = recording()
    for _ in range(3):
        run.sync(at.home, team_of(at.home, made))
    assert made.deeds == []


def test_the_state_with_the_highest_number_stands(at: Place) -> None:
    for number, name in ((2, "new"), (1, "old")):
        said = dumps({"name": name, "seen": {}}).encode()
        data = sealed(KEY, at.secret, at.secret.team, [said], first=number, n=0, shelf="state")
        at.put(data, named(data, KEY.id, "state", number, 0))
        at.sync()
    assert [device.name for device in at.status().devices] == ["new"]


def test_a_code_of_another_team_lets_nobody_in(at: Place, tmp_path: Path) -> None:
    with place(tmp_path / "theirs") as theirs, pytest.raises(Refused, match="does not open"):
        join(at.home, at.folder, theirs.secret.code)
