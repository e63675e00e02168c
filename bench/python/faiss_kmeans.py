"""k-means by FAISS, apart because importing it loads a second BLAS and OpenMP."""

from __future__ import annotations

import faiss
import numpy as np

from steps import Clusters


def cluster_faiss(x: np.ndarray, clusters: int, seed: int) -> Clusters:
    """FAISS's defaults, but on all points: unless told otherwise it trains on 256 for each cluster."""
    model = faiss.Kmeans(
        x.shape[1],
        clusters,
        niter=25,
        nredo=1,
        spherical=False,
        seed=seed,
        min_points_per_centroid=1,
        max_points_per_centroid=-(-len(x) // clusters),
    )
    model.train(x)
    distances, labels = model.index.search(x, 1)
    return Clusters(labels.ravel(), model.centroids, float(distances.sum(dtype=np.float64)), len(model.obj))
