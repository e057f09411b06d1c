"""The helpers beside these tests (`slow`, `book`, `school`, `drawn`) are found by name."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
pytest.register_assert_rewrite("book", "school", "drawn")
