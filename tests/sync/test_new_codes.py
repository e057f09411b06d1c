"""New join codes made on two devices before they hear of each other: said in words, and mended by joining again."""

from collections.abc import Iterator

import pytest

from observe.services.sharing import cards, status, team
from observe.services.sharing.status import words
from observe.store import rosters

from . import invariants
from .trio import Device, Trio, agree, scratch, settle


@pytest.fixture
def trio() -> Iterator[Trio]:
    """The tablet and the laptop have made a new code each, and everybody logged and synced since."""
    with scratch() as place:
        found = Trio(place()).begin()
        for device in (found.laptop, found.tablet):
            found.secrets.insert(0, team.rekey(device.home, device.team()))
        for device in found.devices:
            device.visit(f"after, on the {device.name}", 3)
        for _ in range(2):
            for device in found.devices:
                device.sync()
        yield found
        found.close()


def said(device: Device) -> str:
    """The line about another code, the same on the screen; "" for none."""
    lines = [line.partition(": ")[2] for line in words(device.status(), "UTC") if line.startswith("another join code")]
    state = cards.StateCards(device.home, busy=False).cards(device.status(), 0)
    shown = [card.items[0].spans[0].text for card in state if card.title == "Another join code"]  # type: ignore[union-attr]
    assert shown == [f"! {line}." for line in lines]
    assert status.to_json(device.status())["another_code"] == list(device.status().apart)
    return "".join(lines)


def codes(trio: Trio) -> tuple[str, str]:
    """Of the tablet, and of the laptop."""
    return trio.secrets[0].code, trio.secrets[1].code


def test_each_is_told_of_the_other_and_what_to_do(trio: Trio) -> None:
    assert said(trio.tablet).startswith("laptop goes by a join code that this device has not got")
    assert said(trio.laptop).startswith("tablet goes by a join code that this device has not got")
    assert said(trio.colleague).startswith("laptop, tablet go by a join code")
    for device in trio.devices:
        assert "join again here with that code" in said(device)
        assert not any("/keys/" in path for path, _ in device.status().waiting)  # for whoever has that code


def test_one_joins_with_the_code_of_the_other_and_all_comes_in(trio: Trio) -> None:
    """What the laptop sealed with its own new secret is sealed again with the one that the others have."""
    code, _ = codes(trio)
    for device in (trio.laptop, trio.colleague):
        team.join(device.home, trio.drive, code)
    settle(trio)
    agree(trio)
    assert [said(device) for device in trio.devices] == ["", "", ""]
    late = trio.join("late")
    settle(trio)
    agree(trio)
    assert late.ids() == trio.tablet.ids()


def test_a_colleague_who_took_the_other_code_first_takes_this_one_too(trio: Trio) -> None:
    code, other = codes(trio)
    team.join(trio.colleague.home, trio.drive, other)
    trio.colleague.visit("with the laptop")
    for device in (trio.colleague, trio.laptop, trio.colleague):
        device.sync()
    # What the tablet is called it has said under its code only: since it joined anew, the colleague's does not know.
    assert said(trio.colleague).startswith(f"device {trio.tablet.home.journal.device[:4]} goes by")
    for device in (trio.laptop, trio.colleague):
        team.join(device.home, trio.drive, code)
    settle(trio)
    agree(trio)
    assert [said(device) for device in trio.devices] == ["", "", ""]


def test_each_took_the_code_of_the_other_and_one_goes_back(trio: Trio) -> None:
    code, other = codes(trio)
    team.join(trio.tablet.home, trio.drive, other)
    team.join(trio.laptop.home, trio.drive, code)
    team.join(trio.colleague.home, trio.drive, code)
    settle(trio)
    shut = sorted(d.name for d in trio.tablet.status().devices if not d.live)
    assert shut == ["colleague", "laptop"]  # and that is said of them
    team.join(trio.tablet.home, trio.drive, code)
    settle(trio)
    agree(trio)
    assert [said(device) for device in trio.devices] == ["", "", ""]


def test_whoever_has_one_code_only_is_still_shut_out(trio: Trio) -> None:
    """The lost device has neither: joining again brings it nothing of what was logged since."""
    lost = trio.colleague
    trio.devices.remove(lost)
    before = lost.ids()
    team.join(trio.laptop.home, trio.drive, codes(trio)[0])
    trio.said = {id: entry for id, entry in trio.said.items() if id not in before or id in trio.tablet.ids()}
    settle(trio)
    invariants.same_segments_same_projections(trio)  # type: ignore[arg-type]  # has what it asks for
    lost.sync()
    assert lost.ids() == before
    assert len(rosters.students(lost.home.conn)) == 3
    lost.close()
