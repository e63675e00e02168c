"""MMRec's own models on a dataset in MMRec's layout, on CPU, one thread: losses, metrics and CPU seconds by epoch.

usage: run_mmrec.py CHECKOUT DATASET WORK --model LightGCN [--epochs 20] [--seed 999] [--evaluate 5,10,20] [--set '{"n_layers": 2}'] [--trace FOLDER] [--json FILE]
CHECKOUT: github.com/enoche/MMRec, unedited (its src/ is only read). DATASET: <name>.inter, image_feat.npy, audio_feat.npy;
audio stands where MMRec has texts. WORK: a scratch folder.
--set: settings that MMRec searches (lists in its files) must be named: {"n_layers": 2, "reg_weight": 1e-4} for LightGCN,
{"dropout": 0.8, "reg_weight": 1e-3} for FREEDOM.
--json: the curve, as `curve.mjs --json` writes it, for `results.mjs`.
--trace: starts from the parameters and trains on the batches that `curve.mjs --trace FOLDER` wrote, in place of MMRec's own draws.
"""
import argparse, glob, importlib.util, json, os, re, shutil, sys, time, types
import numpy as np, torch

a = argparse.ArgumentParser()
for name in ("checkout", "data", "work"): a.add_argument(name)
a.add_argument("--model", required=True); a.add_argument("--epochs", type=int, default=20); a.add_argument("--seed", type=int, default=999)
a.add_argument("--evaluate", default="5,10,20"); a.add_argument("--set", default="{}")
a.add_argument("--trace"); a.add_argument("--json")
o = a.parse_args()
started = os.getcwd()
src = os.path.abspath(os.path.join(o.checkout, "src"))
torch.set_num_threads(1)
np.float = float                       # gone from NumPy; MMRec's metrics use it
sys.dont_write_bytecode = True
for name, members in {"matplotlib": [], "matplotlib.pyplot": [], "lmdb": [], "torchvision": [], "torchvision.transforms": [],
                      "torchvision.transforms.functional": ["pad", "resize"]}.items():     # imported, never reached
    if name.split(".")[0] not in sys.modules and importlib.util.find_spec(name.split(".")[0]) is not None: continue
    m = types.ModuleType(name); [setattr(m, x, None) for x in members]; sys.modules[name] = m
    if "." in name: setattr(sys.modules[name.rpartition(".")[0]], name.rpartition(".")[2], m)
files = os.path.join(os.path.abspath(o.work), "ds"); os.makedirs(files, exist_ok=True)
shutil.copy(glob.glob(o.data + "/*.inter")[0], files + "/ds.inter")
for f in ("image_feat.npy", "audio_feat.npy"): shutil.copy(os.path.join(o.data, f), files)
for f in glob.glob(files + "/mm_adj_*"): os.remove(f)

os.chdir(src); sys.path.insert(0, src)
from utils.configurator import Config
from utils.dataset import RecDataset
from utils.dataloader import TrainDataLoader, EvalDataLoader
from utils.utils import init_seed, get_model, get_trainer
c = Config(o.model, "ds", dict(
    gpu_id=0, use_gpu=False, data_path=os.path.dirname(files) + "/", inter_file_name="ds.inter", vision_feature_file="image_feat.npy",
    text_feature_file="audio_feat.npy", USER_ID_FIELD="userID", ITEM_ID_FIELD="itemID", field_separator="\t"))
for k, v in dict(seed=o.seed, epochs=o.epochs, topk=[20], metrics=["Recall", "NDCG"], **json.loads(o.set)).items(): c[k] = v
ds = RecDataset(c); str(ds); parts = ds.split(); [str(x) for x in parts]
train = TrainDataLoader(c, parts[0], batch_size=c["train_batch_size"], shuffle=True)
valid, test = (EvalDataLoader(c, x, additional_dataset=parts[0], batch_size=c["eval_batch_size"]) for x in parts[1:])
init_seed(o.seed); train.pretrain_setup()
model = get_model(o.model)(c, train).to(c["device"]); trainer = get_trainer()(c, model)
if o.trace:
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            file = os.path.join(o.trace, f"initial.{re.sub('^text_', 'audio_', name)}.npy")
            if not os.path.exists(file): raise SystemExit(f"the trace has no start of {name}")
            parameter.copy_(torch.from_numpy(np.load(file)).reshape(parameter.shape))
    sizes = np.load(os.path.join(o.trace, "sizes.npy")).ravel().astype(int); batches = np.load(os.path.join(o.trace, "batches.npy"))
    steps = iter(torch.from_numpy(x.T.astype(np.int64)) for x in np.split(batches, np.cumsum(sizes)[:-1]))
    batches_of = lambda: (next(steps) for _ in range(len(train)))
else: batches_of = lambda: train
recall = lambda found: {"recall": float(found["recall@20"])}
json_file, curve = o.json and os.path.join(started, o.json), []
at = {int(x) for x in o.evaluate.split(",")}
for epoch in range(1, o.epochs + 1):
    t = time.process_time()
    model.train(); model.pre_epoch_processing()
    total = 0.0
    for batch in batches_of():
        trainer.optimizer.zero_grad(); loss = model.calculate_loss(batch); loss.backward(); trainer.optimizer.step(); total += loss.item()
    trainer.lr_scheduler.step()
    row = dict(epoch=epoch, loss=round(total, 4), cpu=round(time.process_time() - t, 2))
    if epoch in at:
        t = time.process_time()
        row.update(valid=trainer.evaluate(valid), test=trainer.evaluate(test)); row["evaluate"] = round(time.process_time() - t, 2)
    print(json.dumps(row), flush=True)
    curve.append(dict(epoch=epoch, loss=total, **({"validation": recall(row["valid"]), "test": recall(row["test"])} if "test" in row else {})))
if json_file:
    run = dict(side="MMRec", dataset=os.path.basename(os.path.normpath(o.data)), model=o.model.lower(), options=o.set, control=None, seed=o.seed)
    with open(json_file, "w") as out: json.dump(dict(run, curve=curve), out)
