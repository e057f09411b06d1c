"""What comes every week, typed in: a pattern plans its visits or meetings ahead, and they follow it.

Each is known by hash(pattern, day), and says nothing that the pattern does not, so that two devices plan the same.
What is past, begun, spoken of or changed by hand stays as it is when the pattern changes or ends.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, timedelta

from observe.domain.codec import local
from observe.domain.derived import derived_key
from observe.domain.errors import Refused
from observe.domain.frozen import dataclass
from observe.domain.programme import KINDS, VISIT, Pattern
from observe.domain.weekly import DAYS, WEEK, moments
from observe.services import find
from observe.services.following import WORDS, Following, Source, Wanted
from observe.services.home import Home
from observe.services.meetings import check_minutes
from observe.services.typed import read_clock
from observe.services.whose import Whose
from observe.store import items
from observe.store.journal import Act

MINUTE_MS = 60_000
WEEKS_AHEAD = 28
"""So far ahead a pattern without an end plans: longer than half a school year, and never without notice."""
FILE = "pattern"
"""The mark of what a pattern planned, where a calendar's things have that of their calendar."""
LOOKED = "patterns_looked"
"""The local setting that says for which day, and which patterns, everything was planned."""


@dataclass(frozen=True, slots=True)
class Done:
    """A pattern, and how many visits or meetings were `added`, `moved`, `removed`, ... by it."""

    pattern: Pattern
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WORDS, 0))


def every(home: Home, section: str | None = None) -> tuple[Pattern, ...]:
    """Hers, from Monday on; those that have ended too. `section`: an id."""
    whose = Whose(home)
    return tuple(p for p in items.patterns(home.conn, section) if whose.is_planned_by_her("pattern", p.id, p.observer))


def standing(home: Home) -> tuple[Pattern, ...]:
    """Those of hers that have not ended."""
    today = local(home.clock.now(), home.zone).date().isoformat()
    return tuple(p for p in every(home) if p.last is None or p.last >= today)


def named(home: Home, name: str) -> Pattern:
    """PATTERN: an id, or a unique beginning of one. Raises Refused."""
    found = [p for p in every(home) if name and p.id.startswith(name)]
    exact = [p for p in found if p.id == name] or found
    if len(exact) != 1:
        why = "several begin so" if exact else "this home has none of that id"
        raise Refused(f"pattern {name[:40]!r} is not known", why, "see `observe patterns`")
    return exact[0]


def add(
    home: Home,
    section: str,
    weekday: int,
    time: str,
    minutes: int,
    *,
    what: str = VISIT,
    first: date | None = None,
    last: date | None = None,
) -> Done:
    """A visit (or a meeting) to a section (id or unique name) every week from `first` (today) to `last` (no end).

    `time` as 09:30, by the home's zone. Days from a `first` that was given are planned though they are past; else what
    was over today is not, as it would count as missed. Raises Refused, NotSaved, Busy.
    """
    begin = first or local(home.clock.now(), home.zone).date()
    facts = {
        "section": find.section(home, section).id,
        "what": what,
        "weekday": weekday,
        "time": read_clock(time),
        "minutes": check_minutes(minutes),
        "zone": home.zone,
        "first": begin.isoformat(),
        "last": None if last is None else last.isoformat(),
        "observer": home.setting("observer") or "",
    }
    if last is not None and last < begin:
        raise Refused("this pattern cannot be", "it ends before it begins", "give another last day")
    key = home.new_key()
    twin = next((p for p in every(home) if _same(p, Pattern.of(key, facts))), None)
    if twin is not None:
        raise Refused("this pattern is there already", f"{said(twin)} of {twin.first}", "end it, or change it")

    def change(act: Act) -> Done:
        act.put("pattern", key, facts, new=True)
        pattern = Pattern.of(key, facts)
        return Done(pattern, _follow(home, act, new=pattern, past=first is not None).get(what, {}))

    return home.write(change)


def change(home: Home, pattern: str, *, weekday: int, time: str, minutes: int) -> Done:
    """Another day, hour or length from now on; what lies ahead follows. Raises Refused, NotSaved, Busy."""
    new = {"weekday": weekday, "time": read_clock(time), "minutes": check_minutes(minutes)}
    return _put(home, pattern, new)


def end(home: Home, pattern: str, last: date | None = None) -> Done:
    """Its last day is `last` (today, if it has not ended before); what lies after it goes. Before its first day: there
    was none.

    Raises Refused, NotSaved, Busy.
    """
    today = local(home.clock.now(), home.zone).date().isoformat()
    day = min(today, named(home, pattern).last or today) if last is None else last.isoformat()
    return _put(home, pattern, {"last": day})


def _put(home: Home, id: str, new: Mapping[str, object]) -> Done:
    def change(act: Act) -> Done:
        before = named(home, id)
        winner = home.journal.winner("pattern", before.id)
        assert winner is not None  # it was just read
        data = {**winner.data, **new}
        pattern = Pattern.of(before.id, data)
        if pattern.last is not None and pattern.last < pattern.first:
            act.void("pattern", before.id, {})
        elif data != winner.data:
            act.put("pattern", before.id, data)
        return Done(pattern, _follow(home, act).get(pattern.what, {}))

    return home.write(change)


def top_up(home: Home) -> bool:
    """Plan what has come within reach since; whether anything was. Costs next to nothing on the same day.

    Raises NotSaved, Busy.
    """
    found = every(home)
    if not found and home.setting(LOOKED) is None:
        return False
    day = local(home.clock.now(), home.zone).date().isoformat()
    mark = derived_key(day, *(repr(pattern) for pattern in found))
    if home.setting(LOOKED) == mark:
        return False
    added = home.write(lambda act: _follow(home, act))
    home.set_setting(LOOKED, mark)
    return any(n for counts in added.values() for word, n in counts.items() if word not in ("unchanged", "kept"))


def _follow(home: Home, act: Act, new: Pattern | None = None, past: bool = False) -> dict[str, dict[str, int]]:
    """Make what lies ahead what the patterns say; counts by kind. `new`: what goes on now as well, and with `past` all
    from its first day on."""
    now = home.clock.now()
    today = local(now, home.zone).date()
    found, wanted = every(home), dict[str, Wanted]()
    for pattern in found:
        mine = new is not None and pattern.id == new.id
        # A day earlier, since the pattern's zone may be a day behind; what is past is left out by its time.
        first = date.fromisoformat(pattern.first) if mine else today - timedelta(days=1)
        for day, at in moments(pattern, first, today + WEEKS_AHEAD * WEEK):
            if at >= now or (mine and (past or at + pattern.minutes * MINUTE_MS > now)):
                key = derived_key(pattern.id, day.isoformat())
                whose = pattern.observer, pattern.zone
                wanted[key] = Wanted(pattern.what, pattern.section, at, pattern.minutes, pattern.id, *whose)
    ids = {pattern.id for pattern in found}
    # A pattern that was never heard of may still be on its way, and a colleague's is hers to speak of.
    source = Source(
        FILE,
        ids,
        lambda ms: local(ms, home.zone).isocalendar()[:2],
        sweeping=True,
        ours=lambda series: series in ids or _is_gone(home, series),
    )
    follow = Following(home, act, source, now)
    follow.run(wanted)
    return {kind: follow.found[kind].counts for kind in KINDS}


def _is_gone(home: Home, pattern: str) -> bool:
    winner = home.journal.winner("pattern", pattern)
    return winner is not None and winner.op == "void"


def _same(one: Pattern, other: Pattern) -> bool:
    facts = [(p.section, p.what, p.weekday, p.time) for p in (one, other)]
    apart = (one.last or "9") < other.first or (other.last or "9") < one.first
    return facts[0] == facts[1] and not apart


def said(pattern: Pattern) -> str:
    """`every Tue 09:30, 45 min`."""
    return f"every {DAYS[pattern.weekday].capitalize()} {pattern.time}, {pattern.minutes} min"
