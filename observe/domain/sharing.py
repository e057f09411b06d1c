"""What leaves the team: without who, and without any group so small that its members could be told apart."""

from typing import Any

from observe.domain.figures import Json

SMALL = 10
"""Groups below this many students are suppressed (docs/figures.md: the threshold most US states use)."""


def share(summary: Json, *, notes: bool = False) -> Json:
    """A summary for the teacher: no student, no id of one, no small group; notes only if asked for, no private ones.

    Where one of two groups is suppressed the other goes too, or subtraction would bring it back.
    """
    shared = {
        "visit": {k: v for k, v in summary["visit"].items() if k != "section_id"},
        "channels": {name: _channel(part) for name, part in summary["channels"].items()},
        "coverage": {"present": summary["coverage"]["present"], "seen": summary["coverage"]["seen"]},
        "sweeps": summary["sweeps"],
        "plan": summary["plan"],
        "notes": [_note(n) for n in summary["notes"] if notes and not n["private"]],
        "reflection": summary["reflection"] if notes else {},
        "conflicts": summary["conflicts"],
        "shared": True,
    }
    return shared


def _note(note: Json) -> Json:
    return {name: note[name] for name in ("at", "channel", "code", "text")}


def _channel(part: Json) -> Json:
    if part["kind"] == "scale":
        groups = part["by_group"]
        small = any(_small(block) for group in ("identified", "others") for block in groups[group].values())
        return {
            "kind": "scale",
            "by_method": {method: _block(block) for method, block in part["by_method"].items()},
            "by_group": "suppressed" if small else groups,
        }
    if part["kind"] == "count":
        about = len(part["by_student"])
        clean = {name: value for name, value in part.items() if name != "by_student"}
        if part["n"] and 0 < about < SMALL and not part["by"]:
            clean["counts"] = dict.fromkeys(part["counts"])
        return clean
    return part


def _small(block: Json) -> bool:
    return bool(block["n"]) and block["students"] < SMALL


def _block(block: Json) -> Json:
    if not block["n"] or not 0 < block["students"] < SMALL:
        return block
    nothing: dict[str, Any] = dict.fromkeys(block["counts"])
    return {"n": block["n"], "students": None, "counts": nothing, "shares": nothing, "median": None, "suppressed": True}
