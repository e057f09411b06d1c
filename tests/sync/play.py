"""Playing a script to its end, and finding the few steps of it that are enough to go wrong."""

import sqlite3
import time
import traceback
from collections.abc import Sequence

from observe.domain.errors import Refused

from . import invariants
from .chance import repeatable
from .world import Step, World


def live(steps: Sequence[Step], seed: object = 0) -> World:
    """Play a script to its end and assert all that must hold. The world is closed and gone when it returns."""
    with repeatable(seed):
        world = World(seed)
        try:
            for step in steps:
                world.do(step)
            world.settle()
            invariants.at_rest(world)
            return world
        finally:
            world.close()
            world.destroy()


FAULTS = (AssertionError, Refused, sqlite3.Error, OSError, KeyError, ValueError, TypeError)


def fault(steps: Sequence[Step], seed: object = 0) -> str | None:
    """Where a script goes wrong, if it does: the innermost function of this folder or the program."""
    try:
        live(steps, seed)
    except FAULTS as error:
        frames = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
        return f"{type(error).__name__} in {frames[-1]}"
    return None


def smaller(steps: Sequence[Step], seed: object = 0, seconds: float = 60) -> list[Step]:
    """A script that goes wrong as this one does, with as few steps as leaving some out can find in that time."""
    steps, size, wrong = list(steps), max(1, len(steps) // 2), fault(steps, seed)
    until = time.monotonic() + seconds
    while size:
        at = 0
        while at < len(steps) and time.monotonic() < until:
            without = steps[:at] + steps[at + size :]
            if fault(without, seed) == wrong:
                steps = without
            else:
                at += size
        size //= 2
    return steps
