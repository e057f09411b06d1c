"""Files made by hand with real keys: nothing enters that should not, nothing crashes, and the status says why."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observe.domain.entries import dumps
from observe.domain.errors import Refused
from observe.domain.shapes import fault, is_plain_look
from observe.services import transfer, visits
from observe.services.dayreview import day_page
from observe.services.record import Recorder
from observe.services.sharing import status
from observe.services.sharing.conflicts import conflicts
from observe.services.sharing.team import Stopped, join, rekey, team_of
from observe.services.summary import summary
from observe.services.today import today
from observe.store import maintenance, shared
from observe.sync.folder import TOP
from observe.sync.keys import DeviceKey, KeyRing, Secret
from observe.sync.packing import pack
from observe.sync.segment import MAGIC, Header, Unfit, open_, parse_path, seal

from .forge import NOON, Place, line, named, place, plain, sealed

GOOD = {"visit": "v1", "at": NOON, "channel": "engagement", "code": "off", "note": "FORGED"}
KEY = DeviceKey.draw()
OTHER = DeviceKey.draw()


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Place]:
    with place(tmp_path) as made:
        yield made


def look(seq: int, key: DeviceKey = KEY, **other: Any) -> dict[str, Any]:
    return line(key, seq, "observation", f"o{seq}", GOOD, **other)


def nothing_entered(at: Place, before: int) -> None:
    assert at.count() == before
    assert at.home.conn.execute("SELECT count(*) FROM entry WHERE instr(data, 'FORGED')").fetchone() == (0,)


# -- a file that is not the team's, or not whole --------------------------------------------------------------

LIES: dict[str, tuple[dict[str, Any], str]] = {
    "unsigned": ({"signature": b""}, "not signed"),
    "a signature of nothing": ({"signature": base64.b64encode(bytes(64))}, "not signed"),
    "signed by a stranger": ({"signer": OTHER}, "not signed"),
    "a stranger's key under a known id": ({"public": base64.b64encode(OTHER.public).decode()}, "not signed"),
    "a stranger's key, and signed with it": (
        {"public": base64.b64encode(OTHER.public).decode(), "signer": OTHER},
        "not signed",
    ),
    "no public key": ({"public": ""}, "not signed"),
    "another team's": ({"team": "0" * 32}, "another team's"),
    "first 2**70": ({"first": 2**70}, "header"),
    "n 2**70": ({"n": 2**70}, "header"),
    "n below nothing": ({"n": -1}, "header"),
    "n true": ({"n": True}, "header"),
    "first a float": ({"first": 1.0}, "header"),
    "a device that is a path": ({"device": "../../../../etc"}, "header"),
    "a shelf that is a path": ({"shelf": "../.."}, "header"),
    "a shelf of no month": ({"shelf": "2026-11"}, "header"),
    "supersedes a text": ({"supersedes": "0" * 64}, "header"),
    "supersedes what is no hash": ({"supersedes": ["../x"]}, "header"),
    "a team of half a character": ({"header": b'{"team": "\\ud800"}'}, "header"),
    "a header of NaN": ({"header": b'{"n": NaN}'}, "header"),
    "a header of 1e999": ({"header": b'{"n": 1e999}'}, "header"),
    "a header 100,000 deep": ({"header": b"[" * 100_000}, "header"),
    "a header of 2 MiB": ({"header": b'"' + b"x" * (2 << 20) + b'"'}, "header"),
    "more entries than it says": ({"n": 0}, "number of entries"),
    "fewer entries than it says": ({"n": 2}, "number of entries"),
    "more entries than a file can have": ({"n": 1 << 40}, "number of entries"),
    "entries from elsewhere in the numbering": ({"first": 7}, "out of its place"),
}


@pytest.mark.parametrize("what", LIES)
def test_a_file_that_lies_about_itself_is_set_aside(at: Place, what: str) -> None:
    other, why = LIES[what]
    before = at.count()
    path = at.forge(KEY, [look(1)], **other)
    done = at.sync()
    nothing_entered(at, before)
    assert list(done.pulled.not_taken) == [path]
    assert why in at.why(path)
    assert any(path in one and why in one for one in status.words(at.status(), "UTC"))
    assert at.sync().pulled.entries == 0
    at.forge(KEY, [look(1)])
    at.sync()
    assert at.count() == before + 1  # it stops nothing else


def test_a_header_that_names_a_field_twice_is_set_aside(at: Place) -> None:
    said = sealed(KEY, at.secret, at.secret.team, [look(1)]).split(b"\n")[1]
    path = at.forge(KEY, [look(1)], header=said[:-1] + b',"team":"' + at.secret.team.encode() + b'"}')
    at.sync()
    assert "header" in at.why(path)


def test_another_teams_file_and_one_with_the_right_team_but_another_key(at: Place) -> None:
    before, theirs = at.count(), Secret.draw()
    first = sealed(KEY, theirs, theirs.team, [look(1)])
    second = sealed(KEY, theirs, at.secret.team, [look(1)])
    third = sealed(KEY, theirs, at.secret.team, [look(1)], key=at.secret.key_id)
    paths = [named(data, KEY.id) for data in (first, second, third)]
    for data, path in zip((first, second, third), paths, strict=True):
        at.put(data, path)
    at.sync()
    nothing_entered(at, before)
    assert "another team's" in at.why(paths[0])
    assert "a team key that this device does not have" in at.why(paths[1])
    assert "seal is broken" in at.why(paths[2])


def test_a_name_or_a_place_that_lies_is_not_believed(at: Place) -> None:
    """The bytes decide: whose they are, on which shelf, which numbers."""
    before = at.count()
    data = sealed(KEY, at.secret, at.secret.team, [look(1)])
    digest = hashlib.sha256(data).hexdigest()
    at.put(data, f"{OTHER.id}/999912/77-500-{digest}.seg")
    at.sync()
    assert at.count() == before + 1
    known = shared.files(at.home.conn)[digest]
    assert (known.device, known.shelf, known.first, known.n) == (KEY.id, "202611", 1, 1)
    path = named(b"another file's name", KEY.id)
    at.put(sealed(KEY, at.secret, at.secret.team, [look(2)], first=2), path)
    at.sync()
    assert at.count() == before + 1
    assert "not all here yet, or damaged" in at.why(path)


def test_who_has_the_team_key_is_of_the_team(at: Place) -> None:
    """A device that nobody has heard of joins by writing: the code is what lets in, and a new code shuts out."""
    before = at.count()
    at.forge(KEY, [look(1)])
    assert at.sync().pulled.not_taken == {}
    assert at.count() == before + 1
    ours = team_of(at.home)
    assert ours is not None
    rekey(at.home, ours)
    at.sync()
    late = at.forge(KEY, [look(2)], first=2)
    unheard = DeviceKey.draw()
    theirs = at.forge(unheard, [line(unheard, 1, "observation", "o9", GOOD)])
    at.sync()
    assert at.count() == before + 1
    for path in (late, theirs):
        assert "old team key" in at.why(path)


# -- names and the folder itself ------------------------------------------------------------------------------


def test_names_that_lead_elsewhere_are_no_files_of_ours(at: Place, tmp_path: Path) -> None:
    digest = "0" * 64
    for path in (
        f"../{KEY.id}/202611/1-1-{digest}.seg",
        f"/{KEY.id}/202611/1-1-{digest}.seg",
        f"{KEY.id}/../1-1-{digest}.seg",
        f"{KEY.id}/202611/../1-1-{digest}.seg",
        f"{KEY.id}/202611/1-1-{digest}",
        f"..\\{KEY.id}/202611/1-1-{digest}.seg",
        f"{KEY.id}/202611/1-1-{digest}.seg\nobserve: all is well",
        f"{KEY.id}/202611/1-1-{digest}\x1b[2J.seg",
        f"{KEY.id}/202611/1-1-{digest}\udcff.seg",
        f"{KEY.id}/202611/\u202e1-1-{digest}.seg",
    ):
        found = parse_path(path)
        assert found is None or (found.path.count("/") == 2 and found.path.isprintable() and ".." not in found.path)
    before = at.count()
    data = sealed(KEY, at.secret, at.secret.team, [look(1)])
    path = named(data, KEY.id)
    for odd in (b"\n", b"\x1b[2J", b"\xff", "\u202e".encode()):
        name = os.fsencode(at.put(data, path)) + odd
        os.rename(os.fsencode(at.folder / TOP / path), name)
    done = at.sync()
    assert (at.count(), done.pulled.not_taken) == (before, {})
    words = "\n".join(status.words(at.status(), "UTC"))
    assert "\x1b" not in words
    at.put(data, path)
    at.sync()
    assert at.count() == before + 1


def test_links_pipes_and_files_in_the_place_of_folders_are_passed_over(at: Place, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    data = sealed(KEY, at.secret, at.secret.team, [look(1)])
    path = named(data, KEY.id)
    (outside / path).parent.mkdir(parents=True)
    (outside / path).write_bytes(data)
    before = at.count()
    top = at.folder / TOP
    (top / KEY.id).symlink_to(outside / KEY.id, target_is_directory=True)
    at.sync()
    (top / KEY.id).unlink()
    (top / KEY.id).mkdir()
    (top / KEY.id / "202611").symlink_to(outside / KEY.id / "202611", target_is_directory=True)
    at.sync()
    (top / KEY.id / "202611").unlink()
    (top / KEY.id / "202611").mkdir()
    (top / path).symlink_to(outside / path)
    pipe = top / named(b"a pipe", KEY.id)
    os.mkfifo(pipe)
    (top / named(b"a folder", KEY.id)).mkdir()
    (top / OTHER.id).write_text("a file where a device's folder would be")
    (top / DeviceKey.draw().id).mkdir()
    done = at.sync()
    assert (at.count(), done.pulled.not_taken) == (before, {})
    pipe.unlink()
    (top / path).unlink()
    at.put(data, path)
    at.sync()
    assert at.count() == before + 1


def tampered(at: Place, change: Callable[[dict[str, Any]], object]) -> bytes:
    said = json.loads((at.folder / TOP / "team.json").read_bytes())
    change(said)
    return dumps(said).encode()


MARKERS: dict[str, tuple[Callable[[Place], bytes], str]] = {
    "another team in it": (lambda at: tampered(at, lambda said: said.update(team="0" * 32)), "damaged"),
    "a stranger's key": (
        lambda at: tampered(at, lambda said: said.update(public=base64.b64encode(KEY.public).decode())),
        "damaged",
    ),
    "no signature": (lambda at: tampered(at, lambda said: said.pop("signature")), "damaged"),
    "numbers": (lambda at: tampered(at, lambda said: said.update(team=2**70)), "damaged"),
    "NaN": (lambda at: b'{"team": NaN}', "damaged"),
    "half a character": (lambda at: b'{"team": "\\ud800", "public": "", "signature": "", "device": ""}', "damaged"),
    "100,000 deep": (lambda at: b"[" * 100_000, "damaged"),
    "9 MiB": (lambda at: b" " * (9 << 20), "damaged"),
    "nothing": (lambda at: b"", "damaged"),
    "a list": (lambda at: b"[]", "damaged"),
}


@pytest.mark.parametrize("what", MARKERS)
def test_a_marker_that_was_tampered_with_stops_the_sync(at: Place, what: str) -> None:
    make, why = MARKERS[what]
    marker = at.folder / TOP / "team.json"
    whole, before = marker.read_bytes(), at.count()
    at.forge(KEY, [look(1)])
    marker.write_bytes(make(at))
    with pytest.raises(Stopped, match=why):
        at.sync()
    with pytest.raises(Refused):
        join(at.home, at.folder, at.secret.code)
    assert at.count() == before
    marker.write_bytes(whole)
    at.sync()
    assert at.count() == before + 1


def test_a_marker_of_another_team_stops_the_sync(at: Place, tmp_path: Path) -> None:
    with place(tmp_path / "theirs") as theirs:
        (at.folder / TOP / "team.json").write_bytes((theirs.folder / TOP / "team.json").read_bytes())
    with pytest.raises(Stopped, match="another team's"):
        at.sync()


# -- what a file holds ----------------------------------------------------------------------------------------

BAD_LINES: dict[str, bytes | dict[str, Any]] = {
    "no JSON": b"FORGED\n",
    "cut short": dumps(look(1)).encode()[:-9],
    "a list": b"[]\n",
    "NaN": dumps(look(1)).replace('"FORGED"', "NaN").encode() + b"\n",
    "Infinity": dumps(look(1)).replace('"FORGED"', "-Infinity").encode() + b"\n",
    "1e999": dumps(look(1)).replace('"FORGED"', "1e999").encode() + b"\n",
    "-1.5E+0999": dumps(look(1)).replace('"FORGED"', "-1.5E+0999").encode() + b"\n",
    "a float of 400 digits": dumps(look(1)).replace('"FORGED"', "1" * 400 + ".5").encode() + b"\n",
    "5,000 digits": dumps(look(1)).replace('"FORGED"', "1" * 5000).encode() + b"\n",
    "half a character": dumps(look(1)).replace('"FORGED"', '"\\ud800"').encode() + b"\n",
    "half a character as a name": dumps(look(1)).replace('"note"', '"\\udfff"').encode() + b"\n",
    "no UTF-8": dumps(look(1)).encode().replace(b"FORGED", b"\xff\xfe") + b"\n",
    "a key twice": dumps(look(1)).encode()[:-1] + b',"kind":"student"}\n',
    "a key twice, spaced": dumps(look(1)).encode()[:-1] + b', "kind" : "student"}\n',
    "a key twice within": dumps(look(1)).encode().replace(b'"note"', b'"code":"x","note"') + b"\n",
    "longer than 64 KiB": {**look(1), "data": {**GOOD, "note": "x" * (64 << 10)}},
    "100,000 deep": dumps(look(1)).replace('"FORGED"', "[" * 100_000 + "]" * 100_000).encode() + b"\n",
    "20 deep": dumps(look(1)).replace('"FORGED"', "[" * 20 + "]" * 20).encode() + b"\n",
    "no data": {name: value for name, value in look(1).items() if name != "data"},
    "data a list": {**look(1), "data": []},
    "an id of a megabyte": {**look(1), "id": "x" * 1_000},
    "an empty kind": {**look(1), "kind": ""},
    "an op nobody knows": {**look(1), "op": "drop"},
    "parents a text": {**look(1), "parents": "x"},
    "a parent that is a number": {**look(1), "parents": [1]},
    "a stamp of three": {**look(1), "stamp": [1, 2, 3]},
    "a stamp of the year 280,000": {**look(1), "stamp": [(1 << 53) - 1, 0]},
    "another device's": {**look(1), "device": OTHER.id},
    "out of its place": {**look(1), "seq": 2},
    **{
        f"2**70 as {name}": {**look(1), name: [2**70, 0] if name == "stamp" else 2**70}
        for name in ("v", "run", "seq", "stamp", "act")
    },
    **{f"true as {name}": {**look(1), name: True} for name in ("v", "run", "seq", "act")},
    **{f"-1 as {name}": {**look(1), name: -1} for name in ("v", "run", "seq", "act")},
    "1.5 as act": {**look(1), "act": 1.5},
}


@pytest.mark.parametrize("what", BAD_LINES)
def test_a_file_with_a_line_that_is_no_entry_is_set_aside_whole(at: Place, what: str) -> None:
    before = at.count()
    path = at.forge(KEY, [BAD_LINES[what], look(2)])
    at.sync()
    nothing_entered(at, before)
    assert at.why(path)
    assert at.sync().pulled.entries == 0


def test_numbers_that_skip_repeat_or_belong_to_others_are_set_aside_whole(at: Place) -> None:
    before = at.count()
    paths = [
        at.forge(KEY, [look(1), look(3)]),
        at.forge(KEY, [look(1), look(1, id="another")]),
        at.forge(KEY, [look(2), look(1)], first=1),
        at.forge(KEY, [look(1), look(2, id=look(1)["id"])]),
        at.forge(KEY, [look(1), line(OTHER, 2, "observation", "o2", GOOD)]),
    ]
    at.sync()
    nothing_entered(at, before)
    assert all(map(at.why, paths))


def test_a_number_used_twice_keeps_the_first_and_says_so(at: Place) -> None:
    before = at.count()
    at.forge(KEY, [look(1)])
    at.sync()
    path = at.forge(KEY, [look(1, id="another", key=KEY)])
    at.sync()
    assert at.count() == before + 1
    assert "twice" in at.why(path)


def test_the_id_of_another_entry_is_not_taken_over(at: Place) -> None:
    """Nor is the number of another device's entry changed by saying that it was renumbered."""
    theirs = next(e for e in maintenance.every(at.home.conn) if e.kind == "observation")
    before, words = at.count(), dumps(theirs.to_json())
    own = line(KEY, 1, "observation", "forged", GOOD, id=theirs.id)
    paths = [at.forge(KEY, [own]), at.forge(KEY, [{**own, "was": [theirs.device, theirs.seq]}])]
    at.sync()
    nothing_entered(at, before)
    assert [dumps(e.to_json()) for e in maintenance.every(at.home.conn) if e.id == theirs.id] == [words]
    assert all("the id of another" in at.why(path) for path in paths)


def test_another_devices_file_is_not_superseded(at: Place) -> None:
    """It is missed when it goes, and its owner writes it again."""
    (mine,) = (f for f in shared.files(at.home.conn).values() if f.n)
    at.forge(KEY, [look(1)], supersedes=[mine.hash])
    at.sync()
    assert shared.files(at.home.conn)[mine.hash].state == shared.TAKEN
    assert (at.folder / TOP / mine.path).exists()


def test_unknown_kinds_and_fields_are_kept_as_they_are(at: Place, tmp_path: Path) -> None:
    data = {"deep": [1, {"er": "x"}], "big": 2**70, "visit": at.visit}
    at.forge(KEY, [line(KEY, 1, "hologram", "h1", data, v=9, colour={"of": [None, 1.5]})])
    assert at.sync().pulled.not_taken == {}
    entry = at.home.journal.entry(line(KEY, 1, "hologram", "h1", data)["id"])
    assert entry is not None
    assert (entry.v, entry.data, entry.extra) == (9, data, {"colour": {"of": [None, 1.5]}})
    assert any(b'"hologram"' in one for one in transfer.jsonl(at.home, None))


# -- entries of a member that say what no program says --------------------------------------------------------

STRANGE: tuple[Any, ...] = (None, True, -1, 2**70, 1.5, "x", "x" * 9_000, "", [], {}, [1], {"a": 1}, "1970-01-01")
SHAPES: dict[str, tuple[str, dict[str, Any]]] = {
    "section": ("s1", {"name": "Gr 9"}),
    "student": ("p1", {"name": "Bo"}),
    "member": ("s1/p1", {"section": "s1", "student": "p1", "seat": 1}),
    "visit": ("v1", {"section": None, "protocol": "push_in", "protocol_version": 1, "zone": "UTC", "observer": "K"}),
    "visit.start": ("v1", {"at": NOON, "roster": []}),
    "visit.end": ("v1", {"at": "2026-11-24T12:40:00.000Z"}),
    "visit.title": ("v1", {"title": "t"}),
    "observation": ("o1", {**GOOD, "student": "p1", "method": "tap", "on": None, "with": [], "modifiers": {}}),
    "attendance": ("v1/p1", {"visit": "v1", "student": "p1", "present": True, "at": NOON}),
    "pause": ("v1/z", {"visit": "v1", "at": NOON, "until": None}),
    "sweep": ("v1/1", {"visit": "v1", "at": NOON, "sweep": 1, "students": ["p1"], "order": "seat"}),
    "sweep.end": ("v1/1", {"visit": "v1", "at": NOON, "sweep": 1}),
    "sweep.skip": ("v1/1/p1", {"visit": "v1", "at": NOON, "sweep": 1, "student": "p1"}),
    "reflection": ("v1/glow", {"visit": "v1", "body": "x"}),
    "note": ("v1/n", {"visit": "v1", "at": NOON, "student": "p1", "body": "x"}),
    "ran": ("v1/strategy/tiered", {"visit": "v1", "by": "me"}),
    "cue": ("v1/1", {"visit": "v1", "at": NOON}),
    "groups": ("v1", {"visit": "v1", "groups": {"p1": "Owls"}}),
    "move": ("v1/m", {"visit": "v1", "at": NOON, "student": "p1", "group": "Owls"}),
    "plan": (
        "v1/l",
        {"visit": "v1", "part": "group", "place": 1, "name": "Owls", "tier": "Top", "evidence": "e", "students": ["p1"]}
        | {"evidence_at": NOON, "text": "t", "me": "m", "teacher": "t", "minutes": 5, "by": "me"}
        | {"channel": "strategy", "code": "tiered"},
    ),
    "compacting": (
        "k1",
        {"section": "s1", "student": "p1", "at": NOON, "shown": "s", "evidence": "e", "instead": "i", "minutes": 5}
        | {"evidence_at": NOON},
    ),
    "compacting.end": ("k1", {"at": NOON}),
    "meeting": ("k2", {"section": "s1", "at": NOON, "minutes": 5, "observer": "K", "calendar": None}),
    "meeting.held": ("k2", {"at": NOON, "minutes": 5}),
    "meeting.missed": ("k2", {"why": "testing"}),
    "pattern": (
        "k3",
        {"section": "s1", "what": "visit", "weekday": 1, "time": "09:30", "minutes": 45, "zone": "UTC"}
        | {"first": "2026-11-24", "last": None, "observer": "K"},
    ),
    "alone": (
        "k4",
        {"section": "s1", "teacher": "T", "day": "2026-11-24", "channel": "strategy", "code": "tiered", "note": "n"},
    ),
    "commitment": ("k5", {"section": "s1", "teacher": "T", "by": "me", "text": "t", "at": NOON, "visit": "v1"}),
    "commitment.end": ("k5", {"at": NOON, "how": "kept"}),
    "agreement": ("t1/my_role", {"teacher": "T", "body": "b", "at": NOON}),
    "limit": ("s1", {"minutes": 5}),
    "next_step": ("p1", {"student": "p1", "body": "b", "at": NOON}),
    "sent": ("k6", {"what": "family", "at": NOON, "to": "T", "visit": "v1", "section": "s1", "student": "p1"}),
    "protocol": ("dcos@1", {"parsed": {}}),
    "purge": ("student/nobody", {}),
    "undo": ("v1/1", {"visit": "v1", "undone": True}),
    "import": ("i1", {"what": "visits"}),
}


def everything_still_works(at: Place) -> None:
    """The figures, the day, Today, what conflicts, the export, and a rebuild that finds the same."""
    home = at.home
    for visit in visits.visits_between(home, 0, None):
        summary(home, visit.id)
        visits.visit_log(home, visit.id)
    for day in (date(2026, 11, 24), date(1970, 1, 1)):
        day_page(home, day)
    today(home)
    conflicts(home)
    status.words(at.status(), home.zone)
    b"".join(transfer.jsonl(home, None))
    home.path.joinpath("scratch.db").touch()
    assert maintenance.differing(home.database.path, home.path / "scratch.db", home.journal.device) == []


@pytest.mark.parametrize("kind", SHAPES)
def test_data_of_the_wrong_shape_is_kept_and_shows_as_void(at: Place, kind: str) -> None:
    """Each field as everything it should not be, in the visit that lasts here, and in one of its own."""
    lines = []
    for visit in (at.visit, "v1"):
        for name, (key, data) in SHAPES.items():
            if visit != at.visit and name in ("visit", "visit.start"):
                lines.append(line(KEY, len(lines) + 1, name, key.replace("v1", visit), data))
        key, data = SHAPES[kind]
        own = {**data, "visit": visit} if "visit" in data else data
        where = key.replace("v1", visit)
        for field in (*own, "colour"):
            for value in STRANGE:
                said = {**own, field: value}
                lines.append(line(KEY, len(lines) + 1, kind, where if key != "o1" else f"o{len(lines)}", said))
        for keyless in ("", "x", "//", "a/b/c/d", "\x00", "x" * 300, "../x", "x@y", "x@-1", "1/2", "@"):
            lines.append(line(KEY, len(lines) + 1, kind, keyless or " ", own))
        lines.append(line(KEY, len(lines) + 1, kind, where, {}))
        lines.append(line(KEY, len(lines) + 1, kind, where, own, op="purge"))
    before = at.count()
    at.forge(KEY, lines)
    assert at.sync().pulled.not_taken == {}
    assert at.count() == before + len(lines)
    everything_still_works(at)


def test_what_cannot_be_shown_cannot_be_amended_and_is_refused_in_words(at: Place) -> None:
    data = {**SHAPES["observation"][1], "visit": at.visit, "student": None}
    some = [{**data, field: value} for field in (*data, "colour") for value in STRANGE]
    at.forge(KEY, [line(KEY, n, "observation", f"o{n}", said) for n, said in enumerate([*some, {}], 1)])
    at.sync()
    refused = 0
    for n in range(1, len(some) + 2):
        recorder = Recorder(at.home, at.visit)
        for change in (
            partial(recorder.amend, f"o{n}", reason="x", note="new"),
            partial(recorder.amend, f"o{n}", reason="x", code="deep"),
            partial(recorder.void, f"o{n}", "x"),
            recorder.undo,
        ):
            try:
                change()
            except Refused:
                refused += 1
    assert refused > 100
    everything_still_works(at)


def test_observations_that_no_protocol_has_do_not_stop_the_figures(at: Place) -> None:
    base = {"visit": at.visit, "at": NOON, "channel": "engagement", "code": "off"}
    some = [
        {**base, "code": None},
        {**base, "channel": "strategy", "code": "tiered"},
        {**base, "channel": "strategy", "code": None, "on": True},
        {**base, "channel": "nothing", "code": "x"},
        {**base, "channel": "questioning", "code": "analyze", "modifiers": {"wait_s": "long", "asker": 5}},
        {**base, "channel": "questioning", "code": "analyze", "modifiers": {"wait_s": 1e308}},
        {**base, "channel": "questioning", "code": "analyze", "modifiers": {"answered_by": True}},
        {**base, "channel": "role", "code": "nothing", "with": ["nobody"]},
        {**base, "method": "sweep", "sweep": None},
        {**base, "method": "sweep", "sweep": 2_000_000_000},
        {**base, "at": "1970-01-01T00:00:00.000Z"},
        {**base, "at": "9997-12-31T00:00:00.000Z"},
        {**base, "student": "nobody"},
        {**base, "visit": "no-such-visit"},
    ]
    at.forge(KEY, [line(KEY, n, "observation", f"odd{n}", data) for n, data in enumerate(some, 1)])
    at.sync()
    everything_still_works(at)
    visits.end_visit(at.home, at.visit)
    everything_still_works(at)


@pytest.mark.parametrize(
    "name",
    ["[@click=app.quit]Bo[/]", "Bo\x1b[2J", "\u202eoB", "Bo\nKim", "Bo\x00", "B\u200bo", "x" * 4_000, "\ufeffBo", " "],
)
def test_names_are_cleaned_on_the_way_to_the_glass(at: Place, name: str) -> None:
    """The entry stays as its device signed it; what is shown of it has been cleaned like everything from outside."""
    section = visits.sections(at.home)[0].id
    words = {"visit": at.visit, "at": NOON, "body": name}
    at.forge(
        KEY,
        [
            line(KEY, 1, "student", "bad", {"name": name[:200], "area": name[:200]}),
            line(KEY, 2, "member", f"{section}/bad", {"section": section, "student": "bad", "group": name[:200]}),
            line(KEY, 3, "visit.title", at.visit, {"title": name[:200]}),
            line(KEY, 4, "note", f"{at.visit}/n", words),
            line(KEY, 5, "reflection", f"{at.visit}/glow", words),
            line(KEY, 6, "observation", "o", {**GOOD, "visit": at.visit, "note": name}),
            line(KEY, 7, "section", section, {"name": name[:200] + "!", "teacher": name[:200]}),
        ],
    )
    at.sync()
    everything_still_works(at)
    shown = [c.what + v.words for c in conflicts(at.home) for v in c.versions]
    for table in ("student", "member", "visit", "note", "reflection", "section"):
        for row in at.home.conn.execute(f"SELECT * FROM {table}"):
            shown += [value for value in row if isinstance(value, str)]
    shown += [o.note for o in visits.visit_log(at.home, at.visit).observations]
    assert any("Bo" in one or "oB" in one or "xxx" in one for one in shown) or not name.strip()
    for one in shown:
        assert not set("\x1b\n\x00\u202e\u200b\ufeff") & set(one), one


def test_a_name_on_a_device_and_what_a_state_says_are_cleaned_and_bounded(at: Place) -> None:
    def say(number: int, said: object, key: DeviceKey = KEY) -> str:
        data = sealed(key, at.secret, at.secret.team, [dumps(said).encode()], first=number, n=0, shelf="state")
        path = named(data, key.id, "state", number, 0)
        at.put(data, path)
        return path

    ours = at.home.journal.device
    all_of_it = [[0, (1 << 53) - 1]]
    say(2, {"name": "\x1b[2J[b]Kim\u202e" + "x" * 1_000_000, "seen": {ours: all_of_it}, "purges": ["nonsense"]})
    assert at.sync().pulled.not_taken == {}
    (device,) = at.status().devices
    assert device.name.startswith("[2J[b]Kim")
    assert len(device.name) == 60
    assert device.has == at.status().here  # no more than there is
    for number, said in enumerate(
        [
            {"seen": {ours: [[5, 1], [2**70, 1], ["x", None], [1], 7, [1.5, 2], [-5, -1]], "x": all_of_it}},
            {"seen": 5, "purges": 5, "lives": 5, "name": 5, "at": 2**70, "key": []},
            {"seen": [], "purges": {"a": 1}, "lives": [None, [], ours], "name": None, "at": -1},
            {"seen": {ours: [[n * 2, n * 2] for n in range(40_000)]}},
        ],
        3,
    ):
        say(number, said)
        assert at.sync().pulled.not_taken == {}
        status.words(at.status(), "UTC")
        status.to_json(at.status())
    refused = [say(20, []), say(21, "x"), say(22, {"seen": "x" * (20 << 20)})]
    at.sync()
    assert all("cannot be read" in at.why(path) for path in refused)
    say(2, {"name": "an older one", "seen": {}})
    at.sync()
    assert [d.name for d in at.status().devices] == [""]


def test_a_keys_file_of_one_who_was_shut_out_opens_nothing(at: Place) -> None:
    """It cannot be sealed with the new secret, so what it says counted by then does not count."""
    ours = team_of(at.home)
    assert ours is not None
    new = rekey(at.home, ours)
    at.sync()
    before = at.count()
    said = {"secrets": KeyRing([Secret.draw(), at.secret]).to_text().decode(), "known": {KEY.id: [[1, 1 << 50]]}}
    for name in (at.secret, Secret.draw()):
        for key in (None, new.key_id):
            other = {"key": key} if key else {}
            data = sealed(KEY, name, at.secret.team, [dumps(said).encode()], first=2, n=0, shelf="keys", **other)
            at.put(data, named(data, KEY.id, "keys", 2, 0))
    path = at.forge(KEY, [look(1)])
    at.sync()
    nothing_entered(at, before)
    assert "old team key" in at.why(path)
    now = team_of(at.home)
    assert now is not None
    assert [secret.code for secret in now.ring.secrets] == [new.code, at.secret.code]
    with pytest.raises(Refused, match="does not open"):
        join(at.home, at.folder, Secret.draw().code)


# -- purges and clocks ----------------------------------------------------------------------------------------


def test_a_member_may_purge_and_nonsense_purges_do_nothing(at: Place) -> None:
    who = visits.students(at.home)[0].id
    odd = ["student/", "/", "x", "student", "section/" + visits.sections(at.home)[0].id, "student/nobody", "visit/*"]
    before = [e.data for e in maintenance.every(at.home.conn)]
    at.forge(KEY, [line(KEY, n, "purge", key, {}, op="purge") for n, key in enumerate(odd, 1)])
    done = at.sync()
    assert (done.pulled.not_taken, done.unfinished) == ({}, ())
    assert [e.data for e in maintenance.every(at.home.conn) if e.kind != "purge"] == before
    at.forge(KEY, [line(KEY, len(odd) + 1, "purge", f"student/{who}", {"x": 1}, op="purge")], first=len(odd) + 1)
    at.sync()
    assert who not in {s.id for s in visits.students(at.home) if s.name}
    everything_still_works(at)


def test_stamps_years_ahead_are_kept_and_flagged_and_do_not_advance_the_clock(at: Place) -> None:
    now = at.home.platform.wall_ms()
    year = 365 * 24 * 3_600_000
    at.forge(KEY, [look(1, stamp=[now + 10 * year, 65_535]), look(2, stamp=[now - 10 * year, 0])])
    at.sync()
    flags = dict(at.home.conn.execute("SELECT seq, ahead FROM entry WHERE device = ?", (KEY.id,)).fetchall())
    assert flags == {1: 1, 2: None}
    entry = at.home.write(lambda act: act.put("section", "s9", {"name": "x"}))
    assert entry.ms < now + year
    assert (at.home.setting("heard") or "[0,0]") < f"[{now + year},0]"


def test_a_counter_at_its_end_does_not_stop_the_clock(at: Place) -> None:
    now = at.home.platform.wall_ms()
    at.forge(KEY, [look(1, stamp=[now + 60_000, (1 << 53) - 1])])
    at.sync()
    some = [at.home.write(lambda act: act.put("section", "s9", {"name": "x"})) for _ in range(3)]
    stamps = [(e.ms, e.n) for e in some]
    assert stamps == sorted(set(stamps))
    assert all(n < 1 << 20 for _, n in stamps)


# -- bombs, measured in a process of its own ------------------------------------------------------------------

_BOMB = """
import resource, sys
from pathlib import Path
from observe.platform import Platform
from observe.services.home import open_home
from observe.services.sharing import run
home = open_home(Path(sys.argv[1]), Platform())
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), int(sys.argv[2])))
done = run.sync(home)
# Not ru_maxrss: that of a new process begins with what its parent had.
most = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(most, len(done.pulled.not_taken), done.pulled.entries)
home.close()
"""


def peak(at: Place, limit: int = 2 << 30) -> tuple[int, int, int]:
    """MiB at most while syncing, with that much address space; files not taken; entries taken."""
    at.home.close()
    made = subprocess.run(
        [sys.executable, "-c", _BOMB, str(at.home.path), str(limit)], capture_output=True, text=True, timeout=110
    )
    assert made.returncode == 0, made.stderr[-2_000:]
    kib, not_taken, entries = map(int, made.stdout.split())
    return kib >> 10, not_taken, entries


def test_bombs_are_set_aside_and_memory_stays_bounded(at: Place) -> None:
    big = pack(bytes(64 << 20)) * 16  # frame after frame: 1 GiB
    huge = pack(bytes(1 << 30))  # one frame of 1 GiB
    wide = bytes.fromhex("28b52ffd00f8") + huge[6:]  # a window beyond all memory
    for packed in (big, huge, wide, pack(pack(bytes(1 << 30))), huge[:-1], b"", bytes(100)):
        at.forge(KEY, [look(1)], packed=packed)
    at.put(b"observe-segment 1\n" + bytes(9 << 20), named(b"9 MiB", KEY.id))
    nine = sealed(KEY, at.secret, at.secret.team, [look(1)]) + bytes(9 << 20)
    at.put(nine, named(nine, KEY.id))
    newlines = MAGIC + b"\n" * (7 << 20)
    at.put(newlines, named(newlines, KEY.id))
    lists = MAGIC + b'{"a":[' + b"[]," * (2 << 20) + b"[]]}\nx\ny\n"
    at.put(lists, named(lists, KEY.id))
    mib, not_taken, entries = peak(at)
    assert (not_taken, entries) == (11, 0)
    assert mib < 250, mib


def test_a_file_of_many_small_values_stays_bounded(at: Place) -> None:
    """What is 21 times as large once it is read: within the bounds of a file, and yet too much."""
    filler = "[" + "[]," * 20_000 + "[]]"
    at.forge(KEY, [dumps(look(n)).replace('"FORGED"', filler).encode() + b"\n" for n in range(1, 500)])
    mib, not_taken, _ = peak(at)
    assert not_taken == 1
    assert mib < 250, mib


def test_many_large_files_at_once_stay_bounded(at: Place) -> None:
    """What is read ahead of its turn is bounded too, however many files arrive at once."""
    long = "y" * 60_000
    for start in range(1, 6_401, 400):
        lines = [dumps(look(n)).replace("FORGED", long).encode() + b"\n" for n in range(start, start + 399)]
        at.forge(KEY, [*lines, b"FORGED\n"], first=start)
    mib, not_taken, entries = peak(at)
    assert (not_taken, entries) == (16, 0)  # 384 MB of lines
    assert mib < 350, mib


# -- by chance ------------------------------------------------------------------------------------------------

RING = KeyRing([Secret(bytes(16))])
SAID = st.sampled_from(["seen", "purges", "lives", "name", "at", *"abc"])
VALUE = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
_, WHOLE = seal(Header(KEY.id, "202611", 1, 1), plain([look(1)]), RING, KEY)
CHANGE = st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 12), st.binary(max_size=12))
"""Where, how much is cut out there, and what comes in its place."""


def opens(data: bytes) -> bool:
    try:
        open_(data, RING, RING.team)
    except Unfit:
        return False
    return True


@settings(max_examples=300)
@given(st.binary(max_size=300), st.sampled_from([b"", MAGIC, WHOLE[:200]]))
def test_random_bytes_never_open(data: bytes, before: bytes) -> None:
    assert not opens(before + data)


@settings(max_examples=500)
@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 12), st.binary(max_size=12)), min_size=1, max_size=4)
)
def test_a_good_file_that_was_changed_anywhere_never_opens(changes: list[tuple[int, int, bytes]]) -> None:
    data = WHOLE
    for where, cut, put in changes:
        data = data[:where] + put + data[where + cut :]
    assert opens(data) == (data == WHOLE)


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_random_lines_of_a_member_are_entries_or_a_reason(data: bytes) -> None:
    from observe.domain import wire

    try:
        found = list(wire.read(data))
    except ValueError:
        return
    assert found == [] or data


@settings(max_examples=300)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["seen", "purges", "lives", "name", "at", *"abc"]), inner)
        ),
        max_leaves=30,
    )
)
def test_whatever_a_state_says_is_read_or_refused(said: Any) -> None:
    from observe.services.sharing.pull import _peer
    from observe.services.sharing.status import _said_at

    text = json.dumps(said).encode()
    one = SimpleNamespace(plain=text, header=Header(KEY.id, "state", 1, 0), key="k")
    try:
        peer = _peer(one)  # type: ignore[arg-type]  # what it reads of an Opened
    except Unfit:
        return
    peer.seen_of("a"), peer.lives, peer.purges, _said_at(peer)


FIELD = st.sampled_from([*STRANGE, "v1", "a-b_c", "p/1", "n\nx", "tap", "sweep", "voice", NOON])


@settings(max_examples=400)
@given(FIELD, st.dictionaries(st.sampled_from([*SHAPES["observation"][1], "colour"]), FIELD))
def test_the_short_way_to_tell_a_plain_look_says_no_more_than_the_long_one(key: Any, other: dict[str, Any]) -> None:
    data = {"visit": "v1", "at": NOON, "channel": "engagement", "code": "off", "student": "p1"}
    for said in (data, {**data, **other}, other):
        if is_plain_look(key, said):
            assert fault("observation", key, {**said, "at": NOON}) is None
    assert is_plain_look("o1", {**data, "method": "tap"})
