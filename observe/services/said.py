"""How figures are said: whole minutes, counts in words, shares of enough looks only, a letter and a tone for a code."""

from datetime import date

from observe.domain import numbers
from observe.domain.figures import Json
from observe.domain.protocol import Channel

BY = {"me": "by me", "teacher": "by the teacher", "both": "by both"}
"""Who ran something."""
LOOKS, STUDENTS = 10, 6
"""Below this many looks, or this many students, a share says nothing (students: Karweit & Slavin 1980)."""


def minutes(seconds: float) -> str:
    """Whole minutes; under one, `less than 1`."""
    return "less than 1" if 0 < seconds < 60 else f"{seconds / 60:.0f}"


def in_minutes(seconds: float) -> str:
    """`12 minutes`, `1 minute`, `less than 1 minute`."""
    said = minutes(seconds)
    return f"{said} minute" if said in ("1", "less than 1") else f"{said} minutes"


def day_month(text: str) -> str:
    """A day written 2026-11-24 as `24 Nov`."""
    found = date.fromisoformat(text)
    return f"{found.day} {found:%b}"


def counted(n: int, one: str, many: str = "") -> str:
    """`1 spark`, `2 sparks`, `no sparks`."""
    word = one if n == 1 else many or f"{one}s"
    return f"{n or 'no'} {word}"


def few(block: Json) -> bool:
    """Whether a block of looks is too small for a share, or hidden because it is."""
    return bool(block.get("suppressed")) or block["n"] < LOOKS or block["students"] < STUDENTS


def percent(block: Json, code: str) -> str:
    """A share in words: a percentage of enough looks, `too few`, or `none` of nothing."""
    if not block["n"]:
        return "none"
    if few(block):
        return "too few"
    return f"{numbers.percent(block['counts'][code], block['n'])} %"


def letters_of(channel: Channel) -> dict[str, str]:
    """A letter for each code, its own first one where that is free; a digit, or "?", once all letters are taken."""
    taken: dict[str, str] = {}
    for code in channel.codes:
        wish = [c for c in code.label.upper() if c.isalpha()] + list("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        taken[code.key] = next((c for c in wish if c not in taken.values()), "?")
    return taken


_CYCLE = ("role", "active", "chal", "passive", "deep", "ques", "grp", "str")


def tones_of(channel: Channel) -> dict[str, str]:
    """Neighbours on a timeline differ in tone; what is to be kept small is amber everywhere."""
    return {
        code.key: "warn" if code.caution else code.tone or _CYCLE[i % len(_CYCLE)]
        for i, code in enumerate(channel.codes)
    }


def nothing(part: Json) -> bool:
    """Whether a channel has nothing to say of this visit."""
    if part["kind"] == "scale":
        return not any(block["n"] for block in part["by_method"].values())
    return not part["n"] if part["kind"] == "count" else not any(part["bouts"].values())


def minutes_of(held: float, planned: float, extra: float) -> str:
    """`38 of 85`, `38 of 85, 20 more`, `20, not planned`: what nobody had planned is none of what was planned."""
    if not planned:
        return f"{held + extra:.0f}, not planned"
    return f"{held:.0f} of {planned:.0f}" + (f", {extra:.0f} more" if extra else "")
