"""The printed page: whatever a name holds is text, nothing loads, and it is read in grey and on one page."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observe.cli import run
from observe.domain.cards import Bar, Card, Course, Line, Page, Series, Span, Stretch, Table, Timeline, line
from observe.exchange.page import html
from observe.platform import Platform
from observe.services import compacting, demo, sharedpages, spans, visits
from observe.services.home import open_home

ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "h1", "main", "section", "h2", "p", "b", "span", "table",
    "thead", "tbody", "tr", "th", "td", "svg", "rect", "text", "footer",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "dir", "class", "viewbox", "font-size", "font-family", "role",
    "aria-label", "x", "y", "width", "height", "fill", "stroke", "text-anchor",
}  # fmt: skip
# What XML cannot hold cannot be in a name either: `clean_name` takes control characters out on the way in.
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40) | st.sampled_from(
    ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "' onload='x", "</svg></style><b>", "&amp;&#60;",
     "javascript:alert(1)", "]]>", "<!--", "محمد العلي", "https://example.org/x"]
)  # fmt: skip
TONES = st.sampled_from(["ink", "mute", "warn", "deep"])


class Reader(HTMLParser):
    """Tags, their attributes and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.declared: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_decl(self, decl: str) -> None:
        self.declared.append(decl)

    def handle_comment(self, data: str) -> None:
        self.declared.append(data)


def _lines(text: st.SearchStrategy[str]) -> st.SearchStrategy[Line]:
    return st.builds(
        Line, st.lists(st.builds(Span, text, TONES, st.booleans()), min_size=1, max_size=3).map(tuple), text
    )


def _tables(text: st.SearchStrategy[str]) -> st.SearchStrategy[Table]:
    row = st.tuples(text, text, text)
    return st.builds(Table, row, st.lists(row, max_size=4).map(tuple))


def _timelines(text: st.SearchStrategy[str]) -> st.SearchStrategy[Timeline]:
    def of(edges: list[int], words: list[str]) -> Timeline:
        edges = sorted(edges)
        return Timeline(
            tuple(
                Stretch(word, word[:1], "ink", a, b, word, word)
                for a, b, word in zip(edges, edges[1:], words, strict=False)
            ),
            max(edges),
        )

    return st.builds(
        of, st.lists(st.integers(0, 10**7), min_size=2, max_size=6), st.lists(text, min_size=5, max_size=5)
    )


def _series(text: st.SearchStrategy[str]) -> st.SearchStrategy[Series]:
    def of(steps: list[str], rows: list[tuple[list[float | None], str]], top: int) -> Series:
        n = len(steps)
        courses = (Course(word, tuple(values[:n]), (word,) * n, word) for values, word in rows)
        return Series(tuple(steps), tuple(courses), top)

    value = st.none() | st.floats(0, 200)
    row = st.tuples(st.lists(value, min_size=60, max_size=60), text)
    return st.builds(of, st.lists(text, max_size=60), st.lists(row, max_size=3), st.integers(0, 100))


def _pages(text: st.SearchStrategy[str]) -> st.SearchStrategy[Page]:
    whole = st.integers(0, 99)
    bars = st.builds(lambda label, part, more, said: Bar(label, part, part + more, said), text, whole, whole, text)
    items = st.lists(_lines(text) | _tables(text) | _timelines(text) | _series(text) | bars, max_size=5).map(tuple)
    return st.builds(Page, text, st.lists(st.builds(Card, text, items, st.booleans()), max_size=4).map(tuple))


@given(_pages(TEXT), TEXT)
def test_whatever_it_says_is_text_and_can_neither_run_nor_load(page: Page, footer: str) -> None:
    read = Reader(html(page, footer))
    assert set(read.tags) <= ALLOWED
    assert {name for name, _ in read.attributes} <= ATTRIBUTES
    assert read.declared == ["doctype html"]
    text = "".join(read.texts)
    for card in page.cards:
        assert card.title in text
        for item in card.items:
            if isinstance(item, Line):
                assert item.text in text
            if isinstance(item, Table):
                assert all(cell in text for cell in item.head)
            if isinstance(item, Series) and item.steps:
                assert all(row.label in text and row.text in text for row in item.rows)


@given(_pages(TEXT))
def test_its_drawings_are_well_formed_and_grey_and_stay_inside(page: Page) -> None:
    text = html(page)
    for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        root = ElementTree.fromstring(svg)
        _, _, w, h = (float(part) for part in root.attrib["viewBox"].split())
        for rect in root.iter("rect"):
            x, y, rw, rh = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
            assert x >= 0
            assert x + rw <= w + 0.6
            assert y >= 0
            assert y + rh <= h
    grey(text)


def grey(text: str) -> None:
    """Every colour on the page is a grey."""
    style = "".join(re.findall(r"<style>.*?</style>", text, re.DOTALL))
    drawn = re.findall(r'(?:fill|stroke)="([^"]*)"', text)
    colours = re.findall(r"#[0-9a-fA-F]+", style) + drawn
    assert colours
    for colour in colours:
        digits = colour.removeprefix("#")
        parts = [digits[i : i + len(digits) // 3] for i in range(0, len(digits), len(digits) // 3)]
        assert colour.startswith("#")
        assert len(set(parts)) == 1, colour
    assert not re.search(r"\b(?:rgb|hsl|url|@import)\b", style)


def test_the_policy_lets_nothing_load_and_comes_before_anything_that_could() -> None:
    text = html(Page("A day", ()))
    policy = text.index("default-src 'none'; style-src 'unsafe-inline'")
    assert policy < text.index("<title>")
    assert policy < text.index("<style>")
    assert 'http-equiv="Content-Security-Policy"' in text
    assert text.index('charset="utf-8"') < policy


def test_the_clock_of_a_late_stretch_is_whole() -> None:
    """A role of the last minute had its time cut at the edge of the drawing; one that stands there already is kept."""
    starts = (0, 20, 37, 39, 40)
    parts = tuple(Stretch("Teach", "T", "role", a, b, f"09:{a:02}") for a, b in itertools.pairwise(starts))
    text = html(Page("t", (Card("c", (Timeline(parts, 40),)),)))
    clocks = re.findall(r'<text x="([\d.]+)" y="31" font-size="10">([\d:]+)<', text)
    assert [clock for _, clock in clocks] == ["09:00", "09:20", "09:37"]
    late = html(Page("t", (Card("c", (Timeline((*parts[:1], parts[3]), 40),)),)))
    x, clock = re.findall(r'<text x="([\d.]+)" y="31" font-size="10">([\d:]+)<', late)[-1]
    assert (clock, float(x) + 30 <= 450) == ("09:39", True)


def test_neighbours_on_a_timeline_differ_in_grey_and_have_their_letters() -> None:
    parts = tuple(Stretch(f"role {c}", c, "ink", i * 100, (i + 1) * 100, f"10:0{i}") for i, c in enumerate("ABCDEFG"))
    text = html(Page("t", (Card("c", (Timeline(parts, 700),)),)))
    fills = re.findall(r'<rect [^>]*fill="([^"]*)"', text)
    assert len(fills) == 7
    assert all(a != b for a, b in itertools.pairwise(fills))
    assert all(f">{c}</text>" in text for c in "ABCDEFG")
    assert 'aria-label="10:00 role A; 10:01 role B' in text


def test_several_bars_are_one_drawing_with_their_words_beside_them() -> None:
    bars = tuple(Bar(f"role {n}", n, 4, f"{n} min") for n in range(5))
    text = html(Page("t", (Card("c", (*bars, line("end"))),)))
    assert text.count("<svg") == 1
    assert all(f">{n} min</text>" in text for n in range(5))


@pytest.mark.parametrize("label", ["minutes held", "Grade 5 Mathematics, section two, with a name of sixty letters"])
@pytest.mark.parametrize("text", ["2 min", "872 of 1005 planned", "1872 of 11005 min that were planned in class"])
def test_no_bar_covers_or_cuts_its_words(label: str, text: str) -> None:
    drawn = html(Page("t", (Card("c", (Bar(label, 1, 1, text), Bar("short", 212, 180, text))),)))
    edge = float(re.findall(r'viewBox="0 0 ([\d.]+) ', drawn)[0])
    places = [(float(x), words) for x, words in re.findall(r'<text x="([\d.]+)"[^>]*>([^<]*)</text>', drawn)]
    bars = [tuple(map(float, found)) for found in re.findall(r'<rect x="([\d.]+)"[^>]* width="([\d.]+)"', drawn)]
    letter = 7.2  # of 12 px, on average, in the widest of the fonts that readers have
    for (_, before), (x, behind), (left, width) in zip(places[::2], places[1::2], bars, strict=True):
        assert letter * len(before) <= left
        assert width >= 60
        assert left + width < x
        assert x + letter * len(behind) <= edge
    assert bars[0] == bars[1]  # more than all of it is a full bar


def test_what_wraps_hangs_under_its_own_line_and_right_to_left_words_begin_where_the_others_do() -> None:
    text = html(Page("t", (Card("c", (line("a name"), line("  looks like"), line("נועה לוי"))),)))
    assert '<p class="in" dir="auto">  looks like</p>' in text
    assert '<p dir="auto">a name</p>' in text
    style = text[text.index("<style>") : text.index("</style>")]
    assert "p { padding-inline-start: 1em; text-indent: -1em }" in style
    assert re.search(r"p \{[^}]*text-align: left", style)


def test_a_long_name_in_a_table_wraps_and_a_day_or_a_number_beside_it_does_not() -> None:
    table = Table(("student", "last seen"), (("a name of sixty letters", "27 Nov"),))
    text = html(Page("t", (Card("c", (table,)),)))
    assert "<td>a name of sixty letters</td><td>27 Nov</td>" in text
    style = text[text.index("<style>") : text.index("</style>")]
    assert "td, th { white-space: nowrap }" in style
    assert re.search(r"td:first-child, th:first-child \{[^}]*white-space: normal", style)


def test_a_card_longer_than_a_sheet_goes_on_over_the_edge_and_a_shorter_one_stays_whole() -> None:
    short, long = (Card(f"{n} lines", tuple(line(f"line {i}") for i in range(n)), wide=True) for n in (20, 120))
    made = html(Page("Sparks", (short, long)))
    assert '<section class="wide"><h2>20 lines' in made
    assert '<section class="wide long"><h2>120 lines' in made
    assert "section.long { break-inside: auto }" in made


def test_a_series_breaks_its_line_where_nothing_is_and_says_every_number() -> None:
    steps = tuple(f"{day:02d} Oct" for day in (5, 12, 19, 26))
    course = Course("Thinking", (0.5, None, 0.0, 1.0), ("50", "-", "0", "100"), "48")
    looks = Course("looks", (None,) * 4, ("24", "-", "23", "24"), "71")
    text = html(Page("t", (Card("c", (Series(steps, (looks, course), 1.0),)),)))
    heights = [float(h) for h in re.findall(r'height="([\d.]+)" fill="#555"', text)]
    assert heights == [14.0, 0.0, 28.0]
    assert text.count('fill="#111"') == 3  # the base line, broken at the week without a visit
    assert all(f">{word}</text>" in text for word in (*steps, *course.texts, *looks.texts, "48", "71"))
    assert 'aria-label="05 Oct 24 50; 12 Oct - -;' in text
    year = Series(tuple(str(n) for n in range(52)), (Course("Thinking", (0.5,) * 52, ("50",) * 52, "50"),), 1.0)
    drawn = html(Page("t", (Card("c", (year,)),)))
    assert drawn.count('fill="#555"') == 52
    assert 5 <= len(re.findall(r">\d+</text>", drawn)) <= 12  # names of a few steps: the others have no room


# -- as a user gets them ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A home with a day of full visits: the home, the fullest visit, its day."""
    path = tmp_path_factory.mktemp("week") / "home"
    demo.make(path, Platform(), at=1_795_557_600_000, count=6)
    home = open_home(path, Platform())
    counts = visits.observation_counts(home)
    fullest = max(counts, key=lambda id: counts[id])
    started = visits.read(home, fullest).started_at
    home.close()
    assert started is not None
    from observe.domain.codec import local

    return path, fullest, local(started, Platform().zone()).date().isoformat()


def written(args: list[str], out: Path) -> str:
    assert run([*args, "--format", "html", "-o", str(out)]) == 0
    return out.read_text(encoding="utf-8")


@pytest.mark.parametrize("args", [[], ["--share"], ["--share", "--notes"]], ids=str)
def test_the_page_of_a_visit_is_one_safe_file(week: tuple[Path, str, str], tmp_path: Path, args: list[str]) -> None:
    home, visit, _ = week
    check(written(["--home", str(home), "summary", visit, *args], tmp_path / "visit.html"))


def test_the_page_of_a_day_is_one_safe_file(week: tuple[Path, str, str], tmp_path: Path) -> None:
    home, _, day = week
    text = written(["--home", str(home), "day", day], tmp_path / "day.html")
    check(text)
    assert "Day review" in text


@pytest.mark.parametrize("kind", ["talk", "family", "principal", "coverage"])
def test_a_page_to_give_away_is_one_safe_sheet_that_can_be_read_standing(
    week: tuple[Path, str, str], tmp_path: Path, kind: str
) -> None:
    path, visit, _ = week
    home = open_home(path, Platform())
    about = {"talk": visit, "family": compacting.every(home)[0].student}.get(kind, "")
    made = sharedpages.shared(home, kind, about, spans.named(home, spans.QUARTER))
    text = html(made.page(home), sharedpages.FOOTERS[kind])
    home.close()
    check(text)
    assert '<body class="brief">' in text  # 11 pt, and a sheet of A4 has 50 rows of that
    assert text.count("<p") + text.count("<tr") + 3 * text.count("<section") <= 50
    assert sharedpages.FOOTERS[kind].replace("'", "&#x27;") in text


def test_a_page_with_much_on_it_is_printed_to_fit_instead() -> None:
    few, many = ([Card("One", tuple(line("a line") for _ in range(n)), wide=True)] for n in (5, 60))
    assert "brief" not in html(Page("Much", tuple(many))).partition("<body")[2].partition(">")[0]
    assert "brief" in html(Page("Little", tuple(few))).partition("<body")[2].partition(">")[0]
    beside = [*few, Card("Two", (line("beside"),))]
    assert "brief" not in html(Page("In columns", tuple(beside))).partition("<body")[2].partition(">")[0]


def check(text: str) -> None:
    read = Reader(text)
    assert set(read.tags) <= ALLOWED
    assert not [value for name, value in read.attributes if name.startswith("on") or value.startswith("javascript")]
    assert "http" not in re.sub(r"http-equiv", "", text)
    assert "default-src 'none'" in text
    grey(text)
    for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        ElementTree.fromstring(svg)
    assert rows(text) <= ROWS_OF_A_PAGE


ROWS_OF_A_PAGE = 2 * 72
"""Two columns of 7.6 pt text with leading 1.15 on A4 and on Letter, less the title."""


def rows(text: str) -> float:
    """How many rows of text the page takes in print, in either column: lines that wrap, frames and drawings too."""
    wide, total = 62, 0.0  # characters of 7.6 pt in a column
    body = text[text.index("<main>") : text.index("</main>")]
    for section in re.findall(r"<section.*?</section>", body, re.DOTALL):
        wide_card = 2 if section.startswith('<section class="wide"') else 1
        before, total = total, total + 2.2  # frame and heading
        for paragraph in re.findall(r"<p.*?</p>", section, re.DOTALL):
            total += 1 + len(re.sub(r"<[^>]*>", "", paragraph)) // wide
        total += section.count("<tr")
        for height in re.findall(r'<svg viewBox="0 0 450 (\d+)"', section):
            total += int(height) / 14
        total += (total - before) * (wide_card - 1)
    return total
