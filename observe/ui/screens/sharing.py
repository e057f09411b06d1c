"""The shared folder: what is in it and who has seen it, what goes to the team, and what two devices both changed."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from textual.events import Key

from observe.domain.cards import Card, Page, line
from observe.domain.errors import Refused
from observe.services import settings, visits
from observe.services.home import Home
from observe.services.sharing import conflicts
from observe.services.sharing.beside import Beside, Ended
from observe.services.sharing.cards import StateCards, side_by_side
from observe.services.sharing.conflicts import Conflict
from observe.services.sharing.later import Later, NotYet
from observe.services.sharing.status import Status, status
from observe.services.sharing.team import DEVICE_NAME, FOLDER, RING, Team, leave, team_of
from observe.ui.cardpage import CardPage
from observe.ui.commands import SHARING
from observe.ui.live.keys import stroke
from observe.ui.messages import SettingChanged
from observe.ui.names import Names
from observe.ui.pads import Pad
from observe.ui.writing import typed_path

WHERE = "Which folder? One that another program carries between your devices. Tab completes the name:"
CODE = "The join code, as the first device showed it:"
NAME = "What is this device called, such as tablet? Colleagues see it:"
GIVE = (
    "Type it on the other device, or scan it. Whoever has it and the folder reads all: give it by hand, and keep it"
    " nowhere in the folder. It is not shown again; New code makes another."
)
SURE = {
    "new_code": (
        "A new join code?",
        "Every other device is shut out until it joins again with the new code: that is for a device that was lost,"
        " or a colleague who left. What it has already stays with it.",
    ),
    "leave": (
        "Share no more?",
        "Nothing is erased, here or in the folder. To come back, this device needs the join code.",
    ),
}
SOON_S = 0.05
"""How long the first frame may wait for the team's keys: they are there at once, unless a keyring is locked."""
LOCKED = (
    "its keys are not here yet",
    "the keyring of this system has not answered; it may be locked, and ask for its password in a window of its own",
    "nothing waits for it, you can go on",
)
BACK = {"code": "Done", **dict.fromkeys(SURE, "Not now")}


class SharingScreen(CardPage):
    """State, devices, what waits; set up, join, sync, and the conflicts side by side."""

    def __init__(self, home: Home, beside: Beside, hidden: bool = False) -> None:
        super().__init__(SHARING, hidden)
        self.home, self.beside = home, beside
        self.mode = ""
        """"code" while it is shown, "conflicts", or the command that is asked about; "" for the state."""
        self.code = self.doing = self.broken = ""
        self.at = 0
        self.found: tuple[Conflict, ...] = ()
        self.shared: Status | None = None
        self.team: Team | None = None
        self.reading: Later[bytes] | None = None

    # -- what it shows ---------------------------------------------------------------------------------

    def cards(self) -> Page:
        """The page of this moment."""
        self.people = Names(visits.students(self.home), self.hidden)
        self.found = conflicts.conflicts(self.home, self.people.short)
        if self.mode == "code":
            return Page("", (self._code_card(),))
        if self.mode in SURE:
            what, why = SURE[self.mode]
            return Page("", (Card(what, (line(why),), wide=True),))
        if self.mode == "conflicts" and self.found:
            self.at = min(self.at, len(self.found) - 1)
            return Page("", tuple(side_by_side(self.home, self.found[self.at])))
        self.mode = ""
        self.shared, self.broken = None, ""
        try:
            self.team = self._known_team()
            self.shared = status(self.home, self.team) if self.team is not None else None
        except Refused as error:
            self.team, self.broken = None, str(error)
        state = StateCards(self.home, busy=self.beside.busy)
        return Page("", tuple(state.cards(self.shared, len(self.found), self.broken)))

    def _known_team(self) -> Team | None:
        """The team's keys are read once, and beside: they may lie in a keyring that waits for its password."""
        known = self.team
        current = self.home.setting(FOLDER), self.home.setting("device")
        if known is not None and str(known.root) == current[0] and current[1] in known.keys:
            return known
        return team_of(self.home, keys=self._keys)

    def _keys(self) -> bytes:
        if self.reading is None:
            self.reading = Later(lambda: self.home.platform.secret(self.home.path / RING), self._keys_came)
        try:
            found = self.reading.get(SOON_S)
        except NotYet:
            raise Refused(*LOCKED) from None
        except OSError:
            self.reading = None
            raise
        self.reading = None
        return found

    def _keys_came(self) -> None:
        with suppress(RuntimeError):  # the app is over by now
            self.app.call_from_thread(self.elsewhere)

    def _code_card(self) -> Card:
        """The code as text and, where the glass can draw it, as a picture to scan."""
        dark = self.app.current_theme.dark
        rows = picture(self.code, bright=dark) if not getattr(self.app, "plain", ()) else []
        return Card(self.code, (*(line(row, "sel" if dark else "ink") for row in rows), line(GIVE, "mute")), wide=True)

    def wear(self) -> None:
        """In other colours the code is another picture."""
        super().wear()
        if self.mode == "code":
            self.fresh()

    def names(self) -> Names:
        """Everybody she visits."""
        return self.people

    def title_choices(self) -> list[str]:
        """What it is."""
        if self.mode == "conflicts":
            of = f"{self.at + 1} of {len(self.found)}"
            return self.titled(f"Changed on two devices at once: {of}", f"Both changed: {of}")
        if self.mode == "code":
            return self.titled("The join code, shown this once", "The join code", named=False)
        return self.titled("Shared folder - what left this device, and what did not", "Shared folder", "Sharing")

    def foot(self) -> Sequence[str]:
        """What can be done here."""
        if self.mode == "code":
            return ("back",)
        if self.mode in SURE:
            return ("back", "yes")
        if self.mode == "conflicts":
            more = ("before", "next") if len(self.found) > 1 else ()
            return ("back", "keep_1", "keep_2", "keep_both", *more, "privacy", "help")
        if self.shared is None and not self.broken:
            return ("back", "set_up", "join", "privacy", "help")
        both = ("conflicts",) if self.found else ()
        code = ("join",) if self.broken else ("new_code",)
        return ("back", "sync_now", *both, "name", *code, "leave", "privacy", "help")

    def pad(self, id: str) -> Pad:
        """Some say what is so."""
        found = super().pad(id)
        if id == "back" and self.mode in BACK:
            return replace(found, labels=(BACK[self.mode],))
        if id == "yes":
            return replace(found, tone="warn", on=True)
        if id == "sync_now":
            return replace(found, on=self.beside.busy, tone="deep")
        if id == "conflicts":
            return replace(found, tone="warn", edge="warn")
        if id == "keep_both":
            return replace(found, dim=not self.found or not conflicts.both_can_be(self.home, self.found[self.at]))
        if id in ("keep_1", "keep_2"):
            return replace(found, tone="role")
        return found

    def hint(self) -> str:
        """What goes on."""
        if self.doing:
            return f"{self.doing} ..."
        if self.mode == "code":
            return f"code: {self.code}"
        return "All are kept until you choose." if self.mode == "conflicts" else ""

    # -- what it does ------------------------------------------------------------------------------------

    def key(self, event: Key) -> bool:
        """Enter syncs where no line is chosen."""
        if self.typing is None and stroke(event) == "enter" and not self.cursor and "sync_now" in self.foot():
            self.press("sync_now")
            return True
        return super().key(event)

    def act(self, id: str) -> None:
        """A pad or its key."""
        if id == "back" and self.mode:
            self._to("")
        elif id == "back":
            self.dismiss()
        elif id not in self.foot():
            return  # a key of another state of this screen
        elif self.doing:
            raise Refused("one thing is being done already", self.doing, "wait a moment")
        elif self.mode == "conflicts":
            self._choose(id)
        elif id == "yes":
            self._sure(self.mode)
        elif id in ("conflicts", *SURE):
            self.at = 0
            self._to(id)
        else:
            self._state_act(id)

    def _state_act(self, id: str) -> None:
        if id == "sync_now":
            if not self.beside.able:
                todo = "close the app and run `observe sync`"
                raise Refused("nothing was shared", "this system runs no second program beside the app", todo)
            self.beside.soon()
            self.message = "the folder is looked into; you can go on, nothing waits for it"
        elif id == "set_up":
            self.ask(WHERE, "", self._set_up, path=True)
        elif id == "join":
            self.ask(WHERE, self.home.setting(FOLDER) or "", self._joining, path=True)
        elif id == "name":
            self.ask(NAME, settings.get(self.home, DEVICE_NAME), self._named)

    def _to(self, mode: str) -> None:
        if self.mode == "code":
            self.code = ""  # once is once
        self.mode, self.first, self.cursor = mode, 0, ""
        self.fresh()

    def _sure(self, what: str) -> None:
        self._to("")
        if what == "new_code":
            self._do("a new code is being made", self._coded, "sync", "--rekey")
            return
        self.beside.stop()
        leave(self.home)
        self.post_message(SettingChanged())
        self.fresh()

    # -- with the folder, in a process beside --------------------------------------------------------------

    def _set_up(self, text: str) -> None:
        if text:
            again = (WHERE, text, self._set_up)
            self._do("the folder is being set up", self._coded, "sync", "--setup", _path(text), again=again)

    def _joining(self, text: str) -> None:
        if text:
            self.ask(CODE, "", lambda code: self._join(_path(text), code))

    def _join(self, path: str, code: str) -> None:
        if code:
            again = (CODE, code, lambda other: self._join(path, other))
            self._do("joining", self._joined, "sync", "--join", path, stdin=f"{code}\n", again=again)

    def _do(
        self,
        words: str,
        then: Callable[[Ended], None],
        *arguments: str,
        stdin: str = "",
        again: tuple[str, str, Callable[[str], None]] | None = None,
    ) -> None:
        """Run a command beside. `again`: what is asked once more when it was refused, so that she can mend it."""

        async def work() -> None:
            try:
                ended = await self.beside.run(*arguments, stdin=stdin)
            finally:
                self.doing, self.team = "", None
            if not self.is_attached:
                return
            if ended.answer:
                then(ended)
            elif again is not None:
                self.ask(*again, path=again[0] == WHERE)
            if not ended.well:
                self.message = ended.said
            self.post_message(SettingChanged())
            self.beside.soon()
            self.fresh()

        self.doing = words
        self.run_worker(work(), exit_on_error=False)

    def _coded(self, ended: Ended) -> None:
        self.code = str(ended.answer.get("code", ""))
        self.mode, self.first, self.cursor = "code", 0, ""

    def _joined(self, ended: Ended) -> None:
        self.message = "joined; what the others put there comes with the first sync"
        if not settings.get(self.home, DEVICE_NAME):
            self.ask(NAME, "", self._named)

    def _named(self, text: str) -> None:
        if text:
            settings.put(self.home, DEVICE_NAME, text)
            self.beside.soon()
            self.fresh()

    # -- conflicts ---------------------------------------------------------------------------------------

    def touch(self, act: str) -> None:
        """A line: the way to the conflicts, or one version of one."""
        kind, _, of = act.partition(":")
        if kind == "conflicts":
            self.act("conflicts")
        elif kind == "version":
            self._keep(of)

    def _choose(self, id: str) -> None:
        one = self.found[self.at]
        if id in ("before", "next"):
            self.at = (self.at + (1 if id == "next" else -1)) % len(self.found)
            self._to("conflicts")
        elif id == "keep_both":
            conflicts.keep_both(self.home, one)
            self._kept()
        else:
            self._keep(one.versions[0 if id == "keep_1" else 1].entry)

    def _keep(self, entry: str) -> None:
        conflicts.restore(self.home, entry)
        self._kept()

    def _kept(self) -> None:
        self._to("conflicts")
        self.beside.soon()
        self.message = "so it is from now on; the others hear of it with the next sync"


def _path(text: str) -> str:
    return os.path.abspath(typed_path(text))


def picture(code: str, *, bright: bool) -> list[str]:
    """A QR code (ISO/IEC 18004), two rows of modules a line. `bright`: text is brighter than its ground, so that blocks
    are the light modules; scanners expect dark ones on light."""
    import segno

    rows = [[bool(dark) != bright for dark in row] for row in segno.make(code, error="m").matrix_iter(border=2)]
    if len(rows) % 2:
        rows.append([bright] * len(rows[0]))
    halves = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
    return ["".join(halves[pair] for pair in zip(*two, strict=True)) for two in zip(rows[::2], rows[1::2], strict=True)]
