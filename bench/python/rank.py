"""Python's sides of bench/rank.mjs: the k best items of the first users, several times over; the last lists go to a file.

    python bench/python/rank.py <folder> <faiss|numpy|usearch> <users> <threads> <k> <repeats> <all|unseen> <out>
"""

from __future__ import annotations

import json
import os
import sys
import time

folder, library, ranked, threads, k, repeats, which, out = sys.argv[1:]
ranked, threads, k, repeats = int(ranked), int(threads), int(k), int(repeats)
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(threads)

import numpy as np  # noqa: E402

users = np.load(f"{folder}/users.npy")[:ranked]
items = np.load(f"{folder}/items.npy")
if which == "unseen":
    offsets, seen = np.load(f"{folder}/offsets.npy"), np.load(f"{folder}/seen.npy")

# Scores that NumPy holds at a time: 32 MB.
BLOCK = max(1, (1 << 23) // len(items))


def by_numpy() -> np.ndarray:
    lists = np.empty((len(users), k), np.int32)
    for first in range(0, len(users), BLOCK):
        scores = users[first : first + BLOCK] @ items.T
        if which == "unseen":
            begin, end = offsets[first], offsets[min(first + BLOCK, len(users))]
            rows = np.repeat(np.arange(len(scores)), np.diff(offsets[first : first + len(scores) + 1]))
            scores[rows, seen[begin:end]] = -np.inf
        best = np.argpartition(scores, scores.shape[1] - k, axis=1)[:, -k:]
        order = np.lexsort((best, -np.take_along_axis(scores, best, 1)))
        lists[first : first + BLOCK] = np.take_along_axis(best, order, 1)
    return lists


if library == "faiss":
    import faiss

    faiss.omp_set_num_threads(threads)
    index = faiss.IndexFlatIP(items.shape[1])
    index.add(items)
    version = faiss.__version__

    def rank() -> np.ndarray:
        return index.search(users, k)[1]

elif library == "usearch":
    import usearch
    from usearch.index import MetricKind, search

    version = usearch.__version__

    def rank() -> np.ndarray:
        return search(items, users, k, MetricKind.IP, exact=True, threads=threads).keys

else:
    version = np.__version__
    rank = by_numpy

runs = []
for _ in range(repeats):
    began, cpu = time.perf_counter(), time.process_time()
    lists = rank()
    runs.append({"wall": time.perf_counter() - began, "cpu": time.process_time() - cpu})
np.save(out, np.asarray(lists).astype(np.int32))
print(json.dumps({"runs": runs, "version": f"{library} {version}"}))
