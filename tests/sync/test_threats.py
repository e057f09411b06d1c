"""The table of threats names tests that exist, and each row names one."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs/threats.md").read_text(encoding="utf-8")


def test_every_test_that_the_table_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", TABLE))
    there = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text(encoding="utf-8"), re.M)
    }
    assert len(named) > 20
    assert named - there == set()


def test_every_row_names_a_test() -> None:
    rows = [line for line in TABLE.splitlines() if line.startswith("| ") and not line.startswith(("| could", "| ---"))]
    assert len(rows) > 20
    for row in rows:
        assert re.search(r"`test_\w+` \|$|`test_\w+`, `test_\w+` \|$", row), row
