"""`observe flag`: what a visit was, when it was not like others."""

import click

from observe.cli.common import home_of, json_option, print_json, print_text
from observe.domain.errors import Usage
from observe.services import find


@click.command("flag")
@click.argument("visit")
@click.argument("words", nargs=-1)
@click.option("--clear", is_flag=True, help="It was a visit as usual.")
@json_option
@click.pass_context
def flag_command(ctx: click.Context, visit: str, words: tuple[str, ...], clear: bool, as_json: bool) -> None:
    """Say that VISIT was not like others: substitute, assessment, other lesson, or your own words.

    Trends leave it out then. Without words: what was said of it.
    """
    from observe.services import flags

    if words and clear:
        raise Usage("WORDS and --clear: one of them", f"usual words: {', '.join(flags.CHOICES)}")
    with home_of(ctx) as home:
        found = find.visit(home, visit)
        if clear:
            found = flags.clear(home, found.id)
        elif words:
            found = flags.put(home, found.id, " ".join(words))
    if as_json:
        print_json({"id": found.id, "flag": found.flag or None})
    else:
        print_text(found.id if words or clear else found.flag or "as usual")
