"""Planned and held as long rows, one value each. Columns: docs/formats.md."""

import csv
import io
from collections.abc import Iterator

from observe.domain.figures import Json
from observe.exchange.table import cell

COLUMNS = ("section", "section_id", "period", "of", "figure", "value")
TOTAL = "total"


def write(found: Json) -> str:
    """The figures of `delivered`; those of all classes together are of the section `total`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    totals = {"section": TOTAL, "section_id": None, "period": None, **found["totals"]}
    for row in (*found["rows"], totals):
        where = [cell(row[name]) for name in COLUMNS[:3]]
        for of in ("visits", "meetings"):
            writer.writerows((*where, of, figure, value) for figure, value in _values(row[of]))
    return out.getvalue()


def _values(block: Json) -> Iterator[tuple[str, object]]:
    for figure, value in block.items():
        if isinstance(value, dict):
            yield from ((f"missed: {reason}", n) for reason, n in value.items())
        else:
            yield figure, value
