"""Tables as arrays for libraries that take them before they are fitted."""

from __future__ import annotations

import sys
from typing import Any, Callable, Optional, Sequence

from .errors import WellbegunError
from .types import Array
from .wire import Slot, Wire, root_mean_square, row_norm


def array_for(
    wire: Wire,
    slot: Slot,
    ids: Sequence[Any],
    width: int,
    scale: str,
    rms: Optional[float] = None,
    log: Optional[Callable[[str], None]] = None,
) -> Array:
    """A slot's table for these raw IDs in this order.

    :param width: The columns that the library wants.
    :param scale: ``model``: scaled to ``rms``. ``bundle``: as computed.
    :param rms: Default: what the library's own initialisation is known to have.
    """
    doing = "making a table for {}".format(slot.path)
    if scale not in ("model", "bundle"):
        raise WellbegunError(doing, "scale 'model' or 'bundle'", repr(scale))
    if slot.width != width:
        raise WellbegunError(doing, "{} columns".format(width), str(slot.width), slot.path)
    target = slot.rms if rms is None else rms
    values = slot.scaled(wire.align(slot.rows, ids), target if scale == "model" else None)
    text = "wellbegun: {} {} <- {} ({} x {}): RMS {} -> {:.5g}, mean row norm {:.5g}"
    before = "unknown" if target is None else "{:.5g}".format(target)
    vectors = values[:, : slot.vector]
    line = text.format(wire.model, slot.path, slot.source, *values.shape, before, root_mean_square(vectors), row_norm(vectors))
    if log is None:
        print(line, file=sys.stderr, flush=True)
    else:
        log(line)
    return values
