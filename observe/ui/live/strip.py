"""Title, strip and side panel: what is next, what was logged last and what can be done about it, in words."""

from observe.domain.model import Observation
from observe.domain.sampling import UNSEEN
from observe.ui import marks
from observe.ui.commands import code_id, opener
from observe.ui.layout import GROUPS, NOT_SEEN, PLAN
from observe.ui.live import cues, looking, mending, planned
from observe.ui.live.asking import choice
from observe.ui.live.scene import Scene
from observe.ui.pads import Cell, Pad, Panel, Row
from observe.ui.text import clock, fit, fit_words, pad_to, width, wrap

TOO_SMALL = (
    "too small: make the window 60 x 21 or more; keys still log",
    "too small: 60 x 21 or more; keys still log",
    "too small; keys still log",
)


def title(scene: Scene) -> list[Cell]:
    """Visit, clock, and who is not yet seen."""
    layout, c = scene.layout, scene.c
    if layout.form == "small":
        room = layout.faces["title", "title"][0].width - 1
        return [Panel("", (Row(f" {fit_words(TOO_SMALL, room)}", bold=True),), "title")]
    cells = layout.faces["title", "title"]
    visit, view = c.log.visit, c.view
    names = [c.names.mask(part) for part in (visit.section_name or "No class", visit.teacher, visit.title) if part]
    going = looking.current(c)
    if going is not None:
        titles = looking.words(going)
    else:
        titles = [" - ".join(names[:n]) for n in range(len(names), 0, -1)]
    room = cells[0].width - (7 if scene.demo else 2)
    text = fit_words(titles, room)
    left = f" DEMO  {text}" if scene.demo else f" {text}"
    time = "PAUSED" if view.paused else clock(view.ms)
    hidden = "NAMES HIDDEN  " if c.hidden else ""
    here = f"{view.never} not yet seen  {len(view.present)} here" if c.places.tiles else ""
    short = f"{view.never} not yet seen" if c.places.tiles else ""
    right = fit_words(
        (f"{hidden}{here}  ? help ", f"{hidden}{here} ", f"{hidden}{short} ", f"{hidden.strip()} ? help ", hidden),
        cells[2].width,
    )
    found: list[Cell] = [
        Panel("", (Row(left, bold=True),), "title"),
        Panel("", (Row(f" {time}", "warn" if view.paused else "ink", True),), "title"),
        Panel("", (Row(right, right=True),), "title"),
    ]
    found += [marks.shown(scene.mark, place.width) for place in cells[3:]]
    return found


def strip(scene: Scene) -> list[Cell]:
    """Whom the next tap is for, and the last log with what can be done about it."""
    target, logged = scene.layout.faces["strip", "strip"]
    return [_target(scene, target.width - 1), _logged(scene, logged.width - 1)]


def _target(scene: Scene, w: int) -> Panel:
    c = scene.c
    going, stale = looking.current(c), scene.stale_minutes
    progress = 0.0
    if going is not None:
        of = f"{min(going.done + 1, len(going.students))} of {len(going.students)}"
        large = scene.layout.form == "large"  # there is no title to say it
        whom = "UNSEEN" if going.order == UNSEEN else "FOCAL" if going.part else "EVERYONE"
        first = fit_words((f"{whom} {of}", f"look {of}") if large else (f"look {of}",), w - 1)
        progress = going.done / max(1, len(going.students))
    else:
        cue = fit_words(("look now, or tap for", "look now, or"), w - 1) if cues.shown(c) else ""
        first = _asks(scene) or cue or "next tap for"
    names = c.called(c.session.target) if c.places.tiles else ("the class",)
    if c.view.paused:
        first = fit_words(("PAUSED, still for", "PAUSED, for", "PAUSED"), w - 1)
    if stale and going is None:
        name = fit_words(names, w - 3 - len(str(stale)) - 2)
        rows = (Row(f" {first}", "black"), Row(f" {name}? {stale}m", "black", True))
        return Panel("", rows, "warn", "warn")
    name = fit_words(names, w - 3)
    if going is not None:  # spaced out, it is read from further away; a shorter name that fits so comes first
        spaced = (" ".join(one.upper()) for one in names if one.isascii())
        name = next((one for one in spaced if width(one) <= w - 3), name)
    return Panel("", (Row(f" {first}", "black"), Row(f" ▶ {name}", "black", True)), "sel", "sel", progress)


def _asks(scene: Scene) -> str:
    """Who asks, while it is not the default: it stays until it is changed."""
    c = scene.c
    channel, asker = c.places.bottom, c.places.asker
    value = choice(c, channel, asker) if channel and asker else None
    if asker is None or value is None or value == asker.default:
        return ""
    found = asker.value(value)
    return f"{asker.label.lower()}: {found.label}" if found else ""


def _logged(scene: Scene, w: int) -> Panel:
    c = scene.c
    session, saver = c.session, c.saver
    edge, ground = "pad", "pad"
    if saver.waiting:
        n = len(saver.waiting)
        first, second, ground = f"! not saved, {n} waiting", saver.reason or "tries again by itself", "bad"
        if width(first) > w - 1:
            first, second = "! not saved", f"{n} waiting"
        if session.typing is not None:
            second = _line(scene, session.typing, w - 1)
    elif session.typing is not None and not session.message:
        first, second, edge = _line(scene, session.typing, w - 1), _note_on(scene, w - 1), "sel"
    elif session.marking is not None:
        n = len(session.marking.students)
        kind = session.marking.kind
        first = fit_words((f"{kind} {n}: tap the tiles", f"{kind} {n}: tiles", f"{kind} {n}"), w - 1)
        second, edge = "then here: done", "sel"
        if session.open == GROUPS:
            first = fit_words((f"{kind} {n}: a group, or tiles", f"{kind} {n}: group", f"{kind} {n}"), w - 1)
    elif session.moving is not None:
        first, second = _moving(scene, w - 1)
        edge = "sel"
    elif session.message:
        lines = wrap(f"! {c.names.mask(session.message)}", w - 1)
        first, second, edge = lines[0], " ".join(lines[1:]), "warn"
    elif session.told:
        first, _, more = c.names.mask(session.told).partition("\n")
        second = more or "words at wrap-up"
    elif session.open in ("picks", GROUPS) or session.open.startswith("sheet."):
        first, second = _picking(scene, w - 1)
        edge = "sel"
    elif session.prefix:
        first, second = _prefix(scene, w - 1)
        edge = "sel"
    elif c.view.last is None:
        # Without a class there is no child to tap.
        how = ("tap a child, then a pad", "child, then pad") if c.view.seats else ("tap a pad",)
        first, second = "nothing yet", fit_words((*how, "no hurry"), w - 1)
    else:
        first, second = _last(scene, w - 1)
        edge = "sel" if mending.offer(c) else "pad"
    ink, quiet = ("warn" if edge == "warn" else "ink"), "ink" if ground == "bad" else "mute"
    if not c.saver.waiting and _at_rest(scene) and c.watch.says(c.view.now):
        second, quiet = fit_words(("! clock changed", "! clock"), w - 1), "warn"
    elif past := c.limit.says(c.view.now) if not c.saver.waiting and _at_rest(scene) else "":
        second, quiet = fit_words((past, "past the limit"), w - 1), "warn"
    rows = (
        Row(f" {fit(first, w - 1)}", ink, True),
        Row(f" {fit(second, w - 1)}", quiet),
    )
    return Panel("strip", rows, ground, "bad" if ground == "bad" else edge)


def _at_rest(scene: Scene) -> bool:
    """Whether the strip says what was logged last, and asks for nothing."""
    s = scene.c.session
    asks = (s.message, s.open, s.prefix, s.marking, s.moving)
    return s.typing is None and not any(asks)


def _line(scene: Scene, typing: str, w: int) -> str:
    """The end of what is being written, so that the cursor is always seen."""
    typing = scene.c.names.mask(typing[-9 * w :])  # cut letter by letter below: a long paste would hold up every tap
    text = f"note: {typing}"
    if width(text) > w - 1:
        while width(typing) > w - 2:
            typing = typing[1:]
        text = f"…{typing}"
    return f"{text}▏"


def _note_on(scene: Scene, w: int) -> str:
    """What the note belongs to, and the keys that end it."""
    c = scene.c
    found = next((o for o in c.log.observations if o.id == c.session.note_on), None)
    word = scene.words(found)[0] if found else ""
    student, group = (found.student, found.group) if found else c.session.note_about
    who = c.names.whom(student, group) if student or group else ""
    about = " / ".join(t for t in (word, who) if t) or "everyone"
    return fit_words((f"on {about}: enter, or esc", f"on {about}", word), w)


def _prefix(scene: Scene, w: int) -> tuple[str, str]:
    """The first of two keys was pressed: what the second one chooses."""
    c, prefix = scene.c, scene.c.session.prefix
    if prefix == scene.keys.get("letter"):
        return f"{prefix}{c.session.letters.lower()}", fit_words(("then a tile's letter", "letter?"), w)
    channel = next((channel for channel in c.protocol.channels if opener(channel).key == prefix), None)
    keys = [scene.keys.get(code_id(channel.name, code.key), "") for code in channel.codes] if channel else []
    seconds = [key[-1] for key in keys if key.startswith(f"{prefix} ")]
    if channel is None or not seconds:
        return prefix, fit_words(("then the second key", "second key?"), w)
    return f"{prefix} {channel.label}", f"which one? {seconds[0]}-{seconds[-1]}"


def _moving(scene: Scene, w: int) -> tuple[str, str]:
    assert scene.c.session.moving is not None
    observation, modifier = scene.c.session.moving
    found = next((o for o in scene.c.log.observations if o.id == observation), None)
    word = scene.words(found)[0] if found else ""
    if modifier and scene.c.places.answered is not None:
        label = scene.c.places.answered.label
        return fit_words((f"{word}, {label.lower()}", label), w), "tap the child"
    if scene.c.session.open == GROUPS:
        return f"{word} was", fit_words(("tap the child, or a group", "tap a child or a group", "child, or group"), w)
    return f"{word} was", "tap the child"


def _picking(scene: Scene, w: int) -> tuple[str, str]:
    c = scene.c
    if c.session.open == "picks" and c.places.picks is not None:
        label, n = c.places.picks.label, len(c.places.picks.codes)
        who = c.names.choices(c.session.selected)
        first = fit_words([f"{label}: {name}" for name in who], w)
        return first, f"which kind? 1-{n}"
    if c.session.open == GROUPS:
        return _regrouping(scene, w)
    if c.session.open == NOT_SEEN:
        return f"{len(looking.not_seen(c))} not yet seen", fit_words(("choose one, or 1: look at all", "esc: back"), w)
    name = c.session.open.removeprefix("sheet.")
    channel = c.channel(name)
    head = channel.label if channel else "Plan" if c.session.open == PLAN else "Menu"
    return head, "esc: back"


def _regrouping(scene: Scene, w: int) -> tuple[str, str]:
    """The groups are shown: to choose one, or for a child to go to one."""
    c, student = scene.c, scene.c.session.selected
    if not c.session.regroup:
        return "which group?", fit_words(("Move: a child goes to another", "esc: back"), w)
    if student is None:
        return fit_words(("move: tap a child", "tap a child"), w), fit_words(("then the group", "then a group"), w)
    heads = [f"move {name} to" for name in c.names.choices(student)]
    return fit_words(heads, w), fit_words(("tap the group", "which?"), w)


def _last(scene: Scene, w: int) -> tuple[str, str]:
    """The last log in two lines, the longest form that fits."""
    c, last = scene.c, mending.subject(scene.c)
    assert last is not None
    words, time = scene.words(last), scene.time(last.at)
    if last.on is False:
        words = tuple(f"{word} off" for word in words)
    about = c.channel(last.channel)
    people = about is not None and about.about != "visit" and c.places.tiles
    names = c.names.choices(last.student) if people and last.student else ()
    if people and not last.student:
        names = _asked_by(scene, last)
    cues = _cues(scene)
    for name in names:
        if width(f"logged {words[0]} / {name}") <= w:
            lines = [f"{cue}  {time}" for cue in cues[:1]] + list(cues) or [time]
            return f"logged {words[0]} / {name}", fit_words(lines, w)
    first = fit_words([f"logged {words[0]}", *words], w)
    if not names:
        return first, fit_words([f"{cue}  {time}" for cue in cues[:1]] + list(cues) or [time], w)
    return first, fit_words([f"{name} {cue}" for cue in cues for name in names] or list(names), w)


def _asked_by(scene: Scene, last: Observation) -> tuple[str, ...]:
    """Nobody in person: who asked, or everyone."""
    c = scene.c
    channel, asker, answered = c.places.bottom, c.places.asker, c.places.answered
    if channel is None or asker is None or last.channel != channel.name:
        return c.called((None, last.group))
    by = last.modifiers.get(answered.name) if answered else None
    if isinstance(by, str):
        return tuple(f"by {name}" for name in c.names.choices(by))
    if last.group:
        return (c.names.mask(last.group),)
    value = str(last.modifiers.get(asker.name, asker.default))
    found = asker.value(value)
    return (found.label if found else value,)


def _cues(scene: Scene) -> tuple[str, ...]:
    """What a tap on the strip would do, then ever shorter."""
    c = scene.c
    offered = mending.offer(c)
    if offered == "since" and c.session.since is not None:
        now, *later = ("began now", "5 min ago", "10 min ago", "at the start")
        step = c.session.since.step
        is_now = [now, *later][step]
        # After a tap what it did comes before what the next one would do.
        return (f"{is_now}; tap: earlier", f"{is_now}; earlier?", is_now if step else "earlier?")
    last, questions, asker = mending.subject(c), c.places.bottom, c.places.asker
    if offered == "move" and last is not None and not last.student and asker is not None:
        # A student's own question, of nobody by name yet.
        own = c.places.asks_itself(str(last.modifiers.get(asker.name, asker.default)))
        if own and questions is not None and last.channel == questions.name:
            return ("tap: who asked", "who asked?", "who?")
    return {
        "move": ("tap: other child", "tap: other", "other?"),
        "answered": ("tap: answered by", "answered by?", "who?"),
        "with": ("tap: with whom", "with whom?", "whom?"),
    }.get(offered, ())


def side(scene: Scene) -> list[Cell]:
    """On a wide screen: the plan and its questions, the last logs and who was not seen."""
    plan, *asks, rest = scene.layout.faces["side", "side"]
    rows = [Row(" PLAN", "deep", True), *planned.rows(scene, plan.width - 1)[: plan.height - 1]]
    lines = planned.questions(scene.c)
    pads = planned.pads(scene, lines[: len(asks)], plan.width)
    if len(lines) > len(asks) > 0:
        pads[-1] = Pad("plan", (f"{len(lines) - len(asks) + 1} more",), scene.key("plan"), tone="ques")
    return [Panel("", tuple(rows), "card"), *pads, _just_logged(scene, rest.height)]


def _just_logged(scene: Scene, h: int) -> Panel:
    c, view = scene.c, scene.c.view
    rows = [Row(" JUST LOGGED", "deep", True)]
    for o in reversed(c.log.observations[-min(12, max(3, h - 8)) :]):
        who = c.names.short(o.student) if o.student else c.names.mask(o.group)
        off = " off" if o.on is False else ""
        word = pad_to(fit_words([f"{word}{off}" for word in scene.words(o)], 13), 13)
        rows.append(Row(f"  {scene.time(o.at)}  {word} {who}"))
    if not c.log.observations:
        rows.append(Row("  nothing yet", "mute"))
    if c.places.tiles:
        rows += [Row(""), Row(" NOT YET SEEN", "deep", True)]
        shown = len(rows)
        for student in view.unseen[:8]:
            seat = view.seat(student)
            if seat is None or (seat.age is not None and not seat.marked):
                continue
            never = "not this month" if seat.not_this_month else "never this visit"
            age = never if seat.age is None else f"{seat.age // 60_000} min ago"
            rows.append(Row(f"  {pad_to(c.names.short(student), 14)}  {age}", "warn" if seat.marked else "ink"))
        if len(rows) == shown:
            rows.append(Row("  nobody", "mute"))
    return Panel("", tuple(rows), "card")
