"""Which section a calendar's event is about, and whether it is a visit or a meeting: by name, teacher, or her word."""

import hashlib
import re
from collections.abc import Iterable, Mapping

from observe.domain.frozen import dataclass
from observe.domain.model import Section
from observe.domain.names import clean_name, fold
from observe.domain.programme import MEETING, VISIT
from observe.services.home import Home
from observe.store import rosters

KIND = "calendar.name"
"""The entry that remembers a choice: it syncs, so that she is asked once and not on each device."""
_TITLES = frozenset(("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "coach", "teacher"))
_VISIT = (("push", "in"), ("pushin",), ("visit",))
"""What an event says that is a visit, where it names the teacher alone: coffee with her is none."""
_MEETING = (
    *(("co", "plan"), ("co", "planning"), ("coplan",), ("coplanning",)),
    *(("plan", "with"), ("planning", "with"), ("planning", "meeting")),
)
"""What an event says that is a co-planning meeting."""


@dataclass(frozen=True, slots=True)
class Match:
    """`section` None: no visit. `sure` False: nobody knows; `guesses` are sections it may be. `what`: of `KINDS`."""

    section: str | None
    sure: bool
    guesses: tuple[str, ...] = ()
    what: str = VISIT


def key_of(name: str) -> str:
    """What a choice is kept under: nothing of the name can be read from it."""
    return hashlib.sha256(" ".join(_words(name)).encode()).hexdigest()[:32]


def remembered(home: Home, name: str) -> tuple[str | None, str] | None:
    """What she said of events of this name: (section or None for no visit, what); None when she was not asked yet."""
    winner = home.journal.winner(KIND, key_of(name))
    if winner is None or winner.op != "put":
        return None
    return winner.data.get("section"), winner.data.get("what") or VISIT


class Matcher:
    """Matches events of a home as its sections and choices are now."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._sections = rosters.sections(home.conn)
        self._known = {section.id for section in self._sections}
        self._names = {s.id: _words(s.name) for s in self._sections}
        self._teachers = {
            s.id: [w for w in _words(s.teacher) if w not in _TITLES and len(w) > 1] for s in self._sections
        }

    def series(self, names: Iterable[str]) -> Mapping[str, Match]:
        """The events of one series, by name: one that was renamed, "moved" say, is what the others are."""
        found = {name: self.match(name) for name in names}
        sure = {match for match in found.values() if match.sure}
        if len(sure) == 1:
            [same] = sure
            return {name: match if match.sure else same for name, match in found.items()}
        return found

    def match(self, name: str) -> Match:
        """One event by its name alone."""
        said_once = remembered(self._home, name)
        if said_once is not None and (said_once[0] is None or said_once[0] in self._known):
            return Match(said_once[0], True, (), said_once[1])
        said = _words(name)
        what = MEETING if any(_within(words, said) for words in _MEETING) else VISIT
        named = [s for s in self._sections if _within(self._names[s.id], said)]
        # "4B Math" says more than "4B".
        named = [s for s in named if not any(len(self._names[o.id]) > len(self._names[s.id]) for o in named)]
        taught = [s for s in self._sections if self._teaches(s, said)]
        both = [s for s in named if s in taught]
        if len(named) == 1 or len(both) == 1:
            return Match((named if len(named) == 1 else both)[0].id, True, (), what)
        spoken = what == MEETING or any(_within(words, said) for words in _VISIT)
        if not named and len(taught) == 1 and spoken:
            return Match(taught[0].id, True, (), what)
        return Match(None, False, tuple(s.name for s in named or taught), what)

    def _teaches(self, section: Section, said: tuple[str, ...]) -> bool:
        words = self._teachers[section.id]
        return bool(words) and words[-1] in said


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", fold(clean_name(text))))


def _within(words: tuple[str, ...], said: tuple[str, ...]) -> bool:
    """Whether these words stand in what was said, next to each other."""
    n = len(words)
    return n > 0 and any(said[i : i + n] == words for i in range(len(said) - n + 1))
