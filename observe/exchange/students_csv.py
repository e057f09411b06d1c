"""The students of a span as rows, for a spreadsheet or a script. Columns: docs/formats.md."""

import csv
import io
from collections.abc import Iterable, Sequence

from observe.domain.figures import Json
from observe.exchange.table import cell

SEEN = ("section", "student", "name", "identified", "observed", "visits", "last_at")
ACCESS = ("student", "name", "identified", "figure", "offer", "value")
TALENT = ("student", "name", "identified", "raised", "day", "channel", "code", "evidence", "open_task")
_FIGURES = ("service_seconds", "top_tier", "upper_asked", "upper_answered", "compacting", "any")


def seen(report: Json) -> str:
    """A row for each student of each class."""
    rows = (
        (section["name"], *(s[field] for field in ("id", "name", "identified", "n", "visits", "last_at")))
        for section in report["sections"]
        for s in section["students"]
    )
    return _text(SEEN, rows)


def access(report: Json) -> str:
    """A row for each figure of each student."""
    rows: list[Sequence[object]] = []
    for s in report["students"]:
        named = (s["id"], s["name"], s["identified"])
        rows += [(*named, figure, "", s[figure]) for figure in _FIGURES]
        for offer, had in s["offers"].items():
            rows += [(*named, figure, offer, had[figure]) for figure in ("visits", "seconds")]
    return _text(ACCESS, rows)


def talent(report: Json) -> str:
    """A row for each spark."""
    rows = (
        (
            *(s[field] for field in ("id", "name", "identified", "raised")),
            *(spark[field] for field in ("day", "channel", "code", "evidence", "open")),
        )
        for s in report["students"]
        for spark in s["sparks"]
    )
    return _text(TALENT, rows)


def _text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()
