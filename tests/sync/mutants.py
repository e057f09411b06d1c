"""Deliberate breakages of sharing, one at a time, each with the tests that must notice: `python tests/sync/mutants.py`.

Each is applied to a copy of the program in a folder of its own, and the tests named are run against that copy; before
that, against the copy as it is. Prints caught or MISSED for each; the exit status is 1 when one was missed or its
text is no longer in the program.
`python tests/sync/mutants.py NAME...` runs those whose name has one of these words in it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PULL, PUBLISH = "observe/services/sharing/pull.py", "observe/services/sharing/publish.py"
TEAM = "observe/services/sharing/team.py"
INTAKE, SHARED, JOURNAL = "observe/store/intake.py", "observe/store/shared.py", "observe/store/journal.py"
SEGMENT, FOLDER, PACKING = "observe/sync/segment.py", "observe/sync/folder.py", "observe/sync/packing.py"
WIRE = "observe/domain/wire.py"
HOSTILE, RULES, PRIVACY = "tests/sync/test_hostile.py", "tests/sync/test_rules.py", "tests/sync/test_privacy.py"
SEALED = "tests/sync/test_segment.py"
SECONDS, WHOLE_SECONDS, HANGS = 110, 900, "it hangs"


@dataclass(frozen=True)
class Mutant:
    """In `file` the `old` text (which is there once) becomes `new`; `tests`: pytest's arguments."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def _of(file: str, name: str) -> tuple[str, ...]:
    return (f"{file}::{name}",)


_LIES = (HOSTILE, "-k", "lies_about")
MUTANTS = (
    # -- whose a file is
    Mutant(
        "signature not verified",
        SEGMENT,
        "or not verified(public, _base64(parts[3]), signed)",
        "",
        _LIES,
    ),
    Mutant("device not the hash of its key", SEGMENT, "device_id(public) != header.device or not ", "not ", _LIES),
    Mutant("team not looked at", SEGMENT, "if its_team != team:", "if False:", _LIES),
    Mutant(
        "hash of the name trusted",
        SEGMENT,
        "return hashlib.sha256(data).hexdigest() == name.hash",
        "return True",
        _of(HOSTILE, "test_a_name_or_a_place_that_lies_is_not_believed"),
    ),
    Mutant(
        "counted by the file's name",
        PULL,
        "file = Known(name.hash, header.device, header.shelf, header.first, header.n, name.path, TAKEN",
        "file = Known(name.hash, name.device, name.shelf, name.first, name.n, name.path, TAKEN",
        _of(HOSTILE, "test_a_name_or_a_place_that_lies_is_not_believed"),
    ),
    Mutant(
        "number of entries believed",
        PULL,
        "if not entries or len(entries) != header.n:",
        "if not entries:",
        _LIES,
    ),
    Mutant(
        "entries of other devices taken",
        PULL,
        "if any(e.device != header.device or e.seq != header.first + at for at, e in enumerate(entries)):",
        "if any(e.seq != header.first + at for at, e in enumerate(entries)):",
        (HOSTILE, "-k", "another_device or belong_to_others or set_aside_whole"),
    ),
    Mutant(
        "numbers out of their place taken",
        PULL,
        "if any(e.device != header.device or e.seq != header.first + at for at, e in enumerate(entries)):",
        "if any(e.device != header.device for e in entries):",
        (HOSTILE, "-k", "belong_to_others or set_aside_whole"),
    ),
    Mutant(
        "id of another entry taken over",
        INTAKE,
        "if not _same(here, entry):",
        "if False:",
        _of(HOSTILE, "test_the_id_of_another_entry_is_not_taken_over"),
    ),
    Mutant(
        "another's file superseded",
        SHARED,
        'WHERE hash = ? AND device = ?", (GONE, hash, device))',
        'WHERE hash = ?", (GONE, hash))',
        (HOSTILE, RULES, "-k", "superseded or neither_removed"),
    ),
    Mutant(
        "old key accepted after a new one",
        PULL,
        "if one.key == newest or header.device in self.team.keys:",
        "if True:",
        (HOSTILE, "-k", "who_has_the_team_key or shut_out"),
    ),
    Mutant(
        "sealed with the oldest key",
        SEGMENT,
        "ring.newest.fernet.encrypt(pack(plain))",
        "ring.secrets[-1].fernet.encrypt(pack(plain))",
        (SEALED,),
    ),
    Mutant(
        "marker not proved",
        TEAM,
        'sound = device_id(public) == said["device"] and verified(public, signature, _MARKER + team.encode())',
        "sound = True",
        (HOSTILE, "-k", "marker"),
    ),
    Mutant(
        "links followed",
        FOLDER,
        "if file.is_file(follow_symlinks=False)",
        "if file.is_file()",
        _of(HOSTILE, "test_links_pipes_and_files_in_the_place_of_folders_are_passed_over"),
    ),
    # -- what may be in it
    Mutant(
        "no cap on unpacking",
        PACKING,
        "out = unpacker.decompress(data, limit + 1)",
        "out = unpacker.decompress(data)",
        _of(HOSTILE, "test_bombs_are_set_aside_and_memory_stays_bounded"),
    ),
    Mutant(
        "everything read at once",
        PULL,
        "            if room < 0:\n",
        "            if False:\n",
        _of(HOSTILE, "test_many_large_files_at_once_stay_bounded"),
    ),
    Mutant(
        "no cap on small values",
        PULL,
        '    if _brackets(one) > _BRACKETS:\n        raise Unfit("an entry',
        '    if False:\n        raise Unfit("an entry',
        _of(HOSTILE, "test_a_file_of_many_small_values_stays_bounded"),
    ),
    Mutant(
        "depth not looked at",
        WIRE,
        "> DEPTH and _depth(line) > DEPTH:",
        "> DEPTH and False:",
        (HOSTILE, "-k", "no_entry_is_set_aside and deep"),
    ),
    Mutant(
        "a key twice",
        WIRE,
        "json.JSONDecoder(parse_constant=no_number, object_pairs_hook=no_key_twice)",
        "json.JSONDecoder(parse_constant=no_number)",
        (HOSTILE, "-k", "no_entry_is_set_aside and twice"),
    ),
    Mutant(
        "unknown fields dropped",
        WIRE,
        "    extra = {name: value for name, value in said.items() if name not in _FIELDS} if len(said) > len(_FIELDS)"
        " else {}\n",
        "    extra: dict[str, Any] = {}\n",
        _of(HOSTILE, "test_unknown_kinds_and_fields_are_kept_as_they_are"),
    ),
    Mutant(
        "wrong shapes shown",
        JOURNAL,
        "    if why is not None:\n        raise ValueError(why)\n",
        "",
        (HOSTILE, "-k", "wrong_shape and observation"),
    ),
    Mutant(
        "names not cleaned",
        JOURNAL,
        "return replace(entry, data=cleaned(entry.kind, data)) if has_text(entry.kind, data) else entry",
        "return entry",
        (HOSTILE, "-k", "on_the_way_to_the_glass"),
    ),
    Mutant(
        "clock follows any stamp",
        INTAKE,
        "ahead = entry.ms > now_ms + FAR_AHEAD_MS",
        "ahead = False",
        (HOSTILE, "-k", "years_ahead"),
    ),
    # -- nothing lost, nothing invented
    Mutant(
        "taken before its entries are",
        PULL,
        "        entries = _entries(one)\n        self._vouched(one)\n",
        "        entries = _entries(one)\n        self._vouched(one)\n"
        "        self.home.local_write(lambda: shared.keep_file(self.home.conn, file))\n",
        _of(RULES, "test_a_file_counts_as_taken_only_with_its_entries"),
    ),
    Mutant(
        "parents not looked at",
        JOURNAL,
        '" (SELECT 1 FROM parent WHERE parent.parent = entry.id) ORDER BY ms DESC',
        '" (SELECT 1 FROM parent WHERE parent.parent = entry.id AND 0) ORDER BY ms DESC',
        _of(RULES, "test_an_amendment_replaces_what_it_amends"),
    ),
    Mutant(
        "numbers used again",
        PULL,
        "if one.header.device in self.team.keys and self._another_life(one, entries):",
        "if False:",
        _of(RULES, "test_a_copied_home_gives_no_number_twice_and_says_what_it_had"),
    ),
    Mutant(
        "renumbered without a word",
        SHARED,
        "extra = dumps({**entry.extra, WAS: [entry.device, entry.seq]})",
        "extra = dumps(entry.extra)",
        _of(RULES, "test_a_copied_home_gives_no_number_twice_and_says_what_it_had"),
    ),
    Mutant(
        "absence is deletion",
        PULL,
        "            self.home.local_write(change)\n\n    def _too_many",
        "            self.home.local_write(change)\n"
        "            for f in gone:\n"
        "                self.home.local_write(lambda f=f: self.home.conn.execute(  # type: ignore[misc]\n"
        '                    "DELETE FROM entry WHERE device = ? AND seq BETWEEN ? AND ?",'
        " (f.device, f.first, f.first + f.n - 1)))\n\n    def _too_many",
        _of(RULES, "test_what_vanishes_from_the_folder_stays_here_and_its_owner_writes_it_again"),
    ),
    Mutant(
        "missing never written again",
        PUBLISH,
        "lost = [f.hash for f in self._own() if f.missing >= 2]",
        "lost: list[str] = []",
        _of(RULES, "test_what_vanishes_from_the_folder_stays_here_and_its_owner_writes_it_again"),
    ),
    Mutant(
        "a lost fifth does not stop it",
        PULL,
        "return bool(gone) and len(gone) * _LOST >= len(expected)",
        "return False",
        _of(RULES, "test_a_fifth_of_the_files_gone_at_once_stops_it"),
    ),
    Mutant(
        "an older state stands",
        SHARED,
        '" WHERE excluded.number > peer.number"',
        '" WHERE excluded.number"',
        _of(RULES, "test_the_state_with_the_highest_number_stands"),
    ),
    Mutant(
        "named before it is on the disk",
        FOLDER,
        "                self._platform.fsync_file(file.fileno())\n",
        "                os.replace(part, target)\n                self._platform.fsync_file(file.fileno())\n"
        "            part.write_bytes(data)\n",
        (SEALED,),
    ),
    Mutant(
        "not on the disk at all",
        FOLDER,
        "                self._platform.fsync_file(file.fileno())\n",
        "",
        (SEALED,),
    ),
    Mutant("name not on the disk", FOLDER, "        self._platform.fsync_dir(target.parent)\n", "", (SEALED,)),
    Mutant("not read back", FOLDER, "if part.read_bytes() != data:", "if False:", (SEALED,)),
    Mutant(
        "noted before it is in the folder",
        PUBLISH,
        "        path, data = segment.seal(header, plain, self.team.ring, self.team.keys[header.device])\n"
        "        self.team.folder.publish(path, data)\n",
        "        path, data = segment.seal(header, plain, self.team.ring, self.team.keys[header.device])\n"
        "        parsed = segment.parse_path(path)\n"
        "        assert parsed is not None\n"
        "        early = Known(parsed.hash, header.device, header.shelf, header.first, header.n, path)\n"
        "        self.home.local_write(lambda: shared.keep_file(self.home.conn, early))\n"
        "        self.team.folder.publish(path, data)\n",
        _of(RULES, "test_what_the_folder_refused_is_not_said_to_be_in_it"),
    ),
    Mutant(
        "put together before all have it",
        PUBLISH,
        "return bool(others) and all(holds(peer.seen_of(device), first, last) for peer in others)",
        "return bool(others)",
        _of(RULES, "test_a_month_that_is_over_is_put_together_only_when_every_device_has_it"),
    ),
    Mutant(
        "taken away before what stands for it is there",
        PUBLISH,
        "                        self._write(device, entries, tuple(f.hash for f in some))\n",
        "                        for f in some:\n"
        "                            self.team.folder.remove(f.path)\n"
        "                        self._write(device, entries, tuple(f.hash for f in some))\n",
        _of(RULES, "test_a_month_that_is_over_is_put_together_only_when_every_device_has_it"),
    ),
    # -- what must go, and what must stay
    Mutant(
        "purged words stay in own files",
        PUBLISH,
        "        if due is None:\n            return\n",
        "        return\n",
        _of(PRIVACY, "test_after_a_purge_it_is_nowhere_once_every_device_has_synced"),
    ),
    Mutant(
        "purge acknowledged before it is done",
        PUBLISH,
        "purges = shared.purge_ids(conn) if clean else sorted(own.purges if own else ())",
        "purges = shared.purge_ids(conn)",
        _of(RULES, "test_a_purge_is_acknowledged_only_when_the_files_are_clean"),
    ),
    Mutant(
        "purge reaches nothing that comes later",
        INTAKE,
        "    standing = known | purged\n",
        "    standing = frozenset(purged)\n",
        ("tests/faults/test_purge.py", "-k", "arrives_later"),
    ),
    Mutant(
        "a backup that knows the purge is clean",
        "observe/services/purge.py",
        " and not copies.left_in(home.database, backup)",
        "",
        ("tests/faults/test_purge.py", "-k", "before_it_turned_out"),
    ),
    Mutant(
        "what was sealed with a code that was given up stays so",
        PULL,
        "        if one.key in self._stray:\n            return True\n",
        "",
        ("tests/sync/test_new_codes.py", "-k", "all_comes_in"),
    ),
    Mutant(
        "private notes leave",
        "observe/services/record.py",
        "            if text and not private:\n",
        "            if text:\n",
        (PRIVACY, "-k", "never_leave"),
    ),
)


def applied(mutant: Mutant, root: Path) -> None:
    """Break the program at `root`. Raises LookupError when the text is not there once."""
    file = root / mutant.file
    text = file.read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        raise LookupError(f"{mutant.name}: its text is {text.count(mutant.old)} times in {mutant.file}")
    file.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    compile(file.read_text(encoding="utf-8"), str(file), "exec")


def tested(root: Path, tests: Sequence[str], seconds: int) -> tuple[int, str]:
    """pytest's exit status and output, for the program at `root`."""
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    try:
        made = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return 1, HANGS
    return made.returncode, made.stdout


def copied(root: Path) -> None:
    for name in ("observe", "tests", "styles"):
        ignored = shutil.ignore_patterns("__pycache__", "snapshots", "__snapshots__")
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", root / "pyproject.toml")


def run(mutants: Sequence[Mutant]) -> int:
    """How many were not caught."""
    missed = 0
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        root = Path(folder)
        copied(root)
        files = dict.fromkeys(test.partition("::")[0] for m in mutants for test in m.tests if test.startswith("tests/"))
        status, said = tested(root, [*files], WHOLE_SECONDS)
        if status != 0:  # tests that fail anyway notice nothing
            print(f"the program as it is does not pass: {said[-2000:]}")
            return len(mutants)
        for mutant in mutants:
            begun, whole = time.monotonic(), (root / mutant.file).read_text(encoding="utf-8")
            try:
                applied(mutant, root)
                status, said = tested(root, mutant.tests, SECONDS)
            except LookupError as error:
                status, said = -1, str(error)
            (root / mutant.file).write_text(whole, encoding="utf-8")
            caught = status == 1 and ("\nFAILED " in said or said == HANGS)  # anything else is no proof
            missed += not caught
            first = next((line for line in said.splitlines() if line.startswith("FAILED")), said[-300:])
            how = first.removeprefix("FAILED tests/sync/").split(" - ")[0] if caught else f"({status}) {said[-300:]}"
            print(
                f"{'caught' if caught else 'MISSED':<8}{mutant.name:<48}{time.monotonic() - begun:5.1f} s  {how}",
                flush=True,
            )
    print(f"{len(mutants) - missed} of {len(mutants)} caught")
    return missed


if __name__ == "__main__":
    chosen = [m for m in MUTANTS if not sys.argv[1:] or any(word in m.name for word in sys.argv[1:])]
    sys.exit(1 if run(chosen) else 0)
