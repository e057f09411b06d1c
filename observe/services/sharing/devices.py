"""What the devices of a team are called."""

from observe.services.home import FORMER, Home, former_keys
from observe.store import shared

HERE = "this device"


def names(home: Home) -> dict[str, str]:
    """Device id to name. A home's former lives are called as it is now; a device without a name by part of its id."""
    found: dict[str, str] = {}
    for peer in shared.peers(home.conn).values():
        called = peer.name or f"device {peer.device[:4]}"
        found |= dict.fromkeys(peer.lives, called) | {peer.device: called}
    own = [path.stem.removeprefix(FORMER) for path in former_keys(home.path, FORMER)]
    return found | dict.fromkeys([*own, home.journal.device], HERE)
