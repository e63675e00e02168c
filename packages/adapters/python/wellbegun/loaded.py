"""What was loaded in a model, and the proofs that it stays there, in order, and is trained."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Sequence

import numpy as np

from .errors import WellbegunError
from .ids import ordered_ids
from .types import Array
from .wire import WireParameter, Wire, root_mean_square


class LoadedTable:
    """One table in a model: ``values`` lie from row ``first`` on."""

    def __init__(self, parameter: WireParameter, first: int, values: Array, rms: Optional[float]) -> None:
        self.parameter = parameter
        self.first = first
        self.values = values
        self.rms = rms
        #: Norm of the first gradient other than zero; None while none has come.
        self.gradient: Optional[float] = None

    def current(self, model: Any) -> Array:
        """The values that the model has there now."""
        table = as_array(resolve(model, self.parameter.path))
        return table[self.first : self.first + len(self.values)]

    def note_gradient(self, gradient: Any) -> None:
        """Keeps the norm of the first gradient of these rows that is not zero."""
        if not self.gradient:
            dense = gradient.detach().to_dense() if gradient.is_sparse else gradient.detach()
            self.gradient = float(dense[self.first : self.first + len(self.values)].norm())


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

    def verify(self, users: Optional[Sequence[Any]] = None, items: Optional[Sequence[Any]] = None) -> None:
        """Refuses unless every value is still what was loaded: the proof against an initializer that runs later.

        :param users: The model's raw user IDs in row order, to check once more whose vector each row is.
        :param items: The item IDs likewise.
        """
        for table in self.tables:
            parameter = table.parameter
            ids = users if parameter.rows == "users" else items
            if ids is not None:
                self._verify_order(table, ids)
            found = table.current(self.model)
            if found.shape != table.values.shape:
                raise self._moved("shape {}".format(list(table.values.shape)), str(list(found.shape)), parameter.path)
            changed = np.flatnonzero((found != table.values).any(axis=1))
            if len(changed):
                at = "{}, row {}".format(parameter.path, table.first + int(changed[0]))
                raise self._moved("the values loaded", "others in {} rows".format(len(changed)), at)

    def _verify_order(self, table: LoadedTable, ids: Sequence[Any]) -> None:
        parameter = table.parameter
        doing = "checking the order of the rows"
        raw_ids = ordered_ids(parameter.rows, ids, doing)
        expected = parameter.scaled(self.wire.align(parameter.rows, raw_ids), table.rms)
        if len(expected) != len(table.values):
            raise WellbegunError(doing, "{} IDs".format(len(table.values)), str(len(expected)), parameter.path)
        wrong = np.flatnonzero(~np.isclose(expected, table.values, rtol=1e-4, atol=1e-9).all(axis=1))
        if len(wrong):
            row = int(wrong[0])
            wanted = "the vector of {} {!r}".format(parameter.rows[:-1], raw_ids[row])
            raise WellbegunError(doing, wanted, "another's", "{}, row {}".format(parameter.path, row + table.first))

    @staticmethod
    def _moved(expected: str, found: str, at: str) -> WellbegunError:
        hint = "Something initialized the parameter anew after the vectors were loaded."
        return WellbegunError("checking that the vectors are still there", expected, found, at, hint)

    def watch(self) -> None:
        """Notes the first gradient that reaches each table."""
        for table in self.tables:
            tensor = resolve(self.model, table.parameter.path)
            if tensor.requires_grad:
                tensor.register_hook(table.note_gradient)

    def moved(self) -> bool:
        """Whether every table that is trained has moved since it was loaded."""
        trained = [p for p in self.tables if is_parameter(self.model, resolve(self.model, p.parameter.path))]
        return all((table.current(self.model) != table.values).any() for table in trained)

    def prove_trained(self, within: str = "the first epoch") -> None:
        """Refuses unless a gradient reached and moved every trainable table: to be called after the first epoch.

        Frozen tables must not have moved. A plain tensor, which nothing trains, is passed over.

        :param within: What has passed since the tables were loaded, for the message.
        """
        doing = "checking that the vectors are trained"
        if not self.trainable:
            self.verify()
            return
        for table in self.tables:
            path = table.parameter.path
            if not is_parameter(self.model, resolve(self.model, path)):
                continue
            if not table.gradient:
                found = "none" if table.gradient is None else "zeros"
                raise WellbegunError(doing, "a gradient in {}".format(within), found, path)
            moved = table.current(self.model) - table.values
            if not moved.any():
                raise WellbegunError(doing, "values that moved in {}".format(within), "the same", path)
            text = "wellbegun: {} {}: first gradient {:.3g}, moved by {:.3g} (RMS) in {}"
            self.log(text.format(self.wire.label, path, table.gradient, root_mean_square(moved), within))


def resolve(model: Any, path: str) -> Any:
    """The tensor at a path of attributes, keys and positions, such as ``embedding_dict.user_emb``."""
    found = model
    for name in path.split("."):
        if hasattr(found, "keys") and name in found.keys():
            found = found[name]
        elif name.isdigit() and hasattr(found, "__getitem__") and int(name) < len(found):
            found = found[int(name)]
        elif hasattr(found, name):
            found = getattr(found, name)
        else:
            there = "no {!r} in {}".format(name, type(found).__name__)
            raise WellbegunError("finding a table", path, there, type(model).__name__)
    return found


def is_parameter(model: Any, tensor: Any) -> bool:
    """Whether an optimizer that is given ``model.parameters()`` trains the tensor."""
    return any(tensor is parameter for parameter in model.parameters())


def as_array(tensor: Any) -> Array:
    """A tensor's values, wherever it lies."""
    values: Array = tensor.detach().cpu().numpy()
    return values
