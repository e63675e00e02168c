"""Runs a PyTorch training program, unmodified, from wired vectors.

    cd DiffMM
    python -m wellbegun_train --wire FOLDER Main.py --data tiktok --epoch 1

For programs that make a PyTorch optimizer from their model's parameters and use IDs as row numbers: freerec's examples,
DiffMM, MMSSL, and your own. The vectors are loaded when the optimizer is made, which is after the constructor and every
``reset_parameters``, on any device, and again for each model of a search. All arguments after the program's name belong
to the program.
"""

from __future__ import annotations

import argparse
import sys
from typing import Dict, List, Optional, Sequence

from .errors import WellbegunError
from .launch import read_options, run_program
from .load import model_paths
from .rows import PADDINGS
from .watch import DOING, Watch
from .wire import Wire

#: Codebases that have no launcher of their own.
CODEBASES = ("freerec", "diffmm", "mmssl", "torchrec", "pytorch")
USAGE = (
    "%(prog)s --wire FOLDER [--wire-freeze] [--wire-scale {model,bundle}] [--wire-path OLD=NEW] "
    "[--wire-padding {shift,skip}] PROGRAM.py …"
)


def main(argv: Optional[Sequence[str]] = None) -> None:
    """Runs the program that is named after the launcher's own options."""
    options, rest = read_options(sys.argv[1:] if argv is None else argv, "wellbegun_train", USAGE, _add_options)
    wire = Wire(options.wire)
    wire.require(CODEBASES)
    paths = model_paths(wire, _pairs(options.wire_path))
    if not rest or not rest[0].endswith(".py"):
        raise WellbegunError(DOING, "a program, such as main.py, and its arguments", " ".join(rest) or "none")
    watch = Watch(wire, paths, options)
    watch.install()
    try:
        run_program(rest[0], rest[1:])
    except SystemExit as end:
        if end.code not in (None, 0):
            raise
    watch.conclude()


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--wire-path", action="append", default=[], metavar="OLD=NEW", help="the program's own path of a table"
    )
    parser.add_argument(
        "--wire-padding",
        choices=PADDINGS,
        help="of an embedding with padding_idx: shift: the IDs go around the padding row; skip: each row is that of its "
        "ID, and the padding row keeps what it has",
    )


def _pairs(texts: List[str]) -> Dict[str, str]:
    pairs: Dict[str, str] = {}
    for text in texts:
        old, equals, new = text.partition("=")
        if not (old and equals and new):
            raise WellbegunError(DOING, "--wire-path OLD=NEW", repr(text))
        if old in pairs:
            raise WellbegunError(DOING, "each path once", "--wire-path {} twice".format(old))
        pairs[old] = new
    return pairs
