"""The figures of a summary as long rows, one value each, for a spreadsheet or a script. Columns: docs/formats.md."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from observe.domain.figures import Json

COLUMNS = ("visit", "channel", "kind", "group", "method", "figure", "code", "value")


TOTAL = "total"


def write(summary: Json) -> str:
    """The figures as long rows, one value each: for a spreadsheet or a script."""
    return _text(_rows(summary["visit"]["id"], summary, summary["visit"]))


def write_day(day: Json) -> str:
    """The same of each visit of a day, then of all of them and what was planned and held: visit `total`."""
    delivered = ((TOTAL, "delivered", "", "", "", figure, "", value) for figure, value in day["delivered"].items())
    visits = (row for one in day["visits"] for row in _rows(one["visit"]["id"], one, one["visit"]))
    return _text(chain(visits, _rows(TOTAL, day["totals"], day["totals"]), delivered))


def _text(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return out.getvalue()


def _rows(visit: str, figures: Json, times: Json) -> Iterator[Sequence[object]]:
    for name, part in figures["channels"].items():
        for row in _csv_rows(part):
            yield (visit, name, part["kind"], *row)
    for figure in ("present", "seen"):
        yield (visit, "coverage", "", "", "", figure, "", figures["coverage"][figure])
    for row in figures.get("sweeps", ()):  # which a sum over visits has none of
        for figure in ("asked", "rated", "missed"):
            yield (visit, "sweeps", "", row["of"], "sweep", figure, row["number"], row[figure])
    for name, pair in figures["pairs"].items():
        groups = pair["by_group"].items() if isinstance(pair["by_group"], dict) else ()
        for group, block in (("all", pair), *groups):
            for figure in ("n", "students", "both", "share"):
                yield (visit, "pairs", "", group, "sweep", figure, name, block[figure])
    for figure in ("seconds", "paused_seconds"):
        yield (visit, "visit", "", "", "", figure, "", times[figure])


def _csv_rows(part: Json) -> Iterator[tuple[str, str, str, str, object]]:
    if part["kind"] == "scale":
        blocks = [("all", part["by_method"])]
        blocks += list(part["by_group"].items()) if isinstance(part["by_group"], dict) else []
        for group, methods in blocks:
            for method, block in methods.items():
                yield group, method, "n", "", block["n"]
                yield group, method, "students", "", block["students"]
                yield group, method, "median", "", block["median"]
                for code in block["counts"]:
                    yield group, method, "count", code, block["counts"][code]
                    yield group, method, "share", code, block["shares"][code]
        return
    if part["kind"] == "count":
        yield "all", "", "n", "", part["n"]
        yield "all", "", "per_hour", "", part["per_hour"]
        for code, n in part["counts"].items():
            yield "all", "", "count", code, n
        for modifier, values in part["by"].items() if isinstance(part["by"], dict) else ():
            for value, counts in values.items():
                for code, n in counts.items():
                    yield f"{modifier}={value}", "", "count", code, n
        return
    for code in part["seconds"]:
        yield "all", "", "seconds", code, part["seconds"][code]
        yield "all", "", "bouts", code, part["bouts"][code]
    if part["kind"] == "state":
        yield "all", "", "unrecorded_seconds", "", part["unrecorded_seconds"]
