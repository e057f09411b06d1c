"""What a teacher says and does, logged before it is agreed on: the app asks first, a command says it once."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from observe.domain.protocol import Channel
from observe.services.home import Home
from observe.store import queries


class Unagreed:
    """Whether what is logged in a visit is of the teacher, without an agreement that says what is logged."""

    def __init__(self, home: Home, visit_id: str) -> None:
        self._home, self._visit_id, self._told = home, visit_id, False

    def line(self, channel: str, modifiers: Mapping[str, Any]) -> str:
        """What to say after this was logged; "" for nothing, as it is after the first time."""
        found = None if self._told else self._counts.get(channel)
        if found is None or not _of_teacher(found, modifiers):
            return ""
        from observe.services.coaching import may_log

        visit = queries.visit(self._home.conn, self._visit_id)
        teacher = visit.teacher if visit else ""
        self._told = True
        if may_log(self._home, teacher):
            return ""
        if not teacher:
            return (
                "what a teacher says and does was logged, with no agreement on it, as the visit has no teacher's name,"
                " write it on the roster, then see `observe working-agreement --help`"
            )
        return (
            f"what {teacher} says and does was logged, but no working agreement says that it is,"
            f' agree on it, then write it: `observe working-agreement "{teacher}" --set "logged=..."`'
        )

    @cached_property
    def _counts(self) -> dict[str, Channel]:
        """The channels that count something with a choice beside it, by name: what the teacher does is in none else."""
        visit = queries.visit(self._home.conn, self._visit_id)
        protocol = queries.protocol(self._home.conn, visit.protocol_id, visit.protocol_version) if visit else None
        channels = protocol.channels if protocol else ()
        return {c.name: c for c in channels if c.kind == "count" and any(m.kind == "choice" for m in c.modifiers)}


def _of_teacher(channel: Channel, modifiers: Mapping[str, Any]) -> bool:
    """Whether the app would log it only once it is agreed on. What decides it is loaded where it is needed."""
    if channel.about == "visit":
        from observe.services.coaching import is_moves

        return is_moves(channel)
    if not modifiers:
        return False  # hers, as is every log that does not say whose it is
    from observe.domain.live import of_others

    who, others = of_others(channel)
    return modifiers.get(who) in others
