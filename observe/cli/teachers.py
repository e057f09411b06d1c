"""`observe coaching`, `alone`, `promise`, `limit` and `working-agreement`: what the two adults of a class agreed on."""

import click

from observe.cli.common import home_of, json_option, page_as, print_json, print_text, read_date
from observe.domain.errors import Usage
from observe.services import find, promises


@click.command("coaching")
@click.argument("section")
@json_option
@click.option("--format", "form", type=click.Choice(("text", "md")), default="text", show_default=True)
@click.pass_context
def coaching_command(ctx: click.Context, section: str, as_json: bool, form: str) -> None:
    """What was modelled and taken up in SECTION, teacher moves, promises, extra hands, the agreement."""
    from observe.services import teacherpage

    with home_of(ctx) as home:
        where = find.section(home, section).id
        if as_json:
            print_json(teacherpage.figures(home, where))
        else:
            print_text(page_as(teacherpage.teacher_page(home, where), form))


@click.command("alone")
@click.argument("section")
@click.argument("code", required=False)
@click.option("--day", default="today", show_default=True, help="The day on which the teacher ran it.")
@click.option("--note", default="", help="What the teacher said of it.")
@click.option("--drop", metavar="ID", help="This was entered by mistake: it goes.")
@json_option
@click.pass_context
def alone_command(
    ctx: click.Context, section: str, code: str | None, day: str, note: str, drop: str | None, as_json: bool
) -> None:
    """The teacher of SECTION says: I ran CODE (a strategy) without you. Without CODE: what was told so far."""
    from observe.services import coaching, protocols

    if code is not None and drop is not None:
        raise Usage("CODE and --drop: one of them", "without CODE: what was told so far, each with its id")
    with home_of(ctx) as home:
        where = find.section(home, section).id
        if code is None:
            if drop is not None:
                coaching.unsay_alone(home, drop)
            rows = [
                {"id": a.id, "day": a.day, "channel": a.channel, "code": a.code, "note": a.note or None}
                for a in coaching.said_alone(home, where)
            ]
            told = "".join(f"{row['id']}  {row['day']}  {row['code']}\n" for row in rows) or "nothing told\n"
            print_json(rows) if as_json else print_text(told)
            return
        known = coaching.practices(protocols.find(home, protocols.DEFAULT))
        channel = next((channel for channel, key in known if key == code), "")
        if not channel:
            raise Usage(f"code {code[:40]!r} is no strategy", f"known: {', '.join(key for _, key in known)}")
        when = read_date(home, day, "--day")
        assert when is not None  # the option has a default
        id = coaching.say_alone(home, where, channel, code, when, note)
    if as_json:
        print_json({"id": id, "channel": channel, "code": code, "day": when.isoformat()})
    else:
        print_text(id)


@click.command("promise")
@click.argument("section", required=False)
@click.argument("text", required=False)
@click.option("--by", type=click.Choice(("me", "teacher")), default="me", show_default=True)
@click.option("--kept", "kept", metavar="ID", help="This promise was kept.")
@click.option("--dropped", "dropped", metavar="ID", help="This promise is dropped.")
@click.option("--again", "again", metavar="ID", help="This promise stands again.")
@json_option
@click.pass_context
def promise_command(
    ctx: click.Context,
    section: str | None,
    text: str | None,
    by: str,
    kept: str | None,
    dropped: str | None,
    again: str | None,
    as_json: bool,
) -> None:
    """Promises of SECTION that stand; with TEXT, a new one."""
    ends = [(id, how) for id, how in ((kept, "kept"), (dropped, "dropped"), (again, None)) if id is not None]
    if len(ends) > 1 or (ends and text):
        raise Usage("one thing at a time", "a new promise, or what came of one")
    with home_of(ctx) as home:
        where = find.section(home, section).id if section is not None else None
        if ends:
            promises.end(home, *ends[0])
        elif text is not None and where is not None:
            promises.make(home, where, by, text)
        rows = [
            {"id": p.id, "section": p.section, "by": p.by, "text": p.text, "ended": p.how or None}
            for p in promises.every(home, where)
        ]
    if as_json:
        print_json(rows)
    else:
        print_text("\n".join(f"{r['id']}  {r['by']}: {r['text']}" for r in rows if not r["ended"]) or "none stands")


@click.command("limit")
@click.argument("section")
@click.argument("minutes", required=False)
@json_option
@click.pass_context
def limit_command(ctx: click.Context, section: str, minutes: str | None, as_json: bool) -> None:
    """The MINUTES a visit that extra hands may take in SECTION; `none` takes the limit away."""
    from observe.services import role_limit

    if minutes is not None and minutes != "none" and not (minutes.isascii() and minutes.isdigit() and len(minutes) < 4):
        raise Usage(f"MINUTES: {minutes[:20]!r} is no number", "allowed: 0 to 240, or none")
    with home_of(ctx) as home:
        where = find.section(home, section).id
        if minutes is not None:
            role_limit.set_limit(home, where, None if minutes == "none" else int(minutes))
        now = role_limit.limit(home, where)
    if as_json:
        print_json({"section": where, "minutes": now})
    else:
        print_text(role_limit.limit_words(now))


@click.command("working-agreement")
@click.argument("teacher")
@click.option("--set", "lines", multiple=True, metavar="FIELD=TEXT", help="A line of it; nothing after = takes it out.")
@json_option
@click.option("--format", "form", type=click.Choice(("text", "md", "html")), default="text", show_default=True)
@click.pass_context
def working_agreement_command(
    ctx: click.Context, teacher: str, lines: tuple[str, ...], as_json: bool, form: str
) -> None:
    """What was agreed on with TEACHER, on one page."""
    from observe.services import coaching, teacherpage

    with home_of(ctx) as home:
        teacher = coaching.teacher_named(home, teacher)
        for written in lines:
            field, sign, text = written.partition("=")
            if not sign:
                raise Usage(f"--set: {written[:40]!r} has no =", "write it as FIELD=TEXT")
            coaching.agree(home, teacher, field, text)
        agreed, page = coaching.agreement(home, teacher), teacherpage.agreement_page(home, teacher)
    if as_json:
        print_json({"teacher": teacher, "agreement": agreed})
    else:
        print_text(page_as(page, form))
