"""`observe sync`: the shared folder."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from observe.cli.common import home_of, json_option, platform_of, print_json, print_text, progress, say
from observe.cli.paths import Named
from observe.domain.errors import Refused, Usage

if TYPE_CHECKING:
    from observe.platform import Platform
    from observe.services.home import Home
    from observe.services.sharing.run import Synced
    from observe.services.sharing.team import Team
    from observe.sync.keys import Secret

WATCH_S = 60.0


@click.command("sync")
@click.option(
    "--setup", type=Named(file_okay=False), metavar="FOLDER", help="Make FOLDER a new team's; prints the code."
)
@click.option("--join", type=Named(file_okay=False), metavar="FOLDER", help="Join the team of FOLDER by its code.")
@click.option("--code", help="The join code; without it, it is asked for or read from stdin.")
@click.option("--rekey", is_flag=True, help="Make a new code: devices that do not join again are shut out.")
@click.option("--leave", is_flag=True, help="Share no more. Nothing is erased, here or there.")
@click.option("--status", is_flag=True, help="How things stand; asks the folder nothing.")
@click.option("--watch", is_flag=True, help="Go on, a sync a minute, until ctrl+c.")
@click.option("--every", type=click.FloatRange(min=0.1), default=WATCH_S, help="Seconds between two syncs of --watch.")
@json_option
@click.pass_context
def sync_command(
    ctx: click.Context,
    setup: Path | None,
    join: Path | None,
    code: str | None,
    rekey: bool,
    leave: bool,
    status: bool,
    watch: bool,
    every: float,
    as_json: bool,
) -> int:
    """Share the log with other devices of the team through a folder that some other program carries.

    Names go to the team, encrypted; private notes, settings and this device's key stay. Exit status 1 when
    it could not be done: the folder is missing, emptied, another team's, or cannot be written to.
    """
    if sum((setup is not None, join is not None, rekey, leave, status, watch)) > 1:
        raise Usage(
            "sync: one thing at a time", "--setup, --join, --rekey, --leave, --status and --watch exclude each other"
        )
    if code is not None and join is None:
        raise Usage("sync: --code goes with --join", "it is the code of the team that is joined")
    from observe.services.sharing import team as teams

    with home_of(ctx) as home:
        if setup is not None:
            _shown(home, teams.set_up(home, setup), as_json)
        elif join is not None:
            ring = teams.join(home, join, code if code is not None else _asked_code())
            if as_json:
                print_json({"team": ring.team, "device": home.journal.device})
            else:
                print_text(f"joined team {ring.team}; `observe sync` brings what is there")
        elif leave:
            teams.leave(home)
            print_json({"left": True}) if as_json else print_text(
                "this device shares with nobody now; its log is whole"
            )
        else:
            team = teams.team_of(home)
            if team is None:
                raise Refused(
                    "nothing was shared", "this device shares with nobody", "see `observe sync --setup` and `--join`"
                )
            if rekey:
                secret = teams.rekey(home, team)
                try:
                    _once(home, platform_of(ctx))
                finally:
                    _shown(home, secret, as_json)
            elif status:
                _show_status(home, team, as_json)
            elif watch:
                _watch(home, platform_of(ctx), every, as_json)
            else:
                done = _once(home, platform_of(ctx))
                print_json(_json(done)) if as_json else print_text("\n".join(_words(done)))
                _warn(done)
    return 0


def _once(home: "Home", platform: "Platform") -> "Synced":
    """A sync whose outcome is noted for whoever looks at the status. Raises Refused, also beside another sync."""
    from observe.services.sharing.run import sync
    from observe.services.sharing.status import keep_outcome

    with platform.one_sync(home.path) as alone:
        if not alone:
            raise Refused("nothing was shared", "another sync of this home is at work", "see `observe sync --status`")
        try:
            done = sync(home, progress=progress)
        except Refused as error:
            keep_outcome(home, well=False, said=str(error))
            raise
        keep_outcome(home, well=not done.unfinished, said="; ".join(done.unfinished))
        return done


def _watch(home: "Home", platform: "Platform", every: float, as_json: bool) -> None:
    import time

    before = ""
    while True:
        try:
            done = _once(home, platform)
            said = "; ".join(_words(done))
            if as_json or said != before:
                print_json(_json(done)) if as_json else print_text(said)
            _warn(done)
        except Refused as error:
            said = str(error)
            if said != before:
                say(said)
        before = said
        time.sleep(every)


def _asked_code() -> str:
    if sys.stdin is not None and sys.stdin.isatty():
        return str(click.prompt("join code", err=True))
    return (sys.stdin.readline() if sys.stdin is not None else "").strip()


def _shown(home: "Home", secret: "Secret", as_json: bool) -> None:
    """The code, once: as text and as a picture to scan."""
    from observe.services.sharing.team import team_of

    team = team_of(home)
    assert team is not None  # it was just made
    if as_json:
        print_json({"team": team.ring.team, "device": home.journal.device, "code": secret.code})
        return
    import io

    import segno

    picture = io.StringIO()
    segno.make(secret.code, error="m").terminal(picture, compact=True, border=2)
    print_text(f"team: {team.ring.team}\ncode: {secret.code}\n{picture.getvalue()}")
    say("whoever has this code and the folder can read all of it: give it by hand, and keep it nowhere in the folder")


def _show_status(home: "Home", team: "Team", as_json: bool) -> None:
    from observe.services.sharing.status import status, to_json, words

    found = status(home, team)
    print_json(to_json(found)) if as_json else print_text("\n".join(words(found, home.zone)))


def _words(done: "Synced") -> list[str]:
    came, went = done.pulled, done.published
    lines = [
        f"taken in: {came.entries} entries in {came.files} files; written: {went.entries} entries in {went.files} files"
    ]
    if went.rewritten:
        lines.append(f"written anew without what was purged: {went.rewritten} files")
    if went.compacted:
        lines.append(f"put together: {went.compacted} files of months that are over")
    if came.new_life:
        lines.append("this home was copied or brought back: this device writes under a new id from here on")
    return [*lines, *done.unfinished]


def _warn(done: "Synced") -> None:
    for path, why in done.pulled.not_taken.items():
        say(f"not taken: {path}, {why}")


def _json(done: "Synced") -> dict[str, object]:
    came, went = done.pulled, done.published
    return {
        "taken": {"entries": came.entries, "files": came.files},
        "written": {"entries": went.entries, "files": went.files},
        "rewritten": went.rewritten,
        "compacted": went.compacted,
        "new_device": came.new_life,
        "not_taken": [{"file": path, "why": why} for path, why in came.not_taken.items()],
        "unfinished": list(done.unfinished),
    }
