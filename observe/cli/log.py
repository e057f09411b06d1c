"""`observe log`: one JSON object a line in, one line out for each, once it is durable."""

import contextlib
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import click

from observe.cli.common import home_of, one_line, say, write_bytes
from observe.domain.codec import iso, parse
from observe.domain.entries import dumps
from observe.domain.errors import Refused, Usage
from observe.domain.groups import labels
from observe.domain.json_text import no_key_twice
from observe.domain.model import Student
from observe.domain.protocol import Protocol
from observe.services import check, find
from observe.services.acts import Logged
from observe.services.groups import GroupActs
from observe.services.home import Home
from observe.services.record import Recorder, Touched
from observe.services.unagreed import Unagreed

LINE_LIMIT = 64 * 1024


@click.command("log")
@click.argument("visit")
@click.argument("file", default="-")
@click.pass_context
def log_command(ctx: click.Context, visit: str, file: str) -> int:
    """Log observations into VISIT from FILE (JSON Lines; `-` or nothing: stdin).

    A line of the answer is printed when, and only when, what it names is on disk.
    """
    refused = False
    with _opened(file) as stream, home_of(ctx) as home:
        lines = Lines(home, find.visit(home, visit).id)
        for number, line in _lines(stream):
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")  # what Windows puts in front of a file or pipe
            if not line.strip():
                continue
            answer: dict[str, Any]
            try:
                answer = {"line": number, **lines.take(line)}
            except Refused as error:
                answer = {"line": number, "error": one_line(str(error))}
                refused = True
            write_bytes(dumps(answer).encode() + b"\n")
            if told := lines.unagreed():
                with contextlib.suppress(OSError):  # nobody listens there any more: the feed goes on all the same
                    say(told)
    return int(refused)


@contextlib.contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        if sys.stdin is None:
            raise Refused("nothing was logged", "standard input is closed", "give a file or a pipe")
        yield sys.stdin.buffer
        return
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(open(name, "rb"))
        except OSError as error:
            raise Usage(f"FILE: {name} cannot be read", error.strerror or str(error), "check its name") from error
        yield file


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Numbered lines, none held longer than the limit: a feed may run for hours, or have no line end at all."""
    number = 0
    while line := file.readline(LINE_LIMIT + 1):
        number += 1
        whole = line
        while not line.endswith(b"\n") and (line := file.readline(LINE_LIMIT + 1)):
            pass  # the rest of a line that is refused anyway
        yield number, whole


class Lines:
    """Takes the lines of one visit, each through the recorder."""

    def __init__(self, home: Home, visit_id: str) -> None:
        self._home, self._recorder, self._unagreed = home, Recorder(home, visit_id), Unagreed(home, visit_id)
        self._observed: tuple[str, Mapping[str, Any]] | None = None
        self._people: tuple[Student, ...] = ()
        self._protocol: Protocol | None = None

    def take(self, line: bytes) -> dict[str, Any]:
        """Do what a line says; the answer names what is durable now. Raises Refused."""
        fields = _parsed(line)
        kinds = [name for name in _KINDS if name in fields]
        if "present" in fields and "absent" in fields:
            kinds.remove("absent")
        if len(kinds) != 1:
            said = " and ".join(kinds) or "none of them"
            raise Refused(f"line: it must say one thing, and says {said}", f"allowed: {', '.join(_KINDS)}")
        allowed, method = _KINDS[kinds[0]]
        for name in fields:
            if name not in allowed:
                raise Refused(f"{name[:40]}: not known in a line with {kinds[0]}", f"allowed: {', '.join(allowed)}")
        return getattr(self, method)(fields)  # type: ignore[no-any-return]  # reason: the table names methods of this class

    def _observe(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        if "code" not in fields:
            raise Refused("code: missing", "an observation names its code")
        modifiers = self._modifiers(fields)
        student = fields.get("student")
        logged = self._recorder.observe(
            _text(fields, "channel"),
            fields["code"],
            student=None if student is None else self._student(student),
            at=self._at(fields),
            method=fields.get("method", "tap"),
            sweep=fields.get("sweep"),
            modifiers=modifiers,
            note=_note(fields),
            private=_flag(fields, "private", False),
            on=fields.get("on"),
            with_whom=[self._student(name, "with") for name in _list(fields, "with")],
            group=self._group(fields),
            plan=_text(fields, "plan") if fields.get("plan") is not None else "",
        )
        self._observed = fields["channel"], modifiers
        return _answer(logged)

    def unagreed(self) -> str:
        """What the line that was taken last gives cause to say, once its answer is out; "" for nothing."""
        observed, self._observed = self._observed, None
        return self._unagreed.line(*observed) if observed else ""

    def _group(self, fields: Mapping[str, Any]) -> str:
        """A group that there is: a slip of the keyboard would make a new one that nobody is in."""
        if fields.get("group") is None:
            return ""
        wish = check.label(_text(fields, "group"))
        known = labels(self._recorder.log())
        if wish not in known:
            raise check.allowed("group", wish, ", ".join(known) or "none, as this visit has no groups")
        return wish

    def _move(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        if "group" not in fields:
            raise Refused("group: missing", "allowed: the label of a group, or null for none")
        student = self._student(fields["move"], "move")
        wish = "" if fields["group"] is None else _text(fields, "group")
        return _answer(GroupActs(self._home, self._recorder.visit_id).move(student, wish, self._at(fields)))

    def _modifiers(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        modifiers = fields.get("modifiers")
        if modifiers is None:
            return {}
        if not isinstance(modifiers, dict):
            raise Refused("modifiers: not an object", 'allowed: {"name": value, ...}')
        if self._protocol is None:
            self._protocol = self._recorder.log().protocol  # which a visit keeps
        channel = self._protocol.channel(_text(fields, "channel"))
        students = {m.name for m in channel.modifiers if m.kind == "student"} if channel else set()
        return {
            name: self._student(value, f"modifiers.{name}") if name in students else value
            for name, value in modifiers.items()
        }

    def _attend(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        here, away = ([self._student(name, field) for name in _list(fields, field)] for field in ("present", "absent"))
        return _answer(self._recorder.attendance(present=here, absent=away, roll=bool(here), at=self._at(fields)))

    def _pause(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        return _answer(self._recorder.pause(_flag(fields, "pause"), at=self._at(fields)))

    def _undo(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        return self._again(_flag(fields, "undo"), "undo", self._recorder.undo)

    def _redo(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        return self._again(_flag(fields, "redo"), "redo", self._recorder.redo)

    def _again(self, said: bool, word: str, act: Any) -> dict[str, Any]:
        if not said:
            raise Refused(f"{word}: false", "allowed: true")
        touched: Touched | None = act()
        if touched is None:
            raise Refused(f"{word}: there is nothing to {word}", "in this visit, from this device")
        at = touched.observations[0].at if touched.observations else self._home.clock.now()
        return {"id": touched.id, "at": iso(at), word: list(touched.kinds)}

    def _sweep_start(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        students = [self._student(name, "students") for name in _list(fields, "students")]
        number, order, at = fields["sweep_start"], fields.get("order", "seat"), self._at(fields)
        return _answer(self._recorder.sweep_start(number, order, students, at, fields.get("seed")))

    def _sweep_skip(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        student = self._student(fields["sweep_skip"], "sweep_skip")
        if "sweep" not in fields:
            raise Refused("sweep: missing", "a skip names its pass; allowed: 1, 2, 3 ...")
        return _answer(self._recorder.sweep_skip(fields["sweep"], student, self._at(fields)))

    def _sweep_end(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        return _answer(self._recorder.sweep_end(fields["sweep_end"], self._at(fields)))

    def _student(self, name: object, field: str = "student") -> str:
        try:
            return find.anyone(self._home, self._people, name, field)
        except Refused:
            # Somebody may have come onto the roster since; one look more before it is refused.
            self._people = self._recorder.log().students
            return find.anyone(self._home, self._people, name, field)

    def _at(self, fields: Mapping[str, Any]) -> int | None:
        text = fields.get("at")
        if text is None:
            return None
        if not isinstance(text, str):
            raise Refused("at: not a text", "allowed: an ISO 8601 time")
        try:
            return parse(text, self._home.zone)
        except ValueError as error:
            raise Refused(f"at: {error}", "allowed: an ISO 8601 time") from error


_KINDS: dict[str, tuple[tuple[str, ...], str]] = {
    "channel": (
        (
            *("channel", "code", "student", "at", "method", "sweep", "modifiers", "note", "private", "on", "with"),
            *("group", "plan"),
        ),
        "_observe",
    ),
    "move": (("move", "group", "at"), "_move"),
    "present": (("present", "absent", "at"), "_attend"),
    "absent": (("present", "absent", "at"), "_attend"),
    "pause": (("pause", "at"), "_pause"),
    "undo": (("undo",), "_undo"),
    "redo": (("redo",), "_redo"),
    "sweep_start": (("sweep_start", "order", "students", "seed", "at"), "_sweep_start"),
    "sweep_skip": (("sweep_skip", "sweep", "at"), "_sweep_skip"),
    "sweep_end": (("sweep_end", "at"), "_sweep_end"),
}


def _parsed(line: bytes) -> dict[str, Any]:
    if len(line) > LINE_LIMIT:
        raise Refused("line: too long", f"allowed: {LINE_LIMIT} bytes")
    try:
        # NaN and Infinity are read: whatever field holds one refuses it by its name.
        value = json.loads(line.decode("utf-8"), object_pairs_hook=no_key_twice)
    except UnicodeDecodeError as error:
        raise Refused("line: not UTF-8", f"byte {error.start}") from error
    except RecursionError as error:
        raise Refused("line: nested too deep", "an observation is one flat object") from error
    except ValueError as error:
        raise Refused("line: not JSON", str(error)[:80]) from error
    if not isinstance(value, dict):
        raise Refused("line: not an object", 'allowed: {"channel": ..., "code": ...}')
    return value


def _note(fields: Mapping[str, Any]) -> str:
    value = fields.get("note")
    if not isinstance(value, str | None):
        raise Refused("note: not a text", "allowed: a text")
    return value or ""


def _text(fields: Mapping[str, Any], name: str) -> str:
    if not isinstance(fields[name], str):
        raise Refused(f"{name}: not a text", "allowed: a name")
    value: str = fields[name]
    return value


def _flag(fields: Mapping[str, Any], name: str, default: bool | None = None) -> bool:
    value = fields.get(name, default)
    if not isinstance(value, bool):
        raise Refused(f"{name}: not true or false", "allowed: true, false")
    return value


def _list(fields: Mapping[str, Any], name: str) -> list[Any]:
    value = fields.get(name, [])
    if not isinstance(value, list):
        raise Refused(f"{name}: not a list", "allowed: a list of students' ids or full names")
    return value


def _answer(logged: Logged) -> dict[str, Any]:
    more = {"unchanged": True} if logged.unchanged else {}
    more |= {"marked_present": True} if logged.marked_present else {}
    return {"id": logged.id, "at": iso(logged.at), **more}
