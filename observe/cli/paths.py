"""Paths as arguments and options."""

import os
from pathlib import Path

import click


class Named(click.Path):
    """A path, as `Path`. An empty one would mean the folder one happens to stand in."""

    def __init__(self, *, file_okay: bool = True, dir_okay: bool = True) -> None:
        super().__init__(file_okay=file_okay, dir_okay=dir_okay, path_type=Path)

    def convert(
        self, value: "str | os.PathLike[str]", param: click.Parameter | None, ctx: click.Context | None
    ) -> "str | bytes | os.PathLike[str]":
        if value == "":
            self.fail("it is empty", param, ctx)
        return super().convert(value, param, ctx)


def there(path: Path) -> bool:
    """Whether there is such a file or folder. `Path.exists` would raise for a name that is too long."""
    return os.path.exists(path)
