"""Makes the user vectors of a wellbegun job on Spark.

    spark-submit job/job.py [--log PATH ...] [--out URI] [--partitions N] [--tables DIR]
    python job/job.py --connect sc://host:15002 ...

Spark matches item IDs to rows, removes repeated pairs and sorts the pairs by user; NumPy and SciPy make the vectors, which
are written by the workers and never pass through Spark. The job's folder must be readable by the driver, and the output
writable by the driver and all workers. Needs pyspark 4, numpy, scipy and pyarrow. With --connect the driver is a client of a Spark
Connect server, without Java, and needs pyspark[connect].
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile
import uuid

import numpy as np
import pyarrow as pa
from pyarrow import fs
from pyspark import StorageLevel
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

# Rows of interactions that are not summed: in another split than train, or with an item that has no features.
HELD_OUT, UNKNOWN = -1, -2
# Dictionaries of at most so many items are sent to every worker, instead of shuffling the pairs by item.
BROADCAST_ITEMS = 5_000_000
# Pairs that a worker takes at a time, and pairs of one user that are summed in float32 before float64 takes over.
BLOCK_PAIRS, RUN_PAIRS = 1 << 20, 256


def fail(message):
    sys.exit("wellbegun job: {}".format(message))


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for chunk in iter(lambda: file.read(1 << 20), b""):
            digest.update(chunk)
    return digest.hexdigest()


def read_plan(folder):
    with open(os.path.join(folder, "plan.json"), "rb") as file:
        text = file.read()
    plan = json.loads(text.decode("utf-8"))
    if plan.get("format") != "wellbegun-spark-job" or plan.get("version") != 1:
        fail("plan.json is not a plan of version 1")
    with open(os.path.join(folder, "manifest.json"), "rb") as file:
        listed = json.loads(file.read().decode("utf-8"))["files"]
    for name, about in listed.items():
        if sha256_of(os.path.join(folder, name)) != about["sha256"]:
            fail("{} is not the file that the manifest lists (another SHA-256)".format(name))
    return plan, hashlib.sha256(text).hexdigest()


def read_log(spark, log, paths):
    if log["format"] == "parquet":
        return spark.read.parquet(*paths)
    if log["format"] == "csv":
        return spark.read.csv(paths, header=True, inferSchema=True)
    return spark.read.json(paths)


def id_column(frame, name, label):
    """The column as text or as whole numbers of 64 bits, without nulls; and its kind."""
    kind = frame.schema[name].dataType
    column = F.col("`{}`".format(name.replace("`", "``")))
    if isinstance(kind, (T.ByteType, T.ShortType, T.IntegerType, T.LongType)):
        column, kind = column.cast("long"), "number"
    elif isinstance(kind, T.StringType):
        kind = "text"
    else:
        fail("column {}: expected text or whole numbers, found {}".format(name, kind.simpleString()))
    return required(column.isNotNull(), column, "a {} ID is null".format(label)), kind


def required(condition, column, message):
    return F.when(condition, column).otherwise(F.raise_error(F.lit("wellbegun job: " + message)))


def is_train(frame, split):
    if split is None:
        return F.lit(True)
    column = F.col("`{}`".format(split["column"].replace("`", "``")))
    if split["by"] == "label":
        label = column.cast("string")
        return required(label.isin(split["train"] + split["heldOut"]), label.isin(split["train"]), "an unknown split label")
    before = F.timestamp_millis(F.lit(int(split["before"]))) if split["dates"] else F.lit(split["before"])
    time = time_column(frame, column, split)
    return required(time.isNotNull(), time < before, "column {}: expected {}".format(split["column"], split["expected"]))


def time_column(frame, column, split):
    """The values that are compared with the cut: times, ISO dates as text, or numbers; null for any other value."""
    kind = frame.schema[split["column"]].dataType
    if not split["dates"] and isinstance(kind, T.NumericType):
        return column.cast("double")
    if split["dates"] and isinstance(kind, (T.TimestampType, T.TimestampNTZType, T.DateType)):
        return column.cast("timestamp")
    if split["dates"] and isinstance(kind, T.StringType):
        # Spark reads no time without seconds.
        seconds = F.regexp_replace(column, r"([T ]\d{2}:\d{2})(Z|[+-]|$)", "$1:00$2")
        return F.when(column.rlike("^(?:{})$".format(split["pattern"])), F.try_to_timestamp(seconds))
    fail("column {}: expected {}, found {}".format(split["column"], split["expected"], kind.simpleString()))


def item_dictionary(spark, folder, items):
    if items["ids"] is None:
        ids = pa.array(np.arange(items["count"], dtype=np.int64))
    else:
        with open(os.path.join(folder, items["ids"]), "rb") as file:
            lines = file.read().decode("utf-8").split("\n")[:-1]
        ids = pa.array(lines) if items["kind"] == "text" else pa.array([int(line) for line in lines], pa.int64())
    rows = pa.array(np.arange(items["count"], dtype=np.int32))
    frame = spark.createDataFrame(pa.table({"item": ids, "row": rows}))
    return F.broadcast(frame) if items["count"] <= BROADCAST_ITEMS else frame


def sorted_pairs(spark, folder, plan, paths, partitions):
    """Each pair of user and item row once, sorted; every user is in one partition, and partitions are in order of users."""
    log, items = plan["log"], plan["items"]
    frame = read_log(spark, log, paths)
    columns = [log["userColumn"], log["itemColumn"], log["weightColumn"], (log["split"] or {}).get("column")]
    for name in columns:
        if name is not None and name not in frame.columns:
            fail("the log has no column {}; it has {}".format(name, ", ".join(frame.columns)))
    user, user_kind = id_column(frame, log["userColumn"], "user")
    item, item_kind = id_column(frame, log["itemColumn"], "item")
    if item_kind != items["kind"]:
        fail("item IDs are {} in the log and {} in the features".format(item_kind, items["kind"]))
    chosen = [user.alias("user"), item.alias("item"), is_train(frame, log["split"]).alias("train")]
    if log["weightColumn"] is not None:
        weight = F.col("`{}`".format(log["weightColumn"].replace("`", "``"))).cast("double")
        valid = weight.isNotNull() & (weight > 0) & (weight < float("inf"))
        chosen.append(required(valid, weight, "a weight is not a finite number above 0").alias("weight"))
    dictionary = item_dictionary(spark, folder, items)
    row = F.when(~F.col("train"), F.lit(HELD_OUT)).otherwise(F.coalesce("row", F.lit(UNKNOWN))).alias("row")
    known = frame.select(*chosen).join(dictionary, "item", "left")
    if log["weightColumn"] is None:
        pairs = known.select("user", row).repartitionByRange(partitions, "user").dropDuplicates(["user", "row"])
    else:
        combine = {"max": F.max, "sum": F.sum}[log["duplicates"]]
        ranged = known.select("user", row, "weight").repartitionByRange(partitions, "user")
        pairs = ranged.groupBy("user", "row").agg(combine("weight").alias("weight"))
    return pairs.sortWithinPartitions("user", "row").persist(StorageLevel.DISK_ONLY), user_kind


def run_sums(offsets, columns, values, table):
    """Rows of a sparse matrix times a table: long rows in runs, float32 within a run and float64 across runs."""
    import scipy.sparse as sparse

    runs = np.maximum(1, -(-np.diff(offsets) // RUN_PAIRS))
    first = np.concatenate([[0], np.cumsum(runs)])
    within = np.arange(first[-1]) - np.repeat(first[:-1], runs)
    cuts = np.append(np.repeat(offsets[:-1], runs) + RUN_PAIRS * within, offsets[-1])
    shape = (len(cuts) - 1, len(table))
    product = sparse.csr_matrix((values, columns, cuts.astype(columns.dtype)), shape) @ table
    return product if len(product) == len(runs) else np.add.reduceat(product, first[:-1], axis=0, dtype=np.float64)


class Tables:
    """What the plan says of each modality, with its tables mapped from the worker's copy of the files."""

    def __init__(self, modalities, dim, unit, path_of):
        self.dim, self.unit, self.modalities = dim, unit, modalities
        load = lambda name: None if name is None else np.asarray(np.load(path_of(name), mmap_mode="r"))
        self.tables = [{key: load(m[key]) for key in ("items", "points", "labels", "missing")} for m in modalities]
        degrees = load("degrees.npy")
        self.factors = (1 / np.sqrt(np.where(degrees > 0, degrees, 1))).astype(np.float32)

    def vectors(self, offsets, rows, weights):
        """users x dim, float64, of users whose rows of items lie between the offsets."""
        fused = np.zeros((len(offsets) - 1, self.dim))
        for modality, table in zip(self.modalities, self.tables):
            first = modality["column"]
            part = fused[:, first : first + modality["columns"]]
            part += modality["weight"] * self._modality(modality, table, offsets, rows, weights)
        if self.unit:
            norms = np.sqrt(np.square(fused).sum(axis=1))
            fused /= np.where(norms > 0, norms, 1)[:, None]
        return fused

    def _modality(self, modality, table, offsets, rows, weights):
        present = rows >= 0
        if table["missing"] is not None:
            present &= table["missing"][rows] == 0
        if not present.all():
            offsets = np.concatenate([[0], np.cumsum(present)])[offsets]
            rows, weights = rows[present], weights[present]
        sums = np.concatenate([[0.0], np.cumsum(weights, dtype=np.float64)])
        degrees = sums[offsets[1:]] - sums[offsets[:-1]]
        empty = offsets[1:] == offsets[:-1]
        degrees[empty] = 1
        local, clusters = modality["lambda"], len(table["points"]) - 1
        symmetric = modality["normalization"] == "sym"
        vectors = np.zeros((len(empty), modality["columns"]))
        if local > 0:
            values = (weights * self.factors[rows]) if symmetric else weights
            factor = local / (np.sqrt(degrees) if symmetric else degrees)
            vectors += factor[:, None] * run_sums(offsets, rows, values.astype(np.float32), table["items"])
        if local < 1:
            labels = table["labels"][rows].astype(np.int32)
            histogram = run_sums(offsets, labels, weights.astype(np.float32), np.eye(clusters, dtype=np.float32))
            vectors += ((1 - local) / degrees)[:, None] * (histogram @ table["points"][:clusters].astype(np.float64))
        vectors[empty] = table["points"][clusters]
        return vectors


class Part:
    """Two files of one attempt at a partition: the vectors and the IDs of its users. Other attempts have other names."""

    def __init__(self, out, partition, attempt):
        self.system, folder = fs.FileSystem.from_uri(out)
        self.name = "part-{:06d}-{}-{}".format(partition, attempt, uuid.uuid4().hex)
        self.partition, self.users, self.pairs, self.zero_rows = partition, 0, 0, 0
        self.squares = self.norms = 0.0
        self.first = self.last = None
        self.files = {}
        for kind in ("f32", "txt"):
            stream = self.system.open_output_stream("{}/parts/{}.{}".format(folder, self.name, kind))
            self.files[kind] = [stream, hashlib.sha256(), 0]

    def write(self, ids, vectors, pairs):
        if any("\n" in name or "\r" in name for name in ids):
            raise ValueError("wellbegun job: a user ID holds a line break")
        norms = np.sqrt(np.square(vectors).sum(axis=1))
        self.squares += float(np.square(norms).sum())
        self.norms += float(norms.sum())
        self.zero_rows += int((norms == 0).sum())
        self.users, self.pairs = self.users + len(ids), self.pairs + pairs
        self.first = ids[0] if self.first is None else self.first
        self.last = ids[-1]
        self._append("f32", np.ascontiguousarray(vectors, dtype="<f4").tobytes())
        self._append("txt", ("\n".join(ids) + "\n").encode("utf-8"))

    def _append(self, kind, data):
        file = self.files[kind]
        file[0].write(data)
        file[1].update(data)
        file[2] += len(data)

    def finish(self):
        listed = {}
        for kind, (stream, digest, size) in self.files.items():
            stream.close()
            listed[kind] = {"file": "parts/{}.{}".format(self.name, kind), "sha256": digest.hexdigest(), "bytes": size}
        return {
            "partition": self.partition,
            "users": self.users,
            "pairs": self.pairs,
            "zeroRows": self.zero_rows,
            "squares": self.squares,
            "norms": self.norms,
            "first": self.first,
            "last": self.last,
            "vectors": listed["f32"],
            "ids": listed["txt"],
        }


def placer(modalities, dim, unit, weighted, out, shared):
    """The function that Spark calls with the sorted pairs of one partition, in batches."""

    def place(batches):
        import pyarrow.compute as pc
        from pyspark import SparkFiles, TaskContext

        def path_of(name):
            return os.path.join(shared, name) if shared is not None and name != "degrees.npy" else SparkFiles.get(name)

        context = TaskContext.get()
        tables = part = rest = None

        def blocks():
            held, count = [], 0
            for batch in batches:
                held.append(batch)
                count += batch.num_rows
                if count >= BLOCK_PAIRS:
                    yield pa.Table.from_batches(held), False
                    held, count = [], 0
            if held:
                yield pa.Table.from_batches(held), False
            yield None, True

        for block, last in blocks():
            # The last user of a block may go on in the next one.
            table = rest if block is None else block if rest is None else pa.concat_tables([rest, block])
            if table is None or table.num_rows == 0:
                continue
            users = pc.run_end_encode(table["user"].combine_chunks())
            ends = users.run_ends.to_numpy().astype(np.int64)
            count = len(ends) if last else len(ends) - 1
            end = int(ends[count - 1]) if count > 0 else 0
            rest = None if last else table.slice(end)
            if count == 0:
                continue
            rows = table["row"].slice(0, end).to_numpy().astype(np.int32)
            weights = table["weight"].slice(0, end).to_numpy() if weighted else np.ones(end, np.float32)
            if part is None:
                tables = Tables(modalities, dim, unit, path_of)
                part = Part(out, context.partitionId(), context.taskAttemptId())
            offsets = np.concatenate([[0], ends[:count]])
            ids = [str(name) for name in users.values.slice(0, count).to_pylist()]
            for first in range(0, count, 1 << 15):
                cut = offsets[first : first + (1 << 15) + 1]
                own = slice(cut[0], cut[-1])
                vectors = tables.vectors(cut - cut[0], rows[own], weights[own])
                part.write(ids[first : first + len(cut) - 1], vectors, int((rows[own] >= 0).sum()))
        if part is not None:
            yield pa.RecordBatch.from_pydict({"part": [json.dumps(part.finish())]})

    return place


def open_session(connect):
    """The session, and the function that sends a file to every host, where SparkFiles finds it."""
    builder = SparkSession.builder
    spark = (builder.remote(connect) if connect is not None else builder.appName("wellbegun")).getOrCreate()
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(1 << 17))
    return spark, spark.sparkContext.addFile if connect is None else lambda path: spark.addArtifacts(path, file=True)


def main():
    folder = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--log", nargs="+", help="the log's files, in place of the plan's")
    parser.add_argument("--out", default=os.path.join(folder, "out"), help="folder or URI of the output (job/out)")
    parser.add_argument("--partitions", type=int, help="partitions of users (spark.sql.shuffle.partitions)")
    parser.add_argument("--tables", help="folder with the job's files on every host, in place of copies from the driver")
    parser.add_argument("--connect", metavar="URL", help="a Spark Connect server such as sc://host:15002, in place of spark-submit")
    arguments = parser.parse_args()
    plan, plan_sha256 = read_plan(folder)
    spark, send = open_session(arguments.connect)
    # Paths of the plan and of the command line are taken from here; the workers have their own working folders.
    out = arguments.out if "://" in arguments.out else os.path.abspath(arguments.out)
    system, place = fs.FileSystem.from_uri(out)
    system.create_dir(place + "/parts", recursive=True)
    # A commit of an earlier run must not be collected while this one may fail.
    if system.get_file_info(place + "/commit.json").type != fs.FileType.NotFound:
        system.delete_file(place + "/commit.json")
    partitions = arguments.partitions or int(spark.conf.get("spark.sql.shuffle.partitions"))
    pairs, user_kind = sorted_pairs(spark, folder, plan, arguments.log or plan["log"]["files"], partitions)

    weighted = plan["log"]["weightColumn"] is not None
    counted = pairs.groupBy("row").agg(F.count("*").alias("pairs"), (F.sum("weight") if weighted else F.count("*")).alias("degree"))
    found = counted.toArrow()
    rows, counts = found["row"].to_numpy(), found["pairs"].to_numpy()
    known = rows >= 0
    degrees = np.zeros(plan["items"]["count"])
    degrees[rows[known]] = found["degree"].to_numpy()[known]
    data = pa.BufferOutputStream()
    np.lib.format.write_array(data, degrees, version=(1, 0))
    data = data.getvalue().to_pybytes()
    with system.open_output_stream(place + "/degrees.npy") as stream:
        stream.write(data)
    # Hosts may fetch the file until the job ends; the folder vanishes with the process.
    temporary = tempfile.TemporaryDirectory()
    local = os.path.join(temporary.name, "degrees.npy")
    with open(local, "wb") as file:
        file.write(data)
    send(local)

    # Each host receives the item tables once; its workers map the same file.
    for name in [name for m in plan["modalities"] for name in (m["items"], m["points"], m["labels"], m["missing"])]:
        if name is not None and arguments.tables is None:
            send(os.path.join(folder, name))
    place_users = placer(plan["modalities"], plan["dim"], plan["unit"], weighted, out, arguments.tables)
    # Only what the accepted attempt of each task returns is committed; files of other attempts are never read.
    parts = [json.loads(row.part) for row in pairs.mapInArrow(place_users, "part string").collect()]
    parts.sort(key=lambda part: part["partition"])
    commit = {
        "format": "wellbegun-spark-commit",
        "version": 1,
        "plan": plan_sha256,
        "spark": spark.version,
        "userKind": user_kind,
        "users": sum(part["users"] for part in parts),
        "pairs": int(counts[known].sum()),
        "usersWithUnknownItems": int(counts[rows == UNKNOWN].sum()),
        "degrees": {"file": "degrees.npy", "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)},
        "parts": parts,
    }
    with system.open_output_stream(place + "/commit.tmp") as stream:
        stream.write(json.dumps(commit, indent=1).encode("utf-8"))
    system.move(place + "/commit.tmp", place + "/commit.json")
    print("wellbegun job: {} users, {} pairs, {} parts in {}".format(commit["users"], commit["pairs"], len(parts), out))
    spark.stop()


if __name__ == "__main__":
    main()
