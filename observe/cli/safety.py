"""`observe backup`, `restore`, `doctor` and `purge`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from observe.cli.common import home_of, home_path, json_option, platform_of, print_json, print_text, progress, say
from observe.cli.paths import Named, there
from observe.domain.codec import iso_or_none
from observe.domain.errors import Refused, Usage

if TYPE_CHECKING:
    from observe.services.home import Home

yes_option = click.option("--yes", is_flag=True, help="Do not ask.")


def _asked(question: str, yes: bool) -> None:
    """Go on only with a yes. Raises Refused, also where there is nobody to ask."""
    if yes:
        return
    if sys.stdin is None or not sys.stdin.isatty():
        raise Refused("nothing was changed", "there is no terminal to ask on", "give --yes if it is meant")
    if not click.confirm(question, err=True):
        raise Refused("nothing was changed", "it was not meant")


@click.command("backup")
@click.option("-o", "--output", type=Named(dir_okay=False), help="A file that is not there yet.")
@json_option
@click.pass_context
def backup_command(ctx: click.Context, output: Path | None, as_json: bool) -> None:
    """Copy the log: to FILE, else to this day's backup in the home (seven days are kept).

    Names and private notes are in the copy: keep it as safe as the home.
    """
    from observe.services.backups import backup_to, daily_backup

    with home_of(ctx) as home:
        progress("copying the log")
        made = daily_backup(home) if output is None else backup_to(home, output)
        if as_json:
            print_json({"file": str(made.file), "entries": made.entries, "bytes": made.size})
        else:
            print_text(f"{made.file}: {made.entries} entries")


@click.command("restore")
@click.argument("file", type=Named())
@yes_option
@json_option
@click.pass_context
def restore_command(ctx: click.Context, file: Path, yes: bool, as_json: bool) -> None:
    """Bring the home back to what a backup FILE holds.

    What is here now is not lost: it goes to the folder `aside` in the home. Purged students stay purged.
    """
    from observe.services.backups import check_backup
    from observe.services.recovery import restore

    if not there(file):
        raise Usage(f"{file} is not there", "a backup is a file that `observe backup` made")
    entries = check_backup(file)
    _asked(f"Replace what is in {home_path(ctx)} by the {entries} entries of {file.name}?", yes)
    what = restore(home_path(ctx), platform_of(ctx), file, progress)
    if as_json:
        until = iso_or_none(what.until)
        aside = None if what.aside is None else str(what.aside)
        print_json({"entries": what.entries, "until": until, "aside": aside})
    else:
        print_text("\n".join(what.words()))


@click.command("doctor")
@click.option("--rebuild", is_flag=True, help="Make the tables anew from the log, and say whether they were equal.")
@json_option
@click.pass_context
def doctor_command(ctx: click.Context, rebuild: bool, as_json: bool) -> int:
    """Look at everything the home rests on, mend what can be mended, say the rest.

    Exit status 0 when all is well now.
    """
    from observe.services.doctor import Finding, doctor

    found: list[Finding] = []
    for finding in doctor(home_path(ctx), platform_of(ctx), rebuild=rebuild, progress=progress):
        found.append(finding)
        if not as_json:
            mark = "mended" if finding.mended else "ok" if finding.well else "WRONG"
            print_text(f"{mark:<8}{finding.text}")
    well = all(finding.well for finding in found)
    if as_json:
        keys = ("check", "text", "well", "mended")
        print_json({"well": well, "findings": [{key: getattr(finding, key) for key in keys} for finding in found]})
    return 0 if well else 1


def _waiting_for(home: "Home") -> list[str] | None:
    """Names of the devices that have yet to hear of a purge; None when this home shares with nobody."""
    from observe.services.sharing.status import shares, waiting_for

    if not shares(home):
        return None
    try:
        return list(waiting_for(home))
    except Refused as error:  # the purge here is done all the same
        say(str(error))
        return []


@click.command("purge")
@click.argument("student", required=False)
@click.option("--visit", help="Erase the words of a visit instead, and whom it was about.")
@yes_option
@json_option
@click.pass_context
def purge_command(ctx: click.Context, student: str | None, visit: str | None, yes: bool, as_json: bool) -> None:
    """Erase STUDENT (an id or full name) from this home and, in time, from every device that shares with it.

    The name, what the roster says and the notes on observations about that student go, from the log, the
    backups and everything else here; the observations stay, nameless, and still count. Nothing brings it back.
    """
    from observe.services import purge

    if (student is None) == (visit is None):
        raise Usage("purge: one of STUDENT and --visit", "it erases one or the other")
    with home_of(ctx) as home:
        if student is not None:
            kind, id = "student", purge.student_to_purge(home, student)
        else:
            assert visit is not None  # one of the two is given
            kind, id = "visit", purge.visit_to_purge(home, visit)
        _asked(f"Erase {kind} {id} for good, here and on every device?", yes)
        done = purge.purge(home, kind, id)
        if not as_json:
            print_text("\n".join([f"{kind} {id}", *done.words()]))
        cleaned = purge.finish(home, progress)
        shared = _waiting_for(home)
        if as_json:
            mentions = [{"visit": m.visit, "at": iso_or_none(m.at), "what": m.what} for m in done.mentions]
            files = {"rewritten": cleaned.rewritten, "destroyed": cleaned.destroyed}
            elsewhere = {} if shared is None else {"waiting_for": shared}
            print_json({kind: id, "redacted": done.redacted, **files, "mentions": mentions, **elsewhere})
        else:
            print_text("\n".join(cleaned.words()))
            if shared is not None:
                whom = f"still waiting for: {', '.join(shared)}" if shared else "no other device is known yet"
                print_text(f"in the shared folder: goes with the next sync; {whom}")
            say("copies outside this home are yours to destroy; a roster file with the name would bring it back")
