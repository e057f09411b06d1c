"""docs/figures.md cannot lie: each of its examples runs through the real commands as it is printed."""

import csv
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from observe import cli
from observe.domain.codec import iso, parse
from observe.platform import Platform
from observe.services import visits
from observe.services.home import open_home

PAGE = (Path(__file__).parents[2] / "docs" / "figures.md").read_text(encoding="utf-8")


@dataclass
class Block:
    kind: str
    said: list[str]
    text: str


def blocks(text: str) -> Iterator[Block]:
    for kind, said, body in re.findall(r"^```(\w+) ([^\n]*)\n(.*?)^```$", text, re.M | re.S):
        yield Block(kind, shlex.split(said), body)


SECTIONS = {part.partition("\n")[0]: part for part in PAGE.split("\n## ")[1:]}
[ROSTER] = [block.text for block in blocks(PAGE.split("\n## ")[0])]


class Commands:
    """`observe`, on a home with the page's class in it."""

    def __init__(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capfd = folder, capfd
        (folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
        self("settings", "zone", "UTC")
        self("import", "roster", str(folder / "roster.csv"))
        self.names = {row["id"]: row["name"] for row in json.loads(self("students", "--json"))}

    def __call__(self, *words: str) -> str:
        status = cli.run(["--home", str(self.folder / "home"), *words])
        out, err = self.capfd.readouterr()
        assert status == 0, out + err
        return out

    def hold(self, begin: str, end: str, lines: str, plan: str = "") -> str:
        visit = self("start", "Room 12", "--at", begin).strip()
        if plan:
            (self.folder / "plan.json").write_text(plan, encoding="utf-8")
            self("plan", visit, "--set", str(self.folder / "plan.json"))
        file = self.folder / "lines.jsonl"
        file.write_text(lines, encoding="utf-8")
        self("log", visit, str(file))
        self("end", visit, "--at", end)
        return visit

    def plan(self, table: str) -> None:
        home = open_home(self.folder / "home", Platform())
        [section] = visits.sections(home)
        for number, row in enumerate(csv.DictReader(table.splitlines())):
            facts = {"section": section.id, "planned_at": iso(parse(row["At"], "UTC")), "zone": "UTC"}
            facts["planned_minutes"] = int(row["Minutes"])
            home.write(lambda act, n=number, facts=facts: act.put("visit", f"planned-{n}", facts))
        home.close()

    def named(self, text: str) -> Any:
        """The document, with names for ids."""
        for id, name in self.names.items():
            text = text.replace(json.dumps(id), json.dumps(name))
        return json.loads(text)


def missing(said: Any, found: Any, path: str = "") -> list[str]:
    """Where the document does not say what the page says; what the page leaves out may be anything."""
    if isinstance(said, dict):
        return [
            line
            for name, value in said.items()
            for line in (missing(value, found[name], f"{path}.{name}") if name in found else [f"{path}.{name}: gone"])
        ]
    if isinstance(said, list) and isinstance(found, list) and len(said) == len(found):
        return [w for i, both in enumerate(zip(said, found, strict=True)) for w in missing(*both, f"{path}[{i}]")]
    return [] if said == found and type(said) is type(found) else [f"{path}: {said!r} on the page, {found!r} found"]


def test_the_reader_of_the_page_sees_a_lie() -> None:
    assert missing({"a": {"b": 1.0, "c": None}}, {"a": {"b": 1.0, "c": None, "d": 2}}) == []
    assert missing({"a": {"b": 1.0, "e": 2}}, {"a": {"b": 1.5}}) == [".a.b: 1.0 on the page, 1.5 found", ".a.e: gone"]
    assert missing([1], [1, 2]) == [": [1] on the page, [1, 2] found"]
    assert missing([{"a": 1}, 2], [{"a": 1, "b": 3}, 4]) == ["[1]: 2 on the page, 4 found"]


@pytest.mark.parametrize("title", SECTIONS)
def test_every_example_says_what_the_program_says(
    title: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    observe = Commands(tmp_path, capfd)
    visit, plan, checked = "", "", 0
    for block in blocks(SECTIONS[title]):
        if block.kind == "csv":
            observe.plan(block.text)
        elif block.kind == "jsonl":
            visit = observe.hold(*block.said, block.text, plan)
        elif block.said == ["plan"]:
            plan = block.text
        else:
            command, *words = block.said
            found = observe.named(observe(command, *(words or [visit]), "--json"))
            assert missing(json.loads(block.text), found) == []
            checked += 1
    assert checked == 1
