"""Where the team's keys are kept: in a keyring where there is one, else in a file that its owner alone can read."""

import shutil
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from observe.domain.errors import Refused
from observe.platform import Platform
from observe.services.home import open_home
from observe.services.sharing import team


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "folder"
    made.mkdir()
    return made


def keyring(monkeypatch: pytest.MonkeyPatch, **more: object) -> dict[tuple[str, str], str]:
    """A keyring such as no test machine has; what it keeps."""
    kept: dict[tuple[str, str], str] = {}
    module = ModuleType("keyring")
    parts = {
        "get_keyring": lambda: SimpleNamespace(priority=5),
        "get_password": lambda service, name: kept.get((service, name)),
        "set_password": lambda service, name, value: kept.__setitem__((service, name), value),
        **more,
    }
    for name, part in parts.items():
        setattr(module, name, part)
    monkeypatch.setitem(sys.modules, "keyring", module)
    return kept


def test_without_a_keyring_the_keys_lie_in_a_file_of_the_owner_alone(tmp_path: Path, folder: Path) -> None:
    home = open_home(tmp_path / "home", Platform())
    secret = team.set_up(home, folder)
    file = home.path / team.RING
    assert sys.platform == "win32" or file.stat().st_mode & 0o777 == 0o600
    found = team.team_of(home)
    assert found is not None
    assert found.ring.newest == secret


def test_with_a_keyring_no_file_of_the_home_holds_them(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keyring(monkeypatch)
    home = open_home(tmp_path / "home", Platform())
    secret = team.set_up(home, folder)
    text = team.KeyRing([secret]).to_text().strip()
    assert len(kept) == 1
    assert not [f for f in home.path.rglob("*") if f.is_file() and "ballast" not in f.name and text in f.read_bytes()]
    found = team.team_of(home)
    assert found is not None
    assert found.ring.newest == secret


def test_a_copy_of_the_home_does_not_take_the_keyring_along(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring(monkeypatch)
    home = open_home(tmp_path / "home", Platform())
    secret = team.set_up(home, folder)
    home.close()
    shutil.copytree(tmp_path / "home", tmp_path / "copy")
    copy = open_home(tmp_path / "copy", Platform())
    with pytest.raises(Refused, match="join again"):
        team.team_of(copy)
    team.join(copy, folder, secret.code)
    assert team.team_of(copy) is not None


def test_a_keyring_that_refuses_leaves_it_to_the_file(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("locked")

    keyring(monkeypatch, set_password=refuse)
    home = open_home(tmp_path / "home", Platform())
    team.set_up(home, folder)
    assert team.team_of(home) is not None
