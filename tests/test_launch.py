"""Which command lines open the app without the parser, and that all others go to it."""

from pathlib import Path

import pytest

from observe.launch import asked_for


def test_the_app_alone_is_opened_at_once(home: Path, tmp_path: Path) -> None:
    assert asked_for([]) == home
    assert asked_for(["--home", str(tmp_path)]) == tmp_path


def test_without_a_home_named_it_is_this_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OBSERVE_HOME")
    found = asked_for([])
    assert found is not None
    assert found.name == "observe"


@pytest.mark.parametrize(
    "args", [["summary"], ["--help"], ["--home"], ["--home", ""], ["--home", "x", "day"], ["--home", "\udcff"]]
)
def test_everything_else_is_the_parsers(args: list[str]) -> None:
    assert asked_for(args) is None


def test_a_home_that_is_a_file_is_the_parsers_to_refuse(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert asked_for(["--home", str(tmp_path / "file")]) is None


def test_a_shell_that_completes_a_line_gets_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_OBSERVE_COMPLETE", "bash_complete")
    assert asked_for([]) is None
