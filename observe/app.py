"""The app: which screen is shown. No logic of its own."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import App
from textual.command import Provider

from observe import resources
from observe.domain.errors import NotSaved, Refused
from observe.services import settings, visits
from observe.services.home import Home, open_home
from observe.store.connection import in_words
from observe.ui import messages
from observe.ui.live.screen import LiveScreen
from observe.ui.padpage import PadPage
from observe.ui.page import PageScreen
from observe.ui.screens.today import TodayScreen

if TYPE_CHECKING:
    from observe.platform import Platform
    from observe.platform.lock import AppLock

HIDE = "hide_names"


def _palette() -> type[Provider]:
    from observe.ui.palette import ActionProvider

    return ActionProvider


class ObserveApp(App[int]):
    """Screens over one opened home. `lock`: the home is this app's, until another one asks for it."""

    CSS_PATH = resources.style("tokens")
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_palette}
    ALLOW_SELECT = False
    TITLE = "observe"

    def __init__(self, home: Home, lock: "AppLock | None" = None) -> None:
        super().__init__()
        self.home, self.lock = home, lock
        self.hidden = settings.get(home, HIDE) == "yes"
        self.live: LiveScreen | None = None
        self.asked = False

    def on_mount(self) -> None:
        """Today first: it asks about an open visit."""
        self.push_screen(self._start())
        self.set_interval(1.0, self._watch)

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
        self.live = LiveScreen(self.home, message.visit, self.hidden)
        await self.switch_screen(self.live)

    async def _back_to_bottom(self) -> None:
        while len(self.screen_stack) > 2:
            await self.pop_screen()

    @on(messages.ShowSummary)
    async def _ended(self, message: messages.ShowSummary) -> None:
        from observe.ui.screens.wrapup import WrapUpScreen

        await self._back_to_bottom()
        self.live = None
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
        if isinstance(screen, LiveScreen):
            shown, keys = tuple(screen.commands.values()), screen.scene.keys
            self.push_screen(HelpScreen(shown, keys, screen.controller.protocol, message.about))
        elif isinstance(screen, PageScreen):
            shown = tuple(screen.commands.values())
            self.push_screen(HelpScreen(shown, {command: key for key, command in screen.keymap.items()}))

    # -- leaving ---------------------------------------------------------------------------------------------

    async def action_quit(self) -> None:
        """Leave; while taps are not on disk, ask once."""
        if self.live is not None:
            self.live.controller.retry()
        if not self.waiting() or self.asked:
            self.exit(0)
            return
        from observe.ui.screens.leaving import LeavingScreen

        assert self.live is not None
        self.asked = True
        saver = self.live.controller.saver
        self.push_screen(LeavingScreen([tap.words for tap in saver.waiting], saver.reason), self._answered)

    def _answered(self, leave: bool | None) -> None:
        self.asked = False
        if leave:
            self.exit(0)

    def action_help_quit(self) -> None:
        """ctrl+c: nothing. Textual would lay a note over the pads."""

    def _watch(self) -> None:
        """Leave when another app wants this home, or when the terminal is gone; the log is on disk."""
        if self.lock is not None and self.lock.asked_to_leave() is not None and not self.waiting():
            self.exit(0, message="observe was taken over by another window; this one has left.")
        elif not (self.is_headless or self.is_web) and not _terminal_there():
            # Without this, Textual would read the end of the input for ever.
            self.exit(1)


def _terminal_there() -> bool:
    import sys

    return sys.__stdin__ is not None and sys.__stdin__.isatty()


def run(home_path: Path, platform: "Platform", *, demo: bool = False) -> int:
    """Open the home and show the app until she leaves. Returns the exit status.

    Raises Refused (and what it covers) for a home that cannot be opened or is held by another app.
    """
    home = open_home(home_path, platform)
    try:
        with _hold(home_path, platform) as lock:
            app = ObserveApp(home, lock)
            app.run()
            return app.return_value or 0
    finally:
        home.close()


def _hold(home_path: Path, platform: "Platform") -> "AppLock":
    """The home for this app; where another one has it, she may take over."""
    from observe.platform.lock import AppHeld

    try:
        return platform.lock_app(home_path)
    except AppHeld as held:
        import sys

        if not sys.stdin.isatty():
            raise
        print(f"observe: {held.what}, {held.why}.", file=sys.stderr)
        print("Take over? The other one leaves, nothing is lost. [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise
        return platform.take_over(home_path)
