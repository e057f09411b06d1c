"""What may wait for long, begun once beside the app, and asked for now and then."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class NotYet(Exception):
    """There is no answer yet; whoever asked is told when there is."""


class Later(Generic[T]):
    """The answer of `ask`, from a thread of its own. `told` is called there if it comes after it was asked for in vain.

    The thread holds nobody up: where the answer never comes, the app can still be left.
    """

    def __init__(self, ask: Callable[[], T], told: Callable[[], None]) -> None:
        import threading  # a browser's Python has none, and shares no folder

        self._ask, self._told = ask, told
        self._here, self._lock = threading.Event(), threading.Lock()
        self._in_vain = False
        self._answer: tuple[T] | Exception | None = None
        threading.Thread(target=self._work, daemon=True).start()

    def get(self, seconds: float) -> T:
        """The answer, waited for so long. Raises NotYet, and whatever `ask` raised."""
        if not self._here.wait(seconds):
            with self._lock:
                if not self._here.is_set():
                    self._in_vain = True
                    raise NotYet
        if isinstance(self._answer, Exception):
            raise self._answer
        assert self._answer is not None  # it is here
        return self._answer[0]

    def _work(self) -> None:
        try:
            self._answer = (self._ask(),)
        except Exception as error:  # it is whoever asks who is to hear of it
            self._answer = error
        with self._lock:
            self._here.set()
            told = self._in_vain
        if told:
            self._told()
