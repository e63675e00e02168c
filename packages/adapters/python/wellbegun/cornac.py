"""Wired vectors as Cornac's ``init_params``."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional

from .arrays import array_for
from .errors import WellbegunError
from .types import Array
from .wire import Wire


def init_params(
    wire: Wire,
    train_set: Any,
    widths: Dict[str, int],
    scale: str = "model",
    log: Optional[Callable[[str], None]] = None,
) -> Dict[str, Array]:
    """The ``init_params`` for a Cornac model that will be fitted on ``train_set``.

    :param widths: Columns of each parameter to set, such as ``{"Gu": 64, "Tu": 20}``; one that is not named keeps
        Cornac's own initialization.
    :raises WellbegunError: naming the first user or item of the train set that the artifact lacks.
    """
    wire.require(("cornac",))
    ids = {"users": _in_order(train_set.uid_map), "items": _in_order(train_set.iid_map)}
    return {
        parameter.path: array_for(wire, parameter, ids[parameter.rows], widths[parameter.path], scale, log=log)
        for parameter in wire.parameters
        if parameter.path in widths
    }


def _in_order(id_map: Dict[Any, int]) -> List[Any]:
    """Raw IDs by their row."""
    ids = sorted(id_map, key=lambda raw: id_map[raw])
    for row, raw in enumerate(ids):
        if id_map[raw] != row:
            expected = "a row for each ID of the train set, without gaps"
            raise WellbegunError("reading Cornac's ID map", expected, "row {}".format(id_map[raw]), repr(raw))
    return ids
