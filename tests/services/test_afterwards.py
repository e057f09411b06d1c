"""Notes, ticks and words of wrap-up: entries that undo, export and purge treat like any other."""

from pathlib import Path

import pytest

from observe.domain.errors import Refused
from observe.platform import Platform
from observe.services import family, purge, summary, transfer, visits
from observe.services.afterwards import Afterwards
from observe.services.home import Home, open_home
from observe.services.record import Recorder


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = open_home(tmp_path / "home", Platform())

    def roster(act):
        act.put("import", home.new_key(), {"what": "roster"}, new=True)
        act.put("section", "sec", {"name": "4B"})
        act.put("student", "ana", {"name": "Ana"})
        act.put("member", "sec/ana", {"section": "sec", "student": "ana", "seat": 1})

    home.write(roster)
    return home


@pytest.fixture
def after(home: Home) -> Afterwards:
    return Afterwards(home, visits.start_visit(home, "4B").id)


def test_a_flag_waits_for_its_words(home: Home, after: Afterwards) -> None:
    flag = after.note(student="ana").id or ""
    assert [(n["flag"], n["text"]) for n in summary.summary(home, after.visit_id)["notes"]] == [(True, "")]
    after.put_note_into_words(flag, "asked why it always works")
    assert [(n["flag"], n["text"]) for n in summary.summary(home, after.visit_id)["notes"]] == [
        (False, "asked why it always works")
    ]
    Recorder(home, after.visit_id).undo()
    assert after.log().notes[0].body == ""
    after.put_note_into_words(flag, "")
    assert after.log().notes == ()


def test_words_about_a_child_who_is_erased_while_they_are_written_are_refused_in_words(
    home: Home, after: Afterwards
) -> None:
    flag = after.note(student="ana").id or ""
    purge.purge(home, "student", "ana")
    for write in (
        lambda: after.put_note_into_words(flag, "asked why"),
        lambda: after.note("asked why", student="ana"),
        lambda: family.write_next_step(home, "ana", "a rule of her own"),
    ):
        with pytest.raises(Refused, match="the words are not kept, whom they are about was erased meanwhile"):
            write()
    assert [note.body for note in after.log().notes] == [""]
    after.note(student="ana")  # a flag has no words; and a note may be taken away
    after.put_note_into_words(flag, "")
    assert [note.id == flag for note in after.log().notes] == [False]


def test_a_note_about_a_group_is_about_the_group_as_one(home: Home, after: Afterwards) -> None:
    flag = after.note(group="Stories").id or ""
    after.put_note_into_words(flag, "took turns")
    after.note("and Ana", student="ana", group="Stories")
    assert {(n["student"], n["group"], n["text"]) for n in summary.summary(home, after.visit_id)["notes"]} == {
        (None, "Stories", "took turns"), ("ana", None, "and Ana"),
    }  # fmt: skip  # of one millisecond, perhaps: nothing says which comes first
    with pytest.raises(Refused, match="too long"):
        after.note(group="s" * 200)


def test_a_private_note_is_nowhere_but_on_this_device(home: Home, after: Afterwards) -> None:
    after.note("between us", student="ana", private=True)
    assert summary.summary(home, after.visit_id)["notes"][0] | {"at": ""} == {
        "at": "", "observation": None, "note": after.log().notes[0].id, "student": "ana", "group": None,
        "channel": None, "code": None, "text": "between us", "private": True, "flag": False,
    }  # fmt: skip
    exported = b"".join(transfer.jsonl(home, None))
    assert b"between us" not in exported
    assert b"between us" in b"".join(transfer.jsonl(home, None, private=True))


def test_what_ran_is_ticked_by_whom_and_never_minutes(home: Home, after: Afterwards) -> None:
    after.tick_ran("strategy", "tiered", "both")
    assert after.tick_ran("strategy", "tiered", "both").unchanged
    assert after.log().ran == {("strategy", "tiered"): "both"}
    assert summary.summary(home, after.visit_id)["channels"]["strategy"]["seconds"]["tiered"] == 0
    after.tick_ran("strategy", "tiered", None)
    assert after.log().ran == {}
    with pytest.raises(Refused, match="allowed: me, teacher, both"):
        after.tick_ran("strategy", "tiered", "nobody")
    with pytest.raises(Refused, match="code"):
        after.tick_ran("strategy", "juggling", "me")


def test_words_afterwards_can_change_and_go(home: Home, after: Afterwards) -> None:
    after.reflect("glow", "three of them argued from a drawing")
    assert summary.summary(home, after.visit_id)["reflection"] == {"glow": "three of them argued from a drawing"}
    after.reflect("glow", "")
    assert summary.summary(home, after.visit_id)["reflection"] == {}


def test_a_line_that_is_kept_as_it_was_writes_nothing(home: Home, after: Afterwards) -> None:
    after.reflect("glow", "wait time")
    entries = home.conn.execute("SELECT count(*) FROM entry").fetchone()
    assert after.reflect("glow", "wait time").unchanged
    assert after.reflect("try_next", "").unchanged
    assert home.conn.execute("SELECT count(*) FROM entry").fetchone() == entries
