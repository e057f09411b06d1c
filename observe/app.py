"""The app: which screen is shown. No logic of its own."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import App
from textual.command import Provider
from textual.filter import LineFilter
from textual.message import Message
from textual.worker import Worker, WorkerState

from observe import resources
from observe.domain.errors import NotSaved, Refused
from observe.services import settings, visits
from observe.services.home import Home
from observe.services.sharing.beside import Beside
from observe.services.sharing.mark import Mark, mark
from observe.store.connection import Corrupt, SQLError, in_words
from observe.ui import messages
from observe.ui.base import BoardScreen
from observe.ui.cardpage import CardPage
from observe.ui.padpage import PadPage
from observe.ui.page import PageScreen
from observe.ui.screens.today import TodayScreen

if TYPE_CHECKING:
    from observe.platform.lock import AppLock
    from observe.services.care import Cared
    from observe.ui.live.screen import LiveScreen

HIDE = "hide_names"
WARM_AFTER = 0.3
"""Seconds after which the live screen is loaded: after the first frame, and before she has chosen."""
CARE_AFTER = 2.0
"""Seconds after which the database is checked: the first frame and the first taps come before."""
SAFE = "What was logged before is still in the home's files; nothing is deleted."
MEND = (
    "What to do: mend it now. The damaged log is set aside and rebuilt from all that can be read; then the app is back."
)
PAGE_WAIT_MS = 500
"""How long a page waits for another program that writes, before it says so: a command may wait longer than a finger."""
SAME_AGAIN = 60.0
"""Seconds in which a trouble that was said is not said again."""


def _palette() -> type[Provider]:
    from observe.ui.palette import ActionProvider

    return ActionProvider


def _plain_glyphs(setting: str) -> list[LineFilter]:
    """What draws in plain characters: where she asked for it, and where the terminal is not UTF-8."""
    import sys

    encoding = ""
    if "TEXTUAL_DRIVER" not in os.environ:  # a driver that is named (a browser's) sends UTF-8 whatever the terminal
        streams = (sys.__stdout__, sys.__stderr__)  # one of them is what Textual writes to
        encodings = [s.encoding for s in streams if s is not None]
        encoding = next((e for e in encodings if e.lower().replace("-", "").replace("_", "") != "utf8"), "")
    if setting != "ascii" and not encoding:
        return []
    from observe.ui.glyphs import PlainGlyphs

    return [PlainGlyphs(encoding)]


def _warm() -> None:
    import_module("observe.ui.live.screen")


class ObserveApp(App[int]):
    """Screens over one opened home. `lock`: the home is this app's, until another one asks for it."""

    CSS_PATH = resources.style("tokens")
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_palette}
    ALLOW_SELECT = False
    TITLE = "observe"

    def __init__(self, home: Home, lock: "AppLock | None" = None, told: Sequence[str] = ()) -> None:
        super().__init__()
        self.home, self.lock, self.told = home, lock, told
        home.database.wait(PAGE_WAIT_MS)
        self.hidden = settings.get(home, HIDE) == "yes"
        self.look = ("", "")
        self.plain: list[LineFilter] = []
        self._look()
        self.live: LiveScreen | None = None
        self.mend = self.to_demo = False
        self.failure: Exception | None = None
        self.said_last: tuple[Sequence[str], float] = ((), 0.0)
        self.beside = Beside(home)
        self.seen: tuple[int, Mark | None] | None = None

    def _look(self) -> bool:
        """Take up colours and characters as they are set; whether these are others than before."""
        look = settings.get(self.home, "colours"), settings.get(self.home, "glyphs")
        if look == self.look:
            return False
        self.look = look
        self.theme = f"textual-{look[0]}"
        self.plain = _plain_glyphs(look[1])
        return True

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own (no colour, few colours), and plain characters where they are asked for."""
        return [*super().get_line_filters(), *self.plain]

    def on_mount(self) -> None:
        """Today first: it asks about an open visit."""
        self.push_screen(self._start())
        if self.told:
            self._say("The log is back", self.told)
        self.set_interval(1.0, self._watch)
        self.set_timer(WARM_AFTER, _warm)
        self.set_timer(CARE_AFTER, self._look_after)

    def _start(self) -> PadPage:
        with suppress(Refused), in_words(self.home.database.path):  # Today says what cannot be read
            if not visits.sections(self.home) and not visits.visits_between(self.home, 0, None):
                from observe.ui.screens.welcome import WelcomeScreen

                return WelcomeScreen(self.home)
        return TodayScreen(self.home, self.hidden, self.waiting)

    def waiting(self) -> int:
        """Taps that are not on disk."""
        return len(self.live.controller.saver.waiting) if self.live is not None else 0

    # -- from screen to screen --------------------------------------------------------------------------

    @on(messages.OpenVisit)
    async def _open_visit(self, message: messages.OpenVisit) -> None:
        if self.live is not None:
            if self.live.controller.recorder.visit_id == message.visit and self.live in self.screen_stack:
                while self.screen is not self.live:
                    await self.pop_screen()
                return
            await self._back_to_bottom()
        try:
            from observe.ui.live.screen import LiveScreen  # Today is on the glass sooner without it

            live = LiveScreen(self.home, message.visit, self.hidden)
        except (SQLError, Refused, ValueError, LookupError, TypeError) as error:
            # A visit that cannot be read, for whatever reason, is no reason to end here: she has another to start.
            from observe.services.safety import damage

            torn = damage(self.home, error) is not None
            await self._not_opened("the log is damaged, `observe doctor` mends it" if torn else str(error))
            return
        self.live = live
        await self.switch_screen(live)

    async def _not_opened(self, why: str) -> None:
        if not isinstance(self.screen, TodayScreen):
            self.live = None  # its screen goes
            await self.switch_screen(TodayScreen(self.home, self.hidden, self.waiting))
        if isinstance(self.screen, TodayScreen):
            self.screen.resume_failed(why)

    async def _back_to_bottom(self) -> None:
        while len(self.screen_stack) > 2:
            await self.pop_screen()

    @on(messages.ShowSummary)
    async def _ended(self, message: messages.ShowSummary) -> None:
        from observe.ui.screens.wrapup import WrapUpScreen

        if self.live is None or self.live.controller.recorder.visit_id != message.visit:
            return  # the next visit ended it, and is on the glass already; its clock had ticked once more
        await self._back_to_bottom()
        self.live = None
        self.beside.soon()
        await self.switch_screen(WrapUpScreen(self.home, message.visit, self.hidden))

    @on(messages.ShowWrapUp)
    def _wrap_up(self, message: messages.ShowWrapUp) -> None:
        from observe.ui.screens.wrapup import WrapUpScreen

        self.push_screen(WrapUpScreen(self.home, message.visit, self.hidden, over=True))

    @on(messages.ShowCorrect)
    def _correct(self, message: messages.ShowCorrect) -> None:
        from observe.ui.screens.correct import CorrectScreen

        self.push_screen(CorrectScreen(self.home, message.visit, self.hidden))

    @on(messages.ShowDay)
    def _day(self, message: messages.ShowDay) -> None:
        from observe.ui.screens.dayreview import DayScreen

        self.push_screen(DayScreen(self.home, message.day, self.hidden))

    @on(messages.ShowRoster)
    def _roster(self, message: messages.ShowRoster) -> None:
        from observe.ui.screens.roster import RosterScreen

        self.push_screen(RosterScreen(self.home, message.section, self.hidden))

    @on(messages.ShowWelcome)
    def _welcome(self) -> None:
        from observe.ui.screens.welcome import WelcomeScreen

        self.push_screen(WelcomeScreen(self.home, over=True))

    @on(messages.TryDemo)
    def _try_demo(self) -> None:
        self.to_demo = True  # another home: this one is closed first
        self.exit(0)

    @on(messages.ShowSettings)
    def _settings(self) -> None:
        from observe.ui.screens.settings import SettingsScreen

        self.push_screen(SettingsScreen(self.home, self.hidden))

    @on(messages.ShowPage)
    def _page(self, message: messages.ShowPage) -> None:
        from observe.ui.practice_pages import page

        try:
            made = page(message.page, self.home, message.about, self.hidden)
        except Refused as error:
            if isinstance(error.__cause__, SQLError) or not isinstance(self.screen, CardPage):
                raise
            # Nothing is wrong with the log: there is no class yet, say. That is a line where she is.
            self.screen.message = str(error)
            self.screen.draw()
            return
        self.push_screen(made)

    @on(messages.ShowSharing)
    def _sharing(self) -> None:
        from observe.ui.screens.sharing import SharingScreen

        self.push_screen(SharingScreen(self.home, self.beside, self.hidden))

    @on(messages.VisitEnded)
    def _visit_ended(self) -> None:
        self.beside.soon()

    @on(messages.SettingChanged)
    def _setting_changed(self) -> None:
        if self._look():
            for screen in self.screen_stack:
                if isinstance(screen, BoardScreen):
                    screen.wear()
        if self.live is not None:  # a visit goes on below
            self.live.take_settings()

    @on(messages.ToStart)
    async def _to_start(self, message: messages.ToStart) -> None:
        if self.live is not None:
            await self.push_screen(self._start())  # the visit goes on below
        else:
            await self.switch_screen(self._start())

    @on(messages.HideNames)
    def _hide_names(self, message: messages.HideNames) -> None:
        self.hidden = message.hidden
        for screen in self.screen_stack:
            hide = getattr(screen, "hide_names", None)
            if hide is not None:
                hide(message.hidden)
        try:
            settings.put(self.home, HIDE, "yes" if message.hidden else "no")
        except NotSaved:
            pass  # hidden now is what counts; the next start asks the setting as it was

    @on(messages.ShowHelp)
    def _help(self, message: messages.ShowHelp) -> None:
        from observe.ui.screens.help import HelpScreen

        screen = self.screen
        if self.live is not None and screen is self.live:
            live = self.live
            shown, keys = tuple(live.commands.values()), live.scene.keys
            protocol = live.controller.protocol
            self.push_screen(HelpScreen(shown, keys, protocol, message.about, wrong=live.wrong_keys))
        elif isinstance(screen, PageScreen):
            shown = tuple(screen.commands.values())
            keys = {command: key for key, command in screen.keymap.items()}
            if not isinstance(screen, CardPage):
                self.push_screen(HelpScreen(shown, keys))
                return
            from observe.services import protocols

            schemes = screen.schemes() or protocols.in_use(self.home)
            self.push_screen(HelpScreen(shown, keys, words=screen.words(), schemes=schemes))

    # -- the shared folder ------------------------------------------------------------------------------------

    def read_mark(self) -> Mark | None:
        """Where what was logged is; None for a home that does not share, or cannot say it now."""
        try:
            return mark(self.home)
        except (SQLError, Refused):
            return None

    def _share(self) -> None:
        """Sync when it is time, beside the app, and show what other processes wrote."""
        try:
            if self.beside.due():
                self.run_worker(self._sync(), name="sync", exit_on_error=False)
            now = self.home.elsewhere(), mark(self.home)
        except (SQLError, Refused):
            return  # the screens say it
        was, self.seen = self.seen, now
        if was is not None and was != now:
            self._show_elsewhere()

    async def _sync(self) -> None:
        with suppress(SQLError, Refused):
            await self.beside.sync()
        self._show_elsewhere()

    def _show_elsewhere(self) -> None:
        screen = self.screen
        if isinstance(screen, BoardScreen):
            try:
                screen.elsewhere()
            except (SQLError, Refused) as error:
                self.post_message(messages.ReadFailed(error))

    # -- when the log cannot be read -------------------------------------------------------------------------

    async def _dispatch_message(self, message: Message) -> None:
        """A screen that cannot be made because the log cannot be read is said, and the one before stays."""
        try:
            await super()._dispatch_message(message)
        except (SQLError, Refused) as error:
            self.post_message(messages.ReadFailed(error))

    @on(messages.ReadFailed)
    def _read_failed(self, message: messages.ReadFailed) -> None:
        try:
            with in_words(self.home.database.path):
                raise message.error
        except Refused as error:
            what = ". ".join(part for part in (error.what, error.why) if part)
            todo = f"What to do: {error.todo}." if error.todo else "Try again; if it stays so, run `observe doctor`."
            self._say("The log cannot be read", (f"{what}.", SAFE, todo), mend=isinstance(error, Corrupt))

    def _say(self, title: str, lines: Sequence[str], *, mend: bool = False) -> None:
        from observe.ui.screens.trouble import TroubleScreen

        now = self.home.platform.monotonic_ms() / 1000
        again = self.said_last[0] == lines and now - self.said_last[1] < SAME_AGAIN
        if isinstance(self.screen, TroubleScreen) and (self.screen.mend or not mend):
            return  # one at a time, but what can be mended is not lost behind what came before
        if again:  # a clock that fails every second is no page every second, but what she asked for is answered
            if isinstance(self.screen, CardPage):
                self.screen.message = " ".join(lines)
                self.screen.draw()
            return
        self.said_last = (lines, now)
        self.push_screen(TroubleScreen(title, lines, mend=mend), self._told)

    def _told(self, answer: str | None) -> None:
        self.mend = answer == "mend"
        if answer:
            self.call_later(self.action_quit)

    def _look_after(self) -> None:
        """Check the database and back it up beside the app, so that no tap waits for it."""

        def work() -> "Cared":
            from observe.services.care import look_after

            return look_after(self.home.path, self.home.platform)

        self.run_worker(work, name="care", thread=True, exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What the check found."""
        if event.worker.name != "care" or event.state is not WorkerState.SUCCESS:
            return
        cared: Cared | None = event.worker.result
        if cared is None:
            return
        if cared.faults:
            words = f"In SQLite's words: {' '.join(cared.faults[0].split())[:120]}"
            self._say("The log is damaged", ("A check found damage in the database.", SAFE, MEND, words), mend=True)
        elif cared.backup and isinstance(self.screen, TodayScreen):
            self.screen.message = f"today's backup was not made: {cared.backup}"
            self.screen.draw()

    # -- leaving ---------------------------------------------------------------------------------------------

    @on(messages.Leave)
    async def _leave(self) -> None:
        await self.action_quit()

    async def action_quit(self) -> None:
        """Leave; while taps are not on disk, ask once."""
        if self.live is not None:
            self.live.controller.retry()
        from observe.ui.screens.leaving import LeavingScreen

        if self.live is None or not self.waiting() or isinstance(self.screen, LeavingScreen):
            self.exit(0)
            return
        saver = self.live.controller.saver

        def words() -> list[str]:
            return [tap.words for tap in saver.waiting]

        self.push_screen(LeavingScreen(words(), saver.reason, words), self._answered)

    def _answered(self, leave: bool | None) -> None:
        if leave:
            self.exit(0)
        else:
            self.mend = False

    def _handle_exception(self, error: Exception) -> None:
        """What nobody foresaw ends the app; whoever opened it says so. Textual would print every value, names too."""
        self.failure = self.failure or error
        super()._handle_exception(error)
        self._exit_renderables.clear()

    def action_help_quit(self) -> None:
        """ctrl+c: nothing. Textual would lay a note over the pads."""

    def _watch(self) -> None:
        """Share; leave when another app wants this home, or when the terminal is gone; the log is on disk."""
        self._share()
        if self.lock is not None and self.lock.asked_to_leave() is not None and not self.waiting():
            self.exit(0, message="observe was taken over by another window; this one has left.")
        elif not (self.is_headless or self.is_web) and not _terminal_there():
            # Without this, Textual would read the end of the input for ever.
            self.exit(1)


def _terminal_there() -> bool:
    import sys

    return sys.__stdin__ is not None and sys.__stdin__.isatty()
