"""Trains MMRec's models from given starting tables, and keeps what they reach on the VALIDATION rows.

MMRec (github.com/enoche/MMRec) is used as it lies on disk, unedited: this program imports it, builds its model, and
copies tables over the model's own parameters after construction. Test rows are never ranked.

    python train.py --mmrec MMRec/src --data work/mmrec --tables work/tables --models FREEDOM,VBPR --epochs 15 \
        --out results.jsonl [--save work/trained] [--minutes 60]

One JSON line is appended to --out for every finished (model, setting, seed); those that stand there already are
skipped, so that the program can be stopped (Ctrl-C, SIGTERM, --minutes) and started again at any time.
"""

import argparse
import json
import logging
import os
import pathlib
import signal
import sys
import time
import types

import numpy

# Which parameters take users and items. VBPR's user table is twice as wide as an item's ID vector: its first half meets
# the item-ID table, its second half a trained projection of the raw features. Both halves take the users.
TARGETS = {
    "FREEDOM": ("user_embedding.weight", "item_id_embedding.weight"),
    "LightGCN": ("embedding_dict.user_emb", "embedding_dict.item_emb"),
    "VBPR": ("u_embedding", "i_embedding"),
}
# One setting of each model's own hyper-parameters, within the lists of MMRec's yaml files, the same for all tables.
HYPER = {
    "FREEDOM": {"dropout": 0.8, "reg_weight": 0.001},
    "LightGCN": {"n_layers": 2, "reg_weight": 0.0001},
    "VBPR": {"reg_weight": 0.01},
}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mmrec", required=True, type=pathlib.Path, help="MMRec's src folder")
    parser.add_argument("--data", required=True, type=pathlib.Path, help="folder that holds tiktok/, writable")
    parser.add_argument("--dataset", default="tiktok")
    parser.add_argument("--tables", type=pathlib.Path, help="folder of <setting>/users.npy and items.npy")
    parser.add_argument("--settings", default="", help="some of them, in order (all)")
    parser.add_argument("--models", required=True)
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--every", type=int, default=1, help="epochs from one validation to the next")
    parser.add_argument("--patience", type=int, default=10**9, help="validations without a gain that end a run")
    parser.add_argument("--seed", type=int, default=999)
    parser.add_argument("--minutes", type=float, default=1e9, help="start nothing new after so long")
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--save", type=pathlib.Path, help="write the best epoch's final tables here")
    return parser.parse_args()


def stand_ins():
    """MMRec imports plotting and image packages that nothing here reaches; empty modules take their place."""
    for name in ["matplotlib", "matplotlib.pyplot", "lmdb"]:
        sys.modules[name] = types.ModuleType(name)
    sys.modules["matplotlib"].pyplot = sys.modules["matplotlib.pyplot"]
    images = types.ModuleType("utils.data_utils")
    for name in ["ImageResize", "ImagePad", "image_to_tensor", "load_decompress_img_from_lmdb_value"]:
        setattr(images, name, None)
    sys.modules["utils.data_utils"] = images
    numpy.float = float  # MMRec's metrics use an alias that NumPy 1.24 has dropped


def load(args):
    """MMRec's configuration and data loaders of one model."""
    from utils.configurator import Config
    from utils.dataloader import EvalDataLoader, TrainDataLoader
    from utils.dataset import RecDataset

    def loaders(model):
        config = Config(model, args.dataset, {
            "use_gpu": False, "data_path": f"{args.data.resolve()}/", "USER_ID_FIELD": "userID",
            "ITEM_ID_FIELD": "itemID", "inter_file_name": f"{args.dataset}.inter", "field_separator": "\t",
            "vision_feature_file": "image_feat.npy", "text_feature_file": "audio_feat.npy",
            "filter_out_cod_start_users": True, "epochs": args.epochs, "seed": args.seed, "topk": [20],
            "save_recommended_topk": False, **HYPER[model],
        })
        train, valid, _ = RecDataset(config).split()
        str(train), str(valid)  # their descriptions also count the interactions, which the loaders ask for
        return (config, TrainDataLoader(config, train, batch_size=config["train_batch_size"], shuffle=True),
                EvalDataLoader(config, valid, additional_dataset=train, batch_size=config["eval_batch_size"]))

    return loaders


def overwrite(model, name, setting, tables):
    """Copies the tables over the model's parameters, each scaled to the RMS of the very values that it replaces."""
    import torch

    parameters = dict(model.named_parameters())
    for parameter, file in zip(TARGETS[name], ["users.npy", "items.npy"]):
        target = parameters[parameter]
        table = torch.from_numpy(numpy.load(tables / setting / file))
        if table.shape[0] != target.shape[0] or target.shape[1] % table.shape[1] != 0:
            raise ValueError(f"{setting}/{file} is {tuple(table.shape)}, {parameter} {tuple(target.shape)}")
        table = table.repeat(1, target.shape[1] // table.shape[1])
        with torch.no_grad():
            table *= target.pow(2).mean().sqrt() / table.pow(2).mean().sqrt()
            target.copy_(table)
            if not torch.equal(dict(model.named_parameters())[parameter], table) or not target.requires_grad:
                raise RuntimeError(f"{parameter} did not take the table")


def final_tables(model, name):
    """The vectors whose product the model ranks by."""
    import torch

    with torch.no_grad():
        model.eval()
        users, items = model.forward(model.norm_adj) if name == "FREEDOM" else model.forward()
    return users.numpy().copy(), items.numpy().copy()


def train(args, name, setting, loaders, stopped):
    from utils.utils import get_model, get_trainer, init_seed

    config, train_data, valid_data = loaders(name)
    init_seed(args.seed)
    train_data.pretrain_setup()
    model = get_model(name)(config, train_data).to(config["device"])
    if setting != "model's own":
        overwrite(model, name, setting, args.tables)
    trainer = get_trainer()(config, model, False)
    curve, best, kept = [], (-1.0, 0), None
    for epoch in range(1, args.epochs + 1):
        model.pre_epoch_processing()
        trainer._train_epoch(train_data, epoch)
        trainer.lr_scheduler.step()
        model.post_epoch_processing()
        if epoch % args.every == 0:
            recall = trainer.evaluate(valid_data)["recall@20"]
            curve.append(recall)
            if recall > best[0]:
                best = (recall, epoch)
                if args.save is not None:
                    kept = final_tables(model, name)
            if len(curve) - best[1] // args.every >= args.patience:
                break
        if stopped():
            return None, None
    return {"best": best[0], "bestEpoch": best[1], "curve": curve, "epochs": args.epochs}, kept


def main():
    args = arguments()
    args.out = args.out.resolve()
    args.tables = args.tables and args.tables.resolve()
    args.save = args.save and args.save.resolve()
    stopping = []
    for number in [signal.SIGINT, signal.SIGTERM]:
        signal.signal(number, lambda *_: stopping.append(True))
    stand_ins()
    sys.path.insert(0, str(args.mmrec.resolve()))
    data = args.data.resolve()
    args.data = data
    os.chdir(args.mmrec)  # where MMRec looks for its configs
    logging.disable(logging.CRITICAL)

    asked = [part for part in args.settings.split(",") if part]
    found = sorted(p.name for p in args.tables.iterdir() if (p / "users.npy").exists()) if args.tables else []
    settings = asked or ["model's own", *found]
    done = set()
    if args.out.exists():
        for line in args.out.read_text().splitlines():
            one = json.loads(line)
            done.add((one["model"], one["setting"], one["seed"], one["epochs"]))
    loaders = load(args)
    begun = time.time()
    for setting in settings:
        for name in args.models.split(","):
            if (name, setting, args.seed, args.epochs) in done:
                continue
            if stopping or time.time() - begun > args.minutes * 60:
                print("stopped; start again to go on", flush=True)
                return
            started = time.time()
            cpu = time.process_time()
            result, kept = train(args, name, setting, loaders, lambda: bool(stopping))
            if result is None:
                continue
            line = {"model": name, "setting": setting, "seed": args.seed, "hyper": HYPER[name], **result,
                    "wallSeconds": round(time.time() - started, 1), "cpuSeconds": round(time.process_time() - cpu, 1)}
            with args.out.open("a") as file:
                file.write(json.dumps(line) + "\n")
            if kept is not None:
                folder = args.save / name
                folder.mkdir(parents=True, exist_ok=True)
                numpy.save(folder / "users.npy", kept[0].astype(numpy.float32))
                numpy.save(folder / "items.npy", kept[1].astype(numpy.float32))
            print(f"{name} {setting}: {result['best']:.4f} at epoch {result['bestEpoch']}, "
                  f"{line['wallSeconds']} s", flush=True)


if __name__ == "__main__":
    main()
