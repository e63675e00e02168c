"""Trains one model of MMRec, MRLib or AlignRec once, from its own initialization or through wellbegun's launcher.

    python experiments/wired/run.py mmrec:FREEDOM --checkout ../MMRec --data path/to/tiktok --work work \
        --seed 999 --arm random --out results.jsonl
    python experiments/wired/run.py mmrec:FREEDOM … --arm users+items --wire work/wires/…/wellbegun-mmrec-freedom

The checkout is used as it lies there: a run folder of links to it, with settings of our own, is made below --work, since
the codebases read their settings from the working folder. One JSON line is appended to --out when the run has ended.
"""

import argparse
import importlib
import json
import logging
import os
import pathlib
import runpy
import sys
import time

import cpu_patches
import layout
import record
import settings


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("target", help="codebase:model")
    parser.add_argument("--checkout", required=True, type=pathlib.Path)
    parser.add_argument("--data", required=True, type=pathlib.Path, help="the dataset's folder, read only")
    parser.add_argument("--work", required=True, type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=999)
    parser.add_argument("--epochs", type=int, help="others than settings.py's")
    parser.add_argument("--arm", default="random", help="a name for the result")
    parser.add_argument("--wire", type=pathlib.Path, help="what `wellbegun wire` wrote; none: the model's own")
    parser.add_argument("--out", type=pathlib.Path, help="results, a JSON line each")
    parser.add_argument("--verbose", action="store_true", help="the codebase's own log too")
    return parser.parse_args()


def main():
    args = arguments()
    codebase, model = args.target.split(":")
    values = settings.of(args.target)
    if args.epochs:
        values["epochs"] = args.epochs
    out, wire = (path and path.resolve() for path in (args.out, args.wire))
    os.chdir(layout.prepare(codebase, model, args.checkout, args.data, args.work, {**values, "seed": [args.seed]}))
    sys.path.insert(0, str(pathlib.Path.cwd() / "src") if codebase == "mrlib" else str(pathlib.Path.cwd()))
    cpu_patches.apply()
    if not args.verbose:
        logging.disable(logging.INFO)

    found = {"target": args.target, "arm": args.arm, "seed": args.seed, "settings": settings.searched(args.target)}
    quick_start = importlib.import_module("utils.quick_start")
    own = quick_start.get_trainer
    quick_start.get_trainer = lambda: record.recording(own(), found)
    begun = time.time()
    rest = ["--model", model, "--dataset", layout.DATASET, *(["--no-vis"] if codebase == "mrlib" else [])]
    if wire:
        sys.path.insert(0, str(wire))
        importlib.import_module("wellbegun.mmrec").main(["--wire", str(wire), *rest])
    else:
        sys.argv = ["main.py", *rest]
        runpy.run_path(os.path.join(sys.path[0], "main.py"), run_name="__main__")
    if len(found["valid"]) * found["evalStep"] < found["epochs"]:
        raise RuntimeError("ended before its last epoch: {}".format(found))
    found["wallSeconds"] = round(time.time() - begun, 1)
    if out:
        with out.open("a") as file:
            file.write(json.dumps(found) + "\n")
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
