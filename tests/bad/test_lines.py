"""Lines for `log` that are refused: alone, with a reason that names the field and what is allowed, and no trace."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..cli.commands import Observe, at

DEEP = 100_000
ENGAGEMENT = '"channel": "engagement", "code": "deep"'
AT = f'"at": "{at(1)}"'
ASK = '"channel": "questioning", "code": "apply"'
SWEEP = f'{ENGAGEMENT}, "student": "Ana Ruiz", "method": "sweep"'

# The line, and words that its reason must have: the field first, then what is allowed.
LINES: list[tuple[str | bytes, str, str]] = [
    # -- no line at all
    ("nonsense", "line: not JSON", ""),
    ("{", "line: not JSON", ""),
    ('{"channel": }', "line: not JSON", ""),
    ("{'channel': 'role'}", "line: not JSON", ""),
    ('{"channel": "role", "code": "teach"} trailing', "line: not JSON", ""),
    ('{"channel": "role", "code": "teach"}{"pause": true}', "line: not JSON", ""),
    ("[]", "line: not an object", "allowed"),
    ("null", "line: not an object", "allowed"),
    ("true", "line: not an object", "allowed"),
    ("3", "line: not an object", "allowed"),
    ('"text"', "line: not an object", "allowed"),
    ("{}", "line: it must say one thing", "allowed: channel"),
    ("[" * DEEP, "line: too long", ""),
    ("[" * 60_000, "line: nested too deep", "one flat object"),
    ('{"channel":' * DEEP, "line: ", ""),
    ('{"a":' * 900 + "1" + "}" * 900, "line: it must say one thing", ""),
    (f'{{{ENGAGEMENT}, "x": ' + "[" * 900 + "]" * 900 + "}", "x: not known", "allowed: channel"),
    ('{"channel": "role", "code": ' + "[" * 980 + "]" * 980 + "}", "", ""),
    (b"\xff\xfe", "line: not UTF-8", ""),
    (b'{"channel": "role", "code": "te\xe9ch"}', "line: not UTF-8", ""),
    ('{"channel": "role", "code": "teach"}'.encode("utf-16"), "line: not UTF-8", ""),
    (b"\0", "line: not JSON", ""),
    (b'{"channel": "role\0"}', "line: not JSON", ""),
    (b'{"note": "' + b"x" * 10_000_000 + b'"}', "line: too long", "allowed: 65536 bytes"),
    (b"\xff" * 70_000, "line: too long", "allowed"),
    ("9" * 5_000, "line: not JSON", ""),
    (f'{{{ENGAGEMENT}, "sweep": {"9" * 5_000}}}', "line: not JSON", ""),
    # -- numbers that are none
    (f'{{{ASK}, "modifiers": {{"wait_s": NaN}}}}', "modifiers.wait_s: NaN", "allowed: a number from 0"),
    (f'{{{ASK}, "modifiers": {{"wait_s": Infinity}}}}', "modifiers.wait_s: Infinity", "allowed: a number from 0"),
    (f'{{{ASK}, "modifiers": {{"wait_s": -Infinity}}}}', "modifiers.wait_s: -Infinity", "allowed: a number from 0"),
    (f'{{{ASK}, "modifiers": {{"wait_s": 1e999}}}}', "modifiers.wait_s", "allowed: a number from 0"),
    (f'{{{ASK}, "modifiers": {{"wait_s": -1e999}}}}', "modifiers.wait_s", "allowed: a number from 0"),
    (f'{{{ASK}, "modifiers": {{"wait_s": {2**70}}}}}', "modifiers.wait_s", "allowed: a number from 0"),
    (f'{{{ASK}, "modifiers": {{"wait_s": {10**400}}}}}', "modifiers.wait_s", "allowed: a number from 0"),
    (f'{{{ASK}, "modifiers": {{"wait_s": -0.1}}}}', "modifiers.wait_s", "allowed: a number from 0"),
    (f'{{{ASK}, "modifiers": {{"wait_s": 86400.5}}}}', "modifiers.wait_s", "to 86400"),
    (f'{{{ASK}, "modifiers": {{"wait_s": true}}}}', "modifiers.wait_s: true", "allowed: a number"),
    (f'{{{ASK}, "modifiers": {{"wait_s": "3"}}}}', "modifiers.wait_s: '3'", "allowed: a number"),
    (f'{{{ASK}, "modifiers": {{"wait_s": null}}}}', "modifiers.wait_s: null", "allowed: a number"),
    (f'{{{SWEEP}, "sweep": NaN}}', "sweep: NaN", "allowed: 1, 2, 3"),
    (f'{{{ENGAGEMENT}, "student": NaN}}', "student: not a text", "allowed: a student"),
    (f'{{{ENGAGEMENT}, "at": NaN}}', "at: not a text", "allowed: an ISO 8601 time"),
    (f'{{{ENGAGEMENT}, "mood": NaN}}', "mood: not known", "allowed: channel"),
    ("NaN", "line: not an object", "allowed"),
    # -- one thing a line, and no key twice
    ('{"channel": "role", "pause": true}', "line: it must say one thing", "channel and pause"),
    ('{"undo": true, "redo": true}', "line: it must say one thing", "undo and redo"),
    ('{"present": [], "channel": "role", "code": "teach"}', "line: it must say one thing", ""),
    ('{"sweep_start": 1, "sweep_end": 1}', "line: it must say one thing", ""),
    (f'{{{ENGAGEMENT}, "code": "off"}}', "line: not JSON", "code is there twice"),
    (f'{{{ENGAGEMENT}, "student": null, "student": "Ana Ruiz"}}', "line: not JSON", "student is there twice"),
    (f'{{{ASK}, "modifiers": {{"wait_s": 1, "wait_s": 2}}}}', "line: not JSON", "wait_s is there twice"),
    # -- unknown keys
    (f'{{{ENGAGEMENT}, "mood": 1}}', "mood: not known", "allowed: channel, code, student"),
    (f'{{{ENGAGEMENT}, "": 1}}', ": not known", "allowed"),
    (f'{{{ENGAGEMENT}, "Student": "Ana Ruiz"}}', "Student: not known", "allowed"),
    (f'{{{ENGAGEMENT}, "{"k" * 5_000}": 1}}', "k" * 40 + ": not known", "allowed"),
    (f'{{{ENGAGEMENT}, "\\ud800": 1}}', ": not known", "allowed"),
    ('{"pause": true, "code": "x"}', "code: not known", "allowed: pause, at"),
    ('{"undo": true, "at": "2024-11-19T10:01"}', "at: not known", "allowed: undo"),
    ('{"present": ["Ana Ruiz"], "note": "x"}', "note: not known", "allowed: present, absent, at"),
    # -- channel and code
    ('{"channel": "mood", "code": "deep"}', "channel: 'mood'", "allowed: engagement, challenge"),
    ('{"channel": "", "code": "deep"}', "channel: ''", "allowed"),
    ('{"channel": "Engagement", "code": "deep"}', "channel: 'Engagement'", "allowed"),
    ('{"channel": null, "code": "deep"}', "channel: not a text", "allowed"),
    ('{"channel": 5, "code": "deep"}', "channel: not a text", "allowed"),
    ('{"channel": ["role"], "code": "deep"}', "channel: not a text", "allowed"),
    ('{"channel": "\\ud800", "code": "deep"}', "channel: ", "allowed"),
    ('{"channel": "engagement"}', "code: missing", ""),
    ('{"code": "deep"}', "line: it must say one thing", "allowed: channel"),
    ('{"channel": "engagement", "code": "asleep"}', "code: 'asleep'", "allowed: off, passive, active, deep, waiting"),
    ('{"channel": "engagement", "code": "Deep"}', "code: 'Deep'", "allowed"),
    ('{"channel": "engagement", "code": ""}', "code: ''", "allowed"),
    ('{"channel": "engagement", "code": null}', "code: null", "allowed: off"),
    ('{"channel": "questioning", "code": null}', "code: null", "allowed: remember"),
    ('{"channel": "strategy", "code": null, "on": true}', "code: null", "allowed: tiered"),
    ('{"channel": "engagement", "code": 3}', "code: 3", "allowed"),
    ('{"channel": "engagement", "code": true}', "code: true", "allowed"),
    ('{"channel": "engagement", "code": ["deep"]}', "code: a list", "allowed"),
    ('{"channel": "engagement", "code": {"deep": 1}}', "code: an object", "allowed"),
    ('{"channel": "role", "code": "off"}', "code: 'off'", "null"),
    # -- on
    ('{"channel": "strategy", "code": "tiered"}', "on: missing", "allowed: true, false"),
    ('{"channel": "strategy", "code": "tiered", "on": null}', "on: missing", "allowed: true, false"),
    ('{"channel": "strategy", "code": "tiered", "on": 1}', "on: 1", "allowed: true, false"),
    ('{"channel": "strategy", "code": "tiered", "on": "yes"}', "on: 'yes'", "allowed: true, false"),
    ('{"channel": "role", "code": "teach", "on": true}', "on: not allowed", "no toggle"),
    # -- student
    (f'{{{ENGAGEMENT}, "student": "Nobody"}}', "student: 'Nobody'", "allowed are a student's id or full name"),
    (f'{{{ENGAGEMENT}, "student": "Ana"}}', "student: 'Ana'", "allowed"),
    (f'{{{ENGAGEMENT}, "student": ""}}', "student: ''", "allowed"),
    (f'{{{ENGAGEMENT}, "student": " "}}', "student: ", "allowed"),
    (f'{{{ENGAGEMENT}, "student": "null"}}', "student: 'null'", "allowed"),
    (f'{{{ENGAGEMENT}, "student": 1}}', "student: not a text", "allowed"),
    (f'{{{ENGAGEMENT}, "student": true}}', "student: not a text", "allowed"),
    (f'{{{ENGAGEMENT}, "student": ["Ana Ruiz"]}}', "student: not a text", "allowed"),
    (f'{{{ENGAGEMENT}, "student": "\\ud800"}}', "student: ", "allowed"),
    (f'{{{ENGAGEMENT}, "student": "\\u0000"}}', "student: ", "allowed"),
    (f'{{{ENGAGEMENT}, "student": "\\u202eruiZ anA"}}', "student: ", "allowed"),
    (f'{{{ENGAGEMENT}, "student": "\\u001b[2JAna Ruiz"}}', "student: ", "allowed"),
    (f'{{{ENGAGEMENT}, "student": "Sam Lee"}}', "student: more than one", "use the id"),
    (f'{{{ENGAGEMENT}, "student": "Gia Rossi"}}', "student: 'Gia Rossi'", "this visit's section"),
    ('{"channel": "role", "code": "teach", "student": "Ana Ruiz"}', "student: not allowed", "about the visit"),
    ('{"channel": "spark", "code": "insight"}', "student: missing", "allowed"),
    ('{"channel": "spark", "code": "insight", "student": null}', "student: missing", "allowed"),
    # -- method and sweep
    (f'{{{ENGAGEMENT}, "method": "guess"}}', "method: 'guess'", "allowed: tap, sweep, interval"),
    (f'{{{ENGAGEMENT}, "method": ""}}', "method: ''", "allowed: tap"),
    (f'{{{ENGAGEMENT}, "method": null}}', "method: null", "allowed: tap"),
    (f'{{{ENGAGEMENT}, "method": ["tap"]}}', "method: a list", "allowed: tap"),
    (f"{{{SWEEP}}}", "sweep: missing", "allowed: 1, 2, 3"),
    (f'{{{SWEEP}, "sweep": 0}}', "sweep: 0", "allowed: 1, 2, 3"),
    (f'{{{SWEEP}, "sweep": -1}}', "sweep: -1", "allowed: 1, 2, 3"),
    (f'{{{SWEEP}, "sweep": 1.0}}', "sweep: 1.0", "allowed: 1, 2, 3"),
    (f'{{{SWEEP}, "sweep": true}}', "sweep: true", "allowed: 1, 2, 3"),
    (f'{{{SWEEP}, "sweep": "1"}}', "sweep: '1'", "allowed: 1, 2, 3"),
    (f'{{{SWEEP}, "sweep": 10001}}', "sweep: 10001", "10000"),
    (f'{{{SWEEP}, "sweep": {2**70}}}', "sweep: ", "10000"),
    (f'{{{SWEEP}, "sweep": 1e999}}', "sweep: ", "10000"),
    (f'{{{ENGAGEMENT}, "sweep": 1}}', "sweep: not allowed", "method sweep"),
    (f'{{{ENGAGEMENT}, "method": "sweep", "sweep": 1}}', "student: missing", "one student"),
    ('{"channel": "role", "code": "teach", "method": "sweep", "sweep": 1}', "method: not allowed", "allowed: tap"),
    # -- modifiers
    (f'{{{ASK}, "modifiers": []}}', "modifiers: not an object", "allowed"),
    (f'{{{ASK}, "modifiers": "asker"}}', "modifiers: not an object", "allowed"),
    (f'{{{ASK}, "modifiers": {{"mood": 1}}}}', "modifiers.mood", "allowed: modifiers of questioning: asker"),
    (f'{{{ASK}, "modifiers": {{"\\ud800": 1}}}}', "modifiers.", "allowed"),
    (f'{{{ASK}, "modifiers": {{"asker": "parent"}}}}', "modifiers.asker: 'parent'", "allowed: me, teacher, student"),
    (f'{{{ASK}, "modifiers": {{"asker": null}}}}', "modifiers.asker: null", "allowed: me"),
    (f'{{{ASK}, "modifiers": {{"asker": ["me"]}}}}', "modifiers.asker: a list", "allowed: me"),
    (f'{{{ASK}, "modifiers": {{"waited": "yes"}}}}', "modifiers.waited: 'yes'", "allowed: true, false"),
    (f'{{{ASK}, "modifiers": {{"waited": 1}}}}', "modifiers.waited: 1", "allowed: true, false"),
    (f'{{{ASK}, "modifiers": {{"answered_by": "Nobody"}}}}', "modifiers.answered_by: 'Nobody'", "allowed"),
    (f'{{{ASK}, "modifiers": {{"answered_by": 7}}}}', "modifiers.answered_by: not a text", "allowed"),
    (f'{{{ASK}, "modifiers": {{"answered_by": null}}}}', "modifiers.answered_by: not a text", "allowed"),
    (
        f'{{{ASK}, "modifiers": {{"asker": "student", "answered_by": "Bo Chen"}}}}',
        "modifiers.answered_by: not allowed",
        "only with asker me or teacher",
    ),
    (f'{{{ENGAGEMENT}, "modifiers": {{"asker": "me"}}}}', "modifiers.asker", "modifiers of engagement: none"),
    # -- notes
    (f'{{{ENGAGEMENT}, "note": 5}}', "note: not a text", "allowed: a text"),
    (f'{{{ENGAGEMENT}, "note": 0}}', "note: not a text", "allowed: a text"),
    (f'{{{ENGAGEMENT}, "note": false}}', "note: not a text", "allowed: a text"),
    (f'{{{ENGAGEMENT}, "note": []}}', "note: not a text", "allowed: a text"),
    (f'{{{ENGAGEMENT}, "note": "{"x" * 2_001}"}}', "note: too long", "allowed: 2000 characters"),
    (f'{{{ENGAGEMENT}, "note": "x", "private": 1}}', "private: not true or false", "allowed: true, false"),
    (f'{{{ENGAGEMENT}, "note": "x", "private": "no"}}', "private: not true or false", "allowed: true, false"),
    (f'{{{ENGAGEMENT}, "note": "x", "private": null}}', "private: not true or false", "allowed: true, false"),
    # -- with
    ('{"channel": "role", "code": "group", "with": "Ana Ruiz"}', "with: not a list", "allowed"),
    ('{"channel": "role", "code": "group", "with": null}', "with: not a list", "allowed"),
    ('{"channel": "role", "code": "group", "with": {"Ana Ruiz": 1}}', "with: not a list", "allowed"),
    ('{"channel": "role", "code": "group", "with": ["Nobody"]}', "with: 'Nobody'", "allowed"),
    ('{"channel": "role", "code": "group", "with": [null]}', "with: not a text", "allowed"),
    ('{"channel": "role", "code": "group", "with": [["Ana Ruiz"]]}', "with: not a text", "allowed"),
    ('{"channel": "role", "code": null, "with": ["Ana Ruiz"]}', "with: not allowed", "allowed with: "),
    (f'{{{ENGAGEMENT}, "with": ["Ana Ruiz"]}}', "with: not allowed", "no code of engagement takes it"),
    # -- attendance
    ('{"present": "Ana Ruiz"}', "present: not a list", "allowed"),
    ('{"present": null}', "present: not a list", "allowed"),
    ('{"present": true}', "present: not a list", "allowed"),
    ('{"absent": {"Ana Ruiz": 1}}', "absent: not a list", "allowed"),
    ('{"present": ["Ana Ruiz", "Nobody"]}', "present: 'Nobody'", "allowed"),
    (
        '{"present": ["Ana Ruiz"], "absent": ["Ana Ruiz"]}',
        "absent: a student is named as present too",
        "one of the two",
    ),
    ('{"present": ["Ana Ruiz"], "at": "2024-11-19T09:00"}', "at: before the visit's start", "allowed from"),
    # -- pause, undo, redo
    ('{"pause": 1}', "pause: not true or false", "allowed: true, false"),
    ('{"pause": null}', "pause: not true or false", "allowed: true, false"),
    ('{"pause": "true"}', "pause: not true or false", "allowed: true, false"),
    ('{"undo": false}', "undo: false", "allowed: true"),
    ('{"undo": 1}', "undo: not true or false", "allowed: true"),
    ('{"undo": true}', "undo: there is nothing to undo", ""),
    ('{"redo": null}', "redo: not true or false", "allowed"),
    ('{"redo": true}', "redo: there is nothing to redo", ""),
    # -- passes
    ('{"sweep_start": 0}', "sweep_start: 0", "allowed: 1, 2, 3"),
    ('{"sweep_start": -5}', "sweep_start: -5", "allowed: 1, 2, 3"),
    ('{"sweep_start": true}', "sweep_start: true", "allowed: 1, 2, 3"),
    ('{"sweep_start": "1"}', "sweep_start: '1'", "allowed: 1, 2, 3"),
    ('{"sweep_start": null}', "sweep_start: null", "allowed: 1, 2, 3"),
    (f'{{"sweep_start": {2**70}}}', "sweep_start: ", "10000"),
    ('{"sweep_start": 1, "order": "size"}', "order: 'size'", "allowed: seat, random, least_seen"),
    ('{"sweep_start": 1, "order": null}', "order: null", "allowed: seat, random, least_seen, unseen, focal"),
    ('{"sweep_start": 1, "order": ["seat"]}', "order: a list", "allowed: seat, random, least_seen, unseen, focal"),
    ('{"sweep_start": 1, "students": "Ana Ruiz"}', "students: not a list", "allowed"),
    ('{"sweep_start": 1, "students": ["Nobody"]}', "students: 'Nobody'", "allowed"),
    ('{"sweep_start": 1, "sweep": 1}', "sweep: not known", "allowed: sweep_start"),
    ('{"sweep_start": 1, "order": "random", "seed": "7"}', "seed: '7'", "allowed: 0, 1, 2"),
    ('{"sweep_start": 1, "order": "random", "seed": true}', "seed: true", "allowed: 0, 1, 2"),
    ('{"sweep_start": 1, "order": "random", "seed": 7.0}', "seed: 7.0", "allowed: 0, 1, 2"),
    ('{"sweep_start": 1, "order": "random", "seed": -1}', "seed: -1", "allowed: 0, 1, 2"),
    (f'{{"sweep_start": 1, "order": "random", "seed": {2**31}}}', "seed: 2147483648", "2147483647"),
    ('{"sweep_start": 1, "seed": 7}', "seed: not allowed, the order is seat", "allowed with random and focal"),
    ('{"sweep_start": 1, "order": "least_seen", "seed": 7}', "seed: not allowed", "allowed with random"),
    ('{"sweep_skip": "Nobody", "sweep": 1}', "sweep_skip: 'Nobody'", "allowed"),
    ('{"sweep_skip": null, "sweep": 1}', "sweep_skip: not a text", "allowed"),
    ('{"sweep_skip": "Ana Ruiz"}', "sweep: missing", "allowed: 1, 2, 3"),
    ('{"sweep_skip": "Ana Ruiz", "sweep": "1"}', "sweep: '1'", "allowed: 1, 2, 3"),
    ('{"sweep_end": 0}', "sweep_end: 0", "allowed: 1, 2, 3"),
    ('{"sweep_end": [1]}', "sweep_end: a list", "allowed: 1, 2, 3"),
    # -- times
    (f'{{{ENGAGEMENT}, "at": 5}}', "at: not a text", "allowed: an ISO 8601 time"),
    (f'{{{ENGAGEMENT}, "at": true}}', "at: not a text", "allowed: an ISO 8601 time"),
    (f'{{{ENGAGEMENT}, "at": 1732035600000}}', "at: not a text", "allowed: an ISO 8601 time"),
    (f'{{{ENGAGEMENT}, "at": ["2024-11-19T10:01"]}}', "at: not a text", "allowed"),
    *(
        (f'{{{ENGAGEMENT}, "at": {json.dumps(text)}}}', "at: ", "allowed: an ISO 8601 time")
        for text in (
            *("", " ", "now", "today", "10:01", "2024-11-19", "2024-11-19T", "2024-W47-2", "2024-W47-2T10:01"),
            *("2024-324T10:01", "2024-11-31T10:01", "2024-02-30T10:01", "2024-13-01T10:01", "2024-11-19T25:00"),
            *("2024-11-19T10:60", "2024-11-19T10:01:60", "2024-11-19T24:01", "2024-11-19T10:01+99:99"),
            *("2024-11-19T10:01+24:00", "2024-11-19T10:01 America/Phoenix", "2024-11-19T10:01:00.000Zulu"),
            *("2024-11-19T10:01/2024-11-19T10:02", "2024-11-19T10:01/PT5M", "PT5M", "R5/2024-11-19T10:01/PT5M"),
            *("19/11/2024 10:01", "11-19-2024T10:01", "Tue Nov 19 10:01:00 2024", "1732035600", "１０:01"),
            *("٢٠٢٤-11-19T10:01:00.000Z", "2024-11-19T10:01\u202e", "2024-11-19T10:01\u0000", "\ud800"),
            *("0000-01-01T00:00:00.000Z", "0001-01-01T00:00:00.000Z", "0001-01-01T00:00", "9999-12-31T23:59:59.999Z"),
            *("9999-12-31T23:59:59", "-2024-11-19T10:01", "+12024-11-19T10:01", "2024-11-19T10:01" + "0" * 5_000),
            *("1969-12-31T23:59:59.999Z", "2024-13-45T99:99:99.999Z"),
        )
    ),
    (
        f'{{{ENGAGEMENT}, "at": "2024-11-19T09:59:59.999"}}',
        "at: before the visit's start",
        "allowed from 2024-11-19T17:00",
    ),
    (f'{{{ENGAGEMENT}, "at": "1970-01-01T00:00:00.000Z"}}', "at: before the visit's start", "allowed from"),
    (f'{{{ENGAGEMENT}, "at": "2097-01-01T00:00"}}', "at: in the future", "it is 20"),
]


@pytest.mark.parametrize(
    ("line", "field", "allowed"), LINES, ids=[f"{n} {str(line)[:60]!a}" for n, (line, _, _) in enumerate(LINES)]
)
def test_a_bad_line(live: Observe, line: str | bytes, field: str, allowed: str) -> None:
    before = live.dump()
    error = live.error(line)
    assert field in error[: len(field) + 60]
    assert allowed in error
    assert len(error) < 500
    assert error.isprintable()
    assert live.dump() == before


def test_null_is_offered_only_where_it_means_everyone(live: Observe) -> None:
    everyone = "or null for everyone"
    assert everyone in live.error(f'{{{ENGAGEMENT}, "student": "Nobody"}}')
    for line in (
        '{"channel": "role", "code": "group", "with": ["Nobody"]}',
        f'{{{ASK}, "modifiers": {{"answered_by": "Nobody"}}}}',
        '{"present": ["Nobody"]}',
        '{"sweep_start": 1, "students": ["Nobody"]}',
        '{"sweep_skip": "Nobody", "sweep": 1}',
        '{"move": "Nobody", "group": "Owls"}',
    ):
        assert everyone not in live.error(line)


@pytest.mark.parametrize(
    "line",
    [
        f"{{{ENGAGEMENT}}}",
        f'{{{ASK}, "modifiers": {{"asker": "me"}}}}',
        '{"pause": true}',
        '{"present": ["Ana Ruiz"]}',
        '{"sweep_start": 1}',
    ],
)
def test_a_visit_that_has_not_begun_takes_nothing(live: Observe, line: str) -> None:
    planned = live.json("plan", "--new", "Room 12", "--at", "2024-11-19T15:00")["visit"]["id"]
    assert live.error(line, planned).startswith("visit: it has not begun")


def test_there_are_enough_of_them() -> None:
    assert len(LINES) >= 150


def test_all_of_them_in_one_feed_and_good_ones_between(live: Observe) -> None:
    good = json.dumps({"channel": "engagement", "code": "deep", "at": at(1)}).encode()
    feed = b"\n".join(part for line, _, _ in LINES for part in (line.encode() if isinstance(line, str) else line, good))
    feed = feed.replace(b'{"undo": true}', b'{"undo": 1}')  # with something to undo it is no mistake
    ran = live("log", "last", stdin=feed)
    taken = [answer for answer in ran.lines if "id" in answer]
    assert ran.status == 1
    assert len(taken) >= len(LINES) - 3  # a line that is UTF-16 holds line ends of its own
    assert live.json("visits")[0]["observations"] == len(taken)


def test_after_the_end_and_before_the_start(at_school: Observe) -> None:
    at_school.start()
    at_school.end(40)
    before = at_school.dump()
    said = at_school.error({"channel": "engagement", "code": "deep", "at": at(41)})
    assert said == "at: after the visit's end, allowed up to 2024-11-19T17:40:00.000Z"
    assert at_school.error({"pause": True}).startswith("at: the visit has ended")
    assert at_school.dump() == before


def test_a_pause_cannot_end_before_it_began(live: Observe) -> None:
    live.log({"pause": True, "at": at(10)})
    before = live.dump()
    assert live.error({"pause": False, "at": at(9)}).startswith("at: before the pause began, allowed from")
    assert live.dump() == before


# -- anything at all --------------------------------------------------------------------------------------

WORDS = (
    *("channel", "code", "student", "at", "method", "sweep", "modifiers", "note", "private", "on", "with", "present"),
    *("absent", "pause", "undo", "redo", "sweep_start", "order", "students", "sweep_skip", "sweep_end", "engagement"),
    *("deep", "role", "teach", "group", "strategy", "tiered", "questioning", "apply", "asker", "me", "wait_s", "tap"),
    *("spark", "insight", "Ana Ruiz", "Sam Lee", "answered_by", "waited", at(1), at(2), "seat", "random", "seed"),
)
words = st.sampled_from(WORDS)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), words, st.text(max_size=8)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words | st.text(max_size=4), inner, max_size=5),
    max_leaves=12,
)
objects = st.dictionaries(words, values, max_size=7)
near = st.builds(
    dict.__or__,
    st.sampled_from(
        [
            {"channel": "engagement", "code": "deep"},
            {"channel": "role", "code": "group"},
            {"channel": "strategy", "code": "tiered", "on": True},
            {"channel": "questioning", "code": "apply"},
            {"channel": "spark", "code": "insight", "student": "Ana Ruiz"},
            {"present": ["Ana Ruiz"]},
            {"pause": True},
            {"sweep_start": 1},
            {"sweep_skip": "Ana Ruiz", "sweep": 1},
        ]
    ),
    st.dictionaries(words, values, max_size=2),
)
any_line = st.one_of(
    (objects | near | values).map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=60),
    st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")),
)
quick = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@quick
@given(st.lists(any_line, min_size=5, max_size=25))
def test_any_lines_are_answered_one_by_one(live: Observe, lines: list[bytes]) -> None:
    feed = b"\n".join(line.replace(b"\n", b" ") for line in lines)
    ran = live("log", "last", stdin=feed)
    assert ran.err == ""
    asked = [number for number, line in enumerate(feed.split(b"\n"), 1) if line.strip()]
    assert [answer["line"] for answer in ran.lines] == asked
    for answer in ran.lines:
        assert ("error" in answer) != ("id" in answer)
        assert "\n" not in answer.get("error", "")
    assert ran.status == int(any("error" in answer for answer in ran.lines))
    live.json("summary")  # whatever was taken, figures can be made of it


@quick
@given(st.binary(max_size=300))
def test_any_bytes_are_answered(live: Observe, data: bytes) -> None:
    ran = live("log", "last", stdin=data)
    assert ran.err == ""
    assert len(ran.lines) <= data.count(b"\n") + 1
    assert ran.status in (0, 1)
