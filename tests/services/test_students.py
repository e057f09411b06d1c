"""Who is to be seen, who was offered what, whose sparks ask for a look: over real visits of a real home."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from observe.domain.cards import Card, Line, page_text
from observe.domain.codec import iso, local
from observe.domain.errors import Refused
from observe.services import access, family, seen, settings, spans, talent, visits
from observe.services.afterwards import Afterwards
from observe.services.dayreview import bare_sparks, day_page
from observe.services.home import Home
from observe.services.protocols import import_protocol
from observe.services.record import Recorder
from observe.services.students import Pages
from observe.services.summary import day
from observe.services.today import today

from ..ui.school import CLASS, ids, school, section_id
from .held import DAY, FIRST, MINUTE, NOON, SECOND, SMALL, Held, identify
from .three import ROOM, Three, three_devices

pytestmark = pytest.mark.usefixtures("arizona")


@pytest.fixture
def home_open(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    opened = school(home, {FIRST: CLASS, SECOND: SMALL})
    monkeypatch.setattr(opened.clock, "now", lambda: NOON)
    identify(opened, SECOND, "Ana Ruiz")
    yield opened
    opened.close()


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Three]:
    with three_devices(tmp_path) as made:
        yield made


def by_name(report: dict, home: Home, section: str = SECOND) -> dict[str, dict]:
    names = {id: name for name, id in ids(home, section).items()}
    return {names[row["id"]]: row for row in report["students"] if row["id"] in names}


# -- to see next -----------------------------------------------------------------------------------------


def test_seen_counts_every_look_in_person_of_the_month_and_says_when_the_last_was(home_open: Home) -> None:
    old = Held(home_open, 40)
    old.tap(3, "engagement", "deep", "Dan Roe")
    one, two = Held(home_open, 3), Held(home_open, 1)
    one.tap(5, "engagement", "deep", "Ana Ruiz")
    two.tap(6, "spark", "insight", "Ana Ruiz")
    two.tap(7, "engagement", "off", "Ben Ode")
    two.tap(8, "engagement", "off")  # everyone is nobody in person
    two.tap(9, "role", "group", group=["Cora Lim"])  # nor is one in her group
    two.recorder.attendance(absent=[two.who["Dan Roe"]], at=two.start)
    report = seen.seen(home_open)
    assert (report["from"], report["to"]) == ("2026-11-01", "2026-11-24")
    (small,) = (s for s in report["sections"] if s["name"] == SECOND)
    assert small["visits"] == 2
    found = [(row["name"], row["n"], row["visits"]) for row in small["students"]]
    # Cora was never seen at all, Dan was once.
    assert found == [("Cora Lim", 0, 2), ("Dan Roe", 0, 1), ("Ben Ode", 1, 2), ("Ana Ruiz", 2, 2)]
    last = {row["name"]: row["last_at"] for row in small["students"]}
    assert last["Cora Lim"] is None
    assert last["Dan Roe"] == iso(old.start + 3 * MINUTE)
    assert last["Ana Ruiz"] == iso(two.start + 6 * MINUTE)
    assert small["never"] == small["to_see"] == [two.who["Cora Lim"], two.who["Dan Roe"]]
    (big,) = (s for s in report["sections"] if s["name"] == FIRST)
    assert (big["visits"], big["never"], big["to_see"]) == (0, [], [])  # nobody was there


def test_seen_is_what_the_logs_of_the_visits_say(home_open: Home) -> None:
    held = [Held(home_open, days, hour=hour) for days, hour in ((5, 3), (5, 2), (2, 2), (0, 3))]
    for i, visit in enumerate(held):
        for j, name in enumerate(SMALL):
            for k in range((i * j) % 3):
                visit.tap(j * 4 + k, "engagement", "active", name)
    report = seen.seen(home_open, spans.between(home_open, date(2026, 11, 19), date(2026, 11, 24)))
    logs = [visits.visit_log(home_open, visit.visit) for visit in held]
    for row in next(s for s in report["sections"] if s["name"] == SECOND)["students"]:
        own = [o for log in logs for o in log.observations if o.student == row["id"]]
        assert row["n"] == len(own)
        assert row["last_at"] == (iso(max(o.at for o in own)) if own else None)
        assert row["visits"] == sum(row["id"] in log.present() for log in logs)


def test_a_student_of_two_classes_is_seen_in_each_by_itself(home_open: Home) -> None:
    first, second = Held(home_open, 2), Held(home_open, 1, FIRST, hour=4)
    ana, room = first.who["Ana Ruiz"], section_id(home_open, FIRST)
    home_open.write(lambda act: act.put("member", f"{room}/{ana}", {"section": room, "student": ana}))
    first.tap(3, "engagement", "deep", "Ana Ruiz")
    first.tap(4, "engagement", "deep", "Ana Ruiz")
    second.tap(3, "engagement", "deep", "Zoe Kim")
    report = seen.seen(home_open)
    found = {s["name"]: {row["id"]: row["n"] for row in s["students"]} for s in report["sections"]}
    assert (found[SECOND][ana], found[FIRST][ana]) == (2, 0)
    for one in report["sections"]:  # asked for alone, each is the same
        assert seen.seen(home_open, section=one["id"])["sections"] == [one]


def test_today_says_whom_to_see_in_the_classes_of_the_day_only(home_open: Home) -> None:
    held = Held(home_open, 2)
    held.tap(5, "engagement", "deep", "Ana Ruiz")
    assert today(home_open).to_see == ()  # nothing is planned today
    Held(home_open, 0).tap(5, "engagement", "deep", "Ana Ruiz")
    assert today(home_open).to_see == ()  # she has been there, and does not go again
    home_open.write(lambda act: _plan(home_open, act, SECOND, NOON + 60 * MINUTE))
    home_open.write(lambda act: _plan(home_open, act, FIRST, NOON + 120 * MINUTE))
    (small,) = today(home_open).to_see  # nobody was in the other class this month, so nobody stands back
    assert small.section.name == SECOND
    assert [held.who[name] for name in ("Ben Ode", "Cora Lim", "Dan Roe")] == list(small.students)
    assert small.never == set(small.students)


def _plan(home: Home, act: object, section: str, at: int) -> None:
    facts = {
        "section": section_id(home, section), "planned_at": iso(at), "planned_minutes": 40,
        "protocol": "push_in", "protocol_version": 1, "zone": home.zone,
    }  # fmt: skip
    act.put("visit", home.new_key(), facts, new=True)


def test_the_day_review_names_whom_nobody_observed_this_month_up_to_that_day(home_open: Home) -> None:
    Held(home_open, 30).tap(5, "engagement", "deep", "Dan Roe")  # last month
    Held(home_open, 3).tap(5, "engagement", "deep", "Ben Ode")
    Held(home_open, 1).tap(5, "engagement", "deep", "Ana Ruiz")
    later = Held(home_open, 0)
    later.tap(5, "engagement", "deep", "Cora Lim")
    text = page_text(day_page(home_open, date(2026, 11, 23)))
    assert "never observed this month: Cora Lim, Dan Roe" in text
    assert "never observed this month: Dan Roe" in page_text(day_page(home_open, date(2026, 11, 24)))
    later.tap(6, "engagement", "deep", "Dan Roe")
    assert "never observed" not in page_text(day_page(home_open, date(2026, 11, 24)))


def test_sparks_without_a_word_are_to_finish_until_they_have_one(home_open: Home) -> None:
    held = Held(home_open, 0)
    held.tap(5, "spark", "insight", "Ana Ruiz", note="sees the rule")
    held.tap(6, "spark", "drive", "Ben Ode", note="for me alone", private=True)
    bare = held.tap(7, "spark", "lead", "Cora Lim")
    figures = day(home_open, date(2026, 11, 24))["visits"]
    assert [(o.id, label) for _, o, label in bare_sparks(home_open, figures)] == [(bare, "Lead")]
    assert "Cora Lim: Lead, what was seen?" in page_text(day_page(home_open, date(2026, 11, 24)))
    held.recorder.amend(bare or "", note="sat with the quiet one")
    assert bare_sparks(home_open, day(home_open, date(2026, 11, 24))["visits"]) == []


# -- access ----------------------------------------------------------------------------------------------


def offered(home: Home) -> Held:
    held = Held(home, 1)
    held.tap(2, "strategy", "minilesson", on=True)
    held.tap(4, "role", "group", group=["Ben Ode", "Ana Ruiz"])
    held.tap(10, "strategy", "minilesson", on=False)
    held.tap(12, "role", "circulate")
    held.tap(15, "questioning", "analyze", modifiers={"asker": "me", "answered_by": held.who["Cora Lim"]})
    held.tap(16, "questioning", "apply", "Dan Roe", modifiers={"asker": "student"})  # not of higher order
    return held


def test_the_claim_in_one_line(home_open: Home) -> None:
    offered(home_open)
    report = access.report(home_open)
    people = by_name(report, home_open)
    assert people["Ana Ruiz"]["service_seconds"] == people["Ben Ode"]["service_seconds"] == 480
    assert people["Ben Ode"]["offers"] == {"strategy.minilesson": {"visits": 1, "seconds": 360.0}}
    assert (people["Cora Lim"]["upper_answered"], people["Cora Lim"]["offers"]) == (1, {})
    assert not people["Dan Roe"]["any"]
    assert report["any"] == {
        "n": 3, "of": 4, "share": 0.75,
        "by_group": {
            "identified": {"n": 1, "of": 1, "share": 1.0}, "others": {"n": 2, "of": 3, "share": 0.6667},
        },
    }  # fmt: skip
    assert report["claim"] == (
        "had at least one top-tier task, mini-lesson, enrichment, extension or upper question this month: "
        "3 of 4, 2 of them not identified"
    )
    assert report["visits"] == 1  # and the class without a visit is in no denominator
    assert access.report(home_open, section=section_id(home_open, FIRST))["claim"].startswith("no visit to a class")


def test_a_top_tier_of_the_plan_counts_for_whoever_came_into_its_group(home_open: Home) -> None:
    held = Held(home_open, 1)
    lines = (
        {"part": "tier", "place": 0, "name": "core", "text": "page 4"},
        {"part": "tier", "place": 1, "name": "top", "text": "make a rule"},
        {"part": "group", "place": 0, "name": "Red", "tier": "top", "students": [held.who["Ana Ruiz"]]},
        {"part": "group", "place": 1, "name": "Blue", "tier": "core", "students": [held.who["Ben Ode"]]},
    )

    def write(act: object) -> None:
        for line in lines:
            act.put("plan", f"{held.visit}/{home_open.new_key()}", {"visit": held.visit, **line})
        start = {held.who["Ana Ruiz"]: "Red", held.who["Ben Ode"]: "Blue"}
        act.put("groups", held.visit, {"visit": held.visit, "groups": start})
        moved = {
            "visit": held.visit,
            "at": iso(held.start + 9 * MINUTE),
            "student": held.who["Cora Lim"],
            "group": "Red",
        }
        act.put("move", f"{held.visit}/{home_open.new_key()}", moved)

    home_open.write(write)
    assert [name for name, row in by_name(access.report(home_open), home_open).items() if row["top_tier"]] == []
    held.tap(11, "engagement", "deep", "Cora Lim")  # the log shows that the tier was worked on
    found = by_name(access.report(home_open), home_open)
    assert {name for name, row in found.items() if row["top_tier"] == 1} == {"Ana Ruiz", "Cora Lim"}
    held.tap(12, "spark", "insight", "Cora Lim")
    (row,) = talent.report(home_open)["students"]
    around = row["sparks"][0]["around"]
    assert (around["group"], around["tier"], around["task"]) == ("Red", "top", "make a rule")


def test_agreements_on_compacting_are_shown_beside_and_not_in_the_claim(home_open: Home) -> None:
    held = Held(home_open, 1)
    key, section = home_open.new_key(), section_id(home_open, SECOND)
    facts = {"section": section, "student": held.who["Dan Roe"], "at": iso(NOON - 3 * DAY), "instead": "a project"}
    home_open.write(lambda act: act.put("compacting", key, facts))
    row = by_name(access.report(home_open), home_open)["Dan Roe"]
    assert (row["compacting"], row["any"]) == (1, False)
    assert "instead: a project" in page_text(Pages(home_open, spans.named(home_open)).student(held.who["Dan Roe"]))
    Held(home_open, 1, FIRST, hour=5)
    both = {"section": section_id(home_open, FIRST), "student": held.who["Dan Roe"]}
    home_open.write(lambda act: act.put("member", f"{both['section']}/{both['student']}", both))
    other = access.report(home_open, section=both["section"])
    assert by_name(other, home_open)["Dan Roe"]["compacting"] == 0  # it is of the other class
    end = {"at": iso(NOON - 2 * DAY)}
    home_open.write(lambda act: act.put("compacting.end", key, end))
    yesterday = spans.between(home_open, date(2026, 11, 23), None)
    assert by_name(access.report(home_open, yesterday), home_open)["Dan Roe"]["compacting"] == 0


def test_a_student_of_two_classes_is_one_and_who_left_is_none(home_open: Home) -> None:
    held, other = offered(home_open), Held(home_open, 1, FIRST, hour=4)
    ben, second = held.who["Ben Ode"], section_id(home_open, FIRST)
    home_open.write(lambda act: act.put("member", f"{second}/{ben}", {"section": second, "student": ben}))
    other.tap(3, "engagement", "deep", "Zoe Kim")
    report = access.report(home_open)
    assert report["any"]["of"] == 29
    (row,) = (r for r in report["students"] if r["id"] == ben)
    assert len(row["sections"]) == 2
    held.tap(20, "spark", "insight", "Dan Roe", note="saw the pattern")
    assert len(talent.report(home_open)["students"]) == 1
    gone = {"section": section_id(home_open, SECOND), "student": held.who["Dan Roe"], "active": False}
    home_open.write(lambda act: act.put("member", f"{gone['section']}/{gone['student']}", gone))
    assert access.report(home_open)["any"]["of"] == 28
    assert talent.report(home_open)["students"] == []
    text = page_text(Pages(home_open, spans.named(home_open)).student(gone["student"]))
    assert "on no roster now" in text
    assert "saw the pattern" in text
    assert [one["words"] for one in family.family(home_open, gone["student"], spans.named(home_open))["seen"]] == [
        "saw the pattern"
    ]


# -- talent ----------------------------------------------------------------------------------------------


def sparkling(home: Home) -> list[Held]:
    one, two = Held(home, 3), Held(home, 1)
    one.tap(1, "strategy", "enrichment", on=True)
    one.tap(5, "spark", "insight", "Ben Ode", note="saw the pattern")
    one.tap(6, "spark", "question", "Ben Ode")
    one.tap(20, "strategy", "enrichment", on=False)
    one.tap(25, "spark", "drive", "Ana Ruiz")
    two.tap(5, "spark", "insight", "Ben Ode")
    return [one, two]


def test_the_rule_raises_says_why_and_can_be_set(home_open: Home) -> None:
    one, _ = sparkling(home_open)
    report = talent.report(home_open)
    assert report["rule"]["words"] == "at least 3 sparks of 2 kinds on 2 days"
    assert report["raised"] == [one.who["Ben Ode"]]
    found = by_name(report, home_open)
    assert set(found) == {"Ana Ruiz", "Ben Ode"}
    assert (found["Ben Ode"]["raised"], found["Ana Ruiz"]["raised"]) == (True, False)
    assert found["Ben Ode"]["why"] == "3 sparks of 2 kinds (Insight, Question) on 2 days"
    first, second, third = found["Ben Ode"]["sparks"]
    assert (first["evidence"], first["open"], first["around"]["on"]) == (
        "saw the pattern",
        True,
        {"strategy": ["enrichment"]},
    )
    assert (second["evidence"], third["open"], third["day"]) == (None, False, "2026-11-23")
    assert "score" not in page_text(Pages(home_open, spans.named(home_open)).talent()).lower()
    assert talent.set_rule(home_open, "4 2 2").sparks == 4
    assert talent.report(home_open)["raised"] == []
    assert talent.set_rule(home_open, "1, 1, 1") == talent.Rule(1, 1, 1)
    # Those whom nobody has identified come first.
    assert talent.report(home_open)["raised"] == [one.who["Ben Ode"], one.who["Ana Ruiz"]]
    for wrong in ("3 2", "3 2 x", "0 2 2", "3 2 100", "", "three 2 2"):
        with pytest.raises(Refused):
            talent.set_rule(home_open, wrong)
    assert settings.get(home_open, "talent_sparks") == "1"


def test_sparks_for_each_look_and_minute_and_who_was_never_seen_in_an_open_task(home_open: Home) -> None:
    one, two = sparkling(home_open)
    one.tap(10, "engagement", "deep", "Cora Lim")
    for n, name in enumerate(SMALL):
        two.tap(20 + n, "engagement", "active", name, method="sweep", sweep=1)
        two.tap(20 + n, "challenge", "easy", name, method="sweep", sweep=1)
    report = talent.report(home_open)
    assert report["rates"] == {
        "looks": {"sparks": 4, "looks": 4, "per_look": 1.0},
        "open": {"sparks": 2, "seconds": 19 * 60.0, "per_minute": 0.1053},
        "other": {"sparks": 2, "seconds": 61 * 60.0, "per_minute": 0.0328},
    }
    assert report["never_open"] == [one.who["Ana Ruiz"], one.who["Dan Roe"]]
    identified, others = report["groups"]["identified"]
    assert (identified["sparks"], identified["students"], identified["few"]) == (1, 1, True)
    assert (others["share_of_sparks"], others["share_of_students"]) == (0.75, 0.75)
    text = page_text(Pages(home_open, spans.named(home_open)).talent())
    assert "4 sparks, 4 looks: too few looks to compare" in text  # one pass: a look at everyone is what that is called
    assert "2 sparks in 19 min" in text
    assert ": 0.11 a minute" in text
    assert "never seen in an open task: Ana Ruiz, Dan Roe" in text
    assert "no percentages" in text
    assert "%" not in text


def test_a_spark_in_the_first_moments_of_a_visit_is_no_rate(home_open: Home) -> None:
    began = NOON - 60 * MINUTE
    visit = visits.start_visit(home_open, section_id(home_open, SECOND), at=began).id
    cora = ids(home_open, SECOND)["Cora Lim"]
    Recorder(home_open, visit).observe("spark", "insight", student=cora, at=began + MINUTE)
    visits.end_visit(home_open, visit, began + 2 * MINUTE)
    text = page_text(Pages(home_open, spans.named(home_open)).talent())
    assert "1 spark in 2 min" in text
    assert "a minute" not in text


def test_areas_and_grades_are_compared_where_the_roster_has_enough_of_them(home_open: Home) -> None:
    held, known = Held(home_open, 1, FIRST), ids(home_open, FIRST)
    for n, name in enumerate(CLASS[:14]):
        held.tap(n, "spark", "insight", name)

    def grades(act: object) -> None:
        for n, name in enumerate(CLASS):
            act.put(
                "student",
                known[name],
                {"name": name, "grade": "4" if n < 12 else "5", "area": "maths" if n < 2 else ""},
            )

    home_open.write(grades)
    report = talent.report(home_open)
    four, five = report["groups"]["grade"]
    assert (four["group"], four["sparks"], four["students"], four["few"]) == ("4", 12, 12, False)
    assert (five["sparks"], five["share_of_sparks"], five["share_of_students"]) == (2, 0.1429, 0.52)
    assert [(row["group"], row["few"]) for row in report["groups"]["area"]] == [("maths", True), ("not said", False)]
    assert [row["group"] for row in report["groups"]["identified"]] == ["not identified"]
    text = page_text(Pages(home_open, spans.named(home_open)).talent())
    assert "by grade" in text
    assert "86 %" in text
    assert "by area" not in text  # of two children nothing can be said
    assert "by identified or not" not in text  # everybody is in one group


SCHEME = """
[protocol]
id = "small"
version = {version}
title = "Small"
[[channel]]
name = "beside"
label = "Beside"
kind = "state"
[[channel.code]]
key = "few"
label = "A few"
with_whom = true
[[channel]]
name = "way"
label = "Ways"
kind = "toggle"
[[channel.code]]
key = "corner"
label = "Corner"
{flags}
[[channel]]
name = "glimpse"
label = "Glimpses"
kind = "count"
about = "student"
[[channel.code]]
key = "bright"
label = "Bright"
"""


def test_an_older_version_of_a_scheme_counts_by_what_the_newest_says_and_two_schemes_are_told_apart(
    home_open: Home,
) -> None:
    offered(home_open)
    start = NOON - 2 * DAY
    import_protocol(home_open, SCHEME.format(version=1, flags=""), "s.toml")
    visit = visits.start_visit(home_open, section_id(home_open, SECOND), at=start, protocol="small").id
    who, recorder = ids(home_open, SECOND), Recorder(home_open, visit)
    recorder.observe("way", "corner", on=True, at=start)
    recorder.observe("beside", "few", with_whom=[who["Dan Roe"]], at=start + MINUTE)
    recorder.observe("glimpse", "bright", student=who["Dan Roe"], at=start + 2 * MINUTE)
    visits.end_visit(home_open, visit, start + 11 * MINUTE)
    assert not by_name(access.report(home_open), home_open)["Dan Roe"]["any"]
    newest = SCHEME.format(version=2, flags="offer = true\nopen = true")
    import_protocol(home_open, newest, "s.toml")
    report = access.report(home_open)
    # As many visits by each: the first by name keeps its names.
    assert "small:way.corner" in report["offers"]
    assert by_name(report, home_open)["Dan Roe"]["offers"] == {"small:way.corner": {"visits": 1, "seconds": 600.0}}
    found = talent.report(home_open)
    (row,) = found["students"]
    assert (row["name"], row["why"]) == ("Dan Roe", "1 spark of 1 kind (Bright) on 1 day")
    assert row["sparks"][0]["open"]


def test_evidence_that_is_private_is_on_no_page(home_open: Home) -> None:
    held = Held(home_open, 1)
    held.tap(5, "spark", "insight", "Ben Ode", note="for me alone", private=True)
    report = talent.report(home_open)
    (spark,) = report["students"][0]["sparks"]
    assert (spark["evidence"], spark["private"]) == (None, True)
    pages = Pages(home_open, spans.named(home_open), tappable=True)
    for page in (pages.talent(), pages.everything(), pages.student(held.who["Ben Ode"])):
        assert "for me alone" not in page_text(page)
        assert not [item for card in page.cards for item in card.items if getattr(item, "act", "").startswith("evid")]


def test_a_colleagues_spark_is_counted_and_not_hers_to_put_into_words(three: Three) -> None:
    hers = visits.start_visit(three.kim, three.room).id
    amara = ids(three.kim, ROOM)["Amara Okeke"]
    Recorder(three.kim, hers).observe("spark", "insight", student=amara)
    visits.end_visit(three.kim, hers)
    three.meet()
    for home, mine in ((three.kim, True), (three.tablet, False)):
        acts = [item.act for card in _sparks_on(home) for item in card.items if isinstance(item, Line) and item.act]
        assert any(act.startswith("evidence:") for act in acts) == mine
        assert [row["id"] for row in talent.report(home)["students"]] == [amara]


def _sparks_on(home: Home) -> list[Card]:
    return [c for c in Pages(home, spans.named(home), tappable=True).everything().cards if c.title == "Sparks"]


def test_a_month_begins_on_its_first_and_other_spans_end_today(home_open: Home) -> None:
    month, quarter, year = (spans.named(home_open, name) for name in spans.NAMED)
    assert (month.first, month.last) == (date(2026, 11, 1), date(2026, 11, 24))
    assert (quarter.last - quarter.first).days == 90
    assert (year.last - year.first).days == 364
    assert spans.between(home_open, None, None) == month
    assert spans.between(home_open, None, date(2026, 2, 10)).first == date(2026, 2, 1)
    assert spans.between(home_open, date(2026, 12, 5), None).last == date(2026, 12, 5)
    assert spans.month_to(date(2026, 2, 28)).first == date(2026, 2, 1)


def test_who_was_seen_before_the_time_asked_about_is_not_said_to_be_never_seen(home_open: Home) -> None:
    held = Held(home_open, 30)
    held.tap(5, "engagement", "deep", "Dan Roe")  # last month
    Held(home_open, 1).tap(5, "engagement", "deep", "Ana Ruiz")
    text = page_text(Pages(home_open, spans.named(home_open)).everything())
    assert f"{SECOND}: never seen: Ben Ode, Cora Lim\n" in text
    assert f"{SECOND}: not seen since: Dan Roe 25 Oct\n" in text
    alone = page_text(Pages(home_open, spans.named(home_open)).student(held.who["Dan Roe"]))
    assert "not observed, here in 1 of 1 visit, last 25 Oct" in alone
    assert "never observed, " not in alone


def test_pages_of_a_home_with_nothing_in_it_say_so(home_open: Home) -> None:
    pages = Pages(home_open, spans.named(home_open))
    text = page_text(pages.everything())
    assert "No visit to a class with students this month" in text
    assert "no visit yet" in text
    assert "nobody. The rule:" in text
    assert local(NOON, home_open.zone).hour == 12
    Afterwards(home_open, Held(home_open, 1).visit).reflect("glow", "a quiet day")
    assert "never seen: " in page_text(Pages(home_open, spans.named(home_open)).everything())
