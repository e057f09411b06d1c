"""The files of the folder by themselves: how they are put there, sealed, unpacked and read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from observe.domain import wire
from observe.domain.entries import Entry
from observe.platform import Platform
from observe.sync.folder import TOP, RealFolder
from observe.sync.keys import DeviceKey, KeyRing, Secret
from observe.sync.packing import Bomb, pack, unpack
from observe.sync.segment import Header, Unfit, open_, parse_path, path_of, seal, whole

KEY = DeviceKey.draw()
OLD, NEW = Secret.draw(), Secret.draw()
ENTRY = Entry("i" * 32, KEY.id, 1, 1, 5, 0, 1, "note", "v/n", "put", ("p" * 32,), {"body": "é"}, 9, {"colour": [1]})


def test_what_is_sealed_opens_as_it_was() -> None:
    ring = KeyRing([NEW, OLD])
    header = Header(KEY.id, "202611", 1, 1, ("0" * 64,))
    path, data = seal(header, wire.write([ENTRY]), ring, KEY)
    opened = open_(data, ring, ring.team)
    assert (opened.header, opened.key) == (header, NEW.key_id)
    assert list(wire.read(opened.plain)) == [ENTRY]
    name = parse_path(path)
    assert name is not None
    assert path == path_of(header, name.hash)
    assert whole(name, data)
    assert not whole(name, data + b" ")


def test_the_newest_secret_seals_and_every_one_opens() -> None:
    """Or who was shut out would read on."""
    _, old = seal(Header(KEY.id, "202611", 1, 1), b"x", KeyRing([OLD]), KEY)
    _, new = seal(Header(KEY.id, "202611", 1, 1), b"x", KeyRing([NEW, OLD]), KEY)
    assert open_(old, KeyRing([NEW, OLD]), OLD.team).plain == b"x"
    with pytest.raises(Unfit, match="does not have"):
        open_(new, KeyRing([OLD]), OLD.team)


def test_the_bytes_of_two_files_of_the_same_entries_differ_and_each_is_proved() -> None:
    ring = KeyRing([OLD])
    one, two = (seal(Header(KEY.id, "202611", 1, 1), b"x", ring, KEY)[1] for _ in range(2))
    assert one != two
    mixed = one.split(b"\n")[:3] + two.split(b"\n")[3:]
    with pytest.raises(Unfit, match="not signed"):
        open_(b"\n".join(mixed), ring, ring.team)


def test_no_more_is_unpacked_than_may_be() -> None:
    assert unpack(pack(b"x" * 1000), 1000) == b"x" * 1000
    for packed in (pack(b"x" * 1001), pack(b"x") * 2, pack(b"x")[:-1], b"", b"x"):
        with pytest.raises(Bomb):
            unpack(packed, 1000)


class Watched(Platform):
    """A machine that tells what was in the folder at each fsync, and may have a disk that lies."""

    def __init__(self, folder: Path, *, lies: bool = False) -> None:
        super().__init__()
        self.folder, self.lies = folder, lies
        self.seen: list[tuple[str, list[tuple[str, int]]]] = []

    def fsync_file(self, fd: int) -> None:
        super().fsync_file(fd)
        self._look("file")
        if self.lies:
            os.pwrite(fd, b"\0" * 10, 0)

    def fsync_dir(self, path: Path) -> None:
        super().fsync_dir(path)
        self._look("folder")

    def _look(self, what: str) -> None:
        found = [(f.name[-4:], f.stat().st_size) for f in sorted(self.folder.rglob("*")) if f.is_file()]
        self.seen.append((what, found))


def test_a_file_has_its_name_only_when_all_of_it_is_on_the_disk(tmp_path: Path) -> None:
    (tmp_path / TOP).mkdir()
    machine = Watched(tmp_path)
    data = os.urandom(1_000)
    path = path_of(Header(KEY.id, "202611", 1, 1), "0" * 64)
    RealFolder(tmp_path, machine).publish(path, data)
    files = [seen for what, seen in machine.seen if what == "file"]
    assert files == [[(".tmp", 1_000)]]  # whole, and under no name that anybody reads
    what, last = machine.seen[-1]
    assert (what, last) == ("folder", [(".seg", 1_000)])  # and the name too is on the disk when it returns


def test_what_reads_back_differently_gets_no_name(tmp_path: Path) -> None:
    (tmp_path / TOP).mkdir()
    path = path_of(Header(KEY.id, "202611", 1, 1), "0" * 64)
    with pytest.raises(OSError, match="reads back differently"):
        RealFolder(tmp_path, Watched(tmp_path, lies=True)).publish(path, b"x" * 1_000)
    assert [f for f in tmp_path.rglob("*") if f.is_file()] == []


@pytest.mark.parametrize("name", ["kind", "key", "op", "id", "device", "data", "stamp", "parents", "v", "seq", "act"])
def test_a_line_without_one_of_its_fields_is_no_entry(name: str) -> None:
    said: dict[str, Any] = ENTRY.to_json()
    del said[name]
    from observe.domain.entries import dumps

    with pytest.raises(ValueError, match="line 1"):
        list(wire.read(dumps(said).encode() + b"\n"))
