"""Whoever feeds `observe log` or reads from it may be slow, leave, or send anything: what was taken is kept."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from observe.domain.entries import Entry

from .feed import Line, as_bytes, observe
from .ledger import new_school, opened, sound

GOOD = b'{"channel": "engagement", "code": "active", "note": "%s"}\n'


@pytest.fixture
def visit(home: Path, tmp_path: Path) -> str:
    return new_school(home, tmp_path)


def log(home: Path, visit: str, file: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "observe", "--home", str(home), "log", visit, str(file)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)


def a_file(folder: Path, lines: int) -> Path:
    said: list[Line] = [{"channel": "engagement", "code": "active", "note": f"n{n}"} for n in range(lines)]
    file = folder / "said.jsonl"
    file.write_bytes(as_bytes(said))
    return file


def observed(entries: list[Entry]) -> dict[str, str]:
    return {e.key: e.data.get("note", "") for e in entries if e.kind == "observation"}


def how_many(home: Path) -> int:
    return len(observed(sound(home)))


def test_a_reader_that_is_slow_gets_every_answer(home: Path, visit: str, tmp_path: Path) -> None:
    lines = 1500  # more answers than a pipe holds
    process = log(home, visit, a_file(tmp_path, lines))
    assert process.stdout is not None
    before = -1
    with opened(home) as read:
        while (now := read.conn.execute("SELECT count(*) FROM observation").fetchone()[0]) == 0 or now != before:
            before = now
            time.sleep(0.25)
    assert now < lines  # it waits for its reader, and does not run ahead of what it could tell
    came = b""
    while data := process.stdout.read(8192):
        came += data
        time.sleep(0.002)
    assert process.wait(20) == 0
    assert process.communicate()[1] == b""
    found = observed(sound(home))
    assert [found[json.loads(line)["id"]] for line in came.splitlines()] == [f"n{n}" for n in range(lines)]
    assert len(found) == lines


def test_a_reader_that_leaves_ends_the_log_without_a_trace(home: Path, visit: str, tmp_path: Path) -> None:
    process = log(home, visit, a_file(tmp_path, 5000))
    assert process.stdout is not None
    came = b""
    while came.count(b"\n") < 20:
        came += process.stdout.read(64)
    process.stdout.close()
    assert process.wait(20) == 1
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert not (home / "trace.log").exists()
    found = observed(sound(home))
    told = [json.loads(line)["id"] for line in came[: came.rindex(b"\n")].split(b"\n")]
    assert [found[id] for id in told] == [f"n{n}" for n in range(len(told))]
    assert sorted(found.values()) == sorted(f"n{n}" for n in range(len(found)))
    assert len(found) < 5000


def test_the_summary_of_what_a_feed_that_was_cut_off_said(home: Path, visit: str) -> None:
    """The last line has no end: it is whole, or it is refused alone."""
    whole = observe(home, "log", visit, stdin=GOOD % b"1" + (GOOD % b"2").rstrip())
    assert (whole.returncode, whole.stdout.count(b'"id"')) == (0, 2)
    half = observe(home, "log", visit, stdin=GOOD % b"3" + (GOOD % b"4")[:30])
    assert (half.returncode, half.stdout.count(b'"id"'), half.stdout.count(b'"error"')) == (1, 1, 1)
    assert sorted(observed(sound(home)).values()) == ["1", "2", "3"]


BAD = {
    "ten megabytes": b'{"channel": "engagement", "code": "' + b"x" * 10_000_000 + b'"}',
    "ten megabytes of nothing": b" " * 10_000_000,
    "NUL": b'{"channel": "engagement",\0 "code": "active"}',
    "only NULs": b"\0" * 5000,
    "not UTF-8": b'{"channel": "engagement", "code": "active", "note": "\xff\xfe"}',
    "half a character": b'{"channel": "engagement", "code": "active", "note": "\xc3"}',
    "half a surrogate pair": b'{"channel": "engagement", "code": "active", "\\ud800": 1}',
    "a name with half a surrogate pair": b'{"channel": "engagement", "code": "active", "student": "\\udfff"}',
    "a number beyond every float": b'{"channel": "questioning", "code": "apply", "modifiers": {"wait_s": 1%s}}'
    % (b"0" * 400),
    "more digits than Python reads": b'{"sweep_start": 1%s}' % (b"0" * 5000),
    "infinity": b'{"channel": "questioning", "code": "apply", "modifiers": {"wait_s": 1e999}}',
    "nested too deep": b"[" * 60_000,
    "deep and closed": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "another encoding": '{"undo": true}'.encode("utf-16"),
}


def test_what_cannot_be_read_is_refused_alone(home: Path, visit: str) -> None:
    feed = GOOD % b"first"
    for name, line in BAD.items():
        feed += line + b"\n" + GOOD % name.encode()
    done = observe(home, "log", visit, stdin=feed)
    assert (done.returncode, done.stderr) == (1, b"")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    refused = [a["line"] for a in answers if "error" in a]
    blank = [2 * n for n, name in enumerate(BAD, 1) if name == "ten megabytes of nothing"]
    assert sorted(refused + blank) == [2 * n for n in range(1, len(BAD) + 1)]
    assert max(len(a.get("error", "")) for a in answers) < 400
    found = observed(sound(home))
    assert [found[a["id"]] for a in answers if "id" in a] == ["first", *BAD]
    assert len(found) == len(BAD) + 1


@pytest.mark.skipif(sys.platform == "win32", reason="a descriptor is closed by the shell there is on POSIX")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_log_without_its_outputs_writes_into_nothing_of_the_home(
    closed: str, home: Path, visit: str, tmp_path: Path
) -> None:
    """The first file that is opened then takes the number of the closed one: it must not be the database's."""
    file = a_file(tmp_path, 3)
    before = how_many(home)
    command = f'exec "{sys.executable}" -m observe --home "{home}" log {visit} "{file}" {closed}'
    subprocess.run(["sh", "-c", command], capture_output=True, timeout=30, check=False)
    assert how_many(home) >= before
    assert observe(home, "log", visit, stdin=GOOD % b"after").returncode == 0
    assert "after" in observed(sound(home)).values()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the device that is always full is Linux's")
def test_answers_that_cannot_be_written_down_end_the_log_in_one_line(home: Path, visit: str, tmp_path: Path) -> None:
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "observe", "--home", str(home), "log", visit, str(a_file(tmp_path, 3))]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=30, check=False)
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert done.stderr.startswith(b"observe: ")
    assert how_many(home) == 1  # the one it could not tell of is there, and no other was begun
