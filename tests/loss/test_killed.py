"""`observe log` killed with SIGKILL at any moment: what it acknowledged is there, once, and the next one goes on."""

import json
import random
import shutil
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from observe.domain.entries import Entry
from observe.services import visits

from .feed import Feed, Line, observe, said
from .ledger import new_school, notes, opened, sound
from .torture import Torture

ROUNDS = 20


def test_what_was_acknowledged_before_a_kill_is_there(tmp_path: Path) -> None:
    visit = new_school(tmp_path / "school", tmp_path)
    acknowledged = sum(killed(seed, tmp_path / "school", visit, tmp_path / str(seed)) for seed in range(ROUNDS))
    assert acknowledged > 20 * ROUNDS  # the kills came late enough to mean something


@pytest.mark.torture
@pytest.mark.timeout(0)
def test_a_thousand_kills(tmp_path: Path, torture: Torture) -> None:
    visit = new_school(tmp_path / "school", tmp_path)

    def one(seed: int) -> int:
        acknowledged = killed(seed, tmp_path / "school", visit, tmp_path / str(seed))
        shutil.rmtree(tmp_path / str(seed))  # a home that lost something stays
        return acknowledged

    torture.run("killed", 1000, one)


def killed(seed: int, school: Path, visit: str, home: Path) -> int:
    """One round on a copy of the school: one to three log processes at once, killed one by one or all together.

    Returns how many lines were acknowledged. Now and then a second life is killed over what the first one left.
    """
    rng = random.Random(seed)
    shutil.copytree(school, home)
    acknowledged = 0
    for life in range(rng.choice([1, 1, 2])):
        count = rng.choice([1, 1, 2, 3])
        feeds = [
            Feed(home, visit, said(f"seed {seed} life {life} process {n}", 400, rng), random.Random(rng.random()))
            for n in range(count)
        ]
        together = rng.random() < 0.5
        for feed in feeds:
            if not together or feed is feeds[0]:
                if rng.random() < 0.15:
                    time.sleep(rng.random() * 0.2)  # while it starts, often
                else:
                    feed.wait_for(rng.randrange(1, 250))
                    time.sleep(rng.random() * 0.003)
            feed.kill()
        answers = [feed.finish() for feed in feeds]
        entries = sound(home)
        with opened(home) as read:
            found = notes(read, visit, entries)
        for feed, given in zip(feeds, answers, strict=True):
            assert feed.errors == ""
            acknowledged += kept(feed.lines, given, entries, found)
    goes_on(home, visit, len(entries))
    if seed % 4 == 0:
        exported(home, visit)
    return acknowledged


def kept(lines: Sequence[Line], answers: Sequence[Line], entries: Sequence[Entry], found: dict[str, str]) -> int:
    """Each answered line did what was answered; no line did it twice; nothing beyond the next one was begun."""
    assert [a["line"] for a in answers] == list(range(1, len(answers) + 1))
    by_note = Counter(found.values())
    first_seq = {e.key: e.seq for e in reversed(entries) if e.kind == "observation"}
    seen: set[tuple[str, str]] = {(e.kind, e.key.rpartition("/")[2]) for e in entries}
    undone = sum(1 for e in entries if e.kind == "undo")
    order = []
    for number, line in enumerate(lines, 1):
        answer: dict[str, Any] = answers[number - 1] if number <= len(answers) else {}
        if "note" in line:
            id = answer.get("id") if not answer.get("unchanged") else None
            if id is not None:
                assert found.get(id) == line["note"], f"line {number} was acknowledged and is not there"
                order.append(first_seq[id])
            times = by_note[line["note"]]
            assert times <= 1, f"line {number} is there {times} times"
            assert not times or id is not None or number == len(answers) + 1, f"line {number} is there unasked"
        elif line.keys() & {"undo", "redo"}:
            undone -= "error" not in answer and bool(answer)
        elif not answer.get("error") and answer.get("id"):
            kind = "pause" if "pause" in line else "attendance"
            assert (kind, answer["id"].rpartition("/")[2]) in seen, f"line {number} was acknowledged and is not there"
        if answer.get("error") and "note" in line:
            assert line["note"] not in by_note
    assert order == sorted(order)
    assert undone >= 0, "an undo was acknowledged and is not there"
    return len(answers)


def goes_on(home: Path, visit: str, so_far: int) -> None:
    """The next `observe log` follows on without a gap."""
    done = observe(home, "log", visit, stdin=b'{"channel": "spark", "code": "insight", "student": "Ana Ruiz"}\n')
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"\n") == 1
    with opened(home) as read:
        after = list(read.journal.every())[so_far:]
    assert [e.seq for e in after] == list(range(so_far + 1, so_far + len(after) + 1))
    assert after[0].kind == "observation"


def exported(home: Path, visit: str) -> None:
    """Whoever takes the log away with them finds the same in it."""
    done = observe(home, "export", "jsonl", visit, "--private")
    assert (done.returncode, done.stderr) == (0, b"")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    there = [line["key"] for line in lines if line.get("kind") == "observation"]
    with opened(home) as read:
        assert sorted(there) == sorted(o.id for o in visits.visit_log(read, visit).observations)
