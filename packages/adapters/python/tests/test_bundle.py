import json

import numpy as np
import pytest
from conftest import write_bundle

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
        ({**manifest, "version": 2}, "found 2"),
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
