"""What she says of a visit beside the taps: notes and flags, what ran and by whom, and the words of wrap-up."""

from observe.domain.codec import iso, ms_of
from observe.domain.model import BY_WHOM
from observe.domain.plan_actual import TICKED
from observe.services import check
from observe.services.acts import Logged, VisitActs, put_field, stays
from observe.store import local, queries
from observe.store.journal import Act


class Afterwards(VisitActs):
    """Notes and wrap-up of one visit; each method is one act, durable when it returns.

    Raises Refused, NotSaved, Busy.
    """

    def note(
        self,
        body: str = "",
        *,
        student: str | None = None,
        group: str = "",
        at: int | None = None,
        private: bool = False,
    ) -> Logged:
        """A note of its own; without a body a flag (time, whom) that asks for its words later.

        `group`: the label of the group it is about, as one; of a student it says nothing then.
        """

        def change(act: Act) -> Logged:
            visit = self._visit()
            when = check.moment(visit, at, self.home.clock.now())
            self._known({"student": [student] if student else []})
            name, text = self.home.new_key(), check.note(body)
            data = {"visit": visit.id, "at": iso(when), "student": student, "body": "" if private else text}
            if group and not student:
                data["group"] = check.label(group)
            put = act.put("note", f"{visit.id}/{name}", {k: v for k, v in data.items() if v is not None}, new=True)
            stays(put, "body", "" if private else text)
            if private and text:
                local.keep_private_note(self._conn, visit.id, name, text)
            return Logged(name, when)

        return self.home.write(change)

    def put_note_into_words(self, note_id: str, body: str) -> Logged:
        """The words of a flag, or others for a note; none takes it away."""

        def change(act: Act) -> Logged:
            key = f"{self.visit_id}/{note_id}"
            before = self._standing("note", key)
            text = check.note(body)
            if text:
                stays(act.put("note", key, {**before, "body": text}), "body", text)
            else:
                act.void("note", key, {"visit": self.visit_id})
            return Logged(note_id, ms_of(before["at"]))

        return self.home.write(change)

    def tick_ran(self, channel: str, code: str, by: str | None) -> Logged:
        """Say at wrap-up that something ran, `me`, `teacher` or `both`; None takes the tick back. Never minutes."""

        def change(act: Act) -> Logged:
            visit = self._visit()
            scheme = check.channel_of(self._protocol(visit), channel)
            if scheme.code(code) is None:
                raise check.allowed("code", code, ", ".join(scheme.keys))
            return self._tick(act, channel, code, by)

        return self.home.write(change)

    def tick_line(self, line: str, by: str | None) -> Logged:
        """The same of a line of the visit's plan, by its id."""
        return self.home.write(lambda act: self._tick(act, TICKED, line, by))

    def _tick(self, act: Act, channel: str, code: str, by: str | None) -> Logged:
        if by is not None and by not in BY_WHOM:
            raise check.allowed("by", by, ", ".join(BY_WHOM))
        key, at = f"{self.visit_id}/{channel}/{code}", self.home.clock.now()
        if queries.ran(self._conn, self.visit_id).get((channel, code)) == by:
            return Logged(None, at, unchanged=True)
        if by is None:
            act.void("ran", key, {"visit": self.visit_id})
        else:
            act.put("ran", key, {"visit": self.visit_id, "by": by})
        return Logged(None, at)

    def reflection(self) -> dict[str, str]:
        """What she wrote about the visit, by field."""
        return queries.reflection(self._conn, self.visit_id)

    def reflect(self, field: str, body: str) -> Logged:
        """What she writes about the visit afterwards, by field (`glow`, `try_next`, `next_visit` ...)."""

        def change(act: Act) -> Logged:
            visit = self._visit()
            written = put_field(act, visit.id, field, check.note(body), self.reflection().get(field, ""))
            return Logged(None, self.home.clock.now(), unchanged=not written)

        return self.home.write(change)
