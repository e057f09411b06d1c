"""`import protocol` and `protocols`; a visit keeps the one it was logged with."""

from pathlib import Path

from .commands import Observe, at

TALK = """
[protocol]
id = "talk"
version = {version}
title = "Talk"

[[channel]]
name = "mood"
label = "Mood"
kind = "scale"
[[channel.code]]
key = "low"
label = "Low"
[[channel.code]]
key = "{top}"
label = "Top"

[[channel]]
name = "asking"
label = "Asking"
kind = "count"
[[channel.code]]
key = "closed"
label = "Closed"
[[channel.modifier]]
name = "partner"
label = "Partner"
kind = "student"
"""


def talk(folder: Path, version: int = 1, top: str = "high") -> Path:
    file = folder / f"talk{version}{top}.toml"
    file.write_text(TALK.format(version=version, top=top), encoding="utf-8")
    return file


def test_the_shipped_ones(observe: Observe) -> None:
    rows = {row["id"]: row for row in observe.json("protocols")}
    assert {"push_in", "dcos", "copus"} <= rows.keys()
    push_in = {channel["name"]: channel for channel in rows["push_in"]["channels"]}
    assert push_in["engagement"]["kind"] == "scale"
    assert push_in["engagement"]["codes"] == ["off", "passive", "active", "deep", "waiting"]
    assert push_in["challenge"]["codes"] == ["known", "easy", "stretch", "strain"]
    assert push_in["questioning"]["codes"] == ["remember", "understand", "apply", "analyze", "evaluate", "create"]
    assert push_in["role"]["codes"] == ["teach", "coteach", "group", "model", "coach", "circulate", "extra"]
    assert push_in["grouping"]["codes"] == ["whole", "groups", "pairs", "solo"]
    assert push_in["strategy"]["codes"] == [
        *("tiered", "minilesson", "compacting", "enrichment", "extension", "questioning"),
    ]
    assert push_in["spark"]["codes"] == ["insight", "question", "connect", "original", "drive", "lead"]
    kinds = {name: (channel["kind"], channel["about"]) for name, channel in push_in.items()}
    assert kinds == {
        "engagement": ("scale", "anyone"),
        "questioning": ("count", "anyone"),
        "challenge": ("scale", "anyone"),
        "role": ("state", "visit"),
        "grouping": ("state", "visit"),
        "strategy": ("toggle", "visit"),
        "spark": ("count", "student"),
        "move": ("count", "visit"),
    }
    assert "push_in" in observe.ok("protocols")


def test_one_of_ones_own_and_the_same_again(at_school: Observe, tmp_path: Path) -> None:
    assert at_school.json("import", "protocol", talk(tmp_path)) == {"id": "talk", "version": 1, "new": True}
    before = at_school.dump()
    assert at_school.json("import", "protocol", talk(tmp_path))["new"] is False
    assert at_school.dump() == before
    assert ("talk", 1) in {(row["id"], row["version"]) for row in at_school.json("protocols")}
    at_school.start("Room 12", 0, "--protocol", "talk")
    at_school.log({"channel": "mood", "code": "high", "student": "Ana Ruiz", "at": at(1)})
    assert at_school.json("summary")["channels"].keys() == {"mood", "asking"}


def test_the_same_version_with_other_content_is_refused(at_school: Observe, tmp_path: Path) -> None:
    at_school.ok("import", "protocol", talk(tmp_path))
    before = at_school.dump()
    assert "talk version 1 is here already, and differs" in at_school.refused(
        "import", "protocol", talk(tmp_path, 1, "top")
    )
    assert at_school.dump() == before


def test_a_visit_keeps_the_version_it_was_logged_with(at_school: Observe, tmp_path: Path) -> None:
    at_school.ok("import", "protocol", talk(tmp_path))
    old = at_school.start("Room 12", 0, "--protocol", "talk")
    at_school.log({"channel": "mood", "code": "high", "student": "Ana Ruiz", "at": at(1)})
    at_school.ok("import", "protocol", talk(tmp_path, 2, "top"))
    # Also the lines that follow.
    at_school.log({"channel": "mood", "code": "high", "student": "Ana Ruiz", "at": at(2)})
    assert "allowed: low, high" in at_school.error({"channel": "mood", "code": "top", "at": at(3)})
    at_school.end()
    new = at_school.start("Room 14", 50, "--protocol", "talk")
    at_school.log({"channel": "mood", "code": "top", "student": "Gia Rossi", "at": at(51)})
    summaries = [at_school.json("summary", visit) for visit in (old, new)]
    assert [summary["visit"]["protocol"]["version"] for summary in summaries] == [1, 2]
    taps = [summary["channels"]["mood"]["by_method"]["tap"]["counts"] for summary in summaries]
    assert taps == [{"low": 0, "high": 2}, {"low": 0, "top": 1}]


def test_any_modifier_that_is_a_student_takes_a_name(at_school: Observe, tmp_path: Path) -> None:
    at_school.ok("import", "protocol", talk(tmp_path))
    at_school.start("Room 12", 0, "--protocol", "talk")
    line = {"channel": "asking", "code": "closed", "at": at(1), "modifiers": {"partner": "Bo Chen"}}
    [answer] = at_school.log(line)
    assert at_school.student("Bo Chen") in at_school.ok("export", "csv")
    assert "modifiers.partner" in at_school.error({**line, "modifiers": {"partner": "\ud800"}})
    assert "modifiers.partner" in at_school.error({**line, "modifiers": {"partner": 5}})
    at_school.ok("amend", answer["id"], "--reason", "misheard", "--modifier", "partner=Ana Ruiz")
    assert at_school.student("Ana Ruiz") in at_school.ok("export", "csv")


def test_a_bad_file_is_refused_with_its_line(at_school: Observe, tmp_path: Path) -> None:
    file = talk(tmp_path)
    file.write_text(file.read_text().replace('kind = "scale"', 'kind = "scales"'))
    said = at_school.refused("import", "protocol", file)
    assert "line 10" in said
    assert 'did you mean "scale"' in said


def test_a_state_of_as_many_codes_as_there_may_be_has_its_wrap_up(at_school: Observe, tmp_path: Path) -> None:
    codes = "".join(f'[[channel.code]]\nkey = "c{n}"\nlabel = "Step {n}"\n' for n in range(40))
    head = '[protocol]\nid = "many"\nversion = 1\ntitle = "Many"\n[[channel]]\nname = "step"\nlabel = "Step"\n'
    file = tmp_path / "many.toml"
    file.write_text(f'{head}kind = "state"\n{codes}', encoding="utf-8")
    at_school.ok("import", "protocol", file)
    at_school.start("Room 12", 0, "--protocol", "many")
    at_school.log(*({"channel": "step", "code": f"c{n}", "at": at(n)} for n in range(40)))
    at_school.end(41)
    for form in ("text", "html"):
        page = at_school.ok("summary", "--format", form)
        assert [f"Step {n}" in page for n in range(40)] == [True] * 40
