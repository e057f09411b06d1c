"""The same school as the tests of commands have."""

from ..cli.conftest import at_school, live, observe, school

__all__ = ["at_school", "live", "observe", "school"]
