import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { decodeNpy } from "../src/formats/npy.ts";
import { readBundle, writeTables, writeWire } from "../src/node/index.ts";
import { codebases, findTarget } from "../src/targets/index.ts";
import {
  artifactName,
  planWire,
  programPath,
  trainingCommand,
  WIRE_FILE,
  type WireOptions,
} from "../src/wire/index.ts";
import { expectFailure, temporaryFolder } from "./helpers.ts";

const folder = temporaryFolder();
let number = 0;

interface Shape {
  readonly users?: number;
  readonly items?: number;
  readonly width?: number;
  readonly userIds?: readonly string[];
  readonly branch?: number;
  readonly manifest?: Readonly<Record<string, unknown>>;
}

/** A bundle whose values tell their row and column: row + column / 100, items below zero. */
async function bundleOf({ users = 4, items = 3, width = 2, userIds, branch, manifest = {} }: Shape) {
  const values = (rows: number, columns: number, sign: number): Float32Array =>
    Float32Array.from(
      { length: rows * columns },
      (_, i) => sign * (Math.floor(i / columns) + 1 + (i % columns) / 100),
    );
  const out = join(folder, `bundle-${number++}`);
  await writeTables(out, {
    tables: [
      { name: "users", rows: users, columns: width, data: values(users, width, 1) },
      { name: "items", rows: items, columns: width, data: values(items, width, -1) },
      ...(branch === undefined
        ? []
        : [{ name: "users.image", rows: users, columns: branch, data: values(users, branch, 1) }]),
    ],
    userIds,
    manifest,
  });
  return readBundle(out);
}

async function wired(shape: Shape, target: string, options: WireOptions = {}) {
  const bundle = await bundleOf(shape);
  const plan = planWire(bundle, findTarget(target), options);
  const out = join(folder, `wire-${number++}`);
  await writeWire(out, bundle, plan);
  const index = JSON.parse(readFileSync(join(out, WIRE_FILE), "utf8"));
  const table = (file: string) => decodeNpy(readFileSync(join(out, file)));
  return { plan, out, index, table };
}

it("Rows are ordered by ID where row numbers are the codebase's IDs", async () => {
  const { index, table } = await wired({ userIds: ["2", "0", "3", "1"] }, "mmrec:BPR");
  expect(index).toMatchObject({ codebase: "mmrec", model: "BPR", order: "row-is-id", padding: 0 });
  expect(index.ids.users).toEqual({ count: 4, file: null });
  const { data, shape } = table("users.user_embedding.weight.npy");
  expect(shape).toEqual([4, 2]);
  expect([0, 1, 2, 3].map((row) => Math.floor(Number(data[row * 2])))).toEqual([2, 4, 1, 3]);
});

describe("The mark of a control", () => {
  const permuted = { manifest: { control: "permuted" } };

  it("is written into wire.json, the folder's name and the warnings, and is absent from a real bundle's artifact", async () => {
    const control = await wired(permuted, "mmrec:FREEDOM");
    expect(control.index.control).toBe("permuted");
    expect(artifactName(control.plan)).toBe("wellbegun-mmrec-freedom-permuted");
    expect(control.plan.warnings.join()).toContain("its rows are permuted");
    const real = await wired({}, "mmrec:FREEDOM");
    expect(real.index).toHaveProperty("control", null);
    expect(artifactName(real.plan)).toBe("wellbegun-mmrec-freedom");
    expect(real.plan.warnings.join()).not.toContain("permuted");
  });

  it("keeps a control out of the real artifact's folder and the reverse, even where overwriting is allowed", async () => {
    const [real, control] = [await wired({}, "pytorch"), await wired(permuted, "pytorch")];
    const bundle = await bundleOf(permuted);
    for (const [out, plan, found] of [
      [real.out, control.plan, "an artifact of the real tables"],
      [control.out, real.plan, "an artifact of control permuted"],
    ] as const) {
      const before = filesOf(out);
      for (const overwrite of [false, true]) {
        await expectFailure(() => writeWire(out, bundle, plan, { overwrite }), "invalid-option", found, out);
      }
      expect(filesOf(out)).toEqual(before);
    }
  });

  it("is refused where it names no known control", async () => {
    for (const control of ["shuffled", true, 1, ""]) {
      const out = join((await bundleOf({})).folder, "manifest.json");
      writeFileSync(out, JSON.stringify({ ...JSON.parse(readFileSync(out, "utf8")), control }));
      await expectFailure(() => readBundle(dirname(out)), "format", JSON.stringify(control), "control");
    }
  });
});

it("Wiring sorts whole IDs in any order, and refuses any other ID", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 8 }), async (ids) => {
      const bundle = await bundleOf({ users: ids.length, userIds: ids.map(String) });
      const complete = ids.every((id) => id < ids.length);
      const plan = () => planWire(bundle, findTarget("mmrec:BPR"));
      if (!complete) return expectFailure(plan, "mismatch", "user row");
      const order = plan().rows.users.order;
      for (const [row, id] of ids.entries()) expect(order?.[id] ?? id).toBe(row);
    }),
    { numRuns: 30 },
  );
});

it("Wiring sends the IDs along where the codebase finds rows by them", async () => {
  const { index, out } = await wired({ userIds: ["d", "a", "c", "b"] }, "recbole:BPR", {
    tables: "users+items",
  });
  expect(index).toMatchObject({ order: "by-id", padding: 1, tables: "users+items" });
  expect(index.ids).toEqual({ users: { count: 4, file: "user_ids.txt" }, items: { count: 3, file: null } });
  expect(readFileSync(join(out, "user_ids.txt"), "utf8")).toBe("d\na\nc\nb\n");
});

describe("The width of a parameter", () => {
  it("allows both halves, or a column for the bias", async () => {
    const halves = await wired({}, "mmrec:VBPR");
    const { data, shape } = halves.table("users.u_embedding.npy");
    expect(shape).toEqual([4, 4]);
    expect([...data.subarray(0, 4)].map(Number)).toEqual([1, 1.01, 1, 1.01].map(Math.fround));
    const bias = await wired({}, "implicit:bpr", { tables: "users+items" });
    expect([...bias.table("users.user_factors.npy").data.subarray(0, 3)].map(Number)).toEqual([
      1,
      Math.fround(1.01),
      1,
    ]);
    expect([...bias.table("items.item_factors.npy").data.subarray(0, 3)].map(Number)).toEqual([
      -1,
      Math.fround(-1.01),
      0,
    ]);
    expect(bias.index.parameters[0].vector).toBe(2);
    expect(bias.index.parameters[0].rms).toBeCloseTo(1 / Math.sqrt(12) / 2, 12);
  });

  it("fills a wider branch, takes the fused table for a branch without one, and refuses a narrower branch", async () => {
    const { plan } = await wired({ width: 64, branch: 5 }, "mmrec:DRAGON");
    expect(plan.parameters.map(({ from, width, zeros }) => [from, width, zeros])).toEqual([
      ["users", 64, 0],
      ["users", 64, 0],
    ]);
    const filled = await wired({ width: 80, branch: 5 }, "mmrec:DRAGON", { modalities: { text: "image" } });
    expect(filled.plan.parameters.map(({ from, width, zeros }) => [from, width, zeros])).toEqual([
      ["users.image", 64, 59],
      ["users.image", 64, 59],
    ]);
    expect(filled.plan.warnings.join()).toContain("59 columns of zeros");
    const wide = await bundleOf({ width: 80 });
    await expectFailure(
      () => planWire(wide, findTarget("mmrec:DRAGON")),
      "mismatch",
      "at most 64",
      "users (4 x 80)",
    );
  });

  it("follows the width of the features in the manifest", async () => {
    const sha256 = "0".repeat(64);
    const train = { users: 4, items: 3, interactions: 5, sha256, userIds: null, itemIds: null };
    const manifest = { input: { train, features: { image: { shape: [3, 7], sha256 } } } };
    const bundle = await bundleOf({ width: 2, branch: 2, manifest });
    const { parameters } = planWire(bundle, findTarget("mmrec:MMGCN"), { modalities: { text: "image" } });
    expect(parameters.map(({ path, width }) => [path, width])).toEqual([
      ["v_gcn.preference", 256],
      ["t_gcn.preference", 7],
      ["id_embedding", 2],
    ]);
  });
});

it("Wiring requires a table of items only where items are wired", async () => {
  const out = join(folder, "users-only");
  await writeTables(out, { tables: [{ name: "users", rows: 2, columns: 1, data: Float32Array.of(1, 2) }] });
  const bundle = await readBundle(out);
  expect(planWire(bundle, findTarget("mmrec:BPR")).parameters).toHaveLength(1);
  const both = { tables: "users+items" } as const;
  await expectFailure(
    () => planWire(bundle, findTarget("mmrec:BPR"), both),
    "mismatch",
    "a table of items",
    "users",
  );
  await expectFailure(() => planWire(bundle, findTarget("mmrec:MMGCN")), "mismatch", "a table of items");
  const { warnings } = planWire(await bundleOf({ width: 64 }), findTarget("mmrec:PGL"), both);
  expect(warnings.join()).toContain("no item table");
});

it("Wiring gives equal bytes for equal input, and replaces nothing but an earlier artifact", async () => {
  const bundle = await bundleOf({});
  const plan = planWire(bundle, findTarget("pytorch"), { tables: "users+items" });
  const out = join(folder, "again");
  await writeWire(out, bundle, plan);
  const files = (): Record<string, string> => filesOf(out);
  const first = files();
  await writeWire(out, bundle, plan);
  expect(files()).toEqual(first);
  writeFileSync(join(out, "notes.txt"), "mine");
  await expectFailure(() => writeWire(out, bundle, plan), "invalid-option", "notes.txt");
  expect(files()).toEqual({ ...first, "notes.txt": "mine" });
});

it("wire records a factor on the scale, and refuses one that is not above 0", async () => {
  const { plan, index, table } = await wired({}, "mmrec:LightGCN", { scaleFactor: 2 });
  expect(plan.scaleFactor).toBe(2);
  expect(index.scaleFactor).toBe(2);
  // The loader multiplies: the table holds the bundle's values.
  expect(Number(table("users.embedding_dict.user_emb.npy").data[0])).toBe(1);
  expect((await wired({}, "mmrec:LightGCN")).index.scaleFactor).toBe(1);
  const bundle = await bundleOf({});
  for (const scaleFactor of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    const failing = () => planWire(bundle, findTarget("mmrec:BPR"), { scaleFactor });
    await expectFailure(failing, "invalid-option", "above 0", "scaleFactor");
  }
});

describe("files that the codebase reads itself", () => {
  it("wire writes MRLib's user_emb.npy in the rows' order, times the factor, and prints how it is copied", async () => {
    const shape = { width: 64, userIds: ["2", "0", "3", "1"] };
    const { plan, index, out } = await wired(shape, "mrlib:SSR", { scaleFactor: 0.5 });
    expect(index.tableFiles).toEqual([{ file: "user_emb.npy", rows: "users", from: "users" }]);
    const { data, shape: size } = decodeNpy(readFileSync(join(out, "user_emb.npy")));
    expect(size).toEqual([4, 64]);
    // Row r belongs to the user whose ID is r.
    expect([0, 1, 2, 3].map((row) => Number(data[row * 64]))).toEqual([1, 2, 0.5, 1.5]);
    expect(trainingCommand(plan, { wire: "w", checkout: "MRLib", dataset: "baby" })).toEqual([
      "cd MRLib",
      "cp w/user_emb.npy data/baby/",
      "PYTHONPATH=w python -m wellbegun_mmrec --wire w --model SSR --dataset baby",
    ]);
  });

  it("wire writes TorchEasyRec's tables as Parquet with plain lists, and the commands that read them", async () => {
    const shape = { userIds: ["d", "a", "007", "7"] };
    const { plan, index, out } = await wired(shape, "torcheasyrec", {
      tables: "users+items",
      scaleFactor: 3,
    });
    expect(index.parameters).toEqual([]);
    expect(index.tableFiles.map(({ file }: { file: string }) => file)).toEqual([
      "users.parquet",
      "items.parquet",
    ]);
    const file = readFileSync(join(out, "users.parquet"));
    expect(file.includes("ARROW:schema")).toBe(false);
    const { buffer, byteOffset, byteLength } = file;
    const rows = await parquetReadObjects({
      file: buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer,
    });
    expect(Object.keys(rows[0]!)).toEqual(["id", "vector"]);
    expect(rows.map(({ id }) => id)).toEqual(shape.userIds);
    expect([...rows[1]!.vector]).toEqual([6, Math.fround(3 * Math.fround(2.01))]);
    const lines = trainingCommand(plan, { wire: "w" }).join("\n");
    for (const part of [
      "w/users.parquet",
      "w/items.parquet",
      "create_dynamicemb_init_ckpt",
      "embedding_dim: 2",
    ]) {
      expect(lines).toContain(part);
    }
    const users = await wired(shape, "torcheasyrec");
    expect(users.index.tableFiles).toHaveLength(1);
    await expectFailure(() => wired(shape, "torcheasyrec", { latent: 4 }), "invalid-option", "no width");
  });
});

it("Every codebase has a command or lines of code to print", async () => {
  const bundle = await bundleOf({ width: 64 });
  for (const { name, use, program } of Object.values(codebases)) {
    const model = Object.keys(codebases[name].models)[0]!;
    const plan = planWire(bundle, findTarget(`${name}:${model}`), { tables: "users+items" });
    const lines = trainingCommand(plan, { wire: "/tmp/it's here", dataset: "baby" }).join("\n");
    if (use === "launcher" && program !== undefined) {
      const words = program.split(" ");
      expect(lines).toContain(
        `wellbegun_train --wire '/tmp/it'\\''s here' ${words.slice(0, 2).join(" ")} baby `,
      );
      expect(lines).not.toMatch(/MODEL|DATASET|WIDTH/);
    } else if (use === "launcher") {
      expect(lines).toContain(`--wire '/tmp/it'\\''s here' --model ${model} --dataset baby`);
    } else if (use === "files") {
      expect(lines).toContain("/tmp/it's here/users.parquet");
    } else {
      expect(lines).toContain('Wire("/tmp/it\'s here")');
    }
  }
});

/** The files right in a folder; the Python package is a folder in it. */
function filesOf(out: string): Record<string, string> {
  const entries = readdirSync(out, { withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(entries.map(({ name }) => [name, readFileSync(join(out, name), "latin1")]));
}

it("The printed command starts the codebase's own program where the checkout has it", async () => {
  const { plan } = await wired({ width: 8 }, "freerec:MF-BPR");
  expect(programPath(plan.target)).toBe("examples/MF-BPR/main.py");
  expect(trainingCommand(plan, { wire: "w", checkout: "there", dataset: "Tiktok_MMSSL" })).toEqual([
    "cd there/examples/MF-BPR",
    "PYTHONPATH=w python -m wellbegun_train --wire w main.py --dataset Tiktok_MMSSL --embedding-dim 8",
  ]);
  expect(programPath(findTarget("diffmm"))).toBe("./Main.py");
  expect(programPath(findTarget("mmrec:BPR"))).toBe("src/main.py");
});
