"""Modules that re-create the hazards of real codebases."""

import random

import numpy as np
import pytest
from conftest import artifact_of, check_tampering_is_refused, direction, peer, swapped, wire, write_bundle

torch = peer("torch")
nn = torch.nn

from wellbegun import WellbegunError, Wire, load  # noqa: E402
from wellbegun.norms import root_mean_square  # noqa: E402

USERS, ITEMS, WIDTH = 12, 9, 4


@pytest.fixture
def rows(tmp_path):
    """A bundle whose rows are the IDs, and a function that wires it to a target of MMRec."""
    rng = np.random.default_rng(3)
    tables = {"users": rng.normal(size=(USERS, WIDTH)).astype("f4"), "items": rng.normal(size=(ITEMS, WIDTH)).astype("f4")}
    bundle = write_bundle(tmp_path / "bundle", tables)

    def make(target, *arguments):
        report = wire(target, bundle, tmp_path / "run", "--tables", "users+items", *arguments)
        assert report["status"] == 0, report
        return Wire(report["out"])

    make.users, make.items = tables["users"], tables["items"]
    return make


def silent(_):
    pass


class Pair(nn.Module):
    """Two embeddings, initialized late: at the end of the constructor, or after it."""

    def __init__(self, users=USERS, items=ITEMS, width=WIDTH):
        super().__init__()
        self.user_embedding = nn.Embedding(users, width)
        self.item_id_embedding = nn.Embedding(items, width)
        self.apply(self.initialize)

    @staticmethod
    def initialize(module):
        if isinstance(module, nn.Embedding):
            nn.init.xavier_normal_(module.weight.data)

    def loss(self):
        users, items = self.user_embedding.weight, self.item_id_embedding.weight
        return -torch.nn.functional.logsigmoid(users @ items.T).mean()


def test_values_rows_scale_and_training(rows):
    model = Pair()
    before = [root_mean_square(model.user_embedding.weight.detach().numpy()), root_mean_square(model.item_id_embedding.weight.detach().numpy())]
    parameter, lines = model.user_embedding.weight, []
    loaded = load(model, rows("mmrec:FREEDOM"), log=lines.append)
    assert model.user_embedding.weight is parameter
    for table, expected, rms in ((model.user_embedding, rows.users, before[0]), (model.item_id_embedding, rows.items, before[1])):
        values = table.weight.detach().numpy()
        np.testing.assert_allclose(direction(values), direction(expected), rtol=1e-5)
        assert root_mean_square(values) == pytest.approx(rms, rel=1e-5)
    assert len(lines) == 2 and "trainable" in lines[0] and "{:.5g}".format(before[0]) in lines[0]

    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    with pytest.raises(WellbegunError, match="a gradient in the first epoch"):
        loaded.prove_trained()
    model.loss().backward()
    with pytest.raises(WellbegunError, match="values that moved"):
        loaded.prove_trained()
    optimizer.step()
    loaded.prove_trained()
    assert loaded.tables[0].gradient == pytest.approx(float(model.user_embedding.weight.grad.norm()))


def test_the_factor_multiplies_either_scale_and_is_logged(rows):
    wired = rows("mmrec:FREEDOM", "--scale-factor", "2")
    assert wired.scale_factor == 2
    for scale in ("model", "bundle"):
        model, lines = Pair(), []
        before = root_mean_square(model.user_embedding.weight.detach().numpy())
        loaded = load(model, wired, scale=scale, log=lines.append)
        values = model.user_embedding.weight.detach().numpy()
        np.testing.assert_allclose(direction(values), direction(rows.users), rtol=1e-5)
        expected = 2 * (before if scale == "model" else root_mean_square(rows.users))
        assert root_mean_square(values) == pytest.approx(expected, rel=1e-5)
        assert all(" x 2," in line for line in lines) and len(lines) == 2
        loaded.verify()
    plain = rows("mmrec:LightGCN")
    assert plain.scale_factor == 1 and plain.scale_note == ""


def test_as_computed_and_frozen(rows):
    model = Pair()
    loaded = load(model, rows("mmrec:FREEDOM"), scale="bundle", freeze=True, log=silent)
    assert np.array_equal(model.user_embedding.weight.detach().numpy(), rows.users)
    with pytest.raises(RuntimeError):
        model.loss().backward()
    loaded.prove_trained()
    model.user_embedding.weight.data[0] += 1
    with pytest.raises(WellbegunError, match="row 0"):
        loaded.prove_trained()


def test_an_initializer_that_runs_later_is_found(rows):
    model = Pair()
    loaded = load(model, rows("mmrec:FREEDOM"), log=silent)
    loaded.verify()
    model.user_embedding.weight.data[7, 2] = 0.5
    with pytest.raises(WellbegunError, match="user_embedding.weight, row 7"):
        loaded.verify()
    model.apply(Pair.initialize)
    with pytest.raises(WellbegunError, match="initialized the parameter anew"):
        loaded.verify()


def test_a_parameter_replaced_later_is_found(rows):
    model = Pair()
    loaded = load(model, rows("mmrec:FREEDOM"), log=silent)
    model.user_embedding = nn.Embedding(USERS, WIDTH)
    with pytest.raises(WellbegunError, match="in 12 rows"):
        loaded.verify()


@pytest.mark.parametrize("shape", [(USERS, WIDTH + 1), (USERS - 1, WIDTH), (USERS + 1, WIDTH)])
def test_another_shape_is_refused_and_nothing_overwritten(rows, shape):
    model = Pair(*shape[:1], ITEMS, shape[1])
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with pytest.raises(WellbegunError):
        load(model, rows("mmrec:FREEDOM"), log=silent)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_a_model_without_the_parameter_is_refused(rows):
    with pytest.raises(WellbegunError, match="u_embedding"):
        load(Pair(), rows("mmrec:VBPR"), log=silent)


def test_a_parameter_dictionary(rows):
    model = nn.Module()
    model.embedding_dict = nn.ParameterDict({
        "user_emb": nn.Parameter(torch.randn(USERS, WIDTH)),
        "item_emb": nn.Parameter(torch.randn(ITEMS, WIDTH)),
    })
    load(model, rows("mmrec:LightGCN"), scale="bundle", log=silent)
    assert np.array_equal(model.embedding_dict["user_emb"].detach().numpy(), rows.users)


def test_a_table_of_two_halves(rows):
    model = nn.Module()
    model.u_embedding = nn.Parameter(nn.init.xavier_uniform_(torch.empty(USERS, 2 * WIDTH)))
    model.i_embedding = nn.Parameter(nn.init.xavier_uniform_(torch.empty(ITEMS, WIDTH)))
    load(model, rows("mmrec:VBPR"), log=silent)
    first, second = model.u_embedding.detach().numpy().reshape(USERS, 2, WIDTH).transpose(1, 0, 2)
    assert np.array_equal(first, second)
    np.testing.assert_allclose(direction(first), direction(rows.users), rtol=1e-5)


def test_plain_tensors_and_tables_of_nodes(rows, tmp_path):
    rng = np.random.default_rng(5)
    tables = {name: rng.normal(size=(USERS, WIDTH)).astype("f4") for name in ("users", "users.image", "users.text")}
    modality = {"shape": [ITEMS, 6], "sha256": "0" * 64}
    train = {"users": USERS, "items": ITEMS, "interactions": 1, "sha256": "0" * 64, "userIds": None, "itemIds": None}
    made_from = {"train": train, "features": {"image": modality, "text": modality}}
    bundle = write_bundle(tmp_path / "b", {**tables, "items": rows.items}, input=made_from)
    wired = Wire(artifact_of("mmrec:MMGCN", bundle, tmp_path, "--tables", "users+items"))
    model = nn.Module()
    for branch, width in (("v_gcn", 256), ("t_gcn", 6)):
        module = nn.Module()
        module.preference = torch.randn(USERS, width, requires_grad=True)
        setattr(model, branch, module)
    model.id_embedding = torch.randn(USERS + ITEMS, WIDTH, requires_grad=True)
    lines = []
    loaded = load(model, wired, scale="bundle", log=lines.append)
    assert list(model.parameters()) == [] and all("plain tensor" in line for line in lines)
    image = model.v_gcn.preference.detach().numpy()
    assert np.array_equal(image[:, :WIDTH], tables["users.image"]) and not image[:, WIDTH:].any()
    nodes = model.id_embedding.detach().numpy()
    assert np.array_equal(nodes[:USERS], tables["users"]) and np.array_equal(nodes[USERS:], rows.items)
    loaded.prove_trained()
    model.id_embedding.data[USERS + 2] = 0
    with pytest.raises(WellbegunError, match="id_embedding, row {}".format(USERS + 2)):
        loaded.verify()


def test_a_padding_row_stays_and_rows_follow_the_ids(bundle, data, tmp_path):
    wired = Wire(artifact_of("recbole:BPR", bundle, tmp_path))
    model = nn.Module()
    model.user_embedding = nn.Embedding(41, 8, padding_idx=0)
    order = sorted(data.user_ids)
    loaded = load(model, wired, users=order, scale="bundle", log=silent)
    values = model.user_embedding.weight.detach().numpy()
    assert not values[0].any()
    for row, raw in enumerate(order):
        assert np.array_equal(values[row + 1], data.user(raw))
    loaded.verify(users=order)
    swapped = list(order)
    swapped[3], swapped[8] = swapped[8], swapped[3]
    with pytest.raises(WellbegunError, match="row 4") as error:
        loaded.verify(users=swapped)
    assert repr(swapped[3]) in str(error.value)
    with pytest.raises(WellbegunError, match="as many IDs as rows, 40"):
        load(model, wired, users=order[:-1], log=silent)


def test_random_states_are_as_before(rows):
    model = Pair()
    states = random.getstate(), np.random.get_state()[1].copy(), torch.get_rng_state()
    load(model, rows("mmrec:FREEDOM"), log=silent)
    assert random.getstate() == states[0]
    assert np.array_equal(np.random.get_state()[1], states[1])
    assert torch.equal(torch.get_rng_state(), states[2])


def test_a_scale_of_zero_is_refused(rows):
    model = Pair()
    model.user_embedding.weight.data.zero_()
    with pytest.raises(WellbegunError, match="scale='bundle'"):
        load(model, rows("mmrec:FREEDOM"), log=silent)


def test_plain_pytorch_by_the_callers_own_ids(bundle, data, tmp_path):
    wired = Wire(artifact_of("pytorch", bundle, tmp_path, "--tables", "users+items"))
    users, items = sorted(data.user_ids), sorted(data.item_ids)

    def embeddings(width=8):
        model = nn.Module()
        model.users, model.items = nn.Embedding(40, width), nn.Embedding(30, width)
        return model

    model = embeddings()
    loaded = load(model, wired, users, items, log=silent)
    for table, ids, find in ((model.users, users, data.user), (model.items, items, data.item)):
        expected = direction([find(raw) for raw in ids])
        np.testing.assert_allclose(direction(table.weight.detach().numpy()), expected, rtol=1e-4)
    for shuffled, path in (((swapped(users), items), "users.weight"), ((users, swapped(items)), "items.weight")):
        with pytest.raises(WellbegunError, match="{}, row 3".format(path)):
            loaded.verify(*shuffled)
    with pytest.raises(WellbegunError, match="8 columns"):
        load(embeddings(width=16), wired, users, items, log=silent)
    with pytest.raises(WellbegunError, match="'nobody'"):
        load(embeddings(), wired, [*users[:-1], "nobody"], items, log=silent)
    before = model.users.weight.detach().clone()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(3):
        optimizer.zero_grad()
        (-nn.functional.logsigmoid(model.users.weight @ model.items.weight.T)).mean().backward()
        optimizer.step()
    loaded.prove_trained()
    assert (model.users.weight.detach() != before).any(dim=1).all()
    check_tampering_is_refused(wired.folder)


def test_sparse_gradients_count(bundle, data, tmp_path):
    wired = Wire(artifact_of("pytorch", bundle, tmp_path))
    model = nn.Module()
    model.users = nn.Embedding(40, 8, sparse=True)
    loaded = load(model, wired, users=data.user_ids, log=silent)
    optimizer = torch.optim.SparseAdam(list(model.parameters()), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        model.users(torch.tensor([1, 2, 2])).sum().backward()
        optimizer.step()
    loaded.prove_trained()
