"""What the labels on a page mean, for `?`: found in the page's own words, so that every page has it for nothing.

A label is the protocol's, and the same word wherever it stands, so a page need not say which labels it shows.
"""

import re
from collections.abc import Iterator, Sequence

from observe.domain.cards import Item, Line, Page, Timeline, item_text
from observe.domain.frozen import dataclass
from observe.domain.protocol import Channel, Code, Modifier, Protocol
from observe.services.glossary import TERMS, Term, terms_beside
from observe.ui.explain import code_rows, values_rows
from observe.ui.pads import Row
from observe.ui.page import columns, paragraph


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a page, and those under its cursor, "" for none."""

    page: str
    under: str = ""


@dataclass(frozen=True, slots=True)
class Meant:
    """What of one channel stands somewhere: codes and modifiers, both empty where only its own label does."""

    channel: Channel
    codes: tuple[Code, ...]
    modifiers: tuple[Modifier, ...]


def words_of(page: Page, cursor: str = "") -> Words:
    """The words of a page of cards, and of the line that the cursor is on."""
    items = [item for card in page.cards for item in card.items]
    texts = [page.title, *(card.title for card in page.cards), *(text for item in items for text in item_text(item))]
    texts += page.labels
    return Words("\n".join(texts), "\n".join(text for item in items for text in _under(item, cursor)))


def _under(item: Item, cursor: str) -> Iterator[str]:
    if isinstance(item, Line) and cursor and item.act == cursor:
        yield item.text
    elif isinstance(item, Timeline) and cursor:
        yield from (stretch.label for stretch in item.stretches if stretch.act == cursor)


def meant(text: str, protocols: Sequence[Protocol]) -> list[Meant]:
    """The channels whose labels, or labels of whose codes, stand in a text, in the protocols' order."""
    found: dict[tuple[str, str], Meant] = {}
    here = _Text(text)
    for protocol in protocols:
        for channel in protocol.channels:
            codes = tuple(code for code in channel.codes if here.has(code.label))
            modifiers = tuple(modifier for modifier in channel.modifiers if here.has(modifier.label))
            if codes or modifiers or here.has(channel.label):
                found.setdefault((channel.label, channel.definition), Meant(channel, codes, modifiers))
    return list(found.values())


def terms_in(text: str, protocol: Protocol) -> list[Term]:
    """The words of the work that stand in a text; one that is a label too, where it is no label there."""
    here, beside = _Text(text), terms_beside(protocol)
    also = [term for term in TERMS if term not in beside and not here.has(term.word)]
    return [t for t in (*beside, *also) if any(here.has(word, loose=True) for word in (t.word, *t.also))]


class _Text:
    """A text in which many labels are looked for."""

    def __init__(self, text: str) -> None:
        self.text, self.folded = text, text.casefold()

    def has(self, label: str, *, loose: bool = False) -> bool:
        """Whether a label stands here as a word. One of a single word is told from a common one by its capital."""
        if label.casefold() not in self.folded:
            return False  # most are not, and this is quick
        flags = re.IGNORECASE if loose or " " in label else re.NOFLAG
        return re.search(rf"(?<!\w){re.escape(label)}(?!\w)", self.text, flags) is not None


def rows_under(words: Words, protocols: Sequence[Protocol], w: int) -> list[Row]:
    """What the label under the cursor means; [] where there is none."""
    rows: list[Row] = []
    for one in meant(words.under, protocols):
        if one.codes or one.modifiers:
            for code in one.codes:
                rows += code_rows(one.channel, code, w)
            for modifier in one.modifiers:
                rows += _modifier(modifier, w)
        else:
            rows += _channel(one.channel, w)
    for term in terms_in(words.under, protocols[0]) if protocols else ():
        rows += [Row(f" {term.word}", "deep", True), *paragraph(term.meaning, w)]
    return rows


def rows_on_page(words: Words, protocols: Sequence[Protocol], w: int) -> list[Row]:
    """What all labels on a page mean, channel by channel; then the words of the work on it."""
    rows: list[Row] = []
    for one in meant(words.page, protocols):
        rows += _channel(one.channel, w)
        # Where a page has only the name of a channel, its codes are what one asks for.
        for code in one.codes or (one.channel.codes if not one.modifiers else ()):
            rows += code_rows(one.channel, code, w, head=f"  {code.label}", ink="ink")
        for modifier in one.modifiers:
            rows += _modifier(modifier, w)
    found = terms_in(words.page, protocols[0]) if protocols else []
    if found:
        rows += [Row(" How we work", "deep", True), *(row for t in found for row in columns("", t.word, t.meaning, w))]
    return rows


def _channel(channel: Channel, w: int) -> list[Row]:
    said = paragraph(channel.definition, w) if channel.definition else []
    return [Row(f" {channel.label}", "deep", True), *said]


def _modifier(modifier: Modifier, w: int) -> list[Row]:
    said = paragraph(modifier.definition, w, 4) if modifier.definition else []
    return [Row(f"  {modifier.label}", bold=True), *said, *values_rows(modifier.values, w)]
