"""The figures of the shared folder, each beside what the same machine does without this program. Used by run.py."""

import json
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from observe.domain.codec import iso
from observe.platform import Platform
from observe.services.home import Home, open_home
from observe.services.sharing import publish, team
from observe.services.sharing.run import sync
from observe.store.journal import Act
from observe.sync import readers, segment
from observe.sync.folder import RealFolder
from observe.sync.packing import unpack
from observe.sync.readers import Patient

Row = tuple[str, str, str, str, str]
SEGMENTS, EACH = 2000, 100
QUIET = 10_000
READ_S = 0.2


def rows(folder: Path, taps: Callable[[Path], Iterator[float]], made: Callable[[Path], None]) -> Iterator[Row]:
    """All rows. `taps`: milliseconds of taps in a home; `made`: makes one with a class."""
    yield from _hanging(folder, taps, made)
    yield _publish(folder)
    yield _readers(folder)
    yield from _joiner_and_quiet(folder)


def _hanging(folder: Path, taps: Callable[[Path], Iterator[float]], made: Callable[[Path], None]) -> Iterator[Row]:
    """A sync that hangs in the folder, over and over, beside taps; in turn with taps where nothing is shared."""
    alone, sharing, shared = folder / "alone", folder / "sharing", folder / "hung"
    made(alone)
    made(sharing)
    shared.mkdir()
    home = open_home(sharing, Platform())
    team.set_up(home, shared)
    home.close()
    marker = shared / "observe-1" / "team.json"
    marker.unlink()
    os.mkfifo(marker)  # whoever opens it to read waits until somebody writes, and nobody does
    command = [sys.executable, "-m", "observe", "--home", str(sharing), "sync", "--watch", "--every", "1"]
    off, on = taps(alone), taps(sharing)
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        with_, without = [], []
        for _ in range(60):
            without += [next(off) for _ in range(25)]
            with_ += [next(on) for _ in range(25)]
        assert child.poll() is None, "the sync that should hang has ended"
    finally:
        child.kill()
        child.wait()
    a, b = statistics.median(with_), statistics.median(without)
    yield "tap while a sync hangs in the folder", f"{a:.3f} ms", f"sync off {b:.3f} ms", f"{a / b:.2f}", "1.1"
    yield "the slowest of 1,500 such taps", f"{max(with_):.1f} ms", f"sync off {max(without):.1f} ms", "-", "20 ms more"


def _publish(folder: Path) -> Row:
    there = folder / "publish"
    (there / "observe-1").mkdir(parents=True)
    real, data = RealFolder(there, Platform()), secrets.token_bytes(6000)
    device = "a" * 26
    real.publish(f"{device}/202611/0-1-{'0' * 64}.seg", data)
    bare = there / "bare"
    bare.mkdir()
    ours, floor = [], []
    for i in range(300):
        began = time.perf_counter()
        real.publish(f"{device}/202611/{i}-1-{secrets.token_hex(32)}.seg", data)
        ours.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        with (bare / "part").open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(bare / "part", bare / f"{i}")
        floor.append((time.perf_counter() - began) * 1000)
    a, b = statistics.median(ours), statistics.median(floor)
    return "a file published", f"{a:.2f} ms", f"write, fsync, rename {b:.2f} ms", f"{a / b:.2f}", "2"


class _Slow(RealFolder):
    def read(self, path: str, limit: int) -> bytes:
        time.sleep(READ_S)
        return super().read(path, limit)


def _readers(folder: Path) -> Row:
    there = folder / "slow"
    (there / "observe-1").mkdir(parents=True)
    slow = _Slow(there, Platform())
    paths = [f"{'a' * 26}/202611/{i}-1-{i:064}.seg" for i in range(80)]
    for path in paths:
        slow.publish(path, b"x" * 4000)

    def seconds(n: int) -> float:
        readers.READERS, before = n, readers.READERS
        began = time.perf_counter()
        assert sum(isinstance(data, bytes) for _, data in Patient(slow).read_all(paths, 1 << 20)) == len(paths)
        readers.READERS = before
        return time.perf_counter() - began

    a, b = seconds(8), seconds(1)
    return "80 files at 200 ms a read", f"{a:.2f} s", f"one reader {b:.2f} s", f"{b / a:.1f} times faster", "at least 5"


def _joiner_and_quiet(folder: Path) -> Iterator[Row]:
    shared = folder / "shared"
    shared.mkdir()
    first = open_home(folder / "first", Platform())
    secret = team.set_up(first, shared)
    publish.AT_ONCE, before = EACH, publish.AT_ONCE
    _observations(first, SEGMENTS * EACH)
    sync(first)
    publish.AT_ONCE = before
    bare = _bare(folder, shared, first)
    late = open_home(folder / "late", Platform())
    team.join(late, shared, secret.code)
    began = time.perf_counter()
    came = sync(late)
    took = time.perf_counter() - began
    assert came.pulled.entries >= SEGMENTS * EACH, came
    late.close()
    what = f"a late joiner takes {SEGMENTS * EACH:,} observations in {SEGMENTS:,} files"
    yield what, f"{took:.1f} s", f"read, decrypt, parse, insert {bare:.1f} s", f"{took / bare:.2f}", "2"
    yield _quiet(first, shared)
    first.close()


def _observations(home: Home, n: int) -> None:
    now = home.platform.wall_ms()
    students = [home.new_key() for _ in range(25)]
    for _ in range(n // 250):
        visit = home.new_key()

        def log(act: Act, visit: str = visit) -> None:
            for i in range(250):
                about = {"channel": "engagement", "code": "deep", "student": students[i % 25], "method": "tap"}
                said = {"visit": visit, "at": iso(now - i * 1000), **about}
                act.put("observation", home.new_key(), said, new=True)

        home.write(log)


def _bare(folder: Path, shared: Path, home: Home) -> float:
    """Seconds to read, decrypt, unpack, parse and insert the same files into the same two tables, proving nothing."""
    ring = team.team_of(home)
    assert ring is not None
    fernet = ring.ring.newest.fernet
    target = open_home(folder / "bare", Platform())
    conn = target.conn
    entry = "INSERT INTO entry VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, NULL, NULL)"
    seen = "INSERT INTO observation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)"
    began = time.perf_counter()
    for file in shared.glob("observe-1/*/[0-9]*/*.seg"):
        plain = unpack(fernet.decrypt(file.read_bytes().split(b"\n")[2]), segment.OUT_LIMIT)
        said = [json.loads(line) for line in plain.splitlines()]
        entries, looks = [], []
        for e in said:
            (ms, n), d = e["stamp"], e["data"]
            key, text = e["key"], json.dumps(d)
            entries.append(
                (e["id"], e["v"], e["device"], e["run"], e["seq"], ms, n, e["act"], e["kind"], key, e["op"], text)
            )
            code = (d["channel"], d["code"], d["student"], d["method"], None)
            looks.append((d["visit"], key, ms, ms, n, e["device"], e["seq"], *code))
        conn.execute("BEGIN IMMEDIATE")
        conn.executemany(entry, entries)
        conn.executemany(seen, looks)
        conn.execute("COMMIT")
    took = time.perf_counter() - began
    target.close()
    return took


def _quiet(home: Home, shared: Path) -> Row:
    """A sync with nothing to do, in a folder of 10,000 files, beside listing them; and whether it touched a file."""
    there = len(list(shared.glob("observe-1/*/[0-9]*/*.seg")))
    publish.AT_ONCE, before = 1, publish.AT_ONCE
    _observations(home, QUIET - there)
    sync(home)
    publish.AT_ONCE = before
    for _ in range(3):
        sync(home)
    touched: list[str] = []

    def watch(event: str, args: tuple[object, ...]) -> None:
        if event in ("open", "os.stat", "os.rename", "os.remove") and args and str(args[0]).endswith(".seg"):
            touched.append(str(args[0]))

    sys.addaudithook(watch)
    ours, floor = [], []
    for _ in range(15):
        began = time.perf_counter()
        sync(home)
        ours.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        n = 0
        for device in os.scandir(shared / "observe-1"):
            if device.is_dir():
                for shelf in os.scandir(device.path):
                    n += sum(1 for _ in os.scandir(shelf.path))
        floor.append((time.perf_counter() - began) * 1000)
    assert n >= QUIET, n
    assert not touched, touched[:3]
    a, b = statistics.median(ours), statistics.median(floor)
    what = f"a sync with nothing to do, {QUIET:,} files, none of them opened"
    return what, f"{a:.1f} ms", f"os.scandir {b:.1f} ms", f"{a / b:.2f}", "3"


if __name__ == "__main__":
    import tempfile

    from run import make_demo, taps

    place = Path(tempfile.mkdtemp(dir=sys.argv[1] if len(sys.argv) > 1 else None))
    try:
        for row in rows(place, taps, make_demo):
            print(" | ".join(row), flush=True)
    finally:
        shutil.rmtree(place)
