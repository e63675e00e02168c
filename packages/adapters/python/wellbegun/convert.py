"""Converts pickled datasets into MMRec's layout, which `wellbegun init` reads.

    python -m wellbegun.convert diffmm Datasets/tiktok tiktok
    python -m wellbegun.convert mmssl data/tiktok tiktok

Opening a pickle runs code that its author wrote: convert only files that you trust. Needs SciPy, because the pickles
hold SciPy matrices.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np

from .errors import WellbegunError

DOING = "converting a dataset"
Pairs = List[Tuple[int, int]]


def diffmm(folder: str) -> List[Pairs]:
    """Train, validation and test pairs of DiffMM's pickled matrices."""
    names = ("trnMat.pkl", "valMat.pkl", "tstMat.pkl")
    return [matrix_pairs(os.path.join(folder, name)) for name in names]


def mmssl(folder: str) -> List[Pairs]:
    """Train pairs of MMSSL's pickled matrix, and the pairs of its validation and test lists."""
    train = matrix_pairs(os.path.join(folder, "train_mat"))
    lists = [list_pairs(os.path.join(folder, name)) for name in ("val.json", "test.json")]
    return [train, *lists]


def matrix_pairs(path: str) -> Pairs:
    """Rows and columns that are not zero in a pickled SciPy matrix."""
    try:
        with open(path, "rb") as file:
            matrix = pickle.load(file)
    except OSError as error:
        raise WellbegunError(DOING, "a readable file", str(error), path) from error
    if not hasattr(matrix, "tocoo"):
        raise WellbegunError(DOING, "a sparse matrix", type(matrix).__name__, path)
    entries = matrix.tocoo()
    kept = np.flatnonzero(entries.data)
    return sorted(zip(entries.row[kept].tolist(), entries.col[kept].tolist()))


def list_pairs(path: str) -> Pairs:
    """Pairs of a JSON object of item lists by user."""
    try:
        with open(path, encoding="utf-8") as file:
            lists: Dict[str, List[int]] = json.load(file)
    except OSError as error:
        raise WellbegunError(DOING, "a readable file", str(error), path) from error
    return sorted((int(user), int(item)) for user, items in lists.items() for item in items)


READERS: Dict[str, Callable[[str], List[Pairs]]] = {"diffmm": diffmm, "mmssl": mmssl}


def convert(codebase: str, folder: str, out: str) -> Dict[str, Any]:
    """Writes ``<out>/<name>.inter`` and every ``*_feat.npy`` as float32; returns the numbers of pairs."""
    splits = READERS[codebase](folder)
    features = sorted(name for name in os.listdir(folder) if name.endswith("_feat.npy"))
    if not features:
        raise WellbegunError(DOING, "features, <modality>_feat.npy", "none", folder)
    name = os.path.basename(os.path.abspath(out))
    os.makedirs(out, exist_ok=False)
    with open(os.path.join(out, name + ".inter"), "w", encoding="utf-8", newline="\n") as file:
        file.write("userID\titemID\tx_label\n")
        for label, pairs in enumerate(splits):
            file.writelines("{}\t{}\t{}\n".format(user, item, label) for user, item in pairs)
    for feature in features:
        table = np.load(os.path.join(folder, feature), allow_pickle=False)
        np.save(os.path.join(out, feature), np.ascontiguousarray(table, dtype=np.float32))
    return {"train": len(splits[0]), "validation": len(splits[1]), "test": len(splits[2]), "features": features}


def main(argv: Optional[Sequence[str]] = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m wellbegun.convert")
    parser.add_argument("codebase", choices=sorted(READERS))
    parser.add_argument("folder", help="the dataset's folder in that codebase")
    parser.add_argument("out", help="a folder that is not there yet, named as the dataset")
    given = parser.parse_args(argv)
    print(json.dumps(convert(given.codebase, given.folder, given.out)))


if __name__ == "__main__":
    main()
