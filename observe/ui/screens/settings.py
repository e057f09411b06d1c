"""The settings of this device as pads: each says what it is now, and a tap changes it."""

from collections.abc import Sequence
from dataclasses import replace

from observe.domain.errors import Refused
from observe.services import coaching, first_visits, protocols, settings, visits
from observe.services.home import Home
from observe.ui.commands import SETTINGS
from observe.ui.messages import SettingChanged
from observe.ui.names import Names
from observe.ui.padpage import Band, PadPage, group
from observe.ui.pads import Cell, Pad
from observe.ui.places import place
from observe.ui.text import fit

NAME = "Your name, as it stands in visits and reports:"
ZONE = "The time zone, such as America/Phoenix:"
TWO_WAYS = {
    "left_handed": {"no": "off", "yes": "on"},
    "colours": {"dark": "dark", "light": "light"},
    "glyphs": {"auto": "drawn", "ascii": "plain"},
    "stopwatch": {"no": "not measured", "yes": "measured"},
}
LOOKS = {
    "look_order": {"seat": "by seat", "random": "at random", "least_seen": "least seen first"},
    "cue": {"no": "off", "3": "3 a visit", "4": "4 a visit"},
    "focal_looks": {"no": "off", "yes": "in the menu"},
}
"""A tap goes on to the next one."""


class SettingsScreen(PadPage):
    """What the device is set to. `hidden`: names are hidden now, and so they are at the next start."""

    def __init__(self, home: Home, hidden: bool = False) -> None:
        super().__init__(SETTINGS, hidden)
        self.home = home
        self.coding = protocols.find(home, protocols.DEFAULT)

    # -- what it shows ---------------------------------------------------------------------------------

    def title_choices(self) -> list[str]:
        """What it is."""
        return self.titled("Settings of this device", "Settings", named=False)

    def names(self) -> Names:
        """No student is named here."""
        return Names(())

    def foot(self) -> Sequence[str]:
        """Where one can go from here."""
        return ("back", "help")

    def hint(self) -> str:
        """What a tap does."""
        return "A tap changes it. Your own keys: keys.toml beside the log."

    def bands(self, w: int) -> list[Band]:
        """Who she is, the screen, what is lit, with whom questions are agreed on."""
        columns = 3 if w >= 80 else 2
        room = w // columns - 3
        screen = [self._way(name) for name in TWO_WAYS]
        names = replace(self.pad("privacy"), subs=("hidden" if self.hidden else "shown",), on=self.hidden, tone="role")
        looks = [self._way(name) for name in LOOKS]
        found = [
            *group("You", (self._text("observer", room), self._text("zone", room)), 2),
            *group("The screen", (*screen, names), 4 if w >= 80 else 2),
            *group("Looks at everyone", looks, 3),
            *group("Lit in a visit, beside the first pads", self._lit(), columns),
        ]
        agreed = [self._teacher(teacher, room) for teacher in coaching.teachers(visits.sections(self.home))]
        if agreed:
            found += group("Teachers who agreed that their questions are logged", agreed, columns)
        return found

    def _text(self, id: str, room: int) -> Pad:
        now = settings.get(self.home, id) or (self.home.zone if id == "zone" else "not set")
        return replace(self.pad(id), subs=(fit(now, room),), tone="active")

    def _way(self, id: str) -> Pad:
        now, ways = settings.get(self.home, id), {**TWO_WAYS, **LOOKS}[id]
        return replace(self.pad(id), subs=(ways[now],), tone="role", on=now != next(iter(ways)))

    def _lit(self) -> list[Cell]:
        on = first_visits.switched_on(self.home)
        if on is None:
            return [replace(self.pad("all_on"), subs=("all are lit",), tone="role", on=True)]
        pads: list[Cell] = [replace(self.pad("all_on"), tone="role")]
        there = place(self.coding)
        for channel in (there.right, there.bottom, *there.rows[1:]):
            if channel is not None:
                lit = channel.name in on
                words = ("lit" if lit else "dim",)
                pads.append(Pad(f"light.{channel.name}", (channel.label,), "", words, "role", on=lit))
        return pads

    def _teacher(self, teacher: str, room: int) -> Cell:
        on = settings.agreed(self.home, teacher)
        return Pad(f"agree.{teacher}", (fit(teacher, room),), "", ("agreed" if on else "not agreed on",), "ques", on=on)

    # -- what it does ------------------------------------------------------------------------------------

    def touch(self, act: str) -> None:
        """A channel, a teacher, or a command under the cursor."""
        kind, _, rest = act.partition(".")
        if kind == "light":
            first_visits.switch(self.home, rest)
        elif kind == "agree":
            on = settings.agreed(self.home, rest)
            if not on and not coaching.may_log(self.home, rest):
                raise Refused("agree on it first", "the working agreement does not say what is logged", "see Teachers")
            settings.agree(self.home, rest, not on)
        self.post_message(SettingChanged())

    def act(self, id: str) -> None:
        """One of the page's commands."""
        if id == "back":
            self.dismiss()
        elif id in ("observer", "zone"):
            prompt = NAME if id == "observer" else ZONE
            self.ask(prompt, settings.get(self.home, id), lambda text: self._set(id, text))
        elif id == "all_on":
            first_visits.switch_all_on(self.home)
            self.post_message(SettingChanged())
        else:
            ways = list({**TWO_WAYS, **LOOKS}[id])
            self._set(id, ways[(ways.index(settings.get(self.home, id)) + 1) % len(ways)])

    def _set(self, id: str, text: str) -> None:
        settings.put(self.home, id, text)
        self.post_message(SettingChanged())
