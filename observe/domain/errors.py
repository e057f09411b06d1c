"""What the program says no with: one line a teacher can act on."""


class Refused(Exception):
    """Something was refused or failed. Exit status 1.

    `what` happened, `why`, and what `todo` about it; empty parts are left out of the line.
    """

    def __init__(self, what: str, why: str = "", todo: str = "") -> None:
        super().__init__(", ".join(part for part in (what, why, todo) if part))
        self.what, self.why, self.todo = what, why, todo


class Usage(Refused):
    """Wrong usage: an option or argument that cannot be read. Exit status 2."""


class NotSaved(Refused):
    """The disk did not take the entry: it is not logged, and the caller still holds it."""


class Busy(NotSaved):
    """Another process held the database for longer than this caller may wait."""


class DiskFull(NotSaved):
    """No room for the entry."""
