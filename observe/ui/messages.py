"""What a screen asks of the app. Widgets and screens never import the app."""

from dataclasses import dataclass

from textual.message import Message


class Away(Message):
    """What leads to another screen."""


@dataclass
class OpenVisit(Away):
    """Show this visit live."""

    visit: str


@dataclass
class ShowSummary(Away):
    """This visit has ended: its wrap-up takes the place of the live screen."""

    visit: str


@dataclass
class ShowWrapUp(Away):
    """Show the wrap-up of this visit over what is there; a live visit goes on below."""

    visit: str


@dataclass
class ShowDay(Away):
    """Show the review of a day over what is there. `day`: as 2026-11-24, "" for today."""

    day: str = ""


@dataclass
class ShowCorrect(Away):
    """Show the last things logged in this visit, each to be corrected."""

    visit: str


@dataclass
class ToStart(Away):
    """Back to the start; a visit that is open goes on below."""


@dataclass
class HideNames(Message):
    """Initials instead of names from now on, or names again."""

    hidden: bool


@dataclass
class ShowHelp(Away):
    """What the keys of this screen do; with `about`, what that one command means."""

    about: str = ""


@dataclass
class Leave(Away):
    """Close the app."""


@dataclass
class ShowRoster(Away):
    """Show the roster of this section, or of the first one, over what is there."""

    section: str = ""


@dataclass
class ShowWelcome(Away):
    """Show the ways to one more class over what is there."""


@dataclass
class ShowPage(Away):
    """Show a page about the practice over what is there. `about`: a visit, a section, a student, "" for the first."""

    page: str
    about: str = ""


@dataclass
class ShowSharing(Away):
    """Show the shared folder over what is there."""


@dataclass
class VisitEnded(Message):
    """A visit has ended without its live screen."""


@dataclass
class ShowSettings(Away):
    """Show the settings over what is there."""


@dataclass
class SettingChanged(Message):
    """A setting is another one now; what lies below may look otherwise."""


@dataclass
class TryDemo(Away):
    """Leave this home for the made-up school, which has one of its own."""


@dataclass
class ReadFailed(Message):
    """A screen could not read the log."""

    error: Exception
