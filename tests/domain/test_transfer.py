"""What is taken up: against a slow reading of the same days, one after the other."""

from hypothesis import given
from hypothesis import strategies as st

from observe.domain.transfer import Ran, taken_up, transferred

PRACTICES = (("strategy", "tiered"), ("strategy", "minilesson"))
days = st.integers(1, 9)
ran = st.lists(st.tuples(st.sampled_from(PRACTICES), days, st.sampled_from(["me", "teacher", "both"])), max_size=12)
said = st.lists(st.tuples(st.sampled_from(PRACTICES), days), max_size=5)


def named(day: int) -> str:
    return f"2026-11-{day:02}"


@given(ran, said)
def test_a_transfer_is_what_the_teacher_runs_alone_after_she_had_a_part_in_it(ran: list, said: list) -> None:
    # Two visits of a day are told apart by their hour.
    rows = taken_up(
        [Ran(practice, day * 100 + i, named(day), by) for i, (practice, day, by) in enumerate(ran)],
        [(practice, named(day)) for practice, day in said],
    )
    seen = told = shown = 0
    for practice in PRACTICES:
        events = sorted((day * 100 + i, day, by) for i, (of, day, by) in enumerate(ran) if of == practice)
        first = next(((at, day) for at, day, by in events if by != "teacher"), None)
        if first is None:
            continue
        earlier = [at for at, _, by in events if by == "teacher" and at < first[0]]
        earlier += [day for of, day in said if of == practice and day <= first[1]]
        if earlier:
            continue
        shown += 1
        if any(by == "teacher" for _, _, by in events):
            seen += 1
        elif any(of == practice for of, _ in said):
            told += 1
    assert transferred(rows) == {"shown": shown, "seen": seen, "said": told}


def test_what_was_said_is_never_added_to_what_was_seen() -> None:
    tiered = PRACTICES[0]
    (row,) = taken_up([Ran(tiered, 1, named(3), "me"), Ran(tiered, 2, named(5), "teacher")], [(tiered, named(6))])
    assert (row.alone, row.said) == ((named(5),), (named(6),))
    assert transferred([row]) == {"shown": 1, "seen": 1, "said": 0}
    assert row.stage == "alone"


def test_what_the_teacher_ran_first_is_the_teachers_own() -> None:
    tiered = PRACTICES[0]
    (row,) = taken_up([Ran(tiered, 1, named(3), "teacher"), Ran(tiered, 2, named(5), "me")], [])
    assert row.own
    assert not row.shown
    (row,) = taken_up([Ran(tiered, 2, named(5), "me")], [(tiered, named(5))])
    assert row.own  # of one day nobody knows which was first
