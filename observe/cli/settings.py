"""`observe settings` and `observe completion`."""

import click

from observe.cli.common import home_of, json_option, print_json, print_text
from observe.services import settings


@click.command("settings")
@click.argument("name", required=False)
@click.argument("value", required=False)
@json_option
@click.pass_context
def settings_command(ctx: click.Context, name: str | None, value: str | None, as_json: bool) -> None:
    """Show the settings, or one, or set NAME to VALUE."""
    with home_of(ctx) as home:
        if name is None:
            found = settings.every(home)
        elif value is None:
            found = {name: settings.get(home, name)}
        else:
            found = {name: settings.put(home, name, value)}
    if as_json:
        print_json(found)
    elif name is None:
        about = {s.name: s.about for s in settings.SETTINGS}
        print_text("\n".join(f"{key:<12} {text or '(not set)':<24} {about[key]}" for key, text in found.items()))
    else:
        print_text(found[name])


@click.command("completion")
@click.argument("shell", metavar="SHELL", type=click.Choice(("bash", "zsh", "fish")))
def completion_command(shell: str) -> None:
    """Print the completion script for a shell; put it where that shell looks."""
    from click.shell_completion import get_completion_class

    from observe.cli import cli

    found = get_completion_class(shell)
    assert found is not None  # the choice names only shells click knows
    print_text(found(cli, {}, "observe", "_OBSERVE_COMPLETE").source())
