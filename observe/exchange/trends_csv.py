"""Trends as long rows, one value each, for a spreadsheet or a script. Columns: docs/formats.md."""

import csv
import io
from collections.abc import Iterator, Sequence

from observe.domain.figures import Json

COLUMNS = ("week", "channel", "kind", "group", "method", "figure", "code", "value")
TOTAL = "total"
Row = Sequence[object]


def write(trends: Json) -> str:
    """The weeks, then the looks and what was held of all of them: week `total`. A week without a visit is one row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for week in trends["weeks"]:
        writer.writerows((week["week"], *row) for row in _week(week))
    for name, groups in trends["looks"].items():
        for group, block in groups.items():
            writer.writerows((TOTAL, name, "scale", group, "sweep", *row) for row in _block(block))
    writer.writerows((TOTAL, "delivered", "", "", "", name, "", value) for name, value in trends["delivered"].items())
    writer.writerow((TOTAL, "flagged", "", "", "", "left_out", "", trends["flagged"]["left_out"]))
    for week in (trends["student"] or {"weeks": ()})["weeks"]:
        writer.writerows((week["week"], *row) for row in _student(week))
    return out.getvalue()


def _week(week: Json) -> Iterator[Row]:
    yield "visit", "", "", "", "visits", "", week["visits"]
    if week["channels"] is None:
        return
    yield "visit", "", "", "", "seconds", "", week["seconds"]
    for name, part in week["channels"].items():
        for row in _KINDS[part["kind"]](part):
            yield (name, part["kind"], *row)


def _scale(part: Json) -> Iterator[Row]:
    for group, block in (("all", part["sweep"]), *part["by_group"].items()):
        yield from ((group, "sweep", *row) for row in _block(block))
    yield "all", "tap", "n", "", part["tap"]["n"]
    yield "all", "tap", "students", "", part["tap"]["students"]
    for code, n in part["tap"]["counts"].items():
        yield "all", "tap", "count", code, n


def _block(block: Json) -> Iterator[Row]:
    for figure in ("passes", "n", "students"):
        yield figure, "", block[figure]
    for code, n in block["counts"].items():
        yield "count", code, n
        yield "share", code, block["shares"][code]
        if block.get("intervals"):
            yield "low", code, block["intervals"][code][0]
            yield "high", code, block["intervals"][code][1]


def _count(part: Json) -> Iterator[Row]:
    blocks = [("all", part)]
    blocks += [(f"{name}={value}", of) for name, values in part["by"].items() for value, of in values.items()]
    for group, of in blocks:
        yield group, "", "n", "", of["n"]
        if of["upper"] is not None:
            yield group, "", "upper", "", of["upper"]
            yield group, "", "lower", "", of["lower"]
    for code, n in part["counts"].items():
        yield "all", "", "count", code, n


def _time(part: Json) -> Iterator[Row]:
    for code, value in part["seconds"].items():
        yield "all", "", "seconds", code, value
        if part["kind"] == "toggle":
            yield "all", "", "bouts", code, part["bouts"][code]
    if part["kind"] == "state":
        yield "all", "", "unrecorded_seconds", "", part["unrecorded_seconds"]


_KINDS = {"scale": _scale, "count": _count, "state": _time, "toggle": _time}


def _student(week: Json) -> Iterator[Row]:
    yield "visit", "", "student", "", "visits", "", week["visits"]
    for key, kind, method in (("looks", "scale", "sweep"), ("taps", "scale", "tap"), ("counts", "count", "")):
        for name, counts in (week[key] or {}).items():
            for code, n in counts.items():
                yield name, kind, "student", method, "count", code, n
