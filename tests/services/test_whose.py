"""Whose a visit is, once a colleague's have come in through the shared folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from observe.domain.cards import page_text
from observe.domain.codec import iso, local
from observe.domain.errors import Refused
from observe.platform import Platform
from observe.services import find, first_visits, meetings, plan_start, promises, schedule, sharedpages, summary, visits
from observe.services.afterwards import Afterwards
from observe.services.dayreview import day_page, line_for_tomorrow, unfinished_notes
from observe.services.home import Home, new_identity, open_home
from observe.services.record import Recorder
from observe.services.sharing import team
from observe.services.today import TOMORROW, today
from observe.services.whose import Whose, has_own
from observe.services.wrapup import wrap_up
from observe.store import maintenance

from ..cli.commands import Observe
from .three import OTHER, ROOM, Three, three_devices

MINUTE = 60_000
DAY = 24 * 60 * MINUTE


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Three]:
    with three_devices(tmp_path) as made:
        yield made


@pytest.fixture
def observe(home: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Observe:
    return Observe(home, monkeypatch, capsysbinary)


def held(home: Home, section: str, began: int = 0) -> str:
    """A visit that ended a minute before now; `began`: so many minutes before."""
    visit = visits.start_visit(home, section, at=home.clock.now() - (began + 1) * MINUTE).id
    visits.end_visit(home, visit, at=home.clock.now())
    return visit


def test_a_colleagues_open_visit_is_not_gone_on_with_and_does_not_stand_in_the_way(three: Three) -> None:
    hers = visits.start_visit(three.kim, three.room).id
    three.meet()
    assert today(three.tablet).open == ()
    assert visits.open_visits(three.tablet) == ()
    assert [d.visit.id for d in today(three.tablet).others] == [hers]
    mine = visits.start_visit(three.tablet, three.room, end_open=True).id
    three.meet()
    assert visits.read(three.kim, hers).ended_at is None  # "ends the open one" is said of her own alone
    assert [o.visit.id for o in today(three.kim).open] == [hers]
    assert [o.visit.id for o in today(three.tablet).open] == [mine]
    with pytest.raises(Refused, match=mine):
        visits.start_visit(three.tablet, three.other)


def test_what_a_colleague_promised_in_a_class_of_theirs_is_on_their_today_alone(three: Three) -> None:
    held(three.kim, three.room)
    made = promises.make(three.kim, three.room, "me", "bring the tiles")
    three.meet()
    assert today(three.tablet).promised == ()
    assert [one.id for one in today(three.kim).promised] == [made]


def test_her_own_open_visit_is_hers_on_both_devices_whatever_the_letter_case(three: Three) -> None:
    mine = visits.start_visit(three.tablet, three.room).id
    three.meet()
    assert [o.visit.id for o in today(three.laptop).open] == [mine]
    assert today(three.laptop).others == ()
    with pytest.raises(Refused, match="a visit is open"):
        visits.start_visit(three.laptop, three.other)


def test_what_a_colleague_forgot_to_end_is_hers_to_end(three: Three) -> None:
    at = three.kim.clock.now() - 2 * DAY
    visit = visits.start_visit(three.kim, three.room, at=at).id
    Afterwards(three.kim, visit).note(at=at + MINUTE)  # a flag without words
    three.meet()
    assert [(u.what, u.visit.id) for u in today(three.kim).unfinished] == [("open", visit), ("note", visit)]
    found = today(three.tablet)
    assert (found.open, found.unfinished, found.others) == ((), (), ())


def test_the_week_the_day_and_the_line_for_tomorrow_are_hers(three: Three) -> None:
    theirs = held(three.kim, three.room, began=30)
    Recorder(three.kim, theirs).observe("engagement", "deep", student=_child(three), at=three.kim.clock.now() - MINUTE)
    Afterwards(three.kim, theirs).reflect(TOMORROW, "Kim's own line")
    Afterwards(three.kim, theirs).note(at=three.kim.clock.now() - MINUTE)
    mine = held(three.tablet, three.other, began=20)
    three.meet()
    when = local(three.tablet.clock.now(), three.tablet.zone).date()
    day = summary.day(three.tablet, when)
    assert [v["visit"]["id"] for v in day["visits"]] == [mine]
    assert day["delivered"]["extra"] == 1
    assert [(o["visit"], o["observer"], o["section"], o["status"]) for o in day["others"]] == [
        (theirs, "Kim", ROOM, "ended")
    ]
    assert [w.section for w in today(three.tablet).week] == [OTHER]
    assert unfinished_notes(three.tablet, when) == []
    assert line_for_tomorrow(three.tablet, when) == ""
    said = page_text(day_page(three.tablet, when))
    assert f"Kim: {ROOM}, " in said
    assert ", held" in said
    assert "Kim's own line" not in said
    everyones = summary.day(three.tablet, when, everyone=True)
    assert [v["visit"]["id"] for v in everyones["visits"]] == [theirs, mine]
    assert (everyones["others"], everyones["delivered"]["extra"]) == ([], 2)
    said = page_text(day_page(three.tablet, when, everyone=True))
    assert "Kim" in said
    assert "Kim's own line" not in said
    assert "a note without words" not in said  # what a colleague has to finish is nobody else's to do


def _child(three: Three) -> str:
    return next(s.id for s in visits.students(three.tablet, three.room))


def test_last_and_open_mean_hers(three: Three) -> None:
    three.meet()
    for name, why in (("last", "there is no visit yet"), ("open", "no visit is open")):
        with pytest.raises(Refused, match=why):
            find.visit(three.tablet, name)
    theirs = visits.start_visit(three.kim, three.room).id
    three.meet()
    for name in ("last", "open"):
        with pytest.raises(Refused, match="of yours") as said:
            find.visit(three.tablet, name)
        assert "`observe visits`" in str(said.value)
    mine = visits.start_visit(three.tablet, three.room, at=three.tablet.clock.now() - MINUTE).id
    three.meet()
    for home in (three.tablet, three.laptop):
        assert find.visit(home, "last").id == find.visit(home, "open").id == mine
    assert find.visit(three.kim, "last").id == theirs
    assert find.visit(three.tablet, theirs[:10]).id == theirs  # named by its id it is anybody's


def test_a_home_without_a_name_takes_all_for_its_own(three: Three) -> None:
    theirs = visits.start_visit(three.kim, three.room).id
    three.meet()
    three.tablet.set_setting("observer", None)
    assert [o.visit.id for o in today(three.tablet).open] == [theirs]
    assert find.visit(three.tablet, "last").id == theirs
    with pytest.raises(Refused, match="a visit is open"):
        visits.start_visit(three.tablet, three.room)


def test_a_visit_without_an_observer_is_everybodys(three: Three) -> None:
    three.kim.set_setting("observer", None)
    nobodys = visits.start_visit(three.kim, three.room).id
    three.meet()
    assert [o.visit.id for o in today(three.tablet).open] == [nobodys]


def test_what_was_begun_here_stays_hers_when_her_name_and_the_devices_id_change(three: Three) -> None:
    mine = held(three.tablet, three.room)
    three.tablet.set_setting("observer", "Marta Ruiz")
    assert find.visit(three.tablet, "last").id == mine
    device = new_identity(three.tablet.path, three.tablet.platform)
    three.tablet.local_write(lambda: maintenance.become(three.tablet.conn, device))
    three.tablet.journal.device = device
    assert find.visit(three.tablet, "last").id == mine
    whose = Whose(three.tablet)
    assert set(whose._lives) == set(team.lives_of(three.tablet.path))  # the same ids, without reading a key
    three.meet()
    with pytest.raises(Refused, match="of yours"):
        find.visit(three.kim, "last")


def test_a_plan_of_a_colleague_is_not_taken_up(three: Three) -> None:
    def plan(home: Home, observer: str) -> str:
        key = home.new_key()
        data = {"section": three.room, "planned_at": iso(home.clock.now()), "planned_minutes": 40, "zone": home.zone}
        more = {"observer": observer, "protocol": "push_in", "protocol_version": 1}
        home.write(lambda act: act.put("visit", key, {**data, **more}, new=True))
        return key

    theirs = plan(three.kim, "Kim")
    three.meet()
    assert today(three.tablet).visits == ()
    assert visits.start_visit(three.tablet, three.room).id != theirs
    assert visits.start_visit(three.kim, three.room).id == theirs


def test_a_visit_planned_for_the_time_of_a_colleagues_is_one_of_her_own(three: Three) -> None:
    at = three.kim.clock.now() + 60 * MINUTE
    kims = plan_start.new_visit(three.kim, ROOM, at, 45).id
    three.meet()
    hers = plan_start.new_visit(three.tablet, ROOM, at, 45)
    assert (hers.id != kims, hers.observer) == (True, "Marta")
    assert plan_start.next_visit(three.tablet).id == hers.id


def test_what_was_planned_here_stays_hers_when_her_name_changes(three: Three) -> None:
    at = three.tablet.clock.now() + 3_600_000
    meeting = meetings.plan(three.tablet, three.room, at)
    mine = plan_start.new_visit(three.tablet, three.room, at).id
    three.meet()
    three.tablet.set_setting("observer", "Marta Ruiz")
    assert [m.id for m in meetings.between(three.tablet, None, None)] == [meeting.id]
    assert Whose(three.tablet).is_hers(visits.read(three.tablet, mine))
    assert meetings.between(three.kim, None, None) == ()
    assert not Whose(three.kim).is_hers(visits.read(three.kim, mine))


def test_the_first_visits_are_her_own(three: Three) -> None:
    for _ in range(5):
        held(three.kim, three.room)
    three.meet()
    three.laptop.set_setting("channels", None)
    assert first_visits.is_first(three.laptop)
    held(three.tablet, three.room)
    three.meet()
    assert not first_visits.is_first(three.laptop)
    assert first_visits.switched_on(three.laptop) is not None
    assert Whose(three.laptop).ended() == 1
    three.laptop.set_setting("observer", None)
    assert first_visits.switched_on(three.laptop) is None  # six have ended


def test_two_who_watch_one_lesson_are_named_to_each_other(three: Three) -> None:
    now = three.tablet.clock.now()

    def watched(home: Home, section: str, begin: int, end: int) -> str:
        visit = visits.start_visit(home, section, at=now - begin * MINUTE).id
        visits.end_visit(home, visit, at=now - end * MINUTE)
        return visit

    early = watched(three.kim, three.room, 90, 60)  # ends as hers begins
    mine = watched(three.tablet, three.room, 60, 20)
    theirs = watched(three.kim, three.room, 52, 13)
    three.laptop.set_setting("observer", "MARTA")
    late = watched(three.kim, three.room, 12, 8)
    elsewhere = watched(three.laptop, three.other, 15, 14)
    again = watched(three.laptop, three.room, 30, 17)  # before her devices met: hers all the same
    three.meet()
    row = {"visit": theirs, "observer": "Kim", "started_at": iso(now - 52 * MINUTE), "ended_at": iso(now - 13 * MINUTE)}
    found = summary.summary(three.tablet, mine)["also"]
    assert found == [row]
    assert [a["visit"] for a in summary.summary(three.kim, theirs)["also"]] == [mine, again]
    for alone in (early, late, elsewhere):
        assert summary.summary(three.laptop, alone)["also"] == []
    begin, end = (local(now - m * MINUTE, three.tablet.zone).strftime("%H:%M") for m in (52, 13))
    assert f"Also observed by Kim, {begin} to {end}" in page_text(wrap_up(three.tablet, mine))
    assert "Kim" not in page_text(wrap_up(three.tablet, mine, share=True, notes=True))


def test_an_open_visit_overlaps_up_to_now_and_a_forgotten_one_nothing(three: Three) -> None:
    now = three.tablet.clock.now()
    visits.start_visit(three.kim, three.room, at=now - 3 * DAY)
    mine = visits.start_visit(three.tablet, three.room, at=now - 10 * MINUTE).id
    three.meet()
    assert summary.summary(three.tablet, mine)["also"] == []
    live = visits.start_visit(three.kim, three.room, at=now - 5 * MINUTE, end_open=True).id
    three.meet()
    assert [(a["visit"], a["ended_at"]) for a in summary.summary(three.tablet, mine)["also"]] == [(live, None)]
    assert "to now" in page_text(wrap_up(three.tablet, mine))


def test_on_the_command_line(three: Three, observe: Observe, tmp_path: Path) -> None:
    theirs = visits.start_visit(three.kim, three.room).id
    three.meet()
    tablet = tmp_path / "tablet"
    assert "of yours" in observe("summary", home=tablet).err
    assert "of yours" in observe("log", "open", stdin="{}", home=tablet).err
    mine = observe.ok("start", ROOM, home=tablet).strip()
    assert [(v["id"], v["observer"]) for v in observe.json("visits", home=tablet)] == [(theirs, "Kim"), (mine, "Marta")]
    assert "Kim" in observe.ok("visits", home=tablet)
    day = observe.json("day", home=tablet)
    assert [v["visit"]["id"] for v in day["visits"]] == [mine]
    assert [o["visit"] for o in day["others"]] == [theirs]
    everyones = observe.json("day", "--everyone", home=tablet)
    assert [v["visit"]["id"] for v in everyones["visits"]] == [theirs, mine]
    assert everyones["others"] == []
    assert f"Kim: {ROOM}, " in observe.ok("day", home=tablet)
    assert [a["visit"] for a in observe.json("summary", home=tablet)["also"]] == [theirs]
    assert "also" not in observe.json("summary", "--share", "--notes", home=tablet)
    assert "Kim" not in observe.ok("summary", "--share", "--notes", home=tablet)
    assert observe.ok("end", "open", home=tablet).strip() == mine
    assert visits.read(three.kim, theirs).ended_at is None


def test_a_coordinator_has_none_of_her_own(three: Three, tmp_path: Path) -> None:
    held(three.kim, three.room)
    held(three.tablet, three.room)
    three.meet()
    reader = open_home(tmp_path / "reader", Platform())
    try:
        reader.set_setting("observer", "Robin")
        team.join(reader, three.folder, three.code)
        three.meet(reader)
        assert not has_own(reader)
        assert [has_own(home) for home in (three.tablet, three.laptop, three.kim)] == [True, True, True]
        assert [d.visit.observer for d in today(reader).others] == ["Kim", "Marta"]
        when = local(reader.clock.now(), reader.zone).date()
        assert [o["observer"] for o in summary.day(reader, when)["others"]] == ["Kim", "Marta"]
    finally:
        reader.close()


def test_colleagues_who_follow_one_calendar_have_a_visit_each_and_her_devices_one(three: Three, tmp_path: Path) -> None:
    start = iso(three.tablet.clock.now() + 1_800_000)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//School//EN",
        "X-WR-CALNAME:Push-in",
        "BEGIN:VEVENT",
        "UID:one",
    ]
    lines += [f"SUMMARY:{ROOM}", f"DTSTART:{start[:19].replace('-', '').replace(':', '')}Z", "DURATION:PT40M"]
    file = tmp_path / "push-in.ics"
    file.write_text("\r\n".join([*lines, "END:VEVENT", "END:VCALENDAR", ""]), encoding="utf-8")
    for home in (three.tablet, three.laptop, three.kim):
        assert schedule.import_schedule(home, file).counts["added"] == 1
    three.meet()
    (hers,) = (d.visit.id for d in today(three.tablet).visits)
    assert [d.visit.id for d in today(three.laptop).visits] == [hers]
    (kims,) = (d.visit.id for d in today(three.kim).visits)
    assert kims != hers
    mine = visits.start_visit(three.tablet, three.room).id
    theirs = visits.start_visit(three.kim, three.room).id
    assert (mine, theirs) == (hers, kims)
    three.meet()
    assert schedule.import_schedule(three.kim, file).counts == {**dict.fromkeys(schedule.WORDS, 0), "unchanged": 1}
    three.laptop.set_setting("observer", "Marta Ruiz-Vega")
    assert schedule.import_schedule(three.laptop, file).counts["added"] == 0


def test_coverage_counts_the_looks_at_everyone_of_the_visits_that_it_counts(three: Three) -> None:
    """A pass over a part of the class is none; one of a colleague, whose visit is in the line, is."""
    children = [s.id for s in visits.students(three.tablet, three.room)]
    for home, orders in ((three.tablet, ("seat", "unseen", "focal")), (three.kim, ("random",))):
        visit = visits.start_visit(home, three.room).id
        for number, order in enumerate(orders, 1):
            Recorder(home, visit).sweep_start(number, order, children)
        visits.end_visit(home, visit)
    three.meet()
    (told,) = sharedpages.shared(three.tablet, "coverage").json(three.tablet)["classes"]
    assert (told["visits"], told["looks_at_everyone"]) == (2, 2)
