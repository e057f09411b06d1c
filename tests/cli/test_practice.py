"""`practice`: the sets, a set on paper, and the figures of one or two people's answers; nothing of it is kept."""

import json
from pathlib import Path

from ..domain.test_practice_set import MINE
from .commands import Observe

ANSWERS = {"Ana": ["off", "passive", "active", "active", "off", "passive"], "Bo": "5 2 3 - 1 2"}


def test_which_sets_there_are(at_school: Observe) -> None:
    rows = at_school.json("practice")
    assert [(row["id"], row["vignettes"], row["items"], row["wrong"]) for row in rows] == [
        ("engagement", 6, 6, None),
        ("challenge", 6, 6, None),
        ("questions", 6, 6, None),
        ("together", 6, 18, None),
    ]
    assert "What is this child doing?" in at_school.ok("practice")
    own = at_school.home / "practice"
    own.mkdir()
    (own / "mine.toml").write_text(MINE.replace('"active"', '"\x1b[2J"'.replace("\x1b", "\\u001b")), encoding="utf-8")
    [*_, row] = at_school.json("practice")
    assert (row["id"], row["file"], row["items"]) == ("mine", "mine.toml", None)
    assert "line 13" in row["wrong"]
    said = at_school.ok("practice")
    assert "mine" in said
    assert "line 13" in said
    assert "\x1b" not in said


def test_a_set_on_paper(observe: Observe, tmp_path: Path) -> None:
    assert "1 Off task" in observe.ok("practice", "engagement")
    assert "Listening quietly is not off task." in observe.ok("practice", "engagement", "--reasons")
    page = tmp_path / "scenes.html"
    assert observe.ok("practice", "together", "--format", "html", "-o", page) == ""
    assert page.read_text(encoding="utf-8").count("<h2>Scene ") == 6
    found = observe.json("practice", "together")
    assert found["vignettes"][0]["items"][0]["code"] == "deep"
    mine = tmp_path / "mine.toml"
    mine.write_text(MINE, encoding="utf-8")
    assert "Ada looks at the board" in observe.ok("practice", mine)


def test_figures_of_answers_and_nothing_is_kept(at_school: Observe, tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(ANSWERS), encoding="utf-8")
    before = at_school.dump()
    found = at_school.json("practice", "engagement", "--answers", file)
    assert [(c["first"], c["second"], c["channels"][0]["n"]) for c in found["comparisons"]] == [
        ("Ana", "Bo", 5),
        ("Ana", "the reference", 6),
        ("Bo", "the reference", 5),
    ]
    assert found["comparisons"][2]["channels"][0]["kappa"] == 1
    assert found["items"][3]["answers"] == {"Ana": "active", "Bo": None}
    text = at_school.ok("practice", "engagement", "--answers", "-", stdin=json.dumps(ANSWERS))
    assert "Off task or Done waiting?" in text
    assert at_school.dump() == before
    for path in at_school.home.rglob("*"):
        if path.is_file():
            assert b"Ana\x00" not in path.read_bytes()


def test_what_is_refused(observe: Observe, tmp_path: Path) -> None:
    bad, latin = tmp_path / "mine.toml", tmp_path / "latin.json"
    bad.write_text(MINE.replace("about =", "abuot ="), encoding="utf-8")
    latin.write_bytes(b'{"Ren\xe9": []}')
    assert 'mine.toml is not taken, line 11: vignette 1, item 1: unknown key "abuot"' in observe.refused(
        "practice", bad
    )
    assert "known: engagement, challenge" in observe.refused("practice", "nothing")
    assert "SET is missing" in observe.refused("practice", "--answers", latin, status=2)
    assert "SET is missing" in observe.refused("practice", "--reasons", status=2)
    assert "not UTF-8" in observe.refused("practice", "engagement", "--answers", latin)
    gone = tmp_path / "gone.json"
    assert "is not there" in observe.refused("practice", "engagement", "--answers", gone, status=2)
    assert "--reasons" in observe.refused("practice", "engagement", "--reasons", "--answers", latin, status=2)
    assert "answer 1" in observe.refused("practice", "engagement", "--answers", "-", stdin='{"A": "923412"}')
