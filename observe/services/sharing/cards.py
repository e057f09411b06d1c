"""How things stand with the shared folder, in cards for a screen."""

from collections.abc import Iterator

from observe.domain.cards import Card, Item, Line, Span, line
from observe.domain.codec import local
from observe.domain.names import by_name
from observe.services.home import Home
from observe.services.sharing.conflicts import Conflict
from observe.services.sharing.kept import DEVICE_NAME
from observe.services.sharing.mark import mark
from observe.services.sharing.status import Device, Status, apart_words

MOST = 12
"""Files that are named; of more, their number is said."""
GOES = (
    "Names, seats and letters, so that colleagues see the same roster; visits, looks, notes, sparks, wrap-ups."
    " All of it encrypted: whoever carries the folder reads nothing; whoever has the join code reads all.",
    "Notes that are only yours, settings, and the key by which this device signs.",
    "Hiding names is for the glass: it changes nothing of what goes.",
)


class StateCards:
    """What is where, who has it, what waits. `busy`: a sync is at work."""

    def __init__(self, home: Home, *, busy: bool) -> None:
        self.home, self.busy = home, busy

    def cards(self, found: Status | None, conflicts: int, broken: str = "") -> Iterator[Card]:
        """All of it. `broken`: why the team cannot be read; `conflicts`: how many there are."""
        if broken:
            yield Card("The team cannot be read", (line(f"! {broken}", "warn"),), wide=True)
        elif found is None:
            lines = (
                "This device shares with nobody: what you log is on it alone.",
                "A shared folder is any folder that another program carries between your devices: a synced drive, a"
                " network share, a stick. The log itself never lies in it.",
                "Set up, on the first device: makes the folder a team's and shows its join code once.",
                "Join, on every other one: the same folder, and that code.",
            )
            yield Card(
                "No shared folder yet", tuple(line(text, "ink" if i != 1 else "mute") for i, text in enumerate(lines))
            )
        else:
            yield self._where(found, conflicts)
            yield self._devices(found)
            yield from self._waiting(found)
        goes, stays, glass = GOES
        yield Card(
            "What goes to the team, and what stays",
            (
                Line((Span("Goes: ", strong=True), Span(goes))),
                Line((Span("Stays here: ", strong=True), Span(stays))),
                line(glass, "mute"),
            ),
            wide=True,
        )

    def _where(self, found: Status, conflicts: int) -> Card:
        now = mark(self.home)
        items: list[Item] = []
        if now is not None:
            tone = "warn" if now.troubled else "deep"
            sign = "! " if now.troubled else ""
            items.append(Line((Span(f"{sign}{now.words[0]}", tone, True),)))
        left = found.here - found.in_folder
        rest = f", {left} {'goes' if left == 1 else 'go'} with the next sync" if left else ""
        who = [d.name or f"device {d.id[:4]}" for d in found.devices if d.live and d.has == found.here]
        items.append(_pair("Saved on this device", f"{found.here} entries"))
        part = f"{found.in_folder} of them{rest}" if left else "all of them"
        items.append(_pair("In the folder", part, "warn" if left else "ink"))
        items.append(_pair("Seen by", ", ".join(who) if who else "no other device yet", "ink" if who else "mute"))
        items.append(self._last(found))
        items.append(_pair("Folder", found.folder))
        if conflicts:
            text = f"Changed on two devices at once: {conflicts}. Look at {'it' if conflicts == 1 else 'them'}"
            items.append(line(text, "warn", act="conflicts"))
        return Card("What is where", tuple(items))

    def _last(self, found: Status) -> Line:
        if self.busy:
            return _pair("Last sync", "it is at work now", "deep")
        if found.last_at is None:
            return _pair("Last sync", "none yet", "mute")
        said = found.last_said or "done"
        text = f"{self._when(found.last_at)}, {said}"
        return _pair("Last sync", text if found.last_well else f"! {text}", "ink" if found.last_well else "warn")

    def _devices(self, found: Status) -> Card:
        own = self.home.setting(DEVICE_NAME) or self.home.setting("observer") or "no name yet"
        items: list[Item] = [Line((Span(own, strong=True), Span("  this device", "mute")))]
        items += [self._device(device, found.here) for device in found.devices]
        if not found.devices:
            items.append(line("No other device has joined yet: it needs the folder and the join code.", "mute"))
        return Card("Devices of the team", tuple(items))

    def _device(self, device: Device, here: int) -> Line:
        name = device.name or f"device {device.id[:4]}"
        heard = f"heard of {self._when(device.said_at)}" if device.said_at else "not heard of yet"
        if not device.live:
            return Line((Span(f"{name}  ", strong=True), Span(f"! shut out by the new code, {heard}", "warn")))
        has = "has all of yours" if device.has == here else f"has {device.has} of {here}"
        return Line((Span(f"{name}  ", strong=True), Span(f"{has}, {heard}", "ink" if device.has == here else "mute")))

    def _waiting(self, found: Status) -> Iterator[Card]:
        """What is not as it should be; no card for nothing."""
        if found.apart:
            yield Card("Another join code", (line(f"! {apart_words(found.apart)}.", "warn"),), wide=True)
        for title, files in (("Waiting, tried again with each sync", found.waiting), ("Set aside", found.set_aside)):
            if files:
                items: list[Item] = [Line((Span(f"{_file(path)}  ", "mute"), Span(why))) for path, why in files[:MOST]]
                if len(files) > MOST:
                    items.append(line(f"and {len(files) - MOST} more", "mute"))
                yield Card(f"{title}: {len(files)}", tuple(items), wide=True)
        if found.purges:
            who = sorted({name for _, missing in found.purges for name in missing}, key=by_name)
            text = f"Not all of what was erased is erased yet on: {', '.join(who)}. It goes with the next sync there."
            yield Card(f"Erasing, {len(found.purges)} to be done elsewhere", (line(text, "warn"),), wide=True)

    def _when(self, ms: int) -> str:
        return when(self.home, ms)


def side_by_side(home: Home, one: Conflict) -> Iterator[Card]:
    """The versions of a conflict; the act of each line names the entry."""
    yield Card(one.what, (line("Changed on two devices before they heard of each other.", "mute"),), wide=True)
    for i, version in enumerate(one.versions):
        where = f"{version.device}, {when(home, version.at)}"
        shows = ", shows now" if not i else ""
        tone = "active" if not i else "passive"
        said = Line((Span(f"{i + 1}  ", tone, True), Span(version.words)), act=f"version:{version.entry}")
        yield Card(f"{i + 1}: {where}{shows}", (said,))


def when(home: Home, ms: int) -> str:
    """A moment by this home's clock, with the day where it is another one."""
    moment, now = (local(at, home.zone) for at in (ms, home.clock.now()))
    day = "" if moment.date() == now.date() else f"{moment:%a} {moment.day} {moment:%b} "
    return f"{day}{moment:%H:%M}"


def _pair(label: str, text: str, tone: str = "ink") -> Line:
    return Line((Span(f"{label:<21}", "mute"), Span(text, tone)))


def _file(path: str) -> str:
    """A file of the folder as somebody would look for it: the device's folder and the first letters."""
    device, _, rest = path.partition("/")
    shelf, _, name = rest.partition("/")
    return f"{device[:4]}…/{shelf}/{name[:12]}…" if len(name) > 13 else path
