import { join } from "node:path";
import { expect, it } from "vitest";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { type Row, readNpy, smallDataset, temporaryFolder, wave, writeDataset } from "./support/files.ts";

interface Judged {
  readonly recall: number;
  readonly ndcg: number;
  readonly users: number;
  readonly interactions: number;
}

/** Recall@20 and NDCG@20 written out naively: every score of every user, sorted. */
function judge(rows: readonly Row[], items: number, score: (user: number, item: number) => number): Judged {
  const of = (label: number): Map<number, Set<number>> => {
    const found = new Map<number, Set<number>>();
    for (const [u, i, l] of rows) {
      if (l === label) found.set(Number(u), (found.get(Number(u)) ?? new Set()).add(Number(i)));
    }
    return found;
  };
  const [train, validation] = [of(0), of(1)];
  // What a user has in train cannot be found, and is left out.
  for (const [user, wanted] of validation) {
    for (const item of wanted) if (train.get(user)?.has(item) === true) wanted.delete(item);
    if (wanted.size === 0) validation.delete(user);
  }
  const interactions = [...validation.values()].reduce((sum, { size }) => sum + size, 0);
  let [recall, ndcg] = [0, 0];
  for (const [user, wanted] of validation) {
    const ranking = [...Array(items).keys()]
      .filter((item) => train.get(user)?.has(item) !== true)
      .sort((a, b) => score(user, b) - score(user, a) || a - b)
      .slice(0, 20);
    const gains = ranking.map((item, rank) => (wanted.has(item) ? 1 / Math.log2(rank + 2) : 0));
    const ideal = [...Array(Math.min(20, wanted.size)).keys()].map((rank) => 1 / Math.log2(rank + 2));
    recall += gains.filter((gain) => gain > 0).length / wanted.size;
    ndcg += gains.reduce((a, b) => a + b, 0) / ideal.reduce((a, b) => a + b, 0);
  }
  return {
    recall: recall / validation.size,
    ndcg: ndcg / validation.size,
    users: validation.size,
    interactions,
  };
}

it("init --evaluate judges on the validation rows as a naive implementation does", async () => {
  const [users, items] = [1500, 80];
  // Every third user has two validation rows; user 0 has no train row; more users than are ranked at a time.
  const rows: Row[] = [[0, 5, 1]];
  for (let u = 1; u < users; u++) {
    for (let step = 0; step < 2 + (u % 4); step++) rows.push([u, (u * 7 + step * step * 3) % items, 0]);
    if (u % 3 === 0) rows.push([u, (u * 11 + 1) % items, 1], [u, (u * 5 + 2) % items, 1]);
    rows.push([u, (u * 13 + 3) % items, 2]);
  }
  const folder = temporaryFolder();
  const dataset = writeDataset(folder, "data", { rows, features: { image: wave(items, 12, 1) } });
  const out = join(folder, "out");
  const { quality } = await wellbegunJson(["init", dataset, "--out", out, "--evaluate", "--lambda", "0.4"]);

  const found = Object.fromEntries(quality.rows.map((row: { name: string }) => [row.name, row]));
  expect(Object.keys(found)).toEqual(["random", "popularity", "local", "global", "fused", "permuted"]);
  const [userTable, itemTable] = [readNpy(join(out, "users.npy")), readNpy(join(out, "items.npy"))];
  const dim = userTable.shape[1]!;
  const fused = judge(rows, items, (user, item) => {
    let product = 0;
    for (let c = 0; c < dim; c++)
      product += userTable.data[user * dim + c]! * itemTable.data[item * dim + c]!;
    return product;
  });
  const degrees = new Map<number, number>();
  for (const [, item, label] of rows) {
    if (label === 0) degrees.set(Number(item), (degrees.get(Number(item)) ?? 0) + 1);
  }
  const popularity = judge(rows, items, (_, item) => degrees.get(item) ?? 0);

  expect(quality).toMatchObject({ split: "validation", k: 20, users: fused.users });
  const { interactions } = fused;
  const rowsToFind = rows.filter(([, , label]) => label === 1).length;
  expect([quality.interactions, quality.overlap]).toEqual([interactions, rowsToFind - interactions]);
  expect(quality.overlap).toBeGreaterThan(0);
  // Scores are float32 there and float64 here: near ties may swap, in a handful of 500 lists at most.
  expect(Math.abs(found.fused.recall - fused.recall)).toBeLessThan(0.005);
  expect(Math.abs(found.fused.ndcg - fused.ndcg)).toBeLessThan(0.005);
  expect(found.popularity.recall).toBeCloseTo(popularity.recall, 10);
  expect(found.popularity.ndcg).toBeCloseTo(popularity.ndcg, 10);

  // The pure terms are what a run with that lambda alone makes of them.
  for (const [name, lambda] of [
    ["local", "1"],
    ["global", "0"],
  ] as const) {
    const pure = await wellbegunJson(["init", dataset, "--out", out, "--evaluate", "--lambda", lambda]);
    const row = pure.quality.rows.find((one: { name: string }) => one.name === "fused");
    expect(Math.abs(row.recall - found[name].recall)).toBeLessThan(0.005);
  }
});

it("init --evaluate says so where the dataset has no validation rows", async () => {
  const folder = temporaryFolder();
  const data = smallDataset();
  const dataset = writeDataset(folder, "data", {
    ...data,
    rows: data.rows.filter(([, , label]) => label === 0),
  });
  const args = ["init", dataset, "--out", join(folder, "out"), "--clusters", "2", "--evaluate"];
  const { status, stdout } = await wellbegun(args);
  expect(status).toBe(0);
  expect(stdout).toContain("no validation rows");
  expect((await wellbegunJson(args)).quality).toBeNull();
});
