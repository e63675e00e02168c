"""What was loaded into a model, and the checks that it stays there, in order, and is trained."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Tuple

import numpy as np

from .errors import WellbegunError
from .ids import ordered_ids
from .norms import root_mean_square
from .parameter import WireParameter
from .tensors import as_array, as_held, is_parameter, resolve
from .types import Array, OrderedIds
from .wire import Wire


class LoadedTable:
    """One table in a model: row ``rows[r]`` of the parameter at ``path`` holds ``values[r]``."""

    def __init__(self, parameter: WireParameter, path: str, rows: Array, values: Array, rms: Optional[float]) -> None:
        self.parameter = parameter
        self.path = path
        self.rows = rows
        self.values = values
        self.rms = rms
        #: Norm of the first nonzero gradient; None before it arrives.
        self.gradient: Optional[float] = None

    def current(self, model: Any) -> Tuple[Array, Array]:
        """The model's present values, and the loaded values in the table's present type."""
        tensor = resolve(model, self.path)
        found = as_array(tensor)
        # If the table became shorter or narrower, the comparison of shapes reports it.
        fits = found.ndim == 2 and found.shape[1] == self.values.shape[1] and found.shape[0] > self.rows.max(initial=-1)
        return found[self.rows] if fits else found, as_held(self.values, tensor)

    def note_gradient(self, gradient: Any) -> None:
        """Keeps the norm of the first nonzero gradient of these rows."""
        if not self.gradient:
            dense = gradient.detach().to_dense() if gradient.is_sparse else gradient.detach()
            self.gradient = float(dense[self.rows].norm())


class Loaded:
    """What :func:`wellbegun.load` put into a model."""

    def __init__(
        self, model: Any, wire: Wire, tables: List[LoadedTable], trainable: bool, log: Callable[[str], None]
    ) -> None:
        self.model = model
        self.wire = wire
        self.tables = tables
        self.trainable = trainable
        self.log = log

    def verify(self, users: Optional[OrderedIds] = None, items: Optional[OrderedIds] = None) -> None:
        """Raises unless every value is still as loaded, which catches an initializer that runs later.

        :param users: Raw user IDs of the rows that hold vectors, in row order, to check the alignment once more.
        :param items: The item IDs likewise.
        """
        for table in self.tables:
            ids = users if table.parameter.rows == "users" else items
            if ids is not None:
                self._verify_order(table, ids)
            found, expected = table.current(self.model)
            if found.shape != expected.shape:
                raise self._changed("shape {}".format(list(expected.shape)), str(list(found.shape)), table.path)
            changed = np.flatnonzero((found != expected).any(axis=1))
            if len(changed):
                at = "{}, row {}".format(table.path, table.rows[changed[0]])
                raise self._changed("the values loaded", "others in {} rows".format(len(changed)), at)

    def _verify_order(self, table: LoadedTable, ids: OrderedIds) -> None:
        doing = "checking the order of the rows"
        kind = table.parameter.rows
        raw_ids = ordered_ids(kind, ids, doing)
        if len(raw_ids) != len(table.values):
            raise WellbegunError(doing, "{} IDs".format(len(table.values)), str(len(raw_ids)), table.path)
        sources = self.wire.align(kind, raw_ids, left_out=self.wire.count(kind) - len(raw_ids))
        tensor = resolve(self.model, table.path)
        expected = as_held(table.parameter.scaled(sources, table.rms), tensor)
        close = np.isclose(expected, as_held(table.values, tensor), rtol=1e-4, atol=1e-9)
        wrong = np.flatnonzero(~close.all(axis=1))
        if len(wrong):
            row = int(wrong[0])
            wanted = "the vector of {} {!r}".format(kind[:-1], raw_ids[row])
            raise WellbegunError(doing, wanted, "another's", "{}, row {}".format(table.path, table.rows[row]))

    @staticmethod
    def _changed(expected: str, found: str, at: str) -> WellbegunError:
        hint = "Something initialized the parameter anew after the vectors were loaded."
        return WellbegunError("checking that the vectors are still there", expected, found, at, hint)

    def watch(self) -> None:
        """Records the first gradient that reaches each table."""
        for table in self.tables:
            tensor = resolve(self.model, table.path)
            if tensor.requires_grad:
                tensor.register_hook(table.note_gradient)

    def trained_tables(self) -> List[LoadedTable]:
        """The tables that an optimizer over the model's parameters trains."""
        return [table for table in self.tables if is_parameter(self.model, resolve(self.model, table.path))]

    def moved(self) -> bool:
        """Whether every trainable table has changed since it was loaded."""
        return all((found != loaded).any() for found, loaded in (t.current(self.model) for t in self.trained_tables()))

    def prove_trained(self, within: str = "the first epoch") -> None:
        """Raises unless every trainable table received a gradient and changed. Call it after the first epoch.

        Frozen tables must be unchanged. Plain tensors, which nothing trains, are skipped.

        :param within: What has passed since the tables were loaded, for the message.
        """
        doing = "checking that the vectors are trained"
        if not self.trainable:
            self.verify()
            return
        for table in self.trained_tables():
            if not table.gradient:
                found = "none" if table.gradient is None else "zeros"
                raise WellbegunError(doing, "a gradient in {}".format(within), found, table.path)
            now, loaded = table.current(self.model)
            moved = now - loaded
            if not moved.any():
                raise WellbegunError(doing, "values that moved in {}".format(within), "the same", table.path)
            text = "wellbegun: {} {}: first gradient {:.3g}, moved by {:.3g} (RMS) in {}"
            self.log(text.format(self.wire.label, table.path, table.gradient, root_mean_square(moved), within))
