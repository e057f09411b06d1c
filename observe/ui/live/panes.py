"""The pads of every other board, as they stand now."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from observe.domain.protocol import Channel, Code
from observe.services import settings
from observe.ui.commands import code_id, opener, step_id
from observe.ui.layout import GROUPS, NOT_SEEN, PLAN
from observe.ui.live import asking, cues, grouping, looking, planned, undoing
from observe.ui.live.scene import Scene, entries, looks
from observe.ui.live.strip import side, strip, title
from observe.ui.live.tiles import tiles
from observe.ui.pads import Cell, Pad, with_cursor
from observe.ui.text import clock

SHEET_KEYS = "123456789abcdefghjklmnoqrstvwxz"
"""Keys dealt to the pads of a sheet that have none; they hold while it is open."""

Faces = dict[str, tuple[str, list[Cell]]]


def faces(scene: Scene, boards: Iterable[str]) -> Faces:
    """For each of these boards: which of its faces is shown, and what is in its cells."""
    shown: Faces = {}
    for board in boards:
        face = _face(scene, board)
        build = _BUILD.get(face)
        if build is not None:
            cells = build(scene)
        elif face.startswith("row-"):
            cells = _codes(scene, scene.c.channel(face.removeprefix("row-")))
        elif face.startswith("drawer."):
            cells = _codes(scene, scene.c.channel(face.removeprefix("drawer.")))
        else:
            cells = _sheet(scene, face.removeprefix("sheet."))
        shown[board] = (face, [with_cursor(c) if c.id == scene.c.session.cursor and c.id else c for c in cells])
    return shown


def _face(scene: Scene, board: str) -> str:
    layout, session = scene.layout, scene.c.session
    if session.open and layout.has(board, session.open):
        return session.open
    if board == "tiles" and not scene.c.places.tiles:
        return "sheet.pinned"
    if session.looking is not None and layout.has(board, "sweep"):
        return "sweep"
    return board


def open_keys(scene: Scene, shown: Faces) -> dict[str, str]:
    """Keys that hold only while a question is open: the kinds to pick from, the pads of a sheet."""
    session = scene.c.session
    if not (session.open in ("picks", GROUPS) or session.open.startswith("sheet.")):
        return {}
    for face, cells in shown.values():
        if face == session.open:
            return {cell.key[-1]: cell.id for cell in cells if isinstance(cell, Pad) and cell.key}
    return {}


# -- codes -----------------------------------------------------------------------------------------


def code_pad(scene: Scene, channel: Channel, code: Code, solid: bool = False, edge: str = "edge") -> Pad:
    """The pad of one code: lit when it was logged last, or while it runs, with its clock."""
    view, id = scene.c.view, code_id(channel.name, code.key)
    subs: tuple[str, ...] = ("good",) if code.good else ()
    if channel.kind in ("state", "toggle"):
        running = view.states.get(channel.name)
        if channel.kind == "toggle":
            running = view.toggles.get(channel.name, {}).get(code.key)
        on = running is not None and running.code == code.key
        if running is not None and on:
            time = clock(running.ms)
            subs = (f"with {len(running.with_whom)} {time}", time) if running.with_whom else (time,)
    else:
        last = view.last
        on = last is not None and last.channel == channel.name and last.code == code.key
    return Pad(
        id=id,
        labels=(code.label, *code.short),
        key=scene.key(id),
        subs=subs,
        tone=code.tone or channel.tone or "ink",
        edge="deep" if code.good else edge,
        solid=solid,
        on=on,
        low=channel.name in scene.c.dim,
    )


def _codes(scene: Scene, channel: Channel | None) -> list[Cell]:
    return [code_pad(scene, channel, code) for code in channel.codes] if channel else []


def _left(scene: Scene) -> list[Cell]:
    return _rail(scene, scene.c.places.left, lambda code: not code.beside, True)


def _foot(scene: Scene) -> list[Cell]:
    return _rail(scene, scene.c.places.left, lambda code: code.beside, True)


def _right(scene: Scene) -> list[Cell]:
    channel = scene.c.places.right
    return _rail(scene, channel, lambda code: not code.beside) + _rail(scene, channel, lambda code: code.beside)


def _rail(scene: Scene, channel: Channel | None, which: Callable[[Code], bool], solid: bool = False) -> list[Cell]:
    """A ladder: the highest code on top."""
    if channel is None:
        return []
    edge = "edge" if solid else channel.tone or "edge"
    return [code_pad(scene, channel, code, solid, edge) for code in reversed(channel.codes) if which(code)]


def _lower(scene: Scene) -> list[Cell]:
    channel = scene.c.places.bottom
    return _codes(scene, channel)[: len(channel.codes) - len(channel.higher)] if channel else []


def _upper(scene: Scene) -> list[Cell]:
    channel = scene.c.places.bottom
    return _codes(scene, channel)[len(channel.codes) - len(channel.higher) :] if channel else []


def _asker(scene: Scene) -> list[Cell]:
    c = scene.c
    channel, asker = c.places.bottom, c.places.asker
    if channel is None or asker is None:
        return []
    value = asking.choice(c, channel, asker)
    found = asker.value(value) if value else None
    keys = "".join(v.hotkey for v in asker.values)
    word = found.label if found else "?"
    labels = (f"{asker.label.lower()}: {word}", word)
    low = channel.name in c.dim
    return [Pad("asker", labels, keys, tone=channel.tone or "ink", on=value != asker.default, low=low)]


# -- actions ---------------------------------------------------------------------------------------


def _pads(scene: Scene, ids: Iterable[str], tones: dict[str, str]) -> list[Cell]:
    return [Pad(id, scene.commands[id].labels, scene.key(id), tone=tones.get(id, "ink")) for id in ids]


def _acts(scene: Scene) -> list[Cell]:
    """Spark, note, waited; then what this form has no other place for."""
    c, form = scene.c, scene.layout.form
    cells: list[Cell] = []
    if c.places.picks is not None:
        opens = opener(c.places.picks)
        face = "picks" if scene.layout.placed.issuperset({c.places.picks.name}) else f"sheet.{c.places.picks.name}"
        tone = c.places.picks.tone or "ink"
        cells.append(Pad(f"open.{face}", (opens.label,), opens.key_word, tone=tone, on=c.session.open == face))
    cells += _pads(scene, ("note",), {})
    if c.places.bottom is not None and c.places.waited is not None:
        id = f"flag.{c.places.bottom.name}.{c.places.waited.name}"
        asked = asking.question(c)
        time = f"{asking.waited_s(c, asked):.0f} s" if c.stopwatch and asked else ""
        # The time takes the key's place, which is there again when it has stopped.
        key, subs = ("", (time,)) if time else (scene.key(id), ())
        tone = c.places.bottom.tone or "ink"
        cells.append(Pad(id, scene.commands[id].labels, key, subs, tone, dim=asked is None))
    if form in ("tall", "large"):
        return cells + _group(scene) + _looks(scene) + _pads(scene, ("menu",), {})
    if form == "mid":
        cells += _pads(scene, ("menu",), {})
    return cells + _undo(scene)


def _undo(scene: Scene) -> list[Cell]:
    c = scene.c
    cells: list[Cell] = []
    for id, words in (("undo", undoing.undo_words(c)), ("redo", undoing.redo_words(c))):
        cells.append(
            Pad(
                id,
                scene.commands[id].labels,
                scene.key(id),
                words,
                "ink",
                edge="ink" if words else "edge",
                dim=not words,
            )
        )
    return cells


def _looks(scene: Scene) -> list[Cell]:
    cells = _pads(scene, looks(scene.c), {"unseen": "warn", "look": "deep"})
    on = scene.c.session.looking is not None
    now = not on and cues.shown(scene.c)
    return [_look(c, on, now) if isinstance(c, Pad) and c.id == "look" else c for c in cells]


def _look(pad: Pad, on: bool, now: bool) -> Pad:
    """The pad that begins a pass. A cue is other words in the same place, and a lit edge."""
    return replace(pad, on=on, labels=("Look now", "Look"), edge="deep") if now else replace(pad, on=on)


def _group(scene: Scene) -> list[Cell]:
    """The pad that opens the groups. It is always there, dim while there are none: so nothing moves when some come."""
    pad = Pad("groups", scene.commands["groups"].labels, scene.key("groups"), tone="grp")
    session = scene.c.session
    on = session.open == GROUPS and session.marking is None and session.moving is None
    return [replace(pad, on=on, low=not grouping.labels(scene.c))] if scene.c.places.tiles else []


def _tools(scene: Scene) -> list[Cell]:
    return _looks(scene) + _pads(scene, ("menu",), {})


def _sweep(scene: Scene) -> list[Cell]:
    stop = Pad("look", ("Stop looking", "Stop"), scene.key("look"), tone="warn", on=True)
    return [*_pads(scene, ("back", "skip"), {}), stop]


def _band(scene: Scene) -> list[Cell]:
    """What is on now, one pad a channel; a tap opens its codes in the same place."""
    cells: list[Cell] = []
    for channel in scene.c.places.rows:
        if scene.layout.has("band", f"drawer.{channel.name}"):
            cells.append(_opens(scene, channel))
    if scene.layout.form == "mid":
        return cells + _group(scene) + _looks(scene)
    if scene.layout.form == "large":
        return [*cells, *_asker(scene), Pad("more", scene.commands["more"].labels, tone="warn")]
    return cells


def _opens(scene: Scene, channel: Channel) -> Pad:
    view = scene.c.view
    keys = [scene.key(code_id(channel.name, code.key)) for code in channel.codes]
    key = f"{keys[0]}-{keys[-1][-1]}" if keys and all(keys) else ""
    id, tone = f"open.drawer.{channel.name}", channel.tone or "ink"
    if channel.kind == "toggle":
        on = [code.label for code in channel.codes if code.key in view.toggles.get(channel.name, {})]
        label = "+".join(on)
        low = channel.name in scene.c.dim and not on
        return Pad(id, (label or channel.label, f"{len(on)} on"), key, ("on",) if on else (), tone, low=low)
    running = view.states.get(channel.name)
    code = channel.code(running.code) if running else None
    if running is None or code is None:
        return Pad(id, (channel.label,), key, (), tone, low=channel.name in scene.c.dim)
    time = clock(running.ms)
    subs = (f"with {len(running.with_whom)} {time}", time) if running.with_whom else (time,)
    return Pad(id, (code.label, *code.short), key, subs, code.tone or tone)


# -- sheets ----------------------------------------------------------------------------------------


def _not_seen(scene: Scene) -> list[Cell]:
    """All of them at once, then each to choose; the letters are those of their tiles."""
    c = scene.c
    who = looking.not_seen(c)
    cells: list[Cell] = [
        Pad("look_unseen", (f"Look at these {len(who)}", *scene.commands["look_unseen"].labels), "1", tone="deep")
    ]
    for student in who:
        seat = c.view.seat(student)
        letter = seat.letter if seat is not None and len(seat.letter) == 1 else ""
        cells.append(Pad(f"student.{student}", c.names.choices(student), letter, tone="warn"))
    return cells


def _sheet(scene: Scene, name: str) -> list[Cell]:
    rest = scene.layout.unplaced(scene.shape)
    if name == "menu":
        cells: list[Cell] = [_entry(scene, id) for id in entries(scene.c)]
        cells += _group(scene) if scene.layout.groups_in_menu(scene.shape) else []
        cells += [Pad(f"open.sheet.{ch}", (scene.shape.channels[ch][0].labels[0],)) for ch in rest]
        return [_keyed(cell, SHEET_KEYS[i : i + 1]) for i, cell in enumerate(cells)]
    if name == "pinned":
        return [pad for ch in rest for pad in _codes(scene, scene.c.channel(ch))]
    codes = _codes(scene, scene.c.channel(name))
    return [
        _keyed(cell, SHEET_KEYS[i : i + 1]) if isinstance(cell, Pad) and not cell.key else cell
        for i, cell in enumerate(codes)
    ]


def _keyed(cell: Cell, key: str) -> Cell:
    return replace(cell, key=key) if isinstance(cell, Pad) else cell


def _entry(scene: Scene, id: str) -> Pad:
    c = scene.c
    for channel, modifier in c.places.extra:
        if id == step_id(channel.name, modifier.name):
            value = asking.choice(c, channel, modifier)
            found = modifier.value(value) if value else None
            return Pad(id, (modifier.label,), subs=(found.label if found else "-",), tone=channel.tone or "ink")
    if id == "look_order":
        word = looking.ORDERS[settings.get(c.home, id)]
        return Pad(id, (f"Look order: {word}", f"Order: {word}", word.capitalize()), tone="deep")
    states = {"pause": c.view.paused, "privacy": c.hidden, "asker_on": c.session.teacher, "all_on": not c.dim}
    states["focal"] = c.session.focal is not None
    words = {"pause": "goes on counting: tap", "privacy": "hidden"}
    on = states.get(id, False)
    subs = words.get(id, "on") if on else ""
    return Pad(id, scene.commands[id].labels, subs=(subs, "on") if subs else (), tone="warn" if on else "ink", on=on)


_BUILD: dict[str, Callable[[Scene], list[Cell]]] = {
    "title": title,
    "strip": strip,
    "acts": _acts,
    "more": _acts,
    "undo": _undo,
    "tools": _tools,
    "group": _group,
    "band": _band,
    "sweep": _sweep,
    "left": _left,
    "foot": _foot,
    "right": _right,
    "lower": _lower,
    "upper": _upper,
    "asker": _asker,
    "tiles": tiles,
    "side": side,
    NOT_SEEN: _not_seen,
    GROUPS: grouping.cells,
    PLAN: planned.cells,
    "picks": lambda scene: [_picked(pad) for pad in _codes(scene, scene.c.places.picks)],
}


def _picked(cell: Cell) -> Cell:
    """A kind to pick: only the second stroke of its key is left to press."""
    return _keyed(cell, cell.key[-1:]) if isinstance(cell, Pad) else cell
