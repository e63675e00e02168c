"""Wired vectors as LightFM's embeddings, set before ``fit_partial``."""

from __future__ import annotations

from typing import Any, Callable, Optional

from .arrays import array_for
from .ids import ordered_ids
from .norms import root_mean_square
from .types import OrderedIds
from .wire import Wire


def load(
    model: Any,
    wire: Wire,
    users: OrderedIds,
    items: OrderedIds,
    scale: str = "model",
    log: Optional[Callable[[str], None]] = None,
) -> None:
    """Initializes the model as ``fit_partial`` does, then overwrites its embeddings with the vectors.

    Train with ``fit_partial``: ``fit`` draws the embeddings anew. Works only with identity features (the default),
    where each row is one user or item.

    :param users: Raw user IDs in the row order of the interactions.
    :param items: Raw item IDs in their column order.
    """
    wire.require(("lightfm",))
    doing = "loading vectors into LightFM"
    ids = {"users": ordered_ids("users", users, doing), "items": ordered_ids("items", items, doing)}
    # All IDs are aligned first, so that a missing ID leaves the model unchanged.
    for parameter in wire.parameters:
        wire.align(parameter.rows, ids[parameter.rows])
    model._initialize(model.no_components, len(ids["items"]), len(ids["users"]))
    for parameter in wire.parameters:
        own = root_mean_square(getattr(model, parameter.path))
        setattr(model, parameter.path, array_for(wire, parameter, ids[parameter.rows], model.no_components, scale, own, log))
