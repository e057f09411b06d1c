"""Passes as they are recorded: whom one goes over and in which order, who was skipped, and the cues to begin."""

from collections.abc import Mapping, Sequence
from typing import Any

from observe.domain.codec import iso, ms_of
from observe.domain.errors import Refused
from observe.domain.sampling import DRAWN, ORDERS, PARTS
from observe.services import check
from observe.services.acts import Logged, VisitActs
from observe.store import items
from observe.store.journal import Act

_NUMBERED_BY = {"sweep": "sweep_start", "sweep.skip": "sweep", "sweep.end": "sweep_end"}
"""Kind of a line about a pass to the field that gives its number."""


class Looks(VisitActs):
    """The part of the recorder that is about passes."""

    def sweep_start(
        self,
        number: int,
        order: str = "seat",
        students: Sequence[str] = (),
        at: int | None = None,
        seed: int | None = None,
    ) -> Logged:
        """Begin a pass over `students` in that order; `seed` is what an order was drawn with.

        The order is what `students` say, for good: whoever goes on with the pass reads it and never draws again.
        """
        if order not in (*ORDERS, *PARTS):
            raise check.allowed("order", order, ", ".join((*ORDERS, *PARTS)))
        drawn = {} if seed is None else {"seed": check.seed(seed)}
        if drawn and order not in DRAWN:
            raise Refused("seed: not allowed", f"the order is {order}", f"allowed with {' and '.join(DRAWN)}")
        return self._sweep_line(
            "sweep", number, "", at, {"order": order, "students": list(dict.fromkeys(students)), **drawn}
        )

    def sweep_skip(self, number: int, student: str, at: int | None = None) -> Logged:
        """One student was not looked at: not observed, which is no rating."""
        return self._sweep_line("sweep.skip", number, f"/{student}", at, {"student": student})

    def sweep_end(self, number: int, at: int | None = None) -> Logged:
        """End a pass."""
        return self._sweep_line("sweep.end", number, "", at, {})

    def _sweep_line(self, kind: str, number: int, suffix: str, at: int | None, data: Mapping[str, Any]) -> Logged:
        def change(act: Act) -> Logged:
            visit = self._visit()
            when = check.moment(visit, at, self.home.clock.now())
            key = f"{visit.id}/{check.pass_number(number, _NUMBERED_BY[kind])}{suffix}"
            skipped = [data["student"]] if "student" in data else []
            self._known({"sweep_skip": skipped, "students": data.get("students", ())})
            act.put(kind, key, {"visit": visit.id, "at": iso(when), "sweep": number, **data})
            return Logged(key.partition("/")[2], when)

        return self.home.write(change)

    def cue(self, number: int) -> Logged:
        """Cue `number` of this visit is shown now. It is shown once: `unchanged`, and when it was, if it was before."""

        def change(act: Act) -> Logged:
            visit = self._visit()
            key = f"{visit.id}/{number}"
            before = items.item(self._conn, "cue", key)
            if before is not None:
                return Logged(str(number), ms_of(before["at"]), unchanged=True)
            when = check.moment(visit, None, self.home.clock.now())
            act.put("cue", key, {"visit": visit.id, "at": iso(when)})
            return Logged(str(number), when)

        return self.home.write(change)
