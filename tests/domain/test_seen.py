"""Who is to be seen next, against a slow sorting by hand."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from observe.domain.model import Student
from observe.domain.seen import never, sights, to_see

CLASS = tuple(Student(f"s{i}", f"Name {i}", "c", i != 5, seat=i) for i in range(1, 8))
looks = st.lists(st.tuples(st.integers(1, 7), st.integers(100, 120)), max_size=14)


@settings(max_examples=150)
@given(looks, st.lists(st.sets(st.integers(1, 7)), max_size=3), st.dictionaries(st.integers(1, 7), st.integers(1, 99)))
def test_the_fewest_come_first_then_the_one_unseen_longest_then_the_seat(
    made: list[tuple[int, int]], here: list[set[int]], before: dict[int, int]
) -> None:
    counted = {f"s{i}": (sum(w == i for w, _ in made), max(at for w, at in made if w == i)) for i, _ in made}
    rows = sights(CLASS, counted, [[f"s{i}" for i in one] for one in here], {f"s{i}": at for i, at in before.items()})
    n = Counter(i for i, _ in made)
    left = {i: n[i] for i in (1, 2, 3, 4, 6, 7)}
    last = {i: max([at for w, at in made if w == i], default=before.get(i, -1)) for i in left}
    expected = []
    while left:  # the least of those that are left, by hand
        least = min(left.values())
        of_least = [i for i in left if left[i] == least]
        oldest = min(last[i] for i in of_least)
        chosen = next(i for i in of_least if last[i] == oldest)
        expected.append(chosen)
        del left[chosen]
    assert [row.student.id for row in rows] == [f"s{i}" for i in expected]
    assert [row.n for row in rows] == [n[i] for i in expected]
    assert [row.visits for row in rows] == [sum(i in one for one in here) for i in expected]
    assert [row.last_at for row in rows] == [None if last[i] < 0 else last[i] for i in expected]
    assert [row.student.id for row in never(rows)] == [f"s{i}" for i in expected if not n[i]]
    named = [row.student.id for row in to_see(rows)]
    assert named == [row.student.id for row in rows][: len(named)]
    assert len(named) <= 3
    middle = sorted(n[i] for i in expected)[2]  # of six the lower one of the middle two
    assert named == [f"s{i}" for i in expected if any(n[j] for j in expected) and (n[i] < middle or not n[i])][:3]


def test_where_all_were_seen_alike_nobody_is_named() -> None:
    rows = sights(CLASS, {s.id: (2, 100) for s in CLASS}, [], {})
    assert to_see(rows) == ()
    assert to_see(sights(CLASS, {}, [], {})) == ()  # nor where nobody was
    assert to_see(()) == ()
