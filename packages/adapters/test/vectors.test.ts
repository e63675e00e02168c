import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createTable, IdIndex } from "@wellbegun/core";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { arrayVectors, bundleVectors, type Vectors } from "../src/bundle/index.ts";
import { encodeNpy } from "../src/formats/npy.ts";
import { encodeSafetensors } from "../src/formats/safetensors.ts";
import { readBundle, writeTables } from "../src/node/index.ts";
import { vectorBatches, wholeTable } from "../src/vectors/batches.ts";
import { tableNorms } from "../src/vectors/norms.ts";
import { asVectors } from "../src/vectors/vectors.ts";
import { expectFailure, temporaryFolder } from "./helpers.ts";
import { rowOf, someVectors } from "./vectors-helpers.ts";

const folder = temporaryFolder();
let number = 0;

async function bundleOf(formats: readonly ("npy" | "safetensors")[], rows = 11) {
  const users = someVectors({ rows, columns: 5 });
  const items = someVectors({ rows: 3, columns: 5, seed: 2 });
  const out = join(folder, `bundle-${number++}`);
  await writeTables(out, {
    tables: [
      { name: "users", rows, columns: 5, data: users.data },
      { name: "items", rows: 3, columns: 5, data: items.data },
      { name: "labels.image", rows: 3, data: Int32Array.of(1, 0, 1) },
      { name: "centroids.image", rows: 2, columns: 4, data: new Float32Array(8) },
    ],
    userIds: Array.from({ length: rows }, (_, row) => `user ${row}`),
    manifest: { seed: 7 },
    formats,
  });
  return { users, items, out, bundle: await readBundle(out) };
}

async function collect(
  vectors: Vectors,
  rowsPerBlock: number,
): Promise<{ rows: number[]; values: number[] }> {
  const [rows, values]: [number[], number[]] = [[], []];
  for await (const block of vectors.blocks(rowsPerBlock)) {
    rows.push(block.length / vectors.columns);
    values.push(...block);
  }
  return { rows, values };
}

it.each(["npy", "safetensors"] as const)(
  "bundleVectors reads a bundle's table in blocks of any size (%s)",
  async (format) => {
    const { users, bundle } = await bundleOf([format]);
    const vectors = bundleVectors(bundle);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 15 }), async (rowsPerBlock) => {
        const { rows, values } = await collect(vectors, rowsPerBlock);
        expect(values).toEqual(Array.from(users.data));
        expect(rows.slice(0, -1).every((count) => count === rowsPerBlock)).toBe(true);
        expect(rows.length).toBe(Math.ceil(11 / rowsPerBlock));
      }),
      { numRuns: 20 },
    );
  },
);

it("bundleVectors carries IDs and the manifest's hash", async () => {
  const { out, bundle } = await bundleOf(["npy"]);
  const users = bundleVectors(bundle, "users");
  expect(users).toMatchObject({ kind: "users", rows: 11, columns: 5 });
  expect(users.ids?.[10]).toBe("user 10");
  const sha256 = createHash("sha256")
    .update(readFileSync(join(out, "manifest.json")))
    .digest("hex");
  expect(users.provenance).toEqual({ table: "users", bundle: sha256, seed: 7 });
  const items = bundleVectors(bundle, "items");
  expect(items.kind).toBe("items");
  // Items have no IDs but their rows.
  expect(items.ids).toBeUndefined();
});

it("bundleVectors refuses tables other than those of users or items", async () => {
  const { bundle } = await bundleOf(["npy"]);
  for (const name of ["labels.image", "centroids.image", "users.text"]) {
    await expectFailure(
      () => bundleVectors(bundle, name),
      "invalid-option",
      JSON.stringify(name),
      "items, labels.image",
    );
  }
});

it("bundleVectors refuses files without float32 values, without a table, and without rows", async () => {
  const { bundle } = await bundleOf(["npy"]);
  await expectFailure(() => bundle.readBlocks("labels.image", 2).next(), "mismatch", "float32", "int32");
  await expectFailure(() => bundle.readBlocks("users.text", 2).next(), "invalid-option", '"users.text"');
  await expectFailure(() => bundle.readBlocks("users", 0).next(), "invalid-option", "1 or more rows");
});

it("Vectors may be a Table, whose raw IDs are kept", async () => {
  const table = createTable(Float32Array.of(1, 2, 3, 4, 5, 6), 3, 2, new IdIndex(["ann", "bob", 7]));
  const batches = [];
  for await (const { ids, data } of vectorBatches(asVectors(table), { doing: "testing", rowsPerBatch: 2 })) {
    batches.push([[...ids], [...data]]);
  }
  expect(batches).toEqual([
    [
      ["ann", "bob"],
      [1, 2, 3, 4],
    ],
    [["7"], [5, 6]],
  ]);
  const vectors = arrayVectors("users", table);
  expect(asVectors(vectors)).toBe(vectors);
});

it("arrayVectors takes a table in memory, and refuses other lengths", async () => {
  const data = new Float32Array(6);
  await expectFailure(
    () => arrayVectors("users", { data, rows: 2, columns: 2 }),
    "invalid-option",
    "2 x 2",
    "6",
  );
  const ids = new IdIndex(["a"]);
  await expectFailure(
    () => arrayVectors("users", { data, rows: 2, columns: 3, ids }),
    "invalid-option",
    "2 IDs",
    "1",
  );
  expect((await collect(someVectors(), 2)).rows).toEqual([2, 2, 1]);
});

it("Vectors come in batches of rows with their IDs, and blocks that contradict the table are refused", async () => {
  const vectors = someVectors({ ids: ["a", 7, 9n, "d", "e"] });
  const seen: unknown[] = [];
  for await (const { first, ids, data } of vectorBatches(vectors, { doing: "testing", rowsPerBatch: 3 })) {
    seen.push([first, ids, Array.from(data)]);
  }
  expect(seen).toEqual([
    [0, ["a", "7", "9"], [0, 1, 2].flatMap((row) => rowOf(vectors, row))],
    [3, ["d", "e"], [3, 4].flatMap((row) => rowOf(vectors, row))],
  ]);
  const short = { ...vectors, blocks: () => [vectors.data.subarray(0, 12)] };
  await expectFailure(() => wholeTable(short, "testing"), "invalid-data", "blocks of 5 x 3");
  const long = { ...vectors, blocks: () => [vectors.data, vectors.data] };
  await expectFailure(() => wholeTable(long, "testing"), "invalid-data", "blocks of 5 x 3");
  const ragged = { ...vectors, blocks: () => [vectors.data.subarray(0, 4), vectors.data.subarray(4)] };
  await expectFailure(() => wholeTable(ragged, "testing"), "invalid-data", "blocks of 5 x 3");
});

it("Reading vectors ends when the signal is aborted", async () => {
  const signal = { aborted: false, reason: undefined };
  const batches = vectorBatches(someVectors(), { doing: "testing", rowsPerBatch: 2, signal });
  await batches.next();
  signal.aborted = true;
  await expectFailure(() => batches.next(), "aborted");
});

it("Statistics of a table are those of a plain loop", () => {
  // Rows of length 5, 0 and 13.
  const norms = tableNorms(Float32Array.of(3, 4, 0, 0, 5, 12), 2);
  expect(norms.meanRowNorm).toBeCloseTo(6, 12);
  expect(norms.rms).toBeCloseTo(Math.sqrt((25 + 169) / 6), 12);
  expect(tableNorms(new Float32Array(0), 3)).toEqual({ rms: 0, meanRowNorm: 0 });
});

it("Plain arrays, other typed arrays and views of bytes are refused where a table of float32 is expected", async () => {
  const plain = [1, 2, 3, 4] as unknown;
  for (const data of [plain, BigInt64Array.of(1n, 2n, 3n, 4n), undefined] as readonly unknown[]) {
    const table = { rows: 2, columns: 2, data: data as Float32Array };
    await expectFailure(() => arrayVectors("users", table), "invalid-option", "a Float32Array", "users");
    const out = join(folder, "refused");
    const write = () => writeTables(out, { tables: [{ name: "users", ...table }], formats: ["npy"] });
    await expectFailure(write, "invalid-option", "a Float32Array or an Int32Array", 'table "users"');
  }
  await expectFailure(
    () => encodeNpy(plain as Float32Array, [4]),
    "invalid-option",
    "a typed array",
    "a plain array",
  );
  const tensor = { name: "t", shape: [4], data: plain as Float32Array };
  await expectFailure(() => encodeSafetensors([tensor]), "invalid-option", "a typed array", "a plain array");
});
