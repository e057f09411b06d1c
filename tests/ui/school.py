"""A real home with a class in it, for the tests of the screens."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from observe.exchange.plain_roster import read_plain
from observe.platform import Platform
from observe.services import coaching, visits
from observe.services.home import Home, open_home
from observe.services.roster import import_rosters

TODAY = date(2026, 11, 24)
TEACHER = "Ms Okafor"
"""With her it is agreed on what is logged."""

CLASS = (
    "Amara Okeke", "Aiden Moss", "Beatriz Lima", "Caleb Stone", "Chloe Park", "Dmitri Volkov", "Esperanza Ruiz",
    "Farah Nasser", "Grace Hill", "Hiro Tanaka", "Imani Cole", "Jonah Levy", "Kofi Mensah", "Lucia Rossi",
    "Maximilian Berg", "Mei Lin", "Noor Aziz", "Oscar Diaz", "Priya Shah", "Quinn Doyle", "Rosa Vega", "Samuel Ode",
    "Tomasz Nowak", "Viktor Hahn", "Zoe Kim",
)  # fmt: skip

HARD = (
    "Ana [Ani] O'Neil-Núñez", "[b]x", "[/x]", "[@click=app.quit]", "محمد العلي", "שרה כהן", "李小龍",
    "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissen", "Ana Ruiz", "Ana Roe", "Noël", "Zoë \\[red]",
)  # fmt: skip


def school(path: Path, classes: dict[str, tuple[str, ...]]) -> Home:
    """A home at `path` with these sections, opened."""
    home = open_home(path, Platform())
    rows = ["Name,Section,Teacher"]
    for section, names in classes.items():
        rows += [f'"{name}",{section},{TEACHER}' for name in names]
    home.set_setting("channels", "all")  # a first visit, with its dim rows, has tests of its own
    if len(rows) > 1:
        import_rosters(home, [read_plain("\n".join(rows).encode(), "class.csv", None)])
        coaching.agree(home, TEACHER, "logged", "What we both say and do.")
    return home


def section_id(home: Home, name: str) -> str:
    """The id of the section of this name."""
    return next(section.id for section in visits.sections(home) if section.name == name)


def ids(home: Home, section: str) -> dict[str, str]:
    """Student id by name."""
    return {student.name: student.id for student in visits.students(home, section_id(home, section))}
