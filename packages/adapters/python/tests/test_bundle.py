import hashlib
import json
import struct
import subprocess

import numpy as np
import pytest
from conftest import CLI, write_bundle

from wellbegun import Bundle, WellbegunError


def test_reads_tables_and_ids(bundle, data):
    read = Bundle(bundle)
    assert np.array_equal(read.table("users"), data.users)
    assert np.array_equal(read.table("items"), data.items)
    assert read.user_ids == data.user_ids
    assert read.tables == {"users": [40, 8], "items": [30, 8]}
    read.check(users=data.user_ids, items=data.item_ids)


def test_rows_are_the_ids_without_a_list(tmp_path):
    folder = write_bundle(tmp_path / "b", {"users": np.ones((3, 2), "f4")})
    assert Bundle(folder).user_ids == ["0", "1", "2"]
    with pytest.raises(WellbegunError, match="item_ids.txt"):
        Bundle(folder).item_ids


def test_refuses_shuffled_ids_by_the_first_difference(bundle, data):
    shuffled = list(data.user_ids)
    shuffled[4], shuffled[9] = shuffled[9], shuffled[4]
    with pytest.raises(WellbegunError, match="user row 4") as error:
        Bundle(bundle).check(users=shuffled)
    assert repr(shuffled[4]) in str(error.value) and repr(data.user_ids[4]) in str(error.value)
    with pytest.raises(WellbegunError, match="found 40"):
        Bundle(bundle).check(users=[*data.user_ids, "u999"])


@pytest.mark.parametrize("name", ["users.npy", "user_ids.txt"])
def test_refuses_a_file_that_was_changed(bundle, name):
    path = bundle / name
    content = bytearray(path.read_bytes())
    content[-2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(WellbegunError, match="SHA-256") as error:
        Bundle(bundle)
    assert error.value.at == str(path)
    path.write_bytes(bytes(content)[:-1])
    with pytest.raises(WellbegunError, match="bytes"):
        Bundle(bundle, verify=False)
    path.unlink()
    with pytest.raises(WellbegunError, match="the file that the index lists"):
        Bundle(bundle)


def test_refuses_what_is_no_bundle(bundle):
    manifest = json.loads((bundle / "manifest.json").read_text())
    for changed, found in (
        ({**manifest, "format": "other"}, "'other'"),
        ({**manifest, "version": 3}, "found 3"),
        ({**manifest, "files": None}, "object files"),
        ({**manifest, "files": {"../x.npy": {"bytes": 1, "sha256": ""}}}, "plain file name"),
    ):
        (bundle / "manifest.json").write_text(json.dumps(changed))
        with pytest.raises(WellbegunError, match=found):
            Bundle(bundle)


def test_refuses_a_table_that_is_not_there_or_not_finite(bundle, tmp_path):
    with pytest.raises(WellbegunError, match="items, users"):
        Bundle(bundle).table("users.image")
    table = np.ones((3, 2), "f4")
    table[1, 0] = np.nan
    with pytest.raises(WellbegunError, match="row 1"):
        Bundle(write_bundle(tmp_path / "nan", {"users": table})).table("users")


def write_safetensors(folder, tables, header=None, extra=b""):
    """A bundle whose tables are in one safetensors file, made here byte by byte by the format's description."""
    folder.mkdir()
    entries, tensors, data = {"__metadata__": {"made": "here"}}, {}, b""
    for name, table in tables.items():
        code = {"float32": "F32", "int32": "I32"}[str(table.dtype)]
        offsets = [len(data), len(data) + table.nbytes]
        entries[name] = {"dtype": code, "shape": list(table.shape), "data_offsets": offsets}
        tensors[name] = {"dtype": str(table.dtype), "shape": list(table.shape)}
        data += table.tobytes()
    text = json.dumps(entries if header is None else header(entries)).encode()
    content = struct.pack("<Q", len(text)) + text + data + extra
    (folder / "tables.safetensors").write_bytes(content)
    listed = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "tensors": tensors}
    manifest = {"format": "wellbegun-bundle", "version": 1, "files": {"tables.safetensors": listed}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_reads_safetensors_alone(data, tmp_path):
    tables = {"users": data.users, "items": data.items, "clusters": np.arange(40, dtype="i4")}
    read = Bundle(write_safetensors(tmp_path / "b", tables))
    assert read.tables == {"users": [40, 8], "items": [30, 8], "clusters": [40]}
    for name, table in tables.items():
        found = read.table(name)
        assert found.dtype == table.dtype and np.array_equal(found, table)
    assert read.item_ids == [str(row) for row in range(30)]
    with pytest.raises(WellbegunError, match="clusters, items, users"):
        read.table("users.image")


def test_reads_the_safetensors_that_the_command_line_writes(tmp_path):
    """The same bundle in both formats, by the writer itself."""
    cli = ["node", str(CLI)]
    subprocess.run([*cli, "synth", "--out", "toy", "--users", "60", "--items", "40", "--interactions", "240", "--modalities", "image=6,text=4", "--quiet"], cwd=str(tmp_path), check=True)
    for name in ("npy", "safetensors"):
        subprocess.run([*cli, "init", "toy", "--out", name, "--dim", "8", "--format", name, "--quiet"], cwd=str(tmp_path), check=True)
    first, second = Bundle(tmp_path / "npy"), Bundle(tmp_path / "safetensors")
    assert first.tables == second.tables and {"users", "items", "users.image"} <= set(first.tables)
    assert not list((tmp_path / "safetensors").glob("*.npy"))
    for name in first.tables:
        assert np.array_equal(first.table(name), second.table(name))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda entries: {"users": {**entries["users"], "shape": [3, 2]}}, r"float32 \[3, 2\]"),
        (lambda entries: {"users": {**entries["users"], "dtype": "F64"}}, "F64"),
        (lambda entries: {"users": {**entries["users"], "data_offsets": [8, 32]}}, "6 values"),
        (lambda entries: {"users": {**entries["users"], "data_offsets": [0, 25]}}, "25 bytes"),
        (lambda entries: {"users": {**entries["users"], "data_offsets": [-24, 0]}}, "two data_offsets"),
        (lambda entries: {"users": {"dtype": "F32"}}, "data_offsets"),
        (lambda entries: {}, "tensor 'users'"),
        (lambda entries: 3, "tensor 'users'"),
    ],
)
def test_refuses_a_header_that_is_not_what_the_manifest_says(tmp_path, change, message):
    folder = write_safetensors(tmp_path / "b", {"users": np.ones((2, 3), "f4")}, change)
    with pytest.raises(WellbegunError, match=message) as error:
        Bundle(folder).table("users")
    assert "tables.safetensors" in error.value.at


def test_refuses_safetensors_that_are_changed_cut_off_or_not_finite(tmp_path):
    table = np.ones((2, 3), "f4")
    table[1, 1] = np.inf
    with pytest.raises(WellbegunError, match="row 1"):
        Bundle(write_safetensors(tmp_path / "inf", {"users": table})).table("users")
    folder = write_safetensors(tmp_path / "b", {"users": np.ones((2, 3), "f4")})
    path = folder / "tables.safetensors"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + b"\x41")
    with pytest.raises(WellbegunError, match="SHA-256"):
        Bundle(folder)
    for broken in (b"", b"\xff" * len(content), content[:20] + b"\xff" + content[21:]):
        path.write_bytes(broken + b" " * (len(content) - len(broken)))
        with pytest.raises(WellbegunError, match="header"):
            Bundle(folder, verify=False).table("users")
