"""Rectangles: every size, every shipped protocol, classes of any number."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from textual.geometry import Region

from observe import resources
from observe.services.visits import start_visit
from observe.ui.cells import MIN_HEIGHT, MIN_WIDTH, Word, cuts, sheet
from observe.ui.commands import live_commands
from observe.ui.keymap import keymap
from observe.ui.layout import Layout, Shape, form_of, lay_out
from observe.ui.live.controller import Controller
from observe.ui.live.scene import shape_of
from observe.ui.text import width

from .school import CLASS, school, section_id

SIZES = [(80, 24), (100, 32), (120, 36), (160, 45), (60, 40)]
MORE_SIZES = [(66, 21), (90, 28), (200, 60), (100, 26), (60, 21), (79, 34), (132, 43)]
PROTOCOLS = [file.stem for file in resources.protocol_files()]
WORDS_ALONE = ("title", "strip", "side")
"""Boards of text: their cells are no targets with a smallest size."""


ShapeFor = Callable[..., Shape]


@pytest.fixture(scope="session")
def shape(tmp_path_factory: pytest.TempPathFactory) -> ShapeFor:
    """The shape of a visit with this protocol and so many students; each is made once."""

    @cache
    def made(protocol: str, students: int = 25) -> Shape:
        names = tuple(f"{name} {i}" for i, name in enumerate((CLASS * 4)[:students]))
        home = school(tmp_path_factory.mktemp("home") / "home", {"C": names})
        section = section_id(home, "C") if names else None
        controller = Controller(home, start_visit(home, section, protocol=protocol).id)
        commands = live_commands(controller.protocol)
        keys = {id: key for key, id in keymap(commands).items()}
        found = shape_of(controller, {command.id: command for command in commands}, keys)
        home.close()
        return found

    return made


@pytest.fixture(params=PROTOCOLS)
def any_shape(request: pytest.FixtureRequest, shape: ShapeFor) -> Shape:
    return shape(request.param)


def targets(layout: Layout) -> list[tuple[str, str, Region]]:
    return [
        (board, face, cell)
        for (board, face), cells in layout.faces.items()
        for cell in cells
        if board not in WORDS_ALONE
    ]


@pytest.mark.parametrize("size", SIZES + MORE_SIZES, ids=str)
def test_every_target_is_at_least_five_by_three_drawers_and_sheets_too(any_shape: Shape, size: tuple[int, int]) -> None:
    layout = lay_out(*size, any_shape)
    small = [(b, f, c) for b, f, c in targets(layout) if c.width < 5 or c.height < 3]
    assert not small


@pytest.mark.parametrize("size", SIZES + MORE_SIZES, ids=str)
def test_boards_lie_on_the_screen_and_never_over_each_other(any_shape: Shape, size: tuple[int, int]) -> None:
    boards = list(lay_out(*size, any_shape).boards.items())
    screen = Region(0, 0, *size)
    assert all(screen.contains_region(region) for _, region in boards)
    over = [(a, b) for i, (a, one) in enumerate(boards) for b, two in boards[i + 1 :] if one.overlaps(two)]
    assert not over


@pytest.mark.parametrize("size", SIZES + MORE_SIZES, ids=str)
def test_cells_lie_in_their_board_and_never_over_each_other(any_shape: Shape, size: tuple[int, int]) -> None:
    layout = lay_out(*size, any_shape)
    for (board, face), cells in layout.faces.items():
        room = Region(0, 0, *layout.boards[board].size)
        assert all(room.contains_region(cell) for cell in cells), (board, face)
        assert not any(a.overlaps(b) for i, a in enumerate(cells) for b in cells[i + 1 :]), (board, face)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_rails_and_rows_leave_no_dead_zone_between_pads(shape: ShapeFor, size: tuple[int, int]) -> None:
    layout = lay_out(*size, shape("push_in"))
    for board in ("left", "foot", "right", "lower", "upper", "asker", "acts", "band", "row-role", "row-strategy"):
        if layout.has(board):
            area = sum(cell.area for cell in layout.faces[board, board])
            assert area == layout.boards[board].area, board


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_code_has_a_place_or_is_a_sheet_in_the_menu(any_shape: Shape, size: tuple[int, int]) -> None:
    layout = lay_out(*size, any_shape)
    for name in any_shape.channels:
        reachable = name in layout.placed or layout.has("tiles", f"sheet.{name}")
        assert reachable, name
    for name in layout.unplaced(any_shape):
        assert len(layout.faces["tiles", f"sheet.{name}"]) == len(any_shape.codes(name)), name


def test_of_the_default_protocol_only_what_is_to_be_agreed_on_first_lies_behind_the_menu(shape: ShapeFor) -> None:
    made = shape("push_in")
    for size in SIZES:
        assert lay_out(*size, made).unplaced(made) == ("move",), size


@pytest.mark.parametrize("students", [0, 1, 5, 12, 19, 25, 27, 31, 40, 60])
@pytest.mark.parametrize("size", [*SIZES, (66, 21)], ids=str)
def test_a_class_of_any_number_fits_or_is_paged(shape: ShapeFor, students: int, size: tuple[int, int]) -> None:
    made = shape("push_in", students)
    layout = lay_out(*size, made)
    cells = layout.faces["tiles", "tiles"]
    assert len(cells) == layout.per_page
    assert min(cell.width for cell in cells) >= MIN_WIDTH
    assert min(cell.height for cell in cells) >= MIN_HEIGHT
    if students <= {(80, 24): 27, (100, 32): 41, (60, 40): 34, (66, 21): 19}.get(size, 41):
        assert layout.per_page >= students + 1


def test_twenty_eight_to_thirty_one_at_the_smallest_size_use_eight_columns(shape: ShapeFor) -> None:
    layout = lay_out(80, 24, shape("push_in", 31))
    assert layout.columns == 8
    assert min(cell.width for cell in layout.faces["tiles", "tiles"]) >= 7


def test_the_ladder_stands_on_the_left_and_done_waiting_apart_from_it(shape: ShapeFor) -> None:
    made = shape("push_in")
    for size in SIZES:
        boards = lay_out(*size, made).boards
        assert boards["left"].x == boards["foot"].x == 0
        assert boards["right"].right == (size[0] - 40 if size[0] >= 150 else size[0])
        assert boards["foot"].y >= boards["left"].bottom, size


@pytest.mark.parametrize("size", SIZES + MORE_SIZES, ids=str)
def test_for_the_left_hand_the_rails_change_sides(any_shape: Shape, size: tuple[int, int]) -> None:
    usual, mirrored = lay_out(*size, any_shape), lay_out(*size, replace(any_shape, left_handed=True))
    inner = size[0] - 40 if size[0] >= 150 else size[0]
    assert mirrored.boards["left"].right == inner
    assert {name: region.size for name, region in usual.boards.items()} == {
        name: region.size for name, region in mirrored.boards.items()
    }
    boards = list(mirrored.boards.values())
    assert not any(a.overlaps(b) for i, a in enumerate(boards) for b in boards[i + 1 :])


@pytest.mark.parametrize(
    ("size", "form"),
    [
        ((100, 30), "full"), ((99, 30), "mid"), ((100, 29), "mid"), ((80, 24), "mid"), ((79, 34), "tall"),
        ((60, 40), "tall"), ((79, 33), "large"), ((80, 23), "large"), ((66, 21), "large"), ((59, 40), "small"),
        ((60, 20), "small"), ((60, 21), "large"), ((1, 1), "small"),
    ],
)  # fmt: skip
def test_forms(size: tuple[int, int], form: str) -> None:
    assert form_of(*size) == form


def test_the_same_words_give_the_same_places_whatever_runs(shape: ShapeFor) -> None:
    made = shape("push_in")
    assert lay_out(100, 32, made) == lay_out(100, 32, made)


# -- rows and sheets --------------------------------------------------------------------------------


def words(*labels: str) -> list[Word]:
    return [Word("k", (label,)) for label in labels]


def test_a_row_gives_whole_words_before_it_gives_air() -> None:
    tight = cuts(words("Original", "Drive"), 15)
    assert tight is not None
    assert tight[0] >= width("Original") + 1
    assert sum(tight) == 15


def test_a_row_without_room_for_five_wide_pads_is_refused() -> None:
    assert cuts(words("a", "b", "c"), 17) is None


def test_in_a_sheet_every_channel_begins_a_row() -> None:
    cells = sheet([tuple(words("a", "b", "c", "d")), tuple(words("e", "f"))], Region(0, 0, 60, 14))
    assert len(cells) == 6
    assert cells[4].x == 0
    assert cells[4].y > cells[3].y


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_protocol_with_no_rail_and_no_row_is_laid_out_too(size: tuple[int, int]) -> None:
    bare = Shape(channels={"seen": (Word("", ("Seen",)), (Word("", ("Yes",)),))}, picks="seen", tiles=3)
    layout = lay_out(*size, bare)
    assert layout.boards["tiles"].x == 0
    assert layout.boards["tiles"].bottom == size[1]
