"""Bundles of version 2, whose tables and lists of IDs are in parts, written here by the format's description."""

import hashlib
import json

import numpy as np
import pytest

from wellbegun import Bundle, WellbegunError

USERS = np.arange(21, dtype="f4").reshape(7, 3)
IDS = ["ann", "bob", "cy", "dé", "eve", "f f", "gus"]
RANGES = ((0, 3), (3, 6), (6, 7))


def write_parts(folder):
    """The folder and its manifest, for a test to change."""
    files = {}
    parted = {"users.npy": {"dtype": "float32", "shape": [7, 3], "parts": []}, "user_ids.txt": {"shape": [7], "parts": []}}
    for kind in ("users", "user_ids"):
        (folder / kind).mkdir(parents=True)
    for part, (first, end) in enumerate(RANGES):
        np.save(folder / "users" / "part-{:05d}.npy".format(part), USERS[first:end])
        lines = "".join(name + "\n" for name in IDS[first:end])
        (folder / "user_ids" / "part-{:05d}.txt".format(part)).write_bytes(lines.encode())
        for whole, file, about in (
            ("users.npy", "users/part-{:05d}.npy".format(part), {"dtype": "float32", "shape": [end - first, 3]}),
            ("user_ids.txt", "user_ids/part-{:05d}.txt".format(part), {"shape": [end - first]}),
        ):
            data = (folder / file).read_bytes()
            files[file] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), **about}
            parted[whole]["parts"].append({"file": file, "rows": [first, end]})
    manifest = {"format": "wellbegun-bundle", "version": 2, "parted": parted, "files": files}
    save(folder, manifest)
    return manifest


def save(folder, manifest):
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_reads_tables_and_ids_in_parts_as_one(tmp_path):
    write_parts(tmp_path / "b")
    bundle = Bundle(tmp_path / "b")
    assert bundle.tables == {"users": [7, 3]}
    assert np.array_equal(bundle.table("users"), USERS)
    assert bundle.user_ids == IDS
    bundle.check(users=IDS)


def test_refuses_a_lost_part_and_a_changed_part(tmp_path):
    write_parts(tmp_path)
    path = tmp_path / "users" / "part-00001.npy"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(WellbegunError, match="SHA-256"):
        Bundle(tmp_path)
    path.unlink()
    with pytest.raises(WellbegunError, match="the file that the index lists"):
        Bundle(tmp_path)


def parts(manifest, name="users.npy"):
    return manifest["parted"][name]["parts"]


CASES = {
    "gap": (lambda m: parts(m).pop(1), "rows from 3"),
    "overlap": (lambda m: parts(m)[1].update(rows=[2, 6]), "rows from 3"),
    "missing end": (lambda m: parts(m).pop(), "parts of 7 rows in all"),
    "other rows": (lambda m: parts(m)[1].update(rows=[3, 5]), "of shape"),
    "other count": (lambda m: m["parted"]["users.npy"].update(shape=[8, 3]), "parts of 8 rows in all"),
    "no lengths": (lambda m: m["parted"]["users.npy"].update(shape=[]), "the lengths of users.npy"),
    "other dtype": (lambda m: m["parted"]["users.npy"].update(dtype="int32"), "of shape"),
    "outside": (lambda m: parts(m)[1].update(file="../users/part-00001.npy"), "the name of a part"),
    "other table's part": (lambda m: parts(m)[1].update(file="user_ids/part-00001.txt"), "the name of a part"),
    "unlisted": (lambda m: m["files"].pop("users/part-00001.npy"), "not among the files"),
    "unused": (lambda m: m["parted"].pop("user_ids.txt"), "a parted file that names this part"),
    "version 1": (lambda m: m.update(version=1), "version 2"),
    "version 3": (lambda m: m.update(version=3), "version 1 or 2"),
}


@pytest.mark.parametrize("case", CASES)
def test_refuses_parts_that_are_not_every_row_once(tmp_path, case):
    change, message = CASES[case]
    manifest = write_parts(tmp_path)
    change(manifest)
    save(tmp_path, manifest)
    with pytest.raises(WellbegunError, match=message):
        Bundle(tmp_path)
