"""torchrec's unsharded collection, by a stand-in with its paths and its late initialization."""

import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import artifact_of, direction, peer

torch = peer("torch")

from wellbegun import WellbegunError, Wire, load  # noqa: E402


def silent(_):
    pass


@pytest.fixture
def torchrec(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "torchrec_standin"))
    for name in [name for name in sys.modules if name.split(".")[0] == "torchrec"]:
        monkeypatch.delitem(sys.modules, name)
    from torchrec.modules import embedding_configs, embedding_modules

    def collection(width=8, items=30, name="item", init_fn=None):
        sizes = {"user": 40, name: items}
        tables = [embedding_configs.EmbeddingBagConfig(n, width, size, [n], init_fn if n == "user" else None) for n, size in sizes.items()]
        return embedding_modules.EmbeddingBagCollection(tables)

    return collection


@pytest.fixture
def wired(bundle, tmp_path):
    return Wire(artifact_of("torchrec", bundle, tmp_path, "--tables", "users+items"))


def test_rows_follow_the_callers_ids_and_a_late_reset_is_found(torchrec, wired, data):
    users, items = sorted(data.user_ids), sorted(data.item_ids)
    tables = torchrec()
    loaded = load(tables, wired, users, items, log=silent)
    state = tables.state_dict()
    for name, ids, find in (("user", users, data.user), ("item", items, data.item)):
        found = state["embedding_bags.{}.weight".format(name)].numpy()
        np.testing.assert_allclose(direction(found), direction([find(raw) for raw in ids]), rtol=1e-4)
    tables.reset_parameters()
    with pytest.raises(WellbegunError, match="embedding_bags.user.weight, row 0"):
        loaded.verify()


def test_what_does_not_fit_is_refused(torchrec, wired, data):
    with pytest.raises(WellbegunError, match="8 columns"):
        load(torchrec(width=4), wired, data.user_ids, data.item_ids, log=silent)
    with pytest.raises(WellbegunError, match="'nobody'"):
        load(torchrec(), wired, [*data.user_ids[:-1], "nobody"], data.item_ids, log=silent)
    with pytest.raises(WellbegunError, match="no 'item'"):
        load(torchrec(name="t_item_id"), wired, data.user_ids, data.item_ids, log=silent)
    # Why the tables are not called users and items: nn.ModuleDict has a method of that name.
    with pytest.raises(KeyError, match="items"):
        torchrec(name="items")


def test_the_rows_as_a_tables_own_initializer(torchrec, wired, data):
    parameter = wired.parameters[0]
    tables = torchrec(init_fn=lambda table: table.data.copy_(torch.tensor(parameter.table)))
    tables.reset_parameters()
    assert np.array_equal(tables.embedding_bags["user"].weight.detach().numpy(), data.users)
    assert wired.ids("users") == data.user_ids
