"""No child's name is left in what somebody typed, however the roster and she write it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observe.domain.model import Student
from observe.domain.names import clean_name, fold
from observe.services.nameless import Nameless

ROSTER = (
    "Ana [Ani] O'Neil-Núñez", "שרה כהן", "Madonna", "Will Hoskins", "李小龙", "Mei Lin", "J. R. Stone", "Renée d'Arc",
    "Aleksandra-Maria Wojciechowska-Montgomery de la Cruz y Santos", "May", "محمد علي", "Anabel Sol", "Søren Đặng",
)  # fmt: skip


def students(*names: str) -> list[Student]:
    return [Student(f"s{i}", clean_name(name), "room") for i, name in enumerate(names)]


EVERYBODY = Nameless(students(*ROSTER), "somebody")


def words_of(name: str) -> set[str]:
    return {part.strip("[].'") for part in name.split()}


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("Ana told me", "somebody told me"),
        ("ana told MADONNA", "somebody told somebody"),
        ("Ani's way; O\u2019Neil\u2013Núñez agreed", "somebody's way; somebody agreed"),
        ("ana  [ani]  o'neil-núñez", "somebody"),
        ("Anatomy, banana, analysis", "Anatomy, banana, analysis"),
        ("She will hope in May, as Will did", "She will hope in somebody, as somebody did"),
        ("the stone that Stone found", "the stone that somebody found"),
        ("שרה הסבירה", "somebody הסבירה"),
        ("李小龙说了为什么", "somebody说了为什么"),
        ("said by محمد", "said by somebody"),
        ("Renee, RENÉE and Ána; O\u00b4Neil-Nunez", "somebody, somebody and somebody; somebody"),
        ("soren told Dang, who dangled a piñata", "somebody told somebody, who dangled a piñata"),
        ("J. R. spoke", "J. R. spoke"),
        ("Aleksandra told Montgomery; Aleksandra Maria", "somebody told somebody; somebody somebody"),
        ("the aleksandra-maria, in Montgomerys", "the somebody, in Montgomerys"),
    ],
)
def test_a_name_goes_however_it_is_typed_and_a_longer_word_stays(typed: str, left: str) -> None:
    assert EVERYBODY.text(clean_name(typed)) == left


def test_the_child_of_the_page_keeps_its_name_and_the_namesake_loses_the_rest() -> None:
    but = Nameless(students("Ana Ruiz", "Ana Moss", "Ben Ruiz"), "another child", but="Ana Ruiz")
    assert but.text("Ana Ruiz and Ana Moss, then Ben Ruiz") == "Ana Ruiz and another child, then another child"
    assert but.text("Ana, Moss, Ben, Ruiz") == "Ana, another child, another child, Ruiz"


letters = st.characters(categories=["Lu", "Ll", "Lo"], max_codepoint=0x06FF)
word = st.text(letters, min_size=2, max_size=9)
name = st.builds(" ".join, st.lists(word, min_size=1, max_size=3)).map(clean_name).filter(lambda n: len(n) > 1)
beside = st.sampled_from([" ", ", ", ". ", "-", "'s ", "; ", "\n", " (", ") "])


@given(st.lists(name | st.sampled_from(ROSTER), min_size=1, max_size=5), st.data())
def test_whatever_is_typed_round_it_no_name_of_the_roster_is_left(names: list[str], data: st.DataObject) -> None:
    """The slow way: cut the text into words and look for every word of every name as the roster writes it."""
    nameless = Nameless(students(*names), "*")
    pieces = data.draw(st.lists(st.sampled_from(names) | word | beside, max_size=8))
    text = clean_name(" ".join(pieces))
    left = set(re.findall(r"[^\W_]+", nameless.text(text)))
    whole = {each for each in names if len(re.findall(r"[^\W_]+", each)) == len(each.split())}
    assert not left & {part for each in whole for part in each.split() if len(part) > 1}
    assert not [each for each in names if re.search(rf"(?<!\w){re.escape(each)}(?!\w)", nameless.text(text))]


@given(st.sampled_from(("Ana", "Madonna", "Stone", "שרה")), st.text(letters, min_size=1, max_size=4))
def test_inside_a_longer_word_a_name_stays(name: str, more: str) -> None:
    text = f"{name}{more} {more}{name}"
    known = {fold(part) for each in ROSTER for part in words_of(each)}
    if not {fold(word) for word in text.split()} & known:
        assert EVERYBODY.text(text) == text
