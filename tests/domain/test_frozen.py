"""Values of `domain/frozen.py` beside the standard `dataclass(frozen=True, slots=True)`: nobody can tell them apart."""

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observe.domain.frozen import dataclass as ours

Maker = Callable[..., Any]
MAKERS = pytest.mark.parametrize("maker", [dataclasses.dataclass, ours], ids=["standard", "ours"])


@ours(frozen=True, slots=True)
class Point:
    """A value that can be pickled: it stands at the top of a module."""

    x: int
    y: int = 2
    seen: list[int] = dataclasses.field(default_factory=list)


def made(maker: Maker) -> Any:
    """A class with one field of each sort, a property, and one method of its own that would otherwise be made."""

    class Named:
        """A value."""

        name: str
        place: int = 7
        tags: tuple[str, ...] = ()
        facts: dict[str, int] = dataclasses.field(default_factory=dict)

        @property
        def loud(self) -> str:
            return self.name.upper()

    return maker(frozen=True, slots=True)(Named)


@MAKERS
def test_it_is_made_called_and_asked_like_the_standard_one(maker: Maker) -> None:
    cls = made(maker)
    value = cls("Ana", tags=("a",))
    assert (value.name, value.place, value.tags, value.facts, value.loud) == ("Ana", 7, ("a",), {}, "ANA")
    assert repr(value).endswith("Named(name='Ana', place=7, tags=('a',), facts={})")
    assert [field.name for field in dataclasses.fields(cls)] == ["name", "place", "tags", "facts"]
    assert dataclasses.is_dataclass(value)
    assert dataclasses.asdict(value) == {"name": "Ana", "place": 7, "tags": ("a",), "facts": {}}
    assert dataclasses.replace(value, place=8) == cls("Ana", 8, ("a",))
    assert cls.__match_args__ == ("name", "place", "tags", "facts")
    assert list(inspect.signature(cls).parameters) == ["name", "place", "tags", "facts"]
    assert cls.__doc__ == "A value."
    assert not hasattr(value, "__dict__")
    assert cls("Ana").facts is not cls("Ana").facts


@MAKERS
def test_nothing_of_it_can_be_changed(maker: Maker) -> None:
    value = made(maker)("Ana")
    for change in (lambda: setattr(value, "name", "B"), lambda: delattr(value, "name")):
        with pytest.raises(dataclasses.FrozenInstanceError, match="'name'"):
            change()
    assert value.name == "Ana"


@MAKERS
@pytest.mark.parametrize(
    ("args", "words"), [({}, "missing 1 required"), ({"name": "", "age": 1}, "unexpected keyword")]
)
def test_a_wrong_call_is_refused_by_name(maker: Maker, args: dict[str, Any], words: str) -> None:
    with pytest.raises(TypeError, match=rf"Named.__init__\(\).*{words}"):
        made(maker)(**args)


@MAKERS
def test_what_a_class_says_of_itself_stays(maker: Maker) -> None:
    class Quiet:
        """A value that is not to be printed."""

        secret: str

        def __repr__(self) -> str:
            return "Quiet(...)"

    assert repr(maker(frozen=True, slots=True)(Quiet)("k")) == "Quiet(...)"


@MAKERS
def test_values_of_two_classes_are_never_the_same(maker: Maker) -> None:
    one, other = made(maker), made(maker)
    assert one("Ana") == one("Ana")
    assert one("Ana") != other("Ana")
    assert one("Ana") != ("Ana", 7, (), {})


class Empty:
    """No fields."""


class Single:
    """One field."""

    x: Any


@MAKERS
def test_with_no_field_and_with_one_it_is_the_same_value_again(maker: Maker) -> None:
    none, one = maker(frozen=True, slots=True)(Empty), maker(frozen=True, slots=True)(Single)
    assert none() == none()
    assert hash(none()) == hash(none())
    assert hash(one(1)) == hash((1,))
    nan = float("nan")
    assert one(nan) == one(nan)  # as in a tuple, the same object is equal to itself


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=8))
def test_equality_and_hash_are_those_of_the_tuple_of_its_fields(pairs: list[tuple[int, int]]) -> None:
    class Pair:
        """Two numbers."""

        a: int
        b: int

    cls: Any = ours(frozen=True, slots=True)(Pair)
    assert len({cls(*pair) for pair in pairs}) == len(set(pairs))
    for one in pairs:
        for other in pairs:
            assert (cls(*one) == cls(*other)) == (one == other)


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_a_copy_is_equal_and_of_its_class(again: Callable[[Point], Point]) -> None:
    value = Point(1, seen=[3])
    found = again(value)
    assert found == value
    assert type(found) is Point


@pytest.mark.parametrize("wrong", [{"frozen": False, "slots": True}, {"frozen": True, "slots": False}])
def test_it_is_for_frozen_values_with_slots_alone(wrong: dict[str, bool]) -> None:
    with pytest.raises(AssertionError):
        ours(**wrong)
