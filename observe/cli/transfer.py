"""`observe export`."""

from pathlib import Path

import click

from observe.cli.common import home_of, print_text, progress, write_bytes
from observe.cli.lists import span_of
from observe.cli.paths import Named
from observe.domain.errors import Usage
from observe.services import find, transfer, visits


@click.command("export")
@click.argument("form", metavar="FORMAT", type=click.Choice(("jsonl", "csv")))
@click.argument("visit", nargs=-1)
@click.option("--from", "first", metavar="DATE", help="Visits from this day on.")
@click.option("--to", "last", metavar="DATE", help="Visits up to this day, which is included.")
@click.option("-o", "--output", type=Named(dir_okay=False), help="Write to this file, not stdout.")
@click.option("--private", is_flag=True, help="jsonl: with the notes that otherwise never leave this device.")
@click.option("--de-identify", is_flag=True, help="Without names, ids and typed texts.")
@click.pass_context
def export_command(
    ctx: click.Context,
    form: str,
    visit: tuple[str, ...],
    first: str | None,
    last: str | None,
    output: Path | None,
    private: bool,
    de_identify: bool,
) -> None:
    """Write visits (default: all) as jsonl (lossless) or csv (one observation a row)."""
    if private and (form != "jsonl" or de_identify):
        raise Usage("--private: not with this export", "private notes are in a jsonl export with names only")
    with home_of(ctx) as home:
        chosen: list[str] | None = list(dict.fromkeys(find.visit(home, name).id for name in visit)) or None
        if first or last:
            start, after = span_of(home, first, last)
            inside = [v.id for v in visits.visits_between(home, start, after)]
            chosen = [v for v in inside if chosen is None or v in chosen]
        if form == "jsonl":
            chunks = transfer.jsonl(home, chosen, private=private, de_identify=de_identify)
        else:
            every = [v.id for v in visits.visits_between(home, 0, None)] if chosen is None else chosen
            chunks = transfer.observations_csv(home, every, de_identify=de_identify)
        if output is None:
            for chunk in chunks:
                write_bytes(chunk)
        else:
            progress(f"writing {output.name}")
            size = transfer.write_out(chunks, output)
            print_text(f"{output}: {size} bytes")
