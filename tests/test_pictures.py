"""The guide's pictures are what the app shows today, and every one it names is there."""

import importlib.util
import re
from pathlib import Path

import pytest

from .snapshots.stage import Homes

DOCS = Path(__file__).parent.parent / "docs"


def _maker():
    spec = importlib.util.spec_from_file_location("make_pictures", DOCS / "make_pictures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


maker = _maker()


def _words(svg: str) -> list[str]:
    """What stands on the picture, without how it is drawn."""
    return re.findall(r">([^<>]+)</text>", svg)


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Homes:
    return Homes(tmp_path_factory.mktemp("homes"))


@pytest.mark.parametrize("name", maker.JOURNEYS)
async def test_a_stored_picture_is_what_the_app_shows(name: str, homes: Homes) -> None:
    stored = (DOCS / "pictures" / f"{name}.svg").read_text(encoding="utf-8")
    drawn = await maker.draw(name, homes)
    assert _words(stored) == _words(drawn), "python docs/make_pictures.py draws them anew"
    assert stored == drawn, "python docs/make_pictures.py draws them anew"


@pytest.mark.parametrize("page", ["README.md", "docs/guide.md"])
def test_every_picture_that_a_page_names_is_drawn(page: str) -> None:
    text = (DOCS.parent / page).read_text(encoding="utf-8")
    named = re.findall(r"!\[[^]]*\]\(([^)]+)\)", text)
    assert named
    for path in named:
        assert Path(path).stem in maker.JOURNEYS
        assert ((DOCS.parent / page).parent / path).is_file()
