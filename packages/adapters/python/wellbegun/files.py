"""Files that a JSON index lists with their SHA-256, as bundles and wired artifacts do."""

from __future__ import annotations

import hashlib
import json
import os
import re
from typing import Any, Dict, List, Optional, Sequence

import numpy as np

from .errors import WellbegunError
from .fields import Fields
from .types import Array


def read_index(path: str, kind: str, versions: Sequence[int], doing: str) -> Dict[str, Any]:
    """The JSON object of an index file, which must have this format and one of these versions."""
    try:
        with open(path, "rb") as file:
            index: Any = json.loads(file.read().decode("utf-8"))
    except OSError as error:
        raise WellbegunError(doing, "a readable file", str(error), path) from error
    except (ValueError, RecursionError) as error:
        raise WellbegunError(doing, "JSON in UTF-8", "other bytes", path) from error
    found = index.get("format") if isinstance(index, dict) else None
    if not isinstance(index, dict) or found != kind:
        raise WellbegunError(doing, "format {!r}".format(kind), repr(found), path)
    version = index.get("version")
    if type(version) is not int or version not in versions:
        raise WellbegunError(doing, "version {}".format(" or ".join(map(str, versions))), repr(version), path)
    if not isinstance(index.get("files"), dict):
        raise WellbegunError(doing, "the object files", repr(index.get("files")), path)
    return index


def read_control(index: Dict[str, Any], path: str, doing: str) -> Optional[str]:
    """What the tables are a control for: ``permuted`` where their rows are in a random order, None for real tables.

    :raises WellbegunError: if ``control`` has any other value, so that an unknown control is never taken for real
    tables.
    """
    control = index.get("control")
    if control not in (None, "permuted"):
        raise WellbegunError(doing, "control 'permuted', or null", repr(control), path)
    return "permuted" if control else None


def check_files(folder: str, files: Dict[str, Any], hashes: bool, doing: str) -> None:
    """Compares size and, if ``hashes``, SHA-256 of every listed file."""
    for name, listed in files.items():
        # With a name that leads out of the folder, an index could list files that do not belong to it.
        if not (is_plain(name) or is_part(name)):
            raise WellbegunError(doing, "a plain file name", repr(name), folder)
        path = os.path.join(folder, name)
        try:
            size = os.path.getsize(path)
        except OSError as error:
            raise WellbegunError(doing, "the file that the index lists", str(error), path) from error
        fields = Fields(listed, path, doing)
        if size != fields.count("bytes"):
            raise WellbegunError(doing, "{} bytes".format(fields.count("bytes")), str(size), path)
        wanted = fields.text("sha256")
        found = sha256(path) if hashes else wanted
        if found != wanted:
            raise WellbegunError(doing, "SHA-256 {}".format(wanted), found, path)


def is_plain(name: str) -> bool:
    """Whether a name is that of a file directly in the folder."""
    return os.path.basename(name) == name and name not in ("", ".", "..") and "\0" not in name


def is_part(name: str) -> bool:
    """Whether a name is that of one part of a table or list of IDs, such as ``users/part-00000.npy``."""
    folder, _, part = name.partition("/")
    return is_plain(folder) and re.fullmatch(r"part-[0-9]{5,}\.(npy|parquet|txt)", part) is not None


def sha256(path: str) -> str:
    """SHA-256 of a file in lowercase hexadecimal."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for chunk in iter(lambda: file.read(1 << 20), b""):
            digest.update(chunk)
    return digest.hexdigest()


def table_name(file: str) -> Optional[str]:
    """The table that an ``.npy`` or Parquet file holds: ``users`` for ``users.npy``; None for other files."""
    stem, extension = os.path.splitext(file)
    return stem if extension in (".npy", ".parquet") else None


def read_table(path: str, dtype: str, shape: Sequence[int], doing: str) -> Array:
    """A table in ``.npy`` or Parquet that must have this dtype and shape. Pickles are never opened."""
    parquet = path.endswith(".parquet")
    try:
        table: Array = read_parquet(path) if parquet else np.load(path, allow_pickle=False)
    except Exception as error:  # NumPy and pyarrow raise errors of many types for a damaged file.
        expected = "a Parquet table, which pyarrow reads (pip install pyarrow)" if parquet else "an .npy table"
        raise WellbegunError(doing, expected, str(error), path) from error
    if str(table.dtype) != dtype or list(table.shape) != list(shape):
        found = "{} {}".format(table.dtype, list(table.shape))
        raise WellbegunError(doing, "{} {}".format(dtype, list(shape)), found, path)
    return finite(table, path, doing)


def read_parquet(path: str) -> Array:
    """The column ``vector`` of a Parquet file, lists of one length, as an array of two dimensions."""
    import pyarrow.compute
    import pyarrow.parquet

    column = pyarrow.parquet.read_table(path, columns=["vector"])["vector"]
    lengths = pyarrow.compute.unique(pyarrow.compute.list_value_length(column)).to_pylist()
    if len(lengths) != 1 or lengths[0] is None:
        raise ValueError("lists of the lengths {}, where all have one".format(lengths))
    values = np.concatenate([chunk.flatten().to_numpy() for chunk in column.chunks])
    return values.reshape(len(column), lengths[0])


def finite(table: Array, at: str, doing: str) -> Array:
    """The table; raises if a value is NaN or infinite."""
    if table.dtype.kind == "f" and not np.isfinite(table).all():
        row = int(np.argwhere(~np.isfinite(table))[0][0])
        raise WellbegunError(doing, "finite numbers", "another", "{}, row {}".format(at, row))
    return table


def read_ids(path: str, count: int, doing: str) -> List[str]:
    """Raw IDs, one on each line."""
    try:
        with open(path, "rb") as file:
            text = file.read().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WellbegunError(doing, "IDs in UTF-8", str(error), path) from error
    # splitlines would also split at characters that an ID may contain.
    lines = text.split("\n")
    if lines.pop() != "" or len(lines) != count:
        raise WellbegunError(doing, "{} IDs, each ended by a line feed".format(count), str(len(lines)), path)
    return lines


def compare_ids(kind: str, expected: Sequence[Any], found: Sequence[Any], doing: str) -> None:
    """Raises unless both lists hold the same IDs in the same order; the error names the first difference."""
    for row, (wanted, there) in enumerate(zip(expected, found)):
        if str(wanted) != str(there):
            raise WellbegunError(doing, "{} ID {!r}".format(kind, str(wanted)), repr(str(there)), "{} row {}".format(kind, row))
    if len(expected) != len(found):
        raise WellbegunError(doing, "{} {}s".format(len(expected), kind), str(len(found)), "{}s".format(kind))
