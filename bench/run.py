"""All the figures of docs/performance.md, in one run on one machine, as ratios against the floor.

    python bench/run.py [--floor ../shared/bench/floor.py] [--big DIR] [--rounds N] [--write]

The floor is what this machine does without this program: a bare SQLite commit, `python -c pass`, one
GROUP BY over 225,000 rows, a Textual app with one text. `--write` puts the table into docs/performance.md.
Needs Linux (/proc), the sqlite3 command, and nothing else running.
"""

import argparse
import importlib.util
import os
import platform as host
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

sys.path.insert(0, str(Path(__file__).parent))
import shared_folder
from big_home import DAY, Then, fill
from terminal import MINIMAL, Terminal

from observe.platform import Platform
from observe.services import visits
from observe.services.home import open_home
from observe.services.record import Recorder

ROOT = Path(__file__).resolve().parent.parent
Row = tuple[str, str, str, str, str]


def median(values: list[float]) -> float:
    return statistics.median(values)


def floor_module(path: Path) -> ModuleType:
    """The floor's own script, so that its commits and its GROUP BY are what is compared against."""
    spec = importlib.util.spec_from_file_location("floor", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def bare_commits(folder: Path) -> Iterator[float]:
    """Milliseconds of single-row commits, as the floor makes them."""
    db = sqlite3.connect(folder / "bare.db", isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE e (id INTEGER PRIMARY KEY, at TEXT, student TEXT, code TEXT)")
    i = 0
    while True:
        began = time.perf_counter()
        db.execute(
            "INSERT INTO e (at, student, code) VALUES (?, ?, ?)",
            (f"2026-01-05T09:00:{i % 60:02d}.000Z", f"Pupil {i % 25}", "on-task"),
        )
        yield (time.perf_counter() - began) * 1000
        i += 1


def taps(path: Path) -> Iterator[float]:
    """Milliseconds of taps through the whole recorder, until each is durable."""
    home = open_home(path, Platform())
    section = visits.sections(home)[0]
    people = [s.id for s in visits.students(home, section.id)]
    recorder = Recorder(home, visits.start_visit(home, section.id, end_open=True).id)
    codes = ("off", "passive", "active", "deep")
    i = 0
    while True:
        began = time.perf_counter()
        recorder.observe("engagement", codes[i % 4], student=people[i % len(people)])
        yield (time.perf_counter() - began) * 1000
        i += 1


def interleaved(sources: list[Iterator[float]], rounds: int, each: int = 25) -> list[list[float]]:
    """Figures of all sources, taken in turn so that the machine's moods fall on all of them."""
    found: list[list[float]] = [[] for _ in sources]
    for _ in range(rounds):
        for source, figures in zip(sources, found, strict=True):
            figures.extend(next(source) for _ in range(each))
    return found


# An installed program has its bytecode; a checkout run with this set would compile itself each time.
ENV = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def command(argv: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(argv, stdout=subprocess.DEVNULL, check=True, env=ENV)
    return (time.perf_counter() - began) * 1000


def forget_spans(path: Path) -> bool:
    """Erase what is kept of spans, as any tap makes it worthless; the numbers of each visit stay."""
    with sqlite3.connect(path / "observe.db") as database:
        database.execute("DELETE FROM figure WHERE visit GLOB 'span:*'")
    return True


def commands(rounds: int, *argvs: list[str]) -> list[float]:
    """Median milliseconds of whole processes, run in turn."""
    for argv in argvs:
        command(argv)  # fill the caches
    found: list[list[float]] = [[] for _ in argvs]
    for _ in range(rounds):
        for argv, figures in zip(argvs, found, strict=True):
            figures.append(command(argv))
    return [median(figures) for figures in found]


def tap_rows(folder: Path, big: Path, rounds: int) -> Iterator[Row]:
    small = folder / "small"
    then = Then()
    then.now = Platform().wall_ms() - DAY
    home = open_home(small, then)
    fill(home, then, 1, 1, then.now)
    home.close()
    bare, empty, full = map(median, interleaved([bare_commits(folder), taps(small), taps(big)], rounds))
    yield (
        "tap through the recorder to durable",
        f"{empty:.3f} ms",
        f"bare commit {bare:.3f} ms",
        f"{empty / bare:.2f}",
        "3",
    )
    yield (
        "the same with 225,000 observations in the home",
        f"{full:.3f} ms",
        f"{empty:.3f} ms",
        f"{full / empty:.2f}",
        "1.3",
    )


def command_rows(floor: ModuleType, folder: Path, big: Path, rounds: int) -> Iterator[Row]:
    python = sys.executable
    observe = [python, "-m", "observe", "--home", str(big)]
    command([*observe, "end", "last"])  # the taps' own visit: what goes on is made anew each time it is asked for
    yesterday = "yesterday"
    year = ["--from", (date.today() - timedelta(days=364)).isoformat(), "--json"]
    nothing, summary, day, whole = commands(
        rounds,
        [python, "-c", "pass"],
        [*observe, "summary", "--json"],
        [*observe, "day", yesterday, "--json"],
        [*observe, "trends", *year],
    )
    trends = median([command([*observe, "trends", "--json"]) for _ in range(rounds) if forget_spans(big)])
    group = floor.group_by(str(folder), rounds)["sqlite3_cli_s"]["median"] * 1000
    yield (
        "`summary --json` in a home of 225,000", f"{summary:.0f} ms", f"`python -c pass` {nothing:.1f} ms",
        f"{summary / nothing:.1f}", "12",
    )  # fmt: skip
    bound = nothing + 2 * group
    yield (
        "`day --json` in it",
        f"{day:.0f} ms",
        f"Python's start + 2 GROUP BY {bound:.0f} ms",
        f"{day / bound:.2f}",
        "1",
    )
    for what, took in (("its default span, made anew", trends), ("a year, asked again", whole)):
        yield f"`trends --json`, {what}", f"{took:.0f} ms", f"the same {bound:.0f} ms", f"{took / bound:.2f}", "1"


def screen_rows(folder: Path, rounds: int, wheel_env: dict[str, str]) -> Iterator[Row]:
    minimal = folder / "minimal.py"
    minimal.write_text(MINIMAL)
    home = folder / "screens"
    make_demo(home)
    floor_argv = [sys.executable, str(minimal)]
    observe_argv = [sys.executable, "-m", "observe", "--home", str(home)]
    firsts: dict[str, list[float]] = {"floor": [], "observe": []}
    peaks: dict[str, list[float]] = {"floor": [], "observe": []}
    for i in range(rounds + 1):
        for name, argv, mark in (("floor", floor_argv, b"FLOORMARK"), ("observe", observe_argv, b"Today")):
            with Terminal(argv, 100, 32, wheel_env) as terminal:
                took = terminal.wait_for(mark)
                if i:  # the first one fills the caches
                    firsts[name].append(took * 1000)
                    peaks[name].append(terminal.peak_mib())
    first, floor_first = median(firsts["observe"]), median(firsts["floor"])
    yield (
        "first painted screen",
        f"{first:.0f} ms",
        f"minimal Textual app {floor_first:.0f} ms",
        f"{first / floor_first:.2f}",
        "1.5",
    )
    peak, floor_peak = median(peaks["observe"]), median(peaks["floor"])
    yield "memory at its first screen", f"{peak:.0f} MiB", f"{floor_peak:.0f} MiB", f"{peak / floor_peak:.2f}", "2"
    subprocess.run([*observe_argv, "start", "Grade 4 Math"], check=True, stdout=subprocess.DEVNULL, env=ENV)
    with Terminal(floor_argv, 100, 32, wheel_env) as floor, Terminal(observe_argv, 100, 32, wheel_env) as live:
        floor.wait_for(b"FLOORMARK")
        live.wait_for(b"Today")
        live.drain()
        live.send(b"\r")  # go on with the visit that is open
        live.wait_for(b"next tap for")
        live.drain()
        floor.drain()
        floor_run, live_run = [], []
        for _ in range(rounds):
            floor_run += [floor.burst(3, 0) for _ in range(50)]
            live_run += [live.burst(3, 14 if i % 2 else 11) for i in range(50)]
        a, b = median(live_run), median(floor_run)
        what = "mouse-down to repaint, 100x32, a whole class, taps one after the other"
        yield what, f"{a:.1f} ms", f"minimal Textual app {b:.1f} ms", f"{a / b:.2f}", "1.5"
        floor_taps, live_taps, sizes = [], [], []
        for i in range(30 * rounds):
            floor_taps.append(floor.tap(3, 0)[0])
            took, size = live.tap(3, 14 if i % 2 else 11)
            live_taps.append(took)
            sizes.append(float(size))
        a, b = median(live_taps), median(floor_taps)
        yield "the same, each tap after a rest", f"{a:.1f} ms", f"{b:.1f} ms", f"{a / b:.2f}", "-"
        yield "bytes to the terminal for a tap", f"{median(sizes):.0f}", "-", "-", "4000"
        before = live.cpu_seconds()
        began = time.perf_counter()
        while time.perf_counter() - began < 20:
            live.drain(0.5)
        share = (live.cpu_seconds() - before) / (time.perf_counter() - began)
        yield "an idle live visit, of one core", f"{share:.2%}", "-", "-", "1 %"


def make_demo(path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "observe", "demo", "--make", str(path), "--visits", "5"],
        check=True,
        stdout=subprocess.DEVNULL,
    )


HEAD = ("what", "this program", "floor, in the same run", "ratio or figure", "at most")


def table(rows: list[Row]) -> str:
    lines = [HEAD, ("---",) * 5, *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--floor", type=Path, default=ROOT.parent / "shared" / "bench" / "floor.py")
    parser.add_argument("--big", type=Path, help="a home made by bench/big_home.py; made anew when not given")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    options = parser.parse_args()
    floor = floor_module(options.floor)
    if shutil.which("sqlite3") is None:
        sys.exit("the sqlite3 command is needed for the floor of `day`")
    with tempfile.TemporaryDirectory(prefix="bench_") as name:
        folder = Path(name)
        big = folder / "big"
        if options.big is not None:
            shutil.copytree(options.big, big)
        else:
            subprocess.run([sys.executable, str(ROOT / "bench" / "big_home.py"), str(big)], check=True)
        steps: list[Callable[[], Iterator[Row]]] = [
            lambda: tap_rows(folder, big, 40),
            lambda: command_rows(floor, folder, big, options.rounds),
            lambda: screen_rows(folder, options.rounds, {}),
            lambda: shared_folder.rows(folder, taps, make_demo),
        ]
        rows = [row for step in steps for row in step()]
    told = table(rows)
    print(told)
    if options.write:
        page = ROOT / "docs" / "performance.md"
        machine = f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}, {host.system()} {host.machine()}"
        head, mark, _ = page.read_text(encoding="utf-8").partition("<!-- figures -->\n")
        page.write_text(f"{head}{mark}{told}\n\nMeasured {time.strftime('%Y-%m-%d')} on {machine}.\n", encoding="utf-8")


if __name__ == "__main__":
    main()
