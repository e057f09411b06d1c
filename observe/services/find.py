"""What people name things by: VISIT, SECTION, STUDENT of the command line, resolved to ids."""

from collections.abc import Iterable

from observe.domain.errors import Refused
from observe.domain.model import Section, Student, Visit
from observe.domain.names import clean_name
from observe.services.home import Home
from observe.services.whose import Whose
from observe.store import items, queries, rosters

_OR_EVERYONE = ("student", "--student")
"""Fields in which null stands for everyone."""


def _few(names: Iterable[str]) -> str:
    """The first five, where a line has no room for more."""
    shown = list(names)
    return ", ".join(shown[:5]) + (" ..." if len(shown) > 5 else "")


def visit(home: Home, name: str) -> Visit:
    """VISIT: an id, a unique prefix of one, `last` (her latest started) or `open` (hers). Raises Refused."""
    if name == "last":
        whose = Whose(home)
        found = next(filter(whose.is_hers, queries.begun(home.conn)), None)
        if found is not None:
            return found
        if queries.latest_visit(home.conn) is not None:
            raise Refused("there is no visit of yours", "others began all there are", "see `observe visits`")
        raise Refused("there is no visit yet", "nothing was started in this home", "start one with `observe start`")
    if name == "open":
        everyones = queries.open_visits(home.conn)
        open_ = Whose(home).hers(everyones)
        if len(open_) == 1:
            return open_[0]
        if not open_ and everyones:
            raise Refused("no visit of yours is open", "those that are open are others'", "see `observe visits`")
        if not open_:
            raise Refused("no visit is open", "the last one has ended", "start one with `observe start`")
        raise Refused("more than one visit is open", _few(v.id for v in open_), "name one by its id")
    ids = queries.visits_with_prefix(home.conn, name) if name else []
    exact = [id for id in ids if id == name] or ids
    if len(exact) != 1:
        why = f"several begin so: {_few(exact)}" if exact else "this home has none of that id"
        raise Refused(f"visit {name[:40]!r} is not known", why, "see `observe visits`")
    found = queries.visit(home.conn, exact[0])
    assert found is not None  # the id was just read
    return found


def section(home: Home, name: str) -> Section:
    """SECTION: an id or a unique name. Raises Refused."""
    everything = rosters.sections(home.conn)
    found = [s for s in everything if s.id == name]
    name = clean_name(name)  # as the name was cleaned when it came in
    found = found or [s for s in everything if s.name == name]
    found = found or [s for s in everything if s.name.casefold() == name.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(f"more than one section is called {name!r}", _few(s.id for s in found), "name it by its id")
    known = _few(s.name for s in everything)
    raise Refused(
        f"section {name[:60]!r} is not known",
        f"this home has {known}" if known else "this home has no section yet",
        "see `observe sections`" if known else "import a roster with `observe import roster`",
    )


def student(people: Iterable[Student], name: str, field: str = "student", where: str = "") -> str:
    """STUDENT: an id, or a unique full name among `people`, the visit's or those `where` names. Returns the id.

    Raises Refused.
    """
    people = tuple(people)
    found = {s.id for s in people if s.id == name}
    name = clean_name(name)  # as the name was cleaned when it came in
    if name:  # a student whose name was erased is nobody's namesake
        found = found or {s.id for s in people if s.name == name}
        found = found or {s.id for s in people if s.name.casefold() == name.casefold()}
    if len(found) == 1:
        return found.pop()
    if found:
        raise Refused(f"{field}: more than one student has this name", _few(sorted(found)), "use the id")
    everyone = ", or null for everyone" if field in _OR_EVERYONE and not where else ""
    raise Refused(
        f"{field}: {name[:60]!r} is not known in " + (where or "this visit's section"),
        f"allowed are a student's id or full name{everyone}",
        "see `observe students`",
    )


def anyone(home: Home, people: Iterable[Student], name: object, field: str = "student") -> str:
    """STUDENT where a guest may be meant: an id of any student of this home, else as `student`. Raises Refused."""
    if not isinstance(name, str):
        raise Refused(f"{field}: not a text", "allowed: a student's id or full name")
    # An id is ASCII; half a surrogate pair has no bytes to ask the database with.
    if name.isascii() and rosters.is_student(home.conn, name):
        return name
    return student(people, name, field)


def section_of(home: Home, id: str) -> Section:
    """The class of that id. Raises Refused."""
    found = next((s for s in rosters.sections(home.conn) if s.id == id), None)
    if found is None:
        raise Refused("this class is not known", "this home has none of that id", "see `observe sections`")
    return found


def standing(home: Home, kind: str, id: str) -> None:
    """Raises Refused when no entity of that kind and id stands."""
    if items.item(home.conn, kind, id) is None:
        raise Refused(f"{id[:40]!r} is not known", "this home has none of that id, or it was taken out", "look again")
