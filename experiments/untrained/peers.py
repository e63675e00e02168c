"""SciPy's svds and a NumPy EASE beside ours, at the same settings, on the same split: one JSON line.

    python experiments/untrained/peers.py path/to/dataset ITEMS K EXPONENT [LAMBDA]
"""

import json
import os
import resource
import sys
import time

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import svds

folder, items, k, exponent = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
ridge = float(sys.argv[5]) if len(sys.argv) > 5 else None
with open(os.path.join(folder, os.path.basename(os.path.normpath(folder)) + ".inter")) as file:
    head = file.readline().rstrip("\n").split("\t")
    table = np.loadtxt(file, dtype=np.int64)
table = table[:, [head.index(name) for name in ("userID", "itemID", "x_label")]]
users = table[:, 0].max() + 1


def split(label):
    rows = table[table[:, 2] == label]
    matrix = sp.csr_matrix((np.ones(len(rows), np.float32), (rows[:, 0], rows[:, 1])), shape=(users, items))
    matrix.data[:] = 1
    return matrix


train, test = split(0), split(2)


def recall(score, cut=20):
    """Recall@20 of the test rows; train items are masked."""
    values = []
    judged = np.flatnonzero(np.diff(test.indptr) > 0)
    for first in range(0, len(judged), 512):
        block = judged[first : first + 512]
        scores = np.array(score(block), dtype=np.float32)
        seen = train[block].tocoo()
        scores[seen.row, seen.col] = -np.inf
        best = np.argpartition(-scores, cut, axis=1)[:, :cut]
        wanted = test[block].toarray() > 0
        values.append(np.take_along_axis(wanted, best, 1).sum(1) / wanted.sum(1))
    return float(np.concatenate(values).mean())


def timed(work):
    begun, cpu = time.time(), time.process_time()
    result = work()
    return result, {"seconds": time.time() - begun, "cpuSeconds": time.process_time() - cpu}


def power(degrees, exponent):
    return np.where(degrees > 0, np.maximum(degrees, 1) ** exponent, 0).astype(np.float32)


def spectral():
    user_degrees, item_degrees = np.asarray(train.sum(1)).ravel(), np.asarray(train.sum(0)).ravel()
    normalized = sp.diags(power(user_degrees, -0.5)) @ train @ sp.diags(power(item_degrees, -0.5))
    vectors = svds(normalized.tocsr(), k=k, random_state=0)[2]
    left = np.asarray(train @ (vectors.T * power(item_degrees, -0.5)[:, None]))
    return left, vectors * power(item_degrees, exponent)


def ease():
    gram = (train.T @ train).toarray()
    gram[np.diag_indices(items)] += ridge
    inverse = np.linalg.inv(gram)
    weights = inverse / -np.diag(inverse)
    weights[np.diag_indices(items)] = 0
    return weights


(left, right), taken = timed(spectral)
result = {"svds": {"recall": recall(lambda block: left[block] @ right), **taken}}
if ridge is not None:
    weights, taken = timed(ease)
    result["ease"] = {"recall": recall(lambda block: train[block] @ weights), **taken}
result["megabytes"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
print(json.dumps(result))
