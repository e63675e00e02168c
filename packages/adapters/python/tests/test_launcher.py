"""The launcher around a program with the shape of MMRec's, started by the very command that ``wire`` prints."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import peer, wire, write_bundle

peer("torch")

from wellbegun import WellbegunError  # noqa: E402
from wellbegun.mmrec import main  # noqa: E402

STANDIN = Path(__file__).parent / "standin" / "src"


@pytest.fixture
def report(tmp_path):
    rng = np.random.default_rng(3)
    tables = {"users": rng.normal(size=(12, 4)).astype("f4"), "items": rng.normal(size=(9, 4)).astype("f4")}
    bundle = write_bundle(tmp_path / "bundle", tables)
    return wire("mmrec:FREEDOM", bundle, tmp_path / "run", "--tables", "users+items", "--dataset", "toy")


def run(command, *more):
    """Runs a command of a shell in the stand-in's src, with this Python and without an installed package."""
    words = command.replace("python ", sys.executable + " ") + " " + " ".join(more)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        words, shell=True, cwd=str(STANDIN), env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True
    )


@pytest.fixture
def launch(report, monkeypatch):
    """Runs the launcher in this process, since PyTorch takes seconds to start."""

    def start(*more, folder=STANDIN, artifact=report["out"]):
        with monkeypatch.context() as patch:
            patch.chdir(folder)
            patch.setattr(sys, "argv", ["test"])
            patch.setattr(sys, "path", list(sys.path))
            try:
                main(["--wire", artifact, "--model", "FREEDOM", "--dataset", "toy", *more])
            finally:
                # The stand-in's own, so that no other test finds them.
                for name in [name for name in sys.modules if name.split(".")[0] in ("utils", "models")]:
                    del sys.modules[name]

    return start


def test_every_model_of_the_search_is_wired_and_sampling_is_unchanged(report):
    done = run(report["command"][-1])
    assert done.returncode == 0, done.stderr
    loaded = re.findall(r"user_embedding.weight <- users \(12 x 4\): RMS (\S+) -> (\S+),", done.stderr)
    assert len(loaded) == 3 and all(before == after for before, after in loaded)
    assert len(re.findall(r"user_embedding.weight: first gradient", done.stderr)) == 3
    plain = run("python main.py --model FREEDOM --dataset toy")
    drawn = [line for line in plain.stdout.splitlines() if line.startswith("epoch")]
    assert len(drawn) == 6 and drawn == [line for line in done.stdout.splitlines() if line.startswith("epoch")]
    assert plain.stdout != done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--hazard", "late-fit"], "still there"),
        (["--hazard", "untrained"], "values that moved in the first epoch"),
        (["--users", "11"], "11"),
        (["--users", "13"], "'12'"),
    ],
)
def test_what_would_fail_silently_is_refused(launch, arguments, message):
    with pytest.raises(WellbegunError, match=message):
        launch(*arguments)


def test_a_trainer_that_initializes_the_model_anew_is_refused(launch, capsys):
    with pytest.raises(WellbegunError, match="still there"):
        launch("--hazard", "late")
    assert "epoch 0" not in capsys.readouterr().out


def test_frozen_vectors_do_not_move(launch, capsys):
    # Nothing is left to train in the stand-in, which torch tells of.
    with pytest.raises(RuntimeError, match="does not require grad"):
        launch("--wire-freeze")
    assert "frozen" in capsys.readouterr().err


def test_another_models_artifact_is_refused(launch, tmp_path):
    other = wire("mmrec:BPR", tmp_path / "bundle", tmp_path / "run")
    with pytest.raises(WellbegunError, match="the model FREEDOM, found BPR"):
        launch(artifact=other["out"])


def test_an_option_given_twice_is_refused_and_one_behind_two_dashes_is_the_codebases(launch, monkeypatch):
    with pytest.raises(WellbegunError, match="--wire once, found it twice") as error:
        launch("--wire", "steel")
    assert "`--`" in error.value.hint
    seen = []
    monkeypatch.setattr("runpy.run_path", lambda *_, **__: seen.extend(sys.argv))
    launch("--wire-freeze", "--users", "12", "--", "--wire", "steel", "--wire-scale=loud")
    assert seen == ["main.py", "--model", "FREEDOM", "--dataset", "toy", "--users", "12", "--wire", "steel", "--wire-scale=loud"]


def test_it_also_starts_from_the_folder_above_src(launch, capsys):
    launch(folder=STANDIN.parent)
    assert "first gradient" in capsys.readouterr().err


def test_it_wants_the_codebases_folder(launch, tmp_path):
    with pytest.raises(WellbegunError, match="no main.py"):
        launch(folder=tmp_path)
