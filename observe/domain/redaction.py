"""What a purge erases: the same fields of the same entries on every device.

A purge of a student takes the name and everything else the roster says, and the notes on
observations about that student; a purge of a visit takes its words and whom they were about.
The observations stay, nameless, and still count.
"""

from collections.abc import Mapping, Set
from typing import Any

ERASED = "erased"
"""Stands for every student of a purged visit: one name for all, so that nobody can be told apart."""

Tombstones = Set[tuple[str, str]]
"""("student" | "visit", id) of everything purged."""

_WORDS = {
    "visit": ("title",),
    "visit.title": ("title",),
    "reflection": ("body",),
    "observation": ("note",),
    "note": ("body",),
}


def redact(
    kind: str, key: str, data: Mapping[str, Any], tombstones: Tombstones, about: Set[str] = frozenset()
) -> Mapping[str, Any]:
    """`data` without what the tombstones cover; the same object when they cover nothing of it.

    `about`: keys of observations that were at any time about a purged student.
    """
    if kind == "student" and ("student", key) in tombstones:
        return {"name": "", ERASED: True}
    visit = key if kind.partition(".")[0] == "visit" else data.get("visit")
    if ("visit", visit) in tombstones:
        return _without_visit(kind, data)
    purged = ("student", data.get("student")) in tombstones
    if kind == "observation" and (purged or key in about) and (data.get("note") or data.get("reason")):
        return {k: v for k, v in data.items() if k not in ("note", "reason")}
    if kind == "note" and purged and data.get("body"):
        return {**data, "body": ""}
    if kind == "member" and purged and (data.get("group") or data.get("letter")):
        return {**data, "group": "", "letter": ""}
    return data


def _without_visit(kind: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    clean = {k: v for k, v in data.items() if k not in _WORDS.get(kind, ()) and k not in ("with", "reason")}
    if kind in ("observation", "note"):
        if clean.get("student"):
            clean["student"] = ERASED
        if "answered_by" in (clean.get("modifiers") or {}):
            clean["modifiers"] = {k: v for k, v in clean["modifiers"].items() if k != "answered_by"}
    if "students" in clean:
        clean["students"] = []
    return data if clean == data else clean
