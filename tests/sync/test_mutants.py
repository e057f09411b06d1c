"""The breakages of mutants.py can still be made, and each is noticed."""

import pytest

from .mutants import MUTANTS, ROOT, Mutant, run


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_text_that_a_mutant_breaks_is_in_the_program(mutant: Mutant) -> None:
    text = (ROOT / mutant.file).read_text(encoding="utf-8")
    assert text.count(mutant.old) == 1
    compile(text.replace(mutant.old, mutant.new), mutant.file, "exec")


def test_names_are_each_given_once() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.torture
@pytest.mark.timeout(3600)
def test_every_mutant_is_caught() -> None:
    assert run(MUTANTS) == 0
