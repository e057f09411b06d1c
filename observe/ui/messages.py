"""What a screen asks of the app. Widgets and screens never import the app."""

from dataclasses import dataclass

from textual.message import Message


@dataclass
class OpenVisit(Message):
    """Show this visit live."""

    visit: str


@dataclass
class ShowSummary(Message):
    """Show what this ended visit was."""

    visit: str


@dataclass
class ToStart(Message):
    """Back to the start. `other`: another class is to be chosen while a visit is open."""

    other: bool = False


@dataclass
class HideNames(Message):
    """Initials instead of names from now on, or names again."""

    hidden: bool


@dataclass
class ShowHelp(Message):
    """What the keys of this screen do; with `about`, what that one command means."""

    about: str = ""


@dataclass
class Leave(Message):
    """Close the app."""
