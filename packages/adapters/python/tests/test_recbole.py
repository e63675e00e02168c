"""RecBole's BPR and LightGCN, trained by its own quick start from wired vectors."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import PYTHON, artifact_of, check_tampering_is_refused, direction, peer, swapped, wire

peer("torch")
peer("recbole")
quick_start = peer("recbole.quick_start.quick_start")
from recbole.config import Config  # noqa: E402
from recbole.data import create_dataset, data_preparation  # noqa: E402
from recbole.utils import get_model, init_seed  # noqa: E402

from wellbegun import WellbegunError, Wire, load  # noqa: E402
from wellbegun.recbole import install, main, token_ids  # noqa: E402


def silent(_):
    pass


@pytest.fixture
def settings(data, tmp_path):
    folder = tmp_path / "data" / "toy"
    folder.mkdir(parents=True)
    lines = ["user_id:token\titem_id:token\trating:float"]
    lines += ["{}\t{}\t1.0".format(data.user_ids[u], data.item_ids[i]) for u, i in data.pairs]
    (folder / "toy.inter").write_text("\n".join(lines) + "\n")
    return {
        "data_path": str(tmp_path / "data"),
        "load_col": {"inter": ["user_id", "item_id"]},
        "embedding_size": 8,
        "epochs": 2,
        "train_batch_size": 64,
        "use_gpu": False,
        "checkpoint_dir": str(tmp_path / "saved"),
        "show_progress": False,
        "state": "ERROR",
        "worker": 0,
        "topk": [5],
        "valid_metric": "Recall@5",
        "metrics": ["Recall"],
        "learning_rate": 0.01,
    }


def built(model, settings, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "argv", ["test"])
    monkeypatch.chdir(tmp_path)
    config = Config(model=model, dataset="toy", config_dict=settings)
    init_seed(config["seed"], config["reproducibility"])
    dataset = create_dataset(config)
    train, _, _ = data_preparation(config, dataset)
    return train.dataset, get_model(model)(config, train.dataset)


@pytest.mark.parametrize("name", ["BPR", "LightGCN"])
def test_rows_are_those_of_recboles_own_tokens(bundle, data, settings, monkeypatch, tmp_path, name):
    dataset, model = built(name, settings, monkeypatch, tmp_path)
    padding = model.user_embedding.weight[0].detach().clone()
    wired = Wire(artifact_of("recbole:" + name, bundle, tmp_path, "--tables", "users+items"))
    users, items = token_ids(dataset)
    loaded = load(model, wired, users, items, log=silent)
    loaded.verify(users, items)
    with pytest.raises(WellbegunError, match="user_embedding.weight, row 4") as error:
        loaded.verify(swapped(users), items)
    assert repr(swapped(users)[3]) in str(error.value)
    with pytest.raises(WellbegunError, match="item_embedding.weight, row 4"):
        loaded.verify(users, swapped(items))
    check_tampering_is_refused(wired.folder)
    values = model.user_embedding.weight.detach().numpy()
    assert np.array_equal(values[0], padding.numpy())
    # By RecBole's own translation of IDs, one by one.
    rows = [dataset.token2id("user_id", raw) for raw in data.user_ids]
    assert sorted(rows) == list(range(1, 41)) and rows != sorted(rows)
    np.testing.assert_allclose(direction(values[rows]), direction(data.users), rtol=1e-4)
    rows = [dataset.token2id("item_id", raw) for raw in data.item_ids]
    np.testing.assert_allclose(direction(model.item_embedding.weight.detach().numpy()[rows]), direction(data.items), rtol=1e-4)
    # Two hundred draws estimate the distribution's root mean square to a few percent.
    assert wired.parameters[0].rms == pytest.approx(float(np.sqrt(np.mean(values[1:] ** 2))), rel=0.15)


@pytest.mark.parametrize("name", ["BPR", "LightGCN"])
def test_quick_start_trains_from_the_vectors(bundle, settings, monkeypatch, capsys, tmp_path, name):
    monkeypatch.setattr(sys, "argv", ["test"])
    monkeypatch.chdir(tmp_path)
    for function in ("get_model", "get_trainer"):
        monkeypatch.setattr(quick_start, function, getattr(quick_start, function))
    wired = Wire(artifact_of("recbole:" + name, bundle, tmp_path, "--tables", "users+items"))
    install(quick_start, wired, argparse.Namespace(wire_scale="model", wire_freeze=False, wire_other_data=False))
    quick_start.run_recbole(model=name, dataset="toy", config_dict=settings, saved=False)
    told = capsys.readouterr().err
    assert "user_embedding.weight <- users (40 x 8)" in told
    assert "user_embedding.weight: first gradient" in told and "item_embedding.weight: first gradient" in told


def test_a_split_that_recbole_draws_itself_is_refused(bundle, data, settings, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "argv", ["test"])
    monkeypatch.chdir(tmp_path)
    for function in ("get_model", "get_trainer"):
        monkeypatch.setattr(quick_start, function, getattr(quick_start, function))
    folder = artifact_of("recbole:BPR", bundle, tmp_path, "--tables", "users+items")
    manifest = Path(folder) / "wire.json"
    # The vectors were computed from all pairs, of which RecBole holds some out.
    computed = {"interactions": len({tuple(pair) for pair in data.pairs})}
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "train": computed}))
    options = argparse.Namespace(wire_scale="model", wire_freeze=False, wire_other_data=False)
    install(quick_start, Wire(folder), options)
    with pytest.raises(WellbegunError, match="{} train interactions, found".format(computed["interactions"])):
        quick_start.run_recbole(model="BPR", dataset="toy", config_dict=settings, saved=False)
    options.wire_other_data = True
    quick_start.run_recbole(model="BPR", dataset="toy", config_dict=settings, saved=False)


def test_the_printed_command_runs_it(bundle, settings, tmp_path):
    report = wire("recbole:BPR", bundle, tmp_path, "--dataset", "toy")
    command = report["command"][0].replace("python ", sys.executable + " ")
    options = " ".join(
        "--{}={}".format(key, settings[key]) for key in ("data_path", "epochs", "checkpoint_dir", "use_gpu", "show_progress", "worker")
    )
    environment = {**os.environ, "PYTHONPATH": ""}
    done = subprocess.run(
        command + " " + options, shell=True, cwd=str(tmp_path), env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True
    )
    assert done.returncode == 0, done.stderr
    assert "first gradient" in done.stderr
    assert not str(PYTHON) in done.stderr


def test_what_follows_a_scripts_name_is_the_scripts(bundle, capfd, monkeypatch, tmp_path):
    script = tmp_path / "own.py"
    script.write_text("import sys; print(sys.argv)")
    for name in ("get_model", "get_trainer"):
        monkeypatch.setattr(quick_start, name, getattr(quick_start, name))
    monkeypatch.setattr(sys, "argv", ["test"])
    monkeypatch.setattr(sys, "path", list(sys.path))
    out = artifact_of("recbole:BPR", bundle, tmp_path)
    main(["--wire", out, "--wire-scale", "bundle", str(script), "--wire", "steel", "--wire-freeze"])
    assert "own.py', '--wire', 'steel', '--wire-freeze']" in capfd.readouterr().out


def test_refuses_what_does_not_fit(bundle, data, settings, monkeypatch, tmp_path):
    wired = Wire(artifact_of("recbole:BPR", bundle, tmp_path))
    dataset, model = built("BPR", {**settings, "embedding_size": 16}, monkeypatch, tmp_path)
    users, items = token_ids(dataset)
    with pytest.raises(WellbegunError, match="8 columns"):
        load(model, wired, users, items, log=silent)
    with open(tmp_path / "data" / "toy" / "toy.inter", "a") as file:
        file.write("stranger\t{}\t1.0\n".format(data.item_ids[0]))
    dataset, model = built("BPR", settings, monkeypatch, tmp_path)
    with pytest.raises(WellbegunError, match="'stranger'"):
        load(model, wired, *token_ids(dataset), log=silent)
