"""Where the files that ship with the package lie: style sheets, coding schemes, practice sets.

The sheets stand beside the package in a checkout and inside it in a wheel, so nobody else may guess.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def style(name: str) -> Path:
    """A style sheet, by its name without the suffix: ``style("tokens")``.

    Raises FileNotFoundError when no such sheet was shipped.
    """
    for folder in (_PACKAGE / "styles", _PACKAGE.parent / "styles"):
        sheet = folder / f"{name}.tcss"
        if sheet.is_file():
            return sheet
    raise FileNotFoundError(f"no sheet {name}.tcss was shipped with observe")


def protocol_files() -> list[Path]:
    """The shipped coding schemes, by file name."""
    return sorted((_PACKAGE / "protocols").glob("*.toml"))


def practice_files() -> list[Path]:
    """The shipped practice sets, in the order of their names."""
    return sorted((_PACKAGE / "practice").glob("*.toml"))
