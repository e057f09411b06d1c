"""What rows of a drawn card are made of."""

from observe.domain.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """Text in one tone; `act`: what a tap on it does."""

    text: str
    ink: str = "ink"
    bold: bool = False
    act: str = ""


Drawn = tuple[Piece, ...]
