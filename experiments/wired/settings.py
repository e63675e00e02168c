"""One value of every hyper-parameter that the codebases search, within their own lists, and the number of epochs.

The same for all arms of a model. Nothing was searched, but for VBPR's reg_weight: of 1.0, 0.01 and 0.0001 the one with
the best validation from the model's own initialization (the other two stay near half of it).
"""

# Lists, since the codebases loop over them: a search of one setting.
SEARCHED = {
    "FREEDOM": {"dropout": [0.8], "reg_weight": [0.001]},
    "LightGCN": {"n_layers": [2], "reg_weight": [0.0001]},
    "VBPR": {"reg_weight": [1.0]},
    "BM3": {"n_layers": [1], "dropout": [0.3], "reg_weight": [0.1]},
    "MGCN": {"cl_loss": [0.01]},
    "ALIGNREC": {"cl_loss": [0.01], "learning_rate": [0.001], "n_layers": [1], "knn_k": [10], "sim_weight": [0.1]},
    "MMGCN": {"reg_weight": [0.001], "learning_rate": [0.001]},
    "PGL": {"dropout": [0.2], "reg_weight": [0], "mode": ["local"]},
}
# What one CPU core has time for; early training, not convergence.
EPOCHS = {
    "mmrec:FREEDOM": 40, "mmrec:VBPR": 24, "mmrec:LightGCN": 16, "mmrec:BM3": 8, "mmrec:MGCN": 6, "mmrec:PGL": 6,
    "mmrec:MMGCN": 2, "alignrec:ALIGNREC": 6, "mrlib:FREEDOM": 10,
}
# VBPR hardly leaves its start within so few epochs at MMRec's 0.001.
OTHER = {"mmrec:VBPR": {"learning_rate": 0.005}}


def searched(target):
    return SEARCHED[target.split(":")[1]]


def of(target):
    """Everything of a model's settings that is not the codebase's own."""
    return {**searched(target), "epochs": EPOCHS[target], "eval_step": 2, **OTHER.get(target, {})}
