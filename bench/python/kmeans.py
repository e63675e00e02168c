#!/usr/bin/env python3
"""Python's sides of bench/kmeans.mjs: prepares a dataset's features, then clusters each modality once for every seed.

Prints one JSON object of CPU and wall seconds, inertia and iterations, as bench/sides/kmeans.mjs does.

    python3 bench/python/kmeans.py path/to/dataset --kmeans faiss --clusters 64 --threads 1 --seeds 1,2,3
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import time
from importlib.metadata import version
from pathlib import Path


def main() -> None:
    args = parse_arguments()
    # Before NumPy is imported: BLAS and OpenMP read these once.
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = str(args.threads)
    steps = importlib.import_module("steps")
    faiss = args.kmeans == "faiss"
    k_means = importlib.import_module("faiss_kmeans").cluster_faiss if faiss else steps.cluster

    runs = []
    for name, x in steps.load_features(args.dataset, args.modalities).items():
        steps.prepare(x)
        # The first one is not counted, as on our side.
        for index, seed in enumerate([args.seeds[0], *args.seeds]):
            cpu, wall = time.process_time(), time.perf_counter()
            found = k_means(x, args.clusters, seed)
            spent = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
            if index > 0:
                result = {"inertia": found.inertia, "iterations": found.iterations}
                runs.append({"modality": name, "seed": seed, **spent, **result})
    library = "faiss-cpu" if faiss else "scikit-learn"
    print(json.dumps({"versions": {library: version(library), "numpy": version("numpy")}, "runs": runs}))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dataset", type=Path, help="a folder with one .inter file and *_feat.npy files")
    parser.add_argument("--modalities", type=lambda text: text.split(",") if text else None)
    parser.add_argument("--clusters", type=int, default=64)
    parser.add_argument("--kmeans", choices=["sklearn", "faiss"], default="faiss")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seeds", type=lambda text: [int(seed) for seed in text.split(",")], default=[999])
    return parser.parse_args()


if __name__ == "__main__":
    main()
