"""`observe glossary` and `observe practice`: what the words mean, and whether two people take them alike."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from observe.cli.common import home_of, json_option, one_line, output_option, page_as, print_json, print_text
from observe.cli.paths import Named, small_text
from observe.domain.errors import Usage
from observe.services import protocols

if TYPE_CHECKING:
    from observe.services.practice import Known

_form = click.option("--format", "form", type=click.Choice(("text", "md", "html")), default="text", show_default=True)


@click.command("glossary")
@click.option("--protocol", "protocol_id", default=protocols.DEFAULT, show_default=True, help="Whose labels.")
@json_option
@_form
@output_option
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
    print_text(text, output)


@click.command("practice")
@click.argument("practice_set", metavar="[SET]", required=False)
@click.option("--answers", type=Named(dir_okay=False), help="One or two people's answers, as JSON (- for stdin).")
@click.option("--reasons", is_flag=True, help="The scenes with their reference codes and the reasons for them.")
@json_option
@_form
@output_option
@click.pass_context
def practice_command(
    ctx: click.Context,
    practice_set: str | None,
    answers: Path | None,
    reasons: bool,
    as_json: bool,
    form: str,
    output: Path | None,
) -> None:
    """Scenes to code together. Without SET (an id, or a .toml file): which there are. With --answers: the figures."""
    from observe.services import practice, practice_results

    if practice_set is None and (answers is not None or reasons):
        raise Usage("SET is missing", "name a practice set", "see `observe practice`")
    if answers is not None and reasons:
        raise Usage("--reasons: not with --answers", "the results have the reasons", "leave one out")
    with home_of(ctx) as home:
        if practice_set is None:
            _list(practice.every(home), as_json, output)
            return
        chosen = practice.find(home, practice_set)
    if answers is None:
        page = practice_results.sheet(chosen, reasons=reasons)
        data = practice_results.sheet_json(chosen)
    else:
        people = practice.read_answers(chosen, small_text(answers, "answers", stdin=True), answers.name)
        page = practice_results.results_page(chosen, people)
        data = practice_results.results_json(chosen, people)
    if as_json:
        print_json(data, output)
        return
    text = page_as(page, form)
    print_text(text, output)


def _list(known: "tuple[Known, ...]", as_json: bool, output: Path | None) -> None:
    rows = [
        {
            "id": one.id,
            "title": one.title,
            "file": one.file or None,
            "protocol": one.set.protocol.id if one.set else None,
            "vignettes": len(one.set.vignettes) if one.set else None,
            "items": len(one.set.items) if one.set else None,
            "wrong": one.wrong or None,
        }
        for one in known
    ]
    if as_json:
        print_json(rows, output)
        return
    lines = [
        f"{row['id']:<16} {row['vignettes']:>3} scenes {row['items']:>4} to code  {row['title']}"
        if row["wrong"] is None
        else f"{row['id']:<16} ! {one_line(str(row['wrong']))}"
        for row in rows
    ]
    text = "\n".join(lines) + "\n"
    print_text(text, output)
