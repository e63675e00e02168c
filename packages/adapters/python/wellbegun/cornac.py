"""Wired vectors as Cornac's ``init_params``."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional

from .arrays import array_for
from .errors import WellbegunError
from .types import Array
from .wire import Wire

TABLES = "`wellbegun wire --tables users+items` also wires the item tables."


def init_params(
    wire: Wire,
    train_set: Any,
    widths: Mapping[str, int],
    scale: str = "model",
    log: Optional[Callable[[str], None]] = None,
) -> Dict[str, Array]:
    """The ``init_params`` for a Cornac model that will be fitted on ``train_set``.

    :param widths: Columns of each parameter to set, such as ``{"Gu": 64, "Tu": 20}``; a parameter that is not named
        keeps Cornac's own initialization.
    :raises WellbegunError: naming a parameter that the artifact has no table for, and the first user or item of the train set that the artifact lacks.
    """
    wire.require(("cornac",))
    paths = [parameter.path for parameter in wire.parameters]
    doing = "choosing Cornac's parameters"
    if not isinstance(widths, Mapping):
        raise WellbegunError(doing, "a dictionary of widths by parameter", type(widths).__name__, "widths")
    for path in widths:
        if path not in paths:
            raise WellbegunError(doing, "one of {}".format(", ".join(paths)), repr(path), "widths", TABLES)
    ids = {"users": _in_order(train_set.uid_map), "items": _in_order(train_set.iid_map)}
    return {
        parameter.path: array_for(wire, parameter, ids[parameter.rows], widths[parameter.path], scale, log=log)
        for parameter in wire.parameters
        if parameter.path in widths
    }


def _in_order(id_map: Dict[Any, int]) -> List[Any]:
    """Raw IDs in row order."""
    ids = sorted(id_map, key=lambda raw: id_map[raw])
    for row, raw in enumerate(ids):
        if id_map[raw] != row:
            expected = "a row for each ID of the train set, without gaps"
            raise WellbegunError("reading Cornac's ID map", expected, "row {}".format(id_map[raw]), repr(raw))
    return ids
