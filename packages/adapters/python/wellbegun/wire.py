"""Reads a wired artifact: the folder that ``wellbegun wire`` writes for one model."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Optional, Sequence

import numpy as np

from .errors import WellbegunError
from .files import check_files, read_control, read_ids, read_index, read_table
from .ids import ordered_ids
from .types import Array

DOING = "reading a wired artifact"


class WireParameter:
    """A parameter of the model, and the table that goes into it.

    ``path`` leads to the parameter; ``rows`` is ``users`` or ``items``, and ``nodes`` tells that the parameter holds
    users and then items; ``vector`` is the number of columns that hold vectors and are scaled; ``rms`` the root mean
    square that the codebase's own initialization is known to have, or None.
    """

    def __init__(self, entry: Dict[str, Any], table: Array) -> None:
        self.path: str = entry["path"]
        self.rows: str = entry["rows"]
        self.nodes: bool = entry["nodes"]
        self.vector: int = entry["vector"]
        self.source: str = entry["from"]
        self.tensor: str = entry["tensor"]
        self.rms: Optional[float] = entry.get("rms")
        self.table = table

    @property
    def width(self) -> int:
        """Number of columns."""
        return int(self.table.shape[1])

    def scaled(self, rows: Array, rms: Optional[float]) -> Array:
        """These rows of the table times one factor that gives their vectors this root mean square; None: as they are."""
        values: Array = self.table[rows]
        if rms is None:
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
        values[:, : self.vector] *= np.float32(rms / own)
        return values


class Wire:
    """An artifact on disk, checked against its index when it is opened.

    ``control`` is ``permuted`` if the artifact was made of a control, whose vectors belong to other users and items, and
    None for the real one.

    :param folder: The artifact's folder.
    :raises WellbegunError: if a file is missing or is not what ``wire.json`` says.
    """

    def __init__(self, folder: str) -> None:
        self.folder = os.fspath(folder)
        path = os.path.join(self.folder, "wire.json")
        self.index: Dict[str, Any] = read_index(path, "wellbegun-wire", 1, DOING)
        files = self.index["files"]
        check_files(self.folder, files, True, DOING)
        self.codebase: str = self.index["codebase"]
        self.model: str = self.index["model"]
        self.control: Optional[str] = read_control(self.index, path, DOING)
        self.padding: int = self.index["padding"]
        self.exact: bool = self.index["order"] == "row-is-id"
        self._ids = {kind: self._read_ids(kind) for kind in ("users", "items")}
        self._rows = {
            kind: None if ids is None else {raw: row for row, raw in enumerate(ids)}
            for kind, ids in self._ids.items()
        }
        self.parameters: List[WireParameter] = []
        for entry in self.index["parameters"]:
            listed = files[entry["file"]]
            table = read_table(os.path.join(self.folder, entry["file"]), "float32", listed["shape"], DOING)
            if len(table) != self.count(entry["rows"]):
                expected = "{} rows, one an ID".format(self.count(entry["rows"]))
                raise WellbegunError(DOING, expected, str(len(table)), entry["file"])
            self.parameters.append(WireParameter(entry, table))

    @property
    def label(self) -> str:
        """The model's name for log lines, with the control's mark behind it."""
        return self.model if self.control is None else "{} (control: rows {})".format(self.model, self.control)

    def _read_ids(self, kind: str) -> Optional[List[str]]:
        entry = self.index["ids"][kind]
        if entry["file"] is None:
            return None
        ids = read_ids(os.path.join(self.folder, entry["file"]), entry["count"], DOING)
        if len(set(ids)) != len(ids):
            raise WellbegunError(DOING, "each ID once", "one that stands twice", entry["file"])
        return ids

    def count(self, kind: str) -> int:
        """Number of users or items in the artifact."""
        return int(self.index["ids"][kind]["count"])

    def ids(self, kind: str) -> List[str]:
        """Raw IDs of ``users`` or ``items`` in the artifact's row order."""
        listed = self._ids[kind]
        return [str(row) for row in range(self.count(kind))] if listed is None else listed

    def align(self, kind: str, ids: Sequence[Any]) -> Array:
        """The artifact's row of each of these raw IDs, which are a model's in its row order, without padding.

        :raises WellbegunError: for a mapping, a set or an iterator; naming the first ID that the artifact lacks; and, for a codebase whose rows are the IDs,
            if the numbers differ.
        """
        doing = "aligning {}".format(kind)
        raw_ids = ordered_ids(kind, ids, doing)
        known = self._rows[kind]
        if known is None:
            known = {str(row): row for row in range(self.count(kind))}
        rows = np.empty(len(raw_ids), dtype=np.int64)
        for row, raw in enumerate(raw_ids):
            found = known.get(raw)
            if found is None:
                expected = "a vector for each of the model's {} {}".format(len(raw_ids), kind)
                found_text = "none for ID {!r}, of {} in the artifact".format(raw, self.count(kind))
                raise WellbegunError(doing, expected, found_text, "row {} of the model".format(row + self.padding))
            rows[row] = found
        if len(np.unique(rows)) != len(rows):
            raise WellbegunError(doing, "each ID once", "one that stands twice", kind)
        if self.exact and len(raw_ids) != self.count(kind):
            raise WellbegunError(doing, "{} {}, as many as the artifact has".format(self.count(kind), kind), str(len(raw_ids)))
        return rows

    def require(self, codebase: Sequence[str], model: Optional[str] = None) -> None:
        """Refuses an artifact that was made for another codebase or model."""
        doing = "choosing a wired artifact"
        if self.codebase not in codebase:
            raise WellbegunError(doing, "one for {}".format(" or ".join(codebase)), self.codebase, self.folder)
        if model is not None and model.lower() != self.model.lower():
            raise WellbegunError(doing, "one for the model {}".format(model), self.model, self.folder)


def root_mean_square(values: Array) -> float:
    """Root mean square of all values."""
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64)))) if values.size else 0.0


def row_norm(values: Array) -> float:
    """Mean Euclidean norm of the rows."""
    return float(np.mean(np.linalg.norm(values.astype(np.float64), axis=1))) if values.size else 0.0
