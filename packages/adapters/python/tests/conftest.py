"""Bundles written here byte by byte, and artifacts made of them by the real command line."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

PYTHON = Path(__file__).resolve().parents[1]
CLI = PYTHON.parents[1] / "cli" / "bin" / "wellbegun.js"
sys.path.insert(0, str(PYTHON))


def peer(name):
    """A module that a test needs: its absence is a skip that says so, and under CI a failure."""
    try:
        return __import__(name, fromlist=["_"])
    except ImportError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip("{} is not there: {}".format(name, error), allow_module_level=True)


def write_bundle(folder, tables, user_ids=None, item_ids=None, **more):
    """A bundle by the format's description, with none of the code under test."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    files = {}

    def note(name, **about):
        data = (folder / name).read_bytes()
        files[name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), **about}

    for name, table in tables.items():
        np.save(folder / (name + ".npy"), table)
        note(name + ".npy", dtype=str(table.dtype), shape=list(table.shape))
    for name, ids in (("user_ids.txt", user_ids), ("item_ids.txt", item_ids)):
        if ids is not None:
            (folder / name).write_bytes("".join("{}\n".format(i) for i in ids).encode())
            note(name, shape=[len(ids)])
    manifest = {"format": "wellbegun-bundle", "version": 1, **more, "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def wire(target, bundle, into, *arguments):
    """Runs ``wellbegun wire`` and returns its report."""
    command = ["node", str(CLI), "wire", target, str(bundle), "--into", str(into), "--json", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
    report = json.loads(done.stdout) if done.stdout else {"error": {"message": done.stderr}}
    report["status"] = done.returncode
    return report


_home = tempfile.TemporaryDirectory()
_made = {}


def artifact_of(target, bundle, into, *arguments):
    """The folder of an artifact of a bundle: a copy of one that is wired once for all tests with the same tables."""
    key = (target, (Path(bundle) / "manifest.json").read_bytes(), arguments)
    if key not in _made:
        folder = Path(_home.name) / str(len(_made))
        folder.mkdir()
        report = wire(target, bundle, folder, *arguments)
        assert report["status"] == 0, report
        _made[key] = Path(report["out"])
    return shutil.copytree(_made[key], str(Path(into) / _made[key].name))


class Data:
    """40 users and 30 items whose raw IDs say nothing of their rows, two tastes, and vectors of 8 columns."""

    def __init__(self, seed=7, users=40, items=30, width=8):
        rng = np.random.default_rng(seed)
        self.width = width
        self.user_ids = ["u{}".format(n) for n in rng.permutation(users) + 100]
        self.item_ids = ["i{}".format(n) for n in rng.permutation(items) + 500]
        self.users = rng.normal(size=(users, width)).astype("f4")
        self.items = rng.normal(size=(items, width)).astype("f4")
        taste = rng.integers(0, 2, users)
        liked = [np.flatnonzero(np.arange(items) % 2 == t) for t in taste]
        self.pairs = [(u, int(i)) for u in range(users) for i in rng.choice(liked[u], 8, replace=False)]
        # Nobody and nothing is left out, so that every library maps all of them; mixed, so that none maps them in order.
        self.pairs += [(int(rng.integers(users)), i) for i in range(items) if i not in {j for _, j in self.pairs}]
        rng.shuffle(self.pairs)
        self.pairs = [(int(u), int(i)) for u, i in self.pairs]

    def user(self, raw):
        return self.users[self.user_ids.index(str(raw))]

    def item(self, raw):
        return self.items[self.item_ids.index(str(raw))]

    def bundle(self, folder, **more):
        return write_bundle(folder, {"users": self.users, "items": self.items}, self.user_ids, self.item_ids, **more)


@pytest.fixture
def data():
    return Data()


@pytest.fixture
def bundle(data, tmp_path):
    return data.bundle(tmp_path / "bundle")


def swapped(ids):
    """The same IDs, two of them in each other's place: rows 3 and 8."""
    other = list(ids)
    other[3], other[8] = other[8], other[3]
    return other


def check_tampering_is_refused(folder):
    """Each file of an artifact with one byte changed, and its IDs in another order, is refused by name."""
    from wellbegun import WellbegunError, Wire

    names = json.loads((Path(folder) / "wire.json").read_text())["files"]
    assert {"user_ids.txt", "item_ids.txt"} < set(names)
    for name in names:
        path = Path(folder) / name
        content = path.read_bytes()
        changes = [content[:-3] + bytes([content[-3] ^ 1]) + content[-2:]]
        if name.endswith(".txt"):
            changes.append(b"".join(line + b"\n" for line in swapped(content.splitlines())))
        for changed in changes:
            assert len(changed) == len(content) and changed != content
            path.write_bytes(changed)
            with pytest.raises(WellbegunError, match="SHA-256") as error:
                Wire(folder)
            assert error.value.at == str(path)
        path.write_bytes(content)
    Wire(folder)


def direction(rows):
    """Rows up to one factor for all: what scaling a table must keep."""
    rows = np.asarray(rows, dtype="f8")
    return rows / np.sqrt(np.mean(rows**2))
