import json
import pickle
import subprocess

import numpy as np
import pytest
from conftest import CLI, peer

sparse = peer("scipy.sparse")

from wellbegun import WellbegunError  # noqa: E402
from wellbegun.convert import main  # noqa: E402


@pytest.fixture
def parts(tmp_path):
    rng = np.random.default_rng(2)
    parts = [(rng.random((6, 5)) < share).astype("f4") for share in (0.5, 0.2, 0.2)]
    parts[0][:, 0] = 1
    features = {"image": rng.normal(size=(5, 3)), "audio": rng.normal(size=(5, 2)).astype("f4")}
    return parts, features


def write(folder, features):
    folder.mkdir()
    for name, table in features.items():
        np.save(folder / (name + "_feat.npy"), table)
    return folder


def check(out, parts, features):
    """What the command line reads back is what was pickled."""
    done = subprocess.check_output(["node", str(CLI), "inspect", str(out), "--json"])
    found = json.loads(done)
    assert [found["interactions"][name] for name in ("train", "validation", "test")] == [int(p.sum()) for p in parts]
    assert {name: entry["columns"] for name, entry in found["modalities"].items()} == {"image": 3, "audio": 2}
    rows = np.loadtxt(next(out.glob("*.inter")), skiprows=1, dtype=int)
    for label, part in enumerate(parts):
        assert {(u, i) for u, i, split in rows.tolist() if split == label} == set(zip(*map(np.ndarray.tolist, np.nonzero(part))))


def test_diffmm(parts, tmp_path):
    matrices, features = parts
    folder = write(tmp_path / "diffmm", features)
    for name, part in zip(("trnMat.pkl", "valMat.pkl", "tstMat.pkl"), matrices):
        (folder / name).write_bytes(pickle.dumps(sparse.coo_matrix(part)))
    main(["diffmm", str(folder), str(tmp_path / "toy")])
    check(tmp_path / "toy", *parts)


def test_mmssl(parts, tmp_path):
    matrices, features = parts
    folder = write(tmp_path / "mmssl", features)
    (folder / "train_mat").write_bytes(pickle.dumps(sparse.csr_matrix(matrices[0])))
    for name, part in zip(("val.json", "test.json"), matrices[1:]):
        (folder / name).write_text(json.dumps({str(u): np.flatnonzero(row).tolist() for u, row in enumerate(part)}))
    main(["mmssl", str(folder), str(tmp_path / "toy")])
    check(tmp_path / "toy", *parts)


def test_refuses_what_is_missing_or_no_matrix(parts, tmp_path):
    folder = write(tmp_path / "diffmm", parts[1])
    with pytest.raises(WellbegunError, match="trnMat.pkl"):
        main(["diffmm", str(folder), str(tmp_path / "toy")])
    (folder / "trnMat.pkl").write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(WellbegunError, match="found dict"):
        main(["diffmm", str(folder), str(tmp_path / "toy")])
    assert not (tmp_path / "toy").exists()
