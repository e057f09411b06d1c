"""What holds for every command: the home it uses, its exit status, and what goes to which stream."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from observe.cli import COMMANDS, run

from .commands import Observe, at, dump, utc

OBSERVE = [sys.executable, "-m", "observe"]
LINE = b'{"channel": "role", "code": "teach"}\n'


def piped(*args: str, stdin: bytes = b"", **more: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*OBSERVE, *args], input=stdin, capture_output=True, timeout=60, check=False, **more)


# -- which home -------------------------------------------------------------------------------------------


def test_the_option_wins_over_the_environment(at_school: Observe, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert len(at_school.json("sections")) == 2
    assert at_school.json("--home", other, "sections") == []
    assert (other / "observe.db").is_file()
    assert len(at_school.json("sections")) == 2


def test_an_empty_variable_is_none_at_all(observe: Observe, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("OBSERVE_HOME", "")
    monkeypatch.chdir(tmp_path)
    assert run(["sections"]) == 0
    assert not (tmp_path / "observe.db").exists()


def test_an_empty_home_option_is_refused(at_school: Observe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "--home" in at_school.refused("--home", "", "sections", status=2)
    assert list(tmp_path.iterdir()) == []


def test_a_new_home_is_for_its_owner_alone(observe: Observe) -> None:
    observe.ok("sections")
    if os.name == "posix":  # elsewhere a user's folders are private already
        assert observe.home.stat().st_mode & 0o777 == 0o700
        assert all(file.stat().st_mode & 0o077 == 0 for file in observe.home.iterdir())


def test_every_action_is_listed_with_its_key_and_her_own_keys_mistake_with_its_line(observe: Observe) -> None:
    keys = observe.home / "keys.toml"
    listed = observe.ok("settings", "keys")
    assert str(keys) in listed
    assert [line.split() for line in listed.splitlines() if line.startswith("code.engagement.deep")] == [
        ["code.engagement.deep", "4", "Thinking"]
    ]
    keys.write_text('code.engagement.deep = "+"\n', encoding="utf-8")
    assert observe.json("settings", "keys")["keys"]["code.engagement.deep"] == {"key": "+", "label": "Thinking"}
    keys.write_text('# mine\nundo = "backspace"\n', encoding="utf-8")
    assert "keys.toml line 2: key 'backspace' for undo, strip has it" in observe.ok("settings", "keys")
    assert observe.json("settings", "keys")["keys"]["undo"]["key"] == "u"
    assert str(keys) in observe.refused("settings", "keys", "x", status=2)


# -- status and streams -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "args",
    [
        ["nonsense"],
        ["--nonsense"],
        ["import"],
        ["import", "nonsense", "x"],
        ["log"],
        ["end"],
        ["amend", "x"],
        ["start", "--present", "some"],
        ["summary", "--format", "pdf"],
        ["export", "docx"],
        ["completion", "csh"],
        ["settings", "nonsense"],
        ["sections", "extra"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_status_2_and_one_line(at_school: Observe, args: list[str]) -> None:
    before = at_school.dump()
    at_school.refused(*args, status=2)
    assert at_school.dump() == before


def test_help_and_version_are_no_errors(observe: Observe) -> None:
    assert "observe" in observe.ok("--version")
    everything = observe.ok("--help")
    for command in COMMANDS:
        assert command in everything
        said = observe.ok(command, "--help")
        assert said.startswith("Usage: ")
        assert not re.search(r"\b(she|hers?)\b", said, re.IGNORECASE)  # whoever reads it is you
    assert not observe.home.exists()


@pytest.mark.parametrize(
    "args",
    [
        *(["sections"], ["students"], ["visits"], ["protocols"], ["summary"], ["day"], ["settings"]),
        *(["meetings"], ["meeting", "add", "Room 12", "2024-11-20T10:00"], ["patterns"], ["delivered"], ["trends"]),
        *(["pattern", "Room 12", "tue", "09:30"], ["flag", "last", "substitute"], ["plan", "last"], ["compacting"]),
        *(["groups"], ["groups", "--section", "Room 12"], ["group", "Ana Ruiz", "Wrens"], ["seen"], ["access"]),
        *(["talent"], ["glossary"], ["practice"], ["practice", "engagement"], ["sent"], ["page", "talk"]),
        *(["page", "family", "Ana Ruiz"], ["page", "principal"], ["page", "coverage"], ["coaching", "Room 12"]),
        *(["alone", "Room 12", "tiered"], ["promise", "Room 12", "bring cubes"], ["limit", "Room 12", "5"]),
        ["working-agreement", "ms okafor", "--set", "my_role=I teach"],
    ],
    ids=" ".join,
)
def test_json_is_one_document_and_nothing_else(live: Observe, args: list[str]) -> None:
    out = live.ok(*args, "--json")
    assert out.endswith("\n")
    assert out.count("\n") == 1
    json.loads(out)


def test_output_is_utf8_whatever_the_terminal_says(observe: Observe, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("Name,Section\nZoë 李小龍,Räum\n", encoding="utf-8")
    observe.ok("import", "roster", tmp_path / "c.csv")
    env = {
        **os.environ,
        "OBSERVE_HOME": str(observe.home),
        "PYTHONIOENCODING": "ascii",
        "PYTHONUTF8": "0",
        "LC_ALL": "C",
    }
    for args in (["students", "--json"], ["students"]):
        ran = piped(*args, env=env)
        assert ran.returncode == 0
        assert "Zoë 李小龍" in ran.stdout.decode("utf-8")


def test_text_is_the_same_each_time(live: Observe) -> None:
    live.log({"channel": "engagement", "code": "deep", "student": "Ana Ruiz", "at": at(3)})
    live.end()
    for args in (["sections"], ["students"], ["visits"], ["protocols"], ["summary"], ["day", "2024-11-19"]):
        assert live.ok(*args) == live.ok(*args)


def test_what_a_message_quotes_steers_no_terminal(at_school: Observe) -> None:
    for args in (["start", "\x1b[31mred\x9b\u202e"], ["summary", "\x1b]0;x\x07"], ["import", "roster", "\x1b[2J.csv"]):
        said = at_school(*args)
        assert said.status in (1, 2)
        assert said.err.removesuffix("\n").isprintable()


def test_times_come_in_by_zone_or_offset_and_go_out_in_utc(at_school: Observe) -> None:
    for given in ("2024-11-19T10:00", "2024-11-19 10:00:00", "2024-11-19T17:00Z", "20241119T120000-05:00"):
        visit = at_school.ok("start", "Room 12", "--at", given).strip()
        assert at_school.json("summary", visit)["visit"]["started_at"] == utc(0)
        at_school.ok("end", visit, "--at", at(1))
    at_school.ok("settings", "zone", "Asia/Kolkata")
    visit = at_school.ok("start", "Room 14", "--at", "2024-11-20T10:00").strip()
    assert at_school.json("summary", visit)["visit"]["started_at"] == "2024-11-20T04:30:00.000Z"


# -- real processes -----------------------------------------------------------------------------------------


def test_a_pipe_is_answered_line_by_line_and_ctrl_c_ends_it_quietly(live: Observe) -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}  # which flushes for us
    # A shell that runs the tests behind a prompt has them ignore Ctrl-C, and what they start with them.
    was = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        feed = subprocess.Popen([*OBSERVE, "log", "last"], env=env, **pipes)
    finally:
        signal.signal(signal.SIGINT, was)
    assert feed.stdin is not None
    assert feed.stdout is not None
    for number in (1, 2):
        feed.stdin.write(LINE)
        feed.stdin.flush()
        assert json.loads(feed.stdout.readline())["line"] == number  # while the pipe stays open
    if os.name == "posix":  # Windows sends Ctrl-C to a whole console
        feed.send_signal(signal.SIGINT)
    out, err = feed.communicate(timeout=30)
    if os.name == "posix":
        assert (feed.returncode, out) == (1, b"")
        assert err == b"observe: stopped, what was confirmed is safe\n"
    assert live.json("visits")[0]["observations"] == 1  # the second line said what was so already


def test_a_reader_that_leaves_is_no_error_to_speak_of(live: Observe) -> None:
    reader = subprocess.Popen([*OBSERVE, "summary", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert reader.stdout is not None
    reader.stdout.close()
    assert reader.stderr is not None
    assert b"Traceback" not in reader.stderr.read()
    reader.stderr.close()
    reader.wait(timeout=30)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a device that is always full")
def test_an_output_that_is_full_is_said_and_the_line_is_on_disk(live: Observe) -> None:
    with open("/dev/full", "wb") as full:
        ran = subprocess.run([*OBSERVE, "log", "last"], input=LINE, stdout=full, stderr=subprocess.PIPE, check=False)
    assert ran.returncode == 1
    assert ran.stderr.startswith(b"observe: the answer could not be written")
    assert ran.stderr.count(b"\n") == 1
    assert live.json("visits")[0]["observations"] == 1


def test_long_work_says_on_a_terminal_what_it_is_at(live: Observe, tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    file, other, roster, plans = (tmp_path / name for name in ("all.jsonl", "other", "new.csv", "plans.ics"))
    roster.write_text("Name,Section\nDee Fox,Room 12\n")
    plans.write_text("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n")
    live.ok("export", "jsonl", "-o", file)  # and nothing where nobody waits at a terminal
    for args, said in (
        (("export", "jsonl", "-o", str(tmp_path / "again.jsonl")), "writing again.jsonl"),
        (("--home", str(other), "import", "visits", str(file)), "reading all.jsonl"),
        (("import", "roster", str(roster), "--keep-missing"), "reading new.csv"),
        (("import", "schedule", str(plans)), "reading plans.ics"),
    ):
        ours, theirs = pty.openpty()
        ran = subprocess.run([*OBSERVE, *args], stdout=subprocess.PIPE, stderr=theirs, check=False)
        os.close(theirs)
        assert (ran.returncode, os.read(ours, 1000)) == (0, f"observe: {said} ...\r\n".encode())
        os.close(ours)


@pytest.mark.skipif(os.name != "posix", reason="the shell closes the streams")
def test_streams_that_are_closed(live: Observe) -> None:
    command = f'"{sys.executable}" -m observe'
    ran = subprocess.run(["sh", "-c", f"{command} log last <&-"], capture_output=True, check=False)
    assert (ran.returncode, ran.stderr.count(b"\n")) == (1, 1)
    assert b"standard input is closed" in ran.stderr
    ran = subprocess.run(["sh", "-c", f"{command} sections >&-"], capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
    ran = subprocess.run(["sh", "-c", f"{command} nonsense 2>&-"], capture_output=True, check=False)
    assert ran.returncode == 2


@pytest.mark.skipif(os.name != "posix", reason="only there can an argument hold bytes that are no text")
def test_an_argument_that_is_no_text(live: Observe) -> None:
    before = live.dump()
    for args in ([b"summary", b"\xff"], [b"start", b"Room \xff"], [b"log", b"last", b"\xff.jsonl"], [b"void", b"\xff"]):
        ran = subprocess.run([*OBSERVE, *args], stdin=subprocess.DEVNULL, capture_output=True, check=False)
        assert (ran.returncode, ran.stdout, ran.stderr.count(b"\n")) == (2, b"", 1)
    assert live.dump() == before


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no file names that are not text")
def test_a_file_whose_name_is_no_text_can_be_read(observe: Observe, tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/Caf\xe9.csv"
    with open(name, "wb") as file:
        file.write(b"Name,Section\nAna Ruiz,Room 12\n")
    ran = subprocess.run([*OBSERVE, "import", "roster", name], capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert [row["name"] for row in observe.json("students")] == ["Ana Ruiz"]


def test_the_app_needs_a_terminal(at_school: Observe) -> None:
    before = at_school.dump()
    ran = piped()
    assert (ran.returncode, ran.stdout) == (1, b"")
    assert ran.stderr.startswith(b"observe: the app was not opened")
    assert dump(at_school.home) == before


def test_what_nobody_foresaw_is_one_line_and_a_trace_without_anybody_s_words(
    live: Observe, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = live.json("students")[0]["name"]  # not in the source, which a trace quotes

    def fails(*args: object) -> None:
        raise RuntimeError(name)

    monkeypatch.setattr("observe.services.summary.summary", fails)
    said = live.refused("summary")
    trace = live.home / "trace.log"
    assert str(trace) in said
    assert "RuntimeError" in trace.read_text(encoding="utf-8")
    assert name not in said + trace.read_text(encoding="utf-8")
    if os.name == "posix":
        assert trace.stat().st_mode & 0o077 == 0
