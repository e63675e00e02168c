"""Raw IDs in row order, from whatever ordered collection holds them."""

from __future__ import annotations

from typing import Any, List

from .errors import WellbegunError

HINT = "Give a list, a tuple, a range or a one-dimensional array, whose position r holds the ID of row r."


def ordered_ids(kind: str, ids: Any, doing: str) -> List[str]:
    """The IDs as text in row order.

    Accepts sequences (list, tuple, range, deque) and one-dimensional arrays, tensors and pandas indexes. Refuses a
    mapping, which would lose its values; a set, which has no order; and an iterator, which can be read only once.

    :param kind: ``users`` or ``items``, for the message.
    :raises WellbegunError: for any other collection, naming the accepted ones.
    """
    if hasattr(ids, "keys"):
        found = "a mapping ({}), whose keys stand in no row order".format(type(ids).__name__)
    elif isinstance(ids, (str, bytes, bytearray)):
        found = "one text ({})".format(type(ids).__name__)
    elif not hasattr(ids, "__len__") or not hasattr(ids, "__getitem__"):
        found = "a collection without row order ({})".format(type(ids).__name__)
    elif getattr(ids, "ndim", 1) != 1:
        found = "{} dimensions".format(ids.ndim)
    else:
        # Arrays and tensors hand out Python numbers, so that a tensor's 3 becomes "3".
        return [str(raw) for raw in (ids.tolist() if hasattr(ids, "tolist") else ids)]
    raise WellbegunError(doing, "the {} as raw IDs in row order".format(kind), found, kind, HINT)
