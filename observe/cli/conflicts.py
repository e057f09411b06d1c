"""`observe conflicts`: what was changed on two devices at once."""

from typing import TYPE_CHECKING

import click

from observe.cli.common import home_of, json_option, print_json, print_text
from observe.domain.codec import iso, local
from observe.domain.errors import Refused, Usage

if TYPE_CHECKING:
    from observe.services.sharing.conflicts import Conflict


@click.command("conflicts")
@click.option("--restore", metavar="ENTRY", help="This version is so from now on.")
@click.option("--keep", metavar="ENTRY", help="What shows now stays; ENTRY is any version of it.")
@json_option
@click.pass_context
def conflicts_command(ctx: click.Context, restore: str | None, keep: str | None, as_json: bool) -> None:
    """List what was changed on two devices at once; the version that shows comes first. Nothing of it is lost."""
    if restore is not None and keep is not None:
        raise Usage("conflicts: one thing at a time", "--restore and --keep exclude each other")
    from observe.services.sharing import conflicts

    with home_of(ctx) as home:
        if restore is not None:
            conflicts.restore(home, restore)
        if keep is not None:
            found = home.journal.entry(keep)
            if found is None:
                raise Refused(f"version {keep[:40]!r} is not known", "this home has none of that id", "list them first")
            conflicts.keep(home, found.kind, found.key)
        left = conflicts.conflicts(home)
        if as_json:
            print_json([_json(one) for one in left])
            return
        lines = []
        for one in left:
            lines.append(one.what)
            for i, version in enumerate(one.versions):
                at = f"{local(version.at, home.zone):%Y-%m-%d %H:%M}"
                mark = "shows" if not i else "     "
                lines.append(f"  {mark}  {version.words}  ({version.device}, {at})  {version.entry}")
        print_text("\n".join(lines) or "nothing was changed on two devices at once")


def _json(one: "Conflict") -> dict[str, object]:
    versions = [
        {"entry": v.entry, "device": v.device, "at": iso(v.at), "words": v.words, "shows": not i}
        for i, v in enumerate(one.versions)
    ]
    return {"kind": one.kind, "key": one.key, "visit": one.visit, "what": one.what, "versions": versions}
