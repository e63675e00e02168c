import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeSafetensors } from "@wellbegun/adapters/safetensors";
import { describe, expect, it } from "vitest";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import {
  npyBytes,
  type Row,
  readNpy,
  smallDataset,
  temporaryFolder,
  wave,
  writeDataset,
} from "./support/files.ts";

/** Recall@K written out: every score of every user, sorted; what `seen` names is left out. */
function naiveRecall(
  rows: readonly Row[],
  wantedLabel: number,
  seenLabels: readonly number[],
  k: number,
  items: number,
  score: (user: number, item: number) => number,
): number {
  const of = (labels: readonly number[], user: number): Set<number> =>
    new Set(rows.filter(([u, , l]) => u === user && labels.includes(Number(l))).map(([, i]) => Number(i)));
  const users = [...new Set(rows.filter(([, , l]) => l === wantedLabel).map(([u]) => Number(u)))];
  const recalls = users.map((user) => {
    const [wanted, seen] = [of([wantedLabel], user), of(seenLabels, user)];
    const list = [...Array(items).keys()]
      .filter((item) => !seen.has(item))
      .sort((a, b) => score(user, b) - score(user, a) || a - b)
      .slice(0, k);
    return list.filter((item) => wanted.has(item)).length / wanted.size;
  });
  return recalls.reduce((a, b) => a + b, 0) / recalls.length;
}

/** 120 users, 50 items, every split; whole-numbered tables, whose products are exact. */
function example() {
  const [users, items] = [120, 50];
  const rows: Row[] = [];
  for (let u = 0; u < users; u++) {
    for (let step = 0; step < 1 + (u % 5); step++) rows.push([u, (u * 7 + step * step * 3) % items, 0]);
    rows.push([u, (u * 7 + 1) % items, 1], [u, (u * 7 + 5) % items, 2]);
  }
  const folder = temporaryFolder();
  const dataset = writeDataset(folder, "data", {
    rows,
    features: { image: wave(items, 6, 1), text: wave(items, 4, 3) },
  });
  const whole = (count: number, phase: number): Float32Array =>
    wave(count, 3, phase).data.map((v) => Math.round(4 * v));
  const tables = { users: whole(users, 5), items: whole(items, 9) };
  writeFileSync(join(folder, "u.npy"), npyBytes(tables.users, [users, 3]));
  writeFileSync(join(folder, "i.npy"), npyBytes(tables.items, [items, 3]));
  const score = (user: number, item: number): number =>
    [0, 1, 2].reduce((sum, c) => sum + tables.users[user * 3 + c]! * tables.items[item * 3 + c]!, 0);
  return { folder, dataset, rows, users, items, tables, score };
}

describe("evaluate", () => {
  it("judges given tables as a naive implementation does, on validation and on test rows", async () => {
    const { folder, dataset, rows, items, score } = example();
    const args = [
      "evaluate",
      dataset,
      "--users",
      join(folder, "u.npy"),
      "--items",
      join(folder, "i.npy"),
      "--k",
      "3,9",
    ];
    for (const [name, label, seen] of [
      ["valid", 1, [0]],
      ["test", 2, [0, 1]],
    ] as const) {
      const found = await wellbegunJson([...args, "--split", name]);
      expect(found.contestants.map((one: { name: string }) => one.name)).toEqual([
        "random",
        "popularity",
        "given",
      ]);
      expect(found).toMatchObject({
        users: 120,
        interactions: 120,
        k: [3, 9],
        options: null,
        maskModality: null,
      });
      const degrees = (item: number): number => rows.filter(([, i, l]) => i === item && l === 0).length;
      for (const [index, k] of [3, 9].entries()) {
        const [, popularity, given] = found.contestants;
        expect(given.zeroShot[index].recall).toBeCloseTo(naiveRecall(rows, label, seen, k, items, score), 12);
        const popular = naiveRecall(rows, label, seen, k, items, (_, item) => degrees(item));
        expect(popularity.zeroShot[index].recall).toBeCloseTo(popular, 12);
        expect(given.control.zeroShot[index].k).toBe(k);
      }
      expect(found.contestants[1].control).toBeNull();
      expect(found.cka.image.items).toBeGreaterThan(0);
    }
  });

  it("reads tables from safetensors and from a bundle alike", async () => {
    const { folder, dataset, users, items, tables } = example();
    const file = join(folder, "trained.safetensors");
    writeFileSync(
      file,
      encodeSafetensors([
        { name: "user_embedding.weight", shape: [users, 3], data: Float64Array.from(tables.users) },
        { name: "items", shape: [items, 3], data: tables.items },
      ]),
    );
    const zeroShot = async (...args: string[]) =>
      (await wellbegunJson(["evaluate", dataset, "--protocols", "zero-shot", ...args])).contestants.at(-1)
        .zeroShot;
    const arrays = await zeroShot("--users", join(folder, "u.npy"), "--items", join(folder, "i.npy"));
    expect(await zeroShot("--users", `${file}#user_embedding.weight`, "--items", file)).toEqual(arrays);

    const out = join(folder, "out");
    await wellbegunJson(["init", dataset, "--out", out, "--clusters", "3"]);
    const bundle = await zeroShot("--bundle", out);
    expect(bundle).toEqual(
      await zeroShot("--users", join(out, "users.npy"), "--items", join(out, "items.npy")),
    );
    const made = await wellbegunJson(["evaluate", dataset, "--protocols", "zero-shot", "--clusters", "3"]);
    expect(made.contestants.map((one: { name: string }) => one.name)).toEqual([
      "random",
      "popularity",
      "local",
      "global",
      "fused",
    ]);
    expect(made.contestants.at(-1).zeroShot).toEqual(bundle);
  });

  it("runs the protocols that are asked for, and prints the control beside every figure", async () => {
    const { dataset } = example();
    const all = await wellbegunJson([
      "evaluate",
      dataset,
      "--clusters",
      "3",
      "--k",
      "5",
      "--mask-share",
      "0.3",
    ]);
    const [random, popularity, local] = all.contestants;
    expect(random.control).toBeNull();
    expect(popularity).toMatchObject({ itemCf: null, alignment: null });
    expect(local.itemCf[0].k).toBe(5);
    expect(local.control.itemCf[0].recall).not.toBe(local.itemCf[0].recall);
    expect(all.maskModality).toMatchObject({ share: 0.3 });
    expect(all.maskModality.contestants.map((one: { name: string }) => one.name)).toEqual([
      "local",
      "global",
      "fused",
    ]);
    expect(all.maskModality.contestants[0].zeroShot[0].recall).not.toBe(local.zeroShot[0].recall);
    expect(Object.keys(all.explainedByClusters)).toEqual(["image", "text"]);

    const { stdout, status } = await wellbegun(["evaluate", dataset, "--clusters", "3", "--k", "5"]);
    expect(status).toBe(0);
    const figure = (value: number, control: number): string => `${value.toFixed(4)} (${control.toFixed(4)})`;
    expect(stdout).toContain(figure(local.zeroShot[0].recall, local.control.zeroShot[0].recall));
    expect(stdout).toContain(figure(local.itemCf[0].recall, local.control.itemCf[0].recall));
    for (const title of ["Zero-shot", "Item-CF", "Mask-modality", "Alignment", "by popularity"]) {
      expect(stdout).toContain(title);
    }

    const bare = await wellbegunJson([
      "evaluate",
      dataset,
      "--clusters",
      "3",
      "--protocols",
      "item-cf",
      "--control",
      "none",
    ]);
    expect(bare.contestants.at(-1)).toMatchObject({ zeroShot: null, alignment: null, control: null });
    expect(bare).toMatchObject({ maskModality: null, cka: null });
  });

  it("takes the same options from a file", async () => {
    const { folder, dataset } = example();
    const config = join(folder, "config.json");
    writeFileSync(config, JSON.stringify({ lambda: 0, clusters: 3, k: [4], protocols: ["zero-shot"] }));
    const found = await wellbegunJson(["evaluate", dataset, "--config", config]);
    const byName = Object.fromEntries(found.contestants.map((one: { name: string }) => [one.name, one]));
    expect(found.k).toEqual([4]);
    expect(byName.fused.zeroShot).toEqual(byName.global.zeroShot);
    expect(byName.fused.zeroShot).not.toEqual(byName.local.zeroShot);
  });
});

describe("evaluate refuses", () => {
  it.each<[what: string, args: (folder: string) => string[], status: number, parts: string[]]>([
    ["half a pair", (f) => ["--users", join(f, "u.npy")], 2, ["--items", "alone"]],
    ["a bundle and a pair", (f) => ["--bundle", f, "--items", join(f, "i.npy")], 2, ["both"]],
    [
      "tables of others",
      (f) => ["--users", join(f, "i.npy"), "--items", join(f, "i.npy")],
      1,
      ["120 rows", "50", "i.npy"],
    ],
    [
      "a table that is not there",
      (f) => ["--users", join(f, "x.npy"), "--items", join(f, "i.npy")],
      1,
      ["x.npy"],
    ],
    [
      "a tensor that is not there",
      (f) => ["--users", `${join(f, "t.safetensors")}#b`, "--items", join(f, "i.npy")],
      1,
      ['"b"', "a, c"],
    ],
    [
      "several tensors",
      (f) => ["--users", join(f, "t.safetensors"), "--items", join(f, "i.npy")],
      1,
      ["one tensor", "#name"],
    ],
    [
      "masking given tables",
      (f) => ["--users", join(f, "u.npy"), "--items", join(f, "i.npy"), "--protocols", "mask-modality"],
      2,
      ["mask-modality"],
    ],
    ["a cut of nothing", () => ["--k", "0"], 2, ["k"]],
    ["a share beyond all", () => ["--mask-share", "2"], 2, ["share", "2"]],
    ["an unknown protocol", () => ["--protocols", "luck"], 2, ["luck", "--protocols"]],
    [
      "a report in a folder that is not there",
      (f) => ["--report", join(f, "no", "r.html")],
      1,
      ["r.html", "report"],
    ],
  ])("%s", async (_, args, status, parts) => {
    const { folder, dataset } = example();
    const small = { shape: [2, 2], data: new Float32Array(4) };
    writeFileSync(
      join(folder, "t.safetensors"),
      encodeSafetensors([
        { name: "a", ...small },
        { name: "c", ...small },
      ]),
    );
    const before = readdirSync(folder);
    const run = await wellbegun(["evaluate", dataset, "--clusters", "3", ...args(folder)]);
    expect(run.stderr).toContain("error:");
    for (const part of parts) expect(run.stderr).toContain(part);
    expect(run.status).toBe(status);
    expect(readdirSync(folder)).toEqual(before);
  });

  it("a split without rows, and values that are not finite", async () => {
    const { folder, dataset, users, tables } = example();
    const data = smallDataset();
    const rows = data.rows.filter(([, , label]) => label !== 2);
    const bare = writeDataset(folder, "bare", { ...data, rows });
    const none = await wellbegun(["evaluate", bare, "--clusters", "2", "--split", "test"]);
    expect([none.status, none.stderr]).toEqual([1, expect.stringContaining("test rows (label 2)")]);
    const broken = tables.users.map((value, i) => (i === 10 ? Number.NaN : value));
    writeFileSync(join(folder, "nan.npy"), npyBytes(broken, [users, 3]));
    const args = ["--users", join(folder, "nan.npy"), "--items", join(folder, "i.npy")];
    const nan = await wellbegun(["evaluate", dataset, ...args]);
    expect([nan.status, nan.stderr]).toEqual([1, expect.stringContaining("row 3, column 1")]);
  });
});

describe("init --control permuted", () => {
  it.each([[[]], [["--memory", "1MB"]]])(
    "writes the same rows in another order, together (%j)",
    async (more) => {
      const { folder, dataset } = example();
      const [right, control] = [join(folder, "right"), join(folder, "control")];
      const args = ["--clusters", "3", ...more];
      await wellbegunJson(["init", dataset, "--out", right, ...args]);
      const result = await wellbegunJson([
        "init",
        dataset,
        "--out",
        control,
        "--control",
        "permuted",
        ...args,
      ]);
      expect(result.control).toBe("permuted");
      const rowsOf = (folder: string, name: string): string[] => {
        const { shape, data } = readNpy(join(folder, `${name}.npy`));
        const columns = shape[1] ?? 1;
        return Array.from({ length: shape[0]! }, (_, r) => data.slice(r * columns, (r + 1) * columns).join());
      };
      const order = (name: string): number[] => {
        const before = rowsOf(right, name);
        return rowsOf(control, name).map((row) => before.indexOf(row));
      };
      for (const name of ["users", "items"]) {
        expect(rowsOf(control, name).sort()).toEqual(rowsOf(right, name).sort());
        expect(order(name).filter((from, to) => from === to).length).toBeLessThan(8);
      }
      expect(order("users.image")).toEqual(order("users"));
      const labels = rowsOf(right, "labels.text");
      expect(rowsOf(control, "labels.text")).toEqual(order("items").map((from) => labels[from]));
      expect(rowsOf(control, "centroids.text")).toEqual(rowsOf(right, "centroids.text"));
      const manifest = (folder: string) => JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
      expect([manifest(right).control, manifest(control).control]).toEqual([undefined, "permuted"]);
      expect([
        existsSync(join(right, "initializer.bin")),
        existsSync(join(control, "initializer.bin")),
      ]).toEqual([true, false]);
      expect((await wellbegun(["inspect", control])).status).toBe(0);
      const { stdout } = await wellbegun([
        "init",
        dataset,
        "--out",
        control,
        "--control",
        "permuted",
        ...args,
      ]);
      expect(stdout).toContain("control: its rows are permuted");
    },
  );
});
