"""`observe import schedule` and `observe missed`."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from observe.cli.common import home_of, json_option, print_json, print_text, progress, read_date, read_time, time_option
from observe.cli.paths import Named, there
from observe.domain.codec import day_bounds, iso, iso_or_none, local
from observe.domain.errors import Usage
from observe.services import find

if TYPE_CHECKING:
    from observe.services.following import Planned
    from observe.services.schedule import Followed


@click.command("schedule")
@click.argument("file", type=Named())
@click.option(
    "--section", "choices", multiple=True, metavar='"EVENT=SECTION"', help="Whose visits events are; remembered."
)
@click.option(
    "--meeting", "meetings", multiple=True, metavar='"EVENT=SECTION"', help="Events that are co-planning; remembered."
)
@click.option("--from", "first", metavar="DATE", help="From this day on. Default: four weeks ago.")
@click.option("--to", "last", metavar="DATE", help="Up to this day, which is included. Default: in 200 days.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@json_option
@click.pass_context
def schedule(
    ctx: click.Context,
    file: Path,
    choices: tuple[str, ...],
    meetings: tuple[str, ...],
    first: str | None,
    last: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Plan visits from a calendar FILE.ics. The same FILE again changes nothing; a changed one is followed.

    `--section "EVENT NAME=SECTION"` says which section events of a name are visits to, `"EVENT NAME="` that
    they are none; `--meeting "EVENT NAME=SECTION"` that they are co-planning meetings.
    """
    from observe.services import schedule as service

    if not there(file):
        raise Usage(f"{file} is not there", "no such file", "check its name")
    said, meant = _choices(choices, "--section"), _choices(meetings, "--meeting")
    with home_of(ctx) as home:
        begin, end = read_date(home, first, "--from"), read_date(home, last, "--to")
        progress(f"reading {file.name}")
        result = service.import_schedule(
            home,
            file,
            said,
            meetings=meant,
            first=day_bounds(begin, home.zone)[0] if begin else None,
            after=day_bounds(end, home.zone)[1] if end else None,
            dry_run=dry_run,
        )
        if as_json:
            visits = [_row(p, "visit") for p in result.visits]
            met = [_row(p, "meeting") for p in result.meetings]
            print_json({"dry_run": dry_run, **asdict(result), "visits": visits, "meetings": met})
        else:
            print_text(_words(result, home.zone, file.name, dry_run))


def _choices(given: tuple[str, ...], option: str) -> dict[str, str]:
    said = {}
    for choice in given:
        name, equals, section = choice.rpartition("=")
        if not equals or not name.strip() or (option == "--meeting" and not section.strip()):
            raise Usage(f"{option}: {choice[:60]!r} names no section", 'it is written "EVENT NAME=SECTION"')
        said[name] = section.strip()
    return said


def _row(planned: "Planned", kind: str) -> dict[str, Any]:
    where = {"section": planned.section, "at": iso(planned.at), "minutes": planned.minutes}
    return {"what": planned.what, kind: planned.id, **where}


def _words(result: "Followed", zone: str, file: str, dry_run: bool) -> str:
    lines = _counted("visits", result.counts, result.visits, zone)
    if any(result.meeting_counts.values()):
        lines += _counted("co-planning meetings", result.meeting_counts, result.meetings, zone)
    if result.cancelled:
        lines.append(f"cancelled in the calendar: {result.cancelled}")
    lines += [f"no visit: {name}" for name in result.aside]
    for u in result.unclear:
        guesses = f", perhaps {' or '.join(u.guesses)}" if u.guesses else ""
        meeting = ", a co-planning meeting" if u.meeting else ""
        lines.append(f"unclear: {u.name} ({u.events}){meeting}{guesses}")
    if result.unclear:
        name = result.unclear[0].name.replace('"', '\\"')
        said = (
            f'--meeting "{name}=SECTION", or --section'
            if result.unclear[0].meeting
            else f'--section "{name}=SECTION", or'
        )
        lines.append(f'say it once: observe import schedule {file} {said} "{name}=" for no visit')
    lines += result.notes
    if dry_run:
        lines.append("this was a dry run: nothing was changed")
    elif not result.changed:
        lines.append("nothing was changed: the home has all of this already")
    return "\n".join(lines)


def _counted(what: str, counts: dict[str, int], changes: "list[Planned]", zone: str) -> list[str]:
    said = ", ".join(f"{n} {word if word != 'unchanged' else 'left alone'}" for word, n in counts.items() if n)
    lines = [f"{what}: {said or 'none'}"]
    for p in changes:
        kept = " (touched here, so it stays)" if p.what == "kept" else ""
        lines.append(f"  {p.what}: {local(p.at, zone):%a %d %b %Y %H:%M}  {p.section}, {p.minutes} min{kept}")
    return lines


@click.command("missed")
@click.argument("visit")
@click.option("--reason", help="Why it was not held: assembly, testing, absent, called away, or your own words.")
@time_option("--moved-to", "It was not missed but moved to this time.")
@click.option("--clear", is_flag=True, help="Take the reason back.")
@click.option("--drop", is_flag=True, help="It was planned by mistake, by hand: it goes.")
@json_option
@click.pass_context
def missed_command(
    ctx: click.Context, visit: str, reason: str | None, moved_to: str | None, clear: bool, drop: bool, as_json: bool
) -> None:
    """Say why the planned VISIT was not held, or when it is to be held instead."""
    from observe.services import missed

    if (reason is not None) + (moved_to is not None) + clear + drop != 1:
        usual = f"usual reasons: {', '.join(missed.REASONS)}"
        raise Usage("one of --reason, --moved-to, --clear and --drop is needed", usual)
    with home_of(ctx) as home:
        when = read_time(home, moved_to, "--moved-to")
        found = find.visit(home, visit)
        if reason is not None:
            found = missed.miss(home, found.id, reason)
        elif when is not None:
            found = missed.move(home, found.id, when)
        elif drop:
            missed.drop(home, found.id)
            found = replace(found, planned_at=None, missed="")
        else:
            found = missed.not_missed(home, found.id)
        row: dict[str, Any] = {
            "id": found.id,
            "status": "dropped" if drop else found.status(home.clock.now()),
            "planned_at": iso_or_none(found.planned_at),
            "reason": found.missed or None,
        }
    if as_json:
        print_json(row)
    else:
        print_text(found.id)
