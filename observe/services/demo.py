"""The demo: a home of its own with a made-up school and a week of visits, logged by the same recorder as real ones.

Seed, time and number of visits decide everything in it but the device's key and the ids of entries: two
demo homes are two devices, whatever they were made from.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from observe.domain.codec import iso, local, parse
from observe.domain.errors import Refused
from observe.domain.frozen import dataclass
from observe.domain.model import Student
from observe.domain.ports import Platform
from observe.services import demo_school, visits
from observe.services.clock import RunClock
from observe.services.demo_lesson import MINUTE, UNDO, Child, Step, lesson, twelve_taps
from observe.services.demo_programme import Programme
from observe.services.home import Home, open_home
from observe.services.record import Recorder
from observe.services.roster import import_rosters
from observe.store.journal import Act

FOLDER = "observe-demo"
"""The demo's home, beside the one that is hers."""
SEED = 1
WEEK = 25
DAY = 24 * 60 * MINUTE
STORIES = ("missed", "extra", "taps", "none", "forgotten", "drill")
"""What is out of the ordinary, once a week each, where there are enough visits for it."""
_FEW = 10
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Made:
    """What a demo home holds now."""

    visits: int
    observations: int
    students: int


@dataclass(frozen=True, slots=True)
class _Slot:
    """A visit that the timetable has: in which class, on which day of the story, when, and what becomes of it."""

    of: int
    day: int
    planned_at: int
    minutes: int
    story: str = ""


class _Then(RunClock):
    """The clock of the story."""

    ms = 0

    def now(self) -> int:
        return self.ms


class _Story(Home):
    """A home while its past is written: its clock is the story's, its keys are the seed's, and its acts share
    the transaction of their visit, since nobody waits for one to be confirmed."""

    def __init__(self, home: Home, keys: Random) -> None:
        super().__init__(home.path, home.platform, home.database)
        self.then = _Then(home.platform)
        self.clock, self.journal.now = self.then, self.then.now
        self._keys = keys

    def write(self, change: Callable[[Act], T]) -> T:
        return change(Act(self.journal))

    def new_key(self) -> str:
        return self._keys.randbytes(12).hex()


def make(
    path: Path,
    platform: Platform,
    *,
    seed: int = SEED,
    at: int | None = None,
    count: int = WEEK,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Made:
    """Make a demo home in `path`, a folder that is empty or not there yet.

    `count` visits on the school days up to `at` (ms; default now), none of them later. The same three
    give the same home. When it fails, what was written is removed again. Raises Refused.
    """
    at = platform.wall_ms() if at is None else at
    slots = _slots(at, platform.zone(), count, Random(f"stories {seed}"))
    _refuse_occupied(path)
    existed = path.is_dir()
    try:
        home = open_home(path, platform)
        try:
            story = _Story(home, Random(f"keys {seed} {at} {count}"))
            story.set_setting("demo", "1")
            story.set_setting("observer", demo_school.OBSERVER)
            # The afternoon before the first day: the roster comes, the week is planned.
            story.then.ms = story.journal.run = slots[0].planned_at - DAY * 2 // 3 if slots else at
            return _Teller(story, slots, Random(f"story {seed}")).tell(progress)
        finally:
            home.close()
    except BaseException:
        _empty(path, keep=existed)
        raise


def ready(path: Path, platform: Platform, *, reset: bool = False, **how: Any) -> Made | None:
    """The demo home at `path`: made as by `make` where there is none or on `reset`; None when it was there.

    It is made aside and then put in place, so that whatever interrupts it leaves the old one, or none. Raises Refused:
    for a home in that place that is not a demo's, and when one is there and `how` asks for a certain other one.
    """
    found = (path / "observe.db").exists()
    if found:
        _refuse_real(path, platform)
        if not reset and how.keys() & {"seed", "at", "count"}:
            raise Refused("the demo school is there already", f"in {path}", "add --reset to make it anew")
        if not reset:
            return None
    else:
        _refuse_occupied(path)
    aside = path.with_name(path.name + ".new")
    _empty(aside, keep=False)  # left by one that was interrupted
    made = make(aside, platform, **how)
    try:
        if found:
            _empty(path, keep=False)
        elif path.exists():
            path.rmdir()  # a rename goes onto an empty folder on some systems only
        aside.rename(path)
    except OSError as error:
        why = error.strerror or str(error)
        raise Refused(
            f"the demo cannot be put in {path}", why, "close what uses that folder, then try again"
        ) from error
    return made


def _refuse_real(path: Path, platform: Platform) -> None:
    home = open_home(path, platform)
    try:
        if not home.is_demo:
            raise Refused(f"the log in {path} is not a demo's", "it is left alone", "move that folder elsewhere")
    finally:
        home.close()


def _refuse_occupied(path: Path) -> None:
    try:
        occupied = path.exists() and (not path.is_dir() or any(path.iterdir()))
    except OSError as error:
        raise Refused(f"{path} cannot be read", error.strerror or str(error), "choose another folder") from error
    if occupied:
        what = "the folder is not empty" if path.is_dir() else "it is a file"
        raise Refused(f"no demo is made in {path}", what, "choose a new or empty folder")


def _empty(path: Path, keep: bool) -> None:
    if not keep:
        shutil.rmtree(path, ignore_errors=True)
        return
    for child in list(path.iterdir()):
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child, ignore_errors=True)
        else:
            child.unlink(missing_ok=True)


# -- the timetable -----------------------------------------------------------------------------------


def _slots(at: int, zone: str, count: int, rng: Random) -> list[_Slot]:
    """The last `count` visits that the timetable has up to `at`, oldest first. Raises Refused."""
    found: list[_Slot] = []
    day = local(at, zone).date() + timedelta(days=1)
    days = 0
    while len(found) < count:
        day -= timedelta(days=1)
        if day.weekday() > 4:
            continue
        days += 1
        for of, one in reversed(list(enumerate(demo_school.CLASSES))):
            try:
                planned_at = parse(f"{day.isoformat()}T{one.begins}", zone)
            except ValueError as error:
                raise Refused("--at: too early", f"there is no room for {count} visits before it") from error
            under_way = planned_at <= at < planned_at + one.minutes * MINUTE
            if planned_at + one.minutes * MINUTE <= at or (under_way and count >= _FEW):
                found.append(_Slot(of, -days, planned_at, one.minutes, "due" if under_way else ""))
    found = [replace(slot, day=slot.day - found[count - 1].day) for slot in reversed(found[:count])]
    if found and found[0].planned_at < DAY:
        raise Refused("--at: too early", f"there is no room for {count} visits before it")
    if count >= _FEW:
        # The last visits are ordinary: they are what she looks at first.
        stories = (STORIES * max(1, count // WEEK))[found[-1].story == "due" :]  # that one is not held already
        for place, story in zip(rng.sample(range(count - 3), len(stories)), stories, strict=True):
            found[place] = replace(found[place], story=story)
    return found


# -- the story ---------------------------------------------------------------------------------------


class _Teller:
    """Writes the visits into the home, in order of time."""

    def __init__(self, home: _Story, slots: Sequence[_Slot], rng: Random) -> None:
        self.home, self.slots, self.rng = home, slots, rng
        self.beside = Random(f"programme {rng.getstate()[1][:4]}")
        self.observations = 0

    def tell(self, progress: Callable[[int, int], None]) -> Made:
        home = self.home
        with home.database.transaction():
            import_rosters(home, [demo_school.roster()])
            by_name = {section.name: section for section in visits.sections(home)}
            self.sections = [by_name[one.name] for one in demo_school.CLASSES]
            self.children = self._traits()
            home.write(self._plan)
            self.programme = Programme(home, self.sections, self.beside)
            if self.slots:
                self.programme.begin(self.slots[0].planned_at, self.slots[-1].planned_at)
        day = -1
        for number, slot in enumerate(self.slots, start=1):
            if slot.day != day:
                day = slot.day
                self._morning(day, slot.planned_at)
            if slot.story not in ("missed", "due"):
                with home.database.transaction():
                    self._visit(slot)
            progress(number, len(self.slots))
        return Made(len(self.slots), self.observations, len(self.children))

    def _traits(self) -> dict[str, Child]:
        """What each child is like, by id; in every class two whom nobody identified show talent."""
        rng = self.rng
        children: dict[str, Child] = {}
        for section in self.sections:
            students = visits.students(self.home, section.id)
            talents = {s.id for s in rng.sample([s for s in students if not s.identified], 2)}
            for s in students:
                drift, notice = rng.uniform(0.5, 1.8), rng.lognormvariate(0, 0.8)
                child = Child(s.id, bool(s.identified), drift, notice, s.id in talents)
                children.setdefault(s.id, child)
        return children

    def _plan(self, act: Act) -> None:
        for slot in self.slots:
            if slot.story != "extra":
                key = self.home.new_key()
                facts = {"section": self.sections[slot.of].id, "observer": demo_school.OBSERVER, "zone": self.home.zone}
                times = {"planned_at": iso(slot.planned_at), "planned_minutes": slot.minutes}
                act.put("visit", key, {**facts, **times}, new=True)
                act.put("visit.title", key, {"title": self._title(slot)}, new=True)

    def _title(self, slot: _Slot) -> str:
        titles = demo_school.CLASSES[slot.of].titles
        return titles[slot.day % len(titles)]

    def _morning(self, day: int, first: int) -> None:
        """Before school: a run of the program begins; who is away is drawn; on the third day one has moved away."""
        self.home.then.ms = self.home.journal.run = first - 25 * MINUTE
        with self.home.database.transaction():
            self.programme.afternoon(self.home.then.ms)
        if day == 2:
            with self.home.database.transaction():
                import_rosters(self.home, [demo_school.roster(without=frozenset({demo_school.LEAVES}))])
        self.away = {id for id in self.children if self.rng.random() < 0.04}

    def _visit(self, slot: _Slot) -> None:
        home, rng, section = self.home, self.rng, self.sections[slot.of]
        start = slot.planned_at + rng.randint(10_000, 4 * MINUTE)
        length = slot.planned_at + slot.minutes * MINUTE - start - rng.randint(0, 4 * MINUTE)
        home.then.ms = start
        title = self._title(slot) if slot.story == "extra" else ""
        students = [s for s in visits.students(home, section.id) if s.active]
        if slot.story == "":
            planned = next(
                v for v in visits.visits_between(home, slot.planned_at, slot.planned_at + 1) if v.section == section.id
            )
            self.programme.plan(planned, students)
        # One that was forgotten yesterday, or last lesson, is ended now: at what was logged last.
        visit = visits.start_visit(home, section.id, title=title, end_open=True)
        if slot.story != "none":
            steps = self._steps(slot, students, length)
            if slot.story == "":
                steps = sorted([*steps, *self.programme.steps(visit.id, length)], key=lambda step: step.ms)
            self._play(Recorder(home, visit.id), start, steps)
        if slot.story != "forgotten":
            home.then.ms = start + length
            if slot.story == "":
                self.programme.regroup(visit, start, length, students)
            visits.end_visit(home, visit.id)
            if slot.story == "":
                self.programme.after(visit)

    def _steps(self, slot: _Slot, students: Sequence[Student], length: int) -> list[Step]:
        rng = self.rng
        # Some of those away in the morning come late; being seen marks them present.
        late = {s.id for s in students if s.id in self.away and rng.random() < 0.2}
        here = [self.children[s.id] for s in students if s.id not in self.away or s.id in late]
        if slot.story == "taps":
            return twelve_taps(rng, here, length)
        absent = [s.id for s in students if s.id in self.away]
        present = [s.id for s in students if s.id not in self.away] if rng.random() < 0.4 else []
        growth = slot.day / max(1, self.slots[-1].day)
        roll = Step(6_000, "attendance", {"present": present, "absent": absent, "roll": bool(present)})
        return [roll, *lesson(rng, here, length, growth, slot.story == "drill")]

    def _play(self, recorder: Recorder, start: int, steps: Sequence[Step]) -> None:
        for step in steps:
            self.home.then.ms = start + step.ms
            more = {"at": start + step.ms - step.late} if step.late else {}
            logged = getattr(recorder, step.what)(**step.fields, **more)
            if step.what != "observe" or logged.unchanged:
                continue
            self.observations += step.mend != UNDO
            self.home.then.ms += 1_800  # so long it takes her to see it
            if step.mend == UNDO:
                recorder.undo()
            elif step.mend:
                recorder.amend(logged.id, reason="wrong child", student=step.mend)
