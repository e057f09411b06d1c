"""`observe plan` and `observe compacting`."""

import json
from pathlib import Path

import click

from observe.cli.common import (
    home_of,
    json_option,
    output_option,
    page_as,
    print_json,
    print_text,
    read_time,
    time_option,
)
from observe.cli.paths import Named, small_text
from observe.domain.errors import Refused, Usage
from observe.domain.programme import Compacting
from observe.services import find


@click.command("plan")
@click.argument("visit", required=False)
@click.option("--new", "section", metavar="SECTION", help="Plan a visit to SECTION: at --at, else at its usual time.")
@time_option("--at", "With --new: when the visit is.")
@click.option("--minutes", type=int, help="With --new: how long it is.")
@click.option("--from", "source", metavar="VISIT", help="Take lines over from that plan; `last`: the class's last one.")
@click.option("--set", "filled", type=Named(dir_okay=False), help="Fill lines from this JSON file (- for stdin).")
@click.option("--share", is_flag=True, help="As a page to share: without the students' names.")
@json_option
@click.option("--format", "form", type=click.Choice(("text", "md", "html")), default="text", show_default=True)
@output_option
@click.pass_context
def plan_command(
    ctx: click.Context,
    visit: str | None,
    section: str | None,
    at: str | None,
    minutes: int | None,
    source: str | None,
    filled: Path | None,
    share: bool,
    as_json: bool,
    form: str,
    output: Path | None,
) -> None:
    """The co-planning card of VISIT (default: the one that comes next), shown, filled or begun from another.

    With --from: lines that an earlier plan offers are taken over (`skeleton`: an empty frame); what is there stays.
    """
    from observe.services import plan, plan_json, plan_page, plan_start

    if (at is not None or minutes is not None) and section is None:
        raise Usage("--at and --minutes: only with --new", "a visit that is planned already has its time")
    if visit is not None and section is not None:
        raise Usage("VISIT or --new, not both", "--new makes a visit")
    if share and as_json:
        raise Usage("--share: not with --json", "the JSON is for programs of your own")
    raw = _read(filled) if filled is not None else None
    with home_of(ctx) as home:
        if section is not None:
            when = read_time(home, at, "--at")
            found = plan_start.new_visit(home, section, when, minutes)
        else:
            found = find.visit(home, visit) if visit is not None else plan_start.next_visit(home)
        if source is not None:
            of = "" if source == "last" else source
            of = find.visit(home, of).id if of not in ("", plan_start.SKELETON) else of
            plan.Plan(home, found.id).accept(plan_start.proposal(home, found.id, of))
        if raw is not None:
            plan_json.fill(home, found.id, raw)
        if as_json:
            print_json(plan_json.as_json(home, found.id), output)
            return
        text = page_as(plan_page.plan_page(home, found.id, named=not share), form)
        print_text(text, output)


def _read(file: Path) -> object:
    text = small_text(file, "a plan", stdin=True)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(f"{file} is no JSON", str(error)[:120], "see docs/formats.md") from error


@click.command("compacting")
@click.argument("agreement", required=False)
@click.option("--section", metavar="SECTION", help="Of this class alone.")
@click.option("--all", "every", is_flag=True, help="Closed ones, too.")
@click.option("--add", "student", metavar="STUDENT", help="A new one about this student of --section.")
@click.option("--shown", help="What was shown to be mastered.")
@click.option("--evidence", help="What shows it.")
@click.option("--evidence-at", metavar="DAY", help="From which day that is: 2026-11-20. Default: today.")
@click.option("--minutes", type=int, help="Minutes a week that it buys.")
@click.option("--instead", help="What takes its place.")
@click.option("--close", "closes", is_flag=True, help="AGREEMENT is over.")
@click.option("--reopen", is_flag=True, help="AGREEMENT stands again.")
@json_option
@click.pass_context
def compacting_command(
    ctx: click.Context,
    agreement: str | None,
    section: str | None,
    every: bool,
    student: str | None,
    shown: str | None,
    evidence: str | None,
    evidence_at: str | None,
    minutes: int | None,
    instead: str | None,
    closes: bool,
    reopen: bool,
    as_json: bool,
) -> None:
    """Compacting agreements that stand; with --add a new one; AGREEMENT is changed, closed or shown alone."""
    from observe.services import compacting, plan_json, plan_page, plan_start
    from observe.services.visits import students

    said = {"shown": shown, "evidence": evidence, "minutes": minutes, "instead": instead}
    given = {name: value for name, value in said.items() if value is not None}
    if agreement is None and student is None and (given or evidence_at or closes or reopen):
        raise Usage("which agreement?", "name one by its id, or begin one with --add STUDENT --section SECTION")
    if student is not None and (section is None or agreement is not None or closes or reopen):
        raise Usage("--add: needs --section, and begins a new one", "a student may be in several classes")
    if closes and reopen:
        raise Usage("--close or --reopen, not both")
    with home_of(ctx) as home:
        where = find.section(home, section).id if section is not None else None
        if evidence_at is not None:
            given["evidence_at"] = plan_start.day(home, evidence_at)
        if student is not None:
            assert where is not None  # --add needs --section
            who = find.student(students(home, where), student, "--add", "this section")
            found: tuple[Compacting, ...] = (compacting.add(home, where, who, **given),)
        elif agreement is not None:
            id = compacting.read(home, agreement).id
            if given:
                compacting.change(home, id, **given)
            if closes or reopen:
                (compacting.close if closes else compacting.reopen)(home, id)
            found = (compacting.read(home, id),)
        else:
            found = compacting.every(home, where) if every else compacting.standing(home, where)
        if as_json:
            print_json([plan_json.agreement_json(one) for one in found])
            return
        names = {s.id: s.name for s in students(home)}
        rows = [
            f"{one.id}  {plan_page.agreement(home, one, names.get(one.student) or '(erased)').text}" for one in found
        ]
        print_text("\n".join(rows) or "no compacting agreement stands")
