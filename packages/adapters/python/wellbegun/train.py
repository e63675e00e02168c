"""Runs a PyTorch training program, unmodified, from wired vectors.

    cd DiffMM
    python -m wellbegun_train --wire FOLDER Main.py --data tiktok --epoch 1

For programs that make an optimizer of PyTorch's of their model's parameters, and whose rows are the IDs: freerec's
examples, DiffMM, MMSSL, and one's own. The vectors are loaded when the optimizer is made: after the constructor and every
``reset_parameters`` before it, on whatever device, and anew for each model of a search.
"""

from __future__ import annotations

import argparse
import sys
import types
import weakref
from typing import Any, Callable, List, Optional, Sequence, Tuple

from .errors import WellbegunError
from .launch import read_options, run_program
from .load import load
from .loaded import Loaded
from .tensors import resolve
from .wire import Wire

#: Codebases without a launcher of their own.
CODEBASES = ("freerec", "diffmm", "mmssl", "torchrec", "pytorch")
#: Steps after which every table must have moved; a program that ends before that is judged at its end.
PATIENCE = 1000
DOING = "training from wired vectors"
USAGE = "%(prog)s --wire FOLDER [--wire-freeze] [--wire-scale {model,bundle}] [--wire-path OLD=NEW] PROGRAM.py …"


def main(argv: Optional[Sequence[str]] = None) -> None:
    """Runs the program that is named after the launcher's own options."""
    options, rest = read_options(sys.argv[1:] if argv is None else argv, "wellbegun_train", USAGE, _add_path)
    wire = Wire(options.wire)
    wire.require(CODEBASES)
    if not rest or not rest[0].endswith(".py"):
        raise WellbegunError(DOING, "a program, such as main.py, and its arguments", " ".join(rest) or "none")
    watch = Watch(wire, options)
    watch.install()
    try:
        run_program(rest[0], rest[1:])
    except SystemExit as end:
        if end.code not in (None, 0):
            raise
    watch.conclude()


def _add_path(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--wire-path", action="append", default=[], metavar="OLD=NEW", help="the program's own path of a table"
    )


class Watch:
    """Wires each module that an optimizer is made for, and proves it at the optimizer's steps."""

    def __init__(self, wire: Wire, options: argparse.Namespace) -> None:
        self.wire = wire
        self.options = options
        self.paths = dict(_pair(text) for text in options.wire_path)
        # By identity: a module may define an equality of its own.
        self.candidates: "weakref.WeakValueDictionary[int, Any]" = weakref.WeakValueDictionary()
        self.wired: "weakref.WeakValueDictionary[int, Any]" = weakref.WeakValueDictionary()
        self.open: List[Proof] = []
        self.count = 0

    def install(self) -> None:
        """Has PyTorch tell of modules whose parameters are asked for, and of optimizers that are made."""
        import torch

        named_parameters = torch.nn.Module.named_parameters
        make_optimizer = torch.optim.Optimizer.__init__

        def noted_parameters(module: Any, *args: Any, **named: Any) -> Any:
            self._note(module)
            return named_parameters(module, *args, **named)

        def made_optimizer(optimizer: Any, *args: Any, **named: Any) -> None:
            make_optimizer(optimizer, *args, **named)
            self._load(optimizer)

        setattr(torch.nn.Module, "named_parameters", noted_parameters)
        setattr(torch.optim.Optimizer, "__init__", made_optimizer)

    def conclude(self) -> None:
        """Refuses if no module was wired, or if one was not trained."""
        if self.count == 0:
            paths = ", ".join(self._paths())
            expected = "an optimizer made of the parameters of a module with {}".format(paths)
            raise WellbegunError(DOING, expected, "none", self.wire.folder, "--wire-path OLD=NEW names another path.")
        for proof in list(self.open):
            proof.finish()

    def _paths(self) -> List[str]:
        return [self.paths.get(parameter.path, parameter.path) for parameter in self.wire.parameters]

    def _note(self, module: Any) -> None:
        if id(module) in self.wired or id(module) in self.candidates:
            return
        try:
            for path in self._paths():
                resolve(module, path)
        except WellbegunError:
            return
        self.candidates[id(module)] = module

    def _load(self, optimizer: Any) -> None:
        trained = {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
        for key, module in list(self.candidates.items()):
            if any(id(resolve(module, path)) in trained for path in self._paths()):
                del self.candidates[key]
                self.wired[key] = module
                self.count += 1
                frozen = self.options.wire_freeze
                loaded = load(module, self.wire, scale=self.options.wire_scale, freeze=frozen, paths=self.paths)
                self.open.append(Proof(loaded, optimizer, self.open.remove))


class Proof:
    """Checks a module's vectors before an optimizer's first step, and after its steps until they have moved."""

    def __init__(self, loaded: Loaded, optimizer: Any, done: "Callable[[Proof], None]") -> None:
        self.loaded = loaded
        self.done = done
        self.steps = 0
        self.finished = False
        step = optimizer.step

        def proven_step(_: Any, *args: Any, **named: Any) -> Any:
            if self.steps == 0:
                loaded.verify()
            result = step(*args, **named)
            self.steps += 1
            if not self.finished and (self.steps == PATIENCE or (loaded.trainable and loaded.moved())):
                self.finish()
            return result

        # A method, since schedulers of learning rates ask it for its function.
        optimizer.step = types.MethodType(proven_step, optimizer)

    def finish(self) -> None:
        """Refuses unless the tables are trained, or still as loaded where they are frozen."""
        self.loaded.prove_trained("{} step{}".format(self.steps, "" if self.steps == 1 else "s"))
        self.finished = True
        self.done(self)


def _pair(text: str) -> Tuple[str, str]:
    old, equals, new = text.partition("=")
    if not (old and equals and new):
        raise WellbegunError(DOING, "--wire-path OLD=NEW", repr(text))
    return old, new
