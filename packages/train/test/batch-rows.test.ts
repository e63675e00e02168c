import { cpu } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { expect, it } from "vitest";
import { addRankingGradients } from "../src/models/batch-rows.ts";
import { trainingOperations } from "../src/operations/host-training.ts";
import { download, withScope } from "../src/operations/scope.ts";
import { largestDifference } from "./support/tables.ts";

const batch = {
  users: Uint32Array.of(0, 2, 0, 1, 2),
  positives: Uint32Array.of(1, 0, 2, 1, 2),
  negatives: Uint32Array.of(0, 1, 0, 2, 1),
};

it.each([8, 2 ** 19])(
  "The ranking loss of five pairs, and its gradient, are the sums over single pairs, with rows of %i values",
  async (columns) => {
    const random = createRandom(3, "rows");
    const values = () =>
      Float32Array.from({ length: 3 * columns }, () => (random.uniform() - 0.5) / columns ** 0.25);
    const [users, items] = [values(), values()];
    const expected = { loss: 0, users: new Float64Array(3 * columns), items: new Float64Array(3 * columns) };
    for (let pair = 0; pair < 5; pair++) {
      const [u, i, j] = [
        batch.users[pair]! * columns,
        batch.positives[pair]! * columns,
        batch.negatives[pair]! * columns,
      ];
      let score = 0;
      for (let c = 0; c < columns; c++) score += users[u + c]! * (items[i + c]! - items[j + c]!);
      expected.loss += Math.log(1 + Math.exp(-score)) / 5;
      const slope = (-0.3 / 5) * (1 / (1 + Math.exp(score)));
      for (let c = 0; c < columns; c++) {
        expected.users[u + c]! += slope * (items[i + c]! - items[j + c]!);
        expected.items[i + c]! += slope * users[u + c]!;
        expected.items[j + c]! -= slope * users[u + c]!;
      }
    }
    const backend = cpu();
    await withScope(backend, async (scope) => {
      const tables = {
        users: await scope.upload(users, 3, columns),
        items: await scope.upload(items, 3, columns),
      };
      const gradient = { users: await scope.create(3, columns), items: await scope.create(3, columns) };
      const device = { backend, operations: trainingOperations(backend) };
      const loss = await addRankingGradients(device, tables, gradient, batch, { weight: 0.3 });
      expect(Math.abs(loss / expected.loss - 1)).toBeLessThan(1e-6);
      expect(largestDifference(await download(backend, gradient.users), expected.users)).toBeLessThan(1e-6);
      expect(largestDifference(await download(backend, gradient.items), expected.items)).toBeLessThan(1e-6);
    });
  },
);
