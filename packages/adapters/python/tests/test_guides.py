"""The guides: their commands and programs run in order in an empty folder, but for fences marked ``ignore``."""

import os
import re
import stat
import subprocess
import sys

import pytest
from conftest import CLI, PYTHON, peer

GUIDES = PYTHON.parents[2] / "docs" / "guides"
NEEDS = {"recbole": ["torch", "recbole.quick_start"], "cornac": ["torch", "cornac"], "implicit": ["implicit"], "lightfm": ["lightfm"], "pytorch": ["torch"]}


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
    environment = {**os.environ, "PATH": "{}:{}".format(tools, os.environ["PATH"]), "PYTHONPATH": ""}
    folder = tmp_path / "reader"
    folder.mkdir()
    fences = re.findall(r"^```(sh|python)\n(.*?)^```$", (GUIDES / (name + ".md")).read_text(), re.M | re.S)
    assert {language for language, _ in fences} == {"sh", "python"}
    # The programs of a guide are one program, told in parts; commands between them come in their turn.
    program = ""
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
    assert "wellbegun: " in done.stdout
