"""What a purge erases: the same fields of the same entries on every device.

A purge of a student takes the name and everything else the roster says, and the words on observations
about that student; a purge of a visit takes its words and whom they were about. The observations stay,
nameless, and still count. What is kept is listed by name, so that a field of a later version, which may
hold words, goes too.
"""

from collections.abc import Iterable, Mapping, Set
from typing import Any

ERASED = "erased"
"""Stands for every student of a purged visit: one name for all, so that nobody can be told apart."""

Tombstones = Set[tuple[str, str]]
"""("student" | "visit", id) of everything purged."""

Data = Mapping[str, Any]

_KEPT = {
    "visit": (
        *("section", "observer", "protocol", "protocol_version", "zone", "planned_at", "planned_minutes"),
        "calendar",  # marks and times, no words: a calendar that changes must still find its visit
    ),
    "visit.start": ("at", "roster"),
    "visit.end": ("at", "estimated", "visit"),
    "observation": (
        *("visit", "at", "channel", "code", "student", "method", "sweep", "on", "with", "modifiers"),
        *("group", "plan"),  # a group's label and the line of a plan that was asked: of a group, not of one child
    ),
    "attendance": ("visit", "at", "student", "present", "roll"),
    "pause": ("visit", "at", "until"),
    "sweep": ("visit", "at", "sweep", "order", "students", "seed"),
    "sweep.end": ("visit", "at", "sweep"),
    "sweep.skip": ("visit", "at", "sweep", "student"),
    "note": ("visit", "at", "student", "group"),
    "ran": ("visit", "by"),
    "undo": ("visit", "undone"),
    "cue": ("visit", "at"),
    "groups": ("visit", "groups"),
    "move": ("visit", "at", "student", "group"),
    "plan": (
        *("visit", "part", "place", "name", "tier", "evidence_at", "students"),
        *("minutes", "channel", "code", "by"),
    ),
    "compacting": ("section", "student", "at", "evidence_at", "minutes"),
    "commitment": ("section", "teacher", "by", "at", "visit"),
    "next_step": ("student", "at"),
    "sent": ("what", "at", "visit", "section", "student", "first", "last"),
}
_KEPT_OF_OTHERS = ("visit", "at")


def covers(kind: str, key: str, versions: Iterable[Data], tombstones: Tombstones) -> frozenset[str]:
    """Which purges reach an entity: "student", "visit", both or none.

    Judged by all its versions, so that the order in which they arrive cannot matter: a note on an
    observation that was first about a purged child and reassigned later may speak of that child.
    """
    if kind == "student":
        named = {("student", key)}
    elif kind == "member":
        named = {("student", key.rpartition("/")[2])}
    elif kind.partition(".")[0] == "visit":
        named = {("visit", key)}
    else:
        versions = list(versions)
        named = {(name, d[name]) for d in versions for name in ("visit", "student") if isinstance(d.get(name), str)}
        if kind == "plan":  # evidence for a group speaks of those in it
            named |= {("student", who) for d in versions for who in _listed(d.get("students"))}
    return frozenset(name for name, _ in named & tombstones)


def erase(kind: str, data: Data, rules: Set[str]) -> Data:
    """`data` without what these purges take; the same object when that is nothing."""
    if not rules or not data:
        return data
    if kind == "student":
        # Whether a child was identified stays: it names nobody, and without it old figures would change.
        kept = {"identified": data["identified"]} if "identified" in data else {}
        clean = {"name": "", ERASED: True, **kept}
    elif kind == "member":
        kept = {name: data[name] for name in ("section", "student", "seat") if name in data}
        clean = {**kept, "active": False, "group": "", "letter": ""}
    else:
        clean = {name: data[name] for name in _KEPT.get(kind, _KEPT_OF_OTHERS) if name in data}
        if "visit" in rules:
            clean = _without_children(kind, clean)
    return data if clean == data else clean


def _listed(value: object) -> list[str]:
    return [who for who in value if isinstance(who, str)] if isinstance(value, list) else []


def _without_children(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    clean = {name: value for name, value in data.items() if name != "with"}
    for name in ("group", "name", "tier"):  # labels that somebody typed
        clean.pop(name, None)
    if kind == "move":
        clean["group"] = ""
    if "groups" in clean:
        clean["groups"] = {}
    if kind in ("observation", "note", "move", "sent") and clean.get("student"):
        clean["student"] = ERASED
    if isinstance(clean.get("modifiers"), Mapping):
        clean["modifiers"] = {name: value for name, value in clean["modifiers"].items() if name != "answered_by"}
    if "students" in clean:
        clean["students"] = []
    return clean
