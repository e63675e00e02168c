"""What the launchers share: their options, and a trainer that loads the vectors and checks them during training."""

from __future__ import annotations

import argparse
import os
import runpy
import sys
from typing import Any, Callable, List, Optional, Sequence, Tuple

from .errors import WellbegunError
from .identity import compare_train, train_pairs
from .load import load
from .loaded import Loaded
from .types import OrderedIds
from .wire import Wire

#: Options of the launchers that take no value.
FLAGS = ("--wire-freeze", "--wire-other-data", "--help", "-h")


def read_options(
    argv: Sequence[str],
    program: str,
    usage: str,
    extend: Optional[Callable[[argparse.ArgumentParser], None]] = None,
) -> Tuple[argparse.Namespace, List[str]]:
    """Splits arguments into the launcher's own options (with those that ``extend`` adds) and the codebase's options.

    All arguments after a program's name (``….py``) belong to the program. Without a program, the launcher's options may
    be mixed with the codebase's, each at most once, and all arguments after ``--`` belong to the codebase.
    """
    parser = argparse.ArgumentParser(prog="python -m {}".format(program), usage=usage, allow_abbrev=False)
    parser.add_argument("--wire", required=True, metavar="FOLDER", help="folder that `wellbegun wire` wrote")
    parser.add_argument("--wire-freeze", action="store_true", help="do not train the vectors")
    parser.add_argument(
        "--wire-scale",
        choices=("model", "bundle"),
        default="model",
        help="model: the root mean square of the values replaced (default); bundle: as computed",
    )
    parser.add_argument(
        "--wire-other-data",
        action="store_true",
        help="the vectors were computed from other train interactions, and that is meant",
    )
    if extend is not None:
        extend(parser)
    first = _end_of_options(argv)
    if first < len(argv) and argv[first].endswith(".py"):
        return parser.parse_args(argv[:first]), list(argv[first:])
    end = argv.index("--") if "--" in argv else len(argv)
    for option in ("--wire", "--wire-scale"):
        if sum(word == option or word.startswith(option + "=") for word in argv[:end]) > 1:
            hint = "An option of the codebase's own by that name goes behind `--`."
            raise WellbegunError("reading the launcher's options", "{} once".format(option), "it twice", None, hint)
    options, rest = parser.parse_known_args(argv[:end])
    return options, [*rest, *argv[end + 1 :]]


def _end_of_options(argv: Sequence[str]) -> int:
    """The position of the first word that is neither an option of the launcher nor an option's value."""
    position = 0
    while position < len(argv):
        word = argv[position]
        if word in FLAGS or (word.startswith("--wire") and "=" in word):
            position += 1
        elif word.startswith("--wire"):
            position += 2
        else:
            break
    return min(position, len(argv))


def wired_trainer(
    make_trainer: Callable[..., Any],
    wire: Wire,
    options: argparse.Namespace,
    ids: Callable[[Any], "Tuple[Optional[OrderedIds], Optional[OrderedIds]]"],
) -> Callable[..., Any]:
    """Returns a trainer factory that loads the vectors into each model and checks them during training.

    :param make_trainer: The codebase's own trainer factory, called with (config, model, …).
    :param ids: The raw user and item IDs of a model in row order, or None for 0 .. n-1.
    """

    def make(config: Any, model: Any, *rest: Any, **named: Any) -> Any:
        users, items = ids(model)
        loaded = load(model, wire, users, items, options.wire_scale, options.wire_freeze)
        trainer = make_trainer(config, model, *rest, **named)
        loaded.verify()
        compare = None if options.wire_other_data else lambda pairs: compare_train(wire, pairs, users, items)
        _prove(trainer, loaded, compare)
        return trainer

    return make


def _prove(trainer: Any, loaded: Loaded, compare: Optional[Callable[[Any], None]]) -> None:
    """Checks before the first epoch the training data and that the values are as loaded, after it that they were trained.

    The training data are compared where the trainer's first argument is a loader that gives them.
    """
    train_epoch = trainer._train_epoch
    begun: List[bool] = []

    def checked_epoch(*args: Any, **named: Any) -> Any:
        first = not begun
        begun.append(True)
        # The check waits for the first epoch, because `fit` may initialize the model before it.
        if first:
            pairs = train_pairs(args[0]) if args and compare is not None else None
            if pairs is not None and compare is not None:
                compare(pairs)
            loaded.verify()
        result = train_epoch(*args, **named)
        if first:
            loaded.prove_trained()
        return result

    trainer._train_epoch = checked_epoch


def run_program(path: str, arguments: Sequence[str]) -> None:
    """Runs a Python program as ``python path arguments`` does: its own folder comes first on the import path."""
    sys.argv = [path, *arguments]
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    runpy.run_path(path, run_name="__main__")
