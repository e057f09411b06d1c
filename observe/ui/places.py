"""Where each channel of a protocol belongs on the live screen, decided by its kind and never by its name.

The first scale is the left rail, the second the right one. The first count with a choice beside it
(who asked) is the bottom row, in two blocks when it has codes of higher order. A count about one
student with nothing beside it is picked from a pad (a spark, then its kind). States and toggles are
rows. Everything else, and whatever a size has no room for, is opened from the menu.
"""

from observe.domain.frozen import dataclass
from observe.domain.live import picker
from observe.domain.protocol import Channel, Modifier, Protocol


@dataclass(frozen=True, slots=True)
class Places:
    """Channels by place, and the modifiers of the bottom row that have a pad or an offer of their own."""

    left: Channel | None = None
    right: Channel | None = None
    bottom: Channel | None = None
    picks: Channel | None = None
    rows: tuple[Channel, ...] = ()
    rest: tuple[Channel, ...] = ()
    asker: Modifier | None = None
    """The first choice: one pad shows it."""
    waited: Modifier | None = None
    """The first flag: said of the last one logged, by a pad."""
    answered: Modifier | None = None
    """The first student: offered on the strip."""

    extra: tuple[tuple[Channel, Modifier], ...] = ()
    """Further choices, which the menu steps through."""

    @property
    def tiles(self) -> bool:
        """Whether anything in this protocol is about students."""
        channels = (self.left, self.right, self.bottom, self.picks, *self.rest)
        return any(channel is not None and channel.about != "visit" for channel in channels)

    def asks_itself(self, value: str) -> bool:
        """Whether with this choice the student is the one who does it: where nobody else may be named beside it.

        Such a choice holds for one log and carries the selected student.
        """
        if self.asker is None or self.answered is None:
            return False
        allowed = dict(self.answered.for_).get(self.asker.name)
        return allowed is not None and value not in allowed


def place(protocol: Protocol) -> Places:
    """The places of this protocol's channels."""
    left = right = bottom = picks = None
    rows, rest = [], []
    for channel in protocol.channels:
        if channel.kind in ("state", "toggle"):
            rows.append(channel)
        elif channel.kind == "scale" and left is None:
            left = channel
        elif channel.kind == "scale" and right is None:
            right = channel
        elif picker(channel) and picks is None:
            picks = channel
        elif bottom is None and _of_kind(channel, "choice") is not None:
            bottom = channel
        else:
            rest.append(channel)
    # States first: they are tapped in every visit, and a toggle may have many codes.
    rows.sort(key=lambda channel: channel.kind == "toggle")
    return Places(
        left=left,
        right=right,
        bottom=bottom,
        picks=picks,
        rows=tuple(rows),
        rest=tuple(rest),
        asker=_of_kind(bottom, "choice"),
        waited=_of_kind(bottom, "flag"),
        answered=_of_kind(bottom, "student"),
        extra=tuple(
            (channel, modifier)
            for channel in protocol.channels
            for modifier in channel.modifiers
            if modifier.kind == "choice" and (channel is not bottom or modifier is not _of_kind(bottom, "choice"))
        ),
    )


def _of_kind(channel: Channel | None, kind: str) -> Modifier | None:
    if channel is None or channel.kind != "count":
        return None
    return next((modifier for modifier in channel.modifiers if modifier.kind == kind), None)
