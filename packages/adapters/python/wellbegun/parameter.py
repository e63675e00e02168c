"""A parameter of a target model, as a wired artifact describes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from .errors import WellbegunError
from .fields import Fields
from .norms import root_mean_square
from .types import Array


@dataclass(frozen=True, eq=False)
class WireParameter:
    """A parameter of the model, and the table that goes into it. Immutable.

    ``path`` leads to the parameter; ``rows`` is ``users`` or ``items``; ``nodes`` says whether the parameter holds
    users and then items; ``vector`` is the number of columns that hold vectors and are scaled; ``source`` is the
    bundle's table; ``tensor`` is ``parameter`` or ``plain``; ``rms`` is the root mean square of the codebase's own
    initialization, or None if unknown; ``factor`` multiplies the scale; ``table`` holds the rows in the artifact's order, float32 and read-only.
    """

    path: str
    rows: str
    nodes: bool
    vector: int
    source: str
    tensor: str
    rms: Optional[float]
    factor: float
    table: Array

    @classmethod
    def read(cls, entry: Fields, table: Array, factor: float) -> "WireParameter":
        """Made from an entry of ``wire.json``, the table in its file and the artifact's factor on the scale."""
        table.flags.writeable = False
        vector = entry.count("vector", 1)
        if vector > table.shape[1]:
            doing = "reading a parameter of a wired artifact"
            raise WellbegunError(doing, "at most {} columns".format(table.shape[1]), str(vector), entry.text("path"))
        return cls(
            path=entry.text("path"),
            rows=entry.choice("rows", "users", "items"),
            nodes=entry.flag("nodes"),
            vector=vector,
            source=entry.text("from"),
            tensor=entry.choice("tensor", "parameter", "plain"),
            rms=entry.positive("rms"),
            factor=factor,
            table=table,
        )

    @property
    def width(self) -> int:
        """Number of columns."""
        return int(self.table.shape[1])

    def scaled(self, rows: Array, rms: Optional[float]) -> Array:
        """These rows of the table, times one factor that gives their vectors this root mean square; None: as computed.

        Both are multiplied by the artifact's factor on the scale.

        :raises WellbegunError: if one root mean square is 0, so that no factor exists.
        """
        values: Array = self.table[rows]
        if rms is None:
            values[:, : self.vector] *= np.float32(self.factor)
            return values
        own = root_mean_square(values[:, : self.vector])
        if own == 0 or rms == 0:
            raise WellbegunError(
                "scaling a table",
                "values other than zero on both sides",
                "a root mean square of {:g} to become {:g}".format(own, rms),
                self.path,
                "scale='bundle' takes the table as it is.",
            )
        values[:, : self.vector] *= np.float32(self.factor * rms / own)
        return values
