"""The rooms and their arrows, as pyproject.toml declares them, and the habits that keep a browser build possible."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter import cli

import observe

PACKAGE = Path(observe.__file__).parent
PYPROJECT = PACKAGE.parent / "pyproject.toml"
# A browser's Python has none of these; where they are needed they are imported inside the function.
NOT_AT_IMPORT = {"threading", "subprocess", "signal", "socket", "fcntl", "msvcrt", "winreg", "keyring", "filelock"}


def modules(*rooms: str) -> list[Path]:
    return sorted(file for room in rooms for file in (PACKAGE / room).rglob("*.py"))


def imported(tree: ast.AST, *, inside_functions: bool) -> Iterator[str]:
    """Top-level names of what a module imports; those under `if TYPE_CHECKING` never run and do not count."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0] if not node.level else "observe"
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and not inside_functions:
            continue
        elif isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            for other in node.orelse:
                yield from imported(ast.Module([other], []), inside_functions=inside_functions)
        else:
            yield from imported(node, inside_functions=inside_functions)


def test_every_import_contract_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    status = cli.lint_imports(config_filename=str(PYPROJECT), no_cache=True)
    assert status == cli.EXIT_STATUS_SUCCESS, capsys.readouterr().out


@pytest.mark.parametrize("path", modules("domain"), ids=lambda path: path.stem)
def test_domain_imports_the_standard_library_and_pendulum_only(path: Path) -> None:
    names = set(imported(ast.parse(path.read_bytes()), inside_functions=True))
    assert names <= {"observe", "pendulum", *sys.stdlib_module_names}


@pytest.mark.parametrize(
    "path",
    modules("domain", "store", "services", "ui"),
    ids=lambda path: path.relative_to(PACKAGE).with_suffix("").as_posix(),
)
def test_nothing_that_a_browser_lacks_is_imported_before_it_is_needed(path: Path) -> None:
    names = set(imported(ast.parse(path.read_bytes()), inside_functions=False))
    assert not names & NOT_AT_IMPORT


def test_nothing_that_only_one_system_has_is_imported_before_it_is_needed() -> None:
    one_system = {"fcntl", "msvcrt", "winreg", "termios", "tty", "pwd", "grp", "resource", "pty"}
    for path in modules("."):
        names = set(imported(ast.parse(path.read_bytes()), inside_functions=False))
        assert not names & one_system, path


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import a.b, c", {"a", "c"}),
        ("try:\n import a\nexcept ImportError:\n from b.c import d", {"a", "b"}),
        ("class C:\n import a\n def f(self):\n  import b", {"a"}),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n import a\nelse:\n import b", {"typing", "b"}),
        ("if x:\n import a\nelse:\n import b", {"a", "b"}),
        ("from . import a\nasync def f():\n import b\nwith x:\n import c", {"observe", "c"}),
    ],
)
def test_the_reader_of_imports_sees_those_that_run(source: str, names: set[str]) -> None:
    assert set(imported(ast.parse(source), inside_functions=False)) == names
