"""Wired vectors as the factors of implicit's models, set before ``fit``."""

from __future__ import annotations

from typing import Any, Callable, Optional

from .arrays import array_for
from .types import OrderedIds
from .wire import Wire


def load(
    model: Any,
    wire: Wire,
    users: Optional[OrderedIds] = None,
    items: Optional[OrderedIds] = None,
    scale: str = "model",
    log: Optional[Callable[[str], None]] = None,
) -> None:
    """Sets ``user_factors`` and ``item_factors``, which ``fit`` then keeps as its start.

    :param model: An unfitted model of the library implicit, on the CPU.
    :param users: Raw user IDs in the row order of the matrix that ``fit`` will receive. Default: 0 .. n-1, n being the
    artifact's users.
    :param items: Raw item IDs in the matrix's column order.
    """
    wire.require(("implicit",), "bpr" if type(model).__name__.startswith("Bayesian") else "als")
    ids = {"users": users, "items": items}
    tables = {}
    for parameter in wire.parameters:
        given = ids[parameter.rows]
        wanted = int(model.factors) + (parameter.width - parameter.vector)
        raw = range(wire.count(parameter.rows)) if given is None else given
        tables[parameter.path] = array_for(wire, parameter, raw, wanted, scale, log=log).astype(model.dtype)
    for path, table in tables.items():
        setattr(model, path, table)
