"""The figures of a summary as long rows, one value each, for a spreadsheet or a script. Columns: docs/formats.md."""

import csv
import io
from collections.abc import Iterator

from observe.domain.figures import Json

COLUMNS = ("visit", "channel", "kind", "group", "method", "figure", "code", "value")


def write(summary: Json) -> str:
    """The figures as long rows, one value each: for a spreadsheet or a script."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    visit = summary["visit"]["id"]
    for name, part in summary["channels"].items():
        for row in _csv_rows(part):
            writer.writerow((visit, name, part["kind"], *row))
    coverage = summary["coverage"]
    for figure in ("present", "seen"):
        writer.writerow((visit, "coverage", "", "", "", figure, "", coverage[figure]))
    for figure in ("seconds", "paused_seconds"):
        writer.writerow((visit, "visit", "", "", "", figure, "", summary["visit"][figure]))
    return out.getvalue()


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
