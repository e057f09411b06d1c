"""Worlds of devices that share, from seeds: whatever they do and however it is delivered, what must hold holds.

A seed that fails says which few steps of it are enough. `-m torture` plays 10,000 of them, in parts if need be:
`OBSERVE_SEEDS` names a small JSON file that keeps how far it came and what failed, and `OBSERVE_SEEDS_AT_ONCE` how many
are played before it ends.
"""

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from . import invariants
from .chance import repeatable
from .play import FAULTS, live, smaller
from .world import WAYS, World, script

SEEDS, PARTS = 180, 4
LONG = 10_000
HAPPEN = (
    "arrived", "clone", "co_plan", "compacted", "double", "intruder", "new life", "not taken", "purge_student",
    "purge_visit", "redo", "rekey", "restore", "rewritten", "stopped", "torn", "undo", "words purged",
)  # fmt: skip
"""What every part of the seeds must have met at least once, or it shows nothing."""


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_they_agree_in_the_end(part: int) -> None:
    counts: Counter[str] = Counter()
    for seed in range(part, SEEDS, PARTS):
        counts += one(seed)
    assert [what for what in HAPPEN if not counts[what]] == []


def one(seed: int) -> Counter[str]:
    """Play a seed, long ones now and then; what happened in it."""
    steps = script(seed, 22 if seed % 10 else 45)
    try:
        return live(steps, seed).counts
    except FAULTS as error:
        raise AssertionError(f"seed {seed}: {error!r:.500}\nthese steps are enough: {smaller(steps, seed)}") from error


def test_the_same_seed_is_the_same_world() -> None:
    steps = script(4)
    assert live(steps, 4).trace == live(steps, 4).trace != live(steps, 5).trace


class Sharing(RuleBasedStateMachine):
    """The same world, step by step, as hypothesis thinks of them."""

    def __init__(self) -> None:
        super().__init__()
        self.chance = repeatable("hypothesis")
        self.chance.__enter__()
        self.world = World("hypothesis")

    @rule(what=st.sampled_from(sorted(WAYS)), who=st.integers(0, 59), number=st.integers(0, 1 << 30))
    def step(self, what: str, who: int, number: int) -> None:
        self.world.do((what, who, number))

    @rule(who=st.integers(0, 59), number=st.integers(0, 1 << 30))
    def deed(self, who: int, number: int) -> None:
        self.world.do(("deed", who, number))

    def teardown(self) -> None:
        try:
            self.world.settle()
            invariants.at_rest(self.world)
        finally:
            self.world.close()
            self.world.destroy()
            self.chance.__exit__(None, None, None)


Sharing.TestCase.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestSharing = Sharing.TestCase


@pytest.mark.torture
@pytest.mark.timeout(0)
def test_ten_thousand_seeds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ledger = Path(os.environ.get("OBSERVE_SEEDS", tmp_path / "seeds.json"))
    kept = json.loads(ledger.read_text()) if ledger.exists() else {"played": 0, "failed": {}, "counts": {}}
    counts = Counter(kept["counts"])
    last = min(LONG, kept["played"] + int(os.environ.get("OBSERVE_SEEDS_AT_ONCE", LONG)))
    for seed in range(kept["played"], last):
        try:
            counts += one(SEEDS + seed)
        except AssertionError as error:
            kept["failed"][str(SEEDS + seed)] = str(error)
        kept |= {"played": seed + 1, "counts": counts}
        part = ledger.with_suffix(".part")
        part.write_text(json.dumps(kept, indent=1))
        os.replace(part, ledger)
        if (seed + 1) % 100 == 0:
            with capsys.disabled():
                print(f"\n{seed + 1} of {LONG} seeds, failed: {sorted(kept['failed'])}", flush=True)
    assert kept["failed"] == {}
