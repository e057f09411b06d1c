"""Files that are refused: the status, one line that says what is wrong where, nothing on stdout, nothing changed."""

import io
import json
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..cli.commands import Observe, utc

HEADER = b'{"observe":"export","v":1}\n'
ID = "0123456789abcdef01234567"
quick = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def refused(observe: Observe, *args: str | Path, status: int = 1) -> str:
    """Refused, and neither the tables nor the files of the home changed."""
    before, files = observe.dump(), sorted(os.listdir(observe.home))
    said = observe.refused(*args, status=status)
    assert observe.dump() == before
    assert sorted(os.listdir(observe.home)) == files
    assert len(said) < 600
    return said


# -- class lists ------------------------------------------------------------------------------------------

LISTS: list[tuple[str, bytes, str]] = [
    ("empty", b"", "it is empty"),
    ("only a mark", b"\xef\xbb\xbf", "it is empty"),
    ("blank lines", b"\n\n  \n\r\n", "it is empty"),
    ("separators only", b",,,\n,,,\n", ""),
    ("column names only", b"Name,Student ID,Section\n", "no students"),
    ("no column with a name", b"Mood,Weather\nhappy,sunny\n", "names no column with students"),
    ("numbers", b"1,2,3\n4,5,6\n", "names no column"),
    ("a workbook", b"PK\x03\x04" + b"\0" * 60, "workbook or a zip"),
    ("a page", b"<!doctype html><html></html>", "not a text file of rows"),
    ("a pdf", b"%PDF-1.7\n%\xe2\xe3", "not a text file of rows"),
    ("bytes", bytes(range(256)) * 8, "not a text file of rows"),
    ("zeros", b"\0" * 1_000, "not a text file of rows"),
    ("half of UTF-16", b"\xff\xfeN\0a\0m\0e\0\n\0x", "UTF-16 text is damaged"),
    ("6 MB", b"Name\n" + b"x" * 6_000_000, "larger than 5 MiB"),
    ("6 MB of rows", b"Name\n" + b"Ana Ruiz\n" * 700_000, "larger than 5 MiB"),
    ("too many rows", b"Name\n" + b"".join(b"N%d\n" % n for n in range(5_001)), "more than 5000 rows"),
]


@pytest.mark.parametrize(("data", "why"), [case[1:] for case in LISTS], ids=[case[0] for case in LISTS])
def test_no_class_list(at_school: Observe, tmp_path: Path, data: bytes, why: str) -> None:
    file = tmp_path / "class.csv"
    file.write_bytes(data)
    said = refused(at_school, "import", "roster", file)
    assert "class.csv" in said
    assert why in said


ROWS: list[tuple[str, str, str]] = [
    ("no name", ",7,Room 12,", "no name"),
    ("a name of blanks", "   ,7,Room 12,", "no name"),
    ("a name that cannot be seen", "\u202e\u200b\u2066,7,Room 12,", "no name"),
    ("a name of escapes", "\x1b\x07,7,Room 12,", "no name"),
    ("no section", "Eve Lund,7,,", "no section"),
    ("a long name", "x" * 121 + ",7,Room 12,", "longer than 120 characters"),
    ("a long section", "Eve Lund,7," + "x" * 121 + ",", "longer than 120 characters"),
    ("a long id", "Eve Lund," + "7" * 121 + ",Room 12,", "longer than 120 characters"),
    ("gifted is a word", "Eve Lund,7,Room 12,maybe", "Gifted is 'maybe'; Y, N or nothing is meant"),
    ("gifted is a number", "Eve Lund,7,Room 12,2", "Gifted is '2'"),
    ("a column too many", "Lund, Eve,7,Room 12,Y", "columns where there are 4"),
    ("an open quotation mark", '"Eve Lund,7,Room 12,Y', "quotation mark that is not closed"),
    ("a NUL", "Eve\0Lund,7,Room 12,Y", "NUL byte"),
    ("a long line", "Eve Lund,7,Room 12," + " " * 70_000, "too long"),
    ("an id twice", "Ana Two,1,Room 12,\nAna Three,1,Room 12,", "the same student ID as line 2, in the same section"),
    (
        "an id of two names",
        "Ana Two,1,Room 12,\nBo Three,1,Room 13,",
        "the same student ID as line 2, with another name",
    ),
]


@pytest.mark.parametrize(("row", "why"), [case[1:] for case in ROWS], ids=[case[0] for case in ROWS])
def test_a_row_that_cannot_be_taken(at_school: Observe, tmp_path: Path, row: str, why: str) -> None:
    """The report says which line and why on stdout; that nothing was imported is one line on stderr."""
    file = tmp_path / "class.csv"
    file.write_text(f"Name,Student ID,Section,Gifted\n{row}\nZed Last,99,Room 12,N\n", encoding="utf-8")
    before = at_school.dump()
    ran = at_school("import", "roster", file)
    assert ran.status == 1
    assert ran.err.startswith("observe: nothing was imported, ")
    assert ran.err.count("\n") == 1
    line = 2 + row.count("\n")
    assert f"class.csv line {line}: " in ran.out
    assert why in ran.out
    assert all(part.isprintable() for part in ran.out.splitlines())
    assert at_school.dump() == before
    ran = at_school("import", "roster", file, "--json")
    assert (ran.status, [one["line"] for one in ran.json["rejected"]]) == (1, [line])


def test_names_with_escapes_and_bidi_marks_are_cleaned(observe: Observe, tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text("Name,Section\n\u202eAna\x1b[31m \u2066Ruiz\u200b,Room\x07 12\n", encoding="utf-8")
    assert "\x1b" not in observe.ok("import", "roster", file)
    [row] = observe.json("students")
    assert (row["name"], row["section"]) == ("Ana[31m Ruiz", "Room 12")


@quick
@given(st.one_of(st.binary(max_size=300), st.binary(max_size=200).map(lambda rest: b"Name,Section\n" + rest)))
def test_any_bytes_as_a_class_list(at_school: Observe, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "any.csv"
    file.write_bytes(data)
    before = at_school.dump()
    for more in (["--dry-run"], []):
        ran = at_school("import", "roster", *more, file)
        assert ran.status in (0, 1)
        assert ran.err == "" if ran.status == 0 else ran.err.startswith("observe: ")
        assert "inside observe" not in ran.err
        assert ran.err.count("\n") == ran.status
        if more or ran.status:
            assert at_school.dump() == before
    at_school.ok("students")


# -- OneRoster --------------------------------------------------------------------------------------------

TABLES = {
    "manifest.csv": "propertyName,value\noneroster.version,1.1\n"
    "file.classes,bulk\nfile.users,bulk\nfile.enrollments,bulk\n",
    "classes.csv": "sourcedId,status,title\nc1,,Room 12\n",
    "users.csv": "sourcedId,status,enabledUser,role,givenName,familyName\nu1,,true,student,Ana,Ruiz\n",
    "enrollments.csv": "sourcedId,status,classSourcedId,userSourcedId,role\ne1,,c1,u1,student\n",
}


def packed(tables: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, text in tables.items():
            archive.writestr(name, text)
    return out.getvalue()


def locked() -> bytes:
    data = bytearray(packed(dict(TABLES)))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(mark, at + 1)
    return bytes(data)


def broken() -> bytes:
    data = bytearray(packed(dict(TABLES), zipfile.ZIP_STORED))
    at = data.find(b"Ana,Ruiz")
    data[at : at + 3] = b"Eve"  # against its checksum
    return bytes(data)


def lying(size: int) -> bytes:
    """An entry that says it is small, and unpacks to `size`."""
    data = bytearray(packed({**TABLES, "users.csv": b"\0" * size}))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.find(mark)
        while at >= 0:
            if b"users.csv" in data[at : at + 80]:
                data[at + place : at + place + 4] = struct.pack("<I", 100)
            at = data.find(mark, at + 1)
    return bytes(data)


def without(*names: str) -> dict[str, str]:
    return {name: text for name, text in TABLES.items() if name not in names}


ZIPS: list[tuple[str, Callable[[], bytes], str]] = [
    ("empty file", lambda: b"", "neither a folder nor a whole zip"),
    ("text", lambda: b"Name,Section\n", "neither a folder nor a whole zip"),
    ("cut off", lambda: packed(dict(TABLES))[:-40], "neither a folder nor a whole zip"),
    ("head only", lambda: packed(dict(TABLES))[:50], "neither a folder nor a whole zip"),
    ("an empty zip", lambda: packed({}), "no OneRoster tables"),
    ("other files", lambda: packed({"readme.txt": "x"}), "no OneRoster tables"),
    ("a way out of the folder", lambda: packed({f"../{n}": t for n, t in TABLES.items()}), "no OneRoster tables"),
    ("a way up in the middle", lambda: packed({f"a/../{n}": t for n, t in TABLES.items()}), "no OneRoster tables"),
    ("absolute paths", lambda: packed({f"/etc/{n}": t for n, t in TABLES.items()}), "no OneRoster tables"),
    ("deep folders", lambda: packed({f"a/b/c/{n}": t for n, t in TABLES.items()}), "no OneRoster tables"),
    ("two folders", lambda: packed({f"{f}/{n}": t for f in "ab" for n, t in TABLES.items()}), "several folders"),
    ("locked", locked, "locked with a password"),
    ("broken", broken, "damaged in the zip"),
    ("a bomb", lambda: packed({**TABLES, "users.csv": b"\0" * 30_000_000}), "grows more than 200 times"),
    ("a bomb that lies", lambda: lying(30_000_000), "damaged in the zip"),
    ("a table of 65 MiB", lambda: packed({**TABLES, "users.csv": b"\0" * (65 << 20)}), "larger than 64 MiB"),
    ("no users", lambda: packed({**without("users.csv", "manifest.csv")}), "users.csv is not there"),
    ("no enrollments", lambda: packed({**without("enrollments.csv", "manifest.csv")}), "enrollments.csv is not there"),
    ("named and not there", lambda: packed({**without("classes.csv")}), "names classes.csv, which is not there"),
    ("an empty table", lambda: packed({**TABLES, "users.csv": ""}), "users.csv is empty"),
    ("no such column", lambda: packed({**TABLES, "users.csv": "sourcedId\nu1\n"}), "users.csv has no column givenName"),
    (
        "a later standard",
        lambda: packed({**TABLES, "manifest.csv": TABLES["manifest.csv"].replace("1.1", "2.0")}),
        "2.0",
    ),
    ("another table", lambda: packed({**TABLES, "classes.csv": b"\xff" * 3_000}), "no column sourcedId"),
]


@pytest.mark.parametrize(("make", "why"), [case[1:] for case in ZIPS], ids=[case[0] for case in ZIPS])
def test_no_oneroster_zip(at_school: Observe, tmp_path: Path, make: Callable[[], bytes], why: str) -> None:
    file = tmp_path / "delivery.zip"
    file.write_bytes(make())
    around = sorted(os.listdir(tmp_path))
    assert why in refused(at_school, "import", "roster", file)
    assert sorted(os.listdir(tmp_path)) == around  # nothing was unpacked anywhere


def test_the_tables_as_they_are_would_be_taken(observe: Observe, tmp_path: Path) -> None:
    file = tmp_path / "delivery.zip"
    file.write_bytes(packed(dict(TABLES)))
    assert observe.json("import", "roster", file)["counts"]["members"]["added"] == 1


@pytest.mark.parametrize("inside", [{}, {"x.txt": "x"}, {"users.csv": "sourcedId\n"}, {"manifest.csv": ""}], ids=str)
def test_no_oneroster_folder(at_school: Observe, tmp_path: Path, inside: dict[str, str]) -> None:
    folder = tmp_path / "delivery"
    folder.mkdir()
    for name, text in inside.items():
        (folder / name).write_text(text)
    refused(at_school, "import", "roster", folder)


@quick
@given(st.binary(max_size=200), st.sampled_from(sorted(TABLES)), st.booleans())
def test_any_bytes_in_a_delivery(at_school: Observe, tmp_path: Path, data: bytes, name: str, whole: bool) -> None:
    file = tmp_path / "any.zip"
    zipped = bytearray(packed({**TABLES, name: TABLES[name].encode() + data}))
    if not whole:
        at = len(data) * 7 % len(zipped)
        zipped[at : at + 4] = data[:4]
    file.write_bytes(zipped)
    ran = at_school("import", "roster", file)
    assert ran.status in (0, 1)
    assert "inside observe" not in ran.err
    assert ran.err.count("\n") == ran.status


# -- coding schemes ---------------------------------------------------------------------------------------

GOOD = """[protocol]
id = "talk"
version = 1
title = "Talk"
[[channel]]
name = "mood"
label = "Mood"
kind = "count"
[[channel.code]]
key = "a"
label = "A"
"""
SHIPPED_NOW = GOOD.replace("talk", "push_in").replace("= 1", "= 2")
SCHEMES: list[tuple[str, str | bytes, str]] = [
    ("empty", "", "the table [protocol] is missing"),
    ("not TOML", "id: talk", "line 1: not valid TOML"),
    ("not UTF-8", b"\xff\xfe\xfa", "not UTF-8"),
    ("UTF-16", GOOD.encode("utf-16"), "not UTF-8"),
    ("a NUL", GOOD + "\0", "not valid TOML"),
    ("300 KiB", GOOD + "#" + "\n#" * 150_000, "larger than 256 KiB"),
    ("2 MiB", b"#" * (2 << 20), "larger than 1 MiB"),
    ("a long line", GOOD + "#" * 2_001, "a line of over 2000 characters"),
    ("deep", GOOD + "x = " + "[" * 900 + "]" * 900, ""),
    ("deep over lines", GOOD + "x = [\n" + "[\n" * 50_000, ""),
    ("a key twice", GOOD + 'label = "B"\n', "line 12"),
    ("a table twice", GOOD + "[protocol]\n", ""),
    ("no channel", GOOD.partition("[[channel]]")[0], "no channel"),
    ("no id", GOOD.replace('id = "talk"\n', ""), "id is missing"),
    ("id of blanks", GOOD.replace('"talk"', '" "'), "id"),
    ("id of capitals", GOOD.replace('"talk"', '"Talk"'), "id"),
    ("version 0", GOOD.replace("= 1", "= 0"), "version must be a whole number"),
    ("version -1", GOOD.replace("= 1", "= -1"), "version must be a whole number"),
    ("version true", GOOD.replace("= 1", "= true"), "version must be a whole number"),
    ("version 1.5", GOOD.replace("= 1", "= 1.5"), "version must be a whole number"),
    ("version nan", GOOD.replace("= 1", "= nan"), "version must be a whole number"),
    ("version 2**70", GOOD.replace("= 1", f"= {2**70}"), "version must be a whole number"),
    ("version of 5000 digits", GOOD.replace("= 1", "= " + "9" * 1_900 + "9" * 90), ""),
    ("title empty", GOOD.replace('"Talk"', '""'), "title is empty"),
    ("title with an escape", GOOD.replace('"Talk"', '"\\u001b[31m"'), "control character"),
    ("title turned round", GOOD.replace('"Talk"', '"\\u202eTalk"'), "cannot be seen"),
    ("unknown key", GOOD.replace('label = "Mood"', 'lable = "Mood"'), 'did you mean "label"?'),
    ("unknown kind", GOOD.replace('"count"', '"counts"'), 'did you mean "count"?'),
    ("kind of another type", GOOD.replace('"count"', "3"), "kind"),
    ("a word of the log", GOOD.replace('"mood"', '"student"'), "word that lines for `observe log` use"),
    ("no code", GOOD.partition("[[channel.code]]")[0], "no codes"),
    ("a code twice", GOOD + '[[channel.code]]\nkey = "a"\nlabel = "B"\n', "is there twice"),
    ("a scale of one step", GOOD.replace('"count"', '"scale"'), "two steps"),
    ("a key of the app", GOOD + 'hotkey = "u"\n', "app's key for Undo"),
    ("Ctrl", GOOD + 'hotkey = "ctrl+c"\n', "belong to the terminal"),
    ("a shipped version changed", SHIPPED_NOW, "push_in version 2 is here already, and differs"),
]


@pytest.mark.parametrize(("text", "why"), [case[1:] for case in SCHEMES], ids=[case[0] for case in SCHEMES])
def test_no_coding_scheme(at_school: Observe, tmp_path: Path, text: str | bytes, why: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    said = refused(at_school, "import", "protocol", file)
    assert "mine.toml" in said
    assert why in said


@quick
@given(st.one_of(st.binary(max_size=200), st.binary(max_size=80).map(lambda rest: GOOD.encode() + rest)))
def test_any_bytes_as_a_coding_scheme(at_school: Observe, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "any.toml"
    file.write_bytes(data)
    ran = at_school("import", "protocol", file)
    assert ran.status in (0, 1)
    assert "inside observe" not in ran.err
    assert ran.err.count("\n") == ran.status


# -- exports ----------------------------------------------------------------------------------------------


def line(kind: str, key: str, **data: Any) -> bytes:
    return json.dumps({"kind": kind, "key": key, "data": data}).encode() + b"\n"


START = line("visit", ID, protocol="push_in", protocol_version=2, zone="UTC") + line("visit.start", ID, at=utc(0))
ASKED = {"asker": "teacher", "wait_s": 2.5, "waited": True, "answered_by": "stu"}
MOOD = {"name": "mood", "label": "Mood", "kind": "count", "about": "anyone", "codes": [{"key": "a", "label": "A"}]}
PARSED = {"id": "talk", "version": 1, "title": "Talk", "channels": [MOOD]}


def tap(**data: Any) -> bytes:
    seen = {"visit": ID, "at": utc(1), "channel": "engagement", "code": "deep"} | data
    return START + line("observation", "o1", **{name: value for name, value in seen.items() if value is not ...})


def scheme(**changes: Any) -> bytes:
    return line("protocol", "talk@1", parsed={**PARSED, **changes})


EXPORTS: list[tuple[str, bytes, str]] = [
    ("empty", b"", "line 1: not JSON"),
    ("no header", START, "no export of observe"),
    ("another header", b'{"observe":"backup","v":1}\n', "no export of observe"),
    ("a later format", b'{"observe":"export","v":2}\n', "written by a newer version"),
    ("no version", b'{"observe":"export"}\n', "written by a newer version"),
    ("header is a list", b"[]\n", "line 1: not an object"),
    ("header not UTF-8", b"\xff\xfe\n", "line 1: not UTF-8"),
    ("UTF-16", (HEADER + START).decode().encode("utf-16"), "line 1: not UTF-8"),
    ("a class list", b"Name,Section\nAna Ruiz,Room 12\n", "line 1: not JSON"),
    ("cut off", HEADER + START[:-30], "line 3: not JSON"),
    ("a NUL", HEADER + b"\0\n", "line 2: not JSON"),
    ("not UTF-8 later", HEADER + START + b'{"kind":"\xff"}\n', "line 4: not UTF-8"),
    ("10 MB in a line", HEADER + b'{"kind":"' + b"x" * 10_000_000 + b'"}\n', "line 2: longer than 1 MiB"),
    ("deep", HEADER + b"[" * 100_000, "line 2: nested too deep"),
    ("a little too deep", HEADER + line("later", "k", x=json.loads("[" * 20 + "]" * 20)), "line 2: nested too deep"),
    ("a key twice", HEADER + b'{"kind":"visit","kind":"visit","key":"k","data":{}}\n', "kind is there twice"),
    (
        "a field twice",
        HEADER + b'{"kind":"visit","key":"k","data":{"zone":"UTC","zone":"UTC"}}\n',
        "zone is there twice",
    ),
    ("no kind", HEADER + b'{"key":"k","data":{}}\n', "line 2: kind, key and data are needed"),
    ("kind is a number", HEADER + b'{"kind":1,"key":"k","data":{}}\n', "line 2: kind, key and data are needed"),
    ("data is a list", HEADER + b'{"kind":"visit","key":"k","data":[]}\n', "line 2: kind, key and data are needed"),
    ("more than these", HEADER + b'{"kind":"visit","key":"k","data":{},"op":"put"}\n', "and nothing else"),
    ("an empty kind", HEADER + line("", "k"), "line 2: kind"),
    ("a kind of escapes", HEADER + line("\x1b[2J", "k"), "line 2: kind"),
    ("a kind of 100 letters", HEADER + line("x" * 100, "k"), "line 2: kind"),
    ("an empty key", HEADER + line("visit", ""), "line 2: key"),
    ("a key with a blank", HEADER + line("visit", "a b"), "line 2: key"),
    ("a key of too many parts", HEADER + line("visit", "a/b"), "line 2: key"),
    ("a key of too few parts", HEADER + line("member", "a"), "line 2: key"),
    ("a key with a way up", HEADER + line("attendance", "../x", visit="..", student="x", present=True), "line 2: "),
    ("a long key", HEADER + line("visit", "k" * 81), "line 2: key"),
    ("half a surrogate pair", HEADER + b'{"kind":"visit","key":"k","data":{"observer":"\\ud800"}}\n', "not Unicode"),
    ("NaN", HEADER + b'{"kind":"visit","key":"k","data":{"x":NaN}}\n', "NaN is not a finite number"),
    ("1e999", HEADER + b'{"kind":"visit","key":"k","data":{"x":1e999}}\n', "not finite"),
    ("the same line twice", HEADER + START + START, "line 4: the same visit as line 2"),
    ("what a device did", HEADER + line("undo", "d/1", visit=ID, undone=True), "undo cannot be imported"),
    ("a purge", HEADER + line("purge", f"visit/{ID}"), "purge cannot be imported"),
    # -- shapes
    ("section without a name", HEADER + line("section", "k"), "name: missing"),
    ("section is a number", HEADER + line("section", "k", name=5), "name: not what a section can hold"),
    ("a long name", HEADER + line("student", "k", name="x" * 201), "name: not what a student can hold"),
    ("identified is a number", HEADER + line("student", "k", name="A", identified=1), "identified: not what"),
    ("member is active 1", HEADER + line("member", "a/b", active=1), "active: not what"),
    ("member of another", HEADER + line("member", "a/b", section="c"), "section: not the one of its key"),
    ("a seat below 0", HEADER + line("member", "a/b", seat=-1), "seat: not what"),
    ("a seat of 2**70", HEADER + line("member", "a/b", seat=2**70), "seat: not what"),
    ("a seat of 1.5", HEADER + line("member", "a/b", seat=1.5), "seat: not what"),
    ("a zone of escapes", HEADER + line("visit", ID, zone="\x1b"), "zone: not what"),
    ("planned in words", HEADER + line("visit", ID, planned_at="soon"), "planned_at: not what"),
    ("planned in the year 9999", HEADER + line("visit", ID, planned_at="9999-12-31T23:59:59.999Z"), "planned_at: not"),
    ("planned in the year 1", HEADER + line("visit", ID, planned_at="0001-01-01T00:00:00.000Z"), "planned_at: not"),
    ("planned without seconds", HEADER + line("visit", ID, planned_at="2024-11-19T10:00"), "planned_at: not what"),
    ("minutes below 0", HEADER + line("visit", ID, planned_minutes=-5), "planned_minutes: not what"),
    ("minutes true", HEADER + line("visit", ID, planned_minutes=True), "planned_minutes: not what"),
    ("minutes 1e999", HEADER + b'{"kind":"visit","key":"k","data":{"planned_minutes":1e999}}\n', "not finite"),
    ("no such protocol", HEADER + line("visit", ID, protocol="talk", protocol_version=9), "protocol: talk version 9"),
    ("a protocol that is no name", HEADER + line("visit", ID, protocol="../x"), "protocol: not what"),
    ("start without at", HEADER + line("visit.start", ID), "at: missing"),
    ("start with a roster of numbers", HEADER + line("visit.start", ID, at=utc(0), roster=[1]), "roster: not what"),
    ("end without at", HEADER + line("visit.end", ID, at=None), "at: not what"),
    ("title is a list", HEADER + line("visit.title", ID, title=["x"]), "title: not what"),
    (
        "no visit",
        HEADER + line("observation", "o", visit="other", at=utc(1), channel="role", code="teach"),
        "visit: other",
    ),
    (
        "a visit without a protocol",
        HEADER + line("visit", ID) + line("observation", "o", visit=ID, at=utc(1), channel="role", code="teach"),
        "names no protocol",
    ),
    ("tap without a visit", HEADER + tap(visit=...), "visit: missing"),
    ("tap without at", HEADER + tap(at=...), "at: missing"),
    ("tap without a code", HEADER + tap(code=...), "code: missing"),
    ("tap with code null", HEADER + tap(code=None), "code: null is not known in engagement"),
    ("question with code null", HEADER + tap(channel="questioning", code=None), "code: null is not known"),
    ("tap with code true", HEADER + tap(code=True), "code: not what"),
    ("tap with a code of escapes", HEADER + tap(code="\x1b[2J"), "code: not what"),
    ("tap with a channel of escapes", HEADER + tap(channel="\x1b[2J"), "channel: not what"),
    ("tap at a number", HEADER + tap(at=5), "at: not what"),
    ("tap at a bad day", HEADER + tap(at="2024-02-30T10:00:00.000Z"), "at: not what"),
    ("tap of a student that is none", HEADER + tap(student="Ana Ruiz"), "student: not what"),
    ("tap by guess", HEADER + tap(method="guess"), "method: not what"),
    ("tap in pass -1", HEADER + tap(sweep=-1), "sweep: not what"),
    ("tap in pass true", HEADER + tap(sweep=True), "sweep: not what"),
    ("tap in pass 2**70", HEADER + tap(sweep=2**70), "sweep: not what"),
    ("tap with a word", HEADER + tap(**{"with": "x"}), "with: not what"),
    ("tap on 1", HEADER + tap(channel="strategy", code="tiered", on=1), "on: not what"),
    ("toggle without on", HEADER + tap(channel="strategy", code="tiered"), "on: missing"),
    ("modifiers a list", HEADER + tap(modifiers=[]), "modifiers: not what"),
    ("a modifier of escapes", HEADER + tap(modifiers={"\x1b": 1}), "modifiers: not what"),
    ("a modifier with escapes", HEADER + tap(modifiers={"asker": "\x1b"}), "modifiers: not what"),
    ("wait in words", HEADER + tap(channel="questioning", code="apply", modifiers={"wait_s": "3"}), "modifiers.wait_s"),
    (
        "wait true",
        HEADER + tap(channel="questioning", code="apply", modifiers={"wait_s": True}),
        "modifiers.wait_s: true",
    ),
    ("asker a number", HEADER + tap(channel="questioning", code="apply", modifiers={"asker": 1}), "modifiers.asker: 1"),
    ("waited a number", HEADER + tap(channel="questioning", code="apply", modifiers={"waited": 1}), "modifiers.waited"),
    ("a note of 5000 letters", HEADER + tap(note="x" * 5_000), "note: not what"),
    ("a note that is none", HEADER + tap(note=5), "note: not what"),
    (
        "attendance of another",
        HEADER + line("attendance", "a/b", visit="a", student="c", present=True),
        "student: not the",
    ),
    ("attendance 1", HEADER + line("attendance", "a/b", visit="a", student="b", present=1), "present: not what"),
    ("pause of another visit", HEADER + line("pause", "a/b", visit="c", at=utc(0)), "visit: not the one of its key"),
    ("pause until 5", HEADER + line("pause", "a/b", visit="a", at=utc(0), until=5), "until: not what"),
    ("pass 0", HEADER + line("sweep", "a/0", visit="a", at=utc(0)), "key: a pass has a number"),
    ("pass -1", HEADER + line("sweep", "a/-1", visit="a", at=utc(0)), "key: a pass has a number"),
    ("pass 007", HEADER + line("sweep", "a/007", visit="a", at=utc(0)), "key: a pass has a number"),
    ("pass 10001", HEADER + line("sweep.end", "a/10001", visit="a", at=utc(0)), "key: a pass has a number"),
    ("pass of 70 digits", HEADER + line("sweep", "a/" + "9" * 70, visit="a", at=utc(0)), "key: a pass has a number"),
    ("pass in words", HEADER + line("sweep.skip", "a/x/b", visit="a", student="b"), "key: a pass has a number"),
    ("order of escapes", HEADER + line("sweep", "a/1", visit="a", at=utc(0), order="\x1b"), "order: not what"),
    ("reflection without a body", HEADER + line("reflection", "a/glow", visit="a"), "body: missing"),
    ("ran by nobody", HEADER + line("ran", "a/strategy/tiered", visit="a", by="nobody"), "by: not what"),
    ("private note without a body", HEADER + line("private_note", "o", visit="a"), "body: missing"),
    ("private note of a number", HEADER + line("private_note", "o", visit="a", body=5), "body: not what"),
    ("private note, a long one", HEADER + line("private_note", "o", visit="a", body="x" * 5_000), "body: not what"),
    # -- protocols inside
    ("a protocol that is empty", HEADER + line("protocol", "talk@1", parsed={}), "parsed: not what"),
    ("a protocol that is a list", HEADER + line("protocol", "talk@1", parsed=[]), "parsed: not what"),
    ("a protocol under another name", HEADER + line("protocol", "walk@1", parsed=PARSED), "key: a protocol is named"),
    ("a protocol of another version", HEADER + line("protocol", "talk@2", parsed=PARSED), "key: a protocol is named"),
    ("a protocol of version 2**70", HEADER + scheme(version=2**70), "parsed: not what"),
    ("a protocol of version true", HEADER + scheme(version=True), "parsed: not what"),
    ("a protocol with escapes", HEADER + scheme(title="\x1b[2J"), "parsed: not what"),
    ("a protocol turned round", HEADER + scheme(title="\u202eTalk"), "parsed: not what"),
    ("a protocol with a bad kind", HEADER + scheme(channels=[{**MOOD, "kind": "x"}]), "parsed: not what"),
    ("a protocol of numbers", HEADER + scheme(channels=[1, 2]), "parsed: not what"),
    ("a channel of escapes", HEADER + scheme(channels=[{**MOOD, "name": "\x1b"}]), "parsed: not what"),
    (
        "a code of escapes",
        HEADER + scheme(channels=[{**MOOD, "codes": [{"key": "\x1b", "label": "A"}]}]),
        "parsed: not",
    ),
]


@pytest.mark.parametrize(("data", "why"), [case[1:] for case in EXPORTS], ids=[case[0] for case in EXPORTS])
def test_no_export(at_school: Observe, tmp_path: Path, data: bytes, why: str) -> None:
    file = tmp_path / "visits.jsonl"
    file.write_bytes(data)
    for more in ([], ["--overwrite"]):
        said = refused(at_school, "import", "visits", *more, file)
        assert "visits.jsonl" in said
        assert why in said


def test_the_same_lines_as_they_are_meant_are_taken(at_school: Observe, tmp_path: Path) -> None:
    file = tmp_path / "visits.jsonl"
    file.write_bytes(HEADER + tap(channel="questioning", code="apply", modifiers={"wait_s": 3}) + scheme())
    assert at_school.json("import", "visits", file)["new"] == 4
    assert at_school.json("summary", ID)["channels"]["questioning"]["numbers"]["wait_s"]["median"] == 3


def test_odd_but_whole_visits_break_no_figure(at_school: Observe, tmp_path: Path) -> None:
    """An end without a start, a code of nobody's, a zone not known here, a pause that ends before it begins."""
    file = tmp_path / "odd.jsonl"
    section = at_school.json("sections")[0]["id"]
    file.write_bytes(
        HEADER
        + tap(code="later", modifiers={"mood": True}, method="interval", student="nobody")
        + line("observation", "o2", visit=ID, at=utc(2), channel="unheard_of", code=None)
        + line("pause", f"{ID}/p", visit=ID, at=utc(9), until=utc(3))
        + line("visit", "planned", section=section, planned_at=utc(30), zone="Mars/Olympus_Mons")
        + line("visit.end", "planned", at=utc(40))
        + line("visit", "late", protocol="push_in", protocol_version=2, zone="Mars/Olympus_Mons")
        + line("visit.start", "late", at=utc(50))
        + line("visit.end", "late", at=utc(45))
        + line("observation", "o3", visit="late", at=utc(1), channel="role", code="teach")
    )
    at_school.ok("import", "visits", file)
    for visit in (ID, "planned", "late"):
        for args in (["--json"], ["--format", "text"], ["--format", "html"], ["--format", "csv"], ["--share"]):
            at_school.ok("summary", visit, *args)
    for args in (["--json"], ["--format", "text"], ["--format", "html"]):
        at_school.ok("day", "2024-11-19", *args)
    at_school.ok("visits")
    assert ",unheard_of," in at_school.ok("export", "csv")
    at_school.ok("export", "jsonl")


# Lines as they are meant; what is drawn changes one field of them, or none.
MEANT: list[tuple[str, str, dict[str, Any]]] = [
    ("section", "sec", {"name": "Room 9", "teacher": "Ms X", "room": None}),
    ("student", "stu", {"name": "Eve Lund", "identified": True, "grade": "4"}),
    ("member", "sec/stu", {"active": True, "group": "Owls", "letter": "E", "seat": 3}),
    ("visit", "v2", {"section": "sec", "observer": "M", "protocol": "push_in", "protocol_version": 2, "zone": "UTC"}),
    ("visit", "v3", {"planned_at": utc(30), "planned_minutes": 45}),
    ("visit.start", "v2", {"at": utc(30), "roster": ["stu"]}),
    ("visit.end", "v2", {"at": utc(50), "estimated": True}),
    ("visit.title", "v2", {"title": "Fractions"}),
    ("observation", "o1", {"visit": ID, "at": utc(1), "channel": "engagement", "code": "deep", "student": "stu"}),
    ("observation", "o2", {"visit": ID, "at": utc(2), "channel": "role", "code": "group", "with": ["stu"]}),
    ("observation", "o3", {"visit": ID, "at": utc(2), "channel": "strategy", "code": "tiered", "on": True}),
    ("observation", "o4", {"visit": ID, "at": utc(2), "channel": "questioning", "code": "apply", "modifiers": ASKED}),
    ("observation", "o5", {"visit": ID, "at": utc(3), "channel": "spark", "code": "lead", "student": "stu"}),
    ("observation", "o6", {"visit": ID, "at": utc(3), "channel": "challenge", "code": "easy", "method": "sweep"}),
    ("attendance", f"{ID}/stu", {"visit": ID, "at": utc(0), "student": "stu", "present": True, "roll": True}),
    ("pause", f"{ID}/p", {"visit": ID, "at": utc(4), "until": utc(5)}),
    ("sweep", f"{ID}/1", {"visit": ID, "at": utc(1), "sweep": 1, "order": "seat", "students": ["stu"]}),
    ("sweep.end", f"{ID}/1", {"visit": ID, "at": utc(4), "sweep": 1}),
    ("sweep.skip", f"{ID}/1/stu", {"visit": ID, "at": utc(4), "sweep": 1, "student": "stu"}),
    ("reflection", f"{ID}/glow", {"visit": ID, "body": "well"}),
    ("note", f"{ID}/n", {"visit": ID, "at": utc(2), "student": "stu", "body": "b"}),
    ("ran", f"{ID}/strategy/tiered", {"visit": ID, "by": "both"}),
    ("private_note", "o1", {"visit": ID, "body": "secret"}),
    ("plan", f"{ID}/l", {"visit": ID, "part": "question", "text": "why?", "channel": "questioning", "code": "analyze"}),
    ("groups", ID, {"visit": ID, "groups": {"stu": "Owls"}}),
    ("move", f"{ID}/m", {"visit": ID, "at": utc(2), "student": "stu", "group": "Larks"}),
    ("compacting", "c1", {"section": "sec", "student": "stu", "at": utc(2), "shown": "s", "minutes": 20}),
    ("meeting", "m1", {"section": "sec", "at": utc(2), "minutes": 20}),
    ("commitment", "p1", {"section": "sec", "by": "teacher", "text": "t", "at": utc(2)}),
    ("protocol", "talk@1", {"parsed": PARSED}),
    ("later", "k", {"visit": ID, "x": [1]}),
]
plain = st.sampled_from([ID, "v2", utc(1), "deep", "engagement", "tiered", "stu", "UTC", 0, 1, 2**70, -1, True, None])
anything = st.recursive(
    plain | st.text(max_size=5) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def nearly(draw: st.DrawFn) -> bytes:
    kind, key, data = draw(st.sampled_from(MEANT))
    if draw(st.integers(0, 2)) == 0:
        data = {**data, draw(st.sampled_from([*data, "at", "code", "modifiers", "more"])): draw(anything)}
        if draw(st.booleans()):
            del data[draw(st.sampled_from(sorted(data)))]
    return line(kind, key, **data)


def test_the_lines_that_are_drawn_from_are_all_taken(at_school: Observe, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    file.write_bytes(HEADER + START + b"".join(line(kind, key, **data) for kind, key, data in MEANT))
    assert at_school.json("import", "visits", file)["new"] == len(MEANT) + 2


@quick
@given(st.lists(nearly(), max_size=3), st.binary(max_size=20), st.booleans())
def test_anything_as_an_export(
    at_school: Observe, tmp_path: Path, lines: list[bytes], rest: bytes, overwrite: bool
) -> None:
    file = tmp_path / "any.jsonl"
    file.write_bytes(HEADER + START + b"".join(lines) + (rest if len(rest) > 10 else b""))
    before = at_school.dump()
    ran = at_school("import", "visits", file, *(["--overwrite"] if overwrite else []))
    assert "inside observe" not in ran.err
    assert ran.err.count("\n") == ran.status
    if ran.status:
        assert at_school.dump() == before
    for args in (["day", "2024-11-19"], ["export", "csv"], ["export", "jsonl", "--de-identify"], ["visits"]):
        at_school.ok(*args)  # whatever was taken can be read


# -- what is no file --------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["roster", "protocol", "visits"])
def test_a_file_that_is_not_there(at_school: Observe, tmp_path: Path, what: str) -> None:
    assert "missing is not there" in refused(at_school, "import", what, tmp_path / "missing", status=2)
    assert "it is empty" in refused(at_school, "import", what, "", status=2)


@pytest.mark.parametrize("what", ["roster", "protocol", "visits"])
def test_a_folder_for_a_file(at_school: Observe, tmp_path: Path, what: str) -> None:
    refused(at_school, "import", what, tmp_path)


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="a device of POSIX systems")
@pytest.mark.parametrize("what", ["roster", "protocol", "visits"])
def test_a_device_for_a_file(at_school: Observe, what: str) -> None:
    refused(at_school, "import", what, "/dev/null")
