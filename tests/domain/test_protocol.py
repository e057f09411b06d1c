"""Coding schemes: the shipped ones, what is refused and how it is said, and the stored form."""

import json
import re
import subprocess
import sys
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observe.domain.errors import Refused
from observe.domain.protocol import ABOUT, KINDS, MODIFIER_KINDS, RESERVED_KEYS, TONES, Code, Protocol
from observe.domain.protocol_pair import MAX_PAIRS, PAIR_KEYS
from observe.domain.protocol_toml import (
    CHANNEL_KEYS,
    CODE_KEYS,
    HEAD_KEYS,
    MAX_CHANNELS,
    MAX_CODES,
    MODIFIER_KEYS,
    RESERVED_NAMES,
    VALUE_KEYS,
    ProtocolError,
    parse_protocol,
)
from observe.domain.toml_lines import lines_of
from observe.domain.toml_read import MAX_BYTES
from observe.resources import protocol_files

DATA = Path(__file__).parents[1] / "data" / "protocols"
DOCS = Path(__file__).parents[2] / "docs" / "protocols.md"
SHIPPED = {path.stem: path.read_text(encoding="utf-8") for path in protocol_files()}

HEAD = '[protocol]\nid = "mine"\nversion = 1\ntitle = "Mine"\n'
SCALE = """[[channel]]
name = "mood"
label = "Mood"
kind = "scale"
[[channel.code]]
key = "bad"
label = "Bad"
hotkey = "1"
[[channel.code]]
key = "good"
label = "Good"
hotkey = "2"
"""
COUNT = """[[channel]]
name = "ask"
label = "Ask"
kind = "count"
[[channel.code]]
key = "one"
label = "One"
[[channel.code]]
key = "two"
label = "Two"
"""


def push_in() -> Protocol:
    return parse_protocol(SHIPPED["push_in"], "push_in.toml")


def refused(text: str, name: str = "mine.toml") -> ProtocolError:
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(text, name)
    return caught.value


# The shipped schemes


def test_three_schemes_are_shipped() -> None:
    assert set(SHIPPED) == {"push_in", "dcos", "copus"}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scheme_is_named_like_its_file_and_survives_the_stored_form(name: str) -> None:
    protocol = parse_protocol(SHIPPED[name], name)
    assert protocol.id == name
    assert protocol.source == SHIPPED[name]
    # Sorted, as a journal in canonical JSON has it.
    stored = json.loads(json.dumps(protocol.to_json(), sort_keys=True, allow_nan=False))
    assert Protocol.from_json(stored) == protocol


@pytest.mark.parametrize("name", SHIPPED)
def test_every_code_of_a_shipped_scheme_is_defined(name: str) -> None:
    for channel in parse_protocol(SHIPPED[name], name).channels:
        assert channel.definition
        assert [code.key for code in channel.codes if not code.definition] == []


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scheme_says_that_it_is_not_validated(name: str) -> None:
    assert "not been validated" in parse_protocol(SHIPPED[name], name).description


def test_push_in_has_the_codes_that_scripts_rely_on() -> None:
    table = {channel.name: (channel.kind, channel.about, " ".join(channel.keys)) for channel in push_in().channels}
    assert table == {
        "engagement": ("scale", "anyone", "off passive active deep waiting"),
        "questioning": ("count", "anyone", "remember understand apply analyze evaluate create"),
        "challenge": ("scale", "anyone", "known easy stretch strain"),
        "role": ("state", "visit", "teach coteach group model coach circulate extra"),
        "grouping": ("state", "visit", "whole groups pairs solo"),
        "strategy": ("toggle", "visit", "tiered minilesson compacting enrichment extension questioning"),
        "spark": ("count", "student", "insight question connect original drive lead"),
        "move": ("count", "visit", "wait higher press pretest regroup tier extend notice"),
    }


def test_waiting_stands_beside_the_scale_and_stretch_is_the_good_one() -> None:
    engagement, challenge = push_in().channel("engagement"), push_in().channel("challenge")
    assert engagement is not None
    assert challenge is not None
    assert engagement.scale == ("off", "passive", "active", "deep")
    assert challenge.scale == challenge.keys
    assert [code.key for code in challenge.codes if code.good] == ["stretch"]


def test_questions_are_of_higher_order_from_analyze_on_and_say_who_asked() -> None:
    questioning = push_in().channel("questioning")
    assert questioning is not None
    assert questioning.higher == ("analyze", "evaluate", "create")
    asker, answered_by = questioning.modifier("asker"), questioning.modifier("answered_by")
    assert asker is not None
    assert answered_by is not None
    assert ([value.key for value in asker.values], asker.default) == (["me", "teacher", "student"], "me")
    assert answered_by.for_ == (("asker", ("me", "teacher")),)
    wait_s, waited = questioning.modifier("wait_s"), questioning.modifier("waited")
    assert wait_s is not None
    assert waited is not None
    assert (wait_s.kind, wait_s.thresholds, waited.kind, waited.label) == ("number", (3.0,), "flag", "Waited 3+")
    assert questioning.modifier("asked_by") is None


def test_what_push_in_says_of_its_codes_beside_their_words() -> None:
    codes = [code for channel in push_in().channels for code in channel.codes]
    assert [code.label for code in codes if code.caution] == ["Extra hands"]
    assert [code.label for code in codes if code.with_whom] == ["Small group"]
    assert [code.label for code in codes if code.offer] == ["Mini-lesson", "Enrichment", "Extension"]
    assert [code.label for code in codes if code.open] == ["Tiered", "Enrichment", "Extension"]


def test_every_code_of_push_in_says_what_it_looks_and_sounds_like() -> None:
    codes = [code for channel in push_in().channels for code in channel.codes]
    assert [code.key for code in codes if not (code.looks_like and code.sounds_like)] == []


def test_the_words_on_the_glass() -> None:
    labels = {channel.name: [code.label for code in channel.codes] for channel in push_in().channels}
    assert labels["engagement"] == ["Off task", "Listening", "Active", "Thinking", "Done waiting"]
    assert labels["challenge"] == ["Already knows", "Easy", "Stretch", "Stuck"]
    assert labels["role"][-2:] == ["Desk to desk", "Extra hands"]
    engagement = push_in().channel("engagement")
    assert engagement is not None
    assert [code.short[-1] for code in engagement.codes] == ["O", "L", "A", "T", "W"]


def test_the_keys_lie_as_the_groups_do() -> None:
    def keys(codes: tuple[Code, ...]) -> str:
        return ",".join(code.hotkey for code in codes)

    protocol = push_in()
    assert {channel.name: keys(channel.codes) for channel in protocol.channels} == {
        "engagement": "1,2,3,4,5",
        "challenge": "6,7,8,9",
        "questioning": "f,g,h,j,k,l",
        "role": "z,x,c,v,b,n,m",
        "grouping": "q,w,e,r",
        "strategy": "o 1,o 2,o 3,o 4,o 5,o 6",
        "spark": "t 1,t 2,t 3,t 4,t 5,t 6",
        "move": "' 1,' 2,' 3,' 4,' 5,' 6,' 7,' 8",
    }
    modifiers = [modifier for channel in protocol.channels for modifier in channel.modifiers]
    assert [keys(modifier.values) for modifier in modifiers if modifier.kind == "choice"] == ["a,s,d", ",,"]
    assert [modifier.hotkey for modifier in modifiers if modifier.kind == "flag"] == ["space"]


def test_the_other_schemes_are_of_another_shape() -> None:
    kinds = {name: {c.kind for c in parse_protocol(text, name).channels} for name, text in SHIPPED.items()}
    assert kinds["push_in"] == {"scale", "count", "state", "toggle"}
    assert kinds["dcos"] == {"scale", "count", "state"}
    assert kinds["copus"] == {"scale", "toggle"}
    copus = parse_protocol(SHIPPED["copus"], "copus")
    assert [len(channel.codes) for channel in copus.channels if channel.kind == "toggle"] == [13, 12]
    assert not any(code.beside for name in ("dcos", "copus") for code in _codes(SHIPPED[name]))


def _codes(text: str) -> list[Code]:
    return [code for channel in parse_protocol(text, "any").channels for code in channel.codes]


def test_push_in_has_the_two_pairs_and_a_version_of_its_own_for_them() -> None:
    """Version 1 had none. The same name for two contents would be a conflict between two devices of one team."""
    pairs = {pair.name: (pair.label, pair.codes) for pair in push_in().pairs}
    assert pairs == {
        "lost_time": ("Lost time", ("challenge.known", "engagement.waiting")),
        "flow": ("Flow", ("challenge.stretch", "engagement.deep")),
    }
    assert all(pair.definition for pair in push_in().pairs)
    assert push_in().version == 2
    assert "pairs" not in parse_protocol(SHIPPED["copus"], "copus").to_json()


@pytest.mark.parametrize(
    "codes", [None, [], ["a.b"], ["a.b", "c"], ["a.b", "c.d.e"], ["a.b", "c.d", "e.f"], [1, 2], "a"]
)
def test_a_stored_pair_that_is_none_is_refused(codes: object) -> None:
    raw = push_in().to_json()
    raw["pairs"][0]["codes"] = codes
    with pytest.raises(Refused):
        Protocol.from_json(raw)


# What is refused


def _bad_files() -> list[tuple[str, str, int, list[str]]]:
    """(title, text, line, words of the reason) of each case in bad.txt."""
    cases = []
    for case in re.split(r"^=== ", (DATA / "bad.txt").read_text(encoding="utf-8"), flags=re.M)[1:]:
        title, body = case.split("\n", 1)
        body = body.replace("<head>\n", HEAD).replace("<scale>\n", SCALE).replace("<count>\n", COUNT)
        rows = body.rstrip("\n").split("\n")
        # "#!-2": the place is two lines up.
        marks = [(n, re.search(r" #!(-\d)? (.*)", row)) for n, row in enumerate(rows, 1)]
        [(number, mark)] = [(n - int((m[1] or "-0")[1:]), m[2]) for n, m in marks if m]
        text = "\n".join(row.split(" #!")[0] for row in rows) + "\n"
        cases.append((title, text, number, re.findall(r'"[^"]*"|[^\s"]+', mark)))
    return cases


BAD = _bad_files()


def test_there_are_enough_bad_files() -> None:
    assert len(BAD) >= 40


@pytest.mark.parametrize(("title", "text", "line", "words"), BAD, ids=[case[0] for case in BAD])
def test_a_bad_file_is_refused_with_its_line_and_the_reason(title: str, text: str, line: int, words: list[str]) -> None:
    error = refused(text)
    assert (error.line, [word for word in words if word not in error.reason]) == (line, []), error.reason
    assert str(error).startswith(f"mine.toml is not taken, line {line}: ")
    assert "\n" not in str(error)
    # The same with the line ends of another system.
    assert refused(text.replace("\n", "\r\n")).line == line


def test_each_bad_file_is_wrong_in_one_place_only() -> None:
    assert parse_protocol(HEAD + SCALE + COUNT, "mine.toml").channel("ask")


def many(head: str, piece: str, n: int) -> str:
    return head + "".join(piece.replace("N", str(number)) for number in range(n))


def test_no_more_pairs_than_a_summary_can_say() -> None:
    second = SCALE.replace("mood", "pace").replace('"1"', '"3"').replace('"2"', '"4"')
    piece = '[[pair]]\nname = "pN"\nlabel = "P"\ncodes = ["mood.good", "pace.bad"]\n'
    assert len(parse_protocol(many(HEAD + SCALE + second, piece, MAX_PAIRS), "mine").pairs) == MAX_PAIRS
    assert "over 12" in refused(many(HEAD + SCALE + second, piece, MAX_PAIRS + 1)).reason


def test_no_more_channels_than_a_screen_can_hold() -> None:
    piece = '[[channel]]\nname = "cN"\nlabel = "C"\nkind = "count"\ncode = [{ key = "one", label = "One" }]\n'
    assert len(parse_protocol(many(HEAD, piece, MAX_CHANNELS), "mine").channels) == 24
    error = refused(many(HEAD, piece, MAX_CHANNELS + 1))
    assert (error.line, error.reason) == (4 + 24 * 5 + 1, "the file: channel has over 24 items")


def test_no_more_codes_than_a_channel_can_hold() -> None:
    head = HEAD + '[[channel]]\nname = "c"\nlabel = "C"\nkind = "count"\n'
    piece = '[[channel.code]]\nkey = "kN"\nlabel = "KN"\n'
    assert len(parse_protocol(many(head, piece, MAX_CODES), "mine").channels[0].codes) == 40
    error = refused(many(head, piece, MAX_CODES + 1))
    assert (error.line, error.reason) == (8 + 40 * 3 + 1, 'channel "c": code has over 40 items')


def test_a_file_that_is_too_large_is_not_even_parsed() -> None:
    filler = "# " + "x" * 97 + "\n"
    fits = HEAD + SCALE + filler * ((MAX_BYTES - len(HEAD + SCALE)) // 100)
    assert parse_protocol(fits, "mine").id == "mine"
    error = refused(fits + filler)
    assert error.line is None
    assert "256 KiB" in error.reason


def test_what_would_keep_the_parser_busy_or_break_it_is_refused() -> None:
    long = refused(HEAD + "a." * 5000 + "a = 1")
    assert (long.line, long.reason) == (5, "a line of over 2000 characters")
    assert "nested too deep" in refused(HEAD + "a = " + "[\n" * 50_000).reason
    with_number = HEAD.replace("version = 1", f"version = {'9' * 1990}")
    assert "version" in refused(with_number).reason
    assert refused(HEAD.replace("Mine", "\ud800")).reason == "it is not text in UTF-8"


def test_an_empty_file_and_one_of_something_else() -> None:
    assert refused("").line == 1
    assert refused("PK\x03\x04\x00\x00").line == 1


def test_the_name_of_the_file_and_what_it_holds_cannot_steer_a_terminal() -> None:
    error = refused(HEAD + '"\\u001b[2J\\u202e" = 1', "\x1b[31mmine.toml")
    assert str(error).isprintable()
    assert 'unknown key "?[2J?"' in str(error)


# What is taken


def test_a_file_from_another_editor_is_read_the_same() -> None:
    plain = parse_protocol(HEAD + SCALE, "mine")
    windows = parse_protocol("\ufeff" + (HEAD + SCALE).replace("\n", "\r\n"), "mine")
    assert windows.channels == plain.channels


def test_long_texts_may_run_over_lines() -> None:
    text = HEAD + 'description = """\nOne\n  two\tthree.\n"""\n' + SCALE
    assert parse_protocol(text, "mine").description == "One two three."


def test_words_in_any_script_are_labels() -> None:
    label = "Тихо слушает 学"
    text = HEAD + SCALE.replace('"Good"', f'"{label}"')
    assert _codes(text)[1].label == label


def test_what_is_left_out_has_its_usual_meaning() -> None:
    channel = parse_protocol(HEAD + COUNT, "mine").channels[0]
    assert (channel.about, channel.higher, channel.modifiers) == ("anyone", (), ())
    state = parse_protocol(HEAD + COUNT.replace("count", "state"), "mine").channels[0]
    assert state.about == "visit"
    assert state.code("one") == Code("one", "One")
    assert state.code("three") is None
    assert parse_protocol(HEAD + COUNT, "mine").channel("nobody") is None


@pytest.mark.parametrize("key", RESERVED_KEYS)
def test_no_code_takes_a_key_of_the_app(key: str) -> None:
    assert RESERVED_KEYS[key] in refused(HEAD + SCALE.replace('"2"', f'"{key}"')).reason
    assert RESERVED_KEYS[key] in refused(HEAD + SCALE.replace('"2"', f'"{key} 1"')).reason


# Any text at all


def outcome(text: str) -> Protocol | ProtocolError:
    try:
        return parse_protocol(text, "any.toml")
    except ProtocolError as error:
        return error


def assert_taken_or_refused(text: str) -> None:
    result = outcome(text)
    if isinstance(result, Protocol):
        assert Protocol.from_json(json.loads(json.dumps(result.to_json(), allow_nan=False))) == result
    else:
        assert result.reason
        assert str(result).isprintable()
        assert result.line is None or 1 <= result.line <= text.count("\n") + 1


@given(st.text(max_size=300))
def test_random_text_is_refused_and_nothing_else_is_raised(text: str) -> None:
    assert_taken_or_refused(text)


SNIPPETS = (
    st.sampled_from(["[", "]", "[[channel]]", "[[channel.code]]", "[channel.modifier]", '"', "'", '"""', "\n", "="])
    | st.sampled_from([".", "#", ",", "\\", "inf", "-nan", "true", "1979-05-27", "0x1F", "{", "}", "key", "hotkey"])
    | st.sampled_from(["\u202e", "\x00", "\r", "9" * 30, ""])
    | st.text(max_size=6)
)


@settings(max_examples=150)
@given(st.data())
def test_a_scheme_with_pieces_of_it_changed_is_taken_or_refused(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([HEAD + SCALE + COUNT, SHIPPED["push_in"][:2500], _documented()]))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 40))
        text = text[:start] + data.draw(SNIPPETS) + text[start + length :]
    assert_taken_or_refused(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_a_stored_form_that_is_anything_else_is_refused(raw: object) -> None:
    with pytest.raises(Refused):
        Protocol.from_json(raw)


@settings(max_examples=200)
@given(st.data())
def test_a_stored_form_with_one_value_changed_is_read_or_refused(data: st.DataObject) -> None:
    raw = json.loads(json.dumps(parse_protocol(_documented(), "docs").to_json()))
    place = raw
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not place[key] or not isinstance(place[key], dict | list) or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(JSON)
    # Either way is right; any other error is not.
    with suppress(Refused):
        Protocol.from_json(raw)


def test_a_stored_form_of_a_newer_version_is_read() -> None:
    protocol = push_in()
    raw = protocol.to_json() | {"licence": "CC0"}
    raw["channels"][0]["codes"][0]["icon"] = "moon"
    assert Protocol.from_json(raw) == protocol


@pytest.mark.parametrize("number", [float("nan"), float("inf"), True, "3", None])
def test_a_stored_threshold_is_a_finite_number(number: object) -> None:
    raw = push_in().to_json()
    raw["channels"][2]["modifiers"][2]["thresholds"] = [number]
    with pytest.raises(Refused, match="thresholds"):
        Protocol.from_json(raw)


def test_rules_on_several_modifiers_survive_whatever_order_they_are_stored_in() -> None:
    modifier = '[[channel.modifier]]\nname = "{}"\nlabel = "M"\nkind = '
    choice = modifier + '"choice"\nvalues = [{{ key = "me", label = "Me" }}]\n'
    rule = modifier.format("by") + '"flag"\nonly_with = { zoe = ["me"], abe = ["me"] }\n'
    choices = choice.format("zoe") + choice.format("abe")
    protocol = parse_protocol(HEAD + COUNT + choices + rule, "mine")
    assert protocol.channels[0].modifiers[2].for_ == (("abe", ("me",)), ("zoe", ("me",)))
    raw = protocol.to_json()
    rules = raw["channels"][0]["modifiers"][2]
    for order in (["abe", "zoe"], ["zoe", "abe"]):
        rules["for"] = {name: ["me"] for name in order}
        assert Protocol.from_json(raw) == protocol


def test_a_stored_form_with_a_kind_nobody_knows_is_refused() -> None:
    raw = push_in().to_json()
    raw["channels"][0]["kind"] = "spiral"
    with pytest.raises(Refused, match="kind is none of scale"):
        Protocol.from_json(raw)


# Lines


def paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(p for key, inner in below for p in paths(inner, (*path, key)))]


def assert_all_are_found(text: str) -> None:
    lines = lines_of(text)
    expected = set(paths(tomllib.loads(text))) - {()}
    assert set(lines) == expected
    assert lines_of(text.replace("\n", "\r\n")) == lines
    rows = text.split("\n")
    for path in expected:
        names = [part for part in path if isinstance(part, str)]
        if isinstance(path[-1], str) and path[-1].isidentifier():
            assert names[-1] in rows[lines[path] - 1], path


@pytest.mark.parametrize("name", SHIPPED)
def test_everything_in_a_shipped_scheme_has_a_line(name: str) -> None:
    assert_all_are_found(SHIPPED[name])


def test_every_way_to_write_toml_has_its_lines() -> None:
    text = (DATA / "every-way.toml").read_text(encoding="utf-8")
    assert_all_are_found(text)
    lines, rows = lines_of(text), text.split("\n")
    # Each "here N" comment names a path by its number, in this order.
    expected = [
        ("plain",),
        ("dotted", "a", "b"),
        ("list", 2, 1),
        ("after",),
        ("table", "sub", "x.y"),
        ("rows", 1, "inner", 0, "deep", "n"),
        ("rows", 1, "inner", 1, "deep", "n"),
        ("rows", 2, "k"),
        ("last",),
    ]
    for number, path in enumerate(expected, 1):
        assert rows[lines[path] - 1].endswith(f"# here {number}"), path


KEYS = st.sampled_from(["a", "b", "c-d", "_e"])
VALUES = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=10,
)


def written(value: object, data: st.DataObject) -> str:
    """TOML for a value, with blanks, comments and line breaks where they may be."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {written(inner, data)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        gap = data.draw(st.sampled_from(["", " ", "\n", " # ], [x]\n", "\n\n"]))
        return "[" + gap + ",".join(written(inner, data) + gap for inner in value) + "]"
    if isinstance(value, str):
        # JSON's escapes are TOML's too, but for the delete character and halves of pairs.
        return json.dumps(value.replace("\x7f", ""), ensure_ascii=False)
    return str(value)


@settings(max_examples=150)
@given(st.data())
def test_whatever_tomllib_finds_is_found_on_a_line(data: st.DataObject) -> None:
    rows = []
    for number in range(data.draw(st.integers(1, 5))):
        header = data.draw(st.sampled_from(["", f"[t{number}]", "[[many]]", f"[[many.of]]\n[many.of.t{number}]"]))
        rows.append(header if header != "[[many.of]]" else "")
        table = data.draw(st.dictionaries(KEYS, VALUES, max_size=3))
        rows += [f"{key}{number} = {written(value, data)} # [x]" for key, value in table.items()]
    text = "\n".join(rows)
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError:  # "many.of" before "many", and the like
        return
    assert set(lines_of(text)) == set(paths(value)) - {()}


# The guide


def _documented() -> str:
    return re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), flags=re.S)[0]


def test_the_example_of_the_guide_works() -> None:
    protocol = parse_protocol(_documented(), "example")
    assert {channel.kind for channel in protocol.channels} == {"scale", "count", "state", "toggle"}
    assert {modifier.kind for channel in protocol.channels for modifier in channel.modifiers} == {
        "choice",
        "number",
        "flag",
        "student",
    }


def test_the_guide_knows_every_key_and_word() -> None:
    guide = DOCS.read_text(encoding="utf-8")
    tables = (HEAD_KEYS, CHANNEL_KEYS, CODE_KEYS, VALUE_KEYS, MODIFIER_KEYS, PAIR_KEYS)
    words = {*" ".join(tables).split(), *KINDS, *ABOUT, *MODIFIER_KINDS, *TONES, *RESERVED_NAMES, *RESERVED_KEYS}
    assert {word for word in words if f"`{word}`" not in guide} == set()


# What it costs


def test_reading_a_stored_protocol_loads_no_toml_parser() -> None:
    code = "import sys, observe.domain.protocol; sys.exit('tomllib' in sys.modules or 'pendulum' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
