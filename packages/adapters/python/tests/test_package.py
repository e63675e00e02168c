"""What the package promises of itself."""

import ast
import subprocess
import sys

import pytest
from conftest import PYTHON

SOURCES = sorted([*PYTHON.glob("wellbegun/*.py"), *PYTHON.glob("wellbegun_*.py")])


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_is_written_for_python_3_8(path):
    tree = ast.parse(path.read_text(), feature_version=(3, 8))
    # Built-in generics and `X | Y` are evaluated at run time unless annotations are kept as text.
    names = {alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    uses_annotations = any(isinstance(node, (ast.FunctionDef, ast.AnnAssign)) for node in ast.walk(tree))
    assert "annotations" in names or not uses_annotations


def test_needs_numpy_alone_to_be_imported():
    script = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("torch", "scipy", "cornac", "implicit", "lightfm", "recbole", "pandas"):
            raise ImportError(name)
sys.meta_path.insert(0, Refuse())
import wellbegun, wellbegun.mmrec, wellbegun.recbole, wellbegun.train, wellbegun.cornac, wellbegun.implicit, wellbegun.lightfm
"""
    subprocess.run([sys.executable, "-c", script], cwd=str(PYTHON), check=True)
