"""Golden cases of AlignRec for another seed: a second implementation, by PyTorch's autograd in float64.

usage: golden.py --check                    compares it with the recorded cases of fixtures/golden-alignrec, to 1e-13
       golden.py --seed 11 --out FOLDER     writes the three cases, with the recorded settings, for new data, weights and batches
       golden.py --seed 11 --float32        how far PyTorch in float32, the original's precision, is from them

The comparison of packages/train then runs on that folder:
    cd packages/train && WELLBEGUN_GOLDEN_ALIGNREC=FOLDER npx vitest run test/alignrec-golden.test.ts
"""
import argparse, json, os
import numpy as np, torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
RECORDED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../fixtures/golden-alignrec")
CASES = ("base", "variant", "warm-up")
USERS, ITEMS, WIDTH = 37, 29, 8
MODALITIES = {"image": 6, "audio": 5}
TERMS = ("bpr", "emb", "cca_items", "cca_users", "uia", "sim")


def read(case):
    """A recorded case: what a run is computed from, and all arrays by name."""
    folder = os.path.join(RECORDED, case)
    meta = json.load(open(os.path.join(folder, "meta.json")))
    arrays = {f[:-4]: np.load(os.path.join(folder, f)) for f in os.listdir(folder) if f.endswith(".npy")}
    rows = np.loadtxt(os.path.join(folder, "train.inter"), skiprows=1, dtype=np.int64)[:, :3]
    initial = {name[len("initial."):]: array for name, array in arrays.items() if name.startswith("initial.")}
    batches = [arrays["batch%d" % (n + 1)] for n in range(len(meta["steps"]))]
    given = dict(users=meta["users"], items=meta["items"], rows=rows, fused=arrays["fused_feat"], initial=initial, batches=batches,
                 epochs=[step["epoch"] for step in meta["steps"]])
    return meta, arrays, given


def make(seed, settings):
    """New data, weights and five batches; every user and item has an interaction."""
    random = np.random.default_rng(seed)
    features = {name: (random.normal(size=(ITEMS, n)) + 1).astype(np.float32) for name, n in MODALITIES.items()}
    centered = [f.astype(float) - f.astype(float).mean(0) for f in features.values()]
    fused = np.hstack([f / np.linalg.norm(f, axis=1, keepdims=True) for f in centered])
    pairs = {(user, int(random.integers(ITEMS))) for user in range(USERS)} | {(int(random.integers(USERS)), item) for item in range(ITEMS)}
    while len(pairs) < 220:
        pairs.add((int(random.integers(USERS)), int(ITEMS * random.random() ** 2)))
    pairs = random.permutation(np.array(sorted(pairs)))
    label = np.where(np.arange(len(pairs)) < 20, 1, np.where(np.arange(len(pairs)) < 45, 2, 0))
    uniform = lambda bound, *shape: random.uniform(-bound, bound, size=shape)
    d, width = WIDTH, fused.shape[1]
    initial = {"user_embedding.weight": uniform((6 / (USERS + d)) ** .5, USERS, d), "item_id_embedding.weight": uniform((6 / (ITEMS + d)) ** .5, ITEMS, d),
               "mm_embedding.weight": fused.copy(), "mm_trs.weight": uniform(width ** -.5, d, width), "mm_trs.bias": uniform(width ** -.5, d),
               "gate_v.0.weight": uniform(d ** -.5, d, d), "gate_v.0.bias": uniform(d ** -.5, d)}
    if settings["use_ln"]:
        initial.update({"v_ln.weight": np.ones(width), "v_ln.bias": np.zeros(width)})
    train = pairs[label == 0]
    seen, batches, epochs, epoch = set(map(tuple, train)), [], [], 0
    while len(batches) < 5:
        order = random.permutation(len(train))
        for first in range(0, len(train), settings["batch_size"]):
            chosen = train[order[first:first + settings["batch_size"]]]
            free = [[item for item in range(ITEMS) if (user, item) not in seen] for user, _ in chosen]
            batches.append(np.vstack([chosen.T, [random.choice(items) for items in free]]).astype(np.int32))
            epochs.append(epoch)
        epoch += 1
    rows = np.hstack([pairs, label[:, None]])
    return features, dict(users=USERS, items=ITEMS, rows=rows, fused=fused, initial=initial, batches=batches[:5], epochs=epochs[:5])


def graphs(s, users, items, rows, fused):
    """The normalized user-item graph and the item graph, dense; and the neighbors with their weights."""
    train = rows[rows[:, 2] == 0]
    r = np.zeros((users, items))
    np.add.at(r, (train[:, 0], train[:, 1]), 1)
    root = lambda degree: 1 / np.sqrt(np.where(degree > 0, degree, np.inf))
    r = root(r.sum(1))[:, None] * r * root(r.sum(0))[None]
    unit = fused / np.linalg.norm(fused, axis=1, keepdims=True)
    cosines = unit @ unit.T
    columns = np.argsort(-cosines, axis=1, kind="stable")[:, :s["knn_k"]]
    kept = np.take_along_axis(cosines, columns, 1)
    degree = kept.sum(1)
    weights = kept / np.sqrt(degree[:, None] * degree[columns])
    graph = np.zeros((items, items))
    np.put_along_axis(graph, columns, weights, 1)
    return torch.tensor(r), torch.tensor(graph), columns, weights


def forward(s, p, r, graph):
    f = torch.nn.functional
    x = p["mm_embedding.weight"]
    if s["use_ln"]: x = f.layer_norm(x, x.shape[1:], p["v_ln.weight"], p["v_ln.bias"], 1e-5)
    m = f.linear(x, p["mm_trs.weight"], p["mm_trs.bias"])
    g = torch.sigmoid(f.linear(m, p["gate_v.0.weight"], p["gate_v.0.bias"]))
    z0 = p["item_id_embedding.weight"] * g
    zi = torch.linalg.matrix_power(graph, s["n_layers"]) @ z0
    layers = [(p["user_embedding.weight"], p["item_id_embedding.weight"])]
    for _ in range(s["n_ui_layers"]): layers.append((r @ layers[-1][1], r.T @ layers[-1][0]))
    cu, ci = (torch.stack(side).mean(0) for side in zip(*layers))
    zu, divisor = r @ zi, s["side_emb_div"] or 1
    return dict(M=m, G=g, Z0=z0, ZU=zu, ZI=zi, CU=cu, CI=ci, HU=cu + zu / divisor, HI=ci + zi / divisor)


def contrast(a, v, temperature=.2):
    unit = torch.nn.functional.normalize
    logits = unit(a, dim=1) @ unit(v, dim=1).T / temperature
    return (torch.logsumexp(logits, 1) - logits.diagonal()).mean()


def losses(s, t, features, batch):
    """The terms, those of the contrast and the similarity without their weights."""
    u, i, j = (torch.tensor(rows.astype(np.int64)) for rows in batch)
    hu, hi, hj = t["HU"][u], t["HI"][i], t["HI"][j]
    target = torch.nn.functional.normalize(features.detach()[i], dim=1)
    return {
        "bpr": torch.nn.functional.softplus((hu * (hj - hi)).sum(1)).mean(),
        "emb": s["reg_weight"] / (2 * s["batch_size"]) * sum((h ** 2).sum() for h in (hu, hi, hj)),
        "cca_items": contrast(t["ZI"][i], t["CI"][i]),
        "cca_users": contrast(t["ZU"][u], t["CU"][u]),
        "uia": s["ui_cosine_loss"] * s["ui_cosine_loss_weight"] * (1 - torch.nn.functional.cosine_similarity(hu, hi)).mean(),
        "sim": torch.linalg.norm(t["ZI"][i] @ t["ZI"][i].T - target @ target.T) / len(i),
    }


def run(s, users, items, rows, fused, initial, batches, epochs, dtype=torch.float64):
    """Five steps of Adam: the arrays of a golden case by name, and its steps."""
    r, graph, columns, weights = graphs(s, users, items, rows, fused)
    r, graph = r.to(dtype), graph.to(dtype)
    p = {name: torch.tensor(value, dtype=dtype).requires_grad_() for name, value in initial.items()}
    first, second = ({name: torch.zeros_like(value) for name, value in p.items()} for _ in range(2))
    weights_of = lambda warm: dict(bpr=warm, emb=1, uia=warm, cca_items=s["cl_loss"], cca_users=s["cl_loss"], sim=s["sim_weight"])
    arrays, steps = {"knn_columns": columns.astype(np.int32), "knn_weights": weights}, []

    def gradients(loss):
        if not torch.is_tensor(loss) or not loss.requires_grad: return {name: torch.zeros_like(value) for name, value in p.items()}
        found = torch.autograd.grad(loss, list(p.values()), retain_graph=True, allow_unused=True)
        return {name: torch.zeros_like(p[name]) if g is None else g for name, g in zip(p, found)}

    def keep(prefix, named):
        for name, value in named.items(): arrays[prefix + name] = value.detach().numpy().copy()

    for n, (batch, epoch) in enumerate(zip(batches, epochs), 1):
        tables = forward(s, p, r, graph)
        terms = losses(s, tables, p["mm_embedding.weight"], batch)
        # BPR and UIA are computed, but have no part in the loss while they warm up. The recorded rates do not rise in these epochs.
        factors = weights_of(0 if s["warm_up"] and epoch < 10 else 1)
        total = sum(factors[name] * term for name, term in terms.items())
        if n == 1:
            keep("forward.", tables)
            for name, term in terms.items(): keep("gradient1.%s." % name, gradients(factors[name] * term))
        gradient = gradients(total)
        if n in (1, 5): keep("gradient%d.total." % n, gradient)
        rate = s["learning_rate"] * s["lr_scheduler"][0] ** (epoch / s["lr_scheduler"][1])
        steps.append(dict(step=n, epoch=epoch, rate=rate, total=float(total), **{name: float(terms[name]) for name in TERMS}))
        with torch.no_grad():
            for name, value in p.items():
                first[name].mul_(s["beta1"]).add_((1 - s["beta1"]) * gradient[name])
                second[name].mul_(s["beta2"]).add_((1 - s["beta2"]) * gradient[name] ** 2)
                root = (second[name] / (1 - s["beta2"] ** n)).sqrt() + s["eps"]
                value -= rate / (1 - s["beta1"] ** n) * first[name] / root
        if n in (1, 5): keep("after%d." % n, p)
    tables = forward(s, p, r, graph)
    arrays["scores"] = (tables["HU"] @ tables["HI"].T).detach().numpy()
    return arrays, steps


def distance(found, wanted):
    """The largest difference of an array, of its largest entry, and the array's name."""
    return max((abs(array - wanted[name]).max() / (abs(wanted[name]).max() or 1), name) for name, array in found.items())


def check():
    for case in CASES:
        meta, recorded, given = read(case)
        arrays, steps = run(meta["settings"], **given)
        worst, _ = distance(arrays, recorded)
        totals = max(abs(step["total"] / wanted["total"] - 1) for step, wanted in zip(steps, meta["steps"]))
        print("%s: %d arrays, at most %.1e of the largest entry; losses %.1e" % (case, len(arrays), worst, totals))
        if max(worst, totals) > 1e-13: raise SystemExit("expected the recorded case, to 1e-13")


def compare_float32(seed):
    for case in CASES:
        settings = read(case)[0]["settings"]
        given = make(seed, settings)[1]
        found, wanted = (run(settings, **given, dtype=dtype)[0] for dtype in (torch.float32, torch.float64))
        print("%s: at most %.1e of the largest entry, of %s" % (case, *distance(found, wanted)))


def write(seed, out):
    for case in CASES:
        settings = read(case)[0]["settings"]
        features, given = make(seed, settings)
        arrays, steps = run(settings, **given)
        arrays.update({"initial." + name: value for name, value in given["initial"].items()})
        arrays.update({"batch%d" % n: batch for n, batch in enumerate(given["batches"], 1)})
        arrays.update({"fused_feat": given["fused"], **{name + "_feat": value for name, value in features.items()}})
        folder = os.path.join(out, case)
        os.makedirs(folder, exist_ok=True)
        for name, array in arrays.items(): np.save(os.path.join(folder, name + ".npy"), array)
        np.savetxt(os.path.join(folder, "train.inter"), given["rows"], "%d", "\t", header="userID\titemID\tx_label", comments="")
        meta = dict(seed=seed, users=USERS, items=ITEMS, embedding=WIDTH, modalities=MODALITIES, settings=settings, steps=steps, metrics={})
        json.dump(meta, open(os.path.join(folder, "meta.json"), "w"), indent=1)


parser = argparse.ArgumentParser(usage=__doc__)
parser.add_argument("--check", action="store_true"); parser.add_argument("--seed", type=int); parser.add_argument("--out"); parser.add_argument("--float32", action="store_true")
options = parser.parse_args()
if options.check: check()
elif options.seed is None or (options.out is None) != options.float32: parser.error("expected --check, or --seed and either --out or --float32")
elif options.float32: compare_float32(options.seed)
else: write(options.seed, options.out)
