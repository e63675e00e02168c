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


def test_every_model_of_the_search_is_wired_and_sampling_is_unchanged(report):
    done = run(report["command"][-1])
    assert done.returncode == 0, done.stderr
    placed = re.findall(r"user_embedding.weight <- users \(12 x 4\): RMS (\S+) -> (\S+),", done.stderr)
    assert len(placed) == 3 and all(before == after for before, after in placed)
    assert len(re.findall(r"user_embedding.weight: first gradient", done.stderr)) == 3
    plain = run("python main.py --model FREEDOM --dataset toy")
    drawn = [line for line in plain.stdout.splitlines() if line.startswith("epoch")]
    assert len(drawn) == 6 and drawn == [line for line in done.stdout.splitlines() if line.startswith("epoch")]
    assert plain.stdout != done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--hazard", "late-fit"], "still in place"),
        (["--hazard", "untrained"], "values that moved in the first epoch"),
        (["--users", "11"], "11"),
        (["--users", "13"], "'12'"),
    ],
)
def test_what_would_fail_silently_is_refused(report, arguments, message):
    done = run(report["command"][-1], *arguments)
    assert done.returncode != 0
    assert "WellbegunError" in done.stderr and re.search(message, done.stderr)


def test_a_trainer_that_initialises_the_model_anew_is_refused(report):
    done = run(report["command"][-1], "--hazard", "late")
    assert done.returncode != 0
    assert "still in place" in done.stderr and "epoch 0" not in done.stdout


def test_frozen_vectors_do_not_move(report):
    done = run(report["command"][-1], "--wire-freeze")
    # Nothing is left to train in the stand-in, which torch tells of.
    assert "frozen" in done.stderr and "does not require grad" in done.stderr


def test_another_model_is_refused(report):
    done = run(report["command"][-1].replace("FREEDOM", "freedom2"))
    assert done.returncode != 0


def test_it_also_starts_from_the_folder_above_src(report):
    command = report["command"][-1].replace("python ", sys.executable + " ")
    done = subprocess.run(command, shell=True, cwd=str(STANDIN.parent), stderr=subprocess.PIPE, universal_newlines=True)
    assert done.returncode == 0 and "first gradient" in done.stderr


def test_it_wants_the_codebases_folder(report, tmp_path):
    command = report["command"][-1].replace("python ", sys.executable + " ")
    done = subprocess.run(command, shell=True, cwd=str(tmp_path), stderr=subprocess.PIPE, universal_newlines=True)
    assert done.returncode != 0 and "no main.py" in done.stderr
