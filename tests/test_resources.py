"""What ships with the package is found, in a checkout as in a wheel (.ci/run runs the journeys on one)."""

import tomllib

import pytest

from observe import resources


def test_a_sheet_is_found_by_its_screens_name() -> None:
    assert resources.style("tokens").read_text(encoding="utf-8")


def test_a_sheet_that_was_not_shipped_is_said_by_name() -> None:
    with pytest.raises(FileNotFoundError, match=r"nowhere\.tcss"):
        resources.style("nowhere")


def test_the_default_coding_scheme_ships() -> None:
    schemes = {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in resources.protocol_files()}
    assert schemes["push_in"]
