"""The same work as bench/engine.mjs, all in memory: `scipy` (a CSR product, pandas-free) or `polars` (64 sums by user).

The last argument is the memory in MiB beyond which an allocation fails.
"""

import json
import resource
import sys

side, log, items, out, limit = sys.argv[1:6]
resource.setrlimit(resource.RLIMIT_DATA, (int(limit) << 20,) * 2)

if side == "scipy":
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
    import scipy.sparse as sp

    table = pq.read_table(log)
    features = pq.read_table(items)
    vectors = features["vector"].combine_chunks().flatten().to_numpy().reshape(features.num_rows, -1)
    item_ids = features["item"].combine_chunks()
    columns = pc.index_in(table["item"], value_set=item_ids).combine_chunks().to_numpy()
    users = table["user"].combine_chunks().dictionary_encode()
    if isinstance(users, pa.ChunkedArray):
        users = users.combine_chunks()
    rows, user_ids = users.indices.to_numpy(), users.dictionary
    del table
    shape = (len(user_ids), len(item_ids))
    matrix = sp.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape)
    degrees = np.bincount(columns, minlength=shape[1])
    scaled = vectors / np.sqrt(np.maximum(degrees, 1)).astype(np.float32)[:, None]
    result = matrix @ scaled
    result /= np.sqrt(np.maximum(np.diff(matrix.indptr), 1)).astype(np.float32)[:, None]
    lists = pa.FixedSizeListArray.from_arrays(pa.array(result.ravel()), result.shape[1])
    pq.write_table(pa.table({"id": user_ids, "vector": lists}), out, compression="none")
else:
    import polars as pl

    pairs = pl.scan_parquet(log)
    width = 64
    degrees = pairs.group_by("item").len("degree")
    element = pl.col("vector").list.get
    scaled = pl.scan_parquet(items).join(degrees, on="item").select(
        "item", *[(element(k) / pl.col("degree").sqrt()).cast(pl.Float32).alias(f"v{k}") for k in range(width)]
    )
    sums = pairs.join(scaled, on="item").group_by("user").agg(
        pl.len().alias("degree"), *[pl.col(f"v{k}").sum() for k in range(width)]
    )
    vector = pl.concat_arr([(pl.col(f"v{k}") / pl.col("degree").sqrt()).cast(pl.Float32) for k in range(width)])
    sums.select(pl.col("user").alias("id"), vector.alias("vector")).collect(engine="streaming").write_parquet(
        out, compression="uncompressed"
    )

usage = resource.getrusage(resource.RUSAGE_SELF)
with open("/proc/self/status", encoding="ascii") as status:
    peak = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
with open("/proc/self/io", encoding="ascii") as io:
    written = next(int(line.split()[1]) for line in io if line.startswith("write_bytes"))
print(json.dumps({"cpuSeconds": usage.ru_utime + usage.ru_stime, "peakBytes": peak, "writtenBytes": written}))
