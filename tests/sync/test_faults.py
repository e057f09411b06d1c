"""The folder fails, is cut short or gives no answer, at each call; afterwards nothing is lost and all are equal."""

import errno
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from observe.domain.errors import Busy, NotSaved, Refused
from observe.sync.folder import TOP, RealFolder

from .faulty import Hang, Nth, failing
from .test_kills import compaction, publish, pull, pulled_purge, purge, rejoin, rekey
from .trio import Device, Place, Trio, agree, settle, true

CODES = {"ENOSPC": errno.ENOSPC, "EROFS": errno.EROFS, "EACCES": errno.EACCES, "EIO": errno.EIO}
Scene = Callable[[Trio], Device]


@pytest.fixture
def hang() -> Iterator[Hang]:
    found = Hang()
    yield found
    found.over.set()


def tried(device: Device, nth: Nth, deadline_s: float = 20.0) -> Refused | None:
    """What a sync with a fault ended with. Whatever is no Refused comes out."""
    found = None
    try:
        device.sync(nth, deadline_s)
    except Refused as refused:
        found = refused
    assert found is None or (found.what and found.why)
    return found


def at_each_call(begun: Trio, place: Place, scene: Scene, make: Callable[[int], Nth], deadline_s: float = 20.0) -> int:
    """The scene's sync with a fault at its first call, its second, ...; how many were tried."""
    start = begun.copy(place())
    who = start.devices.index(scene(start))
    at = 0
    while True:
        at += 1
        trio = start.copy(place())
        nth = make(at)
        try:
            device = trio.devices[who]
            refused = tried(device, nth, deadline_s)
            assert device.ids() >= start.devices[who].ids()
            true(trio, device)
            if refused is not None and nth.hit not in ("marker", "list"):
                assert refused.what != "nothing was shared" or "gone" in refused.why
            rejoin(trio)
            settle(trio)
            agree(trio)
        except BaseException as error:
            error.add_note(f"at {at}: {nth.hit}")
            raise
        finally:
            if isinstance(nth.fault, Hang):
                nth.fault.over.set()
            trio.close()
            shutil.rmtree(trio.root)
        if not nth.hit:
            start.close()
            return at - 1


# -- each call ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_each_call_fails_once(begun: Trio, place: Place, code: str) -> None:
    assert at_each_call(begun, place, pull, lambda at: Nth(at, failing(CODES[code]))) > 20


@pytest.mark.parametrize(
    ("scene", "code"),
    [(publish, "EROFS"), (compaction, "EIO"), (purge, "ENOSPC"), (pulled_purge, "EACCES"), (rekey, "EIO")],
)
def test_from_some_call_on_all_fail(begun: Trio, place: Place, scene: Scene, code: str) -> None:
    assert at_each_call(begun, place, scene, lambda at: Nth(at, failing(CODES[code]), lasting=True)) > 8


@pytest.mark.parametrize("scene", [pull, compaction])
def test_each_call_is_cut_short(begun: Trio, place: Place, scene: Scene) -> None:
    assert at_each_call(begun, place, scene, Nth) > 16


@pytest.mark.parametrize("scene", [pull, compaction])
def test_each_call_hangs(begun: Trio, place: Place, scene: Scene) -> None:
    assert at_each_call(begun, place, scene, lambda at: Nth(at, Hang()), 0.3) > 16


def test_all_reads_hang(trio: Trio, hang: Hang) -> None:
    for number in range(10):
        trio.laptop.visit(f"visit {number}", 1)
        trio.laptop.sync()
    trio.tablet.visit("mine")
    assert tried(trio.tablet, Nth(1, hang, only="read", lasting=True), 0.1) is None
    true(trio, trio.tablet)
    said = trio.tablet.status()
    assert said.in_folder == said.here  # what is not read does not keep back what is written
    assert len(said.waiting) >= 10
    assert all("answer" in why for _, why in said.waiting)
    settle(trio)
    agree(trio)


def test_a_publish_that_comes_through_after_a_purge_is_written_anew(trio: Trio, hang: Hang) -> None:
    """A write that hung is in the folder after all, with what was purged meanwhile."""
    trio.tablet.visit("fractions")
    known = set(trio.files)
    assert tried(trio.tablet, Nth(1, failing(errno.EIO), only="publish, done")) is not None
    (late,) = set(trio.files) - known
    data = late.read_bytes()
    late.unlink()
    trio.purge(trio.tablet)
    settle(trio)
    late.write_bytes(data)
    settle(trio)
    agree(trio)


# -- the whole folder -----------------------------------------------------------------------------------------


def snapshot(root: Path) -> dict[str, bytes]:
    """Every file below it."""
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def stops(device: Device, *words: str) -> None:
    """It stops and says so, and nothing is changed: not the folder, and not the log."""
    before, ids = snapshot(device.trio.drive), device.ids()
    for _ in range(3):
        refused = tried(device, Nth())
        assert refused is not None
        assert refused.what == "nothing was shared"
        assert any(word in refused.why for word in words), refused.why
    assert snapshot(device.trio.drive) == before
    assert device.ids() == ids


def test_a_folder_that_vanishes(trio: Trio) -> None:
    trio.tablet.visit("mine")
    away = trio.drive.rename(trio.root / "unplugged")
    stops(trio.tablet, "No such file")
    assert not trio.drive.exists()
    away.rename(trio.drive)
    settle(trio)
    agree(trio)


def test_a_folder_that_vanishes_in_the_middle(trio: Trio) -> None:
    """After the marker was seen: nothing is made where a stick was."""
    for moment in ("list", "publish", "fsync of a file", "replace"):
        trio.tablet.visit(f"mine at {moment}")

        def unplug(what: str) -> None:
            trio.drive.rename(trio.root / "unplugged")

        assert tried(trio.tablet, Nth(1, unplug, only=moment)) is not None
        assert not trio.drive.exists(), moment
        (trio.root / "unplugged").rename(trio.drive)
        true(trio, trio.tablet)
        settle(trio)
        agree(trio)


def test_a_folder_that_is_emptied(trio: Trio) -> None:
    trio.tablet.visit("mine")
    kept = (trio.drive / TOP).rename(trio.root / "kept")
    stops(trio.tablet, "marker")
    assert list(trio.drive.iterdir()) == []
    (trio.drive / TOP).mkdir()
    stops(trio.tablet, "marker")
    (trio.drive / TOP).rmdir()
    kept.rename(trio.drive / TOP)
    settle(trio)
    agree(trio)


def test_a_folder_with_the_marker_alone(trio: Trio) -> None:
    """Emptied by a program that brings the marker first: it stops, until she says that it is so."""
    trio.tablet.visit("mine")
    for file in trio.files:
        file.unlink()
    stops(trio.tablet, "gone")
    for device in trio.devices:
        again(device)
    settle(trio)
    agree(trio)


def test_another_teams_folder(trio: Trio, begun: Trio, place: Place) -> None:
    other = Trio(place()).begin()
    other.close()
    trio.tablet.visit("mine")
    kept = trio.drive.rename(trio.root / "kept")
    other.drive.rename(trio.drive)
    stops(trio.tablet, "another team")
    trio.drive.rename(trio.root / "theirs")
    kept.rename(trio.drive)
    settle(trio)
    agree(trio)


def again(device: Device) -> None:
    """She joins the same folder again: it is to go on as it is now."""
    from observe.services.sharing import team

    team.join(device.home, device.trio.drive, device.trio.secrets[0].code)


def older_copy(trio: Trio, visits: int) -> None:
    """The folder is what it was `visits` files ago."""
    copy = trio.root / "copy"
    shutil.copytree(trio.drive, copy)
    for number in range(visits):
        trio.tablet.visit(f"later {number}", 2)
        settle(trio)
    shutil.rmtree(trio.drive)
    copy.rename(trio.drive)


def test_an_older_copy_with_a_small_loss(trio: Trio) -> None:
    """What went is written again by those who wrote it."""
    for number in range(8):
        trio.laptop.visit(f"before {number}", 1)
        settle(trio)
    older_copy(trio, 1)
    trio.laptop.visit("and on")
    settle(trio)
    agree(trio)
    late = trio.join("late")
    settle(trio)
    agree(trio)
    assert late.ids() == trio.tablet.ids()


def test_an_older_copy_with_a_large_loss(trio: Trio) -> None:
    older_copy(trio, 4)
    trio.tablet.visit("and on")
    for device in trio.devices:
        stops(device, "gone")
    for device in trio.devices:
        again(device)
    settle(trio)
    agree(trio)
    trio.join("late")
    settle(trio)
    agree(trio)


# -- single files ---------------------------------------------------------------------------------------------

DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "torn": lambda data: data[: len(data) // 3],
    "short of a byte": lambda data: data[:-1],
    "with a byte more": lambda data: data + b"\n",
    "of no length": lambda data: b"",
    "of zeros": lambda data: bytes(len(data)),
    "with zeros at its end": lambda data: data[:-512] + bytes(512),
    "with a bit flipped": lambda data: data[:300] + bytes([data[300] ^ 4]) + data[301:],
}


@pytest.mark.parametrize("how", DAMAGE)
def test_files_that_arrive_damaged_and_whole_later(trio: Trio, how: str) -> None:
    """Damaged on the way, entries and what a device says of itself alike: the rest goes on, and says why."""
    known = set(trio.files)
    trio.colleague.visit("decimals")
    trio.colleague.sync()
    trio.laptop.visit("fractions")
    trio.laptop.sync()
    own = trio.laptop.home.journal.device
    new = {file: file.read_bytes() for file in trio.files if file not in known and own in file.parts}
    assert len(new) == 2
    for file, data in new.items():
        file.write_bytes(DAMAGE[how](data))
    trio.tablet.visit("mine")
    trio.tablet.sync()
    trio.colleague.sync()
    for device in (trio.tablet, trio.colleague):
        true(trio, device)
        assert {file.name for file in new} <= {path.rpartition("/")[2] for path, _ in device.status().waiting}
    assert trio.tablet.ids() == trio.colleague.ids() != trio.laptop.ids()
    for file, data in new.items():
        file.write_bytes(data)
    settle(trio)
    agree(trio)


@pytest.mark.parametrize("how", DAMAGE)
def test_files_that_are_damaged_after_all_have_them(trio: Trio, how: str) -> None:
    """Nobody looks again at what is here: nothing changes, and who joins then is told what is missing."""
    file = trio.of(trio.laptop)[0]
    whole = file.read_bytes()
    file.write_bytes(DAMAGE[how](whole))
    trio.tablet.visit("mine")
    settle(trio)
    late = trio.join("late")
    settle(trio)
    assert file.name in "".join(path for path, _ in late.status().waiting)
    assert late.ids() < trio.tablet.ids()
    file.write_bytes(whole)
    settle(trio)
    agree(trio)


def test_copies_renamed_files_and_what_else_lies_there(trio: Trio) -> None:
    """What sync programs leave beside: the same file twice, or under another name only, and things of their own."""
    trio.laptop.visit("fractions")
    trio.laptop.sync()
    mine, other = trio.of(trio.laptop)[0], trio.of(trio.laptop)[-1]
    shutil.copyfile(mine, mine.with_name(mine.name.replace(".seg", " (conflicted copy 2026-11-24).seg")))
    shutil.copyfile(mine, mine.with_name(mine.stem + "-laptop.seg"))
    other.rename(other.with_name("Copy of " + other.stem + " (1).seg"))
    shelf = mine.parent
    for name in ("desktop.ini", ".DS_Store", "Thumbs.db", "~$x.tmp", ".syncthing.abc.tmp", "x.seg.partial", "note.txt"):
        (shelf / name).write_bytes(b"whatever")
        (trio.drive / name).write_bytes(b"whatever")
        (trio.drive / TOP / name).write_bytes(b"whatever")
    (trio.drive / TOP / "Neuer Ordner").mkdir()
    (shelf / "lost+found").mkdir()
    settle(trio)
    for junk in [*trio.drive.rglob("*.tmp")]:
        junk.unlink()  # `agree` looks for ours
    agree(trio)
    trio.join("late")
    settle(trio)
    agree(trio)
    assert trio.tablet.status().waiting == () == trio.tablet.status().set_aside


def test_a_renamed_file_is_purged_too(trio: Trio) -> None:
    for file in trio.of(trio.tablet):
        shutil.copyfile(file, file.with_name(file.stem + " (conflicted copy).seg"))
        file.rename(file.with_name(file.stem + " (1).seg"))
    settle(trio)
    trio.purge(trio.laptop)
    settle(trio)
    agree(trio)


def test_a_placeholder_is_announced_until_it_arrives(trio: Trio) -> None:
    trio.laptop.visit("fractions")
    trio.laptop.sync()
    file = trio.of(trio.laptop)[-1]
    data = file.read_bytes()
    file.unlink()
    placeholder = file.with_name(f".{file.name}.icloud")
    placeholder.write_bytes(b"bplist00")
    for _ in range(3):
        trio.tablet.sync()
    assert dict(trio.tablet.status().waiting) == {
        placeholder.relative_to(trio.drive / TOP).as_posix(): "it is announced, and has not arrived yet"
    }
    placeholder.unlink()
    file.write_bytes(data)
    settle(trio)
    agree(trio)


def test_what_waited_and_is_gone_waits_no_more(trio: Trio) -> None:
    """A damaged copy that somebody threw away, a state that was replaced before it was read: not named for ever."""
    file = trio.of(trio.laptop)[0]
    bad = file.with_name(f"1-4-{'0' * 64}.seg")
    bad.write_bytes(b"half of someth")
    trio.tablet.visit("mine")
    trio.tablet.sync()
    assert trio.tablet.status().waiting != ()
    bad.unlink()
    settle(trio)
    agree(trio)


# -- listings -------------------------------------------------------------------------------------------------


def test_names_that_are_gone_by_the_time_they_are_read(trio: Trio) -> None:
    """Their owner compacts, purges or says more of itself between the listing and the read."""
    trio.laptop.visit("fractions")
    trio.laptop.sync()
    trio.purge(trio.laptop)

    def meanwhile(what: str) -> None:
        trio.laptop.sync()

    before = set(trio.files)
    assert tried(trio.tablet, Nth(1, meanwhile, only="read")) is None
    assert set(trio.files) != before
    true(trio, trio.tablet)
    settle(trio)
    agree(trio)


@pytest.mark.parametrize("behind", [1, 2, 3])
def test_a_listing_of_an_earlier_moment(trio: Trio, behind: int) -> None:
    """One sync, or some, that see the folder as it was."""
    trio.laptop.visit("fractions")
    trio.colleague.visit("decimals")
    then = trio.tablet.team().folder.list()
    trio.tablet.visit("mine")
    settle(trio)
    trio.purge(trio.laptop)
    settle(trio)

    for number in range(behind):
        trio.tablet.visit(f"more {number}", 1)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(RealFolder, "list", lambda folder: list(then))
            refused = tried(trio.tablet, Nth())
        assert refused is None or "gone" in refused.why
        true(trio, trio.tablet)
    settle(trio)
    agree(trio)


# -- the home -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", range(0, 12))
def test_a_full_disk_under_the_home(trio: Trio, room: int) -> None:
    """Nothing half taken; what it said before stays true; and it goes on when there is room."""
    for device in (trio.laptop, trio.colleague):
        device.visit("fractions", 30)
        device.sync()
    trio.tablet.visit("mine", 2)
    conn = trio.tablet.home.conn
    (pages,) = conn.execute("PRAGMA page_count").fetchone()
    conn.execute(f"PRAGMA max_page_count={pages + room}")
    refused = tried(trio.tablet, Nth())
    assert isinstance(refused, NotSaved) or room > 6, refused
    true(trio, trio.tablet)
    conn.execute("PRAGMA max_page_count=1000000")
    settle(trio)
    agree(trio)


def test_another_program_holds_the_home(trio: Trio) -> None:
    trio.laptop.visit("fractions")
    trio.laptop.sync()
    trio.tablet.visit("mine")
    other = sqlite3.connect(trio.tablet.path / "observe.db", isolation_level=None, check_same_thread=False)
    for moment in ("marker", "list", "read", "publish", "publish, done"):
        trio.tablet.visit(f"mine at {moment}", 1)

        def hold(what: str) -> None:
            other.execute("BEGIN IMMEDIATE")

        refused = tried(trio.tablet, Nth(1, hold, only=moment))
        if other.in_transaction:
            assert isinstance(refused, Busy), (moment, refused)
            other.execute("ROLLBACK")
        true(trio, trio.tablet)
    other.close()
    settle(trio)
    agree(trio)
