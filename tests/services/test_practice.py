"""Practice: answers as they are typed and read, and the results against a slow count of their own."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from observe.domain.cards import page_text
from observe.domain.errors import Refused
from observe.platform import Platform
from observe.services import practice
from observe.services.home import open_home
from observe.services.practice import Person, as_line, from_line, read_answers, reference
from observe.services.practice_results import results_json, results_page, sheet

ENGAGEMENT, CHALLENGE, QUESTIONS, TOGETHER = practice.shipped()
RIGHT = ("waiting", "passive", "active", "deep", "off", "passive")


def answers_of(one: practice.PracticeSet) -> st.SearchStrategy[tuple[str | None, ...]]:
    return st.tuples(*(st.sampled_from([None, *one.channel(item).keys]) for item in one.items))


@settings(max_examples=40)
@given(st.data())
def test_a_line_read_out_is_the_answers(data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(practice.shipped()))
    given_ = data.draw(answers_of(one))
    line = as_line(one, given_)
    for typed in (line, line.replace(" ", ""), line.replace(" ", ","), f"  {line} "):
        assert from_line(one, typed) == given_
    assert read_answers(one, json.dumps({"A": list(given_), "B": line}), "a.json") == (
        Person("A", given_),
        Person("B", given_),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "0 answers, this set asks for 6"),
        ("5 2 3", "3 answers, this set asks for 6, a number for each, - for none"),
        ("5 2 3 4 1 6", "answer 6: '6' is none, 1 to 5, or - for none"),
        ("5 2 0 4 1 2", "answer 3: '0' is none"),
        ("5 2 ² 4 1 2", "answer 3: '²' is none"),
        ("52341x", "answer 6: 'x' is none"),
    ],
)
def test_a_line_that_is_none_is_said(text: str, said: str) -> None:
    with pytest.raises(Refused) as caught:
        from_line(ENGAGEMENT, text)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no JSON"),
        ("[]", "an object of one or two people"),
        ("{}", "an object of one or two people"),
        ('{"A": [], "B": [], "C": []}', "an object of one or two people"),
        ('{"A": "523412", "A": "523412"}', "A is there twice"),
        ('{"A": "523412", " A ": "523412"}', "two people are called alike"),
        ('{"A": 5}', "a.json, A: the answers must be a list"),
        ('{"A": ["deep"]}', "a.json, A: 1 answers, this set asks for 6"),
        ('{"A": ["deep", "deep", "deep", "deep", "deep", "stuck"]}', "answer 6: 'stuck' is none, allowed: off, "),
        ('{"A": ["deep", "deep", "deep", "deep", "deep", ["deep"]]}', "answer 6"),
        ('{"A": "52341"}', "a.json, A: 5 answers"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_answers_that_are_none_are_said(text: str, said: str) -> None:
    with pytest.raises(Refused) as caught:
        read_answers(ENGAGEMENT, text, "a.json")
    assert said in str(caught.value)


# -- results ---------------------------------------------------------------------------------------------


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_the_results_are_what_a_slow_count_says(data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(practice.shipped()))
    people = [Person(name, data.draw(answers_of(one))) for name in data.draw(st.sampled_from(["A", "AB"]))]
    found = results_json(one, people)
    couples = [*combinations(people, 2), *((person, reference(one)) for person in people)]
    assert [(c["first"], c["second"]) for c in found["comparisons"]] == [(a.name, b.name) for a, b in couples]
    for said, (a, b) in zip(found["comparisons"], couples, strict=True):
        for part in said["channels"]:
            both = [
                (number, x, y)
                for (number, item), x, y in zip(one.numbered, a.answers, b.answers, strict=True)
                if item.channel == part["channel"] and x is not None and y is not None
            ]
            assert part["n"] == len(both)
            assert part["same"] == sum(x == y for _, x, y in both)
            channel = one.protocol.channel(part["channel"])
            assert channel is not None
            steps = [(x, y) for _, x, y in both if x in channel.scale and y in channel.scale]
            assert part["weighted"]["n"] == len(steps)
            if len({code for pair in steps for code in pair}) < 2:
                assert part["weighted"]["kappa"] is None
            if part["confused"] is None:
                assert all(x == y for _, x, y in both)
                assert (part["talk"], part["vignettes"]) == (None, [])
            else:
                pair = set(part["confused"]["codes"])
                where = [number for number, x, y in both if {x, y} == pair]
                assert part["confused"]["n"] == len(where) > 0
                assert part["vignettes"] == sorted(set(where))
                for key in pair:
                    code = channel.code(key)
                    assert code is not None
                    assert code.definition in part["talk"]
    text = page_text(results_page(one, people))
    assert "nan" not in text
    assert "None" not in text
    for item in one.items:
        assert item.reason in text


def test_a_set_of_figures_worked_by_hand() -> None:
    ana = Person("Ana", ("off", "passive", "active", "active", "off", "passive"))
    found = results_json(ENGAGEMENT, [ana])
    [part] = found["comparisons"][0]["channels"]
    # Of six, four alike. By chance: off 2*1, passive 2*2, active 2*1 of 36, so 8/36: (4/6 - 8/36) / (1 - 8/36).
    assert (part["n"], part["same"], part["share"]) == (6, 4, 4 / 6)
    assert part["kappa"] == pytest.approx(4 / 7)
    # Five are on the scale, places 1 2 2 0 1 against 1 2 3 0 1: one step in five. Each with each: 25 in 25.
    assert part["weighted"] == {"n": 5, "kappa": pytest.approx(0.8)}
    assert part["confused"] == {"codes": ["off", "waiting"], "n": 1}
    assert part["vignettes"] == [1]


def test_what_is_not_defined_is_said_in_words() -> None:
    nobody = Person("Ana", (None,) * 6)
    text = page_text(results_page(ENGAGEMENT, [nobody]))
    assert "none" in text
    assert "not defined" in text
    assert "passed over" in text
    same = Person("Ana", ("active",) * 6)
    text = page_text(results_page(ENGAGEMENT, [same, Person("Bo", same.answers)]))
    assert "6 of 6, 100 %" in text
    assert "6 of 6, 100 %  not defined  not defined (n 6)" in text
    assert "Alike in everything" in text


def test_all_right_is_one_and_says_so() -> None:
    found = results_json(TOGETHER, [Person("Ana", reference(TOGETHER).answers)])
    for part in found["comparisons"][0]["channels"]:
        assert (part["share"], part["kappa"], part["weighted"]["kappa"]) == (1.0, 1.0, 1.0)
        assert part["confused"] is None
    questions = next(part for part in found["comparisons"][0]["channels"] if part["channel"] == "questioning")
    assert questions["blocks"] == {"n": 6, "same": 6, "kappa": 1.0}


# -- which sets there are ----------------------------------------------------------------------------------


def test_sets_of_hers_stand_beside_the_shipped_ones_and_mistakes_are_said(home: Path) -> None:
    opened = open_home(home, Platform())
    try:
        before = [one.id for one in practice.every(opened)]
        assert before == ["engagement", "challenge", "questions", "together"]
        folder = home / practice.FOLDER
        folder.mkdir()
        from ..domain.test_practice_set import MINE

        (folder / "a.toml").write_text(MINE, encoding="utf-8")
        (folder / "b.toml").write_text(MINE, encoding="utf-8")
        (folder / "c.toml").write_text(MINE.replace('id = "mine"', 'id = "challenge"'), encoding="utf-8")
        (folder / "d.toml").write_text(MINE.replace('"active"', '"actve"'), encoding="utf-8")
        (folder / "e.toml").write_bytes(MINE.encode() + b"\xff")
        (folder / "f.toml").write_bytes(b"# " + "é".encode() * 200_000)
        (folder / "notes.txt").write_text("no set", encoding="utf-8")
        found = practice.every(opened)[4:]
        assert [(one.id, one.set is not None) for one in found] == [
            *(("mine", True), ("b", False), ("c", False), ("d", False), ("e", False), ("f", False)),
        ]
        assert 'another set has the id "mine"' in found[1].wrong
        assert 'another set has the id "challenge"' in found[2].wrong
        assert "line 13" in found[3].wrong
        assert "line 15: not UTF-8" in found[4].wrong
        assert "larger than 256 KiB" in found[5].wrong
        assert practice.find(opened, "mine").title == "Mine"
        assert practice.find(opened, str(folder / "a.toml")).id == "mine"
        for word, said in (("d", "line 13"), ("nothing", "known: engagement, "), ("gone.toml", "cannot be read")):
            with pytest.raises(Refused, match=said):
                practice.find(opened, word)
    finally:
        opened.close()


def test_the_sheet_for_a_meeting_tells_the_codes_and_not_which_is_right() -> None:
    plain, told = page_text(sheet(ENGAGEMENT)), page_text(sheet(ENGAGEMENT, reasons=True))
    assert "1 Off task  2 Listening  3 Active  4 Thinking  5 Done waiting" in plain
    for vignette in ENGAGEMENT.vignettes:
        assert vignette.text in plain
        for item in vignette.items:
            assert item.reason not in plain
            assert item.reason in told
