import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTable, fit, IdIndex } from "@wellbegun/core";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { identifyData } from "../src/bundle/index.ts";
import { encodeNpy } from "../src/formats/npy.ts";
import { readDataset, writeParquet } from "../src/node/index.ts";
import { expectFailure, temporaryFolder, writeFiles } from "./helpers.ts";
import { describeWithNumpy, python } from "./peers.ts";

const folder = temporaryFolder();
const image = encodeNpy(Float32Array.of(1, 0, 0, 2, 3, 1), [3, 2]);

function datasetOf(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFiles(path, files);
  return path;
}

describe("A dataset on disk", () => {
  it("is read in MMRec's layout as core's Dataset, which fit takes as it is", async () => {
    const inter = "userID\titemID\tx_label\n0\t0\t0\n0\t1\t0\n1\t2\t0\n1\t0\t1\n2\t1\t0\n2\t2\t2\n";
    const data = await readDataset(datasetOf("shop", { "toys.inter": inter, "image_feat.npy": image }));
    expect([
      data.name,
      data.train.items.length,
      data.validation?.items.length,
      data.test?.items.length,
    ]).toEqual(["toys", 4, 1, 1]);
    const model = await fit(data, { clusters: 2 });
    expect(model.users.rows).toBe(3);
    await data.close();
  });

  it("is read from files of columns with its raw IDs, as readColumnDataset reads it", async () => {
    const path = datasetOf("files", {});
    const text = (name: string, data: string[]) => ({ name, data, type: "STRING" as const });
    const write = (
      name: string,
      columnData: Parameters<typeof parquetWriteBuffer>[0]["columnData"],
    ): string => {
      writeFileSync(join(path, name), new Uint8Array(parquetWriteBuffer({ columnData })));
      return join(path, name);
    };
    const interactions = write("log.parquet", [text("who", ["bob", "ann"]), text("what", ["tea", "oil"])]);
    const items = createTable(Float32Array.of(1, 0, 0, 2), 2, 2, new IdIndex(["tea", "oil"]));
    await writeParquet(join(path, "items.parquet"), items);
    const features = { image: { path: join(path, "items.parquet"), column: "vector" } };
    const data = await readDataset({ interactions, features, userColumn: "who", itemColumn: "what" });
    const block = new Float32Array(4);
    await data.features.image!.read(0, 2, block);
    expect([data.train.itemIds?.ids, [...block]]).toEqual([
      ["oil", "tea"],
      [0, 2, 1, 0],
    ]);
    const model = await fit(data, { clusters: 1 });
    expect(model.users.row("ann").length).toBe(2);
    await data.close();
  });

  it("takes the options of MMRec's layout, and refuses them for another one", async () => {
    const inter = "userID\titemID\tx_label\nann\tjam\t0\nbob\ttea\t0\n";
    const files = { "toys.inter": inter, "item_ids.txt": "tea\njam\nrye\n", "image_feat.npy": image };
    const data = await readDataset(datasetOf("raw", files), { ids: "raw" });
    expect([...data.train.items]).toEqual([1, 0]);
    expect(data.train.userIds?.ids).toEqual(["ann", "bob"]);
    await data.close();
    const other = datasetOf("archive", { "train.npz": "" });
    await expectFailure(() => readDataset(other, { ids: "raw" }), "invalid-option", "ids");
  });

  it("is refused where its folder has no known layout", async () => {
    const path = datasetOf("other", { "ratings.csv": "a,b\n" });
    await expectFailure(() => readDataset(path), "invalid-data", "ratings.csv", "train.npz", path);
  });
});

describeWithNumpy("a dataset of SciPy's CSR archives", () => {
  /** Writes what `scipy.sparse.save_npz` writes of a matrix, and returns the SHA-256 of its rows as docs/checks.md has it. */
  const save = (path: string, rows: readonly (readonly number[])[]): string =>
    python(
      `import hashlib
R = np.array(json.loads(sys.argv[2]), dtype="f4")
indptr, indices = np.r_[0, (R != 0).sum(1).cumsum()].astype("i4"), np.nonzero(R)[1].astype("i4")
np.savez(sys.argv[1], format=np.array(b"csr"), shape=np.array(R.shape), indptr=indptr, indices=indices, data=R[R != 0])
print(hashlib.sha256(indptr.astype("<u4").tobytes() + indices.astype("<u4").tobytes()).hexdigest())`,
      path,
      JSON.stringify(rows),
    ).trim();

  it("is read with its raw IDs, its splits and its features", async () => {
    const path = datasetOf("csr", {
      "image_feat.npy": image,
      "user_ids.txt": "ann\nbob\n",
      "item_ids.txt": "jam\noil\ntea\n",
    });
    const hash = save(join(path, "train.npz"), [
      [1, 0, 1],
      [0, 1, 0],
    ]);
    save(join(path, "test.npz"), [
      [0, 1, 0],
      [0, 0, 1],
    ]);
    const data = await readDataset(path);
    expect([data.name, data.validation]).toEqual(["csr", undefined]);
    expect([[...data.train.items], [...data.test!.items]]).toEqual([
      [0, 2, 1],
      [1, 2],
    ]);
    expect([data.train.userIds?.ids, data.train.itemIds?.ids]).toEqual([
      ["ann", "bob"],
      ["jam", "oil", "tea"],
    ]);
    const identity = await identifyData(data, () => createHash("sha256"));
    expect(identity.train.sha256).toBe(hash);
    const values =
      'import hashlib; print(hashlib.sha256((np.load(sys.argv[1]).astype("<f4") + 0).tobytes()).hexdigest())';
    expect(identity.features.image!.sha256).toBe(python(values, join(path, "image_feat.npy")).trim());
    const model = await fit(data, { clusters: 2 });
    expect(model.foldIn(["tea"]).used).toBe(1);
    await data.close();
    writeFileSync(join(path, "user_ids.txt"), "ann\n");
    await expectFailure(() => readDataset(path), "mismatch", "1 users", "2", "train.npz");
  });
});
