"""Who is in which group: as a visit begins, when somebody moves in the midst of it, and for good on the roster.

A group is a label. The roster keeps each student's standing group; a visit keeps those it began with and every move.
A move in a visit is the standing group from then on, so that the next visit begins where this one ended.
"""

from collections.abc import Iterable

from observe.domain import groups
from observe.domain.codec import iso
from observe.domain.errors import Refused
from observe.services import check
from observe.services.acts import Logged, VisitActs
from observe.services.home import Home
from observe.store import items, rosters
from observe.store.journal import Act


class GroupActs(VisitActs):
    """Moves in one visit. Raises Refused, NotSaved, Busy."""

    def take_up(self) -> bool:
        """The groups of a plan that was made after the visit had begun, where nobody is in a group yet.

        From then on they are those it began with; False where there is nothing to take up. Undo leaves it alone, as
        it is no act of hers.
        """

        def change(act: Act) -> bool:
            visit = self._visit()
            if groups.grouped(items.grouping(self._conn, visit.id)) or visit.ended_at is not None:
                return False
            known = frozenset((*visit.roster, *self.log().present()))
            planned = groups.planned(items.plan(self._conn, visit.id))
            start = {student: label for student, label in planned.items() if student in known}
            if start:
                act.put("groups", visit.id, {"visit": visit.id, "groups": start})
            return bool(start)

        return self.home.write(change)

    def move(self, student: str, group: str, at: int | None = None) -> Logged:
        """The student goes to the group of that label, "" for none: from `at` (None: now) on.

        While the visit lasts it is the student's standing group too, in the same act, so that undo takes back both.
        """

        def change(act: Act) -> Logged:
            visit = self._visit()
            when = check.moment(visit, at, self.home.clock.now())
            self._known({"move": [student]})
            wish = check.label(group)
            grouping = items.grouping(self._conn, visit.id)
            later = any(move.at > when for move in grouping.moves if move.student == student)
            if not later and grouping.at(when).get(student, "") == wish:
                return Logged(None, when, unchanged=True)
            name = self.home.new_key()
            data = {"visit": visit.id, "at": iso(when), "student": student, "group": wish}
            act.put("move", f"{visit.id}/{name}", data, new=True)
            if visit.section is not None and visit.ended_at is None and not later:
                _stand(self.home, act, visit.section, student, wish)
            return Logged(name, when)

        return self.home.write(change)


def begin(home: Home, act: Act, visit: str, section: str, roster: Iterable[str], when: int) -> None:
    """Within the act that starts a visit at `when`: keep who of the roster is in which group, where anybody is in one.

    The plan of the visit says it. Without a plan that does, it is for each student the newest word there is: where
    the last visit that had groups left this one, or the standing group where that was changed since.
    """
    known = list(roster)
    found = groups.planned(items.plan(home.conn, visit)) or _last_said(home, section, when)
    start = {student: found[student] for student in known if found.get(student)}
    if start:
        act.put("groups", visit, {"visit": visit, "groups": start})


def _last_said(home: Home, section: str, before: int) -> dict[str, str]:
    standing = {s.id: s.group for s in rosters.students(home.conn, section)}
    last = items.last_grouped(home.conn, section, before)
    if last is None:
        return standing
    begun, moved = items.grouped_at(home.conn, last)
    left = items.grouping(home.conn, last).at()
    changed = rosters.group_said_at(home.conn, section)
    found = {}
    for student, group in standing.items():
        said = moved.get(student, begun)
        newer = said is None or (student in changed and changed[student] > said)
        found[student] = group if newer else left.get(student, "")
    return found


def stand(home: Home, section: str, student: str, group: str) -> bool:
    """A student's standing group is another from now on, outside of any visit; False when it was so already.

    Raises Refused for a student of another section, or a label that is too long; NotSaved, Busy.
    """
    wish = check.label(group)
    members = {s.id: s for s in rosters.students(home.conn, section)}
    if student not in members:
        raise Refused(f"student {student[:40]!r} is not in this section", "see `observe students`")
    if members[student].group == wish:
        return False

    def change(act: Act) -> None:
        # Where the act comes from, as every change of a roster says; so undo in a visit never reaches it.
        act.put("import", home.new_key(), {"what": "roster"}, new=True)
        _stand(home, act, section, student, wish)

    home.write(change)
    return True


def _stand(home: Home, act: Act, section: str, student: str, group: str) -> None:
    """Put the standing group, where the student is a member; a guest has none."""
    key = f"{section}/{student}"
    member = home.journal.winner("member", key)
    if member is None or member.op == "void" or (member.data.get("group") or "") == group:
        return
    act.put("member", key, {**member.data, "group": group})
