import { cpu } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { describe, expect, it } from "vitest";
import { compactBatch } from "../src/batch.ts";
import { mapItems, mapUsers, mostMappedItems } from "../src/models/content-ranking.ts";
import { trainingOperations } from "../src/operations/host-training.ts";
import { download, withScope } from "../src/operations/scope.ts";
import { largestDifference } from "./support/tables.ts";

const [itemCount, columns, dimensions] = [7, 5, 3];
/** Rows of users and items are not those of the compact tables: neither begins at 0, and both have gaps. */
const batch = {
  users: Uint32Array.of(4, 9, 4, 6, 9),
  positives: Uint32Array.of(1, 6, 2, 1, 2),
  negatives: Uint32Array.of(6, 1, 4, 2, 1),
};
const random = createRandom(5, "content");
const table = (rows: number, width: number) =>
  Float32Array.from({ length: rows * width }, () => random.uniform() - 0.5);
const compact = compactBatch(batch);
const [features, map] = [table(itemCount, columns), table(dimensions, columns)];
const [users, slope] = [table(3, dimensions), table(3, dimensions)];
const weight = 0.3;

/** The loss and its gradients in float64, straight from the scores c_u . (W f_i). */
function expected() {
  const found = {
    loss: 0,
    features: new Float64Array(features.length),
    map: new Float64Array(map.length),
    slope: Float64Array.from(slope),
  };
  const pairs = batch.users.length;
  for (let pair = 0; pair < pairs; pair++) {
    const u = compact.rows.users.indexOf(batch.users[pair]!);
    const ends = [[batch.positives[pair]!, 1] as const, [batch.negatives[pair]!, -1] as const];
    let score = 0;
    const each = (visit: (k: number, c: number, f: number, sign: number) => void): void => {
      for (const [item, sign] of ends)
        for (let k = 0; k < dimensions; k++)
          for (let c = 0; c < columns; c++) visit(k, c, item * columns + c, sign);
    };
    each((k, c, f, sign) => {
      score += sign * users[u * dimensions + k]! * map[k * columns + c]! * features[f]!;
    });
    found.loss += (weight * Math.log(1 + Math.exp(-score))) / pairs;
    const by = -weight / pairs / (1 + Math.exp(score));
    each((k, c, f, sign) => {
      const [of, w] = [u * dimensions + k, k * columns + c];
      found.slope[of]! += by * sign * map[w]! * features[f]!;
      found.map[w]! += by * sign * users[of]! * features[f]!;
      found.features[f]! += by * sign * users[of]! * map[w]!;
    });
  }
  return found;
}

describe("The ranking loss against content", () => {
  it.each([mapItems, mapUsers])("has the loss and gradients of its formula, by $name", async (add) => {
    const backend = cpu();
    await withScope(backend, async (scope) => {
      const parameter = async (values: Float32Array, rows: number, width: number) => ({
        value: await scope.upload(values, rows, width),
        // A gradient is overwritten.
        gradient: await scope.upload(table(rows, width), rows, width),
      });
      const of = {
        features: await parameter(features, itemCount, columns),
        weight: await parameter(map, dimensions, columns),
      };
      const slopes = await scope.upload(slope, 3, dimensions);
      const found = await add({ backend, operations: trainingOperations(backend) }, of, {
        users: await scope.upload(users, 3, dimensions),
        slope: slopes,
        batch,
        compact,
        weight,
      });
      const right = expected();
      expect(Math.abs(found / right.loss - 1)).toBeLessThan(1e-6);
      for (const [matrix, values] of [
        [of.features.gradient, right.features],
        [of.weight.gradient, right.map],
        [slopes, right.slope],
      ] as const)
        expect(largestDifference(await download(backend, matrix), values)).toBeLessThan(1e-6);
    });
  });

  it("maps ML-1M's items with 8,192 pairs a step, and TikTok's users with 2,048", () => {
    // Mean numbers of a batch's users and items there.
    expect(mostMappedItems(3393, 8192, 64)).toBeGreaterThan(3172);
    expect(mostMappedItems(700, 2048, 64)).toBeLessThan(2750);
  });
});
