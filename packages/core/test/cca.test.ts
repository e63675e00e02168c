import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import {
  cpu,
  denseFeatures,
  fit,
  Initializer,
  interactionsFromArrays,
  type MethodOptions,
  type Model,
} from "../src/index.ts";

/** Results of fixtures/golden-cca/make.py: SciPy's generalized eigenproblem, float64. */
interface Case {
  readonly name: string;
  readonly ridge: number;
  readonly dim: number;
  readonly features: Readonly<Record<string, readonly number[]>>;
  readonly missing: Readonly<Record<string, readonly number[]>>;
  readonly widths: readonly number[];
  readonly pairs: readonly (readonly [number, number])[];
  readonly items: readonly number[];
}

const path = new URL("../../../fixtures/golden-cca/cases.json", import.meta.url);
const cases = JSON.parse(readFileSync(path, "utf8")) as readonly Case[];
const items = 80;

function fitCase(
  { features, widths, missing, pairs, dim, ridge }: Case,
  options: MethodOptions = {},
): Promise<Model> {
  const train = interactionsFromArrays({
    users: pairs.map(([user]) => user),
    items: pairs.map(([, item]) => item),
    userCount: 30,
    itemCount: items,
  });
  const sources = Object.entries(features).map(([name, values], m) => {
    const source = denseFeatures(Float32Array.from(values), items, widths[m]!, { missing: missing[name]! });
    return [name, source] as const;
  });
  return fit(
    { train, features: Object.fromEntries(sources) },
    { backend: cpu(), combine: "cca", ccaRidge: ridge, dim, scale: "none", clusters: 2, ...options },
  );
}

/** The columns of one table against those of another, up to the sign of each; rows without a modality left out. */
function expectColumns(
  found: Float32Array,
  expected: readonly number[],
  dim: number,
  leftOut: ReadonlySet<number>,
): void {
  for (let axis = 0; axis < dim; axis++) {
    const rows = Array.from({ length: items }, (_, row) => row).filter((row) => !leftOut.has(row));
    const own = rows.map((row) => found[row * dim + axis]!);
    const wanted = rows.map((row) => expected[row * dim + axis]!);
    const sign = Math.sign(own.reduce((sum, value, i) => sum + value * wanted[i]!, 0));
    const scale = Math.max(...wanted.map(Math.abs));
    const worst = Math.max(...own.map((value, i) => Math.abs(sign * value - wanted[i]!)));
    expect(worst / scale, `axis ${axis}`).toBeLessThan(1e-4);
  }
}

for (const one of cases) {
  it(`Canonical axes are those of SciPy's generalized eigenproblem: ${one.name}.`, async () => {
    const model = await fitCase(one);
    // An item without a modality gets that modality's mean in the table, so its row is not the plain sum.
    const leftOut = new Set(
      Object.values(one.missing).flatMap((mask) => mask.flatMap((flag, row) => (flag ? [row] : []))),
    );
    expectColumns(model.items.data, one.items, one.dim, leftOut);
  });
}

it("Users fold in, and the initializer's bytes give the same vectors, with canonical axes.", async () => {
  for (const one of cases) {
    const model = await fitCase(one, { lambda: 0.6 });
    const copy = Initializer.fromBytes(model.toBytes());
    expect(copy.options.combine).toBe("cca");
    for (const user of [0, 7, 29]) {
      const history = one.pairs.filter(([own]) => own === user).map(([, item]) => item);
      const expected = model.users.data.subarray(user * one.dim, (user + 1) * one.dim);
      for (const { vector } of [model.foldIn(history), copy.foldIn(history)]) {
        for (const [c, value] of vector.entries()) expect(value).toBeCloseTo(expected[c]!, 5);
      }
    }
  }
});

it("A memory bound changes no vector, and canonical axes need principal ones.", async () => {
  const [, one] = cases;
  const [whole, bounded] = [await fitCase(one!), await fitCase(one!, { memory: 60_000 } as MethodOptions)];
  const worst = Math.max(...whole.items.data.map((value, i) => Math.abs(value - bounded.items.data[i]!)));
  expect(worst).toBeLessThan(1e-4);
  await expect(fitCase(one!, { project: "random" })).rejects.toThrow("cca together with project random");
  await expect(fitCase(one!, { dim: 11 })).rejects.toThrow("at most 10");
});
