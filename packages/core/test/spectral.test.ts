import { describe, expect, it } from "vitest";
import {
  cpu,
  type Interactions,
  interactionsFromArrays,
  interactionsFromPairs,
  itemDegrees,
  type SpectralModel,
  spectral,
  userDegrees,
  wasm,
} from "../src/index.ts";
import { jacobi } from "./support/jacobi.ts";
import { numbers } from "./support/numbers.ts";
import { largestDifference } from "./support/tables.ts";

/** Users and items in a few groups that overlap by chance; the last item and the last user have no interactions. */
function grouped(users: number, items: number, groups: number, seed: number, weighted = false): Interactions {
  const random = numbers(seed);
  const pairs: [number, number][] = [];
  for (let u = 0; u < users - 1; u++) {
    const count = 2 + random.below(6);
    for (let e = 0; e < count; e++) {
      const item = random.below(items - 1);
      const own = random.uniform() < 0.8 ? item - (item % groups) + (u % groups) : item;
      pairs.push([u, Math.min(items - 2, own)]);
    }
  }
  return interactionsFromArrays({
    users: pairs.map(([user]) => user),
    items: pairs.map(([, item]) => item),
    weights: weighted ? pairs.map(() => 0.5 + random.uniform()) : undefined,
    userCount: users,
    itemCount: items,
  });
}

/** R^^T R^ in float64, by plain loops. */
function normalMatrix(train: Interactions): number[][] {
  const du = userDegrees(train);
  const di = itemDegrees(train);
  const matrix = Array.from({ length: train.itemCount }, () => new Array<number>(train.itemCount).fill(0));
  for (let u = 0; u < train.userCount; u++) {
    for (let a = train.offsets[u]!; a < train.offsets[u + 1]!; a++) {
      for (let b = train.offsets[u]!; b < train.offsets[u + 1]!; b++) {
        const [i, j] = [train.items[a]!, train.items[b]!];
        const weight = (train.weights?.[a] ?? 1) * (train.weights?.[b] ?? 1);
        matrix[i]![j]! += weight / (du[u]! * Math.sqrt(di[i]! * di[j]!));
      }
    }
  }
  return matrix;
}

/**
 * Scores R D_i^-1/2 V V^T D_i^q from eigenvectors of the dense matrix: what no rotation of V changes. R are the users' rows, V and
 * D_i belong to the train rows.
 */
function denseScores(train: Interactions, k: number, exponent: number, users = train): number[][] {
  const { vectors } = jacobi(normalMatrix(train));
  const di = itemDegrees(train);
  const scores: number[][] = [];
  for (let u = 0; u < users.userCount; u++) {
    const user = new Array<number>(k).fill(0);
    for (let e = users.offsets[u]!; e < users.offsets[u + 1]!; e++) {
      const i = users.items[e]!;
      for (let c = 0; c < k; c++)
        user[c]! += ((users.weights?.[e] ?? 1) * vectors[c]![i]!) / Math.sqrt(di[i]!);
    }
    scores.push(
      Array.from(di, (degree, i) =>
        degree === 0
          ? 0
          : degree ** exponent * user.reduce((sum, value, c) => sum + value * vectors[c]![i]!, 0),
      ),
    );
  }
  return scores;
}

function scoresOf({ users, items }: SpectralModel): number[][] {
  return Array.from({ length: users.rows }, (_, u) =>
    Array.from({ length: items.rows }, (__, i) => {
      let sum = 0;
      for (let c = 0; c < users.columns; c++) {
        sum += users.data[u * users.columns + c]! * items.data[i * items.columns + c]!;
      }
      return sum;
    }),
  );
}

describe("spectral tables", () => {
  it.each([
    { name: "plain", weighted: false, exponent: 0.5 },
    { name: "weighted", weighted: true, exponent: 0.5 },
    { name: "plain, exponent 1", weighted: false, exponent: 1 },
  ])("score as the dense eigenvectors do ($name)", async ({ weighted, exponent }) => {
    const train = grouped(60, 40, 4, 1, weighted);
    const model = await spectral(train, { k: 6, exponent, backend: cpu() });
    expect(largestDifference(scoresOf(model).flat(), denseScores(train, 6, exponent).flat())).toBeLessThan(
      1e-5,
    );
  });

  it("have the singular values of the dense matrix when the basis is much narrower than the items", async () => {
    const train = grouped(400, 160, 8, 2);
    const model = await spectral(train, { k: 8, rounds: 4, backend: cpu() });
    const { values } = jacobi(normalMatrix(train));
    expect(largestDifference(model.singularValues, values.slice(0, 8).map(Math.sqrt))).toBeLessThan(1e-5);
    expect(largestDifference(scoresOf(model).flat(), denseScores(train, 8, 0.5).flat())).toBeLessThan(1e-4);
  });

  it("make the entry of largest magnitude of each singular vector positive", async () => {
    const train = grouped(60, 40, 4, 1);
    const { items } = await spectral(train, { k: 6, exponent: 0, backend: cpu() });
    for (let c = 0; c < 6; c++) {
      const column = Array.from({ length: 40 }, (_, i) => items.data[i * 6 + c]!);
      expect(Math.max(...column)).toBe(Math.max(...column.map(Math.abs)));
    }
  });

  it("are the same on wasm and in blocks of users, to 1e-5", async () => {
    const train = grouped(400, 160, 8, 2);
    const expected = await spectral(train, { k: 8, backend: cpu() });
    const backend = await wasm();
    try {
      for (const other of [
        await spectral(train, { k: 8, backend }),
        await spectral(train, { k: 8, memory: 4 * 40 * (3 * 160 + 70), backend: cpu() }),
      ]) {
        expect(largestDifference(other.users.data, expected.users.data)).toBeLessThan(1e-5);
        expect(largestDifference(other.items.data, expected.items.data)).toBeLessThan(1e-5);
      }
    } finally {
      await backend.dispose();
    }
  });

  it("are zero for users and items without interactions, and beyond the rank of the matrix", async () => {
    const train = interactionsFromArrays({
      users: [0, 0, 1, 1, 2],
      items: [0, 1, 0, 1, 2],
      userCount: 4,
      itemCount: 5,
    });
    const { users, items, singularValues } = await spectral(train, { k: 4, backend: cpu() });
    expect([...singularValues].map((value) => Math.round(value * 1e5) / 1e5)).toEqual([1, 1, 0, 0]);
    expect([...users.row(3), ...items.row(3), ...items.row(4)]).toEqual(new Array(12).fill(0));
    for (let u = 0; u < 4; u++) expect([...users.row(u)].slice(2)).toEqual([0, 0]);
    expect(Math.abs(users.row(0)[0]!) + Math.abs(users.row(0)[1]!)).toBeGreaterThan(0.1);
  });
});

describe("Folding in users", () => {
  it("gives a train user its row, in any order of its items", async () => {
    const train = grouped(60, 40, 4, 3, true);
    const model = await spectral(train, { k: 6, backend: cpu() });
    for (let u = 0; u < train.userCount; u++) {
      const range = [train.offsets[u]!, train.offsets[u + 1]!] as const;
      const history = [...train.items.slice(...range)].reverse();
      const weights = train.weights!.slice(...range).reverse();
      const { vector, used } = model.foldIn(history, { weights });
      expect(used).toBe(history.length);
      expect(largestDifference(vector, model.users.row(u))).toBeLessThan(1e-5);
    }
    expect(largestDifference(model.transform(train).data, model.users.data)).toBeLessThan(1e-5);
  });

  it("gives a newcomer the scores of the dense eigenvectors of the train rows", async () => {
    const train = grouped(60, 40, 4, 3);
    const model = await spectral(train, { k: 6, backend: cpu() });
    const history = [1, 17, 38];
    const newcomer = interactionsFromArrays({
      users: history.map(() => 0),
      items: history,
      userCount: 1,
      itemCount: train.itemCount,
    });
    const { vector } = model.foldIn(history);
    expect(largestDifference(model.transform(newcomer).data, vector)).toBeLessThan(1e-6);
    const scores = Array.from({ length: train.itemCount }, (_, i) =>
      model.items.row(i).reduce((sum, value, c) => sum + value * vector[c]!, 0),
    );
    expect(largestDifference(scores, denseScores(train, 6, 0.5, newcomer).flat())).toBeLessThan(1e-5);
  });

  it("finds items by their IDs, counts a repeated item once and reports unknown ones if told to skip them", async () => {
    const train = interactionsFromPairs([
      ["ann", "tea"],
      ["ann", "jam"],
      ["bob", "tea"],
      ["eve", "oil"],
    ]);
    const model = await spectral(train, { k: 2, backend: cpu() });
    expect(
      largestDifference(model.foldIn(["jam", "tea", "jam"]).vector, model.users.row("ann")),
    ).toBeLessThan(1e-6);
    expect(model.foldIn(["tea", "gum"], { unknownItems: "skip" })).toMatchObject({
      used: 1,
      unknown: ["gum"],
    });
    expect(() => model.foldIn(["tea", "gum"])).toThrow(/"gum" \(position 1 of the history\)/);
    expect(() => model.foldIn(["tea"], { weights: [0] })).toThrow(/finite weight above 0/);
  });
});

describe("A narrower width or another exponent", () => {
  it("takes the first columns and the items' degrees at the other exponent", async () => {
    const train = grouped(60, 40, 4, 4);
    const model = await spectral(train, { k: 6, backend: cpu() });
    const other = model.with({ k: 3, exponent: 0.25 });
    expect(largestDifference(scoresOf(other).flat(), denseScores(train, 3, 0.25).flat())).toBeLessThan(1e-5);
    expect(
      largestDifference(other.foldIn(train.items.slice(0, train.offsets[1])).vector, other.users.row(0)),
    ).toBeLessThan(1e-6);
    expect(() => model.with({ k: 7 })).toThrow(/whole number from 1 to 6/);
  });
});

it.each([
  [{ k: 0 }, /found 0 \(k\)/],
  [{ k: 41 }, /from 1 to the 40 items/],
  [{ exponent: 2 }, /found 2 \(exponent\)/],
  [{ rounds: 0 }, /found 0 \(rounds\)/],
  [{ seed: 0.5 }, /found 0.5 \(seed\)/],
  [{ memory: 1000 }, /found 1000 \(memory\)/],
  [{ exponents: 0.5 }, /"exponents".*Did you mean exponent/],
] as const)("spectral refuses %j", async (options, message) => {
  await expect(spectral(grouped(60, 40, 4, 1), { k: 6, ...options })).rejects.toThrow(message);
});
