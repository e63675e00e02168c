"""Runs MMRec, MRLib or AlignRec, unmodified, from wired vectors.

    cd MMRec/src
    python -m wellbegun_mmrec --wire FOLDER --model FREEDOM --dataset baby

All other arguments go to the codebase. Every model that its hyper-parameter search constructs is wired.
"""

from __future__ import annotations

import importlib
import os
import runpy
import sys
from typing import Any, List, Optional, Sequence

from .errors import WellbegunError
from .launch import read_options, wired_trainer
from .wire import Wire

CODEBASES = ("mmrec", "mrlib", "alignrec")
USAGE = "%(prog)s --wire FOLDER [--wire-freeze] [--wire-scale {model,bundle}] [--wire-other-data] --model MODEL --dataset DATASET …"


def main(argv: Optional[Sequence[str]] = None) -> None:
    """Runs ``main.py`` of the working folder, or of the ``src`` folder in it."""
    options, rest = read_options(sys.argv[1:] if argv is None else argv, "wellbegun_mmrec", USAGE)
    wire = Wire(options.wire)
    wire.require(CODEBASES)
    source = _source()
    if source not in sys.path:
        sys.path.insert(0, source)
    install(importlib.import_module("utils.quick_start"), wire, options)
    sys.argv = ["main.py", *rest]
    runpy.run_path(os.path.join(source, "main.py"), run_name="__main__")


def _source() -> str:
    """The codebase's src: the working folder for MMRec and AlignRec; MRLib is started from the folder above."""
    here = os.getcwd()
    for folder in (here, os.path.join(here, "src")):
        if os.path.isfile(os.path.join(folder, "main.py")) and os.path.isdir(os.path.join(folder, "models")):
            return folder
    expected = "main.py and models in the working folder, or in its src"
    raise WellbegunError("starting the codebase", expected, "no main.py", here)


def install(quick_start: Any, wire: Wire, options: Any) -> None:
    """Makes a ``quick_start`` module wire each model after the model is constructed and before its trainer is."""
    get_trainer = quick_start.get_trainer

    def get_wired_trainer(*args: Any) -> Any:
        trainer = get_trainer(*args)

        def make(config: Any, model: Any, *more: Any, **named: Any) -> Any:
            wire.require(CODEBASES, str(config["model"]))
            return wired_trainer(trainer, wire, options, _ids)(config, model, *more, **named)

        return make

    quick_start.get_trainer = get_wired_trainer


def _ids(model: Any) -> "tuple[List[str], List[str]]":
    # In these codebases the ID is the row number, and every ID up to the largest has a row.
    return [str(row) for row in range(model.n_users)], [str(row) for row in range(model.n_items)]
