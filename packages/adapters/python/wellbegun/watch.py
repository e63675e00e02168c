"""Wires the modules of an unmodified training program, and checks them while it trains."""

from __future__ import annotations

import argparse
import gc
import types
import weakref
from typing import Any, Callable, Dict, Iterator, List, Set

from .errors import WellbegunError
from .load import load
from .loaded import Loaded
from .tensors import resolve
from .wire import Wire

#: Steps after which every table must have changed; a program that ends earlier is checked at its end.
PATIENCE = 1000
DOING = "training from wired vectors"
HINT = "--wire-path OLD=NEW names another path."


class Watch:
    """Wires each module that an optimizer is made for, and checks it at the optimizer's steps.

    :param paths: The program's path for each of the artifact's tables.
    """

    def __init__(self, wire: Wire, paths: Dict[str, str], options: argparse.Namespace) -> None:
        self.wire = wire
        self.paths = paths
        self.options = options
        self.count = 0
        self.open: List[Proof] = []
        self.optimizers: "weakref.WeakKeyDictionary[Any, WatchedOptimizer]" = weakref.WeakKeyDictionary()
        # Compared by identity, since `==` on tensors compares element by element.
        self.wired: "weakref.WeakValueDictionary[int, Any]" = weakref.WeakValueDictionary()

    def install(self) -> None:
        """Hooks into PyTorch, to learn of new optimizers and of parameters that are added to them later."""
        import torch

        make_optimizer = torch.optim.Optimizer.__init__
        add_param_group = torch.optim.Optimizer.add_param_group

        def made_optimizer(optimizer: Any, *args: Any, **named: Any) -> None:
            make_optimizer(optimizer, *args, **named)
            self.optimizers[optimizer] = WatchedOptimizer(self, optimizer)
            self._load(optimizer)

        def added_param_group(optimizer: Any, *args: Any, **named: Any) -> None:
            add_param_group(optimizer, *args, **named)
            # The constructor adds its groups one by one, before the optimizer is complete.
            if optimizer in self.optimizers:
                self._load(optimizer)

        setattr(torch.optim.Optimizer, "__init__", made_optimizer)
        setattr(torch.optim.Optimizer, "add_param_group", added_param_group)

    def conclude(self) -> None:
        """Raises if no module was wired, or if a wired module was not trained."""
        if self.count == 0:
            raise self._unwired("none", self.wire.folder)
        for proof in list(self.open):
            proof.finish()

    def check_start(self, optimizer: Any) -> None:
        """Runs the checks before an optimizer's first step that would otherwise fail only at the program's end."""
        if self.count == 0:
            for tensor in _tensors(optimizer):
                if self._looks_wired(tensor):
                    found = "an optimizer of a {} x {} tensor that lies at no such path".format(*tensor.shape)
                    raise self._unwired(found, type(optimizer).__name__)
        trained = {id(tensor) for other in list(self.optimizers) for tensor in _tensors(other)}
        for loaded in (proof.loaded for proof in self.optimizers[optimizer].proofs if proof.loaded.trainable):
            for table in loaded.trained_tables():
                if id(resolve(loaded.model, table.path)) not in trained:
                    hint = "Wire the tables that the program trains, or give --wire-freeze."
                    raise WellbegunError(DOING, "an optimizer that trains each wired table", "none", table.path, hint)

    def _unwired(self, found: str, at: str) -> WellbegunError:
        expected = "an optimizer made of the parameters of a module with {}".format(", ".join(self.paths.values()))
        return WellbegunError(DOING, expected, found, at, HINT)

    def _looks_wired(self, tensor: Any) -> bool:
        """Whether a tensor has the shape of a table of the artifact, with or without a padding row."""
        for parameter in self.wire.parameters:
            kinds = ("users", "items") if parameter.nodes else (parameter.rows,)
            rows = sum(self.wire.count(kind) for kind in kinds)
            if list(tensor.shape) in ([rows, parameter.width], [rows + 1, parameter.width]):
                return True
        return False

    def _load(self, optimizer: Any) -> None:
        trained = {id(tensor) for tensor in _tensors(optimizer)}
        for module in modules_with(list(self.paths.values())):
            tensors = [resolve(module, path) for path in self.paths.values()]
            # Two modules that hold the same tables, such as a trainer and its model, are wired once.
            fresh = [tensor for tensor in tensors if self.wired.get(id(tensor)) is not tensor]
            if not any(id(tensor) in trained for tensor in fresh):
                continue
            self.wired.update((id(tensor), tensor) for tensor in tensors)
            self.count += 1
            loaded = load(
                module,
                self.wire,
                scale=self.options.wire_scale,
                freeze=self.options.wire_freeze,
                paths=self.paths,
                padding=self.options.wire_padding,
            )
            proof = Proof(loaded, self.open.remove)
            self.open.append(proof)
            self.optimizers[optimizer].proofs.append(proof)


class WatchedOptimizer:
    """The checks at an optimizer's steps."""

    def __init__(self, watch: Watch, optimizer: Any) -> None:
        self.proofs: List[Proof] = []
        step = optimizer.step
        started: List[bool] = []

        def watched_step(_: Any, *args: Any, **named: Any) -> Any:
            if not started:
                watch.check_start(optimizer)
                started.append(True)
            for proof in self.proofs:
                proof.before_step()
            result = step(*args, **named)
            self.proofs = [proof for proof in self.proofs if not proof.after_step()]
            return result

        # A bound method, since learning rate schedulers read its `__func__`.
        optimizer.step = types.MethodType(watched_step, optimizer)


class Proof:
    """Checks a module's vectors before an optimizer's first step, and after each step until they have changed."""

    def __init__(self, loaded: Loaded, done: "Callable[[Proof], None]") -> None:
        self.loaded = loaded
        self.done = done
        self.steps = 0

    def before_step(self) -> None:
        """Raises if the values at the start of the first step are not as loaded."""
        if self.steps == 0:
            self.loaded.verify()

    def after_step(self) -> bool:
        """Whether the check is complete after this step."""
        self.steps += 1
        if self.steps < PATIENCE and not (self.loaded.trainable and self.loaded.moved()):
            return False
        self.finish()
        return True

    def finish(self) -> None:
        """Raises unless the tables are trained, or unchanged if they are frozen."""
        self.loaded.prove_trained("{} step{}".format(self.steps, "" if self.steps == 1 else "s"))
        self.done(self)


def modules_with(paths: List[str]) -> "Iterator[Any]":
    """Every module of the process that has tensors at all of these paths.

    The search goes through the objects that Python's garbage collector tracks: an optimizer holds tensors and not their
    modules, and no call reveals a module whose tensors are passed one by one or from within a wrapper.
    """
    import torch

    # By `type()`: reading `__class__` can run a proxy's code.
    modules = [thing for thing in gc.get_objects() if issubclass(type(thing), torch.nn.Module)]
    first_names = {path.split(".")[0] for path in paths}
    for module in modules:
        if not first_names <= _own_names(module):
            continue
        try:
            tensors = [resolve(module, path) for path in paths]
        except WellbegunError:
            continue
        if all(isinstance(tensor, torch.Tensor) for tensor in tensors):
            yield module


def _own_names(module: Any) -> "Set[str]":
    """What a module itself holds; none of its properties is evaluated."""
    held = vars(module)
    names = set(held)
    for kind in ("_parameters", "_modules", "_buffers"):
        names.update(held.get(kind) or ())
    return names


def _tensors(optimizer: Any) -> "Iterator[Any]":
    for group in optimizer.param_groups:
        yield from group["params"]
