"""Runs RecBole, unmodified, from wired vectors.

    python -m wellbegun_recbole --wire FOLDER --model BPR --dataset ml-100k --config_files my.yaml
    python -m wellbegun_recbole --wire FOLDER train.py …

Runs the script if one is given, else ``recbole.quick_start.run`` with the arguments of RecBole's own
``run_recbole.py``.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from typing import Any, List, Optional, Sequence

from .errors import WellbegunError
from .launch import read_options, run_program, wired_trainer
from .wire import Wire

USAGE = "%(prog)s --wire FOLDER [--wire-freeze] [--wire-scale {model,bundle}] [--wire-other-data] (--model M --dataset D … | SCRIPT …)"


def main(argv: Optional[Sequence[str]] = None) -> None:
    """Runs RecBole, or a script that runs it."""
    options, rest = read_options(sys.argv[1:] if argv is None else argv, "wellbegun_recbole", USAGE)
    wire = Wire(options.wire)
    wire.require(("recbole",))
    quick_start = importlib.import_module("recbole.quick_start.quick_start")
    install(quick_start, wire, options)
    if rest and rest[0].endswith(".py"):
        return run_program(rest[0], rest[1:])
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--dataset", required=True)
    parser.add_argument("--config_files", default=None)
    known, others = parser.parse_known_args(rest)
    # RecBole itself reads `--key=value` options from sys.argv.
    sys.argv = ["run_recbole.py", *others]
    files = known.config_files.strip().split(" ") if known.config_files else None
    quick_start.run_recbole(model=known.model, dataset=known.dataset, config_file_list=files)


def install(quick_start: Any, wire: Wire, options: Any) -> None:
    """Makes a ``quick_start`` module wire each model after the model is constructed and before its trainer is."""
    get_model, get_trainer = quick_start.get_model, quick_start.get_trainer
    datasets: List[Any] = []

    def get_noted_model(name: Any) -> Any:
        model_class = get_model(name)

        def make(config: Any, dataset: Any) -> Any:
            wire.require(("recbole",), str(config["model"]))
            datasets[:] = [dataset]
            return model_class(config, dataset)

        return make

    def get_wired_trainer(*args: Any) -> Any:
        return wired_trainer(get_trainer(*args), wire, options, lambda model: token_ids(datasets[-1]))

    quick_start.get_model, quick_start.get_trainer = get_noted_model, get_wired_trainer


def token_ids(dataset: Any) -> "tuple[List[str], List[str]]":
    """The raw user and item IDs of a RecBole dataset in row order, without the padding token of row 0."""
    sides = []
    for field in (dataset.uid_field, dataset.iid_field):
        tokens = [str(token) for token in dataset.field2id_token[field]]
        if not tokens or tokens[0] != "[PAD]":
            found = tokens[0] if tokens else "no token"
            raise WellbegunError("reading RecBole's tokens", "[PAD] in row 0", found, field)
        sides.append(tokens[1:])
    return sides[0], sides[1]
