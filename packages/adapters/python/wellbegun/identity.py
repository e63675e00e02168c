"""Compares the interactions that a model is trained on with those that its starting vectors were computed from."""

from __future__ import annotations

import hashlib
from typing import Any, Optional, Tuple

import numpy as np

from .errors import WellbegunError
from .types import Array, OrderedIds
from .wire import Wire

DOING = "comparing the training data with the artifact's"
HINT = "Wire a bundle of this dataset and split, or say that other data are meant: --wire-other-data."


def train_pairs(train_data: Any) -> Optional[Tuple[Array, Array]]:
    """The model's user and item rows of each train interaction, from a loader of MMRec or RecBole; None for another."""
    for holder in (train_data, getattr(train_data, "_dataset", None), getattr(train_data, "dataset", None)):
        make = getattr(holder, "inter_matrix", None)
        if callable(make):
            matrix = make(form="coo")
            return np.asarray(matrix.row, dtype=np.int64), np.asarray(matrix.col, dtype=np.int64)
    return None


def compare_train(
    wire: Wire, pairs: Tuple[Array, Array], users: Optional[OrderedIds], items: Optional[OrderedIds]
) -> None:
    """Compares the number of distinct interactions, then their SHA-256, with those in ``wire.json``.

    :param pairs: The model's user and item rows, padding included.
    :param users: The raw IDs of the model's users in row order, without padding.
    :raises WellbegunError: if they differ. An artifact that does not record its data is accepted.
    """
    if wire.train is None:
        return
    interactions, sha256 = wire.train
    user_rows = _artifact_rows(wire, "users", users)[pairs[0] - wire.padding]
    item_rows = _artifact_rows(wire, "items", items)[pairs[1] - wire.padding]
    user_count, item_count = wire.count("users"), wire.count("items")
    distinct = np.unique(user_rows * item_count + item_rows)
    if len(distinct) != interactions:
        raise WellbegunError(DOING, "{} train interactions".format(interactions), str(len(distinct)), wire.folder, HINT)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(distinct // item_count, minlength=user_count))])
    found = hashlib.sha256(offsets.astype("<u4").tobytes() + (distinct % item_count).astype("<u4").tobytes()).hexdigest()
    if sha256 is not None and found != sha256:
        expected = "train interactions with SHA-256 {}…".format(sha256[:16])
        raise WellbegunError(DOING, expected, "as many, with {}…".format(found[:16]), wire.folder, HINT)


def _artifact_rows(wire: Wire, kind: str, ids: Optional[OrderedIds]) -> Array:
    return np.arange(wire.count(kind)) if ids is None else wire.align(kind, ids)
