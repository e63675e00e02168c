import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rowVectors } from "@wellbegun/adapters/bundle";
import { readBundle } from "@wellbegun/adapters/node";
import { encodeNpy } from "@wellbegun/adapters/npy";
import { Initializer } from "@wellbegun/core";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, it } from "vitest";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { folderHashes, sha256, temporaryFolder } from "./support/files.ts";

const encoder = {
  name: "letters",
  revision: null,
  modality: "text",
  width: 4,
  preprocessing: { maxTokens: 8 },
  files: { "model.onnx": sha256("letters") },
  runtime: "none",
} as const;

/** Options that name the log of a folder. */
function logOf(folder: string): string[] {
  return ["--interactions", join(folder, "log.parquet"), "--user-column", "user", "--item-column", "item"];
}

/** A folder as `embed` writes it. */
function writeFeatures(
  folder: string,
  ids: readonly string[],
  values: Float32Array,
  missing: readonly number[] = [],
  made: typeof encoder | Omit<typeof encoder, "files"> = encoder,
): void {
  mkdirSync(folder, { recursive: true });
  const files: Record<string, { bytes: number; sha256: string }> = {};
  const write = (name: string, bytes: Uint8Array | string): void => {
    writeFileSync(join(folder, name), bytes);
    files[name] = { bytes: bytes.length, sha256: sha256(bytes) };
  };
  write("text_feat.npy", encodeNpy(values, [ids.length, 4]));
  write("item_ids.txt", `${ids.join("\n")}\n`);
  if (missing.length > 0) {
    const mask = new Uint8Array(ids.length);
    for (const row of missing) mask[row] = 1;
    write("text_missing.npy", encodeNpy(mask, [ids.length], { dtype: "bool" }));
  }
  const text = {
    ...{ shape: [ids.length, 4], dtype: "float32", missing: missing.length, truncated: 0 },
    ...{ columns: ["title"], encoder: made },
  };
  const manifest = { format: "wellbegun-features", version: 1, modalities: { text }, files };
  writeFileSync(join(folder, "features.json"), JSON.stringify(manifest));
}

const values = (rows: number, phase: number): Float32Array =>
  Float32Array.from({ length: rows * 4 }, (_, i) => Math.sin(1 + i * 1.7 + phase));

/** A bundle of twelve items with raw IDs. */
async function bundleIn(here: string): Promise<string> {
  const data = join(here, "data");
  writeFeatures(
    data,
    Array.from({ length: 12 }, (_, i) => `B${i}`),
    values(12, 0),
  );
  const pairs = Array.from({ length: 30 }, (_, i) => `u${i % 7},B${(i * 5) % 12}`);
  const [user, item] = [0, 1].map((side) => pairs.map((pair) => pair.split(",")[side]!));
  const columnData = [
    { name: "user", data: user!, type: "STRING" as const },
    { name: "item", data: item!, type: "STRING" as const },
  ];
  writeFileSync(join(here, "log.parquet"), new Uint8Array(parquetWriteBuffer({ columnData })));
  const bundle = join(here, "bundle");
  const found = await wellbegun([
    ...["init", data, ...logOf(here)],
    ...["--clusters", "2", "--prepare", "whiten", "--out", bundle],
  ]);
  expect(found.status, found.stderr).toBe(0);
  return bundle;
}

it("place writes the vectors of new items that the initializer gives, for upserts beside the bundle's rows.", async () => {
  const here = temporaryFolder();
  const bundle = await bundleIn(here);
  const [features, out] = [join(here, "new"), join(here, "more")];
  const rows = values(4, 0.3);
  writeFeatures(features, ["C0", "B3", "C1", "C2"], rows);
  const result = await wellbegunJson(["place", features, "--bundle", bundle, "--out", out]);
  expect(result).toMatchObject({ placed: 3, known: 1, empty: 0, missing: { text: 0 } });
  const [base, more] = [await readBundle(bundle), await readBundle(out)];
  expect(more.manifest.placed).toMatchObject({ bundle: base.manifestSha256, placed: 3 });
  const items = await more.items();
  const initializer = Initializer.fromBytes(readFileSync(join(bundle, "initializer.bin")));
  for (const [row, id] of [
    [0, "C0"],
    [2, "C1"],
    [3, "C2"],
  ] as const) {
    expect(items.row(id)).toEqual(
      initializer.foldInItem({ text: rows.subarray(4 * row, 4 * row + 4) }).vector,
    );
  }
  const late = rowVectors(base, [{ id: "C0", vector: items.row("C0") }], "items");
  expect(late.provenance).toMatchObject({ bundle: base.manifestSha256 });
  const text = await wellbegun(["place", features, "--bundle", bundle, "--out", out]);
  expect(text).toMatchObject({ status: 0 });
  expect(text.stdout).toContain("already in the bundle, left out");
  const before = folderHashes(out);
  expect(await wellbegun(["init", join(here, "data"), ...logOf(here), "--out", out])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("placed items"),
  });
  expect(folderHashes(out)).toEqual(before);
});

it("place leaves out items without content, and refuses what it cannot place.", async () => {
  const here = temporaryFolder();
  const bundle = await bundleIn(here);
  const out = join(here, "more");
  const features = (name: string): string => join(here, name);
  writeFeatures(features("gaps"), ["C0", "C1"], values(2, 1), [1]);
  expect(await wellbegunJson(["place", features("gaps"), "--bundle", bundle, "--out", out])).toMatchObject({
    placed: 1,
    empty: 1,
    missing: { text: 0 },
  });
  writeFeatures(features("other"), ["C0"], values(1, 1), [], {
    ...encoder,
    files: { "model.onnx": sha256("b") },
  } as never);
  writeFeatures(features("known"), ["B1"], values(1, 1));
  mkdirSync(features("bare"));
  writeFileSync(join(features("bare"), "text_feat.npy"), encodeNpy(values(1, 1), [1, 4]));
  for (const [folder, message] of [
    ["other", "vectors of the encoder letters, as in the bundle"],
    ["known", "1 that it has, and 0 without content"],
    ["bare", "item_ids.txt"],
    ["none", "none"],
  ] as const) {
    const { status, stderr } = await wellbegun([
      "place",
      features(folder),
      "--bundle",
      bundle,
      "--out",
      join(here, "x"),
    ]);
    expect(status, folder).toBe(1);
    expect(stderr).toContain(message);
  }
  const { status, stderr } = await wellbegun(["place", features("gaps"), "--out", join(here, "x")]);
  expect([status, stderr]).toEqual([2, expect.stringContaining("--bundle")]);
});
