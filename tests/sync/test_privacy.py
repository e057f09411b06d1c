"""What must stay stays; what is purged is nowhere, once every device that is alive has synced."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from observe.services.sharing import run
from observe.services.sharing.team import keys_of, team_of
from observe.sync import segment

from ..faults.school import PEOPLE, Said, done, files_of, log, look, new_school, observe, opened

ZEB, BO, _ = PEOPLE
SHARED = ("SHARED-NOTE", "SHARED-TITLE", "SHARED-BODY", "SCHOOL-ID-2", "Okafor")
"""Goes to the team, and is read by nobody else."""
OWN = ("PRIVATE-NOTE",)
"""Goes nowhere."""
PURGED = ("Zebulon", "Quartz", "SCHOOL-ID-1", "NOTE-ON-HIM", "PRIVATE-ON-HIM", "VOID-REASON", "LATER-FIELD")


@dataclass
class Team:
    folder: Path
    homes: list[Path]
    code: str
    visit: str

    def join(self, home: Path, name: str) -> None:
        with opened(home) as at:
            at.set_setting("device_name", name)
        done(observe(home, "sync", "--join", str(self.folder), "--code", self.code))
        self.homes.append(home)

    def bytes_of(self) -> dict[str, bytes]:
        return files_of(self.folder)

    def lines(self) -> dict[str, bytes]:
        """Every file of the folder, decrypted with all keys that any home has."""
        found = {}
        for home in self.homes:
            with opened(home) as at:
                team = team_of(at)
                assert team is not None
                for path, data in self.bytes_of().items():
                    if path.endswith(".seg"):
                        try:
                            found[path] = segment.open_(data, team.ring, team.ring.team).plain
                        except segment.Unfit:
                            continue
        return found


@pytest.fixture
def team(home: Path) -> Team:
    """Two devices that have all of each other, and much written about Zebulon on both."""
    folder = home.parent / "folder"
    folder.mkdir()
    visit = new_school(home)
    with opened(home) as at:
        at.set_setting("device_name", "tablet")
        at.set_setting("zone", "Asia/Kathmandu")
    code = json.loads(done(observe(home, "sync", "--setup", str(folder), "--json")).out)["code"]
    made = Team(folder, [home], code, visit)
    ids = log(
        home,
        visit,
        look("off", ZEB, note="NOTE-ON-HIM"),
        look("deep", ZEB, note="PRIVATE-ON-HIM", private=True),
        look("active", ZEB),
        look("deep", BO, note="SHARED-NOTE"),
        look("deep", BO, note="PRIVATE-NOTE", private=True),
    )
    done(observe(home, "void", ids[2], "--reason", "VOID-REASON"))
    with opened(home) as at:
        who = at.conn.execute("SELECT id FROM student WHERE name = ?", (ZEB,)).fetchone()[0]

        def words(act):
            act.put("visit.title", visit, {"title": "SHARED-TITLE"})
            act.put("reflection", f"{visit}/keep", {"visit": visit, "body": "SHARED-BODY"})
            act.put("plan.group", f"{visit}/g1", {"visit": visit, "student": who, "words": "LATER-FIELD"})

        at.write(words)
    sync(home)
    made.join(home.parent / "laptop", "laptop")
    sync(*made.homes, *made.homes)
    return made


def sync(*homes: Path) -> Said:
    for home in homes:
        said = done(observe(home, "sync"))
    return said


def held(files: dict[str, bytes], words: tuple[str, ...]) -> dict[str, list[str]]:
    found = {name: [word for word in words if word.encode() in data] for name, data in files.items()}
    return {name: some for name, some in found.items() if some}


def test_the_folder_shows_no_name_and_no_note_to_who_has_no_key(team: Team) -> None:
    assert {word for some in held(team.lines(), (*SHARED, *PURGED)).values() for word in some} >= set(SHARED)
    files = team.bytes_of()
    assert held(files, (*SHARED, *OWN, *PURGED)) == {}
    for path in files:
        assert not any(word.lower() in path.lower() for word in (*SHARED, *OWN, *PURGED))
    # Nor would it, were the seal no seal: the token is no encoding of the words.
    for data in files.values():
        for part in data.split(b"\n"):
            try:
                plain = base64.urlsafe_b64decode(part)
            except ValueError:
                continue
            assert held({"token": plain}, (*SHARED, *OWN, *PURGED)) == {}


def test_private_notes_settings_and_keys_never_leave(team: Team) -> None:
    """Not even under the seal."""
    lines = team.lines()
    assert held(lines, ("PRIVATE-NOTE", "PRIVATE-ON-HIM", "Kathmandu")) == {}
    for home in team.homes:
        with opened(home) as at:
            ours = team_of(at)
            assert ours is not None
            secrets = [form for secret in ours.ring.secrets for form in (secret.raw, secret.code.encode())]
            private = [key.to_text().strip() for key in keys_of(at.path).values()]
            settings = [str(at.setting("shared_folder")).encode()]
        for raw in (*secrets, *private):
            for form in (raw, base64.b64encode(raw), raw.hex().encode()):
                assert not any(form in data for data in (*team.bytes_of().values(), *lines.values()))
        assert not any(value in data for value in settings for data in lines.values())
    with opened(team.homes[1]) as laptop:
        assert laptop.conn.execute("SELECT count(*) FROM private_note").fetchone() == (0,)
        assert laptop.setting("zone") is None


def test_after_a_purge_it_is_nowhere_once_every_device_has_synced(team: Team) -> None:
    tablet, laptop = team.homes
    for home in team.homes:
        done(observe(home, "backup"))
    (laptop / "aside/then").mkdir(parents=True)
    (laptop / "aside/then/observe.db").write_bytes(b"of Zebulon")
    (laptop / "trace.log").write_text("Zebulon")
    second = log(laptop, team.visit, look("off", ZEB, note="NOTE-ON-HIM"))
    sync(laptop, tablet)
    assert second
    assert held(team.lines(), PURGED)
    assert held(files_of(laptop), PURGED)

    said = done(observe(tablet, "purge", ZEB, "--yes"))
    assert "in the shared folder: goes with the next sync; still waiting for: laptop" in said.out
    assert held(files_of(tablet), PURGED) == {}
    assert held(team.lines(), PURGED)  # as it said: not yet

    sync(tablet)
    assert "still waiting for laptop" in done(observe(tablet, "sync", "--status")).out
    assert held({path: data for path, data in team.lines().items() if key_of(tablet) in path}, PURGED) == {}
    sync(laptop, tablet)
    status = done(observe(tablet, "sync", "--status", "--json")).json
    assert status["purges"] == []

    assert held(team.lines(), PURGED) == {}
    for home in team.homes:
        assert held(files_of(home), PURGED) == {}, home
    team.join(tablet.parent / "late", "late")
    sync(team.homes[2], *team.homes)
    for home in team.homes:
        assert held(files_of(home), PURGED) == {}, home
    assert held(team.lines(), PURGED) == {}
    assert any(b"SHARED-NOTE" in data for data in files_of(team.homes[2]).values())
    assert "PRIVATE-NOTE" in os.fsdecode(b"".join(files_of(tablet).values()))


def key_of(home: Path) -> str:
    with opened(home) as at:
        return at.journal.device


def test_a_device_is_waited_for_until_its_own_files_are_clean(team: Team) -> None:
    """It says so only when its log, its backups and its files in the folder are."""
    tablet, laptop = team.homes
    log(laptop, team.visit, look("off", ZEB, note="NOTE-ON-HIM"))
    sync(laptop, tablet)
    done(observe(tablet, "purge", ZEB, "--yes"))
    sync(tablet)
    with opened(laptop) as at:
        ours = team_of(at)
        assert ours is not None
        real = ours.folder.folder

        class NoRoom:
            def __getattr__(self, name):
                return getattr(real, name)

            def publish(self, path: str, data: bytes) -> None:
                if "/state/" not in path:
                    raise OSError(28, "No space left on device")
                real.publish(path, data)

        ours.folder.folder = NoRoom()
        with pytest.raises(Exception, match="not all was shared"):
            run.sync(at, ours)
    sync(tablet)
    assert done(observe(tablet, "sync", "--status", "--json")).json["purges"][0]["waiting_for"] == ["laptop"]
    sync(laptop, tablet)
    assert done(observe(tablet, "sync", "--status", "--json")).json["purges"] == []
    assert held(team.lines(), PURGED) == {}


def test_purge_says_whom_it_is_waiting_for_and_nothing_of_sharing_where_nothing_is_shared(team: Team) -> None:
    tablet, laptop = team.homes
    found = done(observe(tablet, "purge", ZEB, "--yes", "--json")).json
    assert found["waiting_for"] == ["laptop"]
    done(observe(laptop, "sync", "--leave"))
    said = done(observe(laptop, "purge", BO, "--yes"))
    assert "shared folder" not in said.out
    assert "waiting_for" not in done(observe(laptop, "purge", PEOPLE[2], "--yes", "--json")).json


def test_purge_in_a_team_of_one_says_that_nobody_else_is_known(home: Path) -> None:
    new_school(home)
    (home.parent / "folder").mkdir()
    done(observe(home, "sync", "--setup", str(home.parent / "folder")))
    said = done(observe(home, "purge", ZEB, "--yes"))
    assert "in the shared folder: goes with the next sync; no other device is known yet" in said.out
