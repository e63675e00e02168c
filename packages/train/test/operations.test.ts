import { cpu } from "@wellbegun/core";
import { createRandom, exp, log, log1p, power, sigmoid } from "@wellbegun/core/support";
import { describe, expect, it } from "vitest";
import { addNormRegularizer } from "../src/losses/norm-regularizer.ts";
import { similarityLoss } from "../src/losses/similarity.ts";
import { trainingOperations } from "../src/operations/host-training.ts";
import { download, withScope } from "../src/operations/scope.ts";
import { largestDifference } from "./support/tables.ts";

const backend = cpu();
const operations = trainingOperations(backend);
const random = createRandom(5, "operations");
const table = (rows: number, columns: number, scale = 1): Float32Array =>
  Float32Array.from({ length: rows * columns }, () => random.normal() * scale);

/**
 * The gradient of `loss` by central differences, in float64. The steps are whole powers of two, so that moved entries are
 * float32 values as well.
 */
async function differences(
  x: Float32Array,
  loss: (moved: Float32Array) => Promise<number>,
  step = 2 ** -7,
): Promise<Float64Array> {
  const slopes = new Float64Array(x.length);
  for (let at = 0; at < x.length; at++) {
    const [above, below] = [x.slice(), x.slice()];
    above[at]! += step;
    below[at]! -= step;
    slopes[at] = ((await loss(above)) - (await loss(below))) / (above[at]! - below[at]!);
  }
  return slopes;
}

describe("Exponentials made of additions and products", () => {
  it("agree with the runtime's own to a few units of the last place", () => {
    for (let n = 0; n < 20_000; n++) {
      const x = (random.uniform() - 0.5) * 80;
      expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(1e-15);
      const y = Math.exp(x);
      expect(Math.abs(log(y) - Math.log(y))).toBeLessThan(1e-15 * Math.max(1, Math.abs(Math.log(y))));
      const z = random.uniform();
      expect(Math.abs(log1p(z) / Math.log1p(z) - 1)).toBeLessThan(1e-15);
    }
  });

  it("have the limits of the exponential", () => {
    expect(exp(-800)).toBe(0);
    expect(exp(800)).toBe(Number.POSITIVE_INFINITY);
    expect(exp(Number.NaN)).toBeNaN();
    expect(exp(0)).toBe(1);
    expect(sigmoid(-800)).toBe(0);
    expect(sigmoid(800)).toBe(1);
    expect(Math.abs(power(0.96, 0.02) / 0.96 ** 0.02 - 1)).toBeLessThan(1e-15);
  });
});

describe("Gradients agree with finite differences", () => {
  const [pairs, columns] = [5, 4];
  const batch = [table(pairs, columns), table(pairs, columns), table(pairs, columns)] as const;

  it.each([
    ["ranking", { ranking: 1, squares: 0, cosine: 0 }],
    ["ranking with a floor", { ranking: 1, floor: 0.1, squares: 0, cosine: 0 }],
    ["squares", { ranking: 0, squares: 0.3, cosine: 0 }],
    ["cosine", { ranking: 0, squares: 0, cosine: 0.7 }],
    ["all together", { ranking: 1, squares: 0.2, cosine: 0.5 }],
  ])("for pair losses: %s", async (_, weights) => {
    const run = async (values: readonly Float32Array[]) =>
      await withScope(backend, async (scope) => {
        const [hu, hi, hj] = await Promise.all(values.map((rows) => scope.upload(rows, pairs, columns)));
        const slopes = [await scope.like(hu!), await scope.like(hu!), await scope.like(hu!)] as const;
        const found = await operations.pairLoss(hu!, hi!, hj!, ...slopes, weights);
        const total =
          weights.ranking * found.ranking + weights.squares * found.squares + weights.cosine * found.cosine;
        return { total, slopes: await Promise.all(slopes.map((slope) => download(backend, slope))) };
      });
    const { slopes } = await run(batch);
    for (const side of [0, 1, 2]) {
      const expected = await differences(batch[side]!, async (moved) => {
        const values = [...batch];
        values[side] = moved;
        return (await run(values)).total;
      });
      expect(largestDifference(slopes[side]!, expected)).toBeLessThan(1e-4);
    }
  });

  it("for InfoNCE, by both views", async () => {
    const [rows, width] = [6, 3];
    const counts = Float64Array.of(1, 3, 1, 2, 1, 1);
    const views = [table(rows, width), table(rows, width)] as const;
    const options = { counts, temperature: 0.5, weight: 1 };
    const run = async (a: Float32Array, v: Float32Array) =>
      await withScope(backend, async (scope) => {
        const [left, right] = [await scope.upload(a, rows, width), await scope.upload(v, rows, width)];
        const [da, dv] = [await scope.like(left), await scope.like(right)];
        const loss = await operations.infoNce(left, right, da, dv, options);
        return { loss, da: await download(backend, da), dv: await download(backend, dv) };
      });
    const found = await run(...views);
    const by = (side: 0 | 1) =>
      differences(views[side], async (moved) =>
        side === 0 ? naiveInfoNce(moved, views[1]) : naiveInfoNce(views[0], moved),
      );
    expect(Math.abs(found.loss / naiveInfoNce(...views) - 1)).toBeLessThan(1e-6);
    expect(largestDifference(found.da, await by(0))).toBeLessThan(1e-4);
    expect(largestDifference(found.dv, await by(1))).toBeLessThan(1e-4);

    /** As the original computes it: over the batch with its repeated rows. */
    function naiveInfoNce(a: Float32Array, v: Float32Array): number {
      const repeated = [...counts].flatMap((count, row) => Array<number>(count).fill(row));
      const unit = (x: Float32Array, row: number): number[] => {
        const own = [...x.subarray(row * width, (row + 1) * width)];
        const norm = Math.hypot(...own);
        return own.map((value) => value / norm);
      };
      const dot = (r: number, s: number): number =>
        unit(a, r).reduce((sum, value, c) => sum + value * unit(v, s)[c]!, 0) / options.temperature;
      const losses = repeated.map((r) => {
        const all = repeated.reduce((sum, s) => sum + Math.exp(dot(r, s)), 0);
        return -Math.log(Math.exp(dot(r, r)) / all);
      });
      return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    }
  });

  it.each([
    ["wider than the batch", 7],
    ["narrower than the batch", 2],
  ])("for the similarity regularizer, with features %s", async (_, width) => {
    const [rows, dimensions] = [5, 3];
    const counts = Float64Array.of(2, 1, 1, 3, 1);
    const vectors = table(rows, dimensions);
    const features = table(rows, width);
    const naive = (e: Float32Array): number => {
      const repeated = [...counts].flatMap((count, row) => Array<number>(count).fill(row));
      let squares = 0;
      for (const r of repeated) {
        for (const s of repeated) {
          let difference = 0;
          for (let c = 0; c < dimensions; c++) difference += e[r * dimensions + c]! * e[s * dimensions + c]!;
          for (let c = 0; c < width; c++) difference -= features[r * width + c]! * features[s * width + c]!;
          squares += difference * difference;
        }
      }
      return Math.sqrt(squares) / repeated.length;
    };
    await withScope(backend, async (scope) => {
      const e = await scope.upload(vectors, rows, dimensions);
      const f = await scope.upload(features, rows, width);
      const slope = await scope.like(e);
      const loss = await similarityLoss(backend, operations, { vectors: e, features: f, counts }, 1, slope);
      expect(Math.abs(loss / naive(vectors) - 1)).toBeLessThan(1e-6);
      const expected = await differences(vectors, async (moved) => naive(moved));
      expect(largestDifference(await download(backend, slope), expected)).toBeLessThan(1e-4);
    });
  });

  it("for MMRec's norm regularizer", async () => {
    const rows = table(4, 3);
    const naive = (x: Float32Array): number => (0.5 * Math.hypot(...x)) / 4;
    await withScope(backend, async (scope) => {
      const x = await scope.upload(rows, 4, 3);
      const slope = await scope.like(x);
      expect(await addNormRegularizer(backend, x, 0.5, slope)).toBeCloseTo(naive(rows), 6);
      const expected = await differences(rows, async (moved) => naive(moved));
      expect(largestDifference(await download(backend, slope), expected)).toBeLessThan(1e-4);
    });
  });

  it("for layer normalization", async () => {
    const [x, gain, bias, weights] = [table(4, 6), table(1, 6), table(1, 6), table(4, 6)];
    const loss = async (values: Float32Array, gains: Float32Array, biases: Float32Array) =>
      await withScope(backend, async (scope) => {
        const out = await scope.create(4, 6);
        await operations.layerNorm(
          await scope.upload(values, 4, 6),
          await scope.upload(gains, 1, 6),
          await scope.upload(biases, 1, 6),
          out,
        );
        return (await download(backend, out)).reduce((sum, value, at) => sum + value * weights[at]!, 0);
      });
    await withScope(backend, async (scope) => {
      const [dx, dgain, dbias] = [
        await scope.create(4, 6),
        await scope.create(1, 6),
        await scope.create(1, 6),
      ];
      const gains = await scope.upload(gain, 1, 6);
      const dout = await scope.upload(weights, 4, 6);
      await operations.layerNormBackward(dout, await scope.upload(x, 4, 6), gains, dx, dgain, dbias);
      const expected = [
        await differences(x, (moved) => loss(moved, gain, bias)),
        await differences(gain, (moved) => loss(x, moved, bias)),
        await differences(bias, (moved) => loss(x, gain, moved)),
      ];
      for (const [index, found] of [dx, dgain, dbias].entries()) {
        expect(largestDifference(await download(backend, found), expected[index]!)).toBeLessThan(1e-3);
      }
    });
  });
});
