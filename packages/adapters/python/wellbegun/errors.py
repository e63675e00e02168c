"""The error class of this package."""

from __future__ import annotations

from typing import Optional


class WellbegunError(ValueError):
    """An error that says what was being done, what was expected, what was found, and where.

    ``at`` is the file, row or parameter at fault.
    """

    def __init__(
        self, doing: str, expected: str, found: str, at: Optional[str] = None, hint: Optional[str] = None
    ) -> None:
        self.doing = doing
        self.expected = expected
        self.found = found
        self.at = at
        self.hint = hint
        where = "" if at is None else " ({})".format(at)
        advice = "" if hint is None else ". {}".format(hint)
        super().__init__("{}: expected {}, found {}{}{}".format(doing, expected, found, where, advice))
