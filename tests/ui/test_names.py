"""Names on the glass, and hidden ones."""

from observe.domain.model import Student
from observe.ui.names import Names
from observe.ui.text import fit_words


def students(*names: str) -> list[Student]:
    return [Student(str(i), name, "c", seat=i + 1) for i, name in enumerate(names)]


def test_first_names_where_they_are_enough_and_as_much_of_the_last_as_is_needed() -> None:
    names = Names(students("Ana Ruiz", "Ana Roe", "Mei Lin", "Plato"))
    assert [names.short(str(i)) for i in range(4)] == ["Ana Ru", "Ana Ro", "Mei", "Plato"]
    assert names.choices("0") == ("Ana Ruiz", "Ana Ru", "A. Ru")
    alike = Names(students("Emma Johnson", "Emma Johansson", "Emma Johnson"))
    assert [alike.short(str(i)) for i in range(3)] == ["Emma #1", "Emma #2", "Emma #3"]
    # Where there is room for the whole name, two of one name are told apart just the same.
    assert [alike.choices(str(i))[0] for i in range(3)] == ["Emma Johnson #1", "Emma Johansson", "Emma Johnson #3"]
    assert names.choices(None) == ("Everyone", "All")


def test_two_of_one_long_first_name_are_told_apart_on_a_narrow_tile_too() -> None:
    names = Names(students("Christopher Berg", "Christopher Dale", "Christina Moss", "Mei Lin"))
    assert names.choices("0") == ("Christopher Berg", "Christopher B", "Chr. B", "C. B")
    for cells in (6, 9):
        assert fit_words(names.choices("0"), cells) != fit_words(names.choices("1"), cells)
    assert [names.short(str(i)) for i in range(4)] == ["Christopher B", "Christopher D", "Christina", "Mei"]
    assert names.choices("3") == ("Mei Lin", "Mei")
    twice = Names(students("Christopher Berg", "Christopher Dale", "Christina Berg", "Christina Dale"))
    assert twice.choices("0") == ("Christopher Berg", "Christopher B")  # Chr. B would be two of them


def test_hidden_names_are_an_initial_and_a_seat() -> None:
    names = Names(students("Ana Ruiz", "محمد العلي", "[b]x"), hidden=True)
    assert names.short("0") == "A. #1"
    assert names.short("1") == "م. #2"
    assert names.short("2") == "B. #3"


def test_hidden_names_are_hidden_in_text_too() -> None:
    names = Names(students("Ana Ruiz", "Bo Chen", "Bo"), hidden=True)
    assert names.mask("Talk with Ana, then Ana Ruiz and BO CHEN") == "Talk with A. #1, then A. #1 and B. #2"
    assert names.mask("Banana bowl") == "Banana bowl"


def test_text_stays_as_it_is_while_names_are_shown() -> None:
    assert Names(students("Ana Ruiz")).mask("with Ana") == "with Ana"


def test_a_nameless_student_is_a_seat() -> None:
    assert Names(students("")).short("0") == "seat 1"
