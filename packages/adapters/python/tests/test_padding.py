"""Embeddings with padding rows, with max_norm, of 16-bit numbers, and without memory."""

import numpy as np
import pytest
from conftest import artifact_of, direction, peer, write_bundle

torch = peer("torch")
nn = torch.nn

from wellbegun import WellbegunError, Wire, load  # noqa: E402


def silent(_):
    pass


@pytest.fixture
def artifact(bundle, tmp_path):
    return Wire(artifact_of("pytorch", bundle, tmp_path))


def embedding(rows, **options):
    model = nn.Module()
    model.users = nn.Embedding(rows, 8, **options)
    return model


def values(model):
    return model.users.weight.detach().float().numpy()


def train(model, rows):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    for _ in range(2):
        optimizer.zero_grad()
        model.users(torch.arange(rows)).sum().backward()
        optimizer.step()


@pytest.mark.parametrize("kind", [nn.Embedding, nn.EmbeddingBag])
@pytest.mark.parametrize("padding", [None, "shift"])
@pytest.mark.parametrize("row", [0, 17, 40])
def test_a_table_with_a_row_more_keeps_its_padding_row_wherever_it_is(artifact, data, kind, padding, row):
    model = nn.Module()
    model.users = kind(41, 8, padding_idx=row)
    loaded = load(model, artifact, data.user_ids, padding=padding, log=silent)
    found = values(model)
    assert not found[row].any()
    np.testing.assert_allclose(direction(np.delete(found, row, axis=0)), direction(data.users), rtol=1e-4)
    loaded.verify(users=data.user_ids)
    other = list(data.user_ids)
    other[20], other[30] = other[30], other[20]
    with pytest.raises(WellbegunError, match="users.weight, row {}".format(20 + (row <= 20))):
        loaded.verify(users=other)
    if kind is nn.Embedding:
        train(model, 41)
        loaded.prove_trained()
        assert not values(model)[row].any()


def test_the_scale_is_that_of_the_rows_without_the_padding(artifact, data):
    model = embedding(41, padding_idx=0)
    before = np.sqrt(np.mean(values(model)[1:] ** 2))
    load(model, artifact, data.user_ids, log=silent)
    assert np.sqrt(np.mean(values(model)[1:] ** 2)) == pytest.approx(before, rel=1e-5)


@pytest.mark.parametrize("given", [True, False])
def test_a_table_of_the_same_height_is_refused_with_the_choice_named(data, tmp_path, given):
    bundle = write_bundle(tmp_path / "rows", {"users": data.users})
    artifact = Wire(artifact_of("pytorch", bundle, tmp_path))
    model = embedding(40, padding_idx=0)
    before = values(model).copy()
    with pytest.raises(WellbegunError, match="41 rows, one for each of 40 users beside padding row 0") as error:
        load(model, artifact, range(40) if given else None, log=silent)
    assert "padding='skip'" in error.value.hint and error.value.at == "users.weight"
    assert np.array_equal(values(model), before)


@pytest.mark.parametrize("target", ["pytorch", "mmssl"])
def test_skip_leaves_the_padding_row_and_every_other_row_is_its_id(data, tmp_path, target):
    bundle = write_bundle(tmp_path / "rows", {"users": data.users, "items": data.items})
    artifact = Wire(artifact_of(target, bundle, tmp_path))
    model = embedding(40, padding_idx=3)
    paths = {artifact.parameters[0].path: "users.weight"}
    load(model, artifact, paths=paths, padding="skip", scale="bundle", log=silent)
    expected = data.users.copy()
    expected[3] = 0
    assert np.array_equal(values(model), expected)


def test_skip_does_not_look_up_the_padding_rows_own_name(artifact, data):
    model = embedding(41, padding_idx=0)
    load(model, artifact, ["[PAD]", *data.user_ids], padding="skip", scale="bundle", log=silent)
    assert not values(model)[0].any() and np.array_equal(values(model)[1:], data.users)


@pytest.mark.parametrize(
    ("rows", "padding", "found"),
    [(42, None, "41, found 40"), (39, None, "38, found 40"), (42, "shift", "41, found 40"), (40, "shift", "39, found 40"), (41, "skip", "41, found 40")],
)
def test_other_numbers_of_rows_are_refused(artifact, data, rows, padding, found):
    with pytest.raises(WellbegunError, match="as many IDs as rows, " + found):
        load(embedding(rows, padding_idx=0), artifact, data.user_ids, padding=padding, log=silent)


def test_a_choice_of_padding_without_a_padding_row_is_refused(artifact, data):
    for padding, message in (("skip", "an embedding with padding_idx"), ("zero", "'shift' or 'skip'")):
        with pytest.raises(WellbegunError, match=message):
            load(embedding(40), artifact, data.user_ids, padding=padding, log=silent)


def test_rows_longer_than_max_norm_are_refused_and_shorter_ones_stay_through_a_lookup(artifact, data):
    model = embedding(40, max_norm=1.0)
    before = values(model).copy()
    with pytest.raises(WellbegunError, match="no longer than the embedding's max_norm, 1, found [0-9]+ of 40 that are") as error:
        load(model, artifact, data.user_ids, log=silent)
    assert "looked up" in error.value.hint and np.array_equal(values(model), before)
    longest = float(np.linalg.norm(data.users, axis=1).max())
    model = embedding(40, max_norm=longest * 1.001)
    loaded = load(model, artifact, data.user_ids, scale="bundle", log=silent)
    model.users(torch.arange(40))
    loaded.verify(users=data.user_ids)
    # By another norm than the Euclidean: the sum of absolute values is larger.
    with pytest.raises(WellbegunError, match="max_norm"):
        load(embedding(40, max_norm=longest * 1.001, norm_type=1.0), artifact, data.user_ids, scale="bundle", log=silent)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
def test_other_floating_point_types_hold_the_rounded_values_and_are_trained(artifact, data, dtype):
    model = embedding(40).to(dtype)
    loaded = load(model, artifact, data.user_ids, scale="bundle", log=silent)
    expected = torch.from_numpy(data.users).to(dtype)
    assert model.users.weight.dtype == dtype and torch.equal(model.users.weight.detach(), expected)
    loaded.verify(users=data.user_ids)
    other = list(data.user_ids)
    other[3], other[8] = other[8], other[3]
    with pytest.raises(WellbegunError, match="users.weight, row 3"):
        loaded.verify(users=other)
    model.users.weight.sum().backward()
    with torch.no_grad():
        model.users.weight -= 0.5 * model.users.weight.grad
    loaded.prove_trained()


def test_a_model_that_becomes_bfloat16_afterwards_still_holds_the_vectors(artifact, data):
    model = embedding(40)
    loaded = load(model, artifact, data.user_ids, log=silent)
    model.bfloat16()
    loaded.verify(users=data.user_ids)
    assert not loaded.moved()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Embedding(40, 8, device="meta").weight, "one on the device meta"),
        (lambda: nn.parameter.UninitializedParameter(), "an uninitialized parameter"),
        (lambda: torch.zeros(40, 8, dtype=torch.int64), "torch.int64"),
        (lambda: torch.zeros(40, 8).to_sparse(), "torch.sparse_coo"),
        (lambda: nn.Embedding(40, 8), "found Embedding"),
        (lambda: [[0.0] * 8] * 40, "found list"),
    ],
)
def test_what_vectors_cannot_be_copied_into_is_refused_by_name(artifact, data, make, message):
    model = nn.Module()
    model.table = make()
    with pytest.raises(WellbegunError, match=message) as error:
        load(model, artifact, data.user_ids, paths={"users.weight": "table"}, log=silent)
    assert error.value.at == "table"


def test_a_padding_row_in_a_table_of_nodes_is_refused(data, tmp_path):
    tables = {name: np.ones((40, 64), "f4") for name in ("users", "users.image", "users.text")}
    bundle = write_bundle(tmp_path / "nodes", {**tables, "items": np.ones((30, 64), "f4")})
    artifact = Wire(artifact_of("mmrec:GRCN", bundle, tmp_path, "--tables", "users+items"))
    model = nn.Module()
    for name in ("v_gcn", "t_gcn", "id_gcn"):
        setattr(model, name, nn.Module())
    paths = {}
    for parameter in artifact.parameters:
        if not parameter.nodes:
            branch, _, name = parameter.path.rpartition(".")
            setattr(getattr(model, branch), name, nn.Parameter(torch.randn(40, parameter.width)))
        else:
            paths[parameter.path] = "nodes.weight"
    model.nodes = nn.Embedding(70, 64, padding_idx=0)
    with pytest.raises(WellbegunError, match="users and items without a padding row, found padding_idx 0"):
        load(model, artifact, paths=paths, log=silent)
