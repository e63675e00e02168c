"""Cornac's own VBPR from the start and on the batches that `curve.mjs --model vbpr --trace TRACE` wrote; compares the results.

usage: run_cornac.py DATASET TRACE [--epochs 3] [--rate 0.001]
    node experiments/train/curve.mjs DATASET --model vbpr --options '{"regularization":0,"prepare":"none"}' --batch 669 \
        --epochs 3 --evaluate 3 --trace TRACE

Two differences of the models are taken out here, in what Cornac is given, not in its code: MMRec's VBPR, which ours follows, has no
item bias and no visual bias (they are 0, and Adam does not get them); its loss is the mean over a batch of B pairs, Cornac's B times
the sum: it adds a column, the visual bias, to a row, which makes B x B. Adam's epsilon is therefore multiplied by B^2. A
batch size that divides the train rows, 669 on TikTok, keeps all batches alike; memory grows with its square. Regularization is 0, because Cornac squares norms and MMRec
does not.
"""
import argparse, glob, json, os
import numpy as np, torch
from cornac.data import Dataset, ImageModality
from cornac.models import VBPR

a = argparse.ArgumentParser()
a.add_argument("data"); a.add_argument("trace"); a.add_argument("--epochs", type=int, default=3); a.add_argument("--rate", type=float, default=0.001)
o = a.parse_args()
torch.set_num_threads(1)
load = lambda name: np.load(os.path.join(o.trace, name + ".npy"))

table = np.loadtxt(glob.glob(o.data + "/*.inter")[0], skiprows=1, usecols=(0, 1, 2)).astype(np.int64)
rows = {name: table[table[:, 2] == label, :2] for label, name in enumerate(("train", "validation", "test"))}
features = np.concatenate([np.load(f) for f in sorted(glob.glob(o.data + "/*_feat.npy"))], 1).astype(np.float32)
users, items = load("initial.u_embedding"), load("initial.i_embedding")
d = items.shape[1]
sizes = load("sizes").ravel().astype(int)
if len(set(sizes)) > 1: raise SystemExit("expected batches of one size, found %s: choose --batch so that it divides the train rows" % sorted(set(sizes)))
batches = np.split(load("batches").astype(np.int64), np.cumsum(sizes)[:-1])

class Traced(Dataset):
    """The train rows, whose batches are those of the trace."""
    def num_batches(self, batch_size): return len(batches) // o.epochs
    def uij_iter(self, batch_size, shuffle=False):
        for _ in range(self.num_batches(batch_size)):
            yield tuple(next(steps).T)

class WithoutBiases(torch.optim.Adam):
    """Adam without the first and the last parameter, Cornac's two biases, and with the epsilon of Cornac's loss."""
    def __init__(self, parameters, lr): super().__init__(parameters[1:-1], lr=lr, eps=1e-8 * float(sizes[0]) ** 2)

steps = iter(batches)
count = {"users": len(users), "items": len(items)}
identity = {name: {i: i for i in range(n)} for name, n in count.items()}
train = Traced(count["users"], count["items"], identity["users"], identity["items"],
               (rows["train"][:, 0], rows["train"][:, 1], np.ones(len(rows["train"]))))
train.add_modalities(item_image=ImageModality(features=features, ids=list(range(count["items"]))).build(id_map=identity["items"]))
start = {"Gu": users[:, :d], "Tu": users[:, d:], "Gi": items, "E": np.ascontiguousarray(load("initial.item_linear.weight").reshape(d, -1).T),
         "Bi": np.zeros(count["items"]), "Bp": np.zeros((features.shape[1], 1))}
torch.optim.Adam = WithoutBiases
model = VBPR(k=d, k2=d, n_epochs=o.epochs, batch_size=int(sizes[0]), learning_rate=o.rate, lambda_w=0, lambda_b=0, lambda_e=0,
             verbose=False, init_params=start)
model.fit(train)

def recall(users, items):
    """Recall@20 on test rows; train items are left out, users without train rows too."""
    seen, held = ([set(x) for x in map(list, groups(rows[name]))] for name in ("train", "test"))
    values = []
    for user in range(count["users"]):
        if not held[user] or not seen[user]: continue
        scores = items @ users[user]
        scores[list(seen[user])] = -np.inf
        top = np.argpartition(-scores, 20)[:20]
        values.append(len(held[user] & set(top)) / len(held[user]))
    return float(np.mean(values))

def groups(pairs):
    found = [[] for _ in range(count["users"])]
    for user, item in pairs: found[user].append(int(item))
    return found

ours = {"users": load("users"), "items": load("items")}
theirs = {"users": np.hstack([model.gamma_user, model.theta_user]), "items": np.hstack([model.gamma_item, model.theta_item])}
def off(a, b):
    """The differences' median, 99th percentile and maximum, of the largest entry: where a gradient is about 0, Adam takes either way."""
    found = np.abs(a - b).ravel() / np.abs(b).max()
    return {"median": float(np.median(found)), "99 %": float(np.quantile(found, 0.99)), "largest": float(found.max())}

print(json.dumps({
    "epochs": o.epochs, "steps": len(batches),
    "users, difference of the largest entry": off(ours["users"], theirs["users"]),
    "items' own vectors": off(ours["items"][:, :d], theirs["items"][:, :d]),
    "test Recall@20": {"here": recall(ours["users"], ours["items"]), "Cornac": recall(theirs["users"], theirs["items"])},
}, indent=1))
