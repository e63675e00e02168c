"""The target table against the codebases' own sources.

Libraries are read where they are installed. Research codebases are read from checkouts in the folder that
WELLBEGUN_CHECKOUTS names (mmrec, mrlib, alignrec, diffmm, mmssl, freerec, torcheasyrec); without it that part is left out, and says
so, since nothing of theirs is kept here.
"""

import ast
import json
import os
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from conftest import PYTHON, Data, artifact_of, peer, write_bundle

SCRIPT = 'import("@wellbegun/adapters/targets").then((m) => console.log(JSON.stringify(m.codebases)))'
CODEBASES = json.loads(subprocess.check_output(["node", "-e", SCRIPT], cwd=str(PYTHON)))
CHECKOUTS = os.environ.get("WELLBEGUN_CHECKOUTS")
MAKERS = re.compile(r"\b(Embedding|Parameter|ParameterDict)\(")


def read_python(paths):
    """Class names, and the right-hand sides by attribute, of all assignments to `self.x`, dictionary keys included."""
    classes, assigned, text = set(), {}, ""
    for path in paths:
        source = path.read_text(encoding="utf-8", errors="replace")
        text += source
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef):
                classes.add(node.name)
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    for name in getattr(target, "elts", [target]):
                        if isinstance(name, ast.Attribute):
                            assigned.setdefault(name.attr, []).append(ast.unparse(node.value))
            elif isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values):
                    if isinstance(key, ast.Constant):
                        assigned.setdefault(key.value, []).append(ast.unparse(value))
            elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".add_module"):
                assigned.setdefault(node.args[0].value, []).append(ast.unparse(node.args[1]))
    return classes, assigned, text


def check_model(target, paths):
    _, assigned, text = read_python(paths)
    for parameter in target["parameters"]:
        names = [name for name in parameter["path"].split(".") if name not in ("weight", "User", "Item")]
        for name in names:
            assert name in assigned, "{} is not assigned".format(name)
        made = [value for value in assigned[names[-1]] if value != "None"]
        registered = any(MAKERS.search(value) for value in made)
        assert registered == (parameter["tensor"] == "parameter"), (parameter["path"], made)
        kind = parameter["init"]["kind"]
        if kind == "xavier":
            owner = re.escape(names[-1])
            in_load = any("xavier" in value or "init(" in value or "initializer(" in value for value in made)
            later = re.search(r"xavier_\w+\(self\." + owner, text) or re.search(r"self\.apply\(xavier", text)
            assert in_load or later, (parameter["path"], made)
        if kind == "normal":
            assert re.search(r"normal_\(m\.weight, std=1\.?0?e-0?4\)", text), parameter["path"]


RESEARCH = {
    "mmrec": ("src/models", lambda model: [model.lower() + ".py"]),
    "mrlib": ("src/models", lambda model: [model.lower() + ".py"]),
    "alignrec": ("src/models", lambda model: [model.lower() + ".py"]),
    "diffmm": (".", lambda model: ["Model.py"]),
    "mmssl": ("MMSSL", lambda model: ["Models.py"]),
    "freerec": ("examples", lambda model: [model + "/main.py"]),
}
CASES = [(name, model) for name in RESEARCH for model in CODEBASES[name]["models"]]


@pytest.mark.skipif(CHECKOUTS is None, reason="WELLBEGUN_CHECKOUTS names no folder of checkouts")
@pytest.mark.parametrize(("codebase", "model"), CASES)
def test_research_codebases(codebase, model):
    folder, files = RESEARCH[codebase]
    root = Path(CHECKOUTS) / codebase
    paths = [root / folder / name for name in files(model)]
    if model == "SELFCFED_LGN":
        paths.append(root / "src" / "common" / "encoders.py")
    target = CODEBASES[codebase]["models"][model]
    check_model(target, paths)
    if not target["parameters"]:
        _, assigned, _ = read_python(paths)
        assert not any("user" in name and MAKERS.search(str(value)) for name, value in assigned.items())


@pytest.mark.skipif(CHECKOUTS is None, reason="WELLBEGUN_CHECKOUTS names no folder of checkouts")
@pytest.mark.parametrize("codebase", ["mmrec", "mrlib", "alignrec"])
def test_all_models_are_in_the_table(codebase):
    folder = Path(CHECKOUTS) / codebase / "src" / "models"
    there = {path.stem for path in folder.glob("*.py") if path.stem != "__init__"}
    assert there == {model.lower() for model in CODEBASES[codebase]["models"]}


@pytest.mark.skipif(CHECKOUTS is None, reason="WELLBEGUN_CHECKOUTS names no folder of checkouts")
def test_ssr_reads_its_file_from_the_datasets_folder(tmp_path):
    root = Path(CHECKOUTS) / "mrlib" / "src"
    text = (root / "models" / "ssr.py").read_text(encoding="utf-8")
    (file,) = CODEBASES["mrlib"]["models"]["SSR"]["files"]
    assert "user_emb_file: '{}'".format(file["name"]) in (root / "configs" / "overall.yaml").read_text(encoding="utf-8")
    assert "dataset_path = os.path.abspath(config['data_path'] + config['dataset'])" in text
    assert "user_emb_path = os.path.join(dataset_path, config['user_emb_file'])" in text
    # Its own functions, given a wired file: row u of the graph holds the users whose vectors are nearest to user u's.
    torch = peer("torch")
    bundle = write_bundle(tmp_path / "b", {"users": Data(width=64).users, "items": Data(width=64).items})
    wired = Path(artifact_of("mrlib:SSR", bundle, tmp_path)) / file["name"]
    users = np.load(wired)
    class_of = next(node for node in ast.parse(text).body if isinstance(node, ast.ClassDef) and node.name == "SSR")
    wanted = ("get_knn_adj_mat", "compute_normalized_laplacian")
    functions = [node for node in class_of.body if isinstance(node, ast.FunctionDef) and node.name in wanted]
    scope = {"torch": torch}
    exec(compile(ast.Module(body=functions, type_ignores=[]), "ssr.py", "exec"), scope)
    model = type("Model", (), {"device": "cpu", "knn_k": 5, **{name: scope[name] for name in wanted}})()
    (rows, nearest), _ = model.get_knn_adj_mat(torch.from_numpy(users))
    unit = users / np.linalg.norm(users, axis=1, keepdims=True)
    expected = np.argsort(-(unit @ unit.T), axis=1, kind="stable")[:, :5]
    assert [set(row) for row in nearest.numpy().reshape(-1, 5)] == [set(row) for row in expected]


@pytest.mark.skipif(CHECKOUTS is None, reason="WELLBEGUN_CHECKOUTS names no folder of checkouts")
def test_torcheasyrec_fills_dynamic_embeddings_from_tables_of_ids_and_vectors():
    root = Path(CHECKOUTS) / "torcheasyrec" / "tzrec"
    assert "optional string init_table" in (root / "protos" / "feature.proto").read_text(encoding="utf-8")
    tool = (root / "tools" / "dynamicemb" / "create_dynamicemb_init_ckpt.py").read_text(encoding="utf-8")
    assert "id_field, embedding_field = reader.schema[0].name, reader.schema[1].name" in tool
    for option in ("--pipeline_config_path", "--world_size", "--save_dir"):
        assert '"{}"'.format(option) in tool
    assert 'ckpt_dir = os.path.join(args.save_dir, "model.ckpt-0")' in tool


def package_folder(name):
    return Path(peer(name).__file__).parent


@pytest.mark.parametrize("model", sorted(CODEBASES["cornac"]["models"]))
def test_cornac_reads_these_from_init_params(model):
    sources = list((package_folder("cornac") / "models").glob("**/recom_*.py*"))
    sources = [path for path in sources if path.suffix in (".py", ".pyx")]
    parent = {"WBPR": "BPR"}.get(model, model)
    found = [path for path in sources if re.search(r"^class {}\(".format(parent), path.read_text(), re.M)]
    assert len(found) == 1, found
    text = "".join(path.read_text() for path in found[0].parent.glob("*.py*") if path.suffix in (".py", ".pyx"))
    for parameter in CODEBASES["cornac"]["models"][model]["parameters"]:
        assert re.search(r"""init_params(\.get\(|\[)['"]{}['"]""".format(parameter["path"]), text), parameter["path"]


RECBOLE = [name for name, target in CODEBASES["recbole"]["models"].items()]


@pytest.mark.parametrize("model", RECBOLE)
def test_recbole_makes_these(model):
    folder = package_folder("recbole") / "model" / "general_recommender"
    target = CODEBASES["recbole"]["models"][model]
    _, assigned, text = read_python([folder / (model.lower() + ".py")])
    if not target["parameters"]:
        assert "self.user_embedding =" not in text
    for parameter in target["parameters"]:
        name = parameter["path"].split(".")[0]
        made = assigned[name]
        assert any("Embedding(" in value for value in made), made
        # One row more than there are IDs: n_users and n_items count the padding token.
        assert any("self.n_users" in value or "self.n_items" in value for value in made), made
        if parameter["init"]["kind"] == "xavier":
            assert re.search(r"self\.apply\(xavier_\w+_initialization\)", text)
        else:
            assert re.search(r"normal_\(module\.weight\.data, mean=0\.0, std=0\.01\)", text)
