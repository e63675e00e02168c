"""Runs every (target, arm, seed) that the results do not hold yet, one after the other; stop and start it at will.

    python experiments/wired/run_all.py --checkouts mmrec=../MMRec,mrlib=../MRLib,alignrec=../AlignRec \
        --data path/to/tiktok --work work --python venv/bin/python --out results.jsonl --until 02:10

Bundles and wired artifacts are made by wellbegun's own command line, where they are missing. A run that fails is told and
passed over.
"""

import argparse
import datetime
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
CLI = HERE.parent.parent / "packages" / "cli" / "bin" / "wellbegun.js"
# A bundle seed of its own for each seed of a model.
SEEDS = [999, 1000, 1001]
# Name of an arm: the tables to wire, and whether their rows are permuted.
ARMS = {
    "random": None,
    "users+items": ("users+items", False),
    "users+items permuted": ("users+items", True),
    "users": ("users", False),
    "users permuted": ("users", True),
}
TARGETS = [
    "mmrec:FREEDOM", "mmrec:VBPR", "mmrec:LightGCN", "mmrec:BM3", "mmrec:MGCN", "alignrec:ALIGNREC", "mmrec:MMGCN",
    "mmrec:PGL", "mrlib:FREEDOM",
]
# Their models have tables of single modalities; `wire` refuses names of modalities for all others.
BY_MODALITY = ["mmrec:MMGCN", "mmrec:PGL"]
# PGL has no item-ID table.
OTHER_ARMS = {"mmrec:PGL": ["random", "users", "users permuted"]}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkouts", required=True, help="mmrec=…,mrlib=…,alignrec=…")
    parser.add_argument("--data", required=True, type=pathlib.Path)
    parser.add_argument("--work", required=True, type=pathlib.Path)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has PyTorch")
    parser.add_argument("--targets", default=",".join(TARGETS))
    parser.add_argument("--arms", default=",".join(list(ARMS)[:4]))
    parser.add_argument("--seeds", default=",".join(map(str, SEEDS)))
    parser.add_argument("--until", help="UTC hh:mm, the next to come: what runs is ended then")
    return parser.parse_args()


def wellbegun(*words):
    subprocess.run(["node", str(CLI), *map(str, words), "--quiet"], check=True)


def bundle(args, permuted, seed):
    folder = args.work / "bundles" / "{}{}".format("permuted-" if permuted else "", seed)
    if not (folder / "manifest.json").exists():
        control = ["--control", "permuted"] if permuted else []
        wellbegun("init", args.data, "--out", folder, "--seed", seed, *control)
    return folder


def wire(args, target, tables, permuted, seed):
    """The artifact's folder, or None for an arm that starts from the model's own."""
    into = args.work / "wires" / "{}{}-{}".format("permuted-" if permuted else "", tables, seed)
    folder = into / "wellbegun-{}{}".format(target.replace(":", "-").lower(), "-permuted" if permuted else "")
    if not (folder / "wire.json").exists():
        into.mkdir(parents=True, exist_ok=True)
        names = ["--modalities", "text=audio"] if target in BY_MODALITY else []
        wellbegun("wire", target, bundle(args, permuted, seed), "--into", into, "--tables", tables, *names)
    return folder


def main():
    args = arguments()
    args.work.mkdir(parents=True, exist_ok=True)
    checkouts = dict(pair.split("=") for pair in args.checkouts.split(","))
    end = None
    if args.until:
        now = datetime.datetime.utcnow()
        end = now.replace(hour=int(args.until[:2]), minute=int(args.until[3:]), second=0)
        end += datetime.timedelta(days=end < now)
    done = set()
    if args.out.exists():
        done = {(one["target"], one["arm"], one["seed"]) for one in map(json.loads, args.out.read_text().splitlines())}
    for seed in map(int, args.seeds.split(",")):
        for target in args.targets.split(","):
            for arm in OTHER_ARMS.get(target, args.arms.split(",")):
                if (target, arm, seed) in done:
                    continue
                command = [args.python, "-W", "ignore", HERE / "run.py", target, "--checkout",
                           checkouts[target.split(":")[0]], "--data", args.data, "--work", args.work, "--seed", seed,
                           "--arm", arm, "--out", args.out]
                if ARMS[arm]:
                    command += ["--wire", wire(args, target, *ARMS[arm], seed)]
                if not run(list(map(str, command)), end, args.work / "log" / "{}-{}-{}.txt".format(target, arm, seed)):
                    return


def run(command, end, log):
    """Whether to go on."""
    left = (end - datetime.datetime.utcnow()).total_seconds() if end else None
    if left is not None and left <= 0:
        return False
    log.parent.mkdir(exist_ok=True)
    with log.open("w") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
        try:
            code = process.wait(left)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            process.terminate()
            process.wait()
            return False
    print(datetime.datetime.utcnow().strftime("%H:%M"), "failed" if code else "done", log.name, flush=True)
    return True


if __name__ == "__main__":
    main()
