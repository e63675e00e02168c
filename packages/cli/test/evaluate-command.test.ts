import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeSafetensors } from "@wellbegun/adapters/safetensors";
import { describe, expect, it } from "vitest";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { example } from "./support/example.ts";
import type { Row } from "./support/files.ts";

/** The contestants of these names. */
// biome-ignore lint/suspicious/noExplicitAny: what JSON holds
function contestantsOf(found: any, ...names: readonly string[]): any[] {
  // biome-ignore lint/suspicious/noExplicitAny: what JSON holds
  return names.map((wanted) => found.contestants.find(({ name }: any) => name === wanted));
}

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
        "item-kNN",
        "spectral",
        "EASE",
        "EASE with content",
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
        const [popularity, given] = contestantsOf(found, "popularity", "given");
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
      "item-kNN",
      "spectral",
      "EASE",
      "EASE with content",
      "local",
      "global",
      "fused",
    ]);
    expect(made.contestants.at(-1).zeroShot).toEqual(bundle);
  });

  it("runs the requested protocols, and prints the control beside every figure", async () => {
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
    const [random, popularity, local] = contestantsOf(all, "random", "popularity", "local");
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

  it("judges the baselines that are named: item-kNN as a naive implementation does, or none", async () => {
    const { folder, dataset, rows, items } = example();
    const args = ["evaluate", dataset, "--users", join(folder, "u.npy"), "--items", join(folder, "i.npy")];
    const judge = ["--protocols", "zero-shot", "--k", "5"];
    const named = await wellbegunJson([...args, ...judge, "--baselines", "item-knn"]);
    const touched = (item: number) =>
      new Set(rows.filter(([, i, label]) => i === item && label === 0).map(([user]) => user));
    const sets = Array.from({ length: items }, (_, item) => touched(item));
    const cosine = (i: number, j: number): number => {
      const common = [...sets[i]!].filter((user) => sets[j]!.has(user)).length;
      return i === j || common === 0 ? 0 : common / Math.sqrt(sets[i]!.size * sets[j]!.size);
    };
    const votes = (user: number, item: number): number =>
      Math.fround(sets.reduce((sum, users, own) => sum + (users.has(user) ? cosine(own, item) : 0), 0));
    const [knn] = contestantsOf(named, "item-kNN");
    expect(knn.zeroShot[0].recall).toBeCloseTo(naiveRecall(rows, 1, [0], 5, items, votes), 2);
    expect(knn.intervals[0].recall.low).toBeLessThan(knn.zeroShot[0].recall);
    expect(named.baselines).toMatchObject({ names: ["item-kNN"], leftOut: [] });
    const none = await wellbegunJson([...args, ...judge, "--baselines", "none"]);
    expect(none.contestants.map(({ name }: { name: string }) => name)).toEqual([
      "random",
      "popularity",
      "given",
    ]);
    const { status, stderr } = await wellbegun([...args, ...judge, "--baselines", "none,ease"]);
    expect(status).toBe(2);
    expect(stderr).toContain("--baselines");
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
