"""What was changed on two devices at once: both versions in words, and her choice between them as an entry."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from observe.domain.errors import Refused
from observe.domain.frozen import dataclass
from observe.domain.names import clean_name
from observe.services import check
from observe.services.home import Home
from observe.services.sharing.devices import names
from observe.services.sharing.words import GONE, Words
from observe.store import queries
from observe.store.journal import UNFIT, Act

_TEXTS = ("reflection", "note")
_WORDS_LIMIT = 4000


@dataclass(frozen=True, slots=True)
class Version:
    """One of those that stand. `entry`: its id. `at`: when it was written (ms, by that device's clock)."""

    entry: str
    device: str
    at: int
    words: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing with several versions; the first of them is what shows everywhere."""

    kind: str
    key: str
    visit: str | None
    what: str
    versions: tuple[Version, ...]

    @property
    def losers(self) -> tuple[Version, ...]:
        """What does not show."""
        return self.versions[1:]


def conflicts(home: Home, name: Callable[[str], str] | None = None, visit: str | None = None) -> tuple[Conflict, ...]:
    """All of them, or those of one visit. `name`: how a student is called; without it by the full name."""
    found = queries.conflicts(home.conn, visit)
    if not found:
        return ()
    words = Words(home, name)
    called = names(home)
    made = []
    for kind, key, of in found:
        heads = home.journal.heads(kind, key)
        versions = tuple(
            Version(e.id, called.get(e.device, f"device {e.device[:4]}"), e.ms, clean_name(text, _WORDS_LIMIT))
            for e, text in zip(heads, words.of(heads), strict=True)
        )
        what = clean_name(words.what(kind, key, of, heads), _WORDS_LIMIT)  # entries may say anything
        made.append(Conflict(kind, key, of, what, versions))
    return tuple(made)


def count(home: Home) -> int:
    """How many there are."""
    return len(queries.conflicts(home.conn))


def of_observations(home: Home, visit: str, name: Callable[[str], str] | None = None) -> Mapping[str, Conflict]:
    """Those about observations of a visit, by observation."""
    return {c.key: c for c in conflicts(home, name, visit) if c.kind == "observation"}


def restore(home: Home, entry: str) -> None:
    """What this version says is so from now on, in the place of all that stand. Raises Refused, NotSaved."""
    found = home.journal.entry(entry)
    if found is None:
        raise Refused(f"version {entry[:40]!r} is not known", "this home has none of that id", "see what stands now")
    heads = home.journal.heads(found.kind, found.key)
    if len(heads) < 2 or found.id not in {e.id for e in heads}:
        raise Refused("nothing was changed", "this version stands against no other any more", "see what stands now")
    _put(home, found.kind, found.key, entry)


def keep(home: Home, kind: str, key: str) -> None:
    """What shows now stays, and nothing stands against it any more. Raises Refused, NotSaved."""
    heads = home.journal.heads(kind, key)
    if len(heads) < 2:
        raise Refused("nothing was changed", "no other version stands against this one", "see what stands now")
    _put(home, kind, key, heads[0].id)


def both_can_be(home: Home, one: Conflict) -> bool:
    """Whether all versions of it can be so at once: lines that can be read one after the other, things logged."""
    if one.kind in _TEXTS:
        return all(e.op == "put" for e in home.journal.heads(one.kind, one.key))
    return one.kind == "observation" and sum(v.words.split(":")[0] != GONE for v in one.versions) > 1


def keep_both(home: Home, one: Conflict) -> None:
    """All versions are so: their words in one line, or each a thing logged of its own. Raises Refused, NotSaved."""

    def change(act: Act) -> None:
        heads = home.journal.heads(one.kind, one.key)
        if len(heads) < 2 or not both_can_be(home, one):
            raise Refused("nothing was changed", "only one of these can be so", "choose one")
        if one.kind == "observation":
            first, *others = [e for e in heads if e.op == "put"]
            act.resolve(first)
            for entry in others:
                act.put("observation", home.new_key(), entry.data, new=True)
            return
        body = " / ".join(dict.fromkeys(str(e.data.get("body") or "") for e in heads if e.data.get("body")))
        act.resolve(replace(heads[0], data={**heads[0].data, "body": check.note(body)}))

    home.write(change)


def _put(home: Home, kind: str, key: str, chosen: str) -> None:
    def change(act: Act) -> None:
        # Another process may have been first; what she chose by its words is what she gets.
        state = next((e for e in home.journal.heads(kind, key) if e.id == chosen), None)
        if state is None:
            raise Refused("nothing was changed", "it was changed elsewhere meanwhile", "see what stands now")
        act.resolve(state)

    try:
        home.write(change)
    except UNFIT as error:
        why = "a later version of observe wrote it, and this one cannot show it"
        raise Refused("nothing was changed", why, "choose it on the device that wrote it") from error
