"""What an index file must hold, checked before anything is read from it: ``manifest.json`` and ``wire.json``."""

from __future__ import annotations

import math
import os
import re
from typing import Any, Callable, Dict

from .errors import WellbegunError

Check = Callable[[Any], bool]


def check_index(kind: str, index: Dict[str, Any], path: str, doing: str) -> None:
    """Refuses an index that lacks a key, or where a value is of another type or range.

    :raises WellbegunError: naming the key.
    """
    for name, listed in index["files"].items():
        at = "{}, file {!r}".format(path, name)
        # A name that leads out of the folder would let an index vouch for files that are not its own.
        if os.path.basename(name) != name or name in ("", ".", "..") or "\0" in name:
            raise WellbegunError(doing, "a plain file name", repr(name), at)
        _require(listed, {"sha256": _is_sha256, "bytes": _is_count}, at, doing)
        _require(listed, {"shape": _is_shape, "dtype": _is_dtype}, at, doing, optional=True)
        needs = {"shape": _is_shape} if name in ("user_ids.txt", "item_ids.txt") else {}
        if name.endswith(".npy"):
            needs = {"shape": _is_shape, "dtype": _is_dtype}
        _require(listed, needs, at, doing)
        for tensor, shape in _object(listed.get("tensors", {}), at + ", tensors", doing).items():
            _require(shape, {"shape": _is_shape, "dtype": _is_dtype}, "{}, tensor {!r}".format(at, tensor), doing)
    if kind == "wellbegun-wire":
        _check_wire(index, path, doing)


def _check_wire(index: Dict[str, Any], path: str, doing: str) -> None:
    _require(
        index,
        {"codebase": _is_text, "model": _is_text, "order": _is_text, "padding": _is_count, "parameters": _is_list},
        path,
        doing,
    )
    files = index["files"]
    ids = _object(index.get("ids"), path + ", ids", doing)
    for side in ("users", "items"):
        at = "{}, ids of {}".format(path, side)
        _require(ids.get(side), {"count": _is_count, "file": lambda name: name is None or _names(name, files)}, at, doing)
    for place, entry in enumerate(index["parameters"]):
        at = "{}, parameter {}".format(path, place)
        checks: Dict[str, Check] = {
            "path": _is_text,
            "rows": lambda rows: rows == "users" or rows == "items",
            "nodes": lambda nodes: isinstance(nodes, bool),
            "from": _is_text,
            "tensor": _is_text,
            "file": lambda name: _names(name, files) and name.endswith(".npy"),
            "vector": _is_count,
        }
        _require(entry, checks, at, doing)
        _require(entry, {"rms": lambda rms: rms is None or _is_size(rms)}, at, doing, optional=True)
        shape = files[entry["file"]]["shape"]
        if len(shape) != 2 or entry["vector"] > shape[1]:
            raise WellbegunError(doing, "rows, and {} columns or more".format(entry["vector"]), repr(shape), at)


def _require(value: Any, checks: Dict[str, Check], at: str, doing: str, optional: bool = False) -> None:
    found = _object(value, at, doing)
    for key, accepts in checks.items():
        if optional and key not in found:
            continue
        if key not in found or not accepts(found[key]):
            shown = repr(found[key])[:60] if key in found else "nothing"
            raise WellbegunError(doing, "a value that {!r} may have".format(key), shown, at)


def _object(value: Any, at: str, doing: str) -> Dict[str, Any]:
    if not isinstance(value, dict):
        raise WellbegunError(doing, "an object", type(value).__name__, at)
    return value


def _names(name: Any, files: Dict[str, Any]) -> bool:
    return isinstance(name, str) and name in files


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def _is_size(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


def _is_shape(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 2 and all(_is_count(length) for length in value)


def _is_dtype(value: Any) -> bool:
    return isinstance(value, str) and value in ("float32", "int32")


def _is_sha256(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None
