"""A page written as a file for somebody to print or to send: where it goes, and that it goes there whole."""

import os
import re
from pathlib import Path

from observe.domain.cards import Page
from observe.domain.codec import local
from observe.domain.errors import Refused
from observe.domain.model import Visit

FOR_TEACHER = "No student is named here; groups of fewer than 10 are left out."


def default_path(*parts: str) -> Path:
    """Documents, where there is such a folder, else the current one; named by `parts`, never over another file."""
    words = [re.sub(r"[^\w]+", "-", part).strip("-")[:40] for part in parts]
    stem = "-".join(word for word in words if word) or "page"
    try:
        folder = Path.home() / "Documents"
    except RuntimeError:  # nobody's home: a service account
        folder = Path()
    if not folder.is_dir():
        folder = Path.cwd()
    path, n = folder / f"{stem}.html", 2
    while path.exists():
        path, n = folder / f"{stem}-{n}.html", n + 1
    return path


def visit_path(kind: str, visit: Visit, zone: str) -> Path:
    """The same for a page of a visit: by its time, and not by its class, which may be called after a child."""
    at = visit.started_at or visit.planned_at
    return default_path(kind, f"{local(at, zone):%Y-%m-%d-%H%M}" if at is not None else "")


def write_page(page: Page, where: str, footer: str = "") -> Path:
    """Write the page as one HTML file and return its full path. Raises Refused, also where a file is already."""
    from observe.exchange.page import html
    from observe.services.transfer import write_out

    path = Path(os.path.abspath(os.path.expanduser(where)))
    if not where.strip() or os.path.isdir(path):
        raise Refused("nothing was written", "that names a folder, no file", "add a file name")
    if os.path.exists(path):  # Path's own way raises for a name that is too long
        raise Refused(f"{path.name} is there already", "it is not written over", "choose another name")
    write_out([html(page, footer).encode()], path)
    return path
