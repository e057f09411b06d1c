"""What two devices changed at once: both versions are kept and said in words, and she chooses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from observe.domain.errors import Refused
from observe.services import classroom, visits
from observe.services.afterwards import Afterwards
from observe.services.home import Home
from observe.services.record import Recorder
from observe.services.sharing import conflicts
from observe.services.sharing.conflicts import Conflict
from observe.store import maintenance

from ..cli.commands import Observe
from ..ui.school import ids, section_id
from .two import ROOM, Two, later, two_devices


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with two_devices(tmp_path) as made:
        yield made


@pytest.fixture
def observe(home: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Observe:
    return Observe(home, monkeypatch, capsysbinary)


def tapped(two: Two, who: str = "Amara Okeke") -> str:
    """An observation that both devices have."""
    logged = Recorder(two.tablet, two.visit).observe("engagement", "deep", student=ids(two.tablet, ROOM)[who])
    two.meet()
    assert logged.id is not None
    return logged.id


def amended_twice(two: Two) -> str:
    """It was Off task says the tablet, and Listening says the laptop, which is heard last."""
    key = tapped(two)
    Recorder(two.tablet, two.visit).amend(key, code="off")
    later(two.laptop)
    Recorder(two.laptop, two.visit).amend(key, code="passive")
    two.meet()
    return key


def only(home: Home) -> Conflict:
    (found,) = conflicts.conflicts(home)
    return found


def code_of(home: Home, visit: str, key: str) -> str | None:
    return next(o.code for o in visits.visit_log(home, visit).observations if o.id == key)


def equal(two: Two) -> None:
    tables = []
    for home in (two.tablet, two.laptop):
        lines = maintenance.dump(home.conn)
        tables.append([line for line in lines if not line.startswith("act ")])
    assert tables[0] == tables[1]


def test_both_versions_stand_side_by_side_in_words(two: Two) -> None:
    amended_twice(two)
    on_tablet, on_laptop = only(two.tablet), only(two.laptop)
    assert "Engagement" in on_tablet.what
    assert ROOM in on_tablet.what
    shown, other = on_tablet.versions
    assert (shown.device, other.device) == ("laptop", "this device")
    assert "Listening / Amara Okeke" in shown.words
    assert "Off task / Amara Okeke" in other.words
    assert [v.device for v in on_laptop.versions] == ["this device", "tablet"]
    assert [v.words for v in on_laptop.versions] == [v.words for v in on_tablet.versions]


def test_the_other_version_comes_back_on_every_device(two: Two) -> None:
    key = amended_twice(two)
    conflicts.restore(two.tablet, only(two.tablet).losers[0].entry)
    assert conflicts.conflicts(two.tablet) == ()
    two.meet()
    for home in (two.tablet, two.laptop):
        assert code_of(home, two.visit, key) == "off"
        assert conflicts.conflicts(home) == ()
        assert visits.visit_log(home, two.visit).conflicts == 0
    equal(two)


def test_what_shows_can_be_kept_and_nothing_stands_against_it_then(two: Two) -> None:
    key = amended_twice(two)
    conflicts.keep(two.laptop, "observation", key)
    two.meet()
    for home in (two.tablet, two.laptop):
        assert code_of(home, two.visit, key) == "passive"
        assert conflicts.count(home) == 0
    equal(two)


def test_a_choice_on_both_devices_at_once_is_a_conflict_again_and_ends_like_one(two: Two) -> None:
    key = amended_twice(two)
    conflicts.restore(two.tablet, only(two.tablet).losers[0].entry)
    conflicts.keep(two.laptop, "observation", key)
    two.meet()
    again = only(two.tablet)
    assert {v.words.split(" ", 1)[1] for v in again.versions} == {"Off task / Amara Okeke", "Listening / Amara Okeke"}
    conflicts.restore(two.laptop, only(two.laptop).losers[0].entry)
    two.meet()
    assert conflicts.count(two.tablet) == conflicts.count(two.laptop) == 0
    equal(two)


def test_what_was_taken_out_on_one_device_and_mended_on_the_other(two: Two) -> None:
    key = tapped(two)
    Recorder(two.laptop, two.visit).amend(key, code="off")
    later(two.tablet)
    Recorder(two.tablet, two.visit).void(key, "another child")
    two.meet()
    shown, other = only(two.laptop).versions
    assert shown.words == "taken out: another child"
    assert "Off task" in other.words
    assert all(o.id != key for o in visits.visit_log(two.laptop, two.visit).observations)
    conflicts.restore(two.laptop, other.entry)
    two.meet()
    assert code_of(two.tablet, two.visit, key) == "off"


def test_three_devices_worth_of_versions_are_all_replaced_by_the_one_chosen(two: Two) -> None:
    key = tapped(two)
    for home, codes in ((two.tablet, ("off", "active")), (two.laptop, ("passive",))):
        for code in codes:
            Recorder(home, two.visit).amend(key, code=code)
    two.meet()
    assert len(two.tablet.journal.heads("observation", key)) == 2
    conflicts.keep(two.tablet, "observation", key)
    assert len(two.tablet.journal.heads("observation", key)) == 1


def test_undo_takes_a_choice_back(two: Two) -> None:
    key = amended_twice(two)
    conflicts.restore(two.tablet, only(two.tablet).losers[0].entry)
    Recorder(two.tablet, two.visit).undo()
    assert code_of(two.tablet, two.visit, key) == "passive"


CASES: list[tuple[str, Callable[[Home, Two], object], Callable[[Home, Two], object], str, str]] = [
    (
        "a line of the wrap-up",
        lambda home, two: Afterwards(home, two.visit).reflect("glow", "wait time"),
        lambda home, two: Afterwards(home, two.visit).reflect("glow", "the number line"),
        "wait time",
        "the number line",
    ),
    (
        "the end",
        lambda home, two: visits.end_visit(home, two.visit),
        lambda home, two: visits.end_visit(home, two.visit),
        ":",
        ":",
    ),
    (
        "who is here",
        lambda home, two: Recorder(home, two.visit).attendance(absent=[ids(home, ROOM)["Mei Lin"]]),
        lambda home, two: Recorder(home, two.visit).attendance(present=[ids(home, ROOM)["Mei Lin"]]),
        "away",
        "here",
    ),
    (
        "a name",
        lambda home, two: classroom.rename(home, ids(home, ROOM)["Mei Lin"], "May Lin"),
        lambda home, two: classroom.rename(home, ids(home, ROOM)["Mei Lin"], "Mei Ling"),
        "name May Lin",
        "name Mei Ling",
    ),
    (
        "a seat",
        lambda home, two: classroom.take_seat(home, section_id(home, ROOM), ids(home, ROOM)["Mei Lin"], 30),
        lambda home, two: classroom.take_seat(home, section_id(home, ROOM), ids(home, ROOM)["Mei Lin"], 31),
        "seat 30",
        "seat 31",
    ),
    (
        "what ran",
        lambda home, two: Afterwards(home, two.visit).tick_ran("strategy", "tiered", "me"),
        lambda home, two: Afterwards(home, two.visit).tick_ran("strategy", "tiered", "both"),
        "by me",
        "by both",
    ),
]


@pytest.mark.parametrize(("first", "second", "lost", "shown"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_every_kind_is_said_in_words_and_can_be_chosen_either_way(
    two: Two, first: Callable[[Home, Two], object], second: Callable[[Home, Two], object], lost: str, shown: str
) -> None:
    first(two.tablet, two)
    later(two.laptop)
    second(two.laptop, two)
    two.meet()
    found = only(two.tablet)
    assert shown in found.versions[0].words
    assert lost in found.losers[0].words
    said = " ".join([found.what, *(v.words for v in found.versions)])
    assert not any(id in said for id in (two.visit, *ids(two.tablet, ROOM).values())), said
    conflicts.restore(two.tablet, found.losers[0].entry)
    two.meet()
    equal(two)
    assert conflicts.count(two.laptop) == 0


def test_a_kind_of_a_later_version_is_said_and_can_be_settled(two: Two) -> None:
    for home, words in ((two.tablet, "owls"), (two.laptop, "hawks")):
        home.write(lambda act, words=words: act.put("plan.group", f"{two.visit}/1", {"visit": two.visit, "who": words}))
        later(two.laptop)
    two.meet()
    found = only(two.tablet)
    assert [v.words for v in found.versions] == ["who hawks", "who owls"]
    conflicts.restore(two.tablet, found.losers[0].entry)
    two.meet()
    assert conflicts.count(two.laptop) == 0
    winner = two.laptop.journal.winner("plan.group", f"{two.visit}/1")
    assert winner is not None
    assert winner.data["who"] == "owls"


def test_children_and_classes_are_named_wherever_an_entry_names_them(two: Two) -> None:
    people, room = ids(two.tablet, ROOM), section_id(two.tablet, ROOM)
    for home, who in ((two.tablet, "Mei Lin"), (two.laptop, "Zoe Kim")):
        both = [people[who], people["Amara Okeke"]]
        said = {"visit": two.visit, "who": both, "in": room if who == "Mei Lin" else ""}
        home.write(lambda act, said=said: act.put("plan.group", f"{two.visit}/1", said))
        later(two.laptop)
    two.meet()
    words = [v.words for v in only(two.tablet).versions]
    assert words == ["in none, who Zoe Kim, Amara Okeke", f"in {ROOM}, who Mei Lin, Amara Okeke"]


def test_a_purged_child_is_not_in_the_words(two: Two) -> None:
    who = ids(two.tablet, ROOM)["Mei Lin"]
    classroom.rename(two.tablet, who, "May Lin")
    classroom.rename(two.laptop, who, "Mei Ling")
    two.meet()
    two.laptop.write(lambda act: act.purge("student", who))
    two.meet()
    for home in (two.tablet, two.laptop):
        said = json.dumps([[c.what, *(v.words for v in c.versions)] for c in conflicts.conflicts(home)])
        assert "Lin" not in said


def test_what_stands_against_nothing_is_refused(two: Two) -> None:
    key = amended_twice(two)
    loser = only(two.tablet).losers[0].entry
    before = two.tablet.conn.execute("SELECT count(*) FROM entry").fetchone()
    with pytest.raises(Refused, match="not known"):
        conflicts.restore(two.tablet, "no such entry")
    conflicts.keep(two.tablet, "observation", key)
    (alone,) = two.tablet.journal.heads("observation", key)
    for again in (
        lambda: conflicts.restore(two.tablet, loser),
        lambda: conflicts.restore(two.tablet, alone.id),
        lambda: conflicts.keep(two.tablet, "observation", key),
        lambda: conflicts.keep(two.tablet, "observation", "nothing"),
    ):
        with pytest.raises(Refused, match="nothing was changed"):
            again()
    after = two.tablet.conn.execute("SELECT count(*) FROM entry").fetchone()
    assert after[0] == before[0] + 1


def test_the_command_lists_restores_and_keeps(observe: Observe, home: Path, tmp_path: Path) -> None:
    with two_devices(tmp_path) as two:
        key = amended_twice(two)
        where = two.tablet.path
    ask = ("--home", str(where), "conflicts")
    text = observe.ok(*ask)
    assert "shows" in text
    assert "Listening / Amara Okeke" in text
    assert "laptop" in text
    (found,) = json.loads(observe.ok(*ask, "--json"))
    assert [v["shows"] for v in found["versions"]] == [True, False]
    assert json.loads(observe.ok(*ask, "--restore", found["versions"][1]["entry"], "--json")) == []
    assert observe.ok(*ask) == "nothing was changed on two devices at once\n"
    assert key == found["key"]
    assert observe("--home", str(where), "conflicts", "--keep", "nothing").status == 1
