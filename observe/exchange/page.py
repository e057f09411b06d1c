"""A page of cards as one HTML file: no script, no outside link, prints on paper, readable in grey.

Everything that comes from data is escaped; the Content-Security-Policy lets nothing load even if it were not.
"""

from collections.abc import Iterator
from html import escape
from unicodedata import east_asian_width

from observe.domain.cards import Bar, Card, Course, Item, Line, Page, Series, Table, Timeline, as_table, item_text

_CSS = """
@page { margin: 9mm }
* { box-sizing: border-box }
body { font: 10.5pt/1.35 system-ui, sans-serif; color: #111; background: #fff }
body { margin: 0 auto; max-width: 60rem; padding: 1rem }
h1 { font-size: 1.15rem; margin: 0 0 .6rem; border-bottom: 2px solid #111; padding-bottom: .2rem }
main { columns: 2 22rem; column-gap: 1rem }
section { break-inside: avoid; border: 1px solid #999; border-radius: 4px; padding: .4rem .6rem; margin: 0 0 .7rem }
section.long { break-inside: auto }
h2 { break-after: avoid } .long p.in { break-before: avoid }
section.wide { column-span: all; margin-top: .7rem }
main > section.wide:first-child, section.wide + section.wide { margin-top: 0 }
h2 { font-size: .95rem; margin: 0 0 .25rem }
p { margin: .1rem 0; overflow-wrap: anywhere; white-space: pre-wrap; text-align: left }
p { padding-inline-start: 1em; text-indent: -1em }
p.in { padding-inline-start: 2em; text-indent: -2em }
table { border-collapse: collapse; margin: .2rem 0 }
td, th { padding: 0 .9rem 0 0; text-align: right; font-weight: normal }
th { color: #444 } td, th { white-space: nowrap }
td:first-child, th:first-child { text-align: left; white-space: normal }
tr.gap td { height: .5rem }
svg { display: block; width: 100%; height: auto; margin: .2rem 0 }
.wide svg { max-width: 30rem }
.quiet { color: #555 } .warn { font-weight: 600 }
footer { color: #555; font-size: .8rem; border-top: 1px solid #999; margin-top: .4rem; padding-top: .2rem }
@media print {
  body { padding: 0; max-width: none; font-size: 7.6pt; line-height: 1.15 }
  h1 { font-size: 12pt }
  h2 { font-size: 8.6pt }
  p { margin: .05rem 0 }
  main { columns: 2; column-gap: .6rem }
  section { margin-bottom: .4rem; padding: .2rem .4rem }
  main.details { break-before: page }
  svg { max-height: 9rem }
  svg.series { max-height: none }
  .brief { font-size: 11pt; line-height: 1.35 }
  .brief h1 { font-size: 15pt }
  .brief h2 { font-size: 12pt }
  .brief section { margin-bottom: .7rem; padding: .4rem .7rem }
}
"""
_BRIEF = 25
"""With so many lines at most a page is printed large enough to be read standing; longer ones, to fit on one sheet."""
_LONG = 60
"""A card of more lines is near a sheet of its own: kept in one piece, it would leave the sheet before it empty."""
# Grey levels that stay apart on a photocopy; the words beside them say the same.
_GREYS = ("#1a1a1a", "#8c8c8c", "#4d4d4d", "#bfbfbf", "#333333", "#a6a6a6", "#666666", "#d9d9d9")


def html(page: Page, footer: str = "") -> str:
    """The page as one file."""
    cards, details = ("".join(_card(card) for card in page.cards if card.detail is behind) for behind in (False, True))
    more = f'<main class="details">\n{details}</main>\n' if details else ""
    title = escape(page.title)
    end = f"<footer>{escape(footer)}</footer>" if footer else ""
    brief = ' class="brief"' if _is_brief(page) else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_CSS}</style></head>\n"
        f'<body{brief}><h1 dir="auto">{title}</h1>\n<main>\n{cards}</main>\n{end}{more}</body></html>\n'
    )


def _is_brief(page: Page) -> bool:
    texts = [text for card in page.cards for item in card.items for text in item_text(item)]
    return all(card.wide for card in page.cards) and sum(1 + len(text) // 100 for text in texts) <= _BRIEF


def _card(card: Card) -> str:
    items = "".join(_items(card.items))
    lines = sum(len(item_text(item)) for item in card.items)
    names = " ".join(name for name, so in (("wide", card.wide), ("long", lines > _LONG)) if so)
    named = f' class="{names}"' if names else ""
    return f"<section{named}><h2>{escape(card.title)}</h2>\n{items}</section>\n"


def _items(items: tuple[Item, ...]) -> Iterator[str]:
    bars = [item for item in items if isinstance(item, Bar)]
    for item in items:
        if isinstance(item, Line):
            yield _line(item)
        elif isinstance(item, Table):
            yield _table(item)
        elif isinstance(item, Timeline):
            yield _timeline(item)
        elif isinstance(item, Series):
            yield _series(item)
        elif item is bars[0]:
            yield _bars(bars)


def _line(line: Line) -> str:
    spans = []
    for span in line.spans:
        text = escape(span.text)
        if span.strong:
            text = f"<b>{text}</b>"
        if span.tone in ("mute", "warn"):
            text = f'<span class="{"quiet" if span.tone == "mute" else "warn"}">{text}</span>'
        spans.append(text)
    under = ' class="in"' if line.text.startswith("  ") else ""
    return f'<p{under} dir="auto">{"".join(spans)}</p>\n'


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in table.head)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        if any(row)
        else '<tr class="gap"><td></td></tr>'
        for row in table.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>\n"


def _bars(bars: list[Bar]) -> str:
    """Horizontal bars with their labels before and their words behind; a bar gives way to words, never the other."""
    left = max(130.0, *(_long(bar.label) for bar in bars))
    right = max(_long(bar.text) for bar in bars)
    full = max(60.0, min(240.0, 450 - left - right))
    rows = []
    for i, bar in enumerate(bars):
        y = i * 18
        width = round(full * min(bar.part / bar.whole, 1), 1) if bar.whole else 0
        rows.append(
            f'<text x="0" y="{y + 13}">{escape(bar.label)}</text>'
            f'<rect x="{left:g}" y="{y + 3}" width="{width}" height="12" fill="#555" />'
            f'<text x="{left + 5 + width:g}" y="{y + 13}">{escape(bar.text)}</text>'
        )
    label = escape("; ".join(f"{bar.label} {bar.text}" for bar in bars))
    return (
        f'<svg viewBox="0 0 {max(450, left + full + right):g} {len(bars) * 18}" font-size="12" font-family="sans-serif"'
        f' role="img" aria-label="{label}">{"".join(rows)}</svg>\n'
    )


def _long(text: str) -> float:
    """How long a text of 12 px may become, with a gap, whatever font the reader has."""
    return 7.4 * sum(2 if east_asian_width(char) in "WF" else 1 for char in text) + 8


def _timeline(timeline: Timeline) -> str:
    """Stretches side by side, each with its letter, clock times under the first edges that have room."""
    if not timeline.length:
        return ""
    shades = {
        label: _GREYS[i % len(_GREYS)] for i, label in enumerate(dict.fromkeys(s.label for s in timeline.stretches))
    }
    marks, free = [], 0.0
    for s in timeline.stretches:
        x, end = (450 * at / timeline.length for at in (s.start, s.end))
        ink = "#fff" if shades[s.label] < "#8" else "#000"
        size = f'x="{x:.1f}" y="0" width="{max(end - x, 0.5):.1f}" height="18"'
        marks.append(f'<rect {size} fill="{shades[s.label]}" stroke="#fff" />')
        if end - x > 12:
            marks.append(f'<text x="{x + 4:.1f}" y="13" fill="{ink}">{escape(s.letter)}</text>')
        at = min(x, 420)  # a clock is 30 wide, and nothing is drawn past the edge
        if at >= free and s.clock:
            marks.append(f'<text x="{at:.1f}" y="31" font-size="10">{escape(s.clock)}</text>')
            free = at + 38
    label = escape("; ".join(f"{s.clock} {s.label}" for s in timeline.stretches))
    return (
        f'<svg viewBox="0 0 450 34" font-size="12" font-family="sans-serif" role="img" aria-label="{label}">'
        f"{''.join(marks)}</svg>\n"
    )


_LABELS, _WHOLE, _BAR = 104, 36, 28
"""Of a series: how wide its labels are and what is said of all steps, and how high a full bar is."""


def _series(series: Series) -> str:
    """Small bars over one base line a row, each number under its bar; where nothing is, the line is broken."""
    if not series.steps:
        return ""
    step = (450 - _LABELS - _WHOLE) / len(series.steps)
    marks: list[str] = []
    y = 0
    for course in series.rows:
        y = _course(marks, course, series.top, step, y)
    # As many names of steps as there is room for, the last one always.
    every = -(-44 // int(max(step, 1)))
    last = len(series.steps) - 1
    for i, name in enumerate(series.steps):
        if (last - i) % every == 0:
            marks.append(_word(_LABELS + (i + 0.5) * step, y + 12, name, "middle"))
    marks.append(_word(450, y + 12, "all", "end"))
    if series.full:
        marks.append(_word(0, y + 12, f"full bar: {series.full}", "start"))
    words = "; ".join(" ".join(cell for cell in row if cell) for row in as_table(series).rows)
    return (
        f'<svg class="series" viewBox="0 0 450 {y + 17}" font-size="12" font-family="sans-serif" role="img"'
        f' aria-label="{escape(words)}">{"".join(marks)}</svg>\n'
    )


def _course(marks: list[str], course: Course, top: float, step: float, y: int) -> int:
    """A row of a series from `y` down; returns where the next one begins."""
    drawn = any(value is not None for value in course.values)
    base = y + _BAR + 3 if drawn else y
    for i, (value, text) in enumerate(zip(course.values, course.texts, strict=True)):
        x = _LABELS + i * step
        if value is not None:
            high = round(_BAR * min(value, top) / top, 1) if top else 0
            size = f'x="{x + step * 0.15:.1f}" y="{base - high:.1f}" width="{step * 0.7:.1f}" height="{high}"'
            marks.append(f'<rect {size} fill="#555" />')
            marks.append(f'<rect x="{x:.1f}" y="{base}" width="{step:.1f}" height="0.6" fill="#111" />')
        if step >= 2 + 7 * len(text) and text:
            marks.append(_word(x + step / 2, base + 12, text, "middle"))
    marks.append(_word(0, base + 12 if not drawn else base - 2, course.label, "start"))
    marks.append(_word(450, base + 12 if not drawn else base - 2, course.text, "end"))
    return base + 17


def _word(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
