"""The document of a span, kept until anything is written.

A year of visits takes a second to put together, and a script asks for it again and again. What is kept stands beside
the kept numbers of visits, on this device alone, as long as the log, the private notes and the settings it was made
from are what they were; a purge erases it with whatever else it reaches.
"""

import gc
import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from observe import __version__
from observe.domain import figures
from observe.domain.codec import ms_of
from observe.domain.errors import NotSaved
from observe.domain.figures import Json
from observe.services.home import Home
from observe.services.trends import Asked, trends
from observe.store import local, queries

FEW = 200
"""A span of fewer visits, as a month has, is made within the time that a script waits for anything: keeping it would
be a tenth more work for whoever asks once."""


def document(home: Home, asked: Asked) -> bytes:
    """`trends` as one line of JSON."""
    state, which = _state(home), _hash(asked)
    kept = queries.kept_span(home.conn, state, which)
    if kept is not None:
        until, _, packed = kept.partition(":")
        if not until or home.clock.now() < int(until):
            return zlib.decompress(b64decode(packed))
    with _uncollected():
        found = trends(home, asked)
        text = json.dumps(found, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"
    if len(found["visits"]) >= FEW and not any(v["visit"]["status"] == "live" for v in found["visits"]):
        _keep(home, state, which, f"{_until(found)}:{b64encode(zlib.compress(text, 1)).decode()}")
    return text


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for cycles meanwhile: a tree of a million leaves has none, and looking through it is a quarter of the
    work."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _state(home: Home) -> str:
    """A word for all that a document is made from: what was written, by which version, and whose it is."""
    settings = [home.zone, home.setting("observer") or "", home.journal.device]
    notes = {visit: queries.private_notes(home.conn, visit) for visit in queries.visits_with_private_notes(home.conn)}
    return _hash([__version__, figures.SHAPE, *settings, queries.last_written(home.conn), notes])


def _hash(what: object) -> str:
    return sha256(repr(what).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _until(found: Json) -> str:
    """The ms at which time alone makes it another: a planned visit becomes a missed one. "" for never."""
    waiting = (v["visit"] for v in found["visits"] if v["visit"]["status"] == "planned")
    ends = [ms_of(visit["planned_at"]) + (visit["planned_minutes"] or 0) * 60_000 for visit in waiting]
    return str(min(ends)) if ends else ""


def _keep(home: Home, state: str, which: str, text: str) -> None:
    """Best effort, as for the numbers of a visit. What was written meanwhile has another state: this goes unused."""
    try:
        home.local_write(lambda: local.keep_span(home.conn, state, which, text))
    except NotSaved:
        return
