import random
import shutil
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observe.domain.errors import Refused
from observe.domain.roster import Existing, RosterFile, RosterSection, RosterStudent
from observe.domain.roster_plan import plan_import
from observe.exchange.oneroster import read_oneroster

SAMPLE = Path(__file__).parent.parent / "data" / "roster" / "oneroster"
TODAY = date(2026, 11, 24)

TABLES = {
    "manifest": (
        "propertyName,value\noneroster.version,1.1\nfile.classes,bulk\nfile.users,bulk\nfile.enrollments,bulk\n"
    ),
    "classes": "sourcedId,status,title,grades,courseSourcedId,location,periods\nc1,,4B,04,,17,AM\n",
    "users": (
        "sourcedId,status,enabledUser,role,givenName,familyName,identifier,grades\n"
        "t1,,true,teacher,Dan,Brook,T1,\n"
        "u1,,true,student,Ava,Nez,0041,04\n"
        "u2,,true,student,Bo,Lee,0042,04\n"
    ),
    "enrollments": (
        "sourcedId,status,classSourcedId,userSourcedId,role,primary,beginDate,endDate\n"
        "e0,,c1,t1,teacher,true,,\n"
        "e1,,c1,u1,student,false,,\n"
        "e2,,c1,u2,student,false,,\n"
    ),
}


def write(folder: Path, changes: Mapping[str, str | None] | None = None, **more: str | None) -> Path:
    folder.mkdir(exist_ok=True)
    for table, text in {**TABLES, **(changes or {}), **more}.items():
        if text is not None:
            (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    return folder


def read(folder: Path, **more: str | None) -> RosterFile:
    return read_oneroster(write(folder, more), TODAY)


def zipped(target: Path, prefix: str = "", **more: str | None) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, text in {**TABLES, **more}.items():
            if text is not None:
                archive.writestr(f"{prefix}{table}.csv", text)
    return target


def why(path: Path) -> str:
    with pytest.raises(Refused) as refused:
        read_oneroster(path, TODAY)
    return str(refused.value)


def names(section: RosterSection) -> list[str]:
    return [student.name for student in section.students]


def delta(**modes: str) -> str:
    tables = {"classes": "delta", "users": "delta", "enrollments": "delta"} | modes
    return "propertyName,value\noneroster.version,1.1\n" + "".join(f"file.{t},{mode}\n" for t, mode in tables.items())


# -- a delivery with the usual traps ---------------------------------------------------------------------------


def test_a_delivery_of_a_school() -> None:
    file = read_oneroster(SAMPLE, TODAY)
    assert not file.rejected
    assert [(s.name, s.source_id, s.teacher, s.room, s.period, s.grade) for s in file.sections] == [
        ("3C Homeroom", "cls-3c", "Beatriz Oyelaran", "Rm 4", "AM, PM", "3"),
        ("Math, Section 9", "cls-m9", "Ewan O’Hare", "Lab 1", "5", "3, 4"),
    ]
    homeroom, mathematics = file.sections
    assert names(homeroom) == [
        *("Nadia [Nan] Abernathy", "Dominic Castellanos III", "Tenzin", '"Bo" Eriksen', "Hana Sato", "Hana Sato"),
    ]
    assert homeroom.students[0] == RosterStudent("Nadia [Nan] Abernathy", "000121", "3", source_id="s-121")
    # Hana Sato (126) is in both; one enrollment ended, one was taken back; no class for who left the school.
    assert [student.school_id for student in mathematics.students] == ["000126", "000128", "000129"]
    assert mathematics.students[1].name == "نور حداد"
    assert not file.keep_missing
    assert all(section.complete for section in file.sections)
    assert file.removed.students == ("s-199",)
    assert file.removed.members == (("cls-m9", "s-121"), ("cls-m9", "s-122"), ("cls-3c", "s-199"))
    assert file.others == ()


def test_a_zip_says_the_same_as_its_folder(tmp_path: Path) -> None:
    for at, base in enumerate((SAMPLE, SAMPLE.parent)):
        archive = shutil.make_archive(
            str(tmp_path / f"delivery{at}"), "zip", base, "." if base is SAMPLE else SAMPLE.name
        )
        assert read_oneroster(Path(archive), TODAY) == read_oneroster(SAMPLE, TODAY)


def test_taking_it_in_twice_changes_nothing() -> None:
    file = read_oneroster(SAMPLE, TODAY)
    plan = plan_import(Existing(), file)
    after = Existing(
        [step.section for step in plan.sections],
        [step.student for step in plan.students],
        [step.member for step in plan.members],
    )
    assert len(plan.students) == 8
    assert not plan_import(after, file).changes


def test_demographics_are_not_opened(tmp_path: Path) -> None:
    folder = write(tmp_path / "x")
    (folder / "demographics.csv").mkdir()  # reading it would fail
    assert len(read_oneroster(folder, TODAY).sections[0].students) == 2


# -- rules -----------------------------------------------------------------------------------------------------


def test_headers_in_any_order_and_case_with_a_mark(tmp_path: Path) -> None:
    users = (
        "\ufeffFAMILYNAME,GivenName,Grades,sourcedid,identifier\r\nNez,Ava,04,u1,1\r\nLee,Bo,,u2,\r\nBrook,Dan,,t1,\r\n"
    )
    (section,) = read(tmp_path / "x", users=users).sections
    assert section.students == (
        RosterStudent("Ava Nez", "1", "4", source_id="u1"),
        RosterStudent("Bo Lee", source_id="u2"),
    )
    assert section.teacher == "Dan Brook"


def test_version_1_2_has_its_roles_in_a_table_of_their_own(tmp_path: Path) -> None:
    file = read(
        tmp_path / "x",
        manifest="propertyName,value\noneroster.version,1.2\nfile.classes,bulk\nfile.users,bulk\nfile.roles,bulk\n"
        "file.userProfiles,bulk\nfile.enrollments,bulk\n",
        users="sourcedId,status,enabledUser,username,givenName,familyName,identifier,grades,preferredGivenName\n"
        "t1,,true,dan,Dan,Brook,T1,,\nu1,,true,ava,Ava,Nez,0041,04,\nu2,,true,bo,Bo,Lee,0042,04,\n"
        "u3,,true,cy,Cy,Ray,0043,05,\nu4,,true,mum,Eve,Ray,0044,,\n",
        roles="sourcedId,status,userSourcedId,roleType,role\n"
        "r1,,t1,primary,teacher\nr2,,u1,primary,student\nr3,,u2,primary,student\nr4,,u3,primary,student\nr5,,u4,primary,parent\n",
        userProfiles="sourcedId\n",
    )
    assert names(file.sections[0]) == ["Ava Nez", "Bo Lee"]
    # Students of no class may be known already, from a class list; a parent is nobody here.
    assert file.others == (RosterStudent("Cy Ray", "0043", "5", source_id="u3"),)


@pytest.mark.parametrize(
    ("status", "end", "member"),
    [
        ("active", "", True),
        ("", "", True),
        ("Active", "2026-11-25", True),
        ("", "2027-05-27T00:00:00.000Z", True),
        ("", "2026-11-24", False),  # the end is exclusive
        ("", "2026-10-09", False),
        ("tobedeleted", "", False),
        ("inactive", "2027-05-27", False),
    ],
)
def test_who_is_enrolled_today(tmp_path: Path, status: str, end: str, member: bool) -> None:
    enrollments = TABLES["enrollments"].replace("e2,,c1,u2,student,false,,", f"e2,{status},c1,u2,student,false,,{end}")
    file = read(tmp_path / "x", enrollments=enrollments)
    assert names(file.sections[0]) == ["Ava Nez", *["Bo Lee"] * member]
    assert file.removed.members == (() if member else (("c1", "u2"),))
    assert not file.rejected


def test_an_enrollment_that_begins_later_counts_already(tmp_path: Path) -> None:
    # Rosters are taken in before the school year begins.
    enrollments = TABLES["enrollments"].replace("u2,student,false,,", "u2,student,false,2027-08-03,")
    assert len(read(tmp_path / "x", enrollments=enrollments).sections[0].students) == 2


def test_who_left_and_came_back_is_a_member(tmp_path: Path) -> None:
    file = read(tmp_path / "x", enrollments=TABLES["enrollments"] + "e3,,c1,u2,student,false,,2026-09-01\n")
    assert len(file.sections[0].students) == 2
    assert file.removed.members == ()


def test_who_is_to_be_deleted_has_left(tmp_path: Path) -> None:
    file = read(tmp_path / "x", users=TABLES["users"].replace("u2,,true", "u2,tobedeleted,false"))
    assert names(file.sections[0]) == ["Ava Nez"]
    assert file.removed.students == ("u2",)
    assert file.sections[0].complete
    assert not file.rejected


def test_a_pupil_without_a_login_stays_in_the_class_and_leaves_with_it(tmp_path: Path) -> None:
    users = TABLES["users"].replace("u2,,true", "u2,,false")
    file = read(tmp_path / "x", users=users)
    assert names(file.sections[0]) == ["Ava Nez", "Bo Lee"]
    assert file.removed.students == ()
    assert "1 enrolled students have no login" in file.notes[-1]
    ended = TABLES["enrollments"].replace("e2,,", "e2,tobedeleted,")
    file = read(tmp_path / "x", users=users, enrollments=ended)
    assert file.removed.students == ("u2",)


@pytest.mark.parametrize(
    ("enrollments", "teacher"),
    [
        ("e0,,c1,t2,teacher,false,,\ne1,,c1,t1,teacher,TRUE,,\n", "Dan Brook"),
        ("e1,,c1,t1,teacher,false,,\n", "Dan Brook"),
        ("e0,,c1,t2,teacher,,,\ne1,,c1,t1,teacher,,,\n", None),
        ("e1,tobedeleted,c1,t1,teacher,true,,\ne0,,c1,t2,teacher,true,,\n", "Jo Lind"),
        ("e1,,c1,t1,administrator,true,,\n", None),
    ],
)
def test_the_teacher_is_the_primary_one_or_the_only_one(tmp_path: Path, enrollments: str, teacher: str | None) -> None:
    header = TABLES["enrollments"].splitlines(keepends=True)[0]
    users = TABLES["users"] + "t2,,true,teacher,Jo,Lind,T2,\n"
    file = read(tmp_path / "x", users=users, enrollments=header + enrollments)
    assert file.sections[0].teacher == teacher


def test_in_a_delta_the_only_teacher_named_need_not_be_the_only_one(tmp_path: Path) -> None:
    enrollments = TABLES["enrollments"].replace("teacher,true", "teacher,false")
    assert read(tmp_path / "x", manifest=delta(), enrollments=enrollments).sections[0].teacher is None


def test_a_class_takes_grade_and_title_from_its_course(tmp_path: Path) -> None:
    file = read(
        tmp_path / "x",
        manifest=TABLES["manifest"] + "file.courses,bulk\n",
        classes="sourcedId,title,grades,courseSourcedId,classCode\nc1,,,k1,\nc2,,,,ELEM-4\n",
        courses='sourcedId,title,grades\nk1,Grade 4 Mathematics,"04,05"\n',
    )
    assert [(s.name, s.grade) for s in file.sections] == [("Grade 4 Mathematics", "4, 5"), ("ELEM-4", None)]


def test_a_class_that_ended_is_removed(tmp_path: Path) -> None:
    file = read(tmp_path / "x", classes=TABLES["classes"].replace("c1,,", "c1,tobedeleted,"))
    assert file.sections == ()
    assert file.removed.sections == ("c1",)
    assert not file.rejected


@pytest.mark.parametrize(
    "header", ["metadata.gifted", "metadata.GT", "Metadata.Gifted_Talented", "metadata.isGifted", "gifted"]
)
def test_identified_comes_from_a_column_beside_the_standard_alone(tmp_path: Path, header: str) -> None:
    users = (
        f"sourcedId,givenName,familyName,{header}\nu1,Ava,Nez,Y\nu2,Bo,Lee,false\nu3,Cy,Ray,\nu4,Di,Poe,maths\n"
        "t1,Dan,Brook,\n"
    )
    enrollments = TABLES["enrollments"] + "e3,,c1,u3,student,,,\ne4,,c1,u4,student,,,\n"
    file = read(tmp_path / "x", users=users, enrollments=enrollments)
    assert [student.identified for student in file.sections[0].students] == [True, False, None, None]
    assert file.notes[-2:] == (
        f"identified is taken from the column {header.casefold()} of users.csv",
        f"{header.casefold()} cannot be read for 1 users: left as it is known",
    )


def test_an_identifier_that_two_students_share_tells_nobody_apart(tmp_path: Path) -> None:
    file = read(tmp_path / "x", users=TABLES["users"].replace("0042", "0041"))
    assert [student.school_id for student in file.sections[0].students] == [None, None]
    assert "0041" in file.notes[-1]


# -- manifest --------------------------------------------------------------------------------------------------


def test_without_a_manifest_what_is_there_is_the_whole(tmp_path: Path) -> None:
    file = read(tmp_path / "x", manifest=None)
    assert len(file.sections[0].students) == 2
    assert not file.keep_missing
    assert file.notes[0].startswith("no manifest.csv")


def test_a_delta_keeps_whom_it_does_not_name(tmp_path: Path) -> None:
    assert read(tmp_path / "x", manifest=delta(classes="bulk", users="bulk")).keep_missing
    assert not read(tmp_path / "x", manifest=delta(enrollments="bulk", users="bulk", classes="bulk")).keep_missing


def test_a_delta_leans_on_earlier_deliveries(tmp_path: Path) -> None:
    file = read(
        tmp_path / "x",
        manifest=delta(classes="absent"),
        classes=None,
        users="sourcedId,status,givenName,familyName,role\nu1,active,Ava,Benally,student\nu7,active,Gil,Orr,student\n",
        enrollments="classSourcedId,userSourcedId,role,status\nc1,u9,student,active\nc8,u1,student,tobedeleted\n",
    )
    assert not file.rejected
    assert file.sections == (RosterSection("", "c1", students=(RosterStudent("", source_id="u9"),)),)
    assert [student.name for student in file.others] == ["Ava Benally", "Gil Orr"]
    assert file.removed.members == (("c8", "u1"),)


def test_a_table_that_the_manifest_calls_absent_is_not_read(tmp_path: Path) -> None:
    file = read(tmp_path / "x", manifest=delta(enrollments="absent"))
    assert [(section.name, section.students, section.complete) for section in file.sections] == [("4B", (), False)]
    assert "enrollments.csv is there, and absent by manifest.csv: not read" in file.notes


def test_a_manifest_that_forgets_a_table(tmp_path: Path) -> None:
    file = read(tmp_path / "x", manifest="propertyname,Value\nfile.users,BULK\nfile.classes,full\n")
    assert len(file.sections[0].students) == 2
    assert sum("taken as complete (bulk)" in note for note in file.notes) == 2


@pytest.mark.parametrize(
    ("tables", "reason"),
    [
        ({"users": None}, "manifest.csv names users.csv, which is not there"),
        ({"manifest": None, "enrollments": None}, "enrollments.csv is not there"),
        ({"manifest": delta(users="absent", classes="absent", enrollments="absent")}, "classes.csv is not there"),
        ({"manifest": delta(enrollments="bulk", users="absent")}, "users.csv is not there"),
        ({"manifest": "propertyName,value\noneroster.version,2.0\n"}, "it is OneRoster 2.0; 1.1 and 1.2 can be read"),
        ({"manifest": "what,this\nis,it\n"}, "manifest.csv has no column propertyName"),
        ({"users": "id,name\n1,Ava\n"}, "users.csv has no column sourcedId"),
        ({"classes": ""}, "classes.csv is empty"),
    ],
)
def test_a_delivery_that_is_none_is_refused_with_the_reason(
    tmp_path: Path, tables: dict[str, str | None], reason: str
) -> None:
    assert reason in why(write(tmp_path / "delivery", tables))


# -- rows that cannot be taken ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "row", "reason", "complete"),
    [
        ("enrollments", "e9,,c1,u9,student,,,", "the user u9 is not in users.csv", False),
        ("enrollments", "e9,,c9,u1,student,,,", "the class c9 is not in classes.csv", True),
        ("enrollments", "e9,,c1,u1,,,,", "no role", False),
        ("enrollments", "e9,,,u1,student,,,", "no class", True),
        ("enrollments", "e9,,c1,,student,,,", "no user", False),
        ("enrollments", "e9,maybe,c1,u1,student,,,", "status is 'maybe'; active or tobedeleted is meant", False),
        ("enrollments", "e9,,c1,u1,student,,,05/27/2027", "endDate '05/27/2027' is not a date like 2027-05-27", False),
        ("enrollments", "e9,,c1,u1,student,,,,x", "9 columns where there are 8", False),
        ("enrollments", 'e9,,"c1,u1,student,,,', "has a quotation mark that is not closed", False),
        ("users", ",,true,student,Cy,Ray,1,", "no sourcedId", True),
        ("users", "u1,,true,student,Cy,Ray,1,", "the same sourcedId as a row before", True),
        ("classes", ",,3A,,,,", "no sourcedId", True),
        ("classes", "c1,,3A,,,,", "the same sourcedId as a row before", True),
        ("classes", "c9,,,,,,", "no title", True),
        ("classes", "c9,,\0,,,,", "holds a NUL byte", True),
        ("classes", f"c9,,{'x' * 121},,,,", "the title is longer than 120 characters", True),
    ],
)
def test_a_bad_row_is_rejected_alone(tmp_path: Path, table: str, row: str, reason: str, complete: bool) -> None:
    file = read(tmp_path / "x", **{table: TABLES[table] + row + "\n"})
    line = TABLES[table].count("\n") + 1
    assert [(r.file, r.line, r.reason) for r in file.rejected] == [(f"{table}.csv", line, reason)]
    assert [(section.name, names(section)) for section in file.sections] == [("4B", ["Ava Nez", "Bo Lee"])]
    assert file.sections[0].complete is complete


@pytest.mark.parametrize(
    ("user", "reason"),
    [
        ("u3,,true,student,,,1,", "no name"),
        ("u3,,true,student,{0},{0},1,".format("x" * 60), "the name is longer than 120 characters"),
        ("u3,gone,true,student,Cy,Ray,1,", "status is 'gone'; active or tobedeleted is meant"),
    ],
)
def test_a_user_that_cannot_be_taken_is_told_once_and_only_if_enrolled(tmp_path: Path, user: str, reason: str) -> None:
    users = TABLES["users"] + user + "\n"
    assert not read(tmp_path / "x", users=users).rejected
    more = TABLES["enrollments"] + "e8,,c1,u3,student,,,\ne9,,c1,u3,student,,,\n"
    file = read(tmp_path / "x", users=users, enrollments=more)
    assert [(r.file, r.line, r.reason) for r in file.rejected] == [("users.csv", 5, reason)]
    assert not file.sections[0].complete


def test_enrollments_in_a_class_that_was_rejected_are_not_told_again(tmp_path: Path) -> None:
    file = read(tmp_path / "x", classes=TABLES["classes"].replace("4B", ""))
    assert [rejected.reason for rejected in file.rejected] == ["no title"]
    assert file.sections == ()


# -- zips that are damaged or mean harm ------------------------------------------------------------------------


def test_a_folder_inside_the_zip_and_what_systems_leave_in_it(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", "export/")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("__MACOSX/export/._users.csv", b"\x00\x05\x16\x07")
        archive.writestr("__MACOSX/users.csv", b"\x00")
        archive.writestr("export/demographics.csv", b"\x00")
        archive.writestr("export/old/users.csv", b"\x00")
    assert len(read_oneroster(path, TODAY).sections[0].students) == 2


def test_backslashes_in_a_zip_are_folders_too(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for table, text in TABLES.items():
            info = zipfile.ZipInfo("x.csv")
            info.filename = f"export\\{table}.csv"
            archive.writestr(info, text)
    assert len(read_oneroster(path, TODAY).sections[0].students) == 2


def test_names_that_point_elsewhere_are_left_where_they_are(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip")
    with zipfile.ZipFile(path, "a") as archive:
        for name in ("../users.csv", "/users.csv", "../../etc/passwd", "C:\\users.csv"):
            archive.writestr(name, "evil")
    before = sorted(tmp_path.parent.rglob("*"))
    assert len(read_oneroster(path, TODAY).sections[0].students) == 2
    assert sorted(tmp_path.parent.rglob("*")) == before


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", users=TABLES["users"] + " " * 3_000_000)
    assert why(path) == "a.zip: users.csv is not read, it grows more than 200 times when unpacked, get the file again"


def test_a_file_too_large_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("users.csv", "w") as file:
        for _ in range(65):
            file.write(b"u,u,u,u,u,\n" * 95_326)
    assert "it is larger than 64 MiB" in why(path)


def test_an_entry_that_lies_about_its_size_is_damaged(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", users=TABLES["users"] + " " * 3_000_000)
    data = path.read_bytes()
    size = struct.pack("<L", len(TABLES["users"]) + 3_000_000)
    assert data.count(size) >= 1
    path.write_bytes(data.replace(size, struct.pack("<L", 100)))
    assert "users.csv is not read, it is damaged in the zip" in why(path)


def test_a_locked_zip_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip")
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    path.write_bytes(bytes(data))
    assert "it is locked with a password" in why(path)


def test_zips_that_cannot_be_meant(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "odd.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("users.csv", TABLES["users"])
    assert "it is compressed in an unusual way" in why(tmp_path / "odd.zip")
    with zipfile.ZipFile(zipped(tmp_path / "twice.zip"), "a") as archive:
        archive.writestr("Users.CSV", TABLES["users"])
    assert "it holds users.csv twice" in why(tmp_path / "twice.zip")
    with zipfile.ZipFile(zipped(tmp_path / "two.zip", "a/"), "a") as archive:
        archive.writestr("b/users.csv", TABLES["users"])
    assert "it holds several folders with tables" in why(tmp_path / "two.zip")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("photo.jpg", "x")
    assert "it holds no OneRoster tables" in why(tmp_path / "other.zip")


def test_what_is_no_zip_and_no_folder(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "a.zip").read_bytes()
    for at, data in enumerate((b"", b"Name\nAva\n", whole[: len(whole) // 2], whole[:-30])):
        path = tmp_path / f"{at}.zip"
        path.write_bytes(data)
        assert "it is neither a folder nor a whole zip" in why(path)
    (tmp_path / "empty").mkdir()
    assert "it holds no OneRoster tables" in why(tmp_path / "empty")
    assert "No such file" in why(tmp_path / "nowhere.zip")


def test_a_zip_with_any_byte_wrong_is_read_or_refused(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "a.zip").read_bytes()
    chance = random.Random(20261124)
    path = tmp_path / "broken.zip"
    for _ in range(600):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(bytes(data))
        try:
            read_oneroster(path, TODAY)
        except Refused:
            pass


TROUBLE = st.sampled_from(
    [
        *',"\n\r\0é',
        "c1",
        "u1",
        "u2",
        "student",
        "teacher",
        "tobedeleted",
        "2026-01-01",
        "sourcedId",
        "\ufeff",
        ",,",
        "e1,,c1,u1,student",
    ]
)


@given(st.sampled_from(sorted(TABLES)), st.lists(TROUBLE, max_size=30).map("".join), st.integers(0, 300))
def test_no_text_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, table: str, text: str, at: int) -> None:
    folder = tmp_path_factory.getbasetemp() / "fuzz"
    broken = TABLES[table][:at] + text + TABLES[table][at:]
    try:
        file = read(folder, **{table: broken})
    except Refused:
        return
    known = {"c1", *(section.source_id for section in file.sections)}
    assert all(section.name and section.source_id in known for section in file.sections)
    assert all(rejected.reason and rejected.line > 1 for rejected in file.rejected)
    assert replace(file, notes=()) == replace(read_oneroster(folder, TODAY), notes=())
