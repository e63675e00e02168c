"""A control's mark: from the bundle's manifest to the line that each loader logs."""

import importlib
import json
import types

import numpy as np
import pytest
from conftest import peer, wire

from wellbegun import Bundle, WellbegunError, Wire

MARK = "(control: rows permuted)"


@pytest.fixture
def control(data, tmp_path):
    return data.bundle(tmp_path / "control", control="permuted")


def test_a_bundle_and_its_artifact_know_that_they_are_a_control(bundle, control, tmp_path):
    reports = [wire("pytorch", folder, tmp_path) for folder in (bundle, control)]
    assert [Bundle(folder).control for folder in (bundle, control)] == [None, "permuted"]
    assert [Wire(report["out"]).control for report in reports] == [None, "permuted"]
    assert [report["out"].rsplit("/", 1)[1] for report in reports] == [
        "wellbegun-pytorch-embedding",
        "wellbegun-pytorch-embedding-permuted",
    ]


@pytest.mark.parametrize("value", ["shuffled", True, 0, ""])
def test_an_unknown_control_is_refused_and_never_taken_for_real(data, control, tmp_path, value):
    with pytest.raises(WellbegunError, match="control 'permuted', or null"):
        Bundle(data.bundle(tmp_path / "other", control=value))
    path = wire("pytorch", control, tmp_path)["out"] + "/wire.json"
    with open(path) as file:
        index = json.load(file)
    with open(path, "w") as file:
        json.dump({**index, "control": value}, file)
    with pytest.raises(WellbegunError, match="control 'permuted', or null"):
        Wire(path[: -len("/wire.json")])


def load_pytorch(artifact, data, log):
    torch = peer("torch")
    model = torch.nn.Module()
    model.users, model.items = torch.nn.Embedding(40, 8), torch.nn.Embedding(30, 8)
    loaded = importlib.import_module("wellbegun").load(model, artifact, data.user_ids, data.item_ids, log=log)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    (model.users.weight[:30] * model.items.weight).sum().backward()
    optimizer.step()
    loaded.prove_trained()


def load_implicit(artifact, data, log):
    model = types.SimpleNamespace(factors=8, dtype=np.float32)
    importlib.import_module("wellbegun.implicit").load(model, artifact, data.user_ids, data.item_ids, log=log)


def load_lightfm(artifact, data, log):
    lightfm = peer("lightfm")
    importlib.import_module("wellbegun.lightfm").load(
        lightfm.LightFM(no_components=8), artifact, data.user_ids, data.item_ids, log=log
    )


def load_cornac(artifact, data, log):
    ids = [{raw: row for row, raw in enumerate(raws)} for raws in (data.user_ids, data.item_ids)]
    train_set = types.SimpleNamespace(uid_map=ids[0], iid_map=ids[1])
    importlib.import_module("wellbegun.cornac").init_params(artifact, train_set, {"U": 8, "V": 8}, log=log)


LOADERS = {"pytorch": load_pytorch, "implicit:als": load_implicit, "lightfm": load_lightfm, "cornac:BPR": load_cornac}


@pytest.mark.parametrize("target", sorted(LOADERS))
def test_every_line_of_a_loader_bears_the_mark_and_none_of_a_real_artifacts(bundle, control, data, tmp_path, target):
    for folder, marked in ((control, True), (bundle, False)):
        lines = []
        artifact = Wire(wire(target, folder, tmp_path, "--tables", "users+items")["out"])
        LOADERS[target](artifact, data, lines.append)
        assert len(lines) >= 2
        assert [MARK in line for line in lines] == [marked] * len(lines)
