"""SIGKILL at each thing a sync does: before and after each call of the folder, each fsync, each rename, each commit."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest

from observe.services.sharing import team

from .killed import Killer
from .trio import DAY, Device, Place, Trio, agree, settle, true

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has neither fork nor SIGKILL")


@pytest.fixture(scope="module")
def killer() -> Iterator[Killer]:
    found = Killer()
    yield found
    found.close()


def publish(trio: Trio) -> Device:
    """Two visits that are not out yet."""
    trio.tablet.visit("fractions")
    trio.tablet.visit("decimals")
    return trio.tablet


def pull(trio: Trio) -> Device:
    """Files of two others that were not read yet, and something to write."""
    for device in (trio.laptop, trio.colleague):
        device.visit("fractions")
        device.sync()
    trio.tablet.visit("decimals", 2)
    return trio.tablet


def compaction(trio: Trio) -> Device:
    """A month that is over, in several files that everybody has."""
    settle(trio)
    trio.ms += 40 * DAY
    trio.tablet.visit("a month later", 2)
    return trio.tablet


def pulled_compaction(trio: Trio) -> Device:
    """The same, seen by another."""
    compaction(trio).sync()
    trio.laptop.visit("a month later", 2)
    return trio.laptop


def purge(trio: Trio) -> Device:
    """A child to be forgotten, in files that are out."""
    trio.purge(trio.tablet)
    return trio.tablet


def pulled_purge(trio: Trio) -> Device:
    """The same, that came from elsewhere."""
    purge(trio).sync()
    return trio.colleague


def rekey(trio: Trio) -> Device:
    """A new secret, said to the others."""
    trio.tablet.visit("fractions", 2)
    trio.secrets.insert(0, team.rekey(trio.tablet.home, trio.tablet.team()))
    return trio.tablet


def new_life(trio: Trio) -> Device:
    """A copy of a home that logged under the same numbers as the other, which was first."""
    copy = trio.clone(trio.tablet, "copy")
    trio.tablet.visit("here", 3)
    copy.visit("there", 3)
    trio.tablet.sync()
    return copy


def both_were_first(trio: Trio) -> Device:
    """Both wrote their file before the folder brought the other's."""
    copy = trio.clone(trio.tablet, "copy")
    trio.tablet.visit("here", 3)
    copy.visit("there", 3)
    known = set(trio.files)
    trio.tablet.sync()
    late = {file: file.read_bytes() for file in trio.files if file not in known}
    for file in late:
        file.unlink()
    copy.sync()
    for file, data in late.items():
        file.write_bytes(data)
    return copy


SCENES = (publish, pull, compaction, pulled_compaction, purge, pulled_purge, rekey, new_life, both_were_first)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_killed_at_every_step(
    scene: Callable[[Trio], Device],
    begun: Trio,
    place: Place,
    killer: Killer,
) -> None:
    start = begun.copy(place())
    who = start.devices.index(scene(start))
    whole = start.copy(place())
    seen = killer.sync(whole.devices[who].path, whole.drive, whole.ms, 0)
    whole.close()
    assert seen
    for at in range(1, len(seen) + 1):
        trio = start.copy(place())
        try:
            device = trio.devices[who]
            assert killer.sync(device.path, trio.drive, trio.ms, at) is None
            assert device.ids() >= start.devices[who].ids()
            true(trio, device)
            if leaves_something_new(seen, at):
                rejoin(trio)
                settle(trio)
                agree(trio)
        except BaseException as error:
            error.add_note(f"killed at {at}: {seen[at - 1]}")
            raise
        finally:
            trio.close()
            shutil.rmtree(trio.root)
    assert len(seen) >= 16
    start.close()


def leaves_something_new(seen: list[str], at: int) -> bool:
    """Whether the disk can look otherwise than after a kill one step earlier."""
    changes = ("replace, done", "commit, done", "remove, done")  # what the kernel was given survives a SIGKILL
    return at == 1 or seen[at - 2] in changes or seen[at - 1] == "fsync of a file"


def rejoin(trio: Trio) -> None:
    """Who has not got the newest secret comes back with its code, once it can."""
    if len(trio.secrets) > 1:
        trio.tablet.sync()
        for device in trio.devices[1:]:
            team.join(device.home, trio.drive, trio.secrets[0].code)
