"""Reads a wired artifact: the folder that ``wellbegun wire`` writes for one model."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Optional, Sequence, Tuple

import numpy as np

from .errors import WellbegunError
from .fields import Fields
from .files import check_files, read_control, read_ids, read_index, read_table
from .ids import ordered_ids
from .parameter import WireParameter
from .types import Array, OrderedIds

DOING = "reading a wired artifact"


class Wire:
    """An artifact on disk, checked against its index when it is opened. Immutable.

    ``control`` is ``permuted`` if the artifact was made from a control, whose vectors belong to other users and items,
    and None for a real one. ``padding`` is the number of rows that the codebase reserves before the first user and
    item; ``train`` is the number of train interactions that the vectors were computed from and their SHA-256 (None if the
    rows have another order than the bundle's), or None if the bundle does not say; with ``exact``, the codebase's row numbers
    are the IDs. ``scale_factor`` multiplies the scale of all tables.

    :param folder: The artifact's folder.
    :raises WellbegunError: if a file is missing or is not what ``wire.json`` says.
    """

    folder: str
    codebase: str
    model: str
    control: Optional[str]
    padding: int
    exact: bool
    scale_factor: float
    parameters: Tuple[WireParameter, ...]
    train: Optional[Tuple[int, Optional[str]]]
    _counts: Dict[str, int]
    _ids: Dict[str, Optional[List[str]]]
    _rows: Dict[str, Dict[str, int]]

    def __init__(self, folder: str) -> None:
        folder = os.fspath(folder)
        path = os.path.join(folder, "wire.json")
        index = read_index(path, "wellbegun-wire", (1,), DOING)
        check_files(folder, index["files"], True, DOING)
        fields = Fields(index, path, DOING)
        sides = {kind: fields.fields("ids").fields(kind) for kind in ("users", "items")}
        counts = {kind: side.count("count") for kind, side in sides.items()}
        factor = fields.positive("scaleFactor") or 1.0
        ids = {kind: _listed_ids(folder, side, index["files"]) for kind, side in sides.items()}
        vars(self).update(
            folder=folder,
            codebase=fields.text("codebase"),
            model=fields.text("model"),
            control=read_control(index, path, DOING),
            padding=fields.count("padding"),
            exact=fields.choice("order", "row-is-id", "by-id") == "row-is-id",
            scale_factor=factor,
            parameters=tuple(
                _parameter(folder, entry, fields.fields("files"), counts, factor) for entry in fields.list_of_fields("parameters")
            ),
            train=_train(fields),
            _counts=counts,
            _ids=ids,
            _rows={kind: {raw: row for row, raw in enumerate(listed or [])} for kind, listed in ids.items()},
        )

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a wired artifact cannot be changed: {}".format(name))

    @property
    def scale_note(self) -> str:
        """The factor on the scale for log lines, such as `` x 2``; empty for 1."""
        return "" if self.scale_factor == 1 else " x {:g}".format(self.scale_factor)

    @property
    def label(self) -> str:
        """The model's name for log lines, followed by the control's mark."""
        return self.model if self.control is None else "{} (control: rows {})".format(self.model, self.control)

    def count(self, kind: str) -> int:
        """Number of users or items in the artifact."""
        return self._counts[kind]

    def ids(self, kind: str) -> List[str]:
        """Raw IDs of ``users`` or ``items`` in the artifact's row order."""
        listed = self._ids[kind]
        return [str(row) for row in range(self.count(kind))] if listed is None else list(listed)

    def align(self, kind: str, ids: OrderedIds, left_out: int = 0) -> Array:
        """The artifact's row for each of these raw IDs of a model, given in the model's row order without padding.

        :param left_out: IDs of the model that get no vector; they count only for a codebase whose row numbers are the
        IDs.
        :raises WellbegunError: for a mapping, a set or an iterator; naming the first ID that the artifact lacks; and,
            for a codebase whose row numbers are the IDs, if the counts differ.
        """
        doing = "aligning {}".format(kind)
        raw_ids = ordered_ids(kind, ids, doing)
        known = self._rows[kind] if self._ids[kind] is not None else {str(row): row for row in range(self.count(kind))}
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
        if self.exact and len(raw_ids) + left_out != self.count(kind):
            expected = "{} {}, as many as the artifact has".format(self.count(kind), kind)
            raise WellbegunError(doing, expected, str(len(raw_ids) + left_out))
        return rows

    def require(self, codebase: Sequence[str], model: Optional[str] = None) -> None:
        """Raises if the artifact was made for another codebase or model."""
        doing = "choosing a wired artifact"
        if self.codebase not in codebase:
            raise WellbegunError(doing, "one for {}".format(" or ".join(codebase)), self.codebase, self.folder)
        if model is not None and model.lower() != self.model.lower():
            raise WellbegunError(doing, "one for the model {}".format(model), self.model, self.folder)


def _train(fields: Fields) -> Optional[Tuple[int, Optional[str]]]:
    if fields.values.get("train") is None:
        return None
    train = fields.fields("train")
    return train.count("interactions"), None if train.values.get("sha256") is None else train.text("sha256")


def _listed_ids(folder: str, side: Fields, files: Dict[str, Any]) -> Optional[List[str]]:
    """The IDs in the file of one side (users or items); None if the row numbers are the IDs."""
    if side.values.get("file", "") is None:
        return None
    # Only a listed file is read, so that its SHA-256 has been compared.
    name = side.choice("file", *files)
    ids = read_ids(os.path.join(folder, name), side.count("count"), DOING)
    if len(set(ids)) != len(ids):
        raise WellbegunError(DOING, "each ID once", "one that stands twice", name)
    return ids


def _parameter(folder: str, entry: Fields, files: Fields, counts: Dict[str, int], factor: float) -> WireParameter:
    name = entry.choice("file", *files.values)
    rows = counts[entry.choice("rows", *counts)]
    shape = files.fields(name).counts("shape")
    if len(shape) != 2 or shape[0] != rows:
        raise WellbegunError(DOING, "{} rows, one for each ID, in a table of two dimensions".format(rows), str(shape), name)
    return WireParameter.read(entry, read_table(os.path.join(folder, name), "float32", shape, DOING), factor)
