"""The simulation that docs/figures.md prints is what it prints, and shows what the page says it shows."""

import importlib.util
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
spec = importlib.util.spec_from_file_location("simulate_sampling", DOCS / "simulate_sampling.py")
assert spec is not None
assert spec.loader is not None
simulation = importlib.util.module_from_spec(spec)
spec.loader.exec_module(simulation)


def test_the_page_has_its_numbers_and_they_show_what_it_says() -> None:
    printed = "\n".join(simulation.lines())
    page = (DOCS / "figures.md").read_text(encoding="utf-8")
    for block in printed.split("\n\n"):
        assert f"```text\n{block}\n```" in page, f"python docs/simulate_sampling.py\n\n{printed}"
    shares = [line.split() for line in printed.split("\n\n")[0].splitlines()[1:]]
    for truth, looks, _, error, short, formula, long, its_formula in shares:
        assert abs(float(looks) - float(truth)) <= float(error)
        for seen, said in ((short, formula), (long, its_formula)):
            assert float(seen) > float(truth) + 3 * float(error)
            assert abs(float(seen) - float(said.strip("()"))) <= 0.011
    held = [line.replace("%", " ").split() for line in printed.split("\n\n")[1].splitlines()[1:]]
    for _, by_looks, *_, by_passes, _, _, _ in held:
        assert int(by_looks) < 70
        assert int(by_passes) >= 88
