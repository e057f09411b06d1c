"""A class made and changed by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from observe.domain.errors import Refused
from observe.domain.roster import Removed, RosterFile, RosterSection, RosterStudent
from observe.platform import Platform
from observe.services import classroom, visits
from observe.services.home import Home, open_home
from observe.services.roster import import_rosters
from observe.store import rosters


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = open_home(tmp_path / "home", Platform())
    yield home
    home.close()


def people(home: Home) -> dict[str, tuple[int, str, bool | None, bool]]:
    return {s.name: (s.seat, s.letter, s.identified, s.active) for s in visits.students(home)}


def test_a_typed_list_is_a_class_and_can_be_typed_on(home: Home) -> None:
    classroom.type_in(home, "Gr 4", "Okafor, Amara *\nBo Lind; Cy\n\n  \x1b[31mDee", "Ms Ivers")
    assert people(home) == {
        "Amara Okafor": (1, "A", True, True),
        "Bo Lind": (2, "B", None, True),
        "Cy": (3, "C", None, True),
        "[31mDee": (4, "M", None, True),
    }
    classroom.type_in(home, "Gr 4", "Bo Lind\nEve")
    assert list(people(home)) == ["Amara Okafor", "Bo Lind", "Cy", "[31mDee", "Eve"]
    assert visits.sections(home)[0].teacher == "Ms Ivers"


@pytest.mark.parametrize(
    ("section", "names"), [("", "Bo"), ("Gr 4", " \n ; "), ("Gr 4", "\n".join(f"Child {i}" for i in range(61)))]
)
def test_a_list_that_is_no_class_is_refused_and_nothing_is_kept(home: Home, section: str, names: str) -> None:
    with pytest.raises(Refused):
        classroom.type_in(home, section, names)
    assert people(home) == {}


def test_seats_can_be_named_later(home: Home) -> None:
    classroom.seats(home, "Gr 2", 3)
    seat = visits.students(home)[1]
    classroom.rename(home, seat.id, "Núñez, Ana [Ani]")
    assert [s.name for s in visits.students(home)] == ["Seat 1", "Ana [Ani] Núñez", "Seat 3"]


def test_seats_and_letters_swap(home: Home) -> None:
    classroom.type_in(home, "Gr 4", "Amara\nBo\nCy")
    section = visits.sections(home)[0].id
    amara = visits.students(home)[0].id
    classroom.take_seat(home, section, amara, 3)
    classroom.take_letter(home, section, amara, "b")
    assert people(home) == {"Cy": (1, "C", None, True), "Bo": (2, "A", None, True), "Amara": (3, "B", None, True)}
    with pytest.raises(Refused, match="letter"):
        classroom.take_letter(home, section, amara, "3")


def test_who_is_identified_and_who_left(home: Home) -> None:
    classroom.type_in(home, "Gr 4", "Amara\nBo")
    section, amara = visits.sections(home)[0].id, visits.students(home)[0].id
    classroom.identify(home, amara, True, "mathematics")
    classroom.set_active(home, section, amara, False)
    student = visits.students(home)[0]
    assert (student.identified, student.area, student.active) == (True, "mathematics", False)
    classroom.identify(home, amara, None)
    assert rosters.identified_students(home.conn) == frozenset()


def test_a_class_that_the_file_says_has_ended_is_named(home: Home) -> None:
    student = RosterStudent("Amara Okeke", source_id="s-1")
    import_rosters(home, [RosterFile((RosterSection("Gr 4", source_id="c-1", students=(student,)),))])
    done = import_rosters(home, [RosterFile((), removed=Removed(sections=("c-1",)))])
    assert done.notes == ("Gr 4: ended, says the file; its students are marked as left",)
    assert done.left == ("Amara Okeke",)
    assert [s.active for s in visits.students(home)] == [False]
