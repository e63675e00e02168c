"""The interactions of training are compared with those that the vectors were computed from."""

import hashlib
import types

import numpy as np
import pytest

from wellbegun import WellbegunError
from wellbegun.identity import compare_train, train_pairs

ROWS = [[2, 0], [1], [0, 1]]


def artifact(padding=0, sha256=True):
    """What the comparison reads of an artifact of three users and three items."""
    offsets = np.array([0, 2, 3, 5], dtype="<u4")
    items = np.array([0, 2, 1, 0, 1], dtype="<u4")
    digest = hashlib.sha256(offsets.tobytes() + items.tobytes()).hexdigest()
    ids = ["a", "b", "c"]
    return types.SimpleNamespace(
        train=(5, digest if sha256 else None),
        padding=padding,
        folder="run",
        count=lambda kind: 3,
        align=lambda kind, given: np.array([ids.index(one) for one in given]),
    )


def loader(rows, padding=0):
    users = np.array([user + padding for user, items in enumerate(rows) for _ in items])
    items = np.array([item + padding for items in rows for item in items])
    matrix = types.SimpleNamespace(row=users, col=items)
    return types.SimpleNamespace(_dataset=types.SimpleNamespace(inter_matrix=lambda form: matrix))


def test_equal_interactions_are_accepted_in_any_order_and_repeated():
    compare_train(artifact(), train_pairs(loader(ROWS)), None, None)
    compare_train(artifact(), train_pairs(loader([[0, 2, 2], [1], [1, 0]])), None, None)


def test_rows_of_a_model_are_found_by_raw_id_behind_the_padding():
    # The model's rows are c, a, b for the users, and the artifact's order for the items.
    rows = [ROWS[2], ROWS[0], ROWS[1]]
    compare_train(artifact(padding=1), train_pairs(loader(rows, padding=1)), ["c", "a", "b"], ["a", "b", "c"])
    with pytest.raises(WellbegunError, match="SHA-256"):
        compare_train(artifact(padding=1), train_pairs(loader(rows, padding=1)), ["a", "b", "c"], ["a", "b", "c"])


def test_another_number_and_other_interactions_are_refused():
    with pytest.raises(WellbegunError, match="5 train interactions, found 4") as error:
        compare_train(artifact(), train_pairs(loader([[2, 0], [1], [0]])), None, None)
    assert "--wire-other-data" in error.value.hint
    other = train_pairs(loader([[2, 1], [1], [0, 1]]))
    with pytest.raises(WellbegunError, match="as many"):
        compare_train(artifact(), other, None, None)
    compare_train(artifact(sha256=False), other, None, None)


def test_a_loader_without_its_interactions_gives_none():
    assert train_pairs(object()) is None
