"""Arguments, options and variables that are refused: the status, one line, nothing on stdout, nothing changed."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..cli.commands import DAY, Observe, at, dump

TIMES = ("", " ", "now", "soon", "10:15", DAY, "2024-W47-2", "2024-11-31T10:00", f"{DAY}T25:00", f"{DAY}T10:00+99:00")
TIMES += (f"{DAY}T10:00 PST", "0001-01-01T00:00", "0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z", "1e9", "NaN")
DATES = ("", " ", "tomorrow", "2024-13-01", "2024-02-30", "20241119", "2024-11-19T10:00", "19.11.2024", "0001-01-01")
DATES += ("9999-12-31", "9998-01-01", "1969-12-31", "٢٠٢٤-11-19", "2024-11-1", "+2024-11-19", "\u202e2024-11-19")
LONG = "x" * 5_000
SOME_TIMES, SOME_DATES = TIMES[::6], DATES[2::5]
"""Where the same reading was tried with all of them above."""

# Status, the command, and words of the reason. TAP stands for the id of an observation.
CASES: list[tuple[int, Sequence[str], str]] = [
    # -- which visit, section, student, observation
    (1, ["summary", "nothing-so"], "visit 'nothing-so' is not known"),
    (1, ["summary", ""], "visit '' is not known"),
    (1, ["summary", "LAST"], "visit 'LAST' is not known"),
    (1, ["summary", "%"], "visit '%' is not known"),
    (1, ["summary", LONG], "is not known"),
    (1, ["summary", "\x1b[2J\u202e"], "is not known"),
    (1, ["summary", "../../etc/passwd"], "is not known"),
    (1, ["summary", "' OR 1=1 --"], "is not known"),
    (1, ["groups", ""], "visit '' is not known"),
    (1, ["log", "nothing-so"], "visit 'nothing-so' is not known"),
    (1, ["end", "nothing-so"], "visit 'nothing-so' is not known"),
    (1, ["export", "csv", "nothing-so"], "visit 'nothing-so' is not known"),
    (1, ["export", "jsonl", "last", "nothing-so"], "visit 'nothing-so' is not known"),
    (1, ["start", "Room 99", "--end-open"], "section 'Room 99' is not known, this home has Room 12, Room 14"),
    (1, ["start", "", "--end-open"], "section '' is not known"),
    (1, ["start", LONG, "--end-open"], "is not known"),
    (1, ["students", "--section", "Room 99"], "section 'Room 99' is not known"),
    (1, ["students", "--section", ""], "section '' is not known"),
    (1, ["amend", "nothing-so", "--reason", "x", "--code", "off"], "observation 'nothing-so' is not known"),
    (1, ["amend", "", "--reason", "x", "--code", "off"], "observation '' is not known"),
    (1, ["void", "nothing-so"], "observation 'nothing-so' is not known"),
    (1, ["void", ""], "observation '' is not known"),
    (1, ["void", LONG], "is not known"),
    # -- start and end
    (1, ["start", "Room 12"], "a visit is open"),
    (1, ["start", "Room 12", "--end-open", "--protocol", "nothing-so"], "protocol 'nothing-so' is not known, known: "),
    (1, ["start", "Room 12", "--end-open", "--protocol", ""], "protocol '' is not known"),
    (1, ["start", "Room 12", "--end-open", "--title", LONG], "title: too long, allowed: 120 characters"),
    (1, ["start", "Room 12", "--end-open", "--at", "2097-01-01T00:00"], "at: in the future"),
    (2, ["start", "Room 12", "--end-open", "--present", "some"], "--present"),
    (2, ["start", "Room 12", "Room 14", "--end-open"], "unexpected extra argument"),
    (1, ["end", "last", "--at", at(4)], "at: before its last observation"),
    (1, ["end", "last", "--at", "2097-01-01T00:00"], "at: in the future"),
    (2, ["end"], "Missing argument 'VISIT'"),
    (2, ["end", "last", "--at"], "--at"),
    *((2, ["start", "Room 12", "--end-open", "--at", text], "--at: ") for text in TIMES),
    *((2, ["end", "last", "--at", text], "--at: ") for text in TIMES),
    *((2, ["amend", "TAP", "--reason", "x", "--at", text], "--at: ") for text in TIMES),
    # -- days
    *((2, ["day", text], "DATE: ") for text in DATES),
    *((2, ["visits", "--from", text], "--from: ") for text in DATES),
    *((2, ["visits", "--to", text], "--to: ") for text in DATES),
    *((2, ["trends", "--from", text], "--from: ") for text in DATES),
    *((2, ["trends", "--to", text], "--to: ") for text in DATES),
    (2, ["trends", "--from", "2024-11-20", "--to", "2024-11-19"], "--from: after --to"),
    (2, ["trends", "--from", "1970-01-01", "--to", "9997-12-31"], "--from: too long before --to"),
    *((2, ["export", "csv", "--from", text], "--from: ") for text in DATES if text.strip()),
    *((2, ["export", "jsonl", "--to", text], "--to: ") for text in DATES if text.strip()),
    *(
        (2, [*words, "--from", "2024-11-20", "--to", "2024-11-19"], "--from: after --to")
        for words in (["visits"], ["export", "csv"], ["groups", "--section", "Room 12"], ["meetings"])
    ),
    # -- forms
    (2, ["summary", "--format", "pdf"], "--format"),
    (2, ["summary", "--format", ""], "--format"),
    (2, ["summary", "--notes"], "--notes: only with --share"),
    (2, ["summary", "last", "last"], "unexpected extra argument"),
    (2, ["export"], "FORMAT"),
    (2, ["export", "exe"], "FORMAT"),
    (2, ["export", "csv", "--private"], "--private"),
    (2, ["export", "jsonl", "--private", "--de-identify"], "--private"),
    (2, ["completion"], "SHELL"),
    (2, ["completion", "cmd"], "SHELL"),
    # -- where to write
    (2, ["summary", "-o", ""], "it is empty"),
    (2, ["summary", "-o", "."], "is a directory"),
    (2, ["summary", "-o", "/"], "is a directory"),
    (1, ["summary", "-o", "/no/such/folder/x"], "/no/such/folder/x was not written, No such file or directory"),
    (1, ["summary", "--json", "-o", "/no/such/folder/x"], "was not written"),
    (1, ["summary", "--format", "html", "-o", "/no/such/folder/x"], "was not written"),
    (1, ["summary", "-o", "x" * 300], "was not written, File name too long"),
    (2, ["day", "--format", "pdf"], "--format"),
    (2, ["trends", "--format", "pdf"], "--format"),
    (1, ["trends", "--section", "Room 99"], "section 'Room 99' is not known"),
    (1, ["trends", "--student", LONG], "is not known in any section, allowed are a student's id or full name"),
    (1, ["trends", "--student", ""], "--student: '' is not known"),
    (1, ["trends", "-o", "/no/such/folder/x"], "was not written"),
    (2, ["flag"], "Missing argument 'VISIT'"),
    (1, ["flag", "nothing-so", "substitute"], "visit 'nothing-so' is not known"),
    (1, ["flag", "last", LONG], "flag: too long, allowed: 200 characters"),
    (1, ["flag", "last", "ab " * 80], "flag: too long, allowed: 200 characters"),  # a space at the cut
    (1, ["flag", "last", "  "], "flag: empty"),
    (2, ["flag", "last", "substitute", "--clear"], "WORDS and --clear: one of them"),
    (1, ["day", "-o", "/no/such/folder/x"], "was not written"),
    (2, ["export", "csv", "-o", ""], "it is empty"),
    (1, ["export", "csv", "-o", "/no/such/folder/x"], "was not written"),
    (1, ["export", "jsonl", "-o", "/no/such/folder/x"], "was not written"),
    # -- amend and void
    (2, ["amend", "TAP"], "--reason"),
    (2, ["amend", "TAP", "--reason", ""], "--reason: empty"),
    (2, ["amend", "TAP", "--reason", "  "], "--reason: empty"),
    (2, ["amend", "TAP", "--reason", "x"], "nothing to amend"),
    (1, ["amend", "TAP", "--reason", LONG, "--code", "off"], "reason: too long, allowed: 2000 characters"),
    (1, ["amend", "TAP", "--reason", "x", "--code", "asleep"], "code: 'asleep' is not known, allowed: off, passive"),
    (1, ["amend", "TAP", "--reason", "x", "--code", ""], "code: '' is not known"),
    (1, ["amend", "TAP", "--reason", "x", "--code", "null"], "code: null is not known, allowed: off"),
    (1, ["amend", "TAP", "--reason", "x", "--student", "Nobody"], "--student: 'Nobody' is not known"),
    (1, ["amend", "TAP", "--reason", "x", "--student", ""], "--student: '' is not known"),
    (1, ["amend", "TAP", "--reason", "x", "--student", "Sam Lee"], "--student: more than one student has this name"),
    (1, ["amend", "TAP", "--reason", "x", "--note", LONG], "note: too long"),
    (1, ["amend", "TAP", "--reason", "x", "--at", "2024-11-19T09:00"], "at: before the visit's start"),
    (1, ["amend", "TAP", "--reason", "x", "--at", "2097-01-01T00:00"], "at: in the future"),
    (2, ["amend", "TAP", "--reason", "x", "--modifier", "asker"], "not K=V"),
    (2, ["amend", "TAP", "--reason", "x", "--modifier", ""], "not K=V"),
    (1, ["amend", "TAP", "--reason", "x", "--modifier", "=x"], "modifiers."),
    (1, ["amend", "TAP", "--reason", "x", "--modifier", "asker=me"], "modifiers.asker"),
    (1, ["amend", "ASK", "--reason", "x", "--modifier", "asker=parent"], "modifiers.asker: 'parent'"),
    (1, ["amend", "ASK", "--reason", "x", "--modifier", "wait_s=NaN"], "modifiers.wait_s: 'NaN'"),
    (1, ["amend", "ASK", "--reason", "x", "--modifier", "wait_s=Infinity"], "modifiers.wait_s: 'Infinity'"),
    (1, ["amend", "ASK", "--reason", "x", "--modifier", "wait_s=1e999"], "modifiers.wait_s"),
    (1, ["amend", "ASK", "--reason", "x", "--modifier", "wait_s=-1"], "modifiers.wait_s: -1"),
    (1, ["amend", "ASK", "--reason", "x", "--modifier", "wait_s=true"], "modifiers.wait_s: true"),
    (1, ["amend", "ASK", "--reason", "x", "--modifier", f"wait_s={2**70}"], "modifiers.wait_s"),
    (1, ["amend", "ASK", "--reason", "x", "--modifier", "wait_s=" + "9" * 5_000], "modifiers.wait_s"),
    (1, ["amend", "ASK", "--reason", "x", "--modifier", "wait_s=" + "[" * 50_000], "modifiers.wait_s"),
    (1, ["amend", "ASK", "--reason", "x", "--modifier", "answered_by=Nobody"], "modifiers.answered_by: 'Nobody'"),
    (1, ["amend", "ASK", "--reason", "x", "--modifier", "mood=1"], "modifiers.mood"),
    (1, ["void", "TAP", "--reason", LONG], "reason: too long"),
    # -- settings
    (2, ["settings", "nothing-so"], "setting 'nothing-so' is not known, known: observer, device_name, zone"),
    (2, ["settings", "nothing-so", "x"], "setting 'nothing-so' is not known"),
    (2, ["settings", "", "x"], "setting '' is not known"),
    (2, ["settings", "device", "x"], "setting 'device' is not known"),
    (2, ["settings", "demo", "yes"], "setting 'demo' is not known"),
    (2, ["settings", "zone", "UTC", "x"], "unexpected extra argument"),
    (1, ["settings", "observer", ""], "observer: '' cannot be"),
    (1, ["settings", "observer", "\u202e\u200b"], "observer: "),
    *(
        (1, ["settings", "zone", zone], "allowed: the name of a time zone, such as America/Phoenix")
        for zone in (
            "",
            "Mars/Olympus",
            "MST7",
            "+07:00",
            "../../etc/passwd",
            "/etc/localtime",
            "right/UTC",
            "\x1b",
            LONG,
        )
    ),
    (1, ["settings", "teacher_questions", "[" * 60_000], "cannot be, allowed: a list such as"),
    (1, ["settings", "channels", "[" * 60_000], "cannot be, allowed: all, or a list such as"),
    (1, ["settings", "talent_sparks", "9" * 5_000], "cannot be, allowed: a whole number from 1 to 99"),
    (1, ["settings", "left_handed", "maybe"], "left_handed: 'maybe' cannot be, allowed: yes, no"),
    (1, ["settings", "hide_names", "1"], "allowed: yes, no"),
    # -- log
    (2, ["log"], "Missing argument 'VISIT'"),
    (2, ["log", "last", "missing.jsonl"], "FILE: missing.jsonl cannot be read"),
    (2, ["log", "last", ""], "FILE: "),
    (2, ["log", "last", "/"], "FILE: / cannot be read"),
    (2, ["log", "last", "x" * 300], "cannot be read, File name too long"),
    # -- names that no file can have
    (2, ["import", "roster", "x" * 300], "is not there"),
    (2, ["import", "schedule", "x" * 300], "is not there"),
    (2, ["import", "protocol", "x" * 300], "is not there"),
    (2, ["plan", "--set", "x" * 300], "is not there"),
    (1, ["sync", "--setup", "x" * 300], "is not there"),
    (1, ["sync", "--setup", "~nobody-here/x"], "~nobody-here/x is not there"),
    (1, ["practice", "~nobody-here/x.toml"], "x.toml cannot be read"),
    # -- safety
    (2, ["restore"], "FILE"),
    (2, ["restore", "", "--yes"], "it is empty"),
    (2, ["restore", "missing.db", "--yes"], "missing.db is not there"),
    (2, ["restore", "x" * 300, "--yes"], "is not there"),
    (1, ["restore", "/", "--yes"], ""),
    (1, ["restore", "there", "--yes"], "there is no backup"),
    (2, ["backup", "-o", ""], "it is empty"),
    (2, ["backup", "-o", "."], "is a directory"),
    (1, ["backup", "-o", "/no/such/folder/x"], "/no/such/folder/x was not written, No such file or directory, choose"),
    (1, ["backup", "-o", "x" * 300], "was not written, File name too long"),
    (1, ["backup", "-o", "there"], "there exists"),
    (2, ["purge"], "one of STUDENT and --visit"),
    (2, ["purge", "Ana Ruiz", "--visit", "last"], "one of STUDENT and --visit"),
    (1, ["purge", "Nobody", "--yes"], "student 'Nobody' is not known"),
    (1, ["purge", "", "--yes"], "student '' is not known"),
    (1, ["purge", "\x1b[2J", "--yes"], "is not known"),
    (1, ["purge", "Sam Lee", "--yes"], "more than one student has this name"),
    (1, ["purge", "Ana Ruiz"], "nothing was changed"),
    (1, ["purge", "--visit", "last", "--yes"], "is open"),
    (1, ["purge", "--visit", "nothing-so", "--yes"], "visit 'nothing-so' is not known"),
    (2, ["doctor", "extra"], "unexpected extra argument"),
    # -- the week
    (2, ["meeting"], "Missing command"),
    (2, ["meeting", "hold"], "No such command 'hold'"),
    *((2, ["meeting", "add", "Room 12", text], "TIME: ") for text in SOME_TIMES),
    *((2, ["meetings", "--from", text], "--from: ") for text in SOME_DATES),
    *((2, ["delivered", "--to", text], "--to: ") for text in SOME_DATES),
    (1, ["meeting", "add", "Room 99", at(0)], "section 'Room 99' is not known"),
    (1, ["meeting", "add", "Room 12", at(0), "--minutes", "0"], "minutes: 0 cannot be, allowed: 1 to 600"),
    (1, ["meeting", "add", "Room 12", at(0), "--minutes", "9" * 30], "allowed: 1 to 600"),
    (2, ["meeting", "add", "Room 12", at(0), "--minutes", "x"], "--minutes"),
    (1, ["meeting", "held", "nothing-so"], "meeting 'nothing-so' is not known"),
    (1, ["meeting", "drop", ""], "meeting '' is not known"),
    (2, ["meeting", "missed", "nothing-so"], "Missing option '--reason'"),
    (1, ["meeting", "missed", LONG, "--reason", "x"], "is not known"),
    (2, ["pattern"], "SECTION DAY TIME are needed"),
    (1, ["pattern", "Room 12", "someday", "09:30"], "day: 'someday' is not known, allowed: mon, tue, wed"),
    (1, ["pattern", "Room 12", "tue", "25:00"], "time: '25:00' is none"),
    (1, ["pattern", "Room 12", "tue", "09:30", "0"], "minutes: 0 cannot be"),
    (2, ["pattern", "Room 12", "tue", "09:30", "-1"], "-1"),
    (2, ["pattern", "Room 12", "tue", "09:30", "4_5"], "MINUTES: '4_5' is no number"),
    (1, ["pattern", "Room 12", "tue", "09:30", "--until", "2020-01-01"], "it ends before it begins"),
    (1, ["pattern", "--end", "nothing-so"], "pattern 'nothing-so' is not known"),
    (2, ["pattern", "--end", "a", "--change", "b"], "--end and --change: one of them"),
    (2, ["pattern", "--change", "a", "tue"], "--change: DAY TIME MINUTES are needed"),
    (2, ["delivered", "--by", "year"], "--by"),
    (2, ["delivered", "--from", "2024-11-20", "--to", "2024-11-19"], "this span cannot be"),
    (2, ["delivered", "--from", "1970-01-01"], "this span cannot be"),
    # -- plans and groups
    (1, ["plan", "nothing-so"], "visit 'nothing-so' is not known"),
    (2, ["plan", "last", "--new", "Room 12"], "VISIT or --new, not both"),
    (2, ["plan", "--at", at(0)], "--at and --minutes: only with --new"),
    *((2, ["plan", "--new", "Room 12", "--at", text], "--at: ") for text in SOME_TIMES),
    (1, ["plan", "--new", "Room 12", "--at", "2097-01-01T00:00", "--minutes", "-1"], "minutes: -1 cannot be"),
    (1, ["plan", "--new", "Room 99"], "section 'Room 99' is not known"),
    (1, ["plan", "last", "--from", "nothing-so"], "visit 'nothing-so' is not known"),
    (2, ["plan", "last", "--set", "missing.json"], "missing.json is not there"),
    (1, ["plan", "last", "--set", "there"], "there is no JSON"),
    (2, ["plan", "last", "--share", "--json"], "--share: not with --json"),
    (2, ["compacting", "--shown", "x"], "which agreement?"),
    (1, ["compacting", "nothing-so"], "agreement 'nothing-so' is not known"),
    (2, ["compacting", "x", "--close", "--reopen"], "--close or --reopen, not both"),
    (2, ["compacting", "--add", "Ana Ruiz"], "--add: needs --section"),
    (1, ["compacting", "--add", "Nobody", "--section", "Room 12", "--shown", "x"], "--add: 'Nobody' is not known"),
    (1, ["compacting", "--add", "Ana Ruiz", "--section", "Room 12"], "shown: missing"),
    (1, ["compacting", "--add", "Ana Ruiz", "--section", "Room 12", "--shown", LONG], "shown: too long"),
    (1, ["compacting", "--add", "Ana Ruiz", "--section", "Room 12", "--shown", "x", "--evidence-at", "soon"], "no day"),
    (1, ["groups", "nothing-so"], "visit 'nothing-so' is not known"),
    (2, ["groups", "last", "--section", "Room 12"], "VISIT and --section: one of them"),
    (2, ["groups", "--from", "2024-11-19"], "--from and --to: only with --section"),
    *((2, ["groups", "--section", "Room 12", "--to", text], "--to: ") for text in SOME_DATES),
    (2, ["group", "Ana Ruiz"], "GROUP and --none: one of them"),
    (2, ["group", "Ana Ruiz", "Owls", "--none"], "GROUP and --none: one of them"),
    (2, ["group", "Ana Ruiz", " "], "GROUP: empty"),
    (1, ["group", "Ana Ruiz", LONG], "group: too long, allowed: 60 characters"),
    (
        1,
        ["group", "Nobody", "Owls"],
        "STUDENT: 'Nobody' is not known in any section, allowed are a student's id or full name,",
    ),
    # -- students over visits, and words
    *((2, [name, "--from", text], "--from: ") for name in ("seen", "access", "talent") for text in SOME_DATES[1:3]),
    (2, ["seen", "--from", "2024-11-20", "--to", "2024-11-19"], "--from: after --to"),
    (1, ["talent", "--section", "Room 99"], "section 'Room 99' is not known"),
    (2, ["access", "--format", "pdf"], "--format"),
    (1, ["glossary", "--protocol", "nothing-so"], "protocol 'nothing-so' is not known"),
    (1, ["practice", "nothing-so"], "practice set 'nothing-so' is not known"),
    (2, ["practice", "--reasons"], "SET is missing"),
    (2, ["practice", "engagement", "--answers", "missing.json"], "missing.json is not there"),
    (1, ["practice", "engagement", "--answers", "there"], "there"),
    # -- pages, and what the two adults agreed on
    (2, ["page"], "Missing argument"),
    (2, ["page", "pdf"], "'pdf' is not one of"),
    (1, ["page", "talk", "nothing-so"], "visit 'nothing-so' is not known"),
    (2, ["page", "family"], "STUDENT is missing"),
    (
        1,
        ["page", "family", "Nobody"],
        "STUDENT: 'Nobody' is not known in any section, allowed are a student's id or full name,",
    ),
    (1, ["page", "family", "Sam Lee"], "more than one student has this name"),
    (2, ["page", "principal", "last"], "principal is about no visit"),
    *((2, ["page", "coverage", "--until", text], "--until: ") for text in SOME_DATES),
    (2, ["page", "coverage", "--from", "2024-11-20", "--until", "2024-11-19"], "--from: after --until"),
    (2, ["page", "coverage", "--to", "the head"], "--to: only with -o"),
    (2, ["page", "coverage", "-o", "x", "--to", " "], "--to: only with -o, and a name"),
    (1, ["page", "coverage", "-o", "x", "--to", LONG], "to: too long, allowed: 120 characters"),
    (1, ["page", "coverage", "-o", "/no/such/folder/x", "--to", "the head"], "was not written"),
    (2, ["sent", "extra"], "unexpected extra argument"),
    (1, ["coaching", "Room 99"], "section 'Room 99' is not known"),
    (2, ["alone"], "Missing argument 'SECTION'"),
    (2, ["alone", "Room 12", "tiered", "--drop", "x"], "CODE and --drop: one of them"),
    (1, ["alone", "Room 12", "--drop", "x"], "'x' is not known"),
    (2, ["alone", "Room 12", "asleep"], "code 'asleep' is no strategy, known: tiered, "),
    *((2, ["alone", "Room 12", "tiered", "--day", text], "--day: ") for text in SOME_DATES),
    (1, ["alone", "Room 12", "tiered", "--day", "2097-01-01"], "day: in the future"),
    (1, ["alone", "Room 12", "tiered", "--note", LONG], "note: too long"),
    (1, ["promise", "Room 12", " "], "text: empty"),
    (1, ["promise", "Room 12", LONG], "text: too long, allowed: 200 characters"),
    (2, ["promise", "Room 12", "x", "--by", "parent"], "--by"),
    (1, ["promise", "--kept", "nothing-so"], "'nothing-so' is not known"),
    (2, ["promise", "--kept", "a", "--dropped", "b"], "one thing at a time"),
    (2, ["limit", "Room 12", "1.5"], "MINUTES: '1.5' is no number"),
    (1, ["limit", "Room 12", "241"], "allowed: 0 to 240"),
    (
        1,
        ["working-agreement", "Ms Okafro"],
        "teacher 'Ms Okafro' is not known, the classes here are of: Mr Diaz, Ms Okafor",
    ),
    (1, ["working-agreement", LONG, "--set", "my_role=x"], "is not known"),
    (2, ["working-agreement", "Ms Okafor", "--set", "my_role"], "--set: 'my_role' has no ="),
    (1, ["working-agreement", "Ms Okafor", "--set", "mood=1"], "field: 'mood' is not known"),
    (1, ["working-agreement", "Ms Okafor", "--set", f"my_role={LONG}"], "note: too long"),
    # -- demo
    (2, ["demo", "--make", ""], "it is empty"),
    (1, ["demo", "--make", "there"], "there"),
    (1, ["demo", "--make", "there/x"], "there"),
    (2, ["demo", "--make", "new", "--seed", "x"], "--seed"),
    (2, ["demo", "--make", "new", "--seed", "1.5"], "--seed"),
    (2, ["demo", "--make", "new", "--visits", "-1"], "--visits"),
    (2, ["demo", "--make", "new", "--visits", "9" * 400], "--visits"),
    (2, ["demo", "--make", "new", "--visits", "NaN"], "--visits"),
    (2, ["demo", "--make", "new", "--at", DAY], "--at: "),
    (2, ["demo", "--make", "new", "--at", "9999-12-31T23:59:59.999Z"], "--at: "),
    (1, ["demo", "--make", "new", "--at", "1970-01-02T00:00"], "--at: too early"),
    (2, ["demo", "--make", "new", "--reset"], "--reset: not with --make"),
    (2, ["demo", "extra"], "unexpected extra argument"),
]


@pytest.mark.parametrize(
    ("status", "args", "why"), CASES, ids=[f"{n} {' '.join(args)[:50]!a}" for n, (_, args, _) in enumerate(CASES)]
)
def test_a_bad_argument(
    live: Observe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, args: Sequence[str], why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there").write_text("a file that is there")
    tap, ask = live.log(
        {"channel": "engagement", "code": "deep", "student": "Ana Ruiz", "at": at(5)},
        {"channel": "questioning", "code": "apply", "at": at(5)},
    )
    ids = {"TAP": tap["id"], "ASK": ask["id"]}
    before, files = live.dump(), sorted(os.listdir(live.home))
    said = live.refused(*(ids.get(arg, arg) for arg in args), status=status)
    assert why in said
    assert said.removesuffix("\n").isprintable()
    assert live.dump() == before
    assert sorted(os.listdir(live.home)) == files
    assert os.listdir(tmp_path) == ["there"]
    assert Path("there").read_text() == "a file that is there"


# -- which home -------------------------------------------------------------------------------------------

COMMANDS = (["sections"], ["start"], ["log", "last"], ["summary"], ["settings", "observer", "x"], ["export", "csv"])


@pytest.mark.parametrize("args", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("way", ["--home", "OBSERVE_HOME"])
def test_a_home_that_is_a_file(observe: Observe, tmp_path: Path, way: str, args: list[str]) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    observe.home = tmp_path / "unused" if way == "--home" else file
    said = observe.refused(*(["--home", str(file)] if way == "--home" else []), *args, status=2)
    assert "is a file" in said
    assert file.read_text() == "x"
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("args", COMMANDS, ids=" ".join)
def test_a_home_below_a_file_or_a_device_or_of_no_possible_name(
    observe: Observe, tmp_path: Path, args: list[str]
) -> None:
    (tmp_path / "file").write_text("x")
    for home in (tmp_path / "file" / "home", Path("/dev/null/home"), tmp_path / ("x" * 300)):
        observe.home = home
        said = observe.refused(*args)
        assert "no home can be made" in said
        assert "--home" in said
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("name", ["OneDrive", "OneDrive - Mesquite Schools", "Dropbox", "Google Drive", "Nextcloud"])
def test_a_home_in_a_folder_that_is_synced(observe: Observe, tmp_path: Path, name: str) -> None:
    observe.home = tmp_path / name / "school" / "observe"
    for args in COMMANDS:
        said = observe.refused(*args)
        assert "the log cannot live in" in said
        assert "--home" in said
    assert os.listdir(tmp_path) == []


def test_a_home_in_a_folder_that_marks_itself(observe: Observe, tmp_path: Path) -> None:
    (tmp_path / ".stfolder").mkdir()
    observe.home = tmp_path / "observe"
    assert "Syncthing carries" in observe.refused("sections")
    assert os.listdir(tmp_path) == [".stfolder"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_home_that_may_not_be_written(observe: Observe, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    observe.home = tmp_path / "observe"
    try:
        assert "Permission denied" in observe.refused("sections")
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "\x1b[2J", ":", "MST7MDT,M3.2.0"])
def test_a_zone_of_the_system_that_is_none(observe: Observe, monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    observe.ok("start", "--at", "2024-11-19T10:00")
    assert observe.json("summary")["visit"]["started_at"].startswith("2024-11-")


@pytest.mark.parametrize("variable", ["COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TERM", "LANG"])
def test_variables_of_the_terminal_change_nothing(
    live: Observe, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    expected = live.ok("visits"), live.ok("sections"), live.ok("protocols")
    monkeypatch.setenv(variable, "nonsense\u202e")
    assert (live.ok("visits"), live.ok("sections"), live.ok("protocols")) == expected


def test_nothing_is_read_or_made_in_another_home(live: Observe, tmp_path: Path) -> None:
    before = live.dump()
    other = tmp_path / "other"
    live.refused("--home", str(other), "summary")
    assert dump(other).keys() == before.keys()
    assert live.dump() == before


# -- anything at all --------------------------------------------------------------------------------------

PLACES = (
    *(["summary", "?"], ["day", "?"], ["students", "--section", "?"], ["visits", "--from", "?"], ["void", "?"]),
    *(["start", "?", "--end-open"], ["start", "Room 14", "--end-open", "--title", "?"], ["log", "?"]),
    *(["start", "Room 14", "--end-open", "--at", "?"], ["start", "--end-open", "--protocol", "?"], ["end", "?"]),
    *(["amend", "?", "--reason", "x", "--code", "off"], ["export", "csv", "?"], ["purge", "?", "--yes"]),
    *(["settings", "?"], ["settings", "?", "x"], ["completion", "?"], ["?"], ["import", "?"]),
    *(
        ["meeting", "add", "?", DAY],
        ["meeting", "held", "?"],
        ["pattern", "Room 12", "tue", "?"],
        ["pattern", "?", "?", "?"],
    ),
    *(["plan", "?"], ["plan", "last", "--from", "?"], ["compacting", "?"], ["groups", "?"], ["group", "Ana Ruiz", "?"]),
    *(["page", "talk", "?"], ["page", "family", "?"], ["page", "coverage", "--from", "?"], ["practice", "?"]),
    *(
        ["alone", "Room 12", "tiered", "--note", "?"],
        ["promise", "Room 12", "?"],
        ["limit", "Room 12", "?"],
        ["flag", "last", "?"],
    ),
    *(["working-agreement", "?"], ["working-agreement", "Ms Okafor", "--set", "?"], ["trends", "--student", "?"]),
)
names = st.sampled_from(["observer", "zone", "left_handed", "hide_names", "colours", "channels", "teacher_questions"])
places = st.sampled_from(PLACES) | names.map(lambda name: ["settings", name, "?"])
texts = st.text(max_size=12) | st.sampled_from(["all", "[]", '["x"]', "[[", "{}", "null", "1e999", "last", "open", "*"])


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(places, texts)
def test_any_text_as_an_argument(live: Observe, place: list[str], text: str) -> None:
    ran = live(*(text if part == "?" else part for part in place))
    assert "inside observe" not in ran.err
    assert ran.status in (0, 1, 2)
    assert ran.err.count("\n") == int(ran.status > 0)
    assert ran.err.removesuffix("\n").replace("\n", "").isprintable()
    live.ok("settings")
