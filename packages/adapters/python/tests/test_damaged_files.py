"""Bundles and artifacts with damaged files: each is read, or refused with a WellbegunError, and never anything else."""

import hashlib
import json
import os
import random
from pathlib import Path

import numpy as np
from conftest import Data, wire

from wellbegun import Bundle, WellbegunError, Wire

#: Damaged files of each kind; WELLBEGUN_FUZZ_COUNT asks for a longer round.
COUNT = int(os.environ.get("WELLBEGUN_FUZZ_COUNT", "120"))
VALUES = [None, True, -1, 0, 1, 2**31, 2**40, 2**70, 0.5, float("nan"), float("inf"), "", "x", "../x", [], [1], {}, {"a": 1}]


def damaged_json(value, rng):
    """The value with one part of it replaced, removed or renamed."""
    if isinstance(value, dict) and value and rng.random() < 0.85:
        key = rng.choice(sorted(value))
        rest = {name: part for name, part in value.items() if name != key}
        chance = rng.random()
        if chance < 0.15:
            return rest
        if chance < 0.25:
            return {**rest, rng.choice(["__proto__", "x", key + " "]): value[key]}
        return {**value, key: damaged_json(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.7:
        at = rng.randrange(len(value))
        return value[:at] + rng.choice([[], [damaged_json(value[at], rng)], [value[at]] * 2]) + value[at + 1 :]
    return rng.choice(VALUES)


def damaged_bytes(content, rng):
    """The bytes with some of them flipped, cut off, removed or repeated."""
    data = bytearray(content)
    start = rng.randrange(len(data))
    end = min(len(data), start + 1 + rng.randrange(40))
    kind = rng.randrange(5)
    if kind == 0:
        return bytes(data[:start])
    if kind == 1:
        return bytes(data[:start] + data[end:])
    if kind == 2:
        return bytes(data[:end] + data[start:])
    if kind == 3:
        data[start:end] = rng.choice([b"99999999999999999999", b"-1", b"(", b"NaN", b"\xff\xff\xff\xff", b"[" * 9])
        return bytes(data)
    for _ in range(1 + rng.randrange(4)):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def outcomes(use, count):
    """How many damaged inputs were read and refused; any other error ends the test with the seed that led to it."""
    counts = {"read": 0, "refused": 0}
    for seed in range(count):
        try:
            use(random.Random(seed))
            counts["read"] += 1
        except WellbegunError:
            counts["refused"] += 1
        except Exception as error:
            raise AssertionError("seed {}: {!r}".format(seed, error)) from error
    return counts


def vouched(folder, index_name):
    """Writes size and hash of every file into the index, so that damage to them reaches the parsers."""
    index = json.loads((folder / index_name).read_text())
    for name, listed in index["files"].items():
        data = (folder / name).read_bytes()
        listed.update(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
    (folder / index_name).write_text(json.dumps(index))


def use_bundle(folder):
    bundle = Bundle(str(folder))
    for name in bundle.tables:
        bundle.table(name)
    return bundle.user_ids, bundle.item_ids


def use_wire(folder):
    wired = Wire(str(folder))
    return wired.ids("users"), wired.align("items", wired.ids("items"))


def check_index_and_files(folder, index_name, use):
    original = (folder / index_name).read_bytes()
    use(folder)

    def structure(rng):
        (folder / index_name).write_text(json.dumps(damaged_json(json.loads(original.decode()), rng)))
        use(folder)

    def text(rng):
        (folder / index_name).write_bytes(damaged_bytes(original, rng))
        use(folder)

    for damage in (structure, text):
        counts = outcomes(damage, COUNT)
        assert counts["refused"] > COUNT / 4, counts
    (folder / index_name).write_bytes(original)
    for name in json.loads(original.decode())["files"]:
        content = (folder / name).read_bytes()

        def part(rng):
            (folder / name).write_bytes(damaged_bytes(content, rng))
            (folder / index_name).write_bytes(original)
            vouched(folder, index_name)
            use(folder)

        counts = outcomes(part, COUNT // 2)
        assert counts["refused"] > COUNT / 20, (name, counts)
        (folder / name).write_bytes(content)
    (folder / index_name).write_bytes(original)
    use(folder)


def test_a_damaged_bundle_is_read_or_refused(bundle):
    check_index_and_files(bundle, "manifest.json", use_bundle)


def test_a_damaged_safetensors_file_is_read_or_refused(bundle, data):
    header = {"users": {"dtype": "F32", "shape": list(data.users.shape), "data_offsets": [0, data.users.nbytes]}}
    text = json.dumps(header).encode()
    (bundle / "tables.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + data.users.tobytes())
    manifest = json.loads((bundle / "manifest.json").read_text())
    (bundle / "users.npy").unlink()
    del manifest["files"]["users.npy"]
    tensors = {"users": {"dtype": "float32", "shape": list(data.users.shape)}}
    manifest["files"]["tables.safetensors"] = {"sha256": "", "bytes": 0, "tensors": tensors}
    (bundle / "manifest.json").write_text(json.dumps(manifest))
    vouched(bundle, "manifest.json")
    assert np.array_equal(Bundle(str(bundle)).table("users"), data.users)
    check_index_and_files(bundle, "manifest.json", use_bundle)


def test_a_damaged_artifact_is_read_or_refused(tmp_path):
    bundle = Data(users=12, items=20, width=4).bundle(tmp_path / "bundle")
    report = wire("pytorch", bundle, tmp_path, "--tables", "users+items")
    check_index_and_files(Path(report["out"]), "wire.json", use_wire)


def test_an_index_nested_too_deeply_is_refused(bundle):
    (bundle / "manifest.json").write_text('{"format":' + "[" * 100_000)
    counts = outcomes(lambda rng: Bundle(str(bundle)), 1)
    assert counts["refused"] == 1
