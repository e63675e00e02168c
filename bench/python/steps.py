"""The steps of SG-URInit in NumPy, SciPy and scikit-learn: float32 throughout, in place where possible.

Import this only after the thread counts are set: BLAS and OpenMP read them once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from sklearn.cluster import KMeans
from sklearn.utils.extmath import randomized_svd

try:
    import pandas
except ImportError:
    pandas = None


def load_train_matrix(folder: Path, item_count: int) -> sp.csr_matrix:
    """The binary train matrix R of the rows with x_label 0, with a row for every user of the file."""
    files = sorted(folder.glob("*.inter"))
    if len(files) != 1:
        sys.exit(f"reference.py: expected one .inter file in {folder}, found {len(files)}")
    with files[0].open() as file:
        header = file.readline().rstrip("\n").split("\t")
    names = ["userID", "itemID"] + (["x_label"] if "x_label" in header else [])
    if pandas is not None:
        frame = pandas.read_csv(files[0], sep="\t", usecols=names, dtype=np.int32)
        columns = [frame[name].to_numpy() for name in names]
    else:
        used = [header.index(name) for name in names]
        columns = np.loadtxt(
            files[0], dtype=np.int32, delimiter="\t", skiprows=1, usecols=used, unpack=True, ndmin=2
        )
    users, items = columns[0], columns[1]
    user_count = int(users.max()) + 1
    if len(columns) == 3:
        train = columns[2] == 0
        users, items = users[train], items[train]
    matrix = sp.csr_matrix((np.ones(len(users), np.float32), (users, items)), shape=(user_count, item_count))
    matrix.data.fill(1)  # repeated rows have been summed
    return matrix


def load_features(folder: Path, names: list[str] | None) -> dict[str, np.ndarray]:
    """I x D_m float32 by modality, in alphabetical order."""
    found = {file.name.removesuffix("_feat.npy"): file for file in sorted(folder.glob("*_feat.npy"))}
    chosen = list(found) if names is None else names
    if not chosen or any(name not in found for name in chosen):
        sys.exit(
            f"reference.py: expected features of {chosen or 'some modality'}, found {list(found)} in {folder}"
        )
    return {name: np.load(found[name]).astype(np.float32, copy=False) for name in chosen}


def prepare(x: np.ndarray) -> None:
    """Centers the columns, then L2-normalizes the rows, in place; a zero row stays zero."""
    x -= x.mean(axis=0)
    norms = np.sqrt(np.einsum("ij,ij->i", x, x))
    norms[norms == 0] = 1
    x /= norms[:, None]


class Clusters(NamedTuple):
    """One k-means run: labels (I), centroids (K x D_m), inertia, iterations."""

    labels: np.ndarray
    centroids: np.ndarray
    inertia: float
    iterations: int


def cluster(x: np.ndarray, clusters: int, seed: int) -> Clusters:
    """One run of Lloyd's iterations by scikit-learn."""
    # copy_x=False: scikit-learn centers the rows in place and puts them back, to within float32 rounding.
    model = KMeans(
        clusters,
        init="k-means++",
        n_init=1,
        max_iter=100,
        tol=1e-4,
        algorithm="lloyd",
        copy_x=False,
        random_state=seed,
    ).fit(x)
    return Clusters(model.labels_, model.cluster_centers_, float(model.inertia_), int(model.n_iter_))


def local_weights(interactions: sp.csr_matrix, norm: str) -> sp.csr_matrix:
    """D_u^-1/2 R D_i^-1/2 (`sym`), or D_u^-1 R (`mean`)."""
    if norm == "mean":
        return mean_weights(interactions)
    user_scale = inverse_root(np.diff(interactions.indptr))
    item_scale = inverse_root(np.bincount(interactions.indices, minlength=interactions.shape[1]))
    values = np.repeat(user_scale, np.diff(interactions.indptr))
    values *= item_scale[interactions.indices]
    return sp.csr_matrix((values, interactions.indices, interactions.indptr), shape=interactions.shape)


def mean_weights(interactions: sp.csr_matrix) -> sp.csr_matrix:
    """D_u^-1 R."""
    degrees = np.diff(interactions.indptr)
    values = np.repeat(1 / np.maximum(degrees, 1).astype(np.float32), degrees)
    return sp.csr_matrix((values, interactions.indices, interactions.indptr), shape=interactions.shape)


def inverse_root(degrees: np.ndarray) -> np.ndarray:
    return 1 / np.sqrt(np.maximum(degrees, 1).astype(np.float32))


def cluster_histogram(mean: sp.csr_matrix, labels: np.ndarray, clusters: int) -> np.ndarray:
    """U x K: the share of each cluster among a user's items."""
    members = np.zeros((len(labels), clusters), np.float32)
    members[np.arange(len(labels)), labels] = 1
    return mean @ members


def fuse(
    local: np.ndarray, global_table: np.ndarray, lam: float, interactions: sp.csr_matrix, items: np.ndarray
) -> None:
    """lam L + (1 - lam) G into `local`; the mean item for users without interactions."""
    local *= np.float32(lam)
    global_table *= np.float32(1 - lam)
    local += global_table
    empty = np.diff(interactions.indptr) == 0
    if empty.any():
        local[empty] = items.mean(axis=0)


def side_by_side(tables: dict[str, np.ndarray]) -> np.ndarray:
    """The modalities' columns side by side; one modality alone is not copied."""
    return next(iter(tables.values())) if len(tables) == 1 else np.concatenate(list(tables.values()), axis=1)


def principal_axes(items: np.ndarray, dim: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Axes (D x dim) of a randomized SVD (Halko et al. 2011), not centered again, and singular values."""
    _, singular_values, rows = randomized_svd(items, dim, random_state=seed)
    return np.ascontiguousarray(rows.T), singular_values


def explained_share(items: np.ndarray, singular_values: np.ndarray) -> float:
    """Share of the squared norms that the axes keep."""
    return float((singular_values**2).sum() / np.einsum("ij,ij->i", items, items).sum())


def scale_to_xavier(users: np.ndarray, items: np.ndarray) -> None:
    """Users to the RMS sqrt(2 / (U + d)) of Xavier initialization, and the items by the same factor."""
    rms = np.sqrt(np.einsum("ij,ij->i", users, users).sum() / users.size)
    factor = np.float32(np.sqrt(2 / sum(users.shape)) / rms)
    users *= factor
    items *= factor
