"""Pages of cards that are read, and written to a file for somebody to print or to send."""

from collections.abc import Sequence

from observe.domain.cards import Page
from observe.services.home import Home
from observe.ui.cardpage import CardPage
from observe.ui.commands import READING
from observe.ui.names import Names


class ReadPage(CardPage):
    """A page that names no student. `stem`: what its file is called."""

    def __init__(self, home: Home, whole: Page, stem: str, hidden: bool = False) -> None:
        super().__init__(READING, hidden)
        self.home, self.whole, self.stem = home, whole, stem

    def cards(self) -> Page:
        """The page, always the same."""
        return self.whole

    def names(self) -> Names:
        """No student is named here."""
        return Names(())

    def title_choices(self) -> list[str]:
        """Which page."""
        first, _, rest = self.whole.title.partition(" - ")
        return self.titled(self.whole.title, rest or first, first, named=False)

    def foot(self) -> Sequence[str]:
        """Where one can go from here."""
        return ("back", "write", "help")

    def act(self, id: str) -> None:
        """One of the page's commands."""
        if id == "back":
            self.dismiss()
        elif id == "write":
            self.ask_where("Where to? One file, to print or send:", self.whole, *self.stem.split(" "))
