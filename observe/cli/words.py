"""`observe glossary` and `observe practice`: what the words mean, and whether two people take them alike."""

from pathlib import Path

import click

from observe.cli.common import home_of, json_option, page_as, print_json, print_text, write_file
from observe.cli.paths import Named
from observe.services import protocols

_form = click.option("--format", "form", type=click.Choice(("text", "md", "html")), default="text", show_default=True)
_out = click.option("-o", "--output", type=Named(dir_okay=False), help="Write to this file.")


@click.command("glossary")
@click.option("--protocol", "protocol_id", default=protocols.DEFAULT, show_default=True, help="Whose labels.")
@json_option
@_form
@_out
@click.pass_context
def glossary_command(ctx: click.Context, protocol_id: str, as_json: bool, form: str, output: Path | None) -> None:
    """What every label means, looks like and sounds like, and the words of the work: a page for teachers."""
    from observe.services import glossary

    with home_of(ctx) as home:
        protocol = protocols.find(home, protocol_id)
    if as_json:
        print_json(glossary.glossary_json(protocol), output)
        return
    text = page_as(glossary.glossary_page(protocol), form)
    write_file(output, text) if output else print_text(text)
