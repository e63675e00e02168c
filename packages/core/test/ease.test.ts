import { describe, expect, it } from "vitest";
import { cpu, ease, type Interactions, interactionsFromArrays, spectral, wasm } from "../src/index.ts";
import { numbers } from "./support/numbers.ts";
import { largestDifference } from "./support/tables.ts";

/** Random interactions in which a few items are popular. */
function randomInteractions(users: number, items: number, seed: number, weighted = false): Interactions {
  const { uniform, below } = numbers(seed);
  const pairs = Array.from(
    { length: 8 * users },
    () => [below(users), Math.floor(items * uniform() ** 2)] as const,
  );
  return interactionsFromArrays({
    users: pairs.map(([user]) => user),
    items: pairs.map(([, item]) => item),
    weights: weighted ? pairs.map(() => 0.5 + uniform()) : undefined,
    userCount: users,
    itemCount: items,
  });
}

function dense({ userCount, itemCount, offsets, items, weights }: Interactions): number[][] {
  return Array.from({ length: userCount }, (_, u) => {
    const row = new Array<number>(itemCount).fill(0);
    for (let e = offsets[u]!; e < offsets[u + 1]!; e++) row[items[e]!] = weights?.[e] ?? 1;
    return row;
  });
}

/**
 * The scores by the definition, not by the closed form: for each item a ridge regression of its column on the columns of
 * all others, solved by Gaussian elimination with pivoting in float64.
 */
function regressed(
  r: number[][],
  lambda: number,
  content?: { rows: number[][]; weight: number },
): number[][] {
  const n = r[0]!.length;
  const gram = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (__, j) => {
      let sum = r.reduce((total, row) => total + row[i]! * row[j]!, 0);
      if (content !== undefined) {
        sum += content.weight * content.rows[i]!.reduce((total, x, c) => total + x * content.rows[j]![c]!, 0);
      }
      return sum;
    }),
  );
  const weights = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let target = 0; target < n; target++) {
    const others = Array.from({ length: n }, (_, i) => i).filter((i) => i !== target);
    const system = others.map((i) => [
      ...others.map((j) => gram[i]![j]! + (i === j ? lambda : 0)),
      gram[i]![target]!,
    ]);
    for (const [at, value] of eliminate(system).entries()) weights[others[at]!]![target] = value;
  }
  return r.map((row) => weights[0]!.map((_, j) => row.reduce((sum, x, i) => sum + x * weights[i]![j]!, 0)));
}

function eliminate(system: number[][]): number[] {
  const n = system.length;
  for (let p = 0; p < n; p++) {
    const best = system
      .slice(p)
      .reduce((at, row, i) => (Math.abs(row[p]!) > Math.abs(system[at]![p]!) ? p + i : at), p);
    [system[p], system[best]] = [system[best]!, system[p]!];
    for (let i = 0; i < n; i++) {
      if (i === p) continue;
      const factor = system[i]![p]! / system[p]![p]!;
      for (let c = p; c <= n; c++) system[i]![c]! -= factor * system[p]![c]!;
    }
  }
  return system.map((row, i) => row[n]! / row[i]!);
}

describe("EASE", () => {
  it.each([
    { name: "plain", weighted: false, lambda: 20 },
    { name: "weighted", weighted: true, lambda: 3 },
  ])("scores as one ridge regression for each item does ($name)", async ({ weighted, lambda }) => {
    const train = randomInteractions(60, 30, 1, weighted);
    const model = await ease(train, { lambda, backend: cpu() });
    const expected = regressed(dense(train), lambda).flat();
    expect(largestDifference(await model.score(train), expected)).toBeLessThan(1e-4);
  });

  it("adds the content's products to the co-occurrences", async () => {
    const train = randomInteractions(60, 30, 2);
    const { normal } = numbers(3);
    const rows = Array.from({ length: 30 }, () => Array.from({ length: 4 }, normal));
    const items = { data: Float32Array.from(rows.flat()), rows: 30, columns: 4 };
    const model = await ease(train, { lambda: 10, content: { items, weight: 5 }, backend: cpu() });
    const expected = regressed(dense(train), 10, { rows, weight: 5 }).flat();
    expect(largestDifference(await model.score(train), expected)).toBeLessThan(1e-4);
    const without = regressed(dense(train), 10).flat();
    expect(largestDifference(await model.score(train), without)).toBeGreaterThan(0.01);
  });

  it("inverts a matrix of several tiles: its weights satisfy the normal equations, on wasm as well", async () => {
    // Three tiles, the last of which is narrow.
    const train = randomInteractions(900, 530, 4);
    const r = dense(train);
    const lambda = 5;
    const backend = await wasm();
    try {
      const single = interactionsFromArrays({
        users: Array.from({ length: 530 }, (_, i) => i),
        items: Array.from({ length: 530 }, (_, i) => i),
        userCount: 530,
        itemCount: 530,
      });
      const onWasm = await (await ease(train, { lambda, backend })).score(single);
      const weights = await (await ease(train, { lambda, backend: cpu() })).score(single);
      expect(largestDifference(weights, onWasm)).toBeLessThan(1e-5);
      // For j: sum over i of (G + lambda I)_ki B_ij = G_kj for every k other than j, and B_jj = 0.
      for (const j of [0, 255, 256, 300, 511, 529]) {
        expect(weights[j * 530 + j]).toBe(0);
        const predicted = r.map((row) => row.reduce((sum, x, i) => sum + x * weights[i * 530 + j]!, 0));
        for (const k of [0, 7, 255, 256, 400, 512, 529]) {
          if (k === j) continue;
          const left =
            r.reduce((sum, row, u) => sum + row[k]! * predicted[u]!, 0) + lambda * weights[k * 530 + j]!;
          const right = r.reduce((sum, row) => sum + row[k]! * row[j]!, 0);
          expect(Math.abs(left - right)).toBeLessThan(1e-3);
        }
      }
    } finally {
      await backend.dispose();
    }
  });

  it("recommends the best scores that a user has not seen", async () => {
    const train = randomInteractions(60, 30, 5);
    const model = await ease(train, { backend: cpu() });
    const scores = await model.score(train);
    const { items } = await model.recommend(train, { k: 5, blockUsers: 7 });
    for (let u = 0; u < 60; u++) {
      const seen = new Set(train.items.slice(train.offsets[u], train.offsets[u + 1]));
      const expected = Array.from({ length: 30 }, (_, i) => i)
        .filter((i) => !seen.has(i))
        .sort((a, b) => scores[u * 30 + b]! - scores[u * 30 + a]! || a - b)
        .slice(0, 5);
      expect([...items.slice(u * 5, (u + 1) * 5)]).toEqual(expected);
    }
  });

  it("refuses a catalog whose weights would exceed memory, and options out of range or unknown", async () => {
    const train = interactionsFromArrays({ users: [0], items: [0], userCount: 1, itemCount: 20_001 });
    await expect(ease(train)).rejects.toThrow(/20001 items, whose weights take 1600160004 bytes.*spectral/);
    await expect(ease(train, { lambda: 0 })).rejects.toThrow(/found 0 \(lambda\)/);
    const misspelled = { lamda: 3 };
    await expect(ease(train, misspelled as object)).rejects.toThrow(/"lamda".*Did you mean lambda/);
    await expect(spectral(train, { k: 1 })).resolves.toBeDefined();
  });
});
