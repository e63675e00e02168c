"""Reads tables of a safetensors file with NumPy alone.

Format: https://github.com/huggingface/safetensors, README, "Format": a little-endian length, a header in JSON, and the
tensors' bytes, row-major and without gaps.
"""

from __future__ import annotations

import json
import math
import os
from typing import Any, Dict, Sequence

import numpy as np

from .errors import WellbegunError
from .files import finite
from .types import Array

#: NumPy's names for the format's types that occur in a bundle's tables.
DTYPES = {"F32": "float32", "I32": "int32"}
PREAMBLE = 8
# The reference implementation's limit on the header's length.
MAX_HEADER = 100_000_000


def read_tensor(path: str, name: str, dtype: str, shape: Sequence[int], doing: str) -> Array:
    """Reads one tensor, which must have this dtype and shape; no other tensor is read.

    :raises WellbegunError: if the header is missing, cut off or invalid, or gives another dtype or shape.
    """
    at = "{}, tensor {!r}".format(path, name)
    with open(path, "rb") as file:
        start = file.read(PREAMBLE)
        length = int.from_bytes(start, "little")
        if len(start) < PREAMBLE or length > min(MAX_HEADER, os.path.getsize(path) - PREAMBLE):
            raise WellbegunError(doing, "a safetensors header", "a file cut off, or another", path)
        entry = _entry(file.read(length), name, path, at, doing)
        begin, end = entry["data_offsets"]
        found = DTYPES.get(entry["dtype"])
        if found != dtype or entry["shape"] != list(shape):
            told = "{} {}".format(found or entry["dtype"], entry["shape"])
            raise WellbegunError(doing, "{} {}".format(dtype, list(shape)), told, at)
        count = math.prod(shape)
        if end - begin != count * np.dtype(dtype).itemsize or PREAMBLE + length + end > os.path.getsize(path):
            raise WellbegunError(doing, "{} values".format(count), "{} bytes".format(end - begin), at)
        file.seek(PREAMBLE + length + begin)
        table: Array = np.fromfile(file, np.dtype(dtype).newbyteorder("<"), count)
    return finite(table.reshape(shape).astype(dtype, copy=False), at, doing)


def _entry(header: bytes, name: str, path: str, at: str, doing: str) -> Dict[str, Any]:
    """The header's entry for a tensor."""
    try:
        entries = json.loads(header.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise WellbegunError(doing, "a safetensors header in JSON", "other bytes", path) from error
    entry = entries.get(name) if isinstance(entries, dict) else None
    if not isinstance(entry, dict) or not {"dtype", "shape", "data_offsets"} <= set(entry):
        raise WellbegunError(doing, "dtype, shape and data_offsets", repr(entry), at)
    offsets = entry["data_offsets"]
    if not isinstance(offsets, list) or len(offsets) != 2 or not all(isinstance(n, int) and n >= 0 for n in offsets):
        raise WellbegunError(doing, "two data_offsets", repr(offsets), at)
    return entry
