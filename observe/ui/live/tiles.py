"""The tiles: Everyone and the students, in seat order, in pages where they do not fit."""

from observe.domain.live import FADED_MS, Seat
from observe.ui.layout import GROUPS
from observe.ui.live import grouping, looking
from observe.ui.live.scene import Scene
from observe.ui.names import EVERYONE
from observe.ui.pads import Cell, Gap, Pad, Tile
from observe.ui.text import fit, width

NOT_THIS_MONTH = ("not this month", "not in month", "month: 0", "month")
"""Of a child whom nobody has observed since it began; on the three marked tiles alone, or most would say it."""


def tiles(scene: Scene) -> list[Cell]:
    """The cells of the page that is shown."""
    c = scene.c
    if not c.places.tiles:
        return []
    places = scene.layout.faces["tiles", "tiles"]
    lines = min(place.height for place in places) - 1
    chosen = c.session.target == (None, "") and c.session.marking is None
    everyone = Tile("everyone", EVERYONE, scene.key("everyone"), lines=lines, selected=chosen)
    seats = c.view.seats
    # Full names only where all of them fit: some of each would read as if it meant something.
    whole = all(width(c.names.choices(s.student.id)[0]) < min(p.width for p in places) - 1 for s in seats)
    going = looking.current(c)
    rated = going.rated if going else frozenset()
    room = scene.layout.per_page
    if len(seats) + 1 <= room:
        return [everyone, *(_tile(scene, seat, rated, whole, lines) for seat in seats)]
    each = max(1, room - 2)
    pages = -(-len(seats) // each)
    page = c.session.page % pages
    shown = [_tile(scene, seat, rated, whole, lines) for seat in seats[page * each : (page + 1) * each]]
    more = Pad("page", scene.commands["page"].labels, scene.key("page"), (f"{page + 1}/{pages}",), "warn")
    return [everyone, *shown, *[Gap()] * (each - len(shown)), more]  # which keeps its place on the last page


def page_of(scene: Scene, student: str | None) -> int:
    """The page on which a student's tile is; Everyone is on all of them."""
    room, ids = scene.layout.per_page, [seat.student.id for seat in scene.c.view.seats]
    if student not in ids or len(ids) + 1 <= room:
        return scene.c.session.page
    return ids.index(student) // max(1, room - 2)


def _tile(scene: Scene, seat: Seat, rated: frozenset[str], whole: bool, lines: int) -> Tile:
    c = scene.c
    student = seat.student.id
    marking = c.session.marking
    marked = marking is not None and student in marking.students
    last = seat.last
    age = _age(seat, c.first)
    words = scene.words(last) if last and seat.here else ("",)
    if seat.marked and seat.not_this_month and not c.first:
        words, age = NOT_THIS_MONTH, ""  # nor in this visit, that is
    regroup = c.session.open == GROUPS and seat.here
    if regroup:  # whom to move is seen by where everybody is
        group, age = c.names.mask(grouping.of(c, student)), ""
        words = (group, fit(group, 9), fit(group, 6), fit(group, 4)) if group else ("-",)
    return Tile(
        id=f"student.{student}",
        names=c.names.choices(student)[0 if whole or c.hidden else 1 :] or c.names.choices(student),
        lines=lines,
        letter=seat.letter,
        words=words,
        age=age,
        before="".join(_letter(scene, code) for code in seat.before),
        tone=scene.tone(last) if last and seat.here else "edge",
        # By the minute: a bar that shrank every second would draw every tile every second.
        meter=1 - seat.age // 60_000 * 60_000 / FADED_MS if seat.age is not None and seat.here else 0.0,
        star=seat.picked,
        tick=marked or student in rated,
        stale=seat.marked and seat.here and not c.first and not regroup,
        away=not seat.here,
        marked=marked,
        selected=student == c.session.selected and marking is None,
    )


def _age(seat: Seat, first: bool) -> str:
    if not seat.here:
        return "away"
    if seat.age is None:
        return "never" if seat.marked and not first else "-"
    minutes = seat.age // 60_000
    return f"{minutes}m" if minutes else "now"


def _letter(scene: Scene, code: str) -> str:
    left = next((ch for ch in scene.c.protocol.channels if ch.kind == "scale"), None)
    found = left.code(code) if left else None
    return (found.short[-1] if found and found.short else code)[:1].upper()
