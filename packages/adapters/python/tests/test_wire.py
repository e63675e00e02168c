import json
import shutil

import numpy as np
import pytest
from conftest import Data, wire, write_bundle

from wellbegun import WellbegunError, Wire


def test_tables_and_ids_as_in_the_bundle(bundle, data, tmp_path):
    report = wire("pytorch", bundle, tmp_path, "--tables", "users+items")
    assert report["status"] == 0 and report["written"]
    wired = Wire(report["out"])
    assert [(parameter.path, parameter.rows) for parameter in wired.parameters] == [("users.weight", "users"), ("items.weight", "items")]
    assert wired.ids("users") == data.user_ids
    rows = wired.align("users", data.user_ids[::-1])
    assert np.array_equal(wired.parameters[0].table[rows], data.users[::-1])


def test_a_dry_run_writes_nothing(bundle, tmp_path):
    report = wire("recbole:BPR", bundle, tmp_path / "run", "--dry-run")
    assert report["status"] == 0 and not report["written"]
    assert not (tmp_path / "run").exists()


def test_rows_become_ids_where_the_codebase_has_it_so(tmp_path):
    order = [3, 0, 2, 1]
    users = np.array([[n, 10 * n] for n in order], "f4")
    bundle = write_bundle(tmp_path / "b", {"users": users, "items": np.eye(2, dtype="f4")}, order)
    wired = Wire(wire("mmrec:freedom", bundle, tmp_path)["out"])
    assert wired.parameters[0].table[:, 0].tolist() == [0, 1, 2, 3]
    assert wired.ids("users") == ["0", "1", "2", "3"]


@pytest.mark.parametrize("ids", [["0", "1", "3"], ["0", "1", "u2"], ["0", "1", "02"]])
def test_refuses_ids_that_cannot_be_rows(tmp_path, ids):
    bundle = write_bundle(tmp_path / "b", {"users": np.ones((3, 2), "f4"), "items": np.ones((1, 2), "f4")}, ids)
    report = wire("mmrec:BPR", bundle, tmp_path)
    assert report["status"] == 1
    assert "user row 2" in report["error"]["message"] and ids[2] in report["error"]["message"]
    assert not (tmp_path / "wellbegun-mmrec-bpr").exists()


def test_widths_of_halves_bias_and_branches(tmp_path):
    data = Data(width=64)
    tables = {"users": data.users, "items": data.items, "users.image": data.users[:, :5].copy()}
    bundle = write_bundle(tmp_path / "b", tables)
    halves = Wire(wire("mmrec:VBPR", bundle, tmp_path)["out"]).parameters[0]
    assert np.array_equal(halves.table, np.concatenate([data.users, data.users], axis=1))
    bias = Wire(wire("implicit:bpr", bundle, tmp_path, "--tables", "users+items")["out"])
    assert np.array_equal(bias.parameters[0].table[:, :-1], data.users)
    assert set(bias.parameters[0].table[:, -1]) == {1.0} and set(bias.parameters[1].table[:, -1]) == {0.0}
    report = wire("mmrec:MMGCN", bundle, tmp_path)
    assert report["status"] == 1 and "t_gcn.preference" in report["error"]["message"]
    report = wire("mmrec:GRCN", bundle, tmp_path, "--tables", "users+items")
    image, text, *nodes = Wire(report["out"]).parameters
    # The fused table stands in for branches whose modality has no table of that width.
    assert np.array_equal(text.table, data.users) and image.table.shape == (40, 64)
    assert [(parameter.path, parameter.rows, parameter.nodes) for parameter in nodes] == [
        ("id_gcn.id_embedding", "users", True),
        ("id_gcn.id_embedding", "items", True),
    ]


def test_warns_of_what_does_not_suit(bundle, data, tmp_path):
    assert any("8 columns" in note for note in wire("mmrec:BPR", write_bundle(tmp_path / "n", {"users": data.users, "items": data.items}), tmp_path)["warnings"])
    als = wire("implicit:als", bundle, tmp_path)
    assert any("users+items" in note for note in als["warnings"])
    unit = wire("pytorch", data.bundle(tmp_path / "unit", options={"scale": "unit", "project": "none"}), tmp_path / "u")
    assert any("scale unit" in note for note in unit["warnings"])
    assert any("not projected" in note for note in unit["warnings"])


def test_unknown_targets_and_models_without_vectors_are_wrong_usage(bundle, tmp_path):
    for target, word in (("nothing:X", "mmrec"), ("mmrec:Unknown", "FREEDOM"), ("mmrec", "FREEDOM"), ("recbole:EASE", "no table")):
        report = wire(target, bundle, tmp_path)
        assert report["status"] == 2 and word in report["error"]["message"]


def test_an_artifact_is_replaced_and_other_folders_are_not(bundle, tmp_path):
    out = wire("pytorch", bundle, tmp_path)["out"]
    assert wire("pytorch", bundle, tmp_path)["status"] == 0
    (tmp_path / "wellbegun-pytorch-embedding" / "notes.txt").write_text("mine")
    report = wire("pytorch", bundle, tmp_path)
    assert report["status"] == 2 and "notes.txt" in report["error"]["message"]
    assert Wire(out).model == "Embedding"


@pytest.fixture
def artifact(bundle, tmp_path):
    return wire("recbole:BPR", bundle, tmp_path)["out"]


def test_refuses_tampered_files(artifact, tmp_path):
    for name in ("users.user_embedding.weight.npy", "user_ids.txt"):
        copy = tmp_path / ("copy-" + name)
        shutil.copytree(artifact, copy)
        content = bytearray((copy / name).read_bytes())
        content[-3] ^= 1
        (copy / name).write_bytes(bytes(content))
        with pytest.raises(WellbegunError, match="SHA-256") as error:
            Wire(copy)
        assert name in str(error.value)


def test_refuses_a_user_that_is_missing(artifact, data):
    wired = Wire(artifact)
    wired.align("users", data.user_ids[:5])
    with pytest.raises(WellbegunError, match="'nobody'") as error:
        wired.align("users", [*data.user_ids[:5], "nobody"])
    assert error.value.at == "row 6 of the model"
    with pytest.raises(WellbegunError, match="twice"):
        wired.align("users", [data.user_ids[0], data.user_ids[0]])


def test_refuses_an_artifact_of_another_model_or_format(artifact):
    with pytest.raises(WellbegunError, match="mmrec"):
        Wire(artifact).require(("mmrec",))
    with pytest.raises(WellbegunError, match="LightGCN"):
        Wire(artifact).require(("recbole",), "LightGCN")
    path = artifact + "/wire.json"
    index = json.load(open(path))
    json.dump({**index, "version": 9}, open(path, "w"))
    with pytest.raises(WellbegunError, match="version 1"):
        Wire(artifact)
