"""Reads a bundle: the folder that ``wellbegun init`` writes."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Optional, Tuple

from .errors import WellbegunError
from .fields import Fields
from .files import check_files, compare_ids, is_part, read_control, read_ids, read_index, read_table, table_name
from .ids import ordered_ids
from .parts import Part, read_part_tables, read_parts
from .safetensors import read_tensor
from .types import Array, OrderedIds

DOING = "reading a bundle"


class Bundle:
    """A bundle on disk, checked against its manifest when it is opened.

    ``manifest`` is the manifest as written; ``tables`` holds the shape of each table by name. ``control`` is
    ``permuted`` if the rows are in a random order, so that each vector belongs to another user or item, and None for
    real tables.

    :param folder: The bundle's folder.
    :param verify: Whether to compare every file's SHA-256, which reads the whole bundle.
    :raises WellbegunError: if a file is missing or is not what the manifest says.

    >>> bundle = Bundle("out")  # doctest: +SKIP
    >>> bundle.table("users").shape  # doctest: +SKIP
    (9308, 64)
    """

    def __init__(self, folder: str, verify: bool = True) -> None:
        self.folder = os.fspath(folder)
        path = os.path.join(self.folder, "manifest.json")
        self.manifest: Dict[str, Any] = read_index(path, "wellbegun-bundle", (1, 2), DOING)
        self.control: Optional[str] = read_control(self.manifest, path, DOING)
        check_files(self.folder, self.manifest["files"], verify, DOING)
        parts = read_parts(self.manifest, path, DOING)
        self._parts: Dict[str, List[Part]] = {name: listed for name, (_, listed) in parts.items()}
        # The file and manifest entry of each table: .npy, else safetensors, else Parquet.
        self._sources: Dict[str, Tuple[str, Fields]] = {}
        whole = {name: entry for name, (entry, _) in parts.items()}
        for file, value in self.manifest["files"].items():
            entry = Fields(value, "{}, file {!r}".format(path, file), DOING)
            if not is_part(file):
                whole[file] = entry
            if "tensors" in entry.values:
                tensors = entry.fields("tensors")
                for name in tensors.values:
                    self._sources[name] = (file, tensors.fields(name))
        for file, entry in whole.items():
            table = table_name(file)
            # A file without a shape is no table.
            if table is None or "shape" not in entry.values:
                continue
            if file.endswith(".npy") or table not in self._sources:
                self._sources[table] = (file, entry)
        self.tables: Dict[str, List[int]] = {name: entry.counts("shape") for name, (_, entry) in self._sources.items()}

    def table(self, name: str) -> Array:
        """A table as an array: ``users`` (U x d), ``items``, ``users.<modality>`` and so on.

        The values come from the table's ``.npy`` file or its parts, or else from ``tables.safetensors``, or from its Parquet
        file or parts, which pyarrow reads.
        """
        if name not in self._sources:
            known = ", ".join(sorted(self.tables)) or "none"
            raise WellbegunError(DOING, "a table among {}".format(known), repr(name), self.folder)
        file, entry = self._sources[name]
        path = os.path.join(self.folder, file)
        dtype, shape = entry.choice("dtype", "float32", "int32"), entry.counts("shape")
        if file in self._parts:
            return read_part_tables(self.folder, self._parts[file], dtype, shape, DOING)
        if table_name(file) is not None:
            return read_table(path, dtype, shape, DOING)
        return read_tensor(path, name, dtype, shape, DOING)

    def tensor(self, name: str) -> Any:
        """A table as a PyTorch tensor with memory of its own."""
        import torch

        return torch.from_numpy(self.table(name))

    @property
    def user_ids(self) -> List[str]:
        """Raw user IDs in row order; row numbers as text if the bundle lists no IDs."""
        return self._ids("users", "user_ids.txt")

    @property
    def item_ids(self) -> List[str]:
        """Raw item IDs in row order; row numbers as text if the bundle lists no IDs."""
        return self._ids("items", "item_ids.txt")

    def check(self, users: Optional[OrderedIds] = None, items: Optional[OrderedIds] = None) -> None:
        """Raises unless the bundle's rows are these IDs in this order; the error names the first difference.

        :param users: Raw user IDs by row, in a list, tuple, range or one-dimensional array; a mapping, a set or an iterator
            is refused.
        :param items: Raw item IDs likewise.
        """
        doing = "aligning a bundle's rows"
        if users is not None:
            compare_ids("user", ordered_ids("users", users, doing), self.user_ids, doing)
        if items is not None:
            compare_ids("item", ordered_ids("items", items, doing), self.item_ids, doing)

    def _ids(self, kind: str, name: str) -> List[str]:
        if name in self._parts:
            found: List[str] = []
            for part in self._parts[name]:
                found += read_ids(os.path.join(self.folder, part.file), part.end - part.first, DOING)
            return found
        if name in self.manifest["files"]:
            path = os.path.join(self.folder, name)
            shape = Fields(self.manifest["files"][name], path, DOING).counts("shape")
            if len(shape) != 1:
                raise WellbegunError(DOING, "shape: the number of IDs", repr(shape), path)
            return read_ids(path, shape[0], DOING)
        counts = [shape[0] for table, shape in self.tables.items() if shape and table.split(".")[0] == kind]
        if not counts:
            raise WellbegunError(DOING, "{} or a table of them".format(name), "neither", self.folder)
        return [str(row) for row in range(counts[0])]
