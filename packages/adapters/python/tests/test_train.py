"""The launcher around any program that trains with PyTorch."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import peer, wire, write_bundle

torch = peer("torch")

from wellbegun import WellbegunError  # noqa: E402
from wellbegun.train import main  # noqa: E402

TARGETS = ("diffmm", "mmssl", "freerec:LightGCN", "pytorch", "recbole:BPR")
PROGRAM = str(Path(__file__).parent / "programs" / "main.py")


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("train")
    rng = np.random.default_rng(3)
    tables = {"users": rng.normal(size=(12, 4)).astype("f4"), "items": rng.normal(size=(9, 4)).astype("f4")}
    bundle = write_bundle(folder / "bundle", tables)
    both = ("--tables", "users+items")
    named = ("--dataset", "tiktok")
    # Training with PyTorch names no dataset, so that the option is refused there.
    made = {target: wire(target, bundle, folder, *both, *(() if target == "pytorch" else named)) for target in TARGETS}
    return {**made, "users alone": wire("diffmm", bundle, folder / "users")}


@pytest.fixture
def launch(reports, monkeypatch, capfd):
    """Runs the launcher in this process, since PyTorch takes seconds to start, and returns what was printed."""

    def start(*arguments, target="diffmm"):
        with monkeypatch.context() as patch:
            for name in ("__init__", "add_param_group"):
                patch.setattr(torch.optim.Optimizer, name, getattr(torch.optim.Optimizer, name))
            patch.setattr(sys, "argv", ["test"])
            patch.setattr(sys, "path", list(sys.path))
            patch.delitem(sys.modules, "helper", raising=False)
            main(["--wire", reports[target]["out"], *arguments])
        return capfd.readouterr()

    return start


def test_the_printed_command_runs_a_program_that_knows_nothing_of_it(reports, tmp_path):
    command = reports["diffmm"]["command"][1]
    assert command.endswith("Main.py --data tiktok --latdim 4")
    setting, *words = command.replace("python ", sys.executable + " ").split()[:-5]
    environment = {**os.environ, "PYTHONPATH": setting.split("=", 1)[1]}
    # Started elsewhere than in the program's folder, whose modules it imports.
    done = subprocess.run([*words, PROGRAM], cwd=str(tmp_path), env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
    assert done.returncode == 0 and "uEmbeds: first gradient" in done.stderr, done.stderr


@pytest.mark.parametrize("hazard", ["none", "reset-before", "groups"])
def test_every_model_is_wired_after_its_initializers(launch, hazard):
    told = launch(PROGRAM, "--hazard", hazard, "--models", "2").err
    loaded = re.findall(r"uEmbeds <- users \(12 x 4\): RMS (\S+) -> (\S+),", told)
    assert len(loaded) == 2 and all(before == after for before, after in loaded)
    # The scale is read after the initializer that ran last.
    assert (float(loaded[0][0]) < 1e-3) == (hazard == "reset-before")
    assert len(re.findall(r"[ui]Embeds: first gradient \S+, moved by \S+ \(RMS\) in 1 step$", told, re.M)) == 4


@pytest.mark.parametrize("hazard", ["tensors", "wrapped", "added", "owned"])
def test_tables_are_found_whatever_way_the_optimizer_gets_them(launch, hazard):
    told = launch(PROGRAM, "--hazard", hazard)
    assert len(re.findall(r"[ui]Embeds <- ", told.err)) == 2
    assert len(re.findall(r"[ui]Embeds: first gradient", told.err)) == 2 and "epoch 1" in told.out


@pytest.mark.parametrize(
    ("hazard", "message"),
    [
        ("one-tensor", "an optimizer that trains each wired table, found none .iEmbeds"),
        ("no-module", "a module with uEmbeds, iEmbeds, found an optimizer of a 12 x 4 tensor"),
        ("other-path", "a module with uEmbeds, iEmbeds, found an optimizer of a 12 x 4 tensor"),
    ],
)
def test_what_would_not_be_trained_is_refused_before_the_first_step(launch, capfd, hazard, message):
    with pytest.raises(WellbegunError, match=message):
        launch(PROGRAM, "--hazard", hazard)
    assert "epoch" not in capfd.readouterr().out


def test_what_follows_the_programs_name_is_the_programs(launch):
    told = launch(PROGRAM, "--wire", "steel", "--wire-scale=loud", "--wire-freeze", "--", "--wire-path", "a")
    assert "['--wire', 'steel', '--wire-scale=loud', '--wire-freeze', '--', '--wire-path', 'a']" in told.out
    assert "uEmbeds: first gradient" in told.err and "frozen" not in told.err


def test_paths_of_other_tables_and_doubled_ones_are_refused_before_the_program_runs(launch, capfd):
    for options, message in (
        (["--wire-path", "users.weight=uEmbeds"], "paths of uEmbeds, iEmbeds"),
        (["--wire-path", "uEmbeds=a", "--wire-path=uEmbeds=b"], "uEmbeds twice"),
        (["--wire-path", "uEmbeds=iEmbeds"], "both at iEmbeds"),
    ):
        with pytest.raises(WellbegunError, match=message):
            launch(*options, PROGRAM)
    assert "parameters" not in capfd.readouterr().out


@pytest.mark.parametrize("padding", ["shift", "skip"])
def test_an_embedding_with_a_padding_row(launch, padding):
    rows = {"shift": "13", "skip": "12"}[padding]
    told = launch("--wire-padding", padding, PROGRAM, "--shape", "padded", "--users", rows, target="pytorch").err
    assert "users.weight <- users ({} x 4)".format({"shift": 12, "skip": 11}[padding]) in told
    assert "users.weight: first gradient" in told


@pytest.mark.parametrize("target", ["diffmm", "mmssl", "freerec:LightGCN"])
def test_each_codebases_tables_are_found_and_trained(launch, reports, target):
    told = launch(PROGRAM, "--shape", target.split(":")[0], target=target).err
    paths = [parameter["path"] for parameter in reports[target]["parameters"]]
    assert len(paths) == 2
    for path in paths:
        assert " {} <- ".format(path) in told and " {}: first gradient".format(path) in told


def test_sampling_is_unchanged(launch):
    wired, plain = launch(PROGRAM).out, subprocess.check_output([sys.executable, PROGRAM], universal_newlines=True)
    drawn = [[line for line in text.splitlines() if line.startswith("epoch")] for text in (wired, plain)]
    assert len(drawn[0]) == 2 and drawn[0] == drawn[1] and wired != plain


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--hazard", "late"], "still there.*uEmbeds, row 0"),
        (["--hazard", "untrained"], "values that moved in 2 steps.*uEmbeds"),
        (["--hazard", "items-alone"], "a gradient in 2 steps.*uEmbeds"),
        (["--hazard", "no-optimizer"], "an optimizer made of the parameters of a module with uEmbeds, iEmbeds"),
        (["--users", "11"], "11"),
        (["--users", "13"], "'12'"),
        (["--width", "8"], "4 columns"),
    ],
)
def test_what_would_fail_silently_is_refused(launch, arguments, message):
    with pytest.raises(WellbegunError, match=message):
        launch(PROGRAM, *arguments)


def test_frozen_vectors_are_not_trained(launch, capfd):
    # Nothing is left to train in the program, which torch tells of.
    with pytest.raises(RuntimeError, match="does not require grad"):
        launch("--wire-freeze", PROGRAM)
    assert "frozen" in capfd.readouterr().err


def test_frozen_vectors_beside_what_is_trained(launch):
    told = launch("--wire-freeze", PROGRAM, target="users alone")
    assert "(12 x 4)" in told.err and "frozen" in told.err and "first gradient" not in told.err
    assert "first value" in told.out


def test_a_long_run_is_not_left_to_its_end(launch, monkeypatch):
    monkeypatch.setattr("wellbegun.watch.PATIENCE", 1)
    with pytest.raises(WellbegunError, match="values that moved in 1 step,"):
        launch(PROGRAM, "--hazard", "untrained")


def test_a_programs_own_exit_status_stays(launch):
    with pytest.raises(SystemExit) as end:
        launch(PROGRAM, "--hazard", "fails")
    assert end.value.code == 3


def test_a_table_of_another_path(launch):
    paths = ("--wire-path", "users.weight=uEmbeds", "--wire-path", "items.weight=iEmbeds")
    assert "uEmbeds: first gradient" in launch(*paths, PROGRAM, target="pytorch").err
    with pytest.raises(WellbegunError, match="OLD=NEW"):
        launch("--wire-path", "users.weight", PROGRAM, target="pytorch")
    with pytest.raises(WellbegunError, match="a module with users.weight, items.weight"):
        launch(PROGRAM, target="pytorch")


def test_what_is_no_program_or_another_codebases_artifact_is_refused(launch):
    with pytest.raises(WellbegunError, match="expected a program"):
        launch("--data", "tiktok")
    with pytest.raises(WellbegunError, match="found recbole"):
        launch(PROGRAM, target="recbole:BPR")
