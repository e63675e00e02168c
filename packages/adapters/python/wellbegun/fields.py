"""Typed access to the fields of a JSON object that was read from a file."""

from __future__ import annotations

import sys
from typing import Any, Dict, List, Optional

from .errors import WellbegunError


class Fields:
    """A JSON object, called ``at`` in errors.

    :raises WellbegunError: if ``value`` is not an object; each getter, if its field is missing or of another type.
    """

    def __init__(self, value: Any, at: str, doing: str) -> None:
        self._at = at
        self._doing = doing
        if not isinstance(value, dict):
            raise WellbegunError(doing, "an object", _shown(value), at)
        self.values: Dict[str, Any] = value

    def text(self, name: str) -> str:
        """A non-empty string."""
        value = self.values.get(name)
        if isinstance(value, str) and value:
            return value
        raise self._refused(name, "a text")

    def choice(self, name: str, *choices: str) -> str:
        """One of these strings."""
        value = self.values.get(name)
        if isinstance(value, str) and value in choices:
            return value
        raise self._refused(name, " or ".join(choices))

    def count(self, name: str, least: int = 0) -> int:
        """A whole number >= ``least``."""
        value = self.values.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        raise self._refused(name, "a whole number from {} on".format(least))

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self.values.get(name)
        if isinstance(value, bool):
            return value
        raise self._refused(name, "true or false")

    def positive(self, name: str) -> Optional[float]:
        """A finite number above 0, or null."""
        value = self.values.get(name)
        if value is None:
            return None
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= sys.float_info.max:
            return float(value)
        raise self._refused(name, "a number above 0, or null")

    def counts(self, name: str) -> List[int]:
        """A list of whole numbers >= 0."""
        value = self.values.get(name)
        if isinstance(value, list) and all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in value):
            return list(value)
        raise self._refused(name, "a list of whole numbers")

    def fields(self, name: str) -> "Fields":
        """An object."""
        return Fields(self.values.get(name), "{}, {}".format(self._at, name), self._doing)

    def list_of_fields(self, name: str) -> "List[Fields]":
        """A list of objects."""
        value = self.values.get(name)
        if not isinstance(value, list):
            raise self._refused(name, "a list")
        return [Fields(entry, "{}, {}[{}]".format(self._at, name, n), self._doing) for n, entry in enumerate(value)]

    def _refused(self, name: str, expected: str) -> WellbegunError:
        found = _shown(self.values[name]) if name in self.values else "none"
        return WellbegunError(self._doing, "{}: {}".format(name, expected), found, self._at)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:79] + "…"
