#!/usr/bin/env python3
"""The same steps in Python: what the benchmarks compare wellbegun with.

Reads a dataset in MMRec's layout (`*.inter`, `*_feat.npy`), computes the user and item tables of SG-URInit in
float32 with NumPy, SciPy and scikit-learn, and prints one JSON object: seconds of each stage and end to end
(one number a repeat), inertia, peak resident memory, output shapes, versions.

    python3 bench/python/reference.py path/to/dataset --clusters 8 --dim 64 --threads 1 --repeat 5

It is written as the best plain Python of the field would be: in place where that is possible, sparse products
and not gathers, items projected before users are aggregated (all is linear, so the result is the same).
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import resource
import sys
import time
from contextlib import AbstractContextManager, nullcontext
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from clock import STAGES, Clock

LIBRARIES = ("numpy", "scipy", "scikit-learn", "pandas", "threadpoolctl", "faiss-cpu")


def main() -> None:
    args = parse_arguments()
    # Before NumPy is imported: BLAS and OpenMP read these once.
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = str(args.threads)
    started = time.perf_counter()
    pipeline = importlib.import_module("pipeline")
    k_means = choose_k_means(args.kmeans)
    import_seconds = time.perf_counter() - started

    clocks, facts = [], []
    with thread_limit(args.threads):
        for _ in range(args.repeat):
            clocks.append(Clock(args.stages))
            facts.append(pipeline.run(args, clocks[-1], k_means))

    reported = [stage for stage in STAGES if stage in args.stages and stage in clocks[0].seconds]
    result = {
        "versions": versions(),
        "machine": {"platform": platform.platform(), "cpus": os.cpu_count()},
        "threads": args.threads,
        "options": vars(args),
        "import_seconds": import_seconds,
        "seconds": {stage: [clock.seconds[stage] for clock in clocks] for stage in reported},
        "end_to_end_seconds": [clock.total for clock in clocks],
        "cpu_seconds": [clock.cpu for clock in clocks],
        # The same in every repeat, since the seed is.
        **facts[-1],
        "peak_rss_bytes": peak_rss_bytes(),
    }
    print(json.dumps(result, indent=2, default=str))


def choose_k_means(name: str) -> Any:
    if name == "sklearn":
        return importlib.import_module("steps").cluster
    try:
        return importlib.import_module("faiss_kmeans").cluster_faiss
    except ImportError as error:
        sys.exit(f"reference.py: --kmeans faiss needs FAISS (pip install faiss-cpu): {error}")


def thread_limit(threads: int) -> AbstractContextManager[Any]:
    """Holds libraries that do not read the environment to the same number."""
    try:
        return importlib.import_module("threadpoolctl").threadpool_limits(threads)
    except ImportError:
        return nullcontext()


def peak_rss_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dataset", type=Path, help="a folder with one .inter file and *_feat.npy files")
    parser.add_argument("--modalities", type=lambda text: text.split(","), help="default: all found")
    parser.add_argument("--clusters", type=int, default=8)
    parser.add_argument("--dim", type=int, default=64, help="0: no projection")
    parser.add_argument("--lambda", dest="lam", type=float, default=0.5, help="weight of the local term")
    parser.add_argument("--norm", choices=["sym", "mean"], default="sym")
    parser.add_argument("--order", choices=["project-first", "aggregate-first"], default="project-first")
    parser.add_argument("--kmeans", choices=["sklearn", "faiss"], default="sklearn")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=1, help="runs in this process; the first one is cold")
    parser.add_argument("--stages", type=stage_list, default=list(STAGES), help="stages to run and report")
    parser.add_argument("--seed", type=int, default=999)
    parser.add_argument("--out", type=Path, help="folder to write users.npy and items.npy to")
    return parser.parse_args()


def stage_list(text: str) -> list[str]:
    stages = text.split(",")
    unknown = [stage for stage in stages if stage not in STAGES]
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown stage {unknown[0]}: choose from {', '.join(STAGES)}")
    return stages


if __name__ == "__main__":
    main()
