"""`page`, `sent`, `coaching`, `alone`, `promise`, `limit`, `working-agreement`."""

import json
from pathlib import Path

import pytest

from .commands import DAY, Observe, at

CHILDREN = [f"Child{n:02} Family{n:02}" for n in range(24)]


def school(observe: Observe, tmp_path: Path) -> str:
    """A class of 24, some identified, a visit with a little of everything, ended."""
    rows = [
        "Name,Section,Teacher,Gifted",
        *(f"{name},Room 12,Ms Ortiz,{'yes' if n < 4 else 'no'}" for n, name in enumerate(CHILDREN)),
    ]
    file = tmp_path / "roster.csv"
    file.write_text("\n".join(rows), encoding="utf-8")
    observe.ok("import", "roster", file)
    observe.ok("working-agreement", "Ms Ortiz", "--set", "logged=What we both say and do.")
    visit = observe.ok("start", "Room 12").strip()
    observe.log(
        {"channel": "move", "code": "press", "modifiers": {"stage": "saw"}},
        {"channel": "questioning", "code": "analyze", "modifiers": {"asker": "me", "answered_by": CHILDREN[0]}},
        {"channel": "engagement", "code": "deep", "student": CHILDREN[2]},
        {"channel": "spark", "code": "insight", "student": CHILDREN[5], "note": f"told {CHILDREN[6]} why it works"},
        {"channel": "spark", "code": "insight", "student": CHILDREN[5], "note": "for me alone", "private": True},
    )
    observe.ok("end", visit)
    return visit


def test_the_talk_page_names_no_child_and_says_by_which_rule(observe: Observe, tmp_path: Path) -> None:
    visit = school(observe, tmp_path)
    observe.ok("promise", "Room 12", f"sit with {CHILDREN[3]}", "--by", "teacher")
    said = observe.json("page", "talk", visit)
    assert "presses on" in said["strength"]["text"]
    assert said["strength"]["rule"] == "the first move logged"
    assert said["promises"]["teacher"] == "sit with a student"
    text = observe.ok("page", "talk", "--format", "html")
    assert not [name for name in CHILDREN if name in text or name.split()[0] in text]
    assert "Chosen as" in text
    assert "<script" not in text


def test_the_family_page_has_one_child_and_nothing_private(observe: Observe, tmp_path: Path) -> None:
    school(observe, tmp_path)
    said = observe.json("page", "family", CHILDREN[5])
    assert said["name"] == CHILDREN[5]
    assert [one["words"] for one in said["seen"]] == ["told another child why it works"]
    text = observe.ok("page", "family", CHILDREN[5], "--format", "md")
    assert "for me alone" not in text
    assert not [name for name in CHILDREN if name in text and name != CHILDREN[5]]
    assert "insight" not in text.lower()  # no code
    assert "not known" in observe.refused("page", "family", "Nobody At All")


def test_the_principals_page_has_no_engagement_and_no_teacher(observe: Observe, tmp_path: Path) -> None:
    school(observe, tmp_path)
    said = observe.json("page", "principal")
    assert said["visits"]["extra"] == 1
    assert said["access"] == {"n": None, "of": None, "others": None, "claim": "too few children to be shared"}
    text = observe.ok("page", "principal", "--format", "html")
    for word in ("Ortiz", "Engagement", "Thinking", *CHILDREN):
        assert word not in text


def test_coverage_holds_back_a_few(observe: Observe, tmp_path: Path) -> None:
    school(observe, tmp_path)
    said = observe.json("page", "coverage")
    assert said["classes"] == [
        {"section": "Room 12", "visits": 1, "looks_at_everyone": 0, "seen": None, "of": 24},
    ]
    assert said["all"] == {"seen": None, "of": 24}
    assert "held back" in observe.ok("page", "coverage")


def test_where_a_page_went_is_kept(observe: Observe, tmp_path: Path) -> None:
    visit = school(observe, tmp_path)
    out = tmp_path / "talk.html"
    observe.ok("page", "talk", visit, "--format", "html", "-o", out, "--to", "Ms Ortiz")
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    (went,) = observe.json("sent")
    assert (went["what"], went["to"], went["visit"]) == ("talk", "Ms Ortiz", visit)
    assert "Ms Ortiz" in observe.ok("sent")
    observe.refused("page", "principal", "--to", "Somebody", status=2)
    observe.refused("page", "coverage", "x", status=2)


def test_a_page_of_days_that_overlap_with_one_that_went_out_is_said(observe: Observe, tmp_path: Path) -> None:
    school(observe, tmp_path)

    def write(kind: str, first: str, last: str, *more: str) -> str:
        out = tmp_path / f"{kind} {first}.md"
        span = ("--from", first, "--until", last)
        ran = observe("page", kind, *span, "--format", "md", "-o", out, *more)
        assert (ran.status, ran.out) == (0, "")
        assert out.exists()
        return ran.err

    assert write("coverage", "2026-09-01", "2026-09-30", "--to", "Ms Head") == ""
    said = "observe: Ms Head has the page of 2026-09-01 to 2026-09-30: from both together a few children could be"
    for more in (("--to", "Mr Board"), ()):  # also where nobody is named yet: a file is made to be given away
        err = write("coverage", "2026-09-01", "2026-10-01", *more)
        assert err.startswith(said)
        assert err.count("\n") == 1
    # The same days again, other whole months, and another kind of page tell nothing new together; nor does looking.
    assert write("coverage", "2026-10-02", "2026-10-31", "--to", "Ms Head") == ""
    assert write("principal", "2026-09-01", "2026-10-01", "--to", "Ms Head") == ""
    observe.ok("page", "coverage", "--from", "2026-09-05", "--until", "2026-10-05")


def test_a_page_of_days_that_were_not_over_when_it_went_out_is_said(observe: Observe, tmp_path: Path) -> None:
    """The same days in the evening as in the morning: one less the other is whom the visit between them was about."""
    school(observe, tmp_path)

    def write(to: str) -> str:
        ran = observe("page", "coverage", "--format", "md", "-o", tmp_path / "page.md", "--to", to)
        assert (ran.status, ran.out) == (0, "")
        return ran.err

    assert write("Ms Head") == ""
    assert write("Mr Board") == ""  # nothing came between
    observe.ok("end", observe.ok("start", "Room 12").strip())
    assert "Mr Board has the page of " in write("Ms Head")
    assert write("Ms Head").startswith("observe: Mr Board has the page of ")  # the newest still tells nothing more


def test_what_the_two_agreed_on(observe: Observe, tmp_path: Path) -> None:
    school(observe, tmp_path)
    assert observe.json("limit", "Room 12", "6")["minutes"] == 6
    assert observe.ok("limit", "Room 12").strip() == "6 minutes a visit"
    observe.refused("limit", "Room 12", "many", status=2)
    agreed = observe.json("working-agreement", "Ms Ortiz", "--set", "my_role=I model; you watch.")
    assert agreed["agreement"] == {"my_role": "I model; you watch.", "logged": "What we both say and do."}
    assert "I model; you watch." in observe.ok("working-agreement", "ms  ortiz")
    observe.refused("working-agreement", "Ms Ortiz", "--set", "mood=good")
    made = observe.json("alone", "Room 12", "tiered", "--day", "2026-01-02")
    assert made["code"] == "tiered"
    told = {"id": made["id"], "day": "2026-01-02", "channel": "strategy", "code": "tiered", "note": None}
    assert observe.json("alone", "Room 12") == [told]
    assert observe.ok("alone", "Room 12") == f"{made['id']}  2026-01-02  tiered\n"
    observe.refused("alone", "Room 12", "tiered", "--drop", made["id"], status=2)
    observe.refused("alone", "Room 12", "--drop", "nobody", status=1)
    assert observe.json("alone", "Room 12", "--drop", made["id"]) == []
    made = observe.json("alone", "Room 12", "tiered", "--day", "2026-01-02")
    observe.refused("alone", "Room 12", "juggling", status=2)
    observe.refused("alone", "Room 12", "tiered", "--day", "2999-01-01")
    (promised,) = observe.json("promise", "Room 12", "bring tiles")
    assert [p["ended"] for p in observe.json("promise", "--kept", promised["id"])] == ["kept"]
    assert [p["ended"] for p in observe.json("promise", "--again", promised["id"])] == [None]
    said = observe.json("coaching", "Room 12")
    assert said["taken_up"][0]["said"] == ["2026-01-02"]
    assert said["transfer"] == {"shown": 0, "seen": 0, "said": 0}
    assert said["moves"] == [{"code": "press", "stages": {"saw": 1, "tried": 0, "agreed": 0}, "visits": 1}]
    assert json.dumps(said)
    assert "bring tiles" in observe.ok("coaching", "Room 12", "--format", "md")


def room(observe: Observe, tmp_path: Path, extra_s: int) -> str:
    """A visit of Tuesday, of 40 minutes, in which extra hands took so many seconds of 5 minutes that are agreed on."""
    (tmp_path / "room.csv").write_text("Name,Section,Teacher\nAna Ruiz,Room 12,Ms Ortiz\n", encoding="utf-8")
    observe.ok("import", "roster", tmp_path / "room.csv")
    observe.ok("limit", "Room 12", "5")
    visit = observe.start()
    observe.log(
        {"channel": "role", "code": "group", "with": ["Ana Ruiz"], "at": at(0)},
        {"channel": "role", "code": "extra", "at": at(1)},
        {
            "channel": "role",
            "code": "teach",
            "at": at(1, extra_s) if extra_s < 60 else at(1 + extra_s // 60, extra_s % 60),
        },
    )
    observe.end(40)
    return visit


def test_one_minute_is_one(observe: Observe, tmp_path: Path) -> None:
    room(observe, tmp_path, 30)
    span = ("--from", DAY, "--until", DAY)
    assert observe.json("page", "family", "Ana Ruiz", *span)["offered"] == ["1 minute of work with the specialist"]
    observe.ok(
        "compacting",
        "--add",
        "Ana Ruiz",
        "--section",
        "Room 12",
        "--minutes",
        "1",
        "--shown",
        "all",
        "--instead",
        "a project",
    )
    assert "In its place, 1 minute a week: a project." in observe.ok("page", "family", "Ana Ruiz", "--from", DAY)
    observe.ok("limit", "Room 12", "1")
    assert "Agreed: 1 minute a visit" in observe.ok("coaching", "Room 12")
    assert observe.ok("limit", "Room 12") == "1 minute a visit\n"


@pytest.mark.parametrize(
    ("seconds", "minutes", "said"),
    [(300, 5, ""), (320, 5, "just over the 5 min agreed"), (340, 6, "6 min, 5 agreed"), (519, 9, "9 min, 5 agreed")],
)
def test_extra_hands_are_one_number_wherever_they_are_told(
    observe: Observe, tmp_path: Path, seconds: int, minutes: int, said: str
) -> None:
    visit = room(observe, tmp_path, seconds)
    summary = observe.ok("summary", visit)
    assert f"Extra hands    {minutes:>3} min" in summary
    assert (f"Extra hands: {said}. Why?" in summary) is bool(said)
    assert (f"Chosen as extra hands: {said}." in observe.ok("page", "talk", visit)) is bool(said)
    coaching = observe.ok("coaching", "Room 12")
    assert (f"{minutes} min  no reason given" in coaching) is bool(said)
    (row,) = observe.json("coaching", "Room 12")["extra_hands"]["visits"]
    assert row["minutes"] == minutes
    head = observe.json("page", "principal", "--from", DAY, "--until", DAY)["extra_hands"]
    assert (head["minutes"], head["of"], head["past_limit"]) == (minutes, 40, int(bool(said)))


def test_a_talk_says_of_a_code_beside_the_scale_what_was_seen_of_that_one(observe: Observe, tmp_path: Path) -> None:
    """Of a scheme with two of them the first had been told with the number of both."""
    roster = "\n".join(("Name,Section", *(f"{name},Room 12" for name in CHILDREN)))
    (tmp_path / "room.csv").write_text(roster, encoding="utf-8")
    observe.ok("import", "roster", tmp_path / "room.csv")
    observe.ok("import", "protocol", Path(__file__).parents[1] / "figures" / "own.toml")
    visit = observe.start("Room 12", 0, "--protocol", "own")
    codes = ("unread", "unread", "away", "away", "away", *("builds",) * 19)
    look = {"channel": "engagement", "method": "sweep", "sweep": 1}
    observe.log(
        *({**look, "code": code, "student": name, "at": at(n)}
          for n, (code, name) in enumerate(zip(codes, CHILDREN, strict=True), 1))
    )  # fmt: skip
    observe.end(40)
    question = observe.json("page", "talk", visit)["question"]
    assert question["rule"] == "out of the room was seen in 3 of 24 looks"
