"""`observe groups` and `observe group`: who is in which group, whether groups are flexible, and a standing change."""

import click

from observe.cli.common import home_of, json_option, page_as, print_json, print_text
from observe.cli.lists import span_of
from observe.domain.errors import Refused, Usage
from observe.domain.model import Student
from observe.services import find, visits
from observe.services.home import Home


@click.command("groups")
@click.argument("visit", required=False)
@click.option("--section", help="Instead of a visit: a class over time (an id or a unique name).")
@click.option("--from", "first", metavar="DATE", help="With --section: from this day on.")
@click.option("--to", "last", metavar="DATE", help="With --section: up to this day.")
@click.option("--format", "form", type=click.Choice(["text", "md", "html"]), default="text", show_default=True)
@json_option
@click.pass_context
def groups_command(
    ctx: click.Context,
    visit: str | None,
    section: str | None,
    first: str | None,
    last: str | None,
    form: str,
    as_json: bool,
) -> None:
    """Who is in which group in VISIT (the last one), every move, and what was seen in each group and tier.

    With --section: the standing groups, for how many visits they are the same, and who moved.
    """
    from observe.services import grouped

    if visit is not None and section is not None:
        raise Usage("VISIT and --section: one of them", "a visit, or a class over time")
    if section is None and (first or last):
        raise Usage("--from and --to: only with --section", "a visit is one day")
    with home_of(ctx) as home:
        if section is None:
            id = find.visit(home, "last" if visit is None else visit).id
            print_json(grouped.of_visit(home, id)) if as_json else print_text(
                page_as(grouped.visit_page(home, id), form)
            )
            return
        where = find.section(home, section).id
        span = span_of(home, first, last)
        if as_json:
            print_json(grouped.of_section(home, where, *span))
        else:
            print_text(page_as(grouped.section_page(home, where, *span), form))


@click.command("group")
@click.argument("student")
@click.argument("group", required=False)
@click.option("--none", "nowhere", is_flag=True, help="Take the student out of the group.")
@click.option("--section", help="The class, where a student is in several (an id or a unique name).")
@json_option
@click.pass_context
def group_command(
    ctx: click.Context, student: str, group: str | None, nowhere: bool, section: str | None, as_json: bool
) -> None:
    """Put STUDENT into GROUP from now on. While a visit to the class is open, it is a move in that visit."""
    from observe.services import groups

    if (group is None) != nowhere:
        raise Usage("GROUP and --none: one of them", "the label of a group, or --none for no group")
    if group is not None and not group.strip():
        raise Usage("GROUP: empty", "a label, or --none for no group")
    with home_of(ctx) as home:
        who = _member(home, student, section)
        open_ = next((v for v in visits.open_visits(home) if v.section == who.section), None)
        label = group or ""
        if open_ is not None:
            changed = not groups.GroupActs(home, open_.id).move(who.id, label).unchanged
        else:
            changed = groups.stand(home, who.section, who.id, label)
        if as_json:
            print_json({"student": who.id, "section": who.section, "group": label or None, "changed": changed})
        else:
            said = f"{who.name}: {label or 'no group'}"
            print_text(said + ("" if changed else ", as before") + (" (in the open visit)" if open_ else ""))


def _member(home: Home, name: str, section: str | None) -> Student:
    """One student in one class. Raises Refused."""
    where = find.section(home, section).id if section is not None else None
    people = [s for s in visits.students(home, where) if s.active]
    id = find.student(people, name, "STUDENT", "this section" if where is not None else "any section")
    found = [s for s in people if s.id == id]
    if len(found) > 1:
        raise Refused(f"{name[:60]} is in {len(found)} classes", "a group belongs to a class", "name it with --section")
    return found[0]
