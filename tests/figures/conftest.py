"""The helpers beside these tests (`slow`, `school`) are found by name."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
pytest.register_assert_rewrite("slow", "school", "drawn")
