from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observe.domain.roster import (
    Existing,
    ExistingMember,
    ExistingSection,
    ExistingStudent,
    ImportPlan,
    Removed,
    RosterFile,
    RosterSection,
    RosterStudent,
    grade_label,
)
from observe.domain.roster_plan import plan_import


def applied(existing: Existing, plan: ImportPlan) -> Existing:
    """What is known once the plan is carried out: as the service does it, a step is the whole new state of its key."""
    sections = {one.id: one for one in existing.sections} | {step.section.id: step.section for step in plan.sections}
    students = {one.id: one for one in existing.students} | {step.student.id: step.student for step in plan.students}
    members = {(one.section_id, one.student_id): one for one in existing.members}
    members |= {(step.member.section_id, step.member.student_id): step.member for step in plan.members}
    return Existing(list(sections.values()), list(students.values()), list(members.values()))


def one(*students: RosterStudent, name: str = "4B", keep_missing: bool = False, complete: bool = True) -> RosterFile:
    return RosterFile((RosterSection(name, students=students, complete=complete),), keep_missing=keep_missing)


def known(*students: ExistingStudent, inactive: tuple[str, ...] = (), group: str | None = None) -> Existing:
    members = [ExistingMember("s1", student.id, student.id not in inactive, group) for student in students]
    return Existing([ExistingSection("s1", "4B")], list(students), members)


def actions(plan: ImportPlan) -> dict[str, Counter[str]]:
    return {
        "sections": Counter(step.action for step in plan.sections),
        "students": Counter(step.action for step in plan.students),
        "members": Counter(step.action for step in plan.members),
    }


AVA = ExistingStudent("a", "Ava Benally", school_id="004311")
EMMA = ExistingStudent("e", "Emma Nguyen", school_id="004318")
TASHI = ExistingStudent("t", "Tashi")


def test_a_first_file_adds_everything() -> None:
    plan = plan_import(Existing(), one(RosterStudent("Ava Benally", "004311", group="Owls"), RosterStudent("Tashi")))
    assert actions(plan) == {
        "sections": Counter(add=1),
        "students": Counter(add=2),
        "members": Counter(add=2),
    }
    assert plan.members[0].member.group == "Owls"
    assert len({step.student.id for step in plan.students} | {plan.sections[0].section.id}) == 3


def test_ids_of_what_is_added_come_from_the_caller() -> None:
    plan = plan_import(Existing(), one(RosterStudent("Tashi")), new_id=lambda row: f"id of {row.name}")
    assert plan.sections[0].section.id == "id of 4B"
    assert plan.members[0].member == ExistingMember("id of 4B", "id of Tashi", True, None)


def test_a_student_is_known_by_school_id_in_any_section_under_any_name() -> None:
    plan = plan_import(known(AVA), one(RosterStudent("Ava Benally-Nez", "004311"), name="5 Math"))
    assert plan.students[0].action == "update"
    assert (plan.students[0].student.id, plan.students[0].changed) == ("a", ("name",))
    assert plan.members[0].action == "add"
    assert len(plan.members) == 1  # 4B is not in the file: nobody has left it


def test_a_student_is_known_by_source_id_when_the_school_id_is_new() -> None:
    before = replace(AVA, source_id="s-1", school_id=None)
    plan = plan_import(known(before), one(RosterStudent("Ava Benally", "004311", source_id="s-1")))
    assert plan.students[0].student == replace(before, school_id="004311")


def test_the_school_id_counts_more_than_the_source_id() -> None:
    old = ExistingStudent("o", "Ava Benally", source_id="s-9")
    existing = Existing([], [old, AVA], [])
    plan = plan_import(existing, one(RosterStudent("Ava Benally", "004311", source_id="s-9")))
    assert plan.students[0].student.id == "a"
    assert [(p.student_id, p.other_id, p.reason) for p in plan.proposals] == [("a", "o", "same id")]


def test_without_an_id_the_name_within_the_section_tells() -> None:
    plan = plan_import(known(TASHI), one(RosterStudent("Tashi", grade="4")))
    assert plan.students[0].student == replace(TASHI, grade="4")
    assert plan.members[0].action == "same"


@pytest.mark.parametrize("other", ["tashi", "Täshi", "Tashi D"])
def test_a_name_that_is_only_like_it_is_another(other: str) -> None:
    assert plan_import(known(TASHI), one(RosterStudent(other))).students[0].action == "add"


def test_the_same_name_in_another_section_is_only_proposed() -> None:
    plan = plan_import(known(TASHI), one(RosterStudent("Tashi"), name="5 Math"))
    assert plan.students[0].action == "add"
    assert [(p.other_id, p.reason) for p in plan.proposals] == [("t", "same name")]


def test_an_id_given_later_goes_to_the_child_of_that_name() -> None:
    plan = plan_import(known(TASHI), one(RosterStudent("Tashi", "004400")))
    assert plan.students[0].student == replace(TASHI, school_id="004400")


def test_two_of_one_name_with_ids_stay_two() -> None:
    file = one(RosterStudent("Emma Nguyen", "004318"), RosterStudent("Emma Nguyen", "004220"))
    plan = plan_import(known(EMMA), file)
    assert [(step.action, step.student.school_id) for step in plan.students] == [("same", "004318"), ("add", "004220")]
    assert plan.proposals == ()


def test_two_rows_of_one_name_without_ids_never_become_one() -> None:
    file = one(RosterStudent("Tashi"), RosterStudent("Tashi"))
    first = plan_import(Existing(), file)
    assert actions(first)["students"] == Counter(add=2)
    again = plan_import(applied(Existing(), first), file)
    assert not again.changes
    assert len({step.student.id for step in again.students}) == 2


def test_a_row_without_id_does_not_take_the_child_whose_id_another_row_has() -> None:
    file = one(RosterStudent("Emma Nguyen"), RosterStudent("Emma Nguyen", "004318"))
    plan = plan_import(known(EMMA), file)
    assert [step.action for step in plan.students] == ["add", "same"]
    assert not plan_import(applied(known(EMMA), plan), file).changes


def test_two_rows_whose_ids_name_the_same_child_do_not_become_one() -> None:
    existing = known(replace(AVA, source_id="s-1"))
    file = one(RosterStudent("Ada Benally", source_id="s-1"), RosterStudent("Ava Benally", "004311", source_id="s-2"))
    plan = plan_import(existing, file)
    assert [(step.action, step.student.name) for step in plan.students] == [
        ("add", "Ada Benally"),
        ("update", "Ava Benally"),
    ]


def test_two_of_one_name_in_one_section_are_not_proposed_as_one() -> None:
    assert plan_import(Existing(), one(RosterStudent("Tashi"), RosterStudent("Tashi"))).proposals == ()


def test_who_of_two_has_left_is_not_guessed() -> None:
    other = replace(TASHI, id="u")
    plan = plan_import(known(TASHI, other), one(RosterStudent("Tashi")))
    assert not plan.changes
    assert [(u.section, u.student) for u in plan.unclear] == [("4B", "Tashi")]


def test_who_is_told_apart_in_another_section_is_told_apart_in_all() -> None:
    other = replace(TASHI, id="u")
    existing = Existing(
        [ExistingSection("s1", "4B"), ExistingSection("s2", "Math")],
        [TASHI, other],
        [ExistingMember("s1", "t", True), ExistingMember("s1", "u", True), ExistingMember("s2", "u", True)],
    )
    tashi = RosterStudent("Tashi", "004400")
    sections = RosterSection("4B", students=(RosterStudent("Tashi"), tashi)), RosterSection("Math", students=(tashi,))
    plan = plan_import(existing, RosterFile(sections))
    assert [(step.student.id, step.student.school_id) for step in plan.students] == [("t", None), ("u", "004400")]
    assert {step.action for step in plan.members} == {"same"}
    assert plan.unclear == ()


def test_every_row_of_a_child_that_cannot_be_told_is_named_and_nobody_leaves_for_it() -> None:
    other, mathematician = replace(TASHI, id="u"), replace(TASHI, id="v", school_id="004401")
    existing = Existing(
        [ExistingSection("s1", "4B"), ExistingSection("s2", "Math")],
        [TASHI, other, mathematician],
        [ExistingMember("s1", "t", True), ExistingMember("s1", "u", True), ExistingMember("s2", "v", True)],
    )
    tashi = RosterStudent("Tashi", "004400")
    sections = RosterSection("4B", students=(RosterStudent("Tashi"), tashi)), RosterSection("Math", students=(tashi,))
    plan = plan_import(existing, RosterFile(sections))
    assert not plan.changes
    assert [unclear.section for unclear in plan.unclear] == ["4B", "4B", "Math"]


def test_who_is_found_elsewhere_in_the_file_does_not_stay_for_a_namesake() -> None:
    third, fourth = replace(TASHI, id="3", grade="3"), replace(TASHI, id="4", grade="4")
    gone = ExistingStudent("g", "Tashi", school_id="9")
    sections = (
        RosterSection("4B", students=(RosterStudent("Tashi", grade="5"), RosterStudent("Tashi", grade="6"))),
        RosterSection("Math", students=(RosterStudent("Tashi", "9"),)),
    )
    plan = plan_import(known(third, fourth, gone), RosterFile(sections))
    assert [step.member.student_id for step in plan.members if step.action == "deactivate"] == ["g"]
    assert len(plan.unclear) == 2


def test_of_two_the_one_who_still_is_here_is_meant() -> None:
    other = replace(TASHI, id="u")
    plan = plan_import(known(TASHI, other, inactive=("t",)), one(RosterStudent("Tashi")))
    assert not plan.changes
    assert plan.students[0].student.id == "u"


def test_of_two_the_one_who_equals_the_row_is_meant() -> None:
    third, fourth = replace(TASHI, id="3", grade="3"), replace(TASHI, id="4", grade="4")
    plan = plan_import(known(third, fourth), one(RosterStudent("Tashi", grade="4")))
    assert [(step.action, step.member.student_id) for step in plan.members] == [("same", "4"), ("deactivate", "3")]


def test_two_of_one_name_who_both_changed_are_left_alone() -> None:
    second, third = replace(TASHI, id="2", grade="2"), replace(TASHI, id="3", grade="3")
    plan = plan_import(known(second, third), one(RosterStudent("Tashi", grade="5"), RosterStudent("Tashi", grade="6")))
    assert not plan.changes
    assert len(plan.unclear) == 2


def test_a_third_of_the_name_is_added_beside_the_two() -> None:
    third, fourth = replace(TASHI, id="3", grade="3"), replace(TASHI, id="4", grade="4")
    rows = [RosterStudent("Tashi", grade=grade) for grade in "543"]
    plan = plan_import(known(third, fourth), one(*rows))
    assert [(step.action, step.student.grade) for step in plan.students] == [("add", "5"), ("same", "4"), ("same", "3")]


def test_zeros_that_a_spreadsheet_took_away_make_nobody_new() -> None:
    plan = plan_import(known(AVA), one(RosterStudent("Ava Benally", "4311")))
    assert not plan.changes
    back = plan_import(known(replace(AVA, school_id="4311")), one(RosterStudent("Ava Benally", "004311")))
    assert back.students[0].student == AVA


def test_another_id_is_another_child_and_proposed_when_the_old_one_drops_out() -> None:
    plan = plan_import(known(AVA), one(RosterStudent("Ava Benally", "004999")))
    assert plan.students[0].action == "add"
    assert plan.members[-1] == replace(plan.members[-1], action="deactivate")
    assert [p.other_id for p in plan.proposals] == ["a"]


def test_nobody_is_proposed_whose_id_speaks_against_it() -> None:
    plan = plan_import(known(EMMA), one(RosterStudent("Emma Nguyen", "004220"), name="3A"))
    assert plan.proposals == ()


def test_who_is_missing_becomes_inactive_and_comes_back() -> None:
    left = plan_import(known(AVA, EMMA), one(RosterStudent("Ava Benally", "004311")))
    assert [(s.action, s.member) for s in left.members if s.action != "same"] == [
        ("deactivate", ExistingMember("s1", "e", False))
    ]
    after = applied(known(AVA, EMMA), left)
    back = plan_import(after, one(RosterStudent("Ava Benally", "004311"), RosterStudent("Emma Nguyen", "004318")))
    assert [(s.action, s.member.student_id) for s in back.members] == [("same", "a"), ("reactivate", "e")]


@pytest.mark.parametrize(
    ("file", "keep"),
    [
        (one(RosterStudent("Ava Benally", "004311")), True),
        (one(RosterStudent("Ava Benally", "004311"), keep_missing=True), False),
        (one(RosterStudent("Ava Benally", "004311"), complete=False), False),
    ],
)
def test_the_missing_stay_when_asked_in_a_delta_and_beside_rejected_rows(file: RosterFile, keep: bool) -> None:
    assert not plan_import(known(AVA, EMMA), file, keep).changes


def test_a_blank_erases_nothing() -> None:
    full = replace(AVA, source_id="s-1", grade="4", identified=True, area="math")
    existing = Existing(
        [ExistingSection("s1", "4B", "c-1", "Dan Brook", "17", "AM", "4")],
        [full],
        [ExistingMember("s1", "a", True, "Owls")],
    )
    file = RosterFile((RosterSection("4B", teacher="", students=(RosterStudent("Ava Benally", "004311", group=""),)),))
    assert not plan_import(existing, file).changes


def test_no_is_an_answer_and_not_a_blank() -> None:
    plan = plan_import(
        known(replace(AVA, identified=True)), one(RosterStudent("Ava Benally", "004311", identified=False))
    )
    assert plan.students[0].changed == ("identified",)
    assert plan.students[0].student.identified is False


def test_another_group_is_an_update_of_the_membership_alone() -> None:
    plan = plan_import(known(AVA, group="Owls"), one(RosterStudent("Ava Benally", "004311", group="Wrens")))
    assert plan.students[0].action == "same"
    assert [(step.action, step.member.group) for step in plan.members] == [("update", "Wrens")]


def test_one_student_in_two_sections_is_one_student() -> None:
    ava = RosterStudent("Ava Benally", "004311", group="Owls")
    sections = (
        RosterSection("4B", students=(ava,)),
        RosterSection("Math", students=(replace(ava, group="Red", grade="4"),)),
    )
    plan = plan_import(Existing(), RosterFile(sections))
    assert [step.student.grade for step in plan.students] == ["4"]
    assert [step.member.group for step in plan.members] == ["Owls", "Red"]


def test_nameless_ids_in_two_sections_are_two_and_proposed() -> None:
    tashi = RosterStudent("Tashi")
    plan = plan_import(
        Existing(), RosterFile((RosterSection("4B", students=(tashi,)), RosterSection("Math", students=(tashi,))))
    )
    assert len(plan.students) == 2
    assert len(plan.proposals) == 1


# -- sections --------------------------------------------------------------------------------------------------


def test_a_section_is_known_by_source_id_and_follows_its_new_name() -> None:
    existing = Existing([ExistingSection("s1", "4B", "c-1")])
    plan = plan_import(existing, RosterFile((RosterSection("4B Homeroom", "c-1", room="17"),)))
    assert plan.sections[0].section == ExistingSection("s1", "4B Homeroom", "c-1", room="17")


def test_of_two_sections_with_one_source_id_every_device_takes_the_same() -> None:
    pair = [ExistingSection("s1", "4B", "c-1"), ExistingSection("s2", "4B", "c-1")]
    for sections in (pair, pair[::-1]):
        plan = plan_import(Existing(sections), RosterFile((RosterSection("4B", "c-1"),)))
        assert [step.section.id for step in plan.sections] == ["s1"]


def test_a_section_is_known_by_its_name_in_other_letters_or_by_its_id() -> None:
    existing = Existing([ExistingSection("s1", "4B", "c-1")])
    for name in ("4b", "s1"):
        plan = plan_import(existing, one(name=name))
        assert [(step.action, step.section.name) for step in plan.sections] == [("same", "4B")]


def test_the_same_name_with_another_source_id_is_next_years_class() -> None:
    existing = Existing([ExistingSection("s1", "4B", "c-2026")])
    assert plan_import(existing, RosterFile((RosterSection("4B", "c-2027"),))).sections[0].action == "add"


def test_a_name_that_two_sections_have_is_not_guessed() -> None:
    existing = Existing([ExistingSection("s1", "4B", "c-1"), ExistingSection("s2", "4B", "c-2")])
    plan = plan_import(existing, one(RosterStudent("Tashi")))
    assert not plan.changes
    assert plan.unclear[0].reason == "2 sections have this name"


def test_three_classes_of_one_title_are_three_sections() -> None:
    file = RosterFile(tuple(RosterSection("Math", f"c-{n}") for n in range(3)))
    first = plan_import(Existing([ExistingSection("s1", "Math")]), file)
    assert actions(first)["sections"] == Counter(add=3)
    assert not plan_import(applied(Existing(), first), file).changes


# -- what a file says outright ---------------------------------------------------------------------------------

SOURCED = Existing(
    [ExistingSection("s1", "4B", "c-1"), ExistingSection("s2", "Math", "c-2")],
    [ExistingStudent("a", "Ava", source_id="u-1"), ExistingStudent("e", "Emma", source_id="u-2")],
    [ExistingMember("s1", "a", True), ExistingMember("s2", "a", True), ExistingMember("s1", "e", True)],
)


def gone(removed: Removed, *sections: RosterSection) -> list[tuple[str, str]]:
    plan = plan_import(SOURCED, RosterFile(sections, keep_missing=True, removed=removed))
    return [(s.member.section_id, s.member.student_id) for s in plan.members if s.action == "deactivate"]


def test_a_delta_takes_out_whom_it_names() -> None:
    assert gone(Removed()) == []
    assert gone(Removed(members=(("c-1", "u-1"), ("c-9", "u-1"), ("c-1", "u-9")))) == [("s1", "a")]
    assert gone(Removed(students=("u-1",))) == [("s1", "a"), ("s2", "a")]
    assert gone(Removed(sections=("c-1",))) == [("s1", "a"), ("s1", "e")]


def test_an_ended_section_is_named_in_the_plan() -> None:
    assert plan_import(SOURCED, RosterFile((), removed=Removed(sections=("c-2", "c-9")))).ended_sections == ("s2",)


def test_who_is_put_in_and_taken_out_by_one_file_is_in() -> None:
    section = RosterSection("4B", "c-1", students=(RosterStudent("Ava", source_id="u-1"),))
    assert gone(Removed(members=(("c-1", "u-1"),)), section) == []


def test_a_delta_leans_on_what_is_known() -> None:
    section = RosterSection(
        "", "c-2", students=(RosterStudent("", source_id="u-2"), RosterStudent("", source_id="u-9"))
    )
    plan = plan_import(SOURCED, RosterFile((section, RosterSection("", "c-9")), keep_missing=True))
    assert plan.sections[0].section.name == "Math"
    assert [(s.action, s.member.student_id) for s in plan.members] == [("add", "e")]
    assert {unclear.student or unclear.section for unclear in plan.unclear} == {"u-9", "c-9"}
    assert len(plan.sections) == len(plan.students) == 1


def test_students_outside_any_section_update_and_add_nobody() -> None:
    others = (RosterStudent("Ava Nez", source_id="u-1"), RosterStudent("New", source_id="u-9"))
    plan = plan_import(SOURCED, RosterFile((), others=others))
    assert [(step.action, step.student.name) for step in plan.students] == [("update", "Ava Nez")]
    assert plan.members == ()


def test_two_devices_that_took_the_same_file_in_settle_on_one_of_the_pair() -> None:
    twin = replace(AVA, id="b")
    file = one(RosterStudent("Ava Benally", "004311"))
    for students in ([AVA, twin], [twin, AVA]):
        plan = plan_import(Existing([], students, []), file)
        assert plan.students[0].student.id == "a"
        assert [(p.student_id, p.other_id) for p in plan.proposals] == [("a", "b")]


# -- always ----------------------------------------------------------------------------------------------------

ids = st.sampled_from([None, "1", "01", "2", "3"])
rows = st.builds(
    RosterStudent,
    st.sampled_from(["Tashi", "Emma", "Ava"]),
    ids,
    st.sampled_from([None, "3", "4"]),
    st.sampled_from([None, True, False]),
    group=st.sampled_from([None, "Owls"]),
)
# As the readers give them: an id stands once in a section, and always with the same values.
students_of = st.lists(rows, max_size=5).map(
    lambda many: tuple({row.school_id or position: row for position, row in enumerate(many)}.values())
)
sections = st.lists(st.tuples(st.sampled_from(["4B", "Math", "3A"]), students_of), max_size=3, unique_by=lambda s: s[0])
files = sections.map(lambda many: RosterFile(tuple(RosterSection(name, students=rows) for name, rows in many)))


@given(st.lists(files, max_size=3), files)
def test_the_same_file_again_changes_nothing(history: list[RosterFile], file: RosterFile) -> None:
    existing, number = Existing(), 0

    def new_id(_: object) -> str:
        nonlocal number
        number += 1
        return f"id{number * 7 % 101}-{number}"

    for earlier in history:
        existing = applied(existing, plan_import(existing, earlier, new_id=new_id))
    plan = plan_import(existing, file, new_id=new_id)
    after = applied(existing, plan)
    again = plan_import(after, file, new_id=new_id)
    assert not again.changes

    # Nobody is lost, nobody invented, and no two rows of a section are one student.
    assert len(after.students) == len(existing.students) + sum(step.action == "add" for step in plan.students)
    pairs = [(s.member.section_id, s.member.student_id) for s in plan.members if s.action != "deactivate"]
    assert len(pairs) == len(set(pairs))
    assert len(pairs) + len(plan.unclear) >= sum(len(section.students) for section in file.sections)
    assert {member.student_id for member in after.members} <= {student.id for student in after.students}


def test_grades_are_written_as_people_say_them() -> None:
    assert [grade_label(text) for text in ("04", "4", "04,05", "KG", "kg", "10", "00", "", "PK", "4th")] == [
        *("4", "4", "4, 5", "K", "K", "10", "0", "", "PK", "4th")
    ]
