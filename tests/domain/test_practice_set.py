"""Practice sets: the shipped ones, and every mistake in one of hers said with its line."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observe.domain.errors import Refused
from observe.domain.practice_set import (
    ITEM_KEYS,
    MAX_ITEMS,
    SET_KEYS,
    VIGNETTE_KEYS,
    PracticeError,
    PracticeSet,
    parse_practice,
)
from observe.domain.protocol import Protocol
from observe.resources import practice_files
from observe.services.practice import read_answers
from observe.services.protocols import shipped

FILES = {path.name: path.read_text(encoding="utf-8") for path in practice_files()}

MINE = '''\
[set]
id = "mine"
title = "Mine"

[[vignette]]
text = """
Ada looks at the board and
copies it."""

[[vignette.item]]
about = "Ada"
channel = "engagement"
code = "active"
reason = "She copies."
'''


def find(id: str) -> Protocol:
    try:
        return shipped()[id]
    except KeyError:
        raise Refused(f"protocol {id!r} is not known", "known: push_in") from None


def parsed(text: str) -> PracticeSet:
    return parse_practice(text, "mine.toml", find)


def test_four_sets_of_six_scenes_are_shipped() -> None:
    sets = [parse_practice(text, name, find) for name, text in FILES.items()]
    assert [one.id for one in sets] == ["engagement", "challenge", "questions", "together"]
    assert [len(one.vignettes) for one in sets] == [6, 6, 6, 6]
    texts = [vignette.text for one in sets for vignette in one.vignettes]
    assert len(set(texts)) == 24
    for one in sets:
        for vignette in one.vignettes:
            assert 1 <= len(vignette.items) <= MAX_ITEMS
            assert 2 <= len(re.findall(r'[.?!]"?(?= |$)', vignette.text)) <= 8
            assert len(vignette.text) <= 360  # with its pads it fits a small glass


def test_every_code_of_the_three_ladders_is_the_answer_somewhere() -> None:
    items = [item for name, text in FILES.items() for item in parse_practice(text, name, find).items]
    push_in = shipped()["push_in"]
    used = Counter((item.channel, item.code) for item in items)
    for name in ("engagement", "challenge", "questioning"):
        channel = push_in.channel(name)
        assert channel is not None
        assert {code for of, code in used if of == name} == set(channel.keys)
    assert {channel for channel, _ in used} == {"engagement", "challenge", "questioning"}
    for item in items:
        assert item.reason.endswith(".")
    assert max(len(item.about) for item in items) <= 26


def test_a_set_of_hers() -> None:
    mine = parsed(MINE)
    assert (mine.id, mine.title, mine.protocol.id) == ("mine", "Mine", "push_in")
    assert mine.vignettes[0].text == "Ada looks at the board and copies it."
    [item] = mine.items
    assert (item.about, item.channel, item.code, item.reason) == ("Ada", "engagement", "active", "She copies.")
    assert [channel.name for channel in mine.channels] == ["engagement"]
    assert parsed("\ufeff" + MINE) == mine  # as Notepad writes it


MISTAKES = [
    ('code = "active"', 'code = "activ"', 13, 'item 1: code "activ" is unknown'),
    ('code = "active"', 'code = "activ"', 13, '(did you mean "active"?)'),
    ('code = "active"', "", 10, "vignette 1, item 1: code is missing"),
    ("code = ", "kode = ", 13, 'unknown key "kode" (did you mean "code"?)'),
    ('channel = "engagement"', 'channel = "mood"', 12, 'channel "mood" is unknown, allowed: engagement, '),
    ('about = "Ada"', "", 10, "about is missing"),
    ('about = "Ada"', 'about = ""', 11, "about is empty"),
    ('about = "Ada"', f'about = "{"a" * 61}"', 11, "about is over 60 characters"),
    ('reason = "She copies."', "", 10, "reason is missing"),
    ('reason = "She copies."', 'reason = " "', 14, "reason is empty"),
    ('id = "mine"', 'id = "My set"', 2, 'id "My set" must be'),
    ('title = "Mine"', "", 1, "title is missing"),
    ('title = "Mine"', 'title = "Mine"\nprotocol = "nothing"', 4, "protocol 'nothing' is not known"),
    ("copies it.", "copies \\u202e it.", 6, "text has a control character"),
    ("copies it.", f"copies it.{'x' * 800}", 6, "text is over 800 characters"),
    ("[[vignette.item]]", "[[vignette.itm]]", 10, 'unknown key "itm"'),
    ("[[vignette.item]]", "[vignette.item]", 10, "its header is [[vignette.item]] with two brackets"),
    ("[[vignette]]", "[vignette]", 5, "its header is [[vignette]] with two brackets"),
    ("[set]", "[sett]", 1, 'unknown key "sett" (did you mean "set"?)'),
    ('reason = "She copies."', 'reason = "She copies.', 14, "not valid TOML"),
    (MINE[MINE.index("[[vignette]]") :], "", 1, "it has no scene"),
    (MINE[MINE.index("[[vignette.item]]") :], "", 5, "nothing is asked of it"),
    ("[set]", "", 2, 'unknown key "id" (allowed: set, vignette)'),
    (MINE[: MINE.index("[[vignette]]")], "", 1, "the table [set] is missing"),
]


@pytest.mark.parametrize(("was", "now", "line", "said"), MISTAKES)
def test_a_mistake_is_said_with_its_line(was: str, now: str, line: int, said: str) -> None:
    assert was in MINE
    with pytest.raises(PracticeError) as caught:
        parsed(MINE.replace(was, now, 1))
    assert said in caught.value.reason
    assert caught.value.line == line
    assert str(caught.value).startswith(f"mine.toml is not taken, line {line}: ")


def test_too_many() -> None:
    item = MINE[MINE.index("[[vignette.item]]") :]
    with pytest.raises(PracticeError, match="item has over 3 items"):
        parsed(MINE + item * 3)
    with pytest.raises(PracticeError, match="vignette has over 40 items"):
        parsed(MINE + MINE[MINE.index("[[vignette]]") :] * 40)


@settings(max_examples=40)
@given(
    st.integers(0, len(MINE)), st.integers(0, 12), st.sampled_from(["", '"', "[", "]", "=", "\n", "1", "\\", "é", "#"])
)
def test_whatever_is_broken_is_refused_or_taken_and_nothing_else(at: int, n: int, instead: str) -> None:
    line = None
    try:
        parsed(MINE[:at] + instead + MINE[at + n :])
    except PracticeError as error:
        line = error.line
    assert line is None or 1 <= line <= MINE.count("\n") + 2


# -- what docs/practice.md says ------------------------------------------------------------------------------


def test_the_example_of_the_guide_is_taken_and_every_key_is_in_it() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "practice.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    lab = parse_practice(example, "lab.toml", find)
    assert [(item.channel, item.code) for item in lab.items] == [("engagement", "deep"), ("questioning", "create")]
    for head, keys in (("[set]", SET_KEYS), ("[[vignette]]", VIGNETTE_KEYS), ("[[vignette.item]]", ITEM_KEYS)):
        table = guide.split(f"| key of `{head}` |")[1].split("\n\n")[0]
        named = {key for row in table.splitlines()[2:] for key in re.findall(r"`(\w+)`", row.split("|")[1])}
        assert named == set(keys.split())
    rows = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| (\d+) \|$", guide, re.MULTILINE))
    sets = [parse_practice(text, name, find) for name, text in FILES.items()]
    assert rows == {one.id: str(len(one.items)) for one in sets}
    [answers] = re.findall(r"```json\n(.*?)```", guide, re.DOTALL)
    assert [person.name for person in read_answers(sets[0], answers, "a.json")] == ["Ana", "Bo"]
