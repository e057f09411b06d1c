"""The demo: a made-up school week that looks like one, the same one for the same seed and time, and in nobody's way."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from observe.cli import run
from observe.cli.demo import Then
from observe.domain import sampling
from observe.domain.codec import iso, local, ms_of, parse
from observe.domain.errors import Refused
from observe.domain.model import Visit
from observe.domain.names import clean_name
from observe.platform import Platform
from observe.services import demo, demo_school, summary, visits
from observe.services.home import Home, open_home
from observe.services.record import Recorder
from observe.store import migrations, queries, rosters
from observe.store.journal import rebuild

ARIZONA = "America/Phoenix"
TUESDAY = parse("2026-11-24T16:30", ARIZONA)


class In(Platform):
    """This machine in another zone."""

    __slots__ = ("_there",)

    def __init__(self, zone: str) -> None:
        super().__init__()
        self._there = zone

    def zone(self) -> str:
        return self._there


def make(path: Path, at: int = TUESDAY, zone: str = ARIZONA, seed: int = 1, count: int = demo.WEEK) -> demo.Made:
    return demo.make(path, In(zone), seed=seed, at=at, count=count)


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The default week, made once: tests only read it."""
    path = tmp_path_factory.mktemp("demo") / "week"
    make(path)
    with closing(open_home(path, In(ARIZONA))) as home:
        yield home


def every_visit(home: Home) -> tuple[Visit, ...]:
    return queries.visits(home.conn)


def held(home: Home) -> list[Visit]:
    return [visit for visit in every_visit(home) if visit.started_at is not None]


def rows(home: Home, sql: str) -> list[tuple[Any, ...]]:
    return home.conn.execute(sql).fetchall()


def log_of(home: Home) -> list[tuple[Any, ...]]:
    """All that was ever said in a home, but for the ids of entries and the device."""
    return rows(home, "SELECT ms, n, seq, act, run, kind, replace(key, device, ''), op, data FROM entry ORDER BY pos")


def summaries(home: Home) -> list[dict[str, Any]]:
    return [summary.summary(home, visit.id) for visit in every_visit(home)]


def moments(home: Home) -> list[int]:
    """Every time that is written anywhere in the home."""
    said = rows(
        home, "SELECT value FROM entry, json_tree(entry.data) WHERE json_tree.key IN ('at', 'until', 'planned_at')"
    )
    return [ms_of(text) for (text,) in said] + [ms for (ms,) in rows(home, "SELECT ms FROM entry")]


# -- the school --------------------------------------------------------------------------------------


def test_it_is_a_school_of_five_sections_four_teachers_and_95_students(week: Home) -> None:
    sections = visits.sections(week)
    members = visits.students(week)
    students = {s.id: s for s in members}
    assert len(sections) == 5
    assert len({s.teacher for s in sections}) == 4
    assert all(s.room and s.period and s.grade for s in sections)
    assert len(students) == 95
    assert 0.15 <= sum(bool(s.identified) for s in students.values()) / 95 <= 0.2
    for section in sections:
        mine = [s for s in members if s.section == section.id]
        assert [s.seat for s in mine] == list(range(1, len(mine) + 1))
        assert len({s.letter for s in mine if s.active}) == sum(s.active for s in mine)
        assert sum(bool(s.identified) for s in mine) >= 2
        assert len({s.group for s in mine}) >= 2


def test_names_are_awkward_and_pass_the_door_unchanged(week: Home) -> None:
    names = [name for (name,) in rows(week, "SELECT name FROM student")]
    assert [clean_name(name) for name in names] == names
    assert max(map(len, names)) == 60
    assert "Ana [Ani] O'Neil-Núñez" in names
    assert sorted(Counter(names).values())[-1] == 2
    assert any("\u0590" <= name[0] <= "\u05ff" for name in names)
    assert any("\u0600" <= name[0] <= "\u06ff" for name in names)
    assert any("\u4e00" <= name[0] <= "\u9fff" for name in names)
    assert any(" " not in name and name.isascii() for name in names)


def test_one_child_is_in_two_sections_and_one_has_left(week: Home) -> None:
    members = visits.students(week)
    twice = [id for id, n in Counter(s.id for s in members).items() if n == 2]
    assert len(twice) == 1
    assert [s.name for s in members if not s.active] == [demo_school.LEAVES]


def test_the_home_says_that_everybody_is_made_up(week: Home) -> None:
    assert week.is_demo
    assert week.setting("observer") == demo_school.OBSERVER
    assert {v.observer for v in every_visit(week)} == {demo_school.OBSERVER}


# -- the week ----------------------------------------------------------------------------------------


def test_a_week_has_what_happens_in_one(week: Home) -> None:
    now = TUESDAY
    found = every_visit(week)
    counts = Counter(visit for (visit,) in rows(week, "SELECT visit FROM observation"))
    logs = {v.id: visits.visit_log(week, v.id) for v in found}
    assert len(found) == 25
    assert 3_500 <= sum(counts.values()) <= 4_700
    assert Counter(v.status(now) for v in found) == {"ended": 24, "missed": 1}
    assert sum(v.planned_at is None for v in held(week)) == 1
    assert sum(v.estimated_end for v in found) == 1
    assert sorted(counts[v.id] for v in held(week))[:2] == [0, 12]
    assert [len(logs[v.id].pauses) for v in found if logs[v.id].pauses] == [1]
    assert {v.section for v in found} == {s.id for s in visits.sections(week)}
    assert all(v.title for v in found)
    assert any(v.planned_at != v.started_at for v in held(week))
    assert len({len(logs[v.id].present()) for v in held(week)}) > 1


def test_every_kind_of_thing_was_logged(week: Home) -> None:
    total = summary.span(week, every_visit(week))["totals"]["channels"]
    for group in ("identified", "others", "everyone"):
        assert total["engagement"]["by_group"][group]["tap"]["n"]
    assert total["engagement"]["by_method"]["sweep"]["n"] > 300
    assert total["challenge"]["by_method"]["sweep"]["n"] > 50
    assert total["questioning"]["numbers"]["wait_s"]["n"] > 20
    assert all(sum(codes.values()) for codes in total["questioning"]["by"]["asker"].values())
    assert all(
        total[name]["seconds"][code] for name in ("role", "grouping", "strategy") for code in total[name]["seconds"]
    )
    assert all(total["spark"]["counts"].values())
    told = rows(week, "SELECT json_extract(more, '$.note'), json_extract(more, '$.modifiers') FROM observation")
    assert sum(bool(note) for note, _ in told) > 20
    assert {key for _, given in told if given for key in json.loads(given)} == {
        "asker",
        "answered_by",
        "wait_s",
        "waited",
        "stage",
    }
    assert rows(week, "SELECT count(*) FROM private_note")[0][0]
    assert rows(week, "SELECT count(*) FROM sweep_skip")[0][0]
    assert {op for (op,) in rows(week, "SELECT op FROM entry")} == {"put", "void"}


def test_a_random_pass_says_what_it_was_drawn_with(week: Home) -> None:
    sweeps = [sweep for visit in held(week) for sweep in Recorder(week, visit.id).log().sweeps]
    drawn = [sweep for sweep in sweeps if sweep.order == "random"]
    assert len(drawn) > 5
    for sweep in drawn:
        assert sweep.seed is not None
        assert sweep.students == sampling.shuffled(sweep.students, sweep.seed)
    assert len({sweep.seed for sweep in drawn}) == len(drawn)
    assert {sweep.seed for sweep in sweeps if sweep.order != "random"} == {None}


def test_the_patterns_are_those_of_the_field(week: Home) -> None:
    days: dict[str, list[Visit]] = {}
    for visit in held(week):
        days.setdefault(iso(visit.started_at or 0)[:10], []).append(visit)
    spans = [summary.span(week, some)["totals"]["channels"] for _, some in sorted(days.items())]
    assert spans[0]["role"]["shares"]["extra"] > 2 * spans[-1]["role"]["shares"]["extra"]
    assert spans[-1]["questioning"]["higher_order"]["share"] > spans[0]["questioning"]["higher_order"]["share"] + 0.1
    total = summary.span(week, every_visit(week))["totals"]["channels"]
    able, others = (total["engagement"]["by_group"][group]["tap"]["shares"] for group in ("identified", "others"))
    assert able["waiting"] > 3 * others["waiting"]
    assert able["deep"] > others["deep"]
    able, others = (total["challenge"]["by_group"][group]["tap"]["shares"] for group in ("identified", "others"))
    assert able["known"] > 2 * others["known"]
    identified = rosters.identified_students(week.conn)
    sparks = total["spark"]["by_student"]
    assert len([id for id in sparks if id not in identified]) > len([id for id in sparks if id in identified])


def test_every_summary_can_be_computed_and_written(week: Home) -> None:
    for one in summaries(week):
        json.dumps(one, allow_nan=False)
        state = one["channels"].get("role")
        if state and one["visit"]["started_at"]:
            whole = sum(state["seconds"].values()) + state["unrecorded_seconds"]
            assert whole == pytest.approx(one["visit"]["seconds"], abs=0.002)
    json.dumps(summary.day(week, local(TUESDAY, ARIZONA).date()), allow_nan=False)


def test_visits_lie_in_school_hours_and_nothing_after_now(week: Home) -> None:
    assert max(moments(week)) <= TUESDAY
    for visit in every_visit(week):
        for ms in (visit.planned_at, visit.started_at, visit.ended_at):
            if ms is not None:
                there = local(ms, ARIZONA)
                assert there.weekday() < 5
                assert 8 <= there.hour < 15
    starts = [v.started_at or 0 for v in held(week)]
    ends = [v.ended_at or 0 for v in held(week)]
    assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))


def test_entries_look_logged_when_it_happened(week: Home) -> None:
    seen = rows(week, "SELECT ms, json_extract(data, '$.at') FROM entry WHERE kind = 'observation' AND parents IS NULL")
    gaps = [ms - ms_of(at) for ms, at in seen]
    assert min(gaps) >= 0
    assert max(gaps) <= 120_000
    assert sum(gap > 1000 for gap in gaps) < len(gaps) / 10


def test_the_journal_is_whole(week: Home, tmp_path: Path) -> None:
    assert rows(week, "PRAGMA quick_check") == [("ok",)]
    seqs = rows(week, "SELECT seq, ms, n FROM entry ORDER BY pos")
    assert [seq for seq, _, _ in seqs] == list(range(1, len(seqs) + 1))
    assert [stamp[1:] for stamp in seqs] == sorted({stamp[1:] for stamp in seqs})
    assert rows(week, "SELECT count(*) FROM conflict") == [(0,)]
    # Every act is one tap, not one visit: undo would else take back a lesson.
    acts = rows(week, "SELECT count(*) FROM entry WHERE kind = 'observation' AND op = 'put' GROUP BY act")
    assert {n for (n,) in acts} == {1}
    week.conn.execute("VACUUM INTO ?", (str(tmp_path / "copy.db"),))
    with closing(sqlite3.connect(tmp_path / "copy.db", isolation_level=None)) as copy:
        tables = migrations.projection_tables()
        before = {table: sorted(copy.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in tables}
        copy.execute("BEGIN")
        rebuild(copy, week.journal.device, tables, migrations.PROJECTIONS)
        copy.execute("COMMIT")
        after = {table: sorted(copy.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in tables}
    assert before == after


# -- seed, time, number ------------------------------------------------------------------------------


def test_the_same_seed_and_time_give_the_same_week_on_another_device(week: Home, tmp_path: Path) -> None:
    make(tmp_path / "again")
    with closing(open_home(tmp_path / "again", In(ARIZONA))) as again:
        assert log_of(again) == log_of(week)
        assert summaries(again) == summaries(week)
        assert again.journal.device != week.journal.device


def test_another_seed_gives_another_week(week: Home, tmp_path: Path) -> None:
    make(tmp_path / "other", seed=2)
    with closing(open_home(tmp_path / "other", In(ARIZONA))) as other:
        assert not {v.id for v in every_visit(other)} & {v.id for v in every_visit(week)}
        theirs, ours = (
            [one["channels"]["questioning"]["n"] for one in summaries(home) if one["visit"]["started_at"]]
            for home in (other, week)
        )
        assert theirs != ours


def test_the_hash_seed_of_the_interpreter_does_not_show(tmp_path: Path) -> None:
    exports = []
    for number in ("1", "2"):
        home = tmp_path / number
        for args in (["demo", "--make", str(home)], ["--home", str(home), "export", "jsonl", "-o", f"{home}.jsonl"]):
            more = ["--at", "2026-11-24T12:00", "--visits", "3"] if "--make" in args else []
            subprocess.run(
                [sys.executable, "-m", "observe", *args, *more],
                env={**os.environ, "PYTHONHASHSEED": number},
                check=True,
                capture_output=True,
            )
        exports.append(Path(f"{home}.jsonl").read_bytes())
    assert exports[0] == exports[1]


@pytest.mark.parametrize(
    ("at", "zone", "last"),
    [
        ("2026-11-25T00:00", ARIZONA, "2026-11-24"),
        ("2026-11-23T00:00", ARIZONA, "2026-11-20"),
        ("2026-11-23T07:59", ARIZONA, "2026-11-20"),
        ("2026-11-22T23:59:59", ARIZONA, "2026-11-20"),
        ("2027-01-01T00:00", "Asia/Tokyo", "2026-12-31"),
        ("2026-03-08T02:30", "America/New_York", "2026-03-06"),
        ("2026-03-09T12:00", "America/New_York", "2026-03-09"),
        ("2026-11-01T01:30", "America/New_York", "2026-10-30"),
        ("2026-11-02T23:00", "America/New_York", "2026-11-02"),
        ("2012-01-02T20:00", "Pacific/Apia", "2012-01-02"),  # a Friday was left out of that year's calendar
        ("2024-02-29T15:00", "Asia/Kolkata", "2024-02-29"),
    ],
)
def test_any_moment_can_be_now(tmp_path: Path, at: str, zone: str, last: str) -> None:
    now = parse(at, zone)
    assert make(tmp_path / "d", now, zone, count=12).visits == 12
    with closing(open_home(tmp_path / "d", In(zone))) as home:
        assert max(moments(home)) <= now
        found = every_visit(home)
        assert len(found) == 12
        newest = max(v.started_at or v.planned_at or 0 for v in found)
        assert local(newest, zone).date().isoformat() == last
        for visit in held(home):
            assert 8 <= local(visit.started_at or 0, zone).hour < 15
            assert visit.zone == zone
        assert len(summaries(home)) == 12


def test_a_visit_that_is_due_at_that_moment_waits_for_her(tmp_path: Path) -> None:
    now = parse("2026-11-24T10:45", ARIZONA)
    make(tmp_path / "d", now, count=12)
    with closing(open_home(tmp_path / "d", In(ARIZONA))) as home:
        assert [v.status(now) for v in every_visit(home)] == ["ended"] * 11 + ["planned"]
        due = every_visit(home)[-1]
        assert (due.planned_at or 0) <= now < (due.planned_at or 0) + (due.planned_minutes or 0) * 60_000


def test_of_a_few_visits_none_is_under_way(tmp_path: Path) -> None:
    now = parse("2026-11-24T10:45", ARIZONA)
    make(tmp_path / "d", now, count=3)
    with closing(open_home(tmp_path / "d", In(ARIZONA))) as home:
        assert [v.status(now) for v in every_visit(home)] == ["ended"] * 3
        assert max(moments(home)) <= now


@pytest.mark.parametrize("count", [0, 1, 2, 9, 10, 100])
def test_any_number_of_visits(tmp_path: Path, count: int) -> None:
    made = make(tmp_path / "d", count=count)
    with closing(open_home(tmp_path / "d", In(ARIZONA))) as home:
        assert len(every_visit(home)) == made.visits == count
        assert rows(home, "SELECT count(*) FROM observation") == [(made.observations,)]
        assert len(visits.sections(home)) == 5
        assert max(moments(home)) <= TUESDAY
        if count < 10:
            assert len(held(home)) == count
        if count:
            assert queries.latest_visit(home.conn) == every_visit(home)[-1]
            assert (
                summary.summary(home, every_visit(home)[-1].id)["channels"]["engagement"]["by_method"]["tap"]["n"] > 20
            )
        assert summary.span(home, every_visit(home))["delivered"]["delivered"] <= count


def test_she_can_go_on_from_there(tmp_path: Path) -> None:
    make(tmp_path / "d", count=2)
    with closing(open_home(tmp_path / "d", In(ARIZONA))) as home:
        visit = visits.start_visit(home, "Grade 4 Math")
        recorder = Recorder(home, visit.id)
        logged = recorder.observe("role", "teach")
        assert recorder.undo() is not None
        assert logged.id
        assert visits.open_visits(home) == (visit,)
        assert len(
            rows(home, "SELECT 1 FROM entry WHERE device = (SELECT value FROM setting WHERE name = 'device')")
        ) == len(log_of(home))


# -- the folder --------------------------------------------------------------------------------------


def test_a_folder_with_something_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Refused, match="not empty"):
        make(tmp_path)
    with pytest.raises(Refused, match="it is a file"):
        make(tmp_path / "mine.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    assert make(tmp_path, count=1).visits == 1


def test_a_moment_with_no_room_before_it_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    for at in (0, parse("1970-01-05T12:00", ARIZONA)):
        with pytest.raises(Refused, match="too early"):
            make(tmp_path / "d", at, count=25)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("there", [False, True])
def test_an_interrupted_one_leaves_nothing(tmp_path: Path, there: bool) -> None:
    path = tmp_path / "d"
    if there:
        path.mkdir()

    def stop(done: int, of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.make(path, In(ARIZONA), at=TUESDAY, count=5, progress=stop)
    assert path.exists() == there
    assert not list(tmp_path.rglob("*.db*"))
    assert make(path, count=1).visits == 1


def test_the_home_of_the_demo_stays_until_it_is_reset(tmp_path: Path) -> None:
    path, platform = tmp_path / "observe-demo", In(ARIZONA)
    (tmp_path / "observe-demo.new").mkdir()
    (tmp_path / "observe-demo.new" / "observe.db").write_bytes(b"left by one that was killed")
    assert demo.ready(path, platform, at=TUESDAY, count=1) is not None
    with closing(open_home(path, platform)) as home:
        visits.start_visit(home, "Grade 4 Math")
    assert demo.ready(path, platform) is None
    with pytest.raises(Refused, match="--reset"):
        demo.ready(path, platform, seed=2)
    with closing(open_home(path, platform)) as home:
        assert len(every_visit(home)) == 2
    assert demo.ready(path, platform, reset=True, at=TUESDAY, count=3) is not None
    with closing(open_home(path, platform)) as home:
        assert len(every_visit(home)) == 3
    assert [one.name for one in tmp_path.iterdir()] == ["observe-demo"]


def test_something_else_in_that_place_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "observe-demo"
    path.mkdir()
    (path / "mine.txt").write_text("mine")
    with pytest.raises(Refused, match="not empty"):
        demo.ready(path, In(ARIZONA), reset=True, at=TUESDAY, count=1)
    assert (path / "mine.txt").read_text() == "mine"
    assert [one.name for one in tmp_path.iterdir()] == ["observe-demo"]


def test_a_reset_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    path, platform = tmp_path / "observe-demo", In(ARIZONA)
    demo.ready(path, platform, at=TUESDAY, count=1)
    with pytest.raises(Refused, match="too early"):
        demo.ready(path, platform, reset=True, at=0)
    with closing(open_home(path, platform)) as home:
        assert len(every_visit(home)) == 1


def test_a_real_log_in_that_place_is_never_removed(tmp_path: Path) -> None:
    path, platform = tmp_path / "observe-demo", In(ARIZONA)
    with closing(open_home(path, platform)) as home:
        visit = visits.start_visit(home)
    for reset in (False, True):
        with pytest.raises(Refused, match="not a demo's"):
            demo.ready(path, platform, reset=reset)
    with closing(open_home(path, platform)) as home:
        assert visits.open_visits(home) == (visit,)


# -- the command -------------------------------------------------------------------------------------


def test_the_command_makes_a_home_and_touches_no_other(
    tmp_path: Path, home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "new" / "d"
    args = ["demo", "--make", str(target), "--seed", "3", "--at", "2026-11-24T12:00", "--visits", "4"]
    assert run(args) == 0
    out, err = capfd.readouterr()
    assert str(target) in out
    assert "4 visits" in out
    assert err == ""
    assert run(args) == 1
    assert capfd.readouterr().err.count("\n") == 1
    assert run(["--home", str(target), "summary", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["visit"]["started_at"] < "2026-11-24T19:00:00.000Z"
    assert not home.exists()


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (["--at", "yesterday"], 2),
        (["--at", "2026-11-24"], 2),
        (["--visits", "-1"], 2),
        (["--visits", "many"], 2),
        (["--seed", "x"], 2),
        (["--reset"], 2),
        (["--at", "1970-01-02T00:00"], 1),
    ],
)
def test_what_cannot_be_made_is_refused_in_a_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], args: list[str], status: int
) -> None:
    assert run(["demo", "--make", str(tmp_path / "d"), *args]) == status
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("observe: ")
    assert err.count("\n") == 1
    assert not (tmp_path / "d").exists()


def test_the_clock_of_a_demo_at_another_time_goes_on_from_there() -> None:
    then = Then(TUESDAY)
    assert 0 <= then.wall_ms() - TUESDAY < 5_000


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is what other systems have")
def test_the_app_opens_on_it(home: Path) -> None:
    import pty

    pid, screen = pty.fork()
    if pid == 0:
        os.environ |= {"COLUMNS": "100", "LINES": "32"}
        os.execv(sys.executable, [sys.executable, "-m", "observe", "demo", "--at", "2026-11-24T12:00", "--visits", "3"])
    seen = _until(screen, b"DEMO")
    os.write(screen, b"q")
    _until(screen, None)
    assert b"DEMO" in seen
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert not home.exists()
    [made] = Path(os.environ["HOME"]).rglob("observe-demo")
    with closing(open_home(made, Platform())) as opened:
        assert len(every_visit(opened)) == 3


def _until(screen: int, word: bytes | None) -> bytes:
    """What the terminal shows until `word` does, or until the program has ended."""
    import select

    seen, until = b"", time.monotonic() + 30
    while time.monotonic() < until and (word is None or word not in seen):
        if select.select([screen], [], [], 0.2)[0]:
            try:
                seen += os.read(screen, 65536)
            except OSError:  # Linux: the other side is closed
                break
    return seen


def test_what_stands_around_the_visits_is_there_too(week: Home) -> None:
    kinds = Counter(kind for (kind,) in rows(week, "SELECT kind FROM item"))
    around = {
        *("plan", "groups", "move", "compacting", "meeting", "meeting.held", "meeting.missed"),
        *("alone", "commitment", "commitment.end", "agreement", "limit"),
    }
    assert around <= kinds.keys()
    log = [visits.visit_log(week, visit.id) for visit in held(week)]
    assert any(o.plan for one in log for o in one.observations)
    assert {by for one in log for by in one.ran.values()} == {"me", "both", "teacher"}
    assert any(o.channel == "move" for one in log for o in one.observations)
