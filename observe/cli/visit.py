"""`observe start` and `observe end`."""

import click

from observe.cli.common import home_of, json_option, print_json, print_text, read_time, say, time_option
from observe.domain.errors import Refused
from observe.services import find, visits
from observe.services.home import Home


@click.command("start")
@click.argument("section", required=False)
@click.option("--title", default="", help="What the visit is about.")
@click.option("--protocol", default="push_in", help="The coding scheme, by id.", show_default=True)
@time_option("--at", "When it began, if not now.")
@click.option("--present", type=click.Choice(["all"]), help="Take the roll: all of the section are here.")
@click.option("--end-open", is_flag=True, help="End a visit that is open, at its last observation.")
@json_option
@click.pass_context
def start_command(
    ctx: click.Context,
    section: str | None,
    title: str,
    protocol: str,
    at: str | None,
    present: str | None,
    end_open: bool,
    as_json: bool,
) -> None:
    """Start a visit to SECTION (an id or a unique name) and print its id."""
    with home_of(ctx) as home:
        when = read_time(home, at, "--at")
        visit = visits.start_visit(
            home, section, title=title, protocol=protocol, at=when, present_all=present == "all", end_open=end_open
        )
        if as_json:
            print_json({"id": visit.id})
        else:
            print_text(visit.id)


@click.command("end")
@click.argument("visit")
@time_option("--at", "When it ended, if not now.")
@click.option("--estimated", is_flag=True, help="Mark the end as estimated.")
@json_option
@click.pass_context
def end_command(ctx: click.Context, visit: str, at: str | None, estimated: bool, as_json: bool) -> None:
    """End VISIT."""
    with home_of(ctx) as home:
        when = read_time(home, at, "--at")
        ended = visits.end_visit(home, find.visit(home, visit).id, when, estimated)
        if as_json:
            print_json({"id": ended.id})
        else:
            print_text(ended.id)
        _back_up(home)


def _back_up(home: Home) -> None:
    """The end is on the disk already; a copy that cannot be made is no reason to say it is not."""
    from observe.services.backups import daily_backup
    from observe.services.purge import finish, is_due

    try:
        if is_due(home):  # a purge that was interrupted, or that another device ordered
            finish(home)
        daily_backup(home)
    except Refused as error:
        say(f"no backup was made: {error}")
