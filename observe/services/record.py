"""The recorder: the one way in for what she observes, from a tap, a command or an import."""

from collections.abc import Mapping, Sequence
from typing import Any

from observe.domain.codec import iso, ms_of
from observe.domain.entries import Entry
from observe.domain.errors import Refused
from observe.domain.frozen import dataclass
from observe.domain.model import Observation, Visit
from observe.domain.protocol import Channel
from observe.services import check
from observe.services.acts import Logged as Logged  # part of what a caller of the recorder needs
from observe.services.acts import stays
from observe.services.looks import Looks
from observe.store import items, local, queries
from observe.store.journal import Act


@dataclass(frozen=True, slots=True)
class Touched:
    """An act that undo or redo touches: its observations, or the kinds of what else it changed."""

    act: int
    kinds: tuple[str, ...]
    observations: tuple[Observation, ...]
    was: Observation | None = None
    """The first observation as it was before, where the act changed one that was there."""

    @property
    def id(self) -> str | None:
        """The observation touched."""
        return self.observations[0].id if self.observations else None


class Recorder(Looks):
    """Records in one visit. Each method is one act, durable when it returns.

    Raises Refused (a line that says what is allowed), and NotSaved or Busy when it is not on disk.
    """

    # -- what she taps -----------------------------------------------------------------------------

    def observe(
        self,
        channel: str,
        code: str | None,
        *,
        student: str | None = None,
        at: int | None = None,
        method: str = "tap",
        sweep: int | None = None,
        modifiers: Mapping[str, Any] | None = None,
        note: str = "",
        private: bool = False,
        on: bool | None = None,
        with_whom: Sequence[str] = (),
        group: str = "",
        plan: str = "",
    ) -> Logged:
        """Log one code. `student` and `with_whom` are ids; `at` None is now.

        `group`: the label of the group it is about, as one. `plan`: the line of the plan that it carries out.
        """
        put: list[Observation] = []

        def change(act: Act) -> Logged:
            put.clear()
            fresh = self._is_fresh()
            visit = self._visit()
            scheme = check.channel_of(self._protocol(visit), channel)
            when = check.moment(visit, at, self.home.clock.now())
            data: dict[str, Any] = {"visit": visit.id, "at": iso(when), "channel": scheme.name, "code": code}
            optional = {"student": student, "sweep": sweep, "on": on, "with": list(dict.fromkeys(with_whom))}
            optional |= {"group": check.label(group), "plan": plan}
            data |= {name: value for name, value in optional.items() if value not in (None, [], "")}
            if method != "tap":
                data["method"] = method
            check.coded(scheme, data)
            check.beside(scheme, data, items.plan(self._conn, visit.id) if plan else ())
            if modifiers:
                data["modifiers"] = check.modifiers(scheme, modifiers)
            text = check.note(note) if note else ""
            if text and not private:
                data["note"] = text
            self._known(_named(scheme, data))
            same = self._unchanged(visit, scheme, data, when)
            if same is not None:
                return same
            key = self.home.new_key()
            entry = act.put("observation", key, data, new=True)
            if text and private:
                local.keep_private_note(self._conn, visit.id, key, text)
            seen = self._mark_present(act, visit, student, when)
            if fresh and not seen:
                put.append(observation_of(entry))
            return Logged(key, when, marked_present=seen)

        logged = self.home.write(change)
        if put:
            self._add(put[0])
        return logged

    def attendance(
        self, *, present: Sequence[str] = (), absent: Sequence[str] = (), roll: bool = False, at: int | None = None
    ) -> Logged:
        """Who is here. `roll`: `present` is the roll, so whoever nobody mentioned is not here."""

        def change(act: Act) -> Logged:
            visit = self._visit()
            when = check.moment(visit, at, self.home.clock.now())
            if set(present) & set(absent):
                raise Refused("absent: a student is named as present too", "allowed is one of the two")
            self._known({"present": present, "absent": absent})
            first = ""
            before = queries.attendance(self._conn, visit.id)
            for who, here in [(s, True) for s in dict.fromkeys(present)] + [(s, False) for s in dict.fromkeys(absent)]:
                key = f"{visit.id}/{who}"
                data = {"visit": visit.id, "at": iso(when), "student": who, "present": here}
                # Once taken, the roll stays taken, also when the last one it named turns out to be away.
                on_roll = (roll and here) or (who in before and before[who].roll)
                act.put("attendance", key, {**data, "roll": True} if on_roll else data)
                first = first or key
            return Logged(first or None, when, unchanged=not first)

        return self.home.write(change)

    def pause(self, on: bool, at: int | None = None) -> Logged:
        """Begin or end time that counts nowhere."""

        def change(act: Act) -> Logged:
            visit = self._visit()
            when = check.moment(visit, at, self.home.clock.now())
            lasting = queries.open_pauses(self._conn, visit.id)
            if on == bool(lasting):
                return Logged(lasting[0].rpartition("/")[2] if lasting else None, when, unchanged=True)
            if on:
                key = f"{visit.id}/{self.home.new_key()}"
                act.put("pause", key, {"visit": visit.id, "at": iso(when)}, new=True)
                return Logged(key.rpartition("/")[2], when)
            for key in lasting:
                before = self._standing("pause", key)
                if ms_of(before["at"]) > when:
                    raise Refused("at: before the pause began", f"allowed from {before['at']} on")
                act.put("pause", key, {**before, "until": iso(when)})
            return Logged(lasting[0].rpartition("/")[2], when)

        return self.home.write(change)

    # -- changes with a trail ----------------------------------------------------------------------

    def amend(self, observation_id: str, *, reason: str = "", **changes: Any) -> Logged:
        """Put an observation anew with `changes` (code, student, group, at, modifiers, note, with_whom), keeping the
        trail. Said of a student or of everyone it is not of a group any more, and a state that is with nobody loses
        whom it was with.
        """

        def change(act: Act) -> Logged:
            visit = self._visit()
            data = dict(self._standing("observation", observation_id))
            scheme = check.channel_of(self._protocol(visit), data["channel"])
            when = ms_of(data["at"])
            if "at" in changes:
                when = check.moment(visit, changes["at"], self.home.clock.now())
                data["at"] = iso(when)
            if "note" in changes:
                data["note"] = check.note(changes["note"])
            if "group" in changes:
                changes["group"] = check.label(changes["group"])
            if "modifiers" in changes:
                data["modifiers"] = check.modifiers(scheme, changes["modifiers"])
            data |= {
                field: changes[name]
                for name, field in (("code", "code"), ("student", "student"), ("group", "group"), ("with_whom", "with"))
                if name in changes
            }
            if "student" in changes and "group" not in changes:
                data.pop("group", None)
            if "code" in changes and "with_whom" not in changes:
                state = None if data["code"] is None else scheme.code(data["code"])
                if state is None or not state.with_whom:
                    data.pop("with", None)
            data = {k: v for k, v in data.items() if k == "code" or v not in (None, "", [], {})}
            check.coded(scheme, data)
            check.beside(scheme, data)
            self._known(_named(scheme, data))
            data.pop("reason", None)
            if reason:
                data["reason"] = check.note(reason, "reason")
            put = act.put("observation", observation_id, data)
            if "note" in changes:
                stays(put, "note", data.get("note", ""))
            return Logged(
                observation_id, when, marked_present=self._mark_present(act, visit, data.get("student"), when)
            )

        return self.home.write(change)

    def void(self, observation_id: str, reason: str = "") -> Logged:
        """Take an observation out of every figure; its trail stays."""

        def change(act: Act) -> Logged:
            data = self._standing("observation", observation_id)
            why = {"reason": check.note(reason, "reason")} if reason else {}
            act.void("observation", observation_id, {"visit": data["visit"], **why})
            return Logged(observation_id, ms_of(data["at"]))

        return self.home.write(change)

    # -- undo and redo -----------------------------------------------------------------------------

    def undoable(self) -> Touched | None:
        """What undo would take back."""
        return self._touched(queries.acts(self._conn, self.visit_id)[0])

    def redoable(self) -> Touched | None:
        """What redo would do again."""
        return self._touched(queries.acts(self._conn, self.visit_id)[1])

    def undo(self) -> Touched | None:
        """Take back this device's last act in this visit: the state before it, and nothing where there was none."""
        return self._replay(0)

    def redo(self) -> Touched | None:
        """Do again the act that undo took back last."""
        return self._replay(1)

    def _replay(self, which: int) -> Touched | None:
        def change(act: Act) -> Touched | None:
            first = queries.acts(self._conn, self.visit_id)[which]
            if first is None:
                return None
            journal, visit = self.home.journal, self.visit_id
            entries = journal.act(first)
            act.put("undo", f"{journal.device}/{first}", {"visit": visit, "undone": which == 0})
            for entry in reversed(entries) if which == 0 else entries:
                state = self._before(entry) if which == 0 else entry
                if entry.kind == "member":
                    self._regroup(act, entry.key, state)
                elif state is None or state.op == "void":
                    act.void(entry.kind, entry.key, {"visit": visit})
                else:
                    act.put(entry.kind, entry.key, state.data)
            return self._touched(first)

        return self.home.write(change)

    def _regroup(self, act: Act, key: str, state: Entry | None) -> None:
        """Of the roster a move changed the standing group alone; a seat or letter given since stays."""
        member = self.home.journal.winner("member", key)
        if member is not None and member.op == "put":
            act.put("member", key, {**member.data, "group": state.data.get("group") if state else ""})

    def _before(self, entry: Entry) -> Entry | None:
        return self.home.journal.entry(entry.parents[0]) if entry.parents else None

    def _touched(self, first: int | None) -> Touched | None:
        if first is None:
            return None
        entries = self.home.journal.act(first)
        observed = [entry for entry in entries if entry.kind == "observation"]
        shown = [entry if entry.op == "put" else self._before(entry) for entry in observed]
        seen = tuple(observation_of(entry) for entry in shown if entry is not None)
        before = self._before(observed[0]) if observed and observed[0].op == "put" else None
        was = observation_of(before) if before is not None and before.op == "put" else None
        return Touched(first, tuple(entry.kind for entry in entries), seen, was)

    def _unchanged(self, visit: Visit, scheme: Channel, data: Mapping[str, Any], when: int) -> Logged | None:
        if scheme.kind not in ("state", "toggle"):
            return None
        toggle = scheme.kind == "toggle"
        before = queries.running(self._conn, visit.id, scheme.name, when, data["code"] if toggle else None)
        if toggle:
            same = bool(before and before.on) == data["on"]
        else:
            # The same code with other students is a change of whom it is with.
            same = (before.code if before else None) == data["code"] and tuple(data.get("with", ())) in (
                (), before.with_whom if before else ()
            )  # fmt: skip
        if not same:
            return None
        return Logged(before.id if before else None, before.at if before else when, unchanged=True)

    def _mark_present(self, act: Act, visit: Visit, student: str | None, when: int) -> bool:
        """She sees the child, so the child is here, whatever the roll says."""
        if student is None:
            return False
        present, roll_taken = queries.presence(self._conn, visit.id, student)
        if present or (present is None and not roll_taken and student in visit.roster):
            return False
        data: dict[str, Any] = {"visit": visit.id, "at": iso(when), "student": student, "present": True}
        before = queries.attendance(self._conn, visit.id).get(student)
        if before is not None and before.roll:
            data["roll"] = True
        act.put("attendance", f"{visit.id}/{student}", data)
        return True


def _named(scheme: Channel, data: Mapping[str, Any]) -> dict[str, list[str]]:
    """The students an observation names, by field."""
    given = data.get("modifiers", {})
    named = {
        f"modifiers.{m.name}": [given[m.name]] for m in scheme.modifiers if m.kind == "student" and m.name in given
    }
    return {"student": [data["student"]] if data.get("student") else [], "with": data.get("with", []), **named}


def observation_of(entry: Entry) -> Observation:
    """The observation an entry puts."""
    data = entry.data
    return Observation(
        entry.key,
        ms_of(data["at"]),
        data["channel"],
        data["code"],
        data.get("student"),
        data.get("method", "tap"),
        data.get("sweep"),
        data.get("on"),
        tuple(data.get("with", ())),
        data.get("modifiers", {}),
        data.get("note", ""),
        (entry.ms, entry.n, entry.device, entry.seq),
        data.get("group", ""),
        data.get("plan", ""),
    )
