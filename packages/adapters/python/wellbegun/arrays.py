"""Tables as arrays, for libraries that take their starting values before fitting."""

from __future__ import annotations

import sys
from typing import Callable, Optional

import numpy as np

from .errors import WellbegunError
from .ids import ordered_ids
from .norms import root_mean_square, row_norm
from .parameter import WireParameter
from .types import Array, OrderedIds
from .wire import Wire


def array_for(
    wire: Wire,
    parameter: WireParameter,
    ids: OrderedIds,
    width: int,
    scale: str,
    rms: Optional[float] = None,
    log: Optional[Callable[[str], None]] = None,
) -> Array:
    """A parameter's table for these raw IDs in this order.

    :param width: The columns that the library wants.
    :param scale: ``model``: scaled to ``rms``. ``bundle``: as computed.
    :param rms: Default: the root mean square of the library's own initialization.
    """
    doing = "making a table for {}".format(parameter.path)
    if scale not in ("model", "bundle"):
        raise WellbegunError(doing, "scale 'model' or 'bundle'", repr(scale))
    if parameter.width != width:
        raise WellbegunError(doing, "{} columns".format(width), str(parameter.width), parameter.path)
    target = parameter.rms if rms is None else rms
    values = parameter.scaled(wire.align(parameter.rows, ids), target if scale == "model" else None)
    text = "wellbegun: {} {} <- {} ({} x {}): RMS {} -> {:.5g}{}, mean row norm {:.5g}"
    before = "unknown" if target is None else "{:.5g}".format(target)
    vectors = values[:, : parameter.vector]
    line = text.format(wire.label, parameter.path, parameter.source, *values.shape, before, root_mean_square(vectors), wire.scale_note, row_norm(vectors))
    if log is None:
        print(line, file=sys.stderr, flush=True)
    else:
        log(line)
    return values


def check_rows(wire: Wire, path: str, table: Array, ids: OrderedIds) -> None:
    """Raises unless the rows of a library's table are the vectors of these raw IDs in this order, up to one factor.

    For a model whose tables exist and are not trained yet, such as one fitted for 0 iterations: proves that the library
    kept the vectors in the rows of their IDs.

    :param path: The parameter's path in the artifact.
    :raises WellbegunError: naming the first row that holds another ID's vector.
    """
    doing = "checking the order of the rows"
    raw_ids = ordered_ids("rows", ids, doing)
    parameters = [parameter for parameter in wire.parameters if parameter.path == path]
    if not parameters:
        raise WellbegunError(doing, "one of {}".format(", ".join(parameter.path for parameter in wire.parameters)), repr(path))
    parameter = parameters[0]
    if table.shape != (len(raw_ids), parameter.width):
        raise WellbegunError(doing, "{} x {}".format(len(raw_ids), parameter.width), " x ".join(map(str, table.shape)), path)
    expected = parameter.table[wire.align(parameter.rows, raw_ids)][:, : parameter.vector]
    found = table[:, : parameter.vector]
    size = root_mean_square(found)
    scaled = expected * (size / (root_mean_square(expected) or 1.0))
    wrong = np.flatnonzero(~np.isclose(found, scaled, rtol=1e-3, atol=1e-4 * size).all(axis=1))
    if len(wrong):
        row = int(wrong[0])
        wanted = "the vector of {} {!r}".format(parameter.rows[:-1], raw_ids[row])
        raise WellbegunError(doing, wanted, "another's", "{}, row {}".format(path, row))
