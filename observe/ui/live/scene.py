"""All that a frame is made from, and the small words that several boards share."""

from collections.abc import Mapping
from dataclasses import dataclass

from observe.domain.codec import local
from observe.domain.model import Observation
from observe.domain.protocol import Channel, Code
from observe.services import settings
from observe.services.sharing.mark import Mark
from observe.ui.cells import Word
from observe.ui.commands import Command, code_id, key_word, opener, step_id
from observe.ui.layout import Layout, Shape
from observe.ui.live import planned
from observe.ui.live.controller import Controller

STALE_MS = 60_000
"""Without a tap for so long, the strip asks whether it is still that child."""

LOOKS = ("look_order", "unseen_list", "focal")
MENU = (
    *("wrap", "so_far", "last_twenty", "pause", "away", *LOOKS, "privacy", "asker_on", "all_on", "help", "leave"),
    "plan",
)


@dataclass(slots=True)
class Scene:
    """One controller on one size. `keys`: key by command id."""

    c: Controller
    layout: Layout
    shape: Shape
    commands: Mapping[str, Command]
    keys: Mapping[str, str]
    demo: bool = False
    mark: Mark | None = None

    def key(self, id: str) -> str:
        """The key of a command as it stands on its pad."""
        return key_word(self.keys.get(id, ""))

    def time(self, ms: int) -> str:
        """The wall clock of the visit's zone, 10:42."""
        return local(ms, self.c.log.visit.zone).strftime("%H:%M")

    def code_of(self, o: Observation) -> tuple[Channel | None, Code | None]:
        """The channel and code of an observation, as far as the protocol knows them."""
        channel = self.c.channel(o.channel)
        return channel, channel.code(o.code) if channel and o.code else None

    def words(self, o: Observation) -> tuple[str, ...]:
        """What was logged, then ever shorter; a code the protocol lacks is named by its key."""
        _, code = self.code_of(o)
        return (code.label, *code.short) if code else (o.code or "ended",)

    def tone(self, o: Observation) -> str:
        """The colour of what was logged."""
        channel, code = self.code_of(o)
        return (code.tone if code else "") or (channel.tone if channel else "") or "ink"

    @property
    def stale_minutes(self) -> int:
        """Minutes since the last tap; 0 while it is fresh."""
        gone = self.c.view.now - self.c.session.last_tap
        return gone // 60_000 if gone >= STALE_MS else 0


def entries(c: Controller) -> tuple[str, ...]:
    """The menu's own entries that this protocol has a use for."""
    useless = {"away"} if not c.places.tiles else set()
    if c.places.answered is None:
        useless.add("asker_on")
    if "look" not in looks(c):
        useless |= {*LOOKS}
    if settings.get(c.home, "focal_looks") != "yes":
        useless.add("focal")
    extra = (step_id(channel.name, modifier.name) for channel, modifier in c.places.extra)
    return (*(id for id in MENU if id not in useless), *extra)


def looks(c: Controller) -> tuple[str, ...]:
    """The keys for whom to look at, where there are students to look at."""
    if not c.places.tiles:
        return ()
    return ("unseen", "look") if c.places.left else ("unseen",)


def shape_of(c: Controller, commands: Mapping[str, Command], keys: Mapping[str, str], mark: int = 0) -> Shape:
    """What the layout has to place for this visit. `mark`: columns for it in the title."""
    places = c.places

    def word(id: str) -> Word:
        return Word(key_word(keys.get(id, "")), commands[id].labels)

    def codes(channel: Channel) -> tuple[Word, ...]:
        return tuple(word(code_id(channel.name, code.key)) for code in channel.codes)

    channels = {ch.name: (Word(opener(ch).key_word, (ch.label,)), codes(ch)) for ch in c.protocol.channels}
    acts = [Word(opener(places.picks).key_word, (places.picks.label,))] if places.picks else []
    acts.append(word("note"))
    if places.bottom and places.waited:
        acts.append(word(f"flag.{places.bottom.name}.{places.waited.name}"))
    return Shape(
        channels=channels,
        left=places.left.name if places.left else "",
        beside=sum(code.beside for code in places.left.codes) if places.left else 0,
        right=places.right.name if places.right else "",
        bottom=places.bottom.name if places.bottom else "",
        upper=len(places.bottom.higher) if places.bottom else 0,
        rows=tuple(channel.name for channel in places.rows),
        picks=places.picks.name if places.picks else "",
        asker=(Word("", (places.asker.label,)),) if places.asker else (),
        acts=tuple(acts),
        look=tuple(word(id) for id in looks(c)),
        menu=(word("menu"),),
        group=(word("groups"),) if places.tiles else (),
        sweep=tuple(word(id) for id in ("back", "skip", "look")),
        entries=tuple(Word("1", commands[id].labels) for id in entries(c)),
        tiles=len(c.view.seats) + 1 if places.tiles else 0,
        questions=len(planned.questions(c)),
        left_handed=c.home.setting("left_handed") == "yes",
        mark=mark,
    )
