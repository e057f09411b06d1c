"""The first visits need no training: a few channels are lit, the others are switched on one by one."""

import json

from observe.services import settings
from observe.services.home import Home
from observe.services.whose import Whose

PRACTISED = 3
"""After so many visits that ended, everything is lit."""


def switched_on(home: Home) -> frozenset[str] | None:
    """Names of the channels switched on beside the first ones; None for all."""
    chosen = settings.get(home, settings.CHANNELS)
    if chosen == settings.ALL_CHANNELS or home.is_demo or Whose(home).ended() > PRACTISED:
        return None
    return frozenset(json.loads(chosen or "[]"))


def is_first(home: Home) -> bool:
    """Whether none of her visits has ended yet, and she did not switch everything on."""
    return switched_on(home) is not None and Whose(home).ended() == 0


def switch_on(home: Home, channel: str) -> None:
    """Light this channel from now on. Raises NotSaved."""
    on = switched_on(home)
    if on is not None:
        settings.put(home, settings.CHANNELS, json.dumps(sorted(on | {channel})))


def switch(home: Home, channel: str) -> None:
    """Light this channel from now on, or no more. Raises NotSaved."""
    on = switched_on(home)
    if on is not None:
        settings.put(home, settings.CHANNELS, json.dumps(sorted(on ^ {channel})))


def switch_all_on(home: Home) -> None:
    """Light everything from now on. Raises NotSaved."""
    settings.put(home, settings.CHANNELS, settings.ALL_CHANNELS)
