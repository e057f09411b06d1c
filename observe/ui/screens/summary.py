"""What the visit was, in words, on the glass as soon as it ends."""

from observe.domain.cards import item_text
from observe.domain.errors import NotSaved, Refused
from observe.services import visits
from observe.services.home import Home
from observe.ui.commands import SUMMARY
from observe.ui.messages import HideNames, OpenVisit, ShowHelp, ToStart
from observe.ui.names import Names
from observe.ui.pads import Row
from observe.ui.page import TextPage, paragraph


class SummaryScreen(TextPage):
    """The summary of one visit; she can still go back into it."""

    def __init__(self, home: Home, visit: str, hidden: bool = False) -> None:
        super().__init__(SUMMARY, ("today", "back_in", "privacy", "help"))
        from observe.services.wrapup import wrap_up

        self.home, self.visit, self.hidden = home, visit, hidden
        self.message = ""
        self.page = wrap_up(home, visit)
        self.people = visits.visit_log(home, visit).students

    def title_choices(self) -> list[str]:
        """What it is a summary of."""
        names = Names(self.people, self.hidden)
        demo = "DEMO  " if self.home.is_demo else ""
        hidden = "  NAMES HIDDEN" if self.hidden else ""
        return [f"{demo}Summary - {names.mask(self.page.title)}{hidden}", f"{demo}Summary{hidden}"]

    def lines(self, w: int) -> list[Row]:
        """Headings and lines, long ones wrapped."""
        names = Names(self.people, self.hidden)
        rows = [Row(f" ! {self.message}", "warn", True)] if self.message else []
        for card in self.page.cards:
            rows += [Row(""), Row(f" {names.mask(card.title)}", "deep", True)]
            for item in card.items:
                for line in item_text(item):
                    rows += paragraph(names.mask(line), w)
        return rows

    def act(self, id: str) -> None:
        """Back to the start, or back into the visit."""
        self.message = ""
        if id == "today":
            self.post_message(ToStart())
        elif id == "privacy":
            self.post_message(HideNames(not self.hidden))
        elif id == "help":
            self.post_message(ShowHelp())
        elif id == "back_in":
            try:
                visits.reopen_visit(self.home, self.visit)
            except NotSaved as error:
                self.message = f"not saved: {error.why or error.what}"
            except Refused as error:
                self.message = str(error)
            else:
                self.post_message(OpenVisit(self.visit))
                return
            self.first = 0
            self.draw()

    def hide_names(self, hidden: bool) -> None:
        """Initials instead of names, or names again."""
        self.hidden = hidden
        self.draw()
