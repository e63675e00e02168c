import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { BundleTable, Manifest } from "../src/bundle/index.ts";
import { bundleVectors, parseManifest } from "../src/bundle/index.ts";
import { encodeNpy } from "../src/formats/npy.ts";
import { openVectors, readBundle, type WriteTablesOptions, writeTables } from "../src/node/index.ts";
import { vectorBatches } from "../src/vectors/batches.ts";
import type { Vectors } from "../src/vectors/vectors.ts";
import { expectFailure, temporaryFolder } from "./helpers.ts";
import { describeWithNumpy, python } from "./peers.ts";

const root = temporaryFolder();
const newPlace = (): string => join(mkdtempSync(join(root, "case-")), "out");

const values = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => Math.sin(i));
const users = values(7 * 3);
const userIds = ["ann", "bob", "cy", "dé", "eve", "f f", "gus"];
const options: WriteTablesOptions = {
  tables: [
    { name: "users", rows: 7, columns: 3, data: users },
    { name: "items", rows: 2, columns: 3, data: values(6) },
    { name: "labels.image", rows: 2, data: Int32Array.of(0, -1) },
  ],
  userIds,
  manifest: { seed: 999 },
};
const inParts: WriteTablesOptions = { ...options, rowsPerPart: 3 };
const firstPart = "users/part-00000.npy";

async function collect<T>(blocks: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const block of blocks) all.push(block);
  return all;
}

type Editable = Omit<Manifest, "files" | "parted"> & {
  files: Record<string, Record<string, unknown>>;
  parted: Record<string, { shape: number[]; parts: { file: string; rows: number[] }[] }>;
};

/** A bundle in parts whose manifest `edit` has changed. */
async function changed(edit: (manifest: Editable) => void): Promise<string> {
  const out = newPlace();
  await writeTables(out, inParts);
  const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8")) as Editable;
  edit(manifest);
  writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest));
  return out;
}

describe("a bundle in parts", () => {
  it("has files of a row range each, with a hash, that NumPy's format and lines alone describe", async () => {
    const out = newPlace();
    const manifest = await writeTables(out, inParts);
    expect(manifest.version).toBe(2);
    expect(readdirSync(out).sort()).toEqual(
      ["items.npy", "labels.image.npy", "manifest.json", "user_ids", "users"].sort(),
    );
    const ranges = [
      [0, 3],
      [3, 6],
      [6, 7],
    ] as const;
    expect(manifest.parted).toEqual({
      "user_ids.txt": {
        shape: [7],
        parts: ranges.map((rows, part) => ({ file: `user_ids/part-0000${part}.txt`, rows })),
      },
      "users.npy": {
        dtype: "float32",
        shape: [7, 3],
        parts: ranges.map((rows, part) => ({ file: `users/part-0000${part}.npy`, rows })),
      },
    });
    for (const [part, [first, end]] of ranges.entries()) {
      const bytes = readFileSync(join(out, `users/part-0000${part}.npy`));
      expect(bytes).toEqual(Buffer.from(encodeNpy(users.slice(first * 3, end * 3), [end - first, 3])));
      const listed = manifest.files[`users/part-0000${part}.npy`]!;
      expect(listed.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
      const ids = readFileSync(join(out, `user_ids/part-0000${part}.txt`), "utf8");
      expect(ids).toBe(
        userIds
          .slice(first, end)
          .map((id) => `${id}\n`)
          .join(""),
      );
    }
  });

  it("is read as the bundle of whole files is", async () => {
    const [whole, parts] = [newPlace(), newPlace()];
    expect((await writeTables(whole, options)).version).toBe(1);
    await writeTables(parts, inParts);
    const expected = await readBundle(whole);
    const bundle = await readBundle(parts);
    expect([bundle.userCount, bundle.itemCount, bundle.userIds]).toEqual([7, 2, userIds]);
    expect(bundle.tables).toEqual(expected.tables);
    for (const name of bundle.tables.keys()) {
      expect(await bundle.readTable(name)).toEqual(await expected.readTable(name));
    }
    expect((await bundle.users()).row("f f")).toEqual((await expected.users()).row("f f"));
    for (const rows of [1, 2, 3, 4, 7, 100]) {
      expect(await collect(bundle.readBlocks("users", rows))).toEqual(
        await collect(expected.readBlocks("users", rows)),
      );
      const later = await collect(bundle.readBlocks("users", rows, 4));
      expect(later.flatMap((block) => [...block])).toEqual([...users.subarray(12)]);
    }
  });

  it.each<[string, Partial<WriteTablesOptions>, readonly string[]]>([
    ["Parquet alone", { formats: ["parquet"] }, ["items.parquet", "labels.image.npy", "users.parquet"]],
    [
      "Parquet in parts",
      { formats: ["parquet"], rowsPerPart: 3 },
      ["items.parquet", "labels.image.npy", "users"],
    ],
    [
      "Parquet beside safetensors",
      { formats: ["safetensors", "parquet"], rowsPerPart: 3 },
      ["items.parquet", "tables.safetensors", "users"],
    ],
    [
      "Parquet in parts, without IDs",
      { formats: ["parquet"], rowsPerPart: 2, userIds: undefined },
      ["items.parquet", "labels.image.npy", "users"],
    ],
  ])("is read as the bundle of .npy files is, in %s", async (_, given, names) => {
    const [whole, parquet] = [newPlace(), newPlace()];
    const made = { ...options, ...given };
    await writeTables(whole, { ...made, formats: ["npy"], rowsPerPart: undefined });
    await writeTables(parquet, made);
    const idFiles = ["user_ids.txt", "user_ids"];
    expect(
      readdirSync(parquet)
        .filter((name) => !idFiles.includes(name))
        .sort(),
    ).toEqual([...names, "manifest.json"].sort());
    const [expected, bundle] = [await readBundle(whole), await readBundle(parquet)];
    expect(bundle.userIds).toEqual(expected.userIds);
    expect(new Map([...bundle.tables].sort())).toEqual(new Map([...expected.tables].sort()));
    for (const name of bundle.tables.keys()) {
      expect(await bundle.readTable(name)).toEqual(await expected.readTable(name));
    }
    for (const rows of [1, 2, 3, 5, 100]) {
      for (const first of [0, 2, 4]) {
        expect(await collect(bundle.readBlocks("users", rows, first))).toEqual(
          await collect(expected.readBlocks("users", rows, first)),
        );
      }
    }
    const batches = async (folder: string): Promise<unknown> =>
      collect(vectorBatches(await openVectors(folder), { doing: "testing", rowsPerBatch: 2, firstRow: 1 }));
    expect(await batches(parquet)).toEqual(await batches(whole));
    const part = "users/part-00001.parquet";
    if (!names.includes("users")) return;
    rmSync(join(parquet, part));
    await expectFailure(() => readBundle(parquet), "io", "the file that the manifest lists", part);
  });

  it("is refused if a Parquet part has other rows than the manifest says", async () => {
    const out = newPlace();
    await writeTables(out, { ...inParts, formats: ["parquet"] });
    const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8")) as Editable;
    const [one, other] = ["users/part-00001.parquet", "users/part-00002.parquet"];
    writeFileSync(join(out, one), readFileSync(join(out, other)));
    const { sha256, bytes } = manifest.files[other]!;
    Object.assign(manifest.files[one]!, { sha256, bytes });
    writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest));
    await expectFailure(() => readBundle(out), "mismatch", "float32 [3, 3]", "1 rows", one);
  });

  it("takes blocks that come once, for all formats together, and reports every value", async () => {
    const blocks = (more: number) =>
      (async function* () {
        for (let row = 0; row < 7 + more; row++) yield users.slice(3 * (row % 7), 3 * (row % 7) + 3);
      })();
    const table = (more: number) => ({ name: "users", rows: 7, columns: 3, blocks: blocks(more) });
    const formats = ["npy", "safetensors", "parquet"] as const;
    const out = newPlace();
    let done = 0;
    const onProgress = (event: { readonly done: number }): void => {
      done = event.done;
    };
    await writeTables(out, { tables: [table(0)], formats, onProgress });
    expect(done).toBe(21);
    const parquet = newPlace();
    await writeTables(parquet, { tables: [table(0)], formats: ["parquet"], rowsPerPart: 2 });
    for (const folder of [out, parquet]) {
      expect((await (await readBundle(folder)).readTable("users")).data).toEqual(users);
    }
    const refused = newPlace();
    await expectFailure(
      () => writeTables(refused, { tables: [table(1)], formats: ["parquet"] }),
      "invalid-data",
      "7 x 3 values in all",
    );
    expect(existsSync(refused)).toBe(false);
  });

  it("reads rows of any row group of a Parquet file", async () => {
    const out = newPlace();
    const rows = 5000;
    const data = values(rows * 700);
    await writeTables(out, { tables: [{ name: "users", rows, columns: 700, data }], formats: ["parquet"] });
    const bundle = await readBundle(out);
    // As bytes: toEqual takes seconds for so many values.
    const bytes = (of: Float32Array | Int32Array): Buffer =>
      Buffer.from(of.buffer, of.byteOffset, of.byteLength);
    expect(bytes((await bundle.readTable("users")).data).equals(bytes(data))).toBe(true);
    const [block] = await collect(bundle.readBlocks("users", 1600, 4000));
    expect(bytes(block!).equals(bytes(data.subarray(4000 * 700)))).toBe(true);
  });

  it("streams values and IDs in batches that begin at any row", async () => {
    const out = newPlace();
    await writeTables(out, inParts);
    const vectors = await openVectors(out);
    const held = bundleVectors(await readBundle(out));
    expect(vectors.ids).toBeUndefined();
    for (const firstRow of [0, 2, 5]) {
      for (const rowsPerBatch of [2, 3, 50]) {
        const batches = (from: Vectors): AsyncIterable<unknown> =>
          vectorBatches(from, { doing: "testing", rowsPerBatch, firstRow });
        expect(await collect(batches(vectors))).toEqual(await collect(batches(held)));
      }
    }
  });

  it("takes IDs and values that are generated while they are written", async () => {
    const out = newPlace();
    const blocks = (function* () {
      for (const [first, end] of [
        [0, 4],
        [4, 5],
        [5, 7],
      ] as const)
        yield { ids: userIds.slice(first, end), data: users.slice(first * 3, end * 3) };
    })();
    const made = [...blocks];
    const tables: BundleTable[] = [
      { name: "users", rows: 7, columns: 3, blocks: made.map(({ data }) => data) },
    ];
    const streamed = { length: 7, blocks: made.map(({ ids }) => ids) };
    const manifest = await writeTables(out, { tables, userIds: streamed, rowsPerPart: 3 });
    const expected = await writeTables(newPlace(), inParts);
    expect(manifest.files).toMatchObject(
      Object.fromEntries(Object.entries(expected.files).filter(([name]) => name.startsWith("user"))),
    );
    for (const length of [6, 8]) {
      const rows = { ...streamed, length };
      const wrong = { tables: [{ name: "other", rows: 1, data: values(1) }], userIds: rows };
      await expectFailure(() => writeTables(newPlace(), wrong), "mismatch", `${length} IDs`);
    }
  });

  it("writes tables with 0 rows, tables of exactly one part, and centroids as one file", async () => {
    const tables = [
      { name: "a", rows: 0, columns: 2, data: values(0) },
      { name: "items.b", rows: 3, columns: 2, data: values(6) },
      { name: "centroids.b", rows: 4, columns: 2, data: values(8) },
    ];
    const out = newPlace();
    expect((await writeTables(out, { tables, rowsPerPart: 3 })).version).toBe(1);
    expect((await readBundle(out)).tables.get("a")).toEqual({ dtype: "float32", shape: [0, 2] });
  });

  it("is replaced as a whole, but not with foreign files in a folder of parts", async () => {
    const out = newPlace();
    await writeTables(out, inParts);
    await writeTables(out, options);
    expect(readdirSync(out).sort()).toEqual([
      "items.npy",
      "labels.image.npy",
      "manifest.json",
      "user_ids.txt",
      "users.npy",
    ]);
    await writeTables(out, { ...inParts, overwrite: false });
    writeFileSync(join(out, "users", "notes.md"), "mine");
    await expectFailure(() => writeTables(out, options), "invalid-option", "other files (users)");
  });

  it("is refused without a part, or with a part that was changed", async () => {
    const lost = newPlace();
    await writeTables(lost, inParts);
    rmSync(join(lost, firstPart));
    await expectFailure(() => readBundle(lost), "io", "the file that the manifest lists", firstPart);
    const other = newPlace();
    await writeTables(other, inParts);
    const bytes = readFileSync(join(other, firstPart));
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(join(other, firstPart), bytes);
    await expectFailure(() => readBundle(other), "mismatch", "SHA-256", firstPart);
    await expectFailure(() => openVectors(other), "mismatch", "SHA-256", firstPart);
  });

  it("is refused unless the row ranges cover every row once and the parts have their rows", async () => {
    const cases: [(manifest: Editable) => void, string][] = [
      [({ parted }) => parted["users.npy"]!.parts.splice(1, 1), "rows from 3, where the part before ends"],
      [({ parted }) => parted["users.npy"]!.parts.pop(), "parts of 7 rows in all, found 6"],
      [
        ({ parted }) => (parted["users.npy"]!.parts[1]!.rows = [2, 6]),
        "rows from 3, where the part before ends",
      ],
      [({ parted }) => (parted["users.npy"]!.parts[1]!.rows = [3, 5]), 'found ["float32",[3,3]]'],
      [({ parted }) => (parted["users.npy"]!.shape = [8, 3]), "parts of 8 rows in all"],
      [({ parted }) => (parted["users.npy"]!.shape = [7, 2]), 'found ["float32",[3,3]]'],
      [({ parted }) => parted["users.npy"]!.parts.reverse(), "rows from 0, where the part before ends"],
      [({ parted }) => (parted["users.npy"]!.parts[1]!.file = firstPart), "each part once"],
      [
        ({ parted }) => (parted["users.npy"]!.parts[1]!.file = "../users/part-00001.npy"),
        "the name of a part of users.npy",
      ],
      [({ parted }) => delete parted["users.npy"], "a parted file that names this part"],
      [({ parted }) => delete parted["user_ids.txt"], "a parted file that names this part"],
      [({ files }) => delete files[firstPart], "which is not among the files"],
      [({ files }) => (files["users.npy"] = files["items.npy"]!), "a whole file or its parts"],
      [({ files }) => (files["a/b.npy"] = files["items.npy"]!), "a plain file name"],
      [({ files }) => (files["../part-00000.npy"] = files["items.npy"]!), "a plain file name"],
      [(manifest) => Object.assign(manifest, { version: 1 }), "version 2, which has parted files"],
      [(manifest) => Object.assign(manifest, { version: 3 }), "version 1 or 2"],
      [(manifest) => Object.assign(manifest, { parted: [] }), "the object parted"],
    ];
    for (const [edit, text] of cases) {
      const out = await changed(edit);
      await expectFailure(() => readBundle(out), "format", text);
      expect(() => parseManifest(readFileSync(join(out, "manifest.json"), "utf8"))).toThrow();
    }
  });

  it("is refused if a part's IDs are fewer than its rows", async () => {
    const out = newPlace();
    const name = "user_ids/part-00001.txt";
    const text = "dé\neve\n";
    await writeTables(out, inParts);
    writeFileSync(join(out, name), text);
    const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8")) as Editable;
    const sha256 = createHash("sha256").update(text).digest("hex");
    Object.assign(manifest.files[name]!, { sha256, bytes: Buffer.byteLength(text) });
    writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest));
    await expectFailure(() => readBundle(out), "mismatch", "7 IDs", "6");
    const batches = vectorBatches(await openVectors(out), { doing: "testing", rowsPerBatch: 2 });
    await expectFailure(() => collect(batches), "mismatch", "7 IDs", "6");
  });

  it("refuses a number of rows per part that is no whole number above 0", async () => {
    for (const rowsPerPart of [0, -1, 1.5, Number.NaN]) {
      const wrong = { ...options, rowsPerPart };
      await expectFailure(() => writeTables(newPlace(), wrong), "invalid-option", "rowsPerPart");
    }
  });
});

describeWithNumpy("a bundle in parts in Python", () => {
  it("has Parquet parts of IDs and vectors that pyarrow reads", async () => {
    const out = newPlace();
    await writeTables(out, { ...inParts, formats: ["parquet"] });
    const program = `
import pyarrow.parquet as pq
table = pq.read_table(sys.argv[1] + "/users")
print(json.dumps([str(table.schema.field("vector").type), table["id"].to_pylist(), table["vector"].to_pylist()]))`;
    const [type, ids, vectors] = JSON.parse(python(program, out)) as [string, unknown, number[][]];
    expect(type).toBe("fixed_size_list<element: float not null>[3]");
    expect(ids).toEqual(userIds);
    expect(vectors.flat()).toEqual([...users]);
  });

  it.each([["npy"], ["parquet"]] as const)("is read as one by the Python package, in %s", async (format) => {
    const out = newPlace();
    await writeTables(out, { ...inParts, formats: [format] });
    const program = `
sys.path.insert(0, sys.argv[1])
from wellbegun import Bundle
bundle = Bundle(sys.argv[2])
print(json.dumps([bundle.tables, bundle.user_ids, bundle.table("users").tolist()]))`;
    const packageFolder = new URL("../python", import.meta.url).pathname;
    const [tables, ids, table] = JSON.parse(python(program, packageFolder, out)) as [
      unknown,
      unknown,
      number[][],
    ];
    expect(tables).toEqual({ users: [7, 3], items: [2, 3], "labels.image": [2] });
    expect(ids).toEqual(userIds);
    expect(table.flat()).toEqual([...users]);
  });
});
