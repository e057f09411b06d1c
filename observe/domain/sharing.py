"""What leaves the team: without who, and without any group so small that its members could be told apart."""

from observe.domain.figures import Json

SMALL = 10
"""Groups below this many students are suppressed (docs/figures.md: the threshold most US states use)."""
SUPPRESSED = "suppressed"
PASS = ("number", "asked", "rated", "skipped", "missed", "of", "order", "at")
"""What is said of a pass: how many, and no rating. One pass is a few children at a known minute, and what the others
rated could be taken off the sum of all."""


def share(summary: Json, *, notes: bool = False) -> Json:
    """A summary for the teacher: no student, no id of one, no small group; what was typed (title, flag,
    notes, reflection) only with `notes`, and nothing private ever.

    Where one of two groups is suppressed the other goes too, or subtraction would bring it back.
    """
    visit = {k: v for k, v in summary["visit"].items() if k != "section_id"}
    return {
        "visit": visit if notes else {**visit, "title": None, "flag": None},
        "channels": {name: _channel(part) for name, part in summary["channels"].items()},
        "coverage": {"present": summary["coverage"]["present"], "seen": summary["coverage"]["seen"]},
        "sweeps": [{name: row[name] for name in PASS} for row in summary["sweeps"]],
        "pairs": {name: _pair(part) for name, part in summary["pairs"].items()},
        "cues": summary["cues"],
        "plan": {},  # its groups are lists of students
        "notes": [_note(n) for n in summary["notes"] if notes and n["text"] and not n["private"]],
        "reflection": summary["reflection"] if notes else {},
        "conflicts": summary["conflicts"],
        "shared": True,
    }


def _note(note: Json) -> Json:
    return {name: note[name] for name in ("at", "channel", "code", "text", "flag")}


def _channel(part: Json) -> Json:
    if part["kind"] == "scale":
        return _scale(part)
    if part["kind"] == "count":
        return _count(part)
    return part


def _scale(part: Json) -> Json:
    """What was said of a group of the class as one is of few, too: where nothing was said of everyone it stands alone
    beside what was seen in person, and could be taken off the sum of all."""
    groups = part["by_group"]
    few = any(_small(block) for group in ("identified", "others") for block in groups[group].values())
    alone = {method for method, block in groups["everyone"].items() if _of_groups(part, method) == block["n"] > 0}
    return {
        "kind": "scale",
        "by_method": {
            method: _nothing(block) if method in alone and not block["students"] else _block(block)
            for method, block in part["by_method"].items()
        },
        "by_group": SUPPRESSED if few or alone else groups,
    }


def _of_groups(part: Json, method: str) -> int:
    """How many observations of a method were about a group as one."""
    return sum(by[method]["n"] for by in part["groups"].values() if method in by)


def _small(block: Json) -> bool:
    return bool(block["n"]) and block["students"] < SMALL


def _pair(part: Json) -> Json:
    """As a scale: a block of few students is suppressed, and of the two groups both where one of them is small."""
    groups = part["by_group"]
    few = any(_small(block) for block in groups.values())
    whole = {name: part[name] for name in ("n", "students", "both", "share")}
    if _small(whole):
        whole = {"n": part["n"], "students": None, "both": None, "share": None, SUPPRESSED: True}
    return {**whole, "by_group": SUPPRESSED if few else groups}


def _block(block: Json) -> Json:
    """A block of observations in person of few students is suppressed, whatever else is mixed in."""
    return _nothing(block) if 0 < block["students"] < SMALL else block


def _nothing(block: Json) -> Json:
    nothing = dict.fromkeys(block["counts"])
    return {"n": block["n"], "students": None, "counts": nothing, "shares": nothing, "median": None, SUPPRESSED: True}


def _count(part: Json) -> Json:
    """Of few students, who did it (`by`) is suppressed; and the counts too, unless what concerned everyone is among
    them, so that they are not those few students' own. A group of the class as one is few students."""
    clean = {name: value for name, value in part.items() if name not in ("by_student", "groups")}
    about = part["by_student"]
    if len(about) >= SMALL or not (about or part["groups"]):
        return clean
    clean["by"] = SUPPRESSED if part["by"] else {}
    if part["by"] and sum(sum(counts.values()) for of in (about, part["groups"]) for counts in of.values()) < part["n"]:
        return clean
    nothing = dict.fromkeys(part["counts"])
    return {**clean, "counts": nothing, "higher_order": None, "numbers": {}, SUPPRESSED: True}
