"""Settings of this device: what each is for, and what it may hold."""

import json
from collections.abc import Callable

from observe.domain import sampling
from observe.domain.codec import valid_zone
from observe.domain.errors import Refused, Usage
from observe.domain.frozen import dataclass
from observe.domain.names import clean_name
from observe.services.home import Home


@dataclass(frozen=True, slots=True)
class Setting:
    """`read` makes the stored text of what was typed, and raises ValueError with what is allowed."""

    name: str
    about: str
    default: str
    read: Callable[[str], str]


def _observer(text: str) -> str:
    clean = clean_name(text)
    if not clean:
        raise ValueError("a name")
    return clean


def _zone(text: str) -> str:
    # "right/" counts leap seconds, which no other clock here does; both are other ways to say a zone's name.
    if not valid_zone(text) or text.startswith(("right/", "posix/")):
        raise ValueError("the name of a time zone, such as America/Phoenix")
    return text


def _names(text: str, allowed: str) -> list[str]:
    """A list of texts, written as JSON."""
    try:
        names = json.loads(text)
    except (ValueError, RecursionError):
        names = None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError(allowed)
    return names


def _teachers(text: str) -> str:
    names = _names(text, 'a list such as ["Ms Okafor"], or [] for none')
    return json.dumps(sorted(filter(None, map(clean_name, names))), ensure_ascii=False)


def _channels(text: str) -> str:
    if text in ("", ALL_CHANNELS):
        return text
    names = _names(text, 'all, or a list such as ["challenge"] of those switched on beside the first ones')
    return json.dumps(sorted(set(names)), ensure_ascii=False)


def _count(text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= 99):
        raise ValueError("a whole number from 1 to 99")
    return str(int(text))


TEACHER_QUESTIONS, CHANNELS, ALL_CHANNELS = "teacher_questions", "channels", "all"


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(", ".join(allowed))
        return text

    return read


_yes_no = _one_of("yes", "no")

SETTINGS = (
    Setting("observer", "Your name, as it stands in visits and reports.", "", _observer),
    Setting("device_name", "What this device is called in a team that shares, such as laptop.", "", _observer),
    Setting("zone", "The time zone in which times are read and shown. Default: this machine's.", "", _zone),
    Setting("left_handed", "Swap the two rails of the live screen.", "no", _yes_no),
    Setting("hide_names", "Begin with names hidden on the screen.", "no", _yes_no),
    Setting("colours", "dark, or light for a bright room.", "dark", _one_of("dark", "light")),
    Setting(
        "glyphs", "ascii: plain characters, for fonts that lack the drawn ones; auto.", "auto", _one_of("auto", "ascii")
    ),
    Setting("stopwatch", "A stopwatch for think time on the live screen, in place of the tick.", "no", _yes_no),
    Setting("look_order", "Whom a look at everyone goes over first.", "seat", _one_of(*sampling.ORDERS)),
    Setting("cue", "How often a visit has a quiet word to look at everyone: no, 3, 4.", "no", _one_of("no", "3", "4")),
    Setting("focal_looks", "Focal looks in the menu of a visit, for research.", "no", _yes_no),
    Setting(CHANNELS, "What is lit on the live screen beside the first pads: all, or a list.", "", _channels),
    Setting("talent_sparks", "From so many sparks on, a student is raised for a look.", "3", _count),
    Setting("talent_kinds", "The sparks are of so many kinds at least.", "2", _count),
    Setting("talent_days", "They were on so many days at least.", "2", _count),
    Setting(TEACHER_QUESTIONS, "Teachers with whom logging their questions is agreed on.", "[]", _teachers),
)


def _find(name: str) -> Setting:
    found = next((s for s in SETTINGS if s.name == name), None)
    if found is None:
        known = ", ".join(s.name for s in SETTINGS)
        raise Usage(f"setting {name[:40]!r} is not known", f"known: {known}", "see `observe settings`")
    return found


def every(home: Home) -> dict[str, str]:
    """All settings with what they are now."""
    return {s.name: home.setting(s.name) or s.default for s in SETTINGS}


def get(home: Home, name: str) -> str:
    """What a setting is now. Raises Usage for an unknown one."""
    setting = _find(name)
    return home.setting(setting.name) or setting.default


def check(name: str, value: str) -> str:
    """What it would be, set to that. Raises Usage, Refused."""
    setting = _find(name)
    try:
        return setting.read(value)
    except ValueError as error:
        raise Refused(f"{name}: {value[:40]!r} cannot be", f"allowed: {error}") from error


def put(home: Home, name: str, value: str) -> str:
    """Set it; returns what it is then. Raises Usage, Refused."""
    clean = check(name, value)
    home.set_setting(name, clean)
    return clean


def agreed(home: Home, teacher: str) -> bool:
    """Whether it is agreed on with this teacher that questions of hers are logged."""
    return bool(teacher) and teacher in json.loads(get(home, TEACHER_QUESTIONS))


def agree(home: Home, teacher: str, on: bool) -> None:
    """Remember that it is agreed on with this teacher, or no more. Raises NotSaved."""
    names = set(json.loads(get(home, TEACHER_QUESTIONS))) - {teacher}
    put(home, TEACHER_QUESTIONS, json.dumps(sorted(names | {teacher} if on else names), ensure_ascii=False))
