"""Co-planning meetings: planned, held so many minutes, missed with the reason, or moved.

What came of one is an entity of its own, so that it merges with a change of the plan on another device.
"""

from observe.domain.codec import iso
from observe.domain.errors import Refused
from observe.domain.programme import Meeting
from observe.services import check, find
from observe.services.check import FUTURE_MS
from observe.services.home import Home
from observe.services.missed import LIMIT, REASONS
from observe.services.whose import Whose
from observe.store import items
from observe.store.journal import Act

MINUTES = 30
"""How long one is planned for when nothing is said."""
LONGEST = 600


def plan(home: Home, section: str, at: int, minutes: int = MINUTES) -> Meeting:
    """Plan a meeting about a section (id or unique name) at `at` (ms). Raises Refused, NotSaved, Busy."""
    return _add(home, section, at, check_minutes(minutes), None)


def note_held(home: Home, section: str, at: int, minutes: int) -> Meeting:
    """Write down a meeting that nobody had planned: it has no planned minutes. Raises Refused, NotSaved, Busy."""
    return _add(home, section, at, None, check_minutes(minutes))


def _add(home: Home, section: str, at: int, planned: int | None, held: int | None) -> Meeting:
    where, key = find.section(home, section).id, home.new_key()
    if held is not None and at > home.clock.now() + FUTURE_MS:
        raise Refused("at: in the future", f"it is {iso(home.clock.now())} on this device", "plan it instead")

    def change(act: Act) -> None:
        facts = {"section": where, "at": iso(at), "minutes": planned, "observer": home.setting("observer") or ""}
        act.put("meeting", key, facts, new=True)
        if held is not None:
            act.put("meeting.held", key, {"at": iso(at), "minutes": held}, new=True)

    home.write(change)
    return read(home, key)


def held(home: Home, meeting: str, minutes: int | None = None) -> Meeting:
    """It was held, as long as planned or `minutes`; a reason that was given goes. Raises Refused, NotSaved, Busy."""

    def change(act: Act) -> None:
        found = read(home, meeting)
        long = check_minutes(minutes or found.held_minutes or found.minutes or MINUTES)
        if found.at > home.clock.now() + FUTURE_MS:
            raise Refused("this meeting is still to come", f"it is planned for {iso(found.at)}", "move it, if it was")
        if found.held_at is None or found.held_minutes != long:
            act.put("meeting.held", meeting, {"at": iso(found.held_at or found.at), "minutes": long})
        if found.missed:
            act.void("meeting.missed", meeting, {})

    home.write(change)
    return read(home, meeting)


def miss(home: Home, meeting: str, reason: str) -> Meeting:
    """Say why it was not held, or will not be. Raises Refused, NotSaved, Busy."""
    words = check.note(reason, "reason", LIMIT)
    if not words:
        raise Refused("reason: empty", f"usual ones are {', '.join(REASONS)}", "say it in a few words")

    def change(act: Act) -> None:
        found = _planned(home, meeting)
        if found.held_at is not None:
            act.void("meeting.held", meeting, {})
        if found.missed != words:
            act.put("meeting.missed", meeting, {"why": words})

    home.write(change)
    return read(home, meeting)


def take_back(home: Home, meeting: str) -> Meeting:
    """Neither held nor missed is said of it any more. Raises Refused, NotSaved, Busy."""

    def change(act: Act) -> None:
        found = _planned(home, meeting)
        for what, so in (("meeting.held", found.held_at is not None), ("meeting.missed", bool(found.missed))):
            if so:
                act.void(what, meeting, {})

    home.write(change)
    return read(home, meeting)


def move(home: Home, meeting: str, at: int) -> Meeting:
    """Plan it for another time (ms); a reason that was given goes. Raises Refused, NotSaved, Busy."""

    def change(act: Act) -> None:
        found = _planned(home, meeting)
        if found.held_at is not None:
            raise Refused("this meeting was held", "", "take that back first")
        winner = home.journal.winner("meeting", meeting)
        assert winner is not None  # it was just read
        if found.at != at:
            act.put("meeting", meeting, {**winner.data, "at": iso(at)})
        if found.missed:
            act.void("meeting.missed", meeting, {})

    home.write(change)
    return read(home, meeting)


def drop(home: Home, meeting: str) -> None:
    """It was put down by mistake: gone, with what was said of it. Raises Refused, NotSaved, Busy."""

    def change(act: Act) -> None:
        found = read(home, meeting)
        winner = home.journal.winner("meeting", meeting)
        assert winner is not None  # it was just read
        if winner.data.get("calendar"):
            raise Refused("this meeting follows a schedule", "it would come back", "say why it is missed, or move it")
        for what, so in (("meeting.held", found.held_at is not None), ("meeting.missed", bool(found.missed))):
            if so:
                act.void(what, meeting, {})
        act.void("meeting", meeting, {})

    home.write(change)


def read(home: Home, meeting: str) -> Meeting:
    """The meeting of that id. Raises Refused."""
    data = items.item(home.conn, "meeting", meeting)
    if data is None:
        raise Refused(
            f"meeting {meeting[:40]!r} is not known", "this home has none of that id", "see `observe meetings`"
        )
    said = (items.item(home.conn, f"meeting.{what}", meeting) for what in ("held", "missed"))
    return Meeting.of(meeting, data, *said)


def named(home: Home, name: str) -> Meeting:
    """MEETING: an id, or a unique beginning of one. Raises Refused."""
    found = [key for key, _ in items.items(home.conn, "meeting") if name and key.startswith(name)]
    exact = [key for key in found if key == name] or found
    if len(exact) > 1:
        raise Refused(f"meeting {name[:40]!r} is not known", "several begin so", "write more of it")
    return read(home, exact[0] if exact else name)


def between(home: Home, first: int | None, after: int | None, section: str | None = None) -> tuple[Meeting, ...]:
    """Hers, planned from `first` on and before `after` (ms), in order of time; `section`: an id."""
    whose = Whose(home)
    found = items.meetings(home.conn, first=first, after=after, section=section)
    return tuple(m for m in found if whose.is_planned_by_her("meeting", m.id, m.observer))


def check_minutes(minutes: int) -> int:
    """A length that can be. Raises Refused."""
    if not 1 <= minutes <= LONGEST:
        raise Refused(f"minutes: {minutes} cannot be", f"allowed: 1 to {LONGEST}")
    return minutes


def _planned(home: Home, meeting: str) -> Meeting:
    found = read(home, meeting)
    if found.minutes is None:
        raise Refused("this meeting was not planned", "it was written down as held", "drop it, if it was not")
    return found
