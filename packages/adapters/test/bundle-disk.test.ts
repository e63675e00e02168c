import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProgressEvent } from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import type { BundleTable } from "../src/bundle/index.ts";
import { decodeNpy, encodeNpy } from "../src/formats/npy.ts";
import { decodeSafetensors } from "../src/formats/safetensors.ts";
import { readBundle, type WriteTablesOptions, writeTables } from "../src/node/index.ts";
import { expectFailure, snapshot, temporaryFolder } from "./helpers.ts";
import { describeWithNumpy, python } from "./peers.ts";

const root = temporaryFolder();
const newPlace = (): string => join(mkdtempSync(join(root, "case-")), "out");

const values = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => Math.sin(i));
const tables: readonly BundleTable[] = [
  { name: "users", rows: 5, columns: 3, data: values(15) },
  { name: "items", rows: 4, columns: 3, data: values(12) },
  { name: "users.image", rows: 5, columns: 2, data: values(10) },
  { name: "centroids.image", rows: 2, columns: 2, data: values(4) },
  { name: "labels.image", rows: 4, data: Int32Array.of(0, 1, 1, -1) },
];
const options: WriteTablesOptions = {
  tables,
  userIds: ["ann", "bob", "cy", "dé", "eve"],
  itemIds: [0, 1, 2, 3],
  manifest: { seed: 999, options: { lambda: { image: 0.5 }, clusters: { image: 8 } } },
  formats: ["npy", "safetensors"],
  attachments: { "initializer.bin": Uint8Array.of(1, 2, 3) },
};

describe("A bundle on disk", () => {
  it("holds the given tables in both formats, with hashes, and is read back", async () => {
    const out = newPlace();
    const manifest = await writeTables(out, options);
    const npy = tables.map(({ name }) => `${name}.npy`);
    const others = ["initializer.bin", "tables.safetensors", "user_ids.txt"];
    expect(readdirSync(out).sort()).toEqual([...npy, ...others, "manifest.json"].sort());
    expect(JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"))).toEqual(manifest);
    expect(Object.keys(manifest.files).sort()).toEqual([...npy, ...others].sort());
    expect(manifest).toMatchObject({ format: "wellbegun-bundle", version: 1, seed: 999 });
    for (const [name, file] of Object.entries(manifest.files)) {
      const bytes = readFileSync(join(out, name));
      expect([file.sha256, file.bytes], name).toEqual([
        createHash("sha256").update(bytes).digest("hex"),
        bytes.length,
      ]);
    }
    const together = decodeSafetensors(readFileSync(join(out, "tables.safetensors")));
    const bundle = await readBundle(out);
    for (const table of tables) {
      const { name, rows, columns } = table;
      const data = "data" in table ? table.data : undefined;
      const alone = decodeNpy(readFileSync(join(out, `${name}.npy`)));
      expect([alone.shape, alone.data], name).toEqual([
        columns === undefined ? [rows] : [rows, columns],
        data,
      ]);
      expect(together.tensors.get(name)?.data, name).toEqual(data);
      expect(await bundle.readTable(name)).toEqual({ name, rows, columns, data });
      expect(bundle.tables.get(name)).toEqual({
        dtype: manifest.files[`${name}.npy`]!.dtype,
        shape: alone.shape,
      });
    }
    expect(readFileSync(join(out, "user_ids.txt"), "utf8")).toBe("ann\nbob\ncy\ndé\neve\n");
    expect([bundle.userCount, bundle.itemCount, bundle.itemIds]).toEqual([5, 4, undefined]);
    expect(bundle.userIds).toEqual(options.userIds);
    await expectFailure(() => bundle.readTable("user"), "invalid-option", "users", '"user"');
  });

  it("is the same, byte for byte, when written again, with the manifest's keys in another order", async () => {
    const first = newPlace();
    const second = newPlace();
    await writeTables(first, options);
    await writeTables(second, {
      ...options,
      manifest: { options: { clusters: { image: 8 }, lambda: { image: 0.5 } }, seed: 999 },
    });
    expect(snapshot(second)).toEqual(snapshot(first));
    await writeTables(first, options);
    expect(snapshot(second)).toEqual(snapshot(first));
  });

  it("is the same when its tables come in blocks, from a generator that reuses its memory", async () => {
    const whole = newPlace();
    const streamed = newPlace();
    await writeTables(whole, options);
    async function* blocks(data: Float32Array, columns: number): AsyncGenerator<Float32Array> {
      const block = new Float32Array(2 * columns);
      for (let start = 0; start < data.length; start += block.length) {
        const part = data.subarray(start, start + block.length);
        block.set(part);
        yield block.subarray(0, part.length);
        block.fill(Number.NaN);
      }
    }
    const asBlocks = tables.map((table): BundleTable => {
      if (!("data" in table) || !(table.data instanceof Float32Array)) return table;
      const { name, rows, columns } = table;
      return { name, rows, columns, blocks: blocks(table.data, columns ?? 1) };
    });
    await writeTables(streamed, { ...options, tables: asBlocks });
    expect(snapshot(streamed)).toEqual(snapshot(whole));
  });

  it("may hold safetensors alone", async () => {
    const out = newPlace();
    await writeTables(out, { tables, formats: ["safetensors"] });
    expect(readdirSync(out).sort()).toEqual(["manifest.json", "tables.safetensors"]);
    const bundle = await readBundle(out);
    expect((await bundle.readTable("labels.image")).data).toEqual(Int32Array.of(0, 1, 1, -1));
    expect([bundle.userCount, bundle.itemCount, bundle.tables.size]).toEqual([5, 4, 5]);
  });

  it("reports progress up to the end", async () => {
    const events: ProgressEvent[] = [];
    await writeTables(newPlace(), { tables, onProgress: (event) => events.push(event) });
    expect(events.map(({ stage, done, total }) => [stage, done, total])).toEqual(
      [15, 27, 37, 41, 45].map((done) => ["export", done, 45]),
    );
  });

  it("is written in blocks, between which a signal is noticed", async () => {
    const out = newPlace();
    const controller = new AbortController();
    let made = 0;
    function* blocks(): Generator<Float32Array> {
      for (; ; made++) {
        if (made === 3) controller.abort();
        yield new Float32Array(10);
      }
    }
    const endless: BundleTable = { name: "users", rows: 1e6, columns: 10, blocks: blocks() };
    await expectFailure(() => writeTables(out, { tables: [endless], signal: controller.signal }), "aborted");
    expect(made).toBe(3);
    expect(readdirSync(join(out, ".."))).toEqual([]);
  });
});

describe("A bundle is refused with", () => {
  const refused = async (
    changes: Partial<WriteTablesOptions>,
    code: Parameters<typeof expectFailure>[1],
    ...parts: readonly string[]
  ): Promise<void> => {
    const out = newPlace();
    await expectFailure(() => writeTables(out, { ...options, ...changes }), code, ...parts);
    expect(readdirSync(join(out, ".."))).toEqual([]);
  };
  const users = (data: Float32Array, rows = 2, columns = 2): readonly BundleTable[] => [
    { name: "users", rows, columns, data },
  ];

  it("NaN and infinities in any block, and the error names table, row and column", async () => {
    await refused(
      { tables: users(Float32Array.of(1, 2, 3, Number.NaN)), userIds: undefined },
      "invalid-data",
      '"users", row 1, column 1',
      "NaN",
    );
    const blocks = [Float32Array.of(1, 2), Float32Array.of(Infinity, 4)];
    const streamed: BundleTable = { name: "users", rows: 2, columns: 2, blocks };
    await refused({ tables: [streamed], userIds: undefined }, "invalid-data", "row 1, column 0", "Infinity");
  });

  it("tables whose sizes contradict themselves or each other", async () => {
    await refused({ tables: [] }, "invalid-option", "at least one table");
    await refused({ tables: users(values(5)) }, "invalid-option", "2 x 2 = 4", "found 5");
    await refused({ tables: users(values(4), -2, -2) }, "invalid-option", "-2 x -2");
    await refused({ tables: [...tables, tables[0]!] }, "invalid-option", '"users"', "twice");
    for (const name of ["../users", "a/b", ".users", "", "a:b"]) {
      await refused(
        { tables: [{ ...tables[0]!, name }] },
        "invalid-option",
        "file name",
        JSON.stringify(name),
      );
    }
    const image: BundleTable = { name: "users.image", rows: 4, columns: 1, data: values(4) };
    await refused(
      { tables: [tables[0]!, image], userIds: undefined },
      "mismatch",
      "5 rows",
      '"users.image"',
      "found 4",
    );
    const labels: BundleTable = { name: "labels.image", rows: 5, data: new Int32Array(5) };
    await refused({ tables: [tables[1]!, labels] }, "mismatch", "4 rows", "labels.image");
    await refused({ userIds: ["a", "b"] }, "mismatch", "2 rows, as in the IDs of the users", "found 5");
    const short: BundleTable = { name: "x", rows: 3, columns: 2, blocks: [values(4)] };
    await refused({ tables: [short] }, "invalid-data", "3 x 2", "found 4");
    await refused(
      { tables: [{ ...short, blocks: [values(4), values(4)] }] },
      "invalid-data",
      "found at least 8",
    );
  });

  it("IDs, formats, attachments and manifests that cannot be written", async () => {
    await refused({ userIds: ["a", "b\n", "c", "d", "e"] }, "invalid-data", "user_ids.txt, row 1");
    await refused({ formats: [] }, "invalid-option", "npy, safetensors", "none");
    await refused({ formats: JSON.parse('["arrow"]') }, "invalid-option", '"arrow"');
    await refused({ manifest: { loss: Number.NaN } }, "invalid-option", "manifest.loss");
    for (const name of ["manifest.json", "users.npy", "user_ids.txt", "../x"]) {
      await refused({ attachments: { [name]: new Uint8Array(1) } }, "invalid-option", JSON.stringify(name));
    }
  });

  it("an output path where something else lies", async () => {
    const out = newPlace();
    await writeTables(out, options);
    writeFileSync(join(out, "notes.txt"), "mine");
    await expectFailure(() => writeTables(out, options), "invalid-option", "notes.txt");
    await writeTables(out, { ...options, overwrite: true });
    expect(readdirSync(out)).not.toContain("notes.txt");
    const application = mkdtempSync(join(root, "application-"));
    writeFileSync(join(application, "manifest.json"), '{"name": "a web application"}');
    await expectFailure(() => writeTables(application, options), "invalid-option", "manifest.json");
  });
});

describe("A bundle on disk that contradicts its manifest", () => {
  const damaged = async (damage: (out: string) => void, ...parts: readonly string[]): Promise<void> => {
    const out = newPlace();
    await writeTables(out, options);
    damage(out);
    const code = parts.includes("ENOENT") ? "io" : "mismatch";
    await expectFailure(() => readBundle(out), code, ...parts);
  };
  const edit = (out: string, change: (manifest: { files: Record<string, object> }) => void): void => {
    const path = join(out, "manifest.json");
    const manifest = JSON.parse(readFileSync(path, "utf8"));
    change(manifest);
    writeFileSync(path, JSON.stringify(manifest));
  };

  it("is refused where a byte changed, a file is cut off or missing, or the manifest is missing", async () => {
    const flip = (out: string): void => {
      const bytes = readFileSync(join(out, "items.npy"));
      bytes[bytes.length - 1]! ^= 1;
      writeFileSync(join(out, "items.npy"), bytes);
    };
    await damaged(flip, "items.npy", "SHA-256");
    await damaged((out) => truncateSync(join(out, "users.npy"), 100), "users.npy", "188 bytes", "found 100");
    await damaged((out) => rmSync(join(out, "labels.image.npy")), "labels.image.npy", "ENOENT");
    await damaged((out) => rmSync(join(out, "manifest.json")), "manifest.json", "ENOENT");
    await expectFailure(() => readBundle(join(root, "absent")), "io", "absent", "ENOENT");
    const out = newPlace();
    await writeTables(out, options);
    flip(out);
    expect((await readBundle(out, { verifyHashes: false })).userCount).toBe(5);
  });

  it("is refused for another shape, dtype, tensor or number of IDs, even with the right hash", async () => {
    const relabel = (name: string, changes: object) => (out: string) =>
      edit(out, (manifest) => Object.assign(manifest.files[name]!, changes));
    await damaged(relabel("users.npy", { shape: [3, 5] }), "users.npy", "[3, 5]", "[5, 3]");
    await damaged(relabel("labels.image.npy", { dtype: "float32" }), "labels.image.npy", "int32 [4]");
    await damaged(
      relabel("users.npy", { dtype: undefined }),
      "users.npy",
      "a dtype and shape in the manifest",
    );
    const other = { dtype: "float32", shape: [9, 9] };
    await damaged(relabel("tables.safetensors", { tensors: { other } }), "tables.safetensors", '"other"');
    await damaged(relabel("tables.safetensors", { tensors: { users: other } }), "tensor users", "[9, 9]");
    const replace = (name: string, bytes: Uint8Array) => (out: string) => {
      writeFileSync(join(out, name), bytes);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      edit(out, (manifest) => Object.assign(manifest.files[name]!, { sha256, bytes: bytes.length }));
    };
    await damaged(replace("user_ids.txt", Buffer.from("ann\nbob\n")), "user_ids.txt", "5 IDs", "found 2");
    await damaged(replace("users.npy", encodeNpy(values(12), [4, 3])), "users.npy", "[5, 3]", "[4, 3]");
  });

  it("is not read to its end after the signal is aborted", async () => {
    const out = newPlace();
    await writeTables(out, options);
    await expectFailure(() => readBundle(out, { signal: AbortSignal.abort() }), "aborted");
  });
});

describeWithNumpy("A bundle read by numpy", () => {
  it("has the same tables", async () => {
    const out = newPlace();
    await writeTables(out, options);
    const printed = python(
      `
import os
out = sys.argv[1]
manifest = json.load(open(os.path.join(out, "manifest.json")))
names = [n for n in manifest["files"] if n.endswith(".npy")]
arrays = {n: np.load(os.path.join(out, n), allow_pickle=False) for n in names}
ids = open(os.path.join(out, "user_ids.txt"), encoding="utf-8").read().splitlines()
print(json.dumps({"ids": ids, "tables": {n: [str(a.dtype), list(a.shape), a.ravel().tolist()] for n, a in arrays.items()}}))
`,
      out,
    );
    const expected = tables.map((table) => {
      const shape = table.columns === undefined ? [table.rows] : [table.rows, table.columns];
      const data = "data" in table ? table.data : new Float32Array(0);
      return [`${table.name}.npy`, [data instanceof Int32Array ? "int32" : "float32", shape, [...data]]];
    });
    expect(JSON.parse(printed)).toEqual({ ids: options.userIds, tables: Object.fromEntries(expected) });
  });
});
