"""The command line: each command parses, calls a service, prints. Modules load only when their command runs."""

import importlib
import os
from pathlib import Path

import click

from observe import __version__
from observe.cli.paths import Named
from observe.domain.errors import Refused, Usage

COMMANDS = {
    "import": "roster",
    "protocols": "roster",
    "sections": "lists",
    "students": "lists",
    "visits": "lists",
    "start": "visit",
    "end": "visit",
    "missed": "schedule",
    "meetings": "week",
    "meeting": "week",
    "patterns": "week",
    "pattern": "week",
    "delivered": "week",
    "trends": "trends",
    "flag": "trends",
    "log": "log",
    "plan": "plan",
    "compacting": "plan",
    "groups": "groups",
    "group": "groups",
    "summary": "figures",
    "day": "figures",
    "seen": "students",
    "access": "students",
    "talent": "students",
    "glossary": "words",
    "practice": "words",
    "page": "pages",
    "sent": "pages",
    "coaching": "teachers",
    "alone": "teachers",
    "promise": "teachers",
    "limit": "teachers",
    "working-agreement": "teachers",
    "export": "transfer",
    "sync": "sync",
    "conflicts": "conflicts",
    "amend": "trail",
    "void": "trail",
    "purge": "safety",
    "backup": "safety",
    "restore": "safety",
    "doctor": "safety",
    "settings": "settings",
    "completion": "settings",
    "demo": "demo",
}
"""Command name to the module of this package that holds it, as `<name>_command`, with _ for -."""


class Lazy(click.Group):
    """A group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"observe.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Refused("stopped", "what was confirmed is safe") from None


@click.group(
    cls=Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=False,
)
@click.option(
    "--home",
    type=Named(file_okay=False),
    envvar="OBSERVE_HOME",
    help="The folder with the log (also OBSERVE_HOME). Default: the user data folder of this system.",
)
@click.version_option(__version__, prog_name="observe")
@click.pass_context
def cli(ctx: click.Context, home: Path | None) -> None:
    """Log push-in visits by single taps. Without a command: the app."""
    ctx.obj = home
    if ctx.invoked_subcommand is None:
        from observe.cli.common import home_path, platform_of
        from observe.launch import run_app

        ctx.exit(run_app(home_path(ctx), platform_of(ctx)))


def run(args: list[str]) -> int:
    """Run one command line; every end of it is a status and at most one line on stderr."""
    try:
        for number, argument in enumerate(args, 1):
            # Bytes that are no text can name a file; nothing else of ours can hold them.
            if not _is_text(argument) and not os.path.lexists(argument):
                raise Usage(f"argument {number}: not text in UTF-8", "type it anew")
        result = cli.main(args, prog_name="observe", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except Exception as error:
        return ended(error, args)


def ended(error: Exception, args: list[str]) -> int:
    """Say in one line why a command line ended, while that error is being handled; its exit status."""
    if isinstance(error, click.exceptions.Abort):
        return _say("stopped", 1)
    if isinstance(error, click.ClickException):
        hint = " (see `observe --help`)" if isinstance(error, click.UsageError) else ""
        return _say(" ".join(error.format_message().split()) + hint, error.exit_code)
    if isinstance(error, Refused):
        return _say(str(error), 2 if isinstance(error, Usage) else 1)
    # The last net: no traceback reaches her.
    from observe.cli.common import keep_trace

    return _say(f"something went wrong inside observe, what was confirmed is safe, try again; {keep_trace(args)}", 1)


def _is_text(argument: str) -> bool:
    try:
        argument.encode()
    except UnicodeEncodeError:
        return False
    return True


def _say(line: str, status: int) -> int:
    from observe.cli.common import say

    say(line)
    return status
