"""The palette: every action of the screen by name. Loaded when it is opened first."""

from textual.command import DiscoveryHit, Hit, Hits, Provider

from observe.ui.base import BoardScreen
from observe.ui.commands import Command, key_word

_KEYS_ONLY = ("left", "right", "up", "down", "letter", "cursor_", "line_", "scroll_", "menu")


class ActionProvider(Provider):
    """Offers what the screen's commands declare. No student is in it, so no name shows."""

    async def discover(self) -> Hits:
        """Everything, before a letter is typed."""
        for command in self._commands():
            yield DiscoveryHit(self._name(command), self._press(command), help=command.tooltip)

    async def search(self, query: str) -> Hits:
        """What fits the letters."""
        matcher = self.matcher(query)
        for command in self._commands():
            name = self._name(command)
            score = matcher.match(name)
            if score > 0:
                yield Hit(score, matcher.highlight(name), self._press(command), help=command.tooltip)

    def _commands(self) -> list[Command]:
        commands: dict[str, Command] = getattr(self.screen, "commands", {})
        return [command for command in commands.values() if not command.id.startswith(_KEYS_ONLY)]

    def _name(self, command: Command) -> str:
        group = f"{command.group}: " if command.id.startswith(("code.", "choose.", "flag.")) else ""
        key = f"  ({key_word(command.key)})" if command.key else ""
        return f"{group}{command.label}{key}"

    def _press(self, command: Command) -> "_Press":
        return _Press(self.screen, command.id)


class _Press:
    """Presses a command on a screen."""

    def __init__(self, screen: object, id: str) -> None:
        self.screen, self.id = screen, id

    def __call__(self) -> None:
        if isinstance(self.screen, BoardScreen):
            self.screen.press(self.id)
