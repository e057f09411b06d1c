"""The real system: real folders, and a real second process for the lock."""

import json
import os
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from observe.domain import ports
from observe.platform import Platform
from observe.platform.lock import AppHeld, AppLock
from observe.platform.zone import machine_zone

posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows keeps these promises by other means")

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Runs Python code in a process of its own and waits until it has printed its first line."""
    running: list[subprocess.Popen[str]] = []

    def run(code: str, *arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    yield run
    for process in running:
        process.kill()
        process.communicate()


HOLD = """
    import sys, time
    from pathlib import Path
    from observe.platform import Platform
    lock = Platform().lock_app(Path(sys.argv[1]), where="the laptop")
    print("ready", flush=True)
    time.sleep(60)
"""
LEAVE_WHEN_ASKED = """
    import sys, time
    from pathlib import Path
    from observe.platform import Platform
    lock = Platform().lock_app(Path(sys.argv[1]))
    print("ready", flush=True)
    while not (who := lock.asked_to_leave()):
        time.sleep(0.02)
    lock.release()
    print(who.where, flush=True)
"""


def test_the_platform_is_what_lower_layers_ask_for() -> None:
    platform: ports.Platform = Platform()
    asked_for = {name for name in vars(ports.Platform) if not name.startswith("_")}
    assert asked_for <= {name for name in dir(platform) if callable(getattr(platform, name))}


def test_clocks_count_in_milliseconds() -> None:
    platform = Platform()
    wall, since = platform.wall_ms(), platform.monotonic_ms()
    time.sleep(0.02)
    assert abs(wall - time.time() * 1000) < 5_000
    assert 20 <= platform.monotonic_ms() - since < 5_000


def test_default_home_is_this_users_own_and_not_made_by_asking() -> None:
    home = Platform().default_home()
    assert home.name == "observe"
    assert home.is_relative_to(Path.home())
    assert not home.exists()


# --- private and durable files ---


@posix_only
def test_private_folder_and_file_are_the_owners_alone_also_when_they_were_not(tmp_path: Path) -> None:
    platform = Platform()
    folder, file = tmp_path / "a" / "home", tmp_path / "a" / "home" / "observe.db"
    platform.private_dir(folder)
    platform.private_file(file)
    assert (stat.S_IMODE(folder.stat().st_mode), stat.S_IMODE(file.stat().st_mode)) == (0o700, 0o600)

    folder.chmod(0o755)
    file.chmod(0o644)
    file.write_text("kept")
    platform.private_dir(folder)
    platform.private_file(file)
    assert (stat.S_IMODE(folder.stat().st_mode), stat.S_IMODE(file.stat().st_mode)) == (0o700, 0o600)
    assert file.read_text() == "kept"


def test_folder_and_file_can_be_brought_onto_the_disk(tmp_path: Path) -> None:
    platform = Platform()
    with (tmp_path / "a").open("wb") as file:
        file.write(b"1")
        file.flush()
        platform.fsync_file(file.fileno())
    platform.fsync_dir(tmp_path)


@posix_only
def test_a_folder_that_is_gone_is_not_called_durable(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Platform().fsync_dir(tmp_path / "gone")


def test_free_bytes_of_a_place_that_does_not_exist_yet(tmp_path: Path) -> None:
    platform = Platform()
    assert platform.free_bytes(tmp_path / "not" / "yet") == pytest.approx(platform.free_bytes(tmp_path), rel=0.05)
    assert platform.free_bytes(tmp_path) > 0


# --- zone ---


@pytest.mark.parametrize(
    ("named", "zone"),
    [
        ("America/Phoenix", "America/Phoenix"),
        (":Europe/Vienna", "Europe/Vienna"),
        ("/usr/share/zoneinfo/Asia/Kolkata", "Asia/Kolkata"),
        ("right/America/Denver", "America/Denver"),
    ],
)
def test_zone_as_tz_names_it(named: str, zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", named)
    assert Platform().zone() == zone


@posix_only
@pytest.mark.parametrize("tz", ["", "EST+5EDT,M3.2.0,M11.1.0", "Not/AZone", "../../etc/passwd", "localtime"])
def test_zone_by_the_system_when_tz_names_none(tz: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", tz)
    assert machine_zone(tmp_path) == "UTC"

    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/timezone").write_text("America/Chicago\n")
    assert machine_zone(tmp_path) == "America/Chicago"

    (tmp_path / "etc/localtime").symlink_to("/usr/share/zoneinfo/America/New_York")
    assert machine_zone(tmp_path) == "America/New_York"


@posix_only
def test_zone_of_a_link_to_a_link_that_names_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TZ")
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/localtime").symlink_to("../var/zone")
    (tmp_path / "var").mkdir()
    (tmp_path / "var/zone").symlink_to("/var/db/timezone/zoneinfo/Pacific/Auckland")
    assert machine_zone(tmp_path) == "Pacific/Auckland"


def test_zone_is_asked_once_a_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/Phoenix")
    platform = Platform()
    assert platform.zone() == "America/Phoenix"
    monkeypatch.setenv("TZ", "Europe/Vienna")
    assert platform.zone() == "America/Phoenix"
    assert Platform().zone() == "Europe/Vienna"


# --- sync folders ---


@pytest.mark.parametrize(
    ("place", "program"),
    [
        ("OneDrive/observe", "OneDrive"),
        ("OneDrive - Mesa Public Schools/Documents/observe", "OneDrive"),
        ("onedrive/x", "OneDrive"),
        ("Dropbox/x", "Dropbox"),
        ("Dropbox (Personal)/x", "Dropbox"),
        ("Library/Mobile Documents/com~apple~CloudDocs/x", "iCloud"),
        ("iCloudDrive/x", "iCloud"),
        ("Google Drive/x", "Google Drive"),
        ("mount/My Drive/x", "Google Drive"),
        ("Library/CloudStorage/GoogleDrive-mia@school.org/x", "GoogleDrive"),
        ("Library/CloudStorage/Box-Box/x", "Box"),
        ("Nextcloud/x", "Nextcloud"),
        ("ownCloud/x", "ownCloud"),
    ],
)
def test_sync_folder_known_by_its_name(place: str, program: str, tmp_path: Path) -> None:
    said = Platform().sync_folder_reason(tmp_path / place)
    assert said is not None
    assert said.startswith(f"{program} carries {tmp_path}")


@pytest.mark.parametrize(
    ("marker", "program"),
    [
        (".stfolder/", "Syncthing"),
        (".stfolder", "Syncthing"),
        (".dropbox", "Dropbox"),
        (".dropbox.cache/", "Dropbox"),
        (".tmp.driveupload/", "Google Drive"),
        (".sync_0123456789ab.db", "Nextcloud"),
        (".owncloudsync.log", "ownCloud"),
    ],
)
def test_sync_folder_known_by_what_its_program_left_there(marker: str, program: str, tmp_path: Path) -> None:
    root = tmp_path / "team"
    home = root / "a" / "b"
    home.mkdir(parents=True)
    assert Platform().sync_folder_reason(home) is None
    if marker.endswith("/"):
        (root / marker).mkdir()
    else:
        (root / marker).touch()
    assert Platform().sync_folder_reason(home) == f"{program} carries {root}"


def test_sync_folder_that_dropbox_wrote_down(tmp_path: Path) -> None:
    settings = Path.home() / ".dropbox"
    settings.mkdir()
    (settings / "info.json").write_text(json.dumps({"business": {"path": str(tmp_path / "School files")}}))
    assert Platform().sync_folder_reason(tmp_path / "School files" / "x") == f"Dropbox carries {tmp_path}/School files"
    # The settings folder in her own folder does not make all of that a synced place.
    assert Platform().sync_folder_reason(Path.home() / "observe") is None


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"personal": 3}', '{"personal": {}}', '{"personal": {"path": 3}}'])
def test_damaged_settings_of_a_sync_program_stop_nothing(damaged: str, tmp_path: Path) -> None:
    (Path.home() / ".dropbox").mkdir()
    (Path.home() / ".dropbox/info.json").write_text(damaged)
    assert Platform().sync_folder_reason(tmp_path) is None


def test_sync_folder_that_onedrive_names_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OneDriveCommercial", str(tmp_path / "Mesa"))
    assert Platform().sync_folder_reason(tmp_path / "Mesa" / "x") == f"OneDrive carries {tmp_path}/Mesa"


@posix_only
def test_sync_folder_behind_a_link_either_way(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "plain").symlink_to(tmp_path / "Dropbox", target_is_directory=True)
    assert Platform().sync_folder_reason(tmp_path / "plain" / "x") is not None
    (tmp_path / "Dropbox" / "out").symlink_to(tmp_path, target_is_directory=True)
    assert Platform().sync_folder_reason(tmp_path / "Dropbox" / "out" / "y") is not None


@pytest.mark.parametrize("place", ["plain", "my dropbox notes", "OneDriver", "drive", "Documents/nextcloud-notes", ""])
def test_an_ordinary_folder_is_no_sync_folder(place: str, tmp_path: Path) -> None:
    assert Platform().sync_folder_reason(tmp_path / place) is None


# --- the app's lock ---


def test_a_second_app_learns_where_the_first_one_is(tmp_path: Path, start: Start) -> None:
    process = start(HOLD, tmp_path)
    with pytest.raises(AppHeld) as held:
        Platform().lock_app(tmp_path)
    assert held.value.holder.pid == process.pid
    assert held.value.holder.where == "the laptop"
    assert held.value.holder.host
    assert held.value.holder.since.endswith("Z")
    assert "the laptop" in str(held.value)


def test_one_process_cannot_open_the_home_twice(tmp_path: Path) -> None:
    with Platform().lock_app(tmp_path), pytest.raises(AppHeld):
        Platform().lock_app(tmp_path)
    Platform().lock_app(tmp_path).release()


@posix_only
def test_a_killed_app_frees_the_home_at_once(tmp_path: Path, start: Start) -> None:
    process = start(HOLD, tmp_path)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with Platform().lock_app(tmp_path) as lock:
        assert lock.holder.pid == os.getpid()


@posix_only
def test_a_helper_that_outlives_a_killed_app_does_not_keep_the_home(tmp_path: Path, start: Start) -> None:
    code = """
        import os, sys, time
        from pathlib import Path
        from observe.platform import Platform
        lock = Platform().lock_app(Path(sys.argv[1]))
        there = Path(sys.argv[1], "helper")
        if not os.fork():
            there.with_suffix(".new").write_text(str(os.getpid()))
            there.with_suffix(".new").replace(there)
            time.sleep(60)
        while not there.exists():  # killed before it ran it would be no helper
            time.sleep(0.01)
        print("ready", flush=True)
        time.sleep(60)
    """
    process = start(code, tmp_path)
    helper = int((tmp_path / "helper").read_text())
    try:
        process.kill()
        process.wait()
        os.kill(helper, 0)  # it lives on
        Platform().lock_app(tmp_path).release()
    finally:
        os.kill(helper, signal.SIGKILL)


def test_take_over_asks_the_first_app_to_leave(tmp_path: Path, start: Start) -> None:
    process = start(LEAVE_WHEN_ASKED, tmp_path)
    with Platform().take_over(tmp_path, where="the tablet", wait_s=20) as lock:
        assert lock.holder.where == "the tablet"
        assert lock.asked_to_leave() is None
    assert process.communicate(timeout=20)[0] == "the tablet\n"


def test_take_over_gives_up_on_an_app_that_does_not_answer(tmp_path: Path, start: Start) -> None:
    process = start(HOLD, tmp_path)
    with pytest.raises(AppHeld) as held:
        Platform().take_over(tmp_path, wait_s=0.2)
    assert held.value.holder.pid == process.pid
    assert sorted(file.name for file in tmp_path.iterdir()) == ["app.lock"]


@posix_only
def test_take_over_of_a_killed_app_needs_no_answer(tmp_path: Path, start: Start) -> None:
    process = start(HOLD, tmp_path)
    process.kill()
    process.wait()
    Platform().take_over(tmp_path, wait_s=0).release()


def test_an_old_request_does_not_drive_out_a_later_app(tmp_path: Path) -> None:
    def asked(lock: AppLock, **to: object) -> bool:
        request = {"to": to, "by": {"pid": 1, "host": "h", "since": "s", "where": "w"}}
        (tmp_path / "app.leave").write_text(json.dumps(request))
        return lock.asked_to_leave() is not None

    (tmp_path / "app.leave").write_text('{"by": {}, "to": {}}')
    with Platform().lock_app(tmp_path) as lock:
        assert lock.asked_to_leave() is None
        assert asked(lock, pid=os.getpid(), since=lock.holder.since)
        assert not asked(lock, pid=os.getpid(), since="2026-01-01T00:00:00.000Z")
        assert not asked(lock, pid=1, since=lock.holder.since)


@pytest.mark.parametrize("damaged", ["", "{", "[]", "null", '{"pid": "x", "host": 3}', "\xff"])
def test_a_damaged_lock_file_neither_stops_an_app_nor_hides_that_one_is_open(damaged: str, tmp_path: Path) -> None:
    (tmp_path / "app.lock").write_bytes(damaged.encode("latin-1"))
    with Platform().lock_app(tmp_path):
        (tmp_path / "app.lock").write_bytes(damaged.encode("latin-1"))
        with pytest.raises(AppHeld, match="already open"):
            Platform().lock_app(tmp_path)


@posix_only
def test_lock_and_request_are_private(tmp_path: Path, start: Start) -> None:
    code = """
        import sys
        from pathlib import Path
        from observe.platform import Platform
        print("ready", flush=True)
        Platform().take_over(Path(sys.argv[1]), wait_s=20)
    """
    with Platform().lock_app(tmp_path) as lock:
        process = start(code, tmp_path)
        until = time.monotonic() + 20
        while not lock.asked_to_leave() and time.monotonic() < until:
            time.sleep(0.01)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == {"app.lock": 0o600, "app.leave": 0o600}
    assert process.wait(timeout=20) == 0
