"""`observe import roster|schedule|protocol|visits` and `observe protocols`."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from observe.cli.common import home_of, json_option, print_json, print_text, progress
from observe.cli.paths import Named, opened, small_text, there
from observe.cli.schedule import schedule
from observe.domain.codec import local
from observe.domain.errors import Refused, Usage
from observe.services import protocols

if TYPE_CHECKING:
    from observe.services.roster import Imported

_FILE = Named()


@click.group("import", no_args_is_help=False)
def import_command() -> None:
    """Take files in: rosters, schedules, coding schemes, visits."""


import_command.add_command(schedule)


@import_command.command("roster")
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@click.option("--section", help="The section of a CSV that names none. Default: the file's name.")
@click.option("--keep-missing", is_flag=True, help="Students missing from the file have not left.")
@click.option("--partial", is_flag=True, help="Take in what can be taken when rows are rejected.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@json_option
@click.pass_context
def roster(
    ctx: click.Context,
    files: tuple[Path, ...],
    section: str | None,
    keep_missing: bool,
    partial: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import rosters: plain CSV, or a OneRoster folder or zip."""
    from observe.services import roster as service

    for file in files:
        if not there(file):
            raise Usage(f"{file} is not there", "no such file or folder", "check its name")
    with home_of(ctx) as home:
        today = local(home.clock.now(), home.zone).date()
        read = []
        for file in files:
            progress(f"reading {file.name}")
            read.append(service.read_roster(file, section, today))
        try:
            result = service.import_rosters(home, read, keep_missing=keep_missing, partial=partial, dry_run=dry_run)
        except service.Rejection as refusal:
            # Which rows, and why, is the report; that nothing was imported is the error.
            if as_json:
                print_json({"dry_run": dry_run, "refused": True, **asdict(replace(refusal.result, changed=False))})
            else:
                print_text("\n".join(_rejected(refusal.result)))
            raise
        if as_json:
            print_json({"dry_run": dry_run, "refused": False, **asdict(result)})
        else:
            print_text(_words(result, dry_run, partial))


def _words(result: "Imported", dry_run: bool, partial: bool) -> str:
    lines = [f"  {note}" for note in result.notes]
    for what, counts in result.counts.items():
        said = ", ".join(f"{n} {word if word != 'unchanged' else 'left alone'}" for word, n in counts.items() if n)
        lines.append(f"{what}: {said or 'none'}")
    lines += [f"inactive now: {name}" for name in result.left]
    lines += [f"may be one person ({why}): {one}; {other}" for one, other, why in result.proposals]
    rejected = _rejected(result)
    lines += rejected
    if dry_run and rejected and not partial:
        lines.append("this was a dry run: with these rows nothing is imported, unless you take the rest with --partial")
    elif dry_run:
        lines.append("this was a dry run: nothing was changed")
    elif not result.changed:
        lines.append("nothing was changed: the home has all of this already")
    return "\n".join(lines)


def _rejected(result: "Imported") -> list[str]:
    rows = [f"{row.file} line {row.line}: {row.reason}" for row in result.rejected]
    return rows + [f"{u.section}: {u.student or 'the whole section'}: {u.reason}" for u in result.unclear]


@import_command.command("protocol")
@click.argument("file", type=_FILE)
@json_option
@click.pass_context
def protocol(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Import a coding scheme of one's own from a TOML FILE."""
    text = small_text(file, "a coding scheme")
    with home_of(ctx) as home:
        found, new = protocols.import_protocol(home, text, file.name)
        if as_json:
            print_json({"id": found.id, "version": found.version, "new": new})
        else:
            done = "imported" if new else "is here already"
            print_text(f"{found.id} version {found.version} {done}")


@click.command("protocols")
@json_option
@click.pass_context
def protocols_command(ctx: click.Context, as_json: bool) -> None:
    """The coding schemes there are."""
    with home_of(ctx) as home:
        rows = [
            {
                "id": p.id,
                "version": p.version,
                "title": p.title,
                "channels": [
                    {"name": c.name, "kind": c.kind, "about": c.about, "codes": list(c.keys)} for c in p.channels
                ],
            }
            for p in protocols.every(home)
        ]
    if as_json:
        print_json(rows)
    else:
        print_text("\n".join(f"{r['id']:<16} {r['version']:>4}  {r['title']}" for r in rows))


@import_command.command("visits")
@click.argument("file", type=_FILE)
@click.option("--overwrite", is_flag=True, help="Where this home says something else, the file is right.")
@json_option
@click.pass_context
def visits(ctx: click.Context, file: Path, overwrite: bool, as_json: bool) -> None:
    """Import visits from an `export jsonl`. The same FILE again changes nothing."""
    from observe.services import transfer

    with opened(file) as handle, home_of(ctx) as home:
        progress(f"reading {file.name}")
        try:
            taken = transfer.import_jsonl(home, handle, file.name, overwrite=overwrite)
        except OSError as error:
            raise Refused(f"{file} cannot be read", error.strerror or str(error), "check the file") from error
        if as_json:
            print_json(asdict(taken))
        else:
            kept = f", {taken.kept} differ here and were kept (take the file's with --overwrite)" if taken.kept else ""
            counts = f"{taken.new} new, {taken.changed} changed, {taken.same} the same"
            print_text(f"{len(taken.visits)} visits in the file; {counts}{kept}")
