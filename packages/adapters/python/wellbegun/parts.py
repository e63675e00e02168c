"""Tables and lists of IDs that a bundle of version 2 has in parts, each with its range of rows."""

from __future__ import annotations

import os
from typing import Any, Dict, List, NamedTuple, Sequence, Set, Tuple

import numpy as np

from .errors import WellbegunError
from .fields import Fields
from .files import finite, is_part, read_table, table_name
from .types import Array


class Part(NamedTuple):
    """One file of rows ``first`` to ``end``, the latter excluded."""

    file: str
    first: int
    end: int


def read_parts(manifest: Dict[str, Any], path: str, doing: str) -> Dict[str, Tuple[Fields, List[Part]]]:
    """The entry and the parts of each file in parts, which must be complete.

    :raises WellbegunError: if the row ranges have a gap or an overlap, a part is not listed or has another shape, a
        listed part belongs to no file, or the parts are not all of the rows.
    """
    index = Fields(manifest, path, doing)
    files = index.fields("files")
    found: Dict[str, Tuple[Fields, List[Part]]] = {}
    used: Set[str] = set()
    if "parted" in manifest:
        if manifest["version"] == 1:
            raise WellbegunError(doing, "version 2, which has parted files", "version 1", path)
        parted = index.fields("parted")
        for name in parted.values:
            entry = parted.fields(name)
            found[name] = (entry, _complete(name, entry, files, "{}, parted {!r}".format(path, name), doing))
            for part in found[name][1]:
                if part.file in used:
                    raise WellbegunError(doing, "each part once", "{} twice".format(part.file), path)
                used.add(part.file)
            if name in files.values:
                raise WellbegunError(doing, "a whole file or its parts", "both", "{}, parted {!r}".format(path, name))
    for name in files.values:
        if is_part(name) and name not in used:
            raise WellbegunError(doing, "a parted file that names this part", "none", "{}, file {!r}".format(path, name))
    return found


def read_part_tables(folder: str, parts: Sequence[Part], dtype: str, shape: Sequence[int], doing: str) -> Array:
    """The rows of all parts in one array."""
    table: Array = np.empty(tuple(shape), dtype)
    for part in parts:
        path = os.path.join(folder, part.file)
        table[part.first : part.end] = read_table(path, dtype, [part.end - part.first, *shape[1:]], doing)
    return finite(table, folder, doing)


def _complete(name: str, entry: Fields, files: Fields, at: str, doing: str) -> List[Part]:
    shape = entry.counts("shape")
    if len(shape) not in ((1,) if table_name(name) is None else (1, 2)):
        raise WellbegunError(doing, "the lengths of {}".format(name), repr(shape), at)
    parts: List[Part] = []
    end = 0
    for fields in entry.list_of_fields("parts"):
        file, rows = fields.text("file"), fields.counts("rows")
        stem, _, extension = name.rpartition(".")
        if not is_part(file) or not (file.startswith(stem + "/") and file.endswith("." + extension)):
            raise WellbegunError(doing, "the name of a part of {}".format(name), repr(file), at)
        if len(rows) != 2 or rows[0] != end or rows[1] <= end:
            raise WellbegunError(doing, "rows from {}, where the part before ends".format(end), repr(rows), at)
        if file not in files.values:
            raise WellbegunError(doing, "a listed file", "{}, which is not among the files".format(file), at)
        listed = files.fields(file)
        wanted = [rows[1] - rows[0], *shape[1:]]
        if listed.counts("shape") != wanted or listed.values.get("dtype") != entry.values.get("dtype"):
            raise WellbegunError(doing, "{} of shape {}".format(file, wanted), repr(listed.values.get("shape")), at)
        end = rows[1]
        parts.append(Part(file, rows[0], end))
    if end != shape[0]:
        raise WellbegunError(doing, "parts of {} rows in all".format(shape[0]), str(end), at)
    return parts
