"""Which rows of a model's table take vectors, and the raw ID of each."""

from __future__ import annotations

from typing import Any, List, Optional, Set, Tuple

import numpy as np

from .errors import WellbegunError
from .parameter import WireParameter
from .tensors import embeddings_of
from .types import Array
from .wire import Wire

#: How IDs can be mapped to rows where an embedding has a padding row (``padding_idx``).
PADDINGS = ("shift", "skip")


def padding_rows(model: Any, tensor: Any) -> Set[int]:
    """The rows of a table that its ``Embedding`` modules keep for padding and never train."""
    return {module.padding_idx for module in embeddings_of(model, tensor) if module.padding_idx is not None}


def target_rows(
    wire: Wire,
    parameter: WireParameter,
    path: str,
    height: int,
    padded: Set[int],
    ids: Optional[List[str]],
    padding: Optional[str],
    doing: str,
) -> Tuple[Array, Array]:
    """The rows of the table that take a vector, and the artifact's row for each of them.

    :param height: Number of rows of the table.
    :param padded: Rows that the table's own ``padding_idx`` names.
    :param ids: The model's raw IDs in row order; None for 0 .. n-1.
    :param padding: ``shift``: the IDs skip a padding row. ``skip``: ID number r has row r, and a padding row keeps its
        values. None: ``shift``, if the number of rows is unambiguous.
    :raises WellbegunError: if the numbers of rows and IDs do not fit each other, or are ambiguous.
    """
    if parameter.nodes:
        return _rows_of_nodes(wire, parameter, path, height, padded, ids, doing)
    reserved = set(range(wire.padding))
    own = padded - reserved
    room = [row for row in range(height) if row not in reserved]
    free = [row for row in room if row not in own]
    count = len(ids) if ids is not None else wire.count(parameter.rows)
    if own and padding is None and count == len(room):
        raise _ambiguous(path, sorted(own), count, height, parameter.rows, doing)
    if own and padding == "skip":
        given = ids if ids is not None else [str(number) for number in range(len(room))]
        if len(given) != len(room):
            raise _other_number(path, len(room), len(given), doing)
        kept = [raw for row, raw in zip(room, given) if row not in own]
        return np.array(free, dtype=np.int64), wire.align(parameter.rows, kept, left_out=len(own))
    if (ids is not None or own) and count != len(free):
        raise _other_number(path, len(free), count, doing)
    return np.array(free, dtype=np.int64), wire.align(parameter.rows, range(len(free)) if ids is None else ids)


def _rows_of_nodes(
    wire: Wire,
    parameter: WireParameter,
    path: str,
    height: int,
    padded: Set[int],
    ids: Optional[List[str]],
    doing: str,
) -> Tuple[Array, Array]:
    """The same for a table of users and then items."""
    users, items = wire.count("users"), wire.count("items")
    if padded:
        expected = "a table of users and items without a padding row"
        raise WellbegunError(doing, expected, "padding_idx {}".format(sorted(padded)[0]), path)
    if height != users + items:
        raise WellbegunError(doing, "{} users and {} items".format(users, items), "{} rows".format(height), path)
    first, count = (0, users) if parameter.rows == "users" else (users, items)
    if ids is not None and len(ids) != count:
        raise _other_number(path, count, len(ids), doing)
    rows = np.arange(first, first + count, dtype=np.int64)
    return rows, wire.align(parameter.rows, range(count) if ids is None else ids)


def _other_number(path: str, rows: int, ids: int, doing: str) -> WellbegunError:
    return WellbegunError(doing, "as many IDs as rows, {}".format(rows), str(ids), path)


def _ambiguous(path: str, own: List[int], count: int, height: int, kind: str, doing: str) -> WellbegunError:
    expected = "{} rows, one for each of {} {} beside padding row {}".format(height + len(own), count, kind, own[0])
    hint = (
        "Make the table that high, and the vectors go around the padding row; or give padding='skip', and row {} keeps "
        "what it has while its ID gets no vector."
    )
    return WellbegunError(doing, expected, "{} rows".format(height), path, hint.format(own[0]))
