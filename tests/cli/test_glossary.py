"""`glossary`: every label with all that its scheme says of it, and the words of the work, on paper too."""

import re
from html import unescape
from pathlib import Path

import pytest

from observe.services.glossary import TERMS, labels_of
from observe.services.protocols import shipped

from .commands import Observe
from .test_protocols import talk


@pytest.mark.parametrize("id", ["push_in", "dcos", "copus"])
@pytest.mark.parametrize("form", ["text", "md", "html"])
def test_every_label_and_all_that_is_said_of_it_is_on_the_page(observe: Observe, id: str, form: str) -> None:
    text = observe.ok("glossary", "--protocol", id, "--format", form)
    plain = unescape(re.sub(r"<[^>]+>", "", text)) if form == "html" else text.replace("\\", "")
    protocol = shipped()[id]
    for label in labels_of(protocol):
        assert label in plain
    for channel in protocol.channels:
        for code in channel.codes:
            for said in (code.definition, *code.looks_like, *code.sounds_like):
                assert said in plain, said
    for term in TERMS:
        assert term.word in plain


def test_the_same_as_data(observe: Observe) -> None:
    found = observe.json("glossary")
    assert found["protocol"] == {"id": "push_in", "version": shipped()["push_in"].version, "title": "Push-in visit"}
    engagement = next(channel for channel in found["channels"] if channel["name"] == "engagement")
    passive = next(code for code in engagement["codes"] if code["key"] == "passive")
    assert passive["label"] == "Listening"
    assert passive["looks_like"][0] == "eyes on the speaker or the board"
    asked = next(channel for channel in found["channels"] if channel["name"] == "questioning")["modifiers"][0]
    assert [value["key"] for value in asked["values"]] == ["me", "teacher", "student"]
    words = {term["word"] for term in found["terms"]}
    assert {"Identified", "Tier", "Flexible groups", "Look at everyone", "Co-planning"} <= words
    assert "Compacting" not in words  # the scheme itself says what it means


def test_what_a_scheme_does_not_say_itself_is_said_beside_it(at_school: Observe, tmp_path: Path) -> None:
    at_school.ok("import", "protocol", talk(tmp_path))
    words = {term["word"] for term in at_school.json("glossary", "--protocol", "talk")["terms"]}
    assert {"Compacting", "Mini-lesson", "Stretch", "Extra hands"} <= words


def test_a_file_and_a_scheme_that_is_not_there(observe: Observe, tmp_path: Path) -> None:
    page = tmp_path / "words.html"
    assert observe.ok("glossary", "--format", "html", "-o", page) == ""
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "protocol 'nothing' is not known" in observe.refused("glossary", "--protocol", "nothing")
    assert "--format" in observe.refused("glossary", "--format", "csv", status=2)


def test_no_word_is_explained_twice_and_every_one_in_whole_sentences() -> None:
    words = [word.casefold() for term in TERMS for word in (term.word, *term.also)]
    assert len(words) == len(set(words))
    for term in TERMS:
        assert term.meaning[0].isupper(), term.word
        assert term.meaning.endswith("."), term.word


def test_what_two_ratings_of_one_look_say_together_is_defined_too(observe: Observe) -> None:
    terms = {term["word"]: term["meaning"] for term in observe.json("glossary")["terms"]}
    assert "nothing to go on with" in terms["Lost time"]
    assert "within reach" in terms["Flow"]
