"""The tables of docs/experiments.md, from results.

    python experiments/wired/table.py experiments/wired/results.json [--into docs/experiments.md]
    python experiments/wired/table.py work/results.jsonl --gather experiments/wired/results.json

The first prints them, or puts them into a page in place of what stands there; the second also gathers the lines of
finished runs into one file.
"""

import argparse
import base64
import json
import math
import pathlib
import re
import statistics

ARMS = ["random", "users", "users permuted", "users+items", "users+items permuted"]
PAIRS = [("users+items", "random"), ("users+items", "users+items permuted"), ("users+items permuted", "random"),
         ("users", "random"), ("users", "users permuted")]


def read(path):
    """Runs by (target, arm, seed)."""
    text = path.read_text()
    runs = json.loads(text) if path.suffix == ".json" else [json.loads(line) for line in text.splitlines()]
    return {(run["target"], run["arm"], run["seed"]): run for run in runs}


def spread(values, digits=4):
    """Mean and sample standard deviation, of what is there."""
    known = [value for value in values if value is not None]
    if not known:
        return "-"
    text = "{:.{}f}".format(statistics.mean(known), digits)
    return text if len(known) < 2 else "{} ± {:.{}f}".format(text, statistics.stdev(known), digits)


def reached(run, level):
    """The first validated epoch that is no worse than a level, or None."""
    for at, value in enumerate(run["valid"], 1):
        if value >= level:
            return at * run["evalStep"]
    return None


def levels(runs, target, arm):
    """For each seed that both have, when an arm reaches the best validation of the model's own initialization."""
    shown = []
    for (one, name, seed), run in sorted(runs.items()):
        own = runs.get((target, "random", seed))
        if (one, name) == (target, arm) and own is not None:
            epoch = reached(run, own["bestValid"])
            shown.append("never" if epoch is None else str(epoch))
    return ", ".join(shown)


def arms_table(runs, targets):
    yield ("| model (epochs) | starts from | seeds | Recall@20 | NDCG@20 | Recall@20, cold items | best validation"
           " | at epoch | reaches random's best at |")
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for target in targets:
        for arm in ARMS:
            mine = [run for key, run in sorted(runs.items()) if key[:2] == (target, arm)]
            if not mine:
                continue
            test = [run["test"] for run in mine]
            name = "{} ({})".format(target, mine[0]["epochs"]) if arm == "random" else ""
            reach = (spread([one[kind] for one in test]) for kind in ("recall", "ndcg", "coldRecall"))
            best = spread([run["bestValid"] for run in mine])
            epochs = ", ".join(str(run["bestEpoch"]) for run in mine)
            cells = [name, arm, str(len(mine)), *reach, best, epochs, levels(runs, target, arm)]
            yield "| {} |".format(" | ".join(cells))


def hits(run):
    """For each test user whether one of the 20 was held out."""
    packed = base64.b64decode(run["testHits"])
    return [packed[user >> 3] >> (7 - (user & 7)) & 1 for user in range(run["testUsers"])]


def difference(pairs):
    """Mean over users of the difference in hits, each user's averaged over seeds, and 1.96 of its standard errors."""
    seeds = ([a - b for a, b in zip(hits(one), hits(other))] for one, other in pairs)
    users = [statistics.mean(user) for user in zip(*seeds)]
    return statistics.mean(users), 1.96 * statistics.stdev(users) / math.sqrt(len(users))


def differences_table(runs, targets):
    yield "| model | difference | seeds | Recall@20 | each seed | 95 % over users |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for target in targets:
        for one, other in PAIRS:
            keys = sorted(key for key in runs if key[:2] == (target, one) and (target, other, key[2]) in runs)
            if not keys:
                continue
            pairs = [(runs[key], runs[target, other, key[2]]) for key in keys]
            steps = [a["test"]["recall"] - b["test"]["recall"] for a, b in pairs]
            counted = [pair for pair in pairs if all("testHits" in run for run in pair)]
            interval = "-"
            if counted:
                middle, half = difference(counted)
                interval = "{:+.4f} to {:+.4f}".format(middle - half, middle + half)
            each = ", ".join(map("{:+.4f}".format, steps))
            yield "| {} | {} - {} | {} | {:+.4f} | {} | {} |".format(
                target, one, other, len(steps), statistics.mean(steps), each, interval)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("results", type=pathlib.Path)
    parser.add_argument("--gather", type=pathlib.Path, help="write them all as one JSON file")
    parser.add_argument("--into", type=pathlib.Path, help="a page with <!-- arms: … -->, <!-- differences: … -->")
    args = parser.parse_args()
    runs = read(args.results)
    targets = list(dict.fromkeys(key[0] for key in runs))
    if args.gather:
        args.gather.write_text("[\n" + ",\n".join(json.dumps(run) for run in runs.values()) + "\n]\n")
    for name, table in (("arms", arms_table), ("differences", differences_table)):
        lines = "\n".join(table(runs, targets))
        if args.into:
            mark = re.compile("(<!-- {}: .*? -->\n).*?(?=\n\n|\n*$)".format(name), re.S)
            page, count = mark.subn(lambda found: found.group(1) + lines, args.into.read_text())
            if count != 1:
                raise SystemExit("{} has no one place for {}".format(args.into, name))
            args.into.write_text(page)
        else:
            print(lines + "\n")


if __name__ == "__main__":
    main()
