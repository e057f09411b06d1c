"""Paths as arguments and options, and files that are read whole."""

import errno
import os
import sys
from pathlib import Path
from typing import BinaryIO

import click

from observe.domain.errors import Refused, Usage

SMALL = 1 << 20
"""Bytes of what a person wrote by hand, at the most."""


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


def opened(file: Path) -> BinaryIO:
    """The file, to be read. Raises Usage where there is none, Refused where it cannot be read."""
    try:
        return file.open("rb")
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENAMETOOLONG):
            raise Usage(f"{file} is not there", "no such file", "check its name") from error
        raise Refused(f"{file} cannot be read", error.strerror or str(error), "check the file") from error


def small_text(file: Path, what: str, *, stdin: bool = False) -> str:
    """The text of a small file. `what`: what it should be; `stdin`: `-` names the standard input.

    Raises Usage, Refused.
    """
    try:
        if stdin and str(file) == "-":
            data = sys.stdin.buffer.read(SMALL + 1)
        else:
            with opened(file) as handle:
                data = handle.read(SMALL + 1)
    except OSError as error:
        raise Refused(f"{file} cannot be read", error.strerror or str(error), "check the file") from error
    if len(data) > SMALL:
        raise Refused(f"{file.name} is not taken", "it is larger than 1 MiB", f"is it {what}?")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{file.name} is not UTF-8 text", f"byte {error.start}", "save it as UTF-8") from error
