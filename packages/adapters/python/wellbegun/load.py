"""Puts a wired artifact's tables into a PyTorch module."""

from __future__ import annotations

import sys
from typing import Any, Callable, Dict, List, Optional, Sequence

from .errors import WellbegunError
from .ids import ordered_ids
from .loaded import Loaded, LoadedTable, as_array, is_parameter, resolve
from .random_state import preserved_random_state
from .types import Array
from .wire import WireParameter, Wire, root_mean_square, row_norm

DOING = "placing vectors in the model"


def load(
    model: Any,
    wire: Wire,
    users: Optional[Sequence[Any]] = None,
    items: Optional[Sequence[Any]] = None,
    scale: str = "model",
    freeze: bool = False,
    paths: Optional[Dict[str, str]] = None,
    log: Optional[Callable[[str], None]] = None,
) -> Loaded:
    """Copies a wired artifact's tables into a constructed module, in place, on whatever device it lies.

    Random states are as before; parameters stay the same objects. Call it once the module is constructed and on its
    device, and before an optimizer is made.

    :param users: The model's raw user IDs in row order, without padding, in a list, tuple, range or one-dimensional array.
        Default: 0 .. n-1.
    :param items: The item IDs likewise.
    :param scale: ``model``: one factor gives each table the root mean square of the very values it replaces.
        ``bundle``: as computed.
    :param freeze: ``requires_grad`` is turned off.
    :param paths: Other paths than the artifact's, by those.
    :param log: Takes a line for each table. Default: standard error.
    :raises WellbegunError: if a parameter is not there or of another shape, or an ID is missing; nothing is overwritten
        then.
    """
    import torch

    if scale not in ("model", "bundle"):
        raise WellbegunError(DOING, "scale 'model' or 'bundle'", repr(scale))
    raw_ids = {"users": users, "items": items}
    for kind, given in raw_ids.items():
        if given is not None:
            raw_ids[kind] = ordered_ids(kind, given, DOING)
    tell = log if log is not None else _to_stderr
    tables: List[LoadedTable] = []
    lines: List[str] = []
    with preserved_random_state():
        for parameter in wire.parameters:
            parameter.path = (paths or {}).get(parameter.path, parameter.path)
            tensor = resolve(model, parameter.path)
            first, rows = _rows(parameter, tensor, wire, raw_ids[parameter.rows])
            before = as_array(tensor)[first : first + len(rows)]
            rms = root_mean_square(before[:, : parameter.vector]) if scale == "model" else None
            values = parameter.scaled(rows, rms).astype(before.dtype)
            tables.append(LoadedTable(parameter, first, values, rms))
            lines.append(_line(wire, parameter, before, values, _state(model, tensor, freeze)))
        for table in tables:
            tensor = resolve(model, table.parameter.path)
            with torch.no_grad():
                target = tensor[table.first : table.first + len(table.values)]
                target.copy_(torch.from_numpy(table.values))
            if freeze and tensor.is_leaf:
                tensor.requires_grad_(False)
    loaded = Loaded(model, wire, tables, not freeze, tell)
    loaded.verify(raw_ids["users"], raw_ids["items"])
    loaded.watch()
    for line in lines:
        tell(line)
    return loaded


def _rows(parameter: WireParameter, tensor: Any, wire: Wire, ids: Optional[Sequence[Any]]) -> "tuple[int, Array]":
    """The first row of the tensor that is the parameter's, and the artifact's row for it and each one after it."""
    shape = list(tensor.shape)
    if len(shape) != 2 or shape[1] != parameter.width:
        hint = "Give the bundle and the model the same width."
        raise WellbegunError(DOING, "{} columns, as the vectors have".format(parameter.width), str(shape), parameter.path, hint)
    if parameter.nodes:
        users, items = wire.count("users"), wire.count("items")
        if shape[0] != users + items:
            expected = "{} users and {} items".format(users, items)
            raise WellbegunError(DOING, expected, "{} rows".format(shape[0]), parameter.path)
        first, room = (0, users) if parameter.rows == "users" else (users, items)
    else:
        first, room = wire.padding, shape[0] - wire.padding
    if ids is not None and len(ids) != room:
        raise WellbegunError(DOING, "as many IDs as rows, {}".format(room), str(len(ids)), parameter.path)
    return first, wire.align(parameter.rows, range(room) if ids is None else ids)


def _state(model: Any, tensor: Any, freeze: bool) -> str:
    if not is_parameter(model, tensor):
        return "a plain tensor, which no optimizer trains"
    return "frozen" if freeze else "trainable"


def _line(wire: Wire, parameter: WireParameter, before: Array, values: Array, state: str) -> str:
    text = "wellbegun: {} {} <- {} ({} x {}): RMS {:.5g} -> {:.5g}, mean row norm {:.5g} -> {:.5g}, {}"
    norms = (root_mean_square(before), root_mean_square(values), row_norm(before), row_norm(values))
    return text.format(wire.label, parameter.path, parameter.source, len(values), values.shape[1], *norms, state)


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
