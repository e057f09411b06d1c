"""A user's own keys: `keys.toml` in the home, one file for all protocols."""

from typing import Any

from observe.domain.errors import Refused
from observe.domain.frozen import dataclass
from observe.services.home import Home

FILE = "keys.toml"
MOST_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """Key by command id, "" for none, and the line of the file on which each stands."""

    keys: dict[str, str]
    lines: dict[str, int]


def read(home: Home) -> OwnKeys:
    """The keys in the home's file; none where there is no file.

    Each line is `id = "key"`, with an id as Help names it, quoted or with its dots. Raises Refused, with the line.
    """
    path = home.path / FILE
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return OwnKeys({}, {})
    except OSError as error:
        raise Refused(f"{FILE} cannot be read", error.strerror or str(error)) from error
    if len(raw) > MOST_BYTES:
        raise Refused(f"{FILE} is too long", "64 KiB at most")
    import tomllib

    from observe.domain.toml_lines import lines_of

    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
        table = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Refused(f"{FILE} line {line}", "not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise Refused(FILE, str(error)) from error  # tomllib names the line
    except RecursionError as error:
        raise Refused(FILE, "nested too deeply") from error
    places = {".".join(str(part) for part in path): line for path, line in lines_of(text).items()}
    keys: dict[str, str] = {}
    for id, key in _flat(table):
        if not isinstance(key, str):
            raise Refused(f"{FILE} line {places.get(id, 1)}", f'{id}: a key is a text, such as {id} = "x"')
        keys[id] = key
    return OwnKeys(keys, {id: places.get(id, 1) for id in keys})


def _flat(table: dict[str, Any], before: str = "") -> list[tuple[str, Any]]:
    """Values by their dotted names: `code.role.teach = "x"` is a table in a table."""
    found: list[tuple[str, Any]] = []
    for name, value in table.items():
        id = f"{before}{name}"
        found += _flat(value, f"{id}.") if isinstance(value, dict) else [(id, value)]
    return found
