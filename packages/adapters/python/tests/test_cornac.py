"""Cornac's BPR and VBPR, fitted from wired vectors."""

import numpy as np
import pytest
from conftest import artifact_of, check_tampering_is_refused, direction, peer, swapped

cornac = peer("cornac")
from cornac.data import ImageModality  # noqa: E402
from cornac.eval_methods import RatioSplit  # noqa: E402

from wellbegun import WellbegunError, Wire  # noqa: E402
from wellbegun.arrays import check_rows as refuse_other_rows  # noqa: E402
from wellbegun.cornac import init_params  # noqa: E402


def silent(_):
    pass


@pytest.fixture
def split(data):
    features = np.random.default_rng(1).normal(size=(30, 5)).astype("f4")
    tuples = [(data.user_ids[u], data.item_ids[i], 1.0) for u, i in data.pairs]
    image = ImageModality(features=features, ids=data.item_ids, normalized=True)
    # A part of the users and items is in the test set alone, and has rows all the same.
    return RatioSplit(data=tuples, test_size=0.3, seed=1, item_image=image, exclude_unknowns=False, verbose=False)


def artifact(bundle, tmp_path, model):
    return Wire(artifact_of("cornac:" + model, bundle, tmp_path, "--tables", "users+items"))


def check_rows(model, table, find, ids):
    """Row r is the vector of the raw ID that the library itself has at row r."""
    assert len(ids) == len(table)
    expected = np.array([find(raw) for raw in ids])
    np.testing.assert_allclose(direction(table), direction(expected), rtol=1e-4)


def check_order(wired, path, table, ids):
    """The package's own check agrees, and refuses the same rows under shuffled IDs."""
    refuse_other_rows(wired, path, table, ids)
    with pytest.raises(WellbegunError, match="{}, row 3".format(path)) as error:
        refuse_other_rows(wired, path, table, swapped(ids))
    assert repr(swapped(ids)[3]) in str(error.value)


def test_bpr_starts_from_the_vectors_and_trains_them(bundle, data, split, tmp_path):
    wired = artifact(bundle, tmp_path, "BPR")
    params = init_params(wired, split.train_set, {"U": 8, "V": 8}, log=silent)
    untrained = cornac.models.BPR(k=8, max_iter=0, init_params={k: v.copy() for k, v in params.items()}, seed=1)
    untrained.fit(split.train_set)
    check_rows(untrained, untrained.u_factors, data.user, untrained.user_ids)
    check_rows(untrained, untrained.i_factors, data.item, untrained.item_ids)
    check_order(wired, "U", untrained.u_factors, untrained.user_ids)
    check_order(wired, "V", untrained.i_factors, untrained.item_ids)
    fresh = cornac.models.BPR(k=8, max_iter=0, seed=1)
    fresh.fit(split.train_set)
    rms = [float(np.sqrt(np.mean(np.square(table)))) for table in (fresh.u_factors, untrained.u_factors)]
    # 40 x 8 draws estimate the root mean square of their distribution to a few percent.
    assert rms[0] == pytest.approx(rms[1], rel=0.1)
    trained = cornac.models.BPR(k=8, max_iter=3, learning_rate=0.05, init_params=params, seed=1)
    trained.fit(split.train_set)
    moved = np.abs(trained.u_factors - untrained.u_factors).max(axis=1)
    assert (moved > 0).sum() > 30 and moved.max() < 1


def test_vbpr_starts_from_the_vectors_and_trains_them(bundle, data, split, tmp_path):
    peer("torch")
    wired = artifact(bundle, tmp_path, "VBPR")
    params = init_params(wired, split.train_set, {"Gu": 8, "Tu": 8, "Gi": 8}, log=silent)
    untrained = cornac.models.VBPR(k=8, k2=8, trainable=False, init_params=params, seed=1)
    untrained.fit(split.train_set)
    for table in (untrained.gamma_user, untrained.theta_user):
        check_rows(untrained, table, data.user, untrained.user_ids)
    check_rows(untrained, untrained.gamma_item, data.item, untrained.item_ids)
    check_order(wired, "Gu", untrained.gamma_user, untrained.user_ids)
    check_order(wired, "Tu", untrained.theta_user, untrained.user_ids)
    check_order(wired, "Gi", untrained.gamma_item, untrained.item_ids)
    trained = cornac.models.VBPR(k=8, k2=8, n_epochs=3, init_params=params, seed=1, verbose=False)
    trained.fit(split.train_set)
    for before, after in ((untrained.gamma_user, trained.gamma_user), (untrained.theta_user, trained.theta_user)):
        assert after.shape == before.shape and (np.abs(after - before).max(axis=1) > 0).sum() > 30


def test_the_scale_is_that_of_cornacs_own_initialization(bundle, split, tmp_path):
    peer("torch")
    wired = artifact(bundle, tmp_path, "VBPR")
    fresh = cornac.models.VBPR(k=8, k2=8, trainable=False, seed=1).fit(split.train_set)
    for parameter, table in zip(wired.parameters, (fresh.gamma_user, fresh.theta_user, fresh.gamma_item)):
        assert parameter.rms == pytest.approx(float(np.sqrt(np.mean(table**2))), rel=0.1)


@pytest.mark.parametrize(("model", "table"), [("BPR", "U"), ("VBPR", "Gu"), ("VBPR", "Tu")])
def test_refuses_a_width_a_missing_user_and_tampering(bundle, data, split, tmp_path, model, table):
    wired = artifact(bundle, tmp_path, model)
    with pytest.raises(WellbegunError, match="16 columns"):
        init_params(wired, split.train_set, {table: 16}, log=silent)
    tuples = [(data.user_ids[u], data.item_ids[i], 1.0) for u, i in data.pairs] + [("stranger", data.item_ids[0], 1.0)]
    other = cornac.data.Dataset.from_uir(tuples)
    with pytest.raises(WellbegunError, match="'stranger'"):
        init_params(wired, other, {table: 8}, log=silent)
    with pytest.raises(WellbegunError, match="one of U|one of Gu"):
        refuse_other_rows(wired, "X", data.users, data.user_ids)
    with pytest.raises(WellbegunError, match="40 x 8"):
        refuse_other_rows(wired, table, data.users[:, :4], data.user_ids)
    check_tampering_is_refused(wired.folder)


def test_refuses_another_codebases_artifact(bundle, split, tmp_path):
    with pytest.raises(WellbegunError, match="recbole"):
        init_params(Wire(artifact_of("recbole:BPR", bundle, tmp_path)), split.train_set, {"U": 8})
