"""`observe amend` and `observe void`: change with a trail."""

import json
from typing import Any

import click

from observe.cli.common import home_of, json_option, print_json, print_text, read_time, time_option
from observe.domain.codec import iso
from observe.domain.errors import Refused, Usage
from observe.domain.model import VisitLog
from observe.services import find
from observe.services.acts import Logged
from observe.services.home import Home
from observe.services.record import Recorder
from observe.store import queries


@click.command("amend")
@click.argument("id")
@click.option("--reason", required=True, help="Why; it stays with the observation.")
@click.option("--code", help="Another code of the same channel; `null` for the end of a state.")
@click.option("--student", help="Another student (id or full name); `null` for everyone.")
@time_option("--at", "Another time, within the visit.")
@click.option("--modifier", "modifiers", multiple=True, metavar="K=V", help="Set a modifier; `K=` takes it away.")
@click.option("--note", help="Another note; an empty one takes it away.")
@json_option
@click.pass_context
def amend_command(
    ctx: click.Context,
    id: str,
    reason: str,
    code: str | None,
    student: str | None,
    at: str | None,
    modifiers: tuple[str, ...],
    note: str | None,
    as_json: bool,
) -> None:
    """Amend observation ID, keeping what it said before."""
    if not reason.strip():
        raise Usage("--reason: empty", "an amendment says why")
    with home_of(ctx) as home:
        recorder = _recorder(home, id)
        changes: dict[str, Any] = {}
        if code is not None:
            changes["code"] = None if code == "null" else code
        if student is not None:
            people = recorder.log().students
            changes["student"] = None if student == "null" else find.anyone(home, people, student, "--student")
        when = read_time(home, at, "--at")
        if when is not None:
            changes["at"] = when
        if modifiers:
            changes["modifiers"] = _modifiers(home, recorder.log(), id, modifiers)
        if note is not None:
            changes["note"] = note
        if not changes:
            raise Usage("nothing to amend", "give at least one of --code --student --at --modifier --note")
        _print(recorder.amend(id, reason=reason, **changes), as_json)


@click.command("void")
@click.argument("id")
@click.option("--reason", default="", help="Why.")
@json_option
@click.pass_context
def void_command(ctx: click.Context, id: str, reason: str, as_json: bool) -> None:
    """Take observation ID out of every figure; its trail stays."""
    with home_of(ctx) as home:
        _print(_recorder(home, id).void(id, reason), as_json)


def _recorder(home: Home, id: str) -> Recorder:
    visit = queries.visit_of_observation(home.conn, id)
    if visit is None:
        raise Refused(
            f"observation {id[:40]!r} is not known", "this home has none of that id", "see `observe export csv`"
        )
    return Recorder(home, visit)


def _modifiers(home: Home, log: VisitLog, id: str, given: tuple[str, ...]) -> dict[str, Any]:
    """The modifiers of an observation as they are to be."""
    before = next((o for o in log.observations if o.id == id), None)
    channel = log.protocol.channel(before.channel) if before else None
    students = {m.name for m in channel.modifiers if m.kind == "student"} if channel else set()
    now = dict(before.modifiers) if before else {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise Usage(f"--modifier {text[:40]!r}: not K=V", "such as --modifier asker=student")
        if not value:
            now.pop(name, None)
        elif name in students:
            now[name] = find.anyone(home, log.students, value, f"modifiers.{name}")
        else:
            now[name] = _value(value)
    return now


def _value(text: str) -> Any:
    """A number or true/false where the text is one, else the text."""
    try:
        value = json.loads(text, parse_constant=str)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, bool | int | float) else text


def _print(logged: Logged, as_json: bool) -> None:
    if as_json:
        print_json(
            {"id": logged.id, "at": iso(logged.at)} | ({"marked_present": True} if logged.marked_present else {})
        )
    else:
        print_text(f"{logged.id}")
