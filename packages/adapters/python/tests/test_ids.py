"""Collections that hold IDs: those with a row order are read in it, and all others are refused by every loader."""

import collections
import functools
import importlib
import types

import numpy as np
import pytest
from conftest import artifact_of, direction, peer

from wellbegun import Bundle, WellbegunError, Wire
from wellbegun.arrays import check_rows
from wellbegun.ids import ordered_ids

UNORDERED = {
    "a dictionary of rows": lambda ids: {raw: row for row, raw in enumerate(ids)},
    "a dictionary by row": lambda ids: dict(enumerate(ids)),
    "an ordered dictionary": lambda ids: collections.OrderedDict.fromkeys(ids),
    "keys": lambda ids: dict.fromkeys(ids).keys(),
    "values": lambda ids: dict(enumerate(ids)).values(),
    "a set": set,
    "a frozen set": frozenset,
    "an iterator": iter,
    "a generator": lambda ids: (raw for raw in ids),
    "a map": lambda ids: map(str, ids),
    "one text": " ".join,
    "a table": lambda ids: np.array([ids]),
    "a scalar": lambda ids: np.array(ids[0]),
    "a pandas series, which maps its index": lambda ids: peer("pandas").Series(range(len(ids)), index=ids),
}
ORDERED = {
    "a tuple": tuple,
    "a deque": collections.deque,
    "an array": np.array,
    "an array of objects": lambda ids: np.array(ids, dtype=object),
    "a pandas index": lambda ids: peer("pandas").Index(ids),
}


def silent(_):
    pass


@functools.lru_cache(maxsize=None)
def wired(target, folder, tmp_path):
    return Wire(artifact_of(target, folder, tmp_path, "--tables", "users+items"))


def pytorch(folder, tmp_path, users, items):
    torch = peer("torch")
    model = torch.nn.Module()
    model.users, model.items = torch.nn.Embedding(40, 8), torch.nn.Embedding(30, 8)
    artifact = wired("pytorch", folder, tmp_path)
    importlib.import_module("wellbegun").load(model, artifact, users, items, log=silent)
    return model.users.weight.detach().numpy()


def torchrec(folder, tmp_path, users, items):
    torch = peer("torch")
    model = torch.nn.Module()
    tables = {"user": torch.nn.EmbeddingBag(40, 8), "item": torch.nn.EmbeddingBag(30, 8)}
    model.embedding_bags = torch.nn.ModuleDict(tables)
    artifact = wired("torchrec", folder, tmp_path)
    importlib.import_module("wellbegun").load(model, artifact, users, items, log=silent)
    return tables["user"].weight.detach().numpy()


def implicit(folder, tmp_path, users, items):
    model = types.SimpleNamespace(factors=8, dtype=np.float32)
    artifact = wired("implicit:als", folder, tmp_path)
    importlib.import_module("wellbegun.implicit").load(model, artifact, users, items, log=silent)
    return model.user_factors


def lightfm(folder, tmp_path, users, items):
    model = peer("lightfm").LightFM(no_components=8)
    artifact = wired("lightfm", folder, tmp_path)
    importlib.import_module("wellbegun.lightfm").load(model, artifact, users, items, log=silent)
    return model.user_embeddings


LOADERS = {loader.__name__: loader for loader in (pytorch, torchrec, implicit, lightfm)}


@pytest.mark.parametrize("side", ["users", "items"])
@pytest.mark.parametrize("name", sorted(LOADERS))
def test_every_loader_refuses_a_collection_without_row_order(bundle, data, tmp_path, name, side):
    given = {"users": data.user_ids, "items": data.item_ids}
    for kind, make in UNORDERED.items():
        with pytest.raises(WellbegunError, match="the {} as raw IDs in row order".format(side)) as error:
            LOADERS[name](bundle, tmp_path, **{**given, side: make(given[side])})
        assert error.value.at == side and "list" in error.value.hint, kind


@pytest.mark.parametrize("name", sorted(LOADERS))
def test_every_loader_takes_a_collection_with_row_order(bundle, data, tmp_path, name):
    order = sorted(data.user_ids)
    expected = direction([data.user(raw) for raw in order])
    for make in ORDERED.values():
        np.testing.assert_allclose(direction(LOADERS[name](bundle, tmp_path, make(order), data.item_ids)), expected, rtol=1e-4)


@pytest.mark.parametrize("kind", sorted(UNORDERED))
def test_the_checks_refuse_what_the_loaders_refuse(bundle, data, tmp_path, kind):
    torch = peer("torch")
    artifact = Wire(artifact_of("pytorch", bundle, tmp_path))
    model = torch.nn.Module()
    model.users = torch.nn.Embedding(40, 8)
    loaded = importlib.import_module("wellbegun").load(model, artifact, data.user_ids, log=silent)
    unordered = UNORDERED[kind](data.user_ids)
    for check in (
        lambda: Bundle(bundle).check(users=unordered),
        lambda: Bundle(bundle).check(items=unordered),
        lambda: artifact.align("users", unordered),
        lambda: loaded.verify(users=unordered),
        lambda: check_rows(artifact, "users.weight", data.users, unordered),
    ):
        with pytest.raises(WellbegunError, match="as raw IDs in row order"):
            check()


def test_numbers_read_alike_from_every_ordered_collection():
    torch = peer("torch")
    for ids in ([3, 1, 2], (3, 1, 2), np.array([3, 1, 2]), torch.tensor([3, 1, 2]), np.array([3, 1, 2], dtype="u1")):
        assert ordered_ids("users", ids, "reading") == ["3", "1", "2"]
    assert ordered_ids("users", range(3), "reading") == ["0", "1", "2"]


def test_cornac_refuses_widths_without_names_and_parameters_without_a_table(bundle, data, tmp_path):
    init_params = importlib.import_module("wellbegun.cornac").init_params
    ids = [{raw: row for row, raw in enumerate(raws)} for raws in (data.user_ids, data.item_ids)]
    train_set = types.SimpleNamespace(uid_map=ids[0], iid_map=ids[1])
    artifact = Wire(artifact_of("cornac:BPR", bundle, tmp_path))
    for widths, found in (([("U", 8)], "list"), ({"U"}, "set"), ({"U": 8, "V": 8}, "'V'"), ({"u": 8}, "'u'")):
        with pytest.raises(WellbegunError, match="found {}".format(found)):
            init_params(artifact, train_set, widths, log=silent)


def test_implicit_takes_the_row_numbers_for_ids_where_none_are_given(data, tmp_path):
    """The artifact has the same IDs in another order, which must not become the matrix's order."""
    order = np.random.default_rng(4).permutation(40)
    data.user_ids, data.item_ids = [str(raw) for raw in order], [str(row) for row in range(30)]
    found = implicit(data.bundle(tmp_path / "numbers"), tmp_path, None, None)
    np.testing.assert_allclose(direction(found), direction([data.user(row) for row in range(40)]), rtol=1e-4)
