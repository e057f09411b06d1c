"""What the words mean, to be read and to be given to a colleague."""

from observe.services import protocols
from observe.services.glossary import glossary_page
from observe.services.home import Home
from observe.ui.readpage import ReadPage


class GlossaryScreen(ReadPage):
    """The glossary of a coding scheme. `about`: its id, "" for the default."""

    def __init__(self, home: Home, about: str = "", hidden: bool = False) -> None:
        protocol = protocols.find(home, about or protocols.DEFAULT)
        super().__init__(home, glossary_page(protocol), f"glossary {protocol.id}", hidden)
