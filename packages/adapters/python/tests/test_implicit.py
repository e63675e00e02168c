"""implicit's ALS and BPR, fitted from wired vectors."""

import numpy as np
import pytest
from conftest import artifact_of, check_tampering_is_refused, direction, peer, swapped

peer("implicit")
sparse = peer("scipy.sparse")
from implicit.cpu.als import AlternatingLeastSquares  # noqa: E402
from implicit.cpu.bpr import BayesianPersonalizedRanking  # noqa: E402

from wellbegun import WellbegunError, Wire  # noqa: E402
from wellbegun.arrays import check_rows  # noqa: E402
from wellbegun.implicit import load  # noqa: E402


def silent(_):
    pass


@pytest.fixture
def order(data):
    """IDs in the order of the matrix's rows and columns, which is not the bundle's."""
    return sorted(data.user_ids), sorted(data.item_ids)


@pytest.fixture
def matrix(data, order):
    users = [order[0].index(data.user_ids[u]) for u, _ in data.pairs]
    items = [order[1].index(data.item_ids[i]) for _, i in data.pairs]
    values = np.ones(len(users), "f4")
    return sparse.csr_matrix((values, (users, items)), shape=(40, 30))


def wired(bundle, tmp_path, model, tables="users+items"):
    return Wire(artifact_of("implicit:" + model, bundle, tmp_path, "--tables", tables))


def test_bpr_starts_from_the_vectors_and_trains_them(bundle, data, order, matrix, tmp_path):
    model = BayesianPersonalizedRanking(factors=8, iterations=0, num_threads=1, random_state=1)
    load(model, wired(bundle, tmp_path, "bpr"), *order, log=silent)
    model.fit(matrix, show_progress=False)
    start = model.user_factors.copy()
    assert start.shape == (40, 9) and start.dtype == np.float32 and set(start[:, -1]) == {1.0}
    np.testing.assert_allclose(direction(start[:, :-1]), direction([data.user(raw) for raw in order[0]]), rtol=1e-4)
    items = model.item_factors[:, :-1]
    np.testing.assert_allclose(direction(items), direction([data.item(raw) for raw in order[1]]), rtol=1e-4)
    fresh = BayesianPersonalizedRanking(factors=8, iterations=0, num_threads=1, random_state=1)
    fresh.fit(matrix, show_progress=False)
    own = np.sqrt(np.mean(fresh.user_factors[:, :-1] ** 2))
    assert np.sqrt(np.mean(start[:, :-1] ** 2)) == pytest.approx(own, rel=0.1)
    model.iterations = 3
    model.fit(matrix, show_progress=False)
    moved = np.abs(model.user_factors - start).max(axis=1)
    assert (moved > 0).all() and moved.max() < 1 and set(model.user_factors[:, -1]) == {1.0}


def test_als_keeps_the_items_and_solves_the_users_from_them(bundle, data, order, matrix, tmp_path):
    model = AlternatingLeastSquares(factors=8, iterations=0, num_threads=1, random_state=1, use_cg=False)
    load(model, wired(bundle, tmp_path, "als"), *order, log=silent)
    model.fit(matrix, show_progress=False)
    items = model.item_factors.copy()
    np.testing.assert_allclose(direction(items), direction([data.item(raw) for raw in order[1]]), rtol=1e-4)
    np.testing.assert_allclose(direction(model.user_factors), direction([data.user(raw) for raw in order[0]]), rtol=1e-4)
    model.iterations = 1
    model.fit(matrix, show_progress=False)
    # The users after a half-step, by their normal equations (Hu, Koren and Volinsky 2008, equation 4).
    dense = matrix.toarray()
    gram = items.T @ items + 0.01 * np.eye(8)
    expected = []
    for row in dense:
        liked = items[row > 0]
        # implicit's confidence is the matrix's value, 1, so that liked items weigh as the others do.
        expected.append(np.linalg.solve(gram, liked.sum(axis=0)))
    np.testing.assert_allclose(model.user_factors, expected, rtol=2e-2, atol=2e-2 * np.abs(expected).max())


def test_user_factors_alone_are_lost_in_als(bundle, order, matrix, tmp_path):
    results = []
    for with_users in (True, False):
        model = AlternatingLeastSquares(factors=8, iterations=1, num_threads=1, random_state=1, use_cg=False)
        if with_users:
            load(model, wired(bundle, tmp_path, "als", "users"), *order, log=silent)
            # The items as they are drawn without the users' draw before them.
            model.item_factors = np.random.RandomState(5).rand(30, 8).astype("f4")
        else:
            model.item_factors = np.random.RandomState(5).rand(30, 8).astype("f4")
        model.fit(matrix, show_progress=False)
        results.append(model.user_factors)
    np.testing.assert_allclose(results[0], results[1], rtol=1e-5)


@pytest.mark.parametrize(("name", "make", "bias"), [("bpr", BayesianPersonalizedRanking, 1), ("als", AlternatingLeastSquares, 0)])
def test_refuses_shuffled_ids_a_width_a_missing_user_and_tampering(bundle, order, matrix, tmp_path, name, make, bias):
    artifact = wired(bundle, tmp_path, name)
    with pytest.raises(WellbegunError, match="{} columns".format(16 + bias)):
        load(make(factors=16), artifact, *order, log=silent)
    model = make(factors=8, iterations=0, num_threads=1)
    with pytest.raises(WellbegunError, match="'nobody'"):
        load(model, artifact, [*order[0], "nobody"], order[1], log=silent)
    assert model.user_factors is None and model.item_factors is None
    load(model, artifact, *order, log=silent)
    model.fit(matrix, show_progress=False)
    for path, ids in zip(("user_factors", "item_factors"), order):
        check_rows(artifact, path, getattr(model, path), ids)
        with pytest.raises(WellbegunError, match="{}, row 3".format(path)):
            check_rows(artifact, path, getattr(model, path), swapped(ids))
    check_tampering_is_refused(artifact.folder)


def test_refuses_the_other_models_artifact(bundle, order, tmp_path):
    with pytest.raises(WellbegunError, match="als"):
        load(AlternatingLeastSquares(factors=9), wired(bundle, tmp_path, "bpr"), *order, log=silent)
