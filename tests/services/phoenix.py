"""Two classes in Phoenix on a morning in mid-November: where calendars and patterns are followed."""

from pathlib import Path

from observe.domain.codec import parse
from observe.platform import Platform
from observe.services.home import Home, open_home

PHOENIX = "America/Phoenix"
SECTIONS = {"twelve": ("Room 12", "Ms Okafor"), "fourteen": ("Room 14", "Mr Diaz")}


class Fixed(Platform):
    """A morning in mid-November; a test may go on to later ones."""

    ms = parse("2024-11-18T08:00", PHOENIX)

    def wall_ms(self) -> int:
        return self.ms

    def monotonic_ms(self) -> int:
        return self.ms

    def zone(self) -> str:
        return PHOENIX


def school(path: Path, clock: Fixed) -> Home:
    opened = open_home(path, clock)

    def change(act: object) -> None:
        for key, (name, teacher) in SECTIONS.items():
            act.put("section", key, {"name": name, "teacher": teacher})  # type: ignore[attr-defined]  # reason: an Act

    opened.write(change)
    return opened
