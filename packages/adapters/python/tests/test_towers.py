"""One artifact and several places for its tables: paths, shared memory, and an artifact that nothing changes."""

import numpy as np
import pytest
from conftest import artifact_of, direction, peer

torch = peer("torch")
nn = torch.nn

from wellbegun import WellbegunError, Wire, load  # noqa: E402


def silent(_):
    pass


@pytest.fixture
def artifact(bundle, tmp_path):
    return Wire(artifact_of("pytorch", bundle, tmp_path, "--tables", "users+items"))


def towers(*names, width=8):
    model = nn.Module()
    for name in names:
        tower = nn.Module()
        tower.users, tower.items = nn.Embedding(40, width), nn.Embedding(30, width)
        setattr(model, name, tower)
    return model


def at(tower):
    return {"users.weight": tower + ".users.weight", "items.weight": tower + ".items.weight"}


def test_one_artifact_fills_each_of_two_towers(artifact, data):
    model = towers("retrieval", "ranking")
    ids = data.user_ids, data.item_ids
    first = load(model, artifact, *ids, paths=at("retrieval"), log=silent)
    second = load(model, artifact, *ids, paths=at("ranking"), log=silent)
    for tower in (model.retrieval, model.ranking):
        np.testing.assert_allclose(direction(tower.users.weight.detach().numpy()), direction(data.users), rtol=1e-4)
        np.testing.assert_allclose(direction(tower.items.weight.detach().numpy()), direction(data.items), rtol=1e-4)
    nn.init.normal_(model.retrieval.users.weight)
    second.verify(*ids)
    with pytest.raises(WellbegunError, match="retrieval.users.weight, row 0"):
        first.verify()
    # And once more at the artifact's own paths, which are as they were.
    load(towers("x").x, artifact, *ids, log=silent)


def test_a_path_that_the_artifact_has_no_table_for_is_refused(artifact, data):
    model = towers("a")
    before = {name: value.clone() for name, value in model.state_dict().items()}
    for paths in ({**at("a"), "user.weight": "a.users.weight"}, {"a.users.weight": "users.weight"}):
        with pytest.raises(WellbegunError, match="paths of users.weight, items.weight") as error:
            load(model, artifact, data.user_ids, data.item_ids, paths=paths, log=silent)
        assert error.value.at == "paths"
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_two_tables_at_one_path_are_refused(artifact, data):
    model = nn.Module()
    model.both = nn.Embedding(40, 8)
    with pytest.raises(WellbegunError, match="both at both.weight"):
        load(model, artifact, paths={"users.weight": "both.weight", "items.weight": "both.weight"}, log=silent)


@pytest.mark.parametrize("same", ["the parameter", "its memory"])
def test_two_tables_of_one_memory_are_refused_by_both_names_and_left_as_they_were(data, tmp_path, same):
    data.user_ids = data.user_ids[:30]
    data.users = data.users[:30]
    artifact = Wire(artifact_of("pytorch", data.bundle(tmp_path / "square"), tmp_path, "--tables", "users+items"))
    model = nn.Module()
    model.users, model.items = nn.Embedding(30, 8), nn.Embedding(30, 8)
    if same == "the parameter":
        model.items.weight = model.users.weight
    else:
        model.items.weight = nn.Parameter(model.users.weight.detach())
    before = model.users.weight.detach().clone()
    with pytest.raises(WellbegunError, match="tied: users.weight and items.weight"):
        load(model, artifact, data.user_ids, data.item_ids, log=silent)
    assert torch.equal(model.users.weight, before)


def test_a_table_tied_to_an_output_layer_is_loaded_and_said_to_be(artifact, data):
    model = towers("x").x
    model.decoder = nn.Linear(8, 30, bias=False)
    model.decoder.weight = model.items.weight
    lines = []
    load(model, artifact, data.user_ids, data.item_ids, log=lines.append)
    assert lines[0].endswith("trainable") and lines[1].endswith("trainable, tied to decoder.weight")
    assert model.decoder.weight is model.items.weight


@pytest.mark.parametrize("wrap", [nn.DataParallel, lambda model: nn.DataParallel(nn.DataParallel(model))])
def test_a_data_parallel_wrapper_is_looked_into(artifact, data, wrap):
    model = towers("x").x
    load(wrap(model), artifact, data.user_ids, data.item_ids, log=silent).verify()
    np.testing.assert_allclose(direction(model.users.weight.detach().numpy()), direction(data.users), rtol=1e-4)


def test_nothing_of_an_artifact_can_be_changed(artifact):
    parameter = artifact.parameters[0]
    for thing, name in ((artifact, "model"), (artifact, "parameters"), (artifact, "new"), (parameter, "path"), (parameter, "table")):
        with pytest.raises(AttributeError):
            setattr(thing, name, "other")
    with pytest.raises(TypeError):
        artifact.parameters[0] = parameter
    with pytest.raises(ValueError, match="read-only"):
        parameter.table[0] = 0
    kept = artifact.ids("users")
    artifact.ids("users").reverse()
    assert artifact.ids("users") == kept
    scaled = parameter.scaled(np.arange(40), None)
    scaled[:] = 0
    assert parameter.table.any()
