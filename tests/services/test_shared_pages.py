"""What is given away: nobody is named who should not be; no small group is worked out from all pages together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from observe.domain import sharing
from observe.domain.cards import page_text
from observe.exchange.plain_roster import read_plain
from observe.platform import Platform
from observe.services import (
    classroom,
    coaching,
    compacting,
    family,
    flags,
    promises,
    role_limit,
    sharedpages,
    spans,
    visits,
)
from observe.services.afterwards import Afterwards
from observe.services.home import Home, open_home
from observe.services.missed import miss
from observe.services.nameless import shared
from observe.services.plan import Plan
from observe.services.plan_page import plan_page
from observe.services.plan_start import new_visit
from observe.services.record import Recorder
from observe.services.roster import import_rosters
from observe.services.summary import summary
from observe.services.wrapup import wrap_up

from ..ui.school import HARD, TEACHER, ids, school, section_id
from .held import DAY, MINUTE, NOON

FIRST, SECOND = "Gr 4 Rm 12", "Gr 2 Rm 3"
PEERS = ("Nadia Farouk-Bell", "Théo", "Xiomara", "王小明", "נועה לוי")
EVERYBODY = (*HARD, *PEERS)
CHANCE = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}


# -- who is named ----------------------------------------------------------------------------------------


@pytest.fixture
def two_classes(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    opened = school(home, {FIRST: HARD, SECOND: PEERS})
    monkeypatch.setattr(opened.clock, "now", lambda: NOON)
    yield opened
    opened.close()


words = st.sampled_from(["told", "why", "shares", "(and)", "banana", "it's", "explained to"])
typed = st.lists(st.sampled_from(EVERYBODY) | words, min_size=1, max_size=6).map(" ".join)


def whole(name: str) -> str:
    return rf"(?<!\w){re.escape(name)}(?!\w)"


def named(text: str, *but: str) -> list[str]:
    """Names of the rosters that stand in it, looked for one after the other; of the last of two the first may stay."""
    for own in but:
        text = text.replace(own, "")
    return [name for name in EVERYBODY if name not in but and re.search(whole(name), text)]


@settings(max_examples=8, **CHANCE)
@given(st.lists(typed, min_size=6, max_size=6), st.permutations(EVERYBODY))
def test_a_family_page_names_its_child_alone_and_tells_of_no_other(
    two_classes: Home, texts: list[str], order: Sequence[str]
) -> None:
    home, child, other = two_classes, order[0], order[1]
    who = {**ids(home, FIRST), **ids(home, SECOND)}
    marked = [f"{text} mark{n}" for n, text in enumerate(texts)]
    section = next(s for s in visits.students(home) if s.id == who[child]).section
    visit = visits.start_visit(home, section, at=NOON - 50 * MINUTE, end_open=True).id
    Recorder(home, visit).observe("spark", "insight", student=who[child], note=marked[0])
    Recorder(home, visit).observe("spark", "drive", student=who[child], note="for me alone", private=True)
    made = compacting.add(home, section, who[child], shown=marked[1], evidence=marked[2], instead=marked[3])
    family.write_next_step(home, who[child], marked[4])
    promises.make(home, section, "me", marked[5])
    try:
        span = spans.named(home)
        said = page_text(family.family_page(home, who[child], span))
        assert all(f"mark{n}" in said for n in (0, 1, 3, 4))
        assert "mark2" not in said  # what an agreement stands on is the two adults' own
        assert "mark5" not in said
        assert "for me alone" not in said
        assert named(said, child) == []
        theirs = page_text(family.family_page(home, who[other], span)) + json.dumps(
            family.family(home, who[other], span), ensure_ascii=False
        )
        assert not re.search(r"mark\d", theirs)
        assert named(theirs, other) == []
    finally:  # one home for all examples
        compacting.close(home, made.id)
        home.write(lambda act: act.void("compacting", made.id, {}))
        family.write_next_step(home, who[child], "")
        for look in visits.visit_log(home, visit).observations:
            Recorder(home, visit).void(look.id)


@settings(max_examples=8, **CHANCE)
@given(st.lists(typed, min_size=9, max_size=9))
def test_the_talk_and_the_heads_page_name_no_child_whatever_was_typed(two_classes: Home, texts: list[str]) -> None:
    home = two_classes
    section = next(s for s in visits.sections(home) if s.name == FIRST)
    people = ids(home, FIRST)
    role_limit.set_limit(home, section.id, 0)
    visit = visits.start_visit(home, section.id, at=NOON - 50 * MINUTE, title=texts[0], end_open=True).id
    log, after = Recorder(home, visit), Afterwards(home, visit)
    log.observe("move", "press", modifiers={"stage": "tried"}, note=texts[1], at=NOON - 40 * MINUTE)
    log.observe("role", "extra", at=NOON - 39 * MINUTE)
    log.observe("questioning", "create", student=people["Noël"], modifiers={"asker": "student"}, note=texts[2])
    log.observe("spark", "insight", student=people["Noël"], note=texts[2])
    after.note(texts[3])
    for field in ("teacher_reading", "my_reading", "glow", "try_next"):
        after.reflect(field, f"{texts[4]} {field}")
    visits.end_visit(home, visit)
    role_limit.give_reason(home, visit, texts[5])
    flags.put(home, visit, texts[6])
    for by in ("me", "teacher"):
        promises.make(home, section.id, by, texts[7], visit)
    coaching.agree(home, TEACHER, "my_role", texts[8])
    miss(home, new_visit(home, section.id, NOON - 120 * MINUTE, 30).id, f"{texts[8]} missed")
    for kind, about in (("talk", visit), ("principal", ""), ("coverage", "")):
        made = sharedpages.shared(home, kind, about)
        said = page_text(made.page(home)) + json.dumps(made.json(home), ensure_ascii=False)
        assert named(said) == [], kind
        if kind == "talk":
            assert all(field in said for field in ("teacher_reading", "my_reading"))
            assert "glow" not in said
        else:
            assert TEACHER not in said


def test_a_class_that_is_named_after_a_child_is_not_named(two_classes: Home) -> None:
    home = two_classes
    classroom.type_in(home, "Group of Théo", "Ida Lund; Ole Berg", teacher=TEACHER)
    classroom.type_in(home, "Ms Berg, room 3", "Ole Berg; Ada Lund", teacher=TEACHER)
    sections = {s.name: s.id for s in visits.sections(home)}
    visit = visits.start_visit(home, sections["Group of Théo"]).id
    who = ids(home, "Group of Théo")["Ida Lund"]
    Recorder(home, visit).observe("spark", "insight", student=who, note="why not")
    titles = [sharedpages.shared(home, "talk", visit).page(home).title]
    visit = visits.start_visit(home, sections["Ms Berg, room 3"], end_open=True).id
    titles.append(sharedpages.shared(home, "talk", visit).page(home).title)
    assert [title.split(" - ")[1] for title in titles] == ["Group of a student", "Ms Berg, room 3"]
    told = sharedpages.shared(home, "coverage").json(home)["classes"]
    assert {row["section"] for row in told} == {"Group of a student", "Ms Berg, room 3"}
    (seen,) = sharedpages.shared(home, "family", who).json(home)["seen"]
    assert (seen["class"], seen["words"]) == ("Group of another child", "why not")


def test_the_heads_page_has_practices_as_they_were_on_its_last_day_and_never_of_one_teacher(two_classes: Home) -> None:
    home = two_classes
    first, second = (next(s.id for s in visits.sections(home) if s.name == name) for name in (FIRST, SECOND))
    classroom.type_in(home, "Gr 5", "Ida; Ole", teacher="Mr. Tan")
    third = next(s.id for s in visits.sections(home) if s.name == "Gr 5")
    yesterday, today = (NOON - days * DAY - 60 * MINUTE for days in (1, 0))

    def ran(section: str, at: int, by: str) -> None:
        visit = visits.start_visit(home, section, at=at, end_open=True).id
        Afterwards(home, visit).tick_ran("strategy", "tiered", by)
        visits.end_visit(home, visit, at + 30 * MINUTE)

    def told(name: str) -> object:
        span = spans.named(home) if name == "today" else spans.between(home, date(2026, 11, 1), date(2026, 11, 23))
        return sharedpages.shared(home, "principal", "", span).json(home)["practices"]

    assert told("today") == {"modelled": 0, "together": 0, "alone": 0}
    ran(first, yesterday, "me")
    ran(second, yesterday + 40 * MINUTE, "both")
    assert told("today") is None  # two classes of one teacher
    ran(third, today, "teacher")
    assert told("today") == {"modelled": 0, "together": 0, "alone": 1}
    assert told("yesterday") is None


# -- how few are told of -----------------------------------------------------------------------------------


@st.composite
def schools(draw: st.DrawFn) -> list[list[tuple[bool, bool, bool]]]:
    """Classes of children, each: identified, seen in person, offered something. Often all or none, or all but a few."""
    found = []
    for _ in range(draw(st.integers(1, 3))):
        size = draw(st.sampled_from([1, 6, 10, 12, 19, 25]))
        marks = [draw(st.sampled_from([0, 1, size // 3, size // 2, size - 1, size])) for _ in range(3)]
        found.append([tuple(i < n for n in marks) for i in range(size)])
    return found


def made(path: Path, classes: list[list[tuple[bool, bool, bool]]]) -> Home:
    """A home in which just that happened, one visit a class."""
    home = open_home(path / "home", Platform())
    rows = ["Name,Section,Teacher,Gifted"]
    for c, people in enumerate(classes):
        rows += [f"Child{c}x{i},Class {c},{TEACHER},{'yes' if one[0] else 'no'}" for i, one in enumerate(people)]
    import_rosters(home, [read_plain("\n".join(rows).encode(), "class.csv", None)])
    for c, people in enumerate(classes):
        who = ids(home, f"Class {c}")
        section = next(s.id for s in visits.sections(home) if s.name == f"Class {c}")
        visit = visits.start_visit(home, section, end_open=True).id
        log = Recorder(home, visit)
        for i, (_, seen, offered) in enumerate(people):
            if seen:
                log.observe("engagement", "active", student=who[f"Child{c}x{i}"])
            if offered:
                log.observe("questioning", "analyze", modifiers={"asker": "me", "answered_by": who[f"Child{c}x{i}"]})
    for visit in visits.open_visits(home):
        visits.end_visit(home, visit.id)
    return home


def can_be(sizes: Sequence[int], told: Sequence[int | None], total: int | None) -> list[set[int]]:
    """What each count can be for one who has read it all, by trying every number of every count that is not told."""
    found: list[set[int]] = [set() for _ in sizes]
    for guess in product(*(range(of + 1) if n is None else [n] for of, n in zip(sizes, told, strict=True))):
        if total is None or sum(guess) == total:
            for values, n in zip(found, guess, strict=True):
                values.add(n)
    return found


@settings(max_examples=10, **CHANCE)
@example([[(True, True, True)] * 3 + [(False, True, True)] * 22])
@example([[(False, True, False)] * 22 + [(True, False, True)] * 3, [(False, True, False)] * 12])
@example([[(i < 12, i < 16, i < 9) for i in range(25)], [(False, i < 1, True) for i in range(10)]])
@given(schools())
def test_no_small_group_is_worked_out_from_the_heads_page_and_coverage_of_the_same_days(
    tmp_path_factory: pytest.TempPathFactory, classes: list[list[tuple[bool, bool, bool]]]
) -> None:
    home = made(tmp_path_factory.mktemp("school"), classes)
    try:
        span = spans.named(home)
        head, seen = (sharedpages.shared(home, kind, "", span) for kind in ("principal", "coverage"))
        offered, found = head.json(home)["access"], seen.json(home)
        printed = page_text(head.page(home)), page_text(seen.page(home))
    finally:
        home.close()
    # Children seen, class by class and all together.
    sizes = [len(people) for people in classes]
    truth = [sum(one[1] for one in people) for people in classes]
    told = [row["seen"] for row in found["classes"]]
    assert [row["of"] for row in found["classes"]] == sizes
    held_back(sizes, truth, told, found["all"]["seen"])
    # Children offered something, those identified and the others: how many there are of each, the head knows.
    groups = [[one for people in classes for one in people if one[0] is known] for known in (True, False)]
    sizes = [len(group) for group in groups]
    truth = [sum(one[2] for one in group) for group in groups]
    held_back(sizes, truth, [None, offered["others"]], offered["n"])
    # What is held back stands in no words either.
    claim = [int(n) for n in re.findall(r"\d+", offered["claim"])]
    assert claim == [n for n in (offered["n"], offered["of"], offered["others"]) if n is not None]
    for row in found["classes"]:
        shown = f"{row['seen']} of {row['of']}" if row["seen"] is not None else "held back"
        assert re.search(rf"{row['section']} +\d+ +\d+ +{shown}\n", printed[1])
    assert offered["claim"] in printed[0]


def few(n: int, of: int) -> bool:
    """Nine at most, or all but nine at most."""
    return n in range(1, 10) or of - n in range(1, 10)


def held_back(sizes: list[int], truth: list[int], told: list[int | None], total: int | None) -> None:
    can = can_be(sizes, told, total)
    for of, n, shown, values in zip(sizes, truth, told, can, strict=True):
        assert shown in (None, n)
        assert not few(n, of) or (shown is None and len(values) > 1)
    assert total in (None, sum(truth))
    assert total is None or not few(sum(truth), sum(sizes))


@settings(max_examples=8, **CHANCE)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=24))
def test_what_a_summary_shares_lets_nobody_subtract_the_few(
    tmp_path_factory: pytest.TempPathFactory, people: list[tuple[bool, int, int]]
) -> None:
    """A child each: identified, rated in a look at everyone (0: missed), tapped so (0: not at all)."""
    codes = (None, "off", "passive", "active", "deep")
    home = made(tmp_path_factory.mktemp("shared"), [[(known, False, False) for known, _, _ in people]])
    try:
        who = ids(home, "Class 0")
        visit = visits.start_visit(home, visits.sections(home)[0].id).id
        log = Recorder(home, visit)
        log.sweep_start(1, students=list(who.values()))
        for i, (_, rated, tapped) in enumerate(people):
            child = who[f"Child0x{i}"]
            if code := codes[rated]:
                log.observe("engagement", code, student=child, method="sweep", sweep=1)
            if code := codes[tapped]:
                log.observe("engagement", code, student=child)
        log.sweep_end(1)
        whole = summary(home, visit)
        said, printed = sharing.share(whole), page_text(wrap_up(home, visit, share=True))
    finally:
        home.close()
    assert not [name for name in who if name in printed or name in json.dumps(said)]
    part, full = said["channels"]["engagement"], whole["channels"]["engagement"]
    groups = part["by_group"]
    for method, block in full["by_method"].items():
        shown = part["by_method"][method]
        some = block["students"] in range(1, 10)
        assert _untold(shown) == some
        for group in ("identified", "others"):
            own = full["by_group"][group][method]
            if own["students"] in range(1, 10):
                assert groups == sharing.SUPPRESSED  # neither itself, nor all less the other one
        if some:
            assert groups == sharing.SUPPRESSED or not any(g.get(method, {}).get("n") for g in groups.values())


def test_a_summary_and_a_plan_for_the_teacher_do_not_name_a_class_after_a_child_either(two_classes: Home) -> None:
    home = two_classes
    classroom.type_in(home, "Ida Berg's five", "Ida Berg; Ole", teacher=TEACHER)
    section = next(s for s in visits.sections(home) if s.name == "Ida Berg's five")
    visit = visits.start_visit(home, section.id).id
    pages = (wrap_up(home, visit, share=True), plan_page(home, visit, named=False))
    said = [page_text(page) for page in pages] + [json.dumps(shared(home, summary(home, visit)))]
    assert not [text for text in said if "Ida Berg" in text]
    assert all(TEACHER in text for text in said)
    assert "Ida Berg's five" in wrap_up(home, visit).title


@settings(max_examples=8, **CHANCE)
@given(st.lists(typed, min_size=6, max_size=6))
def test_a_summary_for_the_teacher_names_no_child_in_the_words_that_come_with_it(
    two_classes: Home, texts: list[str]
) -> None:
    """It says of itself that no student is named; whoever sends it need not look through her notes for that."""
    home = two_classes
    marked = [f"{text} mark{n}" for n, text in enumerate(texts)]
    visit = visits.start_visit(home, FIRST, at=NOON - 50 * MINUTE, title=marked[0], end_open=True).id
    Recorder(home, visit).observe("engagement", "deep", student=ids(home, FIRST)["Noël"], note=marked[1])
    after = Afterwards(home, visit)
    after.note(marked[2])
    for n, field in enumerate(("glow", "try_next"), 3):
        after.reflect(field, marked[n])
    flags.put(home, visit, marked[5])
    said = [json.dumps(shared(home, summary(home, visit), notes=True), ensure_ascii=False)]
    said.append(page_text(wrap_up(home, visit, share=True, notes=True)))
    for text in said:
        assert all(f"mark{n}" in text for n in range(6))
        assert named(text) == []


def test_a_plan_for_the_teacher_names_no_child_of_another_class(two_classes: Home) -> None:
    home = two_classes
    visit = new_visit(home, FIRST, NOON + 60 * MINUTE, 30)
    Plan(home, visit.id).add("objective", text="Noël shows Xiomara and Théo")
    said = page_text(plan_page(home, visit.id, named=False))
    assert "a student shows a student and a student" in said


def test_the_question_of_a_talk_adds_up_no_taps_and_looks(two_classes: Home) -> None:
    home = two_classes
    section = next(s for s in visits.sections(home) if s.name == FIRST)
    people = list(ids(home, FIRST).values())
    visit = visits.start_visit(home, section.id, end_open=True).id
    log = Recorder(home, visit)
    log.sweep_start(1, students=people)
    for n, who in enumerate(people):
        log.observe("engagement", "waiting" if n < 2 else "deep", student=who, method="sweep", sweep=1)
        log.observe("engagement", "waiting" if n < 2 else "deep", student=who)

    def rule() -> str:
        return str(sharedpages.shared(home, "talk", visit).json(home)["question"]["rule"])

    assert "tapped" not in rule()
    assert "looks" not in rule()
    log.observe("engagement", "waiting", student=people[4])
    assert rule().endswith(" was tapped 3 times")
    log.observe("engagement", "waiting", student=people[4], method="sweep", sweep=1)
    assert rule().endswith(f" was seen in 3 of {len(people) + 1} looks")


def test_the_figure_of_a_talk_counts_looks_and_no_passes(two_classes: Home) -> None:
    """Of "10 looks at everyone" a teacher would think that there were ten passes over the class."""
    home = two_classes
    people = list(ids(home, FIRST).values())
    visit = visits.start_visit(home, section_id(home, FIRST), end_open=True).id
    log, n = Recorder(home, visit), 0
    for number in (1, 2):
        log.sweep_start(number, students=people)
        for who in people:
            log.observe("engagement", "deep", student=who, method="sweep", sweep=number)
            n += 1
    figure = sharedpages.shared(home, "talk", visit).json(home)["figure"]
    assert figure["text"] == f"Thinking: 100 % of {n} looks, each at one child."
    assert figure["rule"] == "the best code of engagement, from looks at everyone"


def test_what_is_said_of_a_group_as_one_is_of_few(two_classes: Home) -> None:
    """Alone, or beside what was seen in person: in neither case is a group's rating to be read, or worked out."""
    home = two_classes
    section = next(s for s in visits.sections(home) if s.name == FIRST)
    people = list(ids(home, FIRST).values())
    for beside in ([], people):
        visit = visits.start_visit(home, section.id, end_open=True).id
        log = Recorder(home, visit)
        log.observe("engagement", "off", group="Arrays")
        log.observe("questioning", "create", group="Arrays", modifiers={"asker": "student"})
        for who in beside:
            log.observe("engagement", "deep", student=who)
        engagement = sharing.share(summary(home, visit))["channels"]["engagement"]
        assert _untold(engagement["by_method"]["tap"]) == (not beside)
        assert engagement["by_group"] == sharing.SUPPRESSED
        asked = sharing.share(summary(home, visit))["channels"]["questioning"]
        assert _untold(asked)
        assert asked["by"] == sharing.SUPPRESSED
        assert "Arrays" not in page_text(wrap_up(home, visit, share=True))
        log.observe("questioning", "apply", modifiers={"asker": "me"})
        log.observe("engagement", "active")
        told = sharing.share(summary(home, visit))["channels"]
        assert not _untold(told["questioning"])  # something of everyone is among them
        assert not _untold(told["engagement"]["by_method"]["tap"])


def _untold(block: dict[str, Any]) -> bool:
    return all(n is None for n in block["counts"].values())
