"""Sizes of tables, in float64."""

from __future__ import annotations

import numpy as np

from .types import Array


def root_mean_square(values: Array) -> float:
    """Root mean square of all values; 0 for a table without values."""
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64)))) if values.size else 0.0


def row_norm(values: Array) -> float:
    """Mean Euclidean norm of the rows; 0 for a table without values."""
    return float(np.mean(np.linalg.norm(values.astype(np.float64), axis=1))) if values.size else 0.0
