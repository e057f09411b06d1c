"""Orders of a pass, moments of a cue, focal deals: what is promised of each, and that a seed says it all."""

from collections import Counter
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from observe.domain import sampling
from observe.domain.model import Observation

CLASS = tuple(f"s{i}" for i in range(25))
MINUTE = 60_000

some = st.lists(st.sampled_from(CLASS), unique=True, max_size=25)
seen = st.lists(st.tuples(st.integers(0, 40), st.sampled_from([*CLASS, "guest", None])), max_size=60)


def look(at: int, student: str | None) -> Observation:
    return Observation(f"o{at}", at, "engagement", "deep", student)


# -- orders -----------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(students=some, looks=seen, seed=st.integers(0, 2**31 - 1), order=st.sampled_from((*sampling.ORDERS, "unseen")))
def test_every_order_goes_over_everyone_once(
    students: list[str], looks: list[tuple[int, str | None]], seed: int, order: str
) -> None:
    found = sampling.ordered(order, students, [look(*one) for one in looks], seed)
    assert sorted(found) == sorted(students)
    if order == "seat":
        assert list(found) == students


@settings(max_examples=100)
@given(students=some, looks=seen)
def test_least_seen_first_is_what_a_slow_reader_finds(students: list[str], looks: list[tuple[int, str | None]]) -> None:
    """One after the other is taken out: of those with the fewest, the one seen longest ago, and of equals the seat."""
    left, expected = list(students), []
    while left:
        counts = {who: sum(student == who for _, student in looks) for who in left}
        fewest = [who for who in left if counts[who] == min(counts.values())]
        ago = {who: max((at for at, student in looks if student == who), default=0) for who in fewest}
        expected.append(next(who for who in fewest if ago[who] == min(ago.values())))
        left.remove(expected[-1])
    assert list(sampling.least_seen(students, [look(*one) for one in looks])) == expected


def test_the_seed_alone_decides_a_random_order() -> None:
    first = sampling.shuffled(CLASS, 7)
    assert first == sampling.shuffled(reversed(CLASS), 7)
    assert first not in (CLASS, sampling.shuffled(CLASS, 8))
    # Written down: a seed in a log of years ago must still say the order.
    # `printf '4\nana' | sha256sum` and so on, sorted.
    assert sampling.shuffled(("ana", "bo", "cy", "di"), 4) == ("ana", "bo", "di", "cy")


def test_everybody_comes_in_every_place_about_as_often() -> None:
    """2,000 orders of five: 400 each, give or take; a chi-square of 16 cells is under 45 but for 1 in 7,000."""
    places = Counter((who, i) for seed in range(2000) for i, who in enumerate(sampling.shuffled(CLASS[:5], seed)))
    assert len(places) == 25
    assert sum((n - 400) ** 2 / 400 for n in places.values()) < 45


# -- cues ---------------------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(seed=st.text(max_size=9), n=st.integers(0, 6), minutes=st.integers(1, 90))
def test_one_cue_in_each_equal_part_of_the_visit(seed: str, n: int, minutes: int) -> None:
    length = minutes * MINUTE
    found = sampling.cues(seed, n, length)
    assert found == sampling.cues(seed, n, length)
    assert len(found) == n
    for i, at in enumerate(found):
        assert i * length // n <= at < (i + 1) * length / n


def test_a_cue_comes_at_any_moment_of_its_part() -> None:
    """The mean of 2,000 draws in a part of ten minutes is five, give or take 12 seconds (4 standard errors: 15)."""
    firsts, seconds = zip(*(sampling.cues(seed, 2, 20 * MINUTE) for seed in range(2000)), strict=True)
    assert abs(sum(firsts) / 2000 - 5 * MINUTE) < 15_000
    assert abs(sum(seconds) / 2000 - 15 * MINUTE) < 15_000
    assert min(firsts) < 5_000
    assert max(seconds) > 20 * MINUTE - 5_000


def test_a_cue_is_answered_by_a_pass_that_begins_within_two_minutes() -> None:
    cue = 10 * MINUTE
    for begun, is_answer in ((cue - 1, False), (cue, True), (cue + 2 * MINUTE, True), (cue + 2 * MINUTE + 1, False)):
        assert sampling.answered([cue], [begun]) == is_answer
    assert sampling.answered([cue, 20 * MINUTE, 30 * MINUTE], [cue + 5, cue + 9, 31 * MINUTE]) == 2


# -- focal deals ----------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**31 - 1),
    here=st.lists(st.lists(st.sampled_from(CLASS), unique=True, min_size=1), min_size=1, max_size=12),
    identified=st.frozensets(st.sampled_from(CLASS), max_size=8),
)
def test_a_deal_is_of_those_dealt_least_often(seed: int, here: list[list[str]], identified: frozenset[str]) -> None:
    """Whoever is here; nobody is dealt who was dealt more often than somebody who is left out, of the identified ones
    and of the others."""
    before: list[tuple[str, ...]] = []
    for students in here:
        dealt = sampling.deal(students, before, seed, identified)
        assert len(dealt) == len(set(dealt)) == min(6, len(students))
        assert set(dealt) <= set(students)
        times = Counter(who for one in before for who in one)
        for known in (True, False):
            out = [times[who] for who in students if who not in dealt and (who in identified) is known]
            came = [times[who] for who in dealt if (who in identified) is known]
            assert not out or not came or max(came) <= min(out)
        assert dealt == sampling.deal(list(reversed(students)), before, seed, identified)
        before.append(dealt)


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**31 - 1),
    here=st.lists(st.lists(st.sampled_from(CLASS), unique=True, min_size=1), min_size=1, max_size=12),
    identified=st.frozensets(st.sampled_from(CLASS), max_size=12),
)
def test_identified_students_and_the_others_take_turns_while_there_are_both(
    seed: int, here: list[list[str]], identified: frozenset[str]
) -> None:
    before: list[tuple[str, ...]] = []
    for students in here:
        dealt = sampling.deal(students, before, seed, identified)
        which = [who in identified for who in dealt]
        both = min(sum(who in identified for who in students), sum(who not in identified for who in students), 3)
        assert min(sum(which), len(which) - sum(which)) == both
        turns = which[: 2 * both]
        assert all(one is not next_one for one, next_one in pairwise(turns))
        assert len(set(which[2 * both :])) < 2  # then those of whom there are more
        before.append(dealt)
    if all(set(students) & identified and set(students) - identified for students in here):
        begins = [dealt[0] in identified for dealt in before]
        assert all(one is not next_one for one, next_one in pairwise(begins))


def test_either_begins_the_first_deal_as_the_seed_says() -> None:
    """500 of 1,000, give or take 5 standard deviations of 15.8."""
    known = frozenset(CLASS[:8])
    assert abs(sum(sampling.deal(CLASS, [], seed, known)[0] in known for seed in range(1000)) - 500) < 79


def test_everybody_is_dealt_once_before_anybody_twice_and_the_seed_decides_the_rest() -> None:
    firsts = Counter[str]()
    for seed in range(1000):
        before: list[tuple[str, ...]] = []
        for _ in range(4):
            before.append(sampling.deal(CLASS, before, seed, frozenset()))
        assert len({who for one in before for who in one}) == 24
        firsts.update(before[0])
    # 6 of 25 each time: 240, give or take 5 standard deviations of 13.5.
    assert all(abs(n - 240) < 68 for n in firsts.values())
    assert len(firsts) == 25
