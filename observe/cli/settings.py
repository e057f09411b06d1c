"""`observe settings` and `observe completion`."""

from typing import Any

import click

from observe.cli.common import home_of, json_option, print_json, print_text
from observe.domain.errors import Usage
from observe.services import keyfile, protocols, settings
from observe.services.home import Home

KEYS = "keys"
"""Named like a setting, and kept in a file of its own: a line an action."""


@click.command("settings")
@click.argument("name", required=False)
@click.argument("value", required=False)
@json_option
@click.pass_context
def settings_command(ctx: click.Context, name: str | None, value: str | None, as_json: bool) -> None:
    """Show the settings, or one, or set NAME to VALUE. `keys`: every key of the live screen."""
    with home_of(ctx) as home:
        if name == KEYS:
            if value is not None:
                raise Usage("keys stand in a file", str(home.path / keyfile.FILE), 'write a line there: undo = "x"')
            keys = keys_of(home)
            print_json(keys) if as_json else print_text(_keys_said(keys))
            return
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


def keys_of(home: Home) -> dict[str, Any]:
    """The file of her own keys, what is wrong in it ("" for nothing), and each action with its key and label."""
    from observe.ui.commands import live_commands
    from observe.ui.own_keys import own_keymap

    wrong, actions = "", dict[str, Any]()
    for protocol in protocols.in_use(home):
        commands = live_commands(protocol)
        keys, mistake = own_keymap(home, commands, protocol)
        by_id = {id: key for key, id in keys.items()}
        wrong = wrong or mistake
        actions |= {c.id: {"key": by_id.get(c.id, ""), "label": c.label} for c in commands}
    return {"file": str(home.path / keyfile.FILE), "wrong": wrong, "keys": actions}


def _keys_said(found: dict[str, Any]) -> str:
    head = f'Your own keys: in {found["file"]}, a line an action, such as undo = "x"; "" for no key.'
    wrong = [f"! {found['wrong']}. The usual keys hold."] if found["wrong"] else []
    wide = max(len(id) for id in found["keys"])
    lines = [f"{id:<{wide}}  {of['key']:<12} {of['label']}".rstrip() for id, of in found["keys"].items()]
    return "\n".join((head, *wrong, "", *lines))


@click.command("completion")
@click.argument("shell", metavar="SHELL", type=click.Choice(("bash", "zsh", "fish")))
def completion_command(shell: str) -> None:
    """Print the completion script for a shell; put it where that shell looks."""
    from click.shell_completion import get_completion_class

    from observe.cli import cli

    found = get_completion_class(shell)
    assert found is not None  # the choice names only shells click knows
    print_text(found(cli, {}, "observe", "_OBSERVE_COMPLETE").source())
