"""What colleagues began today, apart from her own visits and further down: to be read, not gone on with."""

from collections.abc import Sequence

from observe.domain.codec import local
from observe.services.today import Due
from observe.ui.names import Names
from observe.ui.padpage import Band
from observe.ui.pads import Pad
from observe.ui.text import fit_words

OTHER = "other."
"""Before the visit's id in the id of a pad."""
WORDS = {"live": "live", "ended": "held"}


def others_band(others: Sequence[Due], names: Names, zone: str, columns: int, room: int) -> Band:
    """A pad a visit: whose, where, when, and what became of it."""
    pads = []
    for due in others:
        visit = due.visit
        where = names.mask(visit.section_name) or "no class"
        began = f"{local(visit.started_at or 0, zone):%H:%M}"
        text = fit_words((f"{visit.observer}: {where}", visit.observer), room)
        pads.append(Pad(OTHER + visit.id, (text,), "", (f"{began}  {WORDS[due.status]}", began), "mute"))
    return Band(tuple(pads), columns)
