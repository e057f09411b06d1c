"""What a page says, before anybody decides how it looks: cards of lines, bars, tables and a timeline.

The wrap-up, the day review, the trends, their printed pages and their text are all drawn from these, so that no
surface can say another thing than the next. Tones are names of colour tokens; each stands beside a word.
"""

from dataclasses import replace

from observe.domain.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one tone."""

    text: str
    tone: str = "ink"
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text. `act` names what a tap on it does on a screen; paper ignores it."""

    spans: tuple[Span, ...]
    act: str = ""

    @property
    def text(self) -> str:
        """The line without tones."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Bar:
    """`part` of `whole` as a bar, with the words that say it."""

    label: str
    part: float
    whole: float
    text: str
    tone: str = "ink"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under a head; the first column is a label in its tone. An empty row is a gap.

    `shares`: what the second column says, row by row, as a part of 1 for a bar beside it. `acts`: as of a line, by row.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    tones: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()
    acts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a timeline, in active milliseconds; `act` names its beginning edge."""

    label: str
    letter: str
    tone: str
    start: int
    end: int
    clock: str
    act: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """What ran one after another, out of `length` active milliseconds."""

    stretches: tuple[Stretch, ...]
    length: int


@dataclass(frozen=True, slots=True)
class Course:
    """A row of a series: a value at each step with the words for it, and the words for all steps together.

    A value is None where there is nothing to draw; the words say why. A row of Nones is one of words alone.
    """

    label: str
    values: tuple[float | None, ...]
    texts: tuple[str, ...]
    text: str
    tone: str = "ink"


@dataclass(frozen=True, slots=True)
class Series:
    """Values over time: a row a thing, a column a step. `top`: the value of a full bar; `full`: that in words."""

    steps: tuple[str, ...]
    rows: tuple[Course, ...]
    top: float
    full: str = ""
    what: str = "week"
    """What a step is."""


Item = Line | Bar | Table | Timeline | Series


@dataclass(frozen=True, slots=True)
class Card:
    """A title and what stands under it. `wide`: takes the whole width where there are two columns; `detail`: for who
    wants to know more, on paper on a sheet of its own behind the first one.
    """

    title: str
    items: tuple[Item, ...]
    wide: bool = False
    detail: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A title and cards in reading order. `labels`: those that stand in it in small letters, as parts of a sentence: a
    common word such as `easy` would else not be told from one."""

    title: str
    cards: tuple[Card, ...]
    labels: tuple[str, ...] = ()


def line(text: str, tone: str = "ink", *, act: str = "", strong: bool = False) -> Line:
    """A line in one tone."""
    return Line((Span(text, tone, strong),), act)


def without_acts(page: Page) -> Page:
    """The page with nothing on it to tap."""

    def item(one: Item) -> Item:
        if isinstance(one, Line):
            return replace(one, act="")
        if isinstance(one, Timeline):
            return replace(one, stretches=tuple(replace(s, act="") for s in one.stretches))
        if isinstance(one, Table):
            return replace(one, acts=())
        return one

    return replace(page, cards=tuple(replace(card, items=tuple(map(item, card.items))) for card in page.cards))


def item_text(item: Item) -> list[str]:
    """An item as lines of plain text."""
    if isinstance(item, Line):
        return [item.text]
    if isinstance(item, Bar):
        return [f"{item.label}: {item.text}"]
    if isinstance(item, Timeline):
        return [f"{s.clock} {s.label}" for s in item.stretches]
    if isinstance(item, Series):
        return item_text(as_table(item))
    rows = [item.head, *item.rows] if any(item.head) else list(item.rows)
    widths = [max((len(row[i]) for row in rows if i < len(row)), default=0) for i in range(len(item.head))]
    lines = []
    for row in rows:
        cells = [c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths, strict=False))]
        lines.append("  ".join(cells).rstrip())
    return lines


def as_table(series: Series) -> Table:
    """A series in words: a row for each step, since a page has more room down than across, and one for all."""
    head = (series.what, *(row.label for row in series.rows))
    steps = ((step, *(row.texts[i] for row in series.rows)) for i, step in enumerate(series.steps))
    return Table(head, (*steps, ("all", *(row.text for row in series.rows))))


def page_text(page: Page) -> str:
    """The page as plain text: titles, and under each what it says, set in by two."""
    blocks = [page.title]
    for card in page.cards:
        lines = [text for item in card.items for text in item_text(item)]
        blocks.append("\n".join([card.title, *(f"  {text}".rstrip() for text in lines)]))
    return "\n\n".join(blocks) + "\n"


def page_markdown(page: Page) -> str:
    """The page as Markdown, with whatever a name or a note holds shown as it was typed."""
    blocks = [f"# {_escaped(page.title)}"]
    for card in page.cards:
        blocks.append(f"## {_escaped(card.title)}")
        bullets: list[str] = []
        for item in card.items:
            if isinstance(item, Table | Series):
                if bullets:
                    blocks.append("\n".join(bullets))
                    bullets = []
                blocks.append(_table(as_table(item) if isinstance(item, Series) else item))
            else:
                bullets += [f"- {_escaped(text)}" for text in item_text(item) if text]
        if bullets:
            blocks.append("\n".join(bullets))
    return "\n\n".join(blocks) + "\n"


def _table(table: Table) -> str:
    rows = [table.head, tuple("---" for _ in table.head), *(row for row in table.rows if any(row))]
    return "\n".join(
        "| " + " | ".join(cell if i == 1 else _escaped(cell) for cell in row) + " |" for i, row in enumerate(rows)
    )


def _escaped(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|~&" else c for c in text)
