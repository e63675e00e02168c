"""Run folders: links to a checkout and to a dataset, with settings of our own, so that neither is written to."""

import os

import yaml

DATASET = "tiktok"
FILES = {
    "inter_file_name": DATASET + ".inter",
    "vision_feature_file": "image_feat.npy",
    "text_feature_file": "audio_feat.npy",
}
# MRLib names a modality after its file, and its models ask for text.
TEXT_FILE = {"mmrec": "audio_feat.npy", "mrlib": "text_feat.npy", "alignrec": "audio_feat.npy"}


def prepare(codebase, model, checkout, data, work, values):
    """The folder to start the codebase in, for one model with these values of its settings."""
    source = checkout.resolve() / "src"
    start = (work / "run" / codebase).resolve()
    folder = start / "src" if codebase == "mrlib" else start
    for part in ("configs/model", "configs/dataset", "log"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for name in ("main.py", "models", "common", "utils"):
        link(folder / name, source / name)
    link(folder / "configs" / "overall.yaml", source / "configs" / "overall.yaml")

    datasets = (work / "data" / codebase).resolve()
    dataset(datasets / DATASET, data.resolve(), codebase)
    write(folder / "configs" / "dataset" / (DATASET + ".yaml"), {
        **FILES, "USER_ID_FIELD": "userID", "ITEM_ID_FIELD": "itemID", "TIME_FIELD": "timestamp",
        "inter_splitting_label": "x_label", "field_separator": "\t", "filter_out_cod_start_users": True,
        "user_graph_dict_file": "user_graph_dict.npy", "data_path": str(datasets) + "/", "use_gpu": False,
        "topk": [20], "metrics": ["Recall", "NDCG"], "valid_metric": "Recall@20", "stopping_step": 10**6,
        "save_recommended_topk": False,
    })
    own = yaml.safe_load((source / "configs" / "model" / (model + ".yaml")).read_text(encoding="utf-8"))
    write(folder / "configs" / "model" / (model + ".yaml"), {**own, **values})
    return start


def dataset(folder, data, codebase):
    """The dataset as the codebase wants it: features by their names, and for AlignRec a column of timestamps."""
    folder.mkdir(parents=True, exist_ok=True)
    link(folder / "image_feat.npy", data / "image_feat.npy")
    link(folder / TEXT_FILE[codebase], data / "audio_feat.npy")
    table = folder / (DATASET + ".inter")
    if codebase != "alignrec":
        link(table, data / table.name)
    elif not table.exists():
        lines = (data / table.name).read_text().splitlines()
        table.write_text("\n".join([lines[0] + "\ttimestamp", *(line + "\t0" for line in lines[1:])]) + "\n")


def link(path, target):
    if path.is_symlink() and path.readlink() != target:
        path.unlink()
    if not path.is_symlink():
        path.symlink_to(target)


def write(path, values):
    # In one step: another run may read what is the same for all.
    new = path.with_suffix(".{}".format(os.getpid()))
    new.write_text(yaml.safe_dump(values), encoding="utf-8")
    new.replace(path)
