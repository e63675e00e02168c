"""LightFM (the fork lightfm-next, where it builds), trained from wired vectors."""

import numpy as np
import pytest
from conftest import artifact_of, check_tampering_is_refused, direction, peer, swapped

lightfm = peer("lightfm")
sparse = peer("scipy.sparse")

from wellbegun import WellbegunError, Wire  # noqa: E402
from wellbegun.arrays import check_rows  # noqa: E402
from wellbegun.lightfm import load  # noqa: E402


def silent(_):
    pass


def test_starts_from_the_vectors_and_trains_them(bundle, data, tmp_path):
    wired = Wire(artifact_of("lightfm", bundle, tmp_path, "--tables", "users+items"))
    users, items = sorted(data.user_ids), sorted(data.item_ids)
    rows = [users.index(data.user_ids[u]) for u, _ in data.pairs]
    columns = [items.index(data.item_ids[i]) for _, i in data.pairs]
    matrix = sparse.coo_matrix((np.ones(len(rows), "f4"), (rows, columns)), shape=(40, 30))
    model = lightfm.LightFM(no_components=8, loss="bpr", random_state=1)
    load(model, wired, users, items, log=silent)
    model.fit_partial(matrix, epochs=0)
    start = model.user_embeddings.copy()
    np.testing.assert_allclose(direction(start), direction([data.user(raw) for raw in users]), rtol=1e-4)
    np.testing.assert_allclose(direction(model.item_embeddings), direction([data.item(raw) for raw in items]), rtol=1e-4)
    for path, ids in (("user_embeddings", users), ("item_embeddings", items)):
        check_rows(wired, path, getattr(model, path), ids)
        with pytest.raises(WellbegunError, match="{}, row 3".format(path)):
            check_rows(wired, path, getattr(model, path), swapped(ids))
    # The scale is that of LightFM's own draw: uniform on -.5 to .5, by the width.
    assert np.sqrt(np.mean(start**2)) == pytest.approx(1 / np.sqrt(12) / 8, rel=0.1)
    assert wired.parameters[0].rms == pytest.approx(1 / np.sqrt(12) / 8)
    model.fit_partial(matrix, epochs=3)
    assert (np.abs(model.user_embeddings - start).max(axis=1) > 0).all()
    with pytest.raises(WellbegunError, match="'nobody'"):
        load(model, wired, [*users, "nobody"], items, log=silent)
    with pytest.raises(WellbegunError, match="16 columns"):
        load(lightfm.LightFM(no_components=16), wired, users, items, log=silent)
    check_tampering_is_refused(wired.folder)
