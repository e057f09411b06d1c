"""What is said beside a code: who asked, and that the answer was waited for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from observe.domain.errors import NotSaved, Refused
from observe.domain.live import of_others
from observe.domain.model import Observation
from observe.domain.protocol import Channel, Modifier
from observe.services import coaching, settings
from observe.ui.commands import Command

if TYPE_CHECKING:
    from observe.ui.live.controller import Controller

QUESTION_MS = 30_000
"""So long after a question its waiting time can be said."""


def choice(c: Controller, channel: Channel, modifier: Modifier) -> str | None:
    """The choice that the next log gets: what was chosen, else the default."""
    return c.session.choices.get((channel.name, modifier.name), modifier.default)


def choose(c: Controller, channel: str, modifier: str, value: str) -> None:
    """Make a choice for the logs to come. It logs nothing."""
    found = c.channel(channel)
    what = found.modifier(modifier) if found else None
    code = what.value(value) if what else None
    if found is None or code is None:
        return
    if found is c.places.bottom and value in off_choices(c):
        c.session.message = f"{code.label}: switch it on in the menu first"
        return
    c.session.choices[channel, modifier] = value


def off_choices(c: Controller) -> frozenset[str]:
    """Other adults who ask: nobody logs the teacher before that is agreed on."""
    if c.places.bottom is None or c.session.teacher:
        return frozenset()
    return frozenset(of_others(c.places.bottom)[1])


def drop_off(c: Controller) -> None:
    """Who may not be logged any more is not who asks next."""
    if c.places.bottom is not None and c.places.asker is not None:
        key = c.places.bottom.name, c.places.asker.name
        if c.session.choices.get(key) in off_choices(c):
            del c.session.choices[key]


def ask(c: Controller) -> None:
    """The asker's pad was tapped."""
    if c.places.bottom is not None and c.places.asker is not None:
        step(c, c.places.bottom, c.places.asker)


def step(c: Controller, channel: Channel, modifier: Modifier) -> None:
    """On to the next choice: the default, then who asks itself, then the others."""
    asker = modifier is c.places.asker
    off = off_choices(c) if asker else frozenset()
    order = sorted(
        (v.key for v in modifier.values if v.key not in off),
        key=lambda v: (v != modifier.default, not (asker and c.places.asks_itself(v))),
    )
    now = choice(c, channel, modifier)
    at = order.index(now) if now in order else -1
    choose(c, channel.name, modifier.name, order[(at + 1) % len(order)])


def step_extra(c: Controller, rest: str) -> None:
    """A further choice, in the menu, was tapped."""
    for channel, modifier in c.places.extra:
        if rest == f"{channel.name}.{modifier.name}":
            step(c, channel, modifier)


def switch(c: Controller) -> None:
    """Questions of other adults are logged from now on, or no more: remembered for this teacher."""
    session, teacher = c.session, c.log.visit.teacher
    if not session.teacher and teacher:
        may_log(c)
    session.teacher = not session.teacher
    if teacher:
        try:
            settings.agree(c.home, teacher, session.teacher)
        except NotSaved:
            session.message = "for this visit only: the disk did not take it"
    drop_off(c)


def may_log(c: Controller) -> None:
    """What the teacher says and does is logged only after the working agreement says so. Raises Refused."""
    if not coaching.may_log(c.home, c.log.visit.teacher):
        raise Refused("agree on it first", "Today, Teachers: what is logged")


def question(c: Controller) -> Observation | None:
    """The last one of the bottom row's, while its waiting time can still be said."""
    channel, said = c.places.bottom, c.stopwatch or c.places.waited
    if channel is None or said is None or c.saver.waiting:
        return None
    last = c.view.newest.get(channel.name)
    if last is None or c.now() - last.at > QUESTION_MS or last.modifiers.get(said.name):
        return None
    return last if fits(channel, said, last) else None


def fits(channel: Channel, said: Modifier, o: Observation) -> bool:
    """Whether this may be said of `o`: of what she or another adult asked, and not of a student's own question."""
    defaults = {m.name: m.default for m in channel.modifiers}
    return all(o.modifiers.get(name, defaults.get(name)) in values for name, values in said.for_)


def flag(c: Controller, channel: str, modifier: str) -> None:
    """Say it of the last question; with a stopwatch, how long it was until now."""
    last, number = question(c), c.stopwatch
    if last is None or last.channel != channel:
        return
    if number is not None:
        seconds = waited_s(c, last)
        with_number = {**last.modifiers, number.name: seconds}
        if c.change(lambda: c.recorder.amend(last.id, modifiers=with_number)):
            c.session.told = f"{number.label} {seconds} s\n{c.word(last.channel, last.code)}"
        return
    with_flag = {**last.modifiers, modifier: True}
    c.change(lambda: c.recorder.amend(last.id, modifiers=with_flag))


# -- the stopwatch -------------------------------------------------------------------------------


def stopwatch(c: Controller) -> Modifier | None:
    """The number that the tick stands for, where she measures it; it is a setting, as a tick is less to do."""
    channel, waited = c.places.bottom, c.places.waited
    if channel is None or waited is None or waited.reaches is None or settings.get(c.home, "stopwatch") != "yes":
        return None
    return channel.modifier(waited.reaches[0])


def waited_s(c: Controller, question: Observation) -> float:
    """Seconds since this question was logged, to a tenth; never 0, which would say that nobody measured."""
    return max(0.1, round((c.now() - question.at) / 1000, 1))


def worded(c: Controller, commands: Iterable[Command]) -> tuple[Command, ...]:
    """The same commands; with a stopwatch, the tick's one says what it is then."""
    if c.stopwatch is None or c.places.bottom is None or c.places.waited is None:
        return tuple(commands)
    id, label = f"flag.{c.places.bottom.name}.{c.places.waited.name}", c.stopwatch.label
    does = "It runs from the question on, half a minute at most; a tap at the first answer stops it."
    tooltip = f"{c.stopwatch.definition} {does}".strip()
    return tuple(
        replace(command, label=label, short=(label.split()[0],), tooltip=tooltip) if command.id == id else command
        for command in commands
    )
