"""The cards of looks: shares of everyone, each pass by itself, pairs of one look, and what is of a part alone.

A share of one pass is one of these moments. Over passes the pass is the unit, and its interval is said from five on.
"""

from collections.abc import Callable, Iterator, Sequence

from observe.domain import numbers
from observe.domain.bootstrap import intervals
from observe.domain.cards import Bar, Card, Item, Line, Span, Table, line
from observe.domain.codec import ms_of
from observe.domain.figures import Json
from observe.domain.frozen import dataclass
from observe.domain.protocol import Channel, Code, Pair, Protocol
from observe.domain.trends import SEED
from observe.services.said import counted, few, percent

ORDERS = {
    "seat": "by seat", "random": "at random", "least_seen": "least seen first",
    "unseen": "those not yet seen", "focal": "six dealt",
}  # fmt: skip


def ladder(channel: Channel) -> list[Code]:
    """Codes from high to low, then those beside the scale."""
    return [c for c in reversed(channel.codes) if not c.beside] + [c for c in channel.codes if c.beside]


@dataclass(frozen=True, slots=True)
class LookCards:
    """Of one summary, which may be one to share. `clock`: ms as the time of day."""

    protocol: Protocol
    summary: Json
    clock: Callable[[int], str]

    def of(self, channel: Channel, part: Json) -> Iterator[Card]:
        """What looks and intervals say of one scale."""
        by_method = part["by_method"]
        if by_method["sweep"]["n"]:
            yield self._shares(channel, part)
        if "part" in by_method:
            block = by_method["part"]
            heading = f"{channel.label}: {counted(block['n'], 'look')} at some of the class"
            yield Card(heading, (line(_said(channel, block)), line("apart, and in no percentage of everyone", "mute")))
        if "interval" in by_method:
            block = by_method["interval"]
            heading = f"{channel.label}: {counted(block['n'], 'interval')} in which it was seen"
            yield Card(heading, (line(_said(channel, block)),))

    def _whole(self) -> list[Json]:
        return [one for one in self.summary["sweeps"] if one["of"] == "everyone"]

    def _shares(self, channel: Channel, part: Json) -> Card:
        looks, groups, order = part["by_method"]["sweep"], part["by_group"], ladder(channel)
        passes = counted(len(self._whole()), "look at everyone", "looks at everyone")
        heading = f"{channel.label}: {passes}, {looks['n']} of {sum(one['asked'] for one in self._whole())}"
        if few(looks):
            said = ", ".join(f"{c.label} {looks['counts'][c.key]}" for c in order if looks["counts"].get(c.key))
            return Card(heading, (line(f"too few for percentages ({said or looks['n']})", "warn"),))
        columns: list[tuple[str, Json]] = [(f"all {looks['n']}", looks)]
        if isinstance(groups, dict):
            columns.append((f"identified {groups['identified']['sweep']['n']}", groups["identified"]["sweep"]))
            columns.append((f"not {groups['others']['sweep']['n']}", groups["others"]["sweep"]))
        tones = tuple(c.tone or channel.tone for c in order)
        if len(columns) == 1:
            bars = [Bar(c.label, looks["counts"][c.key], looks["n"], percent(looks, c.key), c.tone or channel.tone)
                    for c in order]  # fmt: skip
            return Card(heading, (*bars, *self._between(channel)))
        rows = tuple((c.label, *(percent(block, c.key) for _, block in columns)) for c in order)
        shares = tuple(looks["shares"][c.key] or 0.0 for c in order)
        table = Table(("", *(head for head, _ in columns)), rows, tones, shares)
        return Card(heading, (table, *self._between(channel)))

    def _between(self, channel: Channel) -> Iterator[Item]:
        """How sure it is, with the pass as the unit; nothing below five passes, and nothing in what is shared."""
        rated = [one["channels"][channel.name] for one in self._whole() if channel.name in one.get("channels", {})]
        passes = [(block["counts"], block["n"]) for block in rated]
        ends = intervals(passes, channel.keys, SEED)
        if ends is not None:
            said = ", ".join(
                f"{c.label} {ends[c.key][0] * 100:.0f}-{ends[c.key][1] * 100:.0f} %" for c in ladder(channel)
            )
            yield line(f"By {len(passes)} passes: {said}", "mute")

    # -- pass by pass ------------------------------------------------------------------------------

    def passes(self) -> Iterator[Card]:
        """Each pass, and what two ratings of one look say together."""
        if self.summary["sweeps"] or self.summary["cues"]["shown"]:
            yield Card("Looks, pass by pass: these moments", tuple(self._passes()), wide=True)
        items = tuple(self._pairs())
        if items:
            yield Card("Two ratings of one look", items)

    def _passes(self) -> Iterator[Item]:
        for one in self.summary["sweeps"]:
            at = self.clock(ms_of(one["at"])) if one["at"] else "-"
            whom = ORDERS.get(one["order"] or "", "")
            missed = f", {one['missed']} missed" if one["missed"] else ""
            said = f"  {whom}" if whom else ""
            spans = (
                Span(f"{one['number']:>2}  {at}  "),
                Span(f"{one['rated']} of {one['asked']}{missed}", strong=True),
                Span(said, "warn" if one["of"] == "part" else "ink"),
                Span(f"  {self._running(one)}", "mute"),
            )
            yield Line(spans)
        for channel in self.protocol.channels:
            rated = [one for one in self.summary["sweeps"] if channel.name in one.get("channels", {})]
            if rated:
                yield self._side_by_side(channel, rated)
        cues = self.summary["cues"]
        if cues["shown"]:
            yield line(f"{cues['answered']} of {cues['shown']} at the cue", "mute")

    def _running(self, one: Json) -> str:
        """The task: groupings and strategies that were on. Her own role, the first state, is no task."""
        during = one.get("during", {})
        own = next((c.name for c in self.protocol.channels if c.kind == "state"), "")
        words = []
        for channel in self.protocol.channels:
            was = during.get(channel.name) if channel.name != own else None
            codes = was if isinstance(was, list) else [was] if was else []
            words += [code.label for code in channel.codes if code.key in codes]
        return ", ".join(words)

    def _side_by_side(self, channel: Channel, rated: Sequence[Json]) -> Table:
        """Counts, identified over not identified; the narrow words, as there may be many columns."""
        order = ladder(channel)
        rows: list[tuple[str, ...]] = []
        for one in rated:
            groups = one["channels"][channel.name]["by_group"]
            for group, word in (("identified", "identified"), ("others", "not")):
                block = groups[group]
                head = f"{one['number']:>2} {word} {block['n']}"
                rows.append((head, *(str(block["counts"][c.key]) if block["n"] else "-" for c in order)))
        return Table((channel.label, *((c.short or (c.label,))[0] for c in order)), tuple(rows))

    def _pairs(self) -> Iterator[Item]:
        for pair in self.protocol.pairs:
            block = self.summary["pairs"][pair.name]
            if not block["n"]:
                continue
            if block.get("suppressed"):
                text = f"{counted(block['n'], 'look')}, of too few students to be shared"
            else:
                share = "" if few(block) else f", {numbers.percent(block['both'], block['n'])} %"
                text = f"{block['both']} of {counted(block['n'], 'look')}{share}"
            yield Line((Span(f"{pair.label}  ", strong=True), Span(text), Span(f"  {self._codes(pair)}", "mute")))
            groups = block["by_group"]
            if isinstance(groups, dict):
                known, others = groups["identified"], groups["others"]
                words = f"identified {known['both']} of {known['n']}, not {others['both']} of {others['n']}"
                yield line(f"  {words}", "mute")

    def _codes(self, pair: Pair) -> str:
        labels = []
        for said in pair.codes:
            name, _, key = said.partition(".")
            labels.append(self.protocol.word(name, key))
        return " with ".join(labels)


def _said(channel: Channel, block: Json) -> str:
    if block.get("suppressed"):
        return "too few students to be shared"
    return ", ".join(f"{c.label} {block['counts'][c.key]}" for c in ladder(channel) if block["counts"][c.key])
