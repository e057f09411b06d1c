"""`observe meetings`, `meeting`, `patterns`, `pattern`, `delivered`: what stands around the visits in the week."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from observe.cli.common import (
    home_of,
    json_option,
    output_option,
    page_as,
    print_json,
    print_text,
    read_date,
    read_time,
)
from observe.cli.lists import span_of
from observe.domain.codec import iso, iso_or_none, local
from observe.domain.errors import Usage
from observe.services import find
from observe.services.home import Home

if TYPE_CHECKING:
    from observe.domain.programme import Meeting, Pattern
    from observe.services.patterns import Done

_from = click.option("--from", "first", metavar="DATE", help="From this day on.")
_to = click.option("--to", "last", metavar="DATE", help="Up to this day, which is included.")
_section = click.option("--section", help="Only those of this section (an id or a unique name).")


# -- co-planning meetings ---------------------------------------------------------------------------------------


@click.command("meetings")
@_section
@_from
@_to
@json_option
@click.pass_context
def meetings_command(
    ctx: click.Context, section: str | None, first: str | None, last: str | None, as_json: bool
) -> None:
    """Your co-planning meetings, in order of time: planned, held and how long, missed and why."""
    from observe.services import meetings

    with home_of(ctx) as home:
        where = find.section(home, section).id if section is not None else None
        rows = [_meeting(home, m) for m in meetings.between(home, *span_of(home, first, last), where)]
        zone = home.zone
    if as_json:
        print_json(rows)
        return
    print_text("\n".join(_meeting_line(row, zone) for row in rows) if rows else "no co-planning meetings")


@click.group("meeting", no_args_is_help=False)
def meeting_command() -> None:
    """Plan a co-planning meeting, or say what came of one: held, missed and why, moved."""


@meeting_command.command("add")
@click.argument("section")
@click.argument("time")
@click.option("--minutes", type=int, help="How long. Default: 30.")
@click.option("--held", is_flag=True, help="It was held, and nobody had planned it.")
@json_option
@click.pass_context
def add(ctx: click.Context, section: str, time: str, minutes: int | None, held: bool, as_json: bool) -> None:
    """Plan a meeting about SECTION at TIME (ISO 8601)."""
    from observe.services import meetings

    with home_of(ctx) as home:
        at = read_time(home, time, "TIME")
        assert at is not None  # the argument is needed
        how = meetings.note_held if held else meetings.plan
        found = how(home, section, at, meetings.MINUTES if minutes is None else minutes)
        _print_meeting(home, found, as_json)


@meeting_command.command("held")
@click.argument("meeting")
@click.option("--minutes", type=int, help="How long. Default: as planned.")
@json_option
@click.pass_context
def held(ctx: click.Context, meeting: str, minutes: int | None, as_json: bool) -> None:
    """MEETING (an id, or a unique beginning of one) was held."""
    from observe.services import meetings

    with home_of(ctx) as home:
        if minutes is not None:
            meetings.check_minutes(minutes)
        _print_meeting(home, meetings.held(home, meetings.named(home, meeting).id, minutes), as_json)


@meeting_command.command("missed")
@click.argument("meeting")
@click.option("--reason", required=True, help="Assembly, testing, absent, called away, or your own words.")
@json_option
@click.pass_context
def missed(ctx: click.Context, meeting: str, reason: str, as_json: bool) -> None:
    """MEETING was not held, or will not be."""
    from observe.services import meetings

    with home_of(ctx) as home:
        _print_meeting(home, meetings.miss(home, meetings.named(home, meeting).id, reason), as_json)


@meeting_command.command("move")
@click.argument("meeting")
@click.argument("time")
@json_option
@click.pass_context
def move(ctx: click.Context, meeting: str, time: str, as_json: bool) -> None:
    """MEETING is planned for another TIME (ISO 8601)."""
    from observe.services import meetings

    with home_of(ctx) as home:
        at = read_time(home, time, "TIME")
        assert at is not None  # the argument is needed
        _print_meeting(home, meetings.move(home, meetings.named(home, meeting).id, at), as_json)


@meeting_command.command("clear")
@click.argument("meeting")
@json_option
@click.pass_context
def clear(ctx: click.Context, meeting: str, as_json: bool) -> None:
    """Take back that MEETING was held or missed."""
    from observe.services import meetings

    with home_of(ctx) as home:
        _print_meeting(home, meetings.take_back(home, meetings.named(home, meeting).id), as_json)


@meeting_command.command("drop")
@click.argument("meeting")
@json_option
@click.pass_context
def drop(ctx: click.Context, meeting: str, as_json: bool) -> None:
    """MEETING was put down by mistake: it goes. One that follows a calendar or a pattern does not."""
    from observe.services import meetings

    with home_of(ctx) as home:
        found = meetings.named(home, meeting)
        row = {**_meeting(home, found), "status": "dropped"}  # as it was: nothing of it is left to be read
        meetings.drop(home, found.id)
    if as_json:
        print_json(row)
    else:
        print_text(found.id)


def _print_meeting(home: Home, meeting: "Meeting", as_json: bool) -> None:
    if as_json:
        print_json(_meeting(home, meeting))
    else:
        print_text(meeting.id)


def _meeting(home: Home, m: "Meeting") -> dict[str, Any]:
    from observe.services.visits import sections

    names = {s.id: s.name for s in sections(home)}
    return {
        "id": m.id,
        "section": names.get(m.section or "") or None,
        "section_id": m.section,
        "status": m.status(home.clock.now()),
        "at": iso(m.at),
        "minutes": m.minutes,
        "held_at": iso_or_none(m.held_at),
        "held_minutes": m.held_minutes,
        "reason": m.missed or None,
        "observer": m.observer or None,
    }


def _meeting_line(row: dict[str, Any], zone: str) -> str:
    from observe.domain.codec import ms_of

    when = f"{local(ms_of(row['at']), zone):%a %Y-%m-%d %H:%M}"
    of = f" of {row['minutes']}" if row["minutes"] is not None else ", not planned"
    said = {
        "held": f"held {row['held_minutes']}{of} min" if row["minutes"] else f"held {row['held_minutes']} min{of}",
        "missed": f"missed, {row['reason'] or 'not said why'}",
        "planned": f"planned, {row['minutes']} min",
    }[row["status"]]
    return f"{row['id']}  {when}  {row['section'] or 'no class'}  {said}"


# -- what comes every week --------------------------------------------------------------------------------------


@click.command("patterns")
@_section
@json_option
@click.pass_context
def patterns_command(ctx: click.Context, section: str | None, as_json: bool) -> None:
    """What you typed in that comes every week; what has ended too."""
    from observe.services import patterns

    with home_of(ctx) as home:
        where = find.section(home, section).id if section is not None else None
        rows = [_pattern(home, p) for p in patterns.every(home, where)]
    if as_json:
        print_json(rows)
        return
    lines = [
        f"{row['id']}  {row['day']} {row['time']}  {row['minutes']} min  {row['section']}  {row['what']}"
        f"  from {row['first']}{' to ' + row['last'] if row['last'] else ''}"
        for row in rows
    ]
    print_text("\n".join(lines) or "no patterns: type one with `observe pattern SECTION DAY TIME MINUTES`")


@click.command("pattern")
@click.argument("words", nargs=-1, metavar="SECTION DAY TIME [MINUTES]")
@click.option("--meeting", "is_meeting", is_flag=True, help="Co-planning meetings, not visits.")
@click.option("--from", "first", metavar="DATE", help="Its first day. Default: today, if it is not over then.")
@click.option("--until", "last", metavar="DATE", help="Its last day. Default: none.")
@click.option("--change", "changed", metavar="PATTERN", help="This one has another DAY TIME MINUTES from now on.")
@click.option("--end", "ended", metavar="PATTERN", help="This one ends, today or with --until.")
@json_option
@click.pass_context
def pattern_command(
    ctx: click.Context,
    words: tuple[str, ...],
    is_meeting: bool,
    first: str | None,
    last: str | None,
    changed: str | None,
    ended: str | None,
    as_json: bool,
) -> None:
    """Plan a visit to SECTION every week, such as `observe pattern "Gr 4 Rm 12" tue 09:30 45`.

    Visits are planned 28 weeks ahead, and further as time goes on. What you held, gave a reason for, or moved yourself
    stays as it is when a pattern is changed or ends.
    """
    from observe.services import patterns, typed

    if (changed is not None) + (ended is not None) > 1 or (ended is not None and words):
        raise Usage("--end and --change: one of them", "--end takes no words", "see `observe pattern --help`")
    with home_of(ctx) as home:
        begin, until = read_date(home, first, "--from"), read_date(home, last, "--until")
        if ended is not None:
            done = patterns.end(home, patterns.named(home, ended).id, until)
        elif changed is not None:
            if len(words) != 3 or first or last or is_meeting:
                raise Usage("--change: DAY TIME MINUTES are needed, and nothing else", "such as tue 09:30 45")
            day, minutes, found = typed.read_day(words[0]), _whole(words[2]), patterns.named(home, changed)
            done = patterns.change(home, found.id, weekday=day, time=words[1], minutes=minutes)
        else:
            if not 3 <= len(words) <= 4:
                raise Usage("SECTION DAY TIME are needed", 'such as "Gr 4 Rm 12" tue 09:30 45')
            what = "meeting" if is_meeting else "visit"
            minutes = _whole(words[3]) if len(words) == 4 else typed.MINUTES[what]
            facts = words[0], typed.read_day(words[1]), words[2], minutes
            done = patterns.add(home, *facts, what=what, first=begin, last=until)
        row = _pattern(home, done.pattern)
    if as_json:
        print_json({**row, "counts": done.counts})
    else:
        print_text(f"{row['id']}\n{_done(done)}")


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise Usage(f"MINUTES: {text[:20]!r} is no number", "such as 45")
    return int(text)


def _done(done: "Done") -> str:
    said = ", ".join(f"{n} {word}" for word, n in done.counts.items() if n and word != "unchanged")
    return f"{done.pattern.what}s: {said or 'nothing changed'}"


def _pattern(home: Home, p: "Pattern") -> dict[str, Any]:
    from observe.domain.weekly import DAYS
    from observe.services.visits import sections

    names = {s.id: s.name for s in sections(home)}
    return {
        "id": p.id,
        "section": names.get(p.section) or None,
        "section_id": p.section,
        "what": p.what,
        "day": DAYS[p.weekday],
        "time": p.time,
        "minutes": p.minutes,
        "zone": p.zone,
        "first": p.first,
        "last": p.last,
        "observer": p.observer or None,
    }


# -- planned against held ---------------------------------------------------------------------------------------


@click.command("delivered")
@click.option("--from", "first", metavar="DATE", help="From this day on. Default: 28 days in all.")
@click.option("--to", "last", metavar="DATE", help="Up to this day, which is included. Default: today.")
@_section
@click.option("--by", type=click.Choice(("week", "month")), help="Also by week or by month.")
@json_option
@click.option("--format", "form", type=click.Choice(("text", "md", "html", "csv")), default="text", show_default=True)
@output_option
@click.pass_context
def delivered_command(
    ctx: click.Context,
    first: str | None,
    last: str | None,
    section: str | None,
    by: str | None,
    as_json: bool,
    form: str,
    output: Path | None,
) -> None:
    """Your visits and co-planning meetings, planned against held, and why they were missed."""
    from observe.services import delivery

    with home_of(ctx) as home:
        days = delivery.span(home, read_date(home, first, "--from"), read_date(home, last, "--to"))
        if days[1] < days[0] or days[1] - days[0] > timedelta(days=3 * 366):
            raise Usage("this span cannot be", "it ends before it begins, or is longer than three years")
        where = find.section(home, section).id if section is not None else None
        if as_json or form == "csv":
            found = delivery.delivered(home, *days, section=where, by=by or "")
            if as_json:
                print_json(found, output)
                return
            from observe.exchange.delivery_csv import write

            text = write(found)
        else:
            from observe.services.deliverypage import delivery_page

            text = page_as(delivery_page(home, *days, section=where, by=by or ""), form)
        print_text(text, output)
