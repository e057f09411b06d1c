"""A full disk: what was confirmed stays, a visit in progress goes on from the reserve, and every refusal says why."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from observe.domain.errors import DiskFull
from observe.services import home as home_module
from observe.services import visits
from observe.services.record import Recorder

from .school import PEOPLE, done, entries_of, log, look, new_school, observe, opened
from .small_disk import on_small_disk

BO = PEOPLE[1]


def test_a_visit_in_progress_goes_on_from_the_reserve(tmp_path: Path) -> None:
    """A feed on a real disk that fills up: hundreds of taps more, each confirmed one there, others refused in words."""
    said = on_small_disk(
        str(tmp_path),
        "40m",
        """
feed = subprocess.Popen([sys.executable, "-m", "observe", "--home", home, "log", visit], text=True,
                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
def tap(note):
    feed.stdin.write(look(note))
    feed.stdin.flush()
    return json.loads(feed.stdout.readline())
said["before"] = tap("before")
fill()
said["full"] = os.statvfs(disk).f_bavail
said["taps"] = [tap(f"tap {n}") for n in range(400)]
said["after"] = []
while not said["after"] or "id" in said["after"][-1]:
    said["after"].append(tap("x" * 1900))
feed.stdin.close()
said["err"] = feed.stderr.read()
feed.wait()
free()
said["again"] = observe("log", visit, stdin=look("again"))
said["summary"] = json.loads(observe("summary", visit, "--json")["out"])
said["doctor"] = observe("doctor")
said["ballast"] = os.path.getsize(home + "/ballast")
""",
    )
    assert said["full"] == 0
    assert all("id" in tap for tap in said["taps"])
    assert said["after"][-1]["error"].startswith("not saved, the disk is full, free some space")
    assert said["err"].count("the disk is full: the reserve is in use") == 1
    assert said["again"]["status"] == 0
    confirmed = [said["before"], *said["taps"], *said["after"][:-1]]
    engagement = said["summary"]["channels"]["engagement"]["by_method"]["tap"]
    assert engagement["n"] == len(confirmed) + 1
    texts = {note["text"] for note in said["summary"]["notes"]}
    assert {"before", "again", *(f"tap {n}" for n in range(400))} <= texts
    assert "the log is sound" in said["doctor"]["out"]
    assert said["ballast"] == 1 << 20


def test_a_command_that_starts_on_a_full_disk_works_from_the_reserve_too(tmp_path: Path) -> None:
    """Opening the log takes a little room; without it not even a summary could be read."""
    said = on_small_disk(
        str(tmp_path),
        "40m",
        """
fill()
said["summary"] = observe("summary", visit)
said["log"] = [observe("log", visit, stdin=look(f"tap {n}")) for n in range(5)]
said["end"] = observe("end", visit)
said["backup"] = observe("backup")
said["doctor"] = observe("doctor")
""",
    )
    assert said["summary"]["status"] == 0
    assert "the reserve is in use" in said["summary"]["err"]
    assert [run["status"] for run in said["log"]] == [0] * 5
    assert said["end"]["status"] == 0
    assert "no backup was made: there is not enough room" in said["end"]["err"]
    assert said["backup"]["status"] == 1
    assert said["doctor"]["status"] == 1
    assert "the reserve for a full disk is used up" in said["doctor"]["out"]


def test_a_disk_that_is_read_only_is_said_in_words(tmp_path: Path) -> None:
    said = on_small_disk(
        str(tmp_path),
        "40m",
        """
said["before"] = observe("log", visit, stdin=look("before"))
read_only()
said["log"] = observe("log", visit, stdin=look("after"))
said["end"] = observe("end", visit)
said["summary"] = observe("summary", visit, "--json")
said["doctor"] = observe("doctor")
said["purge"] = observe("purge", "Bo Chen", "--yes")
""",
    )
    for command in ("log", "end", "purge"):
        assert said[command]["status"] == 1
        assert "Traceback" not in said[command]["err"]
        words = said[command]["out"] + said[command]["err"]
        assert "the log cannot be opened" in words, words
        assert "is read-only, what was logged is safe" in words, words
        assert words.count("\n") == 1
    assert "Traceback" not in said["summary"]["err"] + said["doctor"]["err"]


def test_a_limit_of_pages_saves_all_of_a_tap_or_nothing_and_its_number_is_used_again(home: Path) -> None:
    """SQLite's own limit, on the real connection: "disk full" as it comes from a full disk."""
    visit = new_school(home)
    with opened(home) as at:
        recorder = Recorder(at, visit)
        pages = at.conn.execute("PRAGMA page_count").fetchone()[0]
        at.conn.execute(f"PRAGMA max_page_count = {pages + 3}")
        confirmed: list[str | None] = []

        def tap_on() -> None:
            for n in range(500):
                confirmed.append(recorder.observe("spark", "insight", student=student(at), note="n" * 900 + str(n)).id)

        with pytest.raises(DiskFull, match="what was confirmed before is safe"):
            tap_on()
        assert len(at.warnings) == 1
        assert [o.id for o in visits.visit_log(at, visit).observations] == confirmed
        at.conn.execute("PRAGMA max_page_count = 100000")
        confirmed.append(recorder.observe("spark", "insight", student=student(at)).id)
    entries = entries_of(home)
    assert [e.seq for e in entries] == list(range(1, len(entries) + 1))
    assert [e.key for e in entries if e.kind == "observation"] == confirmed
    assert (home / "ballast").exists()  # there is room again, so the next to open the home keeps some


def student(at: home_module.Home) -> str:
    return next(s.id for s in visits.students(at) if s.name == BO)


def test_the_tap_that_meets_the_full_disk_is_saved_from_the_reserve(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no disk can be made full, its limit is lifted by what the reserve was worth."""
    visit = new_school(home)
    with opened(home) as at:
        given_up = home_module.give_up_ballast

        def lifted(path: Path) -> bool:
            at.conn.execute("PRAGMA max_page_count = 100000")
            return given_up(path)

        monkeypatch.setattr(home_module, "give_up_ballast", lifted)
        at.conn.execute(f"PRAGMA max_page_count = {at.conn.execute('PRAGMA page_count').fetchone()[0]}")
        ids = [Recorder(at, visit).observe("spark", "drive", student=student(at), note="n" * 1500).id for _ in range(9)]
        assert [o.id for o in visits.visit_log(at, visit).observations] == ids
        assert at.warnings == [home_module.RESERVE_IN_USE]
        assert not (home / "ballast").exists()


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
from observe.cli import run
sys.exit(run(sys.argv[2:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a process's files")
def test_a_limit_on_the_size_of_files_refuses_in_words_and_keeps_what_was_confirmed(home: Path) -> None:
    visit = new_school(home)
    log(home, visit, look(note="before"))
    lines = "".join(json.dumps(look(note="n" * 1000)) + "\n" for _ in range(60))
    command = [sys.executable, "-c", LIMITED, str(120_000), "--home", str(home), "log", visit]
    run = subprocess.run(command, input=lines, capture_output=True, text=True, check=False)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    confirmed = [answer["id"] for answer in answers if "id" in answer]
    assert run.returncode == 1
    assert 0 < len(confirmed) < 60
    assert all(answer["error"].startswith("not saved, ") for answer in answers if "id" not in answer)
    assert "Traceback" not in run.stderr
    assert [e.key for e in entries_of(home) if e.kind == "observation"][1:] == confirmed
    assert done(observe(home, "doctor")).status == 0
