"""Planned against held as a page of cards: for her screen, for paper, for a spreadsheet's reader."""

from collections.abc import Iterator
from datetime import date

from observe.domain.cards import Bar, Card, Item, Page, Table, line
from observe.domain.figures import Json
from observe.services.delivery import BY, delivered, periods
from observe.services.home import Home
from observe.services.said import counted, minutes_of

HEAD = ("", "planned", "held", "missed", "extra", "min planned", "min held", "min extra")
TOTAL = "all"


def delivery_page(home: Home, first: date, last: date, *, section: str | None = None, by: str = "") -> Page:
    """The cards of a span; arguments as of `delivered`."""
    found = delivered(home, first, last, section=section, by="")
    where = f"{found['section']} - " if found["section"] else ""
    visits = found["totals"]["visits"]
    title = f"Planned and held - {where}{_day(first)} to {_day(last)} - {held_of(visits)}"
    cards = list(_cards(found))
    if by in BY:
        parts = delivered(home, first, last, section=section, by=by)
        cards[1:1] = _by(parts, periods(home, first, last, section=section, by=by), by)
    return Page(title, tuple(cards))


def held_of(block: Json, one: str = "visit", *, why: bool = False) -> str:
    """`9 of 12 planned visits held, 2 missed, 1 more`; `why`: with the reasons in brackets."""
    if not block["planned"] and not block["extra"]:
        return f"no {one}s"
    parts = [f"{block['held']} of {counted(block['planned'], f'planned {one}')} held"] if block["planned"] else []
    reasons = ", ".join(f"{reason} {n}" for reason, n in block["reasons"].items())
    parts += [f"{block['missed']} missed" + (f" ({reasons})" if why else "")] if block["missed"] else []
    if block["extra"]:
        parts.append(f"{block['extra']} more" if parts else f"{counted(block['extra'], one)} that nobody planned")
    return ", ".join(parts)


def why_missed(block: Json) -> str:
    """`missed: assembly 2, testing 1`; "" where nothing was missed."""
    said = ", ".join(f"{reason} {n}" for reason, n in block["reasons"].items())
    return f"missed: {said}" if said else ""


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _cards(found: Json) -> Iterator[Card]:
    rows, totals = found["rows"], found["totals"]
    visits, met = totals["visits"], totals["meetings"]
    if not rows:
        yield Card("Visits", (line("Nothing was planned in these days, and nothing was held.", "mute"),), wide=True)
        return
    mine = [row for row in rows if row["visits"]["planned"] or row["visits"]["extra"]]
    if mine:
        yield Card("Visits", (_table(mine, "visits", visits), *_why(visits)), wide=True)
        yield Card("Minutes held of planned", tuple(_bars(mine)))
    ended = visits["with_plan"] + visits["without_plan"]
    if ended:
        said = f"{visits['with_plan']} of {counted(ended, 'visit')} held had a co-planning card"
        yield Card("Visits with a plan", (line(said),))
    if met["planned"] or met["extra"]:
        mine = [row for row in rows if row["meetings"]["planned"] or row["meetings"]["extra"]]
        yield Card("Co-planning meetings", (_table(mine, "meetings", met), *_why(met)), wide=True)


def _why(block: Json) -> Iterator[Item]:
    if why := why_missed(block):
        yield line(why, "warn")
    if block["to_come"]:
        ones = "one is" if block["to_come"] == 1 else "ones are"
        yield line(f"{block['to_come']} of the planned {ones} still to come", "mute")


def _table(rows: list[Json], what: str, total: Json) -> Table:
    lines = [(row["section"] or "no class", row[what]) for row in rows]
    if len(lines) > 1:
        lines.append((TOTAL, total))
    return Table(HEAD, tuple((name, *_cells(block)) for name, block in lines))


def _cells(block: Json) -> tuple[str, ...]:
    counts = (block[name] for name in ("planned", "held", "missed", "extra"))
    minutes = (block[name] for name in ("planned_minutes", "held_minutes", "extra_minutes"))
    return (*map(str, counts), *(f"{n:.0f}" for n in minutes))


def _bars(rows: list[Json]) -> Iterator[Item]:
    blocks = [(row["section"] or "no class", row["visits"]) for row in rows]
    most = max((max(b["planned_minutes"], b["held_minutes"]) for _, b in blocks), default=0)
    for name, block in blocks:
        held, planned, extra = (block[f"{name}_minutes"] for name in ("held", "planned", "extra"))
        yield Bar(name, held, most, minutes_of(held, planned, extra))


def _by(found: Json, whole: dict[str, Json], by: str) -> Iterator[Card]:
    """A table of periods: of all classes together, each with its own line where there are several."""
    rows: dict[str, list[tuple[str, Json]]] = {}
    for row in (r for r in found["rows"] if r["visits"]["planned"] or r["visits"]["extra"]):
        rows.setdefault(row["period"], []).append((row["section"] or "no class", row["visits"]))
    lines = []
    for period in sorted(rows):
        when = f"week of {_day(date.fromisoformat(period))}" if by == "week" else _month(period)
        several = len(rows[period]) > 1
        if several:
            lines.append((when, *_cells(whole[period])))
        for name, block in rows[period]:
            lines.append((f"  {name}" if several else f"{when}  {name}", *_cells(block)))
    yield Card(f"By {by}", (Table(HEAD, tuple(lines)),), wide=True)


def _month(period: str) -> str:
    return f"{date.fromisoformat(f'{period}-01'):%B %Y}"
