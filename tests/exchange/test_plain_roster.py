from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observe.domain.errors import Refused
from observe.domain.roster import RosterFile, RosterStudent
from observe.exchange.plain_roster import read_plain

DATA = Path(__file__).parent.parent / "data" / "roster"


def read(text: str, filename: str = "4B.csv", section: str | None = None, encoding: str = "utf-8") -> RosterFile:
    return read_plain(text.encode(encoding), filename, section)


def names(file: RosterFile) -> list[str]:
    return [student.name for section in file.sections for student in section.students]


def reasons(file: RosterFile) -> list[tuple[int, str]]:
    return [(rejected.line, rejected.reason) for rejected in file.rejected]


# -- what a good file says -------------------------------------------------------------------------------------


def test_a_class_list_of_a_teacher() -> None:
    file = read_plain((DATA / "class-list.csv").read_bytes(), "class-list.csv", "4B")
    (section,) = file.sections
    assert section.name == "4B"
    assert section.complete
    assert not file.rejected
    assert not file.keep_missing
    assert section.students == (
        RosterStudent("Nadia Abernathy", "000121", "4", False, group="Green"),
        RosterStudent("Dominic Castellanos III", "000122", "4", True, group="Blue"),
        RosterStudent("Ximena de la Vega y Ponce", "000123", "4", True),
        RosterStudent('"Bo" Eriksen', "000124", "4", False, group="Green"),
        RosterStudent("Zoë [Zo] Faßbinder", "000125", "4", None, group="Blue"),
        RosterStudent("Đạt Lê", "000126", "5", False, group="Green"),
        RosterStudent("Leilani Kaʻaukai", "000127", "4", True, group="Blue"),
        RosterStudent("نور حداد", "000128", "4", False, group="Green"),
        RosterStudent("Pema", None, "4", False, group="Blue"),
    )


def test_semicolons_say_the_same_as_commas() -> None:
    comma = read_plain((DATA / "class-list.csv").read_bytes(), "a.csv", "4B")
    semicolon = read_plain((DATA / "class-list-semicolon.csv").read_bytes(), "a.csv", "4B")
    assert comma == semicolon


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_line_ends_and_delimiters(encoding: str, newline: str, delimiter: str) -> None:
    lines = (["Name", "Student ID"], ['"Núñez, Zoë"', "007"], [], ["Łucja", ""], [])
    text = newline.join(delimiter.join(line) for line in lines)
    file = read(text, encoding=encoding)
    assert file.sections[0].students == (RosterStudent("Zoë Núñez", "007"), RosterStudent("Łucja"))
    assert len(file.notes) == 1
    assert not file.rejected


def test_windows_1252_is_read_and_said() -> None:
    file = read_plain("Name\nJosé Peña\nAva\n".encode("cp1252"), "4B.csv", None)
    assert names(file) == ["José Peña", "Ava"]
    assert "line 2 of 4B.csv" in file.notes[0]
    assert "Windows-1252" in file.notes[0]


def test_one_line_in_another_encoding_spoils_no_other() -> None:
    file = read_plain("Name\nŁucja\n".encode() + "José\n".encode("cp1252") + b"Ava\n", "4B.csv", None)
    assert names(file) == ["Łucja", "José", "Ava"]


def test_a_spreadsheets_hint_on_the_delimiter_counts_as_a_line() -> None:
    file = read("sep=;\nName;ID;Gifted\nVega, Ana;1;Y\nLee, Bo;2;perhaps\n")
    assert names(file) == ["Ana Vega"]
    assert file.rejected[0].line == 4


@pytest.mark.parametrize(
    "header",
    [
        "Name,ID",
        "STUDENT,SIS ID",
        "Student Name,Student #",
        " full name ,Local ID",
        "Stüdent,Student Number",
        "Pupil,Id",
    ],
)
def test_headers_are_known_by_their_usual_names(header: str) -> None:
    assert read(f"{header}\nAva,01\n").sections[0].students == (RosterStudent("Ava", "01"),)


def test_first_middle_and_last_name_in_columns_of_their_own() -> None:
    file = read('Family Name,Given Name,MI\nCarter,Sophia,G\n"Whitfield, III",DeShawn,\nLNU,Tenzin,\n,Maya,\n')
    assert names(file) == ["Sophia G Carter", "DeShawn Whitfield III", "Tenzin", "Maya"]


def test_the_guess_is_told_and_what_is_not_read() -> None:
    file = read("Student,SIS ID,GATE,Email\nAva,1,Y,ava@example.org\n", section="Math")
    assert file.notes == (
        "columns: Name from 'Student', Student ID from 'SIS ID', Gifted from 'GATE'",
        "columns not read: 'Email'",
    )


@pytest.mark.parametrize(
    ("words", "identified"),
    [
        (["Y", "y", "yes", "Yes ", "1", "TRUE", "x", "X", "GT", "GATE"], True),
        (["N", "n", "No", "0", "false", "FALSE"], False),
        (["", " ", "?", "unknown"], None),
    ],
)
def test_gifted_is_yes_no_or_unknown(words: list[str], identified: bool | None) -> None:
    file = read("Name,Gifted\n" + "".join(f"Student {n},{word}\n" for n, word in enumerate(words)))
    assert {student.identified for student in file.sections[0].students} == {identified}
    assert not file.rejected


def test_sections_of_a_column_with_their_facts() -> None:
    file = read(
        "Name,Class,Teacher,Room,Period,Area\n"
        'Ava,4B,"Brook, Dan",,2,math\n'
        "Bo,Math,Ms. Ray,21,,\n"
        "Cy,4b,,17,2,\n"
        "Di,4B,Someone Else,17,2,\n"
    )
    assert [(s.name, s.teacher, s.room, s.period, len(s.students)) for s in file.sections] == [
        ("4B", "Dan Brook", "17", "2", 3),
        ("Math", "Ms. Ray", "21", None, 1),
    ]
    assert file.sections[0].students[0].area == "math"
    assert file.notes[-1] == "line 5: another Teacher for 4B; the first one counts"


@pytest.mark.parametrize(
    ("filename", "section", "name"),
    [
        ("4B.csv", None, "4B"),
        ("C:\\Users\\me\\5 Math.csv", None, "5 Math"),
        ("/home/me/5.1 Science.txt", None, "5.1 Science"),
        ("4B.csv", " 5 Math ", "5 Math"),
        (".csv", None, ".csv"),
    ],
)
def test_a_section_named_nowhere_has_the_given_name_or_the_files(filename: str, section: str | None, name: str) -> None:
    assert read("Name\nAva\n", filename, section).sections[0].name == name


def test_a_given_section_is_for_rows_that_name_none() -> None:
    file = read("Name,Section\nAva,4B\nBo,\n", section="Math")
    assert [section.name for section in file.sections] == ["4B", "Math"]
    assert "'Math' is used where a row names none" in file.notes[-1]


def test_one_student_may_be_in_several_sections() -> None:
    file = read("Name,ID,Section,Gifted\nAva,1,4B,Y\nAva,1,Math,N\n")
    assert not file.rejected
    assert file.notes[-1] == "line 3: another Gifted than line 2; line 2 counts"


@pytest.mark.parametrize("text", ["Ava Benally\nBo\n", "Ava\r\n\r\nLee, Bo\r\n", '"Lee, Bo"\nAva'])
def test_a_plain_list_of_names_is_taken(text: str) -> None:
    file = read(text)
    assert len(names(file)) == 2
    assert "Bo Lee" in names(file) or "Bo" in names(file)
    assert file.notes == ("no column names: every line is taken as a student's name",)


def test_a_single_column_needs_no_quotes() -> None:
    assert names(read("Student Name\nLee, Bo\nAva\n")) == ["Bo Lee", "Ava"]


# -- rows that cannot be taken ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",7,N", "no name"),
        ('" ",7,N', "no name"),
        ("Cy,7,perhaps", "Gifted is 'perhaps'; Y, N or nothing is meant"),
        ("Cy,1,N", "the same student ID as line 2, in the same section"),
        ("Lee, Cy,7,N", "4 columns where there are 3; is a text with a comma in it not quoted?"),
        ("C" * 121 + ",7,N", "Name is longer than 120 characters"),
        ("Cy," + "7" * 121 + ",N", "Student ID is longer than 120 characters"),
        ("C\0y,7,N", "holds a NUL byte"),
        ('"Cy\nLee\0",7,N', "holds a NUL byte"),
        ('"Cy,7,N', "has a quotation mark that is not closed"),
    ],
)
def test_a_bad_row_is_rejected_alone(row: str, reason: str) -> None:
    file = read(f"Name,ID,Gifted\nAva,1,Y\n\n{row}\nBo,2,N\n")
    assert reasons(file) == [(4, reason)]
    assert names(file) == ["Ava", "Bo"]
    assert file.rejected[0].file == "4B.csv"
    # The child in the bad row is still in the class: nobody may be taken to have left.
    assert not file.sections[0].complete


def test_lines_are_counted_as_an_editor_shows_them() -> None:
    file = read('Name,Gifted\n"Vega,\nAna",Y\n\n"Bo ""B""\r\nLee",N\nCy,perhaps\n')
    assert names(file) == ["Ana Vega", 'Bo "B" Lee']
    assert file.rejected[0].line == 7


@pytest.mark.parametrize("more", ['"Di, Jr",4\n', '"Di",4\n', "Di,4\n" * 40, 'Di "D" Lee,4\n'])
def test_a_quotation_mark_that_is_not_closed_costs_one_row(more: str) -> None:
    file = read(f'Name,ID\nAva,1\n"Bo Lee,2\nCy,3\n{more}')
    assert reasons(file)[0] == (3, "has a quotation mark that is not closed")
    assert names(file)[:2] == ["Ava", "Cy"]


def test_text_behind_a_quotation_mark_is_no_reason_to_lose_a_row() -> None:
    assert names(read('Name,ID\n"Bo" Lee,1\nAva 5" tall,2\n')) == ["Bo Lee", 'Ava 5" tall']


def test_an_id_stands_once_in_a_section_however_that_is_written() -> None:
    file = read("Name,ID,Section\nAva,1,4B\nAva,1,4b\n")
    assert reasons(file) == [(3, "the same student ID as line 2, in the same section")]


@pytest.mark.parametrize("row", ['Bo,4B,"2', "Lee, Bo,4B,2"])
def test_a_broken_row_does_not_tell_whose_section_it_is_of(row: str) -> None:
    file = read(f"Name,Section,ID\nAva,4B,1\n{row}\nCy,Math,3\n")
    assert len(file.rejected) == 1
    assert [section.complete for section in file.sections] == [False, False]


def test_the_delimiter_is_the_one_that_makes_known_headers() -> None:
    assert names(read("Name;Notes (a, b, c, d)\nVega, Ana;x\n")) == ["Ana Vega"]


def test_one_id_for_two_names_is_rejected_across_sections() -> None:
    file = read("Name,ID,Section\nAva,1,4B\nÁVA,1,Math\nBo,1,3A\n")
    assert reasons(file) == [(4, "the same student ID as line 2, with another name")]


def test_two_of_one_name_without_ids_are_two() -> None:
    assert names(read("Name\nTashi\nTashi\n")) == ["Tashi", "Tashi"]


def test_a_row_without_a_section_makes_no_section_complete() -> None:
    file = read("Name,Section\nAva,4B\nBo,\nCy,Math\n")
    assert reasons(file) == [(3, "no section")]
    assert [section.complete for section in file.sections] == [False, False]


def test_a_bad_row_leaves_the_other_sections_complete() -> None:
    file = read("Name,Section,Gifted\nAva,4B,Y\nBo,4B,perhaps\nCy,Math,N\n")
    assert [(section.name, section.complete) for section in file.sections] == [("4B", False), ("Math", True)]


def test_a_first_and_a_last_name_together_may_be_too_long() -> None:
    file = read(f"First,Last\n{'A' * 60},{'B' * 60}\n{'A' * 60},{'B' * 59}\n")
    assert reasons(file) == [(2, "the name is longer than 120 characters")]


def test_a_lost_letter_is_pointed_at() -> None:
    assert read("Name\nJos\ufffd\n").notes[-1].startswith("line 2: a letter of the name is lost")


# -- files that are no roster ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "it is empty"),
        (b"Name,Gifted\r\n", "there are column names and no students"),
        (b"Grade,Room\n4,17\n", "looked for: Name (or First and Last), Student ID"),
        (b"Grade\n4\n", "looked for: Name"),
        (b"Ava,004\nBo,005\n", "looked for: Name"),
        (b"PK\x03\x04rest of a workbook", "it is a workbook or a zip, not CSV"),
        (b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n", "it is not a text file of rows"),
        (b"<html><table><tr><td>Name</td></tr></table></html>", "it is not a text file of rows"),
        (bytes(range(256)) * 20, "it is not a text file of rows"),
        ("Name\nAva\n".encode("utf-16-le"), "it is not a text file of rows"),
        (b"\xff\xfeN\x00a\x00m\x00e", "its UTF-16 text is damaged"),
        (b"Name\n" + b"Ava\n" * 5001, "it has more than 5000 rows"),
        (b"Name\n" + b" " * (5 * 1024 * 1024), "it is larger than 5 MiB"),
    ],
)
def test_what_is_no_roster_is_refused_with_the_reason(data: bytes, why: str) -> None:
    with pytest.raises(Refused) as refused:
        read_plain(data, "folder/4B.csv", None)
    assert str(refused.value).startswith("4B.csv is not read, ")
    assert why in str(refused.value)


def test_five_thousand_rows_are_not_too_many() -> None:
    assert len(names(read("Name\n" + "Ava\n" * 5000))) == 5000


PIECES = st.sampled_from(
    [
        *"abé,;\t\"\n\r \0\ufeff\u202e'",
        "Name",
        "Student ID",
        "Gifted",
        "Section",
        "First",
        "Last",
        "\r\n",
        '""',
        "Y",
        "sep=;",
    ]
)


@given(st.lists(PIECES, max_size=60).map("".join), st.sampled_from(["utf-8", "utf-16", "cp1252"]), st.text(max_size=5))
def test_no_text_breaks_the_reader(text: str, encoding: str, filename: str) -> None:
    check(text.encode(encoding, errors="ignore"), filename)


@given(st.binary(max_size=200), st.booleans())
def test_no_bytes_break_the_reader(data: bytes, header: bool) -> None:
    check(b"Name,ID,Section\n" * header + data, "4B.csv")


def check(data: bytes, filename: str) -> None:
    try:
        file = read_plain(data, filename, None)
    except Refused:
        return
    for section in file.sections:
        assert section.name
        assert section.students
        assert all(student.name for student in section.students)
    assert all(rejected.reason and rejected.line > 0 for rejected in file.rejected)
    assert file.sections or file.rejected
