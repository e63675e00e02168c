"""Indexes with one value changed: each is read or refused, and nothing else is raised."""

import copy
import json
import os

import pytest
from conftest import artifact_of

from wellbegun import Bundle, WellbegunError, Wire

VALUES = (None, True, -1, 1.5, 10**30, "x", "../x", [], [1], {}, {"a": 1})
REMOVED = object()


def positions(value, path=()):
    """The path of each value inside a JSON value."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield (*path, key)
        yield from positions(inner, (*path, key))


def changed(index, path, value):
    other = copy.deepcopy(index)
    inner = other
    for key in path[:-1]:
        inner = inner[key]
    if value is REMOVED:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return other


def read_wire(folder, data):
    read = Wire(folder)
    return read.align("users", data.user_ids), read.align("items", data.item_ids)


def read_bundle(folder, data):
    read = Bundle(folder)
    return read.table("users"), read.user_ids, read.item_ids


@pytest.mark.parametrize(("name", "read"), [("wire.json", read_wire), ("manifest.json", read_bundle)])
def test_a_damaged_index_is_read_or_refused(bundle, data, tmp_path, name, read):
    folder = artifact_of("recbole:BPR", bundle, tmp_path, "--tables", "users+items") if read is read_wire else str(bundle)
    path = os.path.join(folder, name)
    with open(path) as file:
        index = json.load(file)
    counts = {"read": 0, "refused": 0}
    for position in positions(index):
        for value in (*VALUES, REMOVED):
            with open(path, "w") as file:
                json.dump(changed(index, position, value), file)
            try:
                read(folder, data)
                counts["read"] += 1
            except WellbegunError:
                counts["refused"] += 1
    # What is read is what the reader does not use, such as the bundle's own hash.
    assert counts["refused"] > 200 and counts["refused"] > 2 * counts["read"]


def test_the_message_names_the_field_and_what_is_there(bundle, tmp_path):
    folder = artifact_of("recbole:BPR", bundle, tmp_path)
    path = os.path.join(folder, "wire.json")
    with open(path) as file:
        index = json.load(file)
    for position, value, expected, at in (
        (("ids", "users", "count"), "40", "count: a whole number from 0 on, found '40'", "ids, users"),
        (("order",), "sorted", "order: row-is-id or by-id, found 'sorted'", "wire.json"),
        (("ids", "users", "file"), "../user_ids.txt", "found '../user_ids.txt'", "ids, users"),
        (("parameters", 0, "vector"), 9, "at most 8 columns, found 9", "user_embedding.weight"),
        (("model",), REMOVED, "model: a text, found none", "wire.json"),
    ):
        with open(path, "w") as file:
            json.dump(changed(index, position, value), file)
        with pytest.raises(WellbegunError) as error:
            Wire(folder)
        assert expected in str(error.value) and at in error.value.at
