"""Copies a wired artifact's tables into a PyTorch module."""

from __future__ import annotations

import sys
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

import numpy as np

from .errors import WellbegunError
from .ids import ordered_ids
from .loaded import Loaded, LoadedTable
from .norms import root_mean_square, row_norm
from .parameter import WireParameter
from .random_state import preserved_random_state
from .rows import PADDINGS, padding_rows, target_rows
from .tensors import as_array, as_held, check_table, embeddings_of, is_parameter, resolve, tied_paths, unwrapped
from .types import Array, OrderedIds
from .wire import Wire

DOING = "loading vectors into the model"


def load(
    model: Any,
    wire: Wire,
    users: Optional[OrderedIds] = None,
    items: Optional[OrderedIds] = None,
    scale: str = "model",
    freeze: bool = False,
    paths: Optional[Mapping[str, str]] = None,
    padding: Optional[str] = None,
    log: Optional[Callable[[str], None]] = None,
) -> Loaded:
    """Copies a wired artifact's tables into a constructed module, on whatever device it is.

    Random states are unchanged; parameters stay the same objects. Call it after the module is constructed and moved to
    its device, and before an optimizer is made. ``DataParallel`` and ``DistributedDataParallel`` are unwrapped.

    :param users: The model's raw user IDs in row order, without padding, in a list, tuple, range or one-dimensional array.
        Default: 0 .. n-1.
    :param items: The item IDs likewise.
    :param scale: ``model``: one factor per table gives it the root mean square of the values it replaces. ``bundle``:
        as computed. Both are multiplied by the artifact's ``scale_factor``, which the line of the table names.
    :param freeze: Turns ``requires_grad`` off.
    :param paths: The model's path for a path of the artifact, such as ``{"users.weight": "tower.user.weight"}``. A
        table that is not named keeps the artifact's path.
    :param padding: For an embedding with ``padding_idx``. ``shift``: the IDs skip the padding row, so the table has one
        row more than there are IDs. ``skip``: there are as many IDs as rows; the padding row keeps its values, and its
        ID, which is never looked up, gets no vector. Default: ``shift``; a table with as many rows as IDs is then
        refused.
    :param log: Receives one line for each table. Default: standard error.
    :raises WellbegunError: if a parameter is missing, has another shape or type, or is shared by two tables, or if an
        ID is missing. Nothing is overwritten in these cases.
    """
    import torch

    if scale not in ("model", "bundle"):
        raise WellbegunError(DOING, "scale 'model' or 'bundle'", repr(scale))
    if padding is not None and padding not in PADDINGS:
        raise WellbegunError(DOING, "padding 'shift' or 'skip'", repr(padding))
    ids = {
        "users": None if users is None else ordered_ids("users", users, DOING),
        "items": None if items is None else ordered_ids("items", items, DOING),
    }
    own_paths = model_paths(wire, paths or {})
    module = unwrapped(model)
    tables: List[LoadedTable] = []
    lines: List[str] = []
    with preserved_random_state():
        padded = False
        for parameter in wire.parameters:
            path = own_paths[parameter.path]
            tensor = resolve(module, path)
            _check_shape(tensor, parameter, path)
            own = padding_rows(module, tensor)
            padded = padded or bool(own)
            rows, sources = target_rows(
                wire, parameter, path, len(tensor), own, ids[parameter.rows], padding, DOING
            )
            before = as_array(tensor)[rows]
            rms = root_mean_square(before[:, : parameter.vector]) if scale == "model" else None
            values = as_held(parameter.scaled(sources, rms), tensor)
            _check_norms(module, tensor, path, values)
            tables.append(LoadedTable(parameter, path, rows, values, rms))
            lines.append(_line(wire, tables[-1], before, _state(module, path, tensor, freeze)))
        if padding is not None and not padded:
            raise WellbegunError(DOING, "an embedding with padding_idx, for padding={!r}".format(padding), "none")
        _check_shared(module, tables)
        for table in tables:
            tensor = resolve(module, table.path)
            with torch.no_grad():
                tensor[table.rows] = torch.from_numpy(table.values).to(tensor)
            if freeze and tensor.is_leaf:
                tensor.requires_grad_(False)
    loaded = Loaded(module, wire, tables, not freeze, log if log is not None else _to_stderr)
    loaded.verify()
    loaded.watch()
    for line in lines:
        loaded.log(line)
    return loaded


def model_paths(wire: Wire, paths: Mapping[str, str]) -> Dict[str, str]:
    """The model's path for each of the artifact's tables.

    :raises WellbegunError: for a path that the artifact does not have, or one that two tables would be copied to.
    """
    known = list(dict.fromkeys(parameter.path for parameter in wire.parameters))
    for path in paths:
        if path not in known:
            raise WellbegunError(DOING, "paths of {}".format(", ".join(known)), repr(path), "paths")
    own = {path: paths.get(path, path) for path in known}
    for first in known:
        for second in known:
            if first < second and own[first] == own[second]:
                found = "{} and {} both at {}".format(first, second, own[first])
                raise WellbegunError(DOING, "another path for each table", found, "paths")
    return own


def _check_shape(tensor: Any, parameter: WireParameter, path: str) -> None:
    check_table(tensor, path, DOING)
    shape = list(tensor.shape)
    if len(shape) != 2 or shape[1] != parameter.width:
        hint = "Give the bundle and the model the same width."
        raise WellbegunError(DOING, "{} columns, as the vectors have".format(parameter.width), str(shape), path, hint)


def _check_norms(model: Any, tensor: Any, path: str, values: Array) -> None:
    """Raises for rows that an embedding's ``max_norm`` would shorten at their first lookup."""
    for module in embeddings_of(model, tensor):
        if module.max_norm is None or not len(values):
            continue
        norms = np.linalg.norm(values.astype(np.float64), ord=module.norm_type, axis=1)
        longer = int((norms > module.max_norm * (1 + 1e-6)).sum())
        if longer:
            expected = "rows no longer than the embedding's max_norm, {:g}".format(module.max_norm)
            found = "{} of {} that are, up to {:.5g}".format(longer, len(values), float(norms.max()))
            hint = "PyTorch would shorten them when they are looked up: make the embedding without max_norm, or with a larger one."
            raise WellbegunError(DOING, expected, found, path, hint)


def _check_shared(model: Any, tables: Sequence[LoadedTable]) -> None:
    """Raises if two tables would be written into the same rows of the same memory."""
    for position, one in enumerate(tables):
        for other in tables[:position]:
            first, second = resolve(model, other.path), resolve(model, one.path)
            if first.numel() and first.data_ptr() == second.data_ptr() and np.intersect1d(one.rows, other.rows).size:
                found = "one, tied: {} and {}".format(other.path, one.path)
                hint = "The second table would overwrite the first: wire one of them, or untie them."
                raise WellbegunError(DOING, "a tensor for each table", found, one.path, hint)


def _state(model: Any, path: str, tensor: Any, freeze: bool) -> str:
    if not is_parameter(model, tensor):
        return "a plain tensor, which no optimizer trains"
    tied = tied_paths(model, path, tensor)
    state = "frozen" if freeze else "trainable"
    return "{}, tied to {}".format(state, ", ".join(tied)) if tied else state


def _line(wire: Wire, table: LoadedTable, before: Array, state: str) -> str:
    text = "wellbegun: {} {} <- {} ({} x {}): RMS {:.5g} -> {:.5g}{}, mean row norm {:.5g} -> {:.5g}, {}"
    values = table.values
    sizes = (root_mean_square(before), root_mean_square(values), wire.scale_note, row_norm(before), row_norm(values))
    return text.format(wire.label, table.path, table.parameter.source, *values.shape, *sizes, state)


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
