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
    """Initializes the model as ``fit_partial`` would, then puts the vectors over its embeddings.

    Train with ``fit_partial``: ``fit`` would draw the embeddings anew. Only for identity features (the default), where
    a row is a user or an item.

    :param users: Raw user IDs by the rows of the interactions.
    :param items: Raw item IDs by their columns.
    """
    wire.require(("lightfm",))
    doing = "loading vectors into LightFM"
    ids = {"users": ordered_ids("users", users, doing), "items": ordered_ids("items", items, doing)}
    # All alignments first, so that a missing ID leaves the model as it was.
    for parameter in wire.parameters:
        wire.align(parameter.rows, ids[parameter.rows])
    model._initialize(model.no_components, len(ids["items"]), len(ids["users"]))
    for parameter in wire.parameters:
        own = root_mean_square(getattr(model, parameter.path))
        setattr(model, parameter.path, array_for(wire, parameter, ids[parameter.rows], model.no_components, scale, own, log))
