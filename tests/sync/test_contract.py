"""What sync asks of any `Folder`: a directory, one with faults that do not happen, and one in memory all give it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from observe.services.sharing import run, team
from observe.services.sharing.team import Stopped
from observe.sync.folder import Folder, RealFolder
from observe.sync.readers import Patient

from .faulty import Faulty, Machine, Nth
from .trio import NOON, Device, Trio

ONE, OTHER = "a" * 26, "b" * 26


def name(device: str = ONE, shelf: str = "202611", number: int = 1) -> str:
    return f"{device}/{shelf}/{number}-1-{number:064x}.seg"


class InMemory:
    """The whole contract in a few lines. `here`: whether there is a folder at all."""

    def __init__(self) -> None:
        self.here, self.files = True, dict[str, bytes]()

    def _look(self) -> None:
        if not self.here:
            raise FileNotFoundError(2, "there is no folder")

    def marker(self) -> bytes | None:
        self._look()
        return self.files.get("team.json")

    def begin(self, marker: bytes) -> None:
        self._look()
        if "team.json" in self.files:
            raise FileExistsError(17, "it is a team's")
        self.files["team.json"] = marker

    def list(self) -> list[str]:
        return [path for path in self.files if re.fullmatch(r"[a-z2-7]{26}/([0-9]{6}|state|keys)/.*", path)]

    def read(self, path: str, limit: int) -> bytes:
        if path not in self.files:
            raise FileNotFoundError(2, "there is no such file", path)
        return self.files[path][: limit + 1]

    def publish(self, path: str, data: bytes) -> None:
        self._look()
        if "team.json" not in self.files:
            raise FileNotFoundError(2, "it is no team's folder any more")
        self.files[path] = data

    def remove(self, path: str) -> None:
        self.files.pop(path, None)


class Case:
    """A kind of folder, and how to take it away."""

    def __init__(self, folder: Folder, vanish: Callable[[], None]) -> None:
        self.folder, self.vanish = folder, vanish


@pytest.fixture(params=["directory", "with faults", "patient", "in memory"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    root = tmp_path / "drive"
    root.mkdir()
    real = RealFolder(root, Machine(NOON))
    memory = InMemory()
    kinds: dict[str, Folder] = {
        "directory": real,
        "with faults": Faulty(real, Nth()),
        "patient": Patient(real),
        "in memory": memory,
    }

    def vanish() -> None:
        memory.here = False
        memory.files.clear()
        root.rename(tmp_path / "unplugged")

    return Case(kinds[request.param], vanish)


def test_a_marker_is_made_once(case: Case) -> None:
    assert case.folder.marker() is None
    case.folder.begin(b"ours")
    assert case.folder.marker() == b"ours"
    with pytest.raises(FileExistsError):
        case.folder.begin(b"theirs")
    assert case.folder.marker() == b"ours"
    assert case.folder.list() == []


def test_what_was_published_is_listed_and_read(case: Case) -> None:
    case.folder.begin(b"ours")
    paths = [name(), name(number=2), name(OTHER), name(shelf="state"), name(OTHER, "keys"), name(shelf="202612")]
    for number, path in enumerate(paths):
        case.folder.publish(path, bytes([number]) * 1000)
        assert sorted(case.folder.list()) == sorted(paths[: number + 1])
    for number, path in enumerate(paths):
        assert case.folder.read(path, 1 << 20) == bytes([number]) * 1000


def test_a_read_stops_one_byte_after_its_limit(case: Case) -> None:
    case.folder.begin(b"ours")
    case.folder.publish(name(), b"0123456789")
    assert case.folder.read(name(), 10) == b"0123456789"
    assert case.folder.read(name(), 3) == b"0123"
    case.folder.publish(name(number=2), b"")
    assert case.folder.read(name(number=2), 3) == b""


def test_the_same_again_is_the_same(case: Case) -> None:
    case.folder.begin(b"ours")
    for _ in range(2):
        case.folder.publish(name(), b"data")
    assert case.folder.list() == [name()]
    assert case.folder.read(name(), 99) == b"data"


def test_what_is_removed_is_gone_and_may_be_removed_again(case: Case) -> None:
    case.folder.begin(b"ours")
    case.folder.publish(name(), b"data")
    case.folder.publish(name(number=2), b"stays")
    for _ in range(2):
        case.folder.remove(name())
    case.folder.remove(name(OTHER))
    assert case.folder.list() == [name(number=2)]
    with pytest.raises(FileNotFoundError):
        case.folder.read(name(), 99)


def test_a_folder_that_is_not_there_is_not_made(case: Case) -> None:
    case.folder.begin(b"ours")
    case.folder.publish(name(), b"data")
    case.vanish()
    with pytest.raises(FileNotFoundError):
        case.folder.marker()
    with pytest.raises(FileNotFoundError):
        case.folder.begin(b"ours")
    with pytest.raises(FileNotFoundError):
        case.folder.publish(name(), b"data")
    assert case.folder.list() == []
    case.folder.remove(name())


def test_a_folder_that_is_no_teams_takes_no_file(case: Case) -> None:
    with pytest.raises(FileNotFoundError):
        case.folder.publish(name(), b"data")
    assert case.folder.list() == []


def test_devices_share_through_a_folder_in_memory(tmp_path: Path) -> None:
    """The seam holds: nothing of sync asks for a directory."""
    memory = InMemory()
    trio = Trio(tmp_path)
    trio.drive.mkdir()
    for device in trio.devices:
        device.path.mkdir()
        device.home.set_setting("channels", "all")

    def make(root: Path, platform: object) -> InMemory:
        return memory

    def sync(device: Device) -> None:
        ours = team.team_of(device.home, make)
        assert ours is not None
        run.sync(device.home, ours)

    from observe.services import classroom

    trio.tablet.log(lambda home: classroom.type_in(home, "Gr 4", "Ana; Ben; Cy", teacher="Ms Okafor"))
    trio.secrets.append(team.set_up(trio.tablet.home, trio.drive, make))
    for device in trio.devices[1:]:
        team.join(device.home, trio.drive, trio.secrets[0].code, make)
    for _ in range(2):
        for device in trio.devices:
            sync(device)
            device.visit(device.name, 2)
    before: dict[str, bytes] = {}
    while before != memory.files:
        before = dict(memory.files)
        for device in trio.devices:
            sync(device)
    assert trio.tablet.dump() == trio.laptop.dump() == trio.colleague.dump()
    assert trio.tablet.ids() == set(trio.said)
    memory.here = False
    with pytest.raises(Stopped):
        sync(trio.tablet)
    trio.close()
