"""Asking a folder that may never answer: each question has a deadline, and many files are read at once.

A question that hangs keeps its thread, which dies with the process; nobody waits for it. The app asks
nothing itself: `sync` runs in a process of its own.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from observe.sync.folder import Folder

DEADLINE_S = 20.0
READERS = 8
T = TypeVar("T")


class Patient:
    """A folder each of whose answers comes within `deadline_s`, or TimeoutError (an OSError)."""

    def __init__(self, folder: Folder, deadline_s: float = DEADLINE_S) -> None:
        self.folder, self.deadline_s = folder, deadline_s

    def marker(self) -> bytes | None:
        return within(self.deadline_s, self.folder.marker)

    def begin(self, marker: bytes) -> None:
        within(self.deadline_s, lambda: self.folder.begin(marker))

    def list(self) -> list[str]:
        return within(self.deadline_s, self.folder.list)

    def read(self, path: str, limit: int) -> bytes:
        return within(self.deadline_s, lambda: self.folder.read(path, limit))

    def publish(self, path: str, data: bytes) -> None:
        within(self.deadline_s, lambda: self.folder.publish(path, data))

    def remove(self, path: str) -> None:
        within(self.deadline_s, lambda: self.folder.remove(path))

    def read_all(self, paths: Sequence[str], limit: int) -> Iterator[tuple[str, bytes | OSError]]:
        """Each path with its bytes or the reason why not, as they come, a few at a time."""
        import queue
        import threading
        import time

        todo: queue.SimpleQueue[str] = queue.SimpleQueue()
        done: queue.Queue[tuple[str, bytes | OSError]] = queue.Queue(READERS)
        begun: dict[str, float] = {}
        answered: set[str] = set()
        for path in paths:
            todo.put(path)

        def work() -> None:
            while True:
                try:
                    path = todo.get_nowait()
                except queue.Empty:
                    return
                begun[path] = time.monotonic()
                try:
                    found: bytes | OSError = self.folder.read(path, limit)
                except OSError as error:
                    found = error
                done.put((path, found))

        def start(n: int) -> None:
            for _ in range(n):
                threading.Thread(target=work, daemon=True).start()

        start(min(READERS, len(paths)))
        hung = 0
        while len(answered) < len(paths):
            try:
                path, found = done.get(timeout=min(0.25, self.deadline_s / 4))
            except queue.Empty:
                now = time.monotonic()
                for path, since in list(begun.items()):
                    if path not in answered and now - since > self.deadline_s:
                        answered.add(path)
                        hung += 1
                        yield path, TimeoutError(f"no answer for {self.deadline_s:g} seconds")
                        if hung <= READERS:
                            start(1)  # in the place of the one that hangs
                if hung >= READERS:  # the folder is not well: what is left is for another time
                    for path in paths:
                        if path not in answered:
                            answered.add(path)
                            yield path, TimeoutError("the folder does not answer")
                continue
            if path not in answered:
                answered.add(path)
                yield path, found


def within(seconds: float, ask: Callable[[], T]) -> T:
    """The answer, or TimeoutError; whatever `ask` raises comes out."""
    import queue
    import threading

    answer: queue.SimpleQueue[tuple[T] | BaseException] = queue.SimpleQueue()

    def work() -> None:
        try:
            answer.put((ask(),))
        except BaseException as error:  # it is whoever asked who is to hear of it
            answer.put(error)

    threading.Thread(target=work, daemon=True).start()
    try:
        said = answer.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"no answer for {seconds:g} seconds") from None
    if isinstance(said, BaseException):
        raise said
    return said[0]
