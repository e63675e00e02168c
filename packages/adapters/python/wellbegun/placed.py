"""What was placed in a model, and the proofs that it stays there, in order, and is trained."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Sequence

import numpy as np

from .errors import WellbegunError
from .types import Array
from .wire import Slot, Wire, root_mean_square


class Placement:
    """One table in a model: ``values`` lie from row ``first`` on."""

    def __init__(self, slot: Slot, first: int, values: Array, rms: Optional[float]) -> None:
        self.slot = slot
        self.first = first
        self.values = values
        self.rms = rms
        #: Norm of the first gradient other than zero; None while none has come.
        self.gradient: Optional[float] = None

    def current(self, model: Any) -> Array:
        """The values that the model has there now."""
        table = as_array(resolve(model, self.slot.path))
        return table[self.first : self.first + len(self.values)]

    def note_gradient(self, gradient: Any) -> None:
        """Keeps the norm of the first gradient of these rows that is not zero."""
        if not self.gradient:
            dense = gradient.detach().to_dense() if gradient.is_sparse else gradient.detach()
            self.gradient = float(dense[self.first : self.first + len(self.values)].norm())


class Placed:
    """What :func:`wellbegun.place` put into a model."""

    def __init__(
        self, model: Any, wire: Wire, placements: List[Placement], trainable: bool, log: Callable[[str], None]
    ) -> None:
        self.model = model
        self.wire = wire
        self.placements = placements
        self.trainable = trainable
        self.log = log

    def verify(self, users: Optional[Sequence[Any]] = None, items: Optional[Sequence[Any]] = None) -> None:
        """Refuses unless every value is still what was placed: the proof against an initializer that runs later.

        :param users: The model's raw user IDs in row order, to check once more whose vector each row is.
        :param items: The item IDs likewise.
        """
        for placement in self.placements:
            slot = placement.slot
            ids = users if slot.rows == "users" else items
            if ids is not None:
                self._verify_order(placement, ids)
            found = placement.current(self.model)
            if found.shape != placement.values.shape:
                raise self._moved("shape {}".format(list(placement.values.shape)), str(list(found.shape)), slot.path)
            changed = np.flatnonzero((found != placement.values).any(axis=1))
            if len(changed):
                at = "{}, row {}".format(slot.path, placement.first + int(changed[0]))
                raise self._moved("the values placed", "others in {} rows".format(len(changed)), at)

    def _verify_order(self, placement: Placement, ids: Sequence[Any]) -> None:
        slot = placement.slot
        expected = slot.scaled(self.wire.align(slot.rows, ids), placement.rms)
        doing = "checking the order of the rows"
        if len(expected) != len(placement.values):
            raise WellbegunError(doing, "{} IDs".format(len(placement.values)), str(len(expected)), slot.path)
        wrong = np.flatnonzero(~np.isclose(expected, placement.values, rtol=1e-4, atol=1e-9).all(axis=1))
        if len(wrong):
            row = int(wrong[0])
            wanted = "the vector of {} {!r}".format(slot.rows[:-1], str(ids[row]))
            raise WellbegunError(doing, wanted, "another's", "{}, row {}".format(slot.path, row + placement.first))

    @staticmethod
    def _moved(expected: str, found: str, at: str) -> WellbegunError:
        hint = "Something initialized the parameter anew after the vectors were placed."
        return WellbegunError("checking that the vectors are still in place", expected, found, at, hint)

    def watch(self) -> None:
        """Notes the first gradient that reaches each table."""
        for placement in self.placements:
            tensor = resolve(self.model, placement.slot.path)
            if tensor.requires_grad:
                tensor.register_hook(placement.note_gradient)

    def moved(self) -> bool:
        """Whether every table that is trained has moved since it was placed."""
        trained = [p for p in self.placements if is_parameter(self.model, resolve(self.model, p.slot.path))]
        return all((placement.current(self.model) != placement.values).any() for placement in trained)

    def prove_trained(self, within: str = "the first epoch") -> None:
        """Refuses unless a gradient reached and moved every trainable table: to be called after the first epoch.

        Frozen tables must not have moved. A plain tensor, which nothing trains, is passed over.

        :param within: What has passed since the tables were placed, for the message.
        """
        doing = "checking that the vectors are trained"
        if not self.trainable:
            self.verify()
            return
        for placement in self.placements:
            path = placement.slot.path
            if not is_parameter(self.model, resolve(self.model, path)):
                continue
            if not placement.gradient:
                found = "none" if placement.gradient is None else "zeros"
                raise WellbegunError(doing, "a gradient in {}".format(within), found, path)
            moved = placement.current(self.model) - placement.values
            if not moved.any():
                raise WellbegunError(doing, "values that moved in {}".format(within), "the same", path)
            text = "wellbegun: {} {}: first gradient {:.3g}, moved by {:.3g} (RMS) in {}"
            self.log(text.format(self.wire.model, path, placement.gradient, root_mean_square(moved), within))


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
