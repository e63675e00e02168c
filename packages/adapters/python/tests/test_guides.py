"""The guides: their commands and programs run in order in an empty folder, but for fences marked ``ignore``."""

import os
import re
import stat
import subprocess
import sys

import pytest
from conftest import CLI, PYTHON, peer

GUIDES = PYTHON.parents[2] / "docs" / "guides"
STANDIN = PYTHON / "tests" / "torchrec_standin"
NEEDS = {
    "recbole": ["torch", "recbole.quick_start"],
    "cornac": ["torch", "cornac"],
    "implicit": ["implicit"],
    "lightfm": ["lightfm"],
    "pytorch": ["torch"],
    "torchrec": ["torch"],
    "freerec": [],
    "mmssl": ["scipy"],
}
# Of these the training itself needs a checkout of others' code, so that only what leads to it runs.
UNTRAINED = {"freerec": "freerec/wellbegun-freerec-lightgcn", "mmssl": "MMSSL/wellbegun-mmssl-mmssl"}
NUMBER = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")


@pytest.mark.parametrize("name", sorted(NEEDS))
def test_guide(name, tmp_path):
    for module in NEEDS[name]:
        peer(module)
    tools = tmp_path / "tools"
    tools.mkdir()
    for command, program in (("wellbegun", 'node "{}"'.format(CLI)), ("python", '"{}"'.format(sys.executable))):
        path = tools / command
        path.write_text('#!/bin/sh\nexec {} "$@"\n'.format(program))
        path.chmod(path.stat().st_mode | stat.S_IEXEC)
    # The package as `pip install` would have it, which pages that convert pickles ask for, and torchrec's stand-in.
    given = {"torchrec": str(STANDIN), "mmssl": str(PYTHON)}.get(name, "")
    environment = {**os.environ, "PATH": "{}:{}".format(tools, os.environ["PATH"]), "PYTHONPATH": given}
    folder = tmp_path / "reader"
    folder.mkdir()
    guide = (GUIDES / (name + ".md")).read_text()
    fences = re.findall(r"^```(sh|python)\n(.*?)^```$", guide, re.M | re.S)
    assert {language for language, _ in fences} == {"sh", "python"}
    # The programs of a guide are one program, told in parts; commands between them come in their turn.
    program, printed = "", ""
    for language, text in fences:
        if language == "python":
            program += text
            command = [sys.executable, "-c", program]
        else:
            command = ["sh", "-euc", text]
        if language == "python" and "os.makedirs" in text:
            program = ""
        done = subprocess.run(command, cwd=str(folder), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
        assert done.returncode == 0, text + done.stdout
        printed += done.stdout
    if name in UNTRAINED:
        assert (folder / UNTRAINED[name] / "wire.json").is_file()
        return
    # What the guide shows is what is printed, up to the numbers, which the machine has a part in.
    shown = re.findall(r"^wellbegun: .*$", guide, re.M)
    told = [NUMBER.sub("#", line) for line in re.findall(r"^wellbegun: .*$", printed, re.M)]
    assert shown and [line for line in shown if NUMBER.sub("#", line) not in told] == []
